/* Crashes of a pool's instances, by hand: who fails, what becomes of their work, who is let in
 * again, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/trace.h"

/* Two places. At 0 and 1 two take them, served to 10; at 2 one waits; the fourth, at 3, makes four:
 * all fail, at 3, the instance is down to 8. The one at 5 is rejected; those at 8 and 9 are served,
 * to 18 and 19. Held: 1 from 0 to 1, 2 to 3, 1 from 8 to 9, 2 to 18, 1 to 19. */
static void out_of_memory(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','3s','5s','8s','9s'],"
          "  'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '10s'}],"
          " 'pools': [{'name': 'memory', 'size': 2, 'crash': {'at': 4, 'down': '5s'}}],"
          " 'routes': {'r': [{'acquire': 'memory'}, {'serve': 'x'}]}}, 'horizon': '20s'}",
          {"pool", "memory", "count.crashes", 1}, {"pool", "memory", "count.crashed", 4},
          {"pool", "memory", "down", 5}, {"pool", "memory", "down_share", 0.25},
          {"pool", "memory", "count.rejected", 1}, {"pool", "memory", "count.failed", 2},
          {"pool", "memory", "count.ok", 4}, {"pool", "memory", "held.mean", (5 + 20) / 20.0},
          {"pool", "memory", "waiting_number.mean", 1.0 / 20}, {"network", "", "count.failed", 4},
          {"network", "", "count.rejected", 1}, {"network", "", "count.ok", 2},
          {"network", "", "response_all.mean", (3 + 2 + 1 + 0 + 0 + 10 + 10) / 7.0},
          {"station", "x", "count.failed", 2},
          {"station", "x", "busy.mean", (3 + 2 + 10 + 10) / 20.0});
}

/* Work is withdrawn wherever it is: in service, in line, in a delay, waiting for tokens, for a
 * place elsewhere, in backoff, at a fork, whose branches end; and what it held elsewhere is free at
 * once: the last one, of 2, finds the lock. */
static void wherever_it_is(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s','0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['0s'], 'route': 'b'}, {'name': 'c', 'times': ['0s','0s'],"
          "   'route': 'c'}, {'name': 'd', 'times': ['0s','0s'], 'route': 'd'},"
          "  {'name': 'e', 'times': ['0s'], 'route': 'e'}, {'name': 'f', 'times': ['0s'],"
          "   'route': 'f'}, {'name': 'last', 'times': ['1s'], 'route': 'last'},"
          "  {'name': 'free', 'times': ['2s'], 'route': 'free'}],"
          " 'stations': [{'name': 'x', 'demand': '9s'}],"
          " 'pools': [{'name': 'm', 'size': 20, 'crash': {'at': 10, 'down': '5s'}},"
          "   {'name': 'lock', 'size': 1}],"
          " 'limiters': [{'name': 'l', 'rate': '1/m', 'burst': 1, 'when_empty': 'wait'}],"
          " 'routes': {'a': [{'acquire': 'm'}, {'serve': 'x'}],"
          "   'b': [{'acquire': 'm'}, {'delay': '9s'}],"
          "   'c': [{'acquire': 'm'}, {'limit': 'l'}, {'delay': '9s'}],"
          "   'd': [{'acquire': 'm'}, {'acquire': 'lock'}, {'delay': '9s'}],"
          "   'e': [{'acquire': 'm'}, {'retry': {'attempts': 2, 'backoff': '9s'}, 'steps': ["
          "      {'fail': true}]}],"
          "   'f': [{'acquire': 'm'}, {'fork': [[{'serve': 'x'}], [{'delay': '9s'}]]}],"
          "   'last': [{'acquire': 'm'}], 'free': [{'acquire': 'lock'}, {'serve': 'x',"
          "      'demand': '1s'}]}}, 'horizon': '10s'}",
          {"pool", "m", "count.crashed", 10}, {"network", "", "count.failed", 10},
          {"network", "", "response_all.mean", 10.0 / 11}, {"source", "free", "response.mean", 1},
          {"source", "free", "waiting.mean", 0}, {"pool", "lock", "count.failed", 1},
          {"limiter", "l", "count.withdrawn", 1}, {"station", "x", "count.failed", 2},
          {"station", "x", "count.abandoned", 1}, {"network", "", "backoff.mean", 0.1},
          {"network", "", "number.mean", 1.0});
}

/* A retry around the acquire tries again: the first at 1 s after the crash of 1, rejected, and at
 * 3, when it is up. A retry inside began while the place was held, and does not hold it against the
 * crash. One that holds a place, waits for a second, and sees another come at 1, fails once. */
