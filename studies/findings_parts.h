/* What the files that build findings share. Internal to studies/. */
#ifndef STUDIES_FINDINGS_PARTS_H
#define STUDIES_FINDINGS_PARTS_H

#include "models/result.h"
#include "studies/findings.h"
#include "studies/steady_run.h"

/* Of the 95 % intervals. */
#define STD_ALPHA 0.05

/* How a number moves while the load stays as it is. */
struct std_growth {
    struct sim_estimate rate; /* per s; NAN: not known */
    const double *values;     /* per replication */
    bool sure;                /* significant over the replications, and no trifle */
};

/* A station, a pool, a limiter or, first of all, the network. */
struct std_part {
    const char *scope;
    const char *name;
    /* Arrivals times the service that a visit takes, over the capacity (of pools: times the time
     * that a place is held); NAN where there is no limit. */
    struct sim_estimate offered;
    double peak; /* load of the busiest bucket over the mean; 1 without buckets */
    struct std_growth growth;
};

/* The results of all replications, in order, and the findings under construction. */
struct std_builder {
    struct std_findings *f;
    const struct mdl_program *program;
    struct mdl_result *const *results;
    int replications;
    bool batches;            /* the results are of batches of one replication, in order */
    struct sim_arena *arena; /* of the findings */
    size_t metric_room, series_room, histogram_room, remark_room;
    struct std_part *parts;
    uint32_t part_count;
    struct sim_histogram *one; /* scratch: one replication */
    struct sim_histogram *all; /* scratch: all of them */
};

/* The buckets of a limiter, which lie side by side; count 0: there is none of this name. */
struct std_buckets {
    uint32_t first, count;
};
struct std_buckets std_buckets_of(const struct std_builder *b, const char *limiter);

/* An array of one NAN per replication. */
double *std_values(struct std_builder *b);

/* "3.75", "13.1", "32010": four digits at least, and never an exponent. */
const char *std_number(struct std_builder *b, double value);

/* Adds a metric: the mean of `values` (borrowed from the findings' arena) with its t interval. */
void std_add_mean(struct std_builder *b, const char *scope, const char *entity, const char *name,
                  const char *unit, const double *values);

/* Adds a metric whose estimate was made elsewhere. */
void std_add_estimate(struct std_builder *b, const char *scope, const char *entity,
                      const char *name, const char *unit, struct sim_estimate estimate,
                      const double *values);

/* Adds a metric: `point` of all replications together, the interval by sections. */
void std_add_sections(struct std_builder *b, const char *scope, const char *entity,
                      const char *name, const char *unit, double point, const double *values,
                      double relative_error);

/* Adds a series; `points` from the findings' arena, one per bucket. */
void std_add_series(struct std_builder *b, const char *scope, const char *entity, const char *name,
                    const char *unit, const struct sim_estimate *points);

void std_add_remark(struct std_builder *b, const char *topic, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void std_build_metrics(struct std_builder *b);
void std_build_breakdown(struct std_builder *b);
void std_build_observations(struct std_builder *b);
void std_build_series(struct std_builder *b);
void std_build_load(struct std_builder *b); /* after the series */
void std_build_tiers(struct std_builder *b);
void std_build_meters(struct std_builder *b);
void std_build_data_tiers(struct std_builder *b);
/* Volumes that live on burst credits, or are at their limits. */
void std_build_data_remarks(struct std_builder *b);
void std_build_credits(struct std_builder *b);
/* Who runs out of CPU credits, or would have soon; and who does not. */
void std_build_emptied_remarks(struct std_builder *b);
void std_build_balance_remark(struct std_builder *b);
void std_build_slos(struct std_builder *b);
/* Of a steady run: how it was measured, as metrics and in words; and, where it is one run in
 * batches (else NULL), the intervals and the SLO verdicts that they give, after all metrics. */
void std_build_steady(struct std_builder *b, const struct std_warmup *warmup,
                      const struct std_batches *batches);
void std_build_remarks(struct std_builder *b);

void std_bottleneck_remark(struct std_builder *b);
void std_saturation_remarks(struct std_builder *b);
void std_growth_remarks(struct std_builder *b);

/* The tier of whose servers the station is the network; NULL: of none. */
const struct mdl_tier *std_network_of(const struct std_builder *b, const char *station);

/* Servers of all instances of the station; 0 when they are unlimited. */
double std_servers(const struct mdl_program *program, const struct mdl_station_code *station);

/* Name of instance i of a station or pool: "app.cpu[0]". */
const char *std_instance_name(struct std_builder *b, const char *name, uint32_t i);

/* Name of limiter i, or of one of its buckets: "disk[0]". The program's own goes with it. */
const char *std_limiter_name(struct std_builder *b, uint32_t i);

/* "p95", "p99.9" for a quantile. */
const char *std_percentile_name(struct std_builder *b, const char *prefix, double quantile);

#endif
