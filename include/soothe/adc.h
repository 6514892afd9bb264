/* An ADC with thermistors on it: three functions, so that the IIO driver and the simulated pad are alike.
 *
 * Called by the sampler only, from one thread. A read may block (a stuck I2C bus: one second). */
#ifndef SOOTHE_ADC_H
#define SOOTHE_ADC_H

#include <stddef.h>
#include <stdint.h>

/* What one sensor's channel gave, in volts, with the supply of its divider read right beside it. */
struct adc_sample {
    int error;       /* 0, or the positive errno of the read that failed; then the rest is meaningless. EAGAIN: there is
                        nothing new; the sampler leaves the reading before it to age, until the rules call it stale */
    double volts;    /* over the lower leg of the divider; slightly negative near ground is possible */
    double supply_v; /* of the divider; 1.0 with volts as a ratio where the ADC is ratiometric by itself */
    int32_t raw;     /* the channel's code, for the rules that look for a frozen ADC */
    int32_t supply_raw; /* that of the supply channel; 0 where there is none */
    int32_t bits;       /* resolution of the ADC; 0: not known */
};

struct adc_driver {
    const char *name;
    void *self;
    /* Read sensor `sensor` (index into config.sensors). Always fills `sample`. */
    void (*read)(void *self, size_t sensor, struct adc_sample *sample);
    /* Release everything. NULL-safe self. */
    void (*close)(void *self);
};

/* What an errno of a read means for the person who has to mend it, in words for the log; "" where nothing is known
 * beyond the errno itself. Static. EINVAL for instance is what the kernel's driver of the ADS1115 answers for ever
 * after an error of the bus met it while it slept: no process without privileges can heal that, so it is said. */
const char *adc_advice(int error);

#endif
