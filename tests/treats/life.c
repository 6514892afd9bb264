#include "life.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* What is left of the pad's losses to the air: under a blanket (2 cm of wool, 2 W/(m2 K), against 5 to 9), between body
 * and mattress, folded in a bed. */
#define COVER_BLANKET 0.4
#define COVER_ROLLED  0.15
#define COVER_BED     0.2
#define WEIGHT        1.6 /* contact under the body's weight */

#define ROOM_MIN_C 10.0
#define ROOM_MAX_C 30.0

static const char *const names[ACT_COUNT] = {
    [ACT_PUT_ON] = "puts the pad on",
    [ACT_TAKE_OFF] = "takes it off, onto the table",
    [ACT_TO_BED] = "leaves it in the bed",
    [ACT_TO_FRIDGE] = "lays it into the fridge",
    [ACT_LIFT] = "lifts it",
    [ACT_LIFT_HALF] = "lifts one half",
    [ACT_SETTLE] = "lies down on it again",
    [ACT_ROLL_ON] = "rolls onto it",
    [ACT_ROLL_OFF] = "rolls off",
    [ACT_COVER] = "takes a blanket",
    [ACT_UNCOVER] = "throws the blanket off",
    [ACT_UNPLUG] = "unplugs the pad",
    [ACT_PLUG] = "plugs it in",
    [ACT_COMMAND] = "commands",
    [ACT_RESTART] = "the daemon is restarted",
    [ACT_KILL] = "the daemon is killed and comes back",
    [ACT_POWER_CUT] = "power cut",
    [ACT_CLOCK_SYNC] = "the clock is synchronised",
    [ACT_CLOCK_CONFIRM] = "the person sets and confirms the clock",
};

const char *life_act_name(enum life_act act)
{
    return (unsigned)act < ACT_COUNT ? names[act] : "?";
}

void life_plan(struct life *life, int64_t at_ms, enum life_act act, int64_t value, int64_t more)
{
    assert(life->count < LIFE_AGENDA_MAX);
    size_t i = life->count++;
    for (; i > 0 && life->agenda[i - 1].at_ms > at_ms; i--) {
        life->agenda[i] = life->agenda[i - 1];
    }
    life->agenda[i] = (struct life_item){.at_ms = at_ms, .act = act, .value = value, .more = more};
}

static int64_t minutes(struct life *life, double low, double high)
{
    return (int64_t)(chance_between(&life->chance, low, high) * (double)MINUTE_MS);
}

static int64_t some_time(struct life *life, int64_t from_ms, int days)
{
    return from_ms + (int64_t)chance_between(&life->chance, 0.0, (double)(days * DAY_MS));
}

static int count_up_to(struct life *life, int most)
{
    return (int)chance_between(&life->chance, 0.0, most + 0.999);
}

/* Things that happen whether or not there is a session. */
static void plan_days(struct life *life, int64_t now_ms, int days)
{
    struct chance *chance = &life->chance;
    for (int i = count_up_to(life, 3); i > 0; i--) {
        bool brief = chance_of(chance, 0.7);
        double ms = brief ? chance_spread(chance, 5e3, 120e3) : chance_spread(chance, 600e3, 6.0 * 3600e3);
        life_plan(life, some_time(life, now_ms, days), ACT_POWER_CUT, 0, (int64_t)ms);
    }
    for (int i = count_up_to(life, 4); i > 0; i--) {
        enum life_act act = chance_of(chance, 0.5) ? ACT_RESTART : ACT_KILL;
        life_plan(life, some_time(life, now_ms, days), act, 0, (int64_t)chance_spread(chance, 1e3, 20e3));
    }
    if (chance_of(chance, 0.3)) { /* a visit, a journey */
        int64_t at_ms = some_time(life, now_ms, days);
        life_plan(life, at_ms, ACT_COMMAND, COMMAND_STOP, 0);
        life_plan(life, at_ms + minutes(life, 60, 600), ACT_COMMAND, COMMAND_RESUME, 0);
    }
    if (chance_of(chance, 0.3)) {
        int64_t at_ms = some_time(life, now_ms, days);
        life_plan(life, at_ms, ACT_COMMAND, COMMAND_PAUSE, 0);
        life_plan(life, at_ms + minutes(life, 20, 800), ACT_COMMAND, COMMAND_RESUME, 0);
    }
    for (int i = count_up_to(life, 6); i > 0; i--) { /* out of the way, while nothing runs or in the middle of it */
        int64_t at_ms = some_time(life, now_ms, days);
        life_plan(life, at_ms, ACT_UNPLUG, 0, 0);
        life_plan(life, at_ms + 10 * MINUTE_MS, ACT_PLUG, 0, 0);
    }
}

