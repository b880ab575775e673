/* The solver on whole networks: small Markov chains solved by linear algebra (Kolmogorov's balance
 * equations, every state written out), visit ratios by hand, numbers of the literature, and what it
 * must refuse to call exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "inputs/scenario_file.h"
#include "models/solve.h"
#include "models/solve_closed.h"
#include "tests/theory.h"

static void near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

/* --- documents ---------------------------------------------------------------------------------
 */

struct solved {
    struct mdl_scenario *scenario;
    struct mdl_solution *solution;
};

static struct solved solve(const char *text) {
    struct sim_arena *arena = sim_arena_new();
    char *json = sim_arena_copy(arena, text);
    for (char *c = json; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "test");
    struct solved s = {.scenario = in_scenario_parse(json, "test", NULL, &diags)};
    if (s.scenario == NULL) {
        sim_diags_print(&diags, stderr);
        abort();
    }
    s.solution = mdl_solve(s.scenario);
    sim_arena_free(arena);
    return s;
}

static void done(struct solved *s) {
    mdl_solution_free(s->solution);
    in_scenario_free(s->scenario);
}

static const struct mdl_figure *figure(const struct solved *s, const char *scope,
                                       const char *entity, const char *name) {
    const struct mdl_figure *f = mdl_solution_find(s->solution, scope, entity, name);
    if (f == NULL) {
        fail_msg("no figure %s %s %s", scope, entity, name);
    }
    return f;
}

static void exactly(const struct solved *s, const char *scope, const char *entity, const char *name,
                    double value, double tolerance) {
    const struct mdl_figure *f = figure(s, scope, entity, name);
    assert_int_equal(f->kind, MDL_EXACT);
    near(f->value, value, tolerance);
}

static void about(const struct solved *s, const char *scope, const char *entity, const char *name,
                  double value, double tolerance) {
    const struct mdl_figure *f = figure(s, scope, entity, name);
    assert_int_equal(f->kind, MDL_APPROXIMATION);
    near(f->value, value, tolerance);
}

static void nothing(const struct solved *s, const char *scope, const char *entity,
                    const char *name) {
    assert_null(mdl_solution_find(s->solution, scope, entity, name));
}

/* Whether some reservation of the kind tells of these words. */
static bool told(const struct solved *s, bool unsolved, const char *words) {
    for (int i = 0; i < s->solution->reservation_count; i++) {
        const struct mdl_reservation *r = &s->solution->reservations[i];
        if (r->unsolved == unsolved &&
            (strstr(r->why, words) != NULL || strstr(r->what, words) != NULL)) {
            return true;
        }
    }
    return false;
}

/* --- Markov chains -----------------------------------------------------------------------------
 */

enum { PARTS = 5, STATES = 1200 };

/* States are tuples of small numbers, found from the first one by what `leave` says. */
struct chain {
    int states[STATES][PARTS];
    int count;
    gsl_matrix *rates; /* [to, from] */
    int from;
    double p[STATES];
};

static int state_of(struct chain *c, const int *state) {
    for (int i = 0; i < c->count; i++) {
        if (memcmp(c->states[i], state, sizeof c->states[i]) == 0) {
            return i;
        }
    }
    assert_true(c->count < STATES);
    memcpy(c->states[c->count], state, sizeof c->states[0]);
    return c->count++;
}

/* From the current state, part `down` loses one and part `up` gains one (-1: none). */
static void jump(struct chain *c, int down, int up, double rate) {
    if (rate > 0) {
        int state[PARTS];
        memcpy(state, c->states[c->from], sizeof state);
        if (down >= 0) {
            state[down]--;
        }
        if (up >= 0) {
            state[up]++;
        }
        int to = state_of(c, state);
        *gsl_matrix_ptr(c->rates, (size_t)to, (size_t)c->from) += rate;
        *gsl_matrix_ptr(c->rates, (size_t)c->from, (size_t)c->from) -= rate;
    }
}

