#include "clocks.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY_MS    10000
#define SIMULATED_SIZE   (2 * sizeof(int64_t))  /* the time, then the boots */
#define SIMULATED_MAX_MS INT64_C(7258118400000) /* the year 2200 */
#define RTC_PLAUSIBLE_S  INT64_C(1767225600)    /* 2026-01-01: before this program was written no clock is right */

static int64_t now_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool read_line(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file) {
        return false;
    }
    bool read = fgets(text, (int)size, file) != NULL;
    (void)fclose(file);
    if (read) {
        text[strcspn(text, "\n")] = '\0';
    }
    return read;
}

/* A battery-backed clock that the kernel took its time from, and that does not say 1970. */
static bool rtc_is_valid(void)
{
    char text[32];
    if (!read_line("/sys/class/rtc/rtc0/hctosys", text, sizeof text) || text[0] != '1') {
        return false;
    }
    return read_line("/sys/class/rtc/rtc0/since_epoch", text, sizeof text) && strtoll(text, NULL, 10) > RTC_PLAUSIBLE_S;
}

static int open_simulated(struct clocks *clocks, const char *directory)
{
    char path[512];
    if (snprintf(path, sizeof path, "%s/simulated-clock", directory) >= (int)sizeof path) {
        return -ENAMETOOLONG;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return -errno;
    }
    int error = posix_fallocate(fd, 0, SIMULATED_SIZE); /* a hole on a full disk would be a SIGBUS when it is written */
    if (error != 0) {
        close(fd);
        return -error;
    }
    void *page = mmap(NULL, SIMULATED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    error = errno;
    close(fd);
    if (page == MAP_FAILED) {
        return -error;
    }
    clocks->simulated_ms = page;
    clocks->simulated_boots = clocks->simulated_ms + 1;
    if (*clocks->simulated_ms <= 0 || *clocks->simulated_ms > SIMULATED_MAX_MS) {
        *clocks->simulated_ms = now_ms(CLOCK_REALTIME) / 1000 * 1000;
    }
    (void)snprintf(clocks->boot_id, sizeof clocks->boot_id, "simulated-%" PRIu32, (uint32_t)*clocks->simulated_boots);
    return 0;
}

void clocks_power_cut(struct clocks *clocks)
{
    if (clocks->simulated_boots) {
        *clocks->simulated_boots += 1;
    }
}

void clocks_lose_power(struct clocks *clocks)
{
    clocks_power_cut(clocks);
    _exit(EXIT_FAILURE);
}

int clocks_open(struct clocks *clocks, bool simulate, const char *directory)
{
    *clocks = (struct clocks){.simulated_trust = simulate, .looked_ms = INT64_MIN};
    if (directory) {
        return open_simulated(clocks, directory);
    }
    if (!read_line("/proc/sys/kernel/random/boot_id", clocks->boot_id, sizeof clocks->boot_id)) {
        return -ENOENT;
    }
    clocks->rtc_valid = rtc_is_valid();
    return 0;
}

void clocks_close(struct clocks *clocks)
{
    if (clocks->simulated_ms) {
        munmap((void *)clocks->simulated_ms, SIMULATED_SIZE);
        clocks->simulated_ms = NULL;
        clocks->simulated_boots = NULL;
    }
}

int64_t clocks_boot_ms(const struct clocks *clocks)
{
    return clocks->simulated_ms ? *clocks->simulated_ms : now_ms(CLOCK_BOOTTIME);
}

int64_t clocks_wall_ms(const struct clocks *clocks)
{
    return clocks->simulated_ms ? *clocks->simulated_ms : now_ms(CLOCK_REALTIME);
}

/* timesyncd's mark, lost at reboot; or the kernel's own word, which chrony and ntpd keep (a sandbox may forbid to ask).
 */
static bool synchronised(void)
{
    struct stat mark;
    if (stat("/run/systemd/timesync/synchronized", &mark) == 0) {
        return true;
    }
    struct timex asked = {0};
    int state = adjtimex(&asked);
    return state >= 0 && state != TIME_ERROR && (asked.status & STA_UNSYNC) == 0;
}

static enum timebase_trust look_up_trust(const struct clocks *clocks)
{
    if (synchronised()) {
        return TRUST_SYNCHRONISED;
    }
    return clocks->vouched || clocks->rtc_valid ? TRUST_VOUCHED : TRUST_NONE;
}

void clocks_look(struct clocks *clocks, bool distrust, struct timebase_clocks *look)
{
    look->boot_ms = clocks_boot_ms(clocks);
    look->wall_ms = clocks_wall_ms(clocks);
    if (distrust) {
        look->trust = TRUST_NONE;
        return;
    }
    if (clocks->simulated_trust) {
        look->trust = TRUST_SYNCHRONISED;
        return;
    }
    if (clocks->looked_ms == INT64_MIN || clocks->looked_ms <= look->boot_ms - LOOK_EVERY_MS) {
        clocks->trust = look_up_trust(clocks);
        clocks->looked_ms = look->boot_ms;
    }
    look->trust = clocks->trust;
}
