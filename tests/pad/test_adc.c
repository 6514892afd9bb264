#include "soothe/adc.h"

#include "suite.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static void each_errno_that_a_read_can_give_has_an_advice(void)
{
    const int errors[] = {EINVAL, EREMOTEIO, ENXIO, ETIMEDOUT, ENODEV, EBUSY, ERANGE, EBADMSG};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        size_t length = strlen(adc_advice(errors[i]));
        CU_ASSERT(length > 20 && length < 160);
    }
}

static void a_latched_driver_is_to_be_bound_anew(void)
{
    CU_ASSERT_PTR_NOT_NULL(strstr(adc_advice(EINVAL), "bind it anew"));
}

static void any_other_number_has_none(void)
{
    const int errors[] = {0, EIO, -EINVAL, 1 << 30, -(1 << 30)};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        CU_ASSERT_STRING_EQUAL(adc_advice(errors[i]), "");
    }
}

static const struct suite_test tests[] = {
    {"each errno that a read can give has an advice", each_errno_that_a_read_can_give_has_an_advice},
    {"a latched driver is to be bound anew",          a_latched_driver_is_to_be_bound_anew         },
    {"any other number has none",                     any_other_number_has_none                    },
};

int main(void)
{
    return suite_run("adc", tests, sizeof tests / sizeof tests[0]);
}