/* The stationary law: the balance equations, one of them replaced by the sum. */
static void balance(struct chain *c, const int *first,
                    void (*leave)(struct chain *c, const int *state)) {
    c->rates = gsl_matrix_calloc(STATES, STATES);
    state_of(c, first);
    for (c->from = 0; c->from < c->count; c->from++) {
        leave(c, c->states[c->from]);
    }
    size_t n = (size_t)c->count;
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_vector *x = gsl_vector_calloc(n);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            gsl_matrix_set(m, i, k, i == 0 ? 1 : gsl_matrix_get(c->rates, i, k));
        }
    }
    gsl_vector_set(x, 0, 1);
    gsl_permutation *p = gsl_permutation_alloc(n);
    int sign;
    gsl_linalg_LU_decomp(m, p, &sign);
    gsl_linalg_LU_svx(m, p, x);
    for (size_t i = 0; i < n; i++) {
        c->p[i] = gsl_vector_get(x, i);
    }
    gsl_permutation_free(p);
    gsl_vector_free(x);
    gsl_matrix_free(m);
    gsl_matrix_free(c->rates);
}

static double mean_of(const struct chain *c, int part) {
    double sum = 0;
    for (int i = 0; i < c->count; i++) {
        sum += c->p[i] * c->states[i][part];
    }
    return sum;
}

/* Two chains, 3 and 2 users who think 2 s and 1 s; app: sharing at 1, 1.6 of 2 servers, demands 1
 * and 0.5; db: sharing, demands 0.4 and 0.8. Parts: chain 1 and 2 at app, chain 1 and 2 at db, open
 * ones at app (0.3 a second, demand 0.6; up to 16, beyond which there is less than 1e-7). */
static void leave_mixed(struct chain *c, const int *n) {
    int at_app = n[0] + n[1] + n[4];
    double app = (at_app > 1 ? 1.6 : 1.0) / (at_app > 0 ? at_app : 1);
    double db = 1.0 / (n[2] + n[3] > 0 ? n[2] + n[3] : 1);
    jump(c, -1, 0, (3 - n[0] - n[2]) / 2.0);
    jump(c, -1, 1, (2 - n[1] - n[3]) / 1.0);
    jump(c, 0, 2, n[0] * app / 1);
    jump(c, 1, 3, n[1] * app / 0.5);
    jump(c, 2, -1, n[2] * db / 0.4);
    jump(c, 3, -1, n[3] * db / 0.8);
    jump(c, -1, 4, n[4] < 16 ? 0.3 : 0);
    jump(c, 4, -1, n[4] * app / 0.6);
}

static void mixed_chains(void **state) {
    (void)state;
    struct chain *c = calloc(1, sizeof *c);
    const int empty[PARTS] = {0};
    balance(c, empty, leave_mixed);
    assert_int_equal(c->count, 10 * 6 * 17);
    struct solved s = solve(
        "{'name': 'mixed', 'network': {'classes': {'a': {}, 'b': {}, 'open': {}}, 'sources': ["
        "{'name': 'a', 'class': 'a', 'population': 3, 'think': 'uniform(1s, 3s)', 'route': 'r'},"
        "{'name': 'b', 'class': 'b', 'population': 2, 'think': 'exp(1s)', 'route': 'r'},"
        "{'name': 'o', 'class': 'open', 'rate': '0.3/s', 'route': 'once'}], 'stations': ["
        "{'name': 'app', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.6], 'demand': {"
        "'a': 'exp(1s)', 'b': 'lognormal(0.5s, cv=2)', 'open': '0.6s'}},"
        "{'name': 'db', 'discipline': 'ps', 'demand': {'a': 'exp(0.4s)', 'b': 'exp(0.8s)'}}],"
        "'routes': {'r': [{'serve': 'app'}, {'serve': 'db'}], 'once': [{'serve': 'app'}]}},"
        "'horizon': '1000s'}");
    double at[PARTS];
    for (int i = 0; i < PARTS; i++) {
        at[i] = mean_of(c, i);
    }
    double a = (3 - at[0] - at[2]) / 2;
    double b = (2 - at[1] - at[3]) / 1;
    exactly(&s, "source", "a", "throughput", a, 1e-6);
    exactly(&s, "source", "b", "throughput", b, 1e-6);
    exactly(&s, "source", "a", "response.mean", (at[0] + at[2]) / a, 1e-6);
    exactly(&s, "station_class", "app/b", "response.mean", at[1] / b, 1e-6);
    exactly(&s, "station_class", "app/open", "response.mean", at[4] / 0.3, 1e-5);
    exactly(&s, "station", "app", "number.mean", at[0] + at[1] + at[4], 1e-5);
    exactly(&s, "station", "db", "number.mean", at[2] + at[3], 1e-6);
    double busy = 0;
    for (int i = 0; i < c->count; i++) {
        int n = c->states[i][0] + c->states[i][1] + c->states[i][4];
        busy += c->p[i] * (n < 2 ? n : 2);
    }
    exactly(&s, "station", "app", "utilization", busy / 2, 1e-6);
    done(&s);
    free(c);
}

