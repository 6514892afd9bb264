/* A strict scanner for JSON with comments. It decides whether the text is well formed and says where each value stands;
 * what the values are is left to cJSON, which reads the cleaned copy that the scanner makes. */
#ifndef SOOTHE_CONFIG_SCAN_H
#define SOOTHE_CONFIG_SCAN_H

#include <stddef.h>
#include <stdint.h>

#define SCAN_MEMBERS_MAX 512 /* of one object or list */
#define SCAN_NUMBER_MAX  40  /* characters of a number; cJSON copies numbers into a buffer of 64 */

/* One value, in the order in which the values begin. The children of node i are i + 1, nodes[i + 1].next, ... up to
 * nodes[i].next; cJSON lists them in the same order. */
struct scan_node {
    uint32_t key_at;   /* byte offset of the key's quote; of the value where it has no key */
    uint32_t value_at; /* byte offset of the value */
    uint32_t next;     /* index of the first node behind this one and all that is in it */
};

struct scan {
    struct scan_node *nodes;
    size_t count;
    size_t capacity;
    char *clean; /* the text with comments blanked, NUL-terminated, every byte at its place */
    size_t length;
};

struct scan_fault {
    size_t at; /* byte offset */
    char what[200];
};

/* 0 and `scan` filled (scan_free it), or -EINVAL with the first fault, or -ENOMEM. `scan` needs no scan_free on
 * failure. The length must fit 32 bits. */
int scan_text(const char *text, size_t length, struct scan *scan, struct scan_fault *fault);

void scan_free(struct scan *scan);

/* The offset of the first byte that text cannot hold (NUL, control characters but tab and line ends, invalid UTF-8), or
 * `length`. */
size_t scan_bad_byte(const char *text, size_t length);

#endif
