/* Limiters that make wait, by hand: who goes on when, what becomes of the tokens, the balance. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/trace.h"

#define GATE(times, limiter, tokens)                                                               \
    "{'network': {'sources': [{'name': 's', 'times': [" times "], 'route': 'r'}],"                 \
    " 'limiters': [{'name': 'gate', 'when_empty': 'wait', " limiter "}],"                          \
    " 'routes': {'r': [{'limit': 'gate', 'tokens': " tokens "}]}}, 'horizon': '10s',"              \
    " 'sample_customers': 5}"

/* One token a second, two at most. At 0 two pass; the third waits to 1, the fourth, of 0.5, to 2;
 * at 5 there are two again. The balance: 0 to 1 over the first second, the same over the next, 0 to
 * 2 from 2 to 4, 2 to 5, 1 to 2 from 5 to 6, 2 to the end: 0.5 + 0.5 + 2 + 2 + 1.5 + 8. */
static void who_waits(void **state) {
    (void)state;
    TRACE(GATE("'0s','0s','0s','500ms','5s'", "'rate': '1/s', 'burst': 2", "1"),
          {"customer", "1", "response", 0}, {"customer", "2", "response", 0},
          {"customer", "3", "response", 1}, {"customer", "4", "response", 1.5},
          {"customer", "5", "response", 0}, {"limiter", "gate", "count.passed", 5},
          {"limiter", "gate", "count.delayed", 2}, {"limiter", "gate", "count.refused", 0},
          {"limiter", "gate", "waiting.mean", 0.5}, {"limiter", "gate", "waiting.max", 1.5},
          {"limiter", "gate", "waiting_number.mean", 0.25},
          {"limiter", "gate", "waiting_number.max", 2}, {"limiter", "gate", "taken", 5},
          {"limiter", "gate", "balance.mean", 1.45}, {"limiter", "gate", "balance.min", 0},
          {"limiter", "gate", "balance.end", 2}, {"network", "", "waiting.mean", 0.5});
}

/* Tokens that come as somebody arrives go to the one who has waited. With room for one to wait the
 * third of those at 0 is rejected; the one at 1 has the room that the first in line leaves. */
static void ties_and_room(void **state) {
    (void)state;
    TRACE(GATE("'0s','0s','1s'", "'rate': '1/s', 'burst': 1", "1"),
          {"customer", "2", "response", 1}, {"customer", "3", "response", 1},
          {"limiter", "gate", "count.delayed", 2});
    TRACE(GATE("'0s','0s','0s','1s'", "'rate': '1/s', 'burst': 1, 'queue': 1", "1"),
          {"limiter", "gate", "count.refused", 1}, {"limiter", "gate", "count.passed", 3},
          {"network", "", "count.rejected", 1}, {"customer", "4", "response", 1},
          {"limiter", "gate", "refused_share", 0.25});
    TRACE(GATE("'0s','0s'", "'rate': '1/s', 'burst': 1, 'queue': 0", "1"),
          {"limiter", "gate", "count.refused", 1}, {"limiter", "gate", "count.delayed", 0});
}

/* A passage of 5 tokens through a bucket of 2: they are there at 3, and a smaller passage behind it
 * waits for it, and then for its own token, to 4. What is beyond the burst is promised, and not in
 * the balance: 2 up to 3, 0 to 1 up to 4, 0 to 2 up to 6, 2 to the end: 6 + 0.5 + 2 + 8. */
static void more_than_the_bucket(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['1s'], 'route': 'b'}],"
          " 'limiters': [{'name': 'gate', 'rate': '1/s', 'burst': 2, 'when_empty': 'wait'}],"
          " 'routes': {'a': [{'limit': 'gate', 'tokens': 5}], 'b': [{'limit': 'gate'}]}},"
          " 'horizon': '10s'}",
          {"source", "a", "response.mean", 3}, {"source", "b", "response.mean", 3},
          {"limiter", "gate", "taken", 6}, {"limiter", "gate", "balance.mean", 1.65},
          {"limiter", "gate", "balance.end", 2});
}

/* At 0 three come; b gives up. Withdrawn at 0.5 it leaves its tokens: c has them at 1. Not
 * withdrawn, it takes them at 1, and c waits to 2. At 1 both would happen: the tokens are first,
 * and b has its response. Those who wait when a large one in front leaves go at once. */
#define GIVES_UP(span, cancel)                                                                     \
    "{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'r'},"                       \
    "  {'name': 'b', 'times': ['0s'], 'route': 'b'}, {'name': 'c', 'times': ['0s'],"               \
    "   'route': 'r'}],"                                                                           \
    " 'limiters': [{'name': 'gate', 'rate': '1/s', 'burst': 1, 'when_empty': 'wait'}],"            \
    " 'routes': {'r': [{'limit': 'gate'}], 'b': [{'timeout': '" span "', 'cancel': '" cancel       \
    "', 'steps': [{'limit': 'gate'}]}]}}, 'horizon': '10s'}"

