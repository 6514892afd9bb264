/* Ordinary life with a pad: who puts it on when, where it lies, what is unplugged, pressed, cut off. Seeded.
 *
 * It hears what the daemon announces, as a person does, and keeps an agenda. What concerns the pad itself is done here;
 * what concerns the box (commands, restarts, power cuts, the clock) is handed to the caller by life_next. */
#ifndef SOOTHE_TREATS_LIFE_H
#define SOOTHE_TREATS_LIFE_H

#include "chance.h"
#include "plant.h"
#include "soothe/names.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LIFE_AGENDA_MAX 160

enum life_act {
    ACT_PUT_ON,
    ACT_TAKE_OFF, /* onto the table */
    ACT_TO_BED,   /* under a blanket, folded */
    ACT_TO_FRIDGE,
    ACT_LIFT,
    ACT_LIFT_HALF,
    ACT_SETTLE,
    ACT_ROLL_ON,
    ACT_ROLL_OFF,
    ACT_COVER,
    ACT_UNCOVER,
    ACT_UNPLUG,
    ACT_PLUG,
    ACT_COMMAND, /* from here on for the caller; value: enum command_name, more: its value or 0 */
    ACT_RESTART, /* more: ms until it is back */
    ACT_KILL,
    ACT_POWER_CUT,
    ACT_CLOCK_SYNC,
    ACT_CLOCK_CONFIRM,
    ACT_COUNT
};

struct life_item {
    int64_t at_ms;
    enum life_act act;
    int64_t value;
    int64_t more;
};

enum life_place { PLACE_TABLE, PLACE_BED, PLACE_FRIDGE, PLACE_BODY };

struct life {
    struct chance chance;
    size_t count;
    struct life_item agenda[LIFE_AGENDA_MAX]; /* the soonest first */
    enum life_place place;
    bool lifted[PLANT_HALVES];
    bool rolled;
    bool covered;
    bool plugged;
    double room_mean_c, room_swing_c, room_drift_c;
    double fridge_c;
    int64_t script_ms; /* start of the session that the person has prepared for */
    bool ice_next;     /* the newest session was ice, and the pad itself is the ice */
    FILE *told;        /* replay: each act as a line; NULL: silent */
};

/* A life of `days` from `now_ms` (Unix time). */
void life_begin(struct life *life, uint64_t seed, int64_t now_ms, int days);

void life_plan(struct life *life, int64_t at_ms, enum life_act act, int64_t value, int64_t more);

/* The person hears of a session: it will begin in `in_ms` (session_soon), it has begun, it has ended and the next one
 * is in `next_in_ms`. */
void life_hear_soon(struct life *life, int64_t now_ms, int64_t in_ms, bool ice);
void life_hear_begun(struct life *life, int64_t now_ms, bool ice);
void life_hear_ended(struct life *life, int64_t now_ms, int64_t next_in_ms);

/* After a power cut: whether the clock of the box is right at once, and else how it gets there. */
bool life_clock_after_cut(struct life *life, int64_t now_ms);

/* Do what is due. True: `item` is for the caller; call again. */
bool life_next(struct life *life, int64_t now_ms, struct life_item *item);

void life_around(struct life *life, int64_t now_ms, double step_s, struct plant_around *around);

const char *life_act_name(enum life_act act);

#endif
