/* Who comes when, by hand: sources, closed users, populations over time, sessions; and what is
 * observed when a run has a warm-up or time buckets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "tests/harness.h"
#include "tests/trace.h"

/* The first arrival comes after one inter-arrival time: at 2, 4, .. 10 of 10 s (the one at the end
 * counts). With `first` at 0: 0, 2, .. 10. With `limit` 3: 2, 4, 6. In batches of 2, limit 5: two
 * at 2, two at 4, one at 6. A sequence gives value k to arrival k: 1, then 1 + 3, 1 + 3 + 1, ... */
static void first_limit_batch(void **state) {
    (void)state;
    TRACE("{'network': {'sources': ["
          "  {'name': 'plain', 'arrivals': '2s', 'route': 'r'},"
          "  {'name': 'first', 'arrivals': '2s', 'first': '0s', 'route': 'r'},"
          "  {'name': 'limit', 'arrivals': '2s', 'limit': 3, 'route': 'r'},"
          "  {'name': 'batch', 'arrivals': '2s', 'batch': 2, 'limit': 5, 'route': 'r'},"
          "  {'name': 'sequence', 'arrivals': 'sequence(1s, 3s)', 'route': 'r'},"
          "  {'name': 'late', 'arrivals': '2s', 'first': '7s', 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"source", "plain", "count.arrived", 5}, {"source", "plain", "count.in_flight", 1},
          {"source", "plain", "number.mean", 0.4}, {"source", "first", "count.arrived", 6},
          {"source", "first", "number.mean", 0.5}, {"source", "limit", "count.arrived", 3},
          {"source", "limit", "number.mean", 0.3}, {"source", "batch", "count.arrived", 5},
          {"source", "batch", "number.mean", 0.5}, {"source", "batch", "number.max", 2},
          {"source", "sequence", "count.arrived", 5}, /* 1, 4, 5, 8, 9 */
          {"source", "sequence", "number.mean", 0.5}, {"source", "sequence", "number.share.1", 0.5},
          {"source", "late", "count.arrived", 2}, /* 7, 9 */
          {"source", "late", "number.mean", 0.2});
}

/* Two who come in one batch at 1 come one after the other, each with all that follows at once: the
 * branches of the first one's fork are at the clerk before the second comes, as they are when a
 * trace says 1 s twice. The clerk takes 1 s: the first is done at 2, the second at 3. With zero
 * demand the first has left when the second comes to a place for one. */
static void one_by_one_from_a_batch(void **state) {
    (void)state;
    static const char *const sources[] = {"'arrivals': '1s', 'batch': 2, 'limit': 2",
                                          "'times': ['1s', '1s']"};
    for (int i = 0; i < 2; i++) {
        char text[700];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', %s, 'route': 'r'}],"
                 " 'stations': [{'name': 'x', 'demand': '1s'},"
                 "              {'name': 'one', 'demand': '0s', 'capacity': 1}],"
                 " 'routes': {'r': [{'serve': 'one'}, {'branch': ["
                 "   {'steps': [{'fork': [[{'serve': 'x'}], [{'delay': '9s'}]], 'join': 1},"
                 "              {'mark': 'first'}]},"
                 "   {'steps': [{'serve': 'x'}, {'mark': 'second'}]}], 'in_turn': true}]}},"
                 " 'horizon': '20s'}",
                 sources[i]);
        TRACE(text, {"network", "", "count.ok", 2}, {"station", "one", "count.ok", 2},
              {"mark", "first", "response.mean", 1}, {"mark", "second", "response.mean", 2});
    }
}

/* A run that stops at the second arrival stops there, in the middle of a batch of three. */
static void stop_within_a_batch(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'batch': 3, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '9s',"
          " 'stop': {'after': 2, 'of': 'arrivals'}}",
          {"network", "", "count.arrived", 2}, {"station", "x", "count.arrived", 2});
}

/* `first` and a rate over time: the others come later, by the rate from then on. The rate is 1000/s
 * until 1 s and 0 after: nobody follows one who comes at 2 s. */
