#include "suite.h"

#include "view.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct view *view_new(void)
{
    struct view *view = calloc(1, sizeof *view);
    CU_ASSERT_PTR_NOT_NULL_FATAL(view);
    view->connected = true;
    view->span_min = 60;
    return view;
}

/* The page as rows of text, ends trimmed by nothing. */
static const char *page(const struct view *view, int rows, int columns, bool ascii)
{
    static char text[200 * 1024];
    struct screen screen = {.ascii = ascii, .colour = true};
    size_t used = 0;
    CU_ASSERT_EQUAL_FATAL(screen_begin(&screen, rows, columns), 0);
    view_draw(view, &screen);
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            const char *glyph = screen_at(&screen, row, column)->glyph;
            used += (size_t)snprintf(text + used, sizeof text - used, "%s", glyph[0] != '\0' ? glyph : " ");
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "\n");
    }
    screen_free(&screen);
    return text;
}

static bool has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        (void)printf("\n    `%s` is not in\n%s\n", part, text);
        return false;
    }
    return true;
}

static void hear_state(struct view *view, int minute, double pad_c, const char *more)
{
    char line[1024];
    (void)snprintf(line, sizeof line,
                   "{\"state\":\"running\",\"phase\":\"ice\",\"pad_c\":%.1f,\"message\":\"A session is running.\","
                   "\"advice\":\"none\",\"blocked_by\":\"none\",\"trip\":\"none\",\"config\":\"ok\","
                   "\"clock\":\"trusted\",\"ts\":\"2026-11-22T12:%02d:00Z\"%s}",
                   pad_c, minute, more);
    CU_ASSERT_TRUE(view_hear(view, line));
}

static void shows_a_session(void)
{
    struct view *view = view_new();
    for (int minute = 0; minute < 10; minute++) {
        hear_state(view, minute, 22.0 - minute,
                   ",\"target_c\":10.0,\"cooling\":\"ON\",\"duty\":60,\"session_started\":\"2026-11-22T12:00:00Z\","
                   "\"session_ends\":\"2026-11-22T12:30:00Z\",\"in_band_s\":125");
    }
    const char *text = page(view, 24, 80, false);
    CU_ASSERT_TRUE(has(text, "A session is running."));
    CU_ASSERT_TRUE(has(text, "13.0 °C to 10.0 °C  cooling"));
    CU_ASSERT_TRUE(has(text, "60 %"));
    CU_ASSERT_TRUE(has(text, "9 min, 2 min in the band, ends by 12:30"));
    CU_ASSERT_TRUE(has(text, "Sun 22 Nov 12:09:00"));
    CU_ASSERT_TRUE(has(text, "\u2508")); /* the band */
    CU_ASSERT_TRUE(has(text, "\xe2\xa0") || has(text, "\xe2\xa1"));
    text = page(view, 24, 80, true);
    for (const char *byte = text; *byte != '\0'; byte++) {
        CU_ASSERT_TRUE_FATAL((unsigned char)*byte < 0x80);
    }
    CU_ASSERT_TRUE(has(text, "*"));
    free(view);
}

static void the_longest_figures_are_not_cut(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 40.0, ",\"target_c\":40.0,\"heating\":\"ON\",\"in_band\":\"ON\",\"duty\":100");
    CU_ASSERT_TRUE(has(page(view, 24, 80, true), "40.0 C to 40.0 C  in the band "));
    CU_ASSERT_TRUE(has(page(view, 24, 90, false), "40.0 °C to 40.0 °C  in the band "));
    view->fahrenheit = true;
    CU_ASSERT_TRUE(has(page(view, 24, 78, false), "104.0 °F to 104.0 °F  in the band  Power "));
    CU_ASSERT_TRUE(has(page(view, 24, 78, false), "\u2588 100 %"));
    free(view);
}

static void the_configuration_chooses_the_unit(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 40.0, ",\"units\":\"F\"");
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "104.0 °F"));
    hear_state(view, 2, 40.0, ",\"units\":\"C\"");
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "40.0 °C"));
    free(view);
}

