#include "daemon.h"
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <syslog.h>

static bool hear(struct daemon *d, const struct command *command, bool remote)
{
    struct inbox_item item = {.command = *command, .remote = remote};
    item.command.origin = remote ? ORIGIN_REMOTE : ORIGIN_LOCAL;
    return inbox_put(&d->inbox, &item);
}

bool daemon_hear_remote(void *context, const struct command *command)
{
    return hear(context, command, true);
}

bool daemon_hear_local(void *context, const struct command *command)
{
    return hear(context, command, false);
}

void daemon_hear_refused(void *context, const struct command *command, enum refusal refusal)
{
    (void)context;
    log_line(LOG_INFO, "%s: %s from afar: %s", event_name(EVENT_COMMAND_REFUSED), command_name(command->name),
             refusal_name(refusal));
}

static void answer(struct daemon *d, enum refusal refusal, const char *why, int64_t until_wall_ms)
{
    const struct command *command = &d->asked.command;
    d->has_asked = false;
    if (refusal != REFUSED_NOT) {
        log_line(LOG_NOTICE, "%s: %s: %s", event_name(EVENT_COMMAND_REFUSED), command_name(command->name),
                 refusal_name(refusal));
        struct engine_event event = {.type = EVENT_COMMAND_REFUSED,
                                     .until_ms = PLAN_NEVER,
                                     .sensor = -1,
                                     .command = command->name,
                                     .refusal = refusal};
        if (d->mqtt && d->asked.remote) {
            mqtt_event(d->mqtt, &d->status, &event);
        }
    }
    if (d->asked.remote && d->mqtt) {
        mqtt_answer(d->mqtt, command, refusal, why, until_wall_ms);
    } else if (!d->asked.remote && d->control) {
        control_answer(d->control, command, refusal, why, until_wall_ms);
    }
}

/* When the injury was, on the plan clock. */
static enum refusal place_injury(const struct daemon *d, const struct command *command, struct engine_command *engine)
{
    int64_t now_ms = d->status.now_ms;
    engine->has_value = command->injured != INJURED_NOW;
    if (command->injured == INJURED_AGO) {
        engine->value = now_ms - command->injured_ms;
    } else if (command->injured == INJURED_AT) {
        if (d->base.trust == TRUST_NONE) {
            return REFUSED_CLOCK;
        }
        engine->value = command->injured_ms - timebase_wall_minus_plan_ms(&d->base);
    }
    return REFUSED_NOT;
}

static enum refusal vouch(struct daemon *d)
{
    if (d->asked.remote) {
        return REFUSED_LOCAL_ONLY;
    }
    d->clocks.vouched = true;
    d->clocks.looked_ms = INT64_MIN;
    return REFUSED_NOT;
}

static enum refusal inject(struct daemon *d, const char *fault)
{
    if (!d->simpad || d->asked.remote) {
        return REFUSED_NOT_SIMULATED;
    }
    if (simpad_inject(d->simpad, fault) < 0) {
        return REFUSED_BAD_VALUE;
    }
    if (simpad_injected(d->simpad, "power_cut")) {
        clocks_lose_power(&d->clocks);
    }
    store_inject(d->store, simpad_injected(d->simpad, "store_full") ? ENOSPC : 0);
    return REFUSED_NOT;
}

/* What only the daemon can do is done here and answered at once; the rest goes into the engine's step. */
void daemon_next_command(struct daemon *d, struct engine_command *engine)
{
    *engine = (struct engine_command){.name = COMMAND_NONE};
    if (!inbox_take(&d->inbox, &d->asked)) {
        return;
    }
    const struct command *command = &d->asked.command;
    char why[256] = "";
    d->has_asked = true;
    if (command->name == COMMAND_CLOCK) {
        answer(d, vouch(d), NULL, PLAN_NEVER);
        return;
    }
    if (command->name == COMMAND_INJECT) {
        enum refusal refusal = inject(d, command->text);
        if (refusal == REFUSED_BAD_VALUE) {
            (void)snprintf(why, sizeof why, "allowed: %s", simpad_fault_names());
        }
        answer(d, refusal, why, PLAN_NEVER);
        return;
    }
    *engine = (struct engine_command){
        .name = command->name, .origin = command->origin, .has_value = command->has_value, .value = command->value};
    enum refusal refusal = command->name == COMMAND_START ? place_injury(d, command, engine) : REFUSED_NOT;
    if (refusal != REFUSED_NOT) {
        engine->name = COMMAND_NONE;
        answer(d, refusal, NULL, PLAN_NEVER);
    }
}

void daemon_answer(struct daemon *d, const struct engine_output *out)
{
    if (!d->has_asked) {
        return;
    }
    int64_t until_ms = out->refused_until_ms == PLAN_NEVER
                           ? PLAN_NEVER
                           : out->refused_until_ms + timebase_wall_minus_plan_ms(&d->base);
    answer(d, out->refusal, NULL, until_ms);
}
