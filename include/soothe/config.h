/* The configuration: one file, read and checked whole, then immutable.
 *
 * JSON with comments (`//` and block comments, no trailing commas), through cJSON; a scanner of our own beside it gives
 * the position of every key and value and finds what cJSON lets pass: duplicate keys, comments, too deep nesting,
 * trailing text. Every mistake is reported, each with its line and column; a file with a mistake yields no config. */
#ifndef SOOTHE_CONFIG_H
#define SOOTHE_CONFIG_H

#include "soothe/dose.h"
#include "soothe/plan.h"
#include "soothe/reading.h"
#include "soothe/supervisor.h"
#include "soothe/thermistor.h"
#include "soothe/thermostat.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CONFIG_DEFAULT_PATH "/etc/soothe/soothe.jsonc"
#define CONFIG_SIZE_MAX     ((size_t)256 * 1024) /* bytes; a larger file is refused unread */
#define CONFIG_DEPTH_MAX    16
#define CONFIG_ERRORS_MAX   64 /* further ones are counted, not kept */

/* Lines of the pad, in the order in which the guard writes them. */
enum pad_line { LINE_HEAT, LINE_COOL, LINE_FAN, LINE_HEARTBEAT, LINE_SENSE, LINE_BUTTON, LINE_LED, LINE_COUNT };

struct config_line {
    bool used;
    int32_t offset;  /* on the chip; -1 when the line is given by name */
    char name[32];   /* "" when given by offset */
    bool active_low; /* default false */
};

struct config_output {
    struct thermostat_config thermostat; /* kind from "kind": "mosfet" (slow PWM) or "relay" (two-point) */
    bool used;
};

struct config_pad {
    bool wired;    /* false: no line is driven, no session begins (block not_wired) */
    char chip[64]; /* label prefix of the GPIO chip, e.g. "pinctrl-" */
    struct config_line lines[LINE_COUNT];
    struct config_output heat;
    struct config_output cool;
};

struct config_sensor {
    char name[32]; /* optional; default: the role */
    char iio[128]; /* IIO device: the name of its parent ("1-0048"), its `name` attribute, or an absolute sysfs path */
    int32_t channel;
    int32_t supply_channel; /* -1: the ADC is ratiometric by itself (MCP3008/3208 with VREF = the divider's supply) */
    double supply_v;        /* divider's supply where there is no supply channel; 3.3 by default */
    char part[32];          /* as written, "" for a curve of one's own */
    struct thermistor_curve curve;
    double series_ohm;
    bool ntc_to_ground;             /* default true */
    struct supervisor_sensor guard; /* role and the outputs it serves */
};

struct config_mqtt {
    bool enabled; /* false when there is no "mqtt" object: the pad runs without a broker */
    char host[256];
    int32_t port;
    bool remote_start;       /* default false */
    char discovery[16];      /* "device" or "off" */
    char username[128];      /* "" : anonymous */
    char password_file[256]; /* "" : $CREDENTIALS_DIRECTORY/mqtt-password where it exists, else none */
    bool tls;
    char tls_ca_file[256];   /* "" with tls: the system's certificates */
    char tls_cert_file[256]; /* client certificate, optional */
    char tls_key_file[256];
};

struct config {
    char device_id[33];   /* [a-z0-9_-]{1,32}: part of every MQTT topic */
    char device_name[65]; /* UTF-8, for people */
    struct plan_config plan;
    struct config_pad pad;
    size_t sensor_count;
    struct config_sensor sensors[SENSORS_MAX];
    struct config_mqtt mqtt;
    struct supervisor_config limits; /* with the sensors' roles filled in */
    int64_t session_dose_max_ucem;   /* default 2.0 CEM43 (van Rhoon 2013: uncontrolled conditions) */
    int64_t day_dose_max_ucem;       /* default 9.0 CEM43 in 24 h */
    char timezone[64];               /* IANA name, "" for the system's */
    char language[8];                /* "en" (default) or "de" */
    bool fahrenheit;                 /* for human text only */
};

struct config_error {
    int line;       /* 1-based; 0 where the mistake has no place (the file cannot be read) */
    int column;     /* 1-based, in bytes */
    char path[96];  /* "plan.phases[1].target_c"; "" for the whole file */
    char what[256]; /* what is wrong, and what is allowed */
};

struct config_errors {
    size_t count;                                 /* all that were found */
    struct config_error items[CONFIG_ERRORS_MAX]; /* the first CONFIG_ERRORS_MAX, in file order */
};

/* Read and check the file. 0 and `config` filled (defaults too), or -EINVAL with at least one error, or the negative
 * errno of open/read with one error that says so. `config` is untouched on failure. No allocation outlives the call. */
int config_load(const char *path, struct config *config, struct config_errors *errors);

/* The same for text in memory (not NUL-terminated); what the fuzzer and the tests drive. */
int config_parse(const char *text, size_t length, struct config *config, struct config_errors *errors);

/* `FILE:LINE:COLUMN: key.path: what` for each error, then how many more there were. */
void config_errors_print(const struct config_errors *errors, const char *path, FILE *out);

/* The effective configuration with defaults filled in, as JSON that config_parse accepts. 0 or -EIO. */
int config_print(const struct config *config, FILE *out);

/* What a reload may change at once (plan, limits, language, units, timezone, device.name) is copied from `fresh` into
 * `running`; returns true when `fresh` also differs in something that needs a restart (device.id, pad, sensors, mqtt).
 */
bool config_apply_reload(struct config *running, const struct config *fresh);

#endif
