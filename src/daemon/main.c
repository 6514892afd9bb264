#include "daemon.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define SPEED_MAX 1000000.0

enum action { ACTION_RUN, ACTION_CHECK, ACTION_PRINT_CONFIG, ACTION_OUTPUTS_OFF, ACTION_HELP, ACTION_VERSION };

static const char usage[] =
    "usage: soothed [--config FILE] [--state-dir DIR] [--socket PATH]\n"
    "       soothed --simulate [--seed N] [--speed X] ...\n"
    "       soothed --check | --print-config | --outputs-off [--config FILE]\n"
    "\n"
    "  --config FILE    the configuration; default " CONFIG_DEFAULT_PATH "\n"
    "  --state-dir DIR  where the plan is remembered; default /var/lib/soothe\n"
    "  --socket PATH    where `soothe` speaks to it; default " CONTROL_DEFAULT_PATH "\n"
    "  --simulate       a simulated pad: no line of this machine is touched\n"
    "  --seed N         for the noise of the simulated pad; default 1\n"
    "  --speed X        step a simulated clock X times as fast as real time, up to 1000000; only with --simulate\n"
    "  --check          name every mistake in the configuration; exit 0 or 1\n"
    "  --print-config   the configuration with all defaults filled in\n"
    "  --outputs-off    drive every configured line inactive and exit\n"
    "  --help, --version\n"
    "\n"
    "soothed(8) tells more.\n";

static const struct option long_options[] = {
    {"config",       required_argument, NULL, 'c'},
    {"state-dir",    required_argument, NULL, 'd'},
    {"socket",       required_argument, NULL, 's'},
    {"simulate",     no_argument,       NULL, 'S'},
    {"seed",         required_argument, NULL, 'n'},
    {"speed",        required_argument, NULL, 'x'},
    {"check",        no_argument,       NULL, 'k'},
    {"print-config", no_argument,       NULL, 'p'},
    {"outputs-off",  no_argument,       NULL, 'o'},
    {"help",         no_argument,       NULL, 'h'},
    {"version",      no_argument,       NULL, 'V'},
    {NULL,           0,                 NULL, 0  },
};

static int bad_usage(const char *what)
{
    (void)fprintf(stderr, "soothed: %s\n%s", what, usage);
    return -EINVAL;
}

static int read_seed(const char *text, uint64_t *seed)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        return bad_usage("--seed takes a whole number, 0 or more");
    }
    *seed = value;
    return 0;
}

static int read_speed(const char *text, double *speed)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value > 0 && value <= SPEED_MAX)) {
        return bad_usage("--speed takes a number above 0, at most 1000000");
    }
    *speed = value;
    return 0;
}

static int take_option(int option, struct options *o, enum action *action)
{
    switch (option) {
    case 'c':
        o->config_path = optarg;
        return 0;
    case 'd':
        o->state_dir = optarg;
        return 0;
    case 's':
        o->socket_path = optarg;
        return 0;
    case 'S':
        o->simulate = true;
        return 0;
    case 'n':
        return read_seed(optarg, &o->seed);
    case 'x':
        return read_speed(optarg, &o->speed);
    case 'k':
        *action = ACTION_CHECK;
        return 0;
    case 'p':
        *action = ACTION_PRINT_CONFIG;
        return 0;
    case 'o':
        *action = ACTION_OUTPUTS_OFF;
        return 0;
    case 'h':
        *action = ACTION_HELP;
        return 0;
    case 'V':
        *action = ACTION_VERSION;
        return 0;
    default:
        (void)fputs(usage, stderr);
        return -EINVAL;
    }
}

static int read_options(int argc, char **argv, struct options *o, enum action *action)
{
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (take_option(option, o, action) < 0) {
            return -EINVAL;
        }
    }
    if (optind < argc) {
        return bad_usage("no arguments are taken besides the options");
    }
    return o->speed > 0 && !o->simulate ? bad_usage("--speed is for the simulated pad: give --simulate too") : 0;
}

static int load(const struct options *o, struct config *config)
{
    struct config_errors *errors = calloc(1, sizeof *errors);
    int error = errors ? config_load(o->config_path, config, errors) : -ENOMEM;
    if (error < 0 && errors) {
        config_errors_print(errors, o->config_path, stderr);
    }
    free(errors);
    return error;
}

/* A file or socket that got the number of a closed standard stream would be written to as if it were that stream. */
static void keep_standard_streams(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0) {
        close(fd);
    }
}

static void block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGUSR1);
    (void)pthread_sigmask(SIG_BLOCK, &set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static int run(const struct options *o, const struct config *config)
{
    struct daemon *d = calloc(1, sizeof *d);
    if (!d) {
        return -ENOMEM;
    }
    block_signals();
    (void)log_start();
    int error = daemon_open(d, o, config);
    if (error == 0) {
        error = daemon_run(d);
    }
    daemon_close(d);
    log_stop();
    free(d);
    return error;
}

static int act(enum action action, const struct options *o, struct config *config)
{
    switch (action) {
    case ACTION_HELP:
        (void)fputs(usage, stdout);
        return 0;
    case ACTION_VERSION:
        (void)printf("soothed %s (%s)\n", SOOTHE_VERSION, lines_backend());
        return 0;
    case ACTION_OUTPUTS_OFF:
        return outputs_off(o->config_path, o->socket_path);
    case ACTION_CHECK:
    case ACTION_PRINT_CONFIG:
    case ACTION_RUN:
    default:
        break;
    }
    int error = load(o, config);
    if (error < 0 || action == ACTION_CHECK) {
        return error;
    }
    return action == ACTION_PRINT_CONFIG ? config_print(config, stdout) : run(o, config);
}

int main(int argc, char **argv)
{
    struct options options = {
        .config_path = CONFIG_DEFAULT_PATH,
        .state_dir = "/var/lib/soothe",
        .socket_path = CONTROL_DEFAULT_PATH,
        .seed = 1,
    };
    enum action action = ACTION_RUN;
    keep_standard_streams();
    if (read_options(argc, argv, &options, &action) < 0) {
        return 2;
    }
    struct config *config = calloc(1, sizeof *config);
    int error = config ? act(action, &options, config) : -ENOMEM;
    free(config);
    return error < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
