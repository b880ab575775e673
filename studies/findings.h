/* Findings: what a run found, as a flat list of named metrics, series and samples.
 *
 * Writers loop over these records and know nothing of stations or pools. A metric is named by
 * (scope, entity, name), e.g. ("station", "app.cpu", "utilization"). Scopes, in this order:
 * "network" (entity ""), "source", "class", "station", "instance" (entity "app.cpu[0]"),
 * "station_class" (entity "app.cpu/read"), "pool", "pool_instance", "cache", "mark", "block" (a
 * named step), "limiter", "breaker", "steady" (entity "": how a
 * steady run was measured), "window" (entity "250s..350s/network"), "sample" (entity
 * "100s/station/app"), "customer" (entity "1", "2", ...), "tier", "meter". Where a request's time
 * goes: "breakdown" (entity "station/app.cpu", "pool/app.workers", "limiter/api", "delays",
 * "backoff", "fetches of others", "forks given up"), "class_breakdown" (entity
 * "read/station/app.cpu") and "source_breakdown". Metric names are dotted: "response.mean",
 * "response.p95", "waiting.within.0.5s", "count.rejected". All values are in SI units (s, 1/s, 1);
 * fractions 0-1. NAN: nothing was observed.
 */
#ifndef STUDIES_FINDINGS_H
#define STUDIES_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/scenario.h"
#include "sim/estimate.h"
#include "studies/slo_verdict.h"
#include "studies/stopping.h"
#include "studies/twin.h"

struct std_metric {
    const char *scope;
    const char *entity;
    const char *name;
    const char *unit; /* "s", "1/s", "1" (a fraction or a ratio), "requests", "vCPU", "GiB", ... */
    struct sim_estimate estimate;
    const double *values; /* one per replication, NAN where nothing was observed */
};

/* A value over time: bucket b covers [start + b x width, start + (b + 1) x width). */
struct std_series {
    const char *scope;
    const char *entity;
    const char *name; /* "arrivals", "response.p95", "utilization", "present", "held", ... */
    const char *unit;
    const struct sim_estimate *points; /* bucket_count of them */
};

/* A histogram merged over the replications: ascending upper edges with counts (values are s). */
struct std_histogram {
    const char *scope;
    const char *entity;
    const char *name;    /* "response", "waiting" */
    const double *upper; /* s */
    const uint64_t *counts;
    int count;
};

/* A line of the event log (of replication 0). */
struct std_log_line {
    double time_s;
    const char *source;
    uint64_t customer; /* 1 is the first of its source */
    const char *cls;
    const char *station;
    int instance;
    const char *what; /* "arrive", "start", "interrupt", "resume", "end", "reject", "abandon" */
};

/* A sentence with numbers for the reader, most important first. */
struct std_remark {
    /* "verdict", "slo", "instability", "bottleneck", "saturation", "credits", "load", "warning" */
    const char *topic;
    const char *text;
};

struct std_findings {
    struct sim_arena *arena;             /* owns all below; freed by std_findings_free */
    const struct mdl_scenario *scenario; /* borrowed */
    uint64_t seed;
    int replications;
    struct std_stopping stopping; /* why so many */
    double warmup_s;              /* given, or found by a steady run */
    double observed_s;            /* horizon - warmup */
    double bucket_s;
    int bucket_count;
    struct std_metric *metrics;
    int metric_count;
    struct std_series *series;
    int series_count;
    struct std_histogram *histograms;
    int histogram_count;
    const struct std_log_line *log;
    int log_count;
    struct std_slo_verdict *slos; /* one per SLO, in the order of the scenario */
    int slo_count;
    struct std_remark *remarks;
    int remark_count;
    const struct std_twin *twin; /* by formulas; NULL: not asked (std_twin_add) */
    uint64_t events;             /* executed, all replications (arrivals, completions, timers) */
    double wall_s;               /* a timing field: differs from run to run */
    int threads;                 /* a timing field */
};

void std_findings_free(struct std_findings *findings);

/* The metric, or NULL. */
const struct std_metric *std_metric_find(const struct std_findings *findings, const char *scope,
                                         const char *entity, const char *name);

/* The series, or NULL. */
const struct std_series *std_series_find(const struct std_findings *findings, const char *scope,
                                         const char *entity, const char *name);

#endif
