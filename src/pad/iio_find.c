#include "iio.h"
#include "why.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum rank { RANK_NONE, RANK_NAME, RANK_PARENT, RANK_PATH };

struct search {
    const char *wanted;
    char *wanted_path; /* links resolved; NULL when `wanted` is no path to anything */
    enum rank rank;
    size_t equals; /* devices of that rank */
    struct iio_place place;
    char found[160]; /* all devices, in words */
};

static const struct iio_ports files = {.read = pread};

static void read_name(struct iio_place *place)
{
    int fd = iio_attr_open(place->path, "name");
    if (fd >= 0) {
        (void)iio_attr_text(&files, fd, place->name, sizeof place->name);
        (void)close(fd);
    }
}

static enum rank rank_of(const struct search *search, const struct iio_place *place, const char *parent)
{
    const char *slash = strrchr(parent, '/');
    if (search->wanted[0] == '/') {
        const char *path = search->wanted_path;
        return path && (strcmp(path, place->path) == 0 || strcmp(path, parent) == 0) ? RANK_PATH : RANK_NONE;
    }
    if (slash && strcmp(slash + 1, search->wanted) == 0) {
        return RANK_PARENT;
    }
    return place->name[0] != '\0' && strcmp(place->name, search->wanted) == 0 ? RANK_NAME : RANK_NONE;
}

static void weigh(struct search *search, const struct iio_place *place)
{
    char parent[IIO_PATH_MAX];
    memcpy(parent, place->path, sizeof parent);
    char *device = strrchr(parent, '/');
    if (!device) {
        return;
    }
    *device = '\0';
    const char *slash = strrchr(parent, '/');
    why_add(search->found, sizeof search->found, "%s%s (%s %s)", search->found[0] ? ", " : "", device + 1,
            slash ? slash + 1 : "", place->name);
    enum rank rank = rank_of(search, place, parent);
    if (rank != RANK_NONE && rank == search->rank) {
        search->equals++;
    } else if (rank > search->rank) {
        search->rank = rank;
        search->equals = 1;
        search->place = *place;
    }
}

static void look_at(struct search *search, const char *directory, const char *entry)
{
    char path[IIO_PATH_MAX + NAME_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", directory, entry);
    char *resolved = realpath(path, NULL);
    if (resolved && strlen(resolved) < IIO_PATH_MAX) {
        struct iio_place place = {0};
        memcpy(place.path, resolved, strlen(resolved));
        read_name(&place);
        weigh(search, &place);
    }
    free(resolved);
}

static int is_device_name(const struct dirent *entry)
{
    return strncmp(entry->d_name, "iio:device", strlen("iio:device")) == 0;
}

static void look_at_all(struct search *search, const char *sysfs_root)
{
    char directory[IIO_PATH_MAX];
    struct dirent **entries = NULL;
    (void)snprintf(directory, sizeof directory, "%s/bus/iio/devices", sysfs_root);
    int count = scandir(directory, &entries, is_device_name, versionsort);
    for (int i = 0; i < count; i++) {
        look_at(search, directory, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

int iio_find(const char *sysfs_root, const char *wanted, struct iio_place *place, char *why, size_t size)
{
    struct search search = {.wanted = wanted, .wanted_path = wanted[0] == '/' ? realpath(wanted, NULL) : NULL};
    look_at_all(&search, sysfs_root);
    free(search.wanted_path);
    if (search.rank == RANK_NONE) {
        why_add(why, size, "there is no IIO device \"%s\"; there %s", wanted,
                search.found[0] ? "are: " : "is none at all: is the ADC's overlay in config.txt?");
        why_add(why, size, "%s", search.found);
        return -ENODEV;
    }
    if (search.equals > 1) {
        why_add(why, size,
                "\"%s\" means %zu IIO devices, give the name in front, such as \"1-0048\", or a path; "
                "there are: %s",
                wanted, search.equals, search.found);
        return -ENOTUNIQ;
    }
    *place = search.place;
    return 0;
}
