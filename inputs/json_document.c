/* The document behind inputs/json.h: reading files, parsing, duplicate keys. */
#include "inputs/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/json_syntax.h"
#include "sim/random.h"

enum { FILE_LIMIT = 64 << 20 };

const char in_json_root_path[] = "document";

/* --- context and files -------------------------------------------------------------------- */

void in_context_init(struct in_context *context, struct sim_arena *arena, struct sim_diags *diags,
                     const char *path) {
    *context =
        (struct in_context){.arena = arena, .diags = diags, .folder = in_path_folder(arena, path)};
}

const char *in_path_folder(struct sim_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    return sim_arena_print(arena, "%.*s", slash ? (int)(slash - path) + 1 : 0, path);
}

const char *in_path_join(struct sim_arena *arena, const char *folder, const char *name) {
    return name[0] == '/' ? name : sim_arena_print(arena, "%s%s", folder, name);
}

void in_context_fini(struct in_context *context) {
    cJSON_Delete(context->tree);
    context->tree = NULL;
}

char *in_file_read(struct in_context *context, const char *path, const char *where,
                   size_t *length) {
    const char *expected = "a readable file of at most 64 MiB";
    FILE *file = fopen(path, "rb");
    if (!file) {
        sim_diag_add(context->diags, "unreadable-file", where, expected, NULL, "%s: %s", path,
                     strerror(errno));
        return NULL;
    }
    size_t room = 1 << 16;
    size_t count = 0;
    char *bytes = sim_alloc(room, 1);
    errno = 0;
    for (size_t got = 0; (got = fread(bytes + count, 1, room - count, file)) > 0;) {
        count += got;
        if (count > FILE_LIMIT) {
            break;
        }
        if (count == room) {
            room *= 2;
            bytes = sim_realloc(bytes, room, 1);
        }
    }
    int error = ferror(file) ? errno : 0;
    fclose(file);
    char *text = NULL;
    if (error) {
        sim_diag_add(context->diags, "unreadable-file", where, expected, NULL, "%s: %s", path,
                     strerror(error));
    } else if (count > FILE_LIMIT) {
        sim_diag_add(context->diags, "unreadable-file", where, expected, NULL,
                     "%s: more than 64 MiB", path);
    } else {
        text = sim_arena_alloc(context->arena, count + 1);
        memcpy(text, bytes, count);
        *length = count;
    }
    free(bytes);
    return text;
}

char *in_file_refer(struct in_context *context, const char *path, const char *where,
                    size_t *length) {
    char *text = in_file_read(context, path, where, length);
    if (text && strlen(text) != *length) {
        sim_diag_add(context->diags, "unreadable-file", where, "a text file", NULL, "%s: not text",
                     path);
        return NULL;
    }
    if (text) {
        context->files_hash = sim_mix(context->files_hash, sim_hash(text));
    }
    return text;
}

/* --- syntax ------------------------------------------------------------------------------- */

/* "12:7": line and column (in characters) of an offset, both from 1. */
static const char *line_column(struct sim_arena *arena, const char *text, size_t offset) {
    int line = 1;
    int column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    return sim_arena_print(arena, "%d:%d", line, column);
}

/* Reports a flaw; what stands there is shown when it has no words of its own. */
static void tell_flaw(struct in_context *context, const char *text, size_t length,
                      const struct in_flaw *flaw) {
    enum { SHOWN = 20 };
    const char *where = line_column(context->arena, text, flaw->offset);
    const char *found = flaw->found;
    if (!found && flaw->offset >= length) {
        found = "the end of the file";
    } else if (!found && (unsigned char)text[flaw->offset] < 32) {
        found = "the end of the line, or a tab";
    } else if (!found) {
        const char *at = text + flaw->offset;
        int shown = 0;
        while ((shown < SHOWN || ((unsigned char)at[shown] & 0xC0) == 0x80) &&
               (unsigned char)at[shown] >= 32) {
            shown++;
        }
        found = sim_arena_print(context->arena, "unexpected %.*s", shown, at);
    }
    sim_diag_add(context->diags, flaw->code, where, flaw->expected, flaw->mend, "%s", found);
}

/* --- parsing ------------------------------------------------------------------------------ */

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object, sorted; caller frees. */
static const char **sorted_keys(const cJSON *object, size_t count) {
    const char **keys = sim_alloc(count + 1, sizeof *keys);
    size_t i = 0;
    for (const cJSON *member = object->child; member; member = member->next) {
        keys[i++] = member->string;
    }
    qsort(keys, count, sizeof *keys, by_text);
    return keys;
}

/* Whether any object in the tree has a key twice. The depth is bounded by the
 * syntax check. */
