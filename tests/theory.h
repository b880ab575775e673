/* Exact results of queueing theory, written for the tests: they share no code with the engine.
 *
 * Rates are per second, times in seconds. Sources: Kleinrock, "Queueing Systems" I and II (K1, K2);
 * Reiser and Lavenberg, "Mean-value analysis of closed multichain queueing networks", JACM 1980;
 * others at their functions. Chains without a closed form are solved numerically, truncated where
 * what is cut off has a probability below 1e-12 for the parameters of the tests.
 */
#ifndef TESTS_THEORY_H
#define TESTS_THEORY_H

#include <stdbool.h>

/* Probability that c servers are all busy: without waiting room (B, K1 ch. 3) and with an endless
 * one (C, K1 ch. 3). `load` is lambda / mu; for C below c. */
double theory_erlang_b(int c, double load);
double theory_erlang_c(int c, double load);

/* Shares of time p[0..n] of a birth-death chain: birth[i] from i to i + 1, death[i] from i + 1 to
 * i, both for i in 0..n-1. */
void theory_birth_death(int n, const double *birth, const double *death, double *p);
double theory_mean(int n, const double *p);

/* Mean number of jobs where arrivals at `lambda` meet n jobs that are done at the total rate
 * mu x speed[min(n, count) - 1]; *busy (may be NULL): the mean of min(n, count). */
double theory_load_dependent(double lambda, double mu, int count, const double *speed,
                             double *busy);

/* Mean wait of M/G/1, first come first served (Pollaczek and Khinchine, K1 ch. 5). */
double theory_mg1_wait(double lambda, double mean, double cv);

/* Mean waits of non-preemptive priorities, class 0 the most urgent. M/G/1 (Cobham 1954, K2 ch. 3):
 * each with its own law. M/M/c (Kella and Yechiali 1985): one mean. */
void theory_cobham(int classes, const double *lambda, const double *mean, const double *cv,
                   double *wait);
void theory_cobham_servers(int classes, const double *lambda, double mean, int c, double *wait);

/* GI/M/1 with Erlang-2 arrivals at rate `lambda`: mean response 1 / (mu (1 - sigma)), sigma the
 * root of sigma = A*(mu - mu sigma) in (0, 1) (K1 ch. 6). */
double theory_e2m1_response(double lambda, double mu);

/* Two M/M/1 of rate `mu` each; an arrival joins the shorter queue, on a tie the first one with
 * probability `first`. *number: mean in both; *share: arrivals that join the first. */
void theory_shorter_queue(double lambda, double mu, double first, double *number, double *share);

/* Processor sharing, exponential demands of mean 1 / mu, c processors of speed 1: the law of the
 * response (Coffman, Muntz and Trotter 1970; here from the chain of a tagged job among n others,
 * which others join at `lambda`, made discrete by uniformization). Free with theory_sharing_free.
 */
struct theory_sharing;
struct theory_sharing *theory_sharing_new(double lambda, double mu, int c);
double theory_sharing_beyond(const struct theory_sharing *sharing, double t); /* P(R > t) */
double theory_sharing_quantile(const struct theory_sharing *sharing, double quantile);
void theory_sharing_free(struct theory_sharing *sharing);

/* Share of customers that leave M/M/c because their wait reaches the constant `patience` (Barrer
 * 1957), and mean wait of all who come (those who leave: their patience). */
double theory_patience_constant(double lambda, double mu, int c, double patience, double *wait);
/* The same for exponential patience of the mean given (Palm's Erlang-A). */
double theory_patience_exp(double lambda, double mu, int c, double patience, double *wait);

/* Visit ratios v = e + v P of an open network: entry[n], routing[from * n + to]. */
void theory_visits(int n, const double *entry, const double *routing, double *visits);

/* One closed class of `users` that think `think` s. Station i: demand[i] s a request; at k jobs its
 * total speed is speed[i * users + k - 1] (NULL: 1 everywhere). Exact mean-value analysis with
 * marginal probabilities. *throughput per s; number[i]. */
void theory_mva(int stations, const double *demand, const double *speed, int users, double think,
                double *throughput, double *number);

/* Two closed classes of users[2], thinking think[2], at single-server sharing stations:
 * demand[i * 2 + class]. Exact mean-value analysis. */
void theory_mva_two(int stations, const double *demand, const int *users, const double *think,
                    double *throughput, double *number);

/* M(t)/G/infinity from empty, arrival rate a t + b: mean number present at t, for a law of service
 * with survival function `beyond(context, x)` (Eick, Massey and Whitt 1993; Simpson's rule). */
double theory_infinite_server(double a, double b, double t,
                              double (*beyond)(const void *context, double x), const void *context);

double theory_exp_beyond(const void *mean, double x);
struct theory_lognormal {
    double mean, cv;
};
double theory_lognormal_beyond(const void *law, double x);

#endif
