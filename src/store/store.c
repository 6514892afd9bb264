#include "store_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define RETRY_MS       1000
#define CLOSE_GRACE_MS 500 /* for the thread to see that its time is over */

static int64_t monotonic_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Wait for `wake` until `until_ms`; with the mutex held. */
static void wait_until(struct store *store, int64_t until_ms)
{
    const struct timespec until = {.tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000) * 1000000};
    pthread_cond_timedwait(&store->wake, &store->mutex, &until);
}

static void notify(const struct store *store)
{
    ssize_t ignored = write(store->event_fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)ignored; /* a full counter is readable too */
}

static int init_sync(struct store *store)
{
    pthread_condattr_t attributes;
    int error = pthread_condattr_init(&attributes);
    if (error != 0) {
        return -error;
    }
    error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    error = error ? error : pthread_cond_init(&store->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (error != 0) {
        return -error;
    }
    error = pthread_mutex_init(&store->mutex, NULL);
    if (error != 0) {
        pthread_cond_destroy(&store->wake);
    }
    return -error;
}

static void free_store(struct store *store)
{
    pthread_mutex_destroy(&store->mutex);
    pthread_cond_destroy(&store->wake);
    close(store->event_fd);
    free(store);
}

int store_open(const char *directory, struct store **store, struct store_loaded *loaded, char *why, size_t size)
{
    struct store *made = calloc(1, sizeof *made);
    if (!made) {
        return -ENOMEM;
    }
    int error = init_sync(made);
    if (error < 0) {
        free(made);
        return error;
    }
    made->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    error = made->event_fd < 0 ? -errno : files_open(&made->files, directory, loaded, why, size);
    if (error < 0) {
        free_store(made);
        return error;
    }
    *store = made;
    return 0;
}

/* With the mutex held: the oldest job to be written, or false when the thread has to end. */
static bool next_job(struct store *store, struct store_entry *entry, int64_t retry_ms)
{
    for (;;) {
        int64_t now_ms = monotonic_ms();
        if (store->ending && (store->count == 0 || now_ms >= store->end_by_ms)) {
            return false;
        }
        if (store->count > 0 && now_ms >= retry_ms) {
            *entry = store->queue[store->first];
            store->writing = true;
            return true;
        }
        if (store->count == 0) {
            pthread_cond_wait(&store->wake, &store->mutex);
        } else {
            wait_until(store, store->ending && store->end_by_ms < retry_ms ? store->end_by_ms : retry_ms);
        }
    }
}

static void settle(struct store *store, const struct store_entry *entry, int error)
{
    bool news = error == 0;
    store->writing = false;
    if (error == 0) {
        store->first = (store->first + 1) % STORE_QUEUE_JOBS;
        store->count--;
        atomic_store(&store->settled, entry->ticket);
    }
    if (atomic_exchange(&store->failing, -error) != -error) {
        news = true;
    }
    if (news) {
        notify(store);
    }
}

static void *write_jobs(void *argument)
{
    struct store *store = argument;
    struct store_entry entry;
    int64_t retry_ms = 0;
    int64_t committed = 0; /* the ticket of the job that the database has and the clock file has not */
    pthread_mutex_lock(&store->mutex);
    while (next_job(store, &entry, retry_ms)) {
        pthread_mutex_unlock(&store->mutex);
        bool done = committed == entry.ticket;
        int injected = atomic_load(&store->injected);
        int error = injected ? -injected : files_write(&store->files, &entry.job, &done);
        committed = done ? entry.ticket : 0;
        retry_ms = error < 0 ? monotonic_ms() + RETRY_MS : 0;
        pthread_mutex_lock(&store->mutex);
        settle(store, &entry, error);
    }
    pthread_mutex_unlock(&store->mutex);
    files_close(&store->files);
    pthread_mutex_lock(&store->mutex);
    store->ended = true;
    bool abandoned = store->abandoned;
    pthread_cond_broadcast(&store->wake);
    pthread_mutex_unlock(&store->mutex);
    if (abandoned) {
        free_store(store);
    }
    return NULL;
}

int store_start(struct store *store)
{
    int error = pthread_create(&store->thread, NULL, write_jobs, store);
    store->started = error == 0;
    if (store->started) {
        (void)pthread_setname_np(store->thread, "store");
    }
    return -error;
}

static bool is_pure(const struct store_job *job)
{
    return !job->has_session && job->note.kind == STORE_NOTE_NONE;
}

static int check_job(const struct store_job *job)
{
    struct store_state state = {.one = 1, .clock = job->checkpoint};
    if (job->has_memory) {
        state.memory = job->memory;
    }
    int error = fields_check(&state_table, &state, NULL);
    if (error == 0 && job->has_session) {
        error = fields_check(&session_table, &job->session, NULL);
    }
    return error;
}

/* With the mutex held: put the job behind the others, or in the place of one that it supersedes. */
static int64_t enqueue(struct store *store, const struct store_job *job)
{
    size_t last = (store->first + store->count - 1) % STORE_QUEUE_JOBS;
    bool free_to_change = store->count > (store->writing ? 1 : 0);
    struct store_entry *entry = &store->queue[last];
    if (free_to_change && is_pure(&entry->job)) {
        const struct store_job old = entry->job;
        entry->job = *job;
        if (!job->has_memory && old.has_memory) {
            entry->job.has_memory = true;
            entry->job.memory = old.memory;
        }
    } else if (store->count == STORE_QUEUE_JOBS) {
        return -EAGAIN;
    } else {
        entry = &store->queue[(store->first + store->count) % STORE_QUEUE_JOBS];
        entry->job = *job;
        store->count++;
    }
    entry->ticket = ++store->ticket;
    return entry->ticket;
}

int64_t store_put(struct store *store, const struct store_job *job)
{
    if (check_job(job) < 0) {
        return -EINVAL;
    }
    pthread_mutex_lock(&store->mutex);
    int64_t ticket = enqueue(store, job);
    pthread_cond_broadcast(&store->wake);
    pthread_mutex_unlock(&store->mutex);
    return ticket;
}

int64_t store_settled(const struct store *store)
{
    return atomic_load(&store->settled);
}

int store_failing(const struct store *store)
{
    return atomic_load(&store->failing);
}

int store_fd(const struct store *store)
{
    return store->event_fd;
}

void store_inject(struct store *store, int error)
{
    atomic_store(&store->injected, error);
}

/* Ask the thread to end and wait for it; returns whether it did. */
static bool end_thread(struct store *store, int64_t wait_ms, size_t *left)
{
    pthread_mutex_lock(&store->mutex);
    store->end_by_ms = monotonic_ms() + wait_ms;
    store->ending = true;
    pthread_cond_broadcast(&store->wake);
    int64_t until_ms = store->end_by_ms + CLOSE_GRACE_MS;
    while (!store->ended && monotonic_ms() < until_ms) {
        wait_until(store, until_ms);
    }
    bool ended = store->ended;
    store->abandoned = !ended;
    *left = store->count;
    pthread_t thread = store->thread;
    pthread_mutex_unlock(&store->mutex);
    if (ended) {
        pthread_join(thread, NULL);
    } else {
        pthread_detach(thread);
    }
    return ended;
}

size_t store_close(struct store *store, int64_t wait_ms)
{
    if (!store) {
        return 0;
    }
    size_t left = store->started ? 0 : store->count;
    if (store->started) {
        if (end_thread(store, wait_ms, &left)) {
            free_store(store);
        }
        return left;
    }
    files_close(&store->files);
    free_store(store);
    return left;
}