static bool has_duplicates(const cJSON *node) {
    bool found = false;
    if (cJSON_IsObject(node)) {
        size_t count = (size_t)cJSON_GetArraySize(node);
        const char **keys = sorted_keys(node, count);
        for (size_t i = 1; i < count; i++) {
            found = found || strcmp(keys[i - 1], keys[i]) == 0;
        }
        free(keys);
    }
    for (const cJSON *child = node->child; child && !found; child = child->next) {
        found = has_duplicates(child);
    }
    return found;
}

/* Reports them. Apart from the search, which is to be cheap on long lists: this builds paths. */
static void tell_duplicates(struct in_json value) {
    if (in_json_is_object(value)) {
        size_t count = (size_t)in_json_count(value);
        const char **keys = sorted_keys(value.node, count);
        for (size_t i = 1; i < count; i++) {
            if (strcmp(keys[i - 1], keys[i]) == 0) {
                sim_diag_add(value.context->diags, "duplicate-key",
                             in_json_get(value, keys[i]).path, "each key once in its object",
                             "remove or rename all but one", "the key \"%.60s\" more than once",
                             keys[i]);
            }
        }
        free(keys);
    }
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        tell_duplicates(item);
    }
}

cJSON *in_json_tree(struct in_context *context, const char *text, size_t length) {
    size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* byte order mark */
    if (strspn(text + mark, " \t\r\n") == length - mark) {
        sim_diag_add(context->diags, "empty-document", "1:1", "a JSON object {...}", NULL,
                     "an empty file");
        return NULL;
    }
    struct in_flaw flaw;
    if (!in_json_sound(text + mark, length - mark, &flaw)) {
        flaw.offset += mark;
        tell_flaw(context, text, length, &flaw);
        return NULL;
    }
    const char *end = text;
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length + 1, &end, true);
    if (!tree) { /* the scanner leaves escapes to cJSON */
        flaw = (struct in_flaw){.code = "syntax",
                                .expected = "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041",
                                .found = "a malformed escape in a string",
                                .offset = (size_t)(end - text)};
        tell_flaw(context, text, length, &flaw);
        return NULL;
    }
    if (has_duplicates(tree)) {
        tell_duplicates((struct in_json){tree, in_json_root_path, 0, context});
        cJSON_Delete(tree);
        return NULL;
    }
    return tree;
}

struct in_json in_json_parse(struct in_context *context, const char *text, size_t length) {
    context->tree = in_json_tree(context, text, length);
    return (struct in_json){context->tree, in_json_root_path, 0, context};
}

cJSON *in_json_value(const char *text) {
    size_t length = strlen(text);
    struct in_flaw flaw;
    if (!in_json_sound(text, length, &flaw)) {
        return NULL;
    }
    cJSON *tree = cJSON_ParseWithLengthOpts(text, length + 1, NULL, true);
    if (tree && has_duplicates(tree)) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    return tree;
}

/* --- where values come from --------------------------------------------------------------- */

/* A string has no use for its number: it says which folder, from 1 on; 0 is the document's own. */
static void mark_strings(cJSON *node, int folder) {
    if (cJSON_IsString(node)) {
        node->valuedouble = folder;
    }
    for (cJSON *child = node->child; child; child = child->next) {
        mark_strings(child, folder);
    }
}

void in_json_set_folder(struct in_context *context, cJSON *tree, const char *folder) {
    context->folders =
        sim_arena_grow(context->arena, context->folders, (size_t)context->folder_count,
                       &context->folder_room, sizeof *context->folders);
    context->folders[context->folder_count++] = folder;
    mark_strings(tree, context->folder_count);
}

const char *in_json_folder(struct in_json value) {
    int folder = in_json_is_string(value) ? (int)value.node->valuedouble : 0;
    return folder > 0 ? value.context->folders[folder - 1] : value.context->folder;
}

/* --- printing ----------------------------------------------------------------------------- */

const char *in_json_print(struct in_json value) {
    char *text = cJSON_PrintUnformatted(value.node);
    if (!text) { /* cJSON's allocator said no; ours ends the process with the right code */
        return sim_arena_alloc(value.context->arena, SIZE_MAX / 2);
    }
    char *copy = sim_arena_copy(value.context->arena, text);
    cJSON_free(text);
    return copy;
}

const char *in_json_print_without(struct in_json object, const char *const *keys, int count) {
    cJSON *copy = cJSON_Duplicate(object.node, true);
    for (int i = 0; i < count; i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(copy, keys[i]);
    }
    struct in_json rest = object;
    rest.node = copy;
    const char *text = in_json_print(rest);
    cJSON_Delete(copy);
    return text;
}
