#include "view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SILENT_MS 5000 /* at rest the daemon speaks once a second */
#define BAR_MAX   20
#define WORDS_MAX 4
#define ROWS_MIN  9 /* title, alarm, two of words, four lines, keys: below, the words alone */

/* Behind the longest "104.0 °F to 104.0 °F  in the band"; the bar and "100 %" end at column 76. */
#define POWER_COLUMN 45

static bool in_fahrenheit(const struct view *view)
{
    return view->fahrenheit || view->state.fahrenheit;
}

static float tolerance_of(const struct document *d)
{
    return strcmp(d->phase, "heat") == 0 ? 0.5F : 1.5F;
}

static enum screen_style style_of(const struct document *d)
{
    if (document_alarm(d)) {
        return STYLE_WARN;
    }
    if (d->in_band) {
        return STYLE_GOOD;
    }
    return d->heating ? STYLE_HOT : d->cooling ? STYLE_COLD : STYLE_PLAIN;
}

static void add_event(struct view *view, const char *text)
{
    if (view->event_count == VIEW_EVENTS) {
        memmove(view->events[0], view->events[1], sizeof view->events - sizeof view->events[0]);
        view->event_count--;
    }
    (void)snprintf(view->events[view->event_count++], VIEW_EVENT_TEXT, "%s", text);
}

bool view_hear(struct view *view, const char *line)
{
    char text[VIEW_EVENT_TEXT];
    if (view_event_text(line, text, sizeof text) == 0) {
        add_event(view, text);
        return true;
    }
    if (document_read(line, &view->state) < 0) {
        return false;
    }
    const struct document *d = &view->state;
    view->known = true;
    if (d->ts_s != DOCUMENT_UNKNOWN) {
        const struct curve_sample sample = {.at_s = d->ts_s,
                                            .c = (float)d->pad_c,
                                            .target_c = (float)d->target_c,
                                            .tolerance_c = tolerance_of(d),
                                            .style = style_of(d)};
        curve_add(&view->curve, &sample);
    }
    return true;
}

static void draw_title(const struct view *view, struct screen *screen)
{
    const struct document *d = &view->state;
    char when[64] = "";
    time_t at = (time_t)d->ts_s;
    struct tm tm;
    int column = screen_put(screen, 0, 1, -1, STYLE_BOLD, "soothe");
    if (!view->known) {
        return;
    }
    column = screen_put(screen, 0, column + 2, -1, STYLE_PLAIN, d->state);
    if (strcmp(d->phase, "none") != 0) {
        column =
            screen_put(screen, 0, column + 2, -1, strcmp(d->phase, "heat") == 0 ? STYLE_HOT : STYLE_COLD, d->phase);
    }
    if (d->ts_s != DOCUMENT_UNKNOWN && localtime_r(&at, &tm)) {
        (void)strftime(when, sizeof when, d->clock_trusted ? "%a %d %b %H:%M:%S" : "%a %d %b %H:%M:%S (not certain)",
                       &tm);
    }
    int begin = screen->columns - (int)strlen(when) - 1;
    (void)screen_put(screen, 0, begin > column + 1 ? begin : column + 2, -1, STYLE_DIM, when);
}

/* The line for what is wrong; blank while nothing is. */
static void draw_alarm(const struct view *view, struct screen *screen, int row)
{
    const struct document *d = &view->state;
    char text[200] = "";
    enum screen_style style = STYLE_ALARM;
    if (!view->connected) {
        (void)snprintf(text, sizeof text, " No daemon answers; trying again. What is shown is old. ");
    } else if (view->silent_ms >= SILENT_MS) {
        (void)snprintf(text, sizeof text, " The daemon has been silent for %" PRId64 " s. What is shown is old. ",
                       view->silent_ms / 1000);
    } else if (view->known && document_alarm(d)) {
        (void)snprintf(text, sizeof text, " %s: %s ", strcmp(d->state, "locked") == 0 ? "LOCKED" : "OFF", d->trip);
    } else if (view->known && document_held_back(d)) {
        (void)snprintf(text, sizeof text, " Held back by %s ", d->blocked_by);
        style = strcmp(d->blocked_by, "lockout") == 0 || d->problem ? STYLE_ALARM : STYLE_WARN;
    } else if (view->known && strcmp(d->config, "ok") != 0) {
        (void)snprintf(text, sizeof text, " Configuration: %.150s ", d->config);
        style = STYLE_WARN;
    }
    (void)screen_put(screen, row, 0, -1, style, text);
}

