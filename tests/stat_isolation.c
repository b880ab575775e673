/* Streams of chance are isolated: what one part draws does not depend on what others do, nor on how
 * many there are, nor on threads. Compared bit by bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness.h"

enum { REPLICATIONS = 10 };

/* Of the metrics of one entity: how many there are, and how many differ in any replication. */
struct difference {
    int metrics;
    int differ;
};

static struct difference compare(const struct std_findings *a, const struct std_findings *b,
                                 const char *scope, const char *entity) {
    struct difference d = {0, 0};
    for (int i = 0; i < a->metric_count; i++) {
        const struct std_metric *m = &a->metrics[i];
        if (scope != NULL && (strcmp(m->scope, scope) != 0 || strcmp(m->entity, entity) != 0)) {
            continue;
        }
        const struct std_metric *other = std_metric_find(b, m->scope, m->entity, m->name);
        d.metrics++;
        d.differ += other == NULL || memcmp(m->values, other->values,
                                            (size_t)a->replications * sizeof *m->values) != 0;
    }
    assert_true(d.metrics > 0);
    return d;
}

static void assert_same(const struct harness_run *a, const struct harness_run *b, const char *scope,
                        const char *entity) {
    assert_int_equal(compare(a->findings, b->findings, scope, entity).differ, 0);
}

static void assert_different(const struct harness_run *a, const struct harness_run *b,
                             const char *scope, const char *entity) {
    assert_true(compare(a->findings, b->findings, scope, entity).differ > 0);
}

/* --- more parts --------------------------------------------------------------------------- */

#define MAIN_SOURCES                                                                               \
    "{'name': 's', 'class': 'red', 'rate': '0.6/s', 'route': 'r'},"                                \
    "{'name': 'users', 'class': 'blue', 'population': 20, 'think': 'exp(20s)', 'route': 'u'},"     \
    "{'name': 'visitors', 'class': 'green', 'rate': '0.01/s', 'route': 'v', 'session': {"          \
    "   'stay': 'exp(300s)', 'personas': [{'name': 'p', 'rate': '60/h'}],"                         \
    "   'actions': [{'name': 'a', 'requests': 3, 'duration': '30s'}]}}"
#define MAIN_STATIONS                                                                              \
    "{'name': 'q', 'demand': 'gamma(1s, cv=2)'}, {'name': 'w', 'discipline': 'ps'},"               \
    "{'name': 'fleet', 'instances': 3, 'balancer': 'random'}"
#define MAIN_ROUTES                                                                                \
    "'r': [{'serve': 'q'}, {'cache': 'c', 'miss': [{'delay': 'exp(1s)'}]}],"                       \
    "'u': [{'acquire': 'p'}, {'serve': 'w', 'demand': 'exp(0.7s)'}, {'release': 'p'}],"            \
    "'v': [{'repeat': {'again': 0.3}, 'steps': [{'serve': 'fleet', 'demand': 'exp(2s)'}]}]"
#define PARTS(sources, classes, stations, pools, routes)                                           \
    "{'name': 'parts', 'network': {"                                                               \
    " 'classes': {" classes "'red': {}, 'blue': {}, 'green': {}},"                                 \
    " 'sources': [" sources MAIN_SOURCES "], 'stations': [" stations MAIN_STATIONS "],"            \
    " 'pools': [" pools "{'name': 'p', 'size': 2, 'patience': 'exp(3s)'}],"                        \
    " 'caches': [{'name': 'c', 'hit': 0.4}],"                                                      \
    " 'routes': {" routes MAIN_ROUTES "}}, 'horizon': '3000s', 'warmup': '100s'}"
#define OTHER_SOURCES                                                                              \
    "{'name': 'other', 'class': 'grey', 'rate': '5/s', 'route': 'o'},"                             \
    "{'name': 'crowd', 'class': 'grey', 'population': 50, 'think': 'exp(9s)', 'route': 'o'},"
#define OTHER_STATIONS "{'name': 'elsewhere', 'servers': 9, 'instances': 2, 'balancer': 'random'},"
#define OTHER_POOLS "{'name': 'gate', 'size': 5},"
#define OTHER_ROUTES                                                                               \
    "'o': [{'acquire': 'gate'}, {'serve': 'elsewhere', 'demand': 'exp(0.3s)'},"                    \
    "      {'release': 'gate'}],"

