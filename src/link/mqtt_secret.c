#include "mqtt_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(int error, const char *path, const char *what, char *why, size_t size)
{
    (void)snprintf(why, size, "the password file %s %s", path, what);
    return error;
}

/* The bytes of the file, at most `size`; a negative errno where it cannot be read. */
static ssize_t read_whole(int fd, char *bytes, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(fd, bytes + used, size - used);
        if (got < 0 && errno != EINTR) {
            return -errno;
        }
        if (got == 0) {
            break;
        }
        used += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)used;
}

static size_t without_line_end(const char *bytes, size_t length)
{
    if (length > 0 && bytes[length - 1] == '\n') {
        length--;
    }
    if (length > 0 && bytes[length - 1] == '\r') {
        length--;
    }
    return length;
}

static int take_password(int fd, const char *path, char password[MQTT_PASSWORD_MAX], char *why, size_t size)
{
    char bytes[MQTT_PASSWORD_MAX + 2];
    int result = 1;
    ssize_t got = read_whole(fd, bytes, sizeof bytes);
    size_t length = got > 0 ? without_line_end(bytes, (size_t)got) : 0;
    if (got < 0) {
        result = complain((int)got, path, strerror((int)-got), why, size);
    } else if (length >= MQTT_PASSWORD_MAX) {
        result = complain(-EFBIG, path, "is too long: at most 1023 bytes", why, size);
    } else if (length == 0) {
        result = complain(-EINVAL, path, "is empty", why, size);
    } else if (memchr(bytes, '\0', length)) {
        result = complain(-EINVAL, path, "has a NUL byte in it", why, size);
    } else {
        memcpy(password, bytes, length);
        password[length] = '\0';
    }
    explicit_bzero(bytes, sizeof bytes);
    return result;
}

int mqtt_password(const char *file, char password[MQTT_PASSWORD_MAX], char *why, size_t size)
{
    char credential[512] = "";
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    bool configured = file[0] != '\0';
    if (!configured && directory) {
        int length = snprintf(credential, sizeof credential, "%s/mqtt-password", directory);
        if (length >= (int)sizeof credential) {
            return 0;
        }
    }
    const char *path = configured ? file : credential;
    if (path[0] == '\0') {
        return 0;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        int error = errno;
        char what[128];
        (void)snprintf(what, sizeof what, "cannot be read: %s", strerror(error));
        return error == ENOENT && !configured ? 0 : complain(-error, path, what, why, size);
    }
    int result = take_password(fd, path, password, why, size);
    close(fd);
    return result;
}
