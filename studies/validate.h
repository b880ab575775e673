/* The theory suite: small networks whose figures are known exactly, simulated and judged.
 *
 * Each row compares one figure with its exact value: of the analytic solver (models/solve.h) where
 * it says exact, else a constant with its source. A row agrees when the exact value lies in an
 * interval over the replications (Student's t; of percentiles widened by the histogram's own
 * error), and all intervals hold at once with 1 - STD_VALIDATE_ALARM (Bonferroni; Law, "Simulation
 * Modeling and Analysis", 9.7). So a sound program has a row that differs for one seed in 10 000.
 *
 * An alarm that cannot ring is worth nothing. So mutants (studies/validate_mutants.h) switch one
 * mistake on, and at least one row must differ then; and each row says the smallest error that it
 * would have seen.
 */
#ifndef STUDIES_VALIDATE_H
#define STUDIES_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scenario.h"
#include "sim/estimate.h"

/* Chance that any row of a sound program differs. */
#define STD_VALIDATE_ALARM 1e-4

enum {
    STD_VALIDATE_REPLICATIONS = 100, /* where none are given */
    STD_VALIDATE_LONG = 400,         /* and for the long suite */
    STD_VALIDATE_FEW = 40,           /* at most so many with each mutant of the long suite */
    STD_VALIDATE_EXPERIMENT = 10,    /* replications of one experiment of the coverage */
};

struct std_mutant;

/* Where the scenarios of the suite come from: `file` is relative to the folder of the shipped
 * scenarios. NULL when it cannot be read; else a scenario of its own each time, freed by `free`. */
struct std_validate_source {
    struct mdl_scenario *(*load)(void *context, const char *file);
    void (*free)(struct mdl_scenario *scenario);
    void *context;
};

struct std_validate_options {
    uint64_t seed;
    int replications;                /* >= 2 */
    int threads;                     /* >= 1 */
    bool coverage;                   /* count how often intervals of few replications cover */
    bool mutants;                    /* then run the suite with each mutant */
    const struct std_mutant *mutant; /* the suite with this mistake; NULL: as it is */
    /* As of struct std_run_options; over all models and mutants. */
    void (*progress)(void *context, int done, int total);
    void *context;
    bool (*interrupted)(void);
};

struct std_validate_row {
    const char *file;
    const char *model;  /* the scenario's name */
    const char *figure; /* in words */
    const char *scope;
    const char *entity;
    const char *name; /* of the metric */
    const char *unit;
    const char *source;  /* of the formula, in short */
    const char *formula; /* the solver's law; NULL: a constant of the suite */
    double exact;        /* NAN: the solver has no exact figure, which is our bug */
    /* The simulated figure with the interval that holds together with all others. NAN: nothing was
     * observed. */
    struct sim_estimate simulated;
    double deviation; /* simulated over exact, less 1 */
    double chance;    /* standard error over the exact value: the deviation to be expected */
    double sees;      /* relative error that makes the row differ in 95 of 100 seeds */
    bool agrees;
    /* Coverage: of `experiments` of STD_VALIDATE_EXPERIMENT replications each, how many 95 %
     * intervals hold the exact value; 0 of 0: not counted. */
    int experiments;
    int covered;
};

/* What became of a mutant. */
struct std_validate_catch {
    const char *name; /* of the mutant */
    const char *text; /* the mistake, in words */
    int models;       /* that it changes, and that were run */
    int rows;         /* of these */
    int differ_count; /* 0: it was not caught */
    const struct std_validate_row **differ;
};

struct std_validation {
    struct sim_arena *arena; /* owns all below */
    uint64_t seed;
    int replications;
    const char *mutant; /* its name, and the mistake in words; NULL: none */
    const char *mistake;
    struct std_validate_row *rows;
    int row_count;
    int differ_count; /* rows that differ, or cover too rarely */
    int model_count;
    int spared_count; /* models that the mutant leaves as they are: not run */
    struct std_validate_catch *catches;
    int catch_count;
    int missed_count; /* mutants that were not caught */
};

enum std_validate_outcome {
    STD_VALIDATED,
    STD_VALIDATE_INTERRUPTED,
    STD_VALIDATE_UNREADABLE, /* the source gave no scenario */
    STD_VALIDATE_NO_THREAD,  /* errno says why */
};

/* Runs the suite. On STD_VALIDATED *validation is set; free with std_validation_free. The same
 * seed and number of replications give the same rows at any number of threads. */
enum std_validate_outcome std_validate(const struct std_validate_source *source,
                                       const struct std_validate_options *options,
                                       struct std_validation **validation);
void std_validation_free(struct std_validation *validation);

/* The row that says least of the program: the one that sees only the largest errors; and the one
 * whose deviation is largest, in standard errors. NULL without rows. */
const struct std_validate_row *std_validate_weakest(const struct std_validation *validation);
const struct std_validate_row *std_validate_furthest(const struct std_validation *validation);

#endif
