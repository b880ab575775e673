/* When a run is long enough: the rule on figures made by hand, and whole runs that follow it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "studies/run_study.h"
#include "tests/same_result.h"

static void assert_near(double found, double expected, double slack) {
    if (!(fabs(found - expected) <= slack)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

static void looks_grow_by_half(void **state) {
    (void)state;
    static const int looks[] = {10, 15, 22, 33, 49, 73, 109, 163, 200};
    int done = 0;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        done = std_next_look(done, 200);
        assert_int_equal(done, looks[i]);
    }
    assert_int_equal(std_next_look(0, 5), 5);
    assert_int_equal(std_next_look(900000, 1000000), 1000000);
}

static void what_is_not_asked_is_filled_in(void **state) {
    (void)state;
    struct mdl_precision aim = std_aim(&(struct mdl_precision){.within = 0});
    assert_true(aim.quantile == 0.95 && aim.within == 0.05 && aim.at_most == 33);
    aim = std_aim(&(struct mdl_precision){.quantile = 0.99, .within = 0.01});
    assert_true(aim.quantile == 0.99 && aim.within == 0.01 && aim.at_most == 1000);
    aim = std_aim(&(struct mdl_precision){.at_most = 7});
    assert_true(aim.quantile == 0.95 && aim.within == 0.05 && aim.at_most == 7);
    /* the command line before the document, and either before the other's count */
    struct mdl_scenario scenario = {.replications = 4};
    struct std_run_options options = {.replications = -1};
    std_run_choose(&scenario, 0, &(struct mdl_precision){.within = 0}, &options);
    assert_int_equal(options.replications, 4);
    std_run_choose(&scenario, 0, &(struct mdl_precision){.within = 0.02}, &options);
    assert_int_equal(options.replications, 0);
    assert_true(options.aim.within == 0.02 && options.aim.quantile == 0.95);
    scenario = (struct mdl_scenario){.precision = {NAN, 0.1, 50}};
    std_run_choose(&scenario, 6, &(struct mdl_precision){.within = 0}, &options);
    assert_int_equal(options.replications, 6);
    std_run_choose(&scenario, 0, &(struct mdl_precision){.within = 0.02}, &options);
    assert_int_equal(options.replications, 0);
    assert_true(isnan(options.aim.quantile));
    assert_true(options.aim.within == 0.02 && options.aim.at_most == 50);
}

/* --- by hand -------------------------------------------------------------------------------- */

enum { ROOM = 40, CLASSES = 2 };

/* Replications in which a class completed one request, of so many seconds; 0: none. */
struct figures {
    struct mdl_program program;
    struct mdl_result *results[ROOM];
    struct sim_arena *arena;
};

static struct figures figures_of(double (*seconds)(uint32_t cls, int replication)) {
    static const char *names[CLASSES] = {"read", "export"};
    struct figures f = {.program = {.class_count = CLASSES, .source_count = 1},
                        .arena = sim_arena_new()};
    f.program.class_names = names;
    struct sim_histogram *histogram = sim_arena_alloc(f.arena, sizeof *histogram);
    for (int r = 0; r < ROOM; r++) {
        f.results[r] = sim_arena_alloc(f.arena, sizeof *f.results[r]);
        f.results[r]->requests = sim_arena_array(f.arena, CLASSES, sizeof(struct mdl_sojourn));
        for (uint32_t c = 0; c < CLASSES; c++) {
            struct mdl_sojourn *s = &f.results[r]->requests[c];
            double value = seconds(c, r);
            if (value > 0) {
                sim_histogram_clear(histogram);
                sim_histogram_add(histogram, sim_time_from_s(value));
                sim_tally_add(&s->response, sim_time_from_s(value));
                s->responses = sim_histogram_sparse(histogram, f.arena);
            }
        }
    }
    return f;
}

static struct std_stopping look(const struct figures *f, int replications, struct mdl_precision aim,
                                bool *ends) {
    struct std_sample sample = {&f->program, f->results};
    return std_look(&sample, 1, replications, &aim, ends);
}

