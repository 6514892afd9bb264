#include "reader.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo"

#define LOWER    "abcdefghijklmnopqrstuvwxyz"
#define UPPER    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"
#define ID_BYTES LOWER DIGITS "_-"

static bool only(const char *text, const char *bytes)
{
    return text[strspn(text, bytes)] == '\0';
}

static bool is_any(const char *text)
{
    (void)text;
    return true;
}

static bool is_id(const char *text)
{
    return only(text, ID_BYTES);
}

static bool is_host(const char *text)
{
    return only(text, LOWER UPPER DIGITS ".-_:%");
}

static bool is_path(const char *text)
{
    return text[0] == '/';
}

static bool is_device(const char *text)
{
    return (text[0] == '/' || !strchr(text, '/')) && strcmp(text, ".") != 0 && !strstr(text, "..");
}

static bool is_zone_file(const char *path)
{
    char magic[4] = "";
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        return false;
    }
    bool zone = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && read(file, magic, sizeof magic) == 4 &&
                memcmp(magic, "TZif", sizeof magic) == 0;
    close(file);
    return zone;
}

static bool is_zone(const char *text)
{
    char path[sizeof ZONES + 64];
    snprintf(path, sizeof path, ZONES "/%s", text);
    return only(text, LOWER UPPER DIGITS "_+-/") && text[0] != '/' && is_zone_file(path);
}

static bool is_part(const char *text)
{
    struct thermistor_curve curve;
    return thermistor_part_find(text, &curve) == 0;
}

bool rule_holds(enum key_rule rule, const char *text)
{
    static bool (*const rules[RULE_COUNT])(const char *) = {
        [RULE_ANY] = is_any,       [RULE_ID] = is_id,     [RULE_HOST] = is_host, [RULE_PATH] = is_path,
        [RULE_DEVICE] = is_device, [RULE_ZONE] = is_zone, [RULE_PART] = is_part,
    };
    return rules[rule](text);
}

void rule_allowed(enum key_rule rule, char *allowed, size_t size)
{
    static const char *const texts[RULE_COUNT] = {
        [RULE_ANY] = "any text",
        [RULE_ID] = "only a-z, 0-9, _ and -",
        [RULE_HOST] = "a host name or an address, without scheme, port or path",
        [RULE_PATH] = "an absolute path, beginning with /",
        [RULE_DEVICE] = "a name without /, or an absolute path without \"..\"",
        [RULE_ZONE] = "the name of a time zone under " ZONES ", such as \"Europe/Berlin\"",
        [RULE_PART] = "one of",
    };
    snprintf(allowed, size, "%s", texts[rule]);
    for (size_t i = 0; rule == RULE_PART && thermistor_part_name(i); i++) {
        report_append(allowed, size, "%s %s", i ? "," : "", thermistor_part_name(i));
    }
}
