#include "sim/histogram.h"

#include <math.h>
#include <string.h>

#include "sim/base_arena.h"

enum { OCTAVE = 1 << SIM_HISTOGRAM_BITS };

/* Buckets of octave e: octave 0 holds values 0..255, later ones hold 128 << e .. (256 << e) - 1. */
static uint32_t first_of(uint32_t octave) {
    return octave == 0 ? 0 : (octave + 1) << SIM_HISTOGRAM_BITS;
}
static uint32_t end_of(uint32_t octave) { return (octave + 2) << SIM_HISTOGRAM_BITS; }

static uint32_t octave_of(uint32_t bucket) {
    return bucket < 2 * OCTAVE ? 0 : (bucket >> SIM_HISTOGRAM_BITS) - 1;
}

sim_time sim_histogram_low(uint32_t bucket) {
    uint32_t octave = octave_of(bucket);
    return (sim_time)((uint64_t)(bucket - (octave << SIM_HISTOGRAM_BITS)) << octave);
}

sim_time sim_histogram_width(uint32_t bucket) { return (sim_time)(1ULL << octave_of(bucket)); }

#define EACH_TOUCHED(h, bucket)                                                                    \
    for (uint64_t mask_ = (h)->touched; mask_ != 0; mask_ &= mask_ - 1)                            \
        for (uint32_t octave_ = (uint32_t)__builtin_ctzll(mask_), bucket = first_of(octave_);      \
             bucket < end_of(octave_); bucket++)

void sim_histogram_clear(struct sim_histogram *h) {
    EACH_TOUCHED(h, bucket) { h->counts[bucket] = 0; }
    h->touched = 0;
}

void sim_histogram_merge(struct sim_histogram *into, const struct sim_histogram *from) {
    EACH_TOUCHED(from, bucket) { into->counts[bucket] += from->counts[bucket]; }
    into->touched |= from->touched;
}

void sim_histogram_merge_sparse(struct sim_histogram *into, const struct sim_sparse *from) {
    for (uint32_t i = 0; i < from->size; i++) {
        into->counts[from->bucket[i]] += from->count[i];
        into->touched |= 1ULL << octave_of(from->bucket[i]);
    }
}

uint32_t sim_histogram_size(const struct sim_histogram *h) {
    uint32_t size = 0;
    EACH_TOUCHED(h, bucket) { size += h->counts[bucket] != 0; }
    return size;
}

uint64_t sim_histogram_up_to(const struct sim_histogram *h, sim_time value) {
    uint64_t total = 0;
    EACH_TOUCHED(h, bucket) { total += sim_histogram_low(bucket) <= value ? h->counts[bucket] : 0; }
    return total;
}

uint64_t sim_histogram_total(const struct sim_histogram *h) {
    uint64_t total = 0;
    EACH_TOUCHED(h, bucket) { total += h->counts[bucket]; }
    return total;
}

struct sim_sparse sim_histogram_sparse(const struct sim_histogram *h, struct sim_arena *arena) {
    struct sim_sparse sparse = {.size = sim_histogram_size(h)};
    sparse.bucket = sim_arena_array(arena, sparse.size, sizeof *sparse.bucket);
    sparse.count = sim_arena_array(arena, sparse.size, sizeof *sparse.count);
    uint32_t i = 0;
    EACH_TOUCHED(h, bucket) {
        if (h->counts[bucket] != 0) {
            sparse.bucket[i] = bucket;
            sparse.count[i++] = h->counts[bucket];
        }
    }
    return sparse;
}

double sim_histogram_quantile(const struct sim_histogram *h, uint64_t zeros, double quantile,
                              sim_time min, sim_time max) {
    uint64_t total = zeros + sim_histogram_total(h);
    if (total == 0) {
        return NAN;
    }
    /* The rank of the order statistic; the product may exceed a whole number by a rounding. */
    double wanted = ceil(quantile * (double)total * (1 - 1e-15));
    double rank = wanted < 1 ? 1 : wanted;
    double before = (double)zeros;
    if (rank <= before) {
        return 0;
    }
    double value = (double)max;
    EACH_TOUCHED(h, bucket) {
        double count = (double)h->counts[bucket];
        if (rank <= before + count && count > 0) {
            double low = (double)sim_histogram_low(bucket);
            double width = (double)sim_histogram_width(bucket);
            value = low + (width > 1 ? width * (rank - before - 0.5) / count : 0);
            mask_ = 1; /* ends the outer loop too */
            break;
        }
        before += count;
    }
    value = value < (double)min ? (double)min : value;
    value = value > (double)max ? (double)max : value;
    return value / 1e9;
}
