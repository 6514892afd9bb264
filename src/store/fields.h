/* Field tables: how a struct becomes a row and comes back checked. One line a field; a field that is added later needs
 * no more than its line (schema.c adds the column to an older database, where it then holds its "nothing").
 *
 * A value that is "nothing" (0, none, an empty text, PLAN_NEVER for a stamp) is stored as NULL: compact, and what a
 * column that did not exist yet means. Names of faults, ends, phases and modes are stored as text, so that the enums
 * may be reordered. Lines are never removed or renamed: the number of lines is part of the database's version. */
#ifndef SOOTHE_STORE_FIELDS_H
#define SOOTHE_STORE_FIELDS_H

#include "soothe/store.h"

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
    FIELD_BOOL,
    FIELD_I32,
    FIELD_I64,
    FIELD_STAMP, /* int64_t on the plan clock, or PLAN_NEVER */
    FIELD_FAULT,
    FIELD_END,
    FIELD_PHASE,
    FIELD_MODE,
    FIELD_TEXT /* char array of `max` + 1 bytes */
};

struct field {
    const char *name;
    size_t offset;
    enum field_kind kind;
    int64_t min; /* for integers: the range that a database may hold */
    int64_t max;
};

struct field_table {
    const char *table; /* its name in the database; the first field is the primary key */
    const struct field *fields;
    size_t count;
};

/* The one row that holds everything a restart needs. */
struct store_state {
    int64_t one;  /* its key, always 1 */
    int64_t seq;  /* transactions so far that held memory or a session: the clock file has it too */
    int64_t beat; /* checkpoints so far: the higher one is newer, here or in the clock file */
    bool lost;    /* made after a damaged one was set aside, and no memory has been stored since */
    char aside[256];
    bool has_memory;
    int64_t newest_session; /* 0: none */
    int64_t newest_note;    /* ids of notes are given here; 0: none */
    struct store_checkpoint clock;
    struct engine_memory memory;
};

extern const struct field_table state_table;
extern const struct field_table session_table;

/* Bytes that a field takes up in its struct. */
size_t field_size(const struct field *field);

/* 0, or -ERANGE and the name of the first field whose value may not be stored (`name` may be NULL). */
int fields_check(const struct field_table *table, const void *base, const char **name);

/* CRC-32 over the names and values of all fields. A flipped bit in the database is found by it. */
int64_t fields_crc(const struct field_table *table, const void *base);

/* Bind the fields to parameters 1 to count and the CRC to count + 1. An SQLite code. */
int fields_bind(const struct field_table *table, const void *base, sqlite3_stmt *statement);

/* Read the fields from columns 0 to count - 1 and check them against the CRC in column count. 0 or -EBADMSG. */
int fields_read(const struct field_table *table, void *base, sqlite3_stmt *statement);

/* CRC-32 (polynomial 0xEDB88320) of `size` bytes, going on from `crc` (0 to begin). */
uint32_t crc32_of(uint32_t crc, const void *bytes, size_t size);

/* "off", "heat", "cool". */
const char *mode_name(enum drive_mode mode);

#endif
