#include "mqtt_outbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Priority inheritance: the control loop may run at a higher priority than the thread that is just copying. */
static int init_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attributes;
    int error = pthread_mutexattr_init(&attributes);
    if (error != 0) {
        return -error;
    }
    error = pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    error = error ? error : pthread_mutex_init(lock, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return -error;
}

int outbox_init(struct outbox *outbox)
{
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        return -errno;
    }
    int error = init_lock(&outbox->lock);
    if (error < 0) {
        close(fd);
        return error;
    }
    outbox->wake_fd = fd;
    return 0;
}

void outbox_close(struct outbox *outbox)
{
    close(outbox->wake_fd);
    pthread_mutex_destroy(&outbox->lock);
}

static void unlock_and_wake(struct outbox *outbox)
{
    pthread_mutex_unlock(&outbox->lock);
    ssize_t ignored = write(outbox->wake_fd, &(uint64_t){1}, sizeof(uint64_t));
    (void)ignored; /* a full counter is readable too */
}

void outbox_drain(struct outbox *outbox)
{
    uint64_t count;
    ssize_t ignored = read(outbox->wake_fd, &count, sizeof count);
    (void)ignored;
}

void outbox_put_status(struct outbox *outbox, const struct status *status)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->status = *status;
    outbox->status_number++;
    unlock_and_wake(outbox);
}

void outbox_put_event(struct outbox *outbox, const struct status *status, const struct engine_event *event)
{
    pthread_mutex_lock(&outbox->lock);
    if (outbox->open && outbox->event_count == OUTBOX_EVENTS_MAX) {
        outbox->events_lost++;
    } else if (outbox->open) {
        size_t place = (outbox->event_head + outbox->event_count) % OUTBOX_EVENTS_MAX;
        outbox->events[place] = (struct outbox_event){.status = *status, .event = *event};
        outbox->event_count++;
    }
    unlock_and_wake(outbox);
}

/* Taken while shut as well: a repeated id gets this answer later. */
void outbox_put_answer(struct outbox *outbox, const struct outbox_answer *answer)
{
    pthread_mutex_lock(&outbox->lock);
    if (outbox->answer_count < OUTBOX_ANSWERS_MAX) {
        outbox->answers[(outbox->answer_head + outbox->answer_count) % OUTBOX_ANSWERS_MAX] = *answer;
        outbox->answer_count++;
    }
    unlock_and_wake(outbox);
}

void outbox_put_info(struct outbox *outbox, const char *info)
{
    pthread_mutex_lock(&outbox->lock);
    (void)snprintf(outbox->info, sizeof outbox->info, "%s", info);
    outbox->info_changed = true;
    unlock_and_wake(outbox);
}

void outbox_stop(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->stop = true;
    unlock_and_wake(outbox);
}

bool outbox_stopped(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    bool stop = outbox->stop;
    pthread_mutex_unlock(&outbox->lock);
    return stop;
}

void outbox_set_open(struct outbox *outbox, bool open)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->open = open;
    outbox->event_count = 0;
    pthread_mutex_unlock(&outbox->lock);
}

bool outbox_take_event(struct outbox *outbox, struct outbox_event *event)
{
    pthread_mutex_lock(&outbox->lock);
    bool taken = outbox->event_count > 0;
    if (taken) {
        *event = outbox->events[outbox->event_head];
        outbox->event_head = (outbox->event_head + 1) % OUTBOX_EVENTS_MAX;
        outbox->event_count--;
    }
    pthread_mutex_unlock(&outbox->lock);
    return taken;
}

bool outbox_take_answer(struct outbox *outbox, struct outbox_answer *answer)
{
    pthread_mutex_lock(&outbox->lock);
    bool taken = outbox->answer_count > 0;
    if (taken) {
        *answer = outbox->answers[outbox->answer_head];
        outbox->answer_head = (outbox->answer_head + 1) % OUTBOX_ANSWERS_MAX;
        outbox->answer_count--;
    }
    pthread_mutex_unlock(&outbox->lock);
    return taken;
}

uint64_t outbox_status(struct outbox *outbox, uint64_t known, struct status *status)
{
    pthread_mutex_lock(&outbox->lock);
    uint64_t number = outbox->status_number;
    if (number != known) {
        *status = outbox->status;
    }
    pthread_mutex_unlock(&outbox->lock);
    return number;
}

bool outbox_take_info(struct outbox *outbox, bool anyway, char info[STATUS_JSON_MAX])
{
    pthread_mutex_lock(&outbox->lock);
    bool wanted = outbox->info_changed || anyway;
    outbox->info_changed = false;
    if (wanted) {
        memcpy(info, outbox->info, sizeof outbox->info);
    }
    pthread_mutex_unlock(&outbox->lock);
    return wanted;
}

size_t outbox_lost(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    size_t lost = outbox->events_lost;
    outbox->events_lost = 0;
    pthread_mutex_unlock(&outbox->lock);
    return lost;
}
