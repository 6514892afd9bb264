/* `soothe plan`. */
#include "cli.h"
#include "offline.h"

#include "soothe/command.h"
#include "soothe/plan.h"
#include "soothe/status.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_MS  (INT64_C(24) * 3600 * 1000)
#define LINE_OF 8 /* sessions in a line */

static int32_t offset_s(const void *context, int64_t wall_s)
{
    (void)context;
    time_t at = (time_t)wall_s;
    struct tm local;
    return localtime_r(&at, &local) ? (int32_t)local.tm_gmtoff : 0;
}

static bool read_start(const char *text, int64_t *start_ms)
{
    enum command_injured kind = INJURED_NOW;
    int64_t ms = 0;
    int64_t now_ms = (int64_t)time(NULL) * 1000;
    if (text && command_time_parse(text, &kind, &ms) < 0) {
        return false;
    }
    *start_ms = kind == INJURED_AT ? ms : kind == INJURED_AGO ? now_ms - ms : now_ms;
    return true;
}

static const char *mode_of(const struct plan_phase *phase)
{
    return phase->remind ? "remind" : phase->mode == DRIVE_HEAT ? "heat" : "cool";
}

static void add_row(cJSON *list, const struct plan_config *plan, const struct plan_row *row)
{
    const struct plan_phase *phase = &plan->phases[row->phase];
    char text[STATUS_TIME_MAX];
    char target[32];
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "start", status_time(row->start_ms, text));
    cJSON_AddStringToObject(o, "end_by", status_time(row->end_by_ms, text));
    cJSON_AddStringToObject(o, "phase", plan_phase_string(phase->name));
    cJSON_AddStringToObject(o, "mode", mode_of(phase));
    (void)snprintf(target, sizeof target, "%g", phase->target_mc / 1000.0);
    cJSON_AddRawToObject(o, "target_c", target);
    cJSON_AddItemToArray(list, o);
}

static enum cli_exit print_json(const struct plan_config *plan, const struct plan_row *rows, size_t count)
{
    cJSON *document = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(document, "sessions");
    for (size_t i = 0; i < count; i++) {
        add_row(list, plan, &rows[i]);
    }
    char *text = cJSON_Print(document);
    cJSON_Delete(document);
    if (!text) {
        return cli_fail(CLI_FAILED, "no memory");
    }
    (void)printf("%s\n", text);
    cJSON_free(text);
    return CLI_DONE;
}

static struct tm local_of(int64_t wall_ms)
{
    time_t at = (time_t)(wall_ms / 1000);
    struct tm tm = {0};
    (void)localtime_r(&at, &tm);
    return tm;
}

static void print_phase(const struct plan_phase *phase, int64_t ends_ms)
{
    char until[40];
    struct tm tm = local_of(ends_ms);
    (void)strftime(until, sizeof until, "%a %d %b %H:%M", &tm);
    (void)printf("\n%s until %s: %s to %g C, %" PRId64 " to %" PRId64 " minutes each, every %g to %g hours",
                 plan_phase_string(phase->name), until, mode_of(phase), phase->target_mc / 1000.0,
                 phase->session_min_ms / 60000, phase->session_max_ms / 60000, (double)phase->every_min_ms / 3600000.0,
                 (double)phase->every_max_ms / 3600000.0);
    if (phase->quiet.set && phase->quiet.from_min != phase->quiet.to_min) {
        (void)printf(", none from %02d:%02d to %02d:%02d", phase->quiet.from_min / 60, phase->quiet.from_min % 60,
                     phase->quiet.to_min / 60, phase->quiet.to_min % 60);
    }
    (void)printf("\n");
}

static void print_table(const struct plan_config *plan, const struct plan_row *rows, size_t count, int64_t start_ms)
{
    char day[32];
    char time[16];
    char told[32] = "";
    for (size_t i = 0, in_line = 0; i < count; i++, in_line++) {
        bool new_phase = i == 0 || rows[i].phase != rows[i - 1].phase;
        struct tm tm = local_of(rows[i].start_ms);
        (void)strftime(day, sizeof day, "%a %d %b", &tm);
        (void)strftime(time, sizeof time, "%H:%M", &tm);
        if (new_phase) {
            (void)printf("%s", i == 0 ? "" : "\n");
            print_phase(&plan->phases[rows[i].phase], plan_phase_ends_ms(plan, start_ms, rows[i].phase));
        }
        if (new_phase || strcmp(day, told) != 0 || in_line == LINE_OF) {
            (void)printf("%s  %-10s", new_phase ? "" : "\n", strcmp(day, told) != 0 || new_phase ? day : "");
            (void)snprintf(told, sizeof told, "%s", day);
            in_line = 0;
        }
        (void)printf("  %s", time);
    }
    (void)printf("\n\n%zu sessions, each as early as the plan allows.\n", count);
}

static enum cli_exit print_plan(const struct cli *cli, const struct plan_config *plan)
{
    int64_t start_ms = 0;
    if (!read_start(cli->start, &start_ms)) {
        return cli_fail(CLI_USAGE,
                        "--start takes RFC 3339 (2026-11-22T08:00:00Z), local time (2026-11-22 08:00), or how "
                        "long ago (-36h, -90m, -2d)");
    }
    const struct plan_local local = {.utc_offset_s = offset_s};
    int64_t days_ms =
        cli->days != 0 ? cli->days * DAY_MS : plan_phase_ends_ms(plan, start_ms, plan->phase_count) - start_ms;
    size_t count = plan_timetable(plan, &local, start_ms, days_ms, NULL, 0);
    struct plan_row *rows = calloc(count + 1, sizeof *rows);
    if (!rows) {
        return cli_fail(CLI_FAILED, "no memory");
    }
    (void)plan_timetable(plan, &local, start_ms, days_ms, rows, count);
    enum cli_exit code = CLI_DONE;
    if (cli->json) {
        code = print_json(plan, rows, count);
    } else {
        print_table(plan, rows, count, start_ms);
    }
    free(rows);
    return code;
}

enum cli_exit cli_plan(const struct cli *cli, const struct cli_command *command)
{
    (void)command;
    struct config *config = offline_config(cli->config);
    if (!config) {
        return CLI_FAILED;
    }
    if (config->timezone[0] != '\0') {
        (void)setenv("TZ", config->timezone, 1);
        tzset();
    }
    enum cli_exit code = print_plan(cli, &config->plan);
    free(config);
    return code;
}
