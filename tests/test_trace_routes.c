/* Routes and pools, by hand: places held, waits that end or do not, branches, loops and failures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "tests/harness.h"
#include "tests/trace.h"

/* One connection, held for a visit of 2 s and a delay of 1 s. Arrivals at 0, 1, 3 (the instant of
 * the first release: 1 has it by then).
 *
 *   customer  arrives  granted  releases  response
 *      0         0        0        3         3
 *      1         1        3        6         5    waits 2
 *      2         3        6        9         6    waits 3 */
static void a_pool_of_one(void **state) {
    (void)state;
    TRACE(
        "{'network': {'sources': [{'name': 's', 'times': ['0s','1s','3s'], 'route': 'r'}],"
        " 'stations': [{'name': 'db', 'demand': '2s'}], 'pools': [{'name': 'c', 'size': 1}],"
        " 'routes': {'r': [{'acquire': 'c'}, {'serve': 'db'}, {'delay': '1s'}, {'release': 'c'}]}},"
        " 'horizon': '12s'}",
        {"network", "", "response.mean", 14.0 / 3}, {"network", "", "waiting.mean", 5.0 / 3},
        {"pool", "c", "count.arrived", 3}, {"pool", "c", "count.ok", 3},
        {"pool", "c", "waiting.mean", 5.0 / 3}, {"pool", "c", "waiting.max", 3},
        {"pool", "c", "waited", 2.0 / 3}, {"pool", "c", "held.mean", 0.75},
        {"pool", "c", "utilization", 0.75}, {"pool", "c", "waiting_number.mean", 5.0 / 12},
        {"pool", "c", "waiting_number.max", 1}, {"station", "db", "utilization", 0.5});
}

/* A request that ends gives back what it holds. Two places, three customers at 0 who do not release
 * and stay 2 s: the third is let in at 2. */
static void the_end_releases(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 2}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '8s'}",
          {"network", "", "response.mean", 8.0 / 3}, {"pool", "c", "held.mean", 0.75},
          {"pool", "c", "held.max", 2}, {"pool", "c", "waiting.max", 2});
}

/* Patience of 2 s for the one place, held 2 s: at 2 the place is given back before patience ends.
 *
 *   customer  arrives  granted at             gives up at
 *      0         0        0
 *      1         0        2 (patience: 2)
 *      2         0                              2
 *      3         2.5      4 (waits 1.5)
 *      4         3                              5 (3 has the place until 6) */
static void patience_ends_as_a_place_comes_free(void **state) {
    (void)state;
    TRACE("{'network': {'sources': ["
          "  {'name': 's', 'times': ['0s','0s','0s','2500ms','3s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 1, 'patience': '2s'}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 3}, {"network", "", "count.timed_out", 2},
          {"network", "", "error_rate", 0.4}, {"network", "", "response.mean", (2 + 4 + 3.5) / 3},
          {"network", "", "response_all.mean", (2 + 4 + 3.5 + 2 + 2) / 5},
          {"pool", "c", "count.ok", 3}, {"pool", "c", "count.timed_out", 2},
          {"pool", "c", "waiting.mean", 3.5 / 3}, {"pool", "c", "waited", 0.8},
          {"pool", "c", "held.mean", 0.6},
          {"pool", "c", "waiting_number.mean", (2 + 2 + 1.5 + 2) / 10});
}

/* The same race by one nanosecond: patience 1999999999 ns, and the second gives up. */
static void patience_ends_before(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 1, 'patience': '1999999999ns'}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 1}, {"network", "", "count.timed_out", 1},
          {"network", "", "response_all.mean", (2 + 1.999999999) / 2});
}

/* Patience from a sequence, by customer: 1 s, 3 s, 1 s, 4 s. The middle of the line gives up, and
 * the order of the others stays: one place, held 2 s, all come at 0.
 *
 *   0: granted 0-2;  1 (3 s): granted 2-4;  2 (1 s): gives up at 1;  3 (4 s): granted at 4 */
