#include "soothe/names.h"
#include "suite.h"

#include <string.h>

/* One adapter a list, so that one loop serves them all. */
static const char *name_of_fault(unsigned index)
{
    return fault_name((enum fault)index);
}

static const char *name_of_block(unsigned index)
{
    return block_name((enum block)index);
}

static const char *name_of_event_type(unsigned index)
{
    return event_name((enum event_type)index);
}

static const char *name_of_end_reason(unsigned index)
{
    return end_name((enum end_reason)index);
}

static const char *name_of_refusal(unsigned index)
{
    return refusal_name((enum refusal)index);
}

static const char *name_of_daemon_state(unsigned index)
{
    return state_name((enum daemon_state)index);
}

static const char *name_of_command_name(unsigned index)
{
    return command_name((enum command_name)index);
}

static const struct {
    const char *list;
    unsigned count;
    const char *(*name_of)(unsigned index);
    const char *first;
} lists[] = {
    {"faults",   FAULT_COUNT,   name_of_fault,        "none"   },
    {"blocks",   BLOCK_COUNT,   name_of_block,        "none"   },
    {"events",   EVENT_COUNT,   name_of_event_type,   "none"   },
    {"ends",     END_COUNT,     name_of_end_reason,   "none"   },
    {"refusals", REFUSED_COUNT, name_of_refusal,      "none"   },
    {"states",   STATE_COUNT,   name_of_daemon_state, "waiting"},
    {"commands", COMMAND_COUNT, name_of_command_name, "none"   },
};
#define LIST_COUNT (sizeof lists / sizeof lists[0])

static void each_name_is_unique_in_its_list(void)
{
    for (size_t l = 0; l < LIST_COUNT; l++) {
        for (unsigned a = 0; a < lists[l].count; a++) {
            for (unsigned b = 0; b < a; b++) {
                CU_ASSERT_STRING_NOT_EQUAL(lists[l].name_of(a), lists[l].name_of(b));
            }
        }
    }
}

static void each_name_is_a_plain_word(void)
{
    for (size_t l = 0; l < LIST_COUNT; l++) {
        for (unsigned i = 0; i < lists[l].count; i++) {
            const char *name = lists[l].name_of(i);
            CU_ASSERT_TRUE(name[0] != '\0' && strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name));
            CU_ASSERT_STRING_NOT_EQUAL(name, "unknown");
        }
    }
}

static void each_list_begins_with_its_none(void)
{
    for (size_t l = 0; l < LIST_COUNT; l++) {
        CU_ASSERT_STRING_EQUAL(lists[l].name_of(0), lists[l].first);
    }
}

static void a_value_outside_its_list_is_unknown(void)
{
    for (size_t l = 0; l < LIST_COUNT; l++) {
        CU_ASSERT_STRING_EQUAL(lists[l].name_of(lists[l].count), "unknown");
        CU_ASSERT_STRING_EQUAL(lists[l].name_of((unsigned)-1), "unknown");
    }
}

static void each_name_leads_back_to_its_member(void)
{
    for (unsigned i = 0; i < FAULT_COUNT; i++) {
        CU_ASSERT_EQUAL(fault_from_name(fault_name((enum fault)i)), i);
    }
    for (unsigned i = 0; i < END_COUNT; i++) {
        CU_ASSERT_EQUAL(end_from_name(end_name((enum end_reason)i)), i);
    }
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        CU_ASSERT_EQUAL(command_from_name(command_name((enum command_name)i)), i);
    }
}

static void a_name_of_no_member_is_none_of_them(void)
{
    static const char *const strangers[] = {NULL, "", "unknown", "NONE", "none ", "sto", "stopp"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        CU_ASSERT_EQUAL(fault_from_name(strangers[i]), FAULT_COUNT);
        CU_ASSERT_EQUAL(end_from_name(strangers[i]), END_COUNT);
        CU_ASSERT_EQUAL(command_from_name(strangers[i]), COMMAND_COUNT);
    }
}

static const struct suite_test tests[] = {
    {"each name is unique in its list",      each_name_is_unique_in_its_list    },
    {"each name is a plain lower-case word", each_name_is_a_plain_word          },
    {"each list begins with its none",       each_list_begins_with_its_none     },
    {"a value outside its list is unknown",  a_value_outside_its_list_is_unknown},
    {"each name leads back to its member",   each_name_leads_back_to_its_member },
    {"a name of no member is none of them",  a_name_of_no_member_is_none_of_them},
};

int main(void)
{
    return suite_run("names", tests, sizeof tests / sizeof tests[0]);
}
