/* Routes, by hand, beyond the first steps: forks, work on its own, timeouts, retries, limiters,
 * stores; what happens at one instant; and what is looked at on request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "tests/trace.h"

/* --- forks -------------------------------------------------------------------------------------
 */

/* Branches of 3, 1 and 2 s at stations of their own: all end at 3, the first at 1, two at 2. The
 * request goes on with 1 s at the last station. Those that nobody waits for go on, and hold their
 * servers to their end; withdrawn with `cancel_rest`. */
#define FORK(rest)                                                                                 \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'stations': [{'name': 'a'}, {'name': 'b'}, {'name': 'c'}, {'name': 'end'}],"                 \
    " 'routes': {'r': [{'fork': [[{'serve': 'a', 'demand': '3s'}],"                                \
    "    [{'serve': 'b', 'demand': '1s'}], [{'serve': 'c', 'demand': '2s'}]]" rest "},"            \
    "   {'serve': 'end', 'demand': '1s'}]}}, 'horizon': '10s'}"

static void fork_and_join(void **state) {
    (void)state;
    TRACE(FORK(", 'name': 'parts'"), {"network", "", "response.mean", 4},
          {"block", "parts", "response.mean", 3}, {"station", "a", "utilization", 0.3},
          {"station", "b", "utilization", 0.1}, {"network", "", "number.mean", 0.4},
          {"network", "", "waiting.mean", 0});
    TRACE(FORK(", 'join': 1"), {"network", "", "response.mean", 2},
          {"station", "a", "utilization", 0.3}, {"station", "a", "count.ok", 1},
          {"station", "c", "utilization", 0.2});
    TRACE(FORK(", 'join': 2, 'cancel_rest': true"), {"network", "", "response.mean", 3},
          {"station", "a", "utilization", 0.2}, {"station", "a", "count.ok", 0},
          {"station", "c", "utilization", 0.2}, {"station", "a", "count.abandoned", 1});
}

/* Three copies at one server, 1 s each: they end at 1, 2, 3. With join 2 and cancel_rest the third
 * is withdrawn at 2, as its service starts; one that waits in line is withdrawn too: the request
 * that comes at 1.5 is served from 2. */
static void copies(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'},"
          "  {'name': 'o', 'times': ['1500ms'], 'route': 'o'}],"
          " 'stations': [{'name': 'x', 'demand': '1s'}],"
          " 'routes': {'r': [{'fork': [{'serve': 'x'}], 'copies': 4, 'join': 2,"
          "   'cancel_rest': true}], 'o': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"source", "s", "response.mean", 2}, {"source", "o", "response.mean", 1.5},
          {"station", "x", "count.ok", 3}, {"station", "x", "count.abandoned", 2},
          {"station", "x", "utilization", 0.3});
}

/* A branch that fails fails the request when too few are left, at once; with join 1 the other one
 * will do. What the request held is given back. */
static void a_branch_fails(void **state) {
    (void)state;
#define HALF(join)                                                                                 \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'pools': [{'name': 'p', 'size': 1}], 'stations': [{'name': 'a'}],"                           \
    " 'routes': {'r': [{'acquire': 'p'}, {'fork': [[{'serve': 'a', 'demand': '3s'}],"              \
    "   [{'delay': '1s'}, {'branch': [{'p': 1, 'steps': [{'fail': true}]}, {'p': 0}]}]],"          \
    "   'join': " join "}]}}, 'horizon': '10s'}"
    TRACE(HALF("2"), {"network", "", "count.failed", 1}, {"network", "", "response_all.mean", 1},
          {"pool", "p", "held.mean", 0.1}, {"station", "a", "count.ok", 1});
    TRACE(HALF("1"), {"network", "", "count.ok", 1}, {"network", "", "response.mean", 3},
          {"pool", "p", "held.mean", 0.3});
}

/* Marks and attempts of every branch that ended are the request's. The first branch fails once, and
 * ends at 1 after a backoff of 1 s; the second ends at 2. */
