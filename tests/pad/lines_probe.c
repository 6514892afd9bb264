/* Holds GPIO lines the way the daemon does and does what it is told, for a test that watches the other side of the
 * chip.
 *
 *     lines_probe LABEL_PREFIX LINE=[!]OFFSET_OR_NAME...        LINE: heat cool fan heartbeat sense button led
 *
 * `!` is active_low. Prints `open 0 BACKEND`, or `open ERROR SENTENCE` and exits with 1. Then a line of standard input
 * is a command, each answered with a line: write heat,fan     these outputs active, the others not (`write -`: none) ->
 * write ERROR read               all lines read back                                         ->  read ERROR heat,sense
 *     close              also at the end of the input                                ->  close */
#include "soothe/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const line_names[LINE_COUNT] = {
    [LINE_HEAT] = "heat",   [LINE_COOL] = "cool",     [LINE_FAN] = "fan", [LINE_HEARTBEAT] = "heartbeat",
    [LINE_SENSE] = "sense", [LINE_BUTTON] = "button", [LINE_LED] = "led"};

/* LINE_COUNT: there is no line of that name. */
static enum pad_line line_of(const char *name, size_t length)
{
    enum pad_line line = 0;
    while (line < LINE_COUNT && (strlen(line_names[line]) != length || memcmp(line_names[line], name, length) != 0)) {
        line++;
    }
    return line;
}

static int usage(void)
{
    fputs("usage: lines_probe LABEL_PREFIX LINE=[!]OFFSET_OR_NAME...\n", stderr);
    return 2;
}

static bool take_line(struct config_pad *pad, const char *argument)
{
    const char *equals = strchr(argument, '=');
    enum pad_line line = equals ? line_of(argument, (size_t)(equals - argument)) : LINE_COUNT;
    if (line == LINE_COUNT) {
        return false;
    }
    struct config_line *config = &pad->lines[line];
    const char *where = equals + 1;
    char *end = NULL;
    *config = (struct config_line){.used = true, .active_low = *where == '!'};
    where += config->active_low ? 1 : 0;
    config->offset = (int32_t)strtol(where, &end, 10);
    if (*where == '\0' || *end != '\0') {
        config->offset = -1;
        (void)snprintf(config->name, sizeof config->name, "%s", where);
    }
    return true;
}

static void do_write(struct lines_driver *driver, char *names)
{
    struct lines_levels levels = {0};
    char *rest = NULL;
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        enum pad_line line = line_of(name, strlen(name));
        if (line != LINE_COUNT) {
            levels.active[line] = true;
        }
    }
    printf("write %d\n", driver->write(driver->self, &levels));
}

static void do_read(struct lines_driver *driver)
{
    struct lines_levels levels = {0};
    const char *comma = "";
    printf("read %d ", driver->read(driver->self, &levels));
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (levels.active[i]) {
            printf("%s%s", comma, line_names[i]);
            comma = ",";
        }
    }
    putchar('\n');
}

static void obey(struct lines_driver *driver)
{
    char command[256];
    while (fgets(command, sizeof command, stdin)) {
        command[strcspn(command, "\n")] = '\0';
        if (strncmp(command, "write ", strlen("write ")) == 0) {
            do_write(driver, command + strlen("write "));
        } else if (strcmp(command, "read") == 0) {
            do_read(driver);
        } else if (strcmp(command, "close") == 0) {
            return;
        } else {
            printf("unknown: write, read and close are allowed\n");
        }
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    char why[256] = "";
    struct lines_driver driver;
    struct config_pad pad = {.wired = true};
    if (argc < 2) {
        return usage();
    }
    (void)snprintf(pad.chip, sizeof pad.chip, "%s", argv[1]);
    for (int i = 2; i < argc; i++) {
        if (!take_line(&pad, argv[i])) {
            return usage();
        }
    }
    int error = lines_open(&pad, &driver, why, sizeof why);
    printf("open %d %s\n", error, error == 0 ? lines_backend() : why);
    fflush(stdout);
    if (error < 0) {
        return 1;
    }
    obey(&driver);
    driver.close(driver.self);
    puts("close");
    return 0;
}
