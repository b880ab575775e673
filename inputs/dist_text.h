/* Distributions as a scenario writes them: "8ms", "exp(5ms)", "lognormal(8ms, cv=1.5)",
 * "erlang(5ms, k=4)", "hyperexp(5ms, cv=3)", "gamma(5ms, cv=0.7)", "weibull(5ms, shape=0.7)",
 * "pareto(5ms, alpha=1.5, max=2s)", "uniform(1ms, 9ms)", "mix(0.9: exp(1ms), 0.1: exp(50ms))",
 * "sequence(1s, 2.5s)", "empirical(file.csv)".
 *
 * The shapes nest inside mix. An empirical file is relative to the document, with one value with
 * its unit on each line (empty lines and lines that begin with '#' are skipped).
 */
#ifndef INPUTS_DIST_TEXT_H
#define INPUTS_DIST_TEXT_H

#include "inputs/quantity.h"
#include "sim/dist.h"

/* A distribution of durations (s) by the two rules of inputs/json.h; arrays are in the arena. Codes
 * "bad-distribution", "missing-unit", "wrong-unit", "bad-quantity", "shares", "unreadable-file",
 * "bad-file". */
bool in_json_dist(struct in_json value, struct sim_dist *out);

#endif
