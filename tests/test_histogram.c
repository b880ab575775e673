/* The histogram: where its buckets lie, how far off they are, merging, and quantiles against sorted
 * values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base_arena.h"
#include "sim/histogram.h"
#include "sim/random.h"

static struct sim_histogram *histogram_new(void) {
    struct sim_histogram *h = calloc(1, sizeof *h);
    assert_non_null(h);
    return h;
}

/* The one bucket in use. */
static uint32_t bucket_of(struct sim_histogram *h, sim_time value) {
    struct sim_arena *arena = sim_arena_new();
    sim_histogram_clear(h);
    sim_histogram_add(h, value);
    struct sim_sparse sparse = sim_histogram_sparse(h, arena);
    assert_int_equal(sparse.size, 1);
    assert_int_equal(sparse.count[0], 1);
    uint32_t bucket = sparse.bucket[0];
    sim_arena_free(arena);
    return bucket;
}

/* Buckets follow each other without a gap from 0 to the last ns that the clock knows; each holds
 * its first and its last value; half its width is at most 1/256 of any value in it; below 256 ns it
 * is 1 ns wide. */
static void bucket_edges(void **state) {
    (void)state;
    struct sim_histogram *h = histogram_new();
    sim_time next = 0;
    for (uint32_t bucket = 0; bucket < SIM_HISTOGRAM_BUCKETS; bucket++) {
        sim_time low = sim_histogram_low(bucket);
        sim_time width = sim_histogram_width(bucket);
        assert_int_equal(low, next);
        assert_int_equal(bucket_of(h, low), bucket);
        assert_int_equal(bucket_of(h, low + (width - 1)), bucket);
        assert_true((double)width / 2 <= SIM_HISTOGRAM_ERROR * (double)low || width == 1);
        assert_true(low >= 256 || width == 1);
        next = bucket + 1 == SIM_HISTOGRAM_BUCKETS ? 0 : low + width;
        if (bucket + 1 == SIM_HISTOGRAM_BUCKETS) {
            assert_true(low + (width - 1) == SIM_TIME_MAX);
        }
    }
    free(h);
}

/* Over the whole range, 18 decades: a value alone, seen through its bucket, is off by 1/256 at
 * most; with its own bounds not at all. */
static void relative_error(void **state) {
    (void)state;
    struct sim_histogram *h = histogram_new();
    for (double value = 1; value < 9e18; value *= 1.0037) {
        sim_time ns = (sim_time)value;
        sim_histogram_clear(h);
        sim_histogram_add(h, ns);
        double seen = sim_histogram_quantile(h, 0, 0.5, 0, SIM_TIME_MAX) * 1e9;
        assert_true(fabs(seen - (double)ns) <= SIM_HISTOGRAM_ERROR * (double)ns * (1 + 1e-9));
        assert_true(fabs(sim_histogram_quantile(h, 0, 0.5, ns, ns) * 1e9 - (double)ns) <=
                    1e-15 * (double)ns);
    }
    free(h);
}

static int ascending(const void *a, const void *b) {
    sim_time x = *(const sim_time *)a;
    sim_time y = *(const sim_time *)b;
    return (x > y) - (x < y);
}

/* Quantiles of `count` values of which the first `zeros` are zeros that are counted elsewhere: the
 * order statistic of rank ceil(q n), to 1/128 (two values of one bucket may stand for each other).
 */
static void quantiles_of(uint64_t seed, int count, int zeros, double spread) {
    static const double quantiles[] = {0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999};
    struct sim_histogram *h = histogram_new();
    sim_time *values = calloc((size_t)count, sizeof *values);
    assert_non_null(values);
    const struct sim_draw draw = {.key = {.seed = seed}};
    struct sim_stream stream;
    sim_stream_init(&stream, &draw);
    sim_time max = 0;
    for (int i = zeros; i < count; i++) {
        values[i] = 1 + (sim_time)(1e6 * exp(spread * (sim_stream_unit(&stream) - 0.5)));
        max = values[i] > max ? values[i] : max;
        sim_histogram_add(h, values[i]);
    }
    qsort(values, (size_t)count, sizeof *values, ascending);
    for (size_t i = 0; i < sizeof quantiles / sizeof quantiles[0]; i++) {
        int rank = (int)ceil(quantiles[i] * count - 1e-9);
        double exact = (double)values[rank - 1];
        double seen =
            sim_histogram_quantile(h, (uint64_t)zeros, quantiles[i], values[0], max) * 1e9;
        if (!(fabs(seen - exact) <= 2 * SIM_HISTOGRAM_ERROR * exact)) {
            fail_msg("quantile %g of %d values, %d zeros: %.9g, sorted %.9g", quantiles[i], count,
                     zeros, seen, exact);
        }
    }
    free(values);
    free(h);
}

