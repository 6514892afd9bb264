#include "bench.h"

#include "clockfile.h"

struct place {
    struct bench bench;
    int directory_fd;
    int fd;
};

static struct clockfile_record record_of(int64_t beat)
{
    return (struct clockfile_record){.seq = 3, .beat = beat, .clock = bench_checkpoint(BENCH_T0_MS + beat)};
}

static void begin(struct place *place)
{
    bench_begin(&place->bench);
    place->directory_fd = open(place->bench.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const struct clockfile_record first = record_of(0);
    place->fd = clockfile_create(place->directory_fd, &first);
    CU_ASSERT(place->fd >= 0);
}

static void end(struct place *place)
{
    close(place->fd);
    close(place->directory_fd);
    bench_end(&place->bench);
}

static void the_newest_record_comes_back(void)
{
    struct place place;
    begin(&place);
    for (int64_t beat = 1; beat < 6; beat++) {
        const struct clockfile_record given = record_of(beat);
        struct clockfile_record found;
        memset(&found, 0, sizeof found);
        CU_ASSERT_EQUAL(clockfile_write(place.fd, &given), 0);
        CU_ASSERT_EQUAL(clockfile_read(place.directory_fd, &found), 0);
        CU_ASSERT_EQUAL(found.beat, beat);
        CU_ASSERT_EQUAL(found.seq, 3);
        CU_ASSERT_EQUAL(found.clock.plan_ms, BENCH_T0_MS + beat);
        CU_ASSERT_EQUAL(found.clock.wall_ms, given.clock.wall_ms);
        CU_ASSERT_EQUAL(found.clock.boot_ms, given.clock.boot_ms);
        CU_ASSERT(found.clock.valid && found.clock.wall_trusted);
        CU_ASSERT_STRING_EQUAL(found.clock.boot_id, given.clock.boot_id);
    }
    end(&place);
}

static void a_flipped_bit_anywhere_gives_the_other_slot(void)
{
    struct place place;
    begin(&place);
    const struct clockfile_record given = record_of(1);
    CU_ASSERT_EQUAL(clockfile_write(place.fd, &given), 0);
    for (off_t at = CLOCKFILE_SLOT_SIZE; at < 2 * CLOCKFILE_SLOT_SIZE; at++) {
        char byte = 0;
        struct clockfile_record found = {0};
        CU_ASSERT_EQUAL(pread(place.fd, &byte, 1, at), 1);
        char flipped = (char)(byte ^ (1 << (at & 7)));
        CU_ASSERT_EQUAL(pwrite(place.fd, &flipped, 1, at), 1);
        CU_ASSERT_EQUAL(clockfile_read(place.directory_fd, &found), 0);
        CU_ASSERT_EQUAL(found.beat, 0);
        CU_ASSERT_EQUAL(pwrite(place.fd, &byte, 1, at), 1);
    }
    end(&place);
}

static void a_file_without_a_sound_slot_is_bad_and_a_missing_one_is_missing(void)
{
    struct place place;
    struct clockfile_record found = {.beat = 42};
    begin(&place);
    CU_ASSERT_EQUAL(ftruncate(place.fd, 0), 0);
    CU_ASSERT_EQUAL(clockfile_read(place.directory_fd, &found), -EBADMSG);
    CU_ASSERT_EQUAL(unlinkat(place.directory_fd, CLOCKFILE_NAME, 0), 0);
    CU_ASSERT_EQUAL(clockfile_read(place.directory_fd, &found), -ENOENT);
    CU_ASSERT_EQUAL(found.beat, 42);
    const struct clockfile_record given = record_of(1);
    CU_ASSERT_EQUAL(clockfile_write(place.fd, &given), -ESTALE);
    end(&place);
}

static void a_record_of_the_greatest_clocks_fits(void)
{
    struct place place;
    begin(&place);
    struct clockfile_record given = record_of(INT64_C(99999999999999));
    struct clockfile_record found = {0};
    given.seq = INT64_C(99999999999999);
    given.clock.plan_ms = INT64_C(-32503680000000);
    given.clock.wall_ms = INT64_C(-32503680000000);
    given.clock.boot_ms = INT64_MAX;
    CU_ASSERT_EQUAL(clockfile_write(place.fd, &given), 0);
    CU_ASSERT_EQUAL(clockfile_read(place.directory_fd, &found), 0);
    CU_ASSERT_EQUAL(found.clock.boot_ms, INT64_MAX);
    CU_ASSERT_EQUAL(found.clock.plan_ms, given.clock.plan_ms);
    end(&place);
}

static const struct suite_test tests[] = {
    {"the newest record comes back",                                    the_newest_record_comes_back               },
    {"a flipped bit anywhere gives the other slot",                     a_flipped_bit_anywhere_gives_the_other_slot},
    {"a file without a sound slot is bad and a missing one is missing",
     a_file_without_a_sound_slot_is_bad_and_a_missing_one_is_missing                                               },
    {"a record of the greatest clocks fits",                            a_record_of_the_greatest_clocks_fits       },
};

int main(void)
{
    return suite_run("clockfile", tests, sizeof tests / sizeof tests[0]);
}
