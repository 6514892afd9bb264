/* The whole supervisor, nothing left out, from an empty memory: in three steps with any input it comes to each of
 * these. No proof, but the parts' proofs would be worth nothing if it could not. One sensor that serves both outputs
 * and one at the hot side, to keep it small. */
#include "ghost.h"

#define STEPS 3

static struct supervisor_state state;
static struct supervisor_output out;

#ifdef PROVE_REACHABLE
/* Each of these has to fail. */
static void prove_reachable(const struct supervisor_input *in, bool was_on)
{
    PROVE(!(out.may_energise & (in->wanted == DRIVE_HEAT)), "heat");
    PROVE(!(out.may_energise & (in->wanted == DRIVE_COOL)), "cool");
    PROVE(!(out.may_energise & was_on), "go on");
    PROVE(!(!out.may_energise & was_on), "end");
    PROVE(!out.may_test, "self-test");
    PROVE(!out.tripped, "trip");
    PROVE(!out.locked, "lock");
    PROVE(!out.unlocked, "unlock");
    PROVE(!out.acknowledge_refused, "refuse to unlock");
    PROVE(out.block != BLOCK_REST, "rest");
    PROVE(out.block != BLOCK_DEAD_TIME, "dead time");
}
#endif

void harness(void)
{
    const struct supervisor_config config = {
        .sensor_count = 2,
        .sensors = {{.role = SENSOR_PAD, .of_heat = true, .of_cool = true}, {.role = SENSOR_HOT_SIDE}},
        .sense = true,
    };
    supervisor_init(&state, &SUPERVISOR_MEMORY_NONE);
    bool on = false;
    for (int i = 0; i < STEPS; i++) {
        struct supervisor_input in;
        supervisor_step(&config, &state, &in, &out);
#ifdef PROVE_REACHABLE
        if (i == STEPS - 1) {
            prove_reachable(&in, on);
        }
#endif
        on = out.may_energise;
    }
}
