/* The result: the plain record that one replication leaves. Times in ns, counts as integers; all
 * sums exact, so that merging replications in order gives the same bits whoever ran them. A field
 * added here is added to the tables of models/result_pack.c, by which results are kept.
 */
#ifndef MODELS_RESULT_H
#define MODELS_RESULT_H

#include "models/program.h"
#include "sim/histogram.h"
#include "sim/tally.h"

enum mdl_outcome {
    MDL_OK,
    MDL_REJECTED,  /* a full station or pool */
    MDL_ABANDONED, /* patience at a station */
    MDL_TIMED_OUT, /* patience at a pool, or a timeout */
    MDL_FAILED,    /* a fail step */
    MDL_OUTCOMES
};

/* Sojourns of one kind: requests of a source and class, visits to a place by a class, waits for a
 * bay. `response` and `waiting` are of those that ended OK; `all` is the response of everybody who
 * ended. `arrived` counts arrivals, `outcome` ends. Waits of 0 are counted in `zero_waits`, the
 * others are in the histogram. */
struct mdl_sojourn {
    uint64_t arrived;
    uint64_t outcome[MDL_OUTCOMES];
    uint64_t attempts; /* requests: of those that ended */
    uint64_t waited;   /* had to wait at all (also those who then left) */
    struct sim_tally response;
    struct sim_tally waiting;
    struct sim_tally all;
    struct sim_tally waiting_all; /* of everybody who ended, and of those in service */
    struct sim_sparse responses;
    struct sim_sparse waits;
    uint64_t zero_waits;
    uint64_t *within_response; /* per asked duration: at or below */
    uint64_t *within_waiting;
};

/* A number over time. */
struct mdl_level {
    double mean;
    double variance;
    double busy;   /* time average of min(level, servers) */
    double served; /* time average of min(level, served at once) */
    int64_t max;
    int64_t end;    /* at the horizon */
    double *shares; /* share of time at 0, 1, ... */
    uint32_t share_count;
    double *bucket_mean; /* per bucket; NULL without buckets */
    double *bucket_busy;
};

/* The tokens of a limiter, at most its burst. */
struct mdl_balance {
    double taken; /* by all passages */
    double mean;  /* over time; NAN when no time was observed */
    double least;
    double end;          /* at the end of the run */
    double *bucket_mean; /* per bucket; NULL without buckets */
};

/* A circuit breaker: calls that came, were refused, ended (and were judged) or were withdrawn; how
 * often and which share of the time it was open. */
struct mdl_breaker_result {
    uint64_t calls, refused, ok, failed, withdrawn, opened;
    double open, half_open; /* shares of time; NAN when no time was observed */
    double *bucket_open;    /* share, per bucket; NULL without buckets */
};

/* Crashes of an instance of a pool, who failed by them, and how long it was down (s). */
struct mdl_crashes {
    uint64_t count, struck;
    double down_s;
};

enum mdl_log_kind {
    MDL_LOG_ARRIVE,
    MDL_LOG_START,
    MDL_LOG_INTERRUPT,
    MDL_LOG_RESUME,
    MDL_LOG_END,
    MDL_LOG_REJECT,
    MDL_LOG_ABANDON,
};

/* CPU credits of one place, since the warm-up's end where nothing else is said. Credits; times in
 * s. */
struct mdl_credit_result {
    bool any;         /* the place has credits */
    double start;     /* balance at the start of the run */
    double end;       /* balance at the end */
    double mean;      /* over time */
    double lowest;    /* launch credits included, as in start and end */
    double emptied_s; /* since the start of the run: first without credits while more than the
                         baseline was asked for; NAN: never */
    double spent;
    double discarded; /* earned beyond the cap */
    double withheld;  /* standard: asked for and not delivered */
    double throttled_s;
    uint64_t times; /* standard: held to the baseline anew */
    double surplus; /* owed at the end */
    double highest_surplus;
    double charged;
    double charged_if_stopped; /* and what a termination at the end would charge */
    double *bucket_balance;    /* means over buckets; NULL without buckets */
    double *bucket_surplus;
    double *bucket_throttled; /* share of the bucket in which vCPU time was withheld */
};

/* A line of the event log. */
struct mdl_log_line {
    sim_time time;
    uint64_t customer; /* ordinal at its source, from 0 */
    uint32_t source;
    uint32_t cls;
    uint32_t station;
    uint32_t instance;
    enum mdl_log_kind kind;
};

/* What sample_at sees of one part at one instant; fields that do not apply are 0, all NAN when the
 * run stopped before. */
struct mdl_sample {
    double present;
    double waiting;
    double busy; /* or held */
    double thinking;
    double arrived; /* so far, since the start of the run */
    double ok;
    double errors;
    double balance; /* CPU credits, mean over the instances */
};