/* A queue of 2 servers that comes back with probability 0.3, one chain of 5, another station of 1
 * server. Parts: at x, at y. */
static void leave_feedback(struct chain *c, const int *n) {
    jump(c, -1, 0, (5 - n[0] - n[1]) / 3.0);
    jump(c, 0, 1, (n[0] < 2 ? n[0] : 2) / 0.7);
    jump(c, 1, 0, n[1] > 0 ? 0.3 / 0.5 : 0);
    jump(c, 1, -1, n[1] > 0 ? 0.7 / 0.5 : 0);
}

static void feedback(void **state) {
    (void)state;
    struct chain *c = calloc(1, sizeof *c);
    const int empty[PARTS] = {0};
    balance(c, empty, leave_feedback);
    struct solved s = solve(
        "{'name': 'feedback', 'network': {'sources': ["
        "{'name': 'u', 'population': 5, 'think': 'exp(3s)', 'route': 'r'}], 'stations': ["
        "{'name': 'x', 'servers': 2, 'demand': 'exp(0.7s)'}, {'name': 'y', 'demand': 'exp(0.5s)'}],"
        "'routes': {'r': [{'repeat': [{'serve': 'x'}, {'serve': 'y'}], 'again': 0.3}]}},"
        "'horizon': '1000s'}");
    double x = mean_of(c, 0);
    double y = mean_of(c, 1);
    double rate = (5 - x - y) / 3;
    exactly(&s, "source", "u", "throughput", rate, 1e-9);
    exactly(&s, "station", "x", "number.mean", x, 1e-9);
    exactly(&s, "station", "y", "number.mean", y, 1e-9);
    exactly(&s, "station", "x", "arrival_rate", rate / 0.7, 1e-9);
    const struct mdl_figure *bound = NULL;
    for (int i = 0; i < s.solution->figure_count; i++) {
        const struct mdl_figure *f = &s.solution->figures[i];
        bound = f->kind == MDL_BOUND && strcmp(f->name, "throughput") == 0 ? f : bound;
    }
    assert_non_null(bound);
    assert_true(bound->low < rate && rate < bound->high);
    done(&s);
    free(c);
}

/* --- closed networks ---------------------------------------------------------------------------
 */

/* Lazowska and others 1984: interactive system of the gallery; machine repair; and the exact
 * mean-value analysis written for the tests, with rates by number, at 40 users. */
