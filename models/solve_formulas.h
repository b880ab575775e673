/* Formulas of queueing theory, one function each. Rates per second, times in seconds, work in
 * seconds of one server at speed 1. Sources: K1, K2: Kleinrock, "Queueing Systems" I and II; others
 * at their functions. NAN where there is no steady state.
 */
#ifndef MODELS_SOLVE_FORMULAS_H
#define MODELS_SOLVE_FORMULAS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/dist.h"

/* Probability that all c >= 1 servers are busy, offered `load` erlangs: without a queue (Erlang B,
 * any load) and with an endless one (Erlang C, load < c). K1 3.5, 3.6. */
double mdl_erlang_b(int servers, double load);
double mdl_erlang_c(int servers, double load);

/* The total work rate at 1, 2, ..., count jobs; that of `count` beyond. */
struct mdl_rates {
    int servers; /* >= 1: what counts as busy */
    int count;   /* >= 1 */
    const double *total;
};
double mdl_rate_at(const struct mdl_rates *rates, int64_t jobs); /* jobs >= 1 */
double mdl_rate_last(const struct mdl_rates *rates);

/* Means of the number at a place that does `load` work per second as its rates say: processor
 * sharing of any law of demand, or a queue of exponential demands. `room`: jobs allowed in, or -1.
 */
struct mdl_occupancy {
    double number;
    double busy;    /* mean of min(number, servers) */
    double waiting; /* mean of what exceeds servers */
    double full;    /* share of arrivals that find no room */
    double queued;  /* share of arrivals (that enter) that find all servers busy */
};
struct mdl_occupancy mdl_occupancy_of(double load, const struct mdl_rates *rates, int64_t room);

/* M/M/c whose waiting customers leave after exp(patience): `waiting` counts those who wait, `full`
 * is the share that leaves. Palm 1957. load = lambda x service. */
struct mdl_occupancy mdl_erlang_a(double lambda, double service, int servers, double patience);

/* Mean wait of M/G/1, first come first served, from the second moment of the service (Pollaczek and
 * Khinchine, K1 5.6); with batches of `batch` (K1 problem 5.11; lambda counts customers). */
double mdl_mg1_wait(double lambda, double mean, double square, double batch);

/* Waits of M/G/1 with non-preemptive priorities (Cobham 1954) and responses with preemptive resume
 * (K2 3.6): level 0 is the most urgent. lambda[k], mean[k], square[k] (second moments). Levels that
 * have no steady state give INFINITY. */
void mdl_priority_waits(int levels, const double *lambda, const double *mean, const double *square,
                        double *wait);
/* Response of level k to a demand d: d x stretch[k] + wait[k]. */
void mdl_preemptive_waits(int levels, const double *lambda, const double *mean,
                          const double *square, double *stretch, double *wait);
/* M/M/c, one mean, non-preemptive (Kella and Yechiali 1985). */
void mdl_priority_waits_servers(int levels, const double *lambda, double mean, int servers,
                                double *wait);

/* GI/M/1: the root sigma in (0, 1) of sigma = A*((1 - sigma) / mean); the mean wait is mean sigma /
 * (1 - sigma) (K1 6.4). `arrivals`: law of the time between arrivals. */
double mdl_gim1_sigma(const struct sim_dist *arrivals, double mean);

/* A law of service as a mixture: parts of weight[i], summing to 1, of demand[i] / speed. */
struct mdl_service {
    int count;
    const double *weight;
    const struct sim_dist *const *demand;
    double speed;
};
double mdl_service_cdf(const struct mdl_service *service, double x);
double mdl_service_mean(const struct mdl_service *service);
double mdl_service_square(const struct mdl_service *service);
double mdl_service_quantile(const struct mdl_service *service, double quantile);

/* Quantiles of the wait and the response in M/G/1, first come first served: the wait is a geometric
 * sum of residual services (K1 5.7), its law by Panjer's recursion on a grid of 4096 steps. NAN
 * where the grid does not reach. quantiles ascending, in (0, 1). */
void mdl_mg1_quantiles(double lambda, const struct mdl_service *service, const double *quantiles,
                       int count, double *wait, double *response);

/* Quantile of the wait in M/M/c (0 when that many do not wait), and of the response. */
double mdl_mmc_wait_quantile(int servers, double load, double mean, double quantile);
double mdl_mmc_response_quantile(int servers, double load, double mean, double quantile);

/* Integrals of the survival function of a law from 0 to x: of P(X > y), and of y P(X > y). */
void mdl_survival_integrals(const struct sim_dist *law, double from, double to, double *plain,
                            double *weighted);

/* P(a Poisson number of this mean is >= count). */
double mdl_poisson_at_least(double mean, int64_t count);

#endif
