/* `soothe status` and `soothe history`. */
#include "client.h"
#include "document.h"

#include "soothe/control.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HISTORY_DAYS 30

static bool speaks_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void row(const char *name, const char *value)
{
    (void)printf("  %-14s  %s\n", name, value);
}

static void show_pad(const struct document *d, bool fahrenheit)
{
    char text[160];
    char target[32];
    char degrees[32];
    bool ascii = !speaks_utf8();
    const char *doing = d->heating ? "heating" : d->cooling ? "cooling" : "off";
    (void)document_degrees(d->pad_c, fahrenheit, ascii, degrees, sizeof degrees);
    if (isnan(d->target_c) || (!d->heating && !d->cooling)) {
        (void)snprintf(text, sizeof text, "%s, %s", degrees, doing);
    } else {
        (void)document_degrees(d->target_c, fahrenheit, ascii, target, sizeof target);
        (void)snprintf(text, sizeof text, "%s, %s to %s with %d %%%s", degrees, doing, target, d->duty,
                       d->in_band ? ", in the band" : "");
    }
    row("Pad", text);
    if (!isnan(d->hot_side_c)) {
        row("Hot side", document_degrees(d->hot_side_c, fahrenheit, ascii, degrees, sizeof degrees));
    }
}

static void show_session(const struct document *d)
{
    char text[160];
    char from[32];
    char to[32];
    char span[32];
    if (d->session_started_s != DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, "since %s, until %s at the latest; %s in the band",
                       document_time(d->session_started_s, d->ts_s, from, sizeof from),
                       document_time(d->session_ends_s, d->ts_s, to, sizeof to),
                       document_span(d->in_band_s, span, sizeof span));
        row("Session", text);
    }
    if (d->next_session_s != DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, "%s, at the latest %s",
                       document_time(d->next_session_s, d->ts_s, from, sizeof from),
                       document_time(d->next_session_by_s, d->next_session_s, to, sizeof to));
        row("Next session", text);
    }
}

static void show_plan(const struct document *d)
{
    char text[160];
    char when[32];
    char span[32];
    if (d->phase_ends_s != DOCUMENT_UNKNOWN) {
        (void)snprintf(text, sizeof text, "%s until %s", d->phase,
                       document_time(d->phase_ends_s, d->ts_s, when, sizeof when));
        row("Phase", text);
    }
    (void)snprintf(text, sizeof text, "%d, with %s in the band; %d in this plan", d->sessions_today,
                   document_span(d->in_band_today_s, span, sizeof span), d->sessions_done);
    row("Sessions today", text);
    if (!isnan(d->dose_cem43)) {
        (void)snprintf(text, sizeof text, "%.2f CEM43 of heat in the last 24 hours", d->dose_cem43);
        row("Dose", text);
    }
    if (d->pain >= 0) {
        (void)snprintf(text, sizeof text, "%d of 10", d->pain);
        row("Pain", text);
    }
}

static void show_doubts(const struct document *d)
{
    if (strcmp(d->trip, "none") != 0) {
        row("Fault", d->trip);
    }
    if (document_held_back(d)) {
        row("Held back by", d->blocked_by);
    }
    if (!d->clock_trusted) {
        row("Clock", "not certain; `soothe clock` tells more");
    }
    if (strcmp(d->config, "ok") != 0) {
        row("Configuration", d->config);
    }
}

static void show(const struct document *d, const struct cli *cli)
{
    (void)printf("%s\n", d->message);
    if (d->advice[0] != '\0' && strcmp(d->advice, "none") != 0) {
        (void)printf("%s\n", d->advice);
    }
    (void)printf("\n");
    show_doubts(d);
    show_pad(d, cli->fahrenheit || d->fahrenheit);
    show_session(d);
    show_plan(d);
}

enum cli_exit cli_status(const struct cli *cli, const struct cli_command *command)
{
    (void)command;
    char *answer = NULL;
    char why[512];
    struct document document;
    enum cli_exit code = client_ask(cli->socket, "{\"cmd\":\"status\"}", &answer);
    if (code != CLI_DONE) {
        return code;
    }
    if (document_read(answer, &document) < 0) {
        code = cli_fail(CLI_FAILED, "%s", document_refusal(answer, why, sizeof why));
    } else if (cli->json) {
        (void)printf("%s\n", answer);
    } else {
        document_use_zone(&document);
        show(&document, cli);
    }
    free(answer);
    return code;
}

static enum cli_exit print_history(const char *answer)
{
    cJSON *object = cJSON_Parse(answer);
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(object, "text");
    char why[512];
    enum cli_exit code = CLI_DONE;
    if (cJSON_IsString(text)) {
        (void)fputs(text->valuestring[0] != '\0' ? text->valuestring : "Nothing is recorded in that time.\n", stdout);
    } else {
        code = cli_fail(CLI_FAILED, "%s", document_refusal(answer, why, sizeof why));
    }
    cJSON_Delete(object);
    return code;
}

enum cli_exit cli_history(const struct cli *cli, const struct cli_command *command)
{
    (void)command;
    if (cli->csv && cli->json) {
        return cli_fail(CLI_USAGE, "history takes --csv or --json, not both");
    }
    char request[96];
    char *answer = NULL;
    (void)snprintf(request, sizeof request, "{\"cmd\":\"history\",\"days\":%d,\"format\":\"%s\"}",
                   cli->days != 0 ? cli->days : HISTORY_DAYS,
                   cli->csv    ? "csv"
                   : cli->json ? "json"
                               : "text");
    enum cli_exit code = client_ask(cli->socket, request, &answer);
    if (code == CLI_DONE) {
        code = print_history(answer);
    }
    free(answer);
    return code;
}