static int draw_bar(struct screen *screen, int row, int column, int width, double share, enum screen_style style)
{
    int full = (int)lrint(fmin(fmax(share, 0), 1) * width);
    for (int i = 0; i < width; i++) {
        const char *glyph = i < full ? (screen->ascii ? "#" : "\u2588") : screen->ascii ? "." : "\u2591";
        screen_glyph(screen, row, column + i, i < full ? style : STYLE_DIM, glyph);
    }
    return column + width;
}

static void draw_pad(const struct view *view, struct screen *screen, int row)
{
    const struct document *d = &view->state;
    char text[64];
    int column = screen_put(screen, row, 1, -1, STYLE_DIM, "Pad      ");
    column = screen_put(screen, row, column, -1, STYLE_BOLD,
                        document_degrees(d->pad_c, in_fahrenheit(view), screen->ascii, text, sizeof text));
    if (!isnan(d->target_c)) {
        column = screen_put(screen, row, column, -1, STYLE_PLAIN, " to ");
        column = screen_put(screen, row, column, -1, STYLE_PLAIN,
                            document_degrees(d->target_c, in_fahrenheit(view), screen->ascii, text, sizeof text));
    }
    const char *doing = d->in_band ? "in the band" : d->heating ? "heating" : d->cooling ? "cooling" : "off";
    (void)screen_put(screen, row, column + 2, POWER_COLUMN - 1, style_of(d), doing);
    (void)snprintf(text, sizeof text, " %3d %%", d->duty);
    column = screen_put(screen, row, POWER_COLUMN, -1, STYLE_DIM, "Power ");
    column = draw_bar(screen, row, column, BAR_MAX, d->duty / 100.0, d->heating ? STYLE_HOT : STYLE_COLD);
    (void)screen_put(screen, row, column, -1, STYLE_PLAIN, text);
}

static void draw_session(const struct document *d, struct screen *screen, int row)
{
    char text[160];
    char span[32];
    char when[32];
    int column = screen_put(screen, row, 1, -1, STYLE_DIM, "Session  ");
    if (d->session_started_s == DOCUMENT_UNKNOWN || d->session_ends_s <= d->session_started_s ||
        d->ts_s == DOCUMENT_UNKNOWN) {
        (void)screen_put(screen, row, column, -1, STYLE_PLAIN, "none is running");
        return;
    }
    double share = (double)(d->ts_s - d->session_started_s) / (double)(d->session_ends_s - d->session_started_s);
    column = draw_bar(screen, row, column, BAR_MAX, share, STYLE_GOOD);
    (void)snprintf(text, sizeof text, " %s", document_span(d->ts_s - d->session_started_s, span, sizeof span));
    column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    (void)snprintf(text, sizeof text, ", %s in the band", document_span(d->in_band_s, span, sizeof span));
    column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    (void)snprintf(text, sizeof text, ", ends by %s", document_time(d->session_ends_s, d->ts_s, when, sizeof when));
    (void)screen_put(screen, row, column, -1, STYLE_PLAIN, text);
}

