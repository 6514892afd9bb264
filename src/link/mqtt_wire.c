/* One connection: a client of its own, made, waited for and given up. */
#include "mqtt_internal.h"
#include "mqtt_secret.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#define OS_CERTIFICATES "/etc/ssl/certs"
#define TLS_LOOK_MS     100
#define READS_MAX       64 /* rounds of reading before the outbox has its turn */

int64_t mqtt_now_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* errno belongs to the library's call that returned `rc`. */
static const char *reason_of(const struct mqtt *mqtt, int rc, int error, char *text, size_t size)
{
    const char *detail = mqtt->complaint[0] != '\0' ? mqtt->complaint : NULL;
    bool closed = rc == MOSQ_ERR_CONN_LOST || error == ECONNRESET || error == EPIPE;
    bool shaking = mqtt->config.tls && mqtt->stage == STAGE_CONNECTING;
    bool tls = rc == MOSQ_ERR_TLS || error == EPROTO || (shaking && detail);
    if (rc == MOSQ_ERR_EAI) {
        (void)snprintf(text, size, "the host name cannot be resolved: %s", gai_strerror(error));
    } else if (shaking && !detail && (closed || tls)) {
        (void)snprintf(text, size,
                       "it was refused or closed; is that the port for TLS?"); /* the errno is lost in TLS */
    } else if (tls) {
        (void)snprintf(text, size, "TLS: %s", detail ? detail : "broken");
    } else if (closed) {
        (void)snprintf(text, size, "the broker closed it%s%s", detail ? ": " : "", detail ? detail : "");
    } else if (rc == MOSQ_ERR_ERRNO && error != 0) {
        (void)snprintf(text, size, "%s", strerror(error));
    } else if (rc == MOSQ_ERR_KEEPALIVE) {
        (void)snprintf(text, size, "the broker fell silent");
    } else {
        (void)snprintf(text, size, "%s%s%s", mosquitto_strerror(rc), detail ? ": " : "", detail ? detail : "");
    }
    return text;
}

static void say_once(struct mqtt *mqtt, int priority, const char *line)
{
    if (strcmp(line, mqtt->told) != 0) {
        (void)snprintf(mqtt->told, sizeof mqtt->told, "%s", line);
        mqtt_say(mqtt, priority, "%s", line);
    }
}

static void drop_client(struct mqtt *mqtt)
{
    atomic_store(&mqtt->ready, false);
    outbox_set_open(&mqtt->outbox, false);
    if (mqtt->client) {
        mosquitto_destroy(mqtt->client);
    }
    mqtt->client = NULL;
    mqtt->stage = STAGE_AWAY;
    mqtt->lost = false;
    mqtt->in_flight = 0;
    mqtt->info_mid = 0;
    memset(mqtt->sub_mids, 0, sizeof mqtt->sub_mids);
}

void mqtt_give_up(struct mqtt *mqtt, const char *reason)
{
    char line[sizeof mqtt->told];
    int64_t now_ms = mqtt_now_ms();
    int64_t ready_for_ms = mqtt->ready_since_ms >= 0 ? now_ms - mqtt->ready_since_ms : -1;
    uint32_t chance = 0;
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != (ssize_t)sizeof chance) {
        chance = (uint32_t)now_ms;
    }
    (void)snprintf(line, sizeof line, "MQTT: %s %s:%d%s: %s",
                   ready_for_ms >= 0 ? "the connection to" : "no connection to", mqtt->config.host, mqtt->config.port,
                   ready_for_ms >= 0 ? " is lost" : "", reason);
    say_once(mqtt, LOG_WARNING, line);
    drop_client(mqtt);
    mqtt->next_ms = now_ms + mqtt_backoff_next(&mqtt->backoff, ready_for_ms, chance);
    if (mqtt_backoff_suspicious(&mqtt->backoff)) {
        mqtt_say(mqtt, LOG_WARNING,
                 "MQTT: %d connections in a row lasted less than a minute; does another client use the client id "
                 "soothe-%s?",
                 MQTT_SHORT_LIVED_MAX, mqtt->device_id);
    }
}

/* A key that needs a passphrase must not make OpenSSL ask for it on a terminal. */
static int no_passphrase(char *text, int size, int writing, void *context)
{
    (void)text;
    (void)size;
    (void)writing;
    (void)context;
    return 0;
}

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void name_unreadable(struct mqtt *mqtt)
{
    const char *const paths[] = {mqtt->config.tls_ca_file, mqtt->config.tls_cert_file, mqtt->config.tls_key_file};
    (void)snprintf(mqtt->reason, sizeof mqtt->reason, "the files of mqtt.tls cannot be used");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i][0] != '\0' && access(paths[i], R_OK) != 0) {
            (void)snprintf(mqtt->reason, sizeof mqtt->reason, "%.200s cannot be read: %s", paths[i], strerror(errno));
            return;
        }
    }
}