static void closed(void **state) {
    (void)state;
    const double demand[] = {0.25, 0.1};
    const double two[] = {1, 1.5};
    const double one[] = {1};
    double d0[] = {0.25}, d1[] = {0.1}, n0[1], n1[1], x[1];
    int users[] = {40};
    double think[] = {5};
    struct mdl_closed_station stations[] = {
        {.demand = d0, .rates = {2, 2, two}, .number = n0},
        {.demand = d1, .rates = {1, 1, one}, .number = n1},
    };
    struct mdl_closed c = {1, users, think, 2, stations, x, false};
    assert_true(mdl_closed_solve(&c));
    assert_false(c.approximate);
    double speed[80], throughput, number[2];
    for (int n = 0; n < 40; n++) {
        speed[n] = n == 0 ? 1 : 1.5;
        speed[40 + n] = 1;
    }
    theory_mva(2, demand, speed, 40, 5, &throughput, number);
    near(x[0], throughput, 1e-9);
    near(n0[0], number[0], 1e-7);
    near(n1[0], number[1], 1e-7);
    /* The approximate one is within a tenth here, and agrees at the bounds: one user, or none. */
    mdl_closed_approximate(&c);
    near(x[0], throughput, 0.1 * throughput);
    users[0] = 1;
    mdl_closed_approximate(&c);
    near(x[0], 1 / 5.35, 1e-9);
    users[0] = 0;
    assert_true(mdl_closed_solve(&c));
    near(x[0], 0, 0);
    /* Two chains at single servers against exact mean-value analysis of two classes. */
    const double both[] = {0.5, 0.3, 0.2, 0.6};
    double a[] = {0.5, 0.3}, b[] = {0.2, 0.6}, na[2], nb[2], xs[2], expected[2], numbers[2];
    const int crowd[] = {12, 7};
    const double thinks[] = {3, 1};
    struct mdl_closed_station pair[] = {{.demand = a, .rates = {1, 1, one}, .number = na},
                                        {.demand = b, .rates = {1, 1, one}, .number = nb}};
    struct mdl_closed two_chains = {2, crowd, thinks, 2, pair, xs, false};
    assert_true(mdl_closed_solve(&two_chains));
    theory_mva_two(2, both, crowd, thinks, expected, numbers);
    near(xs[0], expected[0], 1e-10);
    near(xs[1], expected[1], 1e-10);
    near(na[0] + na[1], numbers[0], 1e-8);
    near(nb[0] + nb[1], numbers[1], 1e-8);
    /* Open customers who fill a station alone leave no steady state. */
    pair[0].open = 1;
    assert_false(mdl_closed_solve(&two_chains));
}

/* A thousand users at stations whose constants span hundreds of orders of magnitude: the bottleneck
 * has 1 / demand to give. */
static void many_users(void **state) {
    (void)state;
    double d[] = {0.02}, e[] = {0.3}, n0[1], n1[1], x[1];
    const double one[] = {1};
    double rates[32];
    for (int i = 0; i < 32; i++) {
        rates[i] = i + 1;
    }
    const int users[] = {1500};
    const double think[] = {2};
    struct mdl_closed_station stations[] = {{.demand = d, .rates = {1, 1, one}, .number = n0},
                                            {.demand = e, .rates = {32, 32, rates}, .number = n1}};
    struct mdl_closed c = {1, users, think, 2, stations, x, false};
    assert_true(mdl_closed_solve(&c));
    assert_false(c.approximate);
    near(x[0], 50, 1e-6);
    near(n0[0] + n1[0] + 2 * x[0], 1500, 1e-6);
}

/* --- traffic -----------------------------------------------------------------------------------
 */

/* Gotos in a circle, calls, loops, a branch that is lost, and a class that changes inside a loop:
 * visits by hand. first: 1 + 0.4 (back by goto); x twice a time; then half of it is called on. */
static void visits(void **state) {
    (void)state;
    struct solved s = solve(
        "{'name': 'visits', 'network': {'classes': {'a': {}, 'b': {}}, 'sources': ["
        "{'name': 's', 'rate': '1/s', 'route': 'first', 'class': 'a'}], 'stations': ["
        "{'name': 'x', 'discipline': 'delay', 'demand': '1s'},"
        "{'name': 'y', 'discipline': 'delay', 'demand': {'a': '1s', 'b': '3s'}},"
        "{'name': 'z', 'discipline': 'delay', 'demand': '2s'}], 'routes': {"
        "'first': [{'serve': 'x', 'times': 2}, {'call': 'sub'}, {'branch': ["
        "{'p': 0.4, 'steps': [{'goto': 'first'}]}, {'p': 0.6, 'steps': [{'goto': 'last'}]}]}],"
        "'sub': [{'branch': [{'p': 0.5, 'steps': [{'serve': 'z'}]}, {'p': 0.5}]}],"
        "'last': [{'repeat': [{'serve': 'y'}, {'class': 'b'}], 'times': 3}, {'delay': '4s'}]}},"
        "'horizon': '1000s'}");
    double rounds = 1 / 0.6;
    exactly(&s, "station", "x", "arrival_rate", 2 * rounds, 1e-12);
    exactly(&s, "station", "z", "arrival_rate", 0.5 * rounds, 1e-12);
    exactly(&s, "station", "y", "arrival_rate", 3, 1e-12);
    exactly(&s, "station", "y", "number.mean", 1 + 3 + 3, 1e-12);
    exactly(&s, "network", "", "response.mean", 2 * rounds + rounds + 7 + 4, 1e-11);
    nothing(&s, "class", "a", "response.mean");
    assert_true(told(&s, true, "change class"));
    done(&s);
}

