#include "supervisor_bench.h"

/* Heating to 40 +/- 0.5 degrees, or cooling to 10 +/- 1.5, at full power; the pad has been at `mc` for some time. */
static struct bench bench_full(enum drive_mode mode, int32_t mc)
{
    struct bench b = bench_new();
    bench_sense(&b, HEAT_PAD, READING_OK, mc);
    bench_sense(&b, COOL_PAD, READING_OK, mc);
    bench_run(&b, 2 * MINUTE);
    bench_want(&b, 1, mode);
    b.in.target_mc = mode == DRIVE_HEAT ? 40000 : 10000;
    b.in.tolerance_mc = mode == DRIVE_HEAT ? 500 : 1500;
    b.in.duty_percent = 100;
    bench_tick(&b);
    check_fine(&b.out);
    return b;
}

static size_t sensor_of(enum drive_mode mode)
{
    return mode == DRIVE_HEAT ? HEAT_PAD : COOL_PAD;
}

static void bench_move(struct bench *b, int32_t mc)
{
    b->in.readings[HEAT_PAD].mc = mc;
    b->in.readings[COOL_PAD].mc = mc;
}

/* Evenly to `mc`. */
static const struct supervisor_output *bench_slide(struct bench *b, int32_t mc, int64_t ms)
{
    int32_t from_mc = b->in.readings[HEAT_PAD].mc;
    int64_t began_ms = b->in.now_ms;
    while (b->in.now_ms < began_ms + ms) {
        int64_t passed_ms = b->in.now_ms + TICK_MS - began_ms;
        bench_move(b, from_mc + (int32_t)((mc - from_mc) * passed_ms / ms));
        bench_tick(b);
    }
    return &b->out;
}

static void check_ends(const struct bench *b, enum fault fault, int sensor)
{
    check_tripped(&b->out, fault, sensor);
    CU_ASSERT_TRUE(b->out.ends_session);
}

/* The first hard step is the one after the power-up, which has not been driven before. */
static void a_pad_that_stays_where_it_was_for_three_minutes_of_hard_drive_trips(void)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        for (int32_t by_mc = -999; by_mc <= 999; by_mc += 999) {
            struct bench b = bench_full((enum drive_mode)mode, 25000);
            bench_tick(&b);
            bench_move(&b, 25000 + by_mc);
            check_fine(bench_run(&b, SUPERVISOR_RESPONSE_MS - TICK_MS));
            bench_tick_after(&b, TICK_MS - 1);
            check_fine(&b.out);
            bench_tick_after(&b, 1);
            check_ends(&b, FAULT_NO_RESPONSE, -1);
            CU_ASSERT_FALSE(bench_tick(&b)->ends_session);
            check_no_edge(bench_run(&b, SUPERVISOR_LIMIT_CLEAR_MS - TICK_MS));
            CU_ASSERT_TRUE(bench_tick(&b)->trip_cleared);
        }
    }
}

static void a_pad_that_leaves_its_range_in_time_responds(void)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        for (int32_t by_mc = -1000; by_mc <= 1000; by_mc += 2000) {
            struct bench b = bench_full((enum drive_mode)mode, 25000);
            check_fine(bench_run(&b, SUPERVISOR_RESPONSE_MS - 1000));
            bench_move(&b, 25000 + by_mc);
            check_fine(bench_run(&b, 1000));
            bench_move(&b, 25000);
            check_fine(bench_run(&b, 20 * MINUTE));
        }
    }
}

