#include "aside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ASIDE_TRIES 1000

int aside_name(int directory_fd, int64_t wall_s, char *name, size_t size)
{
    time_t seconds = (time_t)wall_s;
    struct tm utc;
    char stamp[32];
    if (!gmtime_r(&seconds, &utc) || strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &utc) == 0) {
        snprintf(stamp, sizeof stamp, "unknown");
    }
    for (int i = 1; i <= ASIDE_TRIES; i++) {
        static const char *const suffixes[] = {"", "-wal", "-shm"};
        bool taken = false;
        for (size_t k = 0; k < sizeof suffixes / sizeof suffixes[0]; k++) {
            struct stat status;
            snprintf(name, size, STORE_FILE ".damaged-%s-%d%s", stamp, i, suffixes[k]);
            taken = taken || fstatat(directory_fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
        }
        if (!taken) {
            snprintf(name, size, STORE_FILE ".damaged-%s-%d", stamp, i);
            return 0;
        }
    }
    return -EEXIST;
}

static int move(int directory_fd, const char *from, const char *to)
{
    return renameat(directory_fd, from, directory_fd, to) < 0 && errno != ENOENT ? -errno : 0;
}

/* A second name for the damaged file, so that the new one can take its place in one step; moved where that cannot be.
 */
static int name_again(int directory_fd, const char *from, const char *to)
{
    if (linkat(directory_fd, from, directory_fd, to, 0) == 0) {
        return 0;
    }
    return move(directory_fd, from, to);
}

int aside_replace(int directory_fd, const char *name)
{
    char side[300];
    snprintf(side, sizeof side, "%s-wal", name);
    int error = move(directory_fd, ASIDE_WAL, side);
    if (error == 0) {
        snprintf(side, sizeof side, "%s-shm", name);
        error = move(directory_fd, ASIDE_SHM, side);
    }
    if (error == 0) {
        error = name_again(directory_fd, STORE_FILE, name);
    }
    if (error == 0) {
        error = renameat(directory_fd, ASIDE_NEW, directory_fd, STORE_FILE) < 0 ? -errno : 0;
    }
    if (error == 0 && fsync(directory_fd) < 0) {
        error = -errno;
    }
    return error;
}
