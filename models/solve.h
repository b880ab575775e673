/* The analytic twin: solves a scenario's network without simulating it, wherever assumptions hold.
 *
 * A steady network is solved in steady state. One whose load changes with time is solved stretch by
 * stretch as if each were steady (an approximation), and the mean number of its users exactly
 * (M(t)/G/infinity). Works on the network form; architectures are lowered before.
 */
#ifndef MODELS_SOLVE_H
#define MODELS_SOLVE_H

#include "models/solution.h"

/* Solves a checked scenario. Never fails: what cannot be solved is said in the reservations. Free
 * with mdl_solution_free. The scenario must outlive it. */
struct mdl_solution *mdl_solve(const struct mdl_scenario *scenario);

#endif