static void a_pad_that_is_not_driven_hard_has_nothing_to_answer(void)
{
    struct bench b = bench_full(DRIVE_HEAT, 25000);
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT - 1;
    check_fine(bench_run(&b, SUPERVISOR_RESPONSE_BEGIN_MS));
    bench_tick(&b);
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT;
    check_fine(bench_run(&b, 20 * MINUTE));

    b = bench_full(DRIVE_HEAT, 25000);
    b.in.duty_percent = 0;
    check_fine(bench_run(&b, SUPERVISOR_RESPONSE_BEGIN_MS - TICK_MS));
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT;
    bench_tick(&b);
    check_fine(bench_run(&b, SUPERVISOR_RESPONSE_MS - TICK_MS));
    check_tripped(bench_tick(&b), FAULT_NO_RESPONSE, -1);

    b = bench_full(DRIVE_HEAT, 25000);
    check_fine(bench_run(&b, 2 * MINUTE));
    b.in.duty_percent = 0;
    check_fine(bench_tick(&b));
    b.in.duty_percent = 100;
    check_fine(bench_run(&b, 20 * MINUTE));

    b = bench_full(DRIVE_HEAT, 39500);
    check_fine(bench_run(&b, 20 * MINUTE));
}

/* 1.5 times the minute before, either way: 25 degrees are led to 26.5 or 23.5. */
static void a_slope_leads_half_as_far_as_a_straight_line(void)
{
    for (int32_t a_minute_mc = -990; a_minute_mc <= 990; a_minute_mc += 1980) {
        for (int32_t over_mc = 899; over_mc <= 1101; over_mc += 202) {
            struct bench b = bench_new();
            bench_move(&b, 25000 - 2 * a_minute_mc);
            bench_run(&b, 1000);
            bench_slide(&b, 25000, 2 * MINUTE);
            bench_want(&b, 1, DRIVE_HEAT);
            b.in.target_mc = 40000;
            b.in.tolerance_mc = 500;
            b.in.duty_percent = 100;
            bench_tick(&b);
            int32_t led_mc = 25000 + a_minute_mc * 3 / 2;
            bench_slide(&b, led_mc, MINUTE);
            bench_move(&b, led_mc + (a_minute_mc > 0 ? over_mc : -over_mc));
            bench_run(&b, 2 * MINUTE + 1000);
            CU_ASSERT_EQUAL(b.out.trip, over_mc < 1000 ? FAULT_NO_RESPONSE : FAULT_NONE);
        }
    }
}

static void a_pad_that_has_just_been_put_somewhere_else_is_not_asked(void)
{
    for (int32_t a_minute_mc = -1010; a_minute_mc <= 1010; a_minute_mc += 2020) {
        struct bench b = bench_new();
        bench_move(&b, 25000 - 2 * a_minute_mc);
        bench_run(&b, 1000);
        bench_slide(&b, 25000, 2 * MINUTE);
        bench_want(&b, 1, DRIVE_HEAT);
        b.in.target_mc = 40000;
        b.in.tolerance_mc = 500;
        b.in.duty_percent = 100;
        check_fine((bench_tick(&b), bench_run(&b, 10 * MINUTE)));
    }
}

static void a_pad_that_lacks_less_than_four_degrees_is_not_asked(void)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        for (int32_t lacks_mc = 3999; lacks_mc <= 4000; lacks_mc++) {
            int32_t mc = mode == DRIVE_HEAT ? 39500 - lacks_mc : 11500 + lacks_mc;
            struct bench b = bench_full((enum drive_mode)mode, mc);
            bench_run(&b, 4 * MINUTE);
            CU_ASSERT_EQUAL(b.out.trip, lacks_mc == 4000 ? FAULT_NO_RESPONSE : FAULT_NONE);
        }
    }
}

static void a_slope_that_nobody_saw_is_none(void)
{
    struct bench b = bench_new();
    bench_run(&b, 1000);
    bench_want(&b, 1, DRIVE_HEAT);
    b.in.target_mc = 40000;
    b.in.duty_percent = 100;
    bench_tick(&b);
    bench_tick(&b);
    CU_ASSERT_EQUAL(b.state.slope_mc, 0);
    check_fine(bench_run(&b, SUPERVISOR_RESPONSE_MS - TICK_MS));
    check_tripped(bench_tick(&b), FAULT_NO_RESPONSE, -1);
}

