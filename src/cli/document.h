/* The state document (soothe/status.h) as the client reads it. Whatever is missing or of another type is unknown. */
#ifndef SOOTHE_CLI_DOCUMENT_H
#define SOOTHE_CLI_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOCUMENT_UNKNOWN INT64_MIN

struct document {
    char state[24];
    char phase[16];
    char blocked_by[32];
    char trip[32];
    char message[400];
    char advice[400];
    char config[256];
    char timezone[64]; /* "unknown" or "": the machine's */
    bool fahrenheit;   /* the configuration wants it so */
    bool clock_trusted;
    bool heating;
    bool cooling;
    bool in_band;
    bool problem;
    double pad_c; /* NaN: unknown, also for the two below */
    double hot_side_c;
    double target_c;
    double dose_cem43;
    int duty; /* 0 to 100 */
    int pain; /* -1: never told */
    int sessions_done;
    int sessions_today;
    int64_t in_band_s;
    int64_t in_band_today_s;
    int64_t phase_ends_s; /* Unix time; DOCUMENT_UNKNOWN, also for the times below */
    int64_t session_started_s;
    int64_t session_ends_s;
    int64_t next_session_s;
    int64_t next_session_by_s;
    int64_t ts_s;
};

/* Read a line of JSON. 0, or -EINVAL when it is no state document; `document` is untouched then. */
int document_read(const char *line, struct document *document);

/* Show times in the zone of the daemon's words, where the user's environment (TZ) wants no other: one screen, one zone.
 * To be called after each document_read; not where another thread reads the environment. */
void document_use_zone(const struct document *document);

/* The sentence of a refusal, or "the daemon's answer is not understood: ..." for what is neither. Returns text. */
char *document_refusal(const char *line, char *text, size_t size);

/* Whether the tripped or locked pad wants red. */
bool document_alarm(const struct document *document);

/* Whether something else than the calendar holds a session back. */
bool document_held_back(const struct document *document);

/* "10.3 °C", or "50.5 °F", or "unknown". */
char *document_degrees(double celsius, bool fahrenheit, bool ascii, char *text, size_t size);

/* Local time: "14:20" on the day of now_s, else "Wed 25 Nov 08:00"; "unknown". */
char *document_time(int64_t at_s, int64_t now_s, char *text, size_t size);

/* "45 s", "12 min", "2 h 05 min", "2 d 17 h". Negative counts as 0. */
char *document_span(int64_t seconds, char *text, size_t size);

/* Copy `text` without control characters: a daemon's words never steer the terminal. */
void document_plain(const char *text, char *plain, size_t size);

#endif
