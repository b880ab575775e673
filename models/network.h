/* The network form: what the user said, in SI units (shared/NETWORK.md is its meaning).
 *
 * Written by the JSON reader and by the lowering of architectures; read by the semantic check and
 * the compiler. Plain records in one arena (`mdl_scenario.arena`). References between parts are
 * names; mdl_check resolves them and reports the wrong ones. `where` is the JSON path of the part,
 * for diagnostics ("network.routes.visit[0]").
 */
#ifndef MODELS_NETWORK_H
#define MODELS_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dist.h"

struct mdl_point {
    double t_s;   /* seconds from the start */
    double value; /* rate per second, cumulative fraction 0-1, users, or speed */
};

/* --- routes ------------------------------------------------------------------------------- */

enum mdl_step_kind {
    MDL_STEP_SERVE,   /* target: station; demand overrides the station's; times */
    MDL_STEP_DELAY,   /* demand */
    MDL_STEP_ACQUIRE, /* target: pool */
    MDL_STEP_RELEASE, /* target: pool */
    MDL_STEP_BRANCH,  /* blocks with weights, or in_turn */
    MDL_STEP_CACHE,   /* target: cache; blocks[0] hit, blocks[1] miss */
    MDL_STEP_CALL,    /* target: route */
    MDL_STEP_GOTO,    /* target: route */
    MDL_STEP_REPEAT,  /* blocks[0]; times, or again (probability, tested after the body) */
    MDL_STEP_MARK,    /* target: the mark's name */
    MDL_STEP_FAIL,    /* the request ends as failed */
    MDL_STEP_CLASS,   /* target: class; the request is of that class from here on */
    MDL_STEP_LIMIT,   /* target: limiter; tokens */
    MDL_STEP_FORK,  /* blocks in parallel (or `times` copies of blocks[0]); go on when `join` ended
                     */
    MDL_STEP_ASYNC, /* blocks[0] on its own; the request goes on at once */
    MDL_STEP_TIMEOUT, /* blocks[0] within `demand` (s), else the request fails as timed out */
    MDL_STEP_RETRY,   /* blocks[0] again when it fails; see `retry` */
    MDL_STEP_BREAKER, /* target: breaker; blocks[0], unless it is open */
};

/* What becomes of the work that a timeout gives up. */
enum mdl_cancel {
    MDL_CANCEL_NONE,    /* it goes on to its end, holding what it holds */
    MDL_CANCEL_WAITING, /* withdrawn where it waits; what is in service goes on */
    MDL_CANCEL_ALL,     /* withdrawn wherever it is */
};

enum mdl_jitter {
    MDL_JITTER_NONE,
    MDL_JITTER_FULL,  /* uniform in 0..the backoff */
    MDL_JITTER_EQUAL, /* half of it, and uniform in 0..the other half */
};

/* Failures by kind, as bits: 1 << outcome (models/result.h's enum mdl_outcome). */
struct mdl_retry {
    int attempts; /* the first included; 0: unlimited */
    /* Backoff before attempt n + 1: backoffs[min(n, count) - 1]; or, with `exponential`, base x
     * factor^(n - 1), at most max, with jitter. None: count 0 and not exponential. */
    struct sim_dist *backoffs;
    int backoff_count;
    bool exponential;
    double base_s, factor, max_s; /* max INFINITY: none */
    enum mdl_jitter jitter;
    bool has_budget;
    double budget_ratio; /* retries allowed per first attempt, over the whole step */
    double budget_burst; /* retries allowed at once (tokens at start and at most) */
    bool on[5];          /* per enum mdl_outcome: is this failure retried? */
    bool redraw;         /* demands are drawn anew in each attempt; else the first ones repeat */
};

struct mdl_step;
struct mdl_block {
    struct mdl_step *steps;
    int count;
    const char *name; /* of a branch's entry, a hit or a miss: reported; or NULL */
    const char *where;
};

struct mdl_step {
    enum mdl_step_kind kind;
    const char *where;
    const char *name;       /* the user's, or NULL; a named step is reported */
    const char *target;     /* a name; see the kinds */
    bool has_demand;        /* serve, delay */
    struct sim_dist demand; /* s */
    int instance;           /* serve, acquire, limit: the first of the instances that it may be */
    int instance_count;     /* how many they are; 0: all of the place */
    int times;              /* serve, repeat: >= 1; fork: copies of blocks[0], 0: one per block */
    bool has_again;
    double again;            /* repeat: probability of another round, 0 <= again < 1 */
    int join;                /* fork: branches to wait for; 0: all */
    bool cancel_rest;        /* fork: the others are withdrawn then */
    double tokens;           /* limit: taken by one passage, > 0 */
    enum mdl_cancel cancel;  /* timeout */
    struct mdl_retry *retry; /* retry */
    bool in_turn;            /* branch: entries in rotation, one counter per step */
    struct mdl_block *blocks;
    double *weights;    /* branch: one per block, >= 0; probabilities after the check */
    bool weights_are_p; /* branch: they must sum to 1 */
    int block_count;
};

