#include "schema.h"

#include "db.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHAPE_VERSION 1000

struct text {
    char *at;
    size_t size;
    size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text->at + text->used, text->size - text->used, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < text->size - text->used);
    text->used += (size_t)length;
}

static const char *column_type(const struct field *field)
{
    switch (field->kind) {
    case FIELD_FAULT:
    case FIELD_END:
    case FIELD_PHASE:
    case FIELD_MODE:
    case FIELD_TEXT:
        return "TEXT";
    case FIELD_BOOL:
    case FIELD_I32:
    case FIELD_I64:
    case FIELD_STAMP:
    default:
        return "INTEGER";
    }
}

int schema_version(void)
{
    return SHAPE_VERSION + (int)state_table.count + (int)session_table.count;
}

static void add_names(struct text *text, const struct field_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        add(text, "%s,", table->fields[i].name);
    }
    add(text, "crc");
}

void schema_put_text(const struct field_table *table, char *at, size_t size)
{
    struct text text = {at, size, 0};
    add(&text, "INSERT OR REPLACE INTO %s(", table->table);
    add_names(&text, table);
    add(&text, ")VALUES(?1");
    for (size_t i = 1; i <= table->count; i++) {
        add(&text, ",?%zu", i + 1);
    }
    add(&text, ")");
}

void schema_get_text(const struct field_table *table, const char *tail, char *at, size_t size)
{
    struct text text = {at, size, 0};
    add(&text, "SELECT ");
    add_names(&text, table);
    add(&text, " FROM %s %s", table->table, tail);
}

static void add_table(struct text *text, const struct field_table *table)
{
    add(text, "CREATE TABLE %s(%s INTEGER PRIMARY KEY", table->table, table->fields[0].name);
    for (size_t i = 1; i < table->count; i++) {
        add(text, ",%s %s", table->fields[i].name, column_type(&table->fields[i]));
    }
    add(text, ",crc INTEGER);");
}

int schema_create(sqlite3 *sql)
{
    char at[SCHEMA_TEXT_SIZE];
    struct text text = {at, sizeof at, 0};
    add(&text, "BEGIN IMMEDIATE;PRAGMA application_id=%d;PRAGMA user_version=%d;", SCHEMA_APPLICATION_ID,
        schema_version());
    add_table(&text, &state_table);
    add_table(&text, &session_table);
    add(&text, "CREATE TABLE note(id INTEGER PRIMARY KEY,kind TEXT,fault TEXT,plan_ms INTEGER,wall_ms INTEGER,"
               "session INTEGER,value INTEGER,sensor INTEGER);COMMIT;");
    return sqlite3_exec(sql, at, NULL, NULL, NULL);
}

static int has_column(sqlite3 *sql, const struct field_table *table, const struct field *field, bool *has)
{
    char text[256];
    snprintf(text, sizeof text, "SELECT count(*) FROM pragma_table_info('%s') WHERE name='%s'", table->table,
             field->name);
    int64_t count = 0;
    int error = db_number(sql, text, &count);
    *has = count == 1;
    return error;
}

static int add_columns(sqlite3 *sql, const struct field_table *table)
{
    for (size_t i = 1; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        bool has = false;
        int error = has_column(sql, table, field, &has);
        if (error == 0 && !has) {
            char text[256];
            snprintf(text, sizeof text, "ALTER TABLE %s ADD COLUMN %s %s", table->table, field->name,
                     column_type(field));
            error = db_errno(sql, sqlite3_exec(sql, text, NULL, NULL, NULL));
        }
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

static int upgrade(sqlite3 *sql)
{
    char text[64];
    snprintf(text, sizeof text, "PRAGMA user_version=%d;COMMIT", schema_version());
    int error = db_errno(sql, sqlite3_exec(sql, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    if (error == 0) {
        error = add_columns(sql, &state_table);
    }
    if (error == 0) {
        error = add_columns(sql, &session_table);
    }
    if (error == 0) {
        error = db_errno(sql, sqlite3_exec(sql, text, NULL, NULL, NULL));
    }
    if (error < 0 && !sqlite3_get_autocommit(sql)) {
        sqlite3_exec(sql, "ROLLBACK", NULL, NULL, NULL);
    }
    return error;
}

int schema_migrate(sqlite3 *sql)
{
    int64_t id = 0;
    int64_t version = 0;
    int error = db_number(sql, "PRAGMA application_id", &id);
    if (error == 0) {
        error = db_number(sql, "PRAGMA user_version", &version);
    }
    if (error < 0) {
        return error;
    }
    if (id != SCHEMA_APPLICATION_ID || version < SHAPE_VERSION || version > SCHEMA_VERSION_MAX) {
        return -EBADMSG;
    }
    if (version > schema_version()) {
        return -ENOTSUP;
    }
    return version < schema_version() ? upgrade(sql) : 0;
}
