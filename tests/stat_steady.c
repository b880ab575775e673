/* Steady-state analysis against processes whose bias and variance are known: AR(1), the M/M/1 from
 * empty, and the M/M/1 that opens before a crowd of 200. Fixed seeds; the AR(1) values come from
 * GSL's generator, the queues from the program. What is predicted does not use the program's
 * statistics; each part has a mutant that its own bounds must refuse.
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
#include "sim/steady.h"
#include "tests/harness.h"

/* A deviation beyond it has a probability of 1e-4 where the prediction is right. */
static const double ALARM_Z = 3.89;

/* Whether a share observed in so many experiments may be the predicted one, itself the share of
 * `drawn` draws (INFINITY: by theory). */
static bool may_be(double share, int experiments, double predicted, double drawn) {
    double variance = predicted * (1 - predicted) * (1.0 / experiments + 1 / drawn);
    return fabs(share - predicted) < ALARM_Z * sqrt(variance);
}

/* --- AR(1): x[i] = PHI x[i - 1] + normal -------------------------------------------------------
 */

#define PHI 0.9
enum { LENGTH = 4000, BATCHES = 40, TRIES = 2000 };

static void draw(gsl_rng *rng, double start, double *x) {
    double last = start;
    for (int i = 0; i < LENGTH; i++) {
        last = PHI * last + gsl_ran_ugaussian(rng);
        x[i] = last;
    }
}

static double stationary(gsl_rng *rng) { return gsl_ran_gaussian(rng, 1 / sqrt(1 - PHI * PHI)); }

static double mean_of(const double *x, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += x[i];
    }
    return sum / count;
}

/* Variance of the mean of n values in the steady state. */
static double variance_of_mean(int n) {
    double rest = 2 * PHI * (1 - pow(PHI, n)) / (n * (1 - PHI * PHI));
    return (1 - rest) / (n * (1 - PHI) * (1 - PHI));
}

struct bias {
    double mean, error; /* of the means of the rest, and its standard error */
    double cut;         /* mean number of values */
};

/* From 100, twenty times the smallest standard deviation: uncut, the mean is off by
 * 100 PHI (1 - PHI^n) / (1 - PHI) / n = 0.225. */
static struct bias ar1_bias(bool cutting) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20001);
    static double x[LENGTH];
    double means[TRIES];
    struct bias bias = {.cut = 0};
    for (int i = 0; i < TRIES; i++) {
        draw(rng, 100, x);
        int cut = cutting ? sim_mser(x, LENGTH, SIM_MSER_GROUP) : 0;
        bias.cut += (double)cut / TRIES;
        means[i] = mean_of(x + cut, LENGTH - cut);
    }
    struct sim_estimate e = sim_estimate_mean(means, TRIES);
    bias.mean = e.value;
    bias.error = (e.high - e.value) / sim_t_95(TRIES - 1);
    gsl_rng_free(rng);
    printf("steady | AR(1) from 100, %s | bias | %.4f | 0 | %.4f | cut %.0f of %d |\n",
           cutting ? "MSER-5" : "mutant: nothing cut", bias.mean, bias.error, bias.cut, LENGTH);
    return bias;
}

static void the_start_of_ar1_is_cut(void **state) {
    (void)state;
    struct bias cut = ar1_bias(true);
    assert_true(fabs(cut.mean) < ALARM_Z * cut.error);
    struct bias mutant = ar1_bias(false);
    assert_false(fabs(mutant.mean) < ALARM_Z * mutant.error);
    double exact = 100 * PHI * (1 - pow(PHI, LENGTH)) / (1 - PHI) / LENGTH;
    assert_true(fabs(mutant.mean - exact) < ALARM_Z * mutant.error);
}

/* The share of intervals from `batches` means that hold 0. */
static double ar1_covered(int batches) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20002);
    static double x[LENGTH];
    static double means[LENGTH];
    int covered = 0;
    for (int i = 0; i < TRIES; i++) {
        draw(rng, stationary(rng), x);
        for (int k = 0; k < batches; k++) {
            means[k] = mean_of(x + k * (LENGTH / batches), LENGTH / batches);
        }
        struct sim_estimate e = sim_estimate_mean(means, batches);
        covered += e.low <= 0 && 0 <= e.high;
    }
    gsl_rng_free(rng);
    return (double)covered / TRIES;
}

/* The batches' means have the variance v(b), the mean of all v(n); what their scatter says of the
 * latter is (v(b) - v(n)) / (m - 1) on average. To a first order the interval covers as Student's t
 * does within the root of the ratio. */
static double ar1_predicted(int batches) {
    double said = (variance_of_mean(LENGTH / batches) - variance_of_mean(LENGTH)) / (batches - 1);
    double ratio = sqrt(said / variance_of_mean(LENGTH));
    return 1 - 2 * gsl_cdf_tdist_Q(sim_t_95(batches - 1) * ratio, batches - 1);
}

