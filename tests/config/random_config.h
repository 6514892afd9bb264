/* A random configuration that is good by construction, as text. */
#ifndef SOOTHE_TESTS_RANDOM_CONFIG_H
#define SOOTHE_TESTS_RANDOM_CONFIG_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct random {
    uint64_t state;
};

/* From the clock, or SOOTHE_SEED to replay a run; printed either way. */
static inline struct random random_begin(void)
{
    const char *seed = getenv("SOOTHE_SEED");
    struct random random = {.state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL)};
    printf("seed %llu ", (unsigned long long)random.state);
    return random;
}

/* splitmix64 */
static inline uint64_t random_next(struct random *random)
{
    uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline int random_between(struct random *random, int least, int most)
{
    return least + (int)(random_next(random) % (uint64_t)(most - least + 1));
}

static inline void random_phase(struct random *random, FILE *out, bool heat, bool last)
{
    static const char *const quiet[] = {"", ", \"quiet_hours\": []", ", \"quiet_hours\": null",
                                        ", \"quiet_hours\": [\"21:07\", \"05:59\"]"};
    bool remind = random_between(random, 0, 3) == 0;
    int least = random_between(random, 1000, 20000);
    int every = random_between(random, 2834, 9000);
    fprintf(out, "{ \"name\": \"%s\", \"mode\": \"%s\", \"days\": %d.%02d, \"session_minutes\": [%.3f, %.3f], ",
            heat ? "heat" : "ice",
            remind ? "remind"
            : heat ? "heat"
                   : "cool",
            random_between(random, 1, 12), random_between(random, 0, 99), least / 1000.0,
            (least + random_between(random, 0, 10000)) / 1000.0);
    fprintf(out, "\"every_hours\": [%.3f, %.3f], \"target_c\": %.3f, \"tolerance_c\": %.3f%s }%s\n", every / 1000.0,
            (every + random_between(random, 0, 5000)) / 1000.0,
            (heat ? random_between(random, 30000, 39500) : random_between(random, 8500, 20000)) / 1000.0,
            random_between(random, 100, 600) / 1000.0, quiet[random_between(random, 0, 3)], last ? "" : ",");
}

static inline void random_sensor(struct random *random, FILE *out, int channel, bool last)
{
    static const char *const supplies[] = {"", "\"supply_channel\": 31, ", "\"supply_v\": 4.987, "};
    fprintf(out, "{ \"iio\": \"adc-%d\", \"channel\": %d, %s", channel, channel,
            supplies[random_between(random, 0, 2)]);
    switch (random_between(random, 0, 3)) {
    case 0:
        fprintf(out, "\"part\": \"103AT-2\", ");
        break;
    case 1:
        fprintf(out, "\"beta\": { \"r25_ohm\": %d.5, \"beta_k\": %d.%d }, ", random_between(random, 9000, 11000),
                random_between(random, 3300, 4200), random_between(random, 0, 9));
        break;
    case 2:
        fprintf(out, "\"steinhart_hart\": [1.12%d7e-3, 2.34%d1e-4, 8.7%de-8], ", random_between(random, 0, 9),
                random_between(random, 0, 9), random_between(random, 0, 9));
        break;
    default:
        fprintf(out, "\"table\": [[%d.25, -20], [9999.9, 25.1], [%d, 85.7]], ", random_between(random, 60000, 99000),
                random_between(random, 1000, 1600));
        break;
    }
    fprintf(out, "\"series_ohm\": %d.%d, \"ntc_to_ground\": %s, ", random_between(random, 100, 99999),
            random_between(random, 0, 999), random_between(random, 0, 1) ? "true" : "false");
    fprintf(out, channel ? "\"role\": \"hot_side\" }%s\n" : "\"role\": \"pad\", \"of\": [\"cool\", \"heat\"] }%s\n",
            last ? "" : ",");
}

static inline void random_config(struct random *random, FILE *out)
{
    int phases = random_between(random, 1, 4);
    int sensors = random_between(random, 1, 4);
    fprintf(out, "{ \"version\": 1, \"device\": { \"id\": \"p%d\", \"name\": \"\\u00e4 \\\"%d\\\"\" },\n",
            random_between(random, 0, 999), random_between(random, 0, 9));
    fprintf(out, "\"plan\": { \"notice_minutes\": %d.5, \"quiet_hours\": [\"22:00\", \"06:0%d\"], \"phases\": [\n",
            random_between(random, 0, 59), random_between(random, 0, 9));
    for (int i = 0; i < phases; i++) {
        random_phase(random, out, i >= phases / 2, i + 1 == phases);
    }
    fprintf(out, "] },\n\"pad\": { \"wired\": true, \"chip\": \"gpio-%d\", ", random_between(random, 0, 9));
    fprintf(out, "\"heat\": { \"line\": %d, \"kind\": \"mosfet\", \"pwm_period_s\": %.3f, \"active_low\": true }, ",
            random_between(random, 0, 30), random_between(random, 1000, 10000) / 1000.0);
    fprintf(
        out, "\"cool\": { \"line\": \"L%d\", \"kind\": \"relay\", \"min_on_s\": %.3f }, \"fan\": { \"line\": %d } },\n",
        random_between(random, 0, 30), random_between(random, 10000, 600000) / 1000.0, random_between(random, 31, 63));
    fprintf(out, "\"sensors\": [\n");
    for (int i = 0; i < sensors; i++) {
        random_sensor(random, out, i, i + 1 == sensors);
    }
    fprintf(out, "],\n%s",
            random_between(random, 0, 1) ? "\"mqtt\": { \"host\": \"h\", \"username\": \"u\", \"tls\": {} },\n" : "");
    fprintf(out, "\"limits\": { \"hot_side_trip_c\": %.3f, \"day_dose_cem43\": 8.%d },\n",
            random_between(random, 30000, 60000) / 1000.0, random_between(random, 0, 999999));
    fprintf(out, "\"language\": \"de\", \"units\": \"%s\" }\n", random_between(random, 0, 1) ? "F" : "C");
}

#endif
