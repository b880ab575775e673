/* Where a request's time goes, worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <math.h>

#include "tests/trace.h"

/* A pool of one around a station and a delay: arrivals at 0 and 1, 2 s of service, 1 s of delay.
 * The second waits from 1 to 3 for the place. */
static void waits_and_services(void **state) {
    (void)state;
    TRACE(
        "{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
        " 'stations': [{'name': 'db', 'demand': '2s'}], 'pools': [{'name': 'c', 'size': 1}],"
        " 'routes': {'r': [{'acquire': 'c'}, {'serve': 'db'}, {'delay': '1s'}, {'release': 'c'}]}},"
        " 'horizon': '12s', 'breakdown': true}",
        {"network", "", "response.mean", 4}, {"breakdown", "station/db", "service.mean", 2},
        {"breakdown", "station/db", "waiting.mean", 0},
        {"breakdown", "station/db", "slowed.mean", 0}, {"breakdown", "pool/c", "waiting.mean", 1},
        {"breakdown", "delays", "service.mean", 1},
        {"class_breakdown", "default/pool/c", "waiting.mean", 1},
        {"source_breakdown", "s/pool/c", "waiting.mean", 1});
}

/* Processor sharing: two jobs of 2 s from 0 on share the one processor until 4: each is slowed by
 * 2 s. */
static void sharing_slows(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'cpu', 'discipline': 'ps', 'demand': '2s'}],"
          " 'routes': {'r': [{'serve': 'cpu'}]}}, 'horizon': '12s', 'breakdown': true}",
          {"network", "", "response.mean", 4}, {"breakdown", "station/cpu", "service.mean", 4},
          {"breakdown", "station/cpu", "waiting.mean", 0},
          {"breakdown", "station/cpu", "slowed.mean", 2});
}

/* Preemption: the patient begin 4 s of work at 0, are put aside from 1 to 3, and end at 6. */
static void put_aside_is_waiting(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'urgent': {'priority': 1}, 'patient': {'priority': 2}},"
          " 'sources': [{'name': 'p', 'class': 'patient', 'times': ['0s'], 'route': 'r'},"
          "  {'name': 'u', 'class': 'urgent', 'times': ['1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'd', 'discipline': 'priority_preemptive',"
          "  'demand': {'urgent': '2s', 'patient': '4s'}}],"
          " 'routes': {'r': [{'serve': 'd'}]}}, 'horizon': '12s', 'breakdown': true}",
          {"class_breakdown", "patient/station/d", "waiting.mean", 2},
          {"class_breakdown", "patient/station/d", "service.mean", 4},
          {"class_breakdown", "urgent/station/d", "waiting.mean", 0},
          {"class_breakdown", "urgent/station/d", "service.mean", 2},
          {"breakdown", "station/d", "service.mean", 3},
          {"breakdown", "station/d", "waiting.mean", 1});
}

/* The path through a fork is that of the branch that ends last: 3 s at b, though a takes 1 s, and
 * the delay of 2 s that both pass is once on it. With join 1 it is a's. */
static void the_critical_path_of_a_fork(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'a', 'demand': '1s'}, {'name': 'b', 'demand': '3s'}],"
          " 'routes': {'r': [{'serve': 'a'}, {'fork': [[{'serve': 'a'}, {'delay': '2s'}],"
          "  [{'delay': '2s'}, {'serve': 'b'}]], 'join': 'all'}]}},"
          " 'horizon': '12s', 'breakdown': true}",
          {"network", "", "response.mean", 6}, {"breakdown", "station/a", "service.mean", 1},
          {"breakdown", "station/b", "service.mean", 3},
          {"breakdown", "delays", "service.mean", 2});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'a', 'demand': '1s'}, {'name': 'b', 'demand': '3s'}],"
          " 'routes': {'r': [{'serve': 'a'}, {'fork': [[{'serve': 'a'}, {'delay': '1s'}],"
          "  [{'delay': '2s'}, {'serve': 'b'}]], 'join': 1}]}},"
          " 'horizon': '12s', 'breakdown': true}",
          {"network", "", "response.mean", 3}, {"breakdown", "station/a", "service.mean", 2},
          {"breakdown", "delays", "service.mean", 1});
}