static void the_middle_of_the_line_leaves(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 1, 'patience': 'sequence(1s, 3s, 1s, 4s)'}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 3}, {"network", "", "count.timed_out", 1},
          {"pool", "c", "waiting.mean", 2}, {"pool", "c", "waiting.max", 4},
          {"network", "", "response.mean", 4}, {"pool", "c", "waiting_number.mean", 0.7});
}

/* Waiting room for one: of three at 0 the third is rejected; at 2 the first is done, the second has
 * the place, and the one who comes at 2 finds the room empty. No room at all: rejected at once. */
static void a_full_waiting_room(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','2s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 1, 'queue': 1}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 3}, {"network", "", "count.rejected", 1},
          {"pool", "c", "count.rejected", 1}, {"network", "", "response.mean", (2 + 4 + 4) / 3.0});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s'], 'route': 'r'}],"
          " 'pools': [{'name': 'c', 'size': 1, 'queue': 0}],"
          " 'routes': {'r': [{'acquire': 'c'}, {'delay': '2s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 2}, {"network", "", "count.rejected", 1},
          {"pool", "c", "waited", 0}, {"pool", "c", "held.mean", 0.4});
}

/* A worker (2) is held while a connection (1) is waited for and used 1 s; then 1 s of own work.
 *
 *   customer  comes  worker  connection  gives it back  worker back
 *      0        0      0        0             1             2
 *      1        0      0        1             2             3
 *      2        0      2        2             3             4 */
static void pools_within_pools(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'w', 'size': 2}, {'name': 'c', 'size': 1}],"
          " 'routes': {'r': [{'acquire': 'w'}, {'acquire': 'c'}, {'delay': '1s'}, {'release': 'c'},"
          "                  {'delay': '1s'}, {'release': 'w'}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 3}, {"network", "", "response.max", 4},
          {"network", "", "waiting.mean", 1}, {"pool", "w", "held.mean", (2 + 3 + 2) / 10.0},
          {"pool", "c", "held.mean", 0.3}, {"pool", "w", "waiting.mean", 2.0 / 3},
          {"pool", "c", "waiting.mean", 1.0 / 3}, {"pool", "w", "utilization", 0.35});
}

/* Two places of one pool at a time: the customer that has both gives them back one by one. Size 2;
 * a takes two at 0 for 1 s, gives one back, keeps the other 1 s; b wants one at 0: has it at 1. */
static void two_places_of_one_pool(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['0s'], 'route': 'b'}], 'pools': [{'name': 'c', 'size': 2}],"
          " 'routes': {'a': [{'acquire': 'c'}, {'acquire': 'c'}, {'delay': '1s'}, {'release': 'c'},"
          "                  {'delay': '1s'}, {'release': 'c'}],"
          "            'b': [{'acquire': 'c'}, {'delay': '1s'}, {'release': 'c'}]}},"
          " 'horizon': '10s'}",
          {"source", "a", "response.mean", 2}, {"source", "b", "response.mean", 2},
          {"pool", "c", "held.mean", 0.4}, {"pool", "c", "count.ok", 3});
}

/* Instances of a pool in rotation, each with its own line; visits follow the place held. Arrivals
 * at 0, 0, 0, places for one each: bays 0, 1, 0 (waits 2). */
static void visits_follow_the_place(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'w', 'size': 1, 'instances': 2, 'balancer': 'round_robin'}],"
          " 'stations': [{'name': 'x', 'instances': 2, 'with': 'w', 'demand': '2s'}],"
          " 'routes': {'r': [{'acquire': 'w'}, {'serve': 'x'}]}}, 'horizon': '10s'}",
          {"instance", "x[0]", "count.ok", 2}, {"instance", "x[1]", "count.ok", 1},
          {"pool_instance", "w[0]", "waiting.max", 2}, {"pool_instance", "w[1]", "held.mean", 0.2},
          {"pool_instance", "w[0]", "held.mean", 0.4}, {"pool", "w", "utilization", 0.3},
          {"network", "", "response.mean", 8.0 / 3});
}

/* In turn, one counter for all: delays of 1, 2, 3 s; seven customers of two sources at 0. The file
 * order makes it a0 1, a1 2, a2 3, b0 1, b1 2, b2 3, b3 1. */
