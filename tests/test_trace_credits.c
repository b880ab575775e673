/* Stations with CPU credits, by closed forms and by hand: emptying, throttling, resuming, surplus;
 * and what holds of any path: events and delivered time near an empty balance are bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "tests/harness.h"
#include "tests/trace.h"

/* Two users without thought keep both vCPUs of a t3.large busy, with demands of 10 s at a total
 * speed of 1.436. 864 credits last 864 / (120 - 36) h = 37 028.5714 s; then 0.6 of 2 vCPUs are
 * delivered, a speed of 1.436 x 0.3 = 0.4308. Work in 12 h: 1.436 x 37028.5714 + 0.4308 x 6171.4286
 * = 53173.0286 + 2658.6514 = 55831.68 s: 2791 rounds of 20 s. In the last hour 0.4308 x 3600 / 20 =
 * 77.5 rounds: 77 pairs end (55831.68 - 1550.88 = 54280.8 is 2714.04 rounds). Credits: 864 + 12 x
 * 36 are spent, 84 an hour withheld. */
static void saturated_standard(void **state) {
    (void)state;
    const double empty = 864.0 / 84 * 3600;
    TRACE("{'network': {'sources': [{'name': 's', 'population': 2, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436],"
          "   'credits': {'earn': '36/h', 'start': 864}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '10s'}]}}, 'horizon': '12h',"
          " 'windows': [['11h', '12h']], 'sample_at': ['5h', '12h']}",
          {"network", "", "count.ok", 5582}, {"window", "39600s..43200s/network", "count.ok", 154},
          {"station", "x", "credits.first_empty", empty}, {"station", "x", "credits.emptied", 1},
          {"station", "x", "credits.throttled", 43200 - empty},
          {"station", "x", "credits.throttles", 1},
          {"station", "x", "credits.spent", 864 + 12 * 36},
          {"station", "x", "credits.withheld", (12 - 864.0 / 84) * 84},
          {"station", "x", "credits.delivered", (864 + 12 * 36) / 720.0},
          {"station", "x", "credits.balance.mean", 432 * empty / 43200},
          {"station", "x", "credits.balance.min", 0}, {"station", "x", "credits.balance.end", 0},
          {"sample", "18000s/station/x", "credits.mean", 864 - 5 * 84},
          {"sample", "43200s/station/x", "credits.mean", 0}, {"station", "x", "utilization", 1});
}

/* The same, unlimited: never slowed (1.436 x 86400 / 20 = 6203.52 rounds); after 20.571 h 864
 * credits are owed, and 84 x (24 - 20.571...) = 288 are charged. */
static void saturated_unlimited(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'population': 2, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436],"
          "   'credits': {'earn': '36/h', 'start': 864, 'mode': 'unlimited'}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '10s'}]}}, 'horizon': '24h'}",
          {"network", "", "count.ok", 12406}, {"station", "x", "credits.surplus.end", 864},
          {"station", "x", "credits.surplus.max", 864}, {"station", "x", "credits.charged", 288},
          {"station", "x", "credits.charged_if_stopped", 288 + 864},
          {"station", "x", "credits.first_empty", 864.0 / 84 * 3600},
          {"station", "x", "credits.spent", 24 * 120});
}

/* One server, 30 credits an hour: a baseline of 0.5, and while busy the balance falls by 1/120 a
 * second, as it grows while idle. It starts with 1 credit: 120 s.
 *
 *   time  what happens
 *      0  A comes (130 s), alone until 120: 10 s are left, no credits; speed 0.5 from here
 *    130  B comes (10 s); A has 5 s left; each has a speed of 0.25
 *    150  A is done; B has 5 s left, alone at 0.5
 *    160  B is done; idle: the balance grows
 *    175  C comes (4 s); 15/120 = 0.125 credits are fewer than the 0.25 to resume: speed 0.5
 *    183  C is done; the balance is 0.125 still
 *    203  D comes (40 s); 0.125 + 20/120 = 0.2917 credits: full speed for 35 s
 *    238  no credits; 5 s are left; speed 0.5
 *    248  D is done
 *    300  the end; 52/120 credits
 *
 * Throttled for 40 + 8 + 10 s, half of which is withheld; delivered 120 + 20 + 4 + 35 + 5 = 184 s.
 */
static const char *const around =
    "{'network': {'sources': [{'name': 's', 'times': ['0s', '130s', '175s', '203s'],"
    "   'route': 'r'}],"
    " 'stations': [{'name': 'x', 'discipline': '%s',"
    "   'credits': {'earn': '30/h', 'start': 1, 'resume': %s}}],"
    " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(130s, 10s, 4s, 40s)'}]}},"
    " 'horizon': '300s', 'sample_customers': 4, 'sample_at': ['120s', '179s']}";

