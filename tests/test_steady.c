/* Steady-state analysis: the cut and the test of independence by hand, batches that add up to the
 * run they are of, and what a steady run says of itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <math.h>

#include "inputs/scenario_file.h"
#include "models/engine.h"
#include "sim/steady.h"
#include "tests/harness.h"

static void assert_near(double value, double expected, double within) {
    assert_true(fabs(value - expected) <= within);
}

/* --- MSER ----------------------------------------------------------------------------------- */

/* One value of 9 before eleven that alternate between 1 and 3: with it the squares about the mean
 * are larger by far; of the others, a rest of an even number k has squares k, so that k / k^2 is
 * least for the longest. */
static void a_first_value_that_stands_out(void **state) {
    (void)state;
    static const double values[] = {9, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3};
    assert_int_equal(sim_mser(values, 13, 1), 1);
}

static void nothing_to_cut(void **state) {
    (void)state;
    double same[50];
    double alternating[50];
    for (int i = 0; i < 50; i++) {
        same[i] = 4;
        alternating[i] = i % 2;
    }
    assert_int_equal(sim_mser(same, 50, 5), 0);
    assert_int_equal(sim_mser(alternating, 50, 1), 0);
    assert_int_equal(sim_mser(alternating, 45, 5), 0); /* too few groups */
}

/* Fifty values fall from 50 to 1 and stay: the cut is a multiple of the group. A straight line is
 * cut as far as may be, five groups before its end. */
static void a_fall_and_a_line(void **state) {
    (void)state;
    double fall[200];
    double line[200];
    for (int i = 0; i < 200; i++) {
        fall[i] = i < 50 ? 50 - i : 0;
        line[i] = i;
    }
    assert_int_equal(sim_mser(fall, 200, 5), 50);
    assert_int_equal(sim_mser(line, 200, 5), 175);
}

/* --- von Neumann's ratio -------------------------------------------------------------------- */

/* 1 2 3 4: squares 5, products 5/4; C = (5/4 + 9/4) / 5 = 0.7, times sqrt(15 / 2). */
static void four_values(void **state) {
    (void)state;
    static const double values[] = {1, 2, 3, 4};
    struct sim_serial serial = sim_serial(values, 4);
    assert_near(serial.correlation, 0.25, 1e-12);
    assert_near(serial.score, 0.7 * sqrt(7.5), 1e-12);
    assert_true(serial.significant);
}

static void signs_and_nothing(void **state) {
    (void)state;
    static const double alternating[] = {1, -1, 1, -1, 1, -1, 1, -1};
    static const double same[] = {2, 2, 2, 2};
    static const double gap[] = {1, NAN, 2, 3};
    assert_true(sim_serial(alternating, 8).score < 0);
    assert_false(sim_serial(alternating, 8).significant);
    assert_true(sim_serial(same, 4).correlation == 0 && !sim_serial(same, 4).significant);
    assert_true(isnan(sim_serial(gap, 4).correlation) && !sim_serial(gap, 4).significant);
    assert_true(isnan(sim_serial(same, 2).score));
}

/* --- batches add up ------------------------------------------------------------------------- */

enum { BATCHES = 7 };

static struct mdl_result *run(const struct mdl_scenario *scenario, struct mdl_program **program) {
    *program = mdl_compile(scenario);
    struct mdl_world *world = mdl_world_new(*program);
    struct mdl_result *result = mdl_world_run(world, (struct sim_key){5, 0});
    mdl_world_free(world);
    return result;
}

struct sums {
    struct mdl_sojourn s;
    uint64_t bins;
};

static void add(struct sums *sum, const struct mdl_sojourn *rows, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        sum->s.arrived += rows[i].arrived;
        sum->s.waited += rows[i].waited;
        sum->s.zero_waits += rows[i].zero_waits;
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            sum->s.outcome[k] += rows[i].outcome[k];
        }
        sim_tally_merge(&sum->s.response, &rows[i].response);
        sim_tally_merge(&sum->s.waiting_all, &rows[i].waiting_all);
        for (uint32_t k = 0; k < rows[i].responses.size; k++) {
            sum->bins += rows[i].responses.bucket[k] * rows[i].responses.count[k];
        }
    }
}

