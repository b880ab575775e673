/* The figures on the lines of a drawn network, against counting by hand. */
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
#include "models/graph.h"
#include "models/graph_parts.h"

static struct sim_arena *arena;
static struct mdl_scenario *scenario;
static struct mdl_graph *graph;

/* Draws routes over the stations a, b and c, and the cache k, whose hit ratio is not known, if they
 * ask it. The first route is "r". */
static void draw(const char *routes) {
    arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    bool asked = strstr(routes, "\"k\"") != NULL;
    const char *text = sim_arena_print(
        arena,
        "{\"network\": {\"sources\": [{\"name\": \"s\", \"rate\": \"1/s\", \"route\": \"r\"}],"
        " \"stations\": [{\"name\": \"a\", \"demand\": \"1ms\"}, {\"name\": \"b\", \"demand\":"
        " \"1ms\"}, {\"name\": \"c\", \"demand\": \"1ms\"}], \"caches\": [%s], \"routes\": {%s}},"
        " \"horizon\": \"1s\"}",
        asked ? "{\"name\": \"k\", \"policy\": \"lru\", \"keys\": 9, \"capacity\": 3}" : "",
        routes);
    scenario = in_scenario_parse(text, "test", NULL, &diags);
    sim_diags_print(&diags, stderr);
    assert_non_null(scenario);
    graph = mdl_graph_new(scenario, arena);
}

static void forget(void) {
    in_scenario_free(scenario);
    sim_arena_free(arena);
}

static bool is(const struct mdl_node *node, const char *name) {
    if (node->kind == MDL_NODE_STATION) {
        return strcmp(scenario->network.stations[node->index].name, name) == 0;
    }
    static const char *const names[] = {
        [MDL_NODE_SOURCE] = "s",  [MDL_NODE_CACHE] = "k",     [MDL_NODE_END] = "end",
        [MDL_NODE_FAIL] = "fail", [MDL_NODE_RETRY] = "retry", [MDL_NODE_TIMEOUT] = "timeout",
        [MDL_NODE_FORK] = "fork", [MDL_NODE_JOIN] = "join",   [MDL_NODE_NONE] = NULL,
    };
    return names[node->kind] != NULL && strcmp(names[node->kind], name) == 0;
}

/* Uses per request of all links from one node to the other; -1: there is none. */
static double uses(const char *from, const char *to) {
    double sum = -1;
    const struct mdl_links *links = &graph->chains[0].links;
    for (int i = 0; i < links->count; i++) {
        const struct mdl_link *link = &links->items[i];
        if (is(&graph->nodes[link->from], from) && is(&graph->nodes[link->to], to)) {
            sum = fmax(sum, 0) + mdl_twice_known(link->flow);
        }
    }
    return sum;
}

static double probability(const char *from, const char *to) {
    const struct mdl_links *links = &graph->chains[0].links;
    for (int i = 0; i < links->count; i++) {
        const struct mdl_link *link = &links->items[i];
        if (is(&graph->nodes[link->from], from) && is(&graph->nodes[link->to], to)) {
            return mdl_twice_known(link->p);
        }
    }
    return -1;
}

static void near(double found, double expected) {
    if (!(fabs(found - expected) < 1e-6)) {
        fail_msg("found %.9g, expected %.9g", found, expected);
    }
}

static void branches_and_repeats(void **state) {
    (void)state;
    draw(
        "\"r\": [{\"serve\": \"a\"}, {\"branch\": [{\"p\": 0.3, \"steps\": [{\"repeat\": "
        "{\"again\":"
        " 0.5}, \"steps\": [{\"serve\": \"b\"}]}]}, {\"p\": 0.7}]}, {\"repeat\": {\"times\": 4},"
        " \"steps\": [{\"serve\": \"c\"}, {\"branch\": [{\"p\": 0.5, \"steps\": [{\"serve\": \"b\"}"
        "]}, {\"p\": 0.5}]}]}]");
    near(uses("s", "a"), 1);
    near(uses("a", "b"), 0.3);
    near(probability("a", "b"), 0.3);
    near(uses("a", "c"), 0.7);
    near(uses("c", "b"), 4 * 0.5);
    near(uses("c", "c"), 3 * 0.5);
    near(uses("b", "b"), 0.3);
    near(uses("b", "c"), 0.3 + 3 * 0.5);
    near(uses("b", "end") + uses("c", "end"), 1);
    forget();
}

