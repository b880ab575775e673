/* The program: a network compiled to immutable arrays, shared by all threads.
 *
 * Stations and pools are laid out with their instances side by side: "place" indexes instances of
 * stations, "bay" instances of pools. Cells (what is measured) are laid out by index too, so that
 * the event loop never looks a name up. Chance is named by hashes of names (`purpose`).
 */
#ifndef MODELS_PROGRAM_H
#define MODELS_PROGRAM_H

#include <gsl/gsl_interp.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/credit_account.h"
#include "models/network.h"
#include "models/opcode.h"
#include "models/scenario.h"
#include "sim/base_arena.h"
#include "sim/clock.h"
#include "sim/dist.h"

#define MDL_NONE UINT32_MAX /* no such index */
enum { MDL_MARKS_MAX = 64 };

struct mdl_op {
    enum mdl_opcode code;
    uint32_t a;
    uint32_t b;
    uint32_t rank;    /* of the op in the program */
    uint32_t place;   /* SERVE: where all its visits are, if that is one plain place; or MDL_NONE */
    uint32_t c;       /* SERVE, ACQUIRE: 1 + index into ranges; LIMIT: 1 + bucket; 0: any */
    uint64_t purpose; /* of the op's draws: hash of route, kind, target and rank among its likes */
};

/* Instances of a station or pool among which a step's visits are balanced. */
struct mdl_range {
    uint32_t of; /* the station, or the pool */
    bool pool;
    uint32_t first; /* instance */
    uint32_t count;
};

struct mdl_branch {
    uint32_t count;
    const double *cumulative; /* BRANCH: running sums, the last one 1 */
    const uint32_t *targets;  /* addresses */
    uint32_t turn;            /* TURN: its counter in the world */
};

/* An instance of a station: what may differ between them. */
struct mdl_place_code {
    uint32_t servers;   /* 0: unlimited (delay) */
    uint32_t slots;     /* jobs in service at once; UINT32_MAX: all */
    double ns_per_work; /* direct, rr: ns of service per second of demand */
    const double
        *rates; /* shared: work (s) done per ns by each job, at 1..rate_count jobs present */
    uint32_t rate_count;
    double
        last_total;  /* shared: total work per ns beyond rate_count jobs; 0: rates[last] per job */
    bool by_present; /* shared: rates by the jobs present, waiting or not; else by those served */
    double weight;   /* for the weighted balancers */
    const struct mdl_credit_code *credits; /* NULL: none */
};

/* CPU credits of an instance; see struct mdl_credits. */
struct mdl_credit_code {
    struct mdl_credit_terms terms;
    double start, launch, resume;
};

/* A station. Jobs in service either run at a speed of their own from start to end ("direct"), or
 * progress at one common rate that depends on how many there are and on the time of day ("shared":
 * processor sharing, load-dependent, preemptive, scheduled), or take turns ("rr"). */
struct mdl_station_code {
    const char *name;
    enum mdl_discipline discipline;
    enum mdl_balancer balancer;
    enum mdl_ties ties;
    uint32_t choices; /* power_of */
    uint32_t first_place;
    uint32_t instances;
    uint32_t with_pool; /* MDL_NONE: the balancer decides */
    int64_t capacity;   /* per instance, or -1 */
    bool push_out;
    bool plain; /* visits are as in visit.h */
    bool shared;
    bool preemptive;
    enum mdl_preempted preempted;
    enum mdl_victim victim;
    bool has_patience;
    struct sim_dist patience;
    uint64_t patience_purpose;
    double quantum_s; /* rr: work per slice */
    sim_time switch_ns;
    const struct mdl_point *schedule; /* factor on the speeds from t_s on */
    uint32_t schedule_count;
    sim_time schedule_every; /* 0: not periodic */
    uint32_t levels;         /* queues by urgency, >= 1 */
    const uint32_t *level;   /* per class */
    uint64_t purpose;        /* balancer */
    uint32_t total_dwell;    /* dwell of the whole station, MDL_NONE when it has one instance */
};

