/* A writer of JSON documents: indented, one number per place, any locale.
 *
 * Numbers are the shortest text that reads back as the same double; NAN and infinities are null.
 * Text is UTF-8 with control characters as \u escapes, so that a document can be shown on a
 * terminal. The caller keeps the grammar (begin and end in pairs, keys in objects only); a broken
 * one is an assertion. Write errors stay in the stream: ask ferror.
 */
#ifndef OUTPUTS_JSON_WRITER_H
#define OUTPUTS_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { OUT_JSON_DEPTH = 32 };

struct out_json {
    FILE *out;
    int depth;
    bool has_items[OUT_JSON_DEPTH]; /* per level: something was written already */
    char closer[OUT_JSON_DEPTH];
    int flat; /* levels up from here are on one line; 0: none */
};

/* `out` is borrowed. The document starts with one begin. */
void out_json_init(struct out_json *json, FILE *out);

/* Begins an object or an array; `key` is NULL inside arrays and at the top. Flat ones, with all
 * that they hold, stand on one line. */
void out_json_object(struct out_json *json, const char *key);
void out_json_flat_object(struct out_json *json, const char *key);
void out_json_array(struct out_json *json, const char *key);
void out_json_flat_array(struct out_json *json, const char *key);

/* Ends the innermost object or array; the outermost one ends with a newline. */
void out_json_end(struct out_json *json);

/* Values. A NULL text is null. */
void out_json_text(struct out_json *json, const char *key, const char *value);
void out_json_number(struct out_json *json, const char *key, double value);
void out_json_integer(struct out_json *json, const char *key, int64_t value);
void out_json_bool(struct out_json *json, const char *key, bool value);

/* The member "jauge" with which every document begins: the program's version and that of the
 * layout.
 */
void out_json_program(struct out_json *json, const char *version, int schema);

/* A value that is a JSON text already (its layout is kept); NULL is null. */
void out_json_raw(struct out_json *json, const char *key, const char *value);

/* A flat array of numbers. */
void out_json_numbers(struct out_json *json, const char *key, const double *values, int count);

#endif
