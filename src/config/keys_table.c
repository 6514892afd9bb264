#include "keys.h"

#include <math.h>

/* clang-format off */
/* NOLINTBEGIN(bugprone-macro-parentheses): members of a struct */
/* Places: a field of the draft, or of each element of a list in it. */
#define FIELD(field)      .where = offsetof(struct draft, field), .size = sizeof(((struct draft *)0)->field)
#define EACH(list, field) .stride = sizeof(((struct draft *)0)->list[0]), FIELD(list[0].field)
#define PHASE(field)      EACH(config.plan.phases, field)
#define SENSOR(field)     EACH(config.sensors, field)

#define MINUTE_MS 60000
#define HOUR_MS   3600000
#define DAY_MS    86400000

/* Rows: path, whether it must be given, what is allowed, default, how and where it is kept, help. NAN: no default, or
 * one that depends on other keys. */
#define OBJECT(path_, required_, help_)                                                                                \
    {                                                                                                                  \
        .path = (path_), .kind = KEY_OBJECT, .required = (required_), .help = (help_)                                  \
    }
#define LIST(path_, required_, min_, max_, place_, help_)                                                              \
    {                                                                                                                  \
        .path = (path_), .kind = KEY_LIST, .required = (required_), .min = (min_), .max = (max_), place_,              \
        .help = (help_)                                                                                                \
    }
#define BOOL(path_, default_, place_, help_)                                                                           \
    {                                                                                                                  \
        .path = (path_), .kind = KEY_BOOL, .fallback = (default_), .store = STORE_BOOL, place_, .help = (help_)        \
    }
#define NUMBER(path_, required_, unit_, min_, max_, default_, scale_, store_, place_, help_)                           \
    {.path = (path_), .kind = KEY_NUMBER, .required = (required_), .unit = (unit_), .min = (min_), .max = (max_),      \
     .fallback = (default_), .scale = (scale_), .store = (store_), place_, .help = (help_)}
#define INTEGER(path_, required_, min_, max_, default_, store_, place_, help_)                                         \
    {.path = (path_), .kind = KEY_INTEGER, .required = (required_), .min = (min_), .max = (max_),                      \
     .fallback = (default_), .scale = 1, .store = (store_), place_, .help = (help_)}
#define RANGE(path_, unit_, min_, max_, scale_, place_, help_)                                                         \
    {.path = (path_), .kind = KEY_RANGE, .required = true, .unit = (unit_), .min = (min_), .max = (max_),              \
     .fallback = NAN, .scale = (scale_), .store = STORE_INT64, place_, .help = (help_)}
#define TEXT(path_, required_, rule_, default_, place_, help_)                                                         \
    {                                                                                                                  \
        .path = (path_), .kind = KEY_TEXT, .required = (required_), .rule = (rule_), .text = (default_),               \
        .store = STORE_TEXT, place_, .help = (help_)                                                                   \
    }
#define CHOICE(path_, required_, choices_, default_, store_, place_, help_)                                            \
    {                                                                                                                  \
        .path = (path_), .kind = KEY_CHOICE, .required = (required_), .choices = (choices_), .text = (default_),       \
        .store = (store_), place_, .help = (help_)                                                                     \
    }
#define SPECIAL(path_, kind_, min_, max_, place_, help_)                                                               \
    {                                                                                                                  \
        .path = (path_), .kind = (kind_), .min = (min_), .max = (max_), .fallback = NAN, place_, .help = (help_)       \
    }

#define LINE(name_, id_, help_)                                                                                        \
    OBJECT("pad." name_, false, help_),                                                                                \
        {.path = "pad." name_ ".line",                                                                                 \
         .kind = KEY_LINE,                                                                                             \
         .required = true,                                                                                             \
         .max = 63,                                                                                                    \
         .fallback = NAN,                                                                                              \
         FIELD(config.pad.lines[id_]),                                                                                 \
         .help = "the line's offset on the chip, or its name"},                                                        \
        BOOL("pad." name_ ".active_low", false, FIELD(config.pad.lines[id_].active_low),                               \
             "whether the line is active when it is low")

