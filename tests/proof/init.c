/* supervisor_init: whatever was stored, the state of a fresh daemon fits; supervisor_recover and
 * supervisor_limits_clamp. The invariant is that of books.c. */
#include "books.c"

#include "trends.h"

void first(void)
{
    struct supervisor_memory memory;
    supervisor_init(&state, &memory);
    g.start_ms = NEVER;
    g.now_ms = NEVER;
    g.was = DRIVE_OFF;
    g.on_ms = memory.session_on_ms;
    g.rest_ms = memory.rest_ms;
    g.unseen = memory.last_off_ms < memory.session_on_ms;
    g.off_ms = memory.last_off_ms;
    g.until_ms[DRIVE_HEAT] = NEVER;
    g.until_ms[DRIVE_COOL] = NEVER;
    g.open = 0;
    g.powered = false;
    g.dead = false;
    g.struck = memory.strikes == 1;
    g.lockout = is_fault(memory.lockout) ? memory.lockout : FAULT_STORE_LOST;
    g.trip = FAULT_NONE;
    g.sensor_trips = 0;
    PROVE(times_fit(), "the first times fit");
    PROVE(power_fits(), "the first books of power fit");
    PROVE(faults_fit(), "the first books of faults fit");
    PROVE(sensors_fit(&state), "the first runs fit");
    PROVE(samples_fit(&state), "the first samples fit");
    PROVE(trends_fit(&state, NEVER), "the first trends fit");
    PROVE(response_fits(&state, NEVER), "the first response fits");
    int64_t session;
    bool power_cut;
    supervisor_recover(&memory, session, power_cut);
    PROVE((memory.collapses >= 0) & (memory.collapses <= SUPERVISOR_COLLAPSES_MAX), "collapses are counted");
    supervisor_limits_clamp(&config);
    PROVE(limits_fit(&config), "limits within the ceilings");
}
