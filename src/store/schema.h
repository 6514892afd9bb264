/* What the database looks like, made from the field tables, and how an older one becomes a newer one. */
#ifndef SOOTHE_STORE_SCHEMA_H
#define SOOTHE_STORE_SCHEMA_H

#include "fields.h"

#define SCHEMA_APPLICATION_ID 0x736f6f74 /* "soot" */
#define SCHEMA_PAGE_SIZE      512        /* a row of state fits in one; a session's begin or end costs two pages */
#define SCHEMA_TEXT_SIZE      8192
#define SCHEMA_VERSION_MAX    9999 /* a larger number is no version but damage */

/* PRAGMA user_version: 1000 for each shape of the tables, plus one for each field. */
int schema_version(void);

/* "INSERT OR REPLACE INTO table(fields, crc) VALUES(?1, ...)" and "SELECT fields, crc FROM table" with `tail` behind
 * it. */
void schema_put_text(const struct field_table *table, char *text, size_t size);
void schema_get_text(const struct field_table *table, const char *tail, char *text, size_t size);

/* Create all tables in an empty database, in one transaction. An SQLite code. */
int schema_create(sqlite3 *sql);

/* Bring the database up to this version: 0; -ENOTSUP it is of a newer soothe; -EBADMSG it is none of ours or damaged;
 * another negative errno. */
int schema_migrate(sqlite3 *sql);

#endif
