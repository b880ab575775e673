/* Statistical oracles: what a simulation finds, judged against exact theory.
 *
 * A claim compares one metric with its exact value over independent replications of a fixed seed.
 * It is refuted when chance alone would bring the replications' mean so far from the exact value
 * (or their variance from the exact one) with a probability below ORACLE_ALARM, two-sided. The same
 * claims must refute a mutant: a model that is wrong on purpose.
 *
 * Each accepted claim is printed as a row of a Markdown table: model, metric, source, exact,
 * simulated with its 95 % interval, probability, verdict.
 */
#ifndef TESTS_ORACLE_H
#define TESTS_ORACLE_H

#include "tests/harness.h"

#define ORACLE_ALARM 1e-4

struct oracle {
    const char *model;  /* for the table; not printed for a mutant */
    const char *source; /* the formula's */
    struct harness_run run;
    bool mutant;
    int claims;
    int refuted;
};

/* Runs the document given by `format` (single quotes stand for double ones). */
struct oracle oracle_run(const char *model, const char *source, int replications, uint64_t seed,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same for a model that is wrong on purpose. */
struct oracle oracle_mutant(int replications, uint64_t seed, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The expected value of the metric over replications is `exact` (Student's t). */
void oracle_mean(struct oracle *o, const char *scope, const char *entity, const char *name,
                 double exact);
/* The percentile is `exact`, but for the histogram's own error (t of what is beyond it). */
void oracle_percentile(struct oracle *o, const char *scope, const char *entity, const char *name,
                       double exact);
/* The share of responses ("response") or waits ("waiting") of at most `within` s is `exact`. The
 * document must ask for it, as ORACLE_WITHIN prints it. */
void oracle_within(struct oracle *o, const char *scope, const char *entity, const char *what,
                   double within, double exact);
#define ORACLE_WITHIN "'%.6fs'"
/* The metric's variance over replications is `exact` (chi-square: for nearly normal metrics). */
void oracle_variance(struct oracle *o, const char *scope, const char *entity, const char *name,
                     double exact);
/* Point `bucket` of a series has the expected value `exact`. */
void oracle_series(struct oracle *o, const char *scope, const char *entity, const char *name,
                   int bucket, double exact);

/* Ends the test unless no claim is refuted; frees the run. */
void oracle_accept(struct oracle *o);
/* Ends the test unless at least one claim is refuted; frees the run. */
void oracle_reject(struct oracle *o);

#endif
