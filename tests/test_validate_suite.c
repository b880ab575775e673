/* The constants of the theory suite, computed again by the tests' own theory; and the figures that
 * it takes from the solver are called exact there. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "models/solve.h"
#include "studies/validate_mutants.h"
#include "studies/validate_suite.h"
#include "tests/theory.h"
#include "tests/theory_more.h"

static int compared;

static const struct std_suite_row *row_of(const char *file, const char *figure) {
    for (int i = 0; i < std_suite_models; i++) {
        for (int k = 0; k < std_suite_rows_of(&std_suite[i]); k++) {
            if (strcmp(std_suite[i].file, file) == 0 &&
                strcmp(std_suite[i].rows[k].figure, figure) == 0) {
                return &std_suite[i].rows[k];
            }
        }
    }
    fail_msg("no row %s, %s", file, figure);
    return NULL;
}

static void same(const char *file, const char *figure, double theory) {
    double exact = row_of(file, figure)->exact;
    compared++;
    if (!(fabs(exact / theory - 1) < 1e-9)) {
        fail_msg("%s, %s: the suite has %.12g, theory %.12g", file, figure, exact, theory);
    }
}

/* Users present t hours after the launch: 1500 an hour for an hour, 3500 / 3 until the fourth, 250
 * until the end; by what is there of each stretch. */
static double users_at(double t) {
    static const struct theory_lognormal stay = {0.2, 1};
    static const double from[] = {0, 1, 4}, to[] = {1, 4, 24}, rate[] = {1500, 3500.0 / 3, 250};
    double users = 0;
    for (int i = 0; i < 3 && from[i] < t; i++) {
        double end = fmin(t, to[i]);
        users +=
            rate[i] *
            (theory_infinite_server(0, 1, t - from[i], theory_lognormal_beyond, &stay) -
             (t > end ? theory_infinite_server(0, 1, t - end, theory_lognormal_beyond, &stay) : 0));
    }
    return users;
}

static void constants(void **state) {
    (void)state;
    double a, b, p[6];
    same("mm1", "std. deviation", 1 / (1 - 0.7));
    same("patience", "leave", theory_patience_constant(2.2, 1, 2, 1, &a));
    same("timeout", "hang up", 1 - theory_sojourn_limit(0.8, 1, 3, &b));
    same("timeout", "busy", b);
    same("uniform", "median response", (1 + 1.2) / 2);
    same("round-robin", "mean response",
         80 * theory_slices_mean(&(struct theory_slices){0.8, 0.1, 0.015}) - 25);
    same("two-queues", "in turn", theory_e2m1_response(0.8, 1));
    theory_shorter_queue(1.6, 1, 0.5, &a, &b);
    same("two-queues", "the shorter", a / 1.6);
    same("pool", "share that waits", theory_erlang_c(3, 2));
    same("pool", "mean wait", theory_erlang_c(3, 2) / (3 - 2));
    same("both-answers", "mean response", (12 - 0.5) / 8 / (1 - 0.5));
    same("quorum", "mean response", 1.0 / 5 + 1.0 / 4 + 1.0 / 3);
    same("quorum", "replicas busy", 10 * 5 * 3.0 / 5);
    theory_retrials(0.6, 1, 0.5, &a, &b);
    same("try-again", "in backoff", a);
    same("try-again", "mean response", (a + b) / 0.6);
    same("bucket-of-five", "refused", theory_md1_loss(10, 0.1, 5));
    double uniform[100];
    for (int i = 0; i < 100; i++) {
        uniform[i] = 0.01;
    }
    same("ttl-cache", "hit ratio", theory_ttl(100, uniform, 10, 20, 0));
    theory_zipf(6, 1, p);
    same("small-caches", "hit ratio, LRU", theory_lru_two(6, p));
    same("small-caches", "hit ratio, FIFO", theory_fifo_two(6, p));
    same("launch-day", "users at 10 min", users_at(1.0 / 6));
    same("launch-day", "users at 1 h", users_at(1));
    same("launch-day", "users at 4 h", users_at(4));
    same("launch-day", "users at 24 h", users_at(24));
    same("credits", "credits end at", 864.0 / (120 - 36) * 3600);
    int there = 0;
    for (int i = 0; i < std_suite_models; i++) {
        for (int k = 0; k < std_suite_rows_of(&std_suite[i]); k++) {
            there += std_suite[i].rows[k].exact != 0;
        }
    }
    assert_int_equal(compared, there);
}

/* Every other figure is exact in the solver; each model can be read, and each mutant finds
 * something to get wrong. */
static void solved(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "catalog");
    struct mdl_catalog *catalog = in_catalog_load("inputs", &diags);
    assert_non_null(catalog);
    bool spoilt[64] = {false};
    assert_true(std_mutant_count <= 64);
    for (int i = 0; i < std_suite_models; i++) {
        const char *path =
            sim_arena_print(arena, "inputs/scenarios/validate/%s.json", std_suite[i].file);
        struct mdl_scenario *scenario = in_scenario_load(path, catalog, &diags);
        assert_non_null(scenario);
        struct mdl_solution *solution = mdl_solve(scenario);
        for (int k = 0; k < std_suite_rows_of(&std_suite[i]); k++) {
            const struct std_suite_row *row = &std_suite[i].rows[k];
            const struct mdl_figure *figure =
                mdl_solution_find(solution, row->scope, row->entity, row->name);
            if (row->exact == 0 && (figure == NULL || figure->kind != MDL_EXACT)) {
                fail_msg("%s, %s: the solver has no exact figure", path, row->figure);
            }
            for (int m = 0; m < std_mutant_count; m++) {
                spoilt[m] = spoilt[m] || (std_mutants[m].touches != NULL &&
                                          std_mutants[m].touches(row, scenario));
            }
        }
        mdl_solution_free(solution);
        in_scenario_free(scenario);
        for (int m = 0; m < std_mutant_count; m++) {
            if (std_mutants[m].spoil != NULL) {
                scenario = in_scenario_load(path, catalog, &diags);
                spoilt[m] = std_mutants[m].spoil(scenario) || spoilt[m];
                in_scenario_free(scenario);
            }
        }
    }
    for (int m = 0; m < std_mutant_count; m++) {
        if (!spoilt[m]) {
            fail_msg("mutant %s finds nothing to get wrong", std_mutants[m].name);
        }
        assert_ptr_equal(std_mutant_find(std_mutants[m].name), &std_mutants[m]);
    }
    assert_null(std_mutant_find("none such"));
    in_catalog_free(catalog);
    sim_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(constants), cmocka_unit_test(solved)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
