/* The analytic twin against the simulation: every figure that `jauge solve` calls exact is a claim
 * on a run of the same document, and must refute runs of documents that differ a little. Both sides
 * of the comparison that `jauge run` makes (studies/twin.h) are asked too. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>

#include "inputs/scenario_file.h"
#include "models/solve.h"
#include "studies/twin.h"
#include "tests/oracle.h"
#include "tests/random_network.h"

/* Figures that say something of their own: not the rates that are given. */
static bool telling(const struct mdl_figure *f) {
    static const char *const names[] = {"response.mean", "waiting.mean", "waiting_all.mean",
                                        "utilization",   "number.mean",  "error_rate",
                                        "waited",        "throughput",   "users.mean"};
    bool given = strcmp(f->name, "throughput") == 0 && strcmp(f->scope, "source") != 0;
    for (size_t i = 0; i < sizeof names / sizeof *names && !given; i++) {
        if (strcmp(f->name, names[i]) == 0) {
            return strcmp(f->scope, "class") != 0;
        }
    }
    return false;
}

/* All exact figures of the solution as claims; returns how many. */
static int claims(struct oracle *o, const struct mdl_solution *solution) {
    int count = 0;
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        bool percentile = strstr(f->name, ".p") != NULL;
        bool all = strcmp(f->scope, "source") == 0 && strcmp(f->name, "users.mean") != 0 &&
                   solution->scenario->network.source_count == 1; /* the same as the network's */
        if (f->kind != MDL_EXACT || all ||
            std_metric_find(o->run.findings, f->scope, f->entity, f->name) == NULL) {
            continue;
        }
        if (percentile && f->value > 0) {
            oracle_percentile(o, f->scope, f->entity, f->name, f->value);
            count++;
        } else if (!percentile && telling(f)) {
            oracle_mean(o, f->scope, f->entity, f->name, f->value);
            count++;
        }
    }
    return count;
}

static void agree(const char *model, int replications, uint64_t seed, int at_least,
                  const char *document) {
    struct oracle o = oracle_run(model, "jauge solve", replications, seed, "%s", document);
    struct mdl_solution *solution = mdl_solve(o.run.scenario);
    assert_true(claims(&o, solution) >= at_least);
    std_twin_add(o.run.findings);
    assert_null(o.run.findings->twin->unjudged);
    assert_true(o.run.findings->twin->judged >= at_least);
    assert_int_equal(o.run.findings->twin->disagreed, 0);
    mdl_solution_free(solution);
    oracle_accept(&o);
}

/* The formulas of `document` against a run of `mutant`. */
static void refuse(int replications, uint64_t seed, const char *document, const char *mutant) {
    struct harness_run right = harness_run(document, 1, seed);
    struct oracle o = oracle_mutant(replications, seed, "%s", mutant);
    struct mdl_solution *solution = mdl_solve(right.scenario);
    claims(&o, solution);
    o.run.findings->scenario = right.scenario;
    int remarks = o.run.findings->remark_count;
    std_twin_add(o.run.findings);
    assert_true(o.run.findings->twin->disagreed > 0);
    assert_int_equal(o.run.findings->remark_count, remarks + 1);
    o.run.findings->scenario = o.run.scenario;
    mdl_solution_free(solution);
    harness_free(&right);
    oracle_reject(&o);
}

/* --- single stations ---------------------------------------------------------------------------
 */

#define ONE(arrivals, station, demand)                                                             \
    "{'name': 'one', 'network': {'sources': [{'name': 's', " arrivals ", 'route': 'r'}],"          \
    " 'stations': [{'name': 'q'" station "}],"                                                     \
    " 'routes': {'r': [{'serve': 'q', 'demand': '" demand "'}]}},"                                 \
    " 'horizon': '60000s', 'warmup': '2000s'}"

