#include "daemon.h"
#include "log.h"
#include "notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#define CHECKPOINT_EVERY_MS (INT64_C(15) * 60 * 1000)
#define WATCHDOG_EVERY_MS   1000
#define LATE_TICK_MS        700 /* from one to the next while `late_tick` is injected */
/* At start the guard calls the button pressed until it has looked this long. */
#define BUTTON_START_MS (INT64_C(2) * GUARD_DEBOUNCE_MS)

static void tell_clock(struct daemon *d, enum event_type type, int64_t ms)
{
    struct engine_event event = {.type = type, .until_ms = PLAN_NEVER, .sensor = -1, .value = (int32_t)(ms / 1000)};
    daemon_tell(d, &event);
}

static void follow_clocks(struct daemon *d, int64_t *boot_ms)
{
    struct timebase_clocks look;
    struct timebase_news news;
    bool distrust = d->simpad && simpad_injected(d->simpad, "clock_untrusted");
    clocks_look(&d->clocks, distrust, &look);
    *boot_ms = look.boot_ms;
    timebase_step(&d->base, &look, &news);
    if (distrust) { /* within one boot no real clock loses the trust it had: this stands for a boot without any */
        d->base.trust = TRUST_NONE;
    }
    if (news.stepped) {
        tell_clock(d, EVENT_CLOCK_STEPPED, news.step_ms);
    }
    if (news.trusted) {
        tell_clock(d, EVENT_CLOCK_TRUSTED, 0);
    }
    if (news.credited) {
        engine_credit(&d->engine, &d->engine_config, d->base.began_ms, news.credit_ms);
        tell_clock(d, EVENT_TIME_CREDITED, news.credit_ms);
    }
}

static void read_sensors(struct daemon *d, int64_t boot_ms, struct engine_input *in)
{
    if (d->simpad && d->clocks.simulated_ms) {
        simpad_advance(d->simpad, boot_ms);
        sampler_step(d->sampler, boot_ms);
    }
    for (size_t i = 0; i < d->config.sensor_count; i++) {
        struct reading *reading = &in->readings[i];
        sampler_latest(d->sampler, i, reading);
        if (reading->at_ms != INT64_MIN) {
            reading->at_ms = timebase_plan_ms(&d->base, reading->at_ms);
        }
    }
}

/* At its start it is pressed only when the guard has looked long enough to have seen it released: ticks may be close
 * together, and a guard that is slow to start must not hold the plan. */
static bool button_is_pressed(struct daemon *d, const struct guard_report *report)
{
    if (d->report.step_ms == INT64_MIN) {
        d->button_from_ms = report->step_ms;
    }
    d->button_known = d->button_known || !report->button || report->step_ms >= d->button_from_ms + BUTTON_START_MS;
    return report->button && d->button_known;
}

/* A press takes the power away at once and a wire that breaks is a press that does not end; what more it means shows
 * when it is released: a short one resumes what was held before it, a long one acknowledges. */
static enum command_name read_button(struct daemon *d, const struct guard_report *report)
{
    if (report->step_ms == INT64_MIN) {
        return COMMAND_NONE;
    }
    bool held = d->engine.memory.stopped || d->engine.memory.paused;
    bool released_short = report->short_presses != d->report.short_presses;
    bool released_long = report->long_presses != d->report.long_presses;
    if (button_is_pressed(d, report) && !held && d->engine.memory.calendar.active) {
        d->button_paused = true;
        return COMMAND_PAUSE;
    }
    if (!released_short && !released_long) {
        return COMMAND_NONE;
    }
    bool paused_by_it = d->button_paused;
    d->button_paused = false;
    if (released_long) {
        return COMMAND_ACK;
    }
    if (paused_by_it) {
        return COMMAND_NONE;
    }
    return held ? COMMAND_RESUME : COMMAND_PAUSE;
}

static void press_button(struct daemon *d, const struct guard_report *report, struct engine_command *command)
{
    enum command_name name = read_button(d, report);
    if (name != COMMAND_NONE) {
        *command = (struct engine_command){.name = name, .origin = ORIGIN_BUTTON};
        log_line(LOG_NOTICE, "button: %s", command_name(name));
    }
}