static void first_and_a_rate_over_time(void **state) {
    (void)state;
    TRACE("{'network': {'sources': ["
          "  {'name': 's', 'rate': {'steps': [['0s','1000/s'],['1s','0/s']]}, 'first': '2s',"
          "   'route': 'r'}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.arrived", 1}, {"network", "", "number.mean", 0.1});
}

/* Two users who think 3 s, one clerk, 1 s. They come at 3 both: 3-4 and 4-5 (waits 1). Then at 7
 * and 8: 7-8, 8-9 (the second comes as the first leaves). Then at 11 and 12: the first is served
 * until 12, the end; the second has just come. */
static void closed_users(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'population': 2, 'think': '3s', 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '12s'}",
          {"network", "", "count.arrived", 6}, {"network", "", "count.ok", 5},
          {"network", "", "response.mean", 6.0 / 5}, {"network", "", "throughput", 5.0 / 12},
          {"station", "x", "utilization", 5.0 / 12}, {"network", "", "number.mean", 0.5},
          {"network", "", "number.end", 1}, {"source", "u", "users.mean", 2});
}

/* Without thought a user comes back at once, after all that leaves at that instant: two users, one
 * place of 1 s each in x and y; nobody is ever turned away, though each comes as another leaves. */
static void users_without_thought(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'population': 2, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}, {'name': 'y', 'capacity': 1, 'demand': "
          "'1s'}],"
          " 'routes': {'r': [{'serve': 'x'}, {'serve': 'y'}]}}, 'horizon': '10s'}",
          /* user 0: x 0-1, y 1-2, x 2-3, ..; user 1: x waits, 1-2, y 2-3, x 3-4, .. */
          {"network", "", "count.rejected", 0}, {"network", "", "count.ok", 9},
          {"station", "x", "utilization", 1}, {"station", "y", "utilization", 0.9},
          {"network", "", "response.mean", (2 * 8 + 3) / 9.0}, {"network", "", "number.mean", 2});
}

/* Values by request of the source: two users who do not think, demands 1, 2, 3, 4 s at an infinite
 * server. User 0: 0-1 (1 s), user 1: 0-2 (2 s), user 0: 1-4 (3 s), user 1: 2-6 (4 s), user 0:
 * 4-5 (1 s again), 5-7 (2 s), user 1: 6-9 (3 s), user 0: 7-11 (4 s). */
static void a_sequence_by_request(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'population': 2, 'route': 'r'}],"
          " 'routes': {'r': [{'delay': 'sequence(1s, 2s, 3s, 4s)'}]}}, 'horizon': '8500ms'}",
          {"network", "", "count.ok", 6}, {"network", "", "count.arrived", 8},
          {"network", "", "response.mean", (1 + 2 + 3 + 4 + 1 + 2) / 6.0});
}

/* Users 1, 2, 3 start when the profile reaches them, at 1, 2 and 3 s (0 to 3 in 3 s). From 5 to 8 s
 * it falls back to 0: user 3 stops at 5, as it leaves 3, user 2 at 6 and user 1 at 7. Requests of
 * 1.5 s without a pause, at an infinite server; each stops after its request in hand.
 *
 *   user 1: 1-2.5-4-5.5-7-8.5: at 7 its request ends first, and it leaves then
 *   user 2: 2-3.5-5-6.5: told to stop at 6
 *   user 3: 3-4.5-6: told to stop at 5 */
static void population_up_and_down(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'route': 'r',"
          "   'population': [['0s',0],['3s',3],['5s',3],['8s',0]]}],"
          " 'routes': {'r': [{'delay': '1500ms'}]}}, 'horizon': '10s'}",
          {"network", "", "count.arrived", 9}, {"network", "", "count.ok", 9},
          {"network", "", "number.mean", (6 + 4.5 + 3) / 10},
          {"source", "u", "users.mean", (6 + 4.5 + 3) / 10}, {"source", "u", "users.max", 3},
          {"source", "u", "users.end", 0}, {"source", "u", "users.share.3", 0.3});
}