static void stations(void **state) {
    (void)state;
    agree("M/G/1, lognormal", 20, 901, 8, ONE("'rate': '0.6/s'", "", "lognormal(1s, cv=1.2)"));
    refuse(20, 901, ONE("'rate': '0.6/s'", "", "lognormal(1s, cv=1.2)"),
           ONE("'rate': '0.6/s'", "", "lognormal(1s, cv=1.3)"));
    agree("M/M/3", 20, 902, 8, ONE("'rate': '2.2/s'", ", 'servers': 3", "exp(1s)"));
    refuse(20, 902, ONE("'rate': '2.2/s'", ", 'servers': 3", "exp(1s)"),
           ONE("'rate': '2.25/s'", ", 'servers': 3", "exp(1s)"));
    agree("M/M/3/6", 20, 903, 6,
          ONE("'rate': '2.7/s'", ", 'servers': 3, 'capacity': 6", "exp(1s)"));
    agree("M/G/4/4, Erlang B", 20, 904, 4,
          ONE("'rate': '3/s'", ", 'servers': 4, 'capacity': 4", "hyperexp(1s, cv=2)"));
    agree("Erlang A", 20, 905, 4,
          ONE("'rate': '3.2/s'", ", 'servers': 3, 'patience': 'exp(2s)'", "exp(1s)"));
    refuse(20, 905, ONE("'rate': '3.2/s'", ", 'servers': 3, 'patience': 'exp(2s)'", "exp(1s)"),
           ONE("'rate': '3.2/s'", ", 'servers': 3, 'patience': '2s'", "exp(1s)"));
    agree("E3/M/1", 20, 906, 8, ONE("'arrivals': 'erlang(1s, k=3)'", "", "exp(0.8s)"));
    refuse(20, 906, ONE("'arrivals': 'erlang(1s, k=3)'", "", "exp(0.8s)"),
           ONE("'arrivals': 'erlang(1s, k=2)'", "", "exp(0.8s)"));
    agree("PS, rates by number", 20, 907, 4,
          ONE("'rate': '1/s'", ", 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436]",
              "lognormal(1s, cv=2)"));
    refuse(20, 907,
           ONE("'rate': '1/s'", ", 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436]",
               "lognormal(1s, cv=2)"),
           ONE("'rate': '1/s'", ", 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.46]",
               "lognormal(1s, cv=2)"));
    agree("PS, limited room", 20, 908, 4,
          ONE("'rate': '0.9/s'", ", 'discipline': 'ps', 'capacity': 4", "gamma(1s, cv=2)"));
}

#define URGENT(discipline, first)                                                                  \
    "{'name': 'p', 'network': {'classes': {'a': {'priority': 1}, 'b': {'priority': 2}},"           \
    " 'sources': [{'name': 's', 'class': 'a', 'rate': '0.3/s', 'route': 'r'},"                     \
    "   {'name': 't', 'class': 'b', 'rate': '0.4/s', 'route': 'r'}],"                              \
    " 'stations': [{'name': 'q', 'discipline': '" discipline "',"                                  \
    "   'demand': {'a': '" first "', 'b': 'erlang(1.1s, k=2)'}}],"                                 \
    " 'routes': {'r': [{'serve': 'q'}]}}, 'horizon': '60000s', 'warmup': '2000s'}"

static void priorities(void **state) {
    (void)state;
    agree("priorities", 20, 911, 8, URGENT("priority", "gamma(1s, cv=1.5)"));
    refuse(20, 911, URGENT("priority", "gamma(1s, cv=1.5)"), URGENT("fcfs", "gamma(1s, cv=1.5)"));
    agree("preemptive priorities", 20, 912, 6, URGENT("priority_preemptive", "gamma(1s, cv=1.5)"));
    refuse(20, 912, URGENT("priority_preemptive", "gamma(1s, cv=1.5)"),
           URGENT("priority_preemptive", "gamma(1s, cv=1.6)"));
}

/* --- networks ----------------------------------------------------------------------------------
 */

