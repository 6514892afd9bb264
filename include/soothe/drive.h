/* A drive: which output is powered, and how much. */
#ifndef SOOTHE_DRIVE_H
#define SOOTHE_DRIVE_H

#include <stdint.h>

enum drive_mode { DRIVE_OFF, DRIVE_HEAT, DRIVE_COOL, DRIVE_MODE_COUNT };

struct drive {
    enum drive_mode mode;
    int32_t duty_percent; /* 0 to 100; 0 is off whatever the mode says */
};

/* The self-test of the two switches in series before a session, seen at the `sense` line. */
enum drive_test {
    TEST_NONE,
    TEST_CHANNEL,  /* heartbeat runs, channel off: voltage means that the channel's switch is shorted */
    TEST_DEAD_MAN, /* heartbeat still, channel on for GUARD_PULSE_MS: voltage means that the heartbeat's switch is */
    TEST_COUNT
};

#endif
