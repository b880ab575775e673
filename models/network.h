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
};

struct mdl_step;
struct mdl_block {
    struct mdl_step *steps;
    int count;
};

struct mdl_step {
    enum mdl_step_kind kind;
    const char *where;
    const char *target;     /* a name; see the kinds */
    bool has_demand;        /* serve, delay */
    struct sim_dist demand; /* s */
    int times;              /* serve, repeat: >= 1 */
    bool has_again;
    double again; /* repeat: probability of another round, 0 <= again < 1 */
    bool in_turn; /* branch: entries in rotation, one counter per step */
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
    double p;          /* share of the actions, 0-1; the shares sum to 1 */
    double duration_s; /* >= 0 */
    int requests;      /* >= 1 */
    const char *cls;   /* class of its requests; NULL: the source's */
    const char *route; /* route of its requests; NULL: the source's */
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

enum mdl_discipline { MDL_FCFS, MDL_PS, MDL_DELAY, MDL_PRIORITY };
enum mdl_balancer { MDL_RANDOM, MDL_ROUND_ROBIN, MDL_LEAST_OUTSTANDING };
enum mdl_ties { MDL_TIES_RANDOM, MDL_TIES_LOWEST };

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
    int instances; /* >= 1 */
    enum mdl_balancer balancer;
    enum mdl_ties ties;
    const char *with; /* a pool: visits go to the instance whose place the customer holds; NULL: the
                         balancer decides */
    bool has_demand;
    struct sim_dist demand;      /* s of one server at speed 1; for every class without its own */
    const char **demand_classes; /* classes with their own demand */
    struct sim_dist *demand_by_class;
    int demand_class_count;
};

struct mdl_pool {
    const char *name;
    const char *where;
    int64_t size;  /* places per instance, >= 1 */
    int64_t queue; /* waiting room per instance; -1: no limit */
    bool has_patience;
    struct sim_dist patience; /* s: waiting timeout */
    int instances;            /* >= 1 */
    enum mdl_balancer balancer;
    enum mdl_ties ties;
    const char *with; /* as for stations */
};

struct mdl_cache {
    const char *name;
    const char *where;
    double hit; /* probability */
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
    struct mdl_route *routes;
    int route_count;
};

#endif
