#include "reader.h"

#include <stdlib.h>
#include <string.h>

struct item item_first(const struct reader *reader, struct item parent)
{
    (void)reader;
    return (struct item){.json = parent.json->child, .node = parent.node + 1};
}

struct item item_next(const struct reader *reader, struct item item)
{
    return (struct item){.json = item.json->next, .node = reader->scan->nodes[item.node].next};
}

static enum mark *mark_of(struct reader *reader, const struct key *key, size_t index)
{
    return &reader->marks[key - keys][index];
}

bool reader_given(const struct reader *reader, const char *path, size_t index)
{
    return reader->marks[key_at(path) - keys][index] == MARK_GOOD;
}

bool reader_sound(const struct reader *reader, const char *path, size_t index)
{
    return reader->marks[key_at(path) - keys][index] != MARK_BAD;
}

static struct item member(const struct reader *reader, struct item object, const char *name, size_t length)
{
    struct item item = item_first(reader, object);
    while (item.json && (strncmp(item.json->string, name, length) != 0 || item.json->string[length] != '\0')) {
        item = item_next(reader, item);
    }
    return item;
}

static struct item element(const struct reader *reader, struct item list, size_t index)
{
    struct item item = item_first(reader, list);
    for (size_t i = 0; item.json && i < index; i++) {
        item = item_next(reader, item);
    }
    return item;
}

/* The item of that path, or the innermost around it that exists. */
static struct item nearest_item(const struct reader *reader, const char *path, size_t index)
{
    struct item item = reader->root;
    while (*path != '\0') {
        size_t length = strcspn(path, ".[");
        struct item inner = cJSON_IsObject(item.json) ? member(reader, item, path, length) : (struct item){0};
        if (inner.json && strncmp(path + length, "[].", 3) == 0) {
            item = inner;
            inner = element(reader, item, index);
        }
        if (!inner.json) {
            break;
        }
        item = inner;
        path += length;
        path += strspn(path, "[].");
    }
    return item;
}

void reader_complain(struct reader *reader, const char *path, size_t index, const char *format, ...)
{
    char shown[sizeof reader->report->errors->items[0].path];
    struct item item = nearest_item(reader, path, index);
    va_list arguments;
    key_path(key_at(path), index, shown, sizeof shown);
    va_start(arguments, format);
    report_addv(reader->report, reader->scan->nodes[item.node].value_at, shown, format, arguments);
    va_end(arguments);
}

bool item_complain(struct reader *reader, const struct key *key, size_t index, struct item item, const char *format,
                   ...)
{
    char shown[sizeof reader->report->errors->items[0].path];
    va_list arguments;
    key_path(key, index, shown, sizeof shown);
    va_start(arguments, format);
    report_addv(reader->report, reader->scan->nodes[item.node].value_at, shown, format, arguments);
    va_end(arguments);
    return false;
}

/* The path of a member that the table does not know, or that was given twice. */
static void member_path(const struct key *parent, size_t index, const char *name, char *path, size_t size)
{
    char quoted[REPORT_QUOTE_SIZE];
    path[0] = '\0';
    if (parent) {
        key_path(parent, index, path, size);
        if (parent->kind == KEY_LIST) {
            report_append(path, size, "[%zu]", index);
        }
        report_append(path, size, ".");
    }
    report_quote(name, quoted);
    report_append(path, size, "%.*s", (int)strlen(quoted) - 2, quoted + 1);
}

struct names {
    char text[KEYS_MAX][32];
    const char *words[KEYS_MAX];
    size_t count;
};

static void collect_names(const struct key *parent, struct names *names)
{
    names->count = 0;
    for (size_t i = 0; i < key_count; i++) {
        if (key_is_child(&keys[i], parent)) {
            char *text = names->text[names->count];
            key_name(&keys[i], text, sizeof names->text[0]);
            names->words[names->count++] = text;
        }
    }
}

