#include "marker.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/soothe-marker-XXXXXX";
static char socket_path[64];
static char file[64];

static struct marker opened(void)
{
    struct marker marker;
    CU_ASSERT_EQUAL_FATAL(marker_open(&marker, socket_path), 0);
    return marker;
}

static void put(const char *text, size_t size)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_EQUAL(write(fd, text, size), (ssize_t)size);
    close(fd);
}

static void a_new_one_marks_nothing(void)
{
    struct marker marker = opened();
    CU_ASSERT_EQUAL(marker_read(&marker), FAULT_NONE);
    marker_close(&marker);
}

static void every_lockout_is_there_when_it_is_opened_again(void)
{
    for (int fault = FAULT_COUNT - 1; fault >= FAULT_NONE; fault--) {
        struct marker marker = opened();
        marker_write(&marker, (enum fault)fault);
        marker_close(&marker);
        marker = opened();
        CU_ASSERT_EQUAL(marker_read(&marker), (enum fault)fault);
        marker_close(&marker);
    }
}

static void what_is_no_name_is_a_lost_store(void)
{
    char full[200];
    memset(full, 'x', sizeof full);
    put(full, sizeof full);
    struct marker marker = opened();
    CU_ASSERT_EQUAL(marker_read(&marker), FAULT_STORE_LOST);
    marker_write(&marker, FAULT_NONE);
    CU_ASSERT_EQUAL(marker_read(&marker), FAULT_NONE);
    marker_close(&marker);
    put("readback_of_another_version", 27);
    marker = opened();
    CU_ASSERT_EQUAL(marker_read(&marker), FAULT_STORE_LOST);
    marker_close(&marker);
}

static void without_its_place_it_does_nothing(void)
{
    struct marker marker;
    CU_ASSERT_EQUAL(marker_open(&marker, "/no/such/place/control.sock"), -ENOENT);
    marker_write(&marker, FAULT_READBACK);
    CU_ASSERT_EQUAL(marker_read(&marker), FAULT_NONE);
    marker_close(&marker);
    marker_close(&marker);
}

static const struct suite_test tests[] = {
    {"a new one marks nothing",                        a_new_one_marks_nothing                       },
    {"every lockout is there when it is opened again", every_lockout_is_there_when_it_is_opened_again},
    {"what is no fault's name is a lost store",        what_is_no_name_is_a_lost_store               },
    {"without its place it does nothing",              without_its_place_it_does_nothing             },
};

int main(void)
{
    if (!mkdtemp(directory)) {
        return 1;
    }
    (void)snprintf(socket_path, sizeof socket_path, "%s/control.sock", directory);
    (void)snprintf(file, sizeof file, "%s/" MARKER_NAME, directory);
    int result = suite_run("marker", tests, sizeof tests / sizeof tests[0]);
    unlink(file);
    rmdir(directory);
    return result;
}
