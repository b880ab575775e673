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
    sim_time plain; /* values from min to here are neither a new minimum or maximum nor large */
    uint64_t sum;   /* below 2^64 */
    uint64_t carry; /* and how many times 2^64 more: sim_tally_sum */
    sim_wide_u squares;
    double large_squares;
    sim_time min; /* both 0 when count is 0 */
    sim_time max;
};

static inline sim_wide sim_tally_sum(const struct sim_tally *t) {
    return (sim_wide)(((sim_wide_u)t->carry << 64) | t->sum);
}

/* The same as sim_tally_add, whatever the value. */
void sim_tally_add_any(struct sim_tally *t, sim_time value);

static inline void sim_tally_add(struct sim_tally *t, sim_time value) {
    if (__builtin_expect(value > t->plain, 0) || __builtin_expect(value < t->min, 0)) {
        sim_tally_add_any(t, value);
        return;
    }
    t->count++;
    if (__builtin_expect(__builtin_add_overflow(t->sum, (uint64_t)value, &t->sum), 0)) {
        t->carry++;
    }
    t->squares += (sim_wide_u)(uint64_t)value * (uint64_t)value;
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);
/* Mean and deviation (n - 1 in the denominator), s; NAN without values (deviation: fewer than 2).
 */
double sim_tally_mean(const struct sim_tally *t);
double sim_tally_deviation(const struct sim_tally *t);

/* How long a count stood at each level. Levels from `levels` up share one entry, with exact first
 * and second moments. After sim_dwell_start. */
struct sim_dwell {
    int64_t level;
    sim_time *at;   /* borrowed: time at level 0, 1, ...; the last entry: levels - 1 and above */
    sim_time since; /* the level holds from here */
    int64_t known;  /* levels up to here have an entry of their own and were reached before */
    int64_t max;
    sim_time start;  /* observation began */
    uint32_t levels; /* entries of `at` */
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

/* The same as sim_dwell_step, whatever the level. */
void sim_dwell_step_far(struct sim_dwell *d, sim_time now, int change);

/* From `now` on the level is another. */
static inline void sim_dwell_step(struct sim_dwell *d, sim_time now, int change) {
    int64_t level = d->level;
    if (__builtin_expect((change > 0 ? level + change : level) <= d->known, 1)) {
        d->at[level] += now - d->since;
        d->since = now;
        d->level = level + change;
    } else {
        sim_dwell_step_far(d, now, change);
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
