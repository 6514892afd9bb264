/* Makers' curves. Where each number comes from, and how it was checked, is in docs/thermistors.md. */
#include "soothe/thermistor.h"

#include <errno.h>
#include <string.h>

/* -20 to 85 degrees Celsius in steps of 5. */
#define GRID_FROM_C (-20)
#define GRID_STEP_C 5
#define GRID_POINTS 22

struct part {
    const char *name;
    const double *grid_ohm; /* NULL: coefficients */
    double k[4];
};

/* TDK Electronics (EPCOS), R/T characteristic 8016, R25 = 10 kohm, B25/100 = 3988 K. */
static const double tdk_8016[GRID_POINTS] = {
    97070, 72930, 55330, 42320, 32650, 25390, 19900, 15710, 12490, 10000, 8057,
    6531,  5327,  4369,  3603,  2986,  2488,  2083,  1752,  1481,  1258,  1072,
};

/* Murata, NCPxxXH103, B25/50 = 3380 K. */
static const double murata_xh103[GRID_POINTS] = {
    68237, 53650, 42506, 33892, 27219, 22021, 17926, 14674, 12081, 10000, 8315,
    6948,  5834,  4917,  4161,  3535,  3014,  2586,  2228,  1925,  1669,  1452,
};

/* Semitec, 103AT, B25/85 = 3435 K. */
static const double semitec_103at[GRID_POINTS] = {
    67770, 53410, 42470, 33900, 27280, 22050, 17960, 14690, 12090, 10000, 8313,
    6940,  5827,  4911,  4160,  3536,  3020,  2588,  2228,  1924,  1668,  1451,
};

#define R25_OHM 10000.0

static const struct part parts[] = {
  /* Vishay BCcomponents, document 29049, B25/85 = 3977 K: A1, B1, C1, D1 as printed. */
    {"NTCLE100E3103", NULL,          {3.354016e-3, 2.569850e-4, 2.620131e-6, 6.383091e-8}},
    {"B57861S0103",   tdk_8016,      {0}                                                 },
    {"B57862S0103",   tdk_8016,      {0}                                                 },
    {"B57863S0103",   tdk_8016,      {0}                                                 },
    {"NCP15XH103",    murata_xh103,  {0}                                                 },
    {"NCP18XH103",    murata_xh103,  {0}                                                 },
    {"NCP21XH103",    murata_xh103,  {0}                                                 },
    {"103AT-2",       semitec_103at, {0}                                                 },
    {"103AT-11",      semitec_103at, {0}                                                 },
};

static void fill_grid(const double *grid_ohm, struct thermistor_curve *curve)
{
    *curve = (struct thermistor_curve){.kind = THERMISTOR_TABLE, .point_count = GRID_POINTS};
    for (int i = 0; i < GRID_POINTS; i++) {
        curve->points[i] = (struct thermistor_point){.c = GRID_FROM_C + i * GRID_STEP_C, .ohm = grid_ohm[i]};
    }
}

int thermistor_part_find(const char *name, struct thermistor_curve *curve)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const struct part *part = &parts[i];
        if (strcmp(part->name, name) != 0) {
            continue;
        }
        if (part->grid_ohm) {
            fill_grid(part->grid_ohm, curve);
        } else {
            *curve = thermistor_steinhart4(R25_OHM, part->k[0], part->k[1], part->k[2], part->k[3]);
        }
        return 0;
    }
    return -ENOENT;
}

const char *thermistor_part_name(size_t index)
{
    return index < sizeof parts / sizeof parts[0] ? parts[index].name : NULL;
}
