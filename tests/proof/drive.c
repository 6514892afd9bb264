/* engine.c, engine_session.c and engine_selftest.c: one step with any memory, any input, any commands, any plan and any
 * answer of the supervisor. The drive is on only by the supervisor's yes of this very step, for this output and for the
 * session that is recorded; a pulse of the self-test only by its yes to that. */
#include "ghost.h"

#include "engine_internal.h"

static struct engine engine;
static struct engine_config config;
static struct engine_input input;
static struct engine_output output;
static struct engine_event event;
static struct supervisor_input asked;
static struct supervisor_output answered;

/* The supervisor answers anything, but never yes to both. */
void supervisor_step(const struct supervisor_config *limits, struct supervisor_state *state,
                     const struct supervisor_input *in, struct supervisor_output *out)
{
    struct supervisor_output any;
    (void)limits;
    (void)state;
    ASSUME((any.sensor >= -1) & (any.sensor < SENSORS_MAX));
    ASSUME(!(any.may_energise && any.may_test));
    ASSUME(!any.may_energise || (is_output(in->wanted) & (in->session > 0) & (in->test == TEST_NONE)));
    ASSUME(!any.may_test || (is_output(in->wanted) & (in->session > 0) & (in->test == TEST_DEAD_MAN)));
    asked = *in;
    answered = any;
    *out = any;
}

/* Commands may change anything. */
void engine_obey(struct engine_work *work)
{
    struct engine any;
    *work->e = any;
}

void engine_look_ahead(struct engine_work *work)
{
    bool any;
    struct plan_window window;
    work->has_window = any;
    work->window = window;
}

#define ANY(type)                                                                                                      \
    type any;                                                                                                          \
    return any

struct engine_event *engine_say(struct engine_work *work, enum event_type type)
{
    (void)work;
    (void)type;
    return &event;
}

int64_t engine_wall_ms(const struct engine_work *work)
{
    (void)work;
    ANY(int64_t);
}

void engine_let_go(struct engine_work *work)
{
    (void)work;
}

void engine_notice_first(struct engine_work *work)
{
    (void)work;
}

void engine_keep_dose(struct engine_memory *memory, int64_t ended_ms, int64_t ucem)
{
    (void)memory;
    (void)ended_ms;
    (void)ucem;
}

void engine_forget_true_rest(struct engine_memory *memory)
{
    (void)memory;
}

enum block engine_block(const struct engine_work *work)
{
    (void)work;
    ANY(enum block);
}

void engine_tell_status(struct engine_work *work)
{
    (void)work;
}

int64_t dose_add_ucem(int64_t a_ucem, int64_t b_ucem)
{
    (void)a_ucem;
    (void)b_ucem;
    ANY(int64_t);
}

int64_t dose_held_ucem(int32_t mc, int64_t duration_ms)
{
    (void)mc;
    (void)duration_ms;
    ANY(int64_t);
}

int64_t dose_step_ucem(int32_t mc, int64_t dt_ms)
{
    (void)mc;
    (void)dt_ms;
    ANY(int64_t);
}

int plan_next(const struct plan_config *plan, const struct plan_calendar *calendar, const struct plan_local *local,
              struct plan_window *window)
{
    struct plan_window some;
    (void)plan;
    (void)calendar;
    (void)local;
    *window = some;
    ANY(int);
}

void plan_pass_over(struct plan_calendar *calendar, const struct plan_window *window)
{
    (void)calendar;
    (void)window;
}

size_t plan_phase_at(const struct plan_config *plan, int64_t injured_ms, int64_t now_ms)
{
    size_t any;
    (void)injured_ms;
    (void)now_ms;
    ASSUME(any <= plan->phase_count);
    return any;
}

int64_t plan_phase_ends_ms(const struct plan_config *plan, int64_t injured_ms, size_t index)
{
    (void)plan;
    (void)injured_ms;
    (void)index;
    ANY(int64_t);
}