static void around_an_emptying(void **state) {
    (void)state;
    char text[1000];
    snprintf(text, sizeof text, around, "ps", "0.25");
    TRACE(text, {"customer", "1", "response", 150}, {"customer", "2", "response", 30},
          {"customer", "3", "response", 8}, {"customer", "4", "response", 45},
          {"station", "x", "credits.first_empty", 120}, {"station", "x", "credits.throttled", 58},
          {"station", "x", "credits.throttles", 2}, {"station", "x", "credits.withheld", 29.0 / 60},
          {"station", "x", "credits.spent", 184.0 / 60},
          {"station", "x", "credits.balance.end", 52.0 / 120},
          {"station", "x", "utilization", 213.0 / 300},
          {"sample", "120s/station/x", "credits.mean", 0},
          {"sample", "179s/station/x", "credits.mean", 0.125});
    /* resuming at once, C has enough and is done at 179, with 0.125 - 4/120 + 24/120 credits at
     * 203: the same; it is throttled anew at 120 (until 160) and 238 only */
    snprintf(text, sizeof text, around, "ps", "0");
    TRACE(text, {"customer", "1", "response", 150}, {"customer", "3", "response", 4},
          {"customer", "4", "response", 45}, {"station", "x", "credits.throttled", 50},
          {"station", "x", "credits.throttles", 2}, {"station", "x", "credits.spent", 184.0 / 60});
    /* first come, first served: A until 120 + 10/0.5 = 140, B until 160 */
    snprintf(text, sizeof text, around, "fcfs", "0.25");
    TRACE(text, {"customer", "1", "response", 140}, {"customer", "2", "response", 30},
          {"customer", "3", "response", 8}, {"customer", "4", "response", 45},
          {"station", "x", "credits.throttled", 58});
}

/* Four servers, 96 credits an hour: a baseline of 1.6, so that one job is never slowed, and 0.6 of
 * a vCPU accrues beside it: 0.6 credits in 60 s. Then four jobs spend 2.4 a minute more than comes:
 * 15 s at full speed, then 0.4 each. A has 100 - 75 = 25 s left: 62.5 s more, done at 137.5; the
 * others (50 s) have 35 - 25 = 10 s left and 1.6/3 each: 18.75 s more, done at 156.25. */
static void below_the_baseline(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s', '60s', '60s', '60s'],"
          "   'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 4,"
          "   'credits': {'earn': '96/h', 'resume': 0}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(100s, 50s, 50s, 50s)'}]}},"
          " 'horizon': '200s', 'sample_customers': 2}",
          {"customer", "1", "response", 137.5}, {"customer", "2", "response", 96.25},
          {"station", "x", "credits.first_empty", 75});
}

/* Idle but for one visit of a minute, from 100 credits: the cap of 24 h x 36 is reached, and of
 * 100 + 30 x 36 - 1 the rest is lost. */
static void idle(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['1h'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'credits': {'earn': '36/h', 'start': 100}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '60s'}]}}, 'horizon': '30h'}",
          {"station", "x", "credits.balance.end", 864},
          {"station", "x", "credits.balance.min", 100},
          {"station", "x", "credits.discarded", 100 + 30 * 36 - 1 - 864},
          {"station", "x", "credits.emptied", 0}, {"station", "x", "credits.first_empty", NAN},
          {"station", "x", "credits.throttled", 0});
}

/* After the warm-up: what was spent before is not counted, when the balance was gone is. */
static void after_the_warmup(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'population': 1, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'credits': {'earn': '30/h', 'start': 1}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '1000s'}]}}, 'horizon': '300s',"
          " 'warmup': '60s'}",
          {"station", "x", "credits.balance.start", 1}, {"station", "x", "credits.spent", 2.5},
          {"station", "x", "credits.first_empty", 120}, {"station", "x", "credits.throttled", 180},
          {"station", "x", "credits.balance.mean", 0.25 * 60 / 240});
}

/* T2: one launch credit is spent first, 60 s, while 0.5 credits accrue; they last for 60 s more. Of
 * the balance, launch credits included, 1 is left at the start and 0.5 at 60 s: its mean over 120 s
 * is 0.75 x 60 / 120 + 0.25 x 60 / 120 = 0.5. */
