/* The analytic twin beside the simulation: each figure that formulas give, what the simulation
 * found, and whether the two agree.
 *
 * Exact figures and bounds are judged by intervals that hold all at once with 99.9 % (Student's t
 * at the Bonferroni level; Law, "Simulation Modeling and Analysis", 9.7): a run of a right program
 * has one chance in a thousand to be told wrong. What the start from empty may still weigh after
 * the warm-up is allowed for: relaxation / observed time x exp(-warm-up / relaxation), relative.
 * Where that exceeds 5 %, the run is no picture of the steady state, and nothing of it is judged.
 * Approximations are shown with their relative difference, never judged. What is not comparable is
 * left out.
 */
#ifndef STUDIES_TWIN_H
#define STUDIES_TWIN_H

#include "sim/estimate.h"

enum std_twin_verdict {
    STD_TWIN_AGREES,
    STD_TWIN_DISAGREES,
    STD_TWIN_SHOWN, /* an approximation, or a run that is not judged */
    STD_TWIN_VERDICTS
};
extern const char *const std_twin_verdict_names[STD_TWIN_VERDICTS];

struct std_twin_row {
    const char *scope;
    const char *entity;
    const char *name;
    const char *unit;
    struct sim_estimate simulated; /* with its own 95 % interval */
    double joint_low, joint_high; /* the simulated interval that holds with all others; NAN: none */
    const char *kind;             /* "exact", "bound", "approximation" */
    double value;                 /* NAN for a bound */
    double low, high;
    const char *formula;
    const char *source;
    double relative; /* simulated over value, less 1; NAN for a bound */
    enum std_twin_verdict verdict;
};

struct std_twin {
    struct std_twin_row *rows;
    int row_count;
    int judged;
    int disagreed;
    int source_count; /* of the network */
    int class_count;
    const char *unjudged; /* why exact figures are not judged; NULL: they are, or there are none */
};

struct std_findings;

/* Solves the scenario of the findings and lays the figures beside theirs: sets findings->twin, in
 * the findings' arena, and adds a warning to the remarks when an exact figure disagrees. The
 * scenario must hold its network. */
void std_twin_add(struct std_findings *findings);

#endif
