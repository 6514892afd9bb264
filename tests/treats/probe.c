#include "probe.h"

#include <errno.h>

/* NTCLE100E3103 by its maker's curve (Vishay BCcomponents, document 29049): R = 10 k exp(A + B/T + C/T2 + D/T3). */
#define R25_OHM 10000.0
#define COEFF_A (-14.6337)
#define COEFF_B 4791.842
#define COEFF_C (-115334.0)
#define COEFF_D (-3.730535e6)
#define KELVIN  273.15
#define T25_K   298.15

/* The part list asks for +/- 2 % of R25 or better; B of this part is +/- 0.75 % of 3977 K; resistors of 1 %. Uniform
 * within: parts at their very tolerance are as usual as good ones. */
#define R25_TOLERANCE    0.02
#define B_TOLERANCE_K    30.0
#define SERIES_OHM       4700.0
#define SERIES_TOLERANCE 0.01

/* ADS1115 at its range of 4.096 V: 125 uV a code. Its own noise is far below one code (TI SBAS444, table 1), so what
 * moves the code is the rail (a regulator's tens of microvolts to a switching supply's millivolt, after the converter's
 * own averaging) and what the wires pick up. */
#define ADS_LSB_V     (4.096 / 32768)
#define ADS_CODE_MAX  32767
#define ADS_BITS      16
#define RAIL_LSB_MIN  0.25
#define RAIL_LSB_MAX  4.0
#define INPUT_LSB_MIN 0.2
#define INPUT_LSB_MAX 2.0
#define MCP_BITS      12
#define MCP_CODES     4096
#define MCP_NOISE_LSB 0.3

/* An acknowledge that was lost on the bus: twice a day of reading all the time. */
#define NACK_SHARE (1.0 / (12.0 * 3600 * 5))

void probe_adc_draw(struct probe_adc *adc, struct chance *chance)
{
    adc->ratiometric = chance_of(chance, 0.25);
    adc->supply_v = chance_between(chance, 3.2, 3.4);
    adc->rail_lsb = adc->ratiometric ? 0.0 : chance_spread(chance, RAIL_LSB_MIN, RAIL_LSB_MAX);
    adc->input_lsb = adc->ratiometric ? MCP_NOISE_LSB : chance_spread(chance, INPUT_LSB_MIN, INPUT_LSB_MAX);
}

void probe_draw(struct probe *probe, struct chance *chance)
{
    probe->r_factor = 1.0 + chance_between(chance, -R25_TOLERANCE, R25_TOLERANCE);
    probe->b_shift_k = chance_between(chance, -B_TOLERANCE_K, B_TOLERANCE_K);
    probe->series_ohm = SERIES_OHM * (1.0 + chance_between(chance, -SERIES_TOLERANCE, SERIES_TOLERANCE));
}

static double ohm_at(const struct probe *probe, double c)
{
    double t = 1.0 / (c + KELVIN);
    double curve = COEFF_A + t * (COEFF_B + t * (COEFF_C + t * COEFF_D));
    return R25_OHM * probe->r_factor * exp(curve + probe->b_shift_k * (t - 1.0 / T25_K));
}

static int32_t code_of(double lsb, int32_t max)
{
    double code = floor(lsb + 0.5);
    return (int32_t)(code < 0 ? 0 : code > max ? max : code);
}

void probe_read(const struct probe *probe, const struct probe_adc *adc, struct chance *chance, double c, bool open,
                struct adc_sample *sample)
{
    *sample = (struct adc_sample){.error = chance_of(chance, NACK_SHARE) ? EREMOTEIO : 0, .supply_v = 1.0};
    double ohm = ohm_at(probe, c);
    double share = open ? 1.0 : ohm / (ohm + probe->series_ohm);
    if (adc->ratiometric) {
        sample->bits = MCP_BITS;
        sample->raw = code_of(share * MCP_CODES + adc->input_lsb * chance_normal(chance), MCP_CODES - 1);
        sample->volts = (double)sample->raw / MCP_CODES;
        return;
    }
    double supply_lsb = adc->supply_v / ADS_LSB_V;
    double now_lsb = supply_lsb + adc->rail_lsb * chance_normal(chance);
    sample->bits = ADS_BITS;
    sample->raw = code_of(share * now_lsb + adc->input_lsb * chance_normal(chance), ADS_CODE_MAX);
    sample->supply_raw = code_of(supply_lsb + adc->rail_lsb * chance_normal(chance), ADS_CODE_MAX);
    sample->volts = sample->raw * ADS_LSB_V;
    sample->supply_v = sample->supply_raw * ADS_LSB_V;
}
