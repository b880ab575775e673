/* The solver's formulas against numbers of the literature, closed forms worked apart, and the
 * independent formulas of tests/theory.h and tests/theory_more.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "models/solve_formulas.h"
#include "tests/theory.h"
#include "tests/theory_more.h"

static void near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

/* Erlang's tables: B(10, 5) = 0.018385, B(100, 100) = 0.075700; C(2, 1) = 1/3. */
static void erlang(void **state) {
    (void)state;
    near(mdl_erlang_b(10, 5), 0.018385, 5e-7);
    near(mdl_erlang_b(100, 100), 0.0757, 5e-5);
    near(mdl_erlang_c(2, 1), 1.0 / 3, 1e-15);
    near(mdl_erlang_c(1, 0.9), 0.9, 1e-15);
    near(mdl_erlang_c(30, 28), theory_erlang_c(30, 28), 1e-13);
    assert_true(isnan(mdl_erlang_c(3, 3)));
}

/* DESIGN 5.2: speeds 1 and 1.436, one arrival a second, demand 1 s. By hand: p(n) as 1, 1, then
 * times 1 / 1.436 each. */
static void load_dependent(void **state) {
    (void)state;
    const double total[] = {1, 1.436};
    struct mdl_rates rates = {2, 2, total};
    struct mdl_occupancy o = mdl_occupancy_of(1, &rates, -1);
    double a = 1 / 1.436;
    double all = 1 + 1 / (1 - a);
    near(o.number, 1 / (1 - a) / (1 - a) / all, 1e-12);
    near(o.number, 2.526, 5e-4);
    near(o.busy / 2, 0.651, 5e-4);
    double busy;
    near(o.number, theory_load_dependent(1, 1, 2, total, &busy), 1e-9);
    assert_true(isnan(mdl_occupancy_of(1.44, &rates, -1).number));
}

/* Room for 5 with 3 servers: the shares are 2.7^n / n!, then times 0.9. */
static void limited_room(void **state) {
    (void)state;
    const double total[] = {1, 2, 3};
    struct mdl_rates rates = {3, 3, total};
    struct mdl_occupancy o = mdl_occupancy_of(2.7, &rates, 5);
    const double birth[] = {2.7, 2.7, 2.7, 2.7, 2.7};
    const double death[] = {1, 2, 3, 3, 3};
    double p[6];
    theory_birth_death(5, birth, death, p);
    near(o.full, p[5], 1e-14);
    near(o.number, theory_mean(5, p), 1e-13);
    near(o.waiting, p[4] + 2 * p[5], 1e-14);
    near(o.queued, (p[3] + p[4]) / (1 - p[5]), 1e-14);
    const double many[] = {1};
    struct mdl_rates one = {1, 1, many};
    near(mdl_occupancy_of(3, &one, 400).number, 400 - 0.5, 1e-9); /* 1 / (3 - 1) rooms empty */
}

static void impatience(void **state) {
    (void)state;
    struct mdl_occupancy o = mdl_erlang_a(10, 0.31, 3, 0.8);
    double wait;
    double lost = theory_patience_exp(10, 1 / 0.31, 3, 0.8, &wait);
    near(o.full, lost, 1e-10);
    near(o.waiting / 10, wait, 1e-10);
}

static void one_server(void **state) {
    (void)state;
    near(mdl_mg1_wait(0.8, 1, 1 + 0.25, 1), theory_mg1_wait(0.8, 1, 0.5), 1e-13);
    near(mdl_mg1_wait(0.8, 1, 2, 4), 11.5, 1e-12); /* M[X]/M/1, four at a time: response 12.5 */
    struct sim_dist erlang2 = sim_dist_erlang(1 / 0.7, 2);
    double sigma = mdl_gim1_sigma(&erlang2, 1);
    near(1 / (1 - sigma), theory_e2m1_response(0.7, 1), 1e-8);
    struct sim_dist regular = sim_dist_constant(1.25); /* D/M/1 at 0.8: sigma = exp(-(1-s) 1.25) */
    sigma = mdl_gim1_sigma(&regular, 1);
    near(sigma, exp(-(1 - sigma) * 1.25), 1e-9);
    assert_true(sigma < 0.7);
}

