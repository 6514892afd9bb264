/* The clock file: two slots of fixed size, written in place by turns, so that a checkpoint of the plan clock costs 192
 * bytes instead of a page, and a cut in the middle of one write leaves the other slot.
 *
 * It is also the witness that the database is the newest one: it holds how many transactions were stored. A database
 * that knows fewer has lost its tail (a missing or cut -wal, an old copy put back), which SQLite itself cannot notice.
 */
#ifndef SOOTHE_STORE_CLOCKFILE_H
#define SOOTHE_STORE_CLOCKFILE_H

#include "soothe/store.h"

#define CLOCKFILE_NAME      "soothe.clock"
#define CLOCKFILE_SLOT_SIZE 192

struct clockfile_record {
    int64_t seq;  /* as in struct store_state */
    int64_t beat; /* the slot is beat modulo 2 */
    struct store_checkpoint clock;
};

/* The newest sound record. 0; -ENOENT when there is no such file; -EBADMSG when none of its slots is sound; or what
 * read(2) failed with. */
int clockfile_read(int directory_fd, struct clockfile_record *record);

/* Make the file anew with this record in both slots, durably, replacing an old one. Returns its descriptor or a
 * negative errno. */
int clockfile_create(int directory_fd, const struct clockfile_record *record);

/* Write one record durably. 0; -ESTALE when the file was removed; or what write(2) or fdatasync(2) failed with. */
int clockfile_write(int fd, const struct clockfile_record *record);

#endif