/* A loop by probability, a hit ratio, a loss on the way. Half of the hits fail. */
static void losses(void **state) {
    (void)state;
    struct solved s = solve(
        "{'name': 'losses', 'network': {'sources': [{'name': 's', 'rate': '2/s', 'route': 'r'}],"
        "'stations': [{'name': 'x', 'discipline': 'delay', 'demand': '1s'},"
        "{'name': 'y', 'servers': 3, 'capacity': 5, 'demand': 'exp(1s)'}],"
        "'caches': [{'name': 'c', 'hit': 0.8}],"
        "'routes': {'r': [{'cache': 'c', 'hit': [{'branch': [{'p': 0.5, 'steps': [{'fail': true}]},"
        "{'p': 0.5}]}], 'miss': [{'repeat': [{'serve': 'x'}], 'again': 0.75}]}, {'serve': 'y'}]}},"
        "'horizon': '1000s'}");
    exactly(&s, "station", "x", "arrival_rate", 2 * 0.2 * 4, 1e-12);
    exactly(&s, "station", "y", "arrival_rate", 2 * 0.6, 1e-12);
    const double birth[] = {1.2, 1.2, 1.2, 1.2, 1.2};
    const double death[] = {1, 2, 3, 3, 3};
    double p[6];
    theory_birth_death(5, birth, death, p);
    exactly(&s, "station", "y", "error_rate", p[5], 1e-12);
    exactly(&s, "network", "", "throughput", 1.2 * (1 - p[5]), 1e-12);
    about(&s, "network", "", "response.mean",
          (0.8 + 0.6 * theory_mean(5, p) / 1.2) / (0.6 * (1 - p[5])), 1e-12);
    done(&s);
}

/* --- what is exact and what is not -------------------------------------------------------------
 */

#define TANDEM(first, demand)                                                                      \
    "{'name': 'tandem', 'network': {'sources': [{'name': 's', 'rate': '0.5/s', 'route': 'r'}],"    \
    "'stations': [{'name': 'x', 'discipline': '" first "'}, {'name': 'y', 'discipline': 'ps'}],"   \
    "'routes': {'r': [{'serve': 'x', 'demand': '" demand "'},"                                     \
    "{'serve': 'y', 'demand': 'lognormal(1s, cv=2)'}]}}, 'horizon': '1000s'}"

static void exactness(void **state) {
    (void)state;
    struct solved s = solve(TANDEM("fcfs", "exp(1s)"));
    exactly(&s, "network", "", "response.mean", 4, 1e-12);
    done(&s);
    s = solve(TANDEM("ps", "uniform(0s, 2s)"));
    exactly(&s, "network", "", "response.mean", 4, 1e-12);
    done(&s);
    s = solve(TANDEM("fcfs", "1s")); /* the first is exact, what it sends on is not Poisson */
    exactly(&s, "station", "x", "response.mean", 1.5, 1e-12);
    about(&s, "station", "y", "response.mean", 2, 1e-12);
    about(&s, "network", "", "response.mean", 3.5, 1e-12);
    exactly(&s, "station", "y", "utilization", 0.5, 1e-12);
    assert_true(told(&s, false, "Poisson"));
    done(&s);
    s = solve(TANDEM("fcfs", "exp(2.5s)")); /* 125 % */
    nothing(&s, "station", "x", "response.mean");
    nothing(&s, "network", "", "response.mean");
    nothing(&s, "network", "", "throughput");
    assert_true(told(&s, true, "grows by 0.1 visits/s"));
    assert_true(s.solution->loads[0].saturated);
    done(&s);
}

