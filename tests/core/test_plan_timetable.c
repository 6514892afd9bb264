#include "plan_sample.h"
#include "suite.h"

#define ROWS_MAX 128

struct table {
    size_t count;
    struct plan_row rows[ROWS_MAX];
};

static struct table table_of(const struct plan_config *plan, const struct zone *zone, int64_t start_ms, int64_t days_ms)
{
    struct table table = {0};
    struct plan_local local = local_in(zone);
    table.count = plan_timetable(plan, &local, start_ms, days_ms, table.rows, ROWS_MAX);
    CU_ASSERT_FATAL(table.count <= ROWS_MAX);
    return table;
}

static bool at_night(const struct zone *zone, int64_t ms)
{
    int64_t minute = minute_of_day(zone, ms);
    return minute >= INT64_C(23) * 60 || minute < INT64_C(7) * 60;
}

/* What holds for every row of the sample plan, whatever the zone and the season. */
static void check_rows(const struct table *table, const struct zone *zone, int64_t start_ms)
{
    int64_t ice_ends_ms = start_ms + 3 * DAY_MS;
    for (size_t i = 0; i < table->count; i++) {
        const struct plan_row *row = &table->rows[i];
        CU_ASSERT_EQUAL(row->phase, row->start_ms < ice_ends_ms ? 0 : 1);
        CU_ASSERT_EQUAL(row->end_by_ms, row->start_ms + 30 * MINUTE_MS);
        CU_ASSERT_FALSE(row->phase == 1 && at_night(zone, row->start_ms));
        if (i == 0) {
            CU_ASSERT_EQUAL(row->start_ms, start_ms);
            continue;
        }
        int64_t due_ms = table->rows[i - 1].start_ms + 3 * HOUR_MS;
        CU_ASSERT_TRUE(due_ms <= row->start_ms);
        bool deferred = due_ms >= ice_ends_ms && at_night(zone, due_ms);
        CU_ASSERT_TRUE(row->start_ms == due_ms || deferred);
        CU_ASSERT_TRUE(!deferred || minute_of_day(zone, row->start_ms) == INT64_C(7) * 60);
        CU_ASSERT_TRUE(row->start_ms < due_ms + 9 * HOUR_MS);
    }
}

static void check_sample(const struct zone *zone, int64_t start_ms, size_t count)
{
    struct plan_config plan = sample_plan();
    struct table table = table_of(&plan, zone, start_ms, 10 * DAY_MS);
    CU_ASSERT_EQUAL(table.count, count);
    check_rows(&table, zone, start_ms);
}

static void the_sample_plan_runs_for_ten_days(void)
{
    check_sample(&zone_utc, at(2026, 11, 22, 8, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_berlin, at(2026, 11, 22, 8, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_new_york, at(2026, 11, 22, 8, 0), 24 + 6 * 7);
}

static void the_sample_plan_runs_over_each_change_of_the_clock(void)
{
    check_sample(&zone_berlin, at(2026, 3, 24, 8, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_berlin, at(2026, 10, 20, 8, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_new_york, at(2026, 3, 3, 14, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_new_york, at(2026, 10, 27, 14, 0), 24 + 5 + 6 * 6 + 1);
    check_sample(&zone_lord_howe, at(2026, 9, 29, 22, 30), 24 + 5 + 6 * 6 + 1);
}

static bool has_start(const struct table *table, int64_t start_ms)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].start_ms == start_ms) {
            return true;
        }
    }
    return false;
}

static void the_morning_after_a_change_begins_at_7_local(void)
{
    struct plan_config plan = sample_plan();
    struct table spring = table_of(&plan, &zone_berlin, at(2026, 3, 24, 8, 0), 10 * DAY_MS);
    CU_ASSERT_TRUE(has_start(&spring, at(2026, 3, 28, 6, 0)));
    CU_ASSERT_TRUE(has_start(&spring, at(2026, 3, 29, 5, 0)));
    struct table autumn = table_of(&plan, &zone_new_york, at(2026, 10, 27, 14, 0), 10 * DAY_MS);
    CU_ASSERT_TRUE(has_start(&autumn, at(2026, 10, 31, 11, 0)));
    CU_ASSERT_TRUE(has_start(&autumn, at(2026, 11, 1, 12, 0)));
}

static void rows_beyond_the_room_are_counted_but_not_written(void)
{
    struct plan_config plan = sample_plan();
    struct plan_local local = local_in(&zone_utc);
    struct plan_row rows[3] = {{.end_by_ms = -1}, {.end_by_ms = -1}, {.end_by_ms = -1}};
    int64_t start_ms = at(2026, 11, 22, 8, 0);
    CU_ASSERT_EQUAL(plan_timetable(&plan, &local, start_ms, DAY_MS, rows, 2), 8);
    CU_ASSERT_EQUAL(rows[1].start_ms, start_ms + 3 * HOUR_MS);
    CU_ASSERT_EQUAL(rows[2].end_by_ms, -1);
    CU_ASSERT_EQUAL(plan_timetable(&plan, &local, start_ms, DAY_MS, NULL, 0), 8);
}

static void a_session_at_the_last_instant_is_left_out(void)
{
    struct plan_config plan = sample_plan();
    int64_t start_ms = at(2026, 11, 22, 8, 0);
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, 0).count, 0);
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, 1).count, 1);
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, 3 * HOUR_MS).count, 1);
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, 3 * HOUR_MS + 1).count, 2);
}

static void the_timetable_ends_with_the_plan(void)
{
    struct plan_config plan = sample_plan();
    int64_t start_ms = at(2026, 11, 22, 8, 0);
    size_t whole = table_of(&plan, &zone_utc, start_ms, 10 * DAY_MS).count;
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, 400 * DAY_MS).count, whole);
    CU_ASSERT_EQUAL(table_of(&plan, &zone_utc, start_ms, INT64_MAX).count, whole);
}

static void a_start_in_quiet_hours_waits_for_the_morning(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[0].quiet = quiet_from_to(22, 0, 6, 0);
    struct table table = table_of(&plan, &zone_utc, at(2026, 11, 22, 23, 30), DAY_MS);
    CU_ASSERT_EQUAL(table.rows[0].start_ms, at(2026, 11, 23, 6, 0));
}

static void two_hours_off_outlast_a_short_interval(void)
{
    struct plan_config plan = sample_plan();
    plan.phases[0].every_min_ms = 2 * HOUR_MS;
    struct table table = table_of(&plan, &zone_utc, at(2026, 11, 22, 8, 0), DAY_MS);
    CU_ASSERT_EQUAL(table.rows[1].start_ms, at(2026, 11, 22, 10, 30));
}

static const struct suite_test tests[] = {
    {"the sample plan runs for ten days, ice first, then heat outside its nights", the_sample_plan_runs_for_ten_days                 },
    {"the sample plan runs over each change of the clock",                         the_sample_plan_runs_over_each_change_of_the_clock},
    {"the morning after a change begins at 7 local",                               the_morning_after_a_change_begins_at_7_local      },
    {"rows beyond the room are counted but not written",                           rows_beyond_the_room_are_counted_but_not_written  },
    {"a session at the last instant is left out",                                  a_session_at_the_last_instant_is_left_out         },
    {"the timetable ends with the plan",                                           the_timetable_ends_with_the_plan                  },
    {"a start in quiet hours waits for the morning",                               a_start_in_quiet_hours_waits_for_the_morning      },
    {"two hours of off time outlast a short interval",                             two_hours_off_outlast_a_short_interval            },
};

int main(void)
{
    return suite_run("plan: timetable", tests, sizeof tests / sizeof tests[0]);
}
