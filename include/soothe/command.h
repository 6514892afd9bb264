/* The command grammar: one for MQTT and the local socket. Pure: bytes in, a command or a refusal out.
 *
 * A command is a name and a payload. The payload is plain text (the value, or nothing) or a JSON object
 * {"id": "...", "ts": ..., "value": ...}. `PRESS`, what Home Assistant's buttons send, is the same as nothing.
 *
 *   start      value: when the injury was: RFC 3339, local "YYYY-MM-DD HH:MM", or "-36h" ("-90m", "-2d"); none: now
 *   pause      value: minutes, 1 to 720; none: until resume
 *   pain       value: 0 to 10
 *   inject     value: a fault's name (local, and with --simulate only)
 *   stop resume skip now end finish ack clock: no value; `stop` ignores whatever comes with it */
#ifndef SOOTHE_COMMAND_H
#define SOOTHE_COMMAND_H

#include "soothe/engine.h"
#include "soothe/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMAND_PAYLOAD_MAX 1024 /* bytes */
#define COMMAND_ID_MAX      64
#define COMMAND_AGE_MAX_MS  10000 /* of what may energise, when it comes from afar */

enum command_injured { INJURED_NOW, INJURED_AT /* Unix time in ms */, INJURED_AGO /* ms before now */ };

struct command {
    enum command_name name;
    enum command_origin origin;
    uint64_t client;             /* whom to answer; given by the sender's side of link */
    char id[COMMAND_ID_MAX + 1]; /* the sender's, "" none; printable ASCII */
    bool has_ts;
    int64_t ts_ms; /* Unix time in ms at which it was sent */
    bool has_value;
    int64_t value;                /* pause: minutes, pain: score */
    enum command_injured injured; /* start */
    int64_t injured_ms;
    char text[64]; /* inject: the fault's name */
};

/* Read one command. REFUSED_NOT and `command` filled (client and origin are left to the caller: 0 and ORIGIN_REMOTE),
 * or the reason, with `command->name` and `command->id` filled as far as they could be read and in `why` a sentence
 * that says what is allowed. Payload bytes may be anything, of any length. "ts" is seconds (number, fractions allowed)
 * or RFC 3339. */
enum refusal command_parse(const char *name, size_t name_length, const void *payload, size_t length,
                           struct command *command, char *why, size_t size);

struct command_rules {
    bool retained;     /* it came with the retain flag */
    bool remote_start; /* the config allows it */
    bool clock_trusted;
    int64_t wall_ms;
};

/* What a sender from afar may do: rule 6 of docs/design.md. A live `stop` passes always. REFUSED_NOT or the reason. */
enum refusal command_admit(const struct command *command, const struct command_rules *rules);

/* A time as the words of `start`: fills injured and ms. 0 or -EINVAL. Local times follow the process's time zone. */
int command_time_parse(const char *text, enum command_injured *injured, int64_t *ms);

/* A refusal as a sentence for people, in English, e.g. "the rest runs until 14:20". Static. */
const char *command_refusal_text(enum refusal refusal);

/* The answer document {"id","cmd","status","reason","message"} as one line of JSON without newline. Returns its length,
 * or -ENOSPC. `until_wall_ms` (PLAN_NEVER: none) becomes "until" in RFC 3339. `why` may be NULL. */
int command_answer_render(const struct command *command, enum refusal refusal, const char *why, int64_t until_wall_ms,
                          char *text, size_t size);

/* The first answers to the newest ids, so that a command that comes twice is carried out once. */
#define REPLIES_KEPT   64
#define REPLY_TEXT_MAX 512
struct replies {
    size_t next;
    struct {
        char id[COMMAND_ID_MAX + 1];
        bool answered;
        char text[REPLY_TEXT_MAX];
    } kept[REPLIES_KEPT];
};
enum replies_found { REPLY_NEW, REPLY_PENDING, REPLY_KNOWN };

/* Look up `id` ("" is always new); a new one is noted as pending. REPLY_KNOWN: *text is the first answer, valid until
 * the next call. */
enum replies_found replies_ask(struct replies *replies, const char *id, const char **text);
/* Keep the answer to a pending id; unknown ids are ignored. */
void replies_tell(struct replies *replies, const char *id, const char *text);
/* Forget an id, so that the command may be sent again with it: it was refused as `busy`. Unknown ids are ignored. */
void replies_forget(struct replies *replies, const char *id);

#endif
