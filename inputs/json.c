/* See inputs/json.h. Typed getters and forms; the document itself is read in json_document.c. */
#include "inputs/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 100, SHOWN_BYTES = 60 };

static const double EXACT_INTEGERS = 9007199254740992.0; /* 2^53 */

/* --- looking ------------------------------------------------------------------------------ */

bool in_json_is_object(struct in_json value) { return value.node && cJSON_IsObject(value.node); }
bool in_json_is_array(struct in_json value) { return value.node && cJSON_IsArray(value.node); }
bool in_json_is_string(struct in_json value) { return value.node && cJSON_IsString(value.node); }
bool in_json_is_number(struct in_json value) { return value.node && cJSON_IsNumber(value.node); }

static bool plain_key(const char *key) {
    if (!*key) {
        return false;
    }
    for (const char *c = key; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || *c == '_' || *c == '-';
        if (!plain) {
            return false;
        }
    }
    return true;
}

/* Text with what a terminal could misread (control characters) replaced, cut to SHOWN_BYTES at the
 * start of a UTF-8 character. */
static const char *shown_text(struct sim_arena *arena, const char *text) {
    size_t length = strlen(text);
    bool cut = length > SHOWN_BYTES;
    if (cut) {
        length = SHOWN_BYTES;
        while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
            length--;
        }
    }
    char *copy = sim_arena_alloc(arena, length + sizeof "...");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        copy[i] = c < 32 || c == 127 ? '?' : text[i];
    }
    if (cut) {
        memcpy(copy + length, "...", sizeof "...");
    }
    return copy;
}

static const char *member_path(struct in_json parent, const char *key) {
    struct sim_arena *arena = parent.context->arena;
    bool at_root = parent.path == in_json_root_path;
    if (plain_key(key)) {
        return at_root ? sim_arena_copy(arena, key)
                       : sim_arena_print(arena, "%s.%s", parent.path, key);
    }
    return sim_arena_print(arena, "%s[\"%s\"]", at_root ? "" : parent.path, shown_text(arena, key));
}

static const char *element_path(struct in_json parent, int index) {
    bool at_root = parent.path == in_json_root_path;
    return sim_arena_print(parent.context->arena, "%s[%d]", at_root ? "" : parent.path, index);
}

struct in_json in_json_get(struct in_json object, const char *key) {
    struct in_json member = {NULL, object.path, 0, object.context};
    if (in_json_is_object(object)) {
        member.node = cJSON_GetObjectItemCaseSensitive(object.node, key);
        if (member.node) {
            member.path = member_path(object, key);
        }
    }
    return member;
}

struct in_json in_json_need(struct in_json object, const char *key, const char *expected) {
    struct in_json member = in_json_get(object, key);
    if (!member.node && in_json_is_object(object)) {
        sim_diag_add(object.context->diags, "missing-key", object.path, expected, NULL,
                     "no key \"%s\"", key);
    }
    return member;
}

int in_json_count(struct in_json value) {
    bool list = in_json_is_array(value) || in_json_is_object(value);
    return list ? cJSON_GetArraySize(value.node) : 0;
}

struct in_json in_json_item(struct in_json array, int index) {
    struct in_json item = {NULL, array.path, index, array.context};
    if (in_json_is_array(array)) {
        item.node = cJSON_GetArrayItem(array.node, index);
        if (item.node) {
            item.path = element_path(array, index);
        }
    }
    return item;
}

bool in_json_next(struct in_json list, struct in_json *item) {
    bool object = in_json_is_object(list);
    if (!object && !in_json_is_array(list)) {
        return false;
    }
    const cJSON *node = item->node ? item->node->next : list.node->child;
    if (!node) {
        return false;
    }
    int index = item->node ? item->index + 1 : 0;
    const char *path = object ? member_path(list, node->string) : element_path(list, index);
    *item = (struct in_json){node, path, index, list.context};
    return true;
}

const char *in_json_key(struct in_json member) {
    return member.node && member.node->string
               ? sim_arena_copy(member.context->arena, member.node->string)
               : NULL;
}

const char *in_json_shown(struct in_json value) {
    struct sim_arena *arena = value.context->arena;
    if (!value.node) {
        return "nothing";
    }
    if (cJSON_IsObject(value.node)) {
        return "an object";
    }
    if (cJSON_IsArray(value.node)) {
        return value.node->child ? "a list" : "an empty list";
    }
    if (cJSON_IsString(value.node)) {
        return sim_arena_print(arena, "\"%s\"", shown_text(arena, value.node->valuestring));
    }
    return in_json_print(value);
}

