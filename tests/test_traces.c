/* Stations, by hand: who is served when, at every discipline, with events at one instant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "tests/trace.h"

/* One clerk, 10 s. The fourth arrives at the instant at which the second leaves.
 *
 *   customer  arrives  demand  starts  leaves  response  waiting
 *      0         0        2       0       2        2        0
 *      1         1        3       2       5        4        1
 *      2         1        1       5       6        5        4
 *      3         5        1       6       7        2        1
 *
 * Number there: 1 in [0,1), 3 in [1,2), 2 in [2,6) (at 5 one leaves and one comes), 1 in [6,7).
 * Its mean is 13/10, its second moment (2 x 1 + 1 x 9 + 4 x 4)/10 = 2.7. */
static void first_come_first_served(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','1s','5s'], 'route': 'r'}],"
          " 'stations': [{'name': 'clerk'}],"
          " 'routes': {'r': [{'serve': 'clerk', 'demand': 'sequence(2s, 3s, 1s, 1s)'}]}},"
          " 'horizon': '10s', 'within': ['1s', '2s', '4s']}",
          {"network", "", "count.arrived", 4}, {"network", "", "count.ok", 4},
          {"network", "", "count.in_flight", 0}, {"network", "", "throughput", 0.4},
          {"network", "", "error_rate", 0}, {"network", "", "response.mean", 13.0 / 4},
          {"network", "", "response.min", 2}, {"network", "", "response.max", 5},
          {"network", "", "response.deviation", 1.5}, /* squares 49, 49 - 4 (13/4)^2 = 27/4, /3 */
          {"network", "", "response.within.1s", 0}, {"network", "", "response.within.2s", 0.5},
          {"network", "", "response.within.4s", 0.75}, {"network", "", "waiting.within.1s", 0.75},
          {"network", "", "waiting.within.4s", 1}, {"network", "", "waited", 0.75},
          {"station", "clerk", "waiting.mean", 1.5}, {"station", "clerk", "waiting.max", 4},
          {"station", "clerk", "waited", 0.75}, {"station", "clerk", "utilization", 0.7},
          {"station", "clerk", "busy.mean", 0.7}, {"station", "clerk", "waiting_number.mean", 0.6},
          {"station", "clerk", "number.mean", 1.3}, {"station", "clerk", "number.max", 3},
          {"station", "clerk", "number.variance", 2.7 - 1.69},
          {"station", "clerk", "number.share.0", 0.3}, {"station", "clerk", "number.share.1", 0.2},
          {"station", "clerk", "number.share.2", 0.4}, {"station", "clerk", "number.share.3", 0.1});
}

/* Two clerks. Both end at 2 and at 4: who waits goes to whichever is free.
 *
 *   customer  arrives  demand  starts  leaves  response
 *      0         0        3       0       3        3
 *      1         0        2       0       2        2
 *      2         0        2       2       4        4     (takes the place of 1)
 *      3         2        1       3       4        2     (takes the place of 0) */
static void two_servers(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'servers': 2}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(3s, 2s, 2s, 1s)'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "response.mean", 11.0 / 4}, {"network", "", "response.max", 4},
          {"station", "x", "waiting.mean", 0.75}, {"station", "x", "waiting.max", 2},
          {"station", "x", "waited", 0.5}, {"station", "x", "utilization", 0.4},
          {"station", "x", "busy.mean", 0.8}, {"station", "x", "number.mean", 1.1},
          {"station", "x", "waiting_number.mean", 0.3});
}

/* One place, an arrival every second from 1 s on, until 5.5 s. Demand 1 s: each arrives at the
 * instant at which the one before leaves, and is let in; the fifth is inside at the end. A demand
 * that is 1 ns longer turns the second and the fourth away. */
