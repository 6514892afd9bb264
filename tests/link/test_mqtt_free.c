/* A resolver that never answers: getaddrinfo of this program stands before the C library's. */
#include "mqtt_internal.h"
#include "suite.h"

#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool hanging;
static bool released;
static atomic_int said;
static struct mqtt *left_behind; /* reachable on purpose: the thread still uses it */

int getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
                struct addrinfo **restrict result)
{
    (void)name;
    (void)service;
    (void)hints;
    (void)result;
    pthread_mutex_lock(&lock);
    hanging = true;
    pthread_cond_broadcast(&changed);
    while (!released) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    return EAI_AGAIN;
}

static void wait_for(const bool *condition)
{
    pthread_mutex_lock(&lock);
    while (!*condition) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}

static void release(void)
{
    pthread_mutex_lock(&lock);
    released = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void count_line(void *context, int priority, const char *text)
{
    (void)context;
    (void)priority;
    (void)text;
    atomic_fetch_add(&said, 1);
}

static struct mqtt *make(void)
{
    static struct config config = {
        .device_id = "pad", .mqtt = {.enabled = true, .host = "broker.example", .port = 1}
    };
    const struct mqtt_hooks hooks = {.say = count_line};
    struct mqtt *mqtt = mqtt_new(&config, "one", true, &hooks);
    CU_ASSERT_PTR_NOT_NULL_FATAL(mqtt);
    return mqtt;
}

static void null_and_a_thread_that_never_began_are_freed(void)
{
    mqtt_free(NULL);
    mqtt_free(make());
}

static void a_hanging_resolver_holds_up_no_call_and_the_end_for_two_seconds_only(void)
{
    static struct status status;
    const struct engine_event event = {.type = EVENT_STARTED, .until_ms = PLAN_NEVER, .sensor = -1};
    struct mqtt *mqtt = make();
    left_behind = mqtt;
    CU_ASSERT_EQUAL_FATAL(mqtt_start(mqtt), 0);
    wait_for(&hanging);
    int64_t longest_us = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t before_us = now_us();
        mqtt_status(mqtt, &status);
        mqtt_event(mqtt, &status, &event);
        CU_ASSERT_FALSE(mqtt_connected(mqtt));
        int64_t took_us = now_us() - before_us;
        longest_us = took_us > longest_us ? took_us : longest_us;
    }
    CU_ASSERT_TRUE(longest_us < 5000000); /* a busy machine may take its time, a resolver may not */
    int64_t before_us = now_us();
    mqtt_free(mqtt);
    int64_t took_ms = (now_us() - before_us) / 1000;
    CU_ASSERT_TRUE(took_ms >= 1900 && took_ms < 10000);
    (void)printf("the longest call took %lld us, the end %lld ms\n", (long long)longest_us, (long long)took_ms);
}

static void who_was_left_behind_says_nothing_any_more(void)
{
    int before = atomic_load(&said);
    release();
    pthread_mutex_lock(&left_behind->ended_lock);
    while (!left_behind->ended) {
        pthread_cond_wait(&left_behind->ended_wake, &left_behind->ended_lock);
    }
    pthread_mutex_unlock(&left_behind->ended_lock);
    CU_ASSERT_EQUAL(atomic_load(&said), before);
}

int main(void)
{
    static const struct suite_test tests[] = {
        {"NULL, and one whose thread never began, are freed",                     null_and_a_thread_that_never_began_are_freed},
        {"a hanging resolver holds up no call, and the end for two seconds only",
         a_hanging_resolver_holds_up_no_call_and_the_end_for_two_seconds_only                                                 },
        {"who was left behind says nothing any more",                             who_was_left_behind_says_nothing_any_more   },
    };
    return suite_run("mqtt_free", tests, sizeof tests / sizeof tests[0]);
}