static void watch_guard(struct daemon *d, const struct guard_report *report, int64_t boot_ms)
{
    bool threaded = d->guard && !d->clocks.simulated_ms;
    if (!d->guard_seen) { /* one that hangs in its very first step has been seen here */
        d->guard_seen = d->guard != NULL;
        d->guard_seen_ms = boot_ms;
    }
    int64_t step_ms = report->step_ms != INT64_MIN ? report->step_ms : d->guard_seen_ms;
    bool late = threaded && step_ms < boot_ms - GUARD_DEADLINE_MS;
    bool hangs = late && d->guard_late; /* once is the whole process that was stopped for a while */
    d->guard_late = late;
    if (hangs != d->guard_hangs) {
        log_line(hangs ? LOG_CRIT : LOG_WARNING,
                 hangs ? "the guard thread hangs: the lines may be stuck as they are" : "the guard thread is back");
    }
    d->guard_hangs = hangs;
}

static void read_lines(struct daemon *d, int64_t boot_ms, struct engine_input *in)
{
    struct guard_report report = {.step_ms = INT64_MIN};
    if (d->guard) {
        guard_report(d->guard, &report);
    }
    watch_guard(d, &report, boot_ms);
    in->heat_on = report.heat_on;
    in->cool_on = report.cool_on;
    in->sense_live = report.sense_seen != d->report.sense_seen;
    in->pulse_made = report.pulses != d->report.pulses;
    in->readback_bad = report.readback_bad;
    in->lines_failed = d->lines_failed || d->guard_hangs;
    if (report.expired != d->report.expired) {
        log_line(LOG_WARNING, "the guard cut a drive off: the control loop came too late");
    }
    press_button(d, &report, &in->command);
    d->report = report;
}

static bool is_late(const struct daemon *d)
{
    return d->simpad && simpad_injected(d->simpad, "late_tick");
}

/* The simulated clock goes a tick at a time; a pulse is shorter than that, and `sense` has to see it. A tick that comes
 * too late finds that the guard's deadline is over. */
static void step_guard(struct daemon *d, int64_t boot_ms, bool pulse)
{
    int64_t until_ms = pulse        ? boot_ms + GUARD_PULSE_MS + GUARD_STEP_MS
                       : is_late(d) ? boot_ms + LATE_TICK_MS - GUARD_STEP_MS
                                    : boot_ms;
    guard_step(d->guard, boot_ms);
    for (int64_t at_ms = boot_ms + GUARD_STEP_MS; at_ms <= until_ms; at_ms += GUARD_STEP_MS) {
        simpad_advance(d->simpad, at_ms);
        guard_step(d->guard, at_ms);
    }
}

static void drive(struct daemon *d, const struct engine_output *out, int64_t boot_ms)
{
    if (!d->guard) {
        return;
    }
    struct guard_order order = {
        .drive = out->drive,
        .fan = out->fan,
        .pulse = out->test == TEST_DEAD_MAN,
        .heartbeat = out->heartbeat,
        .led = d->engine.status.locked         ? LED_LOCKOUT
               : d->engine.status.session != 0 ? LED_SESSION
                                               : LED_WAITING,
        .deadline_ms = boot_ms + GUARD_DEADLINE_MS,
    };
    d->order = order;
    guard_order(d->guard, &order);
    if (d->clocks.simulated_ms) {
        step_guard(d, boot_ms, order.pulse);
    }
    if (d->simpad && out->drive.mode != DRIVE_OFF && simpad_injected(d->simpad, "supply_collapse")) {
        clocks_lose_power(&d->clocks);
    }
}

void daemon_renew_rest(struct daemon *d)
{
    const struct guard_order *last = &d->order;
    if (d->guard && last->drive.mode == DRIVE_OFF && !last->heartbeat && !last->pulse) {
        d->order.deadline_ms = clocks_boot_ms(&d->clocks) + GUARD_DEADLINE_MS;
        guard_order(d->guard, &d->order);
    }
}

/* Where the disk fails a lockout is in memory alone, and the end of this process must not lift it. */
static void mark_lockout(struct daemon *d)
{
    enum fault lockout = d->engine.memory.safety.lockout;
    if (lockout != d->marked) {
        d->marked = lockout;
        marker_write(&d->marker, lockout);
    }
}

