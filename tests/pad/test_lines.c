#include "fake_backend.h"
#include "lines_internal.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64];
static char why[256];
static struct lines_driver driver;

static const struct config_pad sample = {
    .wired = true,
    .chip = "pinctrl-",
    .lines = {[LINE_HEAT] = {.used = true, .offset = 17},
              [LINE_COOL] = {.used = true, .offset = 27, .active_low = true},
              [LINE_FAN] = {.used = true, .offset = -1, .name = "GPIO22"},
              [LINE_SENSE] = {.used = true, .offset = 25},
              [LINE_BUTTON] = {.used = true, .offset = 24},
              [LINE_LED] = {.used = true, .offset = 16}},
};

/* What is in /dev: files for the chips, and a link as on a Pi 5. */
static void make_directory(void)
{
    char path[96];
    (void)snprintf(directory, sizeof directory, "/tmp/soothe-lines-XXXXXX");
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
    for (int i = 0; i < FAKE_CHIPS; i++) {
        (void)snprintf(path, sizeof path, "%s/gpiochip%d", directory, i);
        (void)close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    }
    (void)snprintf(path, sizeof path, "%s/gpiochip4", directory);
    CU_ASSERT_EQUAL_FATAL(symlink("gpiochip0", path), 0);
}

static void remove_directory(void)
{
    char path[96];
    static const int numbers[] = {0, 1, 2, 4};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/gpiochip%d", directory, numbers[i]);
        (void)unlink(path);
    }
    (void)rmdir(directory);
}

/* A Pi 4, its chip under a second name too. */
static void set_up(void)
{
    fake = (struct fake){0};
    fake.chips[0] = (struct fake_chip){.name = "gpiochip0", .label = "pinctrl-bcm2711", .line_count = FAKE_LINES};
    fake.chips[1] = (struct fake_chip){.name = "gpiochip1", .label = "raspberrypi-exp-gpio", .line_count = 8};
    fake.chips[2] = (struct fake_chip){.name = "gpiochip4", .label = "pinctrl-bcm2711", .line_count = FAKE_LINES};
    fake.line_names[22] = "GPIO22";
    driver = (struct lines_driver){0};
    make_directory();
}

static int open_lines(const struct config_pad *pad)
{
    int error = lines_open_in(directory, pad, &driver, why, sizeof why);
    CU_ASSERT_EQUAL(error == 0, why[0] == '\0');
    return error;
}

static void tear_down(void)
{
    if (driver.close) {
        driver.close(driver.self);
    }
    CU_ASSERT_EQUAL(fake.open_chips, 0);
    CU_ASSERT_EQUAL(fake.held_requests, 0);
    remove_directory();
}

static bool says(const char *words)
{
    if (!strstr(why, words)) {
        fprintf(stderr, "\"%s\" is not in: %s\n", words, why);
    }
    return strstr(why, words) != NULL;
}

static void all_outputs_are_one_request_that_has_them_inactive(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    CU_ASSERT_EQUAL(fake.request_count, 3);
    const struct fake_request *outputs = &fake.requests[0];
    CU_ASSERT_EQUAL(outputs->kind, BACKEND_OUTPUT);
    CU_ASSERT_TRUE(outputs->has_values);
    static const unsigned offsets[] = {17, 27, 22, 16};
    static const int inactive[] = {0, 1, 0, 0};
    CU_ASSERT_EQUAL(outputs->count, 4);
    CU_ASSERT_EQUAL(memcmp(outputs->offsets, offsets, sizeof offsets), 0);
    CU_ASSERT_EQUAL(memcmp(outputs->values, inactive, sizeof inactive), 0);
    tear_down();
}

static void the_button_is_pulled_up_and_the_sense_line_down(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    CU_ASSERT_EQUAL(fake.requests[1].kind, BACKEND_INPUT_PULL_DOWN);
    CU_ASSERT_EQUAL(fake.requests[1].offsets[0], 25);
    CU_ASSERT_FALSE(fake.requests[1].has_values);
    CU_ASSERT_EQUAL(fake.requests[2].kind, BACKEND_INPUT_PULL_UP);
    CU_ASSERT_EQUAL(fake.requests[2].offsets[0], 24);
    CU_ASSERT_FALSE(fake.requests[2].has_values);
    tear_down();
}

