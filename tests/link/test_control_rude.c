/* Clients that mean no good, or crashed in the middle of it: nobody else notices. */
#include "control_bench.h"

#include <fcntl.h>
#include <time.h>

#define STATUS "{\"cmd\":\"status\"}\n"

static bool still_answers(const struct bench *b)
{
    int fd = bench_connect(b);
    bool sent = bench_send(fd, STATUS, strlen(STATUS));
    bool answered = sent && bench_has(bench_line(fd), "\"state\"");
    close(fd);
    return answered;
}

static void line_at_the_limit(void)
{
    struct bench b;
    char line[CONTROL_LINE_MAX + 1];
    bench_run(&b);
    int fd = bench_connect(&b);
    memset(line, ' ', sizeof line);
    memcpy(line, STATUS, strlen(STATUS) - 1);
    line[CONTROL_LINE_MAX - 1] = '\n'; /* with its end exactly as long as allowed */
    CU_ASSERT_TRUE(bench_send(fd, line, CONTROL_LINE_MAX));
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\""));
    line[CONTROL_LINE_MAX - 1] = ' ';
    CU_ASSERT_TRUE(bench_send(fd, line, CONTROL_LINE_MAX));
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "too_large"));
    CU_ASSERT_TRUE(bench_closed(fd));
    close(fd);
    bench_close(&b);
}

static void line_of_a_megabyte(void)
{
    struct bench b;
    bench_run(&b);
    size_t length = 1024 * 1024;
    char *line = malloc(length);
    CU_ASSERT_PTR_NOT_NULL_FATAL(line);
    memset(line, '[', length);
    int fd = bench_connect(&b);
    (void)bench_send(fd, line, length);
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "too_large"));
    CU_ASSERT_TRUE(bench_closed(fd));
    CU_ASSERT_TRUE(still_answers(&b));
    close(fd);
    free(line);
    bench_close(&b);
}

static void what_is_no_request(void)
{
    static const struct {
        const char *bytes;
        size_t length;
    } cases[] = {
        {"\n",                              1 },
        {"{\n",                             2 },
        {"[]\n",                            3 },
        {"{}\n",                            3 },
        {"null\n",                          5 },
        {"{\"cmd\":5}\n",                   10},
        {"{\"cmd\":null}\n",                13},
        {"{\"cmd\":\"status\"}\0{}\n",      20},
        {"\0\n",                            2 },
        {"\xff\xfe\n",                      3 },
        {"{\"cmd\":\"status\"} trailing\n", 26},
    };
    struct bench b;
    bench_run(&b);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int fd = bench_connect(&b);
        CU_ASSERT_TRUE(bench_send(fd, cases[i].bytes, cases[i].length));
        CU_ASSERT_TRUE(bench_has(bench_line(fd), "one line of JSON"));
        CU_ASSERT_TRUE(bench_closed(fd));
        close(fd);
    }
    bench_close(&b);
}

static void deeply_nested(void)
{
    struct bench b;
    char line[CONTROL_LINE_MAX];
    bench_run(&b);
    int fd = bench_connect(&b);
    memset(line, '[', sizeof line);
    line[sizeof line - 1] = '\n';
    CU_ASSERT_TRUE(bench_send(fd, line, sizeof line));
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "one line of JSON"));
    close(fd);
    CU_ASSERT_TRUE(still_answers(&b));
    bench_close(&b);
}

static void gone_at_every_byte(void)
{
    static const char *const requests[] = {STATUS, "{\"cmd\":\"watch\"}\n", "{\"cmd\":\"pause\",\"value\":5}\n",
                                           "{\"cmd\":\"history\"}\n"};
    struct bench b;
    bench_run(&b);
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        for (size_t length = 0; length <= strlen(requests[i]); length++) {
            int fd = bench_connect(&b);
            (void)bench_send(fd, requests[i], length);
            close(fd);
        }
    }
    CU_ASSERT_TRUE(still_answers(&b));
    bench_close(&b);
}

static void as_many_as_allowed_and_one_more(void)
{
    struct bench b;
    int fds[CONTROL_CLIENTS_MAX];
    bench_run(&b);
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        fds[i] = bench_connect(&b);
        bench_say(fds[i], STATUS);
        CU_ASSERT_TRUE(bench_has(bench_line(fds[i]), "\"state\""));
    }
    int more = bench_connect(&b);
    CU_ASSERT_TRUE(bench_has(bench_line(more), "too many clients"));
    CU_ASSERT_TRUE(bench_closed(more));
    close(more);
    bench_say(fds[3], STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(fds[3]), "\"state\""));
    CU_ASSERT_EQUAL(shutdown(fds[3], SHUT_WR), 0);
    CU_ASSERT_TRUE(bench_closed(fds[3])); /* now its place is free */
    CU_ASSERT_TRUE(still_answers(&b));
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        close(fds[i]);
    }
    bench_close(&b);
}

/* Ends the socket's thread first: what its clients have is its own. */
static size_t most_waiting(struct bench *b)
{
    const uint64_t one = 1;
    size_t most = 0;
    pthread_mutex_lock(&b->control->lock);
    b->control->stop = true;
    pthread_mutex_unlock(&b->control->lock);
    (void)!write(b->control->wake, &one, sizeof one);
    CU_ASSERT_EQUAL_FATAL(pthread_join(b->control->thread, NULL), 0);
    b->control->started = false;
    for (size_t i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        most = b->control->clients[i].out_length > most ? b->control->clients[i].out_length : most;
    }
    return most;
}

