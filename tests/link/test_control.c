#include "control_bench.h"

#include <sys/stat.h>

#define STATUS "{\"cmd\":\"status\"}\n"

static void tells_the_state(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    bench_say(fd, STATUS);
    const char *line = bench_line(fd);
    CU_ASSERT_TRUE(bench_has(line, "\"state\":\"resting\""));
    CU_ASSERT_TRUE(bench_has(line, "\"pad_c\":22.0"));
    close(fd);
    bench_close(&b);
}

static void says_that_it_is_starting(void)
{
    struct bench b;
    bench_open(&b);
    CU_ASSERT_EQUAL_FATAL(control_start(b.control), 0);
    int fd = bench_connect(&b);
    bench_say(fd, STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"reason\":\"busy\""));
    struct status status = bench_status();
    control_status(b.control, &status);
    bench_say(fd, STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\":\"resting\""));
    close(fd);
    bench_close(&b);
}

static void takes_lines_in_any_pieces(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    for (const char *byte = STATUS; *byte != '\0'; byte++) {
        CU_ASSERT_TRUE(bench_send(fd, byte, 1));
    }
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\""));
    bench_say(fd, STATUS "{\"cmd\":\"nonsense\"}\n" STATUS "{\"cmd\":");
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\""));
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "unknown_command"));
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\""));
    bench_say(fd, "\"status\"}\n");
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\""));
    close(fd);
    bench_close(&b);
}

static void passes_a_command_on(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    bench_say(fd, "{\"cmd\":\"pause\",\"value\":\"5\",\"id\":\"a-1\"}\n");
    CU_ASSERT_STRING_EQUAL(
        bench_line(fd),
        "{\"id\":\"a-1\",\"cmd\":\"pause\",\"status\":\"ok\",\"reason\":\"none\",\"message\":\"done\"}");
    CU_ASSERT_EQUAL(b.commands, 1);
    CU_ASSERT_EQUAL(b.last.name, COMMAND_PAUSE);
    CU_ASSERT_EQUAL(b.last.origin, ORIGIN_LOCAL);
    CU_ASSERT_EQUAL(b.last.value, 5);
    close(fd);
    bench_close(&b);
}

static void says_what_is_wrong_with_a_command(void)
{
    static const struct {
        const char *request;
        const char *part;
    } cases[] = {
        {"{\"cmd\":\"pain\",\"value\":11}\n",          "a whole number from 0 to 10"},
        {"{\"cmd\":\"pause\",\"value\":0}\n",          "minutes from 1 to 720"      },
        {"{\"cmd\":\"stopp\"}\n",                      "unknown_command"            },
        {"{\"cmd\":\"\"}\n",                           "unknown_command"            },
        {"{\"cmd\":\"pause\",\"minutes\":5}\n",        "id, ts and value"           },
        {"{\"cmd\":\"pause\",\"cmd\":\"start\"}\n",    "id, ts and value"           },
        {"{\"cmd\":\"history\",\"days\":0}\n",         "days from 1 to 3650"        },
        {"{\"cmd\":\"history\",\"format\":\"xml\"}\n", "csv, json or text"          },
    };
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_say(fd, cases[i].request);
        CU_ASSERT_TRUE(bench_has(bench_line(fd), cases[i].part));
    }
    CU_ASSERT_EQUAL(b.commands, 0);
    close(fd);
    bench_close(&b);
}

static void answers_even_where_the_sentence_does_not_fit(void)
{
    struct bench b;
    char request[400] = "{\"cmd\":\"start\",\"value\":\"yesterday\",\"id\":\"";
    bench_run(&b);
    int fd = bench_connect(&b);
    for (int i = 0; i < COMMAND_ID_MAX; i++) {
        strcat(request, "\\\"");
    }
    strcat(request, "\"}\n");
    bench_say(fd, request);
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"reason\":\"bad_value\""));
    close(fd);
    bench_close(&b);
}

static void says_busy_when_the_loop_takes_no_more(void)
{
    struct bench b;
    bench_run(&b);
    b.full = true;
    int fd = bench_connect(&b);
    bench_say(fd, "{\"cmd\":\"stop\"}\n");
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"reason\":\"busy\""));
    close(fd);
    bench_close(&b);
}

static void answers_who_asked(void)
{
    struct bench b;
    bench_run(&b);
    b.silent = true;
    int first = bench_connect(&b);
    int second = bench_connect(&b);
    bench_say(first, "{\"cmd\":\"skip\"}\n");
    pthread_mutex_lock(&b.lock);
    while (b.commands == 0) {
        pthread_cond_wait(&b.heard, &b.lock);
    }
    struct command asked = b.last;
    pthread_mutex_unlock(&b.lock);
    control_answer(b.control, &asked, REFUSED_REST, NULL, INT64_C(1795334400000));
    CU_ASSERT_TRUE(bench_has(bench_line(first), "\"until\":\"2026-11-22T08:00:00Z\""));
    bench_say(second, STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(second), "\"state\""));
    asked.client = 4711; /* somebody who has left */
    control_answer(b.control, &asked, REFUSED_NOT, NULL, PLAN_NEVER);
    bench_say(first, STATUS);
    CU_ASSERT_TRUE(bench_has(bench_line(first), "\"state\""));
    close(first);
    close(second);
    bench_close(&b);
}

