/* A CUnit registry without the ceremony: a test file lists its tests as { "a sentence", function } and ends with
 *
 *     int main(void) { return suite_run("thermistor", tests, sizeof tests / sizeof tests[0]); }
 *
 * The exit status is 0 only when every assertion of every test held and at least one ran. */
#ifndef SOOTHE_TESTS_SUITE_H
#define SOOTHE_TESTS_SUITE_H

#include <CUnit/Basic.h>
#include <stddef.h>

struct suite_test {
    const char *sentence;
    void (*run)(void);
};

static inline int suite_run(const char *name, const struct suite_test *tests, size_t count)
{
    if (CU_initialize_registry() != CUE_SUCCESS) {
        return 2;
    }
    CU_pSuite suite = CU_add_suite(name, NULL, NULL);
    for (size_t i = 0; suite && i < count; i++) {
        if (!CU_add_test(suite, tests[i].sentence, tests[i].run)) {
            return 2;
        }
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures() + CU_get_number_of_tests_failed();
    unsigned ran = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    return suite && failed == 0 && ran == count ? 0 : 1;
}

#endif