static void watcher_that_never_reads(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    int polite = bench_connect(&b);
    bench_say(fd, "{\"cmd\":\"watch\"}\n");
    struct status status = bench_status();
    const struct engine_event event = {.type = EVENT_PAIN, .value = 4, .until_ms = PLAN_NEVER, .sensor = -1};
    for (int i = 0; i < 20000; i++) {
        control_event(b.control, &status, &event);
        if (i % 16 == 0) { /* the queue is emptied before it is full */
            bench_say(polite, STATUS);
            CU_ASSERT_TRUE_FATAL(bench_has(bench_line(polite), "\"state\""));
        }
    }
    CU_ASSERT_EQUAL(most_waiting(&b), 0); /* he was dropped, and what waited for him is free */
    close(fd);
    close(polite);
    bench_close(&b);
}

static void asks_and_never_reads(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    (void)fcntl(fd, F_SETFL, O_NONBLOCK);
    for (int i = 0; i < 200000; i++) {
        if (send(fd, STATUS, strlen(STATUS), MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
            break;
        }
        if (i % 100 == 0 && !still_answers(&b)) {
            break;
        }
    }
    CU_ASSERT_TRUE(still_answers(&b));
    CU_ASSERT_TRUE(most_waiting(&b) <= CLIENT_WAITING_MAX + STATUS_JSON_MAX);
    close(fd);
    bench_close(&b);
}

static int64_t cpu_ms(pthread_t thread)
{
    clockid_t clock;
    struct timespec used = {0};
    if (pthread_getcpuclockid(thread, &clock) == 0) {
        (void)clock_gettime(clock, &used);
    }
    return (int64_t)used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

static void sent_away_and_stays(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    const struct timespec moment = {.tv_nsec = 300000000};
    const int flags = fcntl(fd, F_GETFL);
    (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    for (int i = 0; i < 400; i++) { /* enough answers that some have to wait */
        (void)send(fd, STATUS, strlen(STATUS), MSG_NOSIGNAL);
    }
    (void)send(fd, "no JSON\n", 8, MSG_NOSIGNAL);
    CU_ASSERT_TRUE(still_answers(&b));
    (void)send(fd, "and more\n", 9, MSG_NOSIGNAL);
    int64_t before_ms = cpu_ms(b.control->thread);
    (void)nanosleep(&moment, NULL);
    CU_ASSERT_TRUE(cpu_ms(b.control->thread) - before_ms < 100);
    close(fd);
    bench_close(&b);
}

static void silent_ones_go(void)
{
    struct bench b;
    struct status status = bench_status();
    bench_open(&b);
    control_status(b.control, &status);
    b.control->idle_ms = 2000; /* much more than a busy machine needs from connect to the first word */
    b.silent = true;
    CU_ASSERT_EQUAL_FATAL(control_start(b.control), 0);
    int mute = bench_connect(&b);
    int half = bench_connect(&b);
    int watcher = bench_connect(&b);
    int asker = bench_connect(&b);
    bench_say(half, "{\"cmd\":");
    bench_say(watcher, "{\"cmd\":\"watch\"}\n");
    bench_say(asker, "{\"cmd\":\"skip\"}\n");
    CU_ASSERT_TRUE(bench_has(bench_line(watcher), "\"state\""));
    CU_ASSERT_TRUE(bench_closed(mute));
    CU_ASSERT_TRUE(bench_closed(half));
    bench_say(watcher, STATUS);
    bench_say(asker, STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(watcher), "\"state\""));
    CU_ASSERT_TRUE(bench_has(bench_line(asker), "\"state\""));
    close(mute);
    close(half);
    close(watcher);
    close(asker);
    bench_close(&b);
}

static void answers_have_room_beside_events(void)
{
    struct bench b;
    struct status status = bench_status();
    const struct engine_event event = {.type = EVENT_PAIN, .value = 4, .until_ms = PLAN_NEVER, .sensor = -1};
    bench_open(&b);
    for (int i = 0; i < 2 * OUTGOING_MAX; i++) {
        control_event(b.control, &status, &event);
    }
    CU_ASSERT_EQUAL(b.control->outgoing_count, OUTGOING_EVENTS_MAX);
    const struct command command = {.name = COMMAND_STOP, .client = 1};
    for (int i = 0; i < 2 * OUTGOING_MAX; i++) {
        control_answer(b.control, &command, REFUSED_NOT, NULL, PLAN_NEVER);
    }
    CU_ASSERT_EQUAL(b.control->outgoing_count, OUTGOING_MAX);
    bench_close(&b);
}

static const struct suite_test tests[] = {
    {"a line just at the limit is taken, one over it is told and closed",         line_at_the_limit              },
    {"a line of a megabyte is told and closed, and others do not notice",         line_of_a_megabyte             },
    {"what is no request is told and closed: NUL bytes, no JSON, no command",     what_is_no_request             },
    {"deeply nested JSON does no harm",                                           deeply_nested                  },
    {"a client may be gone after any byte",                                       gone_at_every_byte             },
    {"16 clients are served, one more is turned away, and a free place is taken", as_many_as_allowed_and_one_more},
    {"who watches and never reads is dropped, and memory stays bounded",          watcher_that_never_reads       },
    {"who asks and never reads is dropped, and memory stays bounded",             asks_and_never_reads           },
    {"who was sent away and stays costs no time",                                 sent_away_and_stays            },
    {"the silent go; who watches or waits for an answer may stay",                silent_ones_go                 },
    {"a flood of events leaves room for answers",                                 answers_have_room_beside_events},
};

int main(void)
{
    return suite_run("control_rude", tests, sizeof tests / sizeof tests[0]);
}