static void unrelated_parts(void **state) {
    (void)state;
    struct harness_run alone = harness_run(PARTS("", "", "", "", ""), REPLICATIONS, 1);
    struct harness_run beside =
        harness_run(PARTS(OTHER_SOURCES, "'grey': {}, ", OTHER_STATIONS, OTHER_POOLS, OTHER_ROUTES),
                    REPLICATIONS, 1);
    static const char *const parts[][2] = {
        {"source", "s"},      {"source", "users"},      {"source", "visitors"}, {"class", "red"},
        {"class", "blue"},    {"class", "green"},       {"station", "q"},       {"station", "w"},
        {"station", "fleet"}, {"instance", "fleet[2]"}, {"pool", "p"},          {"cache", "c"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_same(&alone, &beside, parts[i][0], parts[i][1]);
    }
    /* Work for the same station is not unrelated, and another seed is another chance. */
    struct harness_run shared =
        harness_run(PARTS("{'name': 'other', 'class': 'grey', 'rate': '0.01/s', 'route': 'r'},",
                          "'grey': {}, ", "", "", ""),
                    REPLICATIONS, 1);
    assert_different(&alone, &shared, "source", "s");
    assert_same(&alone, &shared, "source", "users");
    struct harness_run seed = harness_run(PARTS("", "", "", "", ""), REPLICATIONS, 2);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_different(&alone, &seed, parts[i][0], parts[i][1]);
    }
    harness_free(&alone);
    harness_free(&beside);
    harness_free(&shared);
    harness_free(&seed);
}

/* --- another infrastructure --------------------------------------------------------------- */

/* The same 2000 customers want the same of the second place, in whatever order the first one lets
 * them go. */
#define SERVED_BY(station)                                                                         \
    "{'name': 'order', 'network': {"                                                               \
    " 'sources': [{'name': 's', 'rate': '1/s', 'limit': 2000, 'route': 'r'}],"                     \
    " 'stations': [{'name': 'first', " station "}, {'name': 'second', 'discipline': 'delay'}],"    \
    " 'routes': {'r': [{'serve': 'first', 'demand': 'exp(0.9s)'},"                                 \
    "                  {'serve': 'second', 'demand': 'lognormal(1s, cv=1)'}]}},"                   \
    " 'horizon': '100000s'}"

/* What depends on times of arrival is not compared: levels over time. */
static void assert_same_wants(const struct harness_run *a, const struct harness_run *b, bool same) {
    static const char *const names[] = {"count.arrived",      "count.ok",     "response.mean",
                                        "response.deviation", "response.p50", "response.p99",
                                        "response.max"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct std_metric *x = std_metric_find(a->findings, "station", "second", names[i]);
        const struct std_metric *y = std_metric_find(b->findings, "station", "second", names[i]);
        bool equal = memcmp(x->values, y->values, REPLICATIONS * sizeof *x->values) == 0;
        assert_true(equal == same || strncmp(names[i], "count", 5) == 0);
    }
}

static void same_wants(void **state) {
    (void)state;
    struct harness_run queue = harness_run(SERVED_BY("'discipline': 'fcfs'"), REPLICATIONS, 3);
    struct harness_run shared = harness_run(SERVED_BY("'discipline': 'ps'"), REPLICATIONS, 3);
    struct harness_run fleet = harness_run(
        SERVED_BY("'instances': 4, 'balancer': 'random', 'speed': 0.5"), REPLICATIONS, 3);
    struct harness_run seed = harness_run(SERVED_BY("'discipline': 'fcfs'"), REPLICATIONS, 4);
    assert_same_wants(&queue, &shared, true);
    assert_same_wants(&queue, &fleet, true);
    assert_same_wants(&queue, &seed, false);
    assert_different(&queue, &shared, "source", "s");
    harness_free(&queue);
    harness_free(&shared);
    harness_free(&fleet);
    harness_free(&seed);
}

/* --- more users --------------------------------------------------------------------------- */

/* On an infinite server the requests of the first users are among those of more users. So the
 * longest is as long or longer in every replication, and the same one in about half of them when
 * the number of users doubles; with other chance it would never be the same. */
