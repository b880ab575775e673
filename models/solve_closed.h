/* Closed and mixed product-form networks of several chains of users.
 *
 * Exactly, by the convolution of the stations' factors over the lattice of populations (Reiser and
 * Kobayashi 1975; BCMP 1975): only sums of positive terms, so that it is stable where exact
 * mean-value analysis with rates by number is not; both give the same numbers. Open customers are
 * summed out at each station. Beyond a stated amount of work, by Schweitzer's and Bard's
 * approximate mean-value analysis, stations with rates by number then as a single server and a
 * delay (Seidmann, Schweitzer and Shalev-Oren 1987).
 */
#ifndef MODELS_SOLVE_CLOSED_H
#define MODELS_SOLVE_CLOSED_H

#include "models/solve_formulas.h"
#include "sim/base_arena.h"

/* Work beyond which the exact solution is not tried: additions and multiplications. */
#define MDL_CLOSED_WORK_MOST 2e8

struct mdl_closed_station {
    const double *demand; /* per chain: work per cycle (s) */
    double open;          /* work per second of open customers */
    struct mdl_rates
        rates; /* total work rate by number; not used for delays (those are in think) */
    /* Answers: */
    double *number; /* per chain */
    double open_number;
    double busy; /* mean of min(number, servers), all customers */
};

struct mdl_closed {
    int chain_count;
    const int *users;    /* per chain */
    const double *think; /* per chain: s per cycle spent thinking or in delays */
    int station_count;
    struct mdl_closed_station *stations;
    double *throughput; /* per chain: cycles per s (answer) */
    bool approximate;   /* answer: the exact solution was too much work */
};

/* Solves; `number` of each station and `throughput` are caller storage. Returns false when the open
 * customers alone fill a station. */
bool mdl_closed_solve(struct mdl_closed *closed);

/* By approximate mean-value analysis, whatever the size. */
void mdl_closed_approximate(struct mdl_closed *closed);

#endif
