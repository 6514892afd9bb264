#include "mailbox.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

void mailbox_post(struct mailbox *box, const void *letter, size_t size)
{
    assert(size <= MAILBOX_BYTES);
    uint64_t words[MAILBOX_WORDS] = {0};
    memcpy(words, letter, size);
    uint64_t number = atomic_load_explicit(&box->newest, memory_order_relaxed) + 1;
    _Atomic uint64_t *slot = box->slots[number % MAILBOX_SLOTS];
    for (size_t i = 0; i < MAILBOX_WORDS; i++) {
        atomic_store_explicit(&slot[i], words[i], memory_order_release);
    }
    atomic_store_explicit(&box->newest, number, memory_order_release);
}

/* A word of letter N + SLOTS that is seen in the slot of letter N brings along that N + SLOTS - 1 was published before
 * it: so `newest` tells whether the copy may be torn. */
static bool copy_is_whole(const struct mailbox *box, uint64_t number)
{
    return atomic_load_explicit(&box->newest, memory_order_relaxed) - number < MAILBOX_SLOTS - 1;
}

uint64_t mailbox_read(const struct mailbox *box, void *letter, size_t size)
{
    assert(size <= MAILBOX_BYTES);
    uint64_t words[MAILBOX_WORDS];
    uint64_t number;
    do {
        number = atomic_load_explicit(&box->newest, memory_order_acquire);
        const _Atomic uint64_t *slot = box->slots[number % MAILBOX_SLOTS];
        for (size_t i = 0; i < MAILBOX_WORDS; i++) {
            words[i] = atomic_load_explicit(&slot[i], memory_order_acquire);
        }
    } while (!copy_is_whole(box, number));
    if (number > 0) {
        memcpy(letter, words, size);
    }
    return number;
}