static void draw_next(const struct document *d, struct screen *screen, int row)
{
    char text[160];
    char from[32];
    char to[32];
    char span[32];
    int column = screen_put(screen, row, 1, -1, STYLE_DIM, "Next     ");
    if (d->next_session_s == DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, "%s", d->session_started_s != DOCUMENT_UNKNOWN ? "after this one" : "none");
    } else {
        (void)snprintf(text, sizeof text, "%s to %s", document_time(d->next_session_s, d->ts_s, from, sizeof from),
                       document_time(d->next_session_by_s, d->next_session_s, to, sizeof to));
    }
    column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    if (d->next_session_s != DOCUMENT_UNKNOWN && d->next_session_s > d->ts_s && d->ts_s != DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, " (in %s)", document_span(d->next_session_s - d->ts_s, span, sizeof span));
        column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    }
    if (d->phase_ends_s != DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, "   %s until %s", d->phase,
                       document_time(d->phase_ends_s, d->ts_s, to, sizeof to));
        (void)screen_put(screen, row, column, -1, STYLE_DIM, text);
    }
}

static void draw_today(const struct document *d, struct screen *screen, int row)
{
    char text[160];
    char span[32];
    int column = screen_put(screen, row, 1, -1, STYLE_DIM, "Today    ");
    (void)snprintf(text, sizeof text, "%d session%s, %s in the band; %d in this plan", d->sessions_today,
                   d->sessions_today == 1 ? "" : "s", document_span(d->in_band_today_s, span, sizeof span),
                   d->sessions_done);
    column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    if (d->dose_cem43 > 0) {
        (void)snprintf(text, sizeof text, "; %.2f CEM43", d->dose_cem43);
        column = screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    }
    if (d->pain >= 0) {
        (void)snprintf(text, sizeof text, "; pain %d", d->pain);
        (void)screen_put(screen, row, column, -1, STYLE_PLAIN, text);
    }
}

static void draw_events(const struct view *view, struct screen *screen, int row, int count)
{
    for (int i = 0; i < count; i++) {
        int index = view->event_count - count + i;
        if (index >= 0) {
            (void)screen_put(screen, row + i, 1, -1, STYLE_DIM, view->events[index]);
        }
    }
}

static int at_most(int a, int b)
{
    return a < b ? a : b;
}

/* In the rows above `end`. Returns the row below. */
static int draw_words(const struct document *d, struct screen *screen, int end)
{
    int row = 2 + screen_wrap(screen, 2, 1, at_most(WORDS_MAX, end - 2), STYLE_BOLD, d->message);
    if (strcmp(d->advice, "none") != 0) {
        row += screen_wrap(screen, row, 1, at_most(WORDS_MAX, end - row), STYLE_PLAIN, d->advice);
    }
    return row > 4 ? row : 4; /* so that the curve does not jump with each sentence */
}

/* From the top: title, alarm, the words, the curve as high as there is room, four lines, events, keys. */
void view_draw(const struct view *view, struct screen *screen)
{
    int events = screen->rows >= 30 ? 5 : screen->rows >= 22 ? 3 : 0;
    int lines = screen->rows - 1 - events - 4;
    draw_title(view, screen);
    draw_alarm(view, screen, 1);
    (void)screen_put(screen, screen->rows - 1, 1, -1, STYLE_DIM,
                     "q leaves   + - time   the pad goes on by itself; `soothe stop` switches it off");
    if (!view->known) {
        return;
    }
    bool small = screen->rows < ROWS_MIN;
    int top = draw_words(&view->state, screen, small ? screen->rows - 1 : lines);
    if (small) {
        return;
    }
    const struct curve_area area = {
        .row = top,
        .rows = lines - top,
        .columns = screen->columns - 1,
        .until_s = view->state.ts_s,
        .span_s = (int64_t)view->span_min * 60,
        .fahrenheit = in_fahrenheit(view),
    };
    if (view->state.ts_s != DOCUMENT_UNKNOWN) {
        curve_draw(&view->curve, screen, &area);
    }
    draw_pad(view, screen, lines);
    draw_session(&view->state, screen, lines + 1);
    draw_next(&view->state, screen, lines + 2);
    draw_today(&view->state, screen, lines + 3);
    draw_events(view, screen, lines + 4, events);
}
