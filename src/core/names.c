#include "soothe/names.h"

#include <stddef.h>
#include <string.h>

#define NAME_STRING(id, name) [id] = (name),
static const char *const fault_names[FAULT_COUNT] = {SOOTHE_FAULTS(NAME_STRING)};
static const char *const block_names[BLOCK_COUNT] = {SOOTHE_BLOCKS(NAME_STRING)};
static const char *const event_names[EVENT_COUNT] = {SOOTHE_EVENTS(NAME_STRING)};
static const char *const end_names[END_COUNT] = {SOOTHE_ENDS(NAME_STRING)};
static const char *const refusal_names[REFUSED_COUNT] = {SOOTHE_REFUSALS(NAME_STRING)};
static const char *const state_names[STATE_COUNT] = {SOOTHE_STATES(NAME_STRING)};
static const char *const command_names[COMMAND_COUNT] = {SOOTHE_COMMANDS(NAME_STRING)};

static const char *name_at(const char *const *names, unsigned count, unsigned index)
{
    return index < count ? names[index] : "unknown";
}

static unsigned index_of(const char *const *names, unsigned count, const char *name)
{
    for (unsigned i = 0; name && i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return count;
}

const char *fault_name(enum fault fault)
{
    return name_at(fault_names, FAULT_COUNT, (unsigned)fault);
}

const char *block_name(enum block block)
{
    return name_at(block_names, BLOCK_COUNT, (unsigned)block);
}

const char *event_name(enum event_type event)
{
    return name_at(event_names, EVENT_COUNT, (unsigned)event);
}

const char *end_name(enum end_reason end)
{
    return name_at(end_names, END_COUNT, (unsigned)end);
}

const char *refusal_name(enum refusal refusal)
{
    return name_at(refusal_names, REFUSED_COUNT, (unsigned)refusal);
}

const char *state_name(enum daemon_state state)
{
    return name_at(state_names, STATE_COUNT, (unsigned)state);
}

const char *command_name(enum command_name command)
{
    return name_at(command_names, COMMAND_COUNT, (unsigned)command);
}

enum fault fault_from_name(const char *name)
{
    return (enum fault)index_of(fault_names, FAULT_COUNT, name);
}

enum end_reason end_from_name(const char *name)
{
    return (enum end_reason)index_of(end_names, END_COUNT, name);
}

enum command_name command_from_name(const char *name)
{
    return (enum command_name)index_of(command_names, COMMAND_COUNT, name);
}
