/* Circuit breakers, by hand: when they open, half open and close, whom they refuse, and what
 * becomes of calls that are under way when that happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "tests/trace.h"

/* Calls of 1 s that take turns to succeed (1 s, within 2 s) or fail (3 s, at 2 s) as the demands
 * say. */
#define CALLS(times, demands, breaker)                                                             \
    "{'network': {'sources': [{'name': 's', 'times': [" times "], 'route': 'r'}],"                 \
    " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': 'sequence(" demands ")'}],"      \
    " 'breakers': [{'name': 'b', " breaker "}],"                                                   \
    " 'routes': {'r': [{'breaker': 'b', 'steps': [{'timeout': '2s', 'cancel': 'all', 'steps': ["   \
    "   {'serve': 'x'}]}]}]}}, 'horizon': '20s', 'sample_customers': 9}"

/* Of the last 4 calls, at least 2, half must fail. Ends: fails at 2 (1 of 1: too few), well at 3 (1
 * of 2: half): open from 3 to 8. Refused at 4; at 8 half open: the call is a probe, fails at 10:
 * open to 15. Refused at 14; at 15 a probe ends well at 16: closed, and nothing remembered: the
 * failure of 16.5, at 18.5, is 1 of 1. Open for 5 + 5 of 20 s, half open 8-10 and 15-16. */
static void opens_and_closes(void **state) {
    (void)state;
    TRACE(CALLS("'0s','2s','4s','8s','14s','15s','16500ms'", "3s, 1s, 1s, 3s, 1s, 1s, 3s",
                "'failures': '50%', 'calls': 2, 'over': 4, 'open_for': '5s'"),
          {"breaker", "b", "count.calls", 7}, {"breaker", "b", "count.refused", 2},
          {"breaker", "b", "refused_share", 2.0 / 7}, {"breaker", "b", "count.ok", 2},
          {"breaker", "b", "count.failed", 3}, {"breaker", "b", "count.opened", 2},
          {"breaker", "b", "open_share", 0.5}, {"breaker", "b", "half_open_share", 0.15},
          {"network", "", "count.failed", 2}, {"network", "", "count.timed_out", 3},
          {"network", "", "count.ok", 2}, {"station", "x", "count.arrived", 5});
}

/* The window slides: of the last two, both must fail. Ends at 2 badly, 3 well, 6 badly, 7 badly:
 * open from 7 on. Without "calls" the window must be full. */
static void the_window_slides(void **state) {
    (void)state;
    TRACE(CALLS("'0s','2s','4s','5s','8s'", "3s, 1s, 3s, 3s, 1s",
                "'failures': '100%', 'over': 2, 'open_for': '5s'"),
          {"breaker", "b", "count.opened", 1}, {"breaker", "b", "count.refused", 1},
          {"breaker", "b", "open_share", 0.25});
    TRACE(CALLS("'0s','3s'", "3s, 1s", "'failures': '100%', 'open_for': '5s'"),
          {"breaker", "b", "count.opened", 0}, {"breaker", "b", "count.refused", 0});
}

/* Two probes: at 7 the first, at 7 the second, the third of that instant is refused. The one ends
 * well at 8, the other badly at 9: open to 14. Then two that end well at 15.5 and 16: closed from
 * 16 on. Between them, at 15.75, one is refused: the first's end does not make room for a third. */
static void probes(void **state) {
    (void)state;
    TRACE(CALLS("'0s','7s','7s','7s','14500ms','15s','15750ms','17s'",
                "3s, 1s, 3s, 1s, 1s, 1s, 1s, 1s",
                "'failures': '100%', 'over': 1, 'open_for': '5s', 'probes': 2"),
          {"breaker", "b", "count.opened", 2}, {"breaker", "b", "count.refused", 2},
          {"breaker", "b", "count.ok", 4}, {"breaker", "b", "open_share", 0.5},
          {"breaker", "b", "half_open_share", (2 + 2) / 20.0});
}

/* What began before a change does not count after it. a (0 to 2) fails: open from 2 to 3. b began
 * when it was closed, and ends well at 2.5, while it is open: nothing. c, of 1.5, fails at 3.5,
 * when it is half open: not the probe, which comes at 3.25 and ends well at 4.25: closed. */
static void late_ends(void **state) {
    (void)state;
    TRACE(CALLS("'0s','1500ms','1500ms','3250ms','5s'", "3s, 1s, 3s, 1s, 1s",
                "'failures': '100%', 'over': 1, 'open_for': '1s'"),
          {"breaker", "b", "count.opened", 1}, {"breaker", "b", "count.refused", 0},
          {"breaker", "b", "count.failed", 2}, {"breaker", "b", "count.ok", 3},
          {"breaker", "b", "half_open_share", 1.25 / 20});
}

/* At one instant: an end comes before an arrival, so the call that arrives as the breaker opens is
 * refused, and the one that arrives as the time is over is a probe. A timeout and an end: the end
 * of 2 s is first, no failure. Two arrivals as the breaker half opens: file order. */
static void ties(void **state) {
    (void)state;
    TRACE(CALLS("'0s','2s','7s','7s'", "3s, 1s, 1s, 1s",
                "'failures': '100%', 'over': 1, 'open_for': '5s'"),
          {"breaker", "b", "count.refused", 2}, {"customer", "2", "response", NAN},
          {"customer", "3", "response", 1}, {"customer", "4", "response", NAN});
    TRACE(CALLS("'0s','2s'", "2s, 1s", "'failures': '100%', 'over': 1, 'open_for': '5s'"),
          {"breaker", "b", "count.opened", 0}, {"breaker", "b", "count.ok", 2});
}