static void departure_before_arrival(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '5500ms'}",
          {"network", "", "count.arrived", 5}, {"network", "", "count.ok", 4},
          {"network", "", "count.rejected", 0}, {"network", "", "count.in_flight", 1},
          {"station", "x", "utilization", 4.5 / 5.5}, {"network", "", "response.p50", 1},
          {"network", "", "response.p99", 1}, {"network", "", "response.deviation", 0});
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '1000000001ns'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '5500ms'}",
          {"network", "", "count.arrived", 5}, {"network", "", "count.ok", 2},
          {"network", "", "count.rejected", 2}, {"network", "", "count.in_flight", 1},
          {"network", "", "error_rate", 0.5}, {"network", "", "response_all.mean", 1.000000001 / 2},
          {"station", "x", "count.rejected", 2}, {"network", "", "response.p50", 1.000000001});
}

/* Two places: one in service and one waiting. Arrivals at 0, 0, 0 (rejected), 2 (the first leaves
 * at 2: let in). Demand 2 s; the last leaves at 6. */
static void capacity_counts_those_in_service(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 2, 'demand': '2s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 3}, {"network", "", "count.rejected", 1},
          {"network", "", "response.mean", 10.0 / 3}, {"network", "", "response_all.mean", 2.5},
          {"station", "x", "number.max", 2}, {"station", "x", "number.mean", 1},
          {"station", "x", "utilization", 0.6});
}

/* A tandem without room. b enters x at 0 and a enters y at 0, both for 2 s; b's completion is
 * scheduled first, but at 2 a has left y before b comes. b leaves y at 4. */
static void departures_before_internal_arrivals(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'b', 'times': ['0s'], 'route': 'xy'},"
          "                         {'name': 'a', 'times': ['0s'], 'route': 'y'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '2s'},"
          "              {'name': 'y', 'capacity': 1, 'demand': '2s'}],"
          " 'routes': {'xy': [{'serve': 'x'}, {'serve': 'y'}], 'y': [{'serve': 'y'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.rejected", 0}, {"source", "a", "response.mean", 2},
          {"source", "b", "response.mean", 4}, {"station", "y", "number.max", 1},
          {"station", "y", "utilization", 0.4});
}

/* Two full stations whose customers change places at 1: both leave before either comes. */
static void two_change_places(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'xy'},"
          "                         {'name': 'b', 'times': ['0s'], 'route': 'yx'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '1s'},"
          "              {'name': 'y', 'capacity': 1, 'demand': '1s'}],"
          " 'routes': {'xy': [{'serve': 'x'}, {'serve': 'y'}],"
          "            'yx': [{'serve': 'y'}, {'serve': 'x'}]}}, 'horizon': '4s'}",
          {"network", "", "count.ok", 2}, {"network", "", "response.mean", 2},
          {"network", "", "response.max", 2}, {"station", "x", "utilization", 0.5},
          {"station", "y", "number.mean", 0.5});
}

/* At 1 s: a customer of the trace, a renewal customer and a closed user, in the file's order. Only
 * the first finds room. */
static void file_order_of_sources(void **state) {
    (void)state;
    static const char stations[] = "'stations': [{'name': 'x', 'capacity': 1, 'demand': '5s'}],"
                                   " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '1500ms'}";
    static const char t[] = "{'name': 't', 'times': ['1s','1s'], 'route': 'r'}";
    static const char p[] = "{'name': 'p', 'arrivals': '1s', 'route': 'r'}";
    static const char u[] = "{'name': 'u', 'population': 2, 'think': '1s', 'route': 'r'}";
    static const char *const orders[][3] = {{t, p, u}, {p, u, t}, {u, t, p}};
    static const char *const names[][3] = {{"t", "p", "u"}, {"p", "u", "t"}, {"u", "t", "p"}};
    for (int i = 0; i < 3; i++) {
        char text[1000];
        snprintf(text, sizeof text, "{'network': {'sources': [%s, %s, %s], %s", orders[i][0],
                 orders[i][1], orders[i][2], stations);
        TRACE(text, {"station", "x", "count.arrived", 5}, {"station", "x", "count.rejected", 4},
              {"source", names[i][0], "count.in_flight", 1},
              {"source", names[i][1], "count.in_flight", 0},
              {"source", names[i][2], "count.in_flight", 0});
    }
}

