/* The network form beyond the first keys: what they mean, their defaults, and which combinations of
 * steps are sound. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "models/result.h"

static struct sim_arena *arena;
static struct sim_diags diags;

static int setup(void **state) {
    (void)state;
    arena = sim_arena_new();
    sim_diags_init(&diags, arena, NULL);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    sim_arena_free(arena);
    return 0;
}

/* Single quotes stand for double ones, to keep the texts legible. */
static const char *json(const char *text) {
    char *copy = sim_arena_copy(arena, text);
    for (char *c = copy; *c; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    return copy;
}

static struct mdl_scenario *good(const char *text) {
    struct mdl_scenario *scenario = in_scenario_parse(json(text), "text.json", NULL, &diags);
    sim_diags_print(&diags, stderr);
    assert_non_null(scenario);
    return scenario;
}

static struct mdl_scenario *with_station(const char *keys) {
    return good(sim_arena_print(
        arena,
        "{'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}], 'stations': "
        "[{'name': 'q', 'demand': '1s', %s}], 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': "
        "'1h'}",
        keys));
}

static void disciplines(void **state) {
    (void)state;
    static const struct {
        const char *keys;
        enum mdl_discipline discipline;
    } cases[] = {
        {"'discipline': 'fcfs'", MDL_FCFS},
        {"'discipline': 'lcfs'", MDL_LCFS},
        {"'discipline': 'lcfs_pr'", MDL_LCFS_PR},
        {"'discipline': 'random'", MDL_SIRO},
        {"'discipline': 'ps'", MDL_PS},
        {"'discipline': 'rr', 'quantum': '4ms'", MDL_RR},
        {"'discipline': 'priority'", MDL_PRIORITY},
        {"'discipline': 'priority_preemptive'", MDL_PRIORITY_PREEMPTIVE},
        {"'discipline': 'delay'", MDL_DELAY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mdl_scenario *s = with_station(cases[i].keys);
        const struct mdl_station *q = &s->network.stations[0];
        assert_int_equal(q->discipline, cases[i].discipline);
        assert_true(q->preempted == MDL_RESUME && q->victim == MDL_NEWEST && !q->push_out);
        assert_true(q->slots == 0 && q->switch_s == 0 && !q->has_patience);
        assert_true(q->schedule_count == 0 && !q->instance_list);
        in_scenario_free(s);
    }
}

static void station_keys(void **state) {
    (void)state;
    struct mdl_scenario *s =
        with_station("'discipline': 'priority_preemptive', 'preempted': 'resample', 'victim': "
                     "'oldest', 'servers': 2, 'capacity': 3, 'when_full': 'push_out', 'patience': "
                     "'exp(2s)', 'schedule': [['0s', 0], ['8h', 1.5]]");
    const struct mdl_station *q = &s->network.stations[0];
    assert_true(q->preempted == MDL_RESAMPLE && q->victim == MDL_OLDEST && q->push_out);
    assert_true(q->has_patience && q->patience.mean == 2);
    assert_true(q->schedule_count == 2 && q->schedule[1].t_s == 28800 &&
                q->schedule[1].value == 1.5 && q->schedule_every_s == 0);
    in_scenario_free(s);
    s = with_station("'discipline': 'ps', 'slots': 4, 'patience': '1s', 'schedule': {'points': "
                     "[['0s', 1]], 'every': '24h'}");
    q = &s->network.stations[0];
    assert_true(q->slots == 4 && q->schedule_count == 1 && q->schedule_every_s == 86400);
    in_scenario_free(s);
    s = with_station("'discipline': 'rr', 'quantum': '4ms', 'switch': '1us'");
    q = &s->network.stations[0];
    assert_true(q->quantum_s == 0.004 && q->switch_s == 1e-6);
    in_scenario_free(s);
}

static void instances(void **state) {
    (void)state;
    static const char *const balancers[] = {
        [MDL_RANDOM] = "random",
        [MDL_ROUND_ROBIN] = "round_robin",
        [MDL_LEAST_OUTSTANDING] = "least_outstanding",
        [MDL_WEIGHTED_RANDOM] = "weighted_random",
        [MDL_WEIGHTED_ROUND_ROBIN] = "weighted_round_robin",
        [MDL_POWER_OF] = "power_of",
    };
    for (int i = 0; i <= MDL_POWER_OF; i++) {
        struct mdl_scenario *s =
            with_station(sim_arena_print(arena,
                                         "'speed': 3, 'servers': 4, 'instances': [{'speed': 1.5, "
                                         "'servers': 2, 'weight': 0.5}, {}, {}], 'balancer': '%s'",
                                         balancers[i]));
        const struct mdl_station *q = &s->network.stations[0];
        assert_true((int)q->balancer == i && q->instances == 3);
        assert_int_equal(q->choices, i == MDL_POWER_OF ? 2 : 0);
        assert_true(q->instance_list[0].speed == 1.5 && q->instance_list[0].servers == 2 &&
                    q->instance_list[0].weight == 0.5);
        assert_true(q->instance_list[2].speed == 3 && q->instance_list[2].servers == 4 &&
                    q->instance_list[2].weight == 1);
        in_scenario_free(s);
    }
    struct mdl_scenario *s = with_station("'balancer': 'power_of'");
    assert_int_equal(s->network.stations[0].choices, 1);
    in_scenario_free(s);
    s = with_station("'instances': 5, 'balancer': 'power_of', 'choices': 5");
    assert_int_equal(s->network.stations[0].choices, 5);
    in_scenario_free(s);
}

static void other_places(void **state) {
    (void)state;
    struct mdl_scenario *s = good(
        "{'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}], 'pools': [{'name': "
        "'p', 'size': 2, 'discipline': 'lcfs', 'instances': 3, 'balancer': 'power_of', 'choices': "
        "3}, {'name': 'o', 'size': 1, 'discipline': 'priority'}], 'limiters': [{'name': 'l', "
        "'rate': '600/m', 'burst': 20}], 'caches': [{'name': 'a', 'hit': '5%'}, {'name': 'b', "
        "'policy': 'lru', 'keys': 10, 'capacity': 10, 'zipf': 0.8, 'ttl': '1s', 'renew': true, "
        "'warm': true}, {'name': 'c', 'policy': 'fifo', 'keys': 10, 'capacity': 5}, {'name': 'd', "
        "'policy': 'ttl', 'keys': 10, 'ttl': '1m'}], 'routes': {'r': [{'acquire': 'p'}, "
        "{'acquire': 'o'}, {'limit': 'l'}, {'cache': 'a'}, {'cache': 'b'}, {'cache': 'c'}, "
        "{'cache': 'd'}]}}, 'horizon': '1h'}");
    const struct mdl_network *n = &s->network;
    assert_true(n->pools[0].discipline == MDL_LCFS && n->pools[1].discipline == MDL_PRIORITY);
    assert_true(n->pools[0].balancer == MDL_POWER_OF && n->pools[0].choices == 3);
    assert_true(n->limiters[0].rate_per_s == 10 && n->limiters[0].burst == 20);
    assert_true(n->caches[0].policy == MDL_PROBABILITY && n->caches[0].hit == 0.05);
    const struct mdl_cache *b = &n->caches[1];
    assert_true(b->policy == MDL_LRU && b->keys == 10 && b->capacity == 10 && b->zipf == 0.8);
    assert_true(b->ttl_s == 1 && b->renew && b->warm);
    const struct mdl_cache *c = &n->caches[2];
    assert_true(c->policy == MDL_FIFO && c->zipf == 0 && c->ttl_s == 0 && !c->renew && !c->warm);
    assert_true(n->caches[3].policy == MDL_TTL && n->caches[3].ttl_s == 60);
    assert_true(n->caches[3].capacity == 0);
    in_scenario_free(s);
}

static struct mdl_scenario *with_steps(const char *steps) {
    return good(sim_arena_print(
        arena,
        "{'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}], 'routes': {'r': "
        "[%s]}}, 'horizon': '1h'}",
        steps));
}

static void blocks(void **state) {
    (void)state;
    struct mdl_scenario *s = with_steps(
        "{'fork': [[{'delay': '1s'}], [], [{'delay': '2s'}]], 'name': 'f'}, {'fork': [{'delay': "
        "'1s'}], 'copies': 3, 'join': 2, 'cancel_rest': true}, {'fork': [[]], 'join': 'all'}, "
        "{'async': [{'delay': '3s'}]}, {'timeout': 'exp(2s)', 'steps': []}, {'timeout': '2s', "
        "'cancel': 'waiting', 'steps': [{'delay': '1s', 'name': 'd'}]}, {'timeout': '2s', "
        "'cancel': 'all', 'steps': []}, {'timeout': '2s', 'cancel': 'none', 'steps': []}");
    const struct mdl_step *steps = s->network.routes[0].body.steps;
    assert_true(steps[0].kind == MDL_STEP_FORK && steps[0].block_count == 3);
    assert_true(steps[0].times == 0 && steps[0].join == 0 && !steps[0].cancel_rest);
    assert_true(steps[0].blocks[1].count == 0 && steps[0].blocks[2].steps[0].demand.mean == 2);
    assert_string_equal(steps[0].name, "f");
    assert_true(steps[1].block_count == 1 && steps[1].times == 3 && steps[1].join == 2);
    assert_true(steps[1].cancel_rest && !steps[1].name);
    assert_true(steps[2].block_count == 1 && steps[2].join == 0);
    assert_true(steps[3].kind == MDL_STEP_ASYNC && steps[3].blocks[0].count == 1);
    assert_true(steps[4].kind == MDL_STEP_TIMEOUT && steps[4].demand.mean == 2);
    assert_true(steps[4].has_demand && steps[4].cancel == MDL_CANCEL_NONE);
    assert_true(steps[5].cancel == MDL_CANCEL_WAITING && steps[5].block_count == 1);
    assert_string_equal(steps[5].blocks[0].steps[0].where, "network.routes.r[5].steps[0]");
    assert_string_equal(steps[5].blocks[0].steps[0].name, "d");
    assert_true(steps[6].cancel == MDL_CANCEL_ALL && steps[7].cancel == MDL_CANCEL_NONE);
    in_scenario_free(s);
}

static void retries(void **state) {
    (void)state;
    struct mdl_scenario *s = with_steps(
        "{'retry': {'attempts': 3}, 'steps': [{'delay': '1s'}]}, {'retry': {'attempts': "
        "'unlimited', 'backoff': ['0s', 'exp(2s)'], 'redraw': false, 'on': ['rejected', "
        "'failed']}, 'steps': []}, {'retry': {'attempts': 1, 'backoff': '1s', 'budget': {'ratio': "
        "'10%', 'burst': 10}}, 'steps': []}, {'retry': {'attempts': 9, 'backoff': {'base': "
        "'100ms'}, 'budget': {'ratio': 2, 'burst': 1}}, 'steps': []}, {'retry': {'attempts': 9, "
        "'backoff': {'base': '100ms', 'factor': 3, 'max': '10s', 'jitter': 'equal'}}, 'steps': "
        "[]}");
    const struct mdl_step *steps = s->network.routes[0].body.steps;
    const struct mdl_retry *retry = steps[0].retry;
    assert_true(steps[0].kind == MDL_STEP_RETRY && steps[0].blocks[0].count == 1);
    assert_true(retry->attempts == 3 && retry->redraw && !retry->has_budget);
    assert_true(retry->backoff_count == 0 && !retry->exponential && !retry->on[MDL_OK]);
    for (int i = MDL_OK + 1; i < MDL_OUTCOMES; i++) {
        assert_true(retry->on[i]);
    }
    retry = steps[1].retry;
    assert_true(retry->attempts == 0 && retry->backoff_count == 2 && !retry->redraw);
    assert_true(retry->backoffs[1].mean == 2);
    assert_true(retry->on[MDL_REJECTED] && retry->on[MDL_FAILED]);
    assert_false(retry->on[MDL_ABANDONED] || retry->on[MDL_TIMED_OUT]);
    retry = steps[2].retry;
    assert_true(retry->attempts == 1 && retry->backoff_count == 1 && retry->has_budget);
    assert_true(retry->budget_ratio == 0.1 && retry->budget_burst == 10);
    retry = steps[3].retry;
    assert_true(retry->exponential && retry->base_s == 0.1 && retry->factor == 2);
    assert_true(isinf(retry->max_s) && retry->jitter == MDL_JITTER_NONE);
    assert_true(retry->budget_ratio == 2);
    retry = steps[4].retry;
    assert_true(retry->factor == 3 && retry->max_s == 10 && retry->jitter == MDL_JITTER_EQUAL);
    in_scenario_free(s);
}

static struct mdl_scenario *with_keys(const char *keys) {
    return good(sim_arena_print(
        arena,
        "{'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}], 'stations': "
        "[{'name': 'q'}], 'routes': {'r': [{'serve': 'q', 'demand': '1ms'}]}}, %s}",
        keys));
}

static void document_keys(void **state) {
    (void)state;
    struct mdl_scenario *s = with_keys("'horizon': '1h'");
    assert_true(s->stop.of == MDL_STOP_NEVER && s->sample_count == 0 && s->window_count == 0);
    assert_true(s->sample_customers == 0 && !s->log_of);
    in_scenario_free(s);
    s = with_keys("'stop': {'after': 1000, 'of': 'starts', 'at': 'q'}, 'log': {'of': 'q'}");
    assert_true(s->horizon_s == 36500 * 86400.0);
    assert_true(s->stop.of == MDL_STOP_STARTS && s->stop.after == 1000);
    assert_string_equal(s->stop.at, "q");
    assert_string_equal(s->log_of, "q");
    assert_true(s->log_first == 1000);
    in_scenario_free(s);
    s = with_keys("'stop': {'after': 1, 'of': 'completions'}, 'horizon': '900s', 'sample_at': "
                  "['900s', '100s'], 'windows': [['250s', '350s'], ['0s', '900s']], "
                  "'sample_customers': 50, 'log': {'of': 'q', 'first': 5}");
    assert_true(s->stop.of == MDL_STOP_COMPLETIONS && !s->stop.at && s->horizon_s == 900);
    assert_true(s->sample_count == 2 && s->sample_at_s[0] == 100 && s->sample_at_s[1] == 900);
    assert_true(s->window_count == 2 && s->windows[0].from_s == 250 && s->windows[1].to_s == 900);
    assert_true(s->sample_customers == 50 && s->log_first == 5);
    in_scenario_free(s);
    s = with_keys("'stop': {'after': 5, 'of': 'arrivals'}");
    assert_true(s->stop.of == MDL_STOP_ARRIVALS);
    in_scenario_free(s);
}

/* --- what is sound ------------------------------------------------------------------------ */

struct judged {
    const char *source; /* NULL: Poisson */
    const char *routes;
    const char *code; /* NULL: accepted */
};

static void judge(const struct judged *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        sim_diags_init(&diags, arena, NULL);
        const char *text = sim_arena_print(
            arena,
            "{'network': {'classes': {'a': {}, 'b': {}}, 'sources': [{'name': 's', 'route': 'r', "
            "'class': 'a', %s}], 'pools': [{'name': 'p', 'size': 4, 'queue': 0}], 'stations': "
            "[{'name': 'w', 'with': 'p', 'demand': {'a': '1s', 'b': '1s'}}, {'name': 'm', "
            "'demand': {'b': '1s'}}], 'limiters': [{'name': 'l', 'rate': '1/s', 'burst': 1}], "
            "'routes': {'all': [{'acquire': 'p'}, {'serve': 'w'}, {'limit': 'l'}, {'class': "
            "'b'}, {'serve': 'm'}], 'r': [{'async': [{'call': 'all'}]}, %s}}, 'horizon': '1h'}",
            cases[i].source ? cases[i].source : "'rate': '1/s'", cases[i].routes);
        struct mdl_scenario *s = in_scenario_parse(json(text), "text.json", NULL, &diags);
        const char *code = diags.errors > 0 ? diags.items[0].code : "accepted";
        const char *expected = cases[i].code ? cases[i].code : "accepted";
        if (strcmp(code, expected) != 0) {
            print_error("%s\n", cases[i].routes);
            sim_diags_print(&diags, stderr);
        }
        assert_string_equal(code, expected);
        in_scenario_free(s);
    }
}

#define JUDGE(cases) judge(cases, sizeof(cases) / sizeof(cases)[0])

static void judged_holding(void **state) {
    (void)state;
    static const char outside[] = "release-without-acquire";
    static const struct judged cases[] = {
        /* what a timeout or retry takes is the request's after it */
        {NULL, "{'timeout': '1s', 'steps': [{'acquire': 'p'}]}, {'serve': 'w'}, {'release': 'p'}]",
         NULL},
        {NULL,
         "{'retry': {'attempts': 2}, 'steps': [{'acquire': 'p'}]}, {'serve': 'w'}, {'release': "
         "'p'}]",
         NULL},
        {NULL,
         "{'retry': {'attempts': 2}, 'steps': [{'acquire': 'p'}, {'serve': 'w'}, {'release': "
         "'p'}]}, {'release': 'p'}]",
         outside},
        /* but they leave alone what was taken outside */
        {NULL, "{'acquire': 'p'}, {'timeout': '1s', 'steps': [{'release': 'p'}]}]", outside},
        {NULL, "{'acquire': 'p'}, {'retry': {'attempts': 2}, 'steps': [{'release': 'p'}]}]",
         outside},
        {NULL, "{'acquire': 'p'}, {'fork': [[{'release': 'p'}], []]}]", outside},
        {NULL, "{'acquire': 'p'}, {'async': [{'release': 'p'}]}]", outside},
        {NULL,
         "{'acquire': 'p'}, {'timeout': '1s', 'steps': [{'call': 'q'}]}], 'q': [{'release': "
         "'p'}]",
         outside},
        {NULL,
         "{'acquire': 'p'}, {'timeout': '1s', 'steps': [{'acquire': 'p'}, {'serve': 'w'}, "
         "{'release': 'p'}]}, {'release': 'p'}]",
         NULL},
        {NULL,
         "{'acquire': 'p'}, {'timeout': '1s', 'steps': [{'acquire': 'p'}, {'release': 'p'}, "
         "{'release': 'p'}]}]",
         outside},
        /* a branch follows what its parent holds, an async does not */
        {NULL,
         "{'acquire': 'p'}, {'fork': [[{'serve': 'w'}], [{'call': 'q'}]]}, {'release': 'p'}], "
         "'q': [{'timeout': '1s', 'steps': [{'serve': 'w'}]}]",
         NULL},
        {NULL, "{'acquire': 'p'}, {'async': [{'serve': 'w'}]}]", "with-not-held"},
        {NULL, "{'fork': [[{'acquire': 'p'}], []]}, {'serve': 'w'}]", "with-not-held"},
        {NULL, "{'fork': [[{'acquire': 'p'}], []]}, {'release': 'p'}]", outside},
        {NULL, "{'fork': [{'acquire': 'p'}, {'serve': 'w'}, {'release': 'p'}], 'copies': 2}]",
         NULL},
        /* nothing follows a block that never succeeds */
        {NULL,
         "{'branch': [{'p': 0.5, 'steps': [{'retry': {'attempts': 2}, 'steps': [{'fail': "
         "true}]}]}, {'p': 0.5, 'steps': [{'acquire': 'p'}]}]}, {'release': 'p'}]",
         NULL},
        {NULL,
         "{'branch': [{'p': 0.5, 'steps': [{'fork': [[{'fail': true}], []]}]}, {'p': 0.5, "
         "'steps': [{'acquire': 'p'}]}]}, {'release': 'p'}]",
         NULL},
        {NULL,
         "{'branch': [{'p': 0.5, 'steps': [{'fork': [[{'fail': true}], []], 'join': 1}]}, {'p': "
         "0.5, 'steps': [{'acquire': 'p'}]}]}, {'release': 'p'}]",
         outside},
    };
    JUDGE(cases);
}

static void judged_time(void **state) {
    (void)state;
    static const char users[] = "'population': 2";
    static const struct judged cases[] = {
        {users, "{'delay': '1s'}]", NULL},
        {users, "{'async': [{'delay': '1s'}]}]", "timeless-user"},
        {users, "{'limit': 'l'}, {'delay': '1s'}]", "timeless-user"},
        {users, "{'delay': '1s'}, {'limit': 'l'}]", NULL},
        {users, "{'fork': [[{'delay': '1s'}], []]}]", NULL},
        {users, "{'fork': [[{'delay': '1s'}], []], 'join': 1}]", "timeless-user"},
        {users, "{'fork': [{'delay': '1s'}], 'copies': 3, 'join': 1}]", NULL},
        {users, "{'fork': [[{'delay': '1s'}], [{'delay': '1s'}], []], 'join': 2}]", NULL},
        {users, "{'fork': [[{'limit': 'l'}, {'delay': '1s'}], []]}]", "timeless-user"},
        {users, "{'timeout': '1s', 'steps': [{'delay': '2s'}]}]", NULL},
        {users, "{'timeout': '1s', 'steps': []}]", "timeless-user"},
        /* a rejection in a retry with a backoff takes time */
        {users,
         "{'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': [{'limit': 'l'}, {'delay': "
         "'1s'}]}]",
         NULL},
        {users, "{'retry': {'attempts': 2}, 'steps': [{'limit': 'l'}, {'delay': '1s'}]}]",
         "timeless-user"},
        {users,
         "{'retry': {'attempts': 1, 'backoff': '1s'}, 'steps': [{'limit': 'l'}, {'delay': "
         "'1s'}]}]",
         "timeless-user"},
        {users,
         "{'retry': {'attempts': 2, 'backoff': '1s', 'on': ['failed']}, 'steps': [{'limit': 'l'}, "
         "{'delay': '1s'}]}]",
         "timeless-user"},
        {users, "{'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': [{'limit': 'l'}]}]",
         "timeless-user"},
        /* two users in a pool of four, but with asyncs it may be full */
        {users, "{'acquire': 'p'}, {'delay': '1s'}]", "timeless-user"},
        /* circles */
        {NULL,
         "{'retry': {'attempts': 2, 'backoff': '1s'}, 'steps': [{'limit': 'l'}]}, {'goto': "
         "'r'}]",
         "timeless-circle"},
        {NULL, "{'fork': [[], [{'delay': '1s'}]], 'join': 1}, {'goto': 'r'}]", "timeless-circle"},
        {NULL,
         "{'fork': [[], [{'delay': '1s'}]]}, {'branch': [{'p': 0.5, 'steps': [{'goto': 'r'}]}, "
         "{'p': 0.5}]}]",
         NULL},
        {NULL, "{'timeout': '1s', 'steps': [{'goto': 'r'}]}]", "goto-in-block"},
        {NULL, "{'fork': [[{'goto': 'r'}]]}]", "goto-in-block"},
        {NULL,
         "{'retry': {'attempts': 2}, 'steps': [{'call': 'q'}]}], 'q': [{'delay': '1s'}, "
         "{'branch': [{'p': 0.5, 'steps': [{'goto': 'q'}]}, {'p': 0.5}]}]",
         NULL},
        {NULL, "{'fork': [[{'call': 'r'}]]}]", "endless-call"},
        {NULL, "{'async': [{'delay': '1s'}, {'call': 'r'}]}]", "endless-call"},
    };
    JUDGE(cases);
}

static void judged_classes(void **state) {
    (void)state;
    static const struct judged cases[] = {
        {NULL, "{'serve': 'm'}]", "no-demand"},
        {NULL, "{'class': 'b'}, {'serve': 'm'}]", NULL},
        {NULL, "{'branch': [{'p': 0.5, 'steps': [{'class': 'b'}]}, {'p': 0.5}]}, {'serve': 'm'}]",
         "no-demand"},
        {NULL, "{'call': 'q'}, {'serve': 'm'}], 'q': [{'class': 'b'}]", NULL},
        {NULL, "{'call': 'q'}, {'serve': 'm'}], 'q': [{'goto': 'z'}], 'z': [{'class': 'b'}]", NULL},
        {NULL, "{'fork': [[{'class': 'b'}, {'serve': 'm'}]]}]", NULL},
        {NULL, "{'fork': [[{'class': 'b'}]]}, {'serve': 'm'}]", "no-demand"},
        {NULL, "{'async': [{'class': 'b'}]}, {'serve': 'm'}]", "no-demand"},
        {NULL, "{'timeout': '1s', 'steps': [{'class': 'b'}]}, {'serve': 'm'}]", NULL},
        {NULL, "{'retry': {'attempts': 2}, 'steps': [{'class': 'b'}]}, {'serve': 'm'}]", NULL},
        {NULL,
         "{'class': 'b'}, {'repeat': {'times': 2}, 'steps': [{'serve': 'm'}, {'class': 'a'}]}]",
         "no-demand"},
    };
    JUDGE(cases);
}

/* --- texts that nobody wrote -------------------------------------------------------------- */

static const char sample[] =
    "{'network': {'sources': [{'name': 'x', 'rate': '1/s', 'route': 'r'}], 'stations': [{'name': "
    "'q', 'discipline': 'rr', 'quantum': '4ms', 'schedule': {'points': [['0s', 1]], 'every': "
    "'1h'}, 'instances': [{'speed': 2}], 'balancer': 'power_of', 'patience': '1s', 'capacity': 9, "
    "'when_full': 'push_out'}], 'limiters': [{'name': 'l', 'rate': '1/s', 'burst': 2}], 'caches': "
    "[{'name': 'c', 'policy': 'lru', 'keys': 9, 'capacity': 3}], 'pools': [{'name': 'p', 'size': "
    "2}], 'routes': {'r': [{'retry': {'attempts': 3, 'backoff': {'base': '1s'}, 'budget': "
    "{'ratio': 0.1, 'burst': 1}, 'on': ['failed']}, 'steps': [{'timeout': '1s', 'cancel': 'all', "
    "'steps': [{'limit': 'l'}, {'acquire': 'p'}]}]}, {'fork': [[{'cache': 'c'}], [{'class': "
    "'default'}]], 'join': 1}, {'fork': [{'serve': 'q', 'demand': '1s'}], 'copies': 2}, {'async': "
    "[{'call': 'z'}]}], 'z': [{'delay': '1s'}]}}, 'stop': {'after': 9, 'of': 'starts', 'at': 'q'}, "
    "'windows': [['0s', '1s']], 'sample_at': ['1s'], 'log': {'of': 'q'}}";

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Texts with pieces replaced, repeated or removed are answered, not crashed on. */
static void any_text(void **state) {
    (void)state;
    static const char *const pieces[] = {"{",    "}",    "[",     "]",       "\"",        ",",
                                         ":",    "null", "-1",    "1e9",     "{}",        "[]",
                                         "true", "\"\"", "\"r\"", "\"all\"", "\"retry\"", "0"};
    enum { PIECES = sizeof pieces / sizeof pieces[0], ROUNDS = 4000 };
    in_scenario_free(good(sample));
    const char *source = json(sample);
    size_t length = strlen(source);
    char *text = malloc(2 * length + 16);
    uint64_t chance = 88172645463325252ULL;
    for (int round = 0; round < ROUNDS; round++) {
        size_t from = next_random(&chance) % length;
        size_t to = from + next_random(&chance) % 12;
        to = to > length ? length : to;
        sprintf(text, "%.*s%s%s", (int)from, source, pieces[next_random(&chance) % PIECES],
                source + to);
        struct sim_arena *texts = sim_arena_new();
        struct sim_diags said;
        sim_diags_init(&said, texts, NULL);
        struct mdl_scenario *s = in_scenario_parse(text, "fuzz.json", NULL, &said);
        assert_int_equal(s == NULL, said.errors > 0);
        in_scenario_free(s);
        sim_arena_free(texts);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(disciplines, setup, teardown),
        cmocka_unit_test_setup_teardown(station_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(instances, setup, teardown),
        cmocka_unit_test_setup_teardown(other_places, setup, teardown),
        cmocka_unit_test_setup_teardown(blocks, setup, teardown),
        cmocka_unit_test_setup_teardown(retries, setup, teardown),
        cmocka_unit_test_setup_teardown(document_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(judged_holding, setup, teardown),
        cmocka_unit_test_setup_teardown(judged_time, setup, teardown),
        cmocka_unit_test_setup_teardown(judged_classes, setup, teardown),
        cmocka_unit_test_setup_teardown(any_text, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