void plan_powered(const struct plan_phase *phase, struct plan_calendar *calendar, int64_t now_ms)
{
    (void)phase;
    (void)calendar;
    (void)now_ms;
}

bool plan_quiet(const struct plan_phase *phase, const struct plan_local *local, int64_t at_ms, int64_t *ends_ms)
{
    (void)phase;
    (void)local;
    (void)at_ms;
    (void)ends_ms;
    ANY(bool);
}

void plan_unpowered(struct plan_calendar *calendar, int64_t now_ms)
{
    (void)calendar;
    (void)now_ms;
}

int supervisor_controlling(const struct supervisor_config *limits, const struct reading *readings, enum drive_mode mode)
{
    int any;
    (void)limits;
    (void)readings;
    (void)mode;
    ASSUME((any >= -1) & (any < SENSORS_MAX));
    return any;
}

void supervisor_limits_clamp(struct supervisor_config *limits)
{
    (void)limits;
}

void thermostat_off(struct thermostat_state *state, int64_t now_ms)
{
    (void)state;
    (void)now_ms;
}

void thermostat_reset(struct thermostat_state *state, int64_t now_ms)
{
    (void)state;
    (void)now_ms;
}

int32_t thermostat_step(const struct thermostat_config *of, struct thermostat_state *state, int32_t target_mc,
                        int32_t pad_mc, int64_t now_ms)
{
    int32_t any;
    (void)of;
    (void)state;
    (void)target_mc;
    (void)pad_mc;
    (void)now_ms;
    ASSUME((any >= 0) & (any <= 100));
    return any;
}

static int32_t some_offset(const void *context, int64_t wall_s)
{
    (void)context;
    (void)wall_s;
    ANY(int32_t);
}

#ifdef PROVE_REACHABLE
/* Each of these has to fail: what they deny can be. */
static void prove_reachable(void)
{
    bool drives = output.drive.duty_percent > 0;
    PROVE(!(drives & (output.drive.mode == DRIVE_HEAT)), "heat");
    PROVE(!(drives & (output.drive.mode == DRIVE_COOL)), "cool");
    PROVE(output.test != TEST_DEAD_MAN, "pulse");
    PROVE(!output.heartbeat, "heartbeat");
}
#endif

void harness(void)
{
    ASSUME(config.plan.phase_count <= PLAN_PHASES_MAX);
    input.local.utc_offset_s = some_offset;
    engine_step(&engine, &config, &input, &output);
#ifdef PROVE_REACHABLE
    prove_reachable();
#endif
    const struct drive *drive = &output.drive;
    bool pulses = output.test == TEST_DEAD_MAN;
    bool drives = drive->mode != DRIVE_OFF && !pulses;
    PROVE((drive->duty_percent >= 0) & (drive->duty_percent <= 100), "a duty of 0 to 100");
    PROVE((drive->mode == DRIVE_OFF) | is_output(drive->mode), "off, or an output");
    PROVE(drive->duty_percent == 0 || drive->mode != DRIVE_OFF, "no duty when off");
    PROVE(!drives || answered.may_energise, "driven only with the supervisor's yes of this step");
    PROVE(!drives || asked.wanted == drive->mode, "driven only what it was asked for");
    PROVE(!drives || asked.session == engine.session.record.id, "driven only for the session it was asked for");
    PROVE(!drives || input.stored_session == engine.session.record.id, "driven only when that session is recorded");
    PROVE(!drives || (config.wired && !input.lines_failed), "driven only when wired");
    PROVE(!drives || (!engine.session.paused && !engine.session.record.remind), "not driven in a pause, nor in remind");
    PROVE(!pulses || (answered.may_test && drive->duty_percent == 0), "pulsed only with the supervisor's yes to that");
    bool satisfied = answered.doubt == FAULT_NONE && answered.trip == FAULT_NONE && answered.lockout == FAULT_NONE;
    PROVE(!output.heartbeat || satisfied, "a heartbeat only of a tick that found nothing wrong");
}
