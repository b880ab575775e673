/* Log-linear histogram of times: 128 buckets per factor of two, exact below 256 ns.
 *
 * The idea is HdrHistogram's. A value is known to its bucket, whose half-width is at most 1/256 of
 * it: SIM_HISTOGRAM_ERROR. Counts are integers, so merging is exact in any order. `touched` has a
 * bit per factor of two, so that clearing and merging visit only what was used.
 */
#ifndef SIM_HISTOGRAM_H
#define SIM_HISTOGRAM_H

#include <stdint.h>

#include "sim/clock.h"

enum {
    SIM_HISTOGRAM_BITS = 7, /* 2^7 buckets per octave */
    SIM_HISTOGRAM_OCTAVES = 56,
    SIM_HISTOGRAM_BUCKETS = (SIM_HISTOGRAM_OCTAVES + 1) << SIM_HISTOGRAM_BITS,
};
#define SIM_HISTOGRAM_ERROR (1.0 / 256)

struct sim_histogram {
    uint64_t touched; /* bit e: octave e was used */
    uint64_t counts[SIM_HISTOGRAM_BUCKETS];
};

/* A histogram as it is kept: only what is not zero, ascending. */
struct sim_sparse {
    uint32_t *bucket;
    uint64_t *count;
    uint32_t size;
};

static inline uint32_t sim_histogram_octave(uint64_t value) {
    uint64_t at_least = value | 1U << SIM_HISTOGRAM_BITS;
    return (63 ^ (uint32_t)__builtin_clzll(at_least)) - SIM_HISTOGRAM_BITS;
}

/* Records `value` >= 0. */
static inline void sim_histogram_add(struct sim_histogram *h, sim_time value) {
    uint32_t octave = sim_histogram_octave((uint64_t)value);
    h->touched |= 1ULL << octave;
    h->counts[((uint64_t)octave << SIM_HISTOGRAM_BITS) + ((uint64_t)value >> octave)]++;
}

/* Lowest value of a bucket, and its width, ns. */
sim_time sim_histogram_low(uint32_t bucket);
sim_time sim_histogram_width(uint32_t bucket);

void sim_histogram_clear(struct sim_histogram *h);
void sim_histogram_merge(struct sim_histogram *into, const struct sim_histogram *from);
void sim_histogram_merge_sparse(struct sim_histogram *into, const struct sim_sparse *from);

/* Buckets in use. */
uint32_t sim_histogram_size(const struct sim_histogram *h);
uint64_t sim_histogram_total(const struct sim_histogram *h);

/* How many of the recorded values lie in the bucket of `value` (>= 0) or in a lower one. */
uint64_t sim_histogram_up_to(const struct sim_histogram *h, sim_time value);

struct sim_arena;
/* The non-zero buckets, in `arena`. */
struct sim_sparse sim_histogram_sparse(const struct sim_histogram *h, struct sim_arena *arena);

/* The smallest value that at least `quantile` (0-1) of `zeros` zeros and the recorded values do not
 * exceed, interpolated inside its bucket and kept within [min, max]; s. NAN when there is none.
 * `zeros` are values of exactly 0 counted elsewhere. */
double sim_histogram_quantile(const struct sim_histogram *h, uint64_t zeros, double quantile,
                              sim_time min, sim_time max);

#endif
