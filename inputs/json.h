/* JSON values that know where they stand: a wrapper over cJSON that turns every surprise into a
 * diagnostic with a JSON path (line:column for syntax errors).
 *
 * Two rules make readers short:
 *  - A getter on an absent value returns false, adds nothing and leaves the output alone, so that a
 *    default set before stays. in_json_need reports an absent key once, where it is required.
 *  - A getter on a present but wrong value returns false, adds one diagnostic and leaves the output
 *    alone.
 *
 * An object is read by a form: a table of its keys, each with the function that reads it. The same
 * table finds unknown keys, and a test holds it equal to inputs/schema/scenario.schema.json, where
 * the object is "$defs/<form name>".
 *
 * Texts handed out live in the context's arena and outlive the context. One thread.
 */
#ifndef INPUTS_JSON_H
#define INPUTS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base_arena.h"
#include "sim/base_diag.h"

struct cJSON;

/* The reading of one document. */
struct in_context {
    struct sim_arena *arena; /* borrowed: texts and records */
    struct sim_diags *diags; /* borrowed */
    const char *folder;      /* of the document, for files named in it; "" or ends with '/' */
    struct cJSON *tree;      /* owned; in_context_fini frees it */
    const char **folders;    /* of other files that values come from; see in_json_set_folder */
    size_t folder_room;
    int folder_count;
    uint64_t files_hash; /* of the contents of the files named in the document, in order read */
};

/* One value, or its absence (node NULL). Passed by value. */
struct in_json {
    const struct cJSON *node;
    const char *path; /* "network.stations[0].servers"; "document" for the whole */
    int index;        /* place in its array or object, 0-based */
    struct in_context *context;
};

/* The path of a whole document; known by its address. */
extern const char in_json_root_path[];

/* --- documents ---------------------------------------------------------------------------- */

/* `path`: the document's path, or its name in tests; only its folder part is used. */
void in_context_init(struct in_context *context, struct sim_arena *arena, struct sim_diags *diags,
                     const char *path);
void in_context_fini(struct in_context *context);

/* The whole content of a file of at most 64 MiB, NUL-terminated, in the arena; `*length` without
 * the NUL. Returns NULL after a diagnostic "unreadable-file" at `where`. */
char *in_file_read(struct in_context *context, const char *path, const char *where, size_t *length);

/* The same for a file that the document names; it must be text, and its content joins the
 * scenario's hash. */
char *in_file_refer(struct in_context *context, const char *path, const char *where,
                    size_t *length);

/* The folder part of a path ("" or ends with '/'), and a path seen from a folder. In `arena`. */
const char *in_path_folder(struct sim_arena *arena, const char *path);
const char *in_path_join(struct sim_arena *arena, const char *folder, const char *name);

/* Parses a document (once per context). The result is absent after a diagnostic: codes "not-text",
 * "empty-document", "too-deep", "syntax", "duplicate-key". */
struct in_json in_json_parse(struct in_context *context, const char *text, size_t length);

/* The same for a further document: NULL after a diagnostic, else a tree that the caller owns. */
struct cJSON *in_json_tree(struct in_context *context, const char *text, size_t length);

/* The value of a text that is JSON without duplicate keys, else NULL; no diagnostics. Caller owns
 * it. */
struct cJSON *in_json_value(const char *text);

/* Says that all strings of the tree come from a file in that folder; and the folder that files
 * named by a value are relative to: its own file's. */
void in_json_set_folder(struct in_context *context, struct cJSON *tree, const char *folder);
const char *in_json_folder(struct in_json value);

/* The document as one line of JSON, keys in document order; in the arena. */
const char *in_json_print(struct in_json value);

/* An object in the same way, without these of its keys. */
const char *in_json_print_without(struct in_json object, const char *const *keys, int count);

/* --- looking ------------------------------------------------------------------------------ */

