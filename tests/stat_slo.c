/* Verdicts on networks whose exact figures are known: an SLO whose limit lies at the true value may
 * be called met or missed in at most 5 % of the studies; one that lies clearly off is decided. The
 * mutant has ordinary 95 % bands in each window, and must call too often.
 *
 * M/M/1 at load 0.5 with mean service 1 s: responses are exponential with mean 2 s (Kleinrock I,
 * ch. 3), utilization is 0.5; one request in a hundred fails.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "sim/interval.h"
#include "tests/harness.h"

enum {
    STUDIES = 200,
    REPLICATIONS = 10,
    WINDOWS = 50,
    SLOS = 4,
    /* right verdicts are called in at most 5 %: of 200, more than 21 with a probability below
     * 1e-3 (binomial) */
    MOST = 21,
};

/* The width of the windows, and the limits. */
#define MM1(window, percentile, mean, errors, utilization)                                         \
    "{'network': {'sources': [{'name': 's', 'rate': '0.5/s', 'route': 'r'}],"                      \
    " 'stations': [{'name': 'q'}], 'routes': {'r': [{'serve': 'q', 'demand': 'exp(1s)'},"          \
    " {'branch': [{'p': 0.99, 'steps': []}, {'p': 0.01, 'steps': [{'fail': true}]}]}]}},"          \
    " 'horizon': '5200s', 'warmup': '200s', 'buckets': '" window "', 'slo_window': '" window       \
    "', 'slo': ["                                                                                  \
    " 'p90 < " percentile "', 'mean < " mean "', 'error_rate < " errors "',"                       \
    " 'utilization(q) < " utilization "']}"

/* -2 s ln 0.1 */
static const char at_the_limit[] = MM1("100s", "4605.170186ms", "2s", "1%", "50%");

/* What ordinary bands would say: the same figures, each with its own 95 %. Of an error rate the
 * share is treated as normal. */
static enum std_slo_answer mutant_answer(const struct std_slo_verdict *v) {
    enum std_slo_answer answer = STD_SLO_MET;
    for (int i = 0; i < v->place_count; i++) {
        const struct std_slo_place *place = &v->places[i];
        int sharers = place->span == STD_SLO_WINDOW ? v->place_count - 1 : 1;
        int degrees = place->estimate.count - 1;
        double ratio = sim_interval_t(0.05, degrees) / sim_interval_t(0.05 / 2 / sharers, degrees);
        double low = place->estimate.value - (place->estimate.value - place->estimate.low) * ratio;
        double high =
            place->estimate.value + (place->estimate.high - place->estimate.value) * ratio;
        if (low >= v->limit) {
            return STD_SLO_MISSED;
        }
        answer = high < v->limit ? answer : STD_SLO_UNDETERMINED;
    }
    return answer;
}

static void limits_at_the_true_value_are_undetermined(void **state) {
    (void)state;
    int called[SLOS] = {0};
    int mutant[SLOS] = {0};
    for (uint64_t seed = 1; seed <= STUDIES; seed++) {
        struct harness_run run = harness_run(at_the_limit, REPLICATIONS, seed);
        assert_int_equal(run.findings->slo_count, SLOS);
        for (int i = 0; i < SLOS; i++) {
            const struct std_slo_verdict *v = &run.findings->slos[i];
            if (seed == 1 && i < 2) {
                assert_int_equal(v->place_count, 1 + WINDOWS);
            }
            called[i] += v->answer != STD_SLO_UNDETERMINED;
            mutant[i] += mutant_answer(v) != STD_SLO_UNDETERMINED;
        }
        harness_free(&run);
    }
    static const char *const names[SLOS] = {"p90", "mean", "error rate", "utilization"};
    for (int i = 0; i < SLOS; i++) {
        printf(
            "limit at the true %s: met or missed in %d of %d studies, with ordinary bands in %d\n",
            names[i], called[i], STUDIES, mutant[i]);
        assert_true(called[i] <= MOST);
        assert_true(mutant[i] > MOST);
    }
}

static void all_answer(const char *document, enum std_slo_answer expected) {
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct harness_run run = harness_run(document, 20, seed);
        for (int i = 0; i < SLOS; i++) {
            const struct std_slo_verdict *v = &run.findings->slos[i];
            if (v->answer != expected) {
                fail_msg("%s: %s, not %s", v->name, std_slo_answer_names[v->answer],
                         std_slo_answer_names[expected]);
            }
        }
        harness_free(&run);
    }
}

static void clear_cases_are_decided(void **state) {
    (void)state;
    all_answer(MM1("500s", "8s", "3.2s", "4%", "70%"), STD_SLO_MET);
    all_answer(MM1("500s", "3.6s", "1.6s", "0.5%", "45%"), STD_SLO_MISSED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_at_the_true_value_are_undetermined),
        cmocka_unit_test(clear_cases_are_decided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