static void in_turn(void **state) {
    (void)state;
    TRACE(
        "{'network': {'sources': [{'name': 'a', 'times': ['0s','0s','0s'], 'route': 'r'},"
        "  {'name': 'b', 'times': ['0s','0s','0s','0s'], 'route': 'r'}],"
        " 'routes': {'r': [{'branch': [{'steps': [{'delay': '1s'}]}, {'steps': [{'delay': '2s'}]},"
        "   {'steps': [{'delay': '3s'}, {'mark': 'third'}]}], 'in_turn': true}]}},"
        " 'horizon': '10s'}",
        {"source", "a", "response.mean", 2}, {"source", "b", "response.mean", 1.75},
        {"mark", "third", "count.ok", 2}, {"mark", "third", "response.mean", 3},
        {"network", "", "number.mean", 1.3});
}

/* Two visits of 1 s, twice over, then a called route of 0.5 s twice, and a goto to one of 0.25 s
 * that ends the request: (2 x 2) x 1 + 2 x 0.5 + 0.25. A route that is called and ends by goto
 * comes back to its caller. */
static void repeat_call_goto(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}],"
          " 'routes': {"
          "  'r': [{'repeat': [{'serve': 'x', 'times': 2}], 'times': 2}, {'call': 'half'},"
          "        {'call': 'half'}, {'goto': 'quarter'}],"
          "  'half': [{'delay': '250ms'}, {'goto': 'quarter'}],"
          "  'quarter': [{'delay': '250ms'}, {'mark': 'quarter'}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 5.25}, {"station", "x", "count.ok", 4},
          {"station", "x", "utilization", 0.4}, {"mark", "quarter", "count.ok", 1},
          {"network", "", "waiting.mean", 0});
}

/* Ping-pong by gotos until turn three fails: visits in turn go on, go on, fail. */
static void a_circle_of_gotos(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'ping'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}, {'name': 'y', 'demand': '2s'}],"
          " 'routes': {'ping': [{'serve': 'x'}, {'goto': 'pong'}],"
          "  'pong': [{'serve': 'y'}, {'branch': [{'steps': [{'goto': 'ping'}]},"
          "   {'steps': [{'goto': 'ping'}]}, {'steps': [{'fail': true}]}], 'in_turn': true}]}},"
          " 'horizon': '20s'}",
          {"network", "", "count.failed", 1}, {"network", "", "response_all.mean", 9},
          {"network", "", "response.mean", NAN}, {"station", "x", "count.ok", 3},
          {"station", "y", "utilization", 0.3}, {"network", "", "error_rate", 1});
}

/* Failing gives back everything. Pools of one place: a takes both at 0 and fails at 1 inside a loop
 * of a called route; b waits for the first, c for the second, and both have them at 1. */
static void failing_releases(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['500ms'], 'route': 'b'},"
          "  {'name': 'c', 'times': ['500ms'], 'route': 'c'}],"
          " 'pools': [{'name': 'p', 'size': 1}, {'name': 'q', 'size': 1}],"
          " 'routes': {'a': [{'acquire': 'p'}, {'acquire': 'q'}, {'call': 'deep'}],"
          "  'deep': [{'repeat': [{'delay': '1s'}, {'fail': true}], 'times': 3}],"
          "  'b': [{'acquire': 'p'}, {'delay': '1s'}], 'c': [{'acquire': 'q'}, {'delay': '2s'}]}},"
          " 'horizon': '5s'}",
          {"source", "a", "count.failed", 1}, {"source", "a", "response_all.mean", 1},
          {"source", "b", "response.mean", 1.5}, {"source", "c", "response.mean", 2.5},
          {"pool", "p", "held.mean", 0.4}, {"pool", "q", "held.mean", 0.6});
}

/* Being rejected at a full station gives back the pool's place too, in time for who waits: a holds
 * p and comes at 1 to the full x; b, waiting for p, has it at 1. */
