#include "db.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* One query for every format: sessions and notes as rows of one shape. */
#define HISTORY_QUERY                                                                                                  \
    "SELECT * FROM (SELECT wall_began_ms AS at,'session' AS kind,id AS session,phase,mode,"                            \
    "CASE WHEN ended_ms IS NULL THEN NULL ELSE wall_ended_ms END,target_mc,ifnull(in_band_ms,0),ifnull(ucem,0),"       \
    "end_reason,ifnull(late,0),ifnull(powered,0),ifnull(remind,0),ifnull(wall_trusted,0),NULL,NULL,NULL,0 AS part,"    \
    "id AS row FROM session WHERE ifnull(wall_began_ms,0)>=?1 UNION ALL SELECT wall_ms,kind,nullif(session,0),NULL,"   \
    "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,nullif(fault,'none'),nullif(sensor,-1),"                        \
    "nullif(value,-2147483648),CASE kind WHEN 'pain' THEN 2 ELSE 1 END,id FROM note WHERE wall_ms>=?1)"                \
    " WHERE part BETWEEN ?2 AND ?3 ORDER BY at,part,row"

/* Columns of the query. */
enum column {
    AT,
    KIND,
    SESSION,
    PHASE,
    MODE,
    ENDED,
    TARGET,
    IN_BAND,
    DOSE,
    REASON,
    LATE,
    POWERED,
    REMIND,
    TRUSTED,
    FAULT,
    SENSOR,
    VALUE,
    COLUMN_COUNT
};

enum part { PART_SESSION, PART_TRIP, PART_PAIN };

enum shape {
    SHAPE_TIME,
    SHAPE_NAME,
    SHAPE_NUMBER,
    SHAPE_FLAG,
    SHAPE_MILLI /* a thousandth: one or three decimals */,
    SHAPE_DOSE,
    SHAPE_SECONDS
};

static const enum shape shapes[COLUMN_COUNT] = {
    [AT] = SHAPE_TIME,      [KIND] = SHAPE_NAME,    [SESSION] = SHAPE_NUMBER, [PHASE] = SHAPE_NAME,
    [MODE] = SHAPE_NAME,    [ENDED] = SHAPE_TIME,   [TARGET] = SHAPE_MILLI,   [IN_BAND] = SHAPE_SECONDS,
    [DOSE] = SHAPE_DOSE,    [REASON] = SHAPE_NAME,  [LATE] = SHAPE_FLAG,      [POWERED] = SHAPE_FLAG,
    [REMIND] = SHAPE_FLAG,  [TRUSTED] = SHAPE_FLAG, [FAULT] = SHAPE_NAME,     [SENSOR] = SHAPE_NUMBER,
    [VALUE] = SHAPE_NUMBER,
};

struct key {
    const char *name;
    enum column column;
    bool milli; /* the value column as degrees Celsius */
};

static const struct key session_keys[] = {
    {"id",            SESSION, false},
    {"start",         AT,      false},
    {"end",           ENDED,   false},
    {"phase",         PHASE,   false},
    {"mode",          MODE,    false},
    {"target_c",      TARGET,  false},
    {"in_band_s",     IN_BAND, false},
    {"dose_cem43",    DOSE,    false},
    {"reason",        REASON,  false},
    {"late",          LATE,    false},
    {"powered",       POWERED, false},
    {"remind",        REMIND,  false},
    {"clock_trusted", TRUSTED, false},
};
static const struct key trip_keys[] = {
    {"time",     AT,      false},
    {"kind",     KIND,    false},
    {"fault",    FAULT,   false},
    {"session",  SESSION, false},
    {"sensor",   SENSOR,  false},
    {"sensor_c", VALUE,   true },
};
static const struct key pain_keys[] = {
    {"time",    AT,      false},
    {"score",   VALUE,   false},
    {"session", SESSION, false}
};

#define CSV_HEADER                                                                                                     \
    "time,kind,session,phase,mode,end,target_c,in_band_s,dose_cem43,reason,late,powered,remind,clock_trusted,fault,"   \
    "sensor,score,sensor_c"

static void format_time(int64_t wall_ms, char *text, size_t size)
{
    time_t seconds = (time_t)((wall_ms < 0 ? wall_ms - 999 : wall_ms) / 1000);
    struct tm utc;
    if (!gmtime_r(&seconds, &utc) || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) {
        snprintf(text, size, "unknown");
    }
}

