#include "soothe/reading.h"
#include "suite.h"

static void each_status_has_its_fault(void)
{
    CU_ASSERT_EQUAL(reading_fault(READING_OK), FAULT_NONE);
    CU_ASSERT_EQUAL(reading_fault(READING_OPEN), FAULT_SENSOR_OPEN);
    CU_ASSERT_EQUAL(reading_fault(READING_SHORT), FAULT_SENSOR_SHORT);
    CU_ASSERT_EQUAL(reading_fault(READING_STALE), FAULT_SENSOR_STALE);
    CU_ASSERT_EQUAL(reading_fault(READING_ERROR), FAULT_SENSOR_ERROR);
    CU_ASSERT_EQUAL(reading_fault(READING_IMPLAUSIBLE), FAULT_SENSOR_IMPLAUSIBLE);
}

static void no_two_statuses_share_a_fault(void)
{
    for (unsigned a = 0; a < READING_STATUS_COUNT; a++) {
        for (unsigned b = 0; b < a; b++) {
            CU_ASSERT_NOT_EQUAL(reading_fault((enum reading_status)a), reading_fault((enum reading_status)b));
        }
    }
}

static void a_status_outside_the_list_is_an_error(void)
{
    CU_ASSERT_EQUAL(reading_fault(READING_STATUS_COUNT), FAULT_SENSOR_ERROR);
    CU_ASSERT_EQUAL(reading_fault((enum reading_status)255), FAULT_SENSOR_ERROR);
}

static const struct suite_test tests[] = {
    {"each status has its fault",             each_status_has_its_fault            },
    {"no two statuses share a fault",         no_two_statuses_share_a_fault        },
    {"a status outside the list is an error", a_status_outside_the_list_is_an_error},
};

int main(void)
{
    return suite_run("reading", tests, sizeof tests / sizeof tests[0]);
}