static void what_branches_leave(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'fork': [["
          "    {'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': ["
          "       {'branch': [{'steps': [{'fail': true}]}, {}], 'in_turn': true}]},"
          "     {'mark': 'first'}], [{'mark': 'second'}, {'delay': '2s'}]]}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 1}, {"network", "", "response.mean", 2},
          {"mark", "first", "response.mean", 2}, {"mark", "second", "response.mean", 2},
          {"network", "", "attempts.mean", 2}, {"network", "", "backoff.mean", 0.1});
}

/* Forks within forks, and a pool that a branch's visits go with. */
static void forks_within_forks(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'fork': [[{'fork': [[{'delay': '1s'}], [{'delay': '4s'}]],"
          "     'join': 1}, {'delay': '1s'}], [{'delay': '3s'}]]}, {'delay': '1s'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "response.mean", 4}, {"network", "", "count.in_flight", 0});
}

/* What is done on its own delays nobody: the request ends at 1; its mail is served from 0 to 3. At
 * the end of the run one mail waits. */
static void on_its_own(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','8s','8s'], 'route': 'r'}],"
          " 'stations': [{'name': 'mail', 'demand': '3s'}],"
          " 'routes': {'r': [{'async': [{'serve': 'mail'}]}, {'delay': '1s'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "response.mean", 1}, {"network", "", "count.ok", 3},
          {"station", "mail", "utilization", 0.5}, {"station", "mail", "count.ok", 1},
          {"station", "mail", "number.end", 2}, {"network", "", "number.mean", 0.3});
}

/* --- timeouts ----------------------------------------------------------------------------------
 */

/* One server, 3 s; a at 0 and b at 1, each within 2 s.
 *   none:    a fails at 2 but is served to 3; b fails at 3, is served from 3 to 6
 *   waiting: a is served to 3; b fails at 3: as a's service ends at 3 first, b has started, and is
 *            served to 6; a third, c at 2.5, fails at 4.5, withdrawn from the line
 *   all:     a is withdrawn at 2, b served from 2 to 3, withdrawn; c is served from 3, out at 4.5
 */
#define TIMEOUT(cancel)                                                                            \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2500ms'], 'route': 'r'}],"        \
    " 'stations': [{'name': 'x', 'demand': '3s'}],"                                                \
    " 'routes': {'r': [{'timeout': '2s', 'cancel': '" cancel "', 'name': 'try', 'steps': ["        \
    "   {'serve': 'x'}]}, {'delay': '1s'}]}}, 'horizon': '10s'}"

static void timeouts(void **state) {
    (void)state;
    TRACE(TIMEOUT("none"), {"network", "", "count.timed_out", 3},
          {"network", "", "response_all.mean", 2}, {"station", "x", "count.ok", 3},
          {"station", "x", "utilization", 0.9}, {"station", "x", "number.mean", 1.45},
          {"block", "try", "count.timed_out", 3}, {"network", "", "number.mean", 0.6},
          {"network", "", "response.mean", NAN});
    TRACE(TIMEOUT("waiting"), {"network", "", "count.timed_out", 3},
          {"station", "x", "count.ok", 2}, {"station", "x", "count.timed_out", 1},
          {"station", "x", "utilization", 0.6}, {"station", "x", "number.mean", 1.0});
    TRACE(TIMEOUT("all"), {"network", "", "count.timed_out", 3}, {"station", "x", "count.ok", 0},
          {"station", "x", "count.timed_out", 3}, {"station", "x", "utilization", 0.45},
          {"station", "x", "number.mean", 0.6});
}

/* The clock covers waiting for a place, service and all that is inside; it stops at the block's
 * end. An orphan keeps its place to its end. Within 2 s: acquire, 1 s, and 2 s more: fails at 2,
 * the place is given back at 3 (none) or at 2 (all). */
static void places_of_orphans(void **state) {
    (void)state;
#define ORPHAN(cancel)                                                                             \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'pools': [{'name': 'p', 'size': 1}, {'name': 'q', 'size': 1}], 'stations': [{'name': 'x'}]," \
    " 'routes': {'r': [{'acquire': 'q'}, {'timeout': '2s', 'cancel': '" cancel "', 'steps': ["     \
    "   {'acquire': 'p'}, {'serve': 'x', 'demand': '1s'}, {'serve': 'x', 'demand': '2s'}]}]}},"    \
    " 'horizon': '10s'}"
    TRACE(ORPHAN("none"), {"pool", "p", "held.mean", 0.3}, {"pool", "q", "held.mean", 0.2},
          {"network", "", "count.timed_out", 1}, {"station", "x", "count.ok", 2});
    TRACE(ORPHAN("waiting"), {"pool", "p", "held.mean", 0.3}, {"pool", "q", "held.mean", 0.2});
    TRACE(ORPHAN("all"), {"pool", "p", "held.mean", 0.2}, {"pool", "q", "held.mean", 0.2},
          {"station", "x", "count.ok", 1}, {"station", "x", "count.timed_out", 1});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'timeout': '2s', 'steps': [{'delay': '1s'}]}, {'delay': '3s'}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.ok", 1}, {"network", "", "response.mean", 4});
}

/* A timeout around a fork: its branches are withdrawn (all), only the one that waits (waiting), or
 * none. Server x: one branch 3 s in service, the other waits; fails at 1. */
static void a_fork_in_time(void **state) {
    (void)state;
#define INTIME(cancel)                                                                             \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'stations': [{'name': 'x', 'demand': '3s'}],"                                                \
    " 'routes': {'r': [{'timeout': '1s', 'cancel': '" cancel "', 'steps': [{'fork': "              \
    "   [{'serve': 'x'}], 'copies': 2}]}]}}, 'horizon': '10s'}"
    TRACE(INTIME("none"), {"network", "", "count.timed_out", 1},
          {"network", "", "response_all.mean", 1}, {"station", "x", "number.mean", 0.9});
    TRACE(INTIME("waiting"), {"station", "x", "number.mean", 0.4},
          {"station", "x", "utilization", 0.3});
    TRACE(INTIME("all"), {"station", "x", "number.mean", 0.2},
          {"station", "x", "utilization", 0.1});
}

/* Timeouts within timeouts: the inner one of 1 s is retried at once, the outer one of 2.5 s ends
 * the third attempt. Nothing is cancelled: three orphans of 4 s each at a station for all. */
static void timeouts_within_timeouts(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '4s'}],"
          " 'routes': {'r': [{'timeout': '2500ms', 'steps': [{'retry': {'attempts': 9},"
          "   'steps': [{'timeout': '1s', 'steps': [{'serve': 'x'}]}]}]}]}}, 'horizon': '20s'}",
          {"network", "", "count.timed_out", 1}, {"network", "", "response_all.mean", 2.5},
          /* the orphan of the outer timeout goes on trying: attempts at 0, 1, 2, ... 8 */
          {"station", "x", "count.arrived", 9}, {"station", "x", "number.max", 4});
}

