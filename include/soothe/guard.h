/* The guard: the only writer of the lines. Nothing stays on by itself.
 *
 * The control loop hands it each drive with a deadline; past the deadline it writes everything inactive. It also makes
 * the slow-PWM edges, refuses heat and cool together, checks each write by reading back, and debounces the button.
 * guard_step is the whole of it and takes the time as an argument; guard_start runs it in a thread of its own on
 * CLOCK_BOOTTIME (every GUARD_STEP_MS and at once on a new drive), the simulated clock calls it directly. */
#ifndef SOOTHE_GUARD_H
#define SOOTHE_GUARD_H

#include "soothe/drive.h"
#include "soothe/lines.h"

#include <stdbool.h>
#include <stdint.h>

#define GUARD_DEADLINE_MS    600 /* three ticks at five a second */
#define GUARD_STEP_MS        20
#define GUARD_DEBOUNCE_MS    50
#define GUARD_BUTTON_LONG_MS 5000 /* a press this long acknowledges, on its release */
#define GUARD_PULSE_MS       100  /* of the self-test, TEST_DEAD_MAN: too short to warm anything if it goes wrong */
#define GUARD_REWRITE_MS     1000 /* the lines are written again at least this often, changed or not */

/* After a failed write or read, or a level that reads back wrong, heat and cool stay off for this long: long enough
 * that a control loop at one tick a second sees it in two ticks in a row. */
#define GUARD_BAD_HOLD_MS 2500

/* Rhythms of the LED: dark; a wink of 0.1 s every 3 s; one second on, one off; a flicker at 4 Hz. */
enum guard_led { LED_OFF, LED_WAITING, LED_SESSION, LED_LOCKOUT };

/* What the control loop wants until `deadline_ms`. */
struct guard_order {
    struct drive drive;
    bool pulse; /* self-test: the channel of drive.mode on for GUARD_PULSE_MS from the step that takes this order, then
                   off by itself, whatever the duty; where steps are further apart, until the next one. No second time
                   for as long as orders say `pulse`, whatever cut the first one short (deadline, hold, another mode).
                   Never with `heartbeat`, never with DRIVE_OFF */
    bool fan;
    bool heartbeat; /* one edge of the heartbeat line for this order; never another, but to inactive at the deadline and
                       when the lines fail; while they are held bad (GUARD_BAD_HOLD_MS) it stays inactive */
    enum guard_led led;
    int64_t deadline_ms; /* on guard_step's clock; at most GUARD_DEADLINE_MS ahead, later ones are cut to that */
};

/* What the guard saw; a consistent copy. Counters only grow. */
struct guard_report {
    bool heat_on; /* as read back */
    bool cool_on;
    bool sense; /* voltage on the pad's lead, at the newest step */
    uint64_t
        sense_seen;    /* steps that saw it: a pulse between two ticks is not missed. One whose read failed saw none */
    uint64_t pulses;   /* of the self-test, that read back as on: a test without one has tested nothing */
    bool button;       /* pressed at this moment, debounced; true too until it was first seen released. A broken wire
                          is a press that does not end: it is never counted as a short one, but it shows here */
    bool readback_bad; /* a write failed or a line did not read back as written, now or in the last GUARD_BAD_HOLD_MS;
                          heat and cool are off while it stands, whatever is ordered */
    int error;         /* positive errno of the newest failed write or read; 0: none, or it was a wrong level */
    uint64_t expired;  /* how often a drive ran into its deadline */
    uint64_t refused;  /* orders that were not possible ones, see guard_order */
    uint64_t short_presses; /* of the button; both kinds count on the release, so a broken wire counts nothing */
    uint64_t long_presses;
    int64_t step_ms; /* when guard_step last completed; an old value means that the thread hangs */
};

struct guard;

/* `driver` is taken over (closed by guard_free). The outputs' kinds and PWM periods come from `pad`. NULL on no memory;
 * then the driver stays the caller's. */
struct guard *guard_new(const struct config_pad *pad, struct lines_driver driver);

/* Start the thread. 0 or a negative errno. */
int guard_start(struct guard *guard);

/* Hand over the next order: never blocks. From one thread only. Ignored (counted in `refused`) when it is not a
 * possible order: a mode, duty or LED out of range, a pulse with `heartbeat` or without a mode, power or a pulse on an
 * output that has no line or while `pad.wired` is false. The order before it then stays in force, until its deadline.
 */
void guard_order(struct guard *guard, const struct guard_order *order);

/* The newest report: never blocks. Before the first step: all zero, step_ms INT64_MIN. */
void guard_report(const struct guard *guard, struct guard_report *report);

/* One step at `now_ms`. A time before that of the last step drops the order in force: off until the next one. Only for
 * the simulated clock and tests; never with the thread running. */
void guard_step(struct guard *guard, int64_t now_ms);

/* Everything inactive, thread ended and joined, driver closed. Bounded: a thread that hangs in the driver for 2 s is
 * left alone and does all this itself if the driver ever returns. NULL-safe. */
void guard_free(struct guard *guard);

#endif
