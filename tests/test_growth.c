/* Offered loads, growth and limits, by hand: what is said of them, and of what it must not be said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "tests/harness.h"
#include "tests/trace.h"

/* The remark of a topic, or "". */
static const char *remark(const struct harness_run *run, const char *topic) {
    for (int i = 0; i < run->findings->remark_count; i++) {
        if (strcmp(run->findings->remarks[i].topic, topic) == 0) {
            return run->findings->remarks[i].text;
        }
    }
    return "";
}

static void expect_remark(const char *text, const char *topic, const char *part) {
    struct harness_run run = harness_run(text, 1, 1);
    if (strstr(remark(&run, topic), part) == NULL) {
        fail_msg("\"%s\" does not hold \"%s\"", remark(&run, topic), part);
    }
    harness_free(&run);
}

static void expect_no_remark(const char *text, const char *topic) {
    struct harness_run run = harness_run(text, 1, 1);
    assert_string_equal(remark(&run, topic), "");
    harness_free(&run);
}

#define ONE(arrivals, demand, more)                                                                \
    "{'network': {'sources': [{'name': 's', " arrivals ", 'route': 'r'}],"                         \
    " 'stations': [{'name': 'db', 'demand': '" demand "'}],"                                       \
    " 'routes': {'r': [{'serve': 'db'}]}}, " more "}"

/* One arrives each second and takes 1.25 s: by t there are t arrivals and 0.8 t departures. */
static void a_queue_offered_too_much(void **state) {
    (void)state;
    const char *text = ONE("'arrivals': '1s'", "1250ms", "'horizon': '2000s'");
    struct harness_run run = harness_run(text, 1, 1);
    assert_float_equal(harness_value(&run, "station", "db", "offered_load"), 1.25, 0.002);
    assert_float_equal(harness_value(&run, "station", "db", "growth_rate"), 0.2, 0.001);
    assert_float_equal(harness_value(&run, "network", "", "growth_rate"), 0.2, 0.001);
    harness_free(&run);
    expect_remark(text, "instability", "Unstable: the queue at db grows by 0.2 requests/s");
    expect_remark(text, "instability", "offered 125 % of what it can do");
    expect_remark(text, "bottleneck", "The bottleneck is db");
    expect_remark(text, "saturation", "db is 100 % busy all the time");
}

/* The same with replications: the interval comes from them. */
static void growth_over_replications(void **state) {
    (void)state;
    struct harness_run run =
        harness_run(ONE("'arrivals': 'exp(1s)'", "exp(1250ms)", "'horizon': '4000s'"), 10, 1);
    struct sim_estimate rate = harness_estimate(&run, "station", "db", "growth_rate");
    assert_true(rate.low < 0.2 && rate.high > 0.2 && rate.low > 0.15 && rate.high < 0.25);
    assert_non_null(strstr(remark(&run, "instability"), "Unstable: the queue at db grows by 0."));
    harness_free(&run);
}

/* Nobody waits, or the number comes and goes: nothing to say. Offered: 0.75 of what it can do, so
 * 1.33 times the load fills it. */
static void a_queue_that_keeps_up(void **state) {
    (void)state;
    const char *text = ONE("'arrivals': '1s'", "750ms", "'horizon': '2000s'");
    expect_no_remark(text, "instability");
    expect_remark(text, "bottleneck",
                  "First to saturate as the load grows: db, at about 1.33 times "
                  "this load (utilization law: it is offered 75 % of");
    expect_no_remark(text, "saturation");
}

/* More and more come, up to the end, and the queue with them; and a rush that ends. */
static void a_queue_that_follows_its_load(void **state) {
    (void)state;
    expect_no_remark(ONE("'rate': [['0s','0/s'],['2000s','2/s']]", "1s", "'horizon': '2000s'"),
                     "instability");
    expect_no_remark(ONE("'rate': {'steps': [['0s','1/s'],['500s','4/s'],['700s','0.1/s']]}",
                         "800ms", "'horizon': '4000s'"),
                     "instability");
    expect_no_remark("{'network': {'sources': [{'name': 's', 'arrived_by': {'total': 3000, 'curve':"
                     " [['1000s', 0.2], ['2000s', 1]]}, 'route': 'r'}],"
                     " 'stations': [{'name': 'db', 'demand': '800ms'}],"
                     " 'routes': {'r': [{'serve': 'db'}]}}, 'horizon': '4000s'}",
                     "instability");
}