/* The same instant within a source: by trace index, and so is the queue. Three customers of a and
 * one of b at 0, demand 1 s: a0, a1, a2, then b. */
static void trace_order_within_a_source(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s','0s','0s'], 'route': 'r'},"
          "                         {'name': 'b', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(1s, 2s, 4s)'}]}},"
          " 'horizon': '10s'}", /* a: 1, 3, 7; b is its source's first: demand 1, leaves at 8 */
          {"source", "a", "response.mean", 11.0 / 3}, {"source", "a", "response.max", 7},
          {"source", "b", "response.mean", 8}, {"station", "x", "utilization", 0.8});
}

/* One shared server.
 *
 *   [0,1)      a alone                      left: a 2
 *   [1,2)      a, b at 1/2                  left: a 1.5, b 0.5
 *   [2,3.5)    a, b, c at 1/3               left: a 1, b 0, c 0: b and c leave together
 *   [3.5,4.5)  a alone                      leaves at 4.5 */
static void processor_sharing(void **state) {
    (void)state;
    TRACE(
        "{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
        "  {'name': 'b', 'times': ['1s'], 'route': 'b'},"
        "  {'name': 'c', 'times': ['2s'], 'route': 'c'}],"
        " 'stations': [{'name': 'x', 'discipline': 'ps'}],"
        " 'routes': {'a': [{'serve': 'x', 'demand': '3s'}], 'b': [{'serve': 'x', 'demand': '1s'}],"
        "            'c': [{'serve': 'x', 'demand': '500ms'}]}}, 'horizon': '10s'}",
        {"source", "a", "response.mean", 4.5}, {"source", "b", "response.mean", 2.5},
        {"source", "c", "response.mean", 1.5}, {"station", "x", "utilization", 0.45},
        {"station", "x", "number.mean", 0.85}, {"station", "x", "number.max", 3},
        {"station", "x", "waiting.max", 0}, {"station", "x", "waited", 0},
        {"station", "x", "waiting_number.mean", 0}, {"network", "", "waiting.mean", 0});
}

/* Nanoseconds. Three jobs of 10, 10 and 20 ns from 0 on: thirds until 30 ns, then the last alone
 * until 40. Three of 1 s: all at 3 s. On two servers each gets 2/3: 1 ns of work takes 1.5, and is
 * done at the next whole nanosecond, 2. */
static void sharing_to_the_nanosecond(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(10ns, 10ns, 20ns)'}]}},"
          " 'horizon': '100ns', 'within': ['29ns','30ns','39ns','40ns']}",
          {"network", "", "response.within.2.9e-08s", 0},
          {"network", "", "response.within.3e-08s", 2.0 / 3},
          {"network", "", "response.within.3.9e-08s", 2.0 / 3},
          {"network", "", "response.within.4e-08s", 1}, {"station", "x", "utilization", 0.4});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s', 'within': ['2999999999ns','3s']}",
          {"network", "", "response.within.2.999999999s", 0},
          {"network", "", "response.within.3s", 1}, {"network", "", "response.deviation", 0});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2, 'demand': '1ns'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10ns', 'within': ['1ns','2ns']}",
          {"network", "", "response.within.1e-09s", 0},
          {"network", "", "response.within.2e-09s", 1}, {"station", "x", "utilization", 0.2});
}

/* Two shared servers.
 *
 *   [0,3)  a (2 s), b (2 s), c (4 s) at 2/3 each: a and b leave at 3, c has 2 left
 *   [3,4)  c alone at 1: 1 left
 *   [4,5)  c and d (1 s), each at 1: both leave at 5 */
