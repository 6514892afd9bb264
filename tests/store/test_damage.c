#include "bench.h"

#include "clockfile.h"

#define FILES_MAX 3

/* A database as a crash leaves it, with its -wal, or as a clean end does, with all of it in the file: byte for byte, to
 * be spoilt and put back again and again. */
struct image {
    struct bench bench;
    struct engine_memory memory;
    struct session_record session;
    int64_t plan_ms;
    unsigned char *bytes[FILES_MAX];
    size_t sizes[FILES_MAX];
    unsigned opened;
    unsigned lost;
};

static const char *const names[FILES_MAX] = {STORE_FILE, STORE_FILE "-wal", CLOCKFILE_NAME};

static void slurp(struct image *image, size_t which)
{
    char path[PATH_MAX];
    struct stat status;
    bench_path(&image->bench, names[which], path);
    int fd = open(path, O_RDONLY);
    if (fd < 0) {
        return; /* the -wal after a clean end */
    }
    CU_ASSERT_FATAL(fstat(fd, &status) == 0);
    image->sizes[which] = (size_t)status.st_size;
    image->bytes[which] = malloc(image->sizes[which] + 1);
    CU_ASSERT_EQUAL_FATAL(read(fd, image->bytes[which], image->sizes[which]), status.st_size);
    close(fd);
}

/* Sessions, notes, a lockout and a rest that runs; the files are taken while the store still has them open. */
static void take(struct image *image, bool clean)
{
    memset(image, 0, sizeof *image);
    bench_begin(&image->bench);
    CU_ASSERT_FATAL(bench_run(&image->bench));
    for (int64_t id = 1; id <= 12; id++) {
        struct store_job job = bench_job(BENCH_T0_MS + id * 10800000, id);
        CU_ASSERT(bench_store(&image->bench, &job));
        bench_end_session(&job.session, BENCH_T0_MS + id * 10800000 + 1800000);
        job.note = bench_note(STORE_NOTE_TRIP, job.session.wall_ended_ms, 43500).note;
        if (id == 12) {
            job.session = bench_session(id, BENCH_T0_MS + id * 10800000);
            job.memory.safety.lockout = FAULT_TOO_HOT;
        }
        CU_ASSERT(bench_store(&image->bench, &job));
        image->memory = job.memory;
        image->session = job.session;
        image->plan_ms = job.checkpoint.plan_ms;
        if (id == 6) {
            bench_close(&image->bench);
            CU_ASSERT_FATAL(bench_run(&image->bench));
        }
    }
    if (clean) {
        bench_close(&image->bench);
    }
    for (size_t i = 0; i < FILES_MAX; i++) {
        slurp(image, i);
    }
    bench_close(&image->bench);
}