/* --- retries -----------------------------------------------------------------------------------
 */

/* Fails twice, then succeeds. Exponential backoff 1 s, then 2 s: 1 + 2 = 3 s, and 0.5 s of work in
 * each attempt: 4.5 s. The clock of the timeout around each attempt starts anew. */
static void attempts_and_backoff(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'retry': {'attempts': 3, 'backoff': {'base': '1s'}}, 'name': 'all',"
          "   'steps': [{'timeout': '1s', 'name': 'one', 'steps': [{'delay': '500ms'}]},"
          "     {'branch': [{'steps': [{'fail': true}]}, {'steps': [{'fail': true}]}, {}],"
          "      'in_turn': true}]}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 1}, {"network", "", "response.mean", 4.5},
          {"network", "", "attempts.mean", 3}, {"network", "", "waiting.mean", 3},
          {"network", "", "backoff.mean", 0.3}, {"block", "all", "response.mean", 4.5},
          {"block", "one", "count.ok", 3}, {"block", "one", "response.mean", 0.5});
}

/* Attempts include the first; when they are used up the request fails with the last failure. A list
 * of backoffs, the last for all further ones: 1, 2, 2 s. A maximum of the exponential: 1, 2, 3, 3.
 */
static void attempts_end(void **state) {
    (void)state;
#define ATTEMPTS(retry)                                                                            \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'routes': {'r': [{'retry': {" retry "}, 'steps': [{'branch': [{'p': 1, 'steps': ["           \
    "  {'fail': true}]}, {'p': 0}]}]}]}}, 'horizon': '30s'}"
    TRACE(ATTEMPTS("'attempts': 4, 'backoff': ['1s', '2s']"), {"network", "", "count.failed", 1},
          {"network", "", "response_all.mean", 5}, {"network", "", "attempts.mean", 4});
    TRACE(ATTEMPTS("'attempts': 5, 'backoff': {'base': '1s', 'max': '3s'}"),
          {"network", "", "response_all.mean", 9}, {"network", "", "attempts.mean", 5});
    TRACE(ATTEMPTS("'attempts': 3, 'backoff': {'base': '1s', 'factor': 5}"),
          {"network", "", "response_all.mean", 6});
    TRACE(ATTEMPTS("'attempts': 1"), {"network", "", "count.failed", 1},
          {"network", "", "response_all.mean", 0});
    TRACE(ATTEMPTS("'attempts': 3, 'on': ['rejected']"), {"network", "", "attempts.mean", 1},
          {"network", "", "count.failed", 1});
    TRACE(ATTEMPTS("'attempts': 'unlimited', 'backoff': '7s'"),
          {"network", "", "count.in_flight", 1}, {"network", "", "backoff.mean", 1});
}

/* Inside a retry a rejection is not the end: one place, a for 3 s from 0; b at 1 tries at 1, 2 and
 * 3, as a has left. Patience and a pool's waiting timeout likewise. */
