#include "score.h"

#include <inttypes.h>
#include <math.h>

#define OVERDUE_S 10800.0 /* the plan's interval: a session fell out */

struct score score_new(void)
{
    return (struct score){.skin_min_c = 99.0, .reach_s = -1.0};
}

static bool blames_the_person(enum block block)
{
    switch (block) {
    case BLOCK_STOPPED:
    case BLOCK_PAUSED:
    case BLOCK_SKIP:
    case BLOCK_REST:
    case BLOCK_QUIET_HOURS:
    case BLOCK_NOT_DUE:
    case BLOCK_NO_PLAN:
        return true;
    case BLOCK_NONE:
    case BLOCK_LOCKOUT:
    case BLOCK_NOT_WIRED:
    case BLOCK_LINES:
    case BLOCK_TRIP:
    case BLOCK_STORAGE:
    case BLOCK_SENSOR_IMPLAUSIBLE:
    case BLOCK_CLOCK:
    case BLOCK_DOSE:
    case BLOCK_DEAD_TIME:
    case BLOCK_ARMING_FAILED:
    case BLOCK_COUNT:
    default:
        return false;
    }
}

/* A session that is late by a whole interval is one that was not held, and so on. */
void score_step(struct score *score, const struct engine *engine, int64_t now_ms, int64_t step_ms)
{
    const struct engine_status *status = &engine->status;
    bool overdue = status->plan_active && status->session == 0 && status->next_by_ms != PLAN_NEVER &&
                   now_ms > status->next_by_ms && !blames_the_person(status->block);
    if (status->session != 0 && engine->session.armed) {
        score->overdue_s = 0.0;
    }
    score->overdue_s += overdue ? (double)step_ms / 1000.0 : 0.0;
    if (score->overdue_s >= OVERDUE_S) {
        score->overdue_s -= OVERDUE_S;
        score->due++;
        score->missed++;
    }
    score->dose_day_max = fmax(score->dose_day_max, (double)status->dose_ucem / 1e6);
}

void score_event(struct score *score, const struct engine_event *event, bool skip_by_person, int64_t now_ms)
{
    score->complete = score->complete || event->type == EVENT_PLAN_COMPLETED;
    if (event->type == EVENT_SESSION_STARTED) {
        score->began_ms = now_ms;
        score->reach_s = -1.0;
        score->skin_dose = 0.0;
    } else if (event->type == EVENT_BAND_REACHED) {
        score->reach_s = (double)(now_ms - score->began_ms) / 1000.0;
    } else if (event->type == EVENT_TRIP) {
        (event->session != 0 ? score->trips : score->rest_trips)[event->fault]++;
    } else if (event->type == EVENT_LOCKOUT) {
        score->lockouts[event->fault]++;
    } else if (event->type == EVENT_ARMING_FAILED) {
        score->arming_failed[event->fault]++;
    } else if (event->type == EVENT_SESSION_SKIPPED && skip_by_person) {
        score->person++;
    } else if (event->type == EVENT_SESSION_SKIPPED) {
        score->due++;
        score->missed++;
    }
}

static void count_held(struct score *score, const struct session_record *record)
{
    struct score_phase *phase = &score->phases[record->phase];
    score->held++;
    score->done += record->end == END_DONE;
    phase->held++;
    phase->in_band_s += (double)record->in_band_ms / 1000.0;
    if (score->reach_s >= 0.0) {
        phase->reached++;
        phase->reach_s += score->reach_s;
    }
}

void score_ended(struct score *score, const struct session_record *record)
{
    bool by_person = record->end == END_USER || record->end == END_STOP || record->end == END_FINISH;
    if (record->ended_ms == PLAN_NEVER || record->end == END_NOT_POWERED) {
        return;
    }
    score->ends[record->end]++;
    score->skin_dose_session_max = fmax(score->skin_dose_session_max, score->skin_dose);
    score->skin_dose = 0.0;
    if (record->remind) {
        score->remind++;
    } else if (by_person) {
        score->person++;
    } else {
        score->due++;
        if (record->end == END_DONE || record->end == END_OVER_TIME) {
            count_held(score, record);
        }
    }
    if (record->end == END_DONE || record->end == END_OVER_TIME || record->end == END_DOSE) {
        score->dose_session_max = fmax(score->dose_session_max, (double)record->ucem / 1e6);
    }
}

void score_skin(struct score *score, const struct plant *plant, double step_s)
{
    double hottest_c = plant_skin_max_c(plant);
    double coldest_c = fmin(plant->halves[0].surface_c, plant->halves[1].surface_c);
    score->skin_max_c = fmax(score->skin_max_c, hottest_c);
    score->skin_min_c = fmin(score->skin_min_c, coldest_c);
    if (hottest_c > 38.0) { /* CEM43: a quarter for each degree below 43, a half above it */
        score->skin_dose +=
            step_s / 60.0 * (hottest_c < 43.0 ? exp2(2.0 * (hottest_c - 43.0)) : exp2(hottest_c - 43.0));
    }
}

static void print_counts(FILE *out, const char *key, const int *counts, int size, const char *(*name)(int))
{
    fprintf(out, "\"%s\":{", key);
    const char *comma = "";
    for (int i = 0; i < size; i++) {
        if (counts[i] != 0) {
            fprintf(out, "%s\"%s\":%d", comma, name(i), counts[i]);
            comma = ",";
        }
    }
    fprintf(out, "},");
}

static const char *fault_of(int value)
{
    return fault_name((enum fault)value);
}

static const char *end_of(int value)
{
    return end_name((enum end_reason)value);
}

void score_print(const struct score *score, const char *plant, uint64_t seed, FILE *out)
{
    fprintf(out,
            "{\"plant\":\"%s\",\"seed\":%" PRIu64 ",\"due\":%d,\"held\":%d,\"missed\":%d,\"person\":%d,\"remind\":%d,"
            "\"done\":%d,\"complete\":%s,",
            plant, seed, score->due, score->held, score->missed, score->person, score->remind, score->done,
            score->complete ? "true" : "false");
    print_counts(out, "ends", score->ends, END_COUNT, end_of);
    print_counts(out, "trips", score->trips, FAULT_COUNT, fault_of);
    print_counts(out, "rest_trips", score->rest_trips, FAULT_COUNT, fault_of);
    print_counts(out, "lockouts", score->lockouts, FAULT_COUNT, fault_of);
    print_counts(out, "arming_failed", score->arming_failed, FAULT_COUNT, fault_of);
    for (int i = PHASE_ICE; i < PHASE_NAME_COUNT; i++) {
        const struct score_phase *phase = &score->phases[i];
        fprintf(out, "\"%s\":{\"held\":%d,\"reached\":%d,\"reach_s\":%.0f,\"in_band_s\":%.0f},",
                plan_phase_string((enum plan_phase_name)i), phase->held, phase->reached, phase->reach_s,
                phase->in_band_s);
    }
    fprintf(
        out,
        "\"skin_max_c\":%.2f,\"skin_min_c\":%.2f,\"dose_session\":%.3f,\"dose_day\":%.3f,\"skin_dose_session\":%.3f}\n",
        score->skin_max_c, score->skin_min_c, score->dose_session_max, score->dose_day_max,
        score->skin_dose_session_max);
}