static void rejection_releases(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'full', 'times': ['0s'], 'route': 'full'},"
          "  {'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['0s'], 'route': 'b'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '5s'}],"
          " 'pools': [{'name': 'p', 'size': 1}],"
          " 'routes': {'full': [{'serve': 'x'}],"
          "  'a': [{'acquire': 'p'}, {'delay': '1s'}, {'serve': 'x'}],"
          "  'b': [{'acquire': 'p'}, {'delay': '1s'}]}}, 'horizon': '10s'}",
          {"source", "a", "count.rejected", 1}, {"source", "a", "response_all.mean", 1},
          {"source", "b", "response.mean", 2}, {"station", "x", "count.rejected", 1},
          {"pool", "p", "held.mean", 0.2});
}

/* A cache that always hits and one that never does. */
static void caches(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','1s'], 'route': 'r'}],"
          " 'caches': [{'name': 'hot', 'hit': 1}, {'name': 'cold', 'hit': 0}],"
          " 'routes': {'r': ["
          "  {'cache': 'hot', 'hit': [{'delay': '1s'}], 'miss': [{'delay': '7s'}]},"
          "  {'cache': 'cold', 'hit': [{'delay': '7s'}], 'miss': [{'delay': '2s'}]},"
          "  {'cache': 'hot', 'miss': [{'delay': '7s'}]}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 3}, {"network", "", "response.max", 3},
          {"cache", "hot", "count.hits", 6}, {"cache", "hot", "hit_ratio", 1},
          {"cache", "cold", "count.misses", 3}, {"cache", "cold", "hit_ratio", 0},
          {"cache", "cold", "miss_rate", 0.3}, {"cache", "hot", "miss_rate", 0});
}

/* Marks by the way taken; a mark set twice counts once; a failing request is an error of its marks.
 * In turn: 1 s marked a, 2 s marked a and b, 3 s marked b that fails. */
static void marks(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','9s'], 'route': 'r'}],"
          " 'routes': {'r': [{'branch': ["
          "  {'steps': [{'mark': 'a'}, {'delay': '1s'}, {'mark': 'a'}]},"
          "  {'steps': [{'mark': 'a'}, {'delay': '2s'}, {'mark': 'b'}]},"
          "  {'steps': [{'mark': 'b'}, {'delay': '3s'}, {'fail': true}]}], 'in_turn': true}]}},"
          " 'horizon': '9500ms'}",
          {"mark", "a", "count.ok", 2}, {"mark", "a", "response.mean", 1.5},
          {"mark", "b", "count.ok", 1}, {"mark", "b", "count.failed", 1},
          {"mark", "b", "response.mean", 2}, {"mark", "b", "response_all.mean", 2.5},
          {"mark", "b", "error_rate", 0.5}, {"network", "", "count.in_flight", 1});
}

/* Two timeouts, one in the other, while a place is held. At 1 the outer one ends the request, which
 * gives the place back; the work goes on without it until the inner one ends that too, at 2. So
 * does the second customer's, who has the place from 1 to 2. */
static void timeouts_within_timeouts(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '5s'}],"
          " 'pools': [{'name': 'p', 'size': 1}],"
          " 'routes': {'r': [{'acquire': 'p'}, {'timeout': '1s', 'cancel': 'none', 'steps': ["
          "   {'timeout': '2s', 'cancel': 'all', 'steps': [{'serve': 'x'}]}]}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.timed_out", 2}, {"network", "", "response_all.mean", 1.5},
          {"pool", "p", "held.mean", 0.2}, {"station", "x", "number.mean", 0.4},
          {"station", "x", "count.ok", 0});
}

/* A change of class is a change even of who is counted where; to the class that it has already, and
 * where there is no other class, it is none. From 0 to 2 in a, from 2 to 5 in b. */
static void a_change_of_class(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'a': {}, 'b': {}},"
          " 'sources': [{'name': 's', 'class': 'a', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': {'a': '2s', 'b': '3s'}}],"
          " 'routes': {'r': [{'class': 'a'}, {'serve': 'x'}, {'class': 'b'}, {'serve': 'x'}]}},"
          " 'horizon': '10s'}",
          {"class", "a", "number.mean", 0.2}, {"class", "b", "number.mean", 0.3},
          {"station_class", "x/a", "count.ok", 1}, {"station_class", "x/b", "response.mean", 3},
          {"network", "", "response.mean", 5});
    TRACE(
        "{'network': {'classes': {'a': {}},"
        " 'sources': [{'name': 's', 'class': 'a', 'times': ['0s'], 'route': 'r'}],"
        " 'routes': {'r': [{'delay': '2s'}, {'class': 'a'}, {'delay': '3s'}]}}, 'horizon': '10s'}",
        {"class", "a", "number.mean", 0.5}, {"class", "a", "response.mean", 5});
}

