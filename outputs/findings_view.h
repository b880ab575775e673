/* Ways to look at findings that several writers share. */
#ifndef OUTPUTS_FINDINGS_VIEW_H
#define OUTPUTS_FINDINGS_VIEW_H

#include <stdbool.h>

#include "sim/base_arena.h"
#include "studies/findings.h"

/* Names in order of first appearance. Borrowed from the findings; the array is in the arena. */
struct out_names {
    const char **items;
    int count;
};

/* The entities of a scope that have metrics. */
struct out_names out_entities(const struct std_findings *findings, const char *scope,
                              struct sim_arena *arena);

/* The entities of a scope that have this series. */
struct out_names out_series_entities(const struct std_findings *findings, const char *scope,
                                     const char *name, struct sim_arena *arena);

/* The part of `entity` after `owner` and `mark`, when it is a part of `owner` and of no longer name
 * among `owners`: "read" for ("app.cpu/read", "app.cpu", '/'); else NULL. For '[' the rest has the
 * closing bracket: "0]". */
const char *out_part_of(const char *entity, const char *owner, char mark,
                        const struct out_names *owners);

/* The estimate of a metric; all NAN when there is no such metric. `unit` (may be NULL) is set when
 * there is one. */
struct sim_estimate out_estimate(const struct std_findings *findings, const char *scope,
                                 const char *entity, const char *name, const char **unit);

enum { OUT_PERCENTILES = 3 };

/* The percentiles of responses to show, as names of metrics, ascending: p50, p95 and p99 where all
 * were asked for, else the highest ones. Returns how many, at most OUT_PERCENTILES. */
int out_percentiles(const struct std_findings *findings, const char **names);

/* Whether the scenario was an architecture (else a network). */
bool out_is_architecture(const struct mdl_scenario *scenario);

/* Seconds from the start of the run at which bucket b begins: buckets start after the warm-up. */
double out_bucket_start_s(const struct std_findings *findings, int bucket);

/* And at which it ends: the last one may be shorter. */
double out_bucket_end_s(const struct std_findings *findings, int bucket);

/* The tier of this name, or NULL. */
const struct mdl_tier *out_tier(const struct mdl_scenario *scenario, const char *name);

#endif
