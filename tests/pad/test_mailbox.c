#include "mailbox.h"

#include "suite.h"

#include <pthread.h>
#include <stdbool.h>

#define LETTERS UINT64_C(200000)

struct letter {
    uint64_t number;
    uint64_t copies[MAILBOX_WORDS - 1];
};

static struct letter letter_of(uint64_t number)
{
    struct letter letter = {.number = number};
    for (size_t i = 0; i < MAILBOX_WORDS - 1; i++) {
        letter.copies[i] = number;
    }
    return letter;
}

static void an_empty_mailbox_gives_nothing(void)
{
    struct mailbox box = {0};
    uint64_t letter = 7;
    CU_ASSERT_EQUAL(mailbox_read(&box, &letter, sizeof letter), 0);
    CU_ASSERT_EQUAL(letter, 7);
}

static void the_newest_letter_is_read_as_often_as_one_likes(void)
{
    struct mailbox box = {0};
    for (uint64_t number = 1; number < 20; number++) {
        uint64_t letter = 0;
        mailbox_post(&box, &number, sizeof number);
        CU_ASSERT_EQUAL(mailbox_read(&box, &letter, sizeof letter), number);
        CU_ASSERT_EQUAL(mailbox_read(&box, &letter, sizeof letter), number);
        CU_ASSERT_EQUAL(letter, number);
    }
}

static void a_small_letter_leaves_what_lies_behind_it_alone(void)
{
    struct mailbox box = {0};
    unsigned char bytes[3] = {1, 2, 3};
    unsigned char copy[4] = {9, 9, 9, 9};
    mailbox_post(&box, bytes, sizeof bytes);
    mailbox_read(&box, copy, sizeof bytes);
    CU_ASSERT(copy[0] == 1 && copy[2] == 3 && copy[3] == 9);
}

static void *post_all(void *context)
{
    for (uint64_t number = 1; number <= LETTERS; number++) {
        struct letter letter = letter_of(number);
        mailbox_post(context, &letter, sizeof letter);
    }
    return NULL;
}

static void no_letter_is_torn_or_older_than_one_read_before(void)
{
    struct mailbox box = {0};
    pthread_t writer;
    pthread_create(&writer, NULL, post_all, &box);
    uint64_t before = 0;
    bool whole = true, forward = true;
    while (before < LETTERS) {
        struct letter letter = letter_of(0);
        uint64_t number = mailbox_read(&box, &letter, sizeof letter);
        for (size_t i = 0; i < MAILBOX_WORDS - 1; i++) {
            whole = whole && letter.copies[i] == number;
        }
        whole = whole && letter.number == number;
        forward = forward && number >= before;
        before = number;
    }
    pthread_join(writer, NULL);
    CU_ASSERT_TRUE(whole);
    CU_ASSERT_TRUE(forward);
}

static const struct suite_test tests[] = {
    {"an empty mailbox gives nothing",                  an_empty_mailbox_gives_nothing                 },
    {"the newest letter is read as often as one likes", the_newest_letter_is_read_as_often_as_one_likes},
    {"a small letter leaves what lies behind it alone", a_small_letter_leaves_what_lies_behind_it_alone},
    {"no letter is torn or older than one read before", no_letter_is_torn_or_older_than_one_read_before},
};

int main(void)
{
    return suite_run("mailbox", tests, sizeof tests / sizeof tests[0]);
}