static void complain_unknown(struct reader *reader, const struct key *parent, size_t index, struct item item)
{
    char path[sizeof reader->report->errors->items[0].path];
    char what[sizeof reader->report->errors->items[0].what] = "unknown key";
    struct names names;
    collect_names(parent, &names);
    const char *near = report_nearest(item.json->string, names.words, names.count);
    if (near) {
        report_append(what, sizeof what, ": did you mean \"%s\"?", near);
    }
    for (size_t i = 0; i < names.count; i++) {
        report_append(what, sizeof what, "%s%s", i ? ", " : near ? " Allowed: " : "; allowed: ", names.words[i]);
    }
    member_path(parent, index, item.json->string, path, sizeof path);
    report_add(reader->report, reader->scan->nodes[item.node].key_at, path, "%s", what);
}

static bool given_before(struct reader *reader, const struct key *parent, size_t index, struct item object,
                         struct item item)
{
    struct item earlier = item_first(reader, object);
    while (earlier.node != item.node && strcmp(earlier.json->string, item.json->string) != 0) {
        earlier = item_next(reader, earlier);
    }
    if (earlier.node == item.node) {
        return false;
    }
    char path[sizeof reader->report->errors->items[0].path];
    int line = 1;
    for (size_t at = 0; at < reader->scan->nodes[earlier.node].key_at; at++) {
        line += reader->scan->clean[at] == '\n';
    }
    member_path(parent, index, item.json->string, path, sizeof path);
    report_add(reader->report, reader->scan->nodes[item.node].key_at, path,
               "this key was already given on line %d: a key may stand once", line);
    return true;
}

static bool read_key(struct reader *reader, const struct key *key, size_t index, struct item item);

static void require(struct reader *reader, const struct key *parent, size_t index, struct item object)
{
    for (size_t i = 0; i < key_count; i++) {
        const struct key *key = &keys[i];
        if (key->required && key_is_child(key, parent) && *mark_of(reader, key, index) == MARK_ABSENT) {
            *mark_of(reader, key, index) = MARK_BAD;
            item_complain(reader, key, index, object, "is missing here: %s", key->help);
        }
    }
}

static bool read_members(struct reader *reader, const struct key *parent, size_t index, struct item object)
{
    for (struct item item = item_first(reader, object); item.json; item = item_next(reader, item)) {
        const struct key *key = key_child(parent, item.json->string);
        if (given_before(reader, parent, index, object, item)) {
            continue;
        }
        if (!key) {
            complain_unknown(reader, parent, index, item);
        } else {
            *mark_of(reader, key, index) = read_key(reader, key, index, item) ? MARK_GOOD : MARK_BAD;
        }
    }
    require(reader, parent, index, object);
    return true;
}

static bool read_list(struct reader *reader, const struct key *list, struct item item)
{
    size_t count = (size_t)cJSON_GetArraySize(item.json);
    if (!cJSON_IsArray(item.json)) {
        return item_complain(reader, list, 0, item, "must be a list of objects, [ { ... } ]: %s", list->help);
    }
    if ((double)count < list->min || (double)count > list->max) {
        item_complain(reader, list, 0, item, "%zu are given; allowed: %g to %g", count, list->min, list->max);
    }
    size_t index = 0;
    for (struct item each = item_first(reader, item); each.json && index < (size_t)list->max; index++) {
        if (!cJSON_IsObject(each.json)) {
            return item_complain(reader, list, 0, each, "each must be an object, { ... }");
        }
        read_members(reader, list, index, each);
        each = item_next(reader, each);
    }
    *(size_t *)key_place(list, reader->draft, 0) = index;
    return index == count && (double)count >= list->min;
}

static bool read_key(struct reader *reader, const struct key *key, size_t index, struct item item)
{
    if (key->kind == KEY_LIST) {
        return read_list(reader, key, item);
    }
    if (key->kind != KEY_OBJECT) {
        return value_read(reader, key, index, item);
    }
    if (!cJSON_IsObject(item.json)) {
        return item_complain(reader, key, index, item, "must be an object, { ... }: %s", key->help);
    }
    return read_members(reader, key, index, item);
}

void reader_read(struct reader *reader)
{
    if (!cJSON_IsObject(reader->root.json)) {
        report_add(reader->report, reader->scan->nodes[0].value_at, "", "the file must hold one object, { ... }");
        return;
    }
    read_members(reader, NULL, 0, reader->root);
}
