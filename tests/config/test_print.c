#include "config_cases.h"
#include "random_config.h"

static char *printed(const struct config *config)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CU_ASSERT_EQUAL(config_print(config, out), 0);
    fclose(out);
    return text;
}

static void expect_round_trip(const struct config *config)
{
    struct config again;
    struct config_errors errors;
    char *text = printed(config);
    memset(&again, 0x5A, sizeof again);
    int result = config_parse(text, strlen(text), &again, &errors);
    CU_ASSERT_EQUAL(result, 0);
    if (result) {
        config_errors_print(&errors, "printed", stdout);
    } else {
        CU_ASSERT(memcmp(config, &again, sizeof again) == 0);
    }
    free(text);
}

static void the_sample_comes_back_as_it_was_read(void)
{
    struct config config;
    struct config_errors errors;
    CU_ASSERT_EQUAL_FATAL(config_load(SAMPLE, &config, &errors), 0);
    expect_round_trip(&config);
}

static void defaults_are_filled_in_and_what_has_no_effect_is_left_out(void)
{
    struct config config;
    expect_good("back-pad", "back-pad", &config);
    char *text = printed(&config);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"notice_minutes\":\t5"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"tolerance_c\":\t1.5"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"too_hot_trip_c\":\t43"));
    CU_ASSERT_PTR_NULL(strstr(text, "\"fan\""));
    CU_ASSERT_PTR_NULL(strstr(text, "\"tls\""));
    CU_ASSERT_PTR_NULL(strstr(text, "\"supply_v\""));
    free(text);
}

static void random_configurations_come_back_as_they_were_read(void)
{
    struct random random = random_begin();
    for (int i = 0; i < 300; i++) {
        struct config config;
        struct config_errors errors;
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        random_config(&random, out);
        fclose(out);
        int result = config_parse(text, size, &config, &errors);
        CU_ASSERT_EQUAL(result, 0);
        if (result) {
            config_errors_print(&errors, "random", stdout);
            fputs(text, stdout);
            free(text);
            return;
        }
        expect_round_trip(&config);
        free(text);
    }
}

static void a_full_disk_is_an_error(void)
{
    struct config config;
    expect_good("back-pad", "back-pad", &config);
    FILE *full = fopen("/dev/full", "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(full);
    CU_ASSERT_EQUAL(config_print(&config, full), -EIO);
    fclose(full);
}

static const struct suite_test tests[] = {
    {"the sample comes back as it was read",                       the_sample_comes_back_as_it_was_read             },
    {"defaults are filled in, and what has no effect is left out",
     defaults_are_filled_in_and_what_has_no_effect_is_left_out                                                      },
    {"random configurations come back as they were read",          random_configurations_come_back_as_they_were_read},
    {"a full disk is an error",                                    a_full_disk_is_an_error                          },
};

int main(void)
{
    return suite_run("config print", tests, sizeof tests / sizeof tests[0]);
}
