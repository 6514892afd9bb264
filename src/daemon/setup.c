#include "daemon.h"

#include <stdlib.h>
#include <time.h>

void engine_config_from(const struct config *config, struct engine_config *engine)
{
    *engine = (struct engine_config){
        .plan = config->plan,
        .limits = config->limits,
        .thermostat = {[DRIVE_HEAT] = config->pad.heat.thermostat, [DRIVE_COOL] = config->pad.cool.thermostat},
        .session_dose_max_ucem = config->session_dose_max_ucem,
        .day_dose_max_ucem = config->day_dose_max_ucem,
        .wired = config->pad.wired,
        .heartbeat = config->pad.lines[LINE_HEARTBEAT].used,
    };
    supervisor_limits_clamp(&engine->limits);
}

/* TZ is set from the start, so that setting it again replaces a value and never moves the environment. */
void use_timezone(const char *name)
{
    (void)setenv("TZ", name[0] != '\0' ? name : ":/etc/localtime", 1);
    tzset();
}

int32_t utc_offset_s(const void *context, int64_t wall_s)
{
    (void)context;
    time_t at = (time_t)wall_s;
    struct tm local;
    return localtime_r(&at, &local) ? (int32_t)local.tm_gmtoff : 0;
}
