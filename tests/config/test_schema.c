/* The schema, the manual and the table of keys say the same. */
#include "keys.h"
#include "suite.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 17);
    if (!file || !text || fread(text, 1, (1 << 17) - 1, file) == 0) {
        fprintf(stderr, "cannot read %s\n", path);
        abort();
    }
    fclose(file);
    return text;
}

static const cJSON *field(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* The field of a node, or of what its $ref points to. */
static const cJSON *said(const cJSON *root, const cJSON *node, const char *name)
{
    const cJSON *own = field(node, name);
    const cJSON *reference = field(node, "$ref");
    if (own || !reference) {
        return own;
    }
    const char *slash = strrchr(reference->valuestring, '/');
    return said(root, field(field(root, "$defs"), slash + 1), name);
}

static const cJSON *schema_node(const cJSON *root, const struct key *key)
{
    const cJSON *node = root;
    const char *path = key->path;
    while (node && *path != '\0') {
        char name[64];
        size_t length = strcspn(path, ".[");
        snprintf(name, sizeof name, "%.*s", (int)length, path);
        node = field(said(root, node, "properties"), name);
        path += length;
        if (strncmp(path, "[].", 3) == 0 && node) {
            node = said(root, node, "items");
        }
        path += strspn(path, "[].");
    }
    return node;
}

static bool number_is(const cJSON *json, double expected)
{
    return cJSON_IsNumber(json) && json->valuedouble == expected;
}

static bool has_text(const cJSON *list, const char *text)
{
    const cJSON *each = NULL;
    cJSON_ArrayForEach(each, list)
    {
        if (strcmp(each->valuestring, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool span_agrees(const cJSON *root, const cJSON *node, const struct key *key)
{
    return number_is(said(root, node, "minimum"), key->min) && number_is(said(root, node, "maximum"), key->max);
}

static bool choices_agree(const cJSON *words, const struct key *key)
{
    int count = 0;
    for (const struct key_choice *choice = key->choices; choice->word; choice++, count++) {
        if (!has_text(words, choice->word)) {
            return false;
        }
    }
    return cJSON_GetArraySize(words) == count;
}

static bool default_agrees(const cJSON *root, const cJSON *node, const struct key *key)
{
    const cJSON *given = said(root, node, "default");
    if (key->kind == KEY_BOOL) {
        return cJSON_IsBool(given) && cJSON_IsTrue(given) == (key->fallback != 0.0);
    }
    if (key->kind == KEY_NUMBER || key->kind == KEY_INTEGER) {
        return isnan(key->fallback) ? given == NULL : number_is(given, key->fallback);
    }
    return key->text ? cJSON_IsString(given) && strcmp(given->valuestring, key->text) == 0 : given == NULL;
}

static bool parts_agree(const cJSON *words)
{
    int count = 0;
    for (; thermistor_part_name((size_t)count); count++) {
        if (!has_text(words, thermistor_part_name((size_t)count))) {
            return false;
        }
    }
    return cJSON_GetArraySize(words) == count;
}

static bool text_agrees(const cJSON *root, const cJSON *node, const struct key *key)
{
    if (key->rule == RULE_PART) {
        return parts_agree(field(node, "enum"));
    }
    bool may_be_empty = key->text && key->text[0] == '\0';
    return number_is(said(root, node, "maxLength"), (double)key->size - 1) &&
           (may_be_empty ? said(root, node, "minLength") == NULL : number_is(said(root, node, "minLength"), 1));
}

static bool kind_agrees(const cJSON *root, const cJSON *node, const struct key *key)
{
    const cJSON *type = said(root, node, "type");
    const char *word = type ? type->valuestring : "";
    switch (key->kind) {
    case KEY_OBJECT:
        return strcmp(word, "object") == 0 && cJSON_IsFalse(said(root, node, "additionalProperties"));
    case KEY_LIST:
        return strcmp(word, "array") == 0 && number_is(field(node, "minItems"), key->min) &&
               number_is(field(node, "maxItems"), key->max);
    case KEY_BOOL:
        return strcmp(word, "boolean") == 0;
    case KEY_NUMBER:
        return strcmp(word, "number") == 0 && span_agrees(root, node, key);
    case KEY_INTEGER:
        return strcmp(word, "integer") == 0 && span_agrees(root, node, key);
    case KEY_TEXT:
        return strcmp(word, "string") == 0 && text_agrees(root, node, key);
    case KEY_CHOICE:
        return strcmp(word, "string") == 0 && choices_agree(field(node, "enum"), key);
    case KEY_RANGE:
    case KEY_COEFFICIENTS:
        return strcmp(word, "array") == 0 && span_agrees(root, field(node, "items"), key);
    case KEY_OUTPUTS:
    case KEY_POINTS:
        return strcmp(word, "array") == 0 && number_is(field(node, "minItems"), key->min) &&
               number_is(field(node, "maxItems"), key->max);
    case KEY_LINE:
        return span_agrees(root, said(root, node, "oneOf")->child, key);
    case KEY_QUIET:
        return said(root, node, "oneOf") != NULL;
    case KEY_IGNORED:
        return strcmp(word, "string") == 0;
    case KEY_KIND_COUNT:
    default:
        return false;
    }
}

static const struct key *parent_of(const struct key *key)
{
    for (size_t i = 0; i < key_count; i++) {
        if (key_is_child(key, &keys[i])) {
            return &keys[i];
        }
    }
    return NULL;
}

static bool required_agrees(const cJSON *root, const struct key *key)
{
    const struct key *parent = parent_of(key);
    const cJSON *node = parent ? schema_node(root, parent) : root;
    char name[64];
    key_name(key, name, sizeof name);
    if (parent && parent->kind == KEY_LIST) {
        node = said(root, node, "items");
    }
    return has_text(said(root, node, "required"), name) == key->required;
}

static void expect(bool holds, const struct key *key, const char *what)
{
    CU_ASSERT(holds);
    if (!holds) {
        printf("\n    %s: %s\n", key->path, what);
    }
}

static void every_key_of_the_table_is_in_the_schema_and_agrees(void)
{
    char *text = file_text(SCHEMA);
    cJSON *root = cJSON_Parse(text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(root);
    for (size_t i = 0; i < key_count; i++) {
        const struct key *key = &keys[i];
        const cJSON *node = schema_node(root, key);
        expect(node != NULL, key, "not in the schema");
        if (node) {
            expect(kind_agrees(root, node, key), key, "type or range");
            expect(default_agrees(root, node, key), key, "default");
            expect(required_agrees(root, key), key, "required");
            const cJSON *description = said(root, node, "description");
            expect(cJSON_IsString(description) && strlen(description->valuestring) > 3, key, "description");
        }
    }
    cJSON_Delete(root);
    free(text);
}

static size_t count_properties(const cJSON *root, const cJSON *node)
{
    size_t count = 0;
    const cJSON *each = NULL;
    const cJSON *items = said(root, node, "items");
    cJSON_ArrayForEach(each, said(root, node, "properties"))
    {
        count += 1 + count_properties(root, each);
    }
    return count + (cJSON_IsObject(items) ? count_properties(root, items) : 0);
}

static void the_schema_has_no_key_that_the_table_has_not(void)
{
    char *text = file_text(SCHEMA);
    cJSON *root = cJSON_Parse(text);
    CU_ASSERT_EQUAL(count_properties(root, root), key_count);
    cJSON_Delete(root);
    free(text);
}

static void the_manual_explains_every_key(void)
{
    char *text = file_text(MANUAL);
    for (size_t i = 0; i < key_count; i++) {
        char name[64];
        char macro[80];
        key_name(&keys[i], name, sizeof name);
        snprintf(macro, sizeof macro, ".It Ic %s", name);
        const char *at = strstr(text, macro);
        while (at && at[strlen(macro)] != ' ' && at[strlen(macro)] != '\n') {
            at = strstr(at + 1, macro);
        }
        expect(at != NULL, &keys[i], "not in the manual");
    }
    free(text);
}

static void the_table_is_sound(void)
{
    for (size_t i = 0; i < key_count; i++) {
        const struct key *key = &keys[i];
        expect(key->help && strlen(key->help) > 3, key, "help");
        expect(key_at(key->path) == key, key, "the path stands twice");
        expect(strchr(key->path, '.') == NULL || parent_of(key) != NULL, key, "no parent");
        expect(isnan(key->fallback) || key->kind != KEY_NUMBER ||
                   (key->fallback >= key->min && key->fallback <= key->max),
               key, "default out of range");
    }
}

static const struct suite_test tests[] = {
    {"every key of the table is in the schema and agrees", every_key_of_the_table_is_in_the_schema_and_agrees},
    {"the schema has no key that the table has not",       the_schema_has_no_key_that_the_table_has_not      },
    {"the manual explains every key",                      the_manual_explains_every_key                     },
    {"the table is sound",                                 the_table_is_sound                                },
};

int main(void)
{
    return suite_run("config schema", tests, sizeof tests / sizeof tests[0]);
}
