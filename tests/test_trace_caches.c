/* Flushes of caches, and fetches that others wait for, worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/trace.h"

#define ONE_KEY(times, extras, miss, horizon)                                                      \
    "{'network': {'sources': [{'name': 's', 'times': [" times "], 'route': 'r'}],"                 \
    " 'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1" extras "}],"             \
    " 'routes': {'r': [{'cache': 'k', 'miss': [" miss "]}]}}, 'horizon': '" horizon "',"           \
    " 'breakdown': true}"

/* At once after a flush it is empty; one at 3 s is before the look-up at 3 s. What is being fetched
 * at the flush is inserted all the same. */
static void flushes(void **state) {
    (void)state;
    TRACE(ONE_KEY("'0s','1s','2s','3s'", ", 'flush': ['1500ms', '3s']", "", "4s"),
          {"cache", "k", "count.hits", 1}, {"cache", "k", "count.misses", 3},
          {"cache", "k", "live.end", 1});
    TRACE(ONE_KEY("'0s','1s','2s'", ", 'flush': ['1500ms', '3s']", "", "4s"),
          {"cache", "k", "count.misses", 2}, {"cache", "k", "live.end", 0});
    TRACE(ONE_KEY("'0s','2s'", ", 'flush': ['500ms']", "{'delay': '1s'}", "4s"),
          {"cache", "k", "count.hits", 1}, {"cache", "k", "count.misses", 1});
    TRACE(ONE_KEY("'0s','2s'", ", 'warm': true, 'flush': ['1s']", "", "4s"),
          {"cache", "k", "count.hits", 1}, {"cache", "k", "count.misses", 1});
}

/* One fetch of 1 s from 0 on: the look-ups at 0.1 and 0.2 miss as well, or wait 0.9 and 0.8 s. */
static void one_fetch_for_all(void **state) {
    (void)state;
    TRACE(ONE_KEY("'0s','100ms','200ms','2s'", "", "{'delay': '1s'}", "4s"),
          {"cache", "k", "count.misses", 3}, {"cache", "k", "count.repeated", 2},
          {"cache", "k", "hit_ratio", 0.25}, {"network", "", "response.mean", 0.75});
    TRACE(ONE_KEY("'0s','100ms','200ms','2s'", ", 'coalesce': true", "{'delay': '1s'}", "4s"),
          {"cache", "k", "count.misses", 1}, {"cache", "k", "count.joined", 2},
          {"cache", "k", "count.repeated", 0}, {"cache", "k", "count.hits", 1},
          {"cache", "k", "hit_ratio", 0.25}, {"network", "", "response.mean", 2.7 / 4},
          {"breakdown", "fetches of others", "waiting.mean", 1.7 / 4},
          {"breakdown", "delays", "service.mean", 0.25});
}

/* The fetch of the look-up at 0 fails at 1 s; that at 0.1 fetches then, until 2 s, and that at 0.2
 * waits for it. */
static void a_fetch_that_fails(void **state) {
    (void)state;
    TRACE(ONE_KEY("'0s','100ms','200ms'", ", 'coalesce': true",
                  "{'delay': '1s'}, {'branch': [{'steps': [{'fail': true}]}, {}],"
                  " 'in_turn': true}",
                  "4s"),
          {"network", "", "count.failed", 1}, {"network", "", "count.ok", 2},
          {"cache", "k", "count.misses", 2}, {"cache", "k", "count.joined", 1},
          {"cache", "k", "live.end", 1}, {"network", "", "response.max", 1.9},
          {"network", "", "response.min", 1.8});
}

/* Timeouts of 0.5 s: of the fetch at 0 s, which goes on without its request and is inserted at 1 s;
 * of the one that waits since 0.1 s, which is withdrawn, or waits on. The look-up at 5 s hits. */
#define LIMITED(cancel)                                                                            \
    "{'network': {'sources': [{'name': 's', 'times': ['0s','100ms','5s'], 'route': 'r'}],"         \
    " 'caches': [{'name': 'k', 'policy': 'lru', 'capacity': 1, 'keys': 1, 'coalesce': true}],"     \
    " 'routes': {'r': [{'timeout': '500ms', 'cancel': '" cancel "', 'steps': ["                    \
    "   {'cache': 'k', 'miss': [{'delay': '1s'}]}, {'mark': 'through'}]}]}},"                      \
    " 'horizon': '8s', 'breakdown': true}"

static void timeouts(void **state) {
    (void)state;
    TRACE(LIMITED("waiting"), {"network", "", "count.timed_out", 2}, {"network", "", "count.ok", 1},
          {"cache", "k", "count.misses", 1}, {"cache", "k", "count.joined", 1},
          {"cache", "k", "count.hits", 1});
    TRACE(LIMITED("none"), {"network", "", "count.timed_out", 2}, {"network", "", "count.ok", 1},
          {"cache", "k", "count.misses", 1}, {"cache", "k", "count.joined", 1},
          {"cache", "k", "count.hits", 1});
    TRACE(LIMITED("all"), {"network", "", "count.timed_out", 3}, /* withdrawn at 0.5: the one that
              waits fetches from then on, until it is withdrawn at 0.6 */
          {"cache", "k", "count.misses", 3}, {"cache", "k", "count.joined", 0},
          {"cache", "k", "live.end", 0});
}

/* Who fetches never waits for a fetch: the inner look-up of the same key misses at once, alone and
 * in a branch of a fork. */
static void no_waiting_for_oneself(void **state) {
    (void)state;
    TRACE(ONE_KEY("'0s'", ", 'coalesce': true", "{'cache': 'k', 'miss': [{'delay': '1s'}]}", "4s"),
          {"cache", "k", "count.misses", 2}, {"cache", "k", "count.repeated", 1},
          {"network", "", "response.mean", 1});
    TRACE(ONE_KEY("'0s'", ", 'coalesce': true",
                  "{'fork': [[{'cache': 'k', 'miss': [{'delay': '1s'}]}], [{'delay': '2s'}]]}",
                  "4s"),
          {"cache", "k", "count.misses", 2}, {"network", "", "response.mean", 2});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flushes),
        cmocka_unit_test(one_fetch_for_all),
        cmocka_unit_test(timeouts),
        cmocka_unit_test(a_fetch_that_fails),
        cmocka_unit_test(no_waiting_for_oneself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