/* Failed attempts count. One server, demands 5, 1 s: the second attempt meets nobody.
 *
 *   0    attempt 1 is served by `x`; its timeout of 2 s withdraws it
 *   2    backoff of 1 s
 *   3    attempt 2 is served until 4 */
static void failed_attempts_count(void **state) {
    (void)state;
    static const char *const cancels[] = {"all", "none"};
    for (int i = 0; i < 2; i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
                 " 'stations': [{'name': 'x', 'servers': 2, 'discipline': 'fcfs'}],"
                 " 'routes': {'r': [{'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': ["
                 "  {'timeout': '2s', 'cancel': '%s', 'steps': [{'branch': ["
                 "   {'steps': [{'serve': 'x', 'demand': '5s'}]}, {'steps': [{'serve': 'x', "
                 "'demand': '1s'}]}],"
                 "   'in_turn': true}]}]}]}}, 'horizon': '12s', 'breakdown': true}",
                 cancels[i]);
        TRACE(text, {"network", "", "response.mean", 4},
              {"breakdown", "station/x", "service.mean", 3},
              {"breakdown", "backoff", "waiting.mean", 1});
    }
}

/* A timeout at a fork: nobody knows which branch would have been the last. 1 s at the fork in a
 * first attempt, then 1 s of service. */
static void a_fork_given_up(void **state) {
    (void)state;
    static const char *const cancels[] = {"all", "none"};
    for (int i = 0; i < 2; i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
                 " 'stations': [{'name': 'x', 'demand': '1s'}],"
                 " 'routes': {'r': [{'retry': {'attempts': 2}, 'steps': ["
                 "  {'timeout': '1s', 'cancel': '%s', 'steps': [{'branch': ["
                 "   {'steps': [{'fork': [[{'delay': '5s'}], [{'delay': '6s'}]], 'join': 'all'}]},"
                 "   {}], 'in_turn': true}]}]}, {'serve': 'x'}]}},"
                 " 'horizon': '12s', 'breakdown': true}",
                 cancels[i]);
        TRACE(text, {"network", "", "response.mean", 2},
              {"breakdown", "forks given up", "waiting.mean", 1},
              {"breakdown", "station/x", "service.mean", 1});
    }
}

/* A limiter of one token a second: the second and third at 0 wait 1 and 2 s; the third gives up
 * after 1.5 s and its second attempt, from 1.5 on, waits until 2. */
static void tokens_are_waited_for(void **state) {
    (void)state;
    static const char *const cancels[] = {"all", "none"};
    for (int i = 0; i < 2; i++) {
        char text[1000];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
                 " 'limiters': [{'name': 'l', 'rate': '1/s', 'burst': 1, 'when_empty': 'wait'}],"
                 " 'routes': {'r': [{'retry': {'attempts': 2}, 'steps': ["
                 "  {'timeout': '1500ms', 'cancel': '%s', 'steps': [{'limit': 'l'}]}]},"
                 "  {'delay': '1s'}]}}, 'horizon': '12s', 'breakdown': true}",
                 cancels[i]);
        TRACE(text, {"breakdown", "limiter/l", "waiting.mean", i == 0 ? 1 : 4.0 / 3},
              {"breakdown", "delays", "service.mean", 1});
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_and_services),    cmocka_unit_test(sharing_slows),
        cmocka_unit_test(put_aside_is_waiting),  cmocka_unit_test(the_critical_path_of_a_fork),
        cmocka_unit_test(failed_attempts_count), cmocka_unit_test(a_fork_given_up),
        cmocka_unit_test(tokens_are_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