static const char *noon_in(const char *zone)
{
    static char text[32];
    char line[128];
    struct document document;
    (void)snprintf(line, sizeof line, "{\"state\":\"x\",\"timezone\":%s,\"ts\":\"2026-11-22T12:00:00Z\"}", zone);
    CU_ASSERT_EQUAL(document_read(line, &document), 0);
    document_use_zone(&document);
    return document_time(document.ts_s, document.ts_s, text, sizeof text);
}

static void times_are_in_the_zone_of_the_daemons_words(void)
{
    CU_ASSERT_STRING_EQUAL(noon_in("\"Asia/Tokyo\""), "12:00"); /* TZ is set: that of the user */
    (void)unsetenv("TZ");
    tzset();
    CU_ASSERT_STRING_EQUAL(noon_in("\"Asia/Tokyo\""), "21:00");
    CU_ASSERT_STRING_EQUAL(noon_in("\"Europe/Berlin\""), "13:00");
    CU_ASSERT_STRING_EQUAL(noon_in("\"Europe/Berlin\""), "13:00");
    CU_ASSERT_PTR_NOT_NULL(getenv("TZ"));
    (void)noon_in("null");
    CU_ASSERT_PTR_NULL(getenv("TZ"));
    (void)setenv("TZ", "UTC", 1);
    tzset();
    CU_ASSERT_STRING_EQUAL(noon_in("\"Asia/Tokyo\""), "12:00");
}

static void the_next_session_names_its_day_once(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 22.0,
               ",\"next_session\":\"2026-11-23T00:29:00Z\",\"next_session_by\":\"2026-11-23T01:29:00Z\","
               "\"phase_ends\":\"2026-11-25T18:29:00Z\"");
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "Mon 23 Nov 00:29 to 01:29 (in 12 h 28 min)"));
    CU_ASSERT_TRUE(has(page(view, 24, 81, false), "ice until Wed 25 Nov 18:29"));
    free(view);
}

static void a_small_page_holds_what_fits(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 22.0, "");
    (void)snprintf(view->state.advice, sizeof view->state.advice,
                   "Words of the daemon that need more lines than there are on a page of this size, and then some.");
    const char *text = page(view, 10, 30, false);
    CU_ASSERT_TRUE(has(text, " Pad      22.0 °C  off        \n"));
    CU_ASSERT_TRUE(has(text, " q leaves"));
    text = page(view, 8, 30, false);
    CU_ASSERT_TRUE(has(text, "A session is running."));
    CU_ASSERT_PTR_NULL(strstr(text, " Pad "));
    CU_ASSERT_TRUE(has(text, " q leaves"));
    text = page(view, 3, 30, false);
    CU_ASSERT_TRUE(has(text, " soothe"));
    CU_ASSERT_TRUE(has(text, " q leaves"));
    free(view);
}

static void shows_what_is_wrong(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 44, "");
    (void)snprintf(view->state.trip, sizeof view->state.trip, "too_hot");
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "OFF: too_hot"));
    (void)snprintf(view->state.state, sizeof view->state.state, "locked");
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "LOCKED: too_hot"));
    view->silent_ms = 4999;
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "LOCKED"));
    view->silent_ms = 5000;
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "silent for 5 s"));
    view->connected = false;
    CU_ASSERT_TRUE(has(page(view, 24, 80, false), "No daemon answers"));
    free(view);
}

static void a_gap_is_not_joined(void)
{
    struct view *view = view_new();
    hear_state(view, 1, 10, "");
    curve_break(&view->curve);
    hear_state(view, 59, 40, "");
    const char *text = page(view, 24, 80, true);
    int stars = 0;
    for (const char *byte = text; *byte != '\0'; byte++) {
        stars += *byte == '*';
    }
    CU_ASSERT_EQUAL(stars, 1);
    free(view);
}

static void long_words_are_wrapped(void)
{
    struct screen screen = {.ascii = false};
    CU_ASSERT_EQUAL(screen_begin(&screen, 5, 12), 0);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 4, STYLE_PLAIN, "one two three"), 2);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 4, STYLE_PLAIN, "one two th"), 1);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 2, STYLE_PLAIN, "a word that is too long"), 2);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 4, STYLE_PLAIN, "Donaudampfschifffahrt"), 3);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 4, STYLE_PLAIN, "äöüäöüäöüä"), 1);
    CU_ASSERT_EQUAL(screen_wrap(&screen, 0, 1, 4, STYLE_PLAIN, ""), 0);
    screen_free(&screen);
}