static void a_write_sets_all_outputs_in_one_call_and_inverts_what_is_active_low(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    struct lines_levels levels = {
        .active = {[LINE_COOL] = true, [LINE_FAN] = true, [LINE_BUTTON] = true}
    };
    CU_ASSERT_EQUAL(driver.write(driver.self, &levels), 0);
    CU_ASSERT_EQUAL(fake.sets, 1);
    CU_ASSERT_EQUAL(fake.levels[17], 0);
    CU_ASSERT_EQUAL(fake.levels[27], 0);
    CU_ASSERT_EQUAL(fake.levels[22], 1);
    CU_ASSERT_EQUAL(fake.levels[24], 0);
    tear_down();
}

static void a_read_gives_outputs_and_inputs_as_they_are_on_the_chip(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    fake.levels[17] = 1; /* nobody wrote that: a short */
    fake.levels[27] = 1;
    fake.levels[25] = 1;
    struct lines_levels levels = {
        .active = {[LINE_HEARTBEAT] = true, [LINE_BUTTON] = true}
    };
    CU_ASSERT_EQUAL(driver.read(driver.self, &levels), 0);
    CU_ASSERT_TRUE(levels.active[LINE_HEAT]);
    CU_ASSERT_FALSE(levels.active[LINE_COOL]);
    CU_ASSERT_TRUE(levels.active[LINE_SENSE]);
    CU_ASSERT_FALSE(levels.active[LINE_BUTTON]);
    CU_ASSERT_FALSE(levels.active[LINE_HEARTBEAT]);
    tear_down();
}

static void a_failing_write_or_read_says_so_and_leaves_the_levels_alone(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    struct lines_levels levels = {.active = {[LINE_HEAT] = true}};
    fake.set_error = -EIO;
    fake.get_error = -ENODEV;
    CU_ASSERT_EQUAL(driver.write(driver.self, &levels), -EIO);
    CU_ASSERT_EQUAL(driver.read(driver.self, &levels), -ENODEV);
    CU_ASSERT_TRUE(levels.active[LINE_HEAT]);
    tear_down();
}

static void closing_leaves_every_output_inactive(void)
{
    set_up();
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    struct lines_levels levels = {
        .active = {[LINE_HEAT] = true, [LINE_COOL] = true}
    };
    CU_ASSERT_EQUAL(driver.write(driver.self, &levels), 0);
    driver.close(driver.self);
    CU_ASSERT_EQUAL(fake.levels[17], 0);
    CU_ASSERT_EQUAL(fake.levels[27], 1);
    driver.close(NULL);
    driver.close = NULL;
    tear_down();
}

static void without_a_chip_of_that_label_the_others_are_listed(void)
{
    set_up();
    struct config_pad pad = sample;
    (void)snprintf(pad.chip, sizeof pad.chip, "pinctrl-rp1");
    CU_ASSERT_EQUAL(open_lines(&pad), -ENODEV);
    CU_ASSERT_TRUE(says("\"pinctrl-rp1\""));
    CU_ASSERT_TRUE(says("gpiochip0 \"pinctrl-bcm2711\", gpiochip1 \"raspberrypi-exp-gpio\""));
    tear_down();
}

static void without_any_chip_that_is_said(void)
{
    set_up();
    fake.chips[0].name = fake.chips[1].name = NULL;
    CU_ASSERT_EQUAL(open_lines(&sample), -ENODEV);
    CU_ASSERT_TRUE(says("no GPIO chip at all"));
    tear_down();
}

static void a_chip_that_may_not_be_opened_names_the_group(void)
{
    set_up();
    fake.chips[0].open_error = fake.chips[1].open_error = -EACCES;
    CU_ASSERT_EQUAL(open_lines(&sample), -EACCES);
    CU_ASSERT_TRUE(says("group"));
    CU_ASSERT_TRUE(says("gpiochip1"));
    tear_down();
}

static void of_several_chips_the_header_of_a_pi_is_taken(void)
{
    set_up();
    fake.chips[0].label = "pinctrl-other";
    fake.chips[2] = (struct fake_chip){.name = "gpiochip2", .label = "pinctrl-rp1", .line_count = FAKE_LINES};
    CU_ASSERT_EQUAL(open_lines(&sample), 0);
    fake.chips[2].line_count = 17;
    driver.close(driver.self);
    driver.close = NULL;
    CU_ASSERT_EQUAL(open_lines(&sample), -ENOENT);
    CU_ASSERT_TRUE(says("gpiochip2"));
    fake.chips[0].label = "pinctrl-rp1";
    fake.chips[0].line_count = 16;
    fake.chips[2].label = "pinctrl-other";
    CU_ASSERT_EQUAL(open_lines(&sample), -ENOENT);
    CU_ASSERT_TRUE(says("gpiochip0"));
    tear_down();
}

