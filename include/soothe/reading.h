/* A reading: a temperature with a status and the time it was taken. Never a bare number. */
#ifndef SOOTHE_READING_H
#define SOOTHE_READING_H

#include "soothe/names.h"

#include <stdbool.h>
#include <stdint.h>

/* Most thermistors that one pad can have. */
#define SENSORS_MAX 4

enum reading_status {
    READING_OK,
    READING_OPEN,        /* resistance above the part's range (-20 degrees C), or a broken wire */
    READING_SHORT,       /* resistance below the part's range (85 degrees C) */
    READING_STALE,       /* nothing new from the sampler in time; also the status of a slot that never held a reading */
    READING_ERROR,       /* the ADC answered with an error: `error` says which */
    READING_IMPLAUSIBLE, /* the ADC answered something that cannot be, e.g. no supply voltage, or not a number */
    READING_STATUS_COUNT
};

struct reading {
    enum reading_status status;
    int32_t mc;    /* milli-degrees Celsius; meaningful only when status is READING_OK */
    int32_t error; /* positive errno where status is READING_ERROR, else 0 */
    int64_t at_ms; /* when it was taken, on the clock of the engine's `now_ms` */
    int32_t code; /* the ADC's raw codes behind it, of the sensor's channel and of its supply channel (0: none); they */
    int32_t supply_code; /* only tell a live ADC from a frozen one */
    bool fine; /* two alternated channels of an ADC of 16 bits or more: noise must move one of the codes within 10 s */
};

/* What a sensor is for. Rules for the pad use only the pad sensors of the active output. */
enum sensor_role { SENSOR_PAD, SENSOR_HOT_SIDE, SENSOR_ROOM };

/* The fault of a status, FAULT_NONE for READING_OK; a value outside the list is FAULT_SENSOR_ERROR. */
enum fault reading_fault(enum reading_status status);

#endif
