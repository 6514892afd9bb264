#include "bench.h"

/* Two sessions (one open), a trip, its end and a pain score. */
static void fill(struct bench *bench)
{
    bench_begin(bench);
    CU_ASSERT_FATAL(bench_run(bench));
    struct store_job job = bench_job(BENCH_T0_MS, 1);
    CU_ASSERT(bench_store(bench, &job));
    bench_end_session(&job.session, BENCH_T0_MS + 1500000);
    job.session.late = true;
    CU_ASSERT(bench_store(bench, &job));
    job = bench_note(STORE_NOTE_TRIP, BENCH_T0_MS + 3600000, 43250);
    job.note.fault = FAULT_TOO_HOT;
    job.note.session = 1;
    job.note.sensor = 0;
    CU_ASSERT(bench_store(bench, &job));
    job = bench_note(STORE_NOTE_CLEARED, BENCH_T0_MS + 3700000, INT32_MIN);
    CU_ASSERT(bench_store(bench, &job));
    job = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS + 3800000, 7);
    CU_ASSERT(bench_store(bench, &job));
    job = bench_job(BENCH_T0_MS + 10800000, 2);
    CU_ASSERT(bench_store(bench, &job));
}

static void print(const struct bench *bench, int64_t since_ms, enum store_format format, char *text, size_t size)
{
    FILE *out = fmemopen(text, size, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL(store_history(bench->directory, since_ms, format, out), 0);
    fclose(out);
}

static void json_has_sessions_trips_and_pain_oldest_first(void)
{
    struct bench bench;
    char text[4096];
    fill(&bench);
    print(&bench, 0, STORE_JSON, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(
        text,
        "{\"sessions\":[{\"id\":1,\"start\":\"2026-11-22T08:00:00Z\",\"end\":\"2026-11-22T08:25:00Z\",\"phase\":"
        "\"ice\","
        "\"mode\":\"cool\",\"target_c\":10.000,\"in_band_s\":1200,\"dose_cem43\":0.001,\"reason\":\"done\",\"late\":"
        "true,"
        "\"powered\":true,\"remind\":false,\"clock_trusted\":true},"
        "{\"id\":2,\"start\":\"2026-11-22T11:00:00Z\",\"end\":null,\"phase\":\"ice\",\"mode\":\"cool\",\"target_c\":10."
        "000,"
        "\"in_band_s\":0,\"dose_cem43\":0.000,\"reason\":null,\"late\":false,\"powered\":false,\"remind\":false,"
        "\"clock_trusted\":true}],"
        "\"trips\":[{\"time\":\"2026-11-22T09:00:00Z\",\"kind\":\"trip\",\"fault\":\"too_hot\",\"session\":1,"
        "\"sensor\":0,"
        "\"sensor_c\":43.250},{\"time\":\"2026-11-22T09:01:40Z\",\"kind\":\"cleared\",\"fault\":null,\"session\":null,"
        "\"sensor\":null,\"sensor_c\":null}],"
        "\"pain\":[{\"time\":\"2026-11-22T09:03:20Z\",\"score\":7,\"session\":null}]}\n");
    bench_end(&bench);
}

static void csv_has_one_header_and_one_line_a_row(void)
{
    struct bench bench;
    char text[4096];
    fill(&bench);
    print(&bench, 0, STORE_CSV, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text,
                           "time,kind,session,phase,mode,end,target_c,in_band_s,dose_cem43,reason,late,powered,"
                           "remind,clock_trusted,fault,sensor,score,sensor_c\n"
                           "2026-11-22T08:00:00Z,session,1,ice,cool,2026-11-22T08:25:00Z,10.000,1200,0.001,done,"
                           "true,true,false,true,,,,\n"
                           "2026-11-22T09:00:00Z,trip,1,,,,,,,,,,,,too_hot,0,,43.250\n"
                           "2026-11-22T09:01:40Z,cleared,,,,,,,,,,,,,,,,\n"
                           "2026-11-22T09:03:20Z,pain,,,,,,,,,,,,,,,7,\n"
                           "2026-11-22T11:00:00Z,session,2,ice,cool,,10.000,0,0.000,,false,false,false,true,,,,\n");
    bench_end(&bench);
}

static void text_is_a_table_for_people(void)
{
    struct bench bench;
    char text[4096];
    fill(&bench);
    print(&bench, 0, STORE_TEXT, text, sizeof text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "2026-11-22T08:00:00Z"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "20:00 in band"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "too_hot at 43.250 C"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "7 of 10"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "not ended"));
    bench_end(&bench);
}

static void rows_before_since_are_left_out_and_the_one_at_it_is_not(void)
{
    struct bench bench;
    char text[4096];
    fill(&bench);
    print(&bench, BENCH_T0_MS + 123, STORE_CSV, text, sizeof text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "T08:00:00Z,session"));
    print(&bench, BENCH_T0_MS + 124, STORE_CSV, text, sizeof text);
    CU_ASSERT_PTR_NULL(strstr(text, "T08:00:00Z,session"));
    print(&bench, INT64_MAX, STORE_JSON, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "{\"sessions\":[],\"trips\":[],\"pain\":[]}\n");
    bench_end(&bench);
}

static void it_can_be_read_when_the_daemon_is_off(void)
{
    struct bench bench;
    char text[4096];
    fill(&bench);
    bench_close(&bench);
    print(&bench, 0, STORE_CSV, text, sizeof text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "pain"));
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.lost);
    bench_end(&bench);
}

static void a_missing_database_and_a_full_output_are_said(void)
{
    struct bench bench;
    char text[8];
    fill(&bench);
    FILE *full = fopen("/dev/full", "w");
    CU_ASSERT_EQUAL(store_history(bench.directory, 0, STORE_CSV, full), -EIO);
    fclose(full);
    FILE *out = fmemopen(text, sizeof text, "w");
    CU_ASSERT_EQUAL(store_history("/nonexistent-soothe", 0, STORE_CSV, out), -ENOENT);
    fclose(out);
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"JSON has sessions, trips and pain, oldest first",           json_has_sessions_trips_and_pain_oldest_first},
    {"CSV has one header and one line a row",                     csv_has_one_header_and_one_line_a_row        },
    {"text is a table for people",                                text_is_a_table_for_people                   },
    {"rows before `since` are left out and the one at it is not",
     rows_before_since_are_left_out_and_the_one_at_it_is_not                                                   },
    {"it can be read when the daemon is off",                     it_can_be_read_when_the_daemon_is_off        },
    {"a missing database and a full output are said",             a_missing_database_and_a_full_output_are_said},
};

int main(void)
{
    return suite_run("store_history", tests, sizeof tests / sizeof tests[0]);
}
