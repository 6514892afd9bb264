/* The closed lists: what a fault, a block, an event, an end and a refusal are called.
 *
 * One name everywhere: code, log, MQTT, command line, documentation and tests. Each list below is the only place where
 * its names are written down; the enums, the name tables in core/names.c and the tests are made from it. Adding a name
 * is an addition to the API; changing or removing one is a breaking change (`api` in the MQTT info document).
 *
 * In every list 0 is "none" and the `_COUNT` value is no member. */
#ifndef SOOTHE_NAMES_H
#define SOOTHE_NAMES_H

/* Faults: why the pad was cut off. Order is the order in which one of several at the same instant is named. */
#define SOOTHE_FAULTS(X)                                                                                               \
    X(FAULT_NONE, "none")                                                                                              \
    X(FAULT_STORE_LOST, "store_lost")                 /* the database was damaged: lockout */                          \
    X(FAULT_BOTH_ON, "both_on")                       /* heat and cool together: lockout */                            \
    X(FAULT_READBACK, "readback")                     /* a line is not what was written: lockout */                    \
    X(FAULT_HEAT_WHEN_OFF, "heat_when_off")           /* voltage, heat or cold while it is off: lockout */             \
    X(FAULT_WRONG_WAY, "wrong_way")                   /* cooling warms it, or heating cools it: lockout */             \
    X(FAULT_SUPPLY_COLLAPSE, "supply_collapse")       /* the supply breaks down under the pad: lockout */              \
    X(FAULT_DEAD_MAN, "dead_man")                     /* self-test: the heartbeat's switch conducts without it */      \
    X(FAULT_SENSOR_OPEN, "sensor_open")               /* resistance above the part's range, or the wire broke */       \
    X(FAULT_SENSOR_SHORT, "sensor_short")             /* resistance below the part's range */                          \
    X(FAULT_SENSOR_ERROR, "sensor_error")             /* the ADC answers with an error */                              \
    X(FAULT_SENSOR_STALE, "sensor_stale")             /* no new reading in time */                                     \
    X(FAULT_SENSOR_IMPLAUSIBLE, "sensor_implausible") /* a value that this pad cannot have */                          \
    X(FAULT_SENSOR_STUCK, "sensor_stuck")             /* it says the same whatever happens */                          \
    X(FAULT_SENSOR_JUMP, "sensor_jump")               /* it changes faster than a pad can */                           \
    X(FAULT_SENSOR_DISAGREE, "sensor_disagree")       /* two pad sensors are far apart */                              \
    X(FAULT_TOO_HOT, "too_hot")                                                                                        \
    X(FAULT_TOO_COLD, "too_cold")                                                                                      \
    X(FAULT_HOT_SIDE, "hot_side")       /* the Peltier's hot side is too hot */                                        \
    X(FAULT_NO_RESPONSE, "no_response") /* powered, and the pad does not follow */                                     \
    X(FAULT_LOST_BAND, "lost_band")     /* it had the band and lost it at full power */                                \
    X(FAULT_LATE_TICK, "late_tick")     /* the control loop came too late, repeatedly */

/* Blocks: why no session may begin now. Order is precedence in `blocked_by`. */
#define SOOTHE_BLOCKS(X)                                                                                               \
    X(BLOCK_NONE, "none")                                                                                              \
    X(BLOCK_LOCKOUT, "lockout")                                                                                        \
    X(BLOCK_NOT_WIRED, "not_wired")                                                                                    \
    X(BLOCK_LINES, "lines") /* the GPIO chip or one of its lines cannot be had */                                      \
    X(BLOCK_STOPPED, "stopped")                                                                                        \
    X(BLOCK_PAUSED, "paused")                                                                                          \
    X(BLOCK_TRIP, "trip")                                                                                              \
    X(BLOCK_STORAGE, "storage")                       /* the session cannot be recorded */                             \
    X(BLOCK_SENSOR_IMPLAUSIBLE, "sensor_implausible") /* off for an hour, and not between 5 and 38 degrees C */        \
    X(BLOCK_CLOCK, "clock")                           /* quiet hours cannot be kept: nobody vouches for the clock */   \
    X(BLOCK_REST, "rest")                                                                                              \
    X(BLOCK_DOSE, "dose")           /* the thermal dose of the last 24 h leaves no room */                             \
    X(BLOCK_DEAD_TIME, "dead_time") /* 60 s between heat and cool, or the relay's own minimum off time */              \
    X(BLOCK_SKIP, "skip")           /* a person left this session out */                                               \
    X(BLOCK_QUIET_HOURS, "quiet_hours")                                                                                \
    X(BLOCK_ARMING_FAILED, "arming_failed") /* the self-test failed; tried again every 10 minutes */                   \
    X(BLOCK_NOT_DUE, "not_due")             /* nothing is wrong: it is not time yet */                                 \
    X(BLOCK_NO_PLAN, "no_plan")             /* no plan was started, or it is complete */