struct mdl_route {
    const char *name;
    const char *where;
    struct mdl_block body;
};

/* --- sources ------------------------------------------------------------------------------ */

enum mdl_source_kind {
    MDL_SOURCE_RENEWAL, /* arrivals: inter-arrival distribution */
    MDL_SOURCE_RATE,    /* Poisson, piecewise-linear or stepwise rate over time */
    MDL_SOURCE_CURVE,   /* arrived_by: cumulative curve with a total */
    MDL_SOURCE_TIMES,   /* a trace */
    MDL_SOURCE_CLOSED,  /* population, think */
};

/* One thing a session's user can do. Requests are issued at start + k x duration / requests, each
 * not before the previous response (DESIGN 5.1). */
struct mdl_action {
    const char *name;
    const char *where;
    double p;                 /* share of the actions, 0-1; the shares sum to 1 */
    struct sim_dist duration; /* s, >= 0 */
    int requests;             /* >= 1 */
    const char *cls;          /* class of its requests; NULL: the source's */
    const char *route;        /* route of its requests; NULL: the source's */
};

/* A kind of user: how often actions start. */
struct mdl_persona {
    const char *name;
    const char *where;
    double p;          /* share of the users, 0-1; the shares sum to 1 */
    double rate_per_s; /* actions started per second of presence; > 0 */
};

struct mdl_session {
    const char *where;
    bool back_to_back; /* the next action starts when the last one ends; else Poisson starts, which
                          may overlap */
    bool has_stay;     /* open sources need it; closed users stay as the population says */
    struct sim_dist stay;         /* s */
    struct mdl_persona *personas; /* Poisson starts only; at least 1 then */
    int persona_count;
    struct mdl_action *actions; /* at least 1 */
    int action_count;
};

struct mdl_source {
    const char *name;
    const char *where;
    const char *cls;   /* NULL: "default" */
    const char *route; /* NULL only when every action of the session names one */
    enum mdl_source_kind kind;
    struct sim_dist arrivals; /* renewal: s between arrivals */
    int batch;                /* renewal, rate: customers per arrival, >= 1 */
    struct mdl_point *points; /* rate: per second; curve: cumulative fractions; closed: users */
    int point_count;          /* rate and closed: at least 1 */
    bool steps;               /* rate: stepwise, else linear between points */
    double total;             /* curve: expected (or exact) number over the whole curve */
    bool fixed;               /* curve: exactly `total` customers, else Poisson */
    bool smooth;              /* curve: monotone Steffen spline, else piecewise linear */
    double *times_s;          /* times: ascending */
    int time_count;
    bool has_think;
    struct sim_dist think; /* closed: s; default 0 */
    bool has_first;
    double first_s; /* time of the first arrival */
    bool has_limit;
    uint64_t limit;              /* at most so many customers */
    struct mdl_session *session; /* NULL: one request per arrival */
};

/* --- places ------------------------------------------------------------------------------- */

enum mdl_discipline {
    MDL_FCFS,
    MDL_PS,
    MDL_DELAY,
    MDL_PRIORITY,            /* not preemptive */
    MDL_LCFS,                /* not preemptive */
    MDL_LCFS_PR,             /* preemptive, resume */
    MDL_SIRO,                /* "random": next in random order */
    MDL_PRIORITY_PREEMPTIVE, /* see preempted, victim */
    MDL_RR,                  /* round robin: quantum, switch */
};
enum mdl_balancer {
    MDL_RANDOM,
    MDL_ROUND_ROBIN,
    MDL_LEAST_OUTSTANDING,
    MDL_WEIGHTED_RANDOM,
    MDL_WEIGHTED_ROUND_ROBIN, /* smooth: every instance in proportion in every stretch */
    MDL_POWER_OF,             /* the least outstanding of `choices` distinct ones drawn at random */
};
enum mdl_preempted { MDL_RESUME, MDL_RESTART, MDL_RESAMPLE };
enum mdl_victim { MDL_NEWEST, MDL_OLDEST }; /* by service start, in the lowest class */

/* An instance with figures of its own. */
struct mdl_instance {
    double speed;  /* work per second of one server */
    int servers;   /* >= 1 */
    double weight; /* for the weighted balancers, > 0 */
};
enum mdl_ties { MDL_TIES_RANDOM, MDL_TIES_LOWEST };

/* CPU credits of each instance (models/credit_account.h): its busy servers spend them. */
struct mdl_credits {
    double earn_per_h; /* > 0 */
    double cap;        /* > 0 */
    double start;      /* accrued at the start, 0..cap */
    double launch;     /* launch credits, 0..cap: spent first, outside the cap */
    bool unlimited;
    double resume; /* standard: balance at which a throttled instance runs at full speed again,
                      0..cap */
};

/* The default of `resume`: one second of earnings (an assumption; docs/credits.md). */
static inline double mdl_credits_resume(double earn_per_h, double cap) {
    return earn_per_h / 3600 < cap ? earn_per_h / 3600 : cap;
}

