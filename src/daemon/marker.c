#include "marker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MARKER_SIZE 64

static int open_page(const char *path, void **page)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -errno;
    }
    int error = posix_fallocate(fd, 0, MARKER_SIZE); /* a hole on a full disk would be a SIGBUS when it is written */
    if (error == 0) {
        *page = mmap(NULL, MARKER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        error = *page == MAP_FAILED ? errno : 0;
    }
    close(fd);
    return -error;
}

int marker_open(struct marker *marker, const char *socket_path)
{
    char path[PATH_MAX];
    void *page = NULL;
    const char *slash = strrchr(socket_path, '/');
    int directory = slash ? (int)(slash - socket_path) : 1;
    marker->text = NULL;
    (void)snprintf(path, sizeof path, "%.*s/" MARKER_NAME, directory, slash ? socket_path : ".");
    int error = open_page(path, &page);
    marker->text = error < 0 ? NULL : page;
    return error;
}

enum fault marker_read(const struct marker *marker)
{
    char text[MARKER_SIZE] = "";
    for (size_t i = 0; marker->text && i < MARKER_SIZE - 1; i++) {
        text[i] = marker->text[i];
    }
    if (text[0] == '\0') {
        return FAULT_NONE;
    }
    for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
        if (strcmp(fault_name((enum fault)fault), text) == 0) {
            return (enum fault)fault;
        }
    }
    return FAULT_STORE_LOST;
}

/* The first byte last when it is set and first when it is cleared: cut in between, it says nothing that is wrong. */
void marker_write(struct marker *marker, enum fault lockout)
{
    const char *name = lockout == FAULT_NONE ? "" : fault_name(lockout);
    size_t length = strlen(name);
    if (!marker->text) {
        return;
    }
    marker->text[0] = '\0';
    for (size_t i = 1; i < MARKER_SIZE; i++) {
        marker->text[i] = '\0';
        if (i < length) {
            marker->text[i] = name[i];
        }
    }
    marker->text[0] = name[0];
}

void marker_close(struct marker *marker)
{
    if (marker->text) {
        munmap((void *)marker->text, MARKER_SIZE);
        marker->text = NULL;
    }
}
