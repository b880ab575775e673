/* How often the 95 % intervals hold the exact value: 1000 independent experiments each, of fixed
 * seeds, against theory. What is predicted is 95 % where a replication's value is nearly normal;
 * where it is skewed, Student's t falls short with few replications, and by how much is predicted
 * by drawing the same statistic without the program: exponentials, and Lindley's recursion, from
 * GSL's generator. The count must lie within the binomial bounds of the prediction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "sim/estimate.h"
#include "tests/harness.h"
#include "tests/theory.h"

enum { EXPERIMENTS = 1000, DRAWN = 40000, REPLICATIONS_MAX = 40 };

/* A deviation beyond the bounds has a probability of 1e-4 where the prediction is right. */
static const double ALARM_Z = 3.89;

struct subject {
    const char *model;
    const char *text; /* of the document */
    const char *scope, *entity, *name;
    double exact;
};

/* In how many experiments the interval holds the exact value. */
static int covered(const struct subject *s, int replications, uint64_t seed) {
    int count = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
        struct harness_run run = harness_run(s->text, replications, seed + (uint64_t)i);
        struct sim_estimate e = harness_estimate(&run, s->scope, s->entity, s->name);
        count += e.low <= s->exact && s->exact <= e.high;
        harness_free(&run);
    }
    return count;
}

static double half_width(double predicted, double drawn) {
    double variance = predicted * (1 - predicted) * (1.0 / EXPERIMENTS + 1 / drawn);
    return ALARM_Z * sqrt(variance);
}

static void tell(const struct subject *s, int replications, double predicted, int count) {
    printf("coverage | %s | %s | %d | %.6g | %.1f %% | %.1f %% |\n", s->model, s->name,
           replications, s->exact, 100 * predicted, 100.0 * count / EXPERIMENTS);
}

/* `drawn`: experiments behind the prediction; INFINITY: it is theory's. */
static void expect(const struct subject *s, int replications, uint64_t seed, double predicted,
                   double drawn) {
    int count = covered(s, replications, seed);
    tell(s, replications, predicted, count);
    assert_true(fabs((double)count / EXPERIMENTS - predicted) < half_width(predicted, drawn));
}

/* The share of t intervals over `replications` draws of a statistic that hold its mean. */
static double predict(double (*draw)(gsl_rng *rng), double exact, int replications) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20261123);
    int count = 0;
    for (int i = 0; i < DRAWN; i++) {
        double values[REPLICATIONS_MAX];
        double sum = 0;
        double squares = 0;
        for (int r = 0; r < replications; r++) {
            values[r] = draw(rng);
            sum += values[r] / replications;
        }
        for (int r = 0; r < replications; r++) {
            squares += (values[r] - sum) * (values[r] - sum);
        }
        double half = gsl_cdf_tdist_Pinv(0.975, replications - 1) *
                      sqrt(squares / (replications - 1) / replications);
        count += fabs(sum - exact) <= half;
    }
    gsl_rng_free(rng);
    return (double)count / DRAWN;
}

/* --- one service: exponential, as skewed as can be ----------------------------------------------
 */

static double one_service(gsl_rng *rng) { return gsl_ran_exponential(rng, 1); }

static void a_single_exponential(void **state) {
    (void)state;
    const struct subject s = {"one exponential service",
                              "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route':"
                              " 'r'}], 'stations': [{'name': 'q', 'demand': 'exp(1s)'}],"
                              " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '1000s'}",
                              "network",
                              "",
                              "response.mean",
                              1};
    static const int counts[] = {3, 5, 10, 40};
    for (int i = 0; i < 4; i++) {
        expect(&s, counts[i], 50000 + 2000 * (uint64_t)i, predict(one_service, 1, counts[i]),
               DRAWN);
    }
}

/* --- the first 25 delays of an empty M/M/1 at load 0.9 ------------------------------------------
 */

enum { FIRST = 25 };
#define LOAD 0.9

/* Mean delay of the first customers: of the number that each finds, by its transition
 * probabilities; between arrivals as many leave as a Poisson process has in an exponential time. */
static double first_delays_exact(void) {
    double found[FIRST + 1] = {1};
    double leave = 1 / (1 + LOAD); /* the next event is a departure */
    double sum = 0;
    for (int n = 1; n <= FIRST; n++) {
        double next[FIRST + 1] = {0};
        for (int i = 0; i < n; i++) {
            sum += found[i] * i / FIRST;
            double stay = found[i];
            for (int j = i + 1; j >= 1 && j <= FIRST; j--) {
                next[j] += stay * (1 - leave);
                stay *= leave;
            }
            next[0] += stay;
        }
        for (int i = 0; i <= FIRST; i++) {
            found[i] = next[i];
        }
    }
    return sum; /* a service takes 1 s on average */
}

static double first_delays(gsl_rng *rng) {
    double delay = 0;
    double sum = 0;
    for (int n = 0; n < FIRST; n++) {
        sum += delay / FIRST;
        double more = delay + gsl_ran_exponential(rng, 1) - gsl_ran_exponential(rng, 1 / LOAD);
        delay = more > 0 ? more : 0;
    }
    return sum;
}

