/* A design: the variants that `--vary KEY=V1,V2` and `--with KEY=W1,W2` describe (DESIGN 4.3).
 *
 * Values split at commas outside of brackets, braces, parentheses and quotes. "10..100:10" is a
 * range: from, to (included) and step, numbers with the same unit or none ("5ms..20ms:5ms" needs it
 * three times). A `with` zips its values to those of the last vary; several varies make a grid in
 * which the last one changes fastest. The first variant has the first value of each.
 */
#ifndef STUDIES_VARY_H
#define STUDIES_VARY_H

#include <stdbool.h>

#include "sim/base_arena.h"

enum { STD_VARIANTS_MAX = 1000, STD_VARY_MAX = 16 /* texts */ };

/* A key of the document and the value it gets, as text. */
struct std_assignment {
    const char *key;
    const char *value;
};

struct std_variant {
    const char *document; /* path of the file */
    const char *label;    /* what differs, in short: "m6i.large", "servers=2"; NULL: its name */
    const struct std_assignment *assignments;
    int assignment_count;
};

/* One --vary or --with, "KEY=V1,V2". */
struct std_vary {
    bool with;
    const char *text;
};

struct std_design {
    const char **keys; /* varied, in order */
    int key_count;
    struct std_variant *variants;
    int variant_count;
};

/* Reads `count` (1 to STD_VARY_MAX) texts into the variants of `document`; all in the arena. Labels
 * are distinct. Returns NULL, or what is wrong, in words that follow "jauge: " (in the arena). */
const char *std_vary_read(struct sim_arena *arena, const char *document,
                          const struct std_vary *varies, int count, struct std_design *design);

/* The label, with " (2)", " (3)", ... after it when it is among the `count` others. */
const char *std_label_distinct(struct sim_arena *arena, const struct std_variant *others, int count,
                               const char *label);

#endif
