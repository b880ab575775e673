/* Ways to look at findings that several writers share. */
#ifndef OUTPUTS_FINDINGS_VIEW_H
#define OUTPUTS_FINDINGS_VIEW_H

#include <stdbool.h>

#include "sim/base_arena.h"
#include "studies/findings.h"

/* The metrics by scope and entity, so that a writer looks at each of them a few times only, however
 * many there are. Borrows the findings, which must not change; is in the arena. */
struct out_index;
struct out_index *out_index_new(const struct std_findings *findings, struct sim_arena *arena);

/* Names in order of first appearance. Borrowed from the findings; the array is in the arena. */
struct out_names {
    const char **items;
    int count;
};

/* The entities of a scope that have metrics. */
struct out_names out_entities(const struct out_index *index, const char *scope,
                              struct sim_arena *arena);

/* The metrics of one entity, in order; none when there is no such entity. The array is in the
 * arena. */
struct out_metrics {
    const struct std_metric **items;
    int count;
};
struct out_metrics out_metrics_of(const struct out_index *index, const char *scope,
                                  const char *entity, struct sim_arena *arena);

/* What an entity of the scopes "window" and "sample" is made of: "100s/station/app". */
struct out_spot {
    const char *when; /* "100s", "250s..350s": the first `length` characters of the entity */
    int length;
    const char *kind; /* "network", "source/app", "station/app", "pool/app" */
};
struct out_spot out_spot_of(const char *entity);

/* Whether both are at the same instant, or of the same window. */
bool out_spot_same(const struct out_spot *x, const struct out_spot *y);

/* The name of the part if it is of this kind ("station"), else NULL; "" for "network". */
const char *out_spot_part(const struct out_spot *spot, const char *kind);

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
struct sim_estimate out_estimate(const struct out_index *index, const char *scope,
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