/* 9 and 11 in turn: over 10 of them the mean is 10, the deviation sqrt(10 / 9), t(9) is 2.262157,
 * so the half-width is 2.262157 sqrt(10 / 9) / sqrt(10) = 0.754052. */
static double in_turn(uint32_t cls, int replication) {
    return cls == 0 ? 5 : replication % 2 == 0 ? 9 : 11;
}

static void half_widths_by_hand(void **state) {
    (void)state;
    struct figures f = figures_of(in_turn);
    bool ends = true;
    struct mdl_precision mean = {NAN, 0.076, 33};
    struct std_stopping s = look(&f, 10, mean, &ends);
    assert_true(ends);
    assert_int_equal(s.rule, STD_PRECISE);
    assert_string_equal(s.worst, "export"); /* "read" never varies */
    assert_near(s.reached, 0.0754052, 1e-7);
    mean.within = 0.075;
    s = look(&f, 10, mean, &ends);
    assert_false(ends);
    mean.at_most = 10;
    s = look(&f, 10, mean, &ends);
    assert_true(ends);
    assert_int_equal(s.rule, STD_CEILING);
    assert_near(s.reached, 0.0754052, 1e-7);
    /* The p95 of all ten is 11 (but for where it lies in its bucket), each one's own 9 or 11; the
     * histogram adds 1/256 of it. */
    struct mdl_precision p95 = {0.95, 0.08, 33};
    s = look(&f, 10, p95, &ends);
    assert_true(ends);
    assert_near(s.reached, (0.754052 + 11.0 / 256) / 11, 1e-4);
    /* More replications: t(32) = 2.036933, 17 nines and 16 elevens. */
    s = look(&f, 33, mean, &ends);
    double m = (17 * 9 + 16 * 11) / 33.0;
    double sum = 17 * (9 - m) * (9 - m) + 16 * (11 - m) * (11 - m);
    assert_near(s.reached, 2.036933 * sqrt(sum / 32 / 33) / m, 1e-6);
    sim_arena_free(f.arena);
}

static double late_variety(uint32_t cls, int replication) {
    return cls == 0 ? 0 : replication < 15 ? 5 : replication % 2 == 0 ? 1 : 9;
}

/* Only replications 0..n-1 are looked at. */
static void later_replications_do_not_count(void **state) {
    (void)state;
    struct figures f = figures_of(late_variety);
    bool ends = false;
    struct std_stopping s = look(&f, 15, (struct mdl_precision){0.95, 0.05, 33}, &ends);
    assert_true(ends);
    assert_true(s.reached == 0);
    assert_string_equal(s.worst, "export"); /* "read" completed nothing, and is not waited for */
    look(&f, 22, (struct mdl_precision){0.95, 0.05, 33}, &ends);
    assert_false(ends);
    sim_arena_free(f.arena);
}

static double once(uint32_t cls, int replication) { return cls == 1 && replication == 3 ? 2 : 0; }
static double never(uint32_t cls, int replication) {
    (void)cls;
    (void)replication;
    return 0;
}

static void little_is_not_enough_and_nothing_is(void **state) {
    (void)state;
    struct figures f = figures_of(once);
    bool ends = true;
    look(&f, 10, (struct mdl_precision){0.95, 0.05, 15}, &ends);
    assert_false(ends);
    struct std_stopping s = look(&f, 15, (struct mdl_precision){0.95, 0.05, 15}, &ends);
    assert_true(ends);
    assert_int_equal(s.rule, STD_CEILING);
    assert_true(isnan(s.reached));
    assert_string_equal(s.worst, "export");
    sim_arena_free(f.arena);
    f = figures_of(never);
    s = look(&f, 10, (struct mdl_precision){0.95, 0.05, 15}, &ends);
    assert_true(ends);
    assert_int_equal(s.rule, STD_IDLE);
    assert_null(s.worst);
    sim_arena_free(f.arena);
}

