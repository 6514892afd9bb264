#include "bench.h"

#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define CAN_SEE_PADDING 1
#endif
#endif

/* Mark every byte that a field covers. */
static void cover(const struct field_table *table, unsigned char *covered)
{
    for (size_t i = 0; i < table->count; i++) {
        memset(covered + table->fields[i].offset, 1, field_size(&table->fields[i]));
    }
}

/* Where the compiler can tell padding from members every byte is decided; else only gaps of 8 bytes and more are seen.
 */
#ifdef CAN_SEE_PADDING
#define CLEAR_PADDING(whole) __builtin_clear_padding(whole)
#define GAP_MIN              1
#else
#define CLEAR_PADDING(whole) (void)(whole)
#define GAP_MIN              8
#endif

static size_t widest_gap(const unsigned char *member, const unsigned char *covered, size_t size)
{
    size_t widest = 0;
    size_t gap = 0;
    for (size_t i = 0; i < size; i++) {
        gap = member[i] != 0 && !covered[i] ? gap + 1 : 0;
        widest = gap > widest ? gap : widest;
    }
    return widest;
}

#define ASSERT_COVERED(type, table)                                                                                    \
    do {                                                                                                               \
        struct type whole;                                                                                             \
        unsigned char covered[sizeof whole] = {0};                                                                     \
        memset(&whole, 0xff, sizeof whole);                                                                            \
        CLEAR_PADDING(&whole);                                                                                         \
        cover(&(table), covered);                                                                                      \
        CU_ASSERT(widest_gap((const unsigned char *)&whole, covered, sizeof whole) < GAP_MIN);                         \
    } while (0)

static void no_byte_of_the_structs_is_left_out(void)
{
    ASSERT_COVERED(store_state, state_table);
    ASSERT_COVERED(session_record, session_table);
}

static void no_two_fields_share_a_name_or_a_byte(void)
{
    const struct field_table *const tables[] = {&state_table, &session_table};
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct field *a = &tables[t]->fields[i];
            for (size_t k = 0; k < i; k++) {
                const struct field *b = &tables[t]->fields[k];
                CU_ASSERT(strcmp(a->name, b->name) != 0);
                CU_ASSERT(a->offset >= b->offset + field_size(b) || b->offset >= a->offset + field_size(a));
            }
        }
    }
}

static void put_value(const struct field *field, void *base, int64_t value)
{
    unsigned char *at = (unsigned char *)base + field->offset;
    int32_t narrow = (int32_t)value;
    bool flag = value != 0;
    if (field->kind == FIELD_TEXT) {
        memset(at, 0, (size_t)field->max + 1);
        memset(at, value == field->max ? 'z' : 'a', (size_t)(value < field->max ? value : field->max));
    } else if (field->kind == FIELD_BOOL) {
        memcpy(at, &flag, sizeof flag);
    } else if (field_size(field) == sizeof narrow) {
        memcpy(at, &narrow, sizeof narrow);
    } else {
        memcpy(at, &value, sizeof value);
    }
}

/* Through a real table in memory and back; 0 or what fields_read said. */
static int through_sqlite(const struct field_table *table, const void *from, void *to, const char *damage)
{
    sqlite3 *sql = NULL;
    sqlite3_stmt *statement = NULL;
    char text[8192];
    size_t used = 0;
    CU_ASSERT_FATAL(sqlite3_open(":memory:", &sql) == SQLITE_OK);
    used = (size_t)snprintf(text, sizeof text, "CREATE TABLE t(");
    for (size_t i = 0; i < table->count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s,", table->fields[i].name);
    }
    snprintf(text + used, sizeof text - used, "crc)");
    CU_ASSERT(sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK);
    used = (size_t)snprintf(text, sizeof text, "INSERT INTO t VALUES(?");
    for (size_t i = 0; i < table->count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, ",?");
    }
    snprintf(text + used, sizeof text - used, ")");
    CU_ASSERT(sqlite3_prepare_v2(sql, text, -1, &statement, NULL) == SQLITE_OK);
    CU_ASSERT(fields_bind(table, from, statement) == SQLITE_OK);
    CU_ASSERT(sqlite3_step(statement) == SQLITE_DONE);
    sqlite3_finalize(statement);
    if (damage) {
        CU_ASSERT(sqlite3_exec(sql, damage, NULL, NULL, NULL) == SQLITE_OK);
    }
    CU_ASSERT(sqlite3_prepare_v2(sql, "SELECT * FROM t", -1, &statement, NULL) == SQLITE_OK);
    CU_ASSERT(sqlite3_step(statement) == SQLITE_ROW);
    int error = fields_read(table, to, statement);
    sqlite3_finalize(statement);
    sqlite3_close(sql);
    return error;
}

