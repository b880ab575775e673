/* Output analysis: intervals over independent replications.
 *
 * Student's t over the replications' values (Law, "Simulation Modeling and Analysis", 9.4.1). For a
 * percentile the point is that of the merged histogram and the interval treats the replications as
 * sections: the half-width is t times the standard error of the replications' own percentiles
 * (Asmussen and Glynn, "Stochastic Simulation", III.5a), plus the histogram's own error.
 */
#ifndef SIM_ESTIMATE_H
#define SIM_ESTIMATE_H

/* A point with its two-sided 95 % interval. NAN in `value`: nothing was observed. NAN in low and
 * high: an observation without replications to judge it by (fewer than 2). */
struct sim_estimate {
    double value;
    double low;
    double high;
    int count; /* replications that had a value */
};

/* Student's t quantile for a two-sided 95 % interval. degrees >= 1. */
double sim_t_95(int degrees);

/* The mean of the finite entries of values[0..count), with the t interval. */
struct sim_estimate sim_estimate_mean(const double *values, int count);

/* `point` from all replications together, the width from the scatter of values[0..count) about
 * their mean, widened by `relative_error` x point on both sides. */
struct sim_estimate sim_estimate_sections(double point, const double *values, int count,
                                          double relative_error);

#endif