void in_json_wrong(struct in_json value, const char *code, const char *expected, const char *mend) {
    sim_diag_add(value.context->diags, code, value.path, expected, mend, "%s",
                 in_json_shown(value));
}

void in_json_conflict(struct in_json object, const char *key, const char *expected) {
    struct in_json member = in_json_get(object, key);
    if (in_json_present(member)) {
        in_json_wrong(member, "conflicting-keys", expected, NULL);
    }
}

/* --- typed getters ------------------------------------------------------------------------ */

bool in_json_object(struct in_json value) {
    if (value.node && !in_json_is_object(value)) {
        in_json_wrong(value, "wrong-type", "an object {...}", NULL);
    }
    return in_json_is_object(value);
}

bool in_json_array(struct in_json value) {
    if (value.node && !in_json_is_array(value)) {
        in_json_wrong(value, "wrong-type", "a list [...]", NULL);
    }
    return in_json_is_array(value);
}

static bool string_of(struct in_json value, const char *expected, const char **out) {
    if (!value.node) {
        return false;
    }
    if (!in_json_is_string(value) || !value.node->valuestring[0]) {
        in_json_wrong(value, "wrong-type", expected, NULL);
        return false;
    }
    *out = sim_arena_copy(value.context->arena, value.node->valuestring);
    return true;
}

bool in_json_string(struct in_json value, const char **out) {
    return string_of(value, "a string that is not empty", out);
}

bool in_json_name(struct in_json value, const char **out) {
    const char *name = NULL;
    if (!string_of(value, "a name (a string)", &name)) {
        return false;
    }
    if (!in_name_ok(name)) {
        in_json_wrong(value, "bad-name", "a name of at most 100 bytes, without control characters",
                      NULL);
        return false;
    }
    *out = name;
    return true;
}

bool in_name_ok(const char *name) {
    size_t length = strlen(name);
    bool clean = length > 0 && length <= NAME_BYTES;
    for (size_t i = 0; clean && i < length; i++) {
        clean = (unsigned char)name[i] >= 32 && name[i] != 127;
    }
    return clean;
}

bool in_json_is_bool(struct in_json value) { return value.node && cJSON_IsBool(value.node); }

bool in_json_bool(struct in_json value, bool *out) {
    if (!value.node) {
        return false;
    }
    if (!cJSON_IsBool(value.node)) {
        in_json_wrong(value, "wrong-type", "true or false", NULL);
        return false;
    }
    *out = cJSON_IsTrue(value.node);
    return true;
}

static const char *range_text(struct sim_arena *arena, const char *what, double low, double high) {
    if (isinf(high)) {
        return isinf(low) ? what : sim_arena_print(arena, "%s of at least %.15g", what, low);
    }
    return sim_arena_print(arena, "%s from %.15g to %.15g", what, low, high);
}

static bool number_of(struct in_json value, const char *what, double low, double high,
                      double *out) {
    if (!value.node) {
        return false;
    }
    const char *expected = range_text(value.context->arena, what, low, high);
    if (!in_json_is_number(value)) {
        in_json_wrong(value, "wrong-type", expected, NULL);
        return false;
    }
    double number = value.node->valuedouble;
    if (!isfinite(number) || number < low || number > high) {
        in_json_wrong(value, "out-of-range", expected, NULL);
        return false;
    }
    *out = number;
    return true;
}

bool in_json_number(struct in_json value, double low, double high, double *out) {
    return number_of(value, "a number", low, high, out);
}

bool in_json_integer(struct in_json value, int64_t low, int64_t high, int64_t *out) {
    double top = high >= (int64_t)EXACT_INTEGERS ? EXACT_INTEGERS - 1 : (double)high;
    double bottom = low <= -(int64_t)EXACT_INTEGERS ? 1 - EXACT_INTEGERS : (double)low;
    double number = 0;
    if (!number_of(value, "an integer", bottom, top, &number)) {
        return false;
    }
    if (floor(number) != number) {
        in_json_wrong(value, "wrong-type",
                      range_text(value.context->arena, "an integer", bottom, top), NULL);
        return false;
    }
    *out = (int64_t)number;
    return true;
}

bool in_json_int(struct in_json value, int low, int high, int *out) {
    int64_t number = 0;
    if (!in_json_integer(value, low, high, &number)) {
        return false;
    }
    *out = (int)number;
    return true;
}