struct mdl_pool_code {
    const char *name;
    enum mdl_discipline discipline; /* of the queue */
    enum mdl_balancer balancer;
    enum mdl_ties ties;
    uint32_t choices;
    uint32_t first_bay;
    uint32_t instances;
    uint32_t with_pool;
    uint32_t watch_bay; /* first bay of the pool that it watches; MDL_NONE: none */
    int64_t size;
    int64_t queue; /* -1: no limit */
    bool has_patience;
    struct sim_dist patience;
    uint64_t purpose;
    uint64_t patience_purpose;
    int64_t crash_at; /* 0: never */
    struct sim_dist down;
    uint64_t crash_purpose;
    uint32_t levels;
    const uint32_t *level; /* per class */
};

struct mdl_cache_code {
    const char *name;
    enum mdl_policy policy;
    double hit;
    uint32_t beside;   /* cache that sees the same look-ups and decides nothing; MDL_NONE */
    uint32_t capacity; /* 0: no limit */
    uint32_t keys;
    const double *popularity; /* running sums over keys 0.., the last one 1 */
    sim_time ttl;             /* 0: entries do not expire */
    bool renew;
    bool warm;
    bool coalesce;
    const sim_time *flushes; /* ascending */
    uint32_t flush_count;
};

/* A bucket: those of one limiter lie side by side. */
struct mdl_limiter_code {
    const char *name; /* "disk"; of several buckets "disk[0]" */
    double per_ns;    /* tokens */
    double burst;
    bool waits;
    int64_t queue;      /* -1: no limit */
    uint32_t with_pool; /* MDL_NONE: the step says which bucket */
};

struct mdl_breaker_code {
    const char *name;
    double failures;
    uint32_t calls;
    uint32_t over;
    sim_time open_for;
    uint32_t probes;
    bool on[5]; /* per enum mdl_outcome */
};

struct mdl_fork_code {
    uint32_t count;
    const uint32_t *targets; /* addresses of the branches */
    uint32_t need;           /* ends to wait for */
    bool cancel_rest;
    uint32_t after; /* address */
};

struct mdl_timeout_code {
    struct sim_dist span;
    enum mdl_cancel cancel;
    uint32_t after;
};

/* A cumulative rate, by segments: from t_s the rate is rate + slope x (t - t_s). */
struct mdl_segment {
    double t_s;
    double before; /* the integral of the rate up to t_s */
    double rate;   /* per s, at t_s */
    double slope;  /* per s per s */
};

struct mdl_crossing {
    sim_time time;
    uint32_t user;
    bool starts;
};

struct mdl_action_code {
    struct sim_dist duration; /* s */
    uint32_t requests;
    uint32_t cls;
    uint32_t pc;
};

struct mdl_source_code {
    const char *name;
    enum mdl_source_kind kind;
    uint32_t cls;
    uint32_t pc; /* start of its route */
    uint32_t batch;
    struct sim_dist arrivals;
    sim_time first; /* -1: not given */
    uint64_t limit;
    const struct mdl_segment *segments; /* rate, curve */
    uint32_t segment_count;
    double total; /* curve: expected number; INFINITY for a rate */
    bool fixed;
    gsl_interp *spline; /* curve, smooth: over spline_t and spline_y; else NULL */
    const double *spline_t;
    const double *spline_y;
    uint32_t spline_count;
    const sim_time *times;
    uint32_t time_count;
    struct sim_dist think;
    const struct mdl_crossing *crossings; /* closed: users start and stop, in order */
    uint32_t crossing_count;
    uint32_t users; /* closed: the largest population */
    bool has_users; /* closed, or sessions: presence is observed */
    bool session;
    bool back_to_back;
    struct sim_dist stay;
    uint32_t persona_count;
    const double *persona_cumulative;
    const double *persona_rate; /* actions per s */
    uint32_t action_count;
    const double *action_cumulative;
    const struct mdl_action_code *actions;
    uint64_t salt; /* hash of the name; added to the purpose of every draw of its customers */
    uint64_t arrival_purpose;
    uint64_t think_purpose;
    uint64_t stay_purpose;
    uint64_t persona_purpose;
    uint64_t start_purpose;
    uint64_t choice_purpose;
    uint64_t duration_purpose;
};

