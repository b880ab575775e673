/* Where a text departs from JSON (RFC 8259), exactly. cJSON parses, but it keeps no positions and
 * forgives much (bytes that are no UTF-8, raw control characters, malformed numbers), and deep
 * nesting would exhaust its recursion; this looks first. */
#ifndef INPUTS_JSON_SYNTAX_H
#define INPUTS_JSON_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

struct in_flaw {
    const char *code;     /* "not-text", "too-deep" or "syntax" */
    const char *expected; /* static texts */
    const char *found;    /* NULL: what stands there */
    const char *mend;     /* or NULL */
    size_t offset;        /* in bytes */
};

/* True when `text` (of `length` bytes, NUL-terminated) is one JSON value, escapes in strings aside;
 * else fills `flaw`. */
bool in_json_sound(const char *text, size_t length, struct in_flaw *flaw);

#endif
