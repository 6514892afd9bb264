/* What the parts of `soothe` share: the command line as it was read, and what it exits with. */
#ifndef SOOTHE_CLI_H
#define SOOTHE_CLI_H

#include <stdbool.h>
#include <stdint.h>

enum cli_exit {
    CLI_DONE = 0,
    CLI_FAILED = 1, /* refused or failed; why is on stderr */
    CLI_USAGE = 2,
    CLI_NO_DAEMON = 3, /* nobody answers at the socket */
};

/* Options; which of them a command takes is a set of bits in the command table. */
enum cli_option {
    OPTION_SOCKET = 1 << 0,
    OPTION_JSON = 1 << 1,
    OPTION_CSV = 1 << 2,
    OPTION_CONFIG = 1 << 3,
    OPTION_START = 1 << 4,
    OPTION_DAYS = 1 << 5,
    OPTION_PART = 1 << 6,
    OPTION_INJURED_AT = 1 << 7,
    OPTION_YES = 1 << 8,
    OPTION_CONFIRM = 1 << 9,
    OPTION_FAHRENHEIT = 1 << 10,
    OPTION_ASCII = 1 << 11,
    OPTION_SPAN = 1 << 12,
};

struct cli {
    const char *socket;
    const char *config;
    const char *start;      /* NULL: now */
    const char *injured_at; /* NULL: now */
    const char *part;       /* NULL: that of the configuration */
    int32_t days;           /* 0: the command's own default */
    int32_t span_min;       /* watch: minutes that the curve shows; 0: default */
    bool json;
    bool csv;
    bool yes;
    bool confirm;
    bool fahrenheit;
    bool ascii;
    const char *argument; /* NULL: none */
};

struct cli_command {
    const char *name;
    enum cli_exit (*run)(const struct cli *cli, const struct cli_command *command);
    unsigned options; /* enum cli_option */
    int arguments_min;
    int arguments_max;    /* 0 or 1 */
    const char *synopsis; /* what follows the name */
    const char *summary;  /* a line */
    const char *more;     /* for `soothe help NAME`, or NULL */
};

/* The command called `name`, or NULL. cli_command_nearest: what was probably meant, or NULL. */
const struct cli_command *cli_command_find(const char *name);
const struct cli_command *cli_command_nearest(const char *name);

/* All commands (command NULL), or one. */
void cli_help(const struct cli_command *command);

/* "soothe: " and the sentence to stderr. Returns `code`. */
enum cli_exit cli_fail(enum cli_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The commands. */
enum cli_exit cli_status(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_watch(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_order(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_clock(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_plan(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_thermistor(const struct cli *cli, const struct cli_command *command);
enum cli_exit cli_history(const struct cli *cli, const struct cli_command *command);

#endif