static void losses_are_retried(void **state) {
    (void)state;
#define LOSS(station, pools, steps)                                                                \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}]," pools           \
    " 'stations': [{'name': 'x', 'demand': '3s'" station "}],"                                     \
    " 'routes': {'r': [{'retry': {'attempts': 9, 'backoff': '1s'}, 'steps': [" steps "]}]}},"      \
    " 'horizon': '10s', 'sample_customers': 2}"
    TRACE(LOSS(", 'capacity': 1", "", "{'serve': 'x'}"), {"customer", "2", "response", 5},
          {"station", "x", "count.rejected", 2}, {"network", "", "attempts.mean", 2},
          {"network", "", "count.rejected", 0});
    TRACE(LOSS(", 'patience': '250ms'", "", "{'serve': 'x'}"), /* waits 1-1.25, 2.25-2.5, 3.5 */
          {"customer", "2", "response", 5.5}, {"station", "x", "count.abandoned", 2});
    TRACE(LOSS("", "'pools': [{'name': 'p', 'size': 1, 'patience': '250ms'}],",
               "{'acquire': 'p'}, {'serve': 'x'}, {'release': 'p'}"),
          {"customer", "2", "response", 5.5}, {"pool", "p", "count.timed_out", 2});
}

/* Demands are drawn anew in each attempt, or repeat. One draw of the law decides the branch too:
 * redrawn, two attempts differ somewhere in a hundred customers; repeated, an attempt that was too
 * long for its timeout is too long again, always. */
static void redraw(void **state) {
    (void)state;
#define REDRAW(again)                                                                              \
    "{'network': {'sources': [{'name': 's', 'arrivals': '1s', 'limit': 100, 'route': 'r'}],"       \
    " 'routes': {'r': [{'retry': {'attempts': 40, 'redraw': " again "}, 'steps': ["                \
    "   {'timeout': '100ms', 'cancel': 'all', 'steps': ["                                          \
    "     {'delay': 'mix(0.5: 50ms, 0.5: 150ms)'}]}]}]}}, 'horizon': '200s'}"
    TRACE(REDRAW("true"), {"network", "", "count.ok", 100});
    TRACE(REDRAW("false"), {"network", "", "response.max", 0.05});
}

/* An attempt that fails is followed by one in the class of the first, and gives back what it took:
 * the class of the request is `first` at the station, `second` at the end. */
static void an_attempt_leaves_nothing(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'first': {}, 'second': {}},"
          " 'sources': [{'name': 's', 'class': 'first', 'times': ['0s'], 'route': 'r'}],"
          " 'pools': [{'name': 'p', 'size': 1}],"
          " 'stations': [{'name': 'x', 'demand': {'first': '1s', 'second': '5s'}}],"
          " 'routes': {'r': [{'retry': {'attempts': 3}, 'steps': [{'acquire': 'p'},"
          "    {'serve': 'x'}, {'class': 'second'},"
          "    {'branch': [{'steps': [{'fail': true}]}, {'steps': [{'fail': true}]}, {}],"
          "     'in_turn': true}]}, {'delay': '1s'}]}}, 'horizon': '10s'}",
          {"network", "", "response.mean", 4}, {"class", "second", "count.ok", 1},
          {"class", "first", "count.arrived", 1}, {"class", "first", "number.mean", 0.3},
          {"class", "second", "number.mean", 0.1}, {"pool", "p", "held.mean", 0.4},
          {"station_class", "x/first", "count.ok", 3});
}

/* A budget of two retries at once, and one for every two first attempts. Customers at 0, 1, 2, 3
 * would each retry without end: the first takes both tokens (the half it earned does not fit in);
 * the second earns a half, none is whole; the third earns another, takes it; the fourth waits. */
static void a_budget(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s','3s'], 'route': 'r'}],"
          " 'routes': {'r': [{'retry': {'attempts': 9, 'budget': {'ratio': 0.5, 'burst': 2}},"
          "   'steps': [{'branch': [{'p': 1, 'steps': [{'fail': true}]}, {'p': 0}]}]}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.failed", 4},
          {"network", "", "attempts.mean", (3 + 1 + 2 + 1) / 4.0});
}

/* In backoff by source and class: a for 2 s, b for 4 s, by then of class y. And users whose only
 * pause may be that of a retry, around a call to a place that rejects: their time passes. */