static void who_is_withdrawn(void **state) {
    (void)state;
    TRACE(GIVES_UP("500ms", "waiting"), {"source", "b", "count.timed_out", 1},
          {"source", "b", "response_all.mean", 0.5}, {"source", "c", "response.mean", 1},
          {"limiter", "gate", "count.withdrawn", 1}, {"limiter", "gate", "count.passed", 2},
          {"limiter", "gate", "taken", 2}, {"limiter", "gate", "waiting_number.mean", 0.15});
    TRACE(GIVES_UP("500ms", "all"), {"source", "c", "response.mean", 1},
          {"limiter", "gate", "taken", 2});
    TRACE(GIVES_UP("500ms", "none"), {"source", "b", "count.timed_out", 1},
          {"source", "c", "response.mean", 2}, {"limiter", "gate", "taken", 3},
          {"limiter", "gate", "count.withdrawn", 0});
    TRACE(GIVES_UP("1s", "all"), {"source", "b", "count.ok", 1},
          {"source", "c", "response.mean", 2}, {"limiter", "gate", "taken", 3});
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'b', 'times': ['0s','0s','0s'], 'route': 'b'}],"
          " 'limiters': [{'name': 'gate', 'rate': '1/s', 'burst': 2, 'when_empty': 'wait'}],"
          " 'routes': {'a': [{'timeout': '1s', 'cancel': 'all', 'steps': [{'limit': 'gate',"
          "    'tokens': 9}]}], 'b': [{'limit': 'gate'}]}}, 'horizon': '10s',"
          " 'sample_customers': 4}",
          {"customer", "2", "response", 1}, {"customer", "3", "response", 1},
          {"customer", "4", "response", 1}, {"limiter", "gate", "taken", 3});
}

/* An EBS gp2 volume: 3 credits a second and GiB, 5.4 million at the start and at most. Asked for
 * 3 000 operations a second, 300 at a time, a volume of 100 GiB has its first late one at 2 000 s,
 * the 20 000th: 5 400 000 - 19 999 x (300 - 30) = 270; one of 334 GiB at 2 702.7 s, the 27 027th:
 * 5 400 000 - 27 026 x (300 - 100.2) < 300. Users who ask as fast as they can are let through by a
 * ceiling of 3 000/s, then by the credits earned: in 2 500 s, 5 400 000 + 2 500 x 300 of them. */
#define VOLUME(rate, horizon)                                                                      \
    "{'network': {'sources': [{'name': 'io', 'arrivals': '100ms', 'route': 'r'}],"                 \
    " 'limiters': [{'name': 'credits', 'rate': '" rate "', 'burst': 5400000, 'when_empty':"        \
    "   'wait'}], 'routes': {'r': [{'limit': 'credits', 'tokens': 300}]}},"                        \
    " 'horizon': '" horizon "'}"

static void a_volume_that_bursts(void **state) {
    (void)state;
    TRACE(VOLUME("300/s", "1000s"), {"limiter", "credits", "balance.end", 2699970},
          {"limiter", "credits", "count.delayed", 0});
    TRACE(VOLUME("300/s", "1999950ms"), {"limiter", "credits", "count.passed", 19999},
          {"limiter", "credits", "count.delayed", 0});
    TRACE(VOLUME("300/s", "2000s"), {"limiter", "credits", "count.passed", 19999},
          {"limiter", "credits", "count.delayed", 1});
    TRACE(VOLUME("1002/s", "2702650ms"), {"limiter", "credits", "count.passed", 27026},
          {"limiter", "credits", "count.delayed", 0});
    TRACE(VOLUME("1002/s", "2800s"), {"limiter", "credits", "count.delayed", 28000 - 27026});
    TRACE("{'network': {'sources': [{'name': 'io', 'population': 4, 'route': 'r'}],"
          " 'limiters': [{'name': 'ceiling', 'rate': '3000/s', 'burst': 300, 'when_empty': 'wait'},"
          "  {'name': 'credits', 'rate': '300/s', 'burst': 5400000, 'when_empty': 'wait'}],"
          " 'routes': {'r': [{'limit': 'ceiling', 'tokens': 300},"
          "   {'limit': 'credits', 'tokens': 300}]}}, 'horizon': '2500050ms'}",
          {"limiter", "credits", "count.passed", 20500});
}

/* A volume without bursts: 3000 operations a second, a second's worth at the start, and 4000 asked
 * for, from 250 us on. Operation k finds 3000 - (k - 1) / 4 tokens: less than one from the 11 998th
 * on. At 9999.9 ms 39 999 have come, and 3000 (9.9999 s - 250 us) + 3000 tokens. */
static void a_volume_that_does_not(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'arrivals': '250us', 'route': 'r'}],"
          " 'limiters': [{'name': 'disk', 'rate': '3000/s', 'burst': 3000, 'when_empty': 'wait'}],"
          " 'routes': {'r': [{'limit': 'disk'}]}}, 'horizon': '9999900us'}",
          {"limiter", "disk", "count.delayed", 39999 - 11997},
          {"limiter", "disk", "count.passed", 32998},
          {"limiter", "disk", "waiting_number.end", 39999 - 32998});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits),
        cmocka_unit_test(ties_and_room),
        cmocka_unit_test(more_than_the_bucket),
        cmocka_unit_test(who_is_withdrawn),
        cmocka_unit_test(a_volume_that_bursts),
        cmocka_unit_test(a_volume_that_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
