#include "daemon.h"
#include "log.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <syslog.h>

struct telling {
    int priority;
    enum store_note_kind note;
};

/* Events not named here are LOG_NOTICE and leave no note. */
static const struct telling tellings[EVENT_COUNT] = {
    [EVENT_SESSION_SKIPPED] = {LOG_WARNING, STORE_NOTE_NONE   },
    [EVENT_BAND_NOT_REACHED] = {LOG_WARNING, STORE_NOTE_NONE   },
    [EVENT_ARMING_FAILED] = {LOG_WARNING, STORE_NOTE_NONE   },
    [EVENT_HELD_LONG] = {LOG_WARNING, STORE_NOTE_NONE   },
    [EVENT_TRIP] = {LOG_ERR,     STORE_NOTE_TRIP   },
    [EVENT_TRIP_CLEARED] = {LOG_NOTICE,  STORE_NOTE_CLEARED},
    [EVENT_LOCKOUT] = {LOG_CRIT,    STORE_NOTE_LOCKOUT},
    [EVENT_LOCKOUT_ACKNOWLEDGED] = {LOG_NOTICE,  STORE_NOTE_ACK    },
    [EVENT_PAIN] = {LOG_INFO,    STORE_NOTE_PAIN   },
    [EVENT_CLOCK_STEPPED] = {LOG_WARNING, STORE_NOTE_NONE   },
    [EVENT_CONFIG_REFUSED] = {LOG_ERR,     STORE_NOTE_NONE   },
    [EVENT_COMMAND_REFUSED] = {LOG_INFO,    STORE_NOTE_NONE   },
    [EVENT_STORAGE_FAILED] = {LOG_ERR,     STORE_NOTE_NONE   },
};

/* The errno is the detail of a sensor_error: with it, what can be done about it. False: it is no such event. */
static bool log_sensor_error(const struct daemon *d, const struct engine_event *e, int priority)
{
    if (e->fault != FAULT_SENSOR_ERROR || e->sensor < 0 || e->sensor >= SENSORS_MAX) {
        return false;
    }
    int error = d->last_input.readings[e->sensor].error;
    if (error == 0) {
        return false;
    }
    const char *advice = adc_advice(error);
    log_line(priority, "%s: %s, sensor %" PRId32 ": %s%s%s", event_name(e->type), fault_name(e->fault), e->sensor,
             strerror(error), advice[0] ? ": " : "", advice);
    return true;
}

static void log_event(const struct engine_event *e, int priority)
{
    const char *name = event_name(e->type);
    if (e->type == EVENT_SESSION_ENDED) {
        bool faulty = e->fault != FAULT_NONE;
        log_line(priority, "%s: session %" PRId64 " (%s), %s%s%s, %" PRId64 " s in the band", name, e->session,
                 plan_phase_string(e->phase), end_name(e->end), faulty ? " during " : "",
                 faulty ? fault_name(e->fault) : "", e->in_band_ms / 1000);
    } else if (e->fault != FAULT_NONE && e->value != INT32_MIN && e->sensor >= 0) {
        log_line(priority, "%s: %s, sensor %" PRId32 " at %.2f degrees C", name, fault_name(e->fault), e->sensor,
                 e->value / 1000.0);
    } else if (e->fault != FAULT_NONE) {
        log_line(priority, "%s: %s", name, fault_name(e->fault));
    } else if (e->type == EVENT_PAUSED && e->value == 0) {
        log_line(priority, "%s until resume", name);
    } else if (e->type == EVENT_PAUSED) {
        log_line(priority, "%s for %" PRId32 " minutes", name, e->value);
    } else if (e->type == EVENT_PAIN || (e->session == 0 && e->value != 0)) {
        log_line(priority, "%s: %" PRId32, name, e->value);
    } else if (e->session != 0) {
        log_line(priority, "%s: session %" PRId64 " (%s)%s", name, e->session, plan_phase_string(e->phase),
                 e->late ? ", late" : "");
    } else if (e->type == EVENT_PLAN_STARTED || e->type == EVENT_PHASE_CHANGED) {
        log_line(priority, "%s: %s", name, plan_phase_string(e->phase));
    } else {
        log_line(priority, "%s", name);
    }
}

static void note_event(struct daemon *d, const struct engine_event *e, enum store_note_kind kind)
{
    struct store_job job = {
        .note = {.kind = kind,
                 .fault = e->fault,
                 .plan_ms = d->status.now_ms,
                 .wall_ms = d->status.now_ms + d->status.wall_minus_plan_ms,
                 .session = e->session,
                 .value = e->value,
                 .sensor = e->sensor},
        .has_memory = true,
        .memory = d->engine.memory,
    };
    daemon_put(d, &job);
}

void daemon_tell(struct daemon *d, const struct engine_event *event)
{
    struct telling telling = tellings[event->type];
    int priority = telling.priority != 0 ? telling.priority : LOG_NOTICE;
    if (!log_sensor_error(d, event, priority)) {
        log_event(event, priority);
    }
    if (telling.note != STORE_NOTE_NONE) {
        note_event(d, event, telling.note);
    }
    if (d->mqtt) {
        mqtt_event(d->mqtt, &d->status, event);
    }
    if (d->control) {
        control_event(d->control, &d->status, event);
    }
}
