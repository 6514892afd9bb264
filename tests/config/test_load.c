#include "config_cases.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/soothe-config-XXXXXX";

static const char *file_with(const char *name, const char *text, size_t length)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(text, 1, length, file), length);
    fclose(file);
    return path;
}

static void expect_refused(const char *path, int expected, int line, const char *what)
{
    struct config config;
    struct config before;
    struct config_errors errors;
    memset(&config, 0x5A, sizeof config);
    before = config;
    CU_ASSERT_EQUAL(config_load(path, &config, &errors), expected);
    CU_ASSERT_EQUAL(errors.count, 1);
    CU_ASSERT(error_is(&errors.items[0], line, line, "", what));
    CU_ASSERT(memcmp(&config, &before, sizeof config) == 0);
}

static void the_sample_is_good_and_says_what_the_design_says(void)
{
    struct config config;
    struct config_errors errors;
    CU_ASSERT_EQUAL_FATAL(config_load(SAMPLE, &config, &errors), 0);
    CU_ASSERT_EQUAL(errors.count, 0);
    CU_ASSERT_FALSE(config.pad.wired);
    CU_ASSERT_STRING_EQUAL(config.device_id, "back-pad");
    CU_ASSERT_EQUAL(config.plan.phase_count, 2);
    CU_ASSERT_EQUAL(config.plan.phases[0].length_ms, INT64_C(259200000));
    CU_ASSERT_EQUAL(config.plan.phases[0].session_min_ms, INT64_C(1200000));
    CU_ASSERT_EQUAL(config.plan.phases[0].session_max_ms, INT64_C(1800000));
    CU_ASSERT_EQUAL(config.plan.phases[1].every_min_ms, INT64_C(10800000));
    CU_ASSERT_EQUAL(config.plan.phases[1].every_max_ms, INT64_C(14400000));
    CU_ASSERT_EQUAL(config.plan.phases[1].target_mc, 40000);
    CU_ASSERT_EQUAL(config.plan.phases[1].quiet.from_min, 23 * 60);
    CU_ASSERT_EQUAL(config.plan.phases[1].quiet.to_min, 7 * 60);
    CU_ASSERT_EQUAL(config.pad.lines[LINE_LED].offset, 16);
    CU_ASSERT_EQUAL(config.pad.heat.thermostat.kind, THERMOSTAT_PWM);
    CU_ASSERT_EQUAL(config.pad.heat.thermostat.pwm_period_ms, 2000);
    CU_ASSERT_EQUAL(config.pad.cool.thermostat.min_off_ms, 30000);
    CU_ASSERT_EQUAL(thermostat_check(&config.pad.heat.thermostat), 0);
    CU_ASSERT_EQUAL(thermostat_check(&config.pad.cool.thermostat), 0);
    CU_ASSERT_EQUAL(thermistor_check(&config.sensors[0].curve), 0);
    CU_ASSERT_EQUAL(config.limits.sensor_count, 1);
    CU_ASSERT(config.limits.sensors[0].of_heat && config.limits.sensors[0].of_cool);
    CU_ASSERT_EQUAL(config.limits.too_hot_trip_mc, SUPERVISOR_TOO_HOT_TRIP_MC);
    CU_ASSERT_EQUAL(config.session_dose_max_ucem, 2 * DOSE_UCEM_PER_CEM);
    CU_ASSERT(config.mqtt.enabled && !config.mqtt.tls && !config.mqtt.remote_start);
}

