#include "lines_internal.h"

#include "why.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Raspberry Pi 5; 4; 0 to 3. */
static const char *const header_labels[] = {"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"};

enum rank { RANK_NONE, RANK_PREFIX, RANK_HEADER, RANK_EXACT };

struct search {
    const char *prefix;
    struct backend_chip *best;
    enum rank rank;
    size_t equals;   /* chips of that rank */
    char denied[32]; /* a chip that may not be opened */
    char found[160]; /* all chips, in words */
};

static enum rank rank_of(const char *label, const char *prefix)
{
    if (strncmp(label, prefix, strlen(prefix)) != 0) {
        return RANK_NONE;
    }
    if (strcmp(label, prefix) == 0) {
        return RANK_EXACT;
    }
    for (size_t i = 0; i < sizeof header_labels / sizeof header_labels[0]; i++) {
        if (strcmp(label, header_labels[i]) == 0) {
            return RANK_HEADER;
        }
    }
    return RANK_PREFIX;
}

static void weigh(struct search *search, struct backend_chip *chip)
{
    const char *label = backend_chip_label(chip);
    enum rank rank = rank_of(label, search->prefix);
    why_add(search->found, sizeof search->found, "%s%s \"%s\"", search->found[0] ? ", " : "", backend_chip_name(chip),
            label);
    if (rank == RANK_NONE || rank < search->rank) {
        backend_chip_close(chip);
    } else if (rank == search->rank) {
        search->equals++;
        backend_chip_close(chip);
    } else {
        backend_chip_close(search->best);
        search->best = chip;
        search->rank = rank;
        search->equals = 1;
    }
}

static void look_at(struct search *search, const char *directory, const char *name)
{
    char path[320];
    struct stat status;
    struct backend_chip *chip = NULL;
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    if (lstat(path, &status) < 0 || S_ISLNK(status.st_mode)) {
        return;
    }
    int error = backend_chip_open(path, &chip);
    if (error == 0) {
        weigh(search, chip);
    } else if (error == -EACCES || error == -EPERM) {
        (void)snprintf(search->denied, sizeof search->denied, "%s", name);
    }
}

static int is_chip_name(const struct dirent *entry)
{
    return strncmp(entry->d_name, "gpiochip", strlen("gpiochip")) == 0;
}

static void look_at_all(struct search *search, const char *directory)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, is_chip_name, versionsort);
    for (int i = 0; i < count; i++) {
        look_at(search, directory, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

static int explain_none(const struct search *search, const char *directory, char *why, size_t size)
{
    if (search->denied[0] != '\0') {
        why_add(why, size,
                "%s/%s may not be opened: the daemon's user must be in the group of that file (\"gpio\" by the udev "
                "rule), and its unit must allow char-gpiochip",
                directory, search->denied);
        return -EACCES;
    }
    why_add(why, size, "no GPIO chip has a label that begins with \"%s\" (pad.chip); there %s", search->prefix,
            search->found[0] ? "are: " : "is no GPIO chip at all in ");
    why_add(why, size, "%s", search->found[0] ? search->found : directory);
    return -ENODEV;
}

int lines_chip_open(const char *directory, const char *prefix, struct backend_chip **chip, char *why, size_t size)
{
    struct search search = {.prefix = prefix};
    look_at_all(&search, directory);
    if (!search.best) {
        return explain_none(&search, directory, why, size);
    }
    if (search.equals > 1) {
        why_add(why, size,
                "%zu GPIO chips have a label that begins with \"%s\" (pad.chip), give the whole label of "
                "one; there are: %s",
                search.equals, prefix, search.found);
        backend_chip_close(search.best);
        return -ENOTUNIQ;
    }
    *chip = search.best;
    return 0;
}
