/* A drive: which output is powered, and how much. */
#ifndef SOOTHE_DRIVE_H
#define SOOTHE_DRIVE_H

#include <stdint.h>

enum drive_mode { DRIVE_OFF, DRIVE_HEAT, DRIVE_COOL, DRIVE_MODE_COUNT };

struct drive {
    enum drive_mode mode;
    int32_t duty_percent; /* 0 to 100; 0 is off whatever the mode says */
};

#endif
