#include "scanner.h"

#include "soothe/config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool scan_value(struct scanner *s, size_t key_at);

bool scanner_fail(struct scanner *s, size_t at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(s->fault->what, sizeof s->fault->what, format, arguments);
    va_end(arguments);
    s->fault->at = at;
    s->error = -EINVAL;
    return false;
}

char scanner_peek(const struct scanner *s)
{
    return s->at < s->length ? s->text[s->at] : '\0';
}

bool scanner_starts_with(const struct scanner *s, const char *word)
{
    size_t length = strlen(word);
    return s->length - s->at >= length && memcmp(s->text + s->at, word, length) == 0;
}

bool scanner_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool scanner_is_word(char c)
{
    return scanner_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

size_t scanner_word_length(const struct scanner *s)
{
    size_t length = 0;
    while (s->at + length < s->length && scanner_is_word(s->text[s->at + length])) {
        length++;
    }
    return length;
}

/* What stands at the cursor, for "found ...". One at a time: the buffer is the caller's. */
static const char *found(const struct scanner *s, char buffer[40])
{
    size_t word = scanner_word_length(s);
    if (s->at >= s->length) {
        return "the end of the file";
    }
    if (word == 0) {
        word = 1;
        while (s->at + word < s->length && (s->text[s->at + word] & 0xC0) == 0x80) {
            word++;
        }
    }
    snprintf(buffer, 40, "`%.*s`", (int)(word > 30 ? 30 : word), s->text + s->at);
    return buffer;
}

static void blank(struct scanner *s, size_t from)
{
    for (size_t i = from; i < s->at; i++) {
        if (s->text[i] != '\n' && s->text[i] != '\r') {
            s->out->clean[i] = ' ';
        }
    }
}

static bool skip_comment(struct scanner *s)
{
    size_t from = s->at;
    if (scanner_starts_with(s, "//")) {
        while (s->at < s->length && s->text[s->at] != '\n') {
            s->at++;
        }
    } else if (scanner_starts_with(s, "/*")) {
        s->at += 2;
        while (s->at < s->length && !scanner_starts_with(s, "*/")) {
            s->at++;
        }
        if (s->at >= s->length) {
            return scanner_fail(s, from, "this comment is never closed: `*/` is missing");
        }
        s->at += 2;
    } else {
        return scanner_fail(s, from, "a lone `/`: comments are written `// ...` or `/* ... */`");
    }
    blank(s, from);
    return true;
}

/* To the next byte that means something. */
static bool skip_blank(struct scanner *s)
{
    while (s->at < s->length) {
        char c = s->text[s->at];
        if (c == '/') {
            if (!skip_comment(s)) {
                return false;
            }
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            s->at++;
        } else if (c == '#') {
            return scanner_fail(s, s->at, "`#` begins no comment here: write `//`");
        } else {
            break;
        }
    }
    return true;
}

static bool add_node(struct scanner *s, size_t key_at, size_t *index)
{
    struct scan *out = s->out;
    if (out->count == out->capacity) {
        size_t capacity = out->capacity ? out->capacity * 2 : 256;
        struct scan_node *nodes = realloc(out->nodes, capacity * sizeof *nodes);
        if (!nodes) {
            s->error = -ENOMEM;
            return false;
        }
        out->nodes = nodes;
        out->capacity = capacity;
    }
    *index = out->count++;
    out->nodes[*index] = (struct scan_node){.key_at = (uint32_t)key_at, .value_at = (uint32_t)s->at};
    return true;
}

static bool never_closed(struct scanner *s, size_t opened_at)
{
    char open = s->text[opened_at];
    return scanner_fail(s, opened_at, "this `%c` is never closed: a `%c` is missing, its own or one within it", open,
                        open == '{' ? '}' : ']');
}

/* What a person probably meant by what stands here. */
static const char *slip(const struct scanner *s)
{
    if (scanner_is_digit(scanner_peek(s))) {
        return "; a number is written with a point, not a comma";
    }
    if (scanner_starts_with(s, "\xe2\x80\x9c") || scanner_starts_with(s, "\xe2\x80\x9d") ||
        scanner_starts_with(s, "\xe2\x80\x9e")) {
        return "; quotes are straight here: \"";
    }
    return "";
}

/* Behind a member: true with `*more` when a comma says that another one follows. */
static bool scan_separator(struct scanner *s, size_t opened_at, char close, size_t members, bool *more)
{
    char buffer[40];
    size_t value_end = s->at;
    if (!skip_blank(s)) {
        return false;
    }
    *more = false;
    if (scanner_peek(s) == close) {
        s->at++;
        return true;
    }
    if (s->at >= s->length) {
        return never_closed(s, opened_at);
    }
    if (scanner_peek(s) != ',') {
        return scanner_fail(s, value_end, "a `,` or `%c` is missing here, before %s", close, found(s, buffer));
    }
    size_t comma_at = s->at++;
    if (!skip_blank(s)) {
        return false;
    }
    if (scanner_peek(s) == close) {
        return scanner_fail(s, comma_at, "a trailing comma: remove it, `%c` follows", close);
    }
    if (members >= SCAN_MEMBERS_MAX) {
        return scanner_fail(s, s->at, "more than %d members", SCAN_MEMBERS_MAX);
    }
    *more = true;
    return true;
}

static bool scan_key(struct scanner *s, size_t opened_at)
{
    char buffer[40];
    if (s->at >= s->length) {
        return never_closed(s, opened_at);
    }
    if (scanner_peek(s) != '"') {
        return scanner_fail(s, s->at, "a key in double quotes is missing, found %s%s", found(s, buffer), slip(s));
    }
    if (!scan_string(s) || !skip_blank(s)) {
        return false;
    }
    if (scanner_peek(s) != ':') {
        return scanner_fail(s, s->at, "a `:` is missing after the key, found %s", found(s, buffer));
    }
    s->at++;
    return skip_blank(s);
}

/* An object or a list, at its opening bracket. */
static bool scan_members(struct scanner *s, char close)
{
    size_t opened_at = s->at++;
    bool more = true;
    if (++s->depth > CONFIG_DEPTH_MAX) {
        return scanner_fail(s, opened_at, "nested more than %d deep", CONFIG_DEPTH_MAX);
    }
    if (!skip_blank(s)) {
        return false;
    }
    if (scanner_peek(s) == close) {
        s->at++;
        more = false;
    }
    for (size_t members = 1; more; members++) {
        size_t key_at = s->at;
        if (close == '}' && !scan_key(s, opened_at)) {
            return false;
        }
        if (s->at >= s->length) {
            return never_closed(s, opened_at);
        }
        if (!scan_value(s, key_at) || !scan_separator(s, opened_at, close, members, &more)) {
            return false;
        }
    }
    s->depth--;
    return true;
}

static bool scan_any(struct scanner *s)
{
    char buffer[40];
    char c = scanner_peek(s);
    if (c == '{' || c == '[') {
        return scan_members(s, c == '{' ? '}' : ']');
    }
    if (c == '"') {
        return scan_string(s);
    }
    if (c == '-' || scanner_is_digit(c)) {
        return scan_number(s);
    }
    if (scanner_is_word(c)) {
        return scan_word(s);
    }
    if (c == '\'') {
        return scanner_fail(s, s->at, "text is written in \"double\" quotes");
    }
    if (c == '+' || c == '.') {
        return scanner_fail(s, s->at, "a number begins with a digit or `-`");
    }
    return scanner_fail(s, s->at, "a value is missing, found %s%s", found(s, buffer), slip(s));
}

static bool scan_value(struct scanner *s, size_t key_at)
{
    size_t index = 0;
    if (!add_node(s, key_at, &index)) {
        return false;
    }
    if (!scan_any(s)) {
        return false;
    }
    s->out->nodes[index].next = (uint32_t)s->out->count;
    return true;
}

static bool scan_whole(struct scanner *s)
{
    char buffer[40];
    if (scanner_starts_with(s, "\xEF\xBB\xBF")) {
        s->at = 3; /* a byte order mark, as Windows editors leave it */
        blank(s, 0);
    }
    if (!skip_blank(s)) {
        return false;
    }
    if (s->at >= s->length) {
        return scanner_fail(s, 0, "the file is empty: it must hold one object, { ... }");
    }
    if (!scan_value(s, s->at) || !skip_blank(s)) {
        return false;
    }
    return s->at >= s->length ||
           scanner_fail(s, s->at, "text after the end of the configuration, found %s", found(s, buffer));
}

int scan_text(const char *text, size_t length, struct scan *scan, struct scan_fault *fault)
{
    struct scan out = {.clean = malloc(length + 1), .length = length};
    struct scanner s = {.text = text, .length = length, .out = &out, .fault = fault};
    size_t bad_at = scan_bad_byte(text, length);
    if (!out.clean) {
        return -ENOMEM;
    }
    memcpy(out.clean, text, length);
    out.clean[length] = '\0';
    if (bad_at < length) {
        scanner_fail(&s, bad_at, "byte 0x%02X is no text here: the file must be UTF-8 without control characters",
                     (unsigned char)text[bad_at]);
    } else if (scan_whole(&s)) {
        *scan = out;
        return 0;
    }
    scan_free(&out);
    return s.error;
}

void scan_free(struct scan *scan)
{
    if (scan) {
        free(scan->nodes);
        free(scan->clean);
        *scan = (struct scan){.nodes = NULL};
    }
}
