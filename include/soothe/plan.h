/* The plan: which phase it is, when the next session is due, what of the calendar holds it back.
 *
 * Every time here is on the plan clock: milliseconds that only run forward, through restarts too (core/timebase says
 * how they go on over a reboot). It reads like Unix time in milliseconds but is not the wall clock: only `struct
 * plan_local` relates the two, and only quiet hours and what people read use it. */
#ifndef SOOTHE_PLAN_H
#define SOOTHE_PLAN_H

#include "soothe/drive.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_PHASES_MAX 4

/* Hard ceilings: no file and no command lifts them. */
#define PLAN_OFF_TIME_MIN_MS    (INT64_C(2) * 60 * 60 * 1000) /* vasoconstriction outlasts the cold: rest of about 2 h */
#define PLAN_SESSION_CEILING_MS (INT64_C(45) * 60 * 1000)
#define PLAN_HEAT_TARGET_MIN_MC 30000
#define PLAN_HEAT_TARGET_MAX_MC 41000 /* 30 min at 41 degrees C is 1.88 CEM43: the largest whole degree below 2 */
#define PLAN_COOL_TARGET_MIN_MC 8000
#define PLAN_COOL_TARGET_MAX_MC 20000

#define PLAN_NEVER INT64_MIN /* a moment that has not been */

enum plan_phase_name { PHASE_NONE, PHASE_ICE, PHASE_HEAT, PHASE_NAME_COUNT };

/* Local time of day in minutes since midnight, 0 to 1439; over midnight where from > to. from == to: never quiet. */
struct quiet_hours {
    bool set;
    int16_t from_min;
    int16_t to_min;
};

struct plan_phase {
    enum plan_phase_name name;
    enum drive_mode mode; /* DRIVE_HEAT or DRIVE_COOL; in a reminding phase what the person is told to put on */
    bool remind;          /* announce, time and record the session, but do not power the pad */
    int64_t length_ms;
    int64_t session_min_ms; /* in the band: then the session is done */
    int64_t session_max_ms; /* since power-on: then it ends anyway */
    int64_t every_min_ms;   /* from power-on to the earliest next power-on: the rest */
    int64_t every_max_ms;   /* ... to the latest */
    int32_t target_mc;
    int32_t tolerance_mc; /* the band is target +/- this */
    struct quiet_hours quiet;
};

struct plan_config {
    int64_t notice_ms;
    size_t phase_count;
    struct plan_phase phases[PLAN_PHASES_MAX];
};

/* How the plan clock relates to local time: wall = plan + wall_minus_plan_ms, local = wall + utc_offset_s(wall).
 * `utc_offset_s` returns the seconds to add to UTC at that instant (DST included); NULL means UTC. It has to answer for
 * any instant, the same each time it is asked, and change at most once within two days. */
struct plan_local {
    int64_t wall_minus_plan_ms;
    int32_t (*utc_offset_s)(const void *context, int64_t wall_s);
    const void *context;
};

/* Where in the plan a patient is. Plain data: it is stored and comes back as it was. */
struct plan_calendar {
    bool active;        /* a plan was started and neither finished nor completed */
    int64_t injured_ms; /* phases are counted from here */
    int64_t started_ms; /* when `start` was given */
    int64_t base_ms; /* what the due window counts from: the last power-on, or where a skipped session would have been;
                        PLAN_NEVER: no session yet, the first is due at started_ms */
    int64_t rest_until_ms; /* no power before this, whatever the schedule says; PLAN_NEVER: none */
    bool skip;             /* the session that comes next is left out */
};

/* The due window of the next session. */
struct plan_window {
    size_t phase;    /* index of the phase that a session beginning at from_ms belongs to */
    int64_t from_ms; /* earliest start: after interval, rest and quiet hours */
    int64_t by_ms;   /* latest start that the plan wants: from_ms plus the window's length; later is `late` */
};

/* The phase at `now_ms`: 0 to phase_count - 1, or phase_count when the plan is over. Before the injury: 0. PLAN_NEVER
 * for either time: phase_count. */
size_t plan_phase_at(const struct plan_config *config, int64_t injured_ms, int64_t now_ms);