/* A user who is to stop while it thinks leaves at once: nobody comes at the very instant at which
 * the population changes. Population 1 until 2 s, then (by 2.000000001 s) 0; thought of 2 s and
 * of 1. */
static void stopping_while_thinking(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'route': 'r', 'think': '2s',"
          "   'population': [['0s',1],['2s',1],['3s',0]]}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '5s'}",
          {"network", "", "count.arrived", 0}, {"source", "u", "users.mean", 0.4});
    TRACE("{'network': {'sources': [{'name': 'u', 'route': 'r', 'think': '1s',"
          "   'population': [['0s',1],['2s',1],['3s',0]]}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '5s'}",
          /* comes at 1, is done at 2, told to stop at 2 while it thinks again */
          {"network", "", "count.arrived", 1}, {"source", "u", "users.mean", 0.4});
}

/* Down and up again: told to stop at 2, wanted again at 3, with a request of 4 s in hand: the user
 * stays as if nothing had happened. Then 2 users from 6 on. */
static void population_down_and_up(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'route': 'r',"
          "   'population': [['0s',1],['2s',1],['2500ms',0],['3s',1],['5s',1],['6s',2]]}],"
          " 'routes': {'r': [{'delay': '4s'}]}}, 'horizon': '10s'}",
          /* user 1: 0-4, 4-8, 8-; user 2: 6-10, and comes back at 10 */
          {"network", "", "count.arrived", 5}, {"network", "", "count.ok", 3},
          {"source", "u", "users.mean", 1.4}, {"network", "", "number.mean", 1.4});
}

/* What is seen between 3 s, the end of the warm-up, and 10 s. One clerk.
 *
 *   customer  comes  demand  starts  leaves
 *      0        0      2       0       2     not seen
 *      1        1      3       2       5     ends in view: response 4; its waiting was before
 *      2        2      2       5       7     waiting 3, response 5
 *      3        3      1       7       8     comes at the very end of the warm-up: it did not
 * arrive in view, but waits (4) and ends (5) there 4        8      3       8      11     in flight
 *
 * Number: [3,5) 3, [5,7) 2, [7,8) 1, [8,10) 1. */
static void a_warm_up(void **state) {
    (void)state;
    TRACE("{'network': {'sources': ["
          "  {'name': 's', 'times': ['0s','1s','2s','3s','8s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x'}],"
          " 'routes': {'r': [{'serve': 'x', 'demand': 'sequence(2s, 3s, 2s, 1s, 3s)'}]}},"
          " 'horizon': '10s', 'warmup': '3s'}",
          {"network", "", "count.arrived", 1}, {"network", "", "count.ok", 3},
          {"network", "", "count.in_flight", 1}, {"network", "", "throughput", 3.0 / 7},
          {"network", "", "response.mean", 14.0 / 3}, {"network", "", "number.mean", 13.0 / 7},
          {"network", "", "number.max", 3}, {"network", "", "number.share.1", 3.0 / 7},
          {"station", "x", "count.arrived", 1}, {"station", "x", "count.ok", 3},
          {"station", "x", "waiting.mean", 7.0 / 3}, {"station", "x", "waiting.max", 4},
          {"station", "x", "utilization", 1}, {"station", "x", "number.mean", 13.0 / 7});
}

/* A place held over the end of the warm-up: held in view from 2 to 3 of [2,10). */
static void a_place_over_the_warm_up(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['1s','2s'], 'route': 'r'}],"
          " 'pools': [{'name': 'p', 'size': 1}],"
          " 'routes': {'r': [{'acquire': 'p'}, {'delay': '2s'}]}},"
          " 'horizon': '10s', 'warmup': '2s'}",
          /* 1-3; comes at 2, waits until 3, 3-5 */
          {"pool", "p", "held.mean", 3.0 / 8}, {"pool", "p", "waiting_number.mean", 1.0 / 8},
          {"pool", "p", "count.arrived", 0}, {"pool", "p", "count.ok", 1},
          {"network", "", "count.ok", 2});
}