static void shows_states_and_events_to_who_watches(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    bench_say(fd, "{\"cmd\":\"watch\"}\n");
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"state\":\"resting\""));
    struct status status = bench_status();
    status.engine.state = STATE_PAUSED;
    const struct engine_event event = {.type = EVENT_PAIN, .value = 4, .until_ms = PLAN_NEVER, .sensor = -1};
    control_event(b.control, &status, &event);
    control_status(b.control, &status);
    bool event_seen = false;
    bool state_seen = false;
    for (int i = 0; i < 4 && !(event_seen && state_seen); i++) {
        const char *line = bench_line(fd);
        event_seen = event_seen || strstr(line, "\"event_type\":\"pain\"");
        state_seen = state_seen || strstr(line, "\"state\":\"paused\"");
    }
    CU_ASSERT_TRUE(event_seen);
    CU_ASSERT_TRUE(state_seen);
    close(fd);
    bench_close(&b);
}

static void reads_the_history(void)
{
    struct bench b;
    bench_run(&b);
    int fd = bench_connect(&b);
    bench_say(fd, "{\"cmd\":\"history\",\"days\":7,\"format\":\"csv\"}\n");
    CU_ASSERT_STRING_EQUAL(bench_line(fd), "{\"status\":\"ok\",\"text\":\"one\\ntwo \\\"quoted\\\"\\n\"}");
    CU_ASSERT_STRING_EQUAL(b.history_format, "csv/7");
    bench_say(fd, "{\"cmd\":\"history\"}\n");
    (void)bench_line(fd);
    CU_ASSERT_STRING_EQUAL(b.history_format, "text/30");
    b.history_error = -EIO;
    bench_say(fd, "{\"cmd\":\"history\"}\n");
    CU_ASSERT_TRUE(bench_has(bench_line(fd), "\"status\":\"refused\""));
    close(fd);
    bench_close(&b);
}

static void opens_only_where_it_may(void)
{
    struct bench b;
    struct control *second = NULL;
    char why[256] = "";
    char longer[200];
    struct stat there;
    bench_run(&b);
    const struct control_hooks hooks = {.command = bench_command};
    CU_ASSERT_EQUAL(stat(b.path, &there), 0);
    CU_ASSERT_EQUAL(there.st_mode & 0777, 0660);
    CU_ASSERT_EQUAL(control_open(b.path, &hooks, &second, why, sizeof why), -EADDRINUSE);
    CU_ASSERT_TRUE(bench_has(why, "another soothed"));
    CU_ASSERT_EQUAL(access(b.path, F_OK), 0);
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    CU_ASSERT_EQUAL(control_open(longer, &hooks, &second, why, sizeof why), -ENAMETOOLONG);
    CU_ASSERT_EQUAL(control_open(b.directory, &hooks, &second, why, sizeof why), -EEXIST);
    CU_ASSERT_EQUAL(control_open("/nowhere/at/all", &hooks, &second, why, sizeof why), -ENOENT);
    CU_ASSERT_PTR_NULL(second);
    bench_close(&b);
    control_free(NULL);
}

static void replaces_a_stale_socket(void)
{
    struct bench b;
    struct control *control = NULL;
    char why[256] = "";
    bench_open(&b);
    char kept[120];
    (void)snprintf(kept, sizeof kept, "%s.kept", b.path);
    CU_ASSERT_EQUAL(link(b.path, kept), 0);
    control_free(b.control);
    CU_ASSERT_EQUAL(rename(kept, b.path), 0); /* the socket of one who was killed */
    const struct control_hooks hooks = {.context = &b, .command = bench_command, .history = bench_history};
    CU_ASSERT_EQUAL(control_open(b.path, &hooks, &control, why, sizeof why), 0);
    b.control = control;
    bench_close(&b);
}

static void one_with_a_full_queue_still_answers_there(void)
{
    struct bench b;
    struct control *second = NULL;
    char why[256] = "";
    int fds[64];
    size_t count = 0;
    bench_open(&b); /* its thread does not run: nobody is let in */
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", b.path);
    for (bool full = false; !full && count < 64; count++) {
        fds[count] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        full = connect(fds[count], (struct sockaddr *)&address, sizeof address) < 0;
    }
    CU_ASSERT_TRUE(count < 64);
    const struct control_hooks hooks = {.command = bench_command};
    CU_ASSERT_EQUAL(control_open(b.path, &hooks, &second, why, sizeof why), -EADDRINUSE);
    CU_ASSERT_EQUAL(access(b.path, F_OK), 0);
    while (count > 0) {
        close(fds[--count]);
    }
    bench_close(&b);
}

static const struct suite_test tests[] = {
    {"it tells the state",                                           tells_the_state                             },
    {"before the first tick it says that it is starting",            says_that_it_is_starting                    },
    {"lines may come in any pieces",                                 takes_lines_in_any_pieces                   },
    {"a command is passed on as one from the spot, and answered",    passes_a_command_on                         },
    {"a command that is wrong is refused with what is allowed",      says_what_is_wrong_with_a_command           },
    {"a refusal comes even where its sentence does not fit",         answers_even_where_the_sentence_does_not_fit},
    {"a command that the loop has no room for is refused as busy",   says_busy_when_the_loop_takes_no_more       },
    {"an answer goes to who asked, and to nobody when he has left",  answers_who_asked                           },
    {"who watches is shown states and events",                       shows_states_and_events_to_who_watches      },
    {"the history comes as text in a document",                      reads_the_history                           },
    {"it opens only where it may, and says why not",                 opens_only_where_it_may                     },
    {"a stale socket is replaced",                                   replaces_a_stale_socket                     },
    {"a daemon whose queue is full is not taken for a stale socket", one_with_a_full_queue_still_answers_there   },
};

int main(void)
{
    return suite_run("control", tests, sizeof tests / sizeof tests[0]);
}
