#include "mqtt_secret.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/soothe-secret-XXXXXX";
static char path[64];
static char password[MQTT_PASSWORD_MAX];
static char why[256];

static void put(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, length, file), length);
    CU_ASSERT_EQUAL(fclose(file), 0);
    (void)snprintf(password, sizeof password, "before");
}

static int take(const char *file)
{
    why[0] = '\0';
    return mqtt_password(file, password, why, sizeof why);
}

static void one_line_end_is_stripped_and_nothing_else(void)
{
    const struct {
        const char *bytes;
        const char *expected;
    } cases[] = {
        {"pass",     "pass"  },
        {"pass\n",   "pass"  },
        {"pass\r\n", "pass"  },
        {"pass\n\n", "pass\n"},
        {" pass \n", " pass "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put(cases[i].bytes, strlen(cases[i].bytes));
        CU_ASSERT_EQUAL(take(path), 1);
        CU_ASSERT_STRING_EQUAL(password, cases[i].expected);
    }
}

static void what_is_no_password_is_named_and_leaves_the_old_one(void)
{
    const struct {
        const char *bytes;
        size_t length;
        int error;
        const char *part;
    } cases[] = {
        {"",     0, -EINVAL, "is empty"},
        {"\n",   1, -EINVAL, "is empty"},
        {"a\0b", 3, -EINVAL, "NUL"     },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put(cases[i].bytes, cases[i].length);
        CU_ASSERT_EQUAL(take(path), cases[i].error);
        CU_ASSERT_PTR_NOT_NULL(strstr(why, cases[i].part));
        CU_ASSERT_STRING_EQUAL(password, "before");
    }
}

static void a_password_has_at_most_1023_bytes(void)
{
    char bytes[5000];
    memset(bytes, 'x', sizeof bytes);
    put(bytes, 1023);
    CU_ASSERT_EQUAL(take(path), 1);
    CU_ASSERT_EQUAL(strlen(password), 1023);
    put(bytes, 1024);
    CU_ASSERT_EQUAL(take(path), -EFBIG);
    put(bytes, sizeof bytes);
    CU_ASSERT_EQUAL(take(path), -EFBIG);
}

static void a_file_that_cannot_be_read_is_named(void)
{
    char absent[80];
    (void)snprintf(absent, sizeof absent, "%s/absent", directory);
    CU_ASSERT_EQUAL(take(absent), -ENOENT);
    CU_ASSERT_PTR_NOT_NULL(strstr(why, "absent cannot be read"));
    CU_ASSERT_EQUAL(take(directory), -EISDIR);
}

static void a_pipe_without_a_writer_does_not_hang(void)
{
    char fifo[80];
    (void)snprintf(fifo, sizeof fifo, "%s/fifo", directory);
    CU_ASSERT_EQUAL_FATAL(mkfifo(fifo, 0600), 0);
    CU_ASSERT_EQUAL(take(fifo), -EINVAL);
    unlink(fifo);
}

static void without_a_file_the_credential_counts_and_none_is_no_mistake(void)
{
    unsetenv("CREDENTIALS_DIRECTORY");
    CU_ASSERT_EQUAL(take(""), 0);
    setenv("CREDENTIALS_DIRECTORY", directory, 1);
    unlink(path);
    CU_ASSERT_EQUAL(take(""), 0);
    put("credential\n", 11);
    CU_ASSERT_EQUAL(take(""), 1);
    CU_ASSERT_STRING_EQUAL(password, "credential");
    put("", 0);
    CU_ASSERT_EQUAL(take(""), -EINVAL);
}

int main(void)
{
    static const struct suite_test tests[] = {
        {"one line end is stripped and nothing else",                    one_line_end_is_stripped_and_nothing_else          },
        {"what is no password is named and leaves the old one",          what_is_no_password_is_named_and_leaves_the_old_one},
        {"a password has at most 1023 bytes",                            a_password_has_at_most_1023_bytes                  },
        {"a file that cannot be read is named",                          a_file_that_cannot_be_read_is_named                },
        {"a pipe without a writer does not hang",                        a_pipe_without_a_writer_does_not_hang              },
        {"without a file the credential counts, and none is no mistake",
         without_a_file_the_credential_counts_and_none_is_no_mistake                                                        },
    };
    if (!mkdtemp(directory)) {
        return 2;
    }
    (void)snprintf(path, sizeof path, "%s/mqtt-password", directory);
    int result = suite_run("mqtt_secret", tests, sizeof tests / sizeof tests[0]);
    unlink(path);
    rmdir(directory);
    return result;
}
