/* The credit account against the vectors of inputs/catalog/credit_vectors.csv (AWS's own worked
 * examples among them), bounds reached inside a span, T2's launch credits, termination. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "inputs/csv_file.h"
#include "inputs/scenario_file.h"
#include "models/credit_account.h"

static const double H = 3.6e12; /* ns */

static int wrong;

static void near(const char *what, double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        print_message("%s: found %.12g, expected %.12g\n", what, found, expected);
        wrong++;
    }
}

static void exact(const char *what, double found, double expected) {
    near(what, found, expected, 1e-9 * fmax(1, fabs(expected)));
}

/* Busy for `hours`, as the sum of `parts` equal spans: bounds may lie inside each of them. */
static void run(const struct mdl_credit_terms *terms, struct mdl_credit_account *a, double busy,
                double hours, int parts) {
    sim_time from = a->updated;
    for (int i = 1; i <= parts; i++) {
        mdl_credit_run(terms, a, busy, false, from + (sim_time)llrint(hours * H * i / parts));
    }
}

struct table {
    struct in_csv csv;
    struct sim_diags diags;
};

static const char *cell(struct table *t, int row, const char *column) {
    int place = in_csv_column(&t->csv, column, &t->diags);
    assert_true(place >= 0);
    return in_csv_cell(&t->csv, row, place);
}

static double number(struct table *t, int row, const char *column) {
    return strtod(cell(t, row, column), NULL);
}

/* One row: a phase of constant demand. Figures of the table are rounded to 0.1 credit at most. */
static void replay(struct table *t, int row, const struct mdl_instance_type *type,
                   struct mdl_credit_account *a, int parts) {
    struct mdl_credit_terms terms = {.earn_per_h = type->credits_per_hour,
                                     .cap = type->max_credits,
                                     .unlimited = strcmp(cell(t, row, "mode"), "unlimited") == 0};
    struct mdl_credit_account before = *a;
    double hours = number(t, row, "hours");
    double busy = number(t, row, "demand_percent_per_vcpu") / 100 * type->cpu.vcpus;
    run(&terms, a, busy, hours, parts);
    int at = wrong;
    const double eps = 1e-6;
    near("demanded", a->spent + a->withheld - before.spent - before.withheld,
         number(t, row, "credits_demanded"), eps);
    near("earned", mdl_credit_earned(&terms, a) - mdl_credit_earned(&terms, &before),
         number(t, row, "credits_earned"), eps);
    near("balance", a->balance, number(t, row, "balance_end"), eps);
    near("surplus", a->surplus, number(t, row, "surplus_balance_end"), eps);
    near("charged in the phase", a->charged - before.charged, number(t, row, "charged_in_phase"),
         eps);
    near("charged", a->charged, number(t, row, "charged_cumulative"), eps);
    near("withheld", a->withheld - before.withheld,
         number(t, row, "credits_not_delivered_throttled"), eps);
    near("USD", a->charged / 60 * type->surplus_usd_per_vcpu_hour,
         number(t, row, "surplus_charge_usd_cumulative"), 5e-4);
    double net = a->balance - a->surplus - a->charged + a->discarded + a->spent -
                 mdl_credit_earned(&terms, a);
    exact("what came is what is there", net, 0);
    if (wrong > at) {
        print_message("  in case %s, %s\n", cell(t, row, "case"), cell(t, row, "phase"));
    }
}

static void vectors(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct table t;
    sim_diags_init(&t.diags, arena, NULL);
    struct mdl_catalog *catalog = in_catalog_load("inputs", &t.diags);
    assert_non_null(catalog);
    assert_true(in_csv_load(&t.csv, "inputs/catalog/credit_vectors.csv", arena, &t.diags));
    assert_int_equal(t.csv.row_count, 18);
    wrong = 0;
    for (int parts = 1; parts <= 1000; parts *= 10) {
        struct mdl_credit_account a = mdl_credit_open(0, 0);
        for (int row = 0; row < t.csv.row_count; row++) {
            const struct mdl_instance_type *type = mdl_catalog_type(catalog, cell(&t, row, "type"));
            assert_non_null(type);
            bool starts = row == 0 || strcmp(cell(&t, row, "case"), cell(&t, row - 1, "case")) != 0;
            a = starts ? mdl_credit_open(0, 0) : a;
            replay(&t, row, type, &a, parts);
        }
    }
    in_catalog_free(catalog);
    sim_arena_free(arena);
    assert_int_equal(wrong, 0);
}

static const struct mdl_credit_terms large = {.earn_per_h = 36, .cap = 864};
static const struct mdl_credit_terms large_unlimited = {
    .earn_per_h = 36, .cap = 864, .unlimited = true};

