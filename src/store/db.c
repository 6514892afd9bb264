#include "db.h"

#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SESSION_PRUNE "DELETE FROM session WHERE id<=?1"
#define NOTE_PRUNE    "DELETE FROM note WHERE id<=?1"
#define NOTE_PUT                                                                                                       \
    "INSERT OR REPLACE INTO note(id,kind,fault,plan_ms,wall_ms,session,value,sensor)VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"

/* What an SQLite code says about the world when the system said nothing. */
static const struct {
    int code;
    int error;
    bool ask_system;
} code_errors[] = {
    {SQLITE_OK,       0,       false},
    {SQLITE_ROW,      0,       false},
    {SQLITE_DONE,     0,       false},
    {SQLITE_PERM,     EACCES,  true },
    {SQLITE_BUSY,     EBUSY,   false},
    {SQLITE_LOCKED,   EBUSY,   false},
    {SQLITE_NOMEM,    ENOMEM,  false},
    {SQLITE_READONLY, EROFS,   false},
    {SQLITE_IOERR,    EIO,     true },
    {SQLITE_CORRUPT,  EBADMSG, false},
    {SQLITE_FULL,     ENOSPC,  false},
    {SQLITE_CANTOPEN, EIO,     true },
    {SQLITE_PROTOCOL, EBUSY,   false},
    {SQLITE_SCHEMA,   EBADMSG, false},
    {SQLITE_TOOBIG,   EBADMSG, false},
    {SQLITE_MISMATCH, EBADMSG, false},
    {SQLITE_ERROR,    EBADMSG, false}, /* no such table, no such column: our statements are right */
    {SQLITE_FORMAT,   EBADMSG, false},
    {SQLITE_NOTADB,   EBADMSG, false},
};

int db_errno(sqlite3 *sql, int code)
{
    int system = sql ? sqlite3_system_errno(sql) : 0;
    if (code == SQLITE_IOERR_SHMSIZE && system == 0) {
        return -ENOSPC;
    }
    for (size_t i = 0; i < sizeof code_errors / sizeof code_errors[0]; i++) {
        if (code_errors[i].code == (code & 0xff)) {
            return -(code_errors[i].ask_system && system > 0 ? system : code_errors[i].error);
        }
    }
    return -EIO;
}

const char *db_note_name(enum store_note_kind kind)
{
    static const char *const names[] = {[STORE_NOTE_TRIP] = "trip",
                                        [STORE_NOTE_LOCKOUT] = "lockout",
                                        [STORE_NOTE_CLEARED] = "cleared",
                                        [STORE_NOTE_ACK] = "ack",
                                        [STORE_NOTE_PAIN] = "pain"};
    return kind > STORE_NOTE_NONE && kind <= STORE_NOTE_PAIN ? names[kind] : "unknown";
}

static int run(sqlite3 *sql, const char *text)
{
    return db_errno(sql, sqlite3_exec(sql, text, NULL, NULL, NULL));
}

int db_number(sqlite3 *sql, const char *query, int64_t *value)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql, query, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    int error = db_errno(sql, code);
    if (code == SQLITE_ROW) {
        *value = sqlite3_column_int64(statement, 0);
    } else if (code == SQLITE_DONE) {
        error = -EBADMSG;
    }
    sqlite3_finalize(statement);
    return error;
}

/* Whether the first column of the first row is this text. */
static int expect_text(sqlite3 *sql, const char *query, const char *wanted, int otherwise)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(sql, query, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    int error = db_errno(sql, code);
    if (error == 0) {
        const char *text = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
        error = text && strcmp(text, wanted) == 0 ? 0 : otherwise;
    }
    sqlite3_finalize(statement);
    return error;
}

