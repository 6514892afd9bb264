/* From text to draft: every key that the file gives, read by its row of the table. */
#ifndef SOOTHE_CONFIG_READER_H
#define SOOTHE_CONFIG_READER_H

#include "keys.h"
#include "report.h"
#include "scan.h"

#include <cjson/cJSON.h>

/* A value: what it is, and where. */
struct item {
    const cJSON *json; /* NULL: none */
    size_t node;
};

enum mark { MARK_ABSENT, MARK_GOOD, MARK_BAD };

struct reader {
    const struct scan *scan;
    struct item root;
    struct report *report;
    struct draft *draft;
    enum mark marks[KEYS_MAX][KEY_LIST_MAX];
};

struct item item_first(const struct reader *reader, struct item parent);
struct item item_next(const struct reader *reader, struct item item);

/* Read everything; mistakes go to the report. */
void reader_read(struct reader *reader);

/* Was the key given, and given well? By path pattern; a key outside lists has index 0. */
bool reader_given(const struct reader *reader, const char *path, size_t index);
/* Has it no mistake of its own, so that what it stands for may be judged? Also when left out for its default. */
bool reader_sound(const struct reader *reader, const char *path, size_t index);

/* A mistake about that key: placed at its value, or at the nearest object around it where it was left out. */
__attribute__((format(printf, 4, 5))) void reader_complain(struct reader *reader, const char *path, size_t index,
                                                           const char *format, ...);

/* values.c: read one value by its row. False: it is reported. */
bool value_read(struct reader *reader, const struct key *key, size_t index, struct item item);

/* A mistake at that very item. Returns false. */
__attribute__((format(printf, 5, 6))) bool item_complain(struct reader *reader, const struct key *key, size_t index,
                                                         struct item item, const char *format, ...);

/* rules.c: may `text` stand for a key of that rule, and what may? */
bool rule_holds(enum key_rule rule, const char *text);
void rule_allowed(enum key_rule rule, char *allowed, size_t size);

/* finish.c: the draft as it was read -> the whole configuration: defaults that depend on other keys, curves,
 * thermostats. And the other way. */
void draft_finish(struct reader *reader);
void draft_from_config(const struct config *config, struct draft *draft);

/* check_plan.c, check_pad.c, check_sensors.c: what one key alone cannot tell. After draft_finish. */
void check_plan(struct reader *reader);
void check_limits(struct reader *reader);
void check_pad(struct reader *reader);
void check_sensors(struct reader *reader);
void check_mqtt(struct reader *reader);

#endif