/* A rush after which the load is too much for good: the queue grows by 0.25/s from 700 s on. */
static void growth_after_the_last_change(void **state) {
    (void)state;
    expect_remark(
        ONE("'rate': {'steps': [['0s','0.1/s'],['700s','1.25/s']]}", "1s", "'horizon': '4000s'"),
        "instability", "grows by 0.2");
}

/* Everybody is at the one station, and stays so. */
static void a_closed_network_cannot_grow(void **state) {
    (void)state;
    const char *text = ONE("'population': 50, 'think': '1s'", "1s", "'horizon': '2000s'");
    expect_no_remark(text, "instability");
    expect_remark(text, "saturation", "db is 100 % busy all the time");
}

/* What does not fit is turned away. 1 is served until 3; 2 waits; at 3 the first leaves before the
 * third comes, who waits; the fourth finds two. */
static void a_full_place_turns_away(void **state) {
    (void)state;
    const char *text = "{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'route': 'r'}],"
                       " 'stations': [{'name': 'db', 'demand': '2s', 'capacity': 2}],"
                       " 'routes': {'r': [{'serve': 'db'}]}}, 'horizon': '2001s'}";
    expect_no_remark(text, "instability");
    expect_remark(text, "saturation", "db is 100 % busy all the time");
    struct harness_run run = harness_run(text, 1, 1);
    bool told = false;
    for (int i = 0; i < run.findings->remark_count; i++) {
        told = told || strstr(run.findings->remarks[i].text, "the first after 4 s") != NULL;
    }
    assert_true(told);
    harness_free(&run);
}

/* A pool of one, held 2 s from 1, 4, ... and asked for again at 2, 5, ...: half have to wait, the
 * first at 2 s. */
static void a_full_pool(void **state) {
    (void)state;
    expect_remark("{'network': {'sources': ["
                  "  {'name': 'a', 'arrivals': '3s', 'first': '1s', 'route': 'r'},"
                  "  {'name': 'b', 'arrivals': '3s', 'first': '2s', 'route': 'q'}],"
                  " 'pools': [{'name': 'c', 'size': 1}],"
                  " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}],"
                  "  'q': [{'acquire': 'c'}, {'delay': '500ms'}]}}, 'horizon': '300s'}",
                  "saturation",
                  "The pool c is full at times, first after 2 s: 50 % of the requests for a place");
}

/* Ten in flight at most: the tenth, at 10 s, ends the run. */
static void the_population_limit_stops_a_run(void **state) {
    (void)state;
    const char *text =
        ONE("'arrivals': '1s'", "1000s", "'horizon': '100000s', 'population_limit': 10");
    TRACE(text, {"network", "", "number.end", 10}, {"network", "", "number.max", 10},
          {"network", "", "number.mean", 4.5}, {"network", "", "count.arrived", 10});
    expect_remark(text, "warning", "No request was completed");
    struct harness_run run = harness_run(text, 1, 1);
    bool told = false;
    for (int i = 0; i < run.findings->remark_count; i++) {
        told = told || strstr(run.findings->remarks[i].text,
                              "Stopped at 10 requests in flight, after 10 s of 27.8 h") != NULL;
    }
    assert_true(told);
    harness_free(&run);
    /* closed users do not count against it */
    TRACE(ONE("'population': 20", "1s", "'horizon': '100s', 'population_limit': 10"),
          {"network", "", "number.end", 20}, {"network", "", "throughput", 1});
}

/* Off duty half of each period: it can do half as much. */
static void a_schedule_takes_capacity_away(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 's', 'arrivals': '10s', 'route': 'r'}],"
                    " 'stations': [{'name': 'db', 'demand': '2s',"
                    "  'schedule': {'points': [['0s', 1], ['50s', 0]], 'every': '100s'}}],"
                    " 'routes': {'r': [{'serve': 'db'}]}}, 'horizon': '10000s'}",
                    1, 1);
    assert_float_equal(harness_value(&run, "station", "db", "offered_load"), 0.4, 0.001);
    harness_free(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_offered_too_much),
        cmocka_unit_test(growth_over_replications),
        cmocka_unit_test(a_queue_that_keeps_up),
        cmocka_unit_test(a_queue_that_follows_its_load),
        cmocka_unit_test(growth_after_the_last_change),
        cmocka_unit_test(a_closed_network_cannot_grow),
        cmocka_unit_test(a_full_place_turns_away),
        cmocka_unit_test(a_full_pool),
        cmocka_unit_test(the_population_limit_stops_a_run),
        cmocka_unit_test(a_schedule_takes_capacity_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
