#include "bench.h"

#include "schema.h"

static int64_t number(const struct bench *bench, const char *query)
{
    char path[PATH_MAX];
    sqlite3 *sql = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    bench_path(bench, STORE_FILE, path);
    CU_ASSERT_FATAL(sqlite3_open(path, &sql) == SQLITE_OK);
    CU_ASSERT_FATAL(sqlite3_prepare_v2(sql, query, -1, &statement, NULL) == SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW) {
        value = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    sqlite3_close(sql);
    return value;
}

static void change(const struct bench *bench, const char *text)
{
    char path[PATH_MAX];
    sqlite3 *sql = NULL;
    bench_path(bench, STORE_FILE, path);
    CU_ASSERT_FATAL(sqlite3_open(path, &sql) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(sql, text, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(sql);
}

/* A database with memory whose `phase_told` is nothing, closed. */
static struct engine_memory begin(struct bench *bench)
{
    const struct store_job job = bench_job(BENCH_T0_MS, 2);
    bench_begin(bench);
    CU_ASSERT_FATAL(bench_run(bench));
    CU_ASSERT(bench_store(bench, &job));
    bench_close(bench);
    return job.memory;
}

static void the_file_says_whose_it_is_and_of_what_version(void)
{
    struct bench bench;
    begin(&bench);
    CU_ASSERT_EQUAL(number(&bench, "PRAGMA application_id"), SCHEMA_APPLICATION_ID);
    CU_ASSERT_EQUAL(number(&bench, "PRAGMA user_version"), schema_version());
    CU_ASSERT_EQUAL(number(&bench, "PRAGMA page_size"), SCHEMA_PAGE_SIZE);
    CU_ASSERT(schema_version() < SCHEMA_VERSION_MAX);
    bench_end(&bench);
}

static void a_database_without_a_later_field_gets_its_column_and_keeps_its_data(void)
{
    struct bench bench;
    char text[64];
    const struct engine_memory memory = begin(&bench);
    change(&bench, "ALTER TABLE state DROP COLUMN phase_told");
    change(&bench, "ALTER TABLE session DROP COLUMN powered");
    snprintf(text, sizeof text, "PRAGMA user_version=%d", schema_version() - 2);
    change(&bench, text);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.lost && same_memory(&bench.loaded.memory, &memory));
    CU_ASSERT(bench.loaded.has_open_session && !bench.loaded.open_session.powered);
    bench_close(&bench);
    CU_ASSERT_EQUAL(number(&bench, "PRAGMA user_version"), schema_version());
    bench_end(&bench);
}

static void a_column_that_is_missing_at_the_same_version_is_damage(void)
{
    struct bench bench;
    begin(&bench);
    change(&bench, "ALTER TABLE state DROP COLUMN phase_told");
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.lost);
    bench_end(&bench);
}

static void a_newer_version_is_refused_and_left_alone(void)
{
    struct bench bench;
    char text[64];
    const struct engine_memory memory = begin(&bench);
    snprintf(text, sizeof text, "PRAGMA user_version=%d", schema_version() + 1);
    change(&bench, text);
    CU_ASSERT_EQUAL(bench_open(&bench), -ENOTSUP);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.why, "newer"));
    CU_ASSERT_EQUAL(bench_count(&bench, STORE_FILE ".damaged-"), 0);
    snprintf(text, sizeof text, "PRAGMA user_version=%d", schema_version());
    change(&bench, text);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(same_memory(&bench.loaded.memory, &memory));
    bench_end(&bench);
}

static void a_trigger_or_a_foreign_table_is_damage(void)
{
    struct bench bench;
    begin(&bench);
    change(&bench, "CREATE TRIGGER x AFTER INSERT ON note BEGIN DELETE FROM session; END");
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.lost);
    bench_end(&bench);
}

static void the_file_stays_bounded(void)
{
    struct bench bench;
    begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    struct store_job job = bench_job(BENCH_T0_MS, 10002);
    CU_ASSERT(bench_store(&bench, &job));
    bench_close(&bench);
    CU_ASSERT_EQUAL(number(&bench, "SELECT count(*) FROM session"), 1);
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"the file says whose it is and of what version",                       the_file_says_whose_it_is_and_of_what_version         },
    {"a database without a later field gets its column and keeps its data",
     a_database_without_a_later_field_gets_its_column_and_keeps_its_data                                                          },
    {"a column that is missing at the same version is damage",              a_column_that_is_missing_at_the_same_version_is_damage},
    {"a newer version is refused and left alone",                           a_newer_version_is_refused_and_left_alone             },
    {"a trigger or a foreign table is damage",                              a_trigger_or_a_foreign_table_is_damage                },
    {"the oldest sessions make room beyond ten thousand",                   the_file_stays_bounded                                },
};

int main(void)
{
    return suite_run("upgrade", tests, sizeof tests / sizeof tests[0]);
}
