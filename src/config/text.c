#include "scan.h"

#include <stdbool.h>

/* The well-formed sequences of UTF-8 by first byte (Unicode 15, table 3-7): how long, and what the second byte may be.
 */
struct utf8_row {
    unsigned char first_min, first_max, second_min, second_max;
    size_t length;
};

static const struct utf8_row utf8_rows[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool is_plain(unsigned char byte)
{
    return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r';
}

static size_t sequence_length(const unsigned char *bytes, size_t left)
{
    for (size_t i = 0; i < sizeof utf8_rows / sizeof utf8_rows[0]; i++) {
        const struct utf8_row *row = &utf8_rows[i];
        if (bytes[0] < row->first_min || bytes[0] > row->first_max) {
            continue;
        }
        if (left < row->length || bytes[1] < row->second_min || bytes[1] > row->second_max) {
            return 0;
        }
        for (size_t k = 2; k < row->length; k++) {
            if ((bytes[k] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return row->length;
    }
    return 0;
}

size_t scan_bad_byte(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < length) {
        size_t step = is_plain(bytes[at]) ? 1 : sequence_length(bytes + at, length - at);
        if (step == 0) {
            return at;
        }
        at += step;
    }
    return length;
}
