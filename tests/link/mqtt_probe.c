/* The MQTT thread without a daemon, for test_mqtt_broker.py: told by lines on stdin, telling by lines of JSON on
 * stdout.
 *
 *   mqtt_probe KEY=VALUE...   host port id instance user password_file ca cert key (text), tls remote_start trusted
 * inbox (numbers); `inbox`: how many commands the control loop takes before it is full pain N          a status that
 * differs in the pain score tick            the same status again, newer event N         a pain event with the score N
 *   reload NAME     another device name
 *   connected       -> {"connected": true}
 *   time N          N statuses and events in a row -> {"p999_ms": ..., "longest_ms": ...} of these calls
 *   free            -> {"freed_ms": ...} and the end
 *
 * A command that is taken is told, and answered at once as carried out. */
#include "soothe/mqtt.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct config config;
static struct status status;
static struct mqtt *mqtt;
static char instance[64] = "first";
static long inbox = 1000000;
static pthread_mutex_t out_lock = PTHREAD_MUTEX_INITIALIZER;

static void tell_text(const char *kind, int priority, const char *text)
{
    pthread_mutex_lock(&out_lock);
    printf("{\"%s\": \"", kind);
    for (; *text; text++) {
        printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    printf("\", \"priority\": %d}\n", priority);
    fflush(stdout);
    pthread_mutex_unlock(&out_lock);
}

static void tell_number(const char *kind, double number)
{
    pthread_mutex_lock(&out_lock);
    printf("{\"%s\": %.3f}\n", kind, number);
    fflush(stdout);
    pthread_mutex_unlock(&out_lock);
}

static void say(void *context, int priority, const char *text)
{
    (void)context;
    tell_text("say", priority, text);
}

static bool take(void *context, const struct command *command)
{
    (void)context;
    if (inbox == 0) {
        return false;
    }
    inbox--;
    tell_text("command", command->origin == ORIGIN_REMOTE ? 0 : -1, command_name(command->name));
    mqtt_answer(mqtt, command, REFUSED_NOT, NULL, PLAN_NEVER);
    return true;
}

static void refused(void *context, const struct command *command, enum refusal refusal)
{
    (void)context;
    (void)command;
    tell_text("refused", 0, refusal_name(refusal));
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void send_pain(int32_t score, bool event_only)
{
    const struct engine_event event = {.type = EVENT_PAIN, .value = score, .until_ms = PLAN_NEVER, .sensor = -1};
    if (event_only) {
        mqtt_event(mqtt, &status, &event);
        return;
    }
    status.engine.pain = score;
    status.now_ms += 1000;
    mqtt_status(mqtt, &status);
}

static int by_size(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return difference < 0 ? -1 : difference > 0;
}

static void time_calls(size_t count)
{
    double *took_ms = calloc(count + 1, sizeof *took_ms);
    if (!took_ms) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        double before_ms = now_ms();
        send_pain((int32_t)(i % 11), i % 2 == 0);
        took_ms[i] = now_ms() - before_ms;
    }
    qsort(took_ms, count, sizeof *took_ms, by_size);
    pthread_mutex_lock(&out_lock);
    printf("{\"p999_ms\": %.3f, \"longest_ms\": %.3f}\n", took_ms[count * 999 / 1000], took_ms[count - (count > 0)]);
    fflush(stdout);
    pthread_mutex_unlock(&out_lock);
    free(took_ms);
}

static bool obey(const char *line)
{
    int number = 0;
    if (sscanf(line, "pain %d", &number) == 1) {
        send_pain(number, false);
    } else if (sscanf(line, "event %d", &number) == 1) {
        send_pain(number, true);
    } else if (sscanf(line, "time %d", &number) == 1 && number > 0) {
        time_calls((size_t)number);
    } else if (strcmp(line, "tick") == 0) {
        send_pain(status.engine.pain, false);
    } else if (strncmp(line, "reload ", 7) == 0) {
        (void)snprintf(config.device_name, sizeof config.device_name, "%.64s", line + 7);
        mqtt_reloaded(mqtt, &config);
    } else if (strcmp(line, "connected") == 0) {
        tell_number("connected", mqtt_connected(mqtt));
    }
    return strcmp(line, "free") != 0;
}

static void set_number(const char *key, long number)
{
    if (strcmp(key, "port") == 0) {
        config.mqtt.port = (int32_t)number;
    } else if (strcmp(key, "tls") == 0) {
        config.mqtt.tls = number != 0;
    } else if (strcmp(key, "remote_start") == 0) {
        config.mqtt.remote_start = number != 0;
    } else if (strcmp(key, "trusted") == 0) {
        status.clock_trusted = number != 0;
    } else if (strcmp(key, "inbox") == 0) {
        inbox = number;
    }
}

static void set(const char *argument)
{
    const struct {
        const char *key;
        char *text;
        size_t size;
    } texts[] = {
        {"host",          config.mqtt.host,          sizeof config.mqtt.host         },
        {"id",            config.device_id,          sizeof config.device_id         },
        {"instance",      instance,                  sizeof instance                 },
        {"user",          config.mqtt.username,      sizeof config.mqtt.username     },
        {"password_file", config.mqtt.password_file, sizeof config.mqtt.password_file},
        {"ca",            config.mqtt.tls_ca_file,   sizeof config.mqtt.tls_ca_file  },
        {"cert",          config.mqtt.tls_cert_file, sizeof config.mqtt.tls_cert_file},
        {"key",           config.mqtt.tls_key_file,  sizeof config.mqtt.tls_key_file },
    };
    char key[32] = "";
    const char *value = strchr(argument, '=');
    if (!value || value - argument >= (long)sizeof key) {
        return;
    }
    memcpy(key, argument, (size_t)(value - argument));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(key, texts[i].key) == 0) {
            (void)snprintf(texts[i].text, texts[i].size, "%s", value + 1);
        }
    }
    set_number(key, strtol(value + 1, NULL, 10));
}

static void prepare(int count, char **arguments)
{
    (void)signal(SIGPIPE, SIG_IGN);
    config.mqtt.enabled = true;
    (void)snprintf(config.mqtt.host, sizeof config.mqtt.host, "127.0.0.1");
    (void)snprintf(config.device_id, sizeof config.device_id, "pad");
    (void)snprintf(config.device_name, sizeof config.device_name, "Back pad");
    status.clock_trusted = true;
    status.engine.pad_mc = status.engine.hot_side_mc = status.engine.target_mc = INT32_MIN;
    status.engine.pain = -1;
    for (int i = 1; i < count; i++) {
        set(arguments[i]);
    }
}

int main(int count, char **arguments)
{
    char line[256];
    prepare(count, arguments);
    const struct mqtt_hooks hooks = {.command = take, .say = say, .refused = refused};
    mqtt = mqtt_new(&config, instance, true, &hooks);
    if (!mqtt) {
        return 1;
    }
    mqtt_status(mqtt, &status); /* first: a retained command may come at once, and its event needs a status */
    if (mqtt_start(mqtt) < 0) {
        return 1;
    }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (!obey(line)) {
            break;
        }
    }
    double before = now_ms();
    mqtt_free(mqtt);
    tell_number("freed_ms", now_ms() - before);
    return 0;
}
