/* The database itself: one connection, used by one thread at a time. */
#ifndef SOOTHE_STORE_DB_H
#define SOOTHE_STORE_DB_H

#include "fields.h"

#include <limits.h>

#define DB_ROWS_MAX   10000 /* of sessions, and of notes: two years and more; older ones make room */
#define DB_BUSY_MS    2000  /* a reader of the history may be in the way for a moment */
#define DB_CHECKPOINT 128   /* pages of -wal: about every fourth day */

enum db_statement { DB_PUT_STATE, DB_PUT_SESSION, DB_PUT_NOTE, DB_PRUNE_SESSION, DB_PRUNE_NOTE, DB_STATEMENT_COUNT };

struct db {
    sqlite3 *sql; /* NULL: not connected */
    sqlite3_stmt *statements[DB_STATEMENT_COUNT];
};

/* Everything that is loaded at the start. */
struct db_loaded {
    struct store_state state;
    struct session_record newest; /* id 0: none */
};

/* The negative errno of an SQLite code: what the system said where it said something; -EBADMSG is damage. */
int db_errno(sqlite3 *sql, int code);

/* One integer from a query without parameters. 0 or a negative errno. */
int db_number(sqlite3 *sql, const char *query, int64_t *value);

/* Create a new, complete database at `path` (which must not exist) with this first state; closed and durable
 * afterwards. */
int db_create(const char *path, const struct store_state *state);

/* Open the database at `path` for writing: WAL, synchronous=FULL, statements prepared. */
int db_open(struct db *db, const char *path);

/* Check the file, bring it to this version and load. -EBADMSG: damaged. -ENOTSUP: of a newer soothe. */
int db_load(struct db *db, struct db_loaded *loaded);

/* One transaction: the state, and where not NULL a session and a note (under the id state->newest_note). May be
 * repeated with the same arguments after a failure, whatever of it was done. 0: it is durable. */
int db_write(struct db *db, const struct store_state *state, const struct session_record *session,
             const struct store_note *note);

/* "trip", "lockout", "cleared", "ack", "pain". */
const char *db_note_name(enum store_note_kind kind);

void db_close(struct db *db);

#endif