/* What the sample offers behind comment signs must work when the signs are taken away. */
static void every_line_that_the_sample_offers_can_be_taken(void)
{
    static char text[32768];
    struct config config;
    struct config_errors errors;
    FILE *file = fopen(SAMPLE, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t taken = 0;
    char line[512];
    while (fgets(line, sizeof line, file)) {
        char *sign = strstr(line, "// ");
        bool whole_line = sign && strspn(line, " ") == (size_t)(sign - line);
        bool offer = whole_line && strchr("\"}", sign[3 + strspn(sign + 3, " ")]);
        if (offer) {
            sign[0] = sign[1] = ' ';
            taken++;
        }
        strcat(text, line);
    }
    fclose(file);
    CU_ASSERT(taken >= 15);
    int result = config_parse(text, strlen(text), &config, &errors);
    CU_ASSERT_EQUAL(result, 0);
    if (result) {
        config_errors_print(&errors, SAMPLE, stdout);
    }
    CU_ASSERT(config.mqtt.tls && config.fahrenheit);
}

static void a_file_that_cannot_be_read_says_why(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/none", directory);
    expect_refused(path, -ENOENT, 0, "cannot be opened: No such file or directory");
    expect_refused(directory, -EISDIR, 0, "is a directory");
    expect_refused("/dev/null", -EINVAL, 0, "is no regular file");
    snprintf(path, sizeof path, "%s/loop", directory);
    CU_ASSERT_EQUAL(symlink("loop", path), 0);
    expect_refused(path, -ELOOP, 0, "cannot be opened");
    unlink(path);
    if (geteuid() != 0) {
        chmod(file_with("secret", "{}", 2), 0);
        snprintf(path, sizeof path, "%s/secret", directory);
        expect_refused(path, -EACCES, 0, "cannot be opened: Permission denied");
        unlink(path);
    }
}

static void a_fifo_does_not_hold_anybody_up(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/fifo", directory);
    CU_ASSERT_EQUAL_FATAL(mkfifo(path, 0600), 0);
    expect_refused(path, -EINVAL, 0, "is no regular file");
    unlink(path);
}

static void empty_binary_and_oversized_files_are_refused(void)
{
    static char large[CONFIG_SIZE_MAX + 1];
    expect_refused(file_with("empty", "", 0), -EINVAL, 1, "the file is empty");
    expect_refused(file_with("empty",
                             "\x7F"
                             "ELF\2\1\1\0",
                             8),
                   -EINVAL, 1, "byte 0x7F is no text here");
    expect_refused(file_with("empty", "[]", 2), -EINVAL, 1, "the file must hold one object");
    memset(large, ' ', sizeof large);
    expect_refused(file_with("empty", large, sizeof large), -EFBIG, 0, "larger than 256 KiB");
    expect_refused(file_with("empty", large, sizeof large - 1), -EINVAL, 1, "the file is empty");
    unlink(file_with("empty", "", 0));
}

static void errors_print_as_file_line_column_key(void)
{
    static struct config_errors errors = {
        .count = CONFIG_ERRORS_MAX + 2,
        .items = {{.line = 3, .column = 7, .path = "mqtt.port", .what = "0 is too small"},
                  {.line = 9, .column = 1, .path = "", .what = "a trailing comma"},
                  {.line = 0, .column = 0, .path = "", .what = "cannot be opened"}},
    };
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    config_errors_print(&errors, "/etc/x", out);
    fclose(out);
    CU_ASSERT(strstr(text, "/etc/x:3:7: mqtt.port: 0 is too small\n/etc/x:9:1: a trailing comma\n"
                           "/etc/x: cannot be opened\n") == text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "/etc/x: and 2 more\n"));
    free(text);
}

static const struct suite_test tests[] = {
    {"the sample is good and says what the design says", the_sample_is_good_and_says_what_the_design_says},
    {"every line that the sample offers can be taken",   every_line_that_the_sample_offers_can_be_taken  },
    {"a file that cannot be read says why",              a_file_that_cannot_be_read_says_why             },
    {"a FIFO does not hold anybody up",                  a_fifo_does_not_hold_anybody_up                 },
    {"empty, binary and oversized files are refused",    empty_binary_and_oversized_files_are_refused    },
    {"errors print as file, line, column, key",          errors_print_as_file_line_column_key            },
};

int main(void)
{
    if (!mkdtemp(directory)) {
        return 2;
    }
    int result = suite_run("config load", tests, sizeof tests / sizeof tests[0]);
    rmdir(directory);
    return result;
}
