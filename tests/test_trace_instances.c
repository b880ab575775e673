/* Steps that name the instances they may use, buckets of a limiter, pools that watch others: by
 * hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness.h"
#include "tests/trace.h"

#define AT_ONCE(places, steps)                                                                     \
    "{'network': {'sources': [{'name': 's', 'times': ['0s', '0s', '0s', '0s'], 'route': 'r'}],"    \
    " " places " 'routes': {'r': [" steps "]}}, 'horizon': '10s', 'sample_customers': 4}"

/* All four at the second of two desks, a second each, whatever the balancer would do. */
static void one_instance(void **state) {
    (void)state;
    TRACE(AT_ONCE("'stations': [{'name': 'desk', 'instances': 2, 'balancer': 'round_robin'}],",
                  "{'serve': 'desk', 'demand': '1s', 'instance': 1}"),
          {"instance", "desk[0]", "count.arrived", 0}, {"instance", "desk[1]", "count.arrived", 4},
          {"customer", "4", "response", 4}, {"instance", "desk[1]", "busy.mean", 0.4});
}

/* Among the last two of three: each two visits, in rotation. Steps with the same instances share
 * the rotation, so that with two steps each customer's visits are to one and the other. */
static void some_instances(void **state) {
    (void)state;
    TRACE(AT_ONCE("'stations': [{'name': 'desk', 'instances': 3, 'balancer': 'round_robin'}],",
                  "{'serve': 'desk', 'demand': '1s', 'instances': [1, 2]}"),
          {"instance", "desk[0]", "count.arrived", 0}, {"instance", "desk[1]", "count.arrived", 2},
          {"instance", "desk[2]", "count.arrived", 2}, {"customer", "2", "response", 1},
          {"customer", "4", "response", 2});
    TRACE(AT_ONCE("'pools': [{'name': 'p', 'size': 1, 'queue': 0, 'instances': 4,"
                  "  'balancer': 'least_outstanding', 'ties': 'lowest'}],",
                  "{'acquire': 'p', 'instances': [1, 2]}, {'delay': '1s'}, {'release': 'p'}"),
          {"pool_instance", "p[0]", "count.arrived", 0},
          {"pool_instance", "p[1]", "count.arrived", 3}, /* tied once both are full */
          {"pool_instance", "p[2]", "count.arrived", 1}, {"network", "", "count.rejected", 2});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s', '5s'], 'route': 'r'}],"
          " 'stations': [{'name': 'desk', 'instances': 3, 'balancer': 'round_robin'}],"
          " 'routes': {'r': [{'serve': 'desk', 'demand': '1s', 'instances': [0, 1]},"
          "  {'serve': 'desk', 'demand': '1s', 'instances': [0, 1]},"
          "  {'serve': 'desk', 'demand': '1s', 'instances': [1, 2]}]}}, 'horizon': '10s'}",
          {"instance", "desk[0]", "count.arrived", 2}, {"instance", "desk[1]", "count.arrived", 3},
          {"instance", "desk[2]", "count.arrived", 1});
}

/* A named instance needs no place held in the pool that the station goes with; the others follow
 * the place: customer 1 and 3 at the first, 2 and 4 at the second, then all at the first. */
static void beside_with(void **state) {
    (void)state;
    TRACE(AT_ONCE("'pools': [{'name': 'p', 'size': 4, 'instances': 2, 'balancer': 'round_robin'}],"
                  " 'stations': [{'name': 'desk', 'instances': 2, 'with': 'p'}],",
                  "{'acquire': 'p'}, {'serve': 'desk', 'demand': '1s'}, {'release': 'p'},"
                  " {'serve': 'desk', 'demand': '1s', 'instance': 0}"),
          {"instance", "desk[0]", "count.arrived", 6}, {"instance", "desk[1]", "count.arrived", 2},
          {"customer", "1", "response", 3}, {"customer", "2", "response", 4},
          {"customer", "3", "response", 5}, {"customer", "4", "response", 6});
}

/* Two buckets of one token and one a second. By the place held, two customers at each: the second
 * waits a second. Then all at the second bucket, one a second: it has tokens from 2 on. */
static void buckets(void **state) {
    (void)state;
    TRACE(AT_ONCE("'pools': [{'name': 'p', 'size': 4, 'instances': 2, 'balancer': 'round_robin'}],"
                  " 'limiters': [{'name': 'disk', 'rate': '1/s', 'burst': 1, 'when_empty': 'wait',"
                  "  'instances': 2, 'with': 'p'}],",
                  "{'acquire': 'p'}, {'limit': 'disk'}, {'release': 'p'},"
                  " {'delay': '1500ms'}, {'limit': 'disk', 'instance': 1}"),
          {"limiter", "disk[0]", "count.passed", 2}, {"limiter", "disk[1]", "count.passed", 6},
          {"limiter", "disk[0]", "count.delayed", 1}, {"limiter", "disk[1]", "count.delayed", 5},
          {"customer", "1", "response", 2}, {"customer", "2", "response", 3},
          {"customer", "3", "response", 4}, {"customer", "4", "response", 5});
}

/* Commits at 0 and 1.5 s, on their way to both replicas for 2 s. Reads of the first at 1, 1.75,
 * 2.5 and 4 s find 1, 2, 1 and 0 of them there; one of the second at 1 s finds 1. */
