/* A guard on lines in memory, stepped by hand. */
#ifndef SOOTHE_TESTS_PAD_GUARD_RIG_H
#define SOOTHE_TESTS_PAD_GUARD_RIG_H

#include "fixture.h"
#include "soothe/guard.h"

#include <errno.h>
#include <stdlib.h>

#define T0 INT64_C(1000000)

static struct fixture_lines lines;
static struct config config;
static struct guard *guard;
static struct guard_report report;

static inline void set_up(void)
{
    config = fixture_config();
    guard = guard_new(&config.pad, fixture_driver(&lines));
}

static inline void order(enum drive_mode mode, int32_t duty, int64_t deadline_ms)
{
    guard_order(guard, &(struct guard_order){
                           .drive = {mode, duty},
                             .deadline_ms = deadline_ms
    });
}

static inline void order_pulse(enum drive_mode mode, int64_t deadline_ms)
{
    guard_order(guard, &(struct guard_order){.drive = {.mode = mode}, .pulse = true, .deadline_ms = deadline_ms});
}

static inline void step(int64_t now_ms)
{
    guard_step(guard, now_ms);
    guard_report(guard, &report);
}

static inline bool is_on(enum pad_line line)
{
    return lines.levels.active[line];
}

static inline bool any_output(void)
{
    return is_on(LINE_HEAT) || is_on(LINE_COOL) || is_on(LINE_FAN) || is_on(LINE_HEARTBEAT) || is_on(LINE_LED);
}

#endif
