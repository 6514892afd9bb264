/* The one table of configuration keys. Reading, --print-config, messages, reload and the test of the schema walk it. */
#ifndef SOOTHE_CONFIG_KEYS_H
#define SOOTHE_CONFIG_KEYS_H

#include "soothe/config.h"

#include <assert.h>

#define KEY_LIST_MAX 4 /* elements of a list of objects */

enum key_kind {
    KEY_OBJECT,
    KEY_LIST,    /* of objects; its path ends in "[]" */
    KEY_IGNORED, /* text for editors */
    KEY_BOOL,
    KEY_NUMBER,
    KEY_INTEGER,
    KEY_TEXT,
    KEY_CHOICE,
    KEY_RANGE,        /* [least, most] */
    KEY_QUIET,        /* ["23:00", "07:00"], [] or null */
    KEY_LINE,         /* offset on the chip, or name */
    KEY_OUTPUTS,      /* a list of "heat" and "cool" */
    KEY_COEFFICIENTS, /* three numbers */
    KEY_POINTS,       /* a list of [ohm, degrees Celsius] */
    KEY_KIND_COUNT
};

enum key_store { STORE_NONE, STORE_BOOL, STORE_ENUM, STORE_INT32, STORE_INT64, STORE_DOUBLE, STORE_TEXT };

enum key_rule { RULE_ANY, RULE_ID, RULE_HOST, RULE_PATH, RULE_DEVICE, RULE_ZONE, RULE_PART, RULE_COUNT };

struct key_choice {
    const char *word; /* NULL ends the list */
    int value;        /* for STORE_ENUM and STORE_BOOL; STORE_TEXT keeps the word */
};

/* A row of the table. The place of a value is where + index * stride in struct draft, index being the position in the
 * list of objects that the key belongs to. What is stored is the file's number times `scale`. */
struct key {
    const char *path; /* "plan.phases[].target_c" */
    enum key_kind kind;
    bool required;
    const char *unit; /* NULL: a bare number */
    double min, max;  /* both allowed; KEY_RANGE: of each end; KEY_LIST: of the count */
    double scale;
    double fallback;  /* NAN: none, or it depends on other keys */
    const char *text; /* default of KEY_TEXT and KEY_CHOICE; NULL: none, or it depends */
    const struct key_choice *choices;
    enum key_rule rule;
    enum key_store store;
    size_t where, stride, size; /* KEY_RANGE: of the first of two int64_t side by side */
    const char *help;
};

enum mode_word { MODE_COOL, MODE_HEAT, MODE_REMIND };
enum curve_word { CURVE_NONE, CURVE_PART, CURVE_STEINHART, CURVE_BETA, CURVE_TABLE };

/* What the keys fill: the configuration itself, and what is only worked into it once everything is read. */
struct draft {
    struct config config;
    struct quiet_hours quiet_hours; /* of the plan: for phases without their own */
    struct draft_phase {
        enum mode_word mode;
    } phases[PLAN_PHASES_MAX];
    struct draft_output {
        enum thermostat_kind kind;
        int64_t pwm_period_ms, min_on_ms, min_off_ms;
    } heat, cool;
    struct draft_curve {
        enum curve_word word;
        double coefficients[3];
        double r25_ohm, beta_k;
        size_t point_count;
        struct thermistor_point points[THERMISTOR_POINTS_MAX];
    } curves[SENSORS_MAX];
};

extern const struct key keys[];
extern const size_t key_count;
#define KEYS_MAX 112 /* room for per-key marks; key_count is below it */

/* The row of that path; it must exist. */
const struct key *key_at(const char *path);

/* The row called `name` inside `parent` (NULL: the whole file), or NULL. */
const struct key *key_child(const struct key *parent, const char *name);

/* Whether `key` stands directly inside `parent` (NULL: the whole file). */
bool key_is_child(const struct key *key, const struct key *parent);

/* The last part of the path, without "[]"; `size` bytes. */
void key_name(const struct key *key, char *name, size_t size);

/* "plan.phases[1].target_c": the path with the index filled in. A list itself ends without brackets. */
void key_path(const struct key *key, size_t index, char *path, size_t size);

/* Where the value lives in the draft. */
void *key_place(const struct key *key, struct draft *draft, size_t index);
const void *key_place_const(const struct key *key, const struct draft *draft, size_t index);

/* The value as the file writes it, and the other way, for keys that are kept as a number. `most`: the second number of
 * a range. */
double key_number(const struct key *key, const struct draft *draft, size_t index, bool most);
void key_set_number(const struct key *key, struct draft *draft, size_t index, bool most, double value);

/* The choice called `word` (exactly), or the one that is kept; NULL for none. */
const struct key_choice *key_choice_find(const struct key *key, const char *word);
const struct key_choice *key_choice_kept(const struct key *key, const struct draft *draft, size_t index);
void key_set_choice(const struct key *key, struct draft *draft, size_t index, const struct key_choice *choice);

/* The number of elements that the list `key` has in the draft. */
size_t key_list_length(const struct key *key, const struct draft *draft);

/* Every default of the table into a zeroed draft. */
void keys_fill_defaults(struct draft *draft);

#endif