/* When phase `index` ends: the first instant that is not in it. index >= phase_count: when the plan ends. PLAN_NEVER
 * for an injury that has not been. */
int64_t plan_phase_ends_ms(const struct plan_config *config, int64_t injured_ms, size_t index);

/* Whether `at_ms` lies in the quiet hours of that phase, and (if `ends_ms` is not NULL) when they end: the first
 * instant after `at_ms` outside them, over DST changes too. Where the clock is put forward over the end, quiet ends
 * with the change; where it is put back, the end's first passing counts, and what is passed a second time is quiet a
 * second time. `ends_ms` is untouched when it is not quiet. */
bool plan_quiet(const struct plan_phase *phase, const struct plan_local *local, int64_t at_ms, int64_t *ends_ms);

/* The next session's window, as the calendar stands (the `skip` mark is not applied). The interval is that of the phase
 * in which base_ms lies; where rest or quiet hours move the start, the whole window moves along, so that deferred is
 * not late. The quiet hours are those of the phase that the start falls into. A session that begins later than from_ms
 * belongs to plan_phase_at its own start, and has to ask plan_quiet then. Returns 0, or -ENOENT when no plan is active,
 * the window would open at or after the plan's end, or no instant outside the quiet hours is found (`utc_offset_s` is
 * not a time zone's): `window` is untouched then. Whether a plan is over is for plan_phase_at to say. */
int plan_next(const struct plan_config *config, const struct plan_calendar *calendar, const struct plan_local *local,
              struct plan_window *window);

/* Begin the plan: first session due at once. A stored rest is kept. Call only when no plan is active and
 * injured_ms <= now_ms < end of the plan. */
void plan_begin(struct plan_calendar *calendar, int64_t injured_ms, int64_t now_ms);

/* The pad was energised at `now_ms` in `phase` (of a reminding phase: the person was told to put it on): the interval
 * and the rest count from here; a rest that ends later stays. Clears `skip`: the session that came next has come. */
void plan_powered(const struct plan_phase *phase, struct plan_calendar *calendar, int64_t now_ms);

/* A session that had power ended: at least PLAN_OFF_TIME_MIN_MS from here. Never shortens the rest. */
void plan_unpowered(struct plan_calendar *calendar, int64_t now_ms);

/* Leave out the session of `window` (skipped by a person, or arming failed until the window closed): the next window
 * counts from where this one opened. Clears `skip`; starts no rest. */
void plan_pass_over(struct plan_calendar *calendar, const struct plan_window *window);

/* The schedule was reloaded: the rest that runs may only become longer. A plan that the new schedule has over keeps it.
 */
void plan_reloaded(const struct plan_config *config, struct plan_calendar *calendar);

/* Time off is credited: every stamp before `before_ms` moves back by `credit_ms` (>= 0; else nothing moves), PLAN_NEVER
 * stays. rest_until_ms moves with base_ms even where it lies later: no power-on since means that it counts from one
 * before. With base_ms PLAN_NEVER nobody knows, and only a rest that was over before `before_ms` moves. */
void plan_credit(struct plan_calendar *calendar, int64_t before_ms, int64_t credit_ms);

/* One row of a timetable. */
struct plan_row {
    int64_t start_ms;
    int64_t end_by_ms;
    size_t phase;
};

/* The timetable when every session begins as early as the plan allows and takes its longest, for `days_ms` from
 * start_ms (which is the injury too; sessions that start at start_ms + days_ms or later are left out). Returns how many
 * rows there are; only the first `capacity` of them are filled. `rows` may be NULL where capacity is 0. */
size_t plan_timetable(const struct plan_config *config, const struct plan_local *local, int64_t start_ms,
                      int64_t days_ms, struct plan_row *rows, size_t capacity);

/* "ice", "heat", "none"; "unknown" for a value outside the list; static. plan_phase_from_name gives PHASE_NAME_COUNT
 * for an unknown name or NULL. */
const char *plan_phase_string(enum plan_phase_name name);
enum plan_phase_name plan_phase_from_name(const char *name);

#endif