static void control_characters_do_not_get_through(void)
{
    struct view *view = view_new();
    size_t length = 0;
    struct screen screen = {.ascii = false};
    CU_ASSERT_TRUE(view_hear(view, "{\"state\":\"a\\u001b[2J\\u009b31m\",\"message\":\"\\u202eabc\\u0007\"}"));
    CU_ASSERT_EQUAL(screen_begin(&screen, 24, 80), 0);
    view_draw(view, &screen);
    char *text = screen_render(&screen, &length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_PTR_NULL(strstr(text, "\x1b[2J"));
    CU_ASSERT_PTR_NULL(strchr(text, '\a'));
    CU_ASSERT_PTR_NULL(strstr(text, "\xc2\x9b"));
    free(text);
    screen_free(&screen);
    free(view);
}

static void times_far_apart_and_absurd_figures(void)
{
    static const char *const lines[] = {
        "{\"state\":\"x\",\"ts\":\"1970-01-01T00:00:00Z\",\"pad_c\":1}",
        "{\"state\":\"x\",\"ts\":\"9999-12-31T23:59:59Z\",\"pad_c\":2}",
        "{\"state\":\"x\",\"ts\":\"2026-11-22T12:00:00Z\",\"pad_c\":1e9,\"duty\":1e9,\"in_band_s\":-5}",
        "{\"state\":\"x\",\"ts\":\"2026-11-22T12:01:00Z\",\"pad_c\":-1e308,\"target_c\":1e308}",
        "{\"state\":\"x\",\"ts\":\"2026-11-22T12:02:00Z\",\"pad_c\":\"hot\",\"duty\":-1}",
        "{\"state\":\"x\",\"session_started\":\"2026-11-22T12:02:00Z\",\"session_ends\":\"2026-11-22T12:02:00Z\"}",
    };
    struct view *view = view_new();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        CU_ASSERT_TRUE(view_hear(view, lines[i]));
        (void)page(view, 24, 80, false);
        view->span_min = VIEW_SPAN_MAX;
        (void)page(view, 50, 120, true);
    }
    free(view);
}

static void a_line_from_long_ago_is_drawn_through(void)
{
    struct view *view = view_new();
    CU_ASSERT_TRUE(view_hear(view, "{\"state\":\"x\",\"ts\":\"1970-01-01T00:00:00Z\",\"pad_c\":20}"));
    CU_ASSERT_TRUE(view_hear(view, "{\"state\":\"x\",\"ts\":\"9999-12-31T23:59:59Z\",\"pad_c\":20}"));
    CU_ASSERT_TRUE(has(page(view, 24, 80, true), "**********************************************************"));
    CU_ASSERT_TRUE(view_hear(view, "{\"state\":\"x\",\"pad_c\":200.1,\"target_c\":-200}"));
    CU_ASSERT_TRUE(isnan(view->state.pad_c));
    CU_ASSERT_EQUAL(view->state.target_c, -200);
    free(view);
}

static void any_line_in_any_size(void)
{
    static const char *const keys[] = {"state",   "phase",        "ts",           "pad_c", "target_c", "event_type",
                                       "message", "session_ends", "next_session", "duty",  "trip",     "fault"};
    static const char *const values[] = {"null",
                                         "1",
                                         "-40.5",
                                         "\"heat\"",
                                         "\"2026-11-22T12:00:00Z\"",
                                         "\"none\"",
                                         "\"\xc3\xa4\xff\xe2\x82\"",
                                         "[]",
                                         "true",
                                         "\"2026-11-22T13:00:00Z\""};
    unsigned seed = (unsigned)time(NULL);
    (void)printf("(seed %u) ", seed);
    srand(seed);
    struct view *view = view_new();
    for (int round = 0; round < 3000; round++) {
        char line[1024] = "{\"state\":\"x\"";
        for (int i = 0; i < 6; i++) {
            size_t used = strlen(line);
            (void)snprintf(line + used, sizeof line - used, ",\"%s\":%s",
                           keys[(size_t)rand() % (sizeof keys / sizeof keys[0])],
                           values[(size_t)rand() % (sizeof values / sizeof values[0])]);
        }
        strcat(line, "}");
        (void)view_hear(view, line);
        (void)page(view, 1 + rand() % 60, 1 + rand() % 200, rand() % 2 == 0);
    }
    free(view);
}

