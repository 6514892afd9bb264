#include "worker.h"

#include "suite.h"

#include <errno.h>
#include <signal.h>

/* What a worker works on; on the stack of a test, so `destroy` only counts. */
struct work {
    struct worker worker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int steps;
    int destroyed;
    int64_t last_ms;
    char name[16];
    bool signals_blocked;
};

static void step(void *self, int64_t now_ms)
{
    struct work *work = self;
    sigset_t blocked;
    pthread_mutex_lock(&work->lock);
    work->steps++;
    work->last_ms = now_ms;
    pthread_getname_np(pthread_self(), work->name, sizeof work->name);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    work->signals_blocked = sigismember(&blocked, SIGTERM) == 1 && sigismember(&blocked, SIGHUP) == 1;
    pthread_cond_broadcast(&work->changed);
    pthread_mutex_unlock(&work->lock);
}

static void destroy(void *self)
{
    ((struct work *)self)->destroyed++;
}

static void work_init(struct work *work, int period_ms)
{
    *work = (struct work){.steps = 0};
    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->changed, NULL);
    worker_init(&work->worker,
                &(struct worker_job){
                    .name = "worker-test", .period_ms = period_ms, .step = step, .destroy = destroy, .self = work});
}

static void wait_for_steps(struct work *work, int count)
{
    pthread_mutex_lock(&work->lock);
    while (work->steps < count) {
        pthread_cond_wait(&work->changed, &work->lock);
    }
    pthread_mutex_unlock(&work->lock);
}

static void a_worker_that_never_started_only_destroys(void)
{
    struct work work;
    work_init(&work, 10);
    worker_wake(&work.worker);
    worker_end(&work.worker);
    CU_ASSERT_EQUAL(work.steps, 0);
    CU_ASSERT_EQUAL(work.destroyed, 1);
}

static void it_starts_once_and_is_destroyed_once(void)
{
    struct work work;
    work_init(&work, 10);
    CU_ASSERT_EQUAL(worker_start(&work.worker), 0);
    CU_ASSERT_EQUAL(worker_start(&work.worker), -EALREADY);
    wait_for_steps(&work, 3);
    worker_end(&work.worker);
    CU_ASSERT_EQUAL(work.destroyed, 1);
    CU_ASSERT_STRING_EQUAL(work.name, "worker-test");
    CU_ASSERT_TRUE(work.signals_blocked);
}

static void a_wake_does_not_wait_for_the_period(void)
{
    struct work work;
    int64_t begun_ms = worker_now_ms();
    work_init(&work, 3600 * 1000);
    CU_ASSERT_EQUAL(worker_start(&work.worker), 0);
    wait_for_steps(&work, 1);
    worker_wake(&work.worker);
    wait_for_steps(&work, 2);
    worker_end(&work.worker);
    CU_ASSERT(worker_now_ms() - begun_ms < 60000);
}

static void steps_come_at_the_period_with_the_time_that_it_is(void)
{
    struct work work;
    int64_t begun_ms = worker_now_ms();
    work_init(&work, 30);
    CU_ASSERT_EQUAL(worker_start(&work.worker), 0);
    wait_for_steps(&work, 11);
    worker_end(&work.worker);
    CU_ASSERT(work.last_ms - begun_ms >= 270);
    CU_ASSERT(work.last_ms <= worker_now_ms());
}

static const struct suite_test tests[] = {
    {"a worker that never started only destroys",         a_worker_that_never_started_only_destroys        },
    {"it starts once and is destroyed once",              it_starts_once_and_is_destroyed_once             },
    {"a wake does not wait for the period",               a_wake_does_not_wait_for_the_period              },
    {"steps come at the period with the time that it is", steps_come_at_the_period_with_the_time_that_it_is},
};

int main(void)
{
    return suite_run("worker", tests, sizeof tests / sizeof tests[0]);
}