static struct subject first_delays_subject(void) {
    return (struct subject){
        "first 25 delays of an empty M/M/1",
        "{'network': {'sources': [{'name': 's', 'rate': '0.9/s', 'route': 'r'}],"
        " 'stations': [{'name': 'q', 'demand': 'exp(1s)'}], 'routes': {'r': [{'serve': 'q'}]}},"
        " 'stop': {'after': 25, 'of': 'starts', 'at': 'q'}}",
        "station",
        "q",
        "waiting.mean",
        first_delays_exact()};
}

static void first_delays_of_an_empty_queue(void **state) {
    (void)state;
    const struct subject s = first_delays_subject();
    /* Law, "Simulation Modeling and Analysis", 9.4.1, to two decimals; his service takes 0.9 */
    assert_true(fabs(0.9 * s.exact - 2.12) < 0.005);
    static const int counts[] = {3, 5, 10, 40};
    for (int i = 0; i < 4; i++) {
        expect(&s, counts[i], 60000 + 2000 * (uint64_t)i, predict(first_delays, s.exact, counts[i]),
               DRAWN);
    }
}

/* --- nearly normal statistics -------------------------------------------------------------------
 */

/* 10 users who think 1 s and are served one at a time for 0.2 s: a birth and death process. */
static double closed_throughput(void) {
    double p = 1;
    double sum = 1;
    for (int n = 1; n <= 10; n++) {
        p *= (10 - n + 1) * 0.2;
        sum += p;
    }
    return 5 * (1 - 1 / sum);
}

static void throughput_of_a_closed_network(void **state) {
    (void)state;
    const struct subject s = {"closed network, 10 users",
                              "{'network': {'sources': [{'name': 's', 'population': 10, 'think':"
                              " 'exp(1s)', 'route': 'r'}], 'stations': [{'name': 'q', 'demand':"
                              " 'exp(200ms)'}], 'routes': {'r': [{'serve': 'q'}]}},"
                              " 'warmup': '20s', 'horizon': '120s'}",
                              "network",
                              "",
                              "throughput",
                              closed_throughput()};
    expect(&s, 5, 70000, 0.95, INFINITY);
    expect(&s, 10, 72000, 0.95, INFINITY);
}

/* Where c mu - lambda is mu = 1, who waits (with Erlang's probability C) has an Erlang-2 response:
 * P(R > t) = exp(-t) (1 + C t). */
static double five_servers_quantile(double quantile) {
    double waits = theory_erlang_c(5, 4);
    double low = 0;
    double high = 100;
    for (int i = 0; i < 100; i++) {
        double t = 0.5 * (low + high);
        if (exp(-t) * (1 + waits * t) > 1 - quantile) {
            low = t;
        } else {
            high = t;
        }
    }
    return low;
}

/* M/M/5 at load 0.8: the response's 50th and 95th percentile. The interval has the histogram's own
 * error on top, so that it may cover more, and not less. */
static void percentiles_of_five_servers(void **state) {
    (void)state;
    static const char *const names[] = {"response.p50", "response.p95"};
    static const double quantiles[] = {0.5, 0.95};
    for (int i = 0; i < 2; i++) {
        const struct subject s = {"M/M/5, load 0.8",
                                  "{'network': {'sources': [{'name': 's', 'rate': '4/s', 'route':"
                                  " 'r'}], 'stations': [{'name': 'q', 'servers': 5, 'demand':"
                                  " 'exp(1s)'}], 'routes': {'r': [{'serve': 'q'}]}},"
                                  " 'warmup': '100s', 'horizon': '1100s', 'percentiles': [50, 95]}",
                                  "network",
                                  "",
                                  names[i],
                                  five_servers_quantile(quantiles[i])};
        int count = covered(&s, 10, 80000 + 2000 * (uint64_t)i);
        tell(&s, 10, 0.95, count);
        assert_true((double)count / EXPERIMENTS > 0.95 - half_width(0.95, INFINITY));
    }
}

/* --- the mutant ---------------------------------------------------------------------------------
 */

/* The delays of one long run taken as independent: they are not, and the interval is far too
 * narrow. So is the count of experiments that it covers, which the same bounds must refuse. */
static void mutant_pooled_observations(void **state) {
    (void)state;
    int count = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
        struct harness_run run = harness_run(
            "{'network': {'sources': [{'name': 's', 'rate': '0.9/s', 'route': 'r'}], 'stations':"
            " [{'name': 'q', 'demand': 'exp(1s)'}], 'routes': {'r': [{'serve': 'q'}]}},"
            " 'warmup': '1000s', 'horizon': '3000s'}",
            1, 90000 + (uint64_t)i);
        double mean = harness_value(&run, "station", "q", "waiting.mean");
        double deviation = harness_value(&run, "station", "q", "waiting.deviation");
        double half = 1.96 * deviation / sqrt(harness_value(&run, "station", "q", "count.ok"));
        count += fabs(mean - 9) <= half; /* load / (1 - load), K1 5.64 */
        harness_free(&run);
    }
    printf(
        "coverage | mutant: pooled delays of an M/M/1 | waiting.mean | 1 | 9 | 95.0 %% | %.1f %% "
        "(refused) |\n",
        100.0 * count / EXPERIMENTS);
    assert_false((double)count / EXPERIMENTS > 0.95 - half_width(0.95, INFINITY));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_exponential),
        cmocka_unit_test(first_delays_of_an_empty_queue),
        cmocka_unit_test(throughput_of_a_closed_network),
        cmocka_unit_test(percentiles_of_five_servers),
        cmocka_unit_test(mutant_pooled_observations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