struct mdl_program {
    struct sim_arena *arena; /* owns all below */
    const struct mdl_scenario *scenario;
    struct mdl_op *ops;
    uint32_t op_count;
    const char **op_notes; /* per op: "visit: serve clerk", for explain */
    struct sim_dist *dists;
    uint32_t dist_count;
    uint32_t *demands; /* SERVE's b + class: index into dists */
    uint32_t demand_count;
    struct mdl_branch *branches;
    uint32_t branch_count;
    uint32_t turn_count;
    struct mdl_range *ranges;
    uint32_t range_count;
    double *chances;
    uint32_t chance_count;
    double *amounts; /* of tokens */
    uint32_t amount_count;
    struct mdl_cache_code *caches;
    uint32_t cache_count;
    struct mdl_limiter_code *limiters;
    uint32_t limiter_count;
    struct mdl_breaker_code *breakers;
    uint32_t breaker_count;
    struct mdl_fork_code *forks;
    uint32_t fork_count;
    struct mdl_timeout_code *timeouts;
    uint32_t timeout_count;
    const struct mdl_retry **retries; /* borrowed from the scenario */
    uint32_t retry_count;
    const char **blocks; /* names of named steps */
    uint32_t block_count;
    bool withdraws; /* some step may withdraw a job from service */
    const char **marks;
    uint32_t mark_count;
    struct mdl_station_code *stations;
    uint32_t station_count;
    uint32_t place_count;
    uint32_t total_count; /* stations with more than one instance */
    uint32_t *place_station;
    struct mdl_place_code *places;
    struct mdl_pool_code *pools;
    uint32_t pool_count;
    uint32_t bay_count;
    uint32_t *bay_pool;
    struct mdl_source_code *sources;
    uint32_t source_count;
    uint32_t class_count;
    const char **class_names;
    int *class_priority; /* 1 is the most urgent */
    sim_time horizon;
    sim_time warmup;
    sim_time steady_from;      /* no rate, population or schedule changes from here on; the horizon:
                                  they change up to the end */
    uint32_t population_limit; /* tokens in flight */
    sim_time bucket;           /* 0: none */
    uint32_t bucket_count;     /* >= 1: without buckets, one that spans the whole */
    uint32_t batches;          /* >= 1: measured in so many parts of equal length */
    const sim_time *within;
    uint32_t within_count;
    enum mdl_stop_of stop_of;
    uint32_t stop_station; /* MDL_NONE: requests */
    uint64_t stop_after;
    uint32_t log_station; /* MDL_NONE: no log */
    /* Where a request's time goes: stations, pools, limiters, then enum mdl_hop_kind; 0: not asked.
     */
    uint32_t hop_count;
};

/* Hops that are no station, pool or limiter. */
enum mdl_hop_kind {
    MDL_HOP_DELAYS,   /* delay steps */
    MDL_HOP_BACKOFF,  /* before another attempt */
    MDL_HOP_FETCHES,  /* of another one, of the same key of a cache */
    MDL_HOP_GIVEN_UP, /* at forks that a timeout gave up */
    MDL_HOP_KINDS
};

/* Compiles a checked scenario. Never fails: mdl_check has refused what cannot be compiled. Free
 * with mdl_program_free. */
struct mdl_program *mdl_compile(const struct mdl_scenario *scenario);
void mdl_program_free(struct mdl_program *program);

const char *mdl_opcode_name(enum mdl_opcode code);

#endif
