#include "log.h"
#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static int old_stderr;
static int reader;

/* stderr becomes a pipe. */
static void begin(void)
{
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe2(ends, O_CLOEXEC), 0);
    old_stderr = dup(STDERR_FILENO);
    CU_ASSERT_EQUAL_FATAL(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    reader = ends[0];
}

static void restore(void)
{
    (void)dup2(old_stderr, STDERR_FILENO);
    (void)close(old_stderr);
}

static size_t read_all(char *text, size_t size)
{
    size_t length = 0;
    ssize_t got;
    while (length + 1 < size && (got = read(reader, text + length, size - length - 1)) > 0) {
        length += (size_t)got;
    }
    text[length] = '\0';
    (void)close(reader);
    return length;
}

static size_t count(const char *text, const char *words)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, words)); at += strlen(words)) {
        found++;
    }
    return found;
}

static void a_line_has_its_priority_and_comes_at_once_without_the_thread(void)
{
    char text[200];
    begin();
    log_line(LOG_ERR, "sensor %d", 3);
    log_say(NULL, LOG_INFO, "100 %s");
    restore();
    (void)read_all(text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "<3>sensor 3\n<6>100 %s\n");
}

static void a_line_is_cut_to_400_bytes_and_still_ends(void)
{
    char text[1000];
    char words[900];
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    begin();
    log_line(LOG_INFO, "%s", words);
    restore();
    size_t length = read_all(text, sizeof text);
    CU_ASSERT_TRUE(length <= 400);
    CU_ASSERT_EQUAL(text[length - 1], '\n');
}

static char everything[512 * 1024];

static void *read_late(void *unused)
{
    (void)unused;
    (void)read_all(everything, sizeof everything);
    return NULL;
}

/* The sum of the numbers before " log lines were lost". */
static long told_lost(const char *text)
{
    long sum = 0;
    for (const char *at = strstr(text, "log lines were lost"); at; at = strstr(at + 1, "log lines were lost")) {
        const char *begin = at;
        while (begin > text && begin[-1] != '>') {
            begin--;
        }
        sum += strtol(begin, NULL, 10);
    }
    return sum;
}

/* The pipe takes 64 KiB, the queue 256 lines; all else is lost, and the log never waits for its reader. How often the
 * loss is told depends on the threads; each line is either there or counted. */
static void nobody_who_reads_is_waited_for_and_what_was_lost_is_told(void)
{
    pthread_t thread;
    begin();
    CU_ASSERT_EQUAL_FATAL(log_start(), 0);
    for (int i = 0; i < 2000; i++) {
        log_line(LOG_INFO, "%0300d", i);
    }
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, read_late, NULL), 0);
    log_stop();
    restore();
    CU_ASSERT_EQUAL(pthread_join(thread, NULL), 0);
    CU_ASSERT_TRUE(told_lost(everything) > 0);
    CU_ASSERT_EQUAL((long)(count(everything, "\n") - count(everything, "log lines were lost")) + told_lost(everything),
                    2000);
}

static const struct suite_test tests[] = {
    {"a line has its priority and comes at once without the thread",
     a_line_has_its_priority_and_comes_at_once_without_the_thread                                             },
    {"a line is cut to 400 bytes and still ends",                    a_line_is_cut_to_400_bytes_and_still_ends},
    {"nobody who reads is waited for, and what was lost is told",
     nobody_who_reads_is_waited_for_and_what_was_lost_is_told                                                 },
};

int main(void)
{
    return suite_run("log", tests, sizeof tests / sizeof tests[0]);
}