void life_begin(struct life *life, uint64_t seed, int64_t now_ms, int days)
{
    *life = (struct life){.chance = {seed ^ UINT64_C(0x6c696665)}, .plugged = true, .script_ms = INT64_MIN};
    struct chance *chance = &life->chance;
    life->room_mean_c = chance_between(chance, ROOM_MIN_C + 1.0, ROOM_MAX_C - 1.0);
    double most_c = fmin(fmin(life->room_mean_c - ROOM_MIN_C, ROOM_MAX_C - life->room_mean_c), 5.0);
    life->room_swing_c = chance_between(chance, 0.0, most_c);
    life->fridge_c = chance_between(chance, 3.0, 8.0);
    plan_days(life, now_ms, days);
}

/* How the pad is handled in a session that begins at `start_ms`. */
static void plan_handling(struct life *life, int64_t start_ms)
{
    struct chance *chance = &life->chance;
    for (int i = count_up_to(life, 2); i > 0 && chance_of(chance, 0.4); i--) {
        int64_t at_ms = start_ms + minutes(life, 1, 28);
        life_plan(life, at_ms, ACT_LIFT, 0, 0);
        life_plan(life, at_ms + minutes(life, 0.3, 4), ACT_SETTLE, 0, 0);
    }
    if (chance_of(chance, 0.15)) {
        int64_t at_ms = start_ms + minutes(life, 1, 28);
        life_plan(life, at_ms, ACT_LIFT_HALF, (int64_t)(chance_next(chance) & 1), 0);
        life_plan(life, at_ms + minutes(life, 0.5, 10), ACT_SETTLE, 0, 0);
    }
    if (chance_of(chance, 0.3)) {
        int64_t at_ms = start_ms + minutes(life, 0, 25);
        life_plan(life, at_ms, ACT_ROLL_ON, 0, 0);
        life_plan(life, at_ms + minutes(life, 2, 30), ACT_ROLL_OFF, 0, 0);
    }
}

/* What cuts it short or stops it for a while. */
static void plan_breaks(struct life *life, int64_t start_ms)
{
    struct chance *chance = &life->chance;
    if (chance_of(chance, 0.1)) {
        life_plan(life, start_ms + minutes(life, 5, 25), chance_of(chance, 0.7) ? ACT_TAKE_OFF : ACT_TO_BED, 0, 0);
    }
    if (chance_of(chance, 0.04)) {
        int64_t at_ms = start_ms + minutes(life, 0, 29);
        life_plan(life, at_ms, ACT_UNPLUG, 0, 0);
        life_plan(life, at_ms + 10 * MINUTE_MS, ACT_PLUG, 0, 0);
    }
    if (chance_of(chance, 0.05)) {
        int64_t at_ms = start_ms + minutes(life, 2, 25);
        life_plan(life, at_ms, ACT_COMMAND, COMMAND_PAUSE, 0);
        life_plan(life, at_ms + minutes(life, 1, 10), ACT_COMMAND, COMMAND_RESUME, 0);
    }
    if (chance_of(chance, 0.02)) {
        life_plan(life, start_ms + minutes(life, 2, 20), ACT_COMMAND, COMMAND_END, 0);
    }
}