/* Load balancer, application servers, cache branch, database. */
#define TIERS(hit, demand)                                                                         \
    "{'name': 'tiers', 'network': {'classes': {'read': {}, 'write': {}}, 'sources': ["             \
    " {'name': 'r', 'class': 'read', 'rate': '9/s', 'route': 'read'},"                             \
    " {'name': 'w', 'class': 'write', 'rate': '3/s', 'route': 'write'}],"                          \
    " 'caches': [{'name': 'c', 'hit': '" hit "'}], 'stations': ["                                  \
    " {'name': 'lb', 'discipline': 'delay', 'demand': '12ms'},"                                    \
    " {'name': 'app', 'instances': 4, 'balancer': 'random', 'discipline': 'ps', 'servers': 2,"     \
    "  'speeds': [1, 1.436], 'demand': {'read': 'lognormal(200ms, cv=1.5)',"                       \
    "  'write': 'lognormal(300ms, cv=1.5)'}}, {'name': 'redis', 'demand': 'exp(1ms)'},"            \
    " {'name': 'db', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436],"                      \
    "  'demand': {'read': 'gamma(140ms, cv=2)', 'write': '" demand "'}}],"                         \
    " 'routes': {'read': [{'serve': 'lb'}, {'serve': 'app'}, {'serve': 'redis'},"                  \
    "  {'cache': 'c', 'miss': [{'serve': 'db'}, {'serve': 'redis'}]}],"                            \
    "  'write': [{'serve': 'lb'}, {'serve': 'app'}, {'serve': 'db'}, {'serve': 'redis'}]}},"       \
    " 'horizon': '8000s', 'warmup': '500s'}"

/* Exponential queues with feedback and a loop, by goto. */
#define JACKSON(back, on)                                                                          \
    "{'name': 'jackson', 'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}],"     \
    " 'stations': [{'name': 'x', 'servers': 2, 'demand': 'exp(0.8s)'},"                            \
    "  {'name': 'y', 'demand': 'exp(0.35s)'}], 'routes': {'r': [{'serve': 'x'}, {'serve': 'y'},"   \
    "  {'branch': [{'p': " back ", 'steps': [{'goto': 'r'}]}, {'p': " on "}]}]}},"                 \
    " 'horizon': '30000s', 'warmup': '1000s'}"

#define CLOSED(speeds, users)                                                                      \
    "{'name': 'closed', 'network': {'classes': {'a': {}, 'b': {}}, 'sources': ["                   \
    " {'name': 'a', 'class': 'a', 'population': " users ", 'think': 'exp(6s)', 'route': 'r'},"     \
    " {'name': 'b', 'class': 'b', 'population': 4, 'think': 'uniform(1s, 3s)', 'route': 'r'}],"    \
    " 'stations': [{'name': 'x', 'discipline': 'ps', 'servers': 2, 'speeds': " speeds ","          \
    "  'demand': {'a': 'lognormal(0.6s, cv=2)', 'b': 'exp(0.3s)'}},"                               \
    "  {'name': 'y', 'instances': 2, 'balancer': 'random', 'demand': 'exp(0.5s)'}],"               \
    " 'routes': {'r': [{'serve': 'x'}, {'serve': 'y'}]}},"                                         \
    " 'horizon': '20000s', 'warmup': '500s'}"

#define MIXED(open)                                                                                \
    "{'name': 'mixed', 'network': {'sources': ["                                                   \
    " {'name': 'o', 'rate': '" open "', 'route': 'r'},"                                            \
    " {'name': 'c', 'population': 7, 'think': '3s', 'route': 'r'}],"                               \
    " 'stations': [{'name': 'x', 'discipline': 'ps', 'demand': 'hyperexp(0.5s, cv=2)'},"           \
    "  {'name': 'y', 'servers': 2, 'demand': 'exp(0.4s)'}],"                                       \
    " 'routes': {'r': [{'serve': 'x'}, {'serve': 'y'}]}},"                                         \
    " 'horizon': '20000s', 'warmup': '500s'}"

static void networks(void **state) {
    (void)state;
    agree("balancer, app, cache, database", 20, 921, 15, TIERS("80%", "exp(160ms)"));
    refuse(20, 921, TIERS("80%", "exp(160ms)"), TIERS("78%", "exp(160ms)"));
    refuse(20, 921, TIERS("80%", "exp(160ms)"), TIERS("80%", "exp(164ms)"));
    agree("open, with feedback", 20, 922, 12, JACKSON("0.3", "0.7"));
    refuse(20, 922, JACKSON("0.3", "0.7"), JACKSON("0.31", "0.69"));
    agree("closed, two chains", 20, 923, 10, CLOSED("[1, 1.6]", "9"));
    refuse(20, 923, CLOSED("[1, 1.6]", "9"), CLOSED("[1, 1.64]", "9"));
    refuse(20, 923, CLOSED("[1, 1.6]", "9"), CLOSED("[1, 1.6]", "10"));
    agree("mixed", 20, 924, 10, MIXED("0.3/s"));
    refuse(20, 924, MIXED("0.3/s"), MIXED("0.32/s"));
}