static void a_whole_label_wins_over_one_that_only_begins_so(void)
{
    set_up();
    struct config_pad pad = sample;
    (void)snprintf(pad.chip, sizeof pad.chip, "pinctrl");
    fake.chips[2] = (struct fake_chip){.name = "gpiochip2", .label = "pinctrl", .line_count = 3};
    CU_ASSERT_EQUAL(open_lines(&pad), -ENOENT);
    CU_ASSERT_TRUE(says("gpiochip2"));
    tear_down();
}

static void several_chips_that_are_as_good_are_refused(void)
{
    set_up();
    fake.chips[0].label = "pinctrl-a";
    fake.chips[1].label = "pinctrl-b";
    CU_ASSERT_EQUAL(open_lines(&sample), -ENOTUNIQ);
    CU_ASSERT_TRUE(says("gpiochip0 \"pinctrl-a\", gpiochip1 \"pinctrl-b\""));
    CU_ASSERT_EQUAL(fake.request_count, 0);
    tear_down();
}

static void the_last_line_of_the_chip_is_taken_and_the_one_after_it_refused(void)
{
    set_up();
    struct config_pad pad = sample;
    pad.lines[LINE_LED].offset = FAKE_LINES - 1;
    CU_ASSERT_EQUAL(open_lines(&pad), 0);
    driver.close(driver.self);
    driver.close = NULL;
    pad.lines[LINE_LED].offset = FAKE_LINES;
    CU_ASSERT_EQUAL(open_lines(&pad), -ENOENT);
    CU_ASSERT_TRUE(says("pad.led"));
    CU_ASSERT_TRUE(says("no line 54; it has 0 to 53"));
    tear_down();
}

static void a_line_name_that_the_chip_does_not_have_is_refused(void)
{
    set_up();
    struct config_pad pad = sample;
    (void)snprintf(pad.lines[LINE_FAN].name, sizeof pad.lines[LINE_FAN].name, "GPIO99");
    CU_ASSERT_EQUAL(open_lines(&pad), -ENOENT);
    CU_ASSERT_TRUE(says("pad.fan"));
    CU_ASSERT_TRUE(says("\"GPIO99\""));
    tear_down();
}

static void a_name_and_an_offset_that_are_one_line_are_refused(void)
{
    set_up();
    struct config_pad pad = sample;
    pad.lines[LINE_BUTTON].offset = 22;
    CU_ASSERT_EQUAL(open_lines(&pad), -EINVAL);
    CU_ASSERT_TRUE(says("pad.fan and pad.button are both line 22"));
    tear_down();
}

static void a_line_in_use_names_its_user(void)
{
    set_up();
    fake.users[27] = "fancontrol";
    CU_ASSERT_EQUAL(open_lines(&sample), -EBUSY);
    CU_ASSERT_TRUE(says("line 27 (pad.cool) is in use by \"fancontrol\""));
    CU_ASSERT_STRING_EQUAL(fake.users[27], "fancontrol");
    tear_down();
}

static void what_the_kernel_refuses_names_the_lines(void)
{
    set_up();
    fake.request_errors[BACKEND_INPUT_PULL_UP] = -EPERM;
    CU_ASSERT_EQUAL(open_lines(&sample), -EPERM);
    CU_ASSERT_TRUE(says("pad.button"));
    tear_down();
}

static void when_one_output_is_taken_the_others_are_switched_off_alone(void)
{
    set_up();
    fake.levels[17] = 1; /* left by a daemon that died */
    fake.levels[27] = 0;
    fake.users[16] = "somebody";
    CU_ASSERT_EQUAL(open_lines(&sample), -EBUSY);
    CU_ASSERT_EQUAL(fake.levels[17], 0);
    CU_ASSERT_EQUAL(fake.levels[27], 1);
    tear_down();
}

static void a_line_that_is_not_there_does_not_keep_the_others_on(void)
{
    set_up();
    struct config_pad pad = sample;
    fake.levels[17] = 1;
    fake.levels[16] = 1;
    (void)snprintf(pad.lines[LINE_FAN].name, sizeof pad.lines[LINE_FAN].name, "GPIO99");
    CU_ASSERT_EQUAL(open_lines(&pad), -ENOENT);
    CU_ASSERT_EQUAL(fake.levels[17], 0);
    CU_ASSERT_EQUAL(fake.levels[16], 0);
    tear_down();
}

static void outputs_are_off_also_when_the_button_is_taken(void)
{
    set_up();
    fake.levels[17] = 1;
    fake.users[24] = "gpio-keys";
    CU_ASSERT_EQUAL(open_lines(&sample), -EBUSY);
    CU_ASSERT_TRUE(says("gpio-keys"));
    CU_ASSERT_EQUAL(fake.levels[17], 0);
    tear_down();
}

