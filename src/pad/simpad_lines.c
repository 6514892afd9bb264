#include "simpad_internal.h"

/* The dead man, by hardware/deadman.cir: the charge of the first edge closes it, and it opens 1.5 s after the last one
 * (1.0 s nominal; this is the end of the tolerances that leaves the pad on for longest). */
#define DEAD_MAN_HOLD_MS 1500

/* The outputs in the trace. The heartbeat and the LED change with every tick and are left out. */
static const struct {
    enum pad_line line;
    const char *name;
} traced[] = {
    {LINE_HEAT, "heat"},
    {LINE_COOL, "cool"},
    {LINE_FAN,  "fan" }
};

static const char trace_header[] = "time_ms,line,level\n";
#define TRACE_HEADER_SIZE ((long)sizeof trace_header - 1)

static bool is_held(const struct simpad *pad)
{
    return !pad->lines[LINE_HEARTBEAT].used || simpad_has(pad, SIM_DEAD_MAN) || pad->now_ms < pad->held_until_ms;
}

bool simpad_is_live(const struct simpad *pad, enum pad_line channel)
{
    bool heat = channel == LINE_HEAT;
    if (simpad_has(pad, heat ? SIM_HEAT_WHEN_OFF : SIM_COOL_WHEN_OFF)) {
        return true;
    }
    bool closed = pad->outputs.active[channel] || simpad_has(pad, heat ? SIM_HEAT_WELDED : SIM_COOL_WELDED) ||
                  (heat && simpad_has(pad, SIM_HEAT_STUCK));
    return closed && is_held(pad);
}

bool simpad_lead_is_live(const struct simpad *pad)
{
    return simpad_is_live(pad, LINE_HEAT) || simpad_is_live(pad, LINE_COOL);
}

int64_t simpad_lets_go_ms(const struct simpad *pad)
{
    return pad->now_ms < pad->held_until_ms ? pad->held_until_ms : INT64_MAX;
}

FILE *simpad_trace_open(const char *path, bool *goes_on)
{
    FILE *trace = fopen(path, "ae");
    if (!trace) {
        return NULL;
    }
    /* cppcheck-suppress seekOnAppendedFile; where an appending stream begins is up to the C library */
    if (fseek(trace, 0, SEEK_END) == 0 && ftell(trace) == 0) {
        fputs(trace_header, trace);
        fflush(trace);
    }
    *goes_on = ftell(trace) > TRACE_HEADER_SIZE;
    return trace;
}

static void trace_row(const struct simpad *pad, const char *name, bool level)
{
    fprintf(pad->trace, "%lld,%s,%d\n", (long long)pad->now_ms, name, level);
    fflush(pad->trace);
}

static void trace_restart(struct simpad *pad)
{
    if (!pad->trace_goes_on) {
        return;
    }
    for (size_t i = 0; i < sizeof traced / sizeof traced[0]; i++) {
        if (pad->lines[traced[i].line].used) {
            trace_row(pad, traced[i].name, false);
        }
    }
    trace_row(pad, "lead", false);
    pad->trace_goes_on = false;
}

static void trace_changes(struct simpad *pad, const struct lines_levels *levels)
{
    if (!pad->trace) {
        return;
    }
    trace_restart(pad);
    for (size_t i = 0; i < sizeof traced / sizeof traced[0]; i++) {
        bool level = levels->active[traced[i].line];
        if (pad->lines[traced[i].line].used && level != pad->outputs.active[traced[i].line]) {
            trace_row(pad, traced[i].name, level);
        }
    }
}

void simpad_trace_fault(struct simpad *pad, const char *fault, bool level)
{
    char name[64];
    (void)snprintf(name, sizeof name, "inject:%s", fault);
    if (pad->trace) {
        trace_restart(pad);
        trace_row(pad, name, level);
    }
}

void simpad_trace_lead(struct simpad *pad)
{
    bool live = simpad_lead_is_live(pad);
    if (pad->trace && live != pad->lead_traced) {
        trace_restart(pad);
        trace_row(pad, "lead", live);
    }
    pad->lead_traced = live;
}

static int lines_write(void *self, const struct lines_levels *levels)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    trace_changes(pad, levels);
    if (levels->active[LINE_HEARTBEAT] != pad->outputs.active[LINE_HEARTBEAT] && pad->lines[LINE_HEARTBEAT].used) {
        pad->held_until_ms = pad->now_ms + DEAD_MAN_HOLD_MS;
    }
    for (size_t i = 0; i < LINE_COUNT; i++) {
        pad->outputs.active[i] = levels->active[i] && pad->lines[i].used && i != LINE_SENSE && i != LINE_BUTTON;
    }
    simpad_trace_lead(pad);
    simpad_unlock(pad);
    return 0;
}

static int lines_read(void *self, struct lines_levels *levels)
{
    struct simpad *pad = self;
    simpad_lock(pad);
    *levels = pad->outputs;
    if (simpad_has(pad, SIM_READBACK)) {
        enum pad_line wrong = levels->active[LINE_COOL] || !pad->lines[LINE_HEAT].used ? LINE_COOL : LINE_HEAT;
        levels->active[wrong] = !levels->active[wrong];
    }
    if (simpad_has(pad, SIM_HEAT_STUCK)) {
        levels->active[LINE_HEAT] = pad->lines[LINE_HEAT].used;
    }
    if (simpad_has(pad, SIM_BOTH_ON)) {
        levels->active[LINE_HEAT] = pad->lines[LINE_HEAT].used;
        levels->active[LINE_COOL] = pad->lines[LINE_COOL].used;
    }
    levels->active[LINE_SENSE] = pad->lines[LINE_SENSE].used && simpad_lead_is_live(pad);
    levels->active[LINE_BUTTON] = pad->lines[LINE_BUTTON].used && pad->now_ms < pad->pressed_until_ms;
    simpad_unlock(pad);
    return 0;
}

static void lines_close(void *self)
{
    static const struct lines_levels inactive;
    if (self) {
        lines_write(self, &inactive);
    }
}

struct lines_driver simpad_lines(struct simpad *pad)
{
    return (struct lines_driver){
        .name = "simpad", .self = pad, .write = lines_write, .read = lines_read, .close = lines_close};
}
