/* What the parts of the engine share: one step in the making. */
#ifndef SOOTHE_CORE_ENGINE_INTERNAL_H
#define SOOTHE_CORE_ENGINE_INTERNAL_H

#include "soothe/engine.h"
#include "stamp.h"

#define ENGINE_TIME_MAX_MS (INT64_C(1) << 53)

struct engine_work {
    struct engine *e;
    const struct engine_config *config;
    const struct engine_input *in;
    struct engine_output *out;
    int64_t now_ms; /* in->now_ms within +/- ENGINE_TIME_MAX_MS, so that no sum with a span of the plan overflows */
    int64_t dt_ms;  /* since the last step; 0 to 2 s: what may be counted as time in the band and as dose */
    bool has_window;
    struct plan_window window; /* of the next session, as the calendar stands */
    bool acknowledge;          /* a person on the spot asks to lift the lockout */
    bool now_wanted;           /* `now` in this step: quiet hours do not hold back the session */
    enum fault trip_before;    /* what stood before this step's verdict */
    enum fault lockout_before;
    enum drive_mode wanted; /* what the supervisor was asked to energise in this step; DRIVE_OFF: nothing */
    enum drive_test asked;  /* of the supervisor in this step, for the self-test */
    struct supervisor_output verdict;
    bool test_edge;  /* the self-test wants an edge of the heartbeat in this step */
    bool test_pulse; /* the self-test wants the session's channel pulsed, with the supervisor's yes */
};

/* An event of this step with its usual fields filled in. Never NULL. */
struct engine_event *engine_say(struct engine_work *work, enum event_type type);

/* Unix time in milliseconds, as believed. */
int64_t engine_wall_ms(const struct engine_work *work);

/* The next window, after anything that changed the calendar. */
void engine_look_ahead(struct engine_work *work);

/* engine_command.c: carry out in->command or refuse it. */
void engine_obey(struct engine_work *work);

/* Neither stopped nor paused any more. */
void engine_let_go(struct engine_work *work);

/* A hold that was lifted from afar, or ended so: nobody may be near the pad, so the next session is announced first. */
void engine_notice_first(struct engine_work *work);

/* engine_session.c */
bool engine_session_open(const struct engine *e);
bool engine_held(const struct engine *e);
void engine_session_begin(struct engine_work *work);
void engine_session_arm(struct engine_work *work);
void engine_session_count(struct engine_work *work);
void engine_session_check_end(struct engine_work *work);
/* `end` is why, if it ever had power; else it ends as END_NOT_POWERED and leaves no rest. */
void engine_session_end(struct engine_work *work, enum end_reason end);
enum drive_mode engine_session_wants(const struct engine_work *work);
/* Nothing stands against power in this step but what only the supervisor knows: lines, storage, readings, blocks. */
bool engine_session_sound(const struct engine_work *work);
void engine_pass_over(struct engine_work *work);
int64_t engine_day_dose(const struct engine *e, int64_t now_ms);
bool engine_day_dose_spent(const struct engine_work *work);

/* engine_selftest.c: the test that the supervisor has to be asked about in this step, before its verdict. */
enum drive_test engine_selftest_asks(const struct engine_work *work);
/* One tick of the open session's self-test, after the verdict. FAULT_NONE, or by what it has failed. */
enum fault engine_selftest_step(struct engine_work *work);

/* engine_memory.c */
void engine_keep_dose(struct engine_memory *memory, int64_t ended_ms, int64_t ucem);
void engine_forget_true_rest(struct engine_memory *memory); /* a session had power since */

/* engine_status.c */
enum block engine_block(const struct engine_work *work);
void engine_tell_status(struct engine_work *work);

#endif
