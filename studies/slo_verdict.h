/* What became of the SLOs of a scenario: met, missed or undetermined, and where.
 *
 * An SLO is judged in places: over the whole run, in each stretch of its workload (a phase of a
 * load test, a part of a launch day) and in each window; a place pools the replications. In each
 * the figure has an interval. The SLO is missed when one place is wholly on the wrong side of the
 * limit, met when all are wholly on the right side, and undetermined else.
 *
 * The intervals of one SLO hold together with 95 %, so that a figure that lies at its limit is
 * called met or missed in at most 5 % of such studies: half of the 5 % is shared by the whole run
 * and the stretches, half by the windows (Bonferroni over those judged). They are made from the
 * replications: of a percentile by sectioning (sim/estimate.h), sections being replications, or
 * groups of them where one has too few requests for the percentile; of means, throughput and levels
 * by Student's t; of an error rate by Clopper and Pearson's interval with the replications as
 * clusters (sim/interval.h), which is right without any error.
 *
 * A place needs an expected number of STD_SLO_TAIL requests beyond the limit: n requests are enough
 * for p95 when n x 5 % >= 10, for an error rate below 1 % when n x 1 % >= 10, for a mean when
 * n >= 10. A window that has fewer is merged with its neighbours, up to STD_SLO_MERGED of them;
 * where that is not enough, the place is undetermined.
 */
#ifndef STUDIES_SLO_VERDICT_H
#define STUDIES_SLO_VERDICT_H

#include <stdbool.h>

#include "sim/estimate.h"

enum { STD_SLO_TAIL = 10, STD_SLO_MERGED = 3 };

enum std_slo_answer { STD_SLO_MET, STD_SLO_MISSED, STD_SLO_UNDETERMINED };
extern const char *const std_slo_answer_names[]; /* "met", "missed", "undetermined" */

enum std_slo_span { STD_SLO_RUN, STD_SLO_STRETCH, STD_SLO_WINDOW };
extern const char *const std_slo_span_names[]; /* "run", "stretch", "window" */

/* A stretch of time in which the figure was judged. */
struct std_slo_place {
    enum std_slo_span span;
    const char *label; /* "whole run", "plateau", "03:00 to 03:05" */
    double from_s, to_s;
    double requests;              /* of all replications; NAN: the figure is not of requests */
    struct sim_estimate estimate; /* with the place's part of the 5 %; count: sections */
    bool thin;                    /* too few requests to judge: undetermined */
    enum std_slo_answer answer;
};

struct std_slo_verdict {
    const char *name; /* the user's, or the condition */
    const char *condition;
    const char *unit; /* of limit and estimates: "s", "1/s", "1" */
    double limit;
    bool below;    /* the figure is to stay below the limit, else above */
    bool assumed;  /* a default, not the user's */
    double needed; /* requests that a place needs; 0: none */
    /* the metric that is the figure over the whole run; NULL where there is none */
    const char *scope, *entity, *metric;
    enum std_slo_answer answer;
    struct std_slo_place *places; /* the whole run or the stretch asked for, stretches, windows */
    int place_count;
    int decisive; /* place that decides: of those with the SLO's answer the one with the least
                     margin; of those that are thin the one with the fewest requests */
};

/* How far the value is on the right side of the limit, as a fraction of the limit; negative on the
 * wrong side. */
double std_slo_margin(const struct std_slo_verdict *verdict, double value);

/* Windows with that answer. */
int std_slo_windows(const struct std_slo_verdict *verdict, enum std_slo_answer answer);

/* SLOs with that answer among `count`. */
int std_slo_count(const struct std_slo_verdict *verdicts, int count, enum std_slo_answer answer);

/* The answer of several: missed before undetermined before met (also of none). */
enum std_slo_answer std_slo_all(const struct std_slo_verdict *verdicts, int count);

/* Merges windows that have too few requests, from the first to the last: a window joins those after
 * it until there are `needed`, at most STD_SLO_MERGED together; what is left over at the end joins
 * the group before it if that keeps to the limit. group[i] is the number of the group of window i,
 * from 0. Returns the number of groups. */
int std_slo_merge(const double *requests, int count, double needed, int *group);

#endif
