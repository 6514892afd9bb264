/* A mailbox for the newest letter of one writer: neither side ever waits for the other.
 *
 * Internal to the pad room. One thread posts, any number may read. The writer fills the oldest of four slots and then
 * publishes its number, so a writer that is stopped half-way (a hung write of a line, a descheduled thread) leaves the
 * last complete letter readable; a reader starts over only when three more letters came in while it copied one. */
#ifndef SOOTHE_PAD_MAILBOX_H
#define SOOTHE_PAD_MAILBOX_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define MAILBOX_SLOTS 4
#define MAILBOX_WORDS 9 /* 72 bytes a letter at most */
#define MAILBOX_BYTES (MAILBOX_WORDS * sizeof(uint64_t))

/* All zero is an empty mailbox. */
struct mailbox {
    _Atomic uint64_t newest; /* number of the newest letter; 0: none yet */
    _Atomic uint64_t slots[MAILBOX_SLOTS][MAILBOX_WORDS];
};

/* Post a copy of `size` bytes (at most MAILBOX_BYTES). From one thread only. */
void mailbox_post(struct mailbox *box, const void *letter, size_t size);

/* Copy the newest letter out and return its number, counted from 1; 0 and `letter` untouched when there is none. */
uint64_t mailbox_read(const struct mailbox *box, void *letter, size_t size);

#endif
