#include "keys.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct key *key_at(const char *path)
{
    for (size_t i = 0; i < key_count; i++) {
        if (strcmp(keys[i].path, path) == 0) {
            return &keys[i];
        }
    }
    assert(false); /* a path that only a program could have got wrong */
    return &keys[0];
}

static const char *leaf(const struct key *key)
{
    const char *dot = strrchr(key->path, '.');
    return dot ? dot + 1 : key->path;
}

bool key_is_child(const struct key *key, const struct key *parent)
{
    size_t length = parent ? strlen(parent->path) : 0;
    if (!parent) {
        return leaf(key) == key->path;
    }
    return strncmp(key->path, parent->path, length) == 0 && key->path[length] == '.' &&
           leaf(key) == key->path + length + 1;
}

void key_name(const struct key *key, char *name, size_t size)
{
    const char *from = leaf(key);
    snprintf(name, size, "%.*s", (int)strcspn(from, "["), from);
}

const struct key *key_child(const struct key *parent, const char *name)
{
    char own[64];
    for (size_t i = 0; i < key_count; i++) {
        if (key_is_child(&keys[i], parent)) {
            key_name(&keys[i], own, sizeof own);
            if (strcmp(own, name) == 0) {
                return &keys[i];
            }
        }
    }
    return NULL;
}

void key_path(const struct key *key, size_t index, char *path, size_t size)
{
    const char *brackets = strstr(key->path, "[]");
    if (!brackets) {
        snprintf(path, size, "%s", key->path);
    } else if (brackets[2] == '\0') {
        snprintf(path, size, "%.*s", (int)(brackets - key->path), key->path);
    } else {
        snprintf(path, size, "%.*s[%zu]%s", (int)(brackets - key->path), key->path, index, brackets + 2);
    }
}

const void *key_place_const(const struct key *key, const struct draft *draft, size_t index)
{
    return (const char *)draft + key->where + index * key->stride;
}

void *key_place(const struct key *key, struct draft *draft, size_t index)
{
    return (char *)draft + key->where + index * key->stride;
}

size_t key_list_length(const struct key *key, const struct draft *draft)
{
    return *(const size_t *)key_place_const(key, draft, 0);
}

double key_number(const struct key *key, const struct draft *draft, size_t index, bool most)
{
    const void *place = key_place_const(key, draft, index);
    if (key->store == STORE_INT32) {
        return (double)*(const int32_t *)place / key->scale;
    }
    if (key->store == STORE_INT64) {
        return (double)((const int64_t *)place)[most] / key->scale;
    }
    assert(key->store == STORE_DOUBLE);
    return *(const double *)place / key->scale;
}

void key_set_number(const struct key *key, struct draft *draft, size_t index, bool most, double value)
{
    void *place = key_place(key, draft, index);
    if (key->store == STORE_INT32) {
        *(int32_t *)place = (int32_t)lround(value * key->scale);
    } else if (key->store == STORE_INT64) {
        ((int64_t *)place)[most] = llround(value * key->scale);
    } else if (key->store == STORE_DOUBLE) {
        *(double *)place = value * key->scale;
    }
}

const struct key_choice *key_choice_find(const struct key *key, const char *word)
{
    for (const struct key_choice *choice = key->choices; choice->word; choice++) {
        if (strcmp(choice->word, word) == 0) {
            return choice;
        }
    }
    return NULL;
}

const struct key_choice *key_choice_kept(const struct key *key, const struct draft *draft, size_t index)
{
    const void *place = key_place_const(key, draft, index);
    if (key->store == STORE_TEXT) {
        return key_choice_find(key, place);
    }
    int kept = key->store == STORE_BOOL ? (int)*(const bool *)place : *(const int *)place;
    for (const struct key_choice *choice = key->choices; choice->word; choice++) {
        if (choice->value == kept) {
            return choice;
        }
    }
    return NULL;
}

void key_set_choice(const struct key *key, struct draft *draft, size_t index, const struct key_choice *choice)
{
    void *place = key_place(key, draft, index);
    if (key->store == STORE_TEXT) {
        snprintf(place, key->size, "%s", choice->word);
    } else if (key->store == STORE_BOOL) {
        *(bool *)place = choice->value != 0;
    } else {
        memcpy(place, &choice->value, sizeof choice->value);
    }
}

static void fill_default(const struct key *key, struct draft *draft, size_t index)
{
    switch (key->kind) {
    case KEY_BOOL:
        *(bool *)key_place(key, draft, index) = key->fallback != 0.0;
        break;
    case KEY_NUMBER:
    case KEY_INTEGER:
        if (!isnan(key->fallback)) {
            key_set_number(key, draft, index, false, key->fallback);
        }
        break;
    case KEY_CHOICE:
        if (key->text) {
            key_set_choice(key, draft, index, key_choice_find(key, key->text));
        }
        break;
    case KEY_TEXT:
        if (key->text) {
            snprintf(key_place(key, draft, index), key->size, "%s", key->text);
        }
        break;
    case KEY_OBJECT:
    case KEY_LIST:
    case KEY_IGNORED:
    case KEY_RANGE:
    case KEY_QUIET:
    case KEY_LINE:
    case KEY_OUTPUTS:
    case KEY_COEFFICIENTS:
    case KEY_POINTS:
    case KEY_KIND_COUNT:
    default:
        break;
    }
}

void keys_fill_defaults(struct draft *draft)
{
    for (size_t i = 0; i < key_count; i++) {
        size_t elements = keys[i].stride ? KEY_LIST_MAX : 1;
        for (size_t index = 0; index < elements; index++) {
            fill_default(&keys[i], draft, index);
        }
    }
}