static void launch_credits(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'population': 1, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'credits': {'earn': '30/h', 'launch': 1}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '150s'}]}}, 'horizon': '180s',"
          " 'sample_at': ['60s', '120s']}",
          {"station", "x", "credits.balance.start", 1},
          {"station", "x", "credits.first_empty", 120}, {"network", "", "response.max", 180},
          {"station", "x", "credits.balance.mean", 0.5 * 120 / 180},
          {"sample", "60s/station/x", "credits.mean", 0.5},
          {"sample", "120s/station/x", "credits.mean", 0});
}

/* Off duty nothing is worked, yet the job is on the server: its vCPU time is spent. */
static void with_a_schedule(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'schedule': [['0s', 1], ['100s', 2]],"
          "   'credits': {'earn': '30/h', 'start': 1}}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': '150s'}]}}, 'horizon': '300s'}",
          /* 100 s at 1, 20 s at 2, the last 10 s of work at 2 x 0.5 */
          {"network", "", "response.max", 130}, {"station", "x", "credits.first_empty", 120});
}

static double events_of(const char *text) {
    struct harness_run run = harness_run(text, 1, 1);
    double events = (double)run.findings->events;
    harness_free(&run);
    return events;
}

#define LIGHT(credits)                                                                             \
    "{'network': {'sources': [{'name': 's', 'arrivals': 'exp(10s)', 'route': 'r'}],"               \
    " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2" credits "}],"                   \
    " 'routes': {'r': [{'serve': 'x', 'demand': 'exp(1s)'}]}}, 'horizon': '100000s'}"

/* Where nothing is ever throttled, credits cost no events, or next to none. */
static void costs_no_events(void **state) {
    (void)state;
    double plain = events_of(LIGHT(""));
    assert_true(plain > 15000);
    assert_true(events_of(LIGHT(", 'credits': {'earn': '36/h', 'mode': 'unlimited'}")) == plain);
    assert_true(events_of(LIGHT(", 'credits': {'earn': '120/h'}")) == plain); /* both sustained */
    double standard = events_of(LIGHT(", 'credits': {'earn': '36/h', 'start': 864}"));
    assert_true(standard - plain < 10);
}

#define NEAR_EMPTY(resume)                                                                         \
    "{'network': {'sources': [{'name': 's', 'arrivals': 'exp(100ms)', 'route': 'r'}],"             \
    " 'stations': [{'name': 'x', 'discipline': 'ps', 'credits': {'earn': '36/h'" resume "}}],"     \
    " 'routes': {'r': [{'serve': 'x', 'demand': 'exp(60ms)'}]}}, 'horizon': '20000s'}"

/* A load of 0.6 on a baseline of 0.6, from an empty balance: it is held anew at most once per
 * `resume` credits earned, and delivers at most `resume` credits less than without that rule. */
static void bounded_near_empty(void **state) {
    (void)state;
    struct harness_run at_once = harness_run(NEAR_EMPTY(", 'resume': 0"), 3, 7);
    struct harness_run second = harness_run(NEAR_EMPTY(""), 3, 7);
    struct harness_run minute = harness_run(NEAR_EMPTY(", 'resume': 0.6"), 3, 7);
    const struct {
        const struct harness_run *run;
        double resume;
    } cases[] = {{&second, 0.01}, {&minute, 0.6}};
    double most = harness_value(&at_once, "station", "x", "credits.throttles");
    assert_true(most > 20);
    for (int i = 0; i < 2; i++) {
        const struct std_metric *held =
            std_metric_find(cases[i].run->findings, "station", "x", "credits.throttles");
        const struct std_metric *spent =
            std_metric_find(cases[i].run->findings, "station", "x", "credits.spent");
        const struct std_metric *greedy =
            std_metric_find(at_once.findings, "station", "x", "credits.spent");
        for (int r = 0; r < 3; r++) {
            double earned = 20000.0 / 100;
            assert_true(held->values[r] >= 1);
            assert_true(held->values[r] <= 1 + earned / cases[i].resume);
            assert_true(spent->values[r] <= greedy->values[r] + 1e-9);
            assert_true(spent->values[r] >= greedy->values[r] - cases[i].resume - 1e-9);
        }
        assert_true(harness_value(cases[i].run, "station", "x", "credits.throttles") < most);
    }
    harness_free(&at_once);
    harness_free(&second);
    harness_free(&minute);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saturated_standard),
        cmocka_unit_test(saturated_unlimited),
        cmocka_unit_test(around_an_emptying),
        cmocka_unit_test(below_the_baseline),
        cmocka_unit_test(idle),
        cmocka_unit_test(after_the_warmup),
        cmocka_unit_test(launch_credits),
        cmocka_unit_test(with_a_schedule),
        cmocka_unit_test(costs_no_events),
        cmocka_unit_test(bounded_near_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
