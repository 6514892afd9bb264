/* The page that `soothe watch` shows. Pure: what is known in, characters out. */
#ifndef SOOTHE_CLI_VIEW_H
#define SOOTHE_CLI_VIEW_H

#include "curve.h"
#include "document.h"
#include "screen.h"

#include <stdbool.h>
#include <stdint.h>

#define VIEW_EVENTS     8
#define VIEW_EVENT_TEXT 120
#define VIEW_SPAN_MIN   15
#define VIEW_SPAN_MAX   1440

struct view {
    bool known; /* a state was heard */
    struct document state;
    bool connected;
    int64_t silent_ms; /* since the last word of the daemon */
    bool fahrenheit;   /* whatever the daemon's configuration wants */
    int32_t span_min;
    int event_count; /* the newest last */
    char events[VIEW_EVENTS][VIEW_EVENT_TEXT];
    struct curve curve;
};

/* Take in a line from the daemon: a state, an event, or something else that is left alone. True: it changed the view.
 */
bool view_hear(struct view *view, const char *line);

void view_draw(const struct view *view, struct screen *screen);

/* A line of text about an event document, e.g. "14:20  session ended: done". 0, or -EINVAL when it is none. */
int view_event_text(const char *line, char *text, size_t size);

#endif