/* --- whole runs ----------------------------------------------------------------------------- */

static struct mdl_scenario *queue(const char *demand) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "test");
    char *text = sim_arena_print(
        arena,
        "{\"network\": {\"sources\": [{\"name\": \"s\", \"rate\": \"1/s\", \"route\": \"r\"}],"
        " \"stations\": [{\"name\": \"q\", \"demand\": \"%s\"}],"
        " \"routes\": {\"r\": [{\"serve\": \"q\"}]}}, \"horizon\": \"400s\"}",
        demand);
    struct mdl_scenario *scenario = in_scenario_parse(text, "test", NULL, &diags);
    assert_non_null(scenario);
    sim_arena_free(arena);
    return scenario;
}

static void a_run_ends_where_the_rule_says(void **state) {
    (void)state;
    static const struct {
        const char *demand;
        enum std_rule rule;
    } cases[] = {{"1ms", STD_PRECISE}, {"exp(500ms)", STD_PRECISE}, {"exp(900ms)", STD_CEILING}};
    int counts[3];
    for (int i = 0; i < 3; i++) {
        struct mdl_scenario *scenario = queue(cases[i].demand);
        struct std_run_options options = {
            .seed = 1, .threads = 1, .aim = {.quantile = 0.95, .within = 0.08, .at_most = 33}};
        struct std_findings *one = std_run(scenario, &options);
        assert_int_equal(one->stopping.rule, cases[i].rule);
        counts[i] = one->replications;
        options.threads = 3;
        struct std_findings *three = std_run(scenario, &options);
        assert_int_equal(three->replications, one->replications);
        assert_true(same_findings(one, three));
        options.replications = one->replications;
        struct std_findings *fixed = std_run(scenario, &options);
        assert_int_equal(fixed->stopping.rule, STD_AS_ASKED);
        assert_true(same_findings(one, fixed));
        /* what the rule saw is what is reported */
        const struct std_metric *m = std_metric_find(one, "class", "default", "response.p95");
        assert_non_null(m);
        double half_width = (m->estimate.high - m->estimate.low) / 2;
        assert_near(one->stopping.reached, half_width / m->estimate.value, 1e-12);
        std_findings_free(one);
        std_findings_free(three);
        std_findings_free(fixed);
        in_scenario_free(scenario);
    }
    assert_int_equal(counts[0], 10);
    assert_in_range(counts[1], 11, 33); /* a look in between */
    assert_int_equal(counts[2], 33);
}

/* Two scenarios in one pool: as many replications as the less sure one needs, and the same figures
 * as by themselves. */
static void a_pool_goes_on_for_the_least_sure(void **state) {
    (void)state;
    struct mdl_scenario *calm = queue("1ms");
    struct mdl_scenario *busy = queue("exp(500ms)");
    struct std_run_options options = {
        .seed = 1, .threads = 2, .aim = {.quantile = 0.95, .within = 0.08, .at_most = 33}};
    struct std_findings *alone = std_run(busy, &options);
    const struct mdl_scenario *const both[] = {calm, busy};
    struct std_findings *findings[2];
    struct std_stopping stopping;
    assert_int_equal(std_run_all(both, 2, &options, findings, &stopping), STD_DONE);
    assert_int_equal(stopping.rule, STD_PRECISE);
    assert_int_equal(findings[0]->replications, alone->replications);
    assert_true(same_findings(findings[1], alone));
    for (int i = 0; i < 2; i++) {
        std_findings_free(findings[i]);
    }
    std_findings_free(alone);
    in_scenario_free(calm);
    in_scenario_free(busy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_grow_by_half),
        cmocka_unit_test(what_is_not_asked_is_filled_in),
        cmocka_unit_test(half_widths_by_hand),
        cmocka_unit_test(later_replications_do_not_count),
        cmocka_unit_test(little_is_not_enough_and_nothing_is),
        cmocka_unit_test(a_run_ends_where_the_rule_says),
        cmocka_unit_test(a_pool_goes_on_for_the_least_sure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
