#include "daemon.h"
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

/* The list has one line for the chip and one for each output: "line NUMBER OFFSET ACTIVE_LOW NAME". */
#define LIST_NAME "lines"
#define TRIES     20 /* a daemon that is just being killed may still hold the lines */
#define TRY_MS    100

static void list_path(const char *socket_path, char *path, size_t size)
{
    const char *slash = strrchr(socket_path, '/');
    int directory = slash ? (int)(slash - socket_path) : 1;
    (void)snprintf(path, size, "%.*s/" LIST_NAME, directory, slash ? socket_path : ".");
}

static bool is_output(int line)
{
    return line != LINE_SENSE && line != LINE_BUTTON;
}

int outputs_note(const struct config_pad *pad, const char *socket_path)
{
    char path[256];
    char fresh[264];
    list_path(socket_path, path, sizeof path);
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *out = fopen(fresh, "we");
    if (!out) {
        return -errno;
    }
    (void)fprintf(out, "chip %s\n", pad->chip);
    for (int i = 0; i < LINE_COUNT; i++) {
        const struct config_line *line = &pad->lines[i];
        if (line->used && is_output(i)) {
            (void)fprintf(out, "line %d %d %d %s\n", i, (int)line->offset, line->active_low, line->name);
        }
    }
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed;
    return failed || rename(fresh, path) < 0 ? -EIO : 0;
}

static void read_list_line(const char *text, struct config_pad *pad)
{
    int index = 0;
    int offset = 0;
    int low = 0;
    char name[32] = "";
    if (sscanf(text, "chip %63[^\n]", pad->chip) == 1) {
        return;
    }
    if (sscanf(text, "line %d %d %d %31[^\n]", &index, &offset, &low, name) >= 3 && index >= 0 && index < LINE_COUNT &&
        is_output(index)) {
        struct config_line *line = &pad->lines[index];
        *line = (struct config_line){.used = true, .offset = offset, .active_low = low != 0};
        memcpy(line->name, name, sizeof line->name);
    }
}

static bool has_output(const struct config_pad *pad)
{
    bool any = false;
    for (int i = 0; i < LINE_COUNT; i++) {
        any = any || (pad->lines[i].used && is_output(i));
    }
    return any && pad->chip[0] != '\0';
}

static int read_list(const char *socket_path, struct config_pad *pad)
{
    char path[256];
    char text[160];
    list_path(socket_path, path, sizeof path);
    FILE *in = fopen(path, "re");
    if (!in) {
        return -errno;
    }
    struct config_pad found = {.wired = true};
    while (fgets(text, sizeof text, in)) {
        read_list_line(text, &found);
    }
    bool failed = ferror(in) != 0;
    (void)fclose(in);
    if (failed || !has_output(&found)) {
        return -ENODATA;
    }
    *pad = found;
    return 0;
}

static int drive_all_inactive(const struct config_pad *pad)
{
    char why[256] = "";
    struct lines_driver driver;
    int error = lines_open(pad, &driver, why, sizeof why);
    for (int i = 0; error == -EBUSY && i < TRIES; i++) {
        const struct timespec pause = {.tv_nsec = TRY_MS * 1000000L};
        (void)nanosleep(&pause, NULL);
        error = lines_open(pad, &driver, why, sizeof why);
    }
    if (error < 0) {
        log_line(LOG_ERR, "outputs could not be switched off: %s (%s)", why, strerror(-error));
        return error;
    }
    driver.close(driver.self);
    return 0;
}

/* The daemon's own list comes first: it names the lines that were really driven, also when the config has changed
 * since. */
int outputs_off(const char *config_path, const char *socket_path)
{
    struct config_pad noted;
    int listed = read_list(socket_path, &noted);
    int error = listed == 0 ? drive_all_inactive(&noted) : 0;
    struct config *config = calloc(1, sizeof *config);
    struct config_errors *errors = calloc(1, sizeof *errors);
    int loaded = config && errors ? config_load(config_path, config, errors) : -ENOMEM;
    if (loaded == 0 && config->pad.wired && listed < 0) {
        error = drive_all_inactive(&config->pad);
    } else if (loaded < 0 && listed < 0) {
        log_line(LOG_ERR, "%s is broken and no daemon left a list of lines: nothing is known to be switched off",
                 config_path);
        error = loaded;
    }
    free(config);
    free(errors);
    return error;
}
