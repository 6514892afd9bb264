#include "daemon.h"
#include "log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>

#define STORE_CLOSE_MS 2000

static int complain(const char *what, const char *why, int error)
{
    log_line(LOG_ERR, "%s: %s", what, why && why[0] != '\0' ? why : strerror(-error));
    return error;
}

static int open_clocks(struct daemon *d)
{
    bool stepped = d->options.speed > 0;
    if (stepped) { /* the simulated clock lies there, and is asked before the store would make it */
        (void)mkdir(d->options.state_dir, 0700);
    }
    int error = clocks_open(&d->clocks, d->options.simulate, stepped ? d->options.state_dir : NULL);
    return error < 0 ? complain("clock", NULL, error) : 0;
}

static void begin_timebase(struct daemon *d, const struct store_loaded *loaded, bool *rest_anew, bool *same_boot)
{
    *same_boot = loaded->checkpoint.valid && strcmp(loaded->checkpoint.boot_id, d->clocks.boot_id) == 0;
    d->clocks.vouched = *same_boot && loaded->checkpoint.wall_trusted;
    struct timebase_clocks look;
    clocks_look(&d->clocks, false, &look);
    const struct timebase_checkpoint checkpoint = {
        .valid = loaded->checkpoint.valid,
        .plan_ms = loaded->checkpoint.plan_ms,
        .boot_ms = loaded->checkpoint.boot_ms,
        .wall_ms = loaded->checkpoint.wall_ms,
        .wall_trusted = loaded->checkpoint.wall_trusted,
        .same_boot = *same_boot,
    };
    *rest_anew = timebase_init(&d->base, &checkpoint, &look);
    d->status.now_ms = timebase_plan_ms(&d->base, look.boot_ms);
    d->status.wall_minus_plan_ms = timebase_wall_minus_plan_ms(&d->base);
}

/* A lockout that the store does not know was raised while the disk failed, and the process ended before it could be
 * stored. One that only the store knows stays too. */
static void keep_marked_lockout(struct daemon *d, struct engine_memory *memory, int64_t now_ms)
{
    int error = marker_open(&d->marker, d->options.socket_path);
    if (error < 0) {
        log_line(LOG_WARNING, "no second place for a lockout beside %s: %s", d->options.socket_path, strerror(-error));
    }
    d->marked = marker_read(&d->marker);
    if (d->marked != FAULT_NONE && memory->safety.lockout == FAULT_NONE) {
        memory->safety.lockout = d->marked;
        memory->safety.lockout_at_ms = now_ms;
        log_line(LOG_CRIT, "the lockout %s could not be stored before the last end; it stands", fault_name(d->marked));
    }
}

static void begin_engine(struct daemon *d, const struct store_loaded *loaded)
{
    bool rest_anew = false;
    bool same_boot = false;
    begin_timebase(d, loaded, &rest_anew, &same_boot);
    struct engine_memory memory;
    engine_memory_init(&memory);
    memory = loaded->has_memory ? loaded->memory : memory;
    int64_t now_ms = d->status.now_ms;
    keep_marked_lockout(d, &memory, now_ms);
    engine_init(&d->engine, &memory, loaded->lost);
    if (loaded->has_open_session) {
        struct store_job job = {.has_session = true, .has_memory = true};
        engine_recover(&d->engine, &loaded->open_session, same_boot ? END_RESTART : END_POWER_CUT, now_ms,
                       now_ms + d->status.wall_minus_plan_ms, &job.session);
        job.memory = d->engine.memory;
        daemon_put(d, &job);
        log_line(LOG_WARNING, "session %lld was cut short (%s); its rest runs on", (long long)job.session.id,
                 end_name(job.session.end));
    }
    if (rest_anew) {
        engine_rest_anew(&d->engine, now_ms);
        log_line(LOG_WARNING, "nobody knows how long this machine was off: a rest that was running starts anew");
    }
}

static int open_store(struct daemon *d)
{
    char why[256] = "";
    struct store_loaded loaded;
    int error = store_open(d->options.state_dir, &d->store, &loaded, why, sizeof why);
    if (error < 0) {
        return complain("state directory", why, error);
    }
    if (loaded.lost) {
        log_line(LOG_CRIT, "the database was damaged and is kept as %s; the pad is locked until `soothe ack`",
                 loaded.aside);
    }
    error = store_start(d->store);
    if (error < 0) {
        return complain("store thread", NULL, error);
    }
    begin_engine(d, &loaded);
    return 0;
}

static int open_simulated_pad(struct daemon *d)
{
    char trace[512];
    (void)snprintf(trace, sizeof trace, "%s/pin-trace.csv", d->options.state_dir);
    d->simpad = simpad_new(&d->config, d->options.seed, trace);
    if (!d->simpad) {
        return complain("simulated pad", NULL, -(errno ? errno : ENOMEM));
    }
    if (!d->clocks.simulated_ms) {
        simpad_use_real_time(d->simpad);
    }
    d->guard = guard_new(&d->config.pad, simpad_lines(d->simpad));
    d->sampler = sampler_new(&d->config, simpad_adc(d->simpad));
    return d->guard && d->sampler ? 0 : complain("simulated pad", NULL, -ENOMEM);
}