static void quantiles_against_sorted_values(void **state) {
    (void)state;
    static const int counts[] = {1, 2, 3, 19, 20, 100, 1000, 20000};
    for (int i = 0; i < 8; i++) {
        for (int part = 0; part < 4; part++) {
            int zeros = counts[i] * part / 4;
            quantiles_of(10 + (uint64_t)i, counts[i], zeros, 0.01);
            quantiles_of(20 + (uint64_t)i, counts[i], zeros, 1);
            quantiles_of(30 + (uint64_t)i, counts[i], zeros, 20);
        }
    }
}

/* Ranks where q n is a whole number (0.95 of 20 is the 19th, not the 20th), and values that have a
 * bucket of their own: exact. */
static void ranks(void **state) {
    (void)state;
    struct sim_histogram *h = histogram_new();
    for (sim_time value = 1; value <= 200; value++) {
        sim_histogram_add(h, value);
    }
    for (int percent = 1; percent < 100; percent++) {
        double seen = sim_histogram_quantile(h, 0, percent / 100.0, 1, 200);
        assert_int_equal(llround(seen * 1e9), 2 * percent);
        /* as many zeros again: the lower half is 0 */
        seen = sim_histogram_quantile(h, 200, percent / 100.0, 0, 200);
        assert_int_equal(llround(seen * 1e9), percent <= 50 ? 0 : 4 * percent - 200);
    }
    sim_histogram_clear(h);
    for (int value = 1; value <= 20; value++) {
        sim_histogram_add(h, value);
    }
    assert_int_equal(llround(1e9 * sim_histogram_quantile(h, 0, 0.95, 1, 20)), 19);
    assert_int_equal(llround(1e9 * sim_histogram_quantile(h, 0, 0.951, 1, 20)), 20);
    sim_histogram_clear(h);
    assert_true(isnan(sim_histogram_quantile(h, 0, 0.5, 0, 0)));
    assert_true(sim_histogram_quantile(h, 3, 0.99, 0, 0) == 0);
    free(h);
}

static void assert_same(const struct sim_histogram *a, const struct sim_histogram *b) {
    assert_int_equal(a->touched, b->touched);
    assert_memory_equal(a->counts, b->counts, sizeof a->counts);
}

/* Two halves merged are the whole, through the sparse form too, in either order; clearing forgets
 * everything. */
static void merging(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_histogram *whole = histogram_new();
    struct sim_histogram *half[2] = {histogram_new(), histogram_new()};
    struct sim_histogram *merged = histogram_new();
    struct sim_histogram *empty = histogram_new();
    const struct sim_draw draw = {.key = {.seed = 5}};
    struct sim_stream stream;
    sim_stream_init(&stream, &draw);
    for (int i = 0; i < 20000; i++) {
        sim_time value = (sim_time)(sim_stream_next(&stream) >> (1 + i % 63));
        sim_histogram_add(whole, value);
        sim_histogram_add(half[i % 3 == 0], value);
    }
    assert_int_equal(sim_histogram_total(whole), 20000);
    struct sim_sparse sparse = sim_histogram_sparse(whole, arena);
    assert_int_equal(sparse.size, sim_histogram_size(whole));
    for (uint32_t i = 0; i < sparse.size; i++) {
        assert_true(sparse.count[i] > 0);
        assert_true(i == 0 || sparse.bucket[i] > sparse.bucket[i - 1]);
    }
    sim_histogram_merge_sparse(merged, &sparse);
    assert_same(merged, whole);
    sim_histogram_clear(merged);
    assert_same(merged, empty);
    for (int first = 0; first < 2; first++) {
        sim_histogram_merge(merged, half[first]);
        sim_histogram_merge(merged, half[1 - first]);
        assert_same(merged, whole);
        sim_histogram_clear(merged);
        struct sim_sparse other = sim_histogram_sparse(half[1 - first], arena);
        sim_histogram_merge(merged, half[first]);
        sim_histogram_merge_sparse(merged, &other);
        assert_same(merged, whole);
        sim_histogram_clear(merged);
    }
    sim_histogram_merge(merged, empty);
    assert_same(merged, empty);
    assert_int_equal(sim_histogram_sparse(empty, arena).size, 0);
    free(whole);
    free(half[0]);
    free(half[1]);
    free(merged);
    free(empty);
    sim_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bucket_edges),
        cmocka_unit_test(relative_error),
        cmocka_unit_test(quantiles_against_sorted_values),
        cmocka_unit_test(ranks),
        cmocka_unit_test(merging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