/* Whether anything arrived. */
static bool same(const struct mdl_program *p, const struct mdl_result *whole,
                 const struct mdl_result *parts) {
    struct sums all = {.bins = 0};
    struct sums sum = {.bins = 0};
    uint64_t hits = 0;
    uint64_t part_hits = 0;
    double present = 0;
    double observed = 0;
    int count = 0;
    uint32_t requests = p->source_count * p->class_count;
    add(&all, whole->requests, requests);
    add(&all, whole->visits, p->place_count * p->class_count);
    add(&all, whole->waits, p->bay_count);
    for (uint32_t i = 0; i < p->cache_count; i++) {
        hits += whole->hits[i] + whole->misses[i];
    }
    for (const struct mdl_result *r = parts; r != NULL; r = r->next) {
        add(&sum, r->requests, requests);
        add(&sum, r->visits, p->place_count * p->class_count);
        add(&sum, r->waits, p->bay_count);
        for (uint32_t i = 0; i < p->cache_count; i++) {
            part_hits += r->hits[i] + r->misses[i];
        }
        present += r->network.mean * r->observed_s;
        observed += r->observed_s;
        count++;
    }
    assert_int_equal(count, BATCHES);
    assert_int_equal(sum.s.arrived, all.s.arrived);
    assert_int_equal(sum.s.waited, all.s.waited);
    assert_int_equal(sum.s.zero_waits, all.s.zero_waits);
    assert_memory_equal(sum.s.outcome, all.s.outcome, sizeof all.s.outcome);
    assert_memory_equal(&sum.s.response, &all.s.response, sizeof all.s.response);
    assert_int_equal(sum.s.waiting_all.count, all.s.waiting_all.count);
    assert_int_equal(sum.bins, all.bins);
    assert_int_equal(part_hits, hits);
    assert_near(observed, whole->observed_s, 1e-6);
    assert_near(present / observed, whole->network.mean, 1e-9 * (1 + whole->network.mean));
    return all.s.arrived > 0;
}

static int add_up(const char *folder) {
    int tried = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[600];
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".json") != 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        struct sim_arena *arena = sim_arena_new();
        struct sim_diags diags;
        sim_diags_init(&diags, arena, path);
        struct mdl_scenario *s = in_scenario_load(path, NULL, &diags);
        if (s != NULL && s->stop.of == MDL_STOP_NEVER) {
            s->horizon_s = fmin(s->horizon_s, 500);
            s->warmup_s = s->horizon_s / 10;
            s->bucket_s = 0;
            s->sample_count = s->window_count = 0;
            s->sample_customers = 0;
            s->log_of = NULL;
            struct mdl_program *whole_program;
            struct mdl_program *part_program;
            struct mdl_result *whole = run(s, &whole_program);
            s->batches = BATCHES;
            struct mdl_result *parts = run(s, &part_program);
            tried += same(whole_program, whole, parts);
            mdl_result_free(whole);
            mdl_result_free(parts);
            mdl_program_free(whole_program);
            mdl_program_free(part_program);
        }
        in_scenario_free(s);
        sim_arena_free(arena);
    }
    closedir(dir);
    return tried;
}

/* The same sample path, whether it is measured as a whole or in batches: counts and sums agree to
 * the last one, for everything that the gallery has. */
static void batches_are_of_the_same_run(void **state) {
    (void)state;
    assert_true(add_up("inputs/scenarios/gallery") >= 15);
}

/* --- what a run says ------------------------------------------------------------------------ */

#define QUEUE(arrivals, demand, more)                                                              \
    "{'network': {'sources': [{'name': 's', " arrivals ", 'route': 'r'}],"                         \
    " 'stations': [{'name': 'q', 'demand': '" demand "'}],"                                        \
    " 'routes': {'r': [{'serve': 'q'}]}}, " more "}"

static const char *remark(const struct harness_run *r, const char *topic) {
    for (int i = 0; i < r->findings->remark_count; i++) {
        if (strcmp(r->findings->remarks[i].topic, topic) == 0) {
            return r->findings->remarks[i].text;
        }
    }
    return "";
}

/* Points are those of the run as a whole; intervals come beside them, but for what happens once. */
static void points_stay_as_they_are(void **state) {
    (void)state;
    struct harness_run plain = harness_run(
        QUEUE("'rate': '1/s'", "exp(700ms)", "'horizon': '5000s', 'warmup': '500s'"), 1, 3);
    struct harness_run steady = harness_run(QUEUE("'rate': '1/s'", "exp(700ms)",
                                                  "'horizon': '5000s', 'warmup': '500s',"
                                                  " 'analysis': 'steady', 'slo': ['p95 < 60s']"),
                                            1, 3);
    for (int i = 0; i < plain.findings->metric_count; i++) {
        const struct std_metric *m = &plain.findings->metrics[i];
        const struct std_metric *also =
            std_metric_find(steady.findings, m->scope, m->entity, m->name);
        assert_non_null(also);
        assert_true(m->estimate.value == also->estimate.value ||
                    (isnan(m->estimate.value) && isnan(also->estimate.value)));
    }
    double batches = harness_value(&steady, "steady", "", "batches");
    assert_true(batches == 10 || batches == 20 || batches == 40);
    static const char *const names[] = {"response.mean", "response.p95", "throughput",
                                        "number.mean", "count.ok"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct sim_estimate e = harness_estimate(&steady, "network", "", names[i]);
        assert_true(e.low < e.value && e.value < e.high && e.count == (int)batches);
    }
    struct sim_estimate busy = harness_estimate(&steady, "station", "q", "utilization");
    assert_true(busy.low < busy.value && busy.value < busy.high);
    assert_true(isnan(harness_estimate(&steady, "network", "", "number.max").low));
    assert_true(isnan(harness_estimate(&steady, "network", "", "number.end").low));
    assert_true(harness_value(&steady, "steady", "", "warmup") == 500);
    assert_non_null(strstr(remark(&steady, "steady"), "the first 500 s are cut, as asked"));
    assert_int_equal(steady.findings->slos[0].answer, STD_SLO_MET);
    assert_int_equal(steady.findings->slos[0].place_count, 1);
    harness_free(&plain);
    harness_free(&steady);
}