static const char *nearest_hint(struct sim_arena *arena, const char *word, const char *const *words,
                                int count) {
    const char *nearest = sim_nearest(word, words, count);
    return nearest ? sim_arena_print(arena, "did you mean \"%s\"?", nearest) : NULL;
}

/* "a, b or c" */
static const char *words_text(struct sim_arena *arena, const char *const *words, int count) {
    const char *text = "";
    for (int i = 0; i < count; i++) {
        const char *joint = i == 0 ? "" : i + 1 < count ? ", " : " or ";
        text = sim_arena_print(arena, "%s%s\"%s\"", text, joint, words[i]);
    }
    return text;
}

bool in_json_choice(struct in_json value, const char *const *words, int count, int *out) {
    if (!value.node) {
        return false;
    }
    struct sim_arena *arena = value.context->arena;
    const char *expected = words_text(arena, words, count);
    if (!in_json_is_string(value)) {
        in_json_wrong(value, "wrong-type", expected, NULL);
        return false;
    }
    const char *word = value.node->valuestring;
    for (int i = 0; i < count; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = i;
            return true;
        }
    }
    in_json_wrong(value, "unknown-value", expected, nearest_hint(arena, word, words, count));
    return false;
}

bool in_json_seed(struct in_json value, uint64_t *out) {
    const char *expected = "an integer from 0 to 18446744073709551615 (2^64 - 1)";
    const char *as_text = "write it as a string, such as \"9007199254740993\": a JSON number above "
                          "2^53 loses digits";
    if (!value.node) {
        return false;
    }
    if (in_json_is_number(value)) {
        double number = value.node->valuedouble;
        bool whole = isfinite(number) && floor(number) == number && number >= 0;
        if (whole && number < EXACT_INTEGERS) {
            *out = (uint64_t)number;
            return true;
        }
        in_json_wrong(value, "bad-seed", expected, whole ? as_text : NULL);
        return false;
    }
    const char *digits = in_json_is_string(value) ? value.node->valuestring : "";
    size_t length = strlen(digits);
    if (length > 0 && length <= 20 && strspn(digits, "0123456789") == length) {
        errno = 0;
        unsigned long long number = strtoull(digits, NULL, 10);
        if (errno == 0) {
            *out = number;
            return true;
        }
    }
    in_json_wrong(value, "bad-seed", expected, NULL);
    return false;
}

/* --- forms -------------------------------------------------------------------------------- */

static bool has_field(const struct in_form *form, const char *key) {
    for (int i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

void in_json_check_keys(struct in_json object, const struct in_form *form) {
    struct sim_arena *arena = object.context->arena;
    const char **keys = NULL;
    for (struct in_json member = {0}; in_json_next(object, &member);) {
        const char *key = member.node->string;
        if (has_field(form, key)) {
            continue;
        }
        if (!keys) {
            keys = sim_arena_array(arena, (size_t)form->count, sizeof *keys);
            for (int i = 0; i < form->count; i++) {
                keys[i] = form->fields[i].key;
            }
        }
        sim_diag_add(
            object.context->diags, "unknown-key", member.path,
            sim_arena_print(arena, "one of the keys %s", words_text(arena, keys, form->count)),
            nearest_hint(arena, key, keys, form->count), "key \"%s\"", shown_text(arena, key));
    }
}

bool in_json_read(struct in_json object, const struct in_form *form, void *record) {
    if (!in_json_object(object)) {
        return false;
    }
    in_json_check_keys(object, form);
    for (int i = 0; i < form->count; i++) {
        const struct in_field *field = &form->fields[i];
        struct in_json member = in_json_get(object, field->key);
        if (member.node) {
            field->read(member, record);
        } else if (field->required) {
            in_json_need(object, field->key,
                         sim_arena_print(object.context->arena, "the key \"%s\"", field->key));
        }
    }
    return true;
}

void *in_json_records(struct in_json list, const struct in_record *kind, int *count) {
    *count = 0;
    int items = in_json_array(list) ? in_json_count(list) : 0;
    if (items == 0) {
        return NULL;
    }
    char *records = sim_arena_array(list.context->arena, (size_t)items, kind->size);
    for (struct in_json item = {0}; in_json_next(list, &item);) {
        void *record = records + (size_t)item.index * kind->size;
        if (kind->prepare) {
            kind->prepare(item, record);
        }
        if (in_json_read(item, kind->form, record) && kind->finish) {
            kind->finish(item, record);
        }
    }
    *count = items;
    return records;
}