static void priorities(void **state) {
    (void)state;
    const double lambda[] = {0.2, 0.3, 0.1}, mean[] = {1, 0.8, 2}, cv[] = {0, 1, 1.5};
    double square[3], wait[3], stretch[3], expected[3];
    for (int i = 0; i < 3; i++) {
        square[i] = mean[i] * mean[i] * (1 + cv[i] * cv[i]);
    }
    mdl_priority_waits(3, lambda, mean, square, wait);
    theory_cobham(3, lambda, mean, cv, expected);
    for (int i = 0; i < 3; i++) {
        near(wait[i], expected[i], 1e-12);
    }
    mdl_preemptive_waits(3, lambda, mean, square, stretch, wait);
    theory_preemptive(3, lambda, mean, cv, expected);
    for (int i = 0; i < 3; i++) {
        near(wait[i] + stretch[i] * mean[i], expected[i], 1e-12);
    }
    const double servers[] = {0.9, 0.6, 0.2};
    mdl_priority_waits_servers(3, servers, 1, 2, wait);
    theory_cobham_servers(3, servers, 1, 2, expected);
    for (int i = 0; i < 3; i++) {
        near(wait[i], expected[i], 1e-12);
    }
    /* The last level is beyond saturation: a residual service is all that the first ones meet. */
    const double flood[] = {0.5, 5}, one[] = {1, 1}, two[] = {2, 2};
    mdl_priority_waits(2, flood, one, two, wait);
    near(wait[0], 1 / (1 - 0.5), 1e-12);
    assert_true(isinf(wait[1]));
}

/* Laws of the wait: M/M/1 in closed form, M/D/1 by Erlang's series, M/M/c. */
static void percentiles(void **state) {
    (void)state;
    const double quantiles[] = {0.1, 0.5, 0.9, 0.99};
    double wait[4], response[4];
    struct sim_dist exponential = sim_dist_exp(1);
    const struct sim_dist *parts[] = {&exponential};
    const double weight[] = {1};
    struct mdl_service service = {1, weight, parts, 1};
    mdl_mg1_quantiles(0.8, &service, quantiles, 4, wait, response);
    assert_true(wait[0] == 0); /* a fifth do not wait */
    for (int i = 0; i < 4; i++) {
        double exact = -log(1 - quantiles[i]) / 0.2;
        near(response[i], exact, 2e-3 * exact);
        double waits = fmax(0, log(0.8 / (1 - quantiles[i])) / 0.2);
        near(wait[i], waits, 2e-3 * waits);
        near(mdl_mmc_response_quantile(1, 0.8, 1, quantiles[i]), exact, 1e-9 * exact);
        near(mdl_mmc_wait_quantile(1, 0.8, 1, quantiles[i]), waits, 1e-12);
    }
    struct sim_dist constant = sim_dist_constant(1);
    parts[0] = &constant;
    mdl_mg1_quantiles(0.8, &service, quantiles, 4, wait, response);
    for (int i = 2; i < 4; i++) { /* P(W <= t) = (1-r) sum (-r(t-k))^k/k! exp(r(t-k)) */
        double sum = 0;
        double t = wait[i];
        double factorial = 1;
        for (int k = 0; k <= (int)t; k++) {
            factorial *= k > 0 ? k : 1;
            sum += pow(-0.8 * (t - k), k) / factorial * exp(0.8 * (t - k));
        }
        near(0.2 * sum, quantiles[i], 1e-3);
        near(response[i], wait[i] + 1, 5e-3);
    }
    /* Two M/M/c classics: c = 2, load 1: a third wait, exp(1) then. */
    near(mdl_mmc_wait_quantile(2, 1, 1, 0.9), log(1.0 / 3 / 0.1), 1e-12);
    /* drain 1, as fast as the service: P(R > t) = exp(-t) (1 + C t) */
    double r = mdl_mmc_response_quantile(2, 1, 1, 0.9);
    near(exp(-r) * (1 + r / 3), 0.1, 1e-10);
    /* A law with two speeds: the mixture counts, and the speed divides. */
    struct sim_dist slow = sim_dist_constant(4);
    const struct sim_dist *two[] = {&constant, &slow};
    const double halves[] = {0.5, 0.5};
    struct mdl_service mix = {2, halves, two, 2};
    near(mdl_service_mean(&mix), 1.25, 1e-15);
    near(mdl_service_square(&mix), 0.5 * 0.25 + 0.5 * 4, 1e-15);
    near(mdl_service_quantile(&mix, 0.4), 0.5, 1e-12);
    near(mdl_service_quantile(&mix, 0.6), 2, 1e-11);
}

/* P(S > y) = exp(-y): from 0 to 2, plain and weighted. */
static void survival(void **state) {
    (void)state;
    struct sim_dist law = sim_dist_exp(1);
    double plain, weighted;
    mdl_survival_integrals(&law, 0, 2, &plain, &weighted);
    near(plain, 1 - exp(-2), 1e-10);
    near(weighted, 1 - 3 * exp(-2), 1e-10);
    near(mdl_poisson_at_least(2, 1), 1 - exp(-2), 1e-14);
    near(mdl_poisson_at_least(2, 3), 1 - 5 * exp(-2), 1e-14);
    near(mdl_poisson_at_least(2, 0), 1, 0);
    near(mdl_poisson_at_least(0, 2), 0, 0);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(erlang),       cmocka_unit_test(load_dependent),
        cmocka_unit_test(limited_room), cmocka_unit_test(impatience),
        cmocka_unit_test(one_server),   cmocka_unit_test(priorities),
        cmocka_unit_test(percentiles),  cmocka_unit_test(survival),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
