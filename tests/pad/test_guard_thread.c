#include "guard_rig.h"

#include "suite.h"

static int64_t boot_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void wait_until_cool_is_off(void)
{
    pthread_mutex_lock(&lines.lock);
    while (lines.levels.active[LINE_COOL]) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    pthread_mutex_unlock(&lines.lock);
}

/* Order cool until the thread has switched it on, however busy the machine is. Returns when the last order was given.
 */
static int64_t power_up(void)
{
    int64_t ordered_ms = 0;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    pthread_mutex_lock(&lines.lock);
    while (!lines.levels.active[LINE_COOL]) {
        pthread_mutex_unlock(&lines.lock);
        ordered_ms = boot_ms();
        order(DRIVE_COOL, 100, ordered_ms + GUARD_DEADLINE_MS);
        until.tv_sec += 1;
        pthread_mutex_lock(&lines.lock);
        if (!lines.levels.active[LINE_COOL]) {
            pthread_cond_timedwait(&lines.changed, &lines.lock, &until);
        }
    }
    pthread_mutex_unlock(&lines.lock);
    return ordered_ms;
}

static void set_hang(bool hang)
{
    pthread_mutex_lock(&lines.lock);
    lines.hang = hang;
    pthread_cond_broadcast(&lines.changed);
    while (hang && !lines.hung) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    pthread_mutex_unlock(&lines.lock);
}

static void the_thread_turns_off_what_nobody_renews(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    CU_ASSERT_EQUAL(guard_start(guard), -EALREADY);
    int64_t ordered_ms = power_up();
    wait_until_cool_is_off();
    int64_t took_ms = boot_ms() - ordered_ms;
    CU_ASSERT(took_ms >= GUARD_DEADLINE_MS && took_ms < 20000);
    guard_free(guard);
    CU_ASSERT_EQUAL(lines.closed, 1);
}

static void a_write_that_hangs_does_not_stop_the_control_loop(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    power_up();
    set_hang(true);
    guard_report(guard, &report);
    int64_t last_ms = report.step_ms;
    for (int i = 0; i < 100000; i++) {
        order(DRIVE_COOL, 100, boot_ms() + 600);
        guard_report(guard, &report);
    }
    CU_ASSERT_EQUAL(report.step_ms, last_ms);
    pthread_mutex_lock(&lines.lock);
    CU_ASSERT_TRUE(lines.hung);
    pthread_mutex_unlock(&lines.lock);
    set_hang(false);
    wait_until_cool_is_off();
    guard_free(guard);
    CU_ASSERT_EQUAL(lines.closed, 1);
}

static void the_end_is_bounded_and_a_hung_write_is_cleaned_up_after(void)
{
    set_up();
    CU_ASSERT_EQUAL(guard_start(guard), 0);
    power_up();
    set_hang(true);
    int64_t begun_ms = boot_ms();
    guard_free(guard);
    CU_ASSERT(boot_ms() - begun_ms < 20000);
    CU_ASSERT_EQUAL(lines.closed, 0);
    pthread_mutex_lock(&lines.lock);
    lines.hang = false;
    pthread_cond_broadcast(&lines.changed);
    while (lines.closed == 0) {
        pthread_cond_wait(&lines.changed, &lines.lock);
    }
    CU_ASSERT_FALSE(is_on(LINE_COOL));
    pthread_mutex_unlock(&lines.lock);
}

static const struct suite_test tests[] = {
    {"the thread turns off what nobody renews",                  the_thread_turns_off_what_nobody_renews          },
    {"a write that hangs does not stop the control loop",        a_write_that_hangs_does_not_stop_the_control_loop},
    {"the end is bounded, and a hung write is cleaned up after",
     the_end_is_bounded_and_a_hung_write_is_cleaned_up_after                                                      },
};

int main(void)
{
    return suite_run("guard_thread", tests, sizeof tests / sizeof tests[0]);
}
