#include "shrink.h"

#include <string.h>

static bool still_fails(struct world *world, const struct script *script, const char *wrong)
{
    const char *now = world_run(world, script, NULL, NULL);
    return now && strcmp(now, wrong) == 0;
}

static bool leave_out_one(struct world *world, struct script *script, const char *wrong)
{
    bool smaller = false;
    for (size_t i = 0; i < script->act_count; i++) {
        if (script->acts[i].left_out) {
            continue;
        }
        script->acts[i].left_out = true;
        if (still_fails(world, script, wrong)) {
            smaller = true;
        } else {
            script->acts[i].left_out = false;
        }
    }
    return smaller;
}

/* Half the time, as often as that still fails. */
static void shorten_acts(struct world *world, struct script *script, const char *wrong)
{
    for (size_t i = 0; i < script->act_count; i++) {
        struct act *act = &script->acts[i];
        while (!act->left_out && act->for_ms > 200 && act->for_ms < FOR_EVER_MS) {
            int64_t was_ms = act->for_ms;
            act->for_ms /= 2;
            if (!still_fails(world, script, wrong)) {
                act->for_ms = was_ms;
                break;
            }
        }
    }
}

void shrink(struct world *world, struct script *script, const char *wrong)
{
    char why[sizeof world->oracle.wrong];
    (void)snprintf(why, sizeof why, "%s", wrong);
    script->length_ms = world->now_ms + SECOND_MS;
    while (leave_out_one(world, script, why)) {
    }
    shorten_acts(world, script, why);
    if (still_fails(world, script, why)) {
        script->length_ms = world->now_ms + SECOND_MS;
    }
}
