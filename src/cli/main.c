#include "cli.h"

#include "soothe/config.h"
#include "soothe/control.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_HELP = 1000, LONG_VERSION };

/* `val` is the index in option_bits, so that one table says which command takes what. */
static const struct option long_options[] = {
    {"socket",     required_argument, NULL, 0           },
    {"json",       no_argument,       NULL, 1           },
    {"csv",        no_argument,       NULL, 2           },
    {"config",     required_argument, NULL, 3           },
    {"start",      required_argument, NULL, 4           },
    {"days",       required_argument, NULL, 5           },
    {"part",       required_argument, NULL, 6           },
    {"injured-at", required_argument, NULL, 7           },
    {"yes",        no_argument,       NULL, 8           },
    {"confirm",    no_argument,       NULL, 9           },
    {"fahrenheit", no_argument,       NULL, 10          },
    {"ascii",      no_argument,       NULL, 11          },
    {"span",       required_argument, NULL, 12          },
    {"help",       no_argument,       NULL, LONG_HELP   },
    {"version",    no_argument,       NULL, LONG_VERSION},
    {NULL,         0,                 NULL, 0           },
};

struct asked {
    unsigned options; /* enum cli_option */
    bool help;
    bool version;
};

enum cli_exit cli_fail(enum cli_exit code, const char *format, ...)
{
    va_list list;
    (void)fputs("soothe: ", stderr);
    va_start(list, format);
    (void)vfprintf(stderr, format, list);
    va_end(list);
    (void)fputc('\n', stderr);
    return code;
}

static bool read_number(const char *option, const char *text, long low, long high, int32_t *value)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < low || number > high) {
        (void)cli_fail(CLI_USAGE, "--%s takes a whole number from %ld to %ld, not `%s`", option, low, high, text);
        return false;
    }
    *value = (int32_t)number;
    return true;
}

static bool take_value(struct cli *cli, enum cli_option option, const char *name, const char *value)
{
    switch (option) {
    case OPTION_SOCKET:
        cli->socket = value;
        return true;
    case OPTION_CONFIG:
        cli->config = value;
        return true;
    case OPTION_START:
        cli->start = value;
        return true;
    case OPTION_PART:
        cli->part = value;
        return true;
    case OPTION_INJURED_AT:
        cli->injured_at = value;
        return true;
    case OPTION_DAYS:
        return read_number(name, value, 1, 366, &cli->days);
    case OPTION_SPAN:
        return read_number(name, value, 15, 1440, &cli->span_min);
    case OPTION_JSON:
        cli->json = true;
        return true;
    case OPTION_CSV:
        cli->csv = true;
        return true;
    case OPTION_YES:
        cli->yes = true;
        return true;
    case OPTION_CONFIRM:
        cli->confirm = true;
        return true;
    case OPTION_FAHRENHEIT:
        cli->fahrenheit = true;
        return true;
    case OPTION_ASCII:
        cli->ascii = true;
        return true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, struct cli *cli, struct asked *asked)
{
    int option;
    int index = 0;
    while ((option = getopt_long(argc, argv, "", long_options, &index)) != -1) {
        if (option == LONG_HELP) {
            asked->help = true;
        } else if (option == LONG_VERSION) {
            asked->version = true;
        } else if (option == '?') {
            return false;
        } else {
            enum cli_option bit = (enum cli_option)(1U << option);
            asked->options |= bit;
            if (!take_value(cli, bit, long_options[index].name, optarg)) {
                return false;
            }
        }
    }
    return true;
}

static const struct cli_command *find_command(const char *name)
{
    const struct cli_command *command = cli_command_find(name);
    if (command) {
        return command;
    }
    const struct cli_command *meant = cli_command_nearest(name);
    if (meant) {
        (void)cli_fail(CLI_USAGE, "there is no command `%s`; did you mean `%s`?", name, meant->name);
    } else {
        (void)cli_fail(CLI_USAGE, "there is no command `%s`; `soothe --help` lists them", name);
    }
    return NULL;
}

static bool fits(const struct cli_command *command, unsigned options, int arguments)
{
    unsigned foreign = options & ~(command->options | OPTION_SOCKET);
    for (size_t i = 0; foreign != 0 && long_options[i].name; i++) {
        if (long_options[i].val < LONG_HELP && (foreign >> long_options[i].val & 1U) != 0) {
            (void)cli_fail(CLI_USAGE, "`soothe %s` takes no --%s", command->name, long_options[i].name);
            return false;
        }
    }
    if (arguments < command->arguments_min || arguments > command->arguments_max) {
        const char *space = command->synopsis[0] != '\0' ? " " : "";
        (void)cli_fail(CLI_USAGE, "usage: soothe %s%s%s", command->name, space, command->synopsis);
        return false;
    }
    return true;
}

static enum cli_exit help(const char *name)
{
    const struct cli_command *command = name ? find_command(name) : NULL;
    if (name && !command) {
        return CLI_USAGE;
    }
    cli_help(command);
    return CLI_DONE;
}

static enum cli_exit dispatch(int count, char **words, struct cli *cli, const struct asked *asked)
{
    if (asked->version) {
        (void)printf("soothe %s\n", SOOTHE_VERSION);
        return CLI_DONE;
    }
    if (count > 0 && strcmp(words[0], "help") == 0) {
        return help(count > 1 ? words[1] : NULL);
    }
    if (asked->help) {
        return help(count > 0 ? words[0] : NULL);
    }
    if (count == 0) {
        return cli_fail(CLI_USAGE, "which command? `soothe --help` lists them; `soothe stop` switches the pad off");
    }
    const struct cli_command *command = find_command(words[0]);
    if (!command || !fits(command, asked->options, count - 1)) {
        return CLI_USAGE;
    }
    cli->argument = count > 1 ? words[1] : NULL;
    return command->run(cli, command);
}

int main(int argc, char **argv)
{
    struct cli cli = {.socket = CONTROL_DEFAULT_PATH, .config = CONFIG_DEFAULT_PATH};
    struct asked asked = {.options = 0};
    (void)setlocale(LC_CTYPE, "");
    (void)signal(SIGPIPE, SIG_IGN);
    if (!read_options(argc, argv, &cli, &asked)) {
        return CLI_USAGE;
    }
    enum cli_exit code = dispatch(argc - optind, argv + optind, &cli, &asked);
    if (fflush(stdout) != 0 && code == CLI_DONE) {
        return (int)cli_fail(CLI_FAILED, "the output cannot be written: %s", strerror(errno));
    }
    return (int)code;
}