static void retries(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'out', 'times': ['0s'], 'route': 'out'},"
          "  {'name': 'in', 'times': ['0s'], 'route': 'in'}, {'name': 'third', 'times': ['1s'],"
          "   'route': 'third'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '4s'}],"
          " 'pools': [{'name': 'm', 'size': 1, 'crash': {'at': 3, 'down': '2s'}}],"
          " 'routes': {"
          "   'out': [{'retry': {'attempts': 9, 'backoff': '1s'}, 'steps': [{'acquire': 'm'},"
          "      {'serve': 'x'}]}],"
          "   'in': [{'acquire': 'm'}, {'retry': {'attempts': 9, 'backoff': '1s'}, 'steps': ["
          "      {'serve': 'x'}]}],"
          "   'third': [{'acquire': 'm'}]}}, 'horizon': '10s'}",
          {"source", "out", "response.mean", 7}, {"source", "out", "attempts.mean", 3},
          {"source", "in", "count.failed", 1}, {"source", "in", "attempts.mean", 1},
          {"source", "third", "count.failed", 1}, {"pool", "m", "count.rejected", 1},
          {"pool", "m", "count.crashed", 3});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
          " 'pools': [{'name': 'm', 'size': 1, 'crash': {'at': 3, 'down': '2s'}}],"
          " 'routes': {'r': [{'acquire': 'm'}, {'delay': '500ms'},"
          "   {'timeout': '5s', 'steps': [{'retry': {'attempts': 9, 'backoff': '1s'}, 'steps': ["
          "      {'acquire': 'm'}]}]}]}}, 'horizon': '10s'}",
          {"pool", "m", "count.crashes", 1}, {"pool", "m", "count.crashed", 2},
          {"network", "", "count.failed", 2}, {"network", "", "response_all.mean", 0.5},
          {"network", "", "attempts.mean", 1});
}

/* Three instances in turn, each of which crashes at 2: 0 to the first, 0 to the second, 0 to the
 * third, 1 to the first, which crashes, to 6; 2, 3: in turn to the two that are up, which crash, to
 * 7 and 8; 4: all are down: rejected; 6: the first is up. */
static void who_is_up(void **state) {
    (void)state;
    TRACE(
        "{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','1s','2s','3s','4s','6s'],"
        "  'route': 'r'}],"
        " 'pools': [{'name': 'm', 'size': 5, 'instances': 3, 'balancer': 'round_robin',"
        "   'crash': {'at': 2, 'down': '5s'}}],"
        " 'routes': {'r': [{'acquire': 'm'}, {'delay': '20s'}]}}, 'horizon': '10s'}",
        {"pool", "m", "count.crashes", 3}, {"pool", "m", "count.crashed", 6},
        {"pool", "m", "count.rejected", 1}, {"pool", "m", "down", 15},
        {"pool_instance", "m[0]", "count.crashed", 2}, {"pool_instance", "m[1]", "down", 5},
        {"pool_instance", "m[2]", "down_share", 0.5}, {"pool_instance", "m[0]", "held.end", 1},
        {"network", "", "count.failed", 6});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','1s','1s','1s'],"
          "  'route': 'r'}],"
          " 'pools': [{'name': 'm', 'size': 5, 'instances': 2, 'balancer': 'least_outstanding',"
          "   'ties': 'lowest', 'crash': {'at': 2, 'down': '5s'}}],"
          " 'routes': {'r': [{'acquire': 'm'}, {'delay': '20s'}]}}, 'horizon': '10s'}",
          {"pool_instance", "m[0]", "count.crashes", 1},
          {"pool_instance", "m[1]", "count.crashes", 1}, {"pool", "m", "count.rejected", 1});
}

/* A branch whose arrival makes the instance crash goes with its request, which holds a place there:
 * one request fails, at 1. With the place held by the branches only, the fork may do without. */
static void branches(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'm', 'size': 5, 'crash': {'at': 2, 'down': '5s'}}],"
          " 'routes': {'r': [{'acquire': 'm'}, {'fork': [[{'delay': '1s'}, {'acquire': 'm'}],"
          "    [{'delay': '9s'}]], 'join': 1}]}}, 'horizon': '10s'}",
          {"network", "", "count.failed", 1}, {"network", "", "response_all.mean", 1},
          {"pool", "m", "count.crashed", 1}, {"pool", "m", "held.end", 0});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'm', 'size': 5, 'crash': {'at': 2, 'down': '5s'}}],"
          " 'routes': {'r': [{'fork': [[{'acquire': 'm'}, {'delay': '9s'}],"
          "    [{'delay': '1s'}, {'acquire': 'm'}], [{'delay': '2s'}]], 'join': 1}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.ok", 1}, {"network", "", "response.mean", 2},
          {"pool", "m", "count.crashed", 2});
}

/* At one instant: what ends at 3 has left before the third comes: no crash; who comes as the time
 * is over, at 9, is let in. */
static void ties(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','3s','4s','9s'],"
          "  'route': 'r'}],"
          " 'pools': [{'name': 'm', 'size': 5, 'crash': {'at': 3, 'down': '5s'}}],"
          " 'routes': {'r': [{'acquire': 'm'}, {'delay': 'sequence(3s, 9s, 9s, 9s, 1s)'}]}},"
          " 'horizon': '20s'}",
          {"pool", "m", "count.crashes", 1}, {"pool", "m", "count.crashed", 3},
          {"network", "", "count.ok", 2}, {"pool", "m", "count.rejected", 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(out_of_memory), cmocka_unit_test(wherever_it_is),
        cmocka_unit_test(retries),       cmocka_unit_test(who_is_up),
        cmocka_unit_test(branches),      cmocka_unit_test(ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