static void batches_of_ar1(void **state) {
    (void)state;
    static const int counts[] = {10, 20, BATCHES};
    for (int i = 0; i < 3; i++) {
        double predicted = ar1_predicted(counts[i]);
        double covered = ar1_covered(counts[i]);
        printf("steady | AR(1), %d batches of %d | coverage | %.1f %% | %.1f %% |\n", counts[i],
               LENGTH / counts[i], 100 * covered, 100 * predicted);
        assert_true(predicted > 0.93 && may_be(covered, TRIES, predicted, INFINITY));
    }
    double mutant = ar1_covered(LENGTH);
    printf("steady | mutant: AR(1), single values as if independent | coverage | %.1f %% | 95 %% "
           "(refused) |\n",
           100 * mutant);
    assert_false(may_be(mutant, TRIES, ar1_predicted(BATCHES), INFINITY));
}

/* Independent values are called dependent one time in ten, by the normal law of the ratio; those of
 * AR(1), nearly always. */
static void dependence_is_found(void **state) {
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20003);
    for (int count = 10; count <= 40; count *= 2) {
        int alarms = 0;
        int found = 0;
        for (int i = 0; i < TRIES; i++) {
            double x[40];
            for (int k = 0; k < count; k++) {
                x[k] = gsl_ran_ugaussian(rng);
            }
            alarms += sim_serial(x, count).significant;
            for (int k = 1; k < count; k++) {
                x[k] += PHI * x[k - 1];
            }
            found += sim_serial(x, count).significant;
        }
        double share = (double)alarms / TRIES;
        printf("steady | von Neumann, %d values | called dependent | %.1f %% | 10 %% | AR(1): %.1f "
               "%% |\n",
               count, 100 * share, 100.0 * found / TRIES);
        assert_true(may_be(share, TRIES, 0.1, INFINITY));
        assert_true(found > alarms && (count < 40 || found > 0.99 * TRIES));
    }
    gsl_rng_free(rng);
}

/* --- M/M/1, one long run ------------------------------------------------------------------------
 */

#define LOAD 0.8
enum { RUNS = 200, DRAWN = 2000, CUSTOMERS = 20000 };

/* Waits by Lindley's recursion in the steady state, in 40, 20 or 10 batches by the same rule. */
static bool lindley_covers(gsl_rng *rng) {
    double sums[BATCHES] = {0};
    double wait = gsl_rng_uniform(rng) < LOAD ? gsl_ran_exponential(rng, LOAD / (1 - LOAD)) : 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        sums[i / (CUSTOMERS / BATCHES)] += wait;
        wait = fmax(0, wait + gsl_ran_exponential(rng, LOAD) - gsl_ran_exponential(rng, 1));
    }
    int count = BATCHES;
    double mean = 0;
    for (int i = 0; i < count; i++) {
        mean += sums[i] / CUSTOMERS;
    }
    for (;; count /= 2) {
        double each = (double)CUSTOMERS / count;
        double squares = 0;
        double steps = 0;
        for (int i = 0; i < count; i++) {
            double off = sums[i] / each - mean;
            squares += off * off;
            steps += i > 0 ? pow((sums[i] - sums[i - 1]) / each, 2) : 0;
        }
        double c = 1 - steps / squares / 2; /* half of von Neumann's ratio, less 1 */
        double score = c * sqrt(((double)count * count - 1) / (count - 2));
        if (count <= 10 || score <= gsl_cdf_ugaussian_Pinv(0.9)) {
            double half =
                gsl_cdf_tdist_Pinv(0.975, count - 1) * sqrt(squares / (count - 1) / count);
            return fabs(mean - LOAD * LOAD / (1 - LOAD)) <= half;
        }
        for (int i = 0; i < count / 2; i++) {
            sums[i] = sums[2 * i] + sums[2 * i + 1];
        }
    }
}

static double lindley_predicted(void) {
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20004);
    int covered = 0;
    for (int i = 0; i < DRAWN; i++) {
        covered += lindley_covers(rng);
    }
    gsl_rng_free(rng);
    return (double)covered / DRAWN;
}