static int open_real_pad(struct daemon *d)
{
    char why[256] = "";
    struct adc_driver adc;
    int error = iio_open(&d->config, "/sys", true, &adc, why, sizeof why);
    if (error < 0) {
        return complain("sensors", why, error);
    }
    if (why[0] != '\0') {
        log_line(LOG_ERR, "sensors: %s", why);
    }
    d->sampler = sampler_new(&d->config, adc);
    if (d->config.pad.wired && outputs_note(&d->config.pad, d->options.socket_path) < 0) {
        log_line(LOG_WARNING, "the list of lines could not be left beside %s: --outputs-off will need the config",
                 d->options.socket_path);
    }
    daemon_have_lines(d);
    return d->sampler ? 0 : complain("sensors", NULL, -ENOMEM);
}

static int open_pad(struct daemon *d)
{
    int error = d->options.simulate ? open_simulated_pad(d) : open_real_pad(d);
    if (error < 0 || d->clocks.simulated_ms) {
        return error;
    }
    error = sampler_start(d->sampler);
    if (error == 0 && d->simpad) {
        error = guard_start(d->guard);
    }
    return error < 0 ? complain("pad threads", NULL, error) : 0;
}

static int history_text(void *context, int32_t days, const char *format, char **text)
{
    const struct daemon *d = context;
    size_t size = 0;
    FILE *out = open_memstream(text, &size);
    if (!out) {
        return -ENOMEM;
    }
    enum store_format as = strcmp(format, "csv") == 0    ? STORE_CSV
                           : strcmp(format, "json") == 0 ? STORE_JSON
                                                         : STORE_TEXT;
    int64_t since_ms = clocks_wall_ms(&d->clocks) - (int64_t)days * 24 * 3600 * 1000;
    int error = store_history(d->options.state_dir, since_ms, as, out);
    int closed = fclose(out);
    return error < 0 ? error : closed ? -EIO : 0;
}

static int open_control(struct daemon *d)
{
    char why[256] = "";
    const struct control_hooks hooks = {
        .context = d, .command = daemon_hear_local, .history = history_text, .say = log_say};
    int error = control_open(d->options.socket_path, &hooks, &d->control, why, sizeof why);
    return error < 0 ? complain("control socket", why, error) : 0;
}

static int open_mqtt(struct daemon *d)
{
    if (!d->config.mqtt.enabled) {
        return 0;
    }
    char instance[96];
    (void)snprintf(instance, sizeof instance, "%s:%s", d->clocks.boot_id, d->options.state_dir);
    const struct mqtt_hooks hooks = {
        .context = d, .command = daemon_hear_remote, .refused = daemon_hear_refused, .say = log_say};
    d->mqtt = mqtt_new(&d->config, instance, d->options.simulate, &hooks);
    return d->mqtt ? 0 : complain("MQTT", NULL, -(errno ? errno : ENOMEM));
}

int daemon_start_links(struct daemon *d)
{
    int error = control_start(d->control);
    if (error == 0 && d->mqtt) {
        error = mqtt_start(d->mqtt);
    }
    return error < 0 ? complain("link threads", NULL, error) : 0;
}

int daemon_open(struct daemon *d, const struct options *options, const struct config *config)
{
    *d = (struct daemon){.options = *options,
                         .config = *config,
                         .report = {.step_ms = INT64_MIN},
                         .inbox = {.fd = -1},
                         .reload = {.fd = -1}};
    if (options->simulate) {
        d->config.pad.wired = true; /* no line of this machine is touched */
    }
    engine_config_from(&d->config, &d->engine_config);
    use_timezone(d->config.timezone);
    int (*const steps[])(struct daemon *) = {open_clocks, open_store, open_pad, open_control, open_mqtt};
    int error = inbox_open(&d->inbox);
    error = error < 0 ? error : reload_open(&d->reload, options->config_path);
    for (size_t i = 0; error == 0 && i < sizeof steps / sizeof steps[0]; i++) {
        error = steps[i](d);
    }
    return error;
}

void daemon_close(struct daemon *d)
{
    guard_free(d->guard);
    mqtt_free(d->mqtt);
    control_free(d->control);
    sampler_free(d->sampler);
    simpad_free(d->simpad);
    size_t left = d->store ? store_close(d->store, STORE_CLOSE_MS) : 0;
    if (left > 0) {
        log_line(LOG_ERR, "%zu changes could not be stored before the end", left);
    }
    reload_close(&d->reload);
    marker_close(&d->marker);
    inbox_close(&d->inbox);
    clocks_close(&d->clocks);
}