#define OUTPUT(name_, id_, draft_, help_)                                                                              \
    LINE(name_, id_, help_),                                                                                           \
        CHOICE("pad." name_ ".kind", true, output_kinds, NULL, STORE_ENUM, FIELD(draft_.kind),                         \
               "what switches the power"),                                                                             \
        NUMBER("pad." name_ ".pwm_period_s", false, "s", 1, 10, 2, 1000, STORE_INT64, FIELD(draft_.pwm_period_ms),     \
               "mosfet: length of one on-off cycle"),                                                                  \
        NUMBER("pad." name_ ".min_on_s", false, "s", 10, 600, 30, 1000, STORE_INT64, FIELD(draft_.min_on_ms),          \
               "relay: shortest time on; a safety cutoff does not wait for it"),                                       \
        NUMBER("pad." name_ ".min_off_s", false, "s", 10, 600, 30, 1000, STORE_INT64, FIELD(draft_.min_off_ms),        \
               "relay: shortest time off")

#define LIMIT_C(name_, min_, max_, default_mc_, field_, help_)                                                         \
    NUMBER("limits." name_, false, "degrees Celsius", min_, max_, (default_mc_) / 1000.0, 1000, STORE_INT32,           \
           FIELD(config.limits.field_), help_)

static const struct key_choice phase_names[] = {
    {"ice",  PHASE_ICE },
    {"heat", PHASE_HEAT},
    {NULL,   0         }
};
static const struct key_choice modes[] = {
    {"cool",   MODE_COOL  },
    {"heat",   MODE_HEAT  },
    {"remind", MODE_REMIND},
    {NULL,     0          }
};
static const struct key_choice output_kinds[] = {
    {"mosfet", THERMOSTAT_PWM      },
    {"relay",  THERMOSTAT_TWO_POINT},
    {NULL,     0                   }
};
static const struct key_choice roles[] = {
    {"pad",      SENSOR_PAD     },
    {"hot_side", SENSOR_HOT_SIDE},
    {"room",     SENSOR_ROOM    },
    {NULL,       0              }
};
static const struct key_choice discoveries[] = {
    {"device", 0},
    {"off",    0},
    {NULL,     0}
};
static const struct key_choice languages[] = {
    {"en", 0},
    {"de", 0},
    {NULL, 0}
};
static const struct key_choice unit_words[] = {
    {"C",  false},
    {"F",  true },
    {NULL, 0    }
};

static_assert(PLAN_PHASES_MAX <= KEY_LIST_MAX && SENSORS_MAX <= KEY_LIST_MAX, "marks are kept for every element");
static_assert(offsetof(struct plan_phase, session_max_ms) == offsetof(struct plan_phase, session_min_ms) + 8 &&
                  offsetof(struct plan_phase, every_max_ms) == offsetof(struct plan_phase, every_min_ms) + 8,
              "a range is kept in two numbers side by side");