static void one_long_run_of_a_queue(void **state) {
    (void)state;
    char text[600];
    snprintf(text, sizeof text,
             "{'network': {'sources': [{'name': 's', 'arrivals': 'exp(1s)', 'route': 'r'}],"
             " 'stations': [{'name': 'q', 'demand': 'exp(%.6fs)'}],"
             " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '%ds', 'analysis': 'steady'}",
             LOAD, CUSTOMERS);
    double each = 1 / (1 / LOAD - 1); /* mean response; an arrival each second */
    const struct {
        const char *scope, *entity, *name;
        double exact;
    } figures[] = {
        {"network", "", "waiting.mean", each - LOAD},    {"network", "", "response.mean", each},
        {"network", "", "response.p95", each * log(20)}, {"network", "", "number.mean", each},
        {"station", "q", "utilization", LOAD},
    };
    enum { FIGURES = sizeof figures / sizeof figures[0] };
    int covered[FIGURES] = {0};
    int pooled = 0;
    for (int i = 0; i < RUNS; i++) {
        struct harness_run run = harness_run(text, 1, 30000 + (uint64_t)i);
        for (int k = 0; k < FIGURES; k++) {
            struct sim_estimate e =
                harness_estimate(&run, figures[k].scope, figures[k].entity, figures[k].name);
            covered[k] += e.low <= figures[k].exact && figures[k].exact <= e.high;
        }
        double mean = harness_value(&run, "network", "", "waiting.mean");
        double half = 1.96 * harness_value(&run, "network", "", "waiting.deviation") /
                      sqrt(harness_value(&run, "network", "", "count.ok"));
        pooled += fabs(mean - figures[0].exact) <= half;
        harness_free(&run);
    }
    double predicted = lindley_predicted();
    for (int k = 0; k < FIGURES; k++) {
        double share = (double)covered[k] / RUNS;
        printf("steady | M/M/1, load %.1f, %d customers | %s | %.6g | %.1f %% | %.1f %% |\n", LOAD,
               CUSTOMERS, figures[k].name, figures[k].exact, 100 * share, 100 * predicted);
        assert_true(may_be(share, RUNS, predicted, DRAWN));
    }
    double mutant = (double)pooled / RUNS;
    printf("steady | mutant: waits as if independent | waiting.mean | %.6g | %.1f %% | %.1f %% "
           "(refused) |\n",
           figures[0].exact, 100 * mutant, 100 * predicted);
    assert_false(may_be(mutant, RUNS, predicted, DRAWN));
}

/* --- M/M/1 that does not begin in its steady state
 * ------------------------------------------------
 */

enum { STARTS = 100, SPAN = 8000 };

/* The mean over [0, SPAN] of the number present, less its limit, from n customers on: with h(n) =
 * n (n + 1) / (2 (mu - lambda)), the generator makes of h the distance to the limit, so that the
 * integral of the bias is h(n) less its mean in the steady state, LOAD / ((1 - LOAD)^3 mu). */
static double start_bias(int n) {
    double mu = 1 / LOAD;
    double h = n * (n + 1.0) / (2 * (mu - 1));
    return (h - LOAD / (pow(1 - LOAD, 3) * mu)) / SPAN;
}

/* The number present over runs that begin with `crowd` customers. */
static struct bias start_of_queue(int crowd, const char *warmup) {
    char text[800];
    char more[200] = "";
    if (crowd > 0) {
        snprintf(more, sizeof more,
                 ", {'name': 'crowd', 'arrivals': 'sequence(1us, 10000h)', 'batch': %d, 'route':"
                 " 'r'}",
                 crowd);
    }
    snprintf(text, sizeof text,
             "{'network': {'sources': [{'name': 's', 'arrivals': 'exp(1s)', 'route': 'r'}%s],"
             " 'stations': [{'name': 'q', 'demand': 'exp(%.6fs)'}],"
             " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '%ds', 'analysis': 'steady',"
             " 'warmup': '%s'}",
             more, LOAD, SPAN, warmup);
    double means[STARTS];
    struct bias bias = {.cut = 0};
    for (int i = 0; i < STARTS; i++) {
        struct harness_run run = harness_run(text, 1, 50000 + (uint64_t)i);
        means[i] = harness_value(&run, "network", "", "number.mean");
        bias.cut += run.findings->warmup_s / STARTS;
        harness_free(&run);
    }
    struct sim_estimate e = sim_estimate_mean(means, STARTS);
    bias.mean = e.value - LOAD / (1 - LOAD);
    bias.error = (e.high - e.value) / sim_t_95(STARTS - 1);
    printf("steady | M/M/1, load %.1f, from %d, warm-up %s | bias of number.mean | %.4f | %.4f | "
           "%.4f | cut %.0f s of %d s |\n",
           LOAD, crowd, warmup, bias.mean, warmup[0] == '0' ? start_bias(crowd) : 0, bias.error,
           bias.cut, SPAN);
    return bias;
}

static void the_start_of_a_queue_is_cut(void **state) {
    (void)state;
    struct bias empty = start_of_queue(0, "0s");
    assert_true(fabs(empty.mean - start_bias(0)) < ALARM_Z * empty.error);
    struct bias cut_empty = start_of_queue(0, "auto");
    assert_true(fabs(cut_empty.mean) < ALARM_Z * cut_empty.error);
    struct bias cut = start_of_queue(200, "auto");
    assert_true(cut.cut > 200 / (1 / LOAD - 1)); /* the crowd is gone by then, about */
    assert_true(fabs(cut.mean) < ALARM_Z * cut.error);
    struct bias mutant = start_of_queue(200, "0s");
    assert_false(fabs(mutant.mean) < ALARM_Z * mutant.error);
    assert_true(fabs(mutant.mean - start_bias(200)) < ALARM_Z * mutant.error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_of_ar1_is_cut),     cmocka_unit_test(batches_of_ar1),
        cmocka_unit_test(dependence_is_found),         cmocka_unit_test(one_long_run_of_a_queue),
        cmocka_unit_test(the_start_of_a_queue_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
