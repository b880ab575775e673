/* How many replications a run takes: as many as asked, or until the responses of every class are
 * known to the asked precision.
 *
 * The precision is looked at after 10, 15, 22, 33, ... replications only (each half as many again,
 * rounded down), always over replications 0..n-1: the count does not depend on which thread was
 * first. Looking often would end runs at a lucky moment; few, growing looks keep that small (Law,
 * "Simulation Modeling and Analysis", 9.4.1, on sequential procedures: coverage lies a little below
 * its nominal value).
 */
#ifndef STUDIES_PRECISION_H
#define STUDIES_PRECISION_H

#include "models/program.h"
#include "models/result.h"
#include "studies/stopping.h"

/* Where neither the user nor the scenario says: 5 % on the p95 of each class, at most 33
 * replications; 1 000 where a precision is asked without a ceiling. */
enum { STD_FIRST_LOOK = 10, STD_AT_MOST = 33, STD_AT_MOST_ASKED = 1000 };
#define STD_WITHIN 0.05
#define STD_QUANTILE 0.95

/* The aim of a scenario whose precision is `asked` (`within` or `at_most` may be missing). */
struct mdl_precision std_aim(const struct mdl_precision *asked);

/* The replications of one scenario. */
struct std_sample {
    const struct mdl_program *program;
    struct mdl_result *const *results; /* replications 0..n-1 */
};

/* The next count to look at after `done` (0: the first one), at most `at_most`. */
int std_next_look(int done, int at_most);

/* Looks at replications 0..replications-1 of all samples (of a comparison: its variants). Returns
 * what ends the run, with *ends; *ends is false when it is to go on. `worst` is borrowed from a
 * scenario. */
struct std_stopping std_look(const struct std_sample *samples, int count, int replications,
                             const struct mdl_precision *aim, bool *ends);

#endif