/* What the person does in one session that begins at `start_ms`, `now_ms` or later. */
static void plan_session(struct life *life, int64_t now_ms, int64_t start_ms)
{
    struct chance *chance = &life->chance;
    int64_t on_ms = start_ms + (chance_of(chance, 0.5) ? minutes(life, 0, 10) : -minutes(life, 0, 5));
    on_ms = on_ms < now_ms ? now_ms : on_ms;
    life->script_ms = start_ms;
    if (!life->plugged) {
        life_plan(life, on_ms, ACT_PLUG, 0, 0);
    }
    if (chance_of(chance, 0.03)) { /* asleep or away: the pad runs where it lies */
        return;
    }
    life_plan(life, on_ms, ACT_PUT_ON, 0, 0);
    if (chance_of(chance, 0.4)) {
        life_plan(life, on_ms + minutes(life, 0, 5), ACT_COVER, 0, 0);
    }
    plan_handling(life, start_ms);
    plan_breaks(life, start_ms);
}

void life_hear_soon(struct life *life, int64_t now_ms, int64_t in_ms, bool ice)
{
    life->ice_next = ice;
    if (chance_of(&life->chance, 0.03)) {
        life_plan(life, now_ms + minutes(life, 0, 4), ACT_COMMAND, COMMAND_SKIP, 0);
        return;
    }
    plan_session(life, now_ms, now_ms + in_ms);
}

void life_hear_begun(struct life *life, int64_t now_ms, bool ice)
{
    life->ice_next = ice;
    bool prepared = life->script_ms != INT64_MIN && now_ms - life->script_ms < 15 * MINUTE_MS;
    if (!prepared) {
        plan_session(life, now_ms, now_ms);
    }
}

/* Out at `off_ms`, and in again around the time of the next session: what is unplugged is not announced. */
static void unplug_until(struct life *life, int64_t off_ms, int64_t next_ms)
{
    int64_t in_ms = next_ms + minutes(life, -8, 8);
    life_plan(life, off_ms, ACT_UNPLUG, 0, 0);
    life_plan(life, in_ms > off_ms ? in_ms : off_ms + MINUTE_MS, ACT_PLUG, 0, 0);
}

void life_hear_ended(struct life *life, int64_t now_ms, int64_t next_in_ms)
{
    struct chance *chance = &life->chance;
    int64_t next_ms = now_ms + next_in_ms;
    if (life->place == PLACE_FRIDGE || chance_of(chance, 0.05)) { /* asleep on it until the next time */
        return;
    }
    int64_t off_ms = now_ms + (chance_of(chance, 0.75) ? minutes(life, 0, 10) : minutes(life, 10, 90));
    if (life->ice_next && chance_of(chance, 0.25)) {
        if (chance_of(chance, 0.5)) {
            unplug_until(life, off_ms, next_ms);
        }
        life_plan(life, off_ms, ACT_TO_FRIDGE, 0, 0);
        life_plan(life, next_ms + minutes(life, -5, 8), ACT_PUT_ON, 0, 0);
        return;
    }
    life_plan(life, off_ms, chance_of(chance, 0.8) ? ACT_TAKE_OFF : ACT_TO_BED, 0, 0);
    if (chance_of(chance, 0.1)) {
        unplug_until(life, off_ms + minutes(life, 0, 30), next_ms);
    }
}

bool life_clock_after_cut(struct life *life, int64_t now_ms)
{
    double kind = chance_between(&life->chance, 0.0, 1.0);
    if (kind < 0.5) {
        return true;
    }
    if (kind < 0.8) {
        life_plan(life, now_ms + minutes(life, 0.2, 30), ACT_CLOCK_SYNC, 0, 0);
    } else {
        life_plan(life, now_ms + minutes(life, 5, 120), ACT_CLOCK_CONFIRM, 0, 0);
    }
    return false;
}

