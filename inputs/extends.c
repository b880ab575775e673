/* See inputs/extends.h. */
#include "inputs/extends.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

/* The files that led here, the latest first. */
struct chain {
    const char *path;
    const struct chain *from;
};

/* --- merging ------------------------------------------------------------------------------ */

static cJSON *member_of(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *name_of(const cJSON *element) {
    const cJSON *name = cJSON_IsObject(element) ? member_of(element, "name") : NULL;
    return cJSON_IsString(name) ? name->valuestring : NULL;
}

/* Whether the list has elements, each with a name. */
static bool is_named(const cJSON *list) {
    bool named = cJSON_IsArray(list) && list->child;
    for (const cJSON *element = named ? list->child : NULL; element; element = element->next) {
        named = named && name_of(element);
    }
    return named;
}

static void merge_object(cJSON *into, cJSON *from);

/* Takes `element`. Only the first `count` elements of the list may be met: a name that stands twice
 * in the other document stays twice, for the reader to refuse. */
static void merge_element(cJSON *list, int count, cJSON *element) {
    cJSON *there = list->child;
    for (int i = 0; i < count && strcmp(name_of(there), name_of(element)) != 0; i++) {
        there = i + 1 < count ? there->next : NULL;
    }
    if (!there || count == 0) {
        there = cJSON_CreateObject();
        cJSON_AddItemToArray(list, there);
    }
    merge_object(there, element);
    cJSON_Delete(element);
}

/* Takes `member`, which stands alone. */
static void merge_member(cJSON *into, cJSON *member) {
    cJSON *there = member_of(into, member->string);
    if (cJSON_IsNull(member)) {
        cJSON_Delete(cJSON_DetachItemViaPointer(into, there));
        cJSON_Delete(member);
    } else if (cJSON_IsObject(member)) {
        if (!cJSON_IsObject(there)) { /* a new one, as nulls in it delete nothing */
            cJSON *fresh = cJSON_CreateObject();
            if (there) {
                cJSON_ReplaceItemInObjectCaseSensitive(into, member->string, fresh);
            } else {
                cJSON_AddItemToObject(into, member->string, fresh);
            }
            there = fresh;
        }
        merge_object(there, member);
        cJSON_Delete(member);
    } else if (is_named(member) && is_named(there)) {
        int count = cJSON_GetArraySize(there);
        while (member->child) {
            merge_element(there, count, cJSON_DetachItemViaPointer(member, member->child));
        }
        cJSON_Delete(member);
    } else if (there) {
        cJSON_ReplaceItemViaPointer(into, there, member);
    } else {
        cJSON_AddItemToArray(into, member); /* it has its key already */
    }
}

/* Moves the members of `from`. */
static void merge_object(cJSON *into, cJSON *from) {
    while (from->child) {
        merge_member(into, cJSON_DetachItemViaPointer(from, from->child));
    }
}

/* --- files -------------------------------------------------------------------------------- */

/* The same text for the same file, however its path is written. */
static char *identity(struct sim_arena *arena, const char *path) {
    char *real = realpath(path, NULL);
    char *copy = sim_arena_copy(arena, real ? real : path);
    free(real);
    return copy;
}

static bool is_circle(struct in_context *context, const struct chain *at, const char *path) {
    const char *wanted = identity(context->arena, path);
    const char *way = path;
    for (; at; at = at->from) {
        way = sim_arena_print(context->arena, "%s extends %s", at->path, way);
        if (strcmp(identity(context->arena, at->path), wanted) == 0) {
            sim_diag_add(context->diags, "extends-circle", "extends",
                         "a document that does not lead back to this one", NULL, "%s", way);
            return true;
        }
    }
    return false;
}

static cJSON *resolve(struct in_context *context, cJSON *tree, const struct chain *at);

/* The resolved document at `path`, or NULL after a diagnostic. Caller owns it. */
static cJSON *load(struct in_context *context, const char *path, const struct chain *from) {
    size_t length = 0;
    char *text = in_file_refer(context, path, "extends", &length);
    if (!text) {
        return NULL;
    }
    const char *file_before = context->diags->file;
    context->diags->file = path;
    cJSON *tree = in_json_tree(context, text, length);
    if (tree && !cJSON_IsObject(tree)) {
        in_json_wrong((struct in_json){tree, in_json_root_path, 0, context}, "wrong-type",
                      "an object {...}", NULL);
        cJSON_Delete(tree);
        tree = NULL;
    }
    if (tree) {
        in_json_set_folder(context, tree, in_path_folder(context->arena, path));
        tree = resolve(context, tree, &(struct chain){path, from});
    }
    context->diags->file = file_before;
    return tree;
}

/* Takes `tree`, an object from the first file of the chain. */
static cJSON *resolve(struct in_context *context, cJSON *tree, const struct chain *at) {
    struct in_json root = {tree, in_json_root_path, 0, context};
    struct in_json extends = in_json_get(root, "extends");
    if (!in_json_present(extends)) {
        return tree;
    }
    const char *name = NULL;
    cJSON *base = NULL;
    if (in_json_string(extends, &name)) {
        const char *path =
            in_path_join(context->arena, in_path_folder(context->arena, at->path), name);
        base = is_circle(context, at, path) ? NULL : load(context, path, at);
    }
    if (base) {
        cJSON_DeleteItemFromObjectCaseSensitive(tree, "extends");
        merge_object(base, tree);
    }
    cJSON_Delete(tree);
    return base;
}

struct in_json in_extends_resolve(struct in_json root, const char *path) {
    struct in_context *context = root.context;
    if (in_json_is_object(root)) {
        context->tree = resolve(context, context->tree, &(struct chain){path, NULL});
        root.node = context->tree;
    }
    return root;
}