static void sharing_two_servers(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'abc', 'times': ['0s','0s','0s'], 'route': 'abc'},"
          "  {'name': 'd', 'times': ['4s'], 'route': 'd'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2}],"
          " 'routes': {'abc': [{'serve': 'x', 'demand': 'sequence(2s, 2s, 4s)'}],"
          "            'd': [{'serve': 'x', 'demand': '1s'}]}}, 'horizon': '10s'}",
          {"source", "abc", "response.mean", 11.0 / 3}, {"source", "abc", "response.max", 5},
          {"source", "d", "response.mean", 1}, {"station", "x", "busy.mean", 0.9},
          {"station", "x", "utilization", 0.45}, {"station", "x", "number.mean", 1.2},
          {"station", "x", "number.share.2", 0.1}, {"station", "x", "number.share.3", 0.3});
}

/* Shared, with total speeds 1, 1.6, and 1.6 beyond.
 *
 *   [0,1)        a (2 s) at 1                     left: a 1
 *   [1,2.25)     a, b (1.5 s) at 0.8              a leaves at 2.25; b 0.5
 *   [2.25,2.75)  b at 1                           b leaves at 2.75
 *   [5,5.75)     three of 0.4 s at 1.6/3          all leave at 5.75 */
static void load_dependent_speeds(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['1s'], 'route': 'b'},"
          "  {'name': 'c', 'times': ['5s','5s','5s'], 'route': 'c'}],"
          " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.6]}],"
          " 'routes': {'a': [{'serve': 'x', 'demand': '2s'}], 'b': [{'serve': 'x', 'demand': "
          "'1500ms'}],"
          "            'c': [{'serve': 'x', 'demand': '400ms'}]}}, 'horizon': '10s'}",
          {"source", "a", "response.mean", 2.25}, {"source", "b", "response.mean", 1.75},
          {"source", "c", "response.mean", 0.75}, {"source", "c", "response.max", 0.75},
          {"station", "x", "busy.mean", (1 + 2 * 1.25 + 0.5 + 2 * 0.75) / 10});
}

/* One server, first come first served, twice as fast when two or more are there (waiting or not).
 *
 *   [0,1)  a (3 s) at 1            left: a 2
 *   [1,2)  a at 2, b (2 s) waits   a leaves at 2
 *   [2,4)  b alone at 1            leaves at 4 */
static void speeds_count_all_present(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['1s'], 'route': 'b'}],"
          " 'stations': [{'name': 'x', 'speeds': [1, 2]}],"
          " 'routes': {'a': [{'serve': 'x', 'demand': '3s'}], 'b': [{'serve': 'x', 'demand': "
          "'2s'}]}},"
          " 'horizon': '10s'}",
          {"source", "a", "response.mean", 2}, {"source", "b", "response.mean", 3},
          {"source", "b", "waiting.mean", 1}, {"station", "x", "utilization", 0.4},
          {"station", "x", "waiting_number.mean", 0.1});
}

/* A server at speed 2.5: 5 s of work take 2 s. */
static void speed_divides_the_demand(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'speed': 2.5, 'demand': '5s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 2.5}, {"network", "", "response.max", 3},
          {"station", "x", "utilization", 0.4});
}

/* Without preemption. Urgent: u; patient: p and q, of equal priority, first come first served.
 *
 *   customer  arrives  demand  starts  leaves
 *      p0        0        4       0       4
 *      p1        1        1       7       8    waits for every urgent one; u2 comes too late
 *      q0        1.5      1       8.5     9.5
 *      u0        2        1       4       5
 *      u1        3        2       5       7
 *      u2        7        0.5     8       8.5  comes when u1 leaves: p1 has been started by then */
