#include "iio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 18 /* of a decimal: they fit uint64_t */

int iio_attr_open(const char *directory, const char *name)
{
    char path[IIO_PATH_MAX + 64];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int iio_attr_text(const struct iio_ports *ports, int fd, char *text, size_t size)
{
    char buffer[256];
    ssize_t got = 0;
    do {
        got = ports->read(fd, buffer, sizeof buffer, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return -errno;
    }
    size_t length = (size_t)got;
    if (length > 0 && buffer[length - 1] == '\n') {
        length--;
    }
    if (length == 0 || length >= size || memchr(buffer, '\0', length)) {
        return -EBADMSG;
    }
    memcpy(text, buffer, length);
    text[length] = '\0';
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool iio_parse_int(const char *text, int32_t *value)
{
    bool negative = text[0] == '-';
    const char *digit = negative ? text + 1 : text;
    int64_t result = 0;
    if (!is_digit(*digit)) {
        return false;
    }
    for (; is_digit(*digit) && result <= INT32_MAX; digit++) {
        result = result * 10 + (*digit - '0');
    }
    result = negative ? -result : result;
    if (*digit != '\0' || result < INT32_MIN || result > INT32_MAX) {
        return false;
    }
    *value = (int32_t)result;
    return true;
}

bool iio_parse_decimal(const char *text, double *value)
{
    uint64_t digits = 0;
    double unit = 1.0;
    int count = 0;
    bool point = false;
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '.' && !point && count > 0 && is_digit(c[1])) {
            point = true;
        } else if (is_digit(*c) && count < DIGITS_MAX) {
            digits = digits * 10 + (uint64_t)(*c - '0');
            unit = point ? unit * 10.0 : unit;
            count++;
        } else {
            return false;
        }
    }
    if (digits == 0) {
        return false;
    }
    *value = (double)digits / unit;
    return true;
}

int iio_attr_int(const struct iio_ports *ports, int fd, int32_t *value)
{
    char text[32] = "";
    int error = iio_attr_text(ports, fd, text, sizeof text);
    return error == 0 && !iio_parse_int(text, value) ? -EBADMSG : error;
}

int iio_attr_decimal(const struct iio_ports *ports, int fd, double *value)
{
    char text[32] = "";
    int error = iio_attr_text(ports, fd, text, sizeof text);
    return error == 0 && !iio_parse_decimal(text, value) ? -EBADMSG : error;
}
