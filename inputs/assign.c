/* See inputs/assign.h. */
#include "inputs/assign.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_MAX = 50 };

struct part {
    const char *text;
    bool bracket;
};

struct path {
    const char *whole;
    struct part parts[PARTS_MAX];
    int count;
};

static const char *const path_usage =
    "a path such as network.stations[clerk].servers, of at most 50 parts";

/* --- the path ----------------------------------------------------------------------------- */

/* Takes the part at `at`, a key or "[...]". Returns what follows, or NULL. */
static const char *take_part(struct sim_arena *arena, const char *at, struct part *part) {
    part->bracket = *at == '[';
    bool quoted = part->bracket && at[1] == '"';
    const char *from = at + part->bracket + quoted;
    const char *end =
        part->bracket ? strstr(from, quoted ? "\"]" : "]") : from + strcspn(from, ".[]");
    if (!end || end == from || (!part->bracket && *end == ']')) {
        return NULL;
    }
    part->text = sim_arena_print(arena, "%.*s", (int)(end - from), from);
    return end + part->bracket + quoted;
}

static bool parse_path(struct sim_arena *arena, const char *text, struct path *path) {
    *path = (struct path){.whole = text};
    for (const char *at = text; at;) {
        if (path->count == PARTS_MAX) {
            return false;
        }
        at = take_part(arena, at, &path->parts[path->count++]);
        if (!at || *at == '\0') {
            return at;
        }
        if (*at == '.' && at[1] != '[') {
            at++;
        } else if (*at != '[') {
            return false;
        }
    }
    return false;
}

/* --- the way ------------------------------------------------------------------------------ */

static bool bad_path(struct in_context *context, const struct path *path, const char *expected,
                     const char *mend, const char *found) {
    sim_diag_add(context->diags, "bad-path", path->whole, expected, mend, "%s", found);
    return false;
}

/* An element of a list by its name, else by its index. NULL after a diagnostic. */
static cJSON *element_of(struct in_context *context, const struct path *path, cJSON *list,
                         const char *wanted) {
    int count = cJSON_GetArraySize(list);
    const char **names = sim_arena_array(context->arena, (size_t)count + 1, sizeof *names);
    int named = 0;
    for (cJSON *element = list->child; element; element = element->next) {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(element, "name");
        if (!cJSON_IsString(name)) {
            continue;
        }
        if (strcmp(name->valuestring, wanted) == 0) {
            return element;
        }
        names[named++] = name->valuestring;
    }
    if (strlen(wanted) < 10 && strspn(wanted, "0123456789") == strlen(wanted)) {
        cJSON *element = cJSON_GetArrayItem(list, atoi(wanted));
        if (element) {
            return element;
        }
    }
    const char *nearest = sim_nearest(wanted, names, named);
    sim_diag_add(context->diags, "unknown-name", path->whole,
                 "the name of an element of the list, or its index from 0",
                 nearest ? sim_arena_print(context->arena, "did you mean \"%s\"?", nearest) : NULL,
                 "no element \"%s\" among %d", wanted, count);
    return NULL;
}

/* The value that part `index` names inside `parent`; `*missing` when that is an object without such
 * a key. NULL and not missing: told. */
static cJSON *step_into(struct in_context *context, const struct path *path, int index,
                        cJSON *parent, bool *missing) {
    const struct part *part = &path->parts[index];
    *missing = false;
    if (cJSON_IsObject(parent)) {
        cJSON *member = cJSON_GetObjectItemCaseSensitive(parent, part->text);
        *missing = !member;
        return member;
    }
    if (!cJSON_IsArray(parent)) {
        bad_path(context, path, "parts of an object or a list", NULL,
                 sim_arena_print(context->arena, "\"%s\" inside %s", part->text,
                                 in_json_shown((struct in_json){parent, path->whole, 0, context})));
        return NULL;
    }
    if (!part->bracket) {
        bad_path(
            context, path, "an element of a list in brackets",
            sim_arena_print(context->arena, "\"[%s]\" in place of \".%s\"", part->text, part->text),
            sim_arena_print(context->arena, "the key \"%s\" in a list", part->text));
        return NULL;
    }
    return element_of(context, path, parent, part->text);
}

/* --- assigning ---------------------------------------------------------------------------- */

/* Takes `value`. `there` may be NULL where `parent` is an object. */
static void put(cJSON *parent, cJSON *there, const char *key, cJSON *value) {
    if (cJSON_IsNull(value)) {
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, there));
        cJSON_Delete(value);
    } else if (!there) {
        cJSON_AddItemToObject(parent, key, value);
    } else if (cJSON_IsObject(parent)) {
        cJSON_ReplaceItemInObjectCaseSensitive(parent, key, value);
    } else {
        cJSON_ReplaceItemViaPointer(parent, there, value);
    }
}

bool in_assign(struct in_json document, const char *path_text, const char *value) {
    struct in_context *context = document.context;
    struct path path;
    if (!parse_path(context->arena, path_text, &path)) {
        return bad_path(context, &path, path_usage, NULL,
                        sim_arena_print(context->arena, "\"%.60s\"", path_text));
    }
    cJSON *at = context->tree;
    for (int i = 0; i + 1 < path.count; i++) {
        bool missing = false;
        cJSON *next = step_into(context, &path, i, at, &missing);
        if (missing && path.parts[i + 1].bracket) {
            return bad_path(context, &path, "a list (or object) to choose from", NULL,
                            sim_arena_print(context->arena, "no \"%s\"", path.parts[i].text));
        }
        if (missing) {
            next = cJSON_CreateObject();
            cJSON_AddItemToObject(at, path.parts[i].text, next);
        }
        if (!next) {
            return false;
        }
        at = next;
    }
    const struct part *last = &path.parts[path.count - 1];
    bool missing = false;
    cJSON *there = step_into(context, &path, path.count - 1, at, &missing);
    if (!there && !missing) {
        return false;
    }
    cJSON *node = in_json_value(value);
    put(at, there, last->text, node ? node : cJSON_CreateString(value));
    return true;
}