static void watching(void **state) {
    (void)state;
    TRACE("{'network': {'sources': ["
          "  {'name': 'commits', 'times': ['0s', '1500ms'], 'route': 'commit'},"
          "  {'name': 'first', 'times': ['1s', '1750ms', '2500ms', '4s'], 'route': 'first'},"
          "  {'name': 'second', 'times': ['1s'], 'route': 'second'}],"
          " 'pools': [{'name': 'underway', 'size': 9, 'instances': 2},"
          "  {'name': 'readers', 'size': 1, 'instances': 2, 'watch': 'underway'}],"
          " 'routes': {'commit': [{'async': [{'acquire': 'underway', 'instance': 0},"
          "    {'delay': '2s'}]}, {'async': [{'acquire': 'underway', 'instance': 1},"
          "    {'delay': '2s'}]}],"
          "  'first': [{'acquire': 'readers', 'instance': 0}, {'release': 'readers'}],"
          "  'second': [{'acquire': 'readers', 'instance': 1}, {'release': 'readers'}]}},"
          " 'horizon': '10s'}",
          {"pool_instance", "readers[0]", "watched.count", 3},
          {"pool_instance", "readers[0]", "watched.share", 0.75},
          {"pool_instance", "readers[0]", "watched.mean", 1},
          {"pool_instance", "readers[1]", "watched.share", 1},
          {"pool", "readers", "watched.count", 4}, {"pool", "readers", "watched.share", 0.8},
          {"pool", "readers", "watched.mean", 1}, {"pool", "underway", "held.mean", 0.8});
}

static void series_is(const struct harness_run *run, const char *name, double first,
                      double second) {
    const struct std_series *s = std_series_find(run->findings, "block", "step", name);
    assert_non_null(s);
    assert_true(fabs(s->points[0].value / first - 1) < 0.005); /* the histogram's own error */
    assert_true(fabs(s->points[1].value / second - 1) < 0.005);
}

/* Passages of 1, 2, 3 and 4 s that end at 1, 4, 15 and 18 s, by buckets of 10 s; the figures of
 * the whole run are of all of them. */
static void steps_over_time(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'name': 'steps', 'network': {'sources': [{'name': 's', 'times': ['0s', '2s', "
                    "'12s', '14s'],"
                    "  'route': 'r'}], 'routes': {'r': ["
                    "  {'delay': 'sequence(1s, 2s, 3s, 4s)', 'name': 'step'}]}}, 'horizon': '20s',"
                    " 'buckets': '10s'}",
                    1, 1);
    series_is(&run, "arrivals", 0.2, 0.2);
    series_is(&run, "completions", 0.2, 0.2);
    series_is(&run, "response.p99", 2, 4);
    assert_true(fabs(harness_value(&run, "block", "step", "response.mean") - 2.5) < 1e-9);
    assert_true(fabs(harness_value(&run, "block", "step", "response.p99") / 4 - 1) < 0.005);
    assert_true(fabs(harness_value(&run, "block", "step", "count.ok") - 4) < 1e-9);
    harness_free(&run);
}

/* Two instances together. Round robin: customers 1 and 3 at the first, 2 and 4 at the second, 4 s
 * each. Busy 1 from 0 s, 2 from 1 s, 1 from 5 s, 2 from 6 s, 1 from 8 s, 0 from 10 s to 12 s;
 * customer 3 waits from 2 s to 4 s. The same of places that are held. */
static void together(void **state) {
    (void)state;
#define FOUR(places, steps)                                                                        \
    "{'network': {'sources': [{'name': 's', 'times': ['0s', '1s', '2s', '6s'], 'route': 'r'}],"    \
    " " places " 'routes': {'r': [" steps "]}}, 'horizon': '12s'}"
#define LAW(scope, name, number, waiting)                                                          \
    {scope, name, number ".mean", 4.0 / 3}, {scope, name, number ".variance", 5.0 / 9},            \
        {scope, name, number ".end", 0}, {scope, name, number ".share.0", 2.0 / 12},               \
        {scope, name, number ".share.1", 4.0 / 12}, {scope, name, number ".share.2", 6.0 / 12},    \
        {scope, name, waiting ".mean", 1.0 / 6}, {scope, name, waiting ".variance", 5.0 / 36},     \
        {scope, name, waiting ".share.0", 10.0 / 12}, {scope, name, waiting ".share.1", 2.0 / 12}
    TRACE(FOUR("'stations': [{'name': 'desk', 'instances': 2, 'balancer': 'round_robin'}],",
               "{'serve': 'desk', 'demand': '4s'}"),
          LAW("station", "desk", "busy", "waiting_number"), {"station", "desk", "busy.max", 2},
          {"station", "desk", "waiting_number.max", 1}, {"instance", "desk[0]", "busy.max", 1});
    TRACE(FOUR("'pools': [{'name': 'p', 'size': 1, 'instances': 2, 'balancer': 'round_robin'}],",
               "{'acquire': 'p'}, {'delay': '4s'}, {'release': 'p'}"),
          LAW("pool", "p", "held", "waiting_number"), {"pool", "p", "held.max", 1});
    /* Shared: two jobs at one of two processors keep one busy, and neither waits. */
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s', '0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'desk', 'discipline': 'ps', 'instances': 2}],"
          " 'routes': {'r': [{'serve': 'desk', 'demand': '1s', 'instance': 1}]}},"
          " 'horizon': '4s'}",
          {"station", "desk", "busy.share.0", 0.5}, {"station", "desk", "busy.share.1", 0.5},
          {"station", "desk", "busy.variance", 0.25},
          {"station", "desk", "waiting_number.share.0", 1});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(together),        cmocka_unit_test(one_instance),
        cmocka_unit_test(some_instances),  cmocka_unit_test(beside_with),
        cmocka_unit_test(buckets),         cmocka_unit_test(watching),
        cmocka_unit_test(steps_over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
