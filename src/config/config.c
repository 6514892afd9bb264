#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void begin_draft(struct draft *draft)
{
    memset(draft, 0, sizeof *draft);
    keys_fill_defaults(draft);
    for (size_t i = 0; i < LINE_COUNT; i++) {
        draft->config.pad.lines[i].offset = -1;
    }
    for (size_t i = 0; i < SENSORS_MAX; i++) {
        draft->config.sensors[i].supply_channel = -1;
    }
}

static int read_scanned(const struct scan *scan, struct draft *draft, struct report *report)
{
    struct reader reader = {.scan = scan, .report = report, .draft = draft};
    cJSON *json = cJSON_ParseWithLength(scan->clean, scan->length + 1);
    if (!json) {
        report_add(report, 0, "", "out of memory");
        return -ENOMEM;
    }
    reader.root = (struct item){.json = json, .node = 0};
    begin_draft(draft);
    reader_read(&reader);
    draft_finish(&reader);
    check_plan(&reader);
    check_limits(&reader);
    check_pad(&reader);
    check_sensors(&reader);
    check_mqtt(&reader);
    cJSON_Delete(json);
    return report->errors->count ? -EINVAL : 0;
}

static int parse_text(const char *text, size_t length, struct draft *draft, struct report *report)
{
    struct scan scan;
    struct scan_fault fault = {.at = 0, .what = "out of memory"};
    int error = scan_text(text, length, &scan, &fault);
    if (error) {
        report_add(report, fault.at, "", "%s", fault.what);
        return error;
    }
    error = read_scanned(&scan, draft, report);
    scan_free(&scan);
    return error;
}

static int refuse(struct config_errors *errors, int error, const char *what)
{
    struct report report;
    report_begin(&report, errors);
    report_add(&report, REPORT_NOWHERE, "", "%s", what);
    return error;
}

int config_parse(const char *text, size_t length, struct config *config, struct config_errors *errors)
{
    struct report report;
    if (length > CONFIG_SIZE_MAX) {
        return refuse(errors, -EFBIG, "is larger than 256 KiB: that is no configuration of soothe");
    }
    struct draft *draft = malloc(sizeof *draft);
    if (!draft) {
        return refuse(errors, -ENOMEM, "out of memory");
    }
    report_begin(&report, errors);
    int error = parse_text(text, length, draft, &report);
    report_end(&report, text, length);
    if (!error) {
        *config = draft->config;
    }
    free(draft);
    return error;
}

static int read_failed(struct config_errors *errors, const char *what)
{
    char text[128];
    int error = errno;
    snprintf(text, sizeof text, "%s: %s", what, strerror(error));
    return refuse(errors, -error, text);
}

/* All of it, or one byte more than is allowed; the length, or a negative errno. */
static ssize_t read_all(int file, char *text)
{
    size_t length = 0;
    while (length <= CONFIG_SIZE_MAX) {
        ssize_t got = read(file, text + length, CONFIG_SIZE_MAX + 1 - length);
        if (got < 0 && errno != EINTR) {
            return -errno;
        }
        if (got == 0) {
            break;
        }
        length += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)length;
}

static int load_open(int file, struct config *config, struct config_errors *errors)
{
    struct stat status;
    if (fstat(file, &status) < 0) {
        return read_failed(errors, "cannot be read");
    }
    if (S_ISDIR(status.st_mode)) {
        return refuse(errors, -EISDIR, "is a directory: the configuration is a file in it, such as soothe.jsonc");
    }
    if (!S_ISREG(status.st_mode)) {
        return refuse(errors, -EINVAL, "is no regular file");
    }
    char *text = malloc(CONFIG_SIZE_MAX + 1);
    if (!text) {
        return refuse(errors, -ENOMEM, "out of memory");
    }
    ssize_t length = read_all(file, text);
    errno = length < 0 ? (int)-length : 0;
    int error = length < 0 ? read_failed(errors, "cannot be read") : config_parse(text, (size_t)length, config, errors);
    free(text);
    return error;
}

int config_load(const char *path, struct config *config, struct config_errors *errors)
{
    /* O_NONBLOCK: a FIFO without a writer must not hold the daemon up. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return read_failed(errors, "cannot be opened");
    }
    int error = load_open(file, config, errors);
    close(file);
    return error;
}

void config_errors_print(const struct config_errors *errors, const char *path, FILE *out)
{
    size_t kept = errors->count < CONFIG_ERRORS_MAX ? errors->count : CONFIG_ERRORS_MAX;
    for (size_t i = 0; i < kept; i++) {
        const struct config_error *error = &errors->items[i];
        fprintf(out, "%s:", path);
        if (error->line > 0) {
            fprintf(out, "%d:%d:", error->line, error->column);
        }
        fprintf(out, " %s%s%s\n", error->path, error->path[0] ? ": " : "", error->what);
    }
    if (errors->count > kept) {
        fprintf(out, "%s: and %zu more\n", path, errors->count - kept);
    }
}
