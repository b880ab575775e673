/* A comparison: what variants of a scenario differ in, as a plain record.
 *
 * All variants ran with the same seed and number of replications, and draws are keyed by entity, so
 * replication r of one met the same users as replication r of another: they are compared pair by
 * pair. A difference is the mean over the pairs of (variant - first), with Student's t interval
 * over the pairs (Law, "Simulation Modeling and Analysis", 10.2.1); of percentiles, the pairs are
 * the replications' own percentiles, and the interval is wider by the histogram's error on both
 * sides. All values are in SI units.
 */
#ifndef STUDIES_COMPARISON_H
#define STUDIES_COMPARISON_H

#include "studies/findings.h"
#include "studies/vary.h"

/* What the interval of a difference says. */
enum std_verdict {
    STD_TIE, /* it contains 0 */
    STD_LOWER,
    STD_HIGHER,
    STD_UNKNOWN, /* fewer than two pairs: no interval */
};

/* "tie", "lower", "higher", "unknown". */
extern const char *const std_verdict_names[];

/* A later variant against the first. */
struct std_difference {
    struct sim_estimate estimate; /* count: pairs in which both have a value */
    struct sim_estimate relative; /* estimate / |mean of the first in these pairs|; NAN when it is 0
                                   */
    enum std_verdict verdict;
    double correlation; /* over the pairs; NAN where one of the two never varies */
    /* (var of the first + var of the variant) / var of their difference: by how much common random
     * numbers reduce the variance of the difference. INFINITY: it never varies, they do; NAN:
     * neither does. */
    double variance_reduction;
};

struct std_comparison_row {
    const char *scope; /* as in struct std_metric */
    const char *entity;
    const char *name;
    const char *unit;
    struct sim_estimate *values;        /* per variant; all NAN: it has no such metric */
    struct std_difference *differences; /* per variant; [0] is not used */
};

/* An assumption that not all variants share. */
struct std_assumption_difference {
    const char *key;
    const char *text;
    const char **values; /* per variant, as written in a scenario; NULL: not assumed there */
};

struct std_comparison {
    struct sim_arena *arena; /* owns all below */
    const char **keys;       /* varied; none when documents are compared */
    int key_count;
    struct std_variant *variants; /* labels are distinct */
    struct std_findings **findings;
    int variant_count; /* >= 2 */
    uint64_t seed;
    int replications;
    struct std_stopping stopping; /* why so many */
    struct std_comparison_row *rows;
    int row_count;
    struct std_assumption_difference *assumptions;
    int assumption_count;
};

/* From findings to the comparison: takes the findings, one per variant, all of the same seed and
 * number of replications. All variants have labels; texts are borrowed. */
struct std_comparison *std_comparison_build(const struct std_design *design,
                                            struct std_findings *const *take_findings);

/* NULL is allowed. Frees the findings too. */
void std_comparison_free(struct std_comparison *comparison);

/* The row, or NULL. */
const struct std_comparison_row *std_comparison_find(const struct std_comparison *comparison,
                                                     const char *scope, const char *entity,
                                                     const char *name);

#endif