static void a_pad_with_one_line_is_one_request(void)
{
    set_up();
    struct config_pad pad = {.chip = "pinctrl-", .lines = {[LINE_HEAT] = {.used = true, .offset = 17}}};
    CU_ASSERT_EQUAL(open_lines(&pad), 0);
    CU_ASSERT_EQUAL(fake.request_count, 1);
    struct lines_levels levels;
    CU_ASSERT_EQUAL(driver.read(driver.self, &levels), 0);
    CU_ASSERT_FALSE(levels.active[LINE_SENSE]);
    tear_down();
}

static void a_pad_with_only_inputs_can_be_written_without_effect(void)
{
    set_up();
    struct config_pad pad = {.chip = "pinctrl-", .lines = {[LINE_BUTTON] = {.used = true, .offset = 24}}};
    struct lines_levels levels = {.active = {[LINE_HEAT] = true}};
    CU_ASSERT_EQUAL(open_lines(&pad), 0);
    CU_ASSERT_EQUAL(driver.write(driver.self, &levels), 0);
    CU_ASSERT_EQUAL(fake.sets, 0);
    tear_down();
}

static void a_sentence_that_does_not_fit_is_cut(void)
{
    set_up();
    char small[8];
    memset(small, 'x', sizeof small);
    fake.users[17] = "somebody";
    CU_ASSERT_EQUAL(lines_open_in(directory, &sample, &driver, small, sizeof small), -EBUSY);
    CU_ASSERT_EQUAL(strnlen(small, sizeof small), sizeof small - 1);
    CU_ASSERT_EQUAL(lines_open_in(directory, &sample, &driver, NULL, 0), -EBUSY);
    tear_down();
}

static const struct suite_test tests[] = {
    {"all outputs are one request that has them inactive",                  all_outputs_are_one_request_that_has_them_inactive  },
    {"the button is pulled up and the sense line down",                     the_button_is_pulled_up_and_the_sense_line_down     },
    {"a write sets all outputs in one call and inverts what is active low",
     a_write_sets_all_outputs_in_one_call_and_inverts_what_is_active_low                                                        },
    {"a read gives outputs and inputs as they are on the chip",
     a_read_gives_outputs_and_inputs_as_they_are_on_the_chip                                                                    },
    {"a failing write or read says so and leaves the levels alone",
     a_failing_write_or_read_says_so_and_leaves_the_levels_alone                                                                },
    {"closing leaves every output inactive",                                closing_leaves_every_output_inactive                },
    {"without a chip of that label the others are listed",                  without_a_chip_of_that_label_the_others_are_listed  },
    {"without any chip that is said",                                       without_any_chip_that_is_said                       },
    {"a chip that may not be opened names the group",                       a_chip_that_may_not_be_opened_names_the_group       },
    {"of several chips the header of a Pi is taken",                        of_several_chips_the_header_of_a_pi_is_taken        },
    {"a whole label wins over one that only begins so",                     a_whole_label_wins_over_one_that_only_begins_so     },
    {"several chips that are as good are refused",                          several_chips_that_are_as_good_are_refused          },
    {"the last line of the chip is taken and the one after it refused",
     the_last_line_of_the_chip_is_taken_and_the_one_after_it_refused                                                            },
    {"a line name that the chip does not have is refused",                  a_line_name_that_the_chip_does_not_have_is_refused  },
    {"a name and an offset that are one line are refused",                  a_name_and_an_offset_that_are_one_line_are_refused  },
    {"a line in use names its user",                                        a_line_in_use_names_its_user                        },
    {"what the kernel refuses names the lines",                             what_the_kernel_refuses_names_the_lines             },
    {"when one output is taken the others are switched off alone",
     when_one_output_is_taken_the_others_are_switched_off_alone                                                                 },
    {"a line that is not there does not keep the others on",                a_line_that_is_not_there_does_not_keep_the_others_on},
    {"outputs are off also when the button is taken",                       outputs_are_off_also_when_the_button_is_taken       },
    {"a pad with one line is one request",                                  a_pad_with_one_line_is_one_request                  },
    {"a pad with only inputs can be written without effect",                a_pad_with_only_inputs_can_be_written_without_effect},
    {"a sentence that does not fit is cut",                                 a_sentence_that_does_not_fit_is_cut                 },
};

int main(void)
{
    return suite_run("lines", tests, sizeof tests / sizeof tests[0]);
}
