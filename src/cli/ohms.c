/* `soothe thermistor`. */
#include "cli.h"
#include "offline.h"

#include "soothe/reading.h"
#include "soothe/thermistor.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_ohms(const char *text, double *ohm)
{
    char *end = NULL;
    *ohm = strtod(text, &end);
    return end != text && *end == '\0' && !isnan(*ohm) && *ohm >= 0;
}

static enum cli_exit curve_of_part(const char *name, struct thermistor_curve *curve)
{
    if (thermistor_part_find(name, curve) == 0) {
        return CLI_DONE;
    }
    char names[512] = "";
    for (size_t i = 0; thermistor_part_name(i); i++) {
        size_t used = strlen(names);
        (void)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ", thermistor_part_name(i));
    }
    return cli_fail(CLI_USAGE, "no part is called `%s`; there are %s", name, names);
}

static enum cli_exit curve_of_config(const char *path, struct thermistor_curve *curve)
{
    struct config *config = offline_config(path);
    if (!config) {
        return CLI_FAILED;
    }
    enum cli_exit code = CLI_FAILED;
    for (size_t i = 0; code != CLI_DONE && i < config->sensor_count; i++) {
        if (config->sensors[i].guard.role == SENSOR_PAD) {
            *curve = config->sensors[i].curve;
            code = CLI_DONE;
        }
    }
    free(config);
    return code == CLI_DONE ? code : cli_fail(code, "%s has no pad sensor; name a part with --part", path);
}

static void print_hundredths(int32_t mc)
{
    int32_t hundredths = (mc >= 0 ? mc + 5 : mc - 5) / 10;
    int32_t size = hundredths < 0 ? -hundredths : hundredths;
    (void)printf("%s%" PRId32 ".%02" PRId32 "\n", hundredths < 0 ? "-" : "", size / 100, size % 100);
}

enum cli_exit cli_thermistor(const struct cli *cli, const struct cli_command *command)
{
    (void)command;
    double ohm = 0;
    struct thermistor_curve curve;
    int32_t mc = 0;
    if (!read_ohms(cli->argument, &ohm)) {
        return cli_fail(CLI_USAGE, "a resistance is a number of ohms from 0 up, or inf, not `%s`", cli->argument);
    }
    enum cli_exit code = cli->part ? curve_of_part(cli->part, &curve) : curve_of_config(cli->config, &curve);
    if (code != CLI_DONE) {
        return code;
    }
    enum reading_status status = thermistor_ohms_to_mc(&curve, ohm, &mc);
    if (status == READING_OK) {
        print_hundredths(mc);
    } else {
        (void)printf("%s\n", fault_name(reading_fault(status)));
    }
    return CLI_DONE;
}