/* A count over the run is the sum of those of its batches; so is the width of its interval. */
static void counts_are_sums(void **state) {
    (void)state;
    struct harness_run r = harness_run(QUEUE("'rate': '1/s'", "exp(500ms)",
                                             "'horizon': '5000s', 'warmup': '0s',"
                                             " 'analysis': 'steady'"),
                                       1, 4);
    struct sim_estimate count = harness_estimate(&r, "network", "", "count.ok");
    struct sim_estimate rate = harness_estimate(&r, "network", "", "throughput");
    assert_near(count.high - count.low, 5000 * (rate.high - rate.low), 1e-6 * count.value);
    harness_free(&r);
}

/* Constant from the start, nothing is cut; after a step, no less than up to it. */
static void the_warmup_is_found(void **state) {
    (void)state;
    struct harness_run even = harness_run(
        QUEUE("'arrivals': '1s'", "1s", "'horizon': '4000s', 'analysis': 'steady'"), 1, 1);
    assert_true(even.findings->warmup_s <= 10); /* a group of five cells of 2 s */
    harness_free(&even);
    struct harness_run step =
        harness_run(QUEUE("'rate': {'steps': [['0s', '5/s'], ['300s', '1/s']]}", "exp(500ms)",
                          "'horizon': '8000s', 'analysis': 'steady', 'warmup': 'auto'"),
                    1, 1);
    assert_true(step.findings->warmup_s >= 300 + 450); /* 450 s of work are left at 300 s, about */
    assert_true(step.findings->observed_s + step.findings->warmup_s == 8000);
    assert_non_null(strstr(remark(&step, "steady"), "the load changes until 300 s"));
    harness_free(&step);
}

/* A queue that grows and grows has no steady state: the cut goes beyond the middle. */
static void no_steady_state(void **state) {
    (void)state;
    struct harness_run r = harness_run(
        QUEUE("'arrivals': 'exp(1s)'", "exp(1300ms)", "'horizon': '8000s', 'analysis': 'steady'"),
        1, 1);
    bool told = false;
    for (int i = 0; i < r.findings->remark_count; i++) {
        told = told || strstr(r.findings->remarks[i].text, "The warm-up is not over") != NULL;
    }
    assert_true(told);
    assert_true(harness_value(&r, "steady", "", "batches") == 10);
    assert_true(r.findings->warmup_s == 4000);
    harness_free(&r);
}

/* Replications: the warm-up is cut from each, and there are no batches. */
static void replications_have_no_batches(void **state) {
    (void)state;
    struct harness_run r = harness_run(
        QUEUE("'rate': '1/s'", "exp(500ms)", "'horizon': '2000s', 'analysis': 'steady'"), 4, 1);
    assert_null(std_metric_find(r.findings, "steady", "", "batches"));
    assert_non_null(strstr(remark(&r, "steady"), "intervals from 4 replications"));
    assert_true(harness_value(&r, "steady", "", "warmup") == r.findings->warmup_s);
    assert_int_equal(harness_estimate(&r, "network", "", "response.mean").count, 4);
    harness_free(&r);
}

static void threads_change_nothing(void **state) {
    (void)state;
    struct harness_run one = harness_run(
        QUEUE("'rate': '1/s'", "exp(800ms)", "'horizon': '3000s', 'analysis': 'steady'"), 1, 9);
    const struct std_run_options options = {.seed = 9, .replications = 1, .threads = 3};
    struct std_findings *three = std_run(one.scenario, &options);
    assert_int_equal(three->metric_count, one.findings->metric_count);
    for (int i = 0; i < three->metric_count; i++) {
        assert_memory_equal(&three->metrics[i].estimate, &one.findings->metrics[i].estimate,
                            sizeof three->metrics[i].estimate);
    }
    std_findings_free(three);
    harness_free(&one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_value_that_stands_out),
        cmocka_unit_test(nothing_to_cut),
        cmocka_unit_test(a_fall_and_a_line),
        cmocka_unit_test(four_values),
        cmocka_unit_test(signs_and_nothing),
        cmocka_unit_test(batches_are_of_the_same_run),
        cmocka_unit_test(points_stay_as_they_are),
        cmocka_unit_test(counts_are_sums),
        cmocka_unit_test(the_warmup_is_found),
        cmocka_unit_test(no_steady_state),
        cmocka_unit_test(replications_have_no_batches),
        cmocka_unit_test(threads_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