static double point(const struct harness_run *run, const char *scope, const char *entity,
                    const char *name, int bucket) {
    return std_series_find(run->findings, scope, entity, name)->points[bucket].value;
}

/* Buckets of 4 s from the end of the warm-up at 1: [1,5), [5,9), [9,10). Demand 3 s, one clerk.
 * Arrivals at 0, 1, 5, 9: served 0-3, 3-6, 6-9, 9-12. What happens at a bucket's end is still of
 * it: arrivals in view 0 + (at 5) 1, (at 9) 1, 0; completions (3), (6 and 9), none. */
static void time_buckets(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','5s','9s'],"
                    "   'route': 'r'}], 'stations': [{'name': 'x', 'demand': '3s'}],"
                    " 'routes': {'r': [{'serve': 'x'}]}},"
                    " 'horizon': '10s', 'warmup': '1s', 'buckets': '4s'}",
                    1, 1);
    const double arrivals[] = {1.0 / 4, 1.0 / 4, 0};
    const double completions[] = {1.0 / 4, 2.0 / 4, 0};
    const double number[] = {(4 + 2) / 4.0, (1 + 4) / 4.0, 1};
    assert_int_equal(run.findings->bucket_count, 3);
    for (int b = 0; b < 3; b++) {
        assert_true(fabs(point(&run, "network", "", "arrivals", b) - arrivals[b]) < 1e-12);
        assert_true(fabs(point(&run, "network", "", "completions", b) - completions[b]) < 1e-12);
        assert_true(fabs(point(&run, "network", "", "present", b) - number[b]) < 1e-12);
        assert_true(fabs(point(&run, "station", "x", "utilization", b) - 1) < 1e-12);
    }
    harness_free(&run);
}

/* A user who comes at 1 and stays 10 s, actions back to back: each of 3 requests over 6 s, due at
 * 0, 2 and 4 s of the action, each not before the previous response. Requests take 1 s, but the
 * second takes 5 s: 1-2, 3-8, then the third, due at 5, at 8-9; the action ends at 9, later than 7.
 * The next begins at 9 and is done in full though the stay ends at 11: 9-10, 11-12, 13-14, over
 * at 15. No other begins. */
static void a_session(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'times': ['1s'], 'route': 'r',"
          "   'session': {'stay': '10s', 'start': 'back_to_back',"
          "     'actions': [{'name': 'a', 'duration': '6s', 'requests': 3}]}}],"
          " 'routes': {'r': [{'delay': 'sequence(1s, 5s, 1s, 1s, 1s, 1s)'}]}}, 'horizon': '20s'}",
          {"network", "", "count.arrived", 6}, {"network", "", "count.ok", 6},
          {"network", "", "response.mean", 10.0 / 6}, {"network", "", "number.mean", 0.5},
          {"source", "u", "users.mean", 0.5}, {"source", "u", "users.end", 0});
}

/* An action that ends as the stay does: no other begins. Stay 4 s, actions of 2 s: at 0 and 2. With
 * 4.000000001 s there is a third. */
static void the_end_of_a_stay(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'times': ['0s'], 'route': 'r',"
          "   'session': {'stay': '4s', 'start': 'back_to_back',"
          "     'actions': [{'name': 'a', 'duration': '2s'}]}}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '20s'}",
          {"network", "", "count.arrived", 2}, {"source", "u", "users.mean", 0.2});
    TRACE("{'network': {'sources': [{'name': 'u', 'times': ['0s'], 'route': 'r',"
          "   'session': {'stay': '2s', 'start': 'back_to_back',"
          "     'actions': [{'name': 'a', 'duration': '2s'}]}}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '20s'}",
          {"network", "", "count.arrived", 1});
    TRACE("{'network': {'sources': [{'name': 'u', 'times': ['0s'], 'route': 'r',"
          "   'session': {'stay': '4000000001ns', 'start': 'back_to_back',"
          "     'actions': [{'name': 'a', 'duration': '2s'}]}}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '20s'}",
          {"network", "", "count.arrived", 3});
}

