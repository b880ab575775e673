/* Intervals: Student's quantiles from tables, a sample worked by hand, and coverage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "sim/estimate.h"
#include "sim/random.h"

static void assert_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

/* Printed tables of t at 0.975, e.g. Law, "Simulation Modeling and Analysis", table T.1. */
static void students_t(void **state) {
    (void)state;
    assert_near(sim_t_95(1), 12.706, 5e-4);
    assert_near(sim_t_95(2), 4.303, 5e-4);
    assert_near(sim_t_95(4), 2.776, 5e-4);
    assert_near(sim_t_95(9), 2.262, 5e-4);
    assert_near(sim_t_95(29), 2.045, 5e-4);
    assert_near(sim_t_95(1000000), 1.960, 5e-4);
}

/* 1, 2, 3, 4, 5: mean 3, s^2 = 2.5, standard error sqrt(0.5), t = 2.7764451. */
static void a_sample_by_hand(void **state) {
    (void)state;
    const double values[] = {1, NAN, 2, 3, INFINITY, 4, 5};
    struct sim_estimate mean = sim_estimate_mean(values, 7);
    assert_int_equal(mean.count, 5);
    assert_near(mean.value, 3, 1e-12);
    assert_near(mean.high - 3, 2.7764451052 * 0.70710678119, 1e-8);
    assert_near(3 - mean.low, 2.7764451052 * 0.70710678119, 1e-8);

    struct sim_estimate sections = sim_estimate_sections(10, values, 7, 0.01);
    assert_int_equal(sections.count, 5);
    assert_near(sections.value, 10, 0);
    assert_near(sections.high - 10, 2.7764451052 * 0.70710678119 + 0.1, 1e-8);
    assert_near(10 - sections.low, 2.7764451052 * 0.70710678119 + 0.1, 1e-8);
}

static void too_few_values(void **state) {
    (void)state;
    const double none[] = {NAN, NAN}, one[] = {NAN, 7};
    struct sim_estimate estimate = sim_estimate_mean(none, 2);
    assert_int_equal(estimate.count, 0);
    assert_true(isnan(estimate.value) && isnan(estimate.low) && isnan(estimate.high));
    estimate = sim_estimate_mean(NULL, 0);
    assert_true(isnan(estimate.value));
    estimate = sim_estimate_mean(one, 2);
    assert_int_equal(estimate.count, 1);
    assert_near(estimate.value, 7, 0);
    assert_true(isnan(estimate.low) && isnan(estimate.high));
    estimate = sim_estimate_sections(8, one, 2, 0.01);
    assert_near(estimate.value, 8, 0);
    assert_true(isnan(estimate.low) && isnan(estimate.high));
    estimate = sim_estimate_sections(NAN, none, 2, 0.01);
    assert_true(isnan(estimate.value) && isnan(estimate.low) && isnan(estimate.high));
}

/* Of 4000 intervals over 5 normal values each, how many hold the truth: within the bounds of the
 * binomial law at a false alarm of 1e-4. With 1.96 in place of t about 88 % do, which the same
 * bounds reject. */
static void coverage(void **state) {
    (void)state;
    enum { TRIALS = 4000, SAMPLE = 5 };
    int with_t = 0, with_normal = 0;
    for (uint64_t trial = 0; trial < TRIALS; trial++) {
        double values[SAMPLE];
        for (uint32_t i = 0; i < SAMPLE; i++) {
            struct sim_draw draw = {{1, 0}, sim_hash("coverage"), trial, i, 0};
            values[i] = 3 + 2 * gsl_cdf_ugaussian_Pinv(sim_draw_unit(&draw, NULL));
        }
        struct sim_estimate mean = sim_estimate_mean(values, SAMPLE);
        double half_width = (mean.high - mean.low) / 2;
        with_t += fabs(mean.value - 3) <= half_width;
        with_normal += fabs(mean.value - 3) <= half_width * 1.959964 / sim_t_95(SAMPLE - 1);
    }
    double slack = 3.89 * sqrt(TRIALS * 0.95 * 0.05);
    assert_true(fabs(with_t - 0.95 * TRIALS) < slack);
    assert_false(fabs(with_normal - 0.95 * TRIALS) < slack);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(students_t),
        cmocka_unit_test(a_sample_by_hand),
        cmocka_unit_test(too_few_values),
        cmocka_unit_test(coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