static void off_the_body(struct life *life, enum life_place place)
{
    life->place = place;
    life->rolled = false;
    life->covered = false;
    life->lifted[0] = false;
    life->lifted[1] = false;
}

static void act_on_pad(struct life *life, const struct life_item *item)
{
    bool worn = life->place == PLACE_BODY;
    switch (item->act) {
    case ACT_PUT_ON:
        life->place = PLACE_BODY;
        break;
    case ACT_TAKE_OFF:
        off_the_body(life, PLACE_TABLE);
        break;
    case ACT_TO_BED:
        off_the_body(life, PLACE_BED);
        break;
    case ACT_TO_FRIDGE:
        off_the_body(life, PLACE_FRIDGE);
        break;
    case ACT_LIFT:
        life->lifted[0] = life->lifted[1] = worn;
        break;
    case ACT_LIFT_HALF:
        life->lifted[item->value != 0] = worn;
        break;
    case ACT_SETTLE:
        life->lifted[0] = life->lifted[1] = false;
        break;
    case ACT_ROLL_ON:
    case ACT_ROLL_OFF:
        life->rolled = worn && item->act == ACT_ROLL_ON;
        break;
    case ACT_COVER:
    case ACT_UNCOVER:
        life->covered = worn && item->act == ACT_COVER;
        break;
    case ACT_UNPLUG:
    case ACT_PLUG:
        life->plugged = item->act == ACT_PLUG;
        break;
    case ACT_COMMAND:
    case ACT_RESTART:
    case ACT_KILL:
    case ACT_POWER_CUT:
    case ACT_CLOCK_SYNC:
    case ACT_CLOCK_CONFIRM:
    case ACT_COUNT:
    default:
        break;
    }
}

bool life_next(struct life *life, int64_t now_ms, struct life_item *item)
{
    while (life->count > 0 && life->agenda[0].at_ms <= now_ms) {
        *item = life->agenda[0];
        life->count--;
        for (size_t i = 0; i < life->count; i++) {
            life->agenda[i] = life->agenda[i + 1];
        }
        if (life->told) {
            fprintf(life->told, "%" PRId64 " %s", now_ms, life_act_name(item->act));
            fprintf(life->told, item->act == ACT_COMMAND ? " %s\n" : "\n",
                    command_name((enum command_name)item->value));
        }
        if (item->act >= ACT_COMMAND) {
            return true;
        }
        act_on_pad(life, item);
    }
    return false;
}

/* The room: a day's cycle, warmest at 16:00, and a slow wander of a quarter of a degree (windows, heating). */
static double room_c(struct life *life, int64_t now_ms, double step_s)
{
    double day = (double)(now_ms % DAY_MS) / (double)DAY_MS;
    life->room_drift_c +=
        -life->room_drift_c * step_s / 600.0 + 0.25 * sqrt(2.0 * step_s / 600.0) * chance_normal(&life->chance);
    double c = life->room_mean_c + life->room_swing_c * cos(2.0 * 3.14159265 * (day - 16.0 / 24.0));
    return fmin(fmax(c + life->room_drift_c, ROOM_MIN_C), ROOM_MAX_C);
}

void life_around(struct life *life, int64_t now_ms, double step_s, struct plant_around *around)
{
    bool worn = life->place == PLACE_BODY;
    around->room_c = room_c(life, now_ms, step_s);
    around->air_c = life->place == PLACE_FRIDGE ? life->fridge_c : around->room_c;
    around->cover = life->place == PLACE_BED ? COVER_BED
                    : life->rolled           ? COVER_ROLLED
                    : life->covered          ? COVER_BLANKET
                                             : 1.0;
    for (size_t i = 0; i < PLANT_HALVES; i++) {
        around->contact[i] = !worn || life->lifted[i] ? 0.0 : life->rolled ? WEIGHT : 1.0;
    }
}
