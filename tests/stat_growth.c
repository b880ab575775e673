/* How often a queue is said to be unstable, by the load it is offered: M/M/1 queues from empty,
 * over independent experiments of fixed seeds. A queue that is offered too much must be found out,
 * at its growth rate, arrival rate less service rate (a backlog of a random walk with that drift);
 * one that is not must be left alone. The mutant is told of by the same counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "tests/harness.h"

enum { EXPERIMENTS = 100 };

struct counts {
    int unstable; /* "Unstable: ..." */
    int growing;  /* told to grow without being offered more than it can do for sure */
    int covered;  /* the interval of the growth rate holds the exact one */
    double rate;  /* mean */
};

static struct counts experiments(double load, int replications) {
    char text[600];
    snprintf(text, sizeof text,
             "{'network': {'sources': [{'name': 's', 'arrivals': 'exp(1s)', 'route': 'r'}],"
             " 'stations': [{'name': 'q', 'demand': 'exp(%.6fs)'}],"
             " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '10000s'}",
             load);
    struct counts counts = {0, 0, 0, 0};
    double exact = fmax(0, 1 - 1 / load);
    for (int i = 0; i < EXPERIMENTS; i++) {
        struct harness_run run = harness_run(text, replications, 9000 + (uint64_t)i);
        for (int k = 0; k < run.findings->remark_count; k++) {
            const struct std_remark *remark = &run.findings->remarks[k];
            if (strcmp(remark->topic, "instability") == 0) {
                bool unstable = strncmp(remark->text, "Unstable", 8) == 0;
                counts.unstable += unstable;
                counts.growing += !unstable;
            }
        }
        struct sim_estimate rate = harness_estimate(&run, "station", "q", "growth_rate");
        counts.covered += rate.low <= exact && exact <= rate.high;
        counts.rate += rate.value / EXPERIMENTS;
        harness_free(&run);
    }
    printf("growth | %.2f | %d | %.4f | %.4f | %d | %d | %d |\n", load, replications, exact,
           counts.rate, counts.unstable, counts.growing, counts.covered);
    return counts;
}

static void stable_queues_are_left_alone(void **state) {
    (void)state;
    static const double loads[] = {0.5, 0.8, 0.9};
    for (int i = 0; i < 3; i++) {
        for (int replications = 1; replications <= 5; replications += 4) {
            struct counts c = experiments(loads[i], replications);
            assert_int_equal(c.unstable, 0);
            assert_true(c.growing <= 2); /* of 100, each with a probability of 2.5 % at most */
        }
    }
}

static void unstable_queues_are_found_out(void **state) {
    (void)state;
    static const double loads[] = {1.1, 1.2, 1.5};
    for (int i = 0; i < 3; i++) {
        struct counts c = experiments(loads[i], 5);
        assert_int_equal(c.unstable, EXPERIMENTS);
        /* 95 in the mean; below 88 with a probability of 0.1 % */
        assert_true(c.covered >= 88);
        assert_true(fabs(c.rate - (1 - 1 / loads[i])) < 0.003);
    }
    struct counts one = experiments(1.2, 1);
    assert_true(one.unstable >= 95); /* one replication: by its increments */
    assert_true(one.covered >= 88);
}

/* A queue offered 3 % too much is no queue that is offered 3 % too little. */
static void mutant_loads(void **state) {
    (void)state;
    struct counts below = experiments(0.97, 5);
    struct counts above = experiments(1.03, 5);
    assert_true(below.unstable <= 5);
    assert_true(above.unstable >= 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stable_queues_are_left_alone),
        cmocka_unit_test(unstable_queues_are_found_out),
        cmocka_unit_test(mutant_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
