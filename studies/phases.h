/* Phases side by side: the same figures of several architectures, one column each.
 *
 * Phases differ in users and in infrastructure, so that no tier of one stands for a tier of
 * another: tiers are gathered by role (application servers, database, cache), and each role is told
 * by its most loaded tier.
 */
#ifndef STUDIES_PHASES_H
#define STUDIES_PHASES_H

#include "studies/findings.h"

struct std_phase_value {
    struct sim_estimate estimate; /* NAN: the phase has no such figure */
    const char *of;               /* the tier that it is of, or NULL */
};

struct std_phase_row {
    const char *group; /* "load", "response", "errors", "load of tiers", "cost" */
    const char *label; /* "p95 of read" */
    const char *unit;
    const struct std_phase_value *values; /* one per phase */
};

struct std_phases {
    struct sim_arena *arena; /* owns all below */
    int count;
    struct std_findings *const *findings; /* borrowed, one per phase */
    struct std_phase_row *rows;
    int row_count;
};

/* The figures of `count` >= 1 findings of architectures, which must outlive the record. Free with
 * std_phases_free. */
struct std_phases *std_phases_new(struct std_findings *const *findings, int count);
void std_phases_free(struct std_phases *phases);

/* The row of that label, or NULL. */
const struct std_phase_row *std_phases_row(const struct std_phases *phases, const char *label);

/* Hours of a month, for prices by the month (DESIGN 5.10). */
#define STD_MONTH_H 730.0

#endif