static int connect_to(const char *path, int flags, sqlite3 **sql)
{
    int code = sqlite3_open_v2(path, sql, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code != SQLITE_OK) {
        int error = db_errno(*sql, code);
        sqlite3_close(*sql);
        *sql = NULL;
        return error;
    }
    sqlite3_db_config(*sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_busy_timeout(*sql, DB_BUSY_MS);
    return 0;
}

static int prepare(struct db *db)
{
    char put_state[SCHEMA_TEXT_SIZE];
    char put_session[SCHEMA_TEXT_SIZE];
    schema_put_text(&state_table, put_state, sizeof put_state);
    schema_put_text(&session_table, put_session, sizeof put_session);
    const char *const texts[DB_STATEMENT_COUNT] = {
        [DB_PUT_STATE] = put_state,         [DB_PUT_SESSION] = put_session, [DB_PUT_NOTE] = NOTE_PUT,
        [DB_PRUNE_SESSION] = SESSION_PRUNE, [DB_PRUNE_NOTE] = NOTE_PRUNE,
    };
    for (size_t i = 0; i < DB_STATEMENT_COUNT; i++) {
        int code = sqlite3_prepare_v3(db->sql, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &db->statements[i], NULL);
        if (code != SQLITE_OK) {
            return db_errno(db->sql, code);
        }
    }
    return 0;
}

static int step(struct db *db, enum db_statement which)
{
    int code = sqlite3_step(db->statements[which]);
    sqlite3_reset(db->statements[which]);
    return db_errno(db->sql, code);
}

static int put_row(struct db *db, enum db_statement which, const struct field_table *table, const void *base)
{
    int code = fields_bind(table, base, db->statements[which]);
    return code == SQLITE_OK ? step(db, which) : db_errno(db->sql, code);
}

static int prune(struct db *db, enum db_statement which, int64_t newest)
{
    if (newest <= DB_ROWS_MAX) {
        return 0;
    }
    int code = sqlite3_bind_int64(db->statements[which], 1, newest - DB_ROWS_MAX);
    return code == SQLITE_OK ? step(db, which) : db_errno(db->sql, code);
}

static int put_session(struct db *db, const struct session_record *session)
{
    int error = put_row(db, DB_PUT_SESSION, &session_table, session);
    return error == 0 ? prune(db, DB_PRUNE_SESSION, session->id) : error;
}

static int put_note(struct db *db, const struct store_note *note, int64_t id)
{
    sqlite3_stmt *put = db->statements[DB_PUT_NOTE];
    const int64_t numbers[] = {note->plan_ms, note->wall_ms, note->session, note->value, note->sensor};
    int code = sqlite3_bind_int64(put, 1, id);
    code = code ? code : sqlite3_bind_text(put, 2, db_note_name(note->kind), -1, SQLITE_STATIC);
    code = code ? code : sqlite3_bind_text(put, 3, fault_name(note->fault), -1, SQLITE_STATIC);
    for (int i = 0; i < 5 && code == SQLITE_OK; i++) {
        code = sqlite3_bind_int64(put, 4 + i, numbers[i]);
    }
    int error = code == SQLITE_OK ? step(db, DB_PUT_NOTE) : db_errno(db->sql, code);
    return error == 0 ? prune(db, DB_PRUNE_NOTE, id) : error;
}

/* A database whose file was removed or replaced under us would swallow every record. */
static int still_there(sqlite3 *sql)
{
    int moved = 0;
    int code = sqlite3_file_control(sql, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code == SQLITE_OK && moved ? -ESTALE : 0;
}

int db_write(struct db *db, const struct store_state *state, const struct session_record *session,
             const struct store_note *note)
{
    int error = still_there(db->sql);
    if (error == 0) {
        error = run(db->sql, "BEGIN IMMEDIATE");
    }
    if (error == 0 && session) {
        error = put_session(db, session);
    }
    if (error == 0 && note) {
        error = put_note(db, note, state->newest_note);
    }
    if (error == 0) {
        error = put_row(db, DB_PUT_STATE, &state_table, state);
    }
    if (error == 0) {
        error = run(db->sql, "COMMIT");
    }
    if (error < 0 && !sqlite3_get_autocommit(db->sql)) {
        sqlite3_exec(db->sql, "ROLLBACK", NULL, NULL, NULL);
    }
    return error;
}

int db_create(const char *path, const struct store_state *state)
{
    char text[160];
    struct db db = {0};
    int error = connect_to(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db.sql);
    if (error < 0) {
        return error;
    }
    snprintf(text, sizeof text, "PRAGMA page_size=%d;PRAGMA synchronous=FULL;PRAGMA journal_mode=WAL",
             SCHEMA_PAGE_SIZE);
    error = run(db.sql, text);
    if (error == 0) {
        error = db_errno(db.sql, schema_create(db.sql));
    }
    if (error == 0) {
        error = prepare(&db);
    }
    if (error == 0) {
        error = db_write(&db, state, NULL, NULL);
    }
    if (error == 0) {
        error = run(db.sql, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
    db_close(&db);
    return error;
}

int db_open(struct db *db, const char *path)
{
    char text[160];
    *db = (struct db){0};
    int error = connect_to(path, SQLITE_OPEN_READWRITE, &db->sql);
    if (error < 0) {
        return error;
    }
    snprintf(text, sizeof text,
             "PRAGMA synchronous=FULL;PRAGMA cell_size_check=1;PRAGMA trusted_schema=0;PRAGMA temp_store=2;"
             "PRAGMA wal_autocheckpoint=%d",
             DB_CHECKPOINT);
    error = run(db->sql, text);
    if (error == 0) {
        error = expect_text(db->sql, "PRAGMA journal_mode=WAL", "wal", -ENOTSUP);
    }
    if (error < 0) {
        db_close(db);
    }
    return error;
}

static int read_row(sqlite3 *sql, const struct field_table *table, const char *tail, void *base, bool *found)
{
    char text[SCHEMA_TEXT_SIZE];
    sqlite3_stmt *statement = NULL;
    schema_get_text(table, tail, text, sizeof text);
    int code = sqlite3_prepare_v2(sql, text, -1, &statement, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    int error = db_errno(sql, code);
    *found = code == SQLITE_ROW;
    if (error == 0 && *found) {
        error = fields_read(table, base, statement);
    }
    sqlite3_finalize(statement);
    return error;
}

static int load_rows(sqlite3 *sql, struct db_loaded *loaded)
{
    bool found = false;
    int error = read_row(sql, &state_table, "", &loaded->state, &found);
    if (error < 0 || !found) {
        return error < 0 ? error : -EBADMSG;
    }
    error = read_row(sql, &session_table, "ORDER BY id DESC LIMIT 1", &loaded->newest, &found);
    if (error == 0 && loaded->newest.id != loaded->state.newest_session) {
        error = -EBADMSG;
    }
    return error;
}

int db_load(struct db *db, struct db_loaded *loaded)
{
    struct db_loaded found = {0};
    int error = schema_migrate(db->sql);
    if (error == 0) {
        error = expect_text(db->sql, "PRAGMA quick_check(1)", "ok", -EBADMSG);
    }
    if (error == 0) {
        error = expect_text(db->sql, "SELECT group_concat(name) FROM (SELECT name FROM sqlite_master ORDER BY name)",
                            "note,session,state", -EBADMSG);
    }
    if (error == 0) {
        error = load_rows(db->sql, &found);
    }
    if (error == 0) {
        error = prepare(db);
    }
    if (error == 0) {
        *loaded = found;
    }
    return error;
}

void db_close(struct db *db)
{
    for (size_t i = 0; i < DB_STATEMENT_COUNT; i++) {
        sqlite3_finalize(db->statements[i]);
    }
    sqlite3_close(db->sql);
    *db = (struct db){0};
}
