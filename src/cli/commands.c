/* The command table, and what is said about it. */
#include "cli.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TAKES_STATUS     (OPTION_SOCKET | OPTION_JSON | OPTION_FAHRENHEIT)
#define TAKES_WATCH      (OPTION_SOCKET | OPTION_ASCII | OPTION_SPAN | OPTION_FAHRENHEIT)
#define TAKES_START      (OPTION_SOCKET | OPTION_INJURED_AT | OPTION_YES)
#define TAKES_FINISH     (OPTION_SOCKET | OPTION_YES)
#define TAKES_CLOCK      (OPTION_SOCKET | OPTION_CONFIRM)
#define TAKES_PLAN       (OPTION_CONFIG | OPTION_START | OPTION_DAYS | OPTION_JSON)
#define TAKES_HISTORY    (OPTION_SOCKET | OPTION_DAYS | OPTION_CSV | OPTION_JSON)
#define TAKES_THERMISTOR (OPTION_CONFIG | OPTION_PART)

static const char more_status[] = "--json prints the state document as docs/mqtt.md lists it.\n";
static const char more_watch[] =
    "+ and - change how many minutes the curve shows (--span: 15 to 1440, default 60).\n"
    "--ascii draws without Unicode. Where the output is no terminal, a line is printed for each change.\n";
static const char more_start[] =
    "TIME is when the injury was: 2026-11-22T08:00:00Z, local time \"2026-11-22 08:00\", or how long ago: -36h, -90m,\n"
    "-2d. Without it: now. On a terminal it first tells who must not use the pad, and asks; --yes leaves that out.\n";
static const char more_finish[] = "On a terminal it asks first; --yes leaves that out.\n";
static const char more_ack[] = "Refused while the cause is there.\n";
static const char more_clock[] = "Look at the time that it shows without --confirm first.\n";
static const char more_plan[] =
    "TIME, of the injury and the start, is written as in `soothe start`; default: now. N: 1 to 366 days; default: the\n"
    "whole plan. Sessions begin as early as the plan allows.\n";
static const char more_thermistor[] =
    "Prints degrees Celsius, or sensor_open or sensor_short. Without --part it is the first pad sensor of the\n"
    "configuration.\n";
static const char more_inject[] = "Only with soothed --simulate; an unknown name lists all.\n";

/* The formatter would make one line of 190 columns of each row. */
/* clang-format off */
static const struct cli_command commands[] = {
    {"status", cli_status, TAKES_STATUS, 0, 0, "[--json] [--fahrenheit]",
     "what the pad does, and what you should do", more_status},
    {"watch", cli_watch, TAKES_WATCH, 0, 0, "[--span MIN] [--ascii] [--fahrenheit]",
     "live view in the terminal; q leaves it", more_watch},
    {"start", cli_order, TAKES_START, 0, 0, "[--injured-at TIME] [--yes]",
     "begin the treatment plan", more_start},
    {"stop", cli_order, OPTION_SOCKET, 0, 0, "",
     "off now; the plan is held until `soothe resume`", NULL},
    {"pause", cli_order, OPTION_SOCKET, 0, 1, "[MIN]",
     "off for so many minutes (1 to 720), or until `soothe resume`", NULL},
    {"resume", cli_order, OPTION_SOCKET, 0, 0, "",
     "go on after pause or stop", NULL},
    {"skip", cli_order, OPTION_SOCKET, 0, 0, "",
     "leave out the session that comes next", NULL},
    {"now", cli_order, OPTION_SOCKET, 0, 0, "",
     "begin a session that only quiet hours, skip or pause hold back", NULL},
    {"end", cli_order, OPTION_SOCKET, 0, 0, "",
     "end the running session", NULL},
    {"finish", cli_order, TAKES_FINISH, 0, 0, "[--yes]",
     "end the plan for good", more_finish},
    {"pain", cli_order, OPTION_SOCKET, 1, 1, "SCORE",
     "log a pain score, 0 (none) to 10 (worst)", NULL},
    {"ack", cli_order, OPTION_SOCKET, 0, 0, "",
     "acknowledge a lockout, after looking at the pad", more_ack},
    {"clock", cli_clock, TAKES_CLOCK, 0, 0, "--confirm",
     "vouch for the daemon's clock", more_clock},
    {"plan", cli_plan, TAKES_PLAN, 0, 0, "[--config F] [--start TIME] [--days N] [--json]",
     "the timetable of a configuration, without a daemon", more_plan},
    {"history", cli_history, TAKES_HISTORY, 0, 0, "[--days N] [--csv | --json]",
     "sessions, trips and pain scores of the last N days (30)", NULL},
    {"thermistor", cli_thermistor, TAKES_THERMISTOR, 1, 1, "OHMS [--config F] [--part NAME]",
     "the temperature that the daemon makes of a resistance", more_thermistor},
    {"inject", cli_order, OPTION_SOCKET, 1, 1, "FAULT | none",
     "put a fault into the simulated pad", more_inject},
};
/* clang-format on */

#define COMMANDS (sizeof commands / sizeof commands[0])

const struct cli_command *cli_command_find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters have to be added, removed or changed (Levenshtein); `b` is shorter than 16. */
static size_t distance(const char *a, const char *b)
{
    size_t row[17];
    size_t length = strlen(b);
    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            row[j] = least(least(above, row[j - 1]) + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[length];
}

const struct cli_command *cli_command_nearest(const char *name)
{
    const struct cli_command *nearest = NULL;
    size_t best = 3;
    for (size_t i = 0; strlen(name) < 16 && i < COMMANDS; i++) {
        size_t away = distance(name, commands[i].name);
        bool begins = strlen(name) >= 2 && strncmp(name, commands[i].name, strlen(name)) == 0;
        away = begins ? 0 : away;
        if (away < best && away * 2 <= strlen(name)) {
            best = away;
            nearest = &commands[i];
        }
    }
    return nearest;
}

static void help_one(const struct cli_command *command)
{
    const char *space = command->synopsis[0] != '\0' ? " " : "";
    (void)printf("usage: soothe %s%s%s\n\n%c%s.\n", command->name, space, command->synopsis,
                 command->summary[0] - ('a' <= command->summary[0] && command->summary[0] <= 'z' ? 'a' - 'A' : 0),
                 command->summary + 1);
    if (command->more) {
        (void)printf("%s", command->more);
    }
    if ((command->options & OPTION_SOCKET) != 0) {
        (void)printf("\nExits 0 done, 1 refused or failed, 2 usage, 3 no daemon at the socket (--socket S).\n");
    }
}

void cli_help(const struct cli_command *command)
{
    if (command) {
        help_one(command);
        return;
    }
    (void)printf("usage: soothe [--socket S] COMMAND [...]\n\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        (void)printf("  %-10s  %s\n", commands[i].name, commands[i].summary);
    }
    (void)printf("\n`soothe help COMMAND` tells more, as does soothe(1). To switch the pad off: `soothe stop`.\n"
                 "Exits 0 done, 1 refused or failed (why is on stderr), 2 usage, 3 no daemon at the socket.\n");
}
