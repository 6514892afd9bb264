#include "config_cases.h"
#include "random_config.h"

#define ROUNDS 20000

static char sample[32768];
static size_t sample_length;

static void expect_answer(const char *text, size_t length)
{
    struct config config;
    static struct config_errors errors;
    int result = config_parse(text, length, &config, &errors);
    CU_ASSERT(result == 0 || result == -EINVAL);
    CU_ASSERT_EQUAL(result == 0, errors.count == 0);
    size_t lines = 1;
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    for (size_t i = 0; i < errors.count && i < CONFIG_ERRORS_MAX; i++) {
        const struct config_error *error = &errors.items[i];
        CU_ASSERT(error->line >= 1 && (size_t)error->line <= lines);
        CU_ASSERT(error->column >= 1 && (size_t)error->column <= length + 1);
        CU_ASSERT(error->what[0] != '\0' && !strstr(error->what, "out of memory"));
        CU_ASSERT(i == 0 || error->line > errors.items[i - 1].line ||
                  (error->line == errors.items[i - 1].line && error->column >= errors.items[i - 1].column));
    }
}

static size_t mutate(struct random *random, char *text, size_t length)
{
    static const char bytes[] = "{}[]\",:/*\\\n 0129.-eutfn\xC3\xFF";
    int edits = random_between(random, 1, 4);
    for (int i = 0; i < edits && length > 1; i++) {
        size_t at = random_next(random) % length;
        size_t from = random_next(random) % length;
        size_t count = random_next(random) % 64;
        switch (random_between(random, 0, 4)) {
        case 0:
            text[at] = (char)(text[at] ^ (1 << random_between(random, 0, 7)));
            break;
        case 1:
            text[at] = bytes[random_next(random) % (sizeof bytes - 1)];
            break;
        case 2:
            memmove(text + at, text + at + 1, length - at - 1);
            length--;
            break;
        case 3:
            count = count > length - at ? length - at : count;
            count = count > length - from ? length - from : count;
            memmove(text + at, text + from, count);
            break;
        default:
            length = at + 1;
            break;
        }
    }
    return length;
}

static void a_damaged_sample_never_gets_through_without_an_answer(void)
{
    struct random random = random_begin();
    for (int i = 0; i < ROUNDS; i++) {
        char *text = malloc(sample_length);
        memcpy(text, sample, sample_length);
        size_t length = mutate(&random, text, sample_length);
        char *exact = malloc(length);
        memcpy(exact, text, length);
        expect_answer(exact, length);
        free(exact);
        free(text);
    }
}

static void a_sample_cut_off_anywhere_is_refused(void)
{
    for (size_t length = 0; length + 2 < sample_length; length += 7) {
        struct config config;
        static struct config_errors errors;
        char *exact = malloc(length ? length : 1);
        memcpy(exact, sample, length);
        CU_ASSERT_EQUAL(config_parse(exact, length, &config, &errors), -EINVAL);
        CU_ASSERT_EQUAL(errors.count, 1);
        free(exact);
    }
}

static const struct suite_test tests[] = {
    {"a damaged sample never gets through without an answer", a_damaged_sample_never_gets_through_without_an_answer},
    {"a sample cut off anywhere is refused",                  a_sample_cut_off_anywhere_is_refused                 },
};

int main(void)
{
    FILE *file = fopen(SAMPLE, "r");
    if (!file) {
        return 2;
    }
    sample_length = fread(sample, 1, sizeof sample, file);
    fclose(file);
    return suite_run("config mutation", tests, sizeof tests / sizeof tests[0]);
}