static void fill_checkpoint(const struct daemon *d, struct store_checkpoint *checkpoint)
{
    int64_t boot_ms = clocks_boot_ms(&d->clocks);
    *checkpoint = (struct store_checkpoint){
        .valid = true,
        .plan_ms = timebase_plan_ms(&d->base, boot_ms),
        .boot_ms = boot_ms,
        .wall_ms = boot_ms + d->base.wall_minus_boot_ms,
        .wall_trusted = d->base.trust > TRUST_NONE,
    };
    (void)snprintf(checkpoint->boot_id, sizeof checkpoint->boot_id, "%s", d->clocks.boot_id);
}

/* What does not fit into the store's queue waits here. In the last place the newest supersedes: of records only the end
 * of one session can be waiting, because none begins while storage fails, and a note is for the history alone. */
static void keep_for_later(struct daemon *d, const struct store_job *job)
{
    d->backlog_count += d->backlog_count < BACKLOG_MAX;
    struct store_job *kept = &d->backlog[d->backlog_count - 1];
    kept->checkpoint = job->checkpoint;
    if (job->has_memory) {
        kept->has_memory = true;
        kept->memory = job->memory;
    }
    if (job->has_session) {
        kept->has_session = true;
        kept->session = job->session;
    }
    if (job->note.kind != STORE_NOTE_NONE) {
        kept->note = job->note;
    }
}

void daemon_put(struct daemon *d, struct store_job *job)
{
    fill_checkpoint(d, &job->checkpoint);
    d->checkpoint_ms = job->checkpoint.plan_ms;
    int64_t ticket = d->backlog_count > 0 ? -EAGAIN : store_put(d->store, job);
    if (ticket >= 0) {
        d->last_ticket = ticket;
        if (job->has_session && job->session.ended_ms == PLAN_NEVER) {
            d->session_ticket = ticket;
            d->session_of_ticket = job->session.id;
        }
        return;
    }
    if (ticket == -EINVAL) {
        log_line(LOG_CRIT, "a change cannot be stored: it is out of range, which is a mistake in this program");
        d->unstorable = true;
        return;
    }
    keep_for_later(d, job);
}

static void put_backlog(struct daemon *d)
{
    while (d->backlog_count > 0) {
        int64_t ticket = store_put(d->store, &d->backlog[0]);
        if (ticket == -EAGAIN) {
            return;
        }
        /* What can never be stored must not keep out the rest. */
        d->unstorable = d->unstorable || ticket < 0;
        d->last_ticket = ticket >= 0 ? ticket : d->last_ticket;
        d->backlog_count--;
        memmove(&d->backlog[0], &d->backlog[1], d->backlog_count * sizeof d->backlog[0]);
        d->backlog[d->backlog_count] = (struct store_job){0};
    }
}

static bool look_at_storage(struct daemon *d)
{
    put_backlog(d);
    int error = store_failing(d->store);
    bool failed = error != 0 || d->backlog_count > 0 || d->unstorable;
    if (failed != d->storage_told) {
        d->storage_told = failed;
        struct engine_event event = {
            .type = failed ? EVENT_STORAGE_FAILED : EVENT_STORAGE_WORKS, .until_ms = PLAN_NEVER, .sensor = -1};
        if (failed) {
            log_line(LOG_ERR, "the state cannot be stored: %s; no session begins until it can",
                     error != 0 ? strerror(error) : "too much waits to be stored");
        }
        daemon_tell(d, &event);
    }
    return failed;
}

static void record(struct daemon *d, const struct engine_output *out)
{
    bool checkpoint_due = d->checkpoint_ms <= d->status.now_ms - CHECKPOINT_EVERY_MS;
    if (!out->record_session && !out->memory_changed && !checkpoint_due) {
        return;
    }
    struct store_job job = {.has_memory = true, .memory = d->engine.memory};
    job.has_session = out->record_session;
    job.session = out->record;
    daemon_put(d, &job);
}