struct mdl_station {
    const char *name;
    const char *where;
    enum mdl_discipline discipline;
    int servers; /* per instance, >= 1 */
    int64_t
        capacity;   /* customers allowed in one instance, those in service included; -1: no limit */
    double speed;   /* work per second of one server; default 1 */
    double *speeds; /* total work rate at 1, 2, ... jobs (the last one holds beyond); NULL: speed x
                       min(n, servers) */
    int speed_count;
    bool push_out; /* when full the lowest class's latest arrival makes room, if it is lower */
    bool has_patience;
    struct sim_dist patience; /* s; waiting only */
    int slots;                /* ps: customers served at once, the rest waiting in order; 0: all */
    double quantum_s;         /* rr: > 0 */
    double switch_s;          /* rr: after every slice; >= 0 */
    enum mdl_preempted preempted; /* priority_preemptive */
    enum mdl_victim victim;
    struct mdl_point
        *schedule;           /* factor on all speeds from t_s on (0: off duty); ascending from 0 */
    int schedule_count;      /* 0: none */
    double schedule_every_s; /* period; 0: not periodic */
    int instances;           /* >= 1 */
    struct mdl_instance *instance_list; /* one per instance, or NULL: all alike */
    enum mdl_balancer balancer;
    int choices; /* power_of: 1..instances */
    enum mdl_ties ties;
    const char *with; /* a pool: visits go to the instance whose place the customer holds; NULL: the
                         balancer decides */
    bool has_demand;
    struct sim_dist demand;      /* s of one server at speed 1; for every class without its own */
    const char **demand_classes; /* classes with their own demand */
    struct sim_dist *demand_by_class;
    int demand_class_count;
    struct mdl_credits *credits; /* NULL: none */
};

struct mdl_pool {
    const char *name;
    const char *where;
    int64_t size;                   /* places per instance, >= 1 */
    enum mdl_discipline discipline; /* of the queue: fcfs, lcfs or priority */
    int64_t queue;                  /* waiting room per instance; -1: no limit */
    bool has_patience;
    struct sim_dist patience; /* s: waiting timeout */
    int instances;            /* >= 1 */
    enum mdl_balancer balancer;
    int choices; /* power_of: 1..instances */
    enum mdl_ties ties;
    const char *with;  /* as for stations */
    const char *watch; /* another pool: at each grant, are places held there, in the same instance?
                          NULL: not asked */
    int64_t crash_at;  /* so many held or waiting at an instance and it crashes; 0: never */
    struct sim_dist down; /* s; until it is up again */
};

enum mdl_policy { MDL_PROBABILITY, MDL_LRU, MDL_FIFO, MDL_TTL };

struct mdl_cache {
    const char *name;
    const char *where;
    enum mdl_policy policy;
    double hit; /* probability policy */
    /* Probability policy: another cache, which no route asks, that sees the same look-ups, keeps
     * what it misses at once, and decides nothing; NULL: none. */
    const char *beside;
    int64_t capacity; /* lru, fifo: keys it holds, >= 1; ttl: 0, no limit */
    int64_t keys;     /* different keys, >= 1 */
    double zipf;      /* popularity of key i ~ 1 / i^zipf; 0: uniform */
    double ttl_s;     /* 0: entries do not expire */
    bool renew;       /* a hit renews the entry's life */
    bool warm;        /* full of the most popular keys at the start */
    bool coalesce;    /* who misses a key that is being fetched waits for it */
    double *flush_s;  /* instants at which it loses all entries, ascending */
    int flush_count;
};

/* A token bucket. Who finds too few tokens is rejected, or waits in order of arrival until they are
 * there. */
struct mdl_limiter {
    const char *name;
    const char *where;
    double rate_per_s; /* tokens earned per second, > 0 */
    double burst;      /* tokens it holds at most and at the start, >= 1 */
    bool waits;
    int64_t queue;    /* waits: how many may wait; -1: no limit */
    int instances;    /* buckets, >= 1 */
    const char *with; /* as for stations; with several buckets, else each step says which */
};

/* A circuit breaker: while too many of the calls through it fail, calls fail at once
 * (models/breaker.c). */
struct mdl_breaker {
    const char *name;
    const char *where;
    double failures;   /* share of failures at which it opens, above 0 up to 1 */
    int calls;         /* ends that it must have seen, 1..over */
    int over;          /* of so many last calls, >= 1 */
    double open_for_s; /* > 0 */
    int probes;        /* calls let through when it is half open, >= 1 */
    bool on[5];        /* per enum mdl_outcome: does it count as a failure? */
};

struct mdl_class {
    const char *name;
    const char *where;
    int priority; /* 1 is the most urgent */
};

/* The network. Class 0 is "default" when the user named none. */
struct mdl_network {
    struct mdl_class *classes;
    int class_count;
    struct mdl_source *sources;
    int source_count;
    struct mdl_station *stations;
    int station_count;
    struct mdl_pool *pools;
    int pool_count;
    struct mdl_cache *caches;
    int cache_count;
    struct mdl_limiter *limiters;
    int limiter_count;
    struct mdl_breaker *breakers;
    int breaker_count;
    struct mdl_route *routes;
    int route_count;
};

#endif
