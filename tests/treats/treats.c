/* Whole plans with ordinary life, one line of JSON each; see box.h. */
#include "box.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
    fputs("usage: treats PLANT FIRST-SEED COUNT | treats --replay SEED PLANT | treats --plants\n", stderr);
    return 2;
}

static int find_plant(const char *name)
{
    for (int kind = 0; kind < PLANT_COUNT; kind++) {
        if (strcmp(plant_spec((enum plant_kind)kind)->name, name) == 0) {
            return kind;
        }
    }
    return -1;
}

static int live(const char *plant, uint64_t first, uint64_t count, FILE *told)
{
    int kind = find_plant(plant);
    if (kind < 0) {
        return usage();
    }
    for (uint64_t seed = first; seed < first + count; seed++) {
        struct score score;
        box_live((enum plant_kind)kind, seed, told, &score);
        score_print(&score, plant, seed, stdout);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--plants") == 0) {
        for (int kind = 0; kind < PLANT_COUNT; kind++) {
            const struct plant_spec *spec = plant_spec((enum plant_kind)kind);
            printf("%s\t%s\n", spec->name, spec->words);
        }
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "--replay") == 0) {
        return live(argv[3], strtoull(argv[2], NULL, 10), 1, stdout);
    }
    return argc == 4 ? live(argv[1], strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10), NULL) : usage();
}