/* Both vCPUs of a t3.large spend 120 an hour and earn 36: 864 credits last 864 / 84 h = 10 h 17 min
 * 8.57 s. Then 60 x 0.6 an hour are delivered and 84 withheld. */
static void saturated_standard(void **state) {
    (void)state;
    wrong = 0;
    struct mdl_credit_account a = mdl_credit_open(864, 0);
    exact("lasts", mdl_credit_lasts(&large, &a, 2) * 1e-9, 864.0 / 84 * 3600);
    assert_true(isinf(mdl_credit_lasts(&large, &a, 0.6))); /* at the baseline */
    run(&large, &a, 2, 12, 1);
    exact("emptied", sim_time_to_s(a.emptied), 864.0 / 84 * 3600);
    double left_h = 12 - 864.0 / 84;
    exact("balance", a.balance, 0);
    exact("spent", a.spent, 864 + 12 * 36);
    exact("withheld", a.withheld, left_h * 84);
    exact("throttled", a.throttled_s, left_h * 3600);
    exact("area", a.balance_area, 864.0 / 2 * (864.0 / 84 * 3600));
    exact("lowest", a.lowest_balance, 0);
    assert_int_equal(wrong, 0);
}

/* Unlimited from 864: empty after 10.2857 h, 864 owed after as much again, charges from then on;
 * idle, 12 h of earnings repay half. What is owed is charged at termination. */
static void saturated_unlimited(void **state) {
    (void)state;
    wrong = 0;
    struct mdl_credit_account a = mdl_credit_open(864, 0);
    run(&large_unlimited, &a, 2, 24, 1);
    exact("emptied", sim_time_to_s(a.emptied), 864.0 / 84 * 3600);
    exact("surplus", a.surplus, 864);
    exact("charged", a.charged, 24 * 84 - 2 * 864);
    exact("spent", a.spent, 24 * 120);
    run(&large_unlimited, &a, 0, 12, 1);
    exact("repaid", a.surplus, 432);
    exact("not accrued", a.balance, 0);
    exact("most owed", a.highest_surplus, 864);
    mdl_credit_settle(&a);
    exact("owed at the end", a.surplus, 0);
    exact("charged at the end", a.charged, 24 * 84 - 2 * 864 + 432);
    assert_int_equal(wrong, 0);
}

/* A t2.micro, 6 credits an hour, cap 144, 30 launch credits. One vCPU busy for 24 min spends 24
 * launch credits while 2.4 accrue; 10 more minutes: 6 min of launch credits (0.6 accrue), then 4 at
 * -54 an hour: 3.0 - 3.6 < 0, so the credits last 3.0 / 54 h after the launch credits. */
static void launch_credits(void **state) {
    (void)state;
    wrong = 0;
    const struct mdl_credit_terms micro = {.earn_per_h = 6, .cap = 144};
    struct mdl_credit_account a = mdl_credit_open(0, 30);
    run(&micro, &a, 1, 24.0 / 60, 1);
    exact("launch credits", a.launch, 6);
    exact("accrued meanwhile", a.balance, 2.4);
    exact("lasts", mdl_credit_lasts(&micro, &a, 1) * 1e-9, 360 + 3.0 / 54 * 3600);
    run(&micro, &a, 1, 10.0 / 60, 1);
    exact("gone", a.launch, 0);
    exact("empty at", sim_time_to_s(a.emptied), 1440 + 360 + 3.0 / 54 * 3600);
    exact("withheld", a.withheld, (240 - 200) * 54.0 / 3600);
    /* idle, launch credits stay and do not count against the cap */
    a = mdl_credit_open(0, 30);
    run(&micro, &a, 0, 30, 1);
    exact("capped", a.balance, 144);
    exact("kept", a.launch, 30);
    exact("lost", a.discarded, 36);
    assert_int_equal(wrong, 0);
}

/* Held to the baseline by the station: above it nothing changes but what is withheld, below it the
 * balance grows. */
static void held(void **state) {
    (void)state;
    wrong = 0;
    struct mdl_credit_account a = mdl_credit_open(0, 0);
    mdl_credit_run(&large, &a, 2, true, (sim_time)H);
    exact("balance", a.balance, 0);
    exact("withheld", a.withheld, 84);
    mdl_credit_run(&large, &a, 0, true, (sim_time)(1.5 * H));
    exact("grows", a.balance, 18);
    mdl_credit_run(&large, &a, 2, true, (sim_time)(2 * H));
    exact("is kept", a.balance, 18);
    exact("and withheld", a.withheld, 126);
    exact("throttled", a.throttled_s, 1.5 * 3600);
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(saturated_standard),
        cmocka_unit_test(saturated_unlimited),
        cmocka_unit_test(launch_credits),
        cmocka_unit_test(held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