/* --- over time ---------------------------------------------------------------------------------
 */

#define DAY(stay)                                                                                  \
    "{'name': 'day', 'network': {'sources': [{'name': 'u', 'route': 'r', 'arrived_by': {"          \
    "'total': 2000, 'curve': [['1h', '40%'], ['4h', '100%']]}, 'session': {'stay': '" stay "',"    \
    "'personas': [{'name': 'p', 'p': 1, 'rate': '6/h'}],"                                          \
    "'actions': [{'name': 'a', 'p': 1, 'requests': 2, 'duration': '10s'}]}}],"                     \
    "'stations': [{'name': 'x', 'discipline': 'ps', 'demand': 'exp(1s)'}],"                        \
    "'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '5h'}"

/* The users are exact. The requests that they make are approximated: their number to within 1 %,
 * their response to within 6 %, as the number of users who ask varies about its mean. */
static void over_time(void **state) {
    (void)state;
    agree("users over time", 40, 931, 1, DAY("lognormal(720s, cv=1)"));
    refuse(40, 931, DAY("lognormal(720s, cv=1)"), DAY("lognormal(760s, cv=1)"));
    struct harness_run run = harness_run(DAY("lognormal(720s, cv=1)"), 40, 932);
    std_twin_add(run.findings);
    const struct std_twin *twin = run.findings->twin;
    int found = 0;
    for (int i = 0; i < twin->row_count; i++) {
        if (strcmp(twin->rows[i].scope, "network") == 0 &&
            (strcmp(twin->rows[i].name, "throughput") == 0 ||
             strcmp(twin->rows[i].name, "response.mean") == 0)) {
            assert_int_equal(twin->rows[i].verdict, STD_TWIN_SHOWN);
            bool rate = strcmp(twin->rows[i].name, "throughput") == 0;
            assert_true(fabs(twin->rows[i].relative) < (rate ? 0.01 : 0.06));
            found++;
        }
    }
    assert_int_equal(found, 2);
    harness_free(&run);
}

/* A run that is no picture of the steady state is not judged. */
static void not_comparable(void **state) {
    (void)state;
    struct harness_run run = harness_run(
        "{'name': 'short', 'network': {'sources': [{'name': 's', 'rate': '0.95/s', 'route': 'r'}],"
        "'stations': [{'name': 'q', 'demand': 'exp(1s)'}], 'routes': {'r': [{'serve': 'q'}]}},"
        "'horizon': '300s'}",
        20, 941);
    std_twin_add(run.findings);
    assert_non_null(run.findings->twin->unjudged);
    assert_int_equal(run.findings->twin->judged, 0);
    harness_free(&run);
}

/* Random networks of every kind: all figures are numbers, and whatever is called exact is. */
static void random_networks(void **state) {
    (void)state;
    enum { FIRST = 100, LAST = 180 };
    int judged = 0;
    for (uint64_t number = FIRST; number < LAST; number++) {
        struct sim_arena *arena = sim_arena_new();
        struct sim_diags diags;
        sim_diags_init(&diags, arena, "random");
        char *text = random_network_text(number);
        struct mdl_scenario *scenario = in_scenario_parse(text, "random", NULL, &diags);
        if (scenario != NULL) {
            struct std_run_options options = {.seed = 3, .replications = 10, .threads = 1};
            struct std_findings *findings = std_run(scenario, &options);
            std_twin_add(findings);
            for (int i = 0; i < findings->twin->row_count; i++) {
                const struct std_twin_row *row = &findings->twin->rows[i];
                assert_true(isfinite(row->value) || strcmp(row->kind, "bound") == 0);
                if (row->verdict == STD_TWIN_DISAGREES) {
                    fail_msg("random network %d: %s %s %s is %g, simulated %g", (int)number,
                             row->scope, row->entity, row->name, row->value, row->simulated.value);
                }
            }
            judged += findings->twin->judged;
            std_findings_free(findings);
            in_scenario_free(scenario);
        }
        free(text);
        sim_arena_free(arena);
    }
    assert_true(judged > 20);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stations),       cmocka_unit_test(priorities),
        cmocka_unit_test(networks),       cmocka_unit_test(over_time),
        cmocka_unit_test(not_comparable), cmocka_unit_test(random_networks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
