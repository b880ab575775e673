/* The traffic equations of routes: how often a request passes each step, as linear algebra.
 *
 * The flow through a block is linear in what enters it, class by class. So each route is walked
 * once per class that enters it; gotos make a linear system over routes and classes; a loop of n
 * rounds is the n-th sum of its body's powers, one by probability their whole sum. Calls add what
 * the called route does. (K1 4.8: v = e + v P, by blocks.)
 *
 * Probabilities that depend on the solution (hits of a cache, losses at a station) are given from
 * outside; the solver repeats until they agree.
 */
#ifndef MODELS_SOLVE_TRAFFIC_H
#define MODELS_SOLVE_TRAFFIC_H

#include <stdbool.h>

#include "models/network.h"
#include "sim/base_arena.h"

/* What becomes of one request that enters a route in a class. */
struct mdl_flow {
    double *out;   /* per class: comes to the route's end */
    double *reach; /* [step x classes + class]: expected arrivals at the step; visits for `serve` */
    double *go;    /* [route x classes + class]: leaves by goto (0 in the answer) */
    double *held;  /* per pool: expected time that it holds places (s); needs times */
    double *waits; /* per pool: times that a place is asked for */
    double time;   /* expected time from step to step (s), that of async work apart; needs times */
};

struct mdl_traffic {
    const struct mdl_network *network;
    int step_count;
    const struct mdl_step **steps; /* in order of the file */
    int *target;                   /* per step: station, pool, cache, limiter, route or class; -1 */
    /* What the solver says between two resets: */
    const double *hit;   /* per cache */
    const double *pass;  /* per station: share of arrivals that are served */
    const double *limit; /* per limiter: share let through */
    const double *times; /* [step x classes + class]: time of one passage, or NULL */
    /* Private: */
    struct sim_arena *arena; /* of the answers */
    struct mdl_flow **bases; /* [route x classes + class]: walked once; NULL: not yet */
    struct mdl_flow **whole; /* the same with the gotos followed */
    int *at;                 /* indices of steps, by address */
    int *held;               /* per pool: places held where the walk is */
    bool *mislaid;           /* per pool: held across a goto or past the end of a called route */
    int depth;
    bool circular; /* calls that come back to themselves through gotos: no answer */
};

/* `arena` keeps the traffic; free the answers with mdl_traffic_free before it. */
void mdl_traffic_init(struct mdl_traffic *traffic, const struct mdl_network *network,
                      struct sim_arena *arena);
void mdl_traffic_free(struct mdl_traffic *traffic);

/* Forgets all answers: probabilities or times have changed. */
void mdl_traffic_reset(struct mdl_traffic *traffic);

/* What becomes of a request that enters `route` in `cls`. Borrowed until the next reset. */
const struct mdl_flow *mdl_traffic_flow(struct mdl_traffic *traffic, int route, int cls);

/* Index of a step of the network. */
int mdl_traffic_step(const struct mdl_traffic *traffic, const struct mdl_step *step);

/* Which place can follow which: after[from * nodes + to] for nodes = stations, then sources (which
 * nothing leads to). Delays that are steps do not count as places. The array is in `arena`. */
bool *mdl_traffic_order(const struct mdl_traffic *traffic, struct sim_arena *arena);

#endif
