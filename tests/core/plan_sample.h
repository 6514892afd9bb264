/* What the tests of the plan share: dates, time zones as pure functions, the sample plan and calendars within it. */
#ifndef SOOTHE_TESTS_PLAN_SAMPLE_H
#define SOOTHE_TESTS_PLAN_SAMPLE_H

#include "soothe/plan.h"
#include "suite.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* UTC, from 1970 on, as Unix time in milliseconds. */
static inline int64_t at(int year, int month, int day, int hour, int minute)
{
    static const int before_month[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t days = before_month[month - 1] + day - 1 + (year % 4 == 0 && month > 2);
    for (int y = 1970; y < year; y++) {
        days += y % 4 == 0 ? 366 : 365;
    }
    return days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
}

/* A time zone: its offset before any change, and its changes. */
struct zone {
    const char *name;
    int32_t first_offset_s;
    size_t change_count;
    struct {
        int64_t at_s;
        int32_t offset_s;
    } changes[3];
};

static const struct zone zone_utc = {.name = "UTC"};

/* 01:00 UTC on the last Sundays of March and October: 2026-03-29, 2026-10-25, 2027-03-28. */
static const struct zone zone_berlin = {
    .name = "Europe/Berlin",
    .first_offset_s = 3600,
    .change_count = 3,
    .changes = {{1774746000, 7200}, {1792890000, 3600}, {1806195600, 7200}},
};

/* 02:00 local on the second Sunday of March and the first of November: 2026-03-08, 2026-11-01, 2027-03-14. */
static const struct zone zone_new_york = {
    .name = "America/New_York",
    .first_offset_s = -18000,
    .change_count = 3,
    .changes = {{1772953200, -14400}, {1793512800, -18000}, {1805007600, -14400}},
};

/* By half an hour, at 02:00 local: 2026-04-05 back, 2026-10-04 forward, 2027-04-04 back. */
static const struct zone zone_lord_howe = {
    .name = "Australia/Lord_Howe",
    .first_offset_s = 39600,
    .change_count = 3,
    .changes = {{1775314800, 37800}, {1791041400, 39600}, {1806764400, 37800}},
};

static inline int32_t zone_offset_s(const void *context, int64_t wall_s)
{
    const struct zone *zone = context;
    int32_t offset_s = zone->first_offset_s;
    for (size_t i = 0; i < zone->change_count && zone->changes[i].at_s <= wall_s; i++) {
        offset_s = zone->changes[i].offset_s;
    }
    return offset_s;
}

static inline struct plan_local local_in(const struct zone *zone)
{
    return (struct plan_local){.utc_offset_s = zone_offset_s, .context = zone};
}

/* What a clock on the wall shows, in minutes since midnight. */
static inline int64_t minute_of_day(const struct zone *zone, int64_t wall_ms)
{
    return (wall_ms + zone_offset_s(zone, wall_ms / 1000) * INT64_C(1000)) % DAY_MS / MINUTE_MS;
}

static inline struct quiet_hours quiet_from_to(int from_hour, int from_minute, int to_hour, int to_minute)
{
    return (struct quiet_hours){
        .set = true,
        .from_min = (int16_t)(from_hour * 60 + from_minute),
        .to_min = (int16_t)(to_hour * 60 + to_minute),
    };
}

/* Ice for 3 days, then heat for 7 with quiet nights. */
static inline struct plan_config sample_plan(void)
{
    struct plan_phase ice = {
        .name = PHASE_ICE,
        .mode = DRIVE_COOL,
        .length_ms = 3 * DAY_MS,
        .session_min_ms = 20 * MINUTE_MS,
        .session_max_ms = 30 * MINUTE_MS,
        .every_min_ms = 3 * HOUR_MS,
        .every_max_ms = 4 * HOUR_MS,
        .target_mc = 10000,
        .tolerance_mc = 1500,
    };
    struct plan_phase heat = ice;
    heat.name = PHASE_HEAT;
    heat.mode = DRIVE_HEAT;
    heat.length_ms = 7 * DAY_MS;
    heat.target_mc = 40000;
    heat.tolerance_mc = 500;
    heat.quiet = quiet_from_to(23, 0, 7, 0);
    return (struct plan_config){
        .notice_ms = 5 * MINUTE_MS, .phase_count = 2, .phases = {ice, heat}
    };
}

/* The sample plan from an injury on. */
#define INJURED_MS   (at(2026, 11, 22, 8, 0))
#define ICE_ENDS_MS  (INJURED_MS + 3 * DAY_MS)
#define PLAN_ENDS_MS (INJURED_MS + 10 * DAY_MS)

/* A calendar whose last power-on was at `base_ms`, with no rest left. */
static inline struct plan_calendar calendar_from(int64_t base_ms)
{
    return (struct plan_calendar){
        .active = true,
        .injured_ms = INJURED_MS,
        .started_ms = INJURED_MS,
        .base_ms = base_ms,
        .rest_until_ms = PLAN_NEVER,
    };
}

static inline void check_window(const struct plan_config *config, const struct plan_calendar *calendar, size_t phase,
                                int64_t from_ms, int64_t by_ms)
{
    struct plan_window window = {.phase = 99};
    struct plan_local local = local_in(&zone_utc);
    CU_ASSERT_EQUAL(plan_next(config, calendar, &local, &window), 0);
    CU_ASSERT_EQUAL(window.phase, phase);
    CU_ASSERT_EQUAL(window.from_ms, from_ms);
    CU_ASSERT_EQUAL(window.by_ms, by_ms);
}

static inline void check_same(const struct plan_calendar *a, const struct plan_calendar *b)
{
    CU_ASSERT_EQUAL(a->active, b->active);
    CU_ASSERT_EQUAL(a->injured_ms, b->injured_ms);
    CU_ASSERT_EQUAL(a->started_ms, b->started_ms);
    CU_ASSERT_EQUAL(a->base_ms, b->base_ms);
    CU_ASSERT_EQUAL(a->rest_until_ms, b->rest_until_ms);
    CU_ASSERT_EQUAL(a->skip, b->skip);
}

#endif
