/* What is counted of one plan. */
#ifndef SOOTHE_TREATS_SCORE_H
#define SOOTHE_TREATS_SCORE_H

#include "plant.h"
#include "soothe/engine.h"

#include <stdint.h>
#include <stdio.h>

struct score_phase {
    int held;
    int reached; /* the band */
    double reach_s;
    double in_band_s;
};

struct score {
    int due;       /* powered sessions that were due and that the person wanted */
    int held;      /* of those ended done or over_time */
    int missed;    /* of those: blocked for so long that a session fell out, or passed over after failed self-tests */
    int person;    /* skipped, ended or stopped by the person: counted nowhere else */
    int remind;    /* sessions that only remind */
    int done;      /* powered ones that had their full time in the band */
    bool complete; /* the plan came to its end */
    int ends[END_COUNT];
    int trips[FAULT_COUNT];      /* in a session */
    int rest_trips[FAULT_COUNT]; /* at rest */
    int lockouts[FAULT_COUNT];
    int arming_failed[FAULT_COUNT];
    struct score_phase phases[PHASE_NAME_COUNT];
    double skin_max_c;
    double skin_min_c;
    double dose_session_max; /* CEM43, as the engine counts it */
    double dose_day_max;
    double skin_dose_session_max; /* CEM43 of the hottest place of the skin */
    double skin_dose;             /* of the running session */
    double overdue_s;             /* the next session, by what is not the person's doing */
    int64_t began_ms;             /* plan time of the running session's power-on */
    double reach_s;               /* when it reached the band; below 0: not yet */
};

struct score score_new(void);

/* A step of the engine, `step_ms` after the one before; the events of it, one by one; a session's last record. */
void score_step(struct score *score, const struct engine *engine, int64_t now_ms, int64_t step_ms);
void score_event(struct score *score, const struct engine_event *event, bool skip_by_person, int64_t now_ms);
void score_ended(struct score *score, const struct session_record *record);

/* The skin for `step_s`, whoever powers the pad. */
void score_skin(struct score *score, const struct plant *plant, double step_s);

/* As one line of JSON. */
void score_print(const struct score *score, const char *plant, uint64_t seed, FILE *out);

#endif