#define ONE(source, classes, station, steps)                                                       \
    "{'name': 'one', 'network': {" classes "'sources': [{'name': 's', " source ", 'route': 'r'}]," \
    "'stations': [{'name': 'x', " station "}], 'routes': {'r': [" steps "]}}, 'horizon': '1000s'}"

/* Batches that are split over instances; who leaves or is served anew where no formula says how
 * many; failures after service: nothing of these is exact. Bounds need instances that are alike. */
static void not_exact(void **state) {
    (void)state;
    struct solved s = solve(ONE("'rate': '0.5/s', 'batch': 3", "",
                                "'demand': 'exp(1s)', 'instances': 3", "{'serve': 'x'}"));
    assert_int_equal(figure(&s, "station", "x", "number.mean")->kind, MDL_APPROXIMATION);
    exactly(&s, "station", "x", "utilization", 0.5, 1e-12);
    done(&s);
    static const char *const losing[] = {
        "'patience': '2s'", "'patience': 'exp(2s)', 'capacity': 4",
        "'discipline': 'priority', 'capacity': 4", "'capacity': 4, 'when_full': 'push_out'",
        "'discipline': 'priority_preemptive', 'preempted': 'restart'"};
    for (size_t i = 0; i < sizeof losing / sizeof losing[0]; i++) {
        char text[600];
        snprintf(text, sizeof text,
                 ONE("'class': 'a', 'rate': '0.7/s'", "'classes': {'a': {}},",
                     "'demand': 'exp(1s)', %s", "{'serve': 'x'}"),
                 losing[i]);
        s = solve(text);
        exactly(&s, "network", "", "arrival_rate", 0.7, 1e-12);
        assert_int_equal(figure(&s, "network", "", "throughput")->kind, MDL_APPROXIMATION);
        assert_int_equal(figure(&s, "station", "x", "utilization")->kind, MDL_APPROXIMATION);
        done(&s);
    }
    s = solve(
        ONE("'rate': '0.5/s'", "", "'demand': 'exp(1s)'",
            "{'serve': 'x'}, {'branch': [{'p': 0.3, 'steps': [{'fail': true}]}, {'p': 0.7}]}"));
    exactly(&s, "network", "", "throughput", 0.35, 1e-12);
    assert_int_equal(figure(&s, "network", "", "response.mean")->kind, MDL_APPROXIMATION);
    done(&s);
    s = solve(ONE("'population': 5, 'think': 'exp(1s)'", "",
                  "'demand': 'exp(1s)', 'instances': [{'speed': 2}, {'weight': 3}], "
                  "'balancer': 'weighted_random'",
                  "{'serve': 'x'}"));
    for (int i = 0; i < s.solution->figure_count; i++) {
        assert_true(s.solution->figures[i].kind != MDL_BOUND);
    }
    done(&s);
}

/* A pool that fills, a fork, a trace: told, not guessed. */
static void refusals(void **state) {
    (void)state;
    struct solved s = solve(
        "{'name': 'pool', 'network': {'sources': [{'name': 's', 'rate': '2/s', 'route': 'r'}],"
        "'stations': [{'name': 'x', 'discipline': 'ps'}], 'pools': [{'name': 'p', 'size': 2}],"
        "'routes': {'r': [{'acquire': 'p'}, {'serve': 'x', 'demand': 'exp(0.25s)'},"
        "{'release': 'p'}]}}, 'horizon': '1000s'}");
    about(&s, "pool", "p", "held.mean", 1, 1e-12);
    nothing(&s, "network", "", "response.mean");
    assert_true(told(&s, true, "2 places"));
    done(&s);
    s = solve(
        "{'name': 'fork', 'network': {'sources': [{'name': 's', 'rate': '1/s', 'route': 'r'}],"
        "'stations': [{'name': 'x', 'demand': 'exp(0.5s)'}], 'routes': {'r': ["
        "{'fork': [[{'serve': 'x'}], [{'delay': '1s'}]], 'join': 'all'}]}},"
        "'horizon': '1000s'}");
    exactly(&s, "station", "x", "utilization", 0.5, 1e-12);
    about(&s, "station", "x", "response.mean", 1, 1e-12);
    nothing(&s, "network", "", "response.mean");
    assert_true(told(&s, true, "fork"));
    done(&s);
    s = solve("{'name': 'trace', 'network': {'sources': [{'name': 's', 'times': ['1s', '2s'],"
              "'route': 'r'}], 'stations': [{'name': 'x', 'demand': 'exp(0.5s)'}],"
              "'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '1000s'}");
    nothing(&s, "station", "x", "response.mean");
    assert_true(told(&s, true, "given times"));
    done(&s);
}

