/* Two-sided intervals of any confidence over independent replications, for several at once.
 *
 * sim/estimate.h has those of 95 %; here 1 - alpha is given, so that several intervals can share
 * one error probability (Bonferroni: of m intervals, each is made with alpha / m, and all of them
 * hold together with at least 1 - alpha).
 */
#ifndef SIM_INTERVAL_H
#define SIM_INTERVAL_H

#include <stdint.h>

#include "sim/estimate.h"
#include "sim/histogram.h"

/* Student's t quantile of a two-sided interval. degrees >= 1, 0 < alpha < 1. */
double sim_interval_t(double alpha, int degrees);

/* `point` with t times the standard error of the finite values[0..count) about their mean, widened
 * by `relative_error` x point: sim_estimate_sections with another confidence. */
struct sim_estimate sim_interval_sections(double point, const double *values, int count,
                                          double relative_error, double alpha);

/* The mean of the finite values. */
struct sim_estimate sim_interval_mean(const double *values, int count, double alpha);

/* The share of trials that are events, over `count` clusters (replications) with events[i] of
 * trials[i]: Clopper and Pearson's exact interval for the number of trials that would be as
 * informative if they were independent (Korn and Graubard, Survey Methodology 24, 1998, 193-201:
 * from the scatter of the clusters, for the degrees of freedom that it has; never more than there
 * are). Without events, or with events only, the clusters have no scatter to show, and the trials
 * are taken as independent: the upper bound is 1 - (alpha / 2)^(1 / trials). NAN in low and high
 * with fewer than 2 clusters that have trials; all NAN without trials. */
struct sim_estimate sim_interval_share(const uint64_t *events, const uint64_t *trials, int count,
                                       double alpha);

/* The percentile `point` (s) of `zeros` zeros and the values of `all`, of which min and max are the
 * extremes (ns), from clusters too short to have percentiles of their own that scatter as it does,
 * such as batches of one run: the share at or below the point is judged by the clusters, up_to[i]
 * of trials[i], and the percentiles for the ends of its interval are those of `point` (Woodruff,
 * JASA 47, 1952, 635-646), widened by the histogram's error. */
struct sim_estimate sim_interval_percentile(double point, const struct sim_histogram *all,
                                            uint64_t zeros, double quantile, sim_time min,
                                            sim_time max, const uint64_t *up_to,
                                            const uint64_t *trials, int count, double alpha);

#endif
