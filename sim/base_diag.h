/* Diagnostics: what is wrong with the user's input, collected so that up to 20 are told at once.
 *
 * A diagnostic says where (file and JSON path, or line:column), what was found, what was expected,
 * and how to mend it. Texts live in the arena given at init. One thread.
 */
#ifndef SIM_BASE_DIAG_H
#define SIM_BASE_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/base_arena.h"

enum { SIM_DIAGS_SHOWN = 20 };

struct sim_diag {
    const char *code;  /* stable short name, e.g. "unknown-key"; tests/faulty has one file each */
    const char *file;  /* path as the user gave it, or NULL */
    const char *where; /* "network.stations[0].servers" or "12:7" */
    const char *found; /* what stands there */
    const char *expected; /* what should stand there */
    const char *mend;     /* a suggestion, or NULL */
    bool warning;         /* told, but does not refuse the input */
};

struct sim_diags {
    struct sim_arena *arena; /* borrowed; holds the texts */
    const char *file;        /* given to each diagnostic added from now on; may be NULL */
    struct sim_diag items[SIM_DIAGS_SHOWN];
    int shown;    /* items in use */
    int errors;   /* all errors met, shown or not */
    int warnings; /* all warnings met */
};

void sim_diags_init(struct sim_diags *diags, struct sim_arena *arena, const char *file);

/* Adds an error. `found` is a printf format; `expected` and `mend` are copied (mend may be NULL).
 * The same code at the same place is added once (as far as it is among those kept). When all places
 * are taken, an error takes that of the last warning kept. */
void sim_diag_add(struct sim_diags *diags, const char *code, const char *where,
                  const char *expected, const char *mend, const char *found, ...)
    __attribute__((format(printf, 6, 7)));

/* Adds a warning, with the same fields. */
void sim_diag_warn(struct sim_diags *diags, const char *code, const char *where,
                   const char *expected, const char *mend, const char *found, ...)
    __attribute__((format(printf, 6, 7)));

/* Prints every kept diagnostic, one block each, and a last line with the count. Prints nothing when
 * there is none. */
void sim_diags_print(const struct sim_diags *diags, FILE *out);

/* The candidate nearest to `word` by edit distance, or NULL when none is near (distance over 1/3 of
 * the length, at least 2). `count` candidates. */
const char *sim_nearest(const char *word, const char *const *candidates, int count);

#endif