static void put_back(struct image *image, size_t which, const unsigned char *bytes, size_t size)
{
    char path[PATH_MAX];
    bench_path(&image->bench, names[which], path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT_EQUAL_FATAL(write(fd, bytes, size), (ssize_t)size);
    close(fd);
}

static void put_all_back(struct image *image)
{
    bench_empty(image->bench.directory);
    for (size_t i = 0; i < FILES_MAX; i++) {
        if (image->bytes[i]) {
            put_back(image, i, image->bytes[i], image->sizes[i]);
        }
    }
}

/* Whatever was done to the files: the same data, or `lost`, or (a version from the future) refused. Never less. */
static bool judge(struct image *image)
{
    int error = bench_open(&image->bench);
    const struct store_loaded *loaded = &image->bench.loaded;
    bool good = false;
    if (error == -ENOTSUP) {
        good = bench_count(&image->bench, STORE_FILE ".damaged-") == 0;
    } else if (error == 0 && loaded->lost) {
        char path[PATH_MAX];
        bench_path(&image->bench, loaded->aside, path);
        good = !loaded->fresh && !loaded->has_memory && !loaded->has_open_session && access(path, F_OK) == 0;
        image->lost++;
    } else if (error == 0) {
        good = !loaded->fresh && loaded->has_memory && same_memory(&loaded->memory, &image->memory) &&
               loaded->has_open_session && memcmp(&loaded->open_session, &image->session, sizeof image->session) == 0 &&
               loaded->checkpoint.plan_ms <= image->plan_ms;
        image->opened++;
    }
    if (!good) {
        printf("\n    error %d lost %d memory %d: %s\n", error, loaded->lost, loaded->has_memory, image->bench.why);
    }
    store_close(image->bench.store, 0);
    image->bench.store = NULL;
    return good;
}

static void drop(struct image *image)
{
    for (size_t i = 0; i < FILES_MAX; i++) {
        free(image->bytes[i]);
    }
    bench_end(&image->bench);
}

static void untouched_files_give_the_same_data(void)
{
    struct image image;
    take(&image, false);
    put_all_back(&image);
    CU_ASSERT(judge(&image));
    CU_ASSERT_EQUAL(image.opened, 1);
    drop(&image);
}

static void cut_short(size_t which)
{
    struct image image;
    take(&image, false);
    for (size_t size = 0; size < image.sizes[which]; size += 512) {
        put_all_back(&image);
        put_back(&image, which, image.bytes[which], size);
        CU_ASSERT(judge(&image));
    }
    printf("(%u as before, %u lost) ", image.opened, image.lost);
    CU_ASSERT(image.lost + image.opened > 0);
    drop(&image);
}

static void a_database_cut_short_at_every_512_bytes(void)
{
    cut_short(0);
}

static void a_write_ahead_log_cut_short_at_every_512_bytes(void)
{
    cut_short(1);
}

static void a_clock_file_cut_short(void)
{
    cut_short(2);
}

static void a_file_that_is_missing(void)
{
    struct image image;
    take(&image, false);
    for (size_t i = 0; i < FILES_MAX; i++) {
        char path[PATH_MAX];
        put_all_back(&image);
        bench_path(&image.bench, names[i], path);
        CU_ASSERT_EQUAL(unlink(path), 0);
        unsigned lost = image.lost;
        CU_ASSERT(i == 0 || judge(&image));
        CU_ASSERT(i == 0 || image.lost == lost + (i == 1));
    }
    drop(&image);
}

static void a_database_that_is_gone_is_lost_not_a_first_start(void)
{
    struct bench bench;
    char path[PATH_MAX];
    bench_begin(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    bench_close(&bench);
    bench_path(&bench, STORE_FILE, path);
    CU_ASSERT_EQUAL(unlink(path), 0);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(bench.loaded.lost && !bench.loaded.fresh);
    bench_end(&bench);
}

static void flip_bits(bool clean)
{
    struct image image;
    take(&image, clean);
    bench_seed();
    const char *count = getenv("SOOTHE_FLIPS");
    for (long i = count ? atol(count) : 600; i > 0; i--) {
        uint64_t random = bench_random();
        size_t which = random % 16 == 0 ? 2 : (clean ? 0 : random % 2);
        size_t at = (size_t)(random >> 16) % image.sizes[which];
        unsigned char flip = (unsigned char)(1u << ((random >> 8) & 7));
        put_all_back(&image);
        image.bytes[which][at] ^= flip;
        put_back(&image, which, image.bytes[which], image.sizes[which]);
        image.bytes[which][at] ^= flip;
        bool good = judge(&image);
        if (!good) {
            printf("    %s, byte %zu, bit %u\n", names[which], at, flip);
        }
        CU_ASSERT(good);
    }
    printf("    %u as before, %u lost ", image.opened, image.lost);
    drop(&image);
}

static void flipped_bits_after_a_crash(void)
{
    flip_bits(false);
}

static void flipped_bits_after_a_clean_end(void)
{
    flip_bits(true);
}

static void spoilt_pages(void)
{
    struct image image;
    take(&image, false);
    bench_seed();
    unsigned char *spoilt = malloc(image.sizes[0] + image.sizes[1]);
    for (int i = 0; i < 100; i++) {
        uint64_t random = bench_random();
        size_t which = random & 1;
        size_t at = (size_t)(random >> 16) % image.sizes[which] & ~(size_t)511;
        put_all_back(&image);
        memcpy(spoilt, image.bytes[which], image.sizes[which]);
        for (size_t k = at; k < at + 512 && k < image.sizes[which]; k++) {
            spoilt[k] = random & 2 ? 0 : (unsigned char)bench_random();
        }
        put_back(&image, which, spoilt, image.sizes[which]);
        CU_ASSERT(judge(&image));
    }
    free(spoilt);
    printf("    %u as before, %u lost ", image.opened, image.lost);
    drop(&image);
}

/* An old copy put back, with nothing wrong in it but its age. */
static void an_old_copy_put_back(void)
{
    struct image image;
    struct image old;
    take(&old, false);
    take(&image, false);
    struct store_job job = bench_job(BENCH_T0_MS + 400 * 3600000, 13);
    put_all_back(&image);
    CU_ASSERT_FATAL(bench_run(&image.bench));
    CU_ASSERT(bench_store(&image.bench, &job));
    bench_close(&image.bench);
    put_back(&image, 0, old.bytes[0], old.sizes[0]);
    put_back(&image, 1, old.bytes[1], old.sizes[1]);
    CU_ASSERT_EQUAL(bench_open(&image.bench), 0);
    CU_ASSERT(image.bench.loaded.lost);
    drop(&image);
    drop(&old);
}

static void expect_lost(struct bench *bench)
{
    CU_ASSERT_EQUAL(bench_open(bench), 0);
    CU_ASSERT(bench->loaded.lost && !bench->loaded.fresh && !bench->loaded.has_memory);
    CU_ASSERT(strncmp(bench->loaded.aside, STORE_FILE ".damaged-", strlen(STORE_FILE ".damaged-")) == 0);
    CU_ASSERT_EQUAL(bench_count(bench, bench->loaded.aside), 1);
    bench_end(bench);
}

static void write_file(const struct bench *bench, const char *name, const void *bytes, size_t size)
{
    char path[PATH_MAX];
    bench_path(bench, name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CU_ASSERT(write(fd, bytes, size) == (ssize_t)size);
    close(fd);
}

static void garbage_in_its_place(void)
{
    struct bench bench;
    unsigned char bytes[5000];
    bench_seed();
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (unsigned char)bench_random();
    }
    bench_begin(&bench);
    write_file(&bench, STORE_FILE, bytes, sizeof bytes);
    expect_lost(&bench);
}

static void an_empty_file_in_its_place(void)
{
    struct bench bench;
    bench_begin(&bench);
    write_file(&bench, STORE_FILE, "", 0);
    expect_lost(&bench);
}

static void a_directory_in_its_place(void)
{
    struct bench bench;
    char path[PATH_MAX];
    bench_begin(&bench);
    bench_path(&bench, STORE_FILE, path);
    CU_ASSERT_EQUAL(mkdir(path, 0700), 0);
    expect_lost(&bench);
}

static void someone_elses_database_in_its_place(void)
{
    struct bench bench;
    char path[PATH_MAX];
    sqlite3 *sql = NULL;
    bench_begin(&bench);
    bench_path(&bench, STORE_FILE, path);
    CU_ASSERT(sqlite3_open(path, &sql) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(sql, "CREATE TABLE state(x);INSERT INTO state VALUES(1)", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(sql);
    expect_lost(&bench);
}

static void lost_stays_lost_until_memory_was_stored(void)
{
    struct bench bench;
    char aside[256];
    bench_begin(&bench);
    write_file(&bench, STORE_FILE, "rubbish", 7);
    CU_ASSERT_FATAL(bench_run(&bench));
    CU_ASSERT(bench.loaded.lost);
    memcpy(aside, bench.loaded.aside, sizeof aside);
    const struct store_job clock = {.checkpoint = bench_checkpoint(BENCH_T0_MS)};
    const struct store_job note = bench_note(STORE_NOTE_PAIN, BENCH_T0_MS, 5);
    CU_ASSERT(bench_store(&bench, &clock));
    CU_ASSERT(bench_store(&bench, &note));
    bench_close(&bench);
    CU_ASSERT_FATAL(bench_run(&bench));
    CU_ASSERT(bench.loaded.lost && !bench.loaded.fresh);
    CU_ASSERT_STRING_EQUAL(bench.loaded.aside, aside);
    const struct store_job job = bench_job(BENCH_T0_MS, 0);
    CU_ASSERT(bench_store(&bench, &job));
    bench_close(&bench);
    CU_ASSERT_EQUAL(bench_open(&bench), 0);
    CU_ASSERT(!bench.loaded.lost && bench.loaded.has_memory && bench.loaded.aside[0] == '\0');
    CU_ASSERT_EQUAL(bench_count(&bench, STORE_FILE ".damaged-"), 1);
    bench_end(&bench);
}

static const struct suite_test tests[] = {
    {"untouched files give the same data",                                 untouched_files_give_the_same_data               },
    {"a database cut short at every 512 bytes is the same or lost",        a_database_cut_short_at_every_512_bytes          },
    {"a write-ahead log cut short at every 512 bytes is the same or lost",
     a_write_ahead_log_cut_short_at_every_512_bytes                                                                         },
    {"a clock file cut short takes nothing away",                          a_clock_file_cut_short                           },
    {"a missing -wal is noticed, a missing clock file does no harm",       a_file_that_is_missing                           },
    {"a database that is gone is lost, not a first start",                 a_database_that_is_gone_is_lost_not_a_first_start},
    {"flipped bits after a crash give the same data or lost",              flipped_bits_after_a_crash                       },
    {"flipped bits after a clean end give the same data or lost",          flipped_bits_after_a_clean_end                   },
    {"spoilt pages give the same data or lost",                            spoilt_pages                                     },
    {"an old copy put back is lost",                                       an_old_copy_put_back                             },
    {"garbage in its place is set aside",                                  garbage_in_its_place                             },
    {"an empty file in its place is set aside",                            an_empty_file_in_its_place                       },
    {"a directory in its place is set aside",                              a_directory_in_its_place                         },
    {"someone else's database in its place is set aside",                  someone_elses_database_in_its_place              },
    {"lost stays lost until memory was stored",                            lost_stays_lost_until_memory_was_stored          },
};

int main(void)
{
    return suite_run("damage", tests, sizeof tests / sizeof tests[0]);
}
