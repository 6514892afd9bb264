#include "inbox.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

int inbox_open(struct inbox *inbox)
{
    *inbox = (struct inbox){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (inbox->fd < 0) {
        return -errno;
    }
    return -pthread_mutex_init(&inbox->lock, NULL);
}

void inbox_close(struct inbox *inbox)
{
    if (inbox->fd >= 0) {
        close(inbox->fd);
        pthread_mutex_destroy(&inbox->lock);
        inbox->fd = -1;
    }
}

bool inbox_put(struct inbox *inbox, const struct inbox_item *item)
{
    bool fits = true;
    pthread_mutex_lock(&inbox->lock);
    if (item->command.name == COMMAND_STOP && !inbox->stop_waits) {
        inbox->stop = *item;
        inbox->stop_waits = true;
    } else if (inbox->count < INBOX_MAX) {
        inbox->items[(inbox->head + inbox->count) % INBOX_MAX] = *item;
        inbox->count++;
    } else {
        fits = false;
    }
    pthread_mutex_unlock(&inbox->lock);
    uint64_t one = 1;
    (void)!write(inbox->fd, &one, sizeof one);
    return fits;
}

bool inbox_take(struct inbox *inbox, struct inbox_item *item)
{
    bool taken = true;
    pthread_mutex_lock(&inbox->lock);
    if (inbox->stop_waits) {
        *item = inbox->stop;
        inbox->stop_waits = false;
    } else if (inbox->count > 0) {
        *item = inbox->items[inbox->head];
        inbox->head = (inbox->head + 1) % INBOX_MAX;
        inbox->count--;
    } else {
        taken = false;
        uint64_t count;
        (void)!read(inbox->fd, &count, sizeof count);
    }
    pthread_mutex_unlock(&inbox->lock);
    return taken;
}
