/* Mutants: deliberate mistakes, one at a time, which the theory suite must find.
 *
 * A mistake is made in the network before it is compiled, or in what the findings say: never in the
 * engine, which knows nothing of them.
 */
#ifndef STUDIES_VALIDATE_MUTANTS_H
#define STUDIES_VALIDATE_MUTANTS_H

#include <stdbool.h>

#include "models/scenario.h"
#include "studies/findings.h"
#include "studies/validate_suite.h"

struct std_mutant {
    const char *name;
    const char *text; /* the mistake, in words */
    /* Makes the mistake in a checked scenario (changed in place). Returns whether there was
     * anything to get wrong. NULL: the mistake is in the figures. */
    bool (*spoil)(struct mdl_scenario *scenario);
    /* Whether the mistake touches this row's figure, and the figure with it. NULL: none. */
    bool (*touches)(const struct std_suite_row *row, const struct mdl_scenario *scenario);
    double (*distort)(double value, const struct mdl_scenario *scenario);
};

extern const struct std_mutant std_mutants[];
extern const int std_mutant_count;

/* The mutant of this name, or NULL. */
const struct std_mutant *std_mutant_find(const char *name);

#endif
