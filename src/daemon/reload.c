#include "reload.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *read_file(void *context)
{
    struct reload *reload = context;
    reload->result = config_load(reload->path, &reload->fresh, &reload->errors);
    uint64_t one = 1;
    (void)!write(reload->fd, &one, sizeof one);
    return NULL;
}

int reload_open(struct reload *reload, const char *path)
{
    *reload = (struct reload){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .path = path};
    return reload->fd < 0 ? -errno : 0;
}

int reload_ask(struct reload *reload)
{
    if (reload->running) {
        reload->again = true;
        return 0;
    }
    reload->again = false;
    int error = -pthread_create(&reload->thread, NULL, read_file, reload);
    reload->running = error == 0;
    return error;
}

bool reload_take(struct reload *reload)
{
    uint64_t count;
    if (!reload->running || read(reload->fd, &count, sizeof count) < 0) {
        return false;
    }
    pthread_join(reload->thread, NULL);
    reload->running = false;
    /* Where no thread can be had for the newer file, the older one is taken. */
    return !reload->again || reload_ask(reload) < 0;
}

void reload_close(struct reload *reload)
{
    if (reload->running) {
        pthread_detach(reload->thread);
        return; /* it may still write to fd; the process ends now */
    }
    if (reload->fd >= 0) {
        close(reload->fd);
        reload->fd = -1;
    }
}
