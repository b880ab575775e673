/* What sim/dist.c (makers and draws) and sim/dist_law.c (what is known of the laws) share.
 *
 * Parameters a, b, c, d of struct sim_dist by kind:
 *   lognormal  mean and deviation of the logarithm; cv
 *   erlang     stages, mean of a stage
 *   hyperexp   probability of the slow phase; means of the fast and the slow phase; cv
 *   gamma      shape, scale, cv
 *   weibull    shape, scale, 1 / shape
 *   pareto     alpha, lowest value, max, P(beyond max) of the untruncated law
 *   uniform    low, high
 */
#ifndef SIM_DIST_PRIVATE_H
#define SIM_DIST_PRIVATE_H

#include "sim/dist.h"

#define SIM_DIST_LARGEST 1e18   /* of means and values; keeps every draw and moment finite */
#define SIM_DIST_CV_MOST 1000.0 /* keeps the exponent of a lognormal draw far from overflow */
#define SIM_WEIBULL_LEAST 0.05  /* shapes; below, Gamma(1 + 3/shape) leaves no room */
#define SIM_WEIBULL_MOST 1000.0 /* above, the variance drowns in rounding */
#define SIM_PARETO_SPAN 600.0   /* largest log(max / lowest) */

/* E[X^n] / max^n of a Pareto law with index alpha given X <= max, for n >= 0 and
 * span = log(max / lowest) >= 0 finite. */
double sim_pareto_moment(int n, double alpha, double span);

/* The probability of part i of a mix. */
double sim_mix_weight(const struct sim_dist *mix, int i);

#endif