static void priorities(void **state) {
    (void)state;
    TRACE(
        "{'network': {'classes': {'urgent': {'priority': 1}, 'p': {'priority': 7},"
        "                         'q': {'priority': 7}},"
        " 'sources': ["
        "  {'name': 'u', 'class': 'urgent', 'times': ['2s','3s','7s'], 'route': 'r'},"
        "  {'name': 'q', 'class': 'q', 'times': ['1500ms'], 'route': 'r'},"
        "  {'name': 'p', 'class': 'p', 'times': ['0s','1s'], 'route': 'r'}],"
        " 'stations': [{'name': 'x', 'discipline': 'priority',"
        "   'demand': {'urgent': 'sequence(1s, 2s, 500ms)', 'p': 'sequence(4s, 1s)', 'q': '1s'}}],"
        " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
        {"source", "u", "response.mean", (3 + 4 + 1.5) / 3}, {"source", "u", "waiting.max", 2},
        {"source", "p", "response.mean", (4 + 7) / 2.0}, {"source", "q", "response.mean", 8},
        {"class", "p", "waiting.max", 6}, {"class", "q", "waiting.mean", 7},
        {"station_class", "x/urgent", "waiting.mean", (2 + 2 + 1) / 3.0},
        {"station_class", "x/p", "waiting.mean", 3}, {"station", "x", "utilization", 0.95},
        {"class", "urgent", "number.mean", 0.85}, {"class", "p", "number.mean", 1.1});
}

/* An infinite server and a delay step: nobody waits. Three at 0 for 2 s each, then 1 s apart. */
static void nobody_waits(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'hall', 'discipline': 'delay'}],"
          " 'routes': {'r': [{'serve': 'hall', 'demand': '2s'}, {'delay': '1s'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "response.mean", 3}, {"network", "", "waiting.max", 0},
          {"network", "", "number.mean", 0.9}, {"station", "hall", "response.mean", 2},
          {"station", "hall", "busy.mean", 0.6}, {"station", "hall", "number.max", 3},
          {"station", "hall", "waiting_number.mean", 0});
}

/* Three instances in rotation, starting at the first: 0, 1, 2, 0, 1. One at a time at each. */
static void round_robin(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','1s','4s'], 'route': "
          "'r'}],"
          " 'stations': [{'name': 'x', 'instances': 3, 'balancer': 'round_robin'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(3s, 1s, 2s, 1s, 1s)'}]}},"
          " 'horizon': '10s'}", /* x[0]: 0-3, 3-4 (waits 2); x[1]: 0-1, 4-5; x[2]: 0-2 */
          {"instance", "x[0]", "count.arrived", 2}, {"instance", "x[1]", "count.arrived", 2},
          {"instance", "x[2]", "count.arrived", 1}, {"instance", "x[0]", "utilization", 0.4},
          {"instance", "x[1]", "utilization", 0.2}, {"instance", "x[2]", "utilization", 0.2},
          {"instance", "x[0]", "waiting.max", 2}, {"instance", "x[0]", "number.mean", 0.6},
          {"instance", "x[2]", "arrival_share", 0.2}, {"station", "x", "utilization", 0.8 / 3},
          {"station", "x", "number.mean", 1.0}, {"station", "x", "number.max", 3},
          {"network", "", "response.mean", 2});
}

/* The instance with the fewest, waiting or in service; among equals the lowest. Demands 10 s, 3 s,
 * 1 s, 1 s, 1 s.
 *
 *   t=0  (0,0) -> 0    t=0  (1,0) -> 1    t=0  (1,1) -> 0 (waits until 10)
 *   t=1  (2,1) -> 1 (waits until 3)       t=3  one leaves x[1] first: (2,1) -> 1, waits until 4 */
static void least_outstanding(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','1s','3s'], 'route': "
          "'r'}],"
          " 'stations': [{'name': 'x', 'instances': 2, 'balancer': 'least_outstanding',"
          "               'ties': 'lowest'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(10s, 3s, 1s, 1s, 1s)'}]}},"
          " 'horizon': '20s'}",
          {"instance", "x[0]", "count.arrived", 2}, {"instance", "x[1]", "count.arrived", 3},
          {"instance", "x[0]", "utilization", 11.0 / 20}, {"instance", "x[1]", "utilization", 0.25},
          {"instance", "x[0]", "waiting.max", 10}, {"instance", "x[1]", "waiting.mean", 1},
          {"network", "", "response.mean", (10 + 3 + 11 + 3 + 2) / 5.0});
}

/* A server starts at once who it can: waiting is recorded at service start. Until 3 s: demand 2 s,
 * arrivals at 0, 0, 0: one done, one in service (waited 2), one waiting still. */