static void who_is_in_backoff(void **state) {
    (void)state;
    TRACE(
        "{'network': {'classes': {'x': {}, 'y': {}},"
        " 'sources': [{'name': 'a', 'class': 'x', 'times': ['0s'], 'route': 'a'},"
        "   {'name': 'b', 'class': 'x', 'times': ['0s'], 'route': 'b'}],"
        " 'routes': {'a': [{'retry': {'attempts': 2, 'backoff': '2s'}, 'steps': [{'fail': true}]}],"
        "   'b': [{'class': 'y'}, {'retry': {'attempts': 2, 'backoff': '4s'}, 'steps': ["
        "      {'fail': true}]}]}}, 'horizon': '10s'}",
        {"network", "", "backoff.mean", 0.6}, {"source", "a", "backoff.mean", 0.2},
        {"source", "b", "backoff.mean", 0.4}, {"class", "x", "backoff.mean", 0.2},
        {"class", "y", "backoff.mean", 0.4}, {"source", "b", "backoff.end", 0});
    TRACE("{'network': {'sources': [{'name': 'u', 'population': 2, 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '4s'}],"
          " 'routes': {'r': [{'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': ["
          "   {'call': 'inner'}]}], 'inner': [{'serve': 'x'}]}}, 'horizon': '8500ms'}",
          {"station", "x", "count.ok", 2}, {"station", "x", "utilization", 1});
}

/* --- limiters and stores -----------------------------------------------------------------------
 */

/* One token a second, two at most: at 0 two of three pass; at 0.5 none; at 1 one; at 9 two. */
static void token_bucket(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','500ms','1s','1s','9s',"
          "   '9s','9s'], 'route': 'r'}],"
          " 'limiters': [{'name': 'gate', 'rate': '1/s', 'burst': 2}],"
          " 'routes': {'r': [{'limit': 'gate'}]}}, 'horizon': '10s'}",
          {"limiter", "gate", "count.passed", 5}, {"limiter", "gate", "count.refused", 4},
          {"network", "", "count.rejected", 4}, {"network", "", "count.ok", 5});
}

/* One key, look-ups at 0, 1, 2.5, 3, 4, 6; a life of 2 s from the insertion, which is when the miss
 * branch (0.5 s) ends.
 *   not renewed: miss at 0, inserted at 0.5, lives to 2.5; hit at 1; at 2.5 it has expired: miss,
 *                inserted at 3, as the look-up at 3 comes: the insertion is first, hit; hit at 4;
 *                expired at 5; miss at 6, inserted at 6.5, lives to 8.5
 *   renewed:     hit at 1 (to 3), hit at 2.5 (to 4.5), at 3 (to 5), at 4 (to 6); at 6 expired */
static void time_to_live(void **state) {
    (void)state;
#define LIFE(keys, horizon)                                                                        \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2500ms','3s','4s','6s'],"         \
    "  'route': 'r'}], 'caches': [{'name': 'k', 'keys': 1, 'ttl': '2s', " keys "}],"               \
    " 'routes': {'r': [{'cache': 'k', 'miss': [{'delay': '500ms'}]}]}}, 'horizon': '" horizon "'}"
    TRACE(LIFE("'policy': 'ttl'", "8s"), {"cache", "k", "count.hits", 3},
          {"cache", "k", "count.misses", 3}, {"cache", "k", "live.end", 1},
          {"cache", "k", "hit_ratio", 0.5}, {"cache", "k", "miss_rate", 3.0 / 8});
    TRACE(LIFE("'policy': 'ttl'", "9s"), {"cache", "k", "live.end", 0});
    TRACE(LIFE("'policy': 'ttl', 'renew': true", "8s"), {"cache", "k", "count.hits", 4},
          {"cache", "k", "count.misses", 2});
    TRACE(LIFE("'policy': 'lru', 'capacity': 1, 'renew': true", "8s"),
          {"cache", "k", "count.hits", 4}, {"cache", "k", "count.misses", 2});
    TRACE(LIFE("'policy': 'ttl', 'warm': true", "8s"), /* lives from 0 to 2 */
          {"cache", "k", "count.hits", 4}, {"cache", "k", "count.misses", 2});
}

/* A miss that is not over is not in the store: three look-ups of one key while it is fetched are
 * three misses. A miss that fails inserts nothing; one that a timeout gave up does, if it ends. */