/* Events, in the order of a plan's life. */
#define SOOTHE_EVENTS(X)                                                                                               \
    X(EVENT_NONE, "none")                                                                                              \
    X(EVENT_STARTED, "started") /* the daemon began */                                                                 \
    X(EVENT_PLAN_STARTED, "plan_started")                                                                              \
    X(EVENT_PHASE_CHANGED, "phase_changed")                                                                            \
    X(EVENT_PLAN_COMPLETED, "plan_completed")                                                                          \
    X(EVENT_PLAN_FINISHED, "plan_finished") /* by a person */                                                          \
    X(EVENT_SESSION_SOON, "session_soon")   /* put the pad on */                                                       \
    X(EVENT_SESSION_STARTED, "session_started")                                                                        \
    X(EVENT_BAND_REACHED, "band_reached")                                                                              \
    X(EVENT_BAND_NOT_REACHED, "band_not_reached")                                                                      \
    X(EVENT_SESSION_ENDED, "session_ended")                                                                            \
    X(EVENT_SESSION_SKIPPED, "session_skipped")                                                                        \
    X(EVENT_ARMING_FAILED, "arming_failed")                                                                            \
    X(EVENT_PAUSED, "paused")                                                                                          \
    X(EVENT_STOPPED, "stopped")                                                                                        \
    X(EVENT_RESUMED, "resumed")                                                                                        \
    X(EVENT_HELD_LONG, "held_long") /* paused or stopped for 12 h */                                                   \
    X(EVENT_TRIP, "trip")                                                                                              \
    X(EVENT_TRIP_CLEARED, "trip_cleared")                                                                              \
    X(EVENT_LOCKOUT, "lockout")                                                                                        \
    X(EVENT_LOCKOUT_ACKNOWLEDGED, "lockout_acknowledged")                                                              \
    X(EVENT_PAIN, "pain")                                                                                              \
    X(EVENT_CLOCK_STEPPED, "clock_stepped")                                                                            \
    X(EVENT_CLOCK_TRUSTED, "clock_trusted")                                                                            \
    X(EVENT_TIME_CREDITED, "time_credited") /* time off was credited after trust in the clock came back */             \
    X(EVENT_CONFIG_RELOADED, "config_reloaded")                                                                        \
    X(EVENT_CONFIG_REFUSED, "config_refused")                                                                          \
    X(EVENT_COMMAND_REFUSED, "command_refused")                                                                        \
    X(EVENT_STORAGE_FAILED, "storage_failed")                                                                          \
    X(EVENT_STORAGE_WORKS, "storage_works")

/* End reasons: why a session ended. */
#define SOOTHE_ENDS(X)                                                                                                 \
    X(END_NONE, "none")           /* it has not */                                                                     \
    X(END_DONE, "done")           /* its minutes in the band are spent */                                              \
    X(END_OVER_TIME, "over_time") /* its maximum since power-on is over */                                             \
    X(END_DOSE, "dose")           /* the thermal dose of a session or of 24 h is used up */                            \
    X(END_USER, "user")           /* `end` */                                                                          \
    X(END_STOP, "stop")           /* `stop` */                                                                         \
    X(END_FINISH, "finish")       /* `finish` */                                                                       \
    X(END_TRIP, "trip")                                                                                                \
    X(END_LOCKOUT, "lockout")                                                                                          \
    X(END_RESTART, "restart")         /* the daemon ended or crashed in it */                                          \
    X(END_POWER_CUT, "power_cut")     /* the machine did */                                                            \
    X(END_NOT_POWERED, "not_powered") /* recorded, but never energised: no rest follows */

