#include "engine_internal.h"

/* From when on the dead man has pulled in. */
static bool channel_is_watched(const struct engine_work *w)
{
    const struct engine_selftest *t = &w->e->session.selftest;
    return t->edges >= ENGINE_DEAD_MAN_EDGES && t->since_ms <= w->now_ms - ENGINE_DEAD_MAN_PULLS_MS;
}

enum drive_test engine_selftest_asks(const struct engine_work *w)
{
    switch (w->e->session.selftest.stage) {
    case SELFTEST_CHANNEL:
        return channel_is_watched(w) ? TEST_CHANNEL : TEST_NONE;
    case SELFTEST_PULSE:
    case SELFTEST_LOOK:
        return TEST_DEAD_MAN;
    case SELFTEST_WAITS:
    case SELFTEST_STILL:
    case SELFTEST_PASSED:
    default:
        return TEST_NONE;
    }
}

static void enter(struct engine_work *w, enum engine_selftest_stage stage)
{
    struct engine_selftest *t = &w->e->session.selftest;
    t->stage = stage;
    t->since_ms = w->now_ms;
    t->edges = 0;
    t->looks = 0;
    t->pulsed = false;
}

static void give_edge(struct engine_work *w)
{
    struct engine_selftest *t = &w->e->session.selftest;
    w->test_edge = true;
    t->edges += t->edges < INT32_MAX;
    t->edge_ms = w->now_ms;
}

static void wait_for_all(struct engine_work *w)
{
    if (!w->config->limits.sense) {
        enter(w, SELFTEST_PASSED);
        return;
    }
    enter(w, SELFTEST_CHANNEL);
    give_edge(w);
}

static void test_channel(struct engine_work *w)
{
    struct engine_selftest *t = &w->e->session.selftest;
    /* Without edges for so long the dead man may have let go, and nothing can be seen of the channel. */
    if (t->edge_ms <= w->now_ms - SUPERVISOR_LATE_TICK_MS) {
        enter(w, SELFTEST_CHANNEL);
    }
    t->looks += w->asked == TEST_CHANNEL;
    if (t->looks >= ENGINE_TEST_LOOKS && t->since_ms <= w->now_ms - ENGINE_DEAD_MAN_PULLS_MS - ENGINE_TEST_LOOK_MS) {
        enter(w, w->config->heartbeat ? SELFTEST_STILL : SELFTEST_PASSED);
    } else {
        give_edge(w);
    }
}

static void hold_still(struct engine_work *w)
{
    if (w->e->session.selftest.edge_ms <= w->now_ms - ENGINE_DEAD_MAN_DROPS_MS) {
        enter(w, SELFTEST_PULSE);
    }
}

static void pulse(struct engine_work *w)
{
    if (w->verdict.may_test) {
        w->test_pulse = true;
        enter(w, SELFTEST_LOOK);
    }
}

/* The order stands until the last look: a tick that comes early must not cut the pulse short. */
static enum fault look(struct engine_work *w)
{
    struct engine_selftest *t = &w->e->session.selftest;
    t->pulsed = t->pulsed || w->in->pulse_made;
    if (t->since_ms > w->now_ms - ENGINE_TEST_LOOK_MS) {
        w->test_pulse = w->verdict.may_test;
        return FAULT_NONE;
    }
    if (!t->pulsed) {
        return FAULT_READBACK;
    }
    enter(w, SELFTEST_PASSED);
    return FAULT_NONE;
}

/* Without its record nothing is tested either: the test moves switches. After a gap between two ticks the guard has
 * made an edge of its own and cut the pulse off, so that nothing is known any more. */
static bool can_be_tested(const struct engine_work *w)
{
    const struct engine_session *s = &w->e->session;
    bool gap = s->selftest.stage != SELFTEST_WAITS && w->dt_ms >= SUPERVISOR_LATE_TICK_MS;
    return w->in->stored_session == s->record.id && w->config->wired && !gap && engine_session_sound(w);
}

enum fault engine_selftest_step(struct engine_work *w)
{
    struct engine_selftest *t = &w->e->session.selftest;
    if (t->stage == SELFTEST_LOOK && w->in->sense_live) {
        return FAULT_DEAD_MAN;
    }
    if (w->asked == TEST_CHANNEL && w->in->sense_live) {
        t->looks = 0; /* stay: the supervisor names it when it is live in the next tick too */
        return FAULT_NONE;
    }
    if (!can_be_tested(w)) {
        enter(w, SELFTEST_WAITS);
        return FAULT_NONE;
    }
    switch (t->stage) {
    case SELFTEST_CHANNEL:
        test_channel(w);
        return FAULT_NONE;
    case SELFTEST_STILL:
        hold_still(w);
        return FAULT_NONE;
    case SELFTEST_PULSE:
        pulse(w);
        return FAULT_NONE;
    case SELFTEST_LOOK:
        return look(w);
    case SELFTEST_PASSED:
        return FAULT_NONE;
    case SELFTEST_WAITS:
    default:
        wait_for_all(w);
        return FAULT_NONE;
    }
}
