/* Distributions of non-negative quantities: the shapes that a scenario can name.
 *
 * Where a shape has a mean, its first parameter is the mean, so that swapping the shape keeps the
 * load. The unit is the caller's (seconds as a rule). A dist is const once made and shared by
 * threads; arrays are borrowed from the arena it was made in.
 */
#ifndef SIM_DIST_H
#define SIM_DIST_H

#include <stdbool.h>

#include "sim/random.h"

enum sim_dist_kind {
    SIM_DIST_CONSTANT,  /* mean */
    SIM_DIST_EXP,       /* mean */
    SIM_DIST_LOGNORMAL, /* mean, cv */
    SIM_DIST_ERLANG,    /* mean, k (stages, integer >= 1) */
    SIM_DIST_HYPEREXP,  /* mean, cv >= 1; two phases with balanced means: p1 m1 = p2 m2 */
    SIM_DIST_GAMMA,     /* mean, cv */
    SIM_DIST_WEIBULL,   /* mean, shape: 0.05 to 1000 */
    SIM_DIST_PARETO,    /* mean, alpha > 0 (tail index), max: a Pareto law given that it is <= max,
                           its scale (lowest value) solved so that the mean of what is left is as
                           asked; max may be absent (INFINITY) when alpha > 1 */
    SIM_DIST_UNIFORM,   /* low, high */
    SIM_DIST_MIX,       /* parts with weights that sum to 1 */
    SIM_DIST_SEQUENCE,  /* values; value k for ordinal k, cycling */
    SIM_DIST_EMPIRICAL, /* values, equally likely */
};

struct sim_dist {
    enum sim_dist_kind kind;
    double mean;                  /* of the whole distribution; for sequence: of one cycle */
    double a, b, c, d;            /* parameters, ready for sampling; see sim/dist_private.h */
    int count;                    /* of values or parts */
    const double *values;         /* sequence, empirical; mix: cumulative weights */
    const struct sim_dist *parts; /* mix */
};

/* Makers. Parameters must be in range (see above; means and values up to 1e18, cv 0.001 to 1000):
 * sim_dist_problem tells what is not. Out of range nothing but that may be asked of the dist. */
struct sim_dist sim_dist_constant(double value);
struct sim_dist sim_dist_exp(double mean);
struct sim_dist sim_dist_lognormal(double mean, double cv);
struct sim_dist sim_dist_erlang(double mean, int k);
struct sim_dist sim_dist_hyperexp(double mean, double cv);
struct sim_dist sim_dist_gamma(double mean, double cv);
struct sim_dist sim_dist_weibull(double mean, double shape);
struct sim_dist sim_dist_pareto(double mean, double alpha, double max); /* max INFINITY: none */
struct sim_dist sim_dist_uniform(double low, double high);
/* The arrays below are borrowed and must outlive the dist. `cumulative`: running sums of weights,
 * the last one 1. */
struct sim_dist sim_dist_mix(const struct sim_dist *parts, const double *cumulative, int count);
struct sim_dist sim_dist_sequence(const double *values, int count);
struct sim_dist sim_dist_empirical(const double *values, int count);

/* NULL, or what is wrong with the parameters ("the mean must be positive"). */
const char *sim_dist_problem(const struct sim_dist *dist);

/* The value of one draw: a pure function of dist and draw. `recent` may be NULL. >= 0 and finite.
 */
double sim_dist_draw(const struct sim_dist *dist, const struct sim_draw *draw,
                     struct sim_recent *recent);

/* Moments: variance (INFINITY where it is), and the third raw moment E[X^3]. */
double sim_dist_variance(const struct sim_dist *dist);
double sim_dist_third(const struct sim_dist *dist);

/* P(X <= x). By GSL where it has the law. */
double sim_dist_cdf(const struct sim_dist *dist, double x);

/* The same law times `factor` (> 0). Arrays are copied into `arena`. */
struct sim_arena;
struct sim_dist sim_dist_scaled(const struct sim_dist *dist, double factor,
                                struct sim_arena *arena);

/* "exp(5ms)": the law as text in seconds, for listings; in the arena. */
const char *sim_dist_text(const struct sim_dist *dist, struct sim_arena *arena);

#endif