/* Time at one hop of all requests of a kind that ended OK, ns. Over all hops, waiting and service
 * sum to their responses. */
struct mdl_hop_sum {
    sim_wide waiting;
    sim_wide service;
    sim_wide slowed; /* of service: beyond what the work takes a single job at full speed */
};

struct mdl_bucket {
    uint64_t arrived;
    uint64_t ok;
    uint64_t errors;
    struct sim_sparse responses;
};

enum { MDL_SECTIONS = 40 };

/* Numbers present while the load stays as it is: means over equal sections of the last stretch of
 * the run in which no rate, population or schedule changes. */
struct mdl_trend {
    uint32_t count; /* sections that the run reached; at most MDL_SECTIONS */
    double from_s;  /* of the first one; NAN: there is no such stretch */
    double width_s;
    /* [part x MDL_SECTIONS + section]; parts: the network (requests present), stations (present),
     * pools (waiting), limiters (waiting). NULL: there is no such stretch. */
    double *means;
};

struct mdl_result {
    struct sim_arena *arena; /* owns all below */
    struct mdl_result *next; /* of the next batch, in the same arena; NULL: none. Not packed */
    uint64_t events;
    struct mdl_sojourn *requests; /* [source x classes + class] */
    struct mdl_sojourn *marks;
    struct mdl_sojourn *blocks; /* named steps */
    struct mdl_sojourn *visits; /* [place x classes + class] */
    struct mdl_sojourn *waits;  /* [bay] */
    uint64_t *hits;             /* per cache */
    uint64_t *misses;
    uint64_t *live;        /* per cache: live entries at the end */
    uint64_t *joined;      /* per cache: waited for another one's fetch */
    uint64_t *repeated;    /* per cache: misses of a key that was being fetched already */
    uint64_t *bucket_hits; /* [cache x bucket_count + bucket] */
    uint64_t *bucket_lookups;
    struct mdl_sojourn *passages; /* per limiter: waits for tokens */
    struct mdl_level *delayed;    /* per limiter: waiting for tokens */
    struct mdl_balance *balances; /* per limiter */
    struct mdl_breaker_result *breakers;
    struct mdl_crashes *crashes;      /* per bay */
    double observed_s;                /* from the warm-up's end to the end of the run */
    struct mdl_level backoff;         /* requests between attempts */
    struct mdl_level *source_backoff; /* the same per source, and per class */
    struct mdl_level *class_backoff;
    struct mdl_sample *samples; /* [instant x parts]: network, sources, stations, pools */
    double *window_s;           /* observed length of each window; NAN: not reached */
    uint64_t *windows;      /* [window x (source x class) x (1 + outcomes)]: arrived, then ends */
    double *customer_waits; /* s, per sampled customer; NAN: did not end OK */
    double *customer_responses;
    struct mdl_log_line *log;
    uint64_t log_count;
    struct mdl_level network;  /* requests present */
    struct mdl_level *sources; /* requests present, per source */
    struct mdl_level *users;   /* per source: users present */
    struct mdl_level *classes; /* requests present, per class */
    struct mdl_level *places;  /* per instance of a station */
    struct mdl_level *busy;    /* per instance: those served, at most its servers; no buckets */
    struct mdl_level *waiting; /* per instance: those beyond; all 0 where nobody waits */
    struct mdl_level *totals;  /* per station of several instances */
    struct mdl_level *held;    /* per bay */
    struct mdl_level *queued;  /* per bay: waiting */
    /* Of several instances together, without buckets; all 0 where there is one: per station served
     * (at most their servers) and waiting, per pool held and waiting. */
    struct mdl_level *busy_together;
    struct mdl_level *waiting_together;
    struct mdl_level *held_together;
    struct mdl_level *queued_together;
    uint64_t *seen;        /* per bay: grants that saw places held in the pool watched */
    uint64_t *seen_places; /* how many they saw, in all */
    struct mdl_credit_result *credits; /* per instance of a station */
    struct mdl_bucket *buckets;        /* [(source x classes + class) x bucket_count + bucket], then
                                          [named step x bucket_count + bucket] */
    double *arrivals; /* [source x bucket_count + bucket]: users or customers arrived */

    struct mdl_trend trend;
    bool overfull;            /* stopped: population_limit requests were in flight */
    double end_s;             /* the end of the run, from its start */
    double *work_s;           /* per place: work delivered to jobs that left or were put aside */
    double *place_refused_s;  /* per place: when it was full first; NAN: never */
    double *bay_full_s;       /* per bay: when somebody found no place first; NAN: never */
    double *bay_refused_s;    /* per bay: when somebody was turned away first; NAN: never */
    struct mdl_hop_sum *hops; /* [(source x classes + class) x hop_count + hop]; NULL: not asked */
};

void mdl_result_free(struct mdl_result *result);

#endif