static void assert_among(const char *few, const char *many, uint64_t other_seed) {
    enum { RUNS = 60 };
    struct harness_run a = harness_run(few, RUNS, 5);
    struct harness_run b = harness_run(many, RUNS, 5);
    struct harness_run c = harness_run(many, RUNS, other_seed);
    const struct std_metric *x = std_metric_find(a.findings, "station", "place", "response.max");
    const struct std_metric *y = std_metric_find(b.findings, "station", "place", "response.max");
    const struct std_metric *z = std_metric_find(c.findings, "station", "place", "response.max");
    int equal = 0;
    int by_chance = 0;
    for (int i = 0; i < RUNS; i++) {
        assert_true(y->values[i] >= x->values[i]);
        equal += y->values[i] == x->values[i];
        by_chance += z->values[i] == x->values[i];
    }
    /* Binomial(60, 1/2): outside of 15..45 with a probability below 1e-4. */
    assert_in_range(equal, 15, 45);
    assert_int_equal(by_chance, 0);
    harness_free(&a);
    harness_free(&b);
    harness_free(&c);
}

#define POPULATION(users, session)                                                                 \
    "{'name': 'users', 'network': {"                                                               \
    " 'sources': [{'name': 'u', 'population': " users ", " session ", 'route': 'r'}],"             \
    " 'stations': [{'name': 'place', 'discipline': 'delay'}],"                                     \
    " 'routes': {'r': [{'serve': 'place', 'demand': 'exp(1s)'}]}}, 'horizon': '600s'}"
#define THINKING "'think': 'exp(30s)'"
#define ACTING                                                                                     \
    "'session': {'start': 'back_to_back', 'actions': [{'name': 'a', 'p': 0.5, 'requests': 3,"      \
    " 'duration': '60s'}, {'name': 'b', 'p': 0.5, 'requests': 1, 'duration': '20s'}]}"
#define STARTING                                                                                   \
    "'session': {'personas': [{'name': 'p', 'rate': '2/m'}], 'actions': [{'name': 'a',"            \
    " 'requests': 3, 'duration': '10s'}]}"
#define CUSTOMERS(count)                                                                           \
    "{'name': 'customers', 'network': {"                                                           \
    " 'sources': [{'name': 'u', 'route': 'r',"                                                     \
    "   'arrived_by': {'total': " count ", 'curve': [['500s', '100%']], 'count': 'fixed'}}],"      \
    " 'stations': [{'name': 'place', 'discipline': 'delay'}],"                                     \
    " 'routes': {'r': [{'serve': 'place', 'demand': 'exp(1s)'}]}}, 'horizon': '600s'}"

static void more_users(void **state) {
    (void)state;
    assert_among(POPULATION("50", THINKING), POPULATION("100", THINKING), 6);
    assert_among(POPULATION("50", ACTING), POPULATION("100", ACTING), 6);
    assert_among(POPULATION("50", STARTING), POPULATION("100", STARTING), 6);
    assert_among(CUSTOMERS("1000"), CUSTOMERS("2000"), 6);
}

/* --- threads ------------------------------------------------------------------------------ */

static void threads(void **state) {
    (void)state;
    struct harness_run one = harness_run(PARTS("", "", "", "", ""), REPLICATIONS, 7);
    for (int count = 2; count <= 5; count += 3) {
        struct std_run_options options = {
            .seed = 7, .replications = REPLICATIONS, .threads = count};
        struct std_findings *many = std_run(one.scenario, &options);
        assert_non_null(many);
        assert_int_equal(compare(one.findings, many, NULL, NULL).differ, 0);
        assert_int_equal(compare(many, one.findings, NULL, NULL).differ, 0);
        assert_true(one.findings->events == many->events);
        for (int i = 0; i < many->metric_count; i++) {
            assert_memory_equal(&many->metrics[i].estimate, &one.findings->metrics[i].estimate,
                                3 * sizeof(double));
        }
        std_findings_free(many);
    }
    harness_free(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unrelated_parts),
        cmocka_unit_test(same_wants),
        cmocka_unit_test(more_users),
        cmocka_unit_test(threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
