/* Tallies and time averages, against sums taken otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/random.h"
#include "sim/tally.h"

static void assert_close(double found, double expected, double relative) {
    if (!(fabs(found - expected) <= relative * fabs(expected))) {
        fail_msg("found %.17g, expected %.17g", found, expected);
    }
}

/* 1, 2, 3, 4, 5 s: mean 3, deviation sqrt(10/4). */
static void by_hand(void **state) {
    (void)state;
    struct sim_tally t = {.count = 0};
    assert_true(isnan(sim_tally_mean(&t)) && isnan(sim_tally_deviation(&t)));
    for (sim_time s = 5; s >= 1; s--) {
        sim_tally_add(&t, s * SIM_NS_PER_S);
        assert_true(t.count > 1 || isnan(sim_tally_deviation(&t)));
    }
    assert_int_equal(t.count, 5);
    assert_int_equal(t.min, SIM_NS_PER_S);
    assert_int_equal(t.max, 5 * SIM_NS_PER_S);
    assert_close(sim_tally_mean(&t), 3, 1e-15);
    assert_close(sim_tally_deviation(&t), sqrt(2.5), 1e-15);
}

/* A constant has deviation 0 and its own mean, however large or odd, however often. */
static void constants(void **state) {
    (void)state;
    static const sim_time values[] = {
        0, 1, 333333333, 1000000007, ((sim_time)1 << 48) - 1, (sim_time)1 << 48, SIM_TIME_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct sim_tally t = {.count = 0};
        for (int k = 0; k < 100003; k++) {
            sim_tally_add(&t, values[i]);
        }
        assert_true(sim_tally_deviation(&t) == 0);
        assert_close(sim_tally_mean(&t), (double)values[i] * 1e-9, 1e-15);
    }
}

/* Values that hardly differ: n and n + 1 ns about 1 s and about 10^4 s; the deviation of halves is
 * 0.5 ns sqrt(n / (n - 1)). */
static void small_differences(void **state) {
    (void)state;
    static const sim_time about[] = {SIM_NS_PER_S, 100 * SIM_NS_PER_S, 10000 * SIM_NS_PER_S};
    for (int i = 0; i < 3; i++) {
        struct sim_tally t = {.count = 0};
        for (int k = 0; k < 1000; k++) {
            sim_tally_add(&t, about[i] + k % 2);
        }
        assert_close(sim_tally_deviation(&t), 0.5e-9 * sqrt(1000 / 999.0), 1e-6);
    }
}

/* Any split, merged in any order, is the whole to the last bit; moments against a second pass. */
static void merging(void **state) {
    (void)state;
    enum { COUNT = 30000, PARTS = 7 };
    const struct sim_draw draw = {.key = {.seed = 3}};
    struct sim_stream stream;
    sim_stream_init(&stream, &draw);
    struct sim_tally whole = {.count = 0};
    struct sim_tally parts[PARTS] = {{.count = 0}};
    sim_time *values = calloc(COUNT, sizeof *values);
    assert_non_null(values);
    long double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        values[i] = (sim_time)(1e9 * exp(8 * sim_stream_unit(&stream)));
        sum += values[i];
        sim_tally_add(&whole, values[i]);
        sim_tally_add(&parts[i * i % PARTS], values[i]); /* some parts stay empty */
    }
    long double squares = 0;
    for (int i = 0; i < COUNT; i++) {
        squares += (values[i] - sum / COUNT) * (values[i] - sum / COUNT);
    }
    free(values);
    assert_close(sim_tally_mean(&whole), (double)(sum / COUNT) * 1e-9, 1e-15);
    assert_close(sim_tally_deviation(&whole), (double)sqrtl(squares / (COUNT - 1)) * 1e-9, 1e-12);
    for (int first = 0; first < PARTS; first++) {
        struct sim_tally merged = {.count = 0};
        for (int i = 0; i < PARTS; i++) {
            sim_tally_merge(&merged, &parts[(first + i * 3) % PARTS]);
        }
        assert_int_equal(merged.count, whole.count);
        assert_true(sim_tally_sum(&merged) == sim_tally_sum(&whole) &&
                    merged.squares == whole.squares);
        assert_int_equal(merged.min, whole.min);
        assert_int_equal(merged.max, whole.max);
        double a = sim_tally_deviation(&merged);
        double b = sim_tally_deviation(&whole);
        assert_memory_equal(&a, &b, sizeof a);
    }
}

