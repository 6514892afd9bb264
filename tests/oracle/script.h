/* A script: one run, worked out from its seed: what pad, what configuration, and what happens when. Happenings can be
 * left out one by one, and the rest then happens as before: that is how a failing run is made small. */
#ifndef SOOTHE_TESTS_ORACLE_SCRIPT_H
#define SOOTHE_TESTS_ORACLE_SCRIPT_H

#include "dice.h"
#include "soothe/engine.h"

#include <stdio.h>

#define SECOND_MS   INT64_C(1000)
#define MINUTE_MS   (60 * SECOND_MS)
#define HOUR_MS     (60 * MINUTE_MS)
#define DAY_MS      (24 * HOUR_MS)
#define ACTS_MAX    160
#define FOR_EVER_MS (INT64_C(1) << 40)

/* What can happen. Sensors are meant by `who`: 0 to 3, or -1: all. */
#define ORACLE_ACTS(X)                                                                                                 \
    X(ACT_COMMAND, "command")     /* who: enum command_name, how: enum command_origin, much: value, INT64_MIN none */  \
    X(ACT_STATUS, "status")       /* how: enum reading_status */                                                       \
    X(ACT_STALE, "stale")         /* the sampler has nothing new */                                                    \
    X(ACT_FUTURE, "future")       /* stamped `much` ms ahead */                                                        \
    X(ACT_FREEZE, "freeze")       /* the ADC: value and both codes stand still */                                      \
    X(ACT_FREEZE_CODE, "channel") /* value and code stand still, the supply's code lives */                            \
    X(ACT_SHIFT, "shift")         /* reads `much` millidegrees more */                                                 \
    X(ACT_RAMP, "ramp")           /* reads `much` millidegrees a minute more and more */                               \
    X(ACT_VALUE, "value")         /* reads `much` millidegrees */                                                      \
    X(ACT_ASIDE, "aside")         /* lies beside the pad: goes to the room's temperature */                            \
    X(ACT_READBACK, "readback")   /* a line does not read back as written */                                           \
    X(ACT_READS_ON, "reads_on")   /* who: enum drive_mode, or -1: both */                                              \
    X(ACT_WELDED, "welded")       /* who: enum drive_mode: its switch is welded */                                     \
    X(ACT_WELDED_DEAD_MAN, "welded_dead_man")                                                                          \
    X(ACT_SENSE_LIVE, "sense_live") /* the sense line is live whatever is on */                                        \
    X(ACT_SENSE_DEAD, "sense_dead")                                                                                    \
    X(ACT_NO_LINES, "no_lines")     /* the GPIO chip is gone */                                                        \
    X(ACT_LIFTED, "lifted")         /* the pad is off the body */                                                      \
    X(ACT_BLANKET, "blanket")       /* rolled on, or a blanket over it: hardly any loss to the room */                 \
    X(ACT_UNPLUGGED, "unplugged")   /* the pad's plug: no power */                                                     \
    X(ACT_WEAK, "weak")             /* `much` percent of its power */                                                  \
    X(ACT_REVERSED, "reversed")     /* the Peltier warms the pad */                                                    \
    X(ACT_CROSSED, "crossed")       /* heater and cooler are mixed up */                                               \
    X(ACT_FAN_STUCK, "fan_stuck")   /* the hot side keeps its heat */                                                  \
    X(ACT_SUN, "sun")               /* the pad is warmed with `much` watts from outside */                             \
    X(ACT_FREEZER, "freezer")       /* the pad lies at `much` millidegrees: pre-cooled */                              \
    X(ACT_RESTART, "restart")       /* in an orderly way */                                                            \
    X(ACT_CRASH, "crash")           /* of the daemon */                                                                \
    X(ACT_POWER_CUT, "power_cut")   /* for `much` ms; how: enum timebase_trust afterwards */                           \
    X(ACT_STORE_LOST, "store_lost") /* a power cut after which the database is damaged */                              \
    X(ACT_STORE_FAILS, "store_fails")                                                                                  \
    X(ACT_STORE_SLOW, "store_slow") /* takes `much` ms */                                                              \
    X(ACT_LATE, "late")             /* one tick comes `much` ms late */                                                \
    X(ACT_SLOW, "slow")             /* every tick comes up to `much` ms late */                                        \
    X(ACT_WALL_STEP, "wall_step")   /* the wall clock is set by `much` ms */                                           \
    X(ACT_TRUST, "trust")           /* the clock is right from now on; how: enum timebase_trust */                     \
    X(ACT_RELOAD, "reload")         /* much: seed of the new schedule and limits */                                    \
    X(ACT_COLLAPSE, "collapse")     /* the supply breaks down `much` ms after each power-on */

/* When it happens: `at_ms` after this. */
#define ORACLE_WHENS(X)                                                                                                \
    X(WHEN_BEGUN, "begin")   /* of the run */                                                                          \
    X(WHEN_ARMING, "arming") /* of the nth session that arms; nth 0: of each */                                        \
    X(WHEN_POWER, "power")   /* of the nth power-on, pauses and trips within a session included */                     \
    X(WHEN_BAND, "band")     /* the nth time that a session reaches its band */                                        \
    X(WHEN_OFF, "off")       /* the nth end of power */

#define ORACLE_ENUM(id, name) id,
enum act_kind { ORACLE_ACTS(ORACLE_ENUM) ACT_COUNT };
enum act_when { ORACLE_WHENS(ORACLE_ENUM) WHEN_COUNT };
#undef ORACLE_ENUM

struct act {
    enum act_kind kind;
    enum act_when when;
    int32_t nth;
    int64_t at_ms;
    int64_t for_ms;
    int32_t who;
    int32_t how;
    int64_t much;
    bool left_out;
};

/* A pad and a patient, as they may be. */
struct pad_traits {
    double pad_j_k;  /* heat capacity of the pad */
    double heat_w;   /* of the heater */
    double cool_w;   /* of the Peltier, without a difference between its sides */
    double skin_w_k; /* pad to skin, on the body */
    double body_w_k; /* skin to the body's inside at 36.5 degrees C */
    double room_w_k; /* pad to the room */
    double sink_w_k; /* hot side to the room, with the fan */
    double room_c;
    double lag_s;                 /* of the sensors */
    double offset_c[SENSORS_MAX]; /* by where in the pad they sit */
    bool fine[SENSORS_MAX];       /* an ADC of 16 bits with a supply channel */
    bool shares_adc;              /* all sensors on one ADC */
    int64_t store_ms;             /* usual time until a record is durable */
    int64_t care_ms;              /* how long until somebody looks after the pad */
    bool cares_badly;             /* acknowledges before repairing */
    bool calm;                    /* nothing happens but the treatment */
    bool zone;                    /* local time has daylight saving */
};

struct script {
    uint64_t seed;
    int64_t length_ms;
    int64_t began_wall_ms;
    struct engine_config config;
    struct pad_traits pad;
    size_t act_count;
    struct act acts[ACTS_MAX];
};

/* Work out the run of `seed`. */
void script_make(struct script *script, uint64_t seed, int64_t length_ms);

/* A configuration within what src/config allows. */
void script_config(struct engine_config *config, struct dice *dice);

/* A schedule and limits as a reload may bring them; what needs a restart stays. */
void script_reload(struct engine_config *config, uint64_t seed);

/* One line an act, for people. */
void script_print(const struct script *script, FILE *out);
const char *act_name(enum act_kind kind);

#endif