static void format_milli(int64_t value, char *text, size_t size)
{
    uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    snprintf(text, size, "%s%" PRIu64 ".%03" PRIu64, value < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
}

/* Names come from closed lists; whatever else a database holds must not break the document. */
static void format_name(const unsigned char *name, char *text, size_t size)
{
    size_t used = 0;
    for (; name && *name && used + 1 < size; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9') || *name == '_';
        text[used++] = plain ? (char)*name : '?';
    }
    text[used] = '\0';
}

/* The value as text; false where there is none. */
static bool format_value(sqlite3_stmt *row, enum column column, bool milli, char *text, size_t size)
{
    if (sqlite3_column_type(row, (int)column) == SQLITE_NULL) {
        return false;
    }
    int64_t value = sqlite3_column_int64(row, (int)column);
    switch (milli ? SHAPE_MILLI : shapes[column]) {
    case SHAPE_TIME:
        format_time(value, text, size);
        break;
    case SHAPE_NAME:
        format_name(sqlite3_column_text(row, (int)column), text, size);
        break;
    case SHAPE_FLAG:
        snprintf(text, size, "%s", value ? "true" : "false");
        break;
    case SHAPE_MILLI:
        format_milli(value, text, size);
        break;
    case SHAPE_DOSE:
        format_milli(value / 1000, text, size);
        break;
    case SHAPE_SECONDS:
        snprintf(text, size, "%" PRId64, value / 1000);
        break;
    case SHAPE_NUMBER:
    default:
        snprintf(text, size, "%" PRId64, value);
        break;
    }
    return true;
}

static void print_csv(FILE *out, sqlite3_stmt *row)
{
    char text[64];
    bool pain = sqlite3_column_int(row, COLUMN_COUNT) == PART_PAIN;
    for (enum column i = AT; i < VALUE; i++) {
        fprintf(out, "%s%s", i == AT ? "" : ",", format_value(row, i, false, text, sizeof text) ? text : "");
    }
    bool has = format_value(row, VALUE, !pain, text, sizeof text);
    fprintf(out, pain ? ",%s,\n" : ",,%s\n", has ? text : "");
}

static void print_object(FILE *out, sqlite3_stmt *row, const struct key *keys, size_t count)
{
    char text[64];
    for (size_t i = 0; i < count; i++) {
        bool has = format_value(row, keys[i].column, keys[i].milli, text, sizeof text);
        bool quoted =
            has && !keys[i].milli && (shapes[keys[i].column] == SHAPE_TIME || shapes[keys[i].column] == SHAPE_NAME);
        const char *quote = quoted ? "\"" : "";
        fprintf(out, "%s\"%s\":%s%s%s", i == 0 ? "{" : ",", keys[i].name, quote, has ? text : "null", quote);
    }
    fputc('}', out);
}

static void print_session_text(FILE *out, sqlite3_stmt *row)
{
    char began[64], ended[64], mode[64], phase[64], target[64], reason[64], band[64];
    format_value(row, AT, false, began, sizeof began);
    bool has_end = format_value(row, ENDED, false, ended, sizeof ended);
    int64_t band_s = sqlite3_column_int64(row, IN_BAND) / 1000;
    snprintf(band, sizeof band, "%" PRId64 ":%02" PRId64, band_s / 60, band_s % 60);
    bool has_target = format_value(row, TARGET, false, target, sizeof target);
    fprintf(out, "%-20s  session  %-5s %-5s %7s C  to %-20s  %6s in band  %s%s%s\n", began,
            format_value(row, PHASE, false, phase, sizeof phase) ? phase : "none",
            format_value(row, MODE, false, mode, sizeof mode) ? mode : "off", has_target ? target : "-",
            has_end ? ended : "(not ended)", band,
            format_value(row, REASON, false, reason, sizeof reason) ? reason : "",
            sqlite3_column_int(row, LATE) ? ", late" : "", sqlite3_column_int(row, REMIND) ? ", reminded" : "");
}

static void print_note_text(FILE *out, sqlite3_stmt *row)
{
    char at[64], kind[64], fault[64], value[64];
    bool pain = sqlite3_column_int(row, COLUMN_COUNT) == PART_PAIN;
    bool has = format_value(row, VALUE, !pain, value, sizeof value);
    format_value(row, AT, false, at, sizeof at);
    fprintf(out, "%-20s  %-7s  %s%s%s%s\n", at, format_value(row, KIND, false, kind, sizeof kind) ? kind : "",
            format_value(row, FAULT, false, fault, sizeof fault) ? fault : "", pain || !has ? "" : " at ",
            has ? value : "", pain ? " of 10" : (has ? " C" : ""));
}

typedef void print_row(FILE *out, sqlite3_stmt *row);

/* Without a -wal nobody has the database open: where SQLite cannot make its shared memory, on a read-only file system,
 * the file may then be read as it is. */
static bool may_read_unlocked(const char *path)
{
    char wal[PATH_MAX];
    struct stat status;
    snprintf(wal, sizeof wal, "%.*s-wal", (int)sizeof wal - 8, path);
    return stat(wal, &status) < 0 && errno == ENOENT;
}

static int open_readonly(const char *path, bool immutable, sqlite3 **sql)
{
    char uri[3 * PATH_MAX + 64] = "file:";
    size_t used = strlen(uri);
    for (const char *at = path; *at; at++) {
        bool special = *at == '?' || *at == '#' || *at == '%';
        used += (size_t)snprintf(uri + used, sizeof uri - used, special ? "%%%02X" : "%c", (unsigned char)*at);
    }
    snprintf(uri + used, sizeof uri - used, "?mode=ro%s", immutable ? "&immutable=1" : "");
    int code = sqlite3_open_v2(uri, sql, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, NULL);
    if (code == SQLITE_OK) {
        sqlite3_busy_timeout(*sql, DB_BUSY_MS);
        sqlite3_db_config(*sql, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        code = sqlite3_exec(*sql, "PRAGMA trusted_schema=0;BEGIN;SELECT count(*) FROM state", NULL, NULL, NULL);
    }
    if (code != SQLITE_OK) {
        int error = db_errno(*sql, code);
        sqlite3_close(*sql);
        *sql = NULL;
        return error;
    }
    return 0;
}

static int prepare(sqlite3 *sql, int64_t since_wall_ms, enum part first, enum part last, sqlite3_stmt **rows)
{
    int code = sqlite3_prepare_v2(sql, HISTORY_QUERY, -1, rows, NULL);
    code = code ? code : sqlite3_bind_int64(*rows, 1, since_wall_ms);
    code = code ? code : sqlite3_bind_int(*rows, 2, (int)first);
    code = code ? code : sqlite3_bind_int(*rows, 3, (int)last);
    return db_errno(sql, code);
}

static int print_lines(sqlite3 *sql, int64_t since_wall_ms, bool csv, FILE *out)
{
    sqlite3_stmt *rows = NULL;
    int error = prepare(sql, since_wall_ms, PART_SESSION, PART_PAIN, &rows);
    int code = SQLITE_DONE;
    if (error == 0 && csv) {
        fputs(CSV_HEADER "\n", out);
    }
    while (error == 0 && (code = sqlite3_step(rows)) == SQLITE_ROW) {
        bool session = sqlite3_column_int(rows, COLUMN_COUNT) == PART_SESSION;
        print_row *print = csv ? print_csv : (session ? print_session_text : print_note_text);
        print(out, rows);
    }
    sqlite3_finalize(rows);
    return error == 0 ? db_errno(sql, code) : error;
}

static int print_json(sqlite3 *sql, int64_t since_wall_ms, FILE *out)
{
    static const struct {
        const char *opening;
        const struct key *keys;
        size_t count;
    } parts[] = {
        [PART_SESSION] = {"{\"sessions\":[", session_keys, sizeof session_keys / sizeof session_keys[0]},
        [PART_TRIP] = {"],\"trips\":[",   trip_keys,    sizeof trip_keys / sizeof trip_keys[0]      },
        [PART_PAIN] = {"],\"pain\":[",    pain_keys,    sizeof pain_keys / sizeof pain_keys[0]      },
    };
    int error = 0;
    for (enum part part = PART_SESSION; part <= PART_PAIN && error == 0; part++) {
        sqlite3_stmt *rows = NULL;
        int code = SQLITE_DONE;
        error = prepare(sql, since_wall_ms, part, part, &rows);
        fputs(parts[part].opening, out);
        for (bool next = false; error == 0 && (code = sqlite3_step(rows)) == SQLITE_ROW; next = true) {
            fputs(next ? "," : "", out);
            print_object(out, rows, parts[part].keys, parts[part].count);
        }
        sqlite3_finalize(rows);
        error = error == 0 ? db_errno(sql, code) : error;
    }
    fputs("]}\n", out);
    return error;
}

int store_history(const char *directory, int64_t since_wall_ms, enum store_format format, FILE *out)
{
    char path[PATH_MAX];
    sqlite3 *sql = NULL;
    int length = snprintf(path, sizeof path, "%s/" STORE_FILE, directory);
    if (length < 0 || (size_t)length + 8 >= sizeof path) {
        return -ENAMETOOLONG;
    }
    int error = open_readonly(path, false, &sql);
    if (error < 0 && may_read_unlocked(path)) {
        error = open_readonly(path, true, &sql);
    }
    if (error < 0) {
        return error;
    }
    error = format == STORE_JSON ? print_json(sql, since_wall_ms, out)
                                 : print_lines(sql, since_wall_ms, format == STORE_CSV, out);
    sqlite3_close(sql);
    if (error == 0 && (fflush(out) != 0 || ferror(out))) {
        error = -EIO;
    }
    return error;
}
