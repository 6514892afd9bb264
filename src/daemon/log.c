#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#define LINES_MAX 256
#define LINE_SIZE 400

/* A process has one stderr: this is the one place with state of its own. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool running;
    bool stop;
    size_t head;
    size_t count;
    size_t lost;
    char last[LINE_SIZE];
    char lines[LINES_MAX][LINE_SIZE];
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void put(const char *line)
{
    size_t length = strlen(line);
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, line, length);
        if (written < 0 && errno != EINTR) {
            return;
        }
        size_t done = written > 0 ? (size_t)written : 0;
        line += done;
        length -= done;
    }
}

static void *write_lines(void *unused)
{
    (void)unused;
    char line[LINE_SIZE];
    pthread_mutex_lock(&queue.lock);
    while (!queue.stop || queue.count > 0) {
        if (queue.count == 0) {
            pthread_cond_wait(&queue.wake, &queue.lock);
            continue;
        }
        memcpy(line, queue.lines[queue.head], sizeof line);
        queue.head = (queue.head + 1) % LINES_MAX;
        queue.count--;
        size_t lost = queue.count == 0 ? queue.lost : 0;
        queue.lost -= lost;
        pthread_mutex_unlock(&queue.lock);
        put(line);
        if (lost > 0) {
            (void)snprintf(line, sizeof line, "<%d>%zu log lines were lost: nobody read the log in time\n", LOG_WARNING,
                           lost);
            put(line);
        }
        pthread_mutex_lock(&queue.lock);
    }
    pthread_mutex_unlock(&queue.lock);
    return NULL;
}

int log_start(void)
{
    int error = pthread_create(&queue.thread, NULL, write_lines, NULL);
    if (error == 0) {
        (void)pthread_setname_np(queue.thread, "log");
        queue.running = true;
    }
    return -error;
}

void log_stop(void)
{
    if (!queue.running) {
        return;
    }
    pthread_mutex_lock(&queue.lock);
    queue.stop = true;
    pthread_cond_signal(&queue.wake);
    pthread_mutex_unlock(&queue.lock);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    (void)pthread_timedjoin_np(queue.thread, NULL, &until);
    queue.running = false;
}

static void enqueue(const char *line)
{
    if (strcmp(line, queue.last) == 0) {
        return;
    }
    (void)snprintf(queue.last, sizeof queue.last, "%s", line);
    if (queue.count == LINES_MAX) {
        queue.lost++;
        return;
    }
    (void)snprintf(queue.lines[(queue.head + queue.count) % LINES_MAX], LINE_SIZE, "%s", line);
    queue.count++;
    pthread_cond_signal(&queue.wake);
}

/* journald reads "<priority>" at the start of a line; a person at a terminal need not. */
static int prefix(char *line, size_t size, int priority)
{
    return isatty(STDERR_FILENO) ? snprintf(line, size, "soothed: ") : snprintf(line, size, "<%d>", priority);
}

void log_line(int priority, const char *format, ...)
{
    char line[LINE_SIZE];
    size_t used = (size_t)prefix(line, sizeof line, priority);
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line + used, sizeof line - used - 1, format, args);
    va_end(args);
    if (length < 0) {
        return;
    }
    size_t end = strlen(line);
    line[end] = '\n';
    line[end + 1] = '\0';
    if (!queue.running) {
        put(line);
        return;
    }
    pthread_mutex_lock(&queue.lock);
    enqueue(line);
    pthread_mutex_unlock(&queue.lock);
}

void log_say(void *context, int priority, const char *text)
{
    (void)context;
    log_line(priority, "%s", text);
}
