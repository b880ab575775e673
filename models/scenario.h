/* One input document, resolved: a network, how long to run it, and what was assumed.
 *
 * The network of an architecture is made by mdl_lower; `arch` is kept for the words of its report.
 */
#ifndef MODELS_SCENARIO_H
#define MODELS_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/network.h"
#include "models/slo.h"
#include "sim/base_arena.h"
#include "sim/base_diag.h"

/* A figure that the user did not give: used as `likely`, with its range and where it comes from. */
struct mdl_assumption {
    const char *key;    /* JSON path that overrides it */
    const char *text;   /* what it is, in words */
    const char *unit;   /* "s", "", "requests", ... */
    const char *likely; /* the value used, as written in a scenario ("8ms") */
    const char *low;    /* NULL: no range is known */
    const char *high;
    const char *source; /* "demands.csv: ndmitry", "assumption", "brief" */
};

/* A tier of an architecture: which parts of the lowered network stand for it. Results per tier are
 * views of these parts. Names are borrowed; NULL where the tier has no such part. */
struct mdl_tier {
    const char *name;  /* "app", "database", "cache", "load balancer" */
    const char *label; /* "3 x EC2 t3.large" */
    const char *type;  /* "t3.large"; NULL: not billed by instance */
    int instances;
    double usd_per_hour;           /* of one instance, on demand; NAN: the catalog has no price */
    const char *region;            /* of that price */
    const char *cpu;               /* station: its utilization is the tier's CPU utilization */
    const char *workers;           /* pool: requests in hand, its queue is the accept queue */
    const char *connections;       /* pool whose places held are the tier's active connections */
    double memory_gib;             /* of one instance; 0: not modelled */
    double memory_base_gib;        /* used by one instance when idle */
    double memory_per_request_gib; /* more per place held in `workers` (or `connections`) */
    const char *volume;            /* limiters VOLUME.iops, .burst, .throughput; NULL: no storage */
    const char *network;           /* station: the servers' network; NULL: not simulated */
    double network_gbps;           /* what the busy network of one server carries, Gbit/s */
    const char *lags;     /* replicas: named steps LAGS[0].lag and on, pools LAGS.unreplayed and
                             LAGS.connections; NULL: the tier replicates nothing */
    double stale_overlap; /* replicas: probability that a read touches what a commit changed */
    double
        baseline_vcpus; /* T types: busy vCPUs per instance that credits earned sustain; else 0 */
    double surplus_usd_per_vcpu_hour; /* T types: price of surplus credits charged; else NAN */
    const char *surplus_source;       /* of that price */
};

/* What is metered, for bills: a quantity of one part of the system over the observed time. */
enum mdl_meter_kind {
    MDL_METER_TIME,     /* amount x hours observed */
    MDL_METER_VISITS,   /* sum over classes of weight x visits ended at station `place` */
    MDL_METER_REQUESTS, /* the same, of the requests of source `place` that were answered */
    MDL_METER_TOKENS,   /* tokens taken from the limiters `place`, of all its instances */
    MDL_METER_LCU,      /* load balancer capacity units of source `place` (models/lower_meters.c):
                           weights are bytes per request, amount new connections per user */
};
struct mdl_meter {
    enum mdl_meter_kind kind;
    const char *name; /* "instance hours app (t3.large)", "bytes to clients" */
    const char *unit; /* "h", "B", "operations", "LCU h" */
    const char *place;
    double amount;
    double *weights; /* per class, in the network's order */
};

/* Run until the n-th such event. */
enum mdl_stop_of { MDL_STOP_NEVER, MDL_STOP_STARTS, MDL_STOP_COMPLETIONS, MDL_STOP_ARRIVALS };
struct mdl_stop {
    enum mdl_stop_of of;
    uint64_t after; /* >= 1 */
    const char *at; /* a station; NULL: requests of the whole network */
};

/* How sure a run is to be of the responses of each class before it ends. */
struct mdl_precision {
    double quantile; /* 0-1: of this percentile; NAN: of the mean */
    double within;   /* half-width of the 95 % interval over the figure, at most; 0: not given */
    int at_most;     /* replications; 0: not given */
};

/* Which question a run answers: what happens from the start to the horizon, or what holds on and
 * on while the load stays as it is (studies/steady.h). */
enum mdl_analysis { MDL_TERMINATING, MDL_STEADY };

struct mdl_window {
    double from_s, to_s; /* from < to */
};

struct mdl_arch;

struct mdl_scenario {
    struct sim_arena *arena; /* owns all below */
    const char *name;
    const char *file;
    const char *resolved;     /* canonical JSON of the resolved document */
    uint64_t hash;            /* of the resolved document, every referenced file and the catalog */
    uint64_t run_hash;        /* the same, but for the keys that change no replication: name, about,
                               * seed, replications, precision */
    const char *catalog_date; /* "2026-11-23"; NULL in network form */
    const char *reading;      /* architecture form: the reading of the workload; else NULL */
    double load_factor;       /* architecture form; 1 else */
    struct mdl_network network;
    double horizon_s; /* > 0 */
    double warmup_s;  /* 0 <= warmup < horizon */
    enum mdl_analysis analysis;
    bool warmup_given; /* else a steady run finds it by itself (MSER-5) */
    bool warmup_auto;  /* asked for in so many words */
    int batches;       /* measured in so many parts of equal length, each a result; 0: as a whole.
                        * Set by studies, never by a document; such a run has no buckets, windows,
                        * samples or log, and stops at the horizon */
    struct mdl_stop stop;
    double *sample_at_s; /* instants, ascending */
    int sample_count;
    struct mdl_window *windows;
    int window_count;
    uint64_t sample_customers; /* wait and response of the first so many arrivals are reported */
    const char *log_of;        /* station whose events are logged, or NULL */
    uint64_t log_first;        /* lines of the log, at most */
    double bucket_s;           /* width of time buckets; 0: none */
    uint32_t population_limit; /* requests in flight at which a run is stopped; 0: none */
    bool breakdown;            /* keep where requests spend their time; architectures always do */
    int replications;          /* 0: not given */
    struct mdl_precision precision;
    bool has_seed;
    uint64_t seed;
    double *percentiles; /* 0-1, ascending; default 0.5 0.9 0.95 0.99 */
    int percentile_count;
    double *within_s; /* durations: the share of responses and waits at or below */
    int within_count;
    struct mdl_slo *slos;
    int slo_count;
    bool has_slos; /* the document says which, be it none */
    bool has_slo_window;
    double slo_window_s; /* width of the windows in which they are judged, at least */
    struct mdl_assumption *assumptions;
    int assumption_count;
    struct mdl_tier *tiers; /* architecture form */
    int tier_count;
    struct mdl_meter *meters; /* architecture form */
    int meter_count;
    struct mdl_arch *arch; /* NULL in network form */
};

/* Semantic check of the network: names resolve, values make sense, all stations can be reached.
 * Adds diagnostics; returns true when there was no error. Normalizes branch weights. */
bool mdl_check(struct mdl_scenario *scenario, struct sim_diags *diags);

#endif
