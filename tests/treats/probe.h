/* A thermistor in its divider and the ADC behind it, with the tolerances of real parts. */
#ifndef SOOTHE_TREATS_PROBE_H
#define SOOTHE_TREATS_PROBE_H

#include "chance.h"
#include "soothe/adc.h"

/* One ADC for all sensors of a plan. */
struct probe_adc {
    bool
        ratiometric; /* an MCP3208: 12 bits against the divider's supply; else an ADS1115, which reads the supply too */
    double supply_v;
    double rail_lsb;  /* noise of the supply between two readings, standard deviation */
    double input_lsb; /* of an input: what its wire picks up */
};

struct probe {
    double r_factor;   /* R25 against the datasheet */
    double b_shift_k;  /* B against it */
    double series_ohm; /* as it is; the configuration says 4700 */
};

void probe_adc_draw(struct probe_adc *adc, struct chance *chance);
void probe_draw(struct probe *probe, struct chance *chance);

/* Read a sensor that has `c` degrees; `open`: its plug is out. */
void probe_read(const struct probe *probe, const struct probe_adc *adc, struct chance *chance, double c, bool open,
                struct adc_sample *sample);

#endif
