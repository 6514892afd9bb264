#include "fields.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS          (INT64_C(24) * 3600 * 1000)
#define STAMP_MIN_MS    (-366 * DAY_MS)         /* a plan clock that began in 1970 and an injury before it */
#define STAMP_MAX_MS    INT64_C(32503680000000) /* the year 3000 */
#define FIELD_TEXT_SIZE 256

#define AT(type, name, ...)                                                                                            \
    {                                                                                                                  \
#name, offsetof(struct type, name), __VA_ARGS__                                                                \
    }
#define STATE(name, member, ...)                                                                                       \
    {                                                                                                                  \
#name, offsetof(struct store_state, member), __VA_ARGS__                                                       \
    }
#define MEMORY(name, member, ...) STATE(name, memory.member, __VA_ARGS__)
#define DOSE(n)                                                                                                        \
    STATE(dose##n##_ended_ms, memory.doses[n].ended_ms, FIELD_STAMP, STAMP_MIN_MS, STAMP_MAX_MS),                      \
        STATE(dose##n##_ucem, memory.doses[n].ucem, FIELD_I64, 0, INT64_MAX)
#define STAMP FIELD_STAMP, STAMP_MIN_MS, STAMP_MAX_MS
#define FLAG  FIELD_BOOL, 0, 1
#define COUNT FIELD_I32, 0, INT32_MAX
#define SPAN  FIELD_I64, 0, INT64_MAX
#define WALL  FIELD_I64, -STAMP_MAX_MS, STAMP_MAX_MS

static const struct field state_fields[] = {
    STATE(one, one, FIELD_I64, 1, 1),
    STATE(seq, seq, SPAN),
    STATE(beat, beat, SPAN),
    STATE(lost, lost, FLAG),
    STATE(aside, aside, FIELD_TEXT, 0, 255),
    STATE(has_memory, has_memory, FLAG),
    STATE(newest_session, newest_session, SPAN),
    STATE(newest_note, newest_note, SPAN),
    STATE(clock_valid, clock.valid, FLAG),
    STATE(clock_plan_ms, clock.plan_ms, WALL),
    STATE(clock_boot_ms, clock.boot_ms, SPAN),
    STATE(clock_wall_ms, clock.wall_ms, WALL),
    STATE(clock_wall_trusted, clock.wall_trusted, FLAG),
    STATE(clock_boot_id, clock.boot_id, FIELD_TEXT, 0, 36),
    MEMORY(active, calendar.active, FLAG),
    MEMORY(injured_ms, calendar.injured_ms, STAMP),
    MEMORY(started_ms, calendar.started_ms, STAMP),
    MEMORY(base_ms, calendar.base_ms, STAMP),
    MEMORY(rest_until_ms, calendar.rest_until_ms, STAMP),
    MEMORY(skip, calendar.skip, FLAG),
    MEMORY(lockout, safety.lockout, FIELD_FAULT, 0, FAULT_COUNT - 1),
    MEMORY(lockout_at_ms, safety.lockout_at_ms, STAMP),
    MEMORY(session_on_ms, safety.session_on_ms, STAMP),
    MEMORY(last_off_ms, safety.last_off_ms, STAMP),
    MEMORY(rest_ms, safety.rest_ms, SPAN),
    MEMORY(strikes, safety.strikes, COUNT),
    MEMORY(collapses, safety.collapses, COUNT),
    MEMORY(proven_session, safety.proven_session, SPAN),
    MEMORY(complete, complete, FLAG),
    MEMORY(stopped, stopped, FLAG),
    MEMORY(paused, paused, FLAG),
    MEMORY(paused_until_ms, paused_until_ms, STAMP),
    MEMORY(held_since_ms, held_since_ms, STAMP),
    MEMORY(ask_injury, ask_injury, FLAG),
    MEMORY(last_session, last_session, SPAN),
    MEMORY(sessions_done, sessions_done, COUNT),
    MEMORY(weak_sessions, weak_sessions, COUNT),
    MEMORY(pain, pain, FIELD_I32, -1, 10),
    MEMORY(day, day, FIELD_I64, INT32_MIN, INT32_MAX),
    MEMORY(sessions_today, sessions_today, COUNT),
    MEMORY(in_band_today_ms, in_band_today_ms, SPAN),
    MEMORY(phase_told, phase_told, FIELD_I32, 0, PHASE_NAME_COUNT - 1),
    MEMORY(true_on_ms, true_on_ms, STAMP),
    MEMORY(true_off_ms, true_off_ms, STAMP),
    MEMORY(true_rest_until_ms, true_rest_until_ms, STAMP),
    DOSE(0),
    DOSE(1),
    DOSE(2),
    DOSE(3),
    DOSE(4),
    DOSE(5),
    DOSE(6),
    DOSE(7),
    DOSE(8),
    DOSE(9),
    DOSE(10),
    DOSE(11),
    DOSE(12),
    DOSE(13),
    DOSE(14),
    DOSE(15),
};
static_assert(ENGINE_DOSES == 16, "a line for each dose");

static const struct field session_fields[] = {
    AT(session_record, id, FIELD_I64, 1, INT64_MAX),
    AT(session_record, phase, FIELD_PHASE, 0, PHASE_NAME_COUNT - 1),
    AT(session_record, mode, FIELD_MODE, 0, DRIVE_MODE_COUNT - 1),
    AT(session_record, remind, FLAG),
    AT(session_record, late, FLAG),
    AT(session_record, target_mc, FIELD_I32, -100000, 200000),
    AT(session_record, began_ms, STAMP),
    AT(session_record, rest_ms, SPAN),
    AT(session_record, max_ms, SPAN),
    AT(session_record, worst_ucem, SPAN),
    AT(session_record, wall_began_ms, WALL),
    AT(session_record, wall_trusted, FLAG),
    AT(session_record, ended_ms, STAMP),
    AT(session_record, wall_ended_ms, WALL),
    {"end_reason", offsetof(struct session_record, end), FIELD_END, 0, END_COUNT - 1},
    AT(session_record, powered, FLAG),
    AT(session_record, in_band_ms, SPAN),
    AT(session_record, ucem, SPAN),
};

const struct field_table state_table = {"state", state_fields, sizeof state_fields / sizeof state_fields[0]};
const struct field_table session_table = {"session", session_fields, sizeof session_fields / sizeof session_fields[0]};

const char *mode_name(enum drive_mode mode)
{
    static const char *const names[DRIVE_MODE_COUNT] = {
        [DRIVE_OFF] = "off", [DRIVE_HEAT] = "heat", [DRIVE_COOL] = "cool"};
    return (unsigned)mode < DRIVE_MODE_COUNT ? names[mode] : "unknown";
}

uint32_t crc32_of(uint32_t crc, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (UINT32_C(0xEDB88320) & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

size_t field_size(const struct field *field)
{
    switch (field->kind) {
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_I32:
        return sizeof(int32_t);
    case FIELD_I64:
    case FIELD_STAMP:
        return sizeof(int64_t);
    case FIELD_FAULT:
    case FIELD_END:
    case FIELD_PHASE:
    case FIELD_MODE:
        return sizeof(enum fault);
    case FIELD_TEXT:
        return (size_t)field->max + 1;
    default:
        return 0;
    }
}
static_assert(sizeof(enum fault) == 4 && sizeof(enum end_reason) == 4, "enums are read as 32 bits");
static_assert(sizeof(enum plan_phase_name) == 4 && sizeof(enum drive_mode) == 4, "enums are read as 32 bits");

static int64_t get_int(const struct field *field, const void *base)
{
    const unsigned char *at = (const unsigned char *)base + field->offset;
    int64_t wide = 0;
    int32_t narrow = 0;
    switch (field_size(field)) {
    case sizeof wide:
        memcpy(&wide, at, sizeof wide);
        return wide;
    case sizeof narrow:
        memcpy(&narrow, at, sizeof narrow);
        return narrow;
    default:
        return *at;
    }
}

static void set_int(const struct field *field, void *base, int64_t value)
{
    unsigned char *at = (unsigned char *)base + field->offset;
    int32_t narrow = (int32_t)value;
    bool flag = value != 0;
    switch (field_size(field)) {
    case sizeof value:
        memcpy(at, &value, sizeof value);
        break;
    case sizeof narrow:
        memcpy(at, &narrow, sizeof narrow);
        break;
    default:
        memcpy(at, &flag, sizeof flag);
        break;
    }
}

static int64_t nothing_of(const struct field *field)
{
    return field->kind == FIELD_STAMP ? PLAN_NEVER : 0;
}

static bool in_range(const struct field *field, int64_t value)
{
    return (field->kind == FIELD_STAMP && value == PLAN_NEVER) || (value >= field->min && value <= field->max);
}

/* The name of an enum's member, NULL for a field that is a number. */
static const char *member_name(const struct field *field, int64_t value)
{
    switch (field->kind) {
    case FIELD_FAULT:
        return fault_name((enum fault)value);
    case FIELD_END:
        return end_name((enum end_reason)value);
    case FIELD_PHASE:
        return plan_phase_string((enum plan_phase_name)value);
    case FIELD_MODE:
        return mode_name((enum drive_mode)value);
    case FIELD_BOOL:
    case FIELD_I32:
    case FIELD_I64:
    case FIELD_STAMP:
    case FIELD_TEXT:
    default:
        return NULL;
    }
}

/* The value as text: what the CRC covers. Empty where it is stored as NULL. */
static void value_text(const struct field *field, const void *base, char text[FIELD_TEXT_SIZE])
{
    text[0] = '\0';
    if (field->kind == FIELD_TEXT) {
        size_t size = (size_t)field->max + 1;
        memcpy(text, (const char *)base + field->offset, size);
        text[size - 1] = '\0';
        return;
    }
    int64_t value = get_int(field, base);
    if (value == nothing_of(field)) {
        return;
    }
    const char *name = member_name(field, value);
    if (name) {
        snprintf(text, FIELD_TEXT_SIZE, "%s", name);
    } else {
        snprintf(text, FIELD_TEXT_SIZE, "%" PRId64, value);
    }
}

int fields_check(const struct field_table *table, const void *base, const char **name)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        bool good = field->kind == FIELD_TEXT
                        ? memchr((const char *)base + field->offset, '\0', (size_t)field->max + 1) != NULL
                        : in_range(field, get_int(field, base));
        if (!good) {
            if (name) {
                *name = field->name;
            }
            return -ERANGE;
        }
    }
    return 0;
}

int64_t fields_crc(const struct field_table *table, const void *base)
{
    uint32_t crc = 0;
    for (size_t i = 0; i < table->count; i++) {
        char text[FIELD_TEXT_SIZE];
        value_text(&table->fields[i], base, text);
        if (text[0]) {
            crc = crc32_of(crc, table->fields[i].name, strlen(table->fields[i].name) + 1);
            crc = crc32_of(crc, text, strlen(text) + 1);
        }
    }
    return crc;
}

static int bind_field(const struct field *field, const void *base, sqlite3_stmt *statement, int parameter)
{
    char text[FIELD_TEXT_SIZE];
    value_text(field, base, text);
    if (!text[0]) {
        return sqlite3_bind_null(statement, parameter);
    }
    if (field->kind == FIELD_TEXT || member_name(field, get_int(field, base))) {
        return sqlite3_bind_text(statement, parameter, text, -1, SQLITE_TRANSIENT);
    }
    return sqlite3_bind_int64(statement, parameter, get_int(field, base));
}

int fields_bind(const struct field_table *table, const void *base, sqlite3_stmt *statement)
{
    int count = (int)table->count;
    for (int i = 0; i < count; i++) {
        int code = bind_field(&table->fields[i], base, statement, i + 1);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    return sqlite3_bind_int64(statement, count + 1, fields_crc(table, base));
}

static int read_member(const struct field *field, void *base, const char *text)
{
    for (int64_t value = field->min; value <= field->max; value++) {
        if (strcmp(member_name(field, value), text) == 0) {
            set_int(field, base, value);
            return 0;
        }
    }
    return -EBADMSG;
}

static int read_text(const struct field *field, void *base, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t size = (size_t)sqlite3_column_bytes(statement, column);
    if (!text || strlen(text) != size || size > (size_t)field->max) {
        return -EBADMSG;
    }
    memcpy((char *)base + field->offset, text, size + 1);
    return 0;
}

static int read_field(const struct field *field, void *base, sqlite3_stmt *statement, int column)
{
    int type = sqlite3_column_type(statement, column);
    bool number = field->kind != FIELD_TEXT && !member_name(field, 0);
    if (type == SQLITE_NULL) {
        if (field->kind != FIELD_TEXT) {
            set_int(field, base, nothing_of(field));
        }
        return 0;
    }
    if (type != (number ? SQLITE_INTEGER : SQLITE_TEXT)) {
        return -EBADMSG;
    }
    if (field->kind == FIELD_TEXT) {
        return read_text(field, base, statement, column);
    }
    if (!number) {
        const char *text = (const char *)sqlite3_column_text(statement, column);
        return text ? read_member(field, base, text) : -EBADMSG;
    }
    int64_t value = sqlite3_column_int64(statement, column);
    if (!in_range(field, value)) {
        return -EBADMSG;
    }
    set_int(field, base, value);
    return 0;
}

int fields_read(const struct field_table *table, void *base, sqlite3_stmt *statement)
{
    int count = (int)table->count;
    for (int i = 0; i < count; i++) {
        if (read_field(&table->fields[i], base, statement, i) < 0) {
            return -EBADMSG;
        }
    }
    bool same = sqlite3_column_type(statement, count) == SQLITE_INTEGER &&
                sqlite3_column_int64(statement, count) == fields_crc(table, base);
    return same && fields_check(table, base, NULL) == 0 ? 0 : -EBADMSG;
}