static void in_flight_at_the_horizon(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','3s','4s'], 'route': "
          "'r'}],"
          " 'stations': [{'name': 'x', 'demand': '2s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '3s'}",
          {"network", "", "count.arrived", 4}, /* the one at 3 s, the end, has just come */
          {"network", "", "count.ok", 1}, {"network", "", "count.in_flight", 3},
          {"network", "", "number.end", 3}, {"network", "", "number.mean", (6 + 2) / 3.0},
          {"network", "", "response.mean", 2}, {"network", "", "waiting.mean", 0},
          {"station", "x", "waiting.mean", 1}, {"station", "x", "waiting.max", 2},
          {"station", "x", "waited", 0.75}, {"station", "x", "utilization", 1},
          {"station", "x", "count.arrived", 4}, {"station", "x", "number.end", 3});
}

/* Nobody completes: a result all the same. */
static void nothing_completes(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '9s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '2s'}",
          {"network", "", "count.ok", 0}, {"network", "", "response.mean", NAN},
          {"network", "", "response.p99", NAN}, {"network", "", "error_rate", NAN},
          {"network", "", "throughput", 0}, {"station", "x", "utilization", 0.5});
}

/* Demands of nothing: a visit ends at the instant at which it begins, before whoever comes next at
 * that instant. Capacity 1 and three customers at 1 s: all are served. */
static void no_demand(void **state) {
    (void)state;
    static const char *const disciplines[] = {"fcfs", "ps", "priority"};
    for (int i = 0; i < 3; i++) {
        char text[500];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'times': ['1s','1s','1s'], 'route': 'r'}],"
                 " 'stations': [{'name': 'x', 'demand': '0s', 'capacity': 1, 'discipline': '%s'}],"
                 " 'routes': {'r': [{'serve': 'x', 'times': 3}]}}, 'horizon': '2s'}",
                 disciplines[i]);
        TRACE(text, {"network", "", "count.ok", 3}, {"network", "", "response.max", 0},
              {"network", "", "response.p99", 0}, {"station", "x", "count.ok", 9},
              {"station", "x", "utilization", 0}, {"station", "x", "number.max", 1});
    }
}

/* A service that would take longer than the clock can tell is in flight at every horizon: 10^6 h of
 * work at a millionth of the speed are 10^8 years. */
static void endless_service(void **state) {
    (void)state;
    static const char *const disciplines[] = {"fcfs", "ps", "priority", "delay"};
    for (int i = 0; i < 4; i++) {
        char text[500];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'times': ['1s','2s'], 'route': 'r'}],"
                 " 'stations': [{'name': 'x', 'demand': '1000000h', 'speed': 0.000001,"
                 "               'discipline': '%s'}],"
                 " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '1000000h'}",
                 disciplines[i]);
        TRACE(text, {"network", "", "count.in_flight", 2}, {"network", "", "count.ok", 0},
              {"station", "x", "number.max", 2});
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_come_first_served),
        cmocka_unit_test(two_servers),
        cmocka_unit_test(departure_before_arrival),
        cmocka_unit_test(capacity_counts_those_in_service),
        cmocka_unit_test(departures_before_internal_arrivals),
        cmocka_unit_test(two_change_places),
        cmocka_unit_test(file_order_of_sources),
        cmocka_unit_test(trace_order_within_a_source),
        cmocka_unit_test(processor_sharing),
        cmocka_unit_test(sharing_to_the_nanosecond),
        cmocka_unit_test(sharing_two_servers),
        cmocka_unit_test(load_dependent_speeds),
        cmocka_unit_test(speeds_count_all_present),
        cmocka_unit_test(speed_divides_the_demand),
        cmocka_unit_test(priorities),
        cmocka_unit_test(nobody_waits),
        cmocka_unit_test(round_robin),
        cmocka_unit_test(least_outstanding),
        cmocka_unit_test(in_flight_at_the_horizon),
        cmocka_unit_test(nothing_completes),
        cmocka_unit_test(no_demand),
        cmocka_unit_test(endless_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