void daemon_refresh_status(struct daemon *d)
{
    d->status.engine = d->engine.status;
    d->status.wall_minus_plan_ms = timebase_wall_minus_plan_ms(&d->base);
    d->status.clock_trusted = d->base.trust > TRUST_NONE;
    d->status.storage_failed = d->storage_told;
    d->status.wired = d->config.pad.wired;
    d->status.simulated = d->simpad != NULL;
    d->status.fahrenheit = d->config.fahrenheit;
    memcpy(d->status.timezone, d->config.timezone, sizeof d->status.timezone);
    memcpy(d->status.language, d->config.language, sizeof d->status.language);
    memcpy(d->status.config_problem, d->config_problem, sizeof d->status.config_problem);
    if (d->mqtt) {
        mqtt_status(d->mqtt, &d->status);
    }
    control_status(d->control, &d->status);
}

/* Only a completed tick feeds the watchdog, and none is complete while the guard hangs: the lines may be stuck on, and
 * what systemd starts after the end of this process can switch them off. */
static void feed_watchdog(struct daemon *d)
{
    if (d->guard_hangs) {
        return;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (d->watchdog_ms != 0 && d->watchdog_ms > now_ms - WATCHDOG_EVERY_MS) {
        return;
    }
    d->watchdog_ms = now_ms;
    char line[160];
    const struct engine_status *s = &d->engine.status;
    (void)snprintf(line, sizeof line, "STATUS=%s, phase %s, blocked by %s, fault %s", state_name(s->state),
                   plan_phase_string(s->phase), block_name(s->block), fault_name(s->trip));
    (void)notify_send("WATCHDOG=1");
    if (d->ready_owed) {
        daemon_be_ready(d);
    }
    if (strcmp(line, d->told) != 0 && notify_send(line) == 0) {
        memcpy(d->told, line, sizeof d->told);
    }
}

void daemon_be_ready(struct daemon *d)
{
    d->ready_owed = notify_send("READY=1") == -EAGAIN;
}

static void fill_input(struct daemon *d, int64_t boot_ms, struct engine_input *in)
{
    *in = (struct engine_input){
        .now_ms = timebase_plan_ms(&d->base, boot_ms),
        .local = {.wall_minus_plan_ms = timebase_wall_minus_plan_ms(&d->base), .utc_offset_s = utc_offset_s},
        .clock_trusted = d->base.trust > TRUST_NONE,
    };
    d->status.now_ms = in->now_ms;
    d->status.wall_minus_plan_ms = in->local.wall_minus_plan_ms;
}

int64_t daemon_tick(struct daemon *d)
{
    struct engine_input in;
    struct engine_output out;
    int64_t boot_ms = 0;
    follow_clocks(d, &boot_ms);
    fill_input(d, boot_ms, &in);
    daemon_have_lines(d);
    read_lines(d, boot_ms, &in);
    if (in.command.name == COMMAND_NONE) { /* one command a tick, and no flood of them keeps the button waiting */
        daemon_next_command(d, &in.command);
    }
    read_sensors(d, boot_ms, &in);
    in.storage_failed = look_at_storage(d);
    in.stored_session =
        d->session_ticket != 0 && store_settled(d->store) >= d->session_ticket ? d->session_of_ticket : 0;
    engine_step(&d->engine, &d->engine_config, &in, &out);
    drive(d, &out, boot_ms);
    mark_lockout(d);
    feed_watchdog(d);
    d->last_input = in;
    record(d, &out);
    daemon_refresh_status(d);
    for (size_t i = 0; i < out.event_count; i++) {
        daemon_tell(d, &out.events[i]);
    }
    daemon_answer(d, &out);
    return is_late(d) ? LATE_TICK_MS : out.next_tick_ms;
}

void daemon_last_tick(struct daemon *d)
{
    struct engine_output out;
    struct engine_input in = d->last_input;
    int64_t boot_ms = clocks_boot_ms(&d->clocks);
    in.now_ms = timebase_plan_ms(&d->base, boot_ms);
    in.command = (struct engine_command){.name = COMMAND_NONE};
    engine_close(&d->engine, &d->engine_config, &in, &out);
    drive(d, &out, boot_ms);
    record(d, &out);
    daemon_refresh_status(d);
    for (size_t i = 0; i < out.event_count; i++) {
        daemon_tell(d, &out.events[i]);
    }
}
