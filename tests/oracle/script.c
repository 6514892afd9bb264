#include "script.h"

#include "soothe/timebase.h"

#include <inttypes.h>

/* A kind of happening with the ranges that its numbers are drawn from. */
struct happening {
    int weight;
    enum act_kind kind;
    enum act_when when;
    struct {
        int64_t low, high;
    } at_ms, for_ms, who, how, much;
};

#define S SECOND_MS
#define M MINUTE_MS
#define EVER                                                                                                           \
    {                                                                                                                  \
        FOR_EVER_MS, FOR_EVER_MS                                                                                       \
    }

/* `at_ms` after the begin of the run is drawn from its whole length. */
static const struct happening happenings[] = {
    {6, ACT_STATUS,          WHEN_POWER,  {0, 20 * M},      {1, 30 * S},        {-1, 3},                        {1, 5}, {0, 0}                       },
    {3, ACT_STATUS,          WHEN_POWER,  {0, 20 * M},      {200, 900},         {-1, 3},                        {1, 5}, {0, 0}                       },
    {2, ACT_STATUS,          WHEN_ARMING, {0, 3 * S},       {200, 20 * S},      {-1, 3},                        {1, 5}, {0, 0}                       },
    {2, ACT_STATUS,          WHEN_BEGUN,  {0, 0},           {1, 90 * M},        {-1, 3},                        {1, 5}, {0, 0}                       },
    {4, ACT_STALE,           WHEN_POWER,  {0, 20 * M},      {200, 30 * S},      {-1, 3},                        {0, 0}, {0, 0}                       },
    {2, ACT_STALE,           WHEN_BEGUN,  {0, 0},           {1, 30 * M},        {-1, 3},                        {0, 0}, {0, 0}                       },
    {1, ACT_FUTURE,          WHEN_POWER,  {0, 20 * M},      {200, 30 * S},      {-1, 3},                        {0, 0}, {1, 100000}                  },
    {4, ACT_FREEZE,          WHEN_POWER,  {0, 20 * M},      {5 * S, 5 * M},     {-1, 3},                        {0, 0}, {0, 0}                       },
    {3, ACT_FREEZE,          WHEN_POWER,  {0, 20 * S},      {50 * S, 10 * M},   {-1, 3},                        {0, 0}, {0, 0}                       },
    {2, ACT_FREEZE,          WHEN_BEGUN,  {0, 0},           {5 * S, 60 * M},    {-1, 3},                        {0, 0}, {0, 0}                       },
    {3, ACT_FREEZE_CODE,     WHEN_POWER,  {0, 2 * M},       {5 * S, 10 * M},    {-1, 3},                        {0, 0}, {0, 0}                       },
    {4, ACT_SHIFT,           WHEN_POWER,  {0, 20 * M},      {200, 20 * S},      {-1, 3},                        {0, 0}, {-12000, 12000}              },
    {3, ACT_SHIFT,           WHEN_POWER,  {0, 20 * M},      {20 * S, 20 * M},   {-1, 3},                        {0, 0}, {-9000, 9000}                },
    {1, ACT_SHIFT,           WHEN_BEGUN,  {0, 0},           {1, 90 * M},        {-1, 3},                        {0, 0}, {-20000, 20000}              },
    {4, ACT_RAMP,            WHEN_POWER,  {0, 10 * M},      {20 * S, 20 * M},   {-1, 3},                        {0, 0}, {-20000, 20000}              },
    {3, ACT_RAMP,            WHEN_OFF,    {30 * S, 20 * M}, {20 * S, 20 * M},   {-1, 3},                        {0, 0}, {-4000, 4000}                },
    {3, ACT_RAMP,            WHEN_BEGUN,  {0, 0},           {20 * S, 60 * M},   {-1, 3},                        {0, 0}, {-3000, 3000}                },
    {3, ACT_VALUE,           WHEN_POWER,  {0, 20 * M},      {200, 3 * M},       {-1, 3},                        {0, 0}, {41500, 47000}               },
    {3, ACT_VALUE,           WHEN_POWER,  {0, 20 * M},      {200, 3 * M},       {-1, 3},                        {0, 0}, {500, 6500}                  },
    {3, ACT_VALUE,           WHEN_POWER,  {0, 20 * M},      {200, 3 * M},       {-1, 3},                        {0, 0}, {55000, 75000}               },
    {2, ACT_VALUE,           WHEN_ARMING, {0, 5 * S},       {200, 3 * M},       {-1, 3},                        {0, 0}, {0, 75000}                   },
    {2, ACT_VALUE,           WHEN_BEGUN,  {0, 0},           {1, 90 * M},        {-1, 3},                        {0, 0}, {0, 75000}                   },
    {2, ACT_VALUE,           WHEN_OFF,    {0, 3 * M},       {1, 5 * M},         {-1, 3},                        {0, 0}, {0, 75000}                   },
    {3, ACT_ASIDE,           WHEN_POWER,  {0, 20 * M},      {1 * M, 30 * M},    {-1, 3},                        {0, 0}, {0, 0}                       },
    {3, ACT_ASIDE,           WHEN_ARMING, {0, 5 * S},       {5 * M, 60 * M},    {-1, 3},                        {0, 0}, {0, 0}                       },
    {2, ACT_READBACK,        WHEN_POWER,  {0, 20 * M},      {100, 10 * S},      {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_READBACK,        WHEN_BEGUN,  {0, 0},           {100, 10 * S},      {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_READS_ON,        WHEN_POWER,  {0, 20 * M},      {100, 10 * S},      {-1, 2},                        {0, 0}, {0, 0}                       },
    {1, ACT_READS_ON,        WHEN_BEGUN,  {0, 0},           {100, 90 * S},      {-1, 2},                        {0, 0}, {0, 0}                       },
    {2, ACT_READS_ON,        WHEN_ARMING, {0, 10 * S},      {100, 90 * S},      {1, 2},                         {0, 0}, {0, 0}                       },
    {4, ACT_WELDED,          WHEN_POWER,  {0, 20 * M},      EVER,               {1, 2},                         {0, 0}, {0, 0}                       },
    {2, ACT_WELDED,          WHEN_BEGUN,  {0, 0},           EVER,               {1, 2},                         {0, 0}, {0, 0}                       },
    {3, ACT_WELDED_DEAD_MAN, WHEN_BEGUN,  {0, 0},           EVER,               {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_SENSE_LIVE,      WHEN_BEGUN,  {0, 0},           {100, 10 * M},      {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_SENSE_LIVE,      WHEN_ARMING, {0, 10 * S},      {100, 60 * S},      {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_SENSE_LIVE,      WHEN_OFF,    {0, 2 * M},       {100, 60 * S},      {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_SENSE_DEAD,      WHEN_BEGUN,  {0, 0},           {1, 90 * M},        {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_NO_LINES,        WHEN_BEGUN,  {0, 0},           {1, 90 * M},        {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_NO_LINES,        WHEN_POWER,  {0, 20 * M},      {100, 3 * M},       {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_LIFTED,          WHEN_POWER,  {0, 20 * M},      {5 * S, 20 * M},    {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_LIFTED,          WHEN_ARMING, {0, 0},           {30 * S, 10 * M},   {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_BLANKET,         WHEN_POWER,  {0, 20 * M},      {1 * M, 60 * M},    {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_UNPLUGGED,       WHEN_POWER,  {0, 20 * M},      {10 * S, 20 * M},   {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_UNPLUGGED,       WHEN_ARMING, {0, 0},           {2 * M, 60 * M},    {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_WEAK,            WHEN_BAND,   {0, 10 * M},      {1 * M, 60 * M},    {0, 0},                         {0, 0}, {0, 50}                      },
    {2, ACT_WEAK,            WHEN_BEGUN,  {0, 0},           {10 * M, 1440 * M}, {0, 0},                         {0, 0}, {5, 60}                      },
    {3, ACT_REVERSED,        WHEN_BEGUN,  {0, 0},           EVER,               {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_CROSSED,         WHEN_BEGUN,  {0, 0},           EVER,               {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_REVERSED,        WHEN_POWER,  {0, 10 * M},      EVER,               {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_FAN_STUCK,       WHEN_POWER,  {0, 10 * M},      {1 * M, 60 * M},    {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_SUN,             WHEN_BEGUN,  {0, 0},           {10 * M, 180 * M},  {0, 0},                         {0, 0}, {5, 60}                      },
    {1, ACT_SUN,             WHEN_POWER,  {0, 10 * M},      {1 * M, 60 * M},    {0, 0},                         {0, 0}, {5, 60}                      },
    {2, ACT_FREEZER,         WHEN_BEGUN,  {0, 0},           {5 * M, 120 * M},   {0, 0},                         {0, 0}, {-2000, 8000}                },
    {2, ACT_RESTART,         WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_RESTART,         WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_CRASH,           WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_CRASH,           WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_CRASH,           WHEN_ARMING, {0, 10 * S},      {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_CRASH,           WHEN_OFF,    {0, 1 * S},       {0, 0},             {0, 0},                         {0, 0}, {0, 0}                       },
    {3, ACT_POWER_CUT,       WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 2}, {3 * S, 240 * M}             },
    {3, ACT_POWER_CUT,       WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 2}, {3 * S, 240 * M}             },
    {1, ACT_POWER_CUT,       WHEN_ARMING, {0, 10 * S},      {0, 0},             {0, 0},                         {0, 2}, {3 * S, 20 * M}              },
    {1, ACT_POWER_CUT,       WHEN_OFF,    {0, 20 * M},      {0, 0},             {0, 0},                         {0, 2}, {3 * S, 240 * M}             },
    {1, ACT_STORE_LOST,      WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 2}, {3 * S, 20 * M}              },
    {1, ACT_STORE_LOST,      WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 2}, {3 * S, 20 * M}              },
    {2, ACT_STORE_FAILS,     WHEN_BEGUN,  {0, 0},           {1 * S, 300 * M},   {0, 0},                         {0, 0}, {0, 0}                       },
    {1, ACT_STORE_FAILS,     WHEN_POWER,  {0, 20 * M},      {1 * S, 60 * M},    {0, 0},                         {0, 0}, {0, 0}                       },
    {2, ACT_STORE_SLOW,      WHEN_BEGUN,  {0, 0},           {10 * M, 600 * M},  {0, 0},                         {0, 0}, {1, 15000}                   },
    {3, ACT_LATE,            WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 0}, {100, 6000}                  },
    {1, ACT_LATE,            WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 0}, {100, 60000}                 },
    {1, ACT_LATE,            WHEN_ARMING, {0, 5 * S},       {0, 0},             {0, 0},                         {0, 0}, {100, 6000}                  },
    {3, ACT_SLOW,            WHEN_POWER,  {0, 20 * M},      {1 * S, 60 * S},    {0, 0},                         {0, 0}, {300, 3000}                  },
    {2, ACT_WALL_STEP,       WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 0}, {-100 * DAY_MS, 100 * DAY_MS}},
    {2, ACT_TRUST,           WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {1, 2}, {0, 0}                       },
    {2, ACT_RELOAD,          WHEN_BEGUN,  {0, 0},           {0, 0},             {0, 0},                         {0, 0}, {1, 1 << 20}                 },
    {2, ACT_RELOAD,          WHEN_POWER,  {0, 20 * M},      {0, 0},             {0, 0},                         {0, 0}, {1, 1 << 20}                 },
    {3, ACT_COLLAPSE,        WHEN_BEGUN,  {0, 0},           EVER,               {0, 0},                         {0, 0}, {200, 90000}                 },
    {8, ACT_COMMAND,         WHEN_BEGUN,  {0, 0},           {0, 0},             {COMMAND_START, COMMAND_CLOCK}, {0, 2}, {0, 720}                     },
    {9, ACT_COMMAND,         WHEN_POWER,  {0, 20 * M},      {0, 0},             {COMMAND_START, COMMAND_CLOCK}, {0, 2}, {0, 40}                      },
    {3, ACT_COMMAND,         WHEN_ARMING, {0, 10 * S},      {0, 0},             {COMMAND_START, COMMAND_CLOCK}, {0, 2}, {0, 40}                      },
    {4, ACT_COMMAND,         WHEN_OFF,    {0, 20 * M},      {0, 0},             {COMMAND_START, COMMAND_CLOCK}, {0, 2}, {0, 40}                      },
};
#undef S
#undef M
#undef EVER

/* These last until somebody repairs them, and are drawn for one run in many; see world_repair. */
static bool is_broken_for_good(const struct act *act)
{
    return act->for_ms == FOR_EVER_MS;
}

static const struct happening *draw_happening(struct dice *dice)
{
    static int total;
    if (total == 0) {
        for (size_t i = 0; i < sizeof happenings / sizeof happenings[0]; i++) {
            total += happenings[i].weight;
        }
    }
    int64_t left = dice_between(dice, 0, total - 1);
    size_t i = 0;
    while (left >= happenings[i].weight) {
        left -= happenings[i++].weight;
    }
    return &happenings[i];
}

static int64_t draw_range(struct dice *dice, int64_t low, int64_t high)
{
    return low > 0 && high / low >= 8 ? dice_stretch(dice, low, high) : dice_between(dice, low, high);
}

static struct act draw_act(const struct script *script, struct dice *dice)
{
    const struct happening *h = draw_happening(dice);
    struct act act = {.kind = h->kind, .when = h->when};
    int64_t until_ms = h->when == WHEN_BEGUN ? script->length_ms : h->at_ms.high;
    act.nth = dice_one_in(dice, 8) ? 0 : (int32_t)dice_between(dice, 1, dice_one_in(dice, 2) ? 2 : 8);
    act.at_ms = dice_between(dice, h->at_ms.low, until_ms);
    act.for_ms = draw_range(dice, h->for_ms.low, h->for_ms.high);
    act.who = (int32_t)dice_between(dice, h->who.low, h->who.high);
    act.how = (int32_t)dice_between(dice, h->how.low, h->how.high);
    act.much = draw_range(dice, h->much.low, h->much.high);
    return act;
}

static void add(struct script *script, struct act act)
{
    if (script->act_count < ACTS_MAX) {
        script->acts[script->act_count++] = act;
    }
}

/* What goes wrong once often goes wrong again soon: a loose plug, a bus that hangs. */
static void add_with_echoes(struct script *script, struct act act, struct dice *dice)
{
    add(script, act);
    int64_t echoes = dice_one_in(dice, 4) && !is_broken_for_good(&act) ? dice_between(dice, 1, 5) : 0;
    for (int64_t i = 0; i < echoes; i++) {
        act.at_ms += act.for_ms + dice_stretch(dice, 100, 2 * MINUTE_MS);
        add(script, act);
    }
}

static void draw_pad(struct pad_traits *pad, struct dice *dice)
{
    *pad = (struct pad_traits){
        .pad_j_k = dice_real(dice, 150, 1200),
        .heat_w = dice_real(dice, 40, 150),
        .cool_w = dice_real(dice, 60, 160),
        .skin_w_k = dice_real(dice, 3, 8),
        .body_w_k = dice_real(dice, 1, 2.5),
        .room_w_k = dice_real(dice, 0.3, 1.5),
        .sink_w_k = dice_real(dice, 6, 14),
        .room_c = dice_real(dice, 12, 30),
        .lag_s = dice_real(dice, 1, 8),
        .shares_adc = !dice_one_in(dice, 3),
        .store_ms = dice_stretch(dice, 1, 400),
        .care_ms = dice_stretch(dice, MINUTE_MS, 4 * HOUR_MS),
        .cares_badly = dice_one_in(dice, 3),
        .calm = dice_one_in(dice, 8),
        .zone = dice_one_in(dice, 2),
    };
    bool fine = !dice_one_in(dice, 4);
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        pad->offset_c[i] = dice_real(dice, -0.7, 0.7);
        pad->fine[i] = fine;
    }
}

void script_make(struct script *script, uint64_t seed, int64_t length_ms)
{
    struct dice dice = dice_of(seed, 1);
    script->seed = seed;
    script->length_ms = length_ms;
    script->act_count = 0;
    /* Somewhere in 2026 or 2027, changes of daylight saving included. */
    script->began_wall_ms = INT64_C(1767225600000) + dice_between(&dice, 0, 700 * 24 * 60) * MINUTE_MS;
    script_config(&script->config, &dice);
    draw_pad(&script->pad, &dice);
    int64_t days = (length_ms + DAY_MS - 1) / DAY_MS;
    int64_t stories = script->pad.calm ? dice_between(&dice, 0, 1) : dice_between(&dice, 1, 5 + 4 * days);
    for (int64_t i = 0; i < stories; i++) {
        add_with_echoes(script, draw_act(script, &dice), &dice);
    }
}

const char *act_name(enum act_kind kind)
{
#define NAME(id, name) [id] = (name),
    static const char *const names[] = {ORACLE_ACTS(NAME)};
#undef NAME
    return names[kind];
}

static void print_act(const struct act *act, FILE *out)
{
#define NAME(id, name) [id] = (name),
    static const char *const whens[] = {ORACLE_WHENS(NAME)};
#undef NAME
    fprintf(out, "  %s %d + %.1f s: %s", whens[act->when], act->nth, (double)act->at_ms / 1000.0, act_name(act->kind));
    if (act->kind == ACT_COMMAND) {
        fprintf(out, " %s", command_name((enum command_name)act->who));
    } else {
        fprintf(out, " who %d", act->who);
    }
    fprintf(out, " how %d much %" PRId64, act->how, act->much);
    if (act->for_ms == FOR_EVER_MS) {
        fprintf(out, " until repaired\n");
    } else {
        fprintf(out, " for %.1f s\n", (double)act->for_ms / 1000.0);
    }
}

void script_print(const struct script *script, FILE *out)
{
    const struct engine_config *c = &script->config;
    fprintf(out, "seed %" PRIu64 ", %.2f h; room %.0f C; sense %d, heartbeat %d, sensors", script->seed,
            (double)script->length_ms / 3600000.0, script->pad.room_c, c->limits.sense, c->heartbeat);
    static const char *const roles[] = {"pad", "hot_side", "room"};
    for (size_t i = 0; i < c->limits.sensor_count; i++) {
        const struct supervisor_sensor *s = &c->limits.sensors[i];
        fprintf(out, " %s%s%s", roles[s->role], s->of_heat ? "/heat" : "", s->of_cool ? "/cool" : "");
    }
    fprintf(out, "%s\n", script->pad.fine[0] ? ", fine" : "");
    for (size_t i = 0; i < c->plan.phase_count; i++) {
        const struct plan_phase *p = &c->plan.phases[i];
        fprintf(out, "  %s%s %.2f days, %.0f-%.0f min every %.2f-%.2f h at %.1f +/- %.1f C\n",
                plan_phase_string(p->name), p->remind ? " (remind)" : "", (double)p->length_ms / (double)DAY_MS,
                (double)p->session_min_ms / 60000.0, (double)p->session_max_ms / 60000.0,
                (double)p->every_min_ms / 3600000.0, (double)p->every_max_ms / 3600000.0, p->target_mc / 1000.0,
                p->tolerance_mc / 1000.0);
    }
    for (size_t i = 0; i < script->act_count; i++) {
        if (!script->acts[i].left_out) {
            print_act(&script->acts[i], out);
        }
    }
}