static void calls_and_gotos(void **state) {
    (void)state;
    draw("\"r\": [{\"call\": \"q\"}, {\"fork\": [[{\"call\": \"q\"}], [{\"call\": \"q\"}]]}],"
         "\"q\": [{\"serve\": \"a\"}, {\"branch\": [{\"weight\": 7, \"steps\": [{\"serve\": \"b\"},"
         " {\"goto\": \"q\"}]}, {\"weight\": 1, \"steps\": [{\"serve\": \"c\"}]}]}]");
    near(uses("s", "a"), 1);
    near(uses("a", "b"), 3 * 7);
    near(probability("a", "b"), 7.0 / 8);
    near(uses("b", "a"), 3 * 7);
    near(uses("a", "c"), 3);
    near(uses("c", "fork"), 1);
    near(uses("fork", "a"), 2);
    near(uses("c", "join"), 2);
    near(uses("join", "end"), 1);
    forget();
}

/* What hangs on an unknown hit ratio is not told, but what comes after both cases is. */
static void unknown_hits(void **state) {
    (void)state;
    draw(
        "\"r\": [{\"cache\": \"k\", \"miss\": [{\"serve\": \"b\"}], \"hit\": [{\"serve\": \"c\"}]},"
        " {\"serve\": \"a\"}]");
    near(uses("s", "k"), 1);
    assert_true(isnan(uses("k", "b")));
    assert_true(isnan(uses("b", "a")));
    near(uses("a", "end"), 1);
    forget();
}

static void endless(void **state) {
    (void)state;
    draw("\"r\": [{\"serve\": \"a\"}, {\"serve\": \"b\"}, {\"serve\": \"c\"}, {\"goto\": \"r\"}]");
    assert_true(isnan(uses("a", "b")));
    assert_true(isnan(uses("c", "a")));
    forget();
}

/* Failures end at the retry that takes them, the others are lost. */
static void failures(void **state) {
    (void)state;
    draw(
        "\"r\": [{\"retry\": {\"attempts\": 2, \"on\": [\"timed_out\"]}, \"steps\": [{\"timeout\":"
        " \"1s\", \"steps\": [{\"serve\": \"a\"}, {\"branch\": [{\"p\": 0.2, \"steps\": [{\"fail\":"
        " true}]}, {\"p\": 0.8}]}]}]}, {\"async\": [{\"serve\": \"b\"}, {\"fail\": true}]},"
        " {\"serve\": \"c\"}]");
    assert_true(isnan(uses("timeout", "retry")));
    near(uses("a", "fail"), 0.2);
    near(uses("a", "retry"), -1);
    near(uses("a", "c"), 0.8);
    near(uses("a", "b"), 0.8);
    near(uses("b", "fail"), 0.8);
    assert_true(isnan(uses("retry", "fail")));
    near(uses("b", "c"), -1);
    forget();
}

/* Nested calls: the work must not double with each level. */
static void deep_calls(void **state) {
    (void)state;
    struct sim_arena *own = sim_arena_new();
    const char *routes = "\"r\": [{\"call\": \"x0\"}]";
    for (int i = 0; i < 25; i++) {
        routes = sim_arena_print(own, "%s, \"x%d\": [{\"call\": \"x%d\"}, {\"call\": \"x%d\"}]",
                                 routes, i, i + 1, i + 1);
    }
    draw(sim_arena_print(own,
                         "%s, \"x25\": [{\"serve\": \"a\"}, {\"serve\": \"b\"}, {\"serve\":"
                         " \"c\"}, {\"cache\": \"k\"}]",
                         routes));
    near(uses("a", "b"), 1 << 25);
    near(uses("s", "a"), 1);
    forget();
    sim_arena_free(own);
}

/* A name with bytes that are no UTF-8, and with a line feed, is still data. */
static void any_bytes(void **state) {
    (void)state;
    draw("\"r\": [{\"serve\": \"a\"}, {\"serve\": \"b\"}, {\"serve\": \"c\"}, {\"cache\": \"k\"}]");
    scenario->network.stations[0].name = "x\n\xff\xc3\xa9\xed\xa0\x80\"\\&<";
    scenario->network.routes[0].body.steps[0].target = scenario->network.stations[0].name;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    mdl_graph_dot(out, scenario);
    fclose(out);
    assert_non_null(strstr(text, "[label=\"x?\?\xc3\xa9???\\\"\\\\&amp;<\\nfcfs"));
    free(text);
    forget();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(branches_and_repeats),
        cmocka_unit_test(calls_and_gotos),
        cmocka_unit_test(unknown_hits),
        cmocka_unit_test(endless),
        cmocka_unit_test(failures),
        cmocka_unit_test(deep_calls),
        cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
