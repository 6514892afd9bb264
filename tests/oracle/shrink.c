#include "shrink.h"

#include <string.h>

static bool still_fails(struct world *world, const struct script *script, const char *wrong)
{
    const char *now = world_run(world, script, NULL, NULL);
    return now && strcmp(now, wrong) == 0;
}

/* Leave out `size` neighbours at a time. */
static bool leave_out(struct world *world, struct script *script, const char *wrong, size_t size)
{
    bool smaller = false;
    for (size_t from = 0; from < script->act_count; from += size) {
        struct script tried = *script;
        bool any = false;
        for (size_t i = from; i < from + size && i < tried.act_count; i++) {
            any = any || !tried.acts[i].left_out;
            tried.acts[i].left_out = true;
        }
        if (any && still_fails(world, &tried, wrong)) {
            script->length_ms = world->now_ms + SECOND_MS;
            memcpy(script->acts, tried.acts, sizeof script->acts);
            smaller = true;
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
    for (size_t size = script->act_count / 2; size > 1; size /= 2) {
        (void)leave_out(world, script, why, size);
    }
    while (leave_out(world, script, why, 1)) {
    }
    shorten_acts(world, script, why);
    if (still_fails(world, script, why)) {
        script->length_ms = world->now_ms + SECOND_MS;
    }
}