static void a_stampede(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','100ms','200ms','2s'],"
          "  'route': 'r'}], 'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1}],"
          " 'routes': {'r': [{'cache': 'k', 'miss': [{'delay': '1s'}]}]}}, 'horizon': '10s'}",
          {"cache", "k", "count.misses", 3}, {"cache", "k", "count.hits", 1});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','5s'], 'route': 'r'}],"
          "  'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1}],"
          " 'routes': {'r': [{'timeout': '500ms', 'cancel': 'all', 'steps': ["
          "    {'cache': 'k', 'miss': [{'delay': '1s'}]}]}]}}, 'horizon': '10s'}",
          {"cache", "k", "count.misses", 2}, {"cache", "k", "live.end", 0},
          {"network", "", "count.timed_out", 2});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','5s'], 'route': 'r'}],"
          "  'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1}],"
          " 'routes': {'r': [{'timeout': '500ms', 'steps': ["
          "    {'cache': 'k', 'miss': [{'delay': '1s'}]}]}]}}, 'horizon': '10s'}",
          {"cache", "k", "count.misses", 1}, {"cache", "k", "count.hits", 1},
          {"cache", "k", "live.end", 1}, {"network", "", "count.ok", 1});
}

/* A miss branch may end with a goto, which ends it: the key is inserted then. So does a named step.
 */
static void a_miss_that_goes_elsewhere(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1500ms'], 'route': 'r'}],"
          "  'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1}],"
          " 'routes': {'r': [{'cache': 'k', 'name': 'look', 'miss': [{'delay': '1s'},"
          "     {'goto': 'away'}]}],"
          "   'away': [{'delay': '1s'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 2}, {"network", "", "response.mean", 1},
          {"cache", "k", "count.misses", 1}, {"cache", "k", "count.hits", 1},
          {"block", "look", "count.ok", 2}, {"block", "look", "response.max", 1});
}

/* --- at one instant ----------------------------------------------------------------------------
 */

/* Completion, then timeout: work of exactly the time allowed succeeds; 1 ns more does not. The
 * completion of another, on which it depends, counts too: b waits for a and for nothing else. */
static void completion_before_timeout(void **state) {
    (void)state;
#define LIMIT(demand, cancel)                                                                      \
    "{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"                      \
    " 'stations': [{'name': 'x', 'demand': '" demand "'}, {'name': 'y', 'demand': '0s'}],"         \
    " 'routes': {'r': [{'timeout': '2s', 'cancel': '" cancel "', 'steps': ["                       \
    "   {'serve': 'x'}, {'serve': 'y'}]}]}}, 'horizon': '10s'}"
    TRACE(LIMIT("2s", "none"), {"network", "", "count.ok", 1});
    TRACE(LIMIT("2s", "all"), {"network", "", "count.ok", 1});
    TRACE(LIMIT("2000000001ns", "none"), {"network", "", "count.timed_out", 1});
    TRACE(LIMIT("2000000001ns", "all"), {"network", "", "count.timed_out", 1});
}

/* Completion, then patience: b's patience ends as a leaves, b is served. A branch of a fork that
 * ends at the instant of its timeout: both in time. */
static void completion_before_patience(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'patience': '1s', 'demand': '2s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 2}, {"network", "", "count.abandoned", 0});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
          " 'routes': {'r': [{'timeout': '2s', 'steps': [{'fork': [[{'delay': '2s'}],"
          "   [{'delay': '1s'}, {'delay': '1s'}]]}]}]}}, 'horizon': '10s'}",
          {"network", "", "count.ok", 1});
}

/* Timeouts and patience, then arrivals: the place that a timeout or patience frees is free for who
 * comes then. Room for one; a from 0 for 5 s, withdrawn at 2, b comes at 2. Room for two, 5 s: b
 * waits from 1 to 2, c comes at 2 and waits; it would have been turned away. */
static void timers_before_arrivals(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 1, 'demand': '5s'}],"
          " 'routes': {'r': [{'timeout': '2s', 'cancel': 'all', 'steps': [{'serve': 'x'}]}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.rejected", 0}, {"network", "", "count.timed_out", 2});
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','1s','2s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'capacity': 2, 'patience': '1s', 'demand': '5s'}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s'}",
          {"network", "", "count.rejected", 0}, {"network", "", "count.abandoned", 2});
}

/* Completions, then schedule changes: work that ends as the station goes off duty has ended.
 * Changes, then arrivals: who comes as it comes back on duty is served at the new speed at once.
 * Timers, then changes: patience ends at the instant at which the station would have come back. */
static void changes_in_between(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 's', 'times': ['0s','4s'], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '2s',"
          "   'schedule': [['0s', 1], ['2s', 0], ['4s', 2]]}],"
          " 'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '10s', 'sample_customers': 2}",
          {"customer", "1", "response", 2}, {"customer", "2", "response", 1});
    /* a population that shrinks as a request is given up: the user stops, it does not come again */
    TRACE("{'network': {'sources': [{'name': 'u', 'population': [['0s', 1], ['2s', 1],"
          "   ['2000000001ns', 0]], 'route': 'r'}],"
          " 'stations': [{'name': 'x', 'demand': '5s'}],"
          " 'routes': {'r': [{'timeout': '1s', 'cancel': 'all', 'steps': [{'serve': 'x'}]}]}},"
          " 'horizon': '10s'}",
          {"network", "", "count.arrived", 2}, {"network", "", "count.timed_out", 2});
}