/* One request that comes to a fleet of two twice: in some of 20 replications to each of them once
 * (half of the time; never, were its visits balanced by one and the same draw). */
static void balanced_anew_at_each_visit(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
                    " 'stations': [{'name': 'x', 'instances': 2, 'balancer': 'random',"
                    "   'demand': '1s'}],"
                    " 'pools': [{'name': 'p', 'size': 1, 'instances': 2, 'balancer': 'random'}],"
                    " 'routes': {'r': [{'serve': 'x'}, {'serve': 'x'}, {'acquire': 'p'},"
                    "   {'release': 'p'}, {'acquire': 'p'}, {'release': 'p'}]}},"
                    " 'horizon': '100s'}",
                    20, 1);
    const double *visits =
        std_metric_find(run.findings, "instance", "x[0]", "count.arrived")->values;
    const double *places =
        std_metric_find(run.findings, "pool_instance", "p[0]", "count.arrived")->values;
    int visited_both = 0;
    int held_both = 0;
    for (int r = 0; r < 20; r++) {
        visited_both += visits[r] == 1;
        held_both += places[r] == 1;
    }
    harness_free(&run);
    assert_in_range(visited_both, 3, 17);
    assert_in_range(held_both, 3, 17);
}

/* Entries of a branch, hits and misses with names are reported: entries in turn, of 1 and 3 s, four
 * requests; the second look-up of two is a hit (2 s), the first a miss (1 s). A goto ends the entry
 * that it stands in. */
static void names_of_branches(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'branch': [{'name': 'short', 'steps': [{'delay': '1s'}]},"
          "   {'name': 'long', 'steps': [{'delay': '3s'}, {'goto': 'rest'}]}], 'in_turn': true}],"
          "  'rest': [{'delay': '5s'}]}}, 'horizon': '20s'}",
          {"block", "short", "count.ok", 2}, {"block", "short", "response.mean", 1},
          {"block", "long", "count.ok", 2}, {"block", "long", "response.mean", 3},
          {"network", "", "response.mean", 4.5});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','5s'], 'route': 'r'}],"
          " 'caches': [{'name': 'k', 'policy': 'lru', 'keys': 1, 'capacity': 1}],"
          " 'routes': {'r': [{'cache': 'k', 'hit': {'name': 'found', 'steps': [{'delay': '2s'}]},"
          "   'miss': {'name': 'fetched', 'steps': [{'delay': '1s'}]}}]}}, 'horizon': '20s'}",
          {"block", "found", "response.mean", 2}, {"block", "fetched", "response.mean", 1},
          {"block", "found", "count.ok", 1}, {"cache", "k", "count.hits", 1});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_of_one),
        cmocka_unit_test(the_end_releases),
        cmocka_unit_test(patience_ends_as_a_place_comes_free),
        cmocka_unit_test(patience_ends_before),
        cmocka_unit_test(the_middle_of_the_line_leaves),
        cmocka_unit_test(a_full_waiting_room),
        cmocka_unit_test(pools_within_pools),
        cmocka_unit_test(two_places_of_one_pool),
        cmocka_unit_test(visits_follow_the_place),
        cmocka_unit_test(in_turn),
        cmocka_unit_test(repeat_call_goto),
        cmocka_unit_test(a_circle_of_gotos),
        cmocka_unit_test(failing_releases),
        cmocka_unit_test(rejection_releases),
        cmocka_unit_test(caches),
        cmocka_unit_test(marks),
        cmocka_unit_test(timeouts_within_timeouts),
        cmocka_unit_test(a_change_of_class),
        cmocka_unit_test(balanced_anew_at_each_visit),
        cmocka_unit_test(names_of_branches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
