#include "soothe/reading.h"

static const enum fault status_faults[READING_STATUS_COUNT] = {
    [READING_OK] = FAULT_NONE,
    [READING_OPEN] = FAULT_SENSOR_OPEN,
    [READING_SHORT] = FAULT_SENSOR_SHORT,
    [READING_STALE] = FAULT_SENSOR_STALE,
    [READING_ERROR] = FAULT_SENSOR_ERROR,
    [READING_IMPLAUSIBLE] = FAULT_SENSOR_IMPLAUSIBLE,
};

enum fault reading_fault(enum reading_status status)
{
    return (unsigned)status < READING_STATUS_COUNT ? status_faults[status] : FAULT_SENSOR_ERROR;
}