/* Closed users in sessions, back to back: two users, actions of 3 s with two requests, at 0 and
 * 1.5 s, of 1 s each. Population 2 until 4 s, 1 until 5 s, then none.
 *
 *   user 1: 0-1, 1.5-2.5, over at 3; 3-4, 4.5-5.5: told to stop at 5, after this one
 *   user 2: 0-1, 1.5-2.5, over at 3; 3-4: told to stop at 4, when it has just ended: at once */
static void closed_sessions(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'route': 'r',"
          "   'population': [['0s',2],['4s',2],['5s',1],['6s',0]],"
          "   'session': {'start': 'back_to_back',"
          "     'actions': [{'name': 'a', 'duration': '3s', 'requests': 2}]}}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.arrived", 7}, {"network", "", "count.ok", 7},
          {"network", "", "number.mean", 0.7}, {"source", "u", "users.mean", (5.5 + 4) / 10});
}

/* Requests take the class and the route of their action. */
static void actions_have_classes(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'read': {}, 'write': {}},"
          " 'sources': [{'name': 'u', 'class': 'read', 'times': ['0s'],"
          "   'session': {'stay': '1s', 'start': 'back_to_back',"
          "     'actions': [{'name': 'w', 'class': 'write', 'route': 'r', 'requests': 2,"
          "       'duration': '4s'}]}}],"
          " 'stations': [{'name': 'x', 'demand': {'read': '1s', 'write': '500ms'}}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"class", "write", "count.ok", 2}, {"class", "write", "response.mean", 0.5},
          {"class", "read", "count.arrived", 0}, {"station_class", "x/write", "count.ok", 2},
          {"class", "write", "number.mean", 0.1});
}

/* Exactly N by a cumulative curve: all of them by its end, none where it is flat. A last point of
 * 99.99995 % is 100 %: of 10^5 customers none is lost. */
static void a_fixed_number(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'route': 'r', 'arrived_by': {'total': 1000,"
          "   'curve': [['1s','0%'],['2s','100%']], 'count': 'fixed'}}],"
          " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '10s', 'warmup': '1s'}",
          {"network", "", "count.arrived", 1000}, {"network", "", "count.ok", 1000},
          {"network", "", "response.p50", 1}, {"network", "", "number.mean", 1000.0 / 9});
    static const char *const shapes[] = {"linear", "smooth"};
    for (int i = 0; i < 2; i++) {
        char text[500];
        snprintf(text, sizeof text,
                 "{'network': {'sources': [{'name': 's', 'route': 'r', 'arrived_by': {"
                 "   'total': 100000, 'curve': [['1s','40%%'],['2s','99.99995%%']],"
                 "   'count': 'fixed', 'shape': '%s'}}],"
                 " 'routes': {'r': [{'delay': '1s'}]}}, 'horizon': '3s'}",
                 shapes[i]);
        TRACE(text, {"network", "", "count.arrived", 100000}, {"network", "", "count.ok", 100000});
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_limit_batch),
        cmocka_unit_test(one_by_one_from_a_batch),
        cmocka_unit_test(stop_within_a_batch),
        cmocka_unit_test(first_and_a_rate_over_time),
        cmocka_unit_test(closed_users),
        cmocka_unit_test(users_without_thought),
        cmocka_unit_test(a_sequence_by_request),
        cmocka_unit_test(population_up_and_down),
        cmocka_unit_test(stopping_while_thinking),
        cmocka_unit_test(population_down_and_up),
        cmocka_unit_test(a_warm_up),
        cmocka_unit_test(a_place_over_the_warm_up),
        cmocka_unit_test(time_buckets),
        cmocka_unit_test(a_session),
        cmocka_unit_test(the_end_of_a_stay),
        cmocka_unit_test(closed_sessions),
        cmocka_unit_test(actions_have_classes),
        cmocka_unit_test(a_fixed_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