/* A refusal is a failure like others: a retry around it tries again, after 2 s each: at 2 (refused:
 * open from 2 to 5), 4 (refused), 6: the probe. A breaker around a retry sees one call, however
 * many attempts. Only what `on` names counts: no timeouts here. */
static void retries(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "  {'name': 'r', 'times': ['2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '1s'}],"
          " 'breakers': [{'name': 'b', 'failures': '50%', 'over': 1, 'open_for': '3s'}],"
          " 'routes': {'a': [{'breaker': 'b', 'steps': [{'delay': '2s'}, {'fail': true}]}],"
          "  'r': [{'retry': {'attempts': 4, 'backoff': '2s', 'on': ['failed']}, 'steps': ["
          "    {'breaker': 'b', 'steps': [{'serve': 'x'}]}]}]}}, 'horizon': '20s'}",
          {"source", "r", "response.mean", 5}, {"source", "r", "attempts.mean", 3},
          {"breaker", "b", "count.refused", 2}, {"breaker", "b", "count.calls", 4});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '10s'}],"
          " 'breakers': [{'name': 'b', 'failures': '50%', 'over': 1, 'open_for': '3s',"
          "   'on': ['timed_out', 'failed']}],"
          " 'routes': {'r': [{'breaker': 'b', 'steps': [{'retry': {'attempts': 3, 'backoff': '1s'},"
          "    'steps': [{'serve': 'x'}]}]}]}}, 'horizon': '20s'}",
          {"breaker", "b", "count.calls", 2}, {"breaker", "b", "count.ok", 2},
          {"breaker", "b", "count.opened", 0}, {"network", "", "count.rejected", 1},
          {"station", "x", "count.arrived", 4});
}

/* Given up from outside, a call counts as neither, and a probe's place is free again. p, at 5, is
 * the probe of a breaker that opened at 0; it is withdrawn at 6; q, at 7, is the probe, ends well
 * at 8 and closes it. Not withdrawn, p goes on, and q is refused; p ends well at 8, and closes it.
 * What a call holds when it fails is given back. */
#define GIVEN_UP(cancel)                                                                           \
    "{'network': {'sources': [{'name': 'f', 'times': ['0s'], 'route': 'f'},"                       \
    "  {'name': 'p', 'times': ['5s'], 'route': 'p'}, {'name': 'q', 'times': ['7s','9s'],"          \
    "   'route': 'q'}],"                                                                           \
    " 'stations': [{'name': 'x', 'discipline': 'delay'}],"                                         \
    " 'breakers': [{'name': 'b', 'failures': '50%', 'over': 1, 'open_for': '4s'}],"                \
    " 'pools': [{'name': 'place', 'size': 1}],"                                                    \
    " 'routes': {'f': [{'breaker': 'b', 'steps': [{'acquire': 'place'}, {'fail': true}]}],"        \
    "  'p': [{'timeout': '1s', 'cancel': '" cancel "', 'steps': [{'breaker': 'b', 'steps': ["      \
    "    {'serve': 'x', 'demand': '3s'}]}]}],"                                                     \
    "  'q': [{'breaker': 'b', 'steps': [{'acquire': 'place'}, {'serve': 'x', 'demand': '1s'}]}]"   \
    " }}, 'horizon': '20s'}"

static void given_up(void **state) {
    (void)state;
    TRACE(GIVEN_UP("all"), {"breaker", "b", "count.withdrawn", 1}, {"source", "q", "count.ok", 2},
          {"breaker", "b", "count.refused", 0}, {"breaker", "b", "count.opened", 1},
          {"breaker", "b", "half_open_share", 4.0 / 20}, {"pool", "place", "held.end", 0},
          {"pool", "place", "waiting.mean", 0});
    TRACE(GIVEN_UP("none"), {"breaker", "b", "count.withdrawn", 0}, {"source", "q", "count.ok", 1},
          {"source", "q", "count.failed", 1}, {"breaker", "b", "count.ok", 2},
          {"breaker", "b", "half_open_share", 4.0 / 20});
}

/* Counts and times begin with the end of the warm-up: the breaker is open from 2 to 7, half open
 * to 9. From 4 on, of 16 s: 3 and 2. */
static void after_the_warm_up(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','3s','8s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': 'sequence(3s, 1s, 1s)'}],"
          " 'breakers': [{'name': 'b', 'failures': '50%', 'over': 1, 'open_for': '5s'}],"
          " 'routes': {'r': [{'breaker': 'b', 'steps': [{'timeout': '2s', 'steps': ["
          "   {'serve': 'x'}]}]}]}}, 'warmup': '4s', 'horizon': '20s'}",
          {"breaker", "b", "count.calls", 1}, {"breaker", "b", "count.opened", 0},
          {"breaker", "b", "open_share", 3.0 / 16}, {"breaker", "b", "half_open_share", 2.0 / 16});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opens_and_closes),
        cmocka_unit_test(the_window_slides),
        cmocka_unit_test(probes),
        cmocka_unit_test(late_ends),
        cmocka_unit_test(ties),
        cmocka_unit_test(retries),
        cmocka_unit_test(given_up),
        cmocka_unit_test(after_the_warm_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