/* --- over time ---------------------------------------------------------------------------------
 */

/* Users of sessions, from empty, against Simpson's rule over the law of the stay; and the profile
 * of a load test: a triangle. */
static void users_over_time(void **state) {
    (void)state;
    struct solved s = solve(
        "{'name': 'day', 'network': {'sources': [{'name': 'u', 'route': 'r', 'rate': {'steps': ["
        "['0s', '0.4/s'], ['3600s', '0.1/s']]}, 'session': {'stay': 'lognormal(720s, cv=1)',"
        "'personas': [{'name': 'p', 'p': 1, 'rate': '6/h'}],"
        "'actions': [{'name': 'a', 'p': 1, 'requests': 2, 'duration': '10s'}]}}],"
        "'stations': [{'name': 'x', 'discipline': 'ps', 'demand': 'exp(1s)'}],"
        "'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '7200s'}");
    struct theory_lognormal law = {720, 1};
    double peak = theory_infinite_server(0, 0.4, 3600, theory_lognormal_beyond, &law);
    double end = theory_infinite_server(0, 0.4, 7200, theory_lognormal_beyond, &law) -
                 theory_infinite_server(0, 0.3, 3600, theory_lognormal_beyond, &law);
    assert_int_equal(s.solution->stretch_count, 2);
    near(s.solution->stretches[0].users_end, peak, 1e-4 * peak);
    near(s.solution->stretches[1].users_end, end, 1e-4 * end);
    double mean = 0; /* Simpson over the two hours */
    enum { STEPS = 240 };
    for (int i = 0; i <= STEPS; i++) {
        double t = 7200.0 * i / STEPS;
        double later =
            t > 3600 ? theory_infinite_server(0, 0.3, t - 3600, theory_lognormal_beyond, &law) : 0;
        double at = theory_infinite_server(0, 0.4, t, theory_lognormal_beyond, &law) - later;
        mean += (i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2) * at / 3 / STEPS;
    }
    exactly(&s, "source", "u", "users.mean", mean, 1e-3 * mean);
    double rate = mean * 6 / 3600 * 2;
    about(&s, "network", "", "arrival_rate", rate, 5e-3 * rate);
    done(&s);
    s = solve("{'name': 'ramp', 'network': {'sources': [{'name': 'u', 'population': [['0s', 0],"
              "['100s', 100], ['200s', 0]], 'think': 'exp(4s)', 'route': 'r'}], 'stations': ["
              "{'name': 'x', 'discipline': 'delay', 'demand': 'exp(1s)'}],"
              "'routes': {'r': [{'serve': 'x'}]}}, 'horizon': '200s'}");
    about(&s, "source", "u", "users.mean", 50, 0.51);
    about(&s, "network", "", "arrival_rate", 10, 0.11);
    done(&s);
}

int main(void) {
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixed_chains),    cmocka_unit_test(feedback),  cmocka_unit_test(closed),
        cmocka_unit_test(many_users),      cmocka_unit_test(visits),    cmocka_unit_test(losses),
        cmocka_unit_test(exactness),       cmocka_unit_test(not_exact), cmocka_unit_test(refusals),
        cmocka_unit_test(users_over_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
