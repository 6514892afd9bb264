/* dose.c: any temperature and time give a dose within its range; sums saturate and never fall. */
#include "ghost.h"

#include "soothe/dose.h"

void harness(void)
{
    int64_t a, b;
    int64_t sum = dose_add_ucem(a, b);
    PROVE((sum >= 0) & (sum <= DOSE_MAX_UCEM), "a sum within its range");
    PROVE(a > DOSE_MAX_UCEM || sum >= a, "a sum is not less than a part");
    PROVE(b > DOSE_MAX_UCEM || sum >= b, "a sum is not less than the other part");
    int32_t mc;
    int64_t dt_ms;
    int64_t step = dose_step_ucem(mc, dt_ms);
    PROVE((step >= 0) & (step <= INT64_C(8000000000000)), "a step within its range");
    PROVE(dt_ms > 0 || step == 0, "no time, no dose");
}