const struct key keys[] = {
    {.path = "$schema", .kind = KEY_IGNORED, .help = "where editors find the schema; soothe itself does not read it"},
    INTEGER("version", true, 1, 1, NAN, STORE_NONE, .where = 0, "the format of this file"),

    OBJECT("device", true, "what this controller is called"),
    TEXT("device.id", true, RULE_ID, NULL, FIELD(config.device_id), "the name of the pad in MQTT topics"),
    TEXT("device.name", false, RULE_ANY, NULL, FIELD(config.device_name),
         "the name of the pad for people; the id where it is left out"),

    OBJECT("plan", true, "the treatment, counted from the injury"),
    NUMBER("plan.notice_minutes", false, "min", 0, 60, 5, MINUTE_MS, STORE_INT64, FIELD(config.plan.notice_ms),
           "how long before a session people are told to put the pad on"),
    SPECIAL("plan.quiet_hours", KEY_QUIET, 0, 0, FIELD(quiet_hours),
            "local time in which no session begins, in phases without quiet hours of their own"),
    LIST("plan.phases[]", true, 1, PLAN_PHASES_MAX, FIELD(config.plan.phase_count), "the phases, one after the other"),
    CHOICE("plan.phases[].name", true, phase_names, NULL, STORE_ENUM, PHASE(name), "what the phase is for"),
    CHOICE("plan.phases[].mode", true, modes, NULL, STORE_ENUM, EACH(phases, mode),
           "what the pad does; remind: announce and time the sessions, without power"),
    NUMBER("plan.phases[].days", false, "days", 0.01, 60, NAN, DAY_MS, STORE_INT64, PHASE(length_ms),
           "how long the phase lasts; 3 for an ice phase that is not the last"),
    RANGE("plan.phases[].session_minutes", "min", 1, 45, MINUTE_MS,
          PHASE(session_min_ms), "[in the band: then the session is done, since power-on: then it ends anyway]"),
    RANGE("plan.phases[].every_hours", "h", 2, 48, HOUR_MS,
          PHASE(every_min_ms), "[earliest, latest] next power-on, counted from the last one"),
    NUMBER("plan.phases[].target_c", false, "degrees Celsius", 8, 41, NAN, 1000, STORE_INT32, PHASE(target_mc),
           "temperature of the pad"),
    NUMBER("plan.phases[].tolerance_c", false, "degrees Celsius", 0.1, 3, NAN, 1000, STORE_INT32, PHASE(tolerance_mc),
           "the band is the target plus or minus this; heat 0.5, ice 1.5 where it is left out"),
    SPECIAL("plan.phases[].quiet_hours", KEY_QUIET, 0, 0, PHASE(quiet),
            "local time in which no session of this phase begins; [] for none"),

    OBJECT("pad", false, "the GPIO lines of the pad"),
    BOOL("pad.wired", false, FIELD(config.pad.wired), "whether the wiring check has passed"),
    TEXT("pad.chip", false, RULE_ANY, "pinctrl-", FIELD(config.pad.chip), "how the label of the GPIO chip begins"),
    OUTPUT("heat", LINE_HEAT, heat, "output: the heater"),
    OUTPUT("cool", LINE_COOL, cool, "output: the cooler"),
    LINE("fan", LINE_FAN, "output: the fan on the cooler's hot side"),
    LINE("heartbeat", LINE_HEARTBEAT, "output: pulses for a watchdog circuit"),
    LINE("sense", LINE_SENSE, "input: whether the pad really has power"),
    LINE("button", LINE_BUTTON, "input: the button, normally closed"),
    LINE("led", LINE_LED, "output: the light"),

    LIST("sensors[]", false, 0, SENSORS_MAX, FIELD(config.sensor_count), "the thermistors"),
    TEXT("sensors[].name", false, RULE_ID, NULL, SENSOR(name), "its name in messages; the role where it is left out"),
    TEXT("sensors[].iio", true, RULE_DEVICE, NULL, SENSOR(iio),
         "the ADC: the name of its bus device, its IIO name, or its path in sysfs"),
    INTEGER("sensors[].channel", true, 0, 31, NAN, STORE_INT32, SENSOR(channel),
            "the channel between thermistor and series resistor"),
    INTEGER("sensors[].supply_channel", false, 0, 31, NAN, STORE_INT32, SENSOR(supply_channel),
            "the channel that measures the divider's supply"),
    NUMBER("sensors[].supply_v", false, "V", 1, 5.5, 3.3, 1, STORE_DOUBLE, SENSOR(supply_v),
           "the divider's supply where no channel measures it"),
    TEXT("sensors[].part", false, RULE_PART, NULL, SENSOR(part), "base number of the thermistor"),
    SPECIAL("sensors[].steinhart_hart", KEY_COEFFICIENTS, -1, 1, EACH(curves, coefficients),
            "the thermistor's coefficients [a, b, c], for ohms and kelvins"),
    OBJECT("sensors[].beta", false, "the thermistor's Beta equation"),
    NUMBER("sensors[].beta.r25_ohm", true, "ohm", 100, 1e6, NAN, 1, STORE_DOUBLE, EACH(curves, r25_ohm),
           "resistance at 25 degrees Celsius"),
    NUMBER("sensors[].beta.beta_k", true, "K", 2000, 6000, NAN, 1, STORE_DOUBLE, EACH(curves, beta_k), "Beta"),
    SPECIAL("sensors[].table", KEY_POINTS, THERMISTOR_POINTS_MIN, THERMISTOR_POINTS_MAX, EACH(curves, points),
            "the maker's table of the thermistor: a list of [ohm, degrees Celsius]"),
    NUMBER("sensors[].series_ohm", true, "ohm", 100, 1e6, NAN, 1, STORE_DOUBLE, SENSOR(series_ohm),
           "the resistor in series with the thermistor"),
    BOOL("sensors[].ntc_to_ground", true, SENSOR(ntc_to_ground),
         "whether the thermistor is the lower leg of the divider"),
    CHOICE("sensors[].role", true, roles, NULL, STORE_ENUM, SENSOR(guard.role), "what it measures"),
    SPECIAL("sensors[].of", KEY_OUTPUTS, 1, 2, SENSOR(guard), "role pad: the outputs that it controls and guards"),

    OBJECT("mqtt", false, "the broker; left out, the pad runs without one"),
    TEXT("mqtt.host", true, RULE_HOST, NULL, FIELD(config.mqtt.host), "name or address of the broker"),
    INTEGER("mqtt.port", false, 1, 65535, 1883, STORE_INT32, FIELD(config.mqtt.port), "port of the broker"),
    BOOL("mqtt.remote_start", false, FIELD(config.mqtt.remote_start), "whether MQTT may begin a plan or a session"),
    CHOICE("mqtt.discovery", false, discoveries, "device", STORE_TEXT, FIELD(config.mqtt.discovery),
           "what Home Assistant is told about the pad"),
    TEXT("mqtt.username", false, RULE_ANY, "", FIELD(config.mqtt.username), "user name at the broker"),
    TEXT("mqtt.password_file", false, RULE_PATH, "", FIELD(config.mqtt.password_file),
         "the file that holds the password"),
    OBJECT("mqtt.tls", false, "encrypt, and check the broker's certificate; {} is enough"),
    TEXT("mqtt.tls.ca_file", false, RULE_PATH, "", FIELD(config.mqtt.tls_ca_file),
         "certificates to trust instead of the system's"),
    TEXT("mqtt.tls.cert_file", false, RULE_PATH, "", FIELD(config.mqtt.tls_cert_file), "certificate of this client"),
    TEXT("mqtt.tls.key_file", false, RULE_PATH, "", FIELD(config.mqtt.tls_key_file), "private key of this client"),

    OBJECT("limits", false, "limits tighter than the compiled-in ones"),
    LIMIT_C("too_hot_trip_c", 31, 43, SUPERVISOR_TOO_HOT_TRIP_MC, too_hot_trip_mc, "pad too hot: off"),
    LIMIT_C("too_hot_lockout_c", 32, 45, SUPERVISOR_TOO_HOT_LOCKOUT_MC, too_hot_lockout_mc, "pad too hot: locked"),
    LIMIT_C("too_cold_trip_c", 5, 19, SUPERVISOR_TOO_COLD_TRIP_MC, too_cold_trip_mc, "pad too cold: off"),
    LIMIT_C("too_cold_lockout_c", 2, 18, SUPERVISOR_TOO_COLD_LOCKOUT_MC, too_cold_lockout_mc, "pad too cold: locked"),
    LIMIT_C("hot_side_trip_c", 30, 60, SUPERVISOR_HOT_SIDE_TRIP_MC, hot_side_trip_mc, "cooler's hot side: off"),
    LIMIT_C("hot_side_lockout_c", 31, 70, SUPERVISOR_HOT_SIDE_LOCKOUT_MC, hot_side_lockout_mc,
            "cooler's hot side: locked"),
    NUMBER("limits.session_max_minutes", false, "min", 1, 45, 45, MINUTE_MS, STORE_INT64,
           FIELD(config.limits.session_max_ms), "longest session of any phase, from its power-on"),
    NUMBER("limits.session_dose_cem43", false, "CEM43", 0.01, 2, 2, 1e6, STORE_INT64,
           FIELD(config.session_dose_max_ucem), "largest thermal dose of a session"),
    NUMBER("limits.day_dose_cem43", false, "CEM43", 0.01, 9, 9, 1e6, STORE_INT64, FIELD(config.day_dose_max_ucem),
           "largest thermal dose of any 24 hours"),

    TEXT("timezone", false, RULE_ZONE, "", FIELD(config.timezone),
         "where quiet hours are local; the system's zone where it is left out"),
    CHOICE("language", false, languages, "en", STORE_TEXT, FIELD(config.language), "language of words for the patient"),
    CHOICE("units", false, unit_words, "C", STORE_BOOL, FIELD(config.fahrenheit),
           "unit of temperatures in text for people; this file is always in degrees Celsius"),
};
/* NOLINTEND(bugprone-macro-parentheses) */
/* clang-format on */

const size_t key_count = sizeof keys / sizeof keys[0];
static_assert(sizeof keys / sizeof keys[0] <= KEYS_MAX, "marks are kept for every key");