/* What a doubt interrupts is begun anew; what was answered is not asked again after a short break. */
static void an_interrupted_watch_begins_anew_and_an_answered_one_does_not(void)
{
    struct bench b = bench_full(DRIVE_HEAT, 25000);
    check_fine(bench_run(&b, 2 * MINUTE));
    b.in.wanted = DRIVE_OFF;
    bench_tick(&b);
    b.in.wanted = DRIVE_HEAT;
    bench_tick(&b);
    bench_tick(&b);
    check_fine(bench_run(&b, SUPERVISOR_RESPONSE_MS - TICK_MS));
    check_tripped(bench_tick(&b), FAULT_NO_RESPONSE, -1);

    for (int64_t off_ms = SUPERVISOR_OFF_MS - TICK_MS; off_ms <= SUPERVISOR_OFF_MS; off_ms += TICK_MS) {
        b = bench_full(DRIVE_HEAT, 25000);
        bench_slide(&b, 35000, 4 * MINUTE);
        b.in.wanted = DRIVE_OFF;
        bench_tick(&b);
        bench_run(&b, off_ms - TICK_MS);
        b.in.wanted = DRIVE_HEAT;
        check_fine(bench_tick(&b));
        bench_run(&b, 4 * MINUTE);
        CU_ASSERT_EQUAL(b.out.trip, off_ms < SUPERVISOR_OFF_MS ? FAULT_NONE : FAULT_NO_RESPONSE);
    }
}

/* Three degrees in all, with a time constant of four minutes, and never near the band. */
static void a_weak_pad_is_no_fault(void)
{
    static const int32_t minutes_mc[] = {660, 1180, 1580, 1900, 2140, 2330, 2480, 2590, 2680, 2750};
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        struct bench b = bench_full((enum drive_mode)mode, 32000);
        for (size_t i = 0; i < sizeof minutes_mc / sizeof minutes_mc[0]; i++) {
            check_fine(bench_slide(&b, 32000 + (mode == DRIVE_HEAT ? minutes_mc[i] : -minutes_mc[i]), MINUTE));
        }
        check_fine(bench_run(&b, 15 * MINUTE));
    }
}

static struct bench bench_in_band(enum drive_mode mode)
{
    struct bench b = bench_full(mode, 25000);
    check_fine(bench_slide(&b, b.in.target_mc, 3 * MINUTE));
    bench_run(&b, 1000);
    return b;
}

/* 12 degrees less: 8 beyond four, and nine times 4 beyond eight; 1,500 degrees x s last 34 s. */
static void a_pad_that_loses_its_band_at_full_power_trips(void)
{
    for (int mode = DRIVE_HEAT; mode < DRIVE_MODE_COUNT; mode++) {
        struct bench b = bench_in_band((enum drive_mode)mode);
        int32_t way = mode == DRIVE_HEAT ? -1 : 1;
        bench_sense(&b, sensor_of((enum drive_mode)mode), READING_OK,
                    b.in.target_mc + way * (b.in.tolerance_mc + 12000));
        bench_run(&b, 400);
        CU_ASSERT_EQUAL(b.state.lost_mc_ms, 0);
        check_fine(bench_run(&b, 34000));
        CU_ASSERT_EQUAL(b.state.lost_mc_ms, INT64_C(34000) * 44000);
        bench_tick(&b);
        check_ends(&b, FAULT_LOST_BAND, -1);
        check_no_edge(bench_run(&b, SUPERVISOR_LIMIT_CLEAR_MS));
        bench_tick(&b);
        CU_ASSERT_TRUE(b.out.trip_cleared);
        check_no_edge(bench_run(&b, 5 * MINUTE));
    }
}

static void without_full_power_or_before_the_band_nothing_is_lost(void)
{
    struct bench b = bench_in_band(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, 20000);
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT - 1;
    check_fine(bench_run(&b, 10 * MINUTE));

    b = bench_full(DRIVE_HEAT, 25000);
    check_fine(bench_slide(&b, 39499, 2 * MINUTE));
    bench_sense(&b, HEAT_PAD, READING_OK, 20000);
    check_fine(bench_run(&b, 10 * MINUTE));

    b = bench_in_band(DRIVE_HEAT);
    bench_want(&b, 2, DRIVE_HEAT);
    bench_tick(&b);
    CU_ASSERT_FALSE(b.state.had_band);
}

