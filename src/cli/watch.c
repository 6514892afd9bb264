/* `soothe watch`: the loop around the view, and the lines for those without a terminal. */
#include "client.h"
#include "document.h"
#include "screen.h"
#include "terminal.h"
#include "view.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WATCH     "{\"cmd\":\"watch\"}"
#define REDRAW_MS 100
#define RETRY_MS  1000
#define SPAN_MIN  60

struct watching {
    const struct cli *cli;
    struct client client;
    struct view *view;
    struct screen screen;
    int64_t heard_ms;
    int64_t tried_ms;
    int64_t drawn_ms;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum cli_exit begin(struct client *client, const char *path, int64_t wait_ms, char *why, size_t size)
{
    enum cli_exit code = client_open(client, path, wait_ms, why, size);
    int error = code == CLI_DONE ? client_send(client, WATCH) : 0;
    if (error < 0) {
        client_close(client);
        (void)snprintf(why, size, "%s", client_error_text(error));
        code = CLI_FAILED;
    }
    return code;
}

/* What a line without a terminal is printed for: everything but figures and times. */
static void summary(const struct document *d, char *text, size_t size)
{
    (void)snprintf(text, size, "%s, phase %s, blocked by %s, trip %s%s%s", d->state, d->phase, d->blocked_by, d->trip,
                   d->heating   ? ", heating"
                   : d->cooling ? ", cooling"
                                : "",
                   d->in_band ? ", in the band" : "");
}

static void print_change(const char *line, const struct cli *cli, char *last, size_t size)
{
    struct document d;
    char text[256];
    char when[32];
    char degrees[32];
    if (view_event_text(line, text, sizeof text) == 0) {
        (void)printf("%s\n", text);
        return;
    }
    if (document_read(line, &d) < 0) {
        return;
    }
    document_use_zone(&d);
    summary(&d, text, sizeof text);
    if (strcmp(text, last) != 0) {
        (void)printf("%s  %s, pad %s\n", document_time(d.ts_s, d.ts_s, when, sizeof when), text,
                     document_degrees(d.pad_c, cli->fahrenheit || d.fahrenheit, true, degrees, sizeof degrees));
        (void)snprintf(last, size, "%s", text);
    }
}

static enum cli_exit print_changes(struct client *client, const struct cli *cli)
{
    char last[256] = "";
    const char *line = NULL;
    for (;;) {
        int error = client_receive(client, CLIENT_WAIT_MS, &line);
        if (error < 0) {
            return cli_fail(CLI_FAILED, "%s", client_error_text(error));
        }
        print_change(line, cli, last, sizeof last);
        if (fflush(stdout) != 0) {
            return cli_fail(CLI_FAILED, "the output cannot be written: %s", strerror(errno));
        }
    }
}

static void lose(struct watching *w)
{
    client_close(&w->client);
    curve_break(&w->view->curve);
    w->tried_ms = now_ms();
}

static void hear(struct watching *w)
{
    const char *line = NULL;
    int error = 0;
    while (w->client.fd >= 0 && (error = client_receive(&w->client, 0, &line)) == 0) {
        w->heard_ms = now_ms();
        (void)view_hear(w->view, line);
        document_use_zone(&w->view->state);
    }
    if (w->client.fd >= 0 && error != -ETIMEDOUT) {
        lose(w);
    }
}

static void retry(struct watching *w)
{
    char why[256];
    if (w->client.fd >= 0 || w->tried_ms > now_ms() - RETRY_MS) {
        return;
    }
    if (begin(&w->client, w->cli->socket, 0, why, sizeof why) == CLI_DONE) {
        w->heard_ms = now_ms();
    }
    w->tried_ms = now_ms();
}

static void write_all(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written < 0 && errno != EINTR) {
            return;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
}

static void draw(struct watching *w)
{
    int rows = 0;
    int columns = 0;
    size_t length = 0;
    terminal_size(&rows, &columns);
    if (screen_begin(&w->screen, rows, columns) < 0) {
        return;
    }
    w->view->connected = w->client.fd >= 0;
    w->view->silent_ms = now_ms() - w->heard_ms;
    view_draw(w->view, &w->screen);
    char *text = screen_render(&w->screen, &length);
    if (text) {
        write_all(text, length);
    }
    free(text);
    w->drawn_ms = now_ms();
}

static bool press(struct watching *w, int key)
{
    int32_t span = w->view->span_min;
    if (key == '+' || key == '=') {
        span *= 2;
    } else if (key == '-') {
        span /= 2;
    }
    w->view->span_min = span < VIEW_SPAN_MIN ? VIEW_SPAN_MIN : span > VIEW_SPAN_MAX ? VIEW_SPAN_MAX : span;
    return key != 'q' && key != 'Q';
}

static void show(struct watching *w)
{
    struct terminal_news news = {.quit = false};
    bool stay = true;
    while (stay && !news.quit) {
        int64_t since_ms = now_ms() - w->drawn_ms;
        if (since_ms >= REDRAW_MS || news.resized || news.key != 0) {
            draw(w);
            since_ms = 0;
        }
        bool eager = news.readable; /* drawn soon, but not for each line of a burst */
        terminal_wait(w->client.fd, eager ? (int)(REDRAW_MS - since_ms) : RETRY_MS, &news);
        hear(w);
        retry(w);
        stay = press(w, news.key);
    }
}

static enum cli_exit full_screen(struct watching *w)
{
    int error = terminal_enter();
    if (error < 0) {
        return cli_fail(CLI_FAILED, "the terminal cannot be used: %s", strerror(-error));
    }
    w->heard_ms = now_ms();
    show(w);
    terminal_leave();
    return CLI_DONE;
}

enum cli_exit cli_watch(const struct cli *cli, const struct cli_command *command)
{
    (void)command;
    char why[256];
    struct watching w = {.cli = cli};
    enum cli_exit code = begin(&w.client, cli->socket, CLIENT_WAIT_MS, why, sizeof why);
    if (code != CLI_DONE) {
        return cli_fail(code, "%s", why);
    }
    w.screen.ascii = cli->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    w.screen.colour = !getenv("NO_COLOR");
    w.view = calloc(1, sizeof *w.view);
    if (!w.view) {
        code = cli_fail(CLI_FAILED, "no memory");
    } else if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        w.view->fahrenheit = cli->fahrenheit;
        w.view->span_min = cli->span_min != 0 ? cli->span_min : SPAN_MIN;
        code = full_screen(&w);
    } else {
        code = print_changes(&w.client, cli);
    }
    screen_free(&w.screen);
    free(w.view);
    client_close(&w.client);
    return code;
}
