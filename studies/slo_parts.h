/* What the files that judge SLOs share. Internal to studies/. */
#ifndef STUDIES_SLO_PARTS_H
#define STUDIES_SLO_PARTS_H

#include "studies/findings_parts.h"

/* Buckets from `first` to `end` (excluded), or the whole run. */
struct std_slo_range {
    bool whole;
    int first, end;
};

/* Whether the figure is one of requests, so that places may be thin. */
bool std_slo_of_requests(const struct mdl_slo *slo);

/* Requests that a place needs; 0: none. */
double std_slo_needed(const struct mdl_slo *slo);

/* Requests that the figure is of, in all replications: those that succeeded, or for an error rate
 * those that ended. */
double std_slo_requests(const struct std_builder *b, const struct mdl_slo *slo,
                        struct std_slo_range range);

/* Whether requests arrived or ended there. */
bool std_slo_active(const struct std_builder *b, const struct mdl_slo *slo,
                    struct std_slo_range range);

/* The figure with its interval of confidence 1 - alpha. */
struct sim_estimate std_slo_measure(const struct std_builder *b, const struct mdl_slo *slo,
                                    struct std_slo_range range, double alpha);

/* Sentences about the verdicts of the findings, most important first. */
void std_build_slo_remarks(struct std_builder *b);

#endif
