/* What the makers print, to hold the curves against. Kept apart from src/core/thermistor_parts.c on purpose, in the
 * units of the print, so that a slip in one of them shows. Sources and how sure we are of each: docs/thermistors.md. */
#ifndef SOOTHE_TESTS_THERMISTOR_VECTORS_H
#define SOOTHE_TESTS_THERMISTOR_VECTORS_H

/* Vishay BCcomponents, NTCLE100E3 data sheet, document 29049, R/T table of NTCLE100E3103 (R25 10 kohm, B25/85 3977 K):
 * ohm at 0, 5, ... 85 degrees Celsius. */
static const double vishay_29049_ohm[] = {
    32554, 25339, 19872, 15698, 12488, 10000, 8059, 6535, 5330, 4372, 3605, 2989, 2490, 2084, 1753, 1481, 1256, 1070,
};

/* The same document prints R(T) = R25 exp(A + B/T + C/T^2 + D/T^3) too: used where the table was not to be had, below
 * 0. */
static const double vishay_29049_r_of_t[4] = {-14.6337, 4791.842, -115334.0, -3.730535e6};

/* TDK Electronics (EPCOS), B57861S data sheet, R/T characteristic No. 8016 (B25/100 3988 K): R/R25 at -20, -15, ... 85.
 */
static const double tdk_8016_ratio[] = {
    9.707,  7.293,  5.533,  4.232,  3.265,  2.539,  1.990,  1.571,  1.249,  1.0000, 0.8057,
    0.6531, 0.5327, 0.4369, 0.3603, 0.2986, 0.2488, 0.2083, 0.1752, 0.1481, 0.1258, 0.1072,
};

/* Murata, NCPxxXH103 (B25/50 3380 K), resistance table in steps of 1 K: ohm at -20, -19, ... 85 degrees Celsius. */
static const double murata_xh103_ohm[] = {
    68237, 64991, 61919, 59011, 56258, 53650, 51178, 48835, 46613, 44506, 42506, 40600, 38791, 37073, 35442, 33892,
    32420, 31020, 29689, 28423, 27219, 26076, 24988, 23951, 22963, 22021, 21123, 20267, 19450, 18670, 17926, 17214,
    16534, 15886, 15266, 14674, 14108, 13566, 13049, 12554, 12081, 11628, 11195, 10780, 10382, 10000, 9634,  9284,
    8947,  8624,  8315,  8018,  7734,  7461,  7199,  6948,  6707,  6475,  6253,  6039,  5834,  5636,  5445,  5262,
    5086,  4917,  4754,  4597,  4446,  4301,  4161,  4026,  3896,  3771,  3651,  3535,  3423,  3315,  3211,  3111,
    3014,  2922,  2834,  2748,  2666,  2586,  2509,  2435,  2364,  2294,  2228,  2163,  2100,  2040,  1981,  1925,
    1870,  1817,  1766,  1716,  1669,  1622,  1578,  1535,  1493,  1452,
};

/* Semitec, AT thermistor data sheet, 103AT (B25/85 3435 K): kilo-ohm at -20, -15, ... 85 degrees Celsius. */
static const double semitec_103at_kohm[] = {
    67.77, 53.41, 42.47, 33.90, 27.28, 22.05, 17.96, 14.69, 12.09, 10.00, 8.313,
    6.940, 5.827, 4.911, 4.160, 3.536, 3.020, 2.588, 2.228, 1.924, 1.668, 1.451,
};

#endif