/* Refusal reasons: why a command was not carried out. */
#define SOOTHE_REFUSALS(X)                                                                                             \
    X(REFUSED_NOT, "none") /* it was carried out */                                                                    \
    X(REFUSED_UNKNOWN_COMMAND, "unknown_command")                                                                      \
    X(REFUSED_BAD_VALUE, "bad_value")                                                                                  \
    X(REFUSED_TOO_LARGE, "too_large")                                                                                  \
    X(REFUSED_RETAINED, "retained") /* a retained message is never a wish of now */                                    \
    X(REFUSED_NO_TIMESTAMP, "no_timestamp")                                                                            \
    X(REFUSED_TOO_OLD, "too_old") /* `ts` is not within 10 s of now */                                                 \
    X(REFUSED_CLOCK, "clock_untrusted")                                                                                \
    X(REFUSED_REMOTE_START, "remote_start_off") /* the config does not allow remote start */                           \
    X(REFUSED_LOCAL_ONLY, "local_only")                                                                                \
    X(REFUSED_BUSY, "busy") /* too many commands; nothing was lost, send it again */                                   \
    X(REFUSED_NO_PLAN, "no_plan")                                                                                      \
    X(REFUSED_PLAN_ACTIVE, "plan_active")                                                                              \
    X(REFUSED_IN_FUTURE, "in_future")                                                                                  \
    X(REFUSED_PLAN_OVER, "plan_over") /* the injury is longer ago than the plan lasts */                               \
    X(REFUSED_REST, "rest")                                                                                            \
    X(REFUSED_RUNNING, "running")                                                                                      \
    X(REFUSED_NO_SESSION, "no_session")                                                                                \
    X(REFUSED_ALREADY_SKIPPED, "already_skipped")                                                                      \
    X(REFUSED_ALREADY_HELD, "already_held")                                                                            \
    X(REFUSED_NOT_HELD, "not_held")                                                                                    \
    X(REFUSED_BLOCKED, "blocked") /* something else than quiet hours, skip or pause holds it */                        \
    X(REFUSED_NOTHING_TO_ACK, "nothing_to_acknowledge")                                                                \
    X(REFUSED_CAUSE_PRESENT, "cause_present")                                                                          \
    X(REFUSED_NOT_SIMULATED, "not_simulated")

/* What the daemon is doing: `state` in the state document. */
#define SOOTHE_STATES(X)                                                                                               \
    X(STATE_WAITING, "waiting") /* no plan yet */                                                                      \
    X(STATE_RESTING, "resting") /* until the next session is due */                                                    \
    X(STATE_DUE, "due")         /* a session is due and something blocks it */                                         \
    X(STATE_ARMING, "arming")   /* self-test, and the session is being recorded */                                     \
    X(STATE_RUNNING, "running")                                                                                        \
    X(STATE_PAUSED, "paused")                                                                                          \
    X(STATE_STOPPED, "stopped")                                                                                        \
    X(STATE_TRIPPED, "tripped")                                                                                        \
    X(STATE_LOCKED, "locked")                                                                                          \
    X(STATE_COMPLETE, "complete")

/* Commands: the words of the command line's daemon commands and of `cmd/<name>`. */
#define SOOTHE_COMMANDS(X)                                                                                             \
    X(COMMAND_NONE, "none")                                                                                            \
    X(COMMAND_START, "start")                                                                                          \
    X(COMMAND_STOP, "stop")                                                                                            \
    X(COMMAND_PAUSE, "pause")                                                                                          \
    X(COMMAND_RESUME, "resume")                                                                                        \
    X(COMMAND_SKIP, "skip")                                                                                            \
    X(COMMAND_NOW, "now")                                                                                              \
    X(COMMAND_END, "end")                                                                                              \
    X(COMMAND_FINISH, "finish")                                                                                        \
    X(COMMAND_PAIN, "pain")                                                                                            \
    X(COMMAND_ACK, "ack")                                                                                              \
    X(COMMAND_CLOCK, "clock")   /* `clock --confirm` */                                                                \
    X(COMMAND_INJECT, "inject") /* only with --simulate */

#define SOOTHE_NAME_ENUM(id, name) id,
enum fault { SOOTHE_FAULTS(SOOTHE_NAME_ENUM) FAULT_COUNT };
enum block { SOOTHE_BLOCKS(SOOTHE_NAME_ENUM) BLOCK_COUNT };
enum event_type { SOOTHE_EVENTS(SOOTHE_NAME_ENUM) EVENT_COUNT };
enum end_reason { SOOTHE_ENDS(SOOTHE_NAME_ENUM) END_COUNT };
enum refusal { SOOTHE_REFUSALS(SOOTHE_NAME_ENUM) REFUSED_COUNT };
enum daemon_state { SOOTHE_STATES(SOOTHE_NAME_ENUM) STATE_COUNT };
enum command_name { SOOTHE_COMMANDS(SOOTHE_NAME_ENUM) COMMAND_COUNT };
#undef SOOTHE_NAME_ENUM

/* The name of a member; "unknown" for a value outside the list. Static strings. */
const char *fault_name(enum fault fault);
const char *block_name(enum block block);
const char *event_name(enum event_type event);
const char *end_name(enum end_reason end);
const char *refusal_name(enum refusal refusal);
const char *state_name(enum daemon_state state);
const char *command_name(enum command_name command);

/* The member that is called `name`; the list's `_COUNT` value where there is none. `name` may be NULL. */
enum fault fault_from_name(const char *name);
enum end_reason end_from_name(const char *name);
enum command_name command_from_name(const char *name);

#endif