static int set_tls(struct mqtt *mqtt)
{
    const struct config_mqtt *config = &mqtt->config;
    if (!config->tls) {
        return 0;
    }
    const char *own = or_null(config->tls_ca_file);
    int rc = mosquitto_tls_set(mqtt->client, own, own ? NULL : OS_CERTIFICATES, or_null(config->tls_cert_file),
                               or_null(config->tls_key_file), no_passphrase);
    if (rc != MOSQ_ERR_SUCCESS) {
        name_unreadable(mqtt);
        return -EIO;
    }
    if (!own) {
        (void)mosquitto_int_option(mqtt->client, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
    }
    (void)mosquitto_tls_insecure_set(mqtt->client, false);
    (void)mosquitto_tls_opts_set(mqtt->client, 1, NULL, NULL); /* the broker's certificate is checked */
    return 0;
}

static int set_login(struct mqtt *mqtt)
{
    char password[MQTT_PASSWORD_MAX];
    if (mqtt->config.username[0] == '\0') {
        return 0;
    }
    int found = mqtt_password(mqtt->config.password_file, password, mqtt->reason, sizeof mqtt->reason);
    if (found < 0) {
        return found;
    }
    int rc = mosquitto_username_pw_set(mqtt->client, mqtt->config.username, found > 0 ? password : NULL);
    explicit_bzero(password, sizeof password);
    if (rc != MOSQ_ERR_SUCCESS) {
        (void)snprintf(mqtt->reason, sizeof mqtt->reason, "user name or password: %s", mosquitto_strerror(rc));
        return -EINVAL;
    }
    return 0;
}

static int make_client(struct mqtt *mqtt)
{
    char id[64];
    mqtt->watcher = mqtt->twin.watching;
    (void)snprintf(id, sizeof id, "soothe-%s%s", mqtt->device_id, mqtt->watcher ? "-watch" : "");
    mqtt->client = mosquitto_new(id, true, mqtt);
    if (!mqtt->client) {
        (void)snprintf(mqtt->reason, sizeof mqtt->reason, "%s", strerror(errno));
        return -ENOMEM;
    }
    (void)mosquitto_int_option(mqtt->client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311);
    mqtt_set_callbacks(mqtt);
    int rc = mqtt->watcher ? MOSQ_ERR_SUCCESS
                           : mosquitto_will_set(mqtt->client, mqtt->topics.availability, 7, "offline", MQTT_QOS, true);
    if (rc != MOSQ_ERR_SUCCESS) {
        (void)snprintf(mqtt->reason, sizeof mqtt->reason, "%s", mosquitto_strerror(rc));
        return -ENOMEM;
    }
    int error = set_login(mqtt);
    return error < 0 ? error : set_tls(mqtt);
}

/* connect_async does not wait for the broker, but it does for the resolver: that is what this thread is for. */
void mqtt_connect(struct mqtt *mqtt)
{
    char text[200];
    mqtt->reason[0] = '\0';
    mqtt->complaint[0] = '\0';
    mqtt->ready_since_ms = -1;
    mqtt->writable_seen = false;
    mqtt->stage = STAGE_CONNECTING;
    if (make_client(mqtt) < 0) {
        mqtt_give_up(mqtt, mqtt->reason);
        return;
    }
    errno = 0;
    int rc = mosquitto_connect_async(mqtt->client, mqtt->config.host, mqtt->config.port, MQTT_KEEPALIVE_S);
    if (rc != MOSQ_ERR_SUCCESS) {
        mqtt_give_up(mqtt, reason_of(mqtt, rc, errno, text, sizeof text));
        return;
    }
    mqtt->deadline_ms = mqtt_now_ms() + MQTT_ANSWER_MS;
}

/* Reads what is there, so that a flood is answered by TCP and not by our memory; the outbox has its turn in between. */
static int read_some(struct mqtt *mqtt)
{
    int rc = MOSQ_ERR_SUCCESS;
    for (int i = 0; i < READS_MAX && rc == MOSQ_ERR_SUCCESS && !mqtt->lost; i++) {
        struct pollfd more = {.fd = mosquitto_socket(mqtt->client), .events = POLLIN};
        errno = 0;
        rc = mosquitto_loop_read(mqtt->client, 1);
        if (rc == MOSQ_ERR_SUCCESS && poll(&more, 1, 0) <= 0) {
            break;
        }
    }
    return rc;
}

/* Under TLS both directions may want either event, and until the handshake is done the library cannot say which. */
static int work(struct mqtt *mqtt, short events)
{
    bool shaking = mqtt->config.tls && mqtt->stage == STAGE_CONNECTING;
    int rc = MOSQ_ERR_SUCCESS;
    if (shaking || (events & (POLLIN | POLLERR | POLLHUP)) != 0) {
        rc = read_some(mqtt);
    }
    if (rc == MOSQ_ERR_SUCCESS && !mqtt->lost && mosquitto_want_write(mqtt->client)) {
        errno = 0;
        rc = mosquitto_loop_write(mqtt->client, 1);
    }
    if (rc == MOSQ_ERR_SUCCESS && !mqtt->lost) {
        errno = 0;
        rc = mosquitto_loop_misc(mqtt->client);
    }
    return rc;
}

static int socket_error(int fd)
{
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

static void after_work(struct mqtt *mqtt, int rc, int error)
{
    char text[200];
    if (mqtt->lost && mqtt->reason[0] != '\0') {
        mqtt_give_up(mqtt, mqtt->reason);
    } else if (rc != MOSQ_ERR_SUCCESS || mqtt->lost) {
        mqtt_give_up(mqtt, reason_of(mqtt, rc != MOSQ_ERR_SUCCESS ? rc : MOSQ_ERR_CONN_LOST, error, text, sizeof text));
    }
}

void mqtt_wait(struct mqtt *mqtt, int64_t wait_ms)
{
    struct pollfd fds[2] = {
        {.fd = mqtt->outbox.wake_fd, .events = POLLIN},
        {.fd = -1,                   .events = POLLIN}
    };
    if (mqtt->client) {
        bool shaking = mqtt->config.tls && mqtt->stage == STAGE_CONNECTING;
        bool write = shaking ? !mqtt->writable_seen : mosquitto_want_write(mqtt->client);
        fds[1].fd = mosquitto_socket(mqtt->client);
        fds[1].events = (short)(POLLIN | (write ? POLLOUT : 0));
        wait_ms = shaking && wait_ms > TLS_LOOK_MS ? TLS_LOOK_MS : wait_ms;
    }
    (void)poll(fds, 2, wait_ms > 0 ? (int)wait_ms : 0);
    outbox_drain(&mqtt->outbox);
    if (!mqtt->client) {
        return;
    }
    mqtt->writable_seen = mqtt->writable_seen || (fds[1].revents & POLLOUT) != 0;
    bool broken = (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 || fds[1].fd < 0;
    int error = broken && fds[1].fd >= 0 ? socket_error(fds[1].fd) : 0;
    int rc = fds[1].fd < 0 ? MOSQ_ERR_NO_CONN : work(mqtt, fds[1].revents);
    if (error != 0 && mqtt->reason[0] == '\0') {
        rc = MOSQ_ERR_ERRNO;
    } else {
        error = errno;
        rc = rc == MOSQ_ERR_SUCCESS && broken ? MOSQ_ERR_CONN_LOST : rc;
    }
    after_work(mqtt, rc, error);
}

void mqtt_part(struct mqtt *mqtt, int64_t next_ms)
{
    if (mqtt->client) {
        (void)mosquitto_disconnect(mqtt->client);
        (void)mosquitto_loop_write(mqtt->client, 1);
    }
    drop_client(mqtt);
    mqtt->next_ms = next_ms;
}

void mqtt_leave(struct mqtt *mqtt)
{
    atomic_store(&mqtt->ready, false);
    if (mqtt->stage == STAGE_READY) {
        mqtt->published_ms -= MQTT_STATE_GAP_MS; /* the last state is not held back */
        (void)mqtt_publish_due(mqtt);
        mqtt->stage = STAGE_LEAVING;
        mqtt->deadline_ms = mqtt_now_ms() + MQTT_LEAVE_MS;
        (void)mqtt_publish(mqtt, mqtt->topics.availability, "offline", true);
    }
    while (mqtt->stage == STAGE_LEAVING && mqtt->in_flight > 0 && mqtt_now_ms() < mqtt->deadline_ms) {
        mqtt_wait(mqtt, mqtt->deadline_ms - mqtt_now_ms());
    }
    if (mqtt->stage == STAGE_LEAVING && mqtt->in_flight == 0) {
        mqtt_part(mqtt, 0);
    } else {
        drop_client(mqtt); /* the broker sends the will */
    }
}
