#include "notify.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char path[64];

static int manager(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)snprintf(path, sizeof path, "/tmp/soothe-notify-%d", (int)getpid());
    memcpy(address.sun_path, path, strlen(path) + 1);
    (void)unlink(path);
    CU_ASSERT_EQUAL_FATAL(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL_FATAL(setenv("NOTIFY_SOCKET", path, 1), 0);
    return fd;
}

static void dismiss(int fd)
{
    (void)close(fd);
    (void)unlink(path);
    (void)unsetenv("NOTIFY_SOCKET");
}

static void without_a_manager_there_is_nothing_to_do(void)
{
    (void)unsetenv("NOTIFY_SOCKET");
    CU_ASSERT_EQUAL(notify_send("READY=1"), 0);
    (void)setenv("NOTIFY_SOCKET", "", 1);
    CU_ASSERT_EQUAL(notify_send("READY=1"), 0);
}

static void what_is_no_address_is_an_error(void)
{
    char name[200];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    (void)setenv("NOTIFY_SOCKET", "nonsense", 1);
    CU_ASSERT_EQUAL(notify_send("READY=1"), -EINVAL);
    name[0] = '/';
    (void)setenv("NOTIFY_SOCKET", name, 1);
    CU_ASSERT_EQUAL(notify_send("READY=1"), -EINVAL);
    (void)setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
    CU_ASSERT_EQUAL(notify_send("READY=1"), -ENOENT);
}

static void the_manager_gets_the_lines_as_they_are(void)
{
    char got[64] = "";
    int fd = manager();
    CU_ASSERT_EQUAL(notify_send("STATUS=well\nREADY=1"), 0);
    CU_ASSERT_EQUAL(recv(fd, got, sizeof got - 1, 0), (ssize_t)strlen("STATUS=well\nREADY=1"));
    CU_ASSERT_STRING_EQUAL(got, "STATUS=well\nREADY=1");
    dismiss(fd);
}

static void a_manager_that_does_not_listen_is_not_waited_for(void)
{
    char got[64];
    int fd = manager();
    int error = 0;
    for (int i = 0; i < 100000 && error == 0; i++) {
        error = notify_send("WATCHDOG=1");
    }
    CU_ASSERT_EQUAL(error, -EAGAIN);
    CU_ASSERT_TRUE(recv(fd, got, sizeof got, 0) > 0);
    CU_ASSERT_EQUAL(notify_send("READY=1"), 0);
    dismiss(fd);
}

static const struct suite_test tests[] = {
    {"without a manager there is nothing to do",         without_a_manager_there_is_nothing_to_do        },
    {"what is no address is an error",                   what_is_no_address_is_an_error                  },
    {"the manager gets the lines as they are",           the_manager_gets_the_lines_as_they_are          },
    {"a manager that does not listen is not waited for", a_manager_that_does_not_listen_is_not_waited_for},
};

int main(void)
{
    return suite_run("notify", tests, sizeof tests / sizeof tests[0]);
}