/* Samples come last: at 2, a has left, b has been given up at 2 (its timeout), c has come, the
 * station has changed speed, all that counts. */
static void samples_last(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s'], 'route': 'a'},"
          "   {'name': 'b', 'times': ['1s'], 'route': 'b'},"
          "   {'name': 'c', 'times': ['2s','2s'], 'route': 'a'}],"
          " 'pools': [{'name': 'p', 'size': 3}],"
          " 'stations': [{'name': 'x', 'demand': '2s', 'schedule': [['0s', 1], ['2s', 1]]}],"
          " 'routes': {'a': [{'acquire': 'p'}, {'serve': 'x'}],"
          "   'b': [{'timeout': '1s', 'cancel': 'all', 'steps': [{'delay': '5s'}]}]}},"
          " 'horizon': '10s', 'sample_at': ['2s', '10s'], 'windows': [['0s','2s'],['2s','10s']]}",
          {"sample", "2s/network", "present.mean", 2}, {"sample", "2s/network", "arrived.mean", 4},
          {"sample", "2s/network", "ok.mean", 1}, {"sample", "2s/network", "errors.mean", 1},
          {"sample", "2s/source/b", "present.mean", 0},
          {"sample", "2s/station/x", "present.mean", 2},
          {"sample", "2s/station/x", "waiting.mean", 1}, {"sample", "2s/station/x", "busy.mean", 1},
          {"sample", "2s/station/x", "busy.full", 1}, {"sample", "2s/station/x", "busy.empty", 0},
          {"sample", "2s/pool/p", "held.mean", 2}, {"sample", "10s/network", "present.mean", 0},
          {"sample", "10s/network", "ok.mean", 3}, {"window", "0s..2s/network", "count.arrived", 4},
          {"window", "0s..2s/network", "count.ok", 1},
          {"window", "0s..2s/network", "count.timed_out", 1},
          {"window", "0s..2s/network", "error_rate", 0.5},
          {"window", "2s..10s/network", "count.ok", 2},
          {"window", "2s..10s/network", "throughput", 0.25},
          {"window", "2s..10s/network", "error_rate", 0},
          {"window", "0s..2s/source/c", "count.arrived", 2});
}

/* --- when to stop ------------------------------------------------------------------------------
 */

/* The run ends with the n-th event: 1 s of service each, arrivals at 0, 0, 0, 5. The second start
 * is at 1, the second completion at 2, the fourth arrival at 5. */
static void stop_after(void **state) {
    (void)state;
#define STOP(of)                                                                                   \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','0s','0s','5s'], 'route': 'r'}],"       \
    " 'stations': [{'name': 'x', 'demand': '1s'}], 'routes': {'r': [{'serve': 'x'}]}},"            \
    " 'horizon': '100s', 'stop': {'after': " of "}, 'sample_at': ['1500ms', '50s'],"               \
    " 'windows': [['0s', '50s'], ['60s', '70s']]}"
    TRACE(STOP("2, 'of': 'starts', 'at': 'x'"), {"station", "x", "number.mean", 3},
          {"station", "x", "count.ok", 1}, {"network", "", "throughput", 1},
          {"sample", "1.5s/network", "present.mean", NAN});
    TRACE(STOP("2, 'of': 'completions', 'at': 'x'"), {"network", "", "throughput", 1},
          {"station", "x", "number.mean", 2.5}, {"station", "x", "utilization", 1},
          {"sample", "1.5s/network", "present.mean", 2}, {"sample", "50s/network", "ok.mean", NAN},
          {"sample", "50s/network", "present.empty", NAN},
          {"window", "0s..50s/network", "count.arrived", 3},
          {"window", "60s..70s/network", "count.arrived", NAN},
          {"window", "60s..70s/network", "throughput", NAN});
    TRACE(STOP("4, 'of': 'arrivals'"), {"network", "", "count.arrived", 4},
          {"network", "", "count.ok", 3}, {"network", "", "throughput", 0.6},
          {"window", "0s..50s/network", "count.ok", 3},
          {"window", "0s..50s/network", "throughput", 0.6});
    TRACE(STOP("3, 'of': 'completions'"), {"network", "", "count.ok", 3},
          {"network", "", "response.mean", 2});
}

