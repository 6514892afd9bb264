#include "clockfile.h"

#include "fields.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_NAME CLOCKFILE_NAME ".new"
#define CRC_SIZE       10 /* " XXXXXXXX" and a newline end each slot */

static void slot_print(const struct clockfile_record *record, char slot[CLOCKFILE_SLOT_SIZE + 1])
{
    const struct store_checkpoint *clock = &record->clock;
    const int text_size = CLOCKFILE_SLOT_SIZE - CRC_SIZE;
    char text[CLOCKFILE_SLOT_SIZE + 1];
    snprintf(text, sizeof text, "soothe-clock %" PRId64 " %" PRId64 " %d %" PRId64 " %" PRId64 " %" PRId64 " %d %s",
             record->seq, record->beat, clock->valid, clock->plan_ms, clock->boot_ms, clock->wall_ms,
             clock->wall_trusted, clock->boot_id[0] ? clock->boot_id : "-");
    snprintf(slot, CLOCKFILE_SLOT_SIZE + 1, "%-*.*s", text_size, text_size, text);
    uint32_t crc = crc32_of(0, slot, (size_t)text_size);
    snprintf(slot + text_size, CRC_SIZE + 1, " %08" PRIX32 "\n", crc);
}

static bool slot_parse(const char *slot, struct clockfile_record *record)
{
    char text[CLOCKFILE_SLOT_SIZE + 1];
    char again[CLOCKFILE_SLOT_SIZE + 1];
    memcpy(text, slot, CLOCKFILE_SLOT_SIZE);
    text[CLOCKFILE_SLOT_SIZE] = '\0';
    struct clockfile_record found = {0};
    int valid = 0;
    int trusted = 0;
    int count = sscanf(text, "soothe-clock %" SCNd64 " %" SCNd64 " %d %" SCNd64 " %" SCNd64 " %" SCNd64 " %d %36s",
                       &found.seq, &found.beat, &valid, &found.clock.plan_ms, &found.clock.boot_ms,
                       &found.clock.wall_ms, &trusted, found.clock.boot_id);
    if (count != 8 || found.seq < 0 || found.beat < 0) {
        return false;
    }
    found.clock.valid = valid == 1;
    found.clock.wall_trusted = trusted == 1;
    if (strcmp(found.clock.boot_id, "-") == 0) {
        memset(found.clock.boot_id, 0, sizeof found.clock.boot_id);
    }
    slot_print(&found, again);
    if (memcmp(again, slot, CLOCKFILE_SLOT_SIZE) != 0) {
        return false;
    }
    *record = found;
    return true;
}

int clockfile_read(int directory_fd, struct clockfile_record *record)
{
    int fd = openat(directory_fd, CLOCKFILE_NAME, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    char slots[2 * CLOCKFILE_SLOT_SIZE] = {0};
    ssize_t size = pread(fd, slots, sizeof slots, 0);
    int error = size < 0 ? -errno : 0;
    close(fd);
    if (error < 0) {
        return error == -EISDIR ? -EBADMSG : error;
    }
    struct clockfile_record newest = {.beat = -1};
    for (size_t i = 0; i < 2; i++) {
        struct clockfile_record found;
        if (slot_parse(slots + i * CLOCKFILE_SLOT_SIZE, &found) && found.beat > newest.beat) {
            newest = found;
        }
    }
    if (newest.beat < 0) {
        return -EBADMSG;
    }
    *record = newest;
    return 0;
}

static int write_at(int fd, const char *bytes, size_t size, off_t offset)
{
    ssize_t written = pwrite(fd, bytes, size, offset);
    if (written < 0) {
        return -errno;
    }
    return (size_t)written == size ? 0 : -ENOSPC;
}

int clockfile_create(int directory_fd, const struct clockfile_record *record)
{
    char slots[2 * CLOCKFILE_SLOT_SIZE + 1];
    slot_print(record, slots);
    slot_print(record, slots + CLOCKFILE_SLOT_SIZE);
    int fd = openat(directory_fd, TEMPORARY_NAME, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    int error = write_at(fd, slots, (size_t)2 * CLOCKFILE_SLOT_SIZE, 0);
    if (error == 0 && (fsync(fd) < 0 || renameat(directory_fd, TEMPORARY_NAME, directory_fd, CLOCKFILE_NAME) < 0 ||
                       fsync(directory_fd) < 0)) {
        error = -errno;
    }
    if (error < 0) {
        close(fd);
        unlinkat(directory_fd, TEMPORARY_NAME, 0);
        return error;
    }
    return fd;
}

int clockfile_write(int fd, const struct clockfile_record *record)
{
    struct stat status;
    if (fstat(fd, &status) < 0) {
        return -errno;
    }
    if (status.st_nlink == 0) {
        return -ESTALE;
    }
    char slot[CLOCKFILE_SLOT_SIZE + 1];
    slot_print(record, slot);
    int error = write_at(fd, slot, CLOCKFILE_SLOT_SIZE, (record->beat & 1) * CLOCKFILE_SLOT_SIZE);
    if (error == 0 && fdatasync(fd) < 0) {
        error = -errno;
    }
    return error;
}
