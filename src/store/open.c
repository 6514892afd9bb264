#include "aside.h"
#include "store_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct why {
    char *at;
    size_t size;
    const char *directory;
};

__attribute__((format(printf, 3, 4))) static int fail(const struct why *why, int error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (why->at && why->size > 0) {
        vsnprintf(why->at, why->size, format, arguments);
    }
    va_end(arguments);
    return error;
}

static int fail_with(const struct why *why, int error, const char *what, const char *name)
{
    return fail(why, error, "cannot %s %s/%s: %s", what, why->directory, name, strerror(-error));
}

/* The directory, created where only its last part is missing. */
static int open_directory(struct store_files *files, const struct why *why)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    files->directory_fd = open(why->directory, flags);
    if (files->directory_fd < 0 && errno == ENOENT && mkdir(why->directory, 0700) == 0) {
        files->directory_fd = open(why->directory, flags);
        int parent_fd = files->directory_fd < 0 ? -1 : openat(files->directory_fd, "..", flags);
        if (parent_fd >= 0) {
            fsync(parent_fd);
            close(parent_fd);
        }
    }
    if (files->directory_fd < 0) {
        int error = -errno;
        return fail(why, error, "cannot open the state directory %s: %s", why->directory, strerror(-error));
    }
    if (faccessat(files->directory_fd, ".", W_OK | X_OK, AT_EACCESS) < 0) {
        int error = -errno;
        return fail(why, error, "the state directory %s cannot be written to: %s", why->directory, strerror(-error));
    }
    int length = snprintf(files->path, sizeof files->path, "%s/" STORE_FILE, why->directory);
    return length > 0 && (size_t)length + 8 < sizeof files->path
               ? 0
               : fail(why, -ENAMETOOLONG, "the name of the state directory is too long");
}