/* --- mixed -------------------------------------------------------------------------------------
 */

/* Open and closed customers at one server. A user who thinks 2 s: at 2, served 2-3; open ones of 2
 * s at 2.5 (3-5); the user at 5: 5-6 and at 8: 8-9. */
static void open_and_closed(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'u', 'population': 1, 'think': '2s', 'route': 'u'},"
          "   {'name': 'o', 'times': ['2500ms'], 'route': 'o'}],"
          " 'stations': [{'name': 'x'}],"
          " 'routes': {'u': [{'serve': 'x', 'demand': '1s'}],"
          "            'o': [{'serve': 'x', 'demand': '2s'}]}}, 'horizon': '10s'}",
          {"source", "u", "count.ok", 3}, {"source", "u", "response.mean", 1},
          {"source", "o", "response.mean", 2.5}, {"source", "u", "thinking.mean", 0.7});
}

/* `sequence` gives value k to the k-th customer of its source (closed: the k-th request of all its
 * users), not to the k-th service: a's second customer (4 s) is served first, the door keeps the
 * first for 2 s. Two users: 1 s and 3 s by turns. */
static void sequences(void **state) {
    (void)state;
    TRACE("{'network': {'sources': [{'name': 'a', 'times': ['0s','1s'], 'route': 'r'},"
          "   {'name': 'u', 'population': 2, 'think': '10s', 'route': 'u'}],"
          " 'stations': [{'name': 'x', 'discipline': 'delay'}],"
          " 'routes': {'r': [{'delay': 'sequence(2s, 0s)'},"
          "     {'serve': 'x', 'demand': 'sequence(1s, 4s)'}],"
          "   'u': [{'serve': 'x', 'demand': 'sequence(1s, 3s)'}]}}, 'horizon': '30s',"
          " 'sample_customers': 6}",
          {"customer", "1", "response", 3}, {"customer", "2", "response", 4},
          {"customer", "3", "response", 1}, {"customer", "4", "response", 3},
          {"customer", "5", "response", 1}, {"customer", "6", "response", 3});
}

/* A class that changes on the way: urgent at the second desk only. b and a wait there; a changes to
 * urgent before it comes, and is first. */
static void a_class_on_the_way(void **state) {
    (void)state;
    TRACE("{'network': {'classes': {'n': {'priority': 2}, 'u': {'priority': 1}},"
          " 'sources': [{'name': 'b', 'class': 'n', 'times': ['0s','0s'], 'route': 'b'},"
          "   {'name': 'a', 'class': 'n', 'times': ['1s'], 'route': 'a'}],"
          " 'stations': [{'name': 'x', 'discipline': 'priority', 'demand': '2s'}],"
          " 'routes': {'b': [{'serve': 'x'}], 'a': [{'class': 'u'}, {'serve': 'x'}]}},"
          " 'horizon': '10s'}",
          {"source", "a", "response.mean", 3}, {"source", "b", "response.mean", 4},
          {"class", "u", "count.ok", 1}, {"class", "n", "count.arrived", 3},
          {"class", "n", "count.ok", 2}, {"station_class", "x/u", "waiting.mean", 1});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fork_and_join),
        cmocka_unit_test(copies),
        cmocka_unit_test(a_branch_fails),
        cmocka_unit_test(what_branches_leave),
        cmocka_unit_test(forks_within_forks),
        cmocka_unit_test(on_its_own),
        cmocka_unit_test(timeouts),
        cmocka_unit_test(places_of_orphans),
        cmocka_unit_test(a_fork_in_time),
        cmocka_unit_test(timeouts_within_timeouts),
        cmocka_unit_test(attempts_and_backoff),
        cmocka_unit_test(attempts_end),
        cmocka_unit_test(losses_are_retried),
        cmocka_unit_test(redraw),
        cmocka_unit_test(an_attempt_leaves_nothing),
        cmocka_unit_test(a_budget),
        cmocka_unit_test(who_is_in_backoff),
        cmocka_unit_test(token_bucket),
        cmocka_unit_test(time_to_live),
        cmocka_unit_test(a_stampede),
        cmocka_unit_test(a_miss_that_goes_elsewhere),
        cmocka_unit_test(completion_before_timeout),
        cmocka_unit_test(completion_before_patience),
        cmocka_unit_test(timers_before_arrivals),
        cmocka_unit_test(changes_in_between),
        cmocka_unit_test(samples_last),
        cmocka_unit_test(stop_after),
        cmocka_unit_test(open_and_closed),
        cmocka_unit_test(sequences),
        cmocka_unit_test(a_class_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