static inline bool in_json_present(struct in_json value) { return value.node; }
bool in_json_is_object(struct in_json value);
bool in_json_is_array(struct in_json value);
bool in_json_is_string(struct in_json value);
bool in_json_is_number(struct in_json value);

/* The member of an object; absent when there is none or `object` is no object. */
struct in_json in_json_get(struct in_json object, const char *key);

/* The same; an absent member is a diagnostic "missing-key". `expected` says what it should be. */
struct in_json in_json_need(struct in_json object, const char *key, const char *expected);

/* Elements of an array, members of an object, in document order; 0 for anything else. */
int in_json_count(struct in_json value);

/* Element `index` of an array (linear time); absent beyond its end. */
struct in_json in_json_item(struct in_json array, int index);

/* Steps through an array or object: `for (struct in_json item = {0}; in_json_next(list, &item);)`.
 */
bool in_json_next(struct in_json list, struct in_json *item);

/* The key under which a member of an object stands; NULL for others. */
const char *in_json_key(struct in_json member);

/* The value as short text for a diagnostic ("\"10 apples\"", "an object"); in the arena. */
const char *in_json_shown(struct in_json value);

/* --- typed getters (see the two rules above) ---------------------------------------------- */

/* True for an object (an array); else "wrong-type", unless absent. */
bool in_json_object(struct in_json value);
bool in_json_array(struct in_json value);

/* A non-empty string; in the arena. */
bool in_json_string(struct in_json value, const char **out);

/* A name: a string of 1 to 100 bytes without control characters. */
bool in_json_name(struct in_json value, const char **out);

/* Whether a key may serve as a name (same rule). */
bool in_name_ok(const char *name);

bool in_json_is_bool(struct in_json value);
bool in_json_bool(struct in_json value, bool *out);

/* A bare number, low <= x <= high; else "wrong-type" or "out-of-range". */
bool in_json_number(struct in_json value, double low, double high, double *out);

/* A bare integer in [low, high], |x| < 2^53. */
bool in_json_integer(struct in_json value, int64_t low, int64_t high, int64_t *out);
bool in_json_int(struct in_json value, int low, int high, int *out);

/* One of `count` words; `*out` its place. "unknown-value" with the nearest spelling otherwise. */
bool in_json_choice(struct in_json value, const char *const *words, int count, int *out);

/* An integer 0..2^64-1: a string of digits, or a number below 2^53 (larger ones lose digits). */
bool in_json_seed(struct in_json value, uint64_t *out);

/* --- forms -------------------------------------------------------------------------------- */

struct in_field {
    const char *key;
    bool required;
    /* Reads the value (never absent) into the record. */
    void (*read)(struct in_json value, void *record);
};

struct in_form {
    const char *name; /* "station": also the name of its "$defs" entry in the schema */
    const struct in_field *fields;
    int count;
};

/* Reads an object by its form: reports unknown keys (with the nearest known spelling) and missing
 * required ones, and calls the readers of the present fields in the order of the table. False when
 * the value is no object (told, unless absent). */
bool in_json_read(struct in_json object, const struct in_form *form, void *record);

/* Only the report of unknown keys. */
void in_json_check_keys(struct in_json object, const struct in_form *form);

/* A list of objects of one form. */
struct in_record {
    const struct in_form *form;
    size_t size;
    void (*prepare)(struct in_json value, void *record); /* sets defaults; may be NULL */
    void (*finish)(struct in_json value, void *record);  /* checks across keys; may be NULL */
};

/* Reads each element of `list`; the records are in the arena. NULL and a count of 0 when the list
 * is absent, empty or no list (told). */
void *in_json_records(struct in_json list, const struct in_record *kind, int *count);

/* --- own diagnostics ---------------------------------------------------------------------- */

/* Adds an error at the value's path; found is the value as shown. `mend` may be NULL. */
void in_json_wrong(struct in_json value, const char *code, const char *expected, const char *mend);

/* Adds "conflicting-keys" at the member of that key, where there is one. */
void in_json_conflict(struct in_json object, const char *key, const char *expected);

#endif