static int lock_directory(struct store_files *files, const struct why *why)
{
    files->lock_fd = openat(files->directory_fd, STORE_LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (files->lock_fd < 0) {
        return fail_with(why, -errno, "open", STORE_LOCK_FILE);
    }
    if (flock(files->lock_fd, LOCK_EX | LOCK_NB) == 0) {
        return 0;
    }
    if (errno == EWOULDBLOCK) {
        return fail(why, -EBUSY, "another soothed is using the state directory %s", why->directory);
    }
    return fail_with(why, -errno, "lock", STORE_LOCK_FILE);
}

static bool exists(const struct store_files *files, const char *name)
{
    struct stat status;
    return fstatat(files->directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Build a complete database under another name: STORE_FILE itself is never seen half made. */
static int create_new(struct store_files *files, const struct store_state *state)
{
    static const char *const leftovers[] = {ASIDE_NEW, ASIDE_NEW "-wal", ASIDE_NEW "-shm", ASIDE_NEW "-journal"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof leftovers / sizeof leftovers[0]; i++) {
        unlinkat(files->directory_fd, leftovers[i], 0);
    }
    snprintf(path, sizeof path, "%.*s.new", (int)sizeof path - 8, files->path);
    mode_t mask = umask(0077);
    int error = db_create(path, state);
    umask(mask);
    for (size_t i = 0; error < 0 && i < sizeof leftovers / sizeof leftovers[0]; i++) {
        unlinkat(files->directory_fd, leftovers[i], 0);
    }
    return error;
}

static int start_fresh(struct store_files *files, const struct why *why)
{
    const struct store_state state = {.one = 1};
    int error = create_new(files, &state);
    if (error == 0 && (renameat(files->directory_fd, ASIDE_NEW, files->directory_fd, STORE_FILE) < 0 ||
                       fsync(files->directory_fd) < 0)) {
        error = -errno;
    }
    return error < 0 ? fail_with(why, error, "create", STORE_FILE) : 0;
}

/* The new database says that it replaces a lost one until memory has been stored in it: a crash in between must not
 * make it look like a first start. */
static int start_after_loss(struct store_files *files, const struct why *why)
{
    struct store_state state = {.one = 1, .lost = true};
    int error = aside_name(files->directory_fd, (int64_t)time(NULL), state.aside, sizeof state.aside);
    if (error == 0) {
        error = create_new(files, &state);
    }
    if (error == 0) {
        error = aside_replace(files->directory_fd, state.aside);
    }
    if (error == 0) {
        int fd = clockfile_create(files->directory_fd, &(struct clockfile_record){0});
        error = fd < 0 ? fd : close(fd);
    }
    return error < 0 ? fail_with(why, error, "set aside the damaged", STORE_FILE) : 0;
}

static int load(struct store_files *files, const struct why *why, struct db_loaded *found)
{
    struct stat status;
    if (fstatat(files->directory_fd, STORE_FILE, &status, 0) < 0) {
        return fail_with(why, -errno, "open", STORE_FILE);
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        return -EBADMSG;
    }
    int error = db_open(&files->db, files->path);
    if (error == 0) {
        error = db_load(&files->db, found);
    }
    if (error < 0) {
        db_close(&files->db);
    }
    if (error == -ENOTSUP) {
        return fail(why, error, "%s was written by a newer soothe, or its file system has no shared memory",
                    files->path);
    }
    return error < 0 && error != -EBADMSG ? fail_with(why, error, "read", STORE_FILE) : error;
}

/* Load what is there; the clock file is the witness that it is the newest. -EBADMSG: lost. */
static int load_newest(struct store_files *files, const struct why *why, struct db_loaded *found,
                       struct clockfile_record *clock)
{
    int seen = clockfile_read(files->directory_fd, clock);
    bool witnessed = seen == 0 || seen == -EBADMSG || exists(files, ASIDE_WAL);
    if (seen < 0 && seen != -ENOENT && seen != -EBADMSG) {
        return fail_with(why, seen, "read", CLOCKFILE_NAME);
    }
    if (!exists(files, STORE_FILE)) {
        return witnessed ? -EBADMSG : -ENOENT;
    }
    int error = load(files, why, found);
    if (error == 0 && seen == 0 && clock->seq > found->state.seq) {
        db_close(&files->db);
        return -EBADMSG;
    }
    if (error == 0 && (seen < 0 || clock->beat < found->state.beat)) {
        *clock = (struct clockfile_record){found->state.seq, found->state.beat, found->state.clock};
    }
    return error;
}

static int open_database(struct store_files *files, const struct why *why, struct store_loaded *loaded)
{
    struct db_loaded found = {0};
    struct clockfile_record clock = {0};
    int error = load_newest(files, why, &found, &clock);
    if (error == -ENOENT || error == -EBADMSG) {
        loaded->fresh = error == -ENOENT;
        clock = (struct clockfile_record){0};
        error = loaded->fresh ? start_fresh(files, why) : start_after_loss(files, why);
        if (error == 0) {
            error = load(files, why, &found);
        }
    }
    if (error < 0) {
        return error;
    }
    files->state = found.state;
    files->state.beat = clock.beat;
    files->state.clock = clock.clock;
    clock.seq = found.state.seq;
    files->clock_fd = clockfile_create(files->directory_fd, &clock);
    if (files->clock_fd < 0) {
        return fail_with(why, files->clock_fd, "create", CLOCKFILE_NAME);
    }
    loaded->lost = found.state.lost;
    memcpy(loaded->aside, found.state.aside, sizeof loaded->aside);
    loaded->has_memory = found.state.has_memory;
    loaded->memory = found.state.memory;
    loaded->has_open_session = found.newest.id > 0 && found.newest.ended_ms == PLAN_NEVER;
    loaded->open_session = loaded->has_open_session ? found.newest : loaded->open_session;
    loaded->checkpoint = clock.clock;
    return 0;
}

int files_open(struct store_files *files, const char *directory, struct store_loaded *loaded, char *why, size_t size)
{
    const struct why reason = {why, size, directory};
    struct store_loaded found = {0};
    *files = (struct store_files){.directory_fd = -1, .lock_fd = -1, .clock_fd = -1};
    int error = open_directory(files, &reason);
    if (error == 0) {
        error = lock_directory(files, &reason);
    }
    if (error == 0) {
        error = open_database(files, &reason, &found);
    }
    if (error == 0 && fsync(files->directory_fd) < 0) {
        error = fail_with(&reason, -errno, "sync", "");
    }
    if (error < 0) {
        files_close(files);
        return error;
    }
    *loaded = found;
    return 0;
}

void files_close(struct store_files *files)
{
    const int fds[] = {files->clock_fd, files->lock_fd, files->directory_fd};
    db_close(&files->db);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
        }
    }
    files->clock_fd = files->lock_fd = files->directory_fd = -1;
}