static void a_late_tick_counts_as_six_tenths_of_a_second(void)
{
    struct bench b = bench_in_band(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, 27500);
    bench_run(&b, 600);
    CU_ASSERT_EQUAL(b.state.lost_mc_ms, TICK_MS * INT64_C(44000));
    bench_tick_after(&b, 1000);
    check_doubt(&b.out, FAULT_LATE_TICK, -1);
    CU_ASSERT_EQUAL(b.state.lost_mc_ms, (TICK_MS + SUPERVISOR_LATE_TICK_MS) * INT64_C(44000));
}

static void the_band_found_again_forgives_what_was_lost(void)
{
    struct bench b = bench_in_band(DRIVE_HEAT);
    for (int i = 0; i < 5; i++) {
        bench_sense(&b, HEAT_PAD, READING_OK, 27500);
        check_fine(bench_run(&b, 34000));
        bench_sense(&b, HEAT_PAD, READING_OK, 39500);
        check_fine(bench_run(&b, 1000));
        CU_ASSERT_EQUAL(b.state.lost_mc_ms, 0);
    }
}

static void a_break_of_a_minute_forgets_the_band(void)
{
    for (int64_t off_ms = SUPERVISOR_OFF_MS - TICK_MS; off_ms <= SUPERVISOR_OFF_MS; off_ms += TICK_MS) {
        struct bench b = bench_in_band(DRIVE_HEAT);
        b.in.wanted = DRIVE_OFF;
        bench_tick(&b);
        bench_run(&b, off_ms - TICK_MS);
        bench_sense(&b, HEAT_PAD, READING_OK, 27500);
        b.in.wanted = DRIVE_HEAT;
        bench_tick(&b);
        bench_run(&b, MINUTE);
        CU_ASSERT_EQUAL(b.out.trip, off_ms < SUPERVISOR_OFF_MS ? FAULT_LOST_BAND : FAULT_NONE);
    }
}

static void a_pad_that_lost_four_degrees_waits(void)
{
    struct bench b = bench_in_band(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, 35500);
    check_fine(bench_run(&b, 15 * MINUTE));
    b = bench_in_band(DRIVE_HEAT);
    bench_sense(&b, HEAT_PAD, READING_OK, 33000);
    bench_run(&b, 400);
    check_fine(bench_run(&b, 599800));
    check_tripped(bench_tick(&b), FAULT_LOST_BAND, -1);
}

/* Lifted off in a cold room for five minutes at full power: 36 degrees, and back. */
static void a_pad_that_is_lifted_is_no_fault(void)
{
    struct bench b = bench_in_band(DRIVE_HEAT);
    check_fine(bench_slide(&b, 33000, 3 * MINUTE));
    check_fine(bench_run(&b, 2 * MINUTE));
    check_fine(bench_slide(&b, 40000, 3 * MINUTE));
}

static void bench_code(struct bench *b, int32_t code, bool fine)
{
    b->in.readings[HEAT_PAD].code = code;
    b->in.readings[HEAT_PAD].supply_code = (int32_t)(b->in.now_ms / TICK_MS % 1000);
    b->in.readings[HEAT_PAD].fine = fine;
}

/* Answers to the power, so that nothing else is wrong, with codes that move with the temperature. */
static struct bench bench_answered(bool fine)
{
    struct bench b = bench_full(DRIVE_HEAT, 25000);
    for (int i = 0; i < 600; i++) {
        bench_code(&b, i, fine);
        bench_move(&b, 25000 + 10 * i);
        bench_tick(&b);
    }
    check_fine(&b.out);
    return b;
}

