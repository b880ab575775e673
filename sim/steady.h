/* Steady state from one series: where its beginning stops to matter, and whether the means of equal
 * batches may pass for independent.
 *
 * The cut is MSER-m (White, Cobb and Spratt, "A comparison of five steady-state truncation
 * heuristics for simulation", WSC 2000): the values are averaged in groups of m, and so many groups
 * are cut that the squared standard error of the mean of the rest, as if they were independent, is
 * least. The test is von Neumann's ratio (Fishman, "Principles of Discrete Event Simulation", 1978,
 * 5.9): with n independent normal values, C sqrt((n^2 - 1) / (n - 2)) is standard normal, where C
 * is the lag-1 autocorrelation plus half the share that the two end values have in the sum of
 * squares.
 */
#ifndef SIM_STEADY_H
#define SIM_STEADY_H

#include <stdbool.h>

enum { SIM_MSER_GROUP = 5 };

/* How many of values[0..count) (all finite) MSER-m cuts at the start, a multiple of `group` (m >=
 * 1). The last five groups are never cut: the rule would see a small error in them by chance. 0
 * when there are fewer than ten groups, or all values are the same. */
int sim_mser(const double *values, int count, int group);

/* How values in a row go together. */
struct sim_serial {
    double correlation; /* lag 1, -1 to 1; NAN: fewer than 3 values, or one that is not finite */
    double score;       /* standard normal where the values are independent; NAN as above */
    bool significant;   /* positive, at the 10 % level (one-sided) */
};

/* Of values[0..count). All the same: 0, and not significant. */
struct sim_serial sim_serial(const double *values, int count);

#endif