static void the_ring_forgets_the_oldest(void)
{
    struct curve *curve = calloc(1, sizeof *curve);
    CU_ASSERT_PTR_NOT_NULL_FATAL(curve);
    for (int i = 0; i < CURVE_SAMPLES + 10; i++) {
        const struct curve_sample sample = {.at_s = 1000 + 2 * i, .c = 20, .target_c = NAN};
        curve_add(curve, &sample);
    }
    CU_ASSERT_EQUAL(curve->count, CURVE_SAMPLES);
    CU_ASSERT_EQUAL(curve->samples[curve->first].at_s, 1020);
    const struct curve_sample close = {.at_s = 1000 + 2 * (CURVE_SAMPLES + 9) + 1, .c = 20, .target_c = NAN};
    const struct curve_sample older = {.at_s = 500, .c = 20, .target_c = NAN};
    curve_add(curve, &close);
    CU_ASSERT_EQUAL(curve->samples[curve->first].at_s, 1020);
    curve_add(curve, &older);
    CU_ASSERT_EQUAL(curve->count, 1);
    free(curve);
}

static void events_are_lines(void)
{
    static const struct {
        const char *line;
        const char *text;
    } cases[] = {
        {"{\"event_type\":\"trip\",\"fault\":\"too_hot\",\"ts\":\"2026-11-22T12:00:00Z\"}",                   "12:00  trip: too_hot"   },
        {"{\"event_type\":\"pain\",\"pain\":4,\"ts\":\"2026-11-22T12:00:00Z\"}",                              "12:00  pain: 4 of 10"   },
        {"{\"event_type\":\"paused\",\"minutes\":5,\"ts\":\"2026-11-22T12:00:00Z\"}",                         "12:00  paused for 5 min"},
        {"{\"event_type\":\"session_soon\",\"at\":\"2026-11-22T12:05:00Z\",\"ts\":\"2026-11-22T12:00:00Z\"}",
         "12:00  session_soon: 12:05"                                                                                                  },
        {"{\"event_type\":\"x\"}",                                                                            "unknown  x"             },
    };
    char text[VIEW_EVENT_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_EQUAL(view_event_text(cases[i].line, text, sizeof text), 0);
        CU_ASSERT_STRING_EQUAL(text, cases[i].text);
    }
    CU_ASSERT_TRUE(view_event_text("{\"state\":\"x\"}", text, sizeof text) < 0);
    CU_ASSERT_TRUE(view_event_text("nonsense", text, sizeof text) < 0);
}

static const struct suite_test tests[] = {
    {"a session is shown with its curve and its band",           shows_a_session                           },
    {"the longest figures are not cut",                          the_longest_figures_are_not_cut           },
    {"the configuration chooses the unit",                       the_configuration_chooses_the_unit        },
    {"times are in the zone of the daemon's words",              times_are_in_the_zone_of_the_daemons_words},
    {"the next session names its day once",                      the_next_session_names_its_day_once       },
    {"a small page holds what fits",                             a_small_page_holds_what_fits              },
    {"what is wrong is shown, and that what is shown is old",    shows_what_is_wrong                       },
    {"a gap is not joined",                                      a_gap_is_not_joined                       },
    {"long words are wrapped",                                   long_words_are_wrapped                    },
    {"control characters do not get through",                    control_characters_do_not_get_through     },
    {"times far apart and absurd figures do no harm",            times_far_apart_and_absurd_figures        },
    {"a line from long ago is drawn through",                    a_line_from_long_ago_is_drawn_through     },
    {"any line can be shown in any size",                        any_line_in_any_size                      },
    {"the ring forgets the oldest, and a step back begins anew", the_ring_forgets_the_oldest               },
    {"events are lines",                                         events_are_lines                          },
};

int main(void)
{
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    (void)setenv("TZ", "UTC", 1);
    tzset();
    return suite_run("view", tests, sizeof tests / sizeof tests[0]);
}