static void one_code_for_a_minute_of_hard_drive_is_stuck(void)
{
    struct bench b = bench_answered(true);
    for (int64_t ms = TICK_MS; ms < SUPERVISOR_STUCK_MS; ms += TICK_MS) {
        bench_code(&b, 599, true);
        check_fine(bench_tick(&b));
    }
    bench_code(&b, 599, true);
    check_ends((bench_tick(&b), &b), FAULT_SENSOR_STUCK, HEAT_PAD);

    b = bench_answered(true);
    b.in.duty_percent = SUPERVISOR_HARD_PERCENT - 1;
    for (int64_t ms = 0; ms < 3 * SUPERVISOR_STUCK_MS; ms += TICK_MS) {
        bench_code(&b, 599, true);
        check_fine(bench_tick(&b));
    }
}

static void a_coarse_code_that_stops_while_it_moved_is_stuck(void)
{
    struct bench b = bench_answered(false);
    check_fine(bench_run(&b, SUPERVISOR_STUCK_MS - TICK_MS));
    bench_tick(&b);
    check_ends(&b, FAULT_SENSOR_STUCK, HEAT_PAD);
}

static void a_weak_pad_that_has_settled_on_a_coarse_code_is_no_fault(void)
{
    struct bench b = bench_answered(false);
    for (int i = 0; i < 20; i++) {
        bench_code(&b, 600 + i, false);
        bench_move(&b, b.in.readings[HEAT_PAD].mc + 99);
        check_fine(bench_run(&b, 20000));
    }
    check_fine(bench_run(&b, 15 * MINUTE));
}

static const struct suite_test tests[] = {
    {"a pad that stays where it was for three minutes of hard drive trips",
     a_pad_that_stays_where_it_was_for_three_minutes_of_hard_drive_trips                                                         },
    {"a pad that leaves its range in time responds",                        a_pad_that_leaves_its_range_in_time_responds         },
    {"a pad that is not driven hard has nothing to answer",                 a_pad_that_is_not_driven_hard_has_nothing_to_answer  },
    {"a slope leads half as far as a straight line",                        a_slope_leads_half_as_far_as_a_straight_line         },
    {"a pad that has just been put somewhere else is not asked",
     a_pad_that_has_just_been_put_somewhere_else_is_not_asked                                                                    },
    {"a pad that lacks less than four degrees is not asked",                a_pad_that_lacks_less_than_four_degrees_is_not_asked },
    {"a slope that nobody saw is none",                                     a_slope_that_nobody_saw_is_none                      },
    {"an interrupted watch begins anew and an answered one does not",
     an_interrupted_watch_begins_anew_and_an_answered_one_does_not                                                               },
    {"a weak pad is no fault",                                              a_weak_pad_is_no_fault                               },
    {"a pad that loses its band at full power trips",                       a_pad_that_loses_its_band_at_full_power_trips        },
    {"without full power, or before the band, nothing is lost",             without_full_power_or_before_the_band_nothing_is_lost},
    {"a late tick counts as six tenths of a second",                        a_late_tick_counts_as_six_tenths_of_a_second         },
    {"the band found again forgives what was lost",                         the_band_found_again_forgives_what_was_lost          },
    {"a break of a minute forgets the band",                                a_break_of_a_minute_forgets_the_band                 },
    {"a pad that lost four degrees waits",                                  a_pad_that_lost_four_degrees_waits                   },
    {"a pad that is lifted is no fault",                                    a_pad_that_is_lifted_is_no_fault                     },
    {"one code for a minute of hard drive is stuck",                        one_code_for_a_minute_of_hard_drive_is_stuck         },
    {"a coarse code that stops while it moved is stuck",                    a_coarse_code_that_stops_while_it_moved_is_stuck     },
    {"a weak pad that has settled on a coarse code is no fault",
     a_weak_pad_that_has_settled_on_a_coarse_code_is_no_fault                                                                    },
};

int main(void)
{
    return suite_run("supervisor_response", tests, sizeof tests / sizeof tests[0]);
}