/* A level that walks at random for a while, watched with more levels than it reaches, and with
 * fewer: integral, mean, variance, shares, caps and maximum against an array of spans. */
static void walk(uint64_t seed, uint32_t levels, int64_t top, bool restart) {
    enum { TOP = 100 };
    sim_time spans[TOP + 1] = {0};
    sim_time *at = calloc(levels, sizeof *at);
    assert_non_null(at);
    struct sim_dwell d = {.levels = levels, .at = at};
    const struct sim_draw draw = {.key = {.seed = seed}};
    struct sim_stream stream;
    sim_stream_init(&stream, &draw);
    sim_dwell_start(&d, 0);
    assert_true(isnan(sim_dwell_mean(&d)) && isnan(sim_dwell_variance(&d)));
    sim_time now = 0;
    sim_time begun = 0;
    int64_t level = 0;
    int64_t max = 0;
    for (int i = 0; i < 5000; i++) {
        sim_time span = (sim_time)(1e9 * sim_stream_unit(&stream)) * (i % 5 != 0);
        now += span;
        spans[level] += span;
        bool up = level == 0 || (level < top && sim_stream_unit(&stream) < 0.5);
        level += up ? 1 : -1;
        max = level > max ? level : max;
        sim_dwell_step(&d, now, up ? 1 : -1);
        if (restart && i == 2500) { /* at the level that it has */
            sim_dwell_start(&d, now);
            memset(spans, 0, sizeof spans);
            begun = now;
            max = level;
        }
    }
    sim_dwell_hold(&d, now + 7);
    sim_dwell_hold(&d, now + 7);
    spans[level] += 7;
    now += 7;

    sim_wide integral = 0;
    double squares = 0;
    for (int64_t n = 0; n <= TOP; n++) {
        integral += (sim_wide)n * spans[n];
        squares += (double)(n * n) * (double)spans[n];
    }
    double length = (double)(now - begun);
    double mean = (double)integral / length;
    assert_true(sim_dwell_integral(&d) == integral);
    assert_int_equal(d.level, level);
    assert_int_equal(d.max, max);
    assert_close(sim_dwell_mean(&d), mean, 1e-15);
    assert_close(sim_dwell_variance(&d), squares / length - mean * mean, 1e-9);
    for (uint32_t n = 0; n + 1 < levels; n++) {
        double share = n <= TOP ? (double)spans[n] / length : 0;
        assert_true(sim_dwell_share(&d, n) == share);
    }
    for (int64_t cap = 0; cap < (int64_t)levels; cap++) {
        sim_wide capped = 0;
        for (int64_t n = 0; n <= TOP; n++) {
            capped += (sim_wide)(n < cap ? n : cap) * spans[n];
        }
        assert_true(sim_dwell_integral_capped(&d, cap) == capped);
    }
    assert_true(sim_dwell_integral_capped(&d, INT64_MAX) == integral);
    free(at);
}

static void dwell_against_spans(void **state) {
    (void)state;
    for (int restart = 0; restart < 2; restart++) {
        walk(1, 64, 20, restart != 0);  /* all levels have an entry */
        walk(2, 64, 62, restart != 0);  /* just */
        walk(3, 64, 100, restart != 0); /* some share the last entry */
        walk(4, 8, 100, restart != 0);
        walk(5, 2, 30, restart != 0);
        walk(6, 64, 1, restart != 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(constants),
        cmocka_unit_test(small_differences),
        cmocka_unit_test(merging),
        cmocka_unit_test(dwell_against_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
