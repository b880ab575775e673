/* Tallies of times, and time averages of counts. All sums are exact integers: merging replications
 * gives the same bits in any order, and a constant has deviation 0. One thread.
 */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/clock.h"

/* Count, sum and sum of squares of times (ns, >= 0). Squares of values up to 78 h (2^48 ns) are
 * exact for 2^32 of them; larger ones are summed in double. */
struct sim_tally {
    uint64_t count;
    sim_wide sum;
    sim_wide_u squares;
    double large_squares;
    sim_time min; /* both 0 when count is 0 */
    sim_time max;
};

static inline void sim_tally_add(struct sim_tally *t, sim_time value) {
    if (__builtin_expect(value > t->max, 0)) { /* rare, so branches, not moves */
        t->max = value;
        t->min = t->count == 0 ? value : t->min;
    } else if (__builtin_expect(value < t->min, 0)) {
        t->min = value;
    }
    t->count++;
    t->sum += (uint64_t)value;
    if (__builtin_expect(value < (sim_time)1 << 48, 1)) {
        t->squares += (sim_wide_u)(uint64_t)value * (uint64_t)value;
    } else {
        t->large_squares += (double)value * (double)value;
    }
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);
/* Mean and deviation (n - 1 in the denominator), s; NAN without values (deviation: fewer than 2).
 */
double sim_tally_mean(const struct sim_tally *t);
double sim_tally_deviation(const struct sim_tally *t);

/* How long a count stood at each level. Levels from `levels` up share one entry, with exact first
 * and second moments. Between sim_dwell_start and sim_dwell_close. */
struct sim_dwell {
    int64_t level;
    int64_t max;
    sim_time since;  /* the level holds from here */
    sim_time start;  /* observation began */
    uint32_t levels; /* entries of `at` */
    sim_time *at;    /* borrowed: time at level 0, 1, ...; the last entry: levels - 1 and above */
    sim_wide above;  /* integral of the level while it is >= levels - 1 */
    double above_squares;
};

static inline void sim_dwell_hold(struct sim_dwell *d, sim_time now) {
    sim_time span = now - d->since;
    d->since = now;
    if (d->level + 1 < (int64_t)d->levels) {
        d->at[d->level] += span;
    } else {
        d->at[d->levels - 1] += span;
        d->above += (sim_wide)d->level * span;
        d->above_squares += (double)d->level * (double)d->level * (double)span;
    }
}

static inline void sim_dwell_step(struct sim_dwell *d, sim_time now, int change) {
    int64_t level = d->level + change;
    sim_dwell_hold(d, now);
    d->level = level;
    if (level > d->max) {
        d->max = level;
    }
}

/* Begins (again) at `now`, at the level it has: all that was observed before is forgotten. */
void sim_dwell_start(struct sim_dwell *d, sim_time now);

/* Integral of the level (ns x count), and of min(level, cap) for cap < levels, since the start.
 * sim_dwell_hold must have been called at the present. */
sim_wide sim_dwell_integral(const struct sim_dwell *d);
sim_wide sim_dwell_integral_capped(const struct sim_dwell *d, int64_t cap);
/* Mean and variance over time. NAN when no time was observed. */
double sim_dwell_mean(const struct sim_dwell *d);
double sim_dwell_variance(const struct sim_dwell *d);
/* Share of time at `level` < levels - 1. */
double sim_dwell_share(const struct sim_dwell *d, uint32_t level);

#endif