static void every_field_comes_back_at_its_least_and_its_greatest(void)
{
    const struct field_table *const tables[] = {&state_table, &session_table};
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct field *field = &tables[t]->fields[i];
            const int64_t values[] = {field->min, field->max, field->kind == FIELD_STAMP ? PLAN_NEVER : field->max / 2};
            for (size_t v = 0; v < 3; v++) {
                union {
                    struct store_state state;
                    struct session_record session;
                } from, to;
                memset(&from, 0, sizeof from);
                memset(&to, 0, sizeof to);
                put_value(&tables[t]->fields[0], &from, 1);
                put_value(field, &from, i == 0 ? 1 : values[v]);
                CU_ASSERT_EQUAL(fields_check(tables[t], &from, NULL), 0);
                CU_ASSERT_EQUAL(through_sqlite(tables[t], &from, &to, NULL), 0);
                CU_ASSERT_EQUAL(memcmp(&from, &to, sizeof from), 0);
            }
        }
    }
}

static void a_value_just_outside_its_range_is_named(void)
{
    struct session_record record = bench_session(1, BENCH_T0_MS);
    const char *name = NULL;
    record.target_mc = 200000;
    CU_ASSERT_EQUAL(fields_check(&session_table, &record, &name), 0);
    record.target_mc = 200001;
    CU_ASSERT_EQUAL(fields_check(&session_table, &record, &name), -ERANGE);
    CU_ASSERT_STRING_EQUAL(name, "target_mc");
    record = bench_session(1, BENCH_T0_MS);
    record.end = END_COUNT;
    CU_ASSERT_EQUAL(fields_check(&session_table, &record, &name), -ERANGE);
    CU_ASSERT_STRING_EQUAL(name, "end_reason");
}

static int read_damaged(const char *damage)
{
    struct session_record from = bench_session(7, BENCH_T0_MS);
    struct session_record to;
    memset(&to, 0, sizeof to);
    return through_sqlite(&session_table, &from, &to, damage);
}

static void a_changed_value_is_found(void)
{
    CU_ASSERT_EQUAL(read_damaged(NULL), 0);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET rest_ms=rest_ms-1"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET rest_ms=NULL"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET id=8"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET phase='heat'"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET phase='fire'"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET phase=1"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET began_ms='x'"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET crc=NULL"), -EBADMSG);
    CU_ASSERT_EQUAL(read_damaged("UPDATE t SET powered=1"), -EBADMSG);
}

static void the_checksum_is_the_common_crc_32(void)
{
    CU_ASSERT_EQUAL(crc32_of(0, "123456789", 9), 0xCBF43926u);
}

static const struct suite_test tests[] = {
    {"no byte of the structs is left out",                   no_byte_of_the_structs_is_left_out                  },
    {"no two fields share a name or a byte",                 no_two_fields_share_a_name_or_a_byte                },
    {"every field comes back at its least and its greatest", every_field_comes_back_at_its_least_and_its_greatest},
    {"a value just outside its range is named",              a_value_just_outside_its_range_is_named             },
    {"a changed value is found",                             a_changed_value_is_found                            },
    {"the checksum is the common CRC-32",                    the_checksum_is_the_common_crc_32                   },
};

int main(void)
{
    return suite_run("fields", tests, sizeof tests / sizeof tests[0]);
}
