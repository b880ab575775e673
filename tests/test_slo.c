/* SLOs: how conditions are read, which windows are judged, and networks whose verdicts are known.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "sim/interval.h"
#include "tests/harness.h"

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

/* --- conditions --------------------------------------------------------------------------- */

#define NETWORK                                                                                    \
    "'network': {'sources': [{'name': 'read', 'rate': '1/s', 'route': 'r'}],"                      \
    " 'stations': [{'name': 'app', 'servers': 4}], 'pools': [{'name': 'database', 'size': 8}],"    \
    " 'routes': {'r': [{'acquire': 'database'}, {'serve': 'app', 'demand': '500ms'},"              \
    " {'release': 'database'}]}}, 'horizon': '1800s'"

static struct harness_run loaded(const char *slo) {
    struct sim_arena *arena = sim_arena_new();
    struct harness_run run =
        harness_run(sim_arena_print(arena, "{" NETWORK ", 'slo': %s}", slo), 2, 1);
    sim_arena_free(arena);
    return run;
}

static void conditions_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum mdl_slo_figure figure;
        double quantile;
        const char *subject;
        bool below, or_equal;
        double limit, window_s;
    } cases[] = {
        {"p95(read) < 500ms", MDL_SLO_PERCENTILE, 0.95, "read", true, false, 0.5, 0},
        {"p99.9 <= 2s", MDL_SLO_PERCENTILE, 0.999, NULL, true, true, 2, 0},
        {" p50 ( read )<1m  per  10m ", MDL_SLO_PERCENTILE, 0.5, "read", true, false, 60, 600},
        {"p(95)<500", MDL_SLO_PERCENTILE, 0.95, NULL, true, false, 0.5, 0},
        {"p(99)(read)<1500", MDL_SLO_PERCENTILE, 0.99, "read", true, false, 1.5, 0},
        {"med<20", MDL_SLO_PERCENTILE, 0.5, NULL, true, false, 0.02, 0},
        {"median < 20ms", MDL_SLO_PERCENTILE, 0.5, NULL, true, false, 0.02, 0},
        {"avg<200", MDL_SLO_MEAN, 0, NULL, true, false, 0.2, 0},
        {"mean(read) < 100ms", MDL_SLO_MEAN, 0, "read", true, false, 0.1, 0},
        {"rate<0.01", MDL_SLO_ERROR_RATE, 0, NULL, true, false, 0.01, 0},
        {"error_rate(read) < 0.1%", MDL_SLO_ERROR_RATE, 0, "read", true, false, 0.001, 0},
        {"throughput > 36/h", MDL_SLO_THROUGHPUT, 0, NULL, false, false, 0.01, 0},
        {"utilization(app) < 70%", MDL_SLO_UTILIZATION, 0, "app", true, false, 0.7, 0},
        {"utilization(app) >= 0.2 per 1h", MDL_SLO_UTILIZATION, 0, "app", false, true, 0.2, 3600},
        {"connections(db) < 80%", MDL_SLO_CONNECTIONS, 0, "db", true, false, 0.8, 0},
    };
    enum { CASES = sizeof cases / sizeof cases[0] };
    struct sim_arena *arena = sim_arena_new();
    for (int i = 0; i < CASES; i++) {
        struct harness_run run = loaded(sim_arena_print(arena, "['%s']", cases[i].text));
        const struct mdl_slo *slo = &run.scenario->slos[0];
        assert_int_equal(run.scenario->slo_count, 1);
        assert_string_equal(slo->name, cases[i].text);
        assert_int_equal(slo->figure, cases[i].figure);
        near(slo->quantile, cases[i].quantile, 0);
        assert_int_equal(slo->subject != NULL, cases[i].subject != NULL);
        if (slo->subject != NULL) {
            assert_string_equal(slo->subject, cases[i].subject);
        }
        assert_int_equal(slo->below, cases[i].below);
        assert_int_equal(slo->or_equal, cases[i].or_equal);
        near(slo->limit, cases[i].limit, 0);
        near(slo->window_s, cases[i].window_s, 0);
        harness_free(&run);
    }
    sim_arena_free(arena);
}

static void k6_thresholds_are_read(void **state) {
    (void)state;
    struct harness_run run = loaded("{'http_req_duration': ['p(95)<600', 'avg<600'],"
                                    " 'http_req_failed': ['rate<0.01'], 'http_reqs': ['rate>10']}");
    assert_int_equal(run.scenario->slo_count, 4);
    assert_int_equal(run.scenario->slos[0].figure, MDL_SLO_PERCENTILE);
    near(run.scenario->slos[0].limit, 0.6, 0);
    assert_int_equal(run.scenario->slos[1].figure, MDL_SLO_MEAN);
    assert_int_equal(run.scenario->slos[2].figure, MDL_SLO_ERROR_RATE);
    assert_int_equal(run.scenario->slos[3].figure, MDL_SLO_THROUGHPUT);
    near(run.scenario->slos[3].limit, 10, 0);
    assert_int_equal(run.findings->slos[3].answer, STD_SLO_MISSED); /* about 1/s */
    harness_free(&run);
}

static void subjects_have_other_names(void **state) {
    (void)state;
    struct harness_run run =
        loaded("['connections(rds) < 80%', 'connections(database) < 81%', 'utilization(db) < 70%',"
               " 'utilization(web) < 70%', 'p95(read) < 1s', 'p95(default) < 1s']");
    const struct mdl_slo *slos = run.scenario->slos;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(slos[i].part, MDL_SLO_POOL);
        assert_string_equal(slos[i].part_name, "database");
    }
    assert_int_equal(slos[3].part, MDL_SLO_STATION);
    assert_string_equal(slos[3].part_name, "app");
    assert_int_equal(slos[4].part, MDL_SLO_SOURCE);
    assert_int_equal(slos[5].part, MDL_SLO_CLASS);
    harness_free(&run);
}

/* --- intervals ---------------------------------------------------------------------------- */

/* Clopper and Pearson's interval for 5 of 100 is tabled as 1.64 % to 11.28 %; for 0 of n it is
 * 0 to 1 - (alpha / 2)^(1 / n). Clusters that agree are as good as independent trials; clusters
 * of which each is all or nothing count as one trial each. */
static void shares_have_exact_intervals(void **state) {
    (void)state;
    uint64_t events[20] = {1, 1, 1, 1, 1};
    uint64_t trials[20] = {20, 20, 20, 20, 20};
    struct sim_estimate e = sim_interval_share(events, trials, 5, 0.05);
    near(e.value, 0.05, 1e-15);
    near(e.low, 0.0164, 5e-5);
    near(e.high, 0.1128, 5e-5);
    memset(events, 0, sizeof events);
    e = sim_interval_share(events, trials, 5, 0.05);
    near(e.low, 0, 0);
    near(e.high, 1 - pow(0.025, 0.01), 1e-12);
    e = sim_interval_share(trials, trials, 5, 0.05);
    near(e.low, pow(0.025, 0.01), 1e-12);
    near(e.high, 1, 0);
    for (int i = 0; i < 20; i++) {
        trials[i] = 1000;
        events[i] = i < 10 ? 1000 : 0;
    }
    struct sim_estimate clustered = sim_interval_share(events, trials, 20, 0.05);
    assert_true(clustered.low < 0.28 && clustered.high > 0.72); /* 10 of 20: 27.2 % to 72.8 % */
    assert_true(clustered.low > 0.2 && clustered.high < 0.8);
    e = sim_interval_share(events, trials, 1, 0.05);
    assert_true(isnan(e.low) && isnan(e.high) && e.value == 1);
    trials[0] = 0;
    e = sim_interval_share(events, trials, 1, 0.05);
    assert_true(isnan(e.value) && e.count == 0);
}

static void the_confidence_is_asked_for(void **state) {
    (void)state;
    static const double values[] = {1, 2, 3, 4, 5};
    near(sim_interval_t(0.05, 9), 2.2622, 5e-5); /* tables of Student's t */
    near(sim_interval_t(0.01, 4), 4.6041, 5e-5);
    struct sim_estimate e = sim_interval_sections(3, values, 5, 0.01, 0.01);
    near(e.high - e.value, 4.6041 * sqrt(2.5 / 5) + 0.03, 1e-4);
    struct sim_estimate same = sim_interval_sections(3, values, 5, 0.01, 0.05);
    struct sim_estimate known = sim_estimate_sections(3, values, 5, 0.01);
    near(same.low, known.low, 1e-12);
    near(same.high, known.high, 1e-12);
}

/* --- which windows are judged ------------------------------------------------------------- */

static void merged(const double *requests, int count, int groups, const int *expected) {
    int group[16];
    assert_int_equal(std_slo_merge(requests, count, 10, group), groups);
    for (int i = 0; i < count; i++) {
        assert_int_equal(group[i], expected[i]);
    }
}

static void thin_windows_merge(void **state) {
    (void)state;
    merged((double[]){20, 30, 10}, 3, 3, (int[]){0, 1, 2});          /* each has enough */
    merged((double[]){20, 4, 20}, 3, 2, (int[]){0, 1, 1});           /* with the next one */
    merged((double[]){4, 3, 3, 20}, 4, 2, (int[]){0, 0, 0, 1});      /* three make 10 */
    merged((double[]){4, 3, 2, 20}, 4, 2, (int[]){0, 0, 0, 1});      /* at most three: 9 */
    merged((double[]){20, 4}, 2, 1, (int[]){0, 0});                  /* the last joins */
    merged((double[]){20, 4, 4}, 3, 1, (int[]){0, 0, 0});            /* two join one */
    merged((double[]){5, 6, 4, 4}, 4, 2, (int[]){0, 0, 1, 1});       /* four are too many */
    merged((double[]){0, 0, 0, 0, 0}, 5, 2, (int[]){0, 0, 0, 1, 1}); /* nothing anywhere */
    merged((double[]){3}, 1, 1, (int[]){0});
}

/* --- verdicts that are known -------------------------------------------------------------- */

static const struct std_slo_verdict *verdict(const struct harness_run *run, int index) {
    assert_true(index < run->findings->slo_count);
    return &run->findings->slos[index];
}

static void answers(const char *document, const enum std_slo_answer *expected, int count) {
    struct harness_run run = harness_run(document, 4, 1);
    assert_int_equal(run.findings->slo_count, count);
    for (int i = 0; i < count; i++) {
        const struct std_slo_verdict *v = verdict(&run, i);
        if (v->answer != expected[i]) {
            fail_msg("%s: %s, not %s", v->name, std_slo_answer_names[v->answer],
                     std_slo_answer_names[expected[i]]);
        }
    }
    harness_free(&run);
}

/* Every second a request, served in 500 ms by the one server: nobody waits, so every percentile is
 * 500 ms (known to the histogram's 1/256), the server is busy half of the time, and the throughput
 * is 1/s. No error in 1200 requests of a window says little of 0.1 %. */
static void a_clockwork_has_known_answers(void **state) {
    (void)state;
    static const enum std_slo_answer expected[] = {
        STD_SLO_MET,    STD_SLO_MISSED, STD_SLO_UNDETERMINED, STD_SLO_MET,
        STD_SLO_MISSED, STD_SLO_MET,    STD_SLO_MISSED,       STD_SLO_MET,
        STD_SLO_MISSED, STD_SLO_MET,    STD_SLO_UNDETERMINED,
    };
    answers(
        "{'network': {'sources': [{'name': 'users', 'arrivals': '1s', 'route': 'r'}],"
        " 'stations': [{'name': 'app'}], 'routes': {'r': [{'serve': 'app', 'demand': '500ms'}]}},"
        " 'horizon': '1800s', 'slo': ['p95 < 520ms', 'p95 < 480ms', 'p95 < 500ms',"
        " 'mean(users) < 520ms', 'mean(users) < 480ms', 'utilization(app) < 60%',"
        " 'utilization(app) < 40%', 'throughput > 0.9/s', 'throughput > 1.1/s',"
        " 'error_rate < 50%', 'error_rate < 0.1%']}",
        expected, sizeof expected / sizeof expected[0]);
}

/* 300 requests a window, 4 replications that agree: 1200 without an error. Their interval reaches
 * to 1 - (0.05 / 2 / 6 / 2)^(1 / 1200) = 0.51 %, so that below 1 % is met when the six windows of
 * five minutes have requests enough (1000), and below 0.1 % (10 000) is not judged. */
static void errors_that_never_came(void **state) {
    (void)state;
    struct harness_run run = harness_run(
        "{'network': {'sources': [{'name': 'users', 'arrivals': '1s', 'route': 'r'}],"
        " 'stations': [{'name': 'app'}], 'routes': {'r': [{'serve': 'app', 'demand': '500ms'}]}},"
        " 'horizon': '1800s', 'slo': ['error_rate < 1%', 'error_rate < 0.1%']}",
        4, 1);
    const struct std_slo_verdict *v = verdict(&run, 0);
    assert_int_equal(v->answer, STD_SLO_MET);
    near(v->needed, 1000, 0);
    assert_int_equal(v->place_count, 7);
    const struct std_slo_place *window = &v->places[2];
    near(window->requests, 1200, 0);
    near(window->estimate.high, 1 - pow(0.05 / 2 / 6 / 2, 1.0 / 1200), 1e-9);
    v = verdict(&run, 1);
    assert_int_equal(v->answer, STD_SLO_UNDETERMINED);
    assert_int_equal(v->place_count, 3); /* 3 and 3 windows merged, and the whole */
    assert_true(v->places[v->decisive].thin);
    harness_free(&run);
}

/* A request a second that takes 100 ms, and from minute 2 to 5 three a minute that take 900 ms: 3
 * of 63 there, so that p96 is 900 ms in those windows, but 100 ms over the whole run. */
static void the_worst_window_is_named(void **state) {
    (void)state;
    struct harness_run run = harness_run(
        "{'network': {'classes': {'slow': {}, 'quick': {}}, 'sources': ["
        "  {'name': 'quick', 'class': 'quick', 'arrivals': '1s', 'first': '0s', 'route': 'q'},"
        "  {'name': 'slow', 'class': 'slow', 'arrivals': '20s', 'first': '120s', 'limit': 9,"
        "   'route': 's'}],"
        " 'stations': [{'name': 'app', 'servers': 9}],"
        " 'routes': {'q': [{'serve': 'app', 'demand': '100ms'}],"
        "            's': [{'serve': 'app', 'demand': '900ms'}]}},"
        " 'horizon': '600s', 'slo_window': '1m', 'slo': ['p96 < 800ms', 'p95(slow) < 800ms',"
        "  {'name': 'loose', 'when': 'p96 < 800ms per 10m'}]}",
        4, 1);
    const struct std_slo_verdict *v = verdict(&run, 0);
    assert_int_equal(v->answer, STD_SLO_MISSED);
    const struct std_slo_place *place = &v->places[v->decisive];
    assert_int_equal(place->span, STD_SLO_WINDOW);
    assert_string_equal(place->label, "2m to 3m");
    near(place->from_s, 120, 0);
    near(place->requests, 252, 0); /* enough: 250; the windows without slow ones have 240 */
    assert_string_equal(v->places[1].label, "0s to 2m");
    near(place->estimate.value, 0.9, 0.9 / 256);
    near(std_slo_margin(v, place->estimate.value), -0.125, 0.005);
    assert_int_equal(v->places[0].answer, STD_SLO_MET);
    /* a few slow ones: not judged, whatever they took */
    assert_int_equal(verdict(&run, 1)->answer, STD_SLO_UNDETERMINED);
    assert_int_equal(verdict(&run, 2)->answer, STD_SLO_MET);
    assert_int_equal(verdict(&run, 2)->place_count, 1);
    harness_free(&run);
}

/* Failures count in the error rate only. */
static void failures_count_as_errors_only(void **state) {
    (void)state;
    static const enum std_slo_answer expected[] = {STD_SLO_MET, STD_SLO_MISSED, STD_SLO_MET};
    answers("{'network': {'sources': [{'name': 'users', 'arrivals': '1s', 'route': 'r'}],"
            " 'stations': [{'name': 'app', 'servers': 99}], 'routes': {'r': [{'branch': ["
            "  {'steps': [{'serve': 'app', 'demand': '100ms'}]},"
            "  {'steps': [{'serve': 'app', 'demand': '20s'}, {'fail': true}]}],"
            "  'in_turn': true}]}},"
            " 'horizon': '3000s', 'warmup': '300s', 'slo': ['p99 < 200ms', 'error_rate < 20%',"
            " 'error_rate < 60%']}",
            expected, 3);
}

/* --- stretches ---------------------------------------------------------------------------- */

static void load_tests_have_phases(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 'users', 'think': 'exp(5s)', 'route': 'r',"
                    "   'population': [['0s', 0], ['600s', 40], ['2400s', 40], ['2700s', 0]]}],"
                    " 'stations': [{'name': 'app', 'servers': 4}],"
                    " 'routes': {'r': [{'serve': 'app', 'demand': 'exp(100ms)'}]}},"
                    " 'horizon': '2700s', 'slo': ['throughput > 6/s',"
                    "  {'name': 'flat', 'when': 'throughput > 6/s', 'during': 'plateau'}]}",
                    4, 1);
    const struct std_slo_verdict *v = verdict(&run, 0);
    assert_int_equal(v->answer, STD_SLO_MISSED);
    static const char *const names[] = {"whole run", "ramp-up", "plateau", "ramp-down"};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(v->places[i].label, names[i]);
    }
    assert_int_equal(v->places[2].answer, STD_SLO_MET); /* 40 / 5.1 s = 7.8/s */
    assert_int_equal(v->places[3].answer, STD_SLO_MISSED);
    near(v->places[2].from_s, 600, 0);
    near(v->places[2].to_s, 2400, 0);
    const struct std_slo_verdict *flat = verdict(&run, 1);
    assert_int_equal(flat->answer, STD_SLO_MET);
    assert_int_equal(flat->place_count, 7); /* the plateau and its six windows */
    assert_int_equal(flat->places[0].span, STD_SLO_STRETCH);
    harness_free(&run);
}

static void stretches_follow_the_points(void **state) {
    (void)state;
    struct harness_run run = harness_run(
        "{'network': {'sources': [{'name': 'users', 'think': '5s', 'route': 'r',"
        "   'population': [['0s', 3], ['60s', 3], ['120s', 6], ['180s', 9], ['240s', 9], ['300s', "
        "2],"
        "                  ['400s', 0], ['500s', 0], ['560s', 4]]}],"
        " 'stations': [{'name': 'app'}], 'routes': {'r': [{'serve': 'app', 'demand': '1ms'}]}},"
        " 'horizon': '700s'}",
        1, 1);
    struct sim_arena *arena = sim_arena_new();
    int count = 0;
    const struct mdl_slo_stretch *stretches = mdl_slo_stretches(run.scenario, arena, &count);
    static const struct mdl_slo_stretch expected[] = {
        {"plateau", 0, 60},      {"ramp-up", 60, 180},    {"plateau 2", 180, 240},
        {"ramp-down", 240, 400}, {"ramp-up 2", 500, 560}, {"plateau 3", 560, 700},
    };
    assert_int_equal(count, 6);
    for (int i = 0; i < count; i++) {
        assert_string_equal(stretches[i].name, expected[i].name);
        near(stretches[i].from_s, expected[i].from_s, 0);
        near(stretches[i].to_s, expected[i].to_s, 0);
    }
    sim_arena_free(arena);
    harness_free(&run);
}

/* --- architectures ------------------------------------------------------------------------ */

struct shipped {
    struct sim_arena *arena;
    struct sim_diags diags;
    struct mdl_catalog *catalog;
};

static struct shipped begin(void) {
    struct shipped s = {.arena = sim_arena_new()};
    sim_diags_init(&s.diags, s.arena, NULL);
    s.catalog = in_catalog_load("inputs", &s.diags);
    assert_non_null(s.catalog);
    return s;
}

static void end(struct shipped *s) {
    in_catalog_free(s->catalog);
    sim_arena_free(s->arena);
}

static struct mdl_scenario *load_with(struct shipped *s, const char *path, const char *slo) {
    struct in_assignment assignment = {"slo", slo};
    struct mdl_scenario *scenario =
        in_scenario_load_with(path, &assignment, slo != NULL, s->catalog, &s->diags);
    assert_non_null(scenario);
    return scenario;
}

static void architectures_have_defaults(void **state) {
    (void)state;
    static const char *const files[] = {"inputs/scenarios/phase1-launch-day.json",
                                        "inputs/scenarios/phase1-load-test.json",
                                        "inputs/locust.json"};
    struct shipped s = begin();
    for (int f = 0; f < 3; f++) {
        struct mdl_scenario *scenario = load_with(&s, files[f], NULL);
        assert_int_equal(scenario->slo_count, mdl_slo_default_count);
        int listed = 0;
        for (int i = 0; i < scenario->assumption_count; i++) {
            const struct mdl_assumption *a = &scenario->assumptions[i];
            if (strncmp(a->key, "slo[", 4) == 0) {
                assert_string_equal(a->likely, scenario->slos[listed].text);
                assert_true(strncmp(a->source, "assumption", 10) == 0);
                assert_non_null(a->low);
                assert_true(scenario->slos[listed].assumed);
                listed++;
            }
        }
        assert_int_equal(listed, mdl_slo_default_count);
        int assumptions = scenario->assumption_count;
        in_scenario_free(scenario);
        scenario = load_with(&s, files[f], "[]");
        assert_int_equal(scenario->slo_count, 0);
        assert_int_equal(scenario->assumption_count, assumptions - listed);
        in_scenario_free(scenario);
    }
    end(&s);
}

/* Some 3 exports in five minutes at 03:00, 18 h after the start: not enough for a verdict there,
 * even when three windows are taken together; nor, so, for all of the day. By the hour there are.
 */
static void exports_at_night_are_undetermined(void **state) {
    (void)state;
    struct shipped s = begin();
    struct mdl_scenario *scenario =
        load_with(&s, "inputs/scenarios/phase1-launch-day.json",
                  "[\"p95(export) < 3s\", \"p95(export) < 3s per 1h\"]");
    struct std_run_options options = {.seed = 1, .replications = 10, .threads = 2};
    struct std_findings *findings = std_run(scenario, &options);
    const struct std_slo_verdict *v = &findings->slos[0];
    assert_int_equal(v->answer, STD_SLO_UNDETERMINED);
    assert_int_equal(v->places[0].answer, STD_SLO_MET); /* the whole run */
    int at_night = 0;
    for (int i = 0; i < v->place_count; i++) {
        const struct std_slo_place *place = &v->places[i];
        if (place->span == STD_SLO_WINDOW && place->from_s <= 18 * 3600.0 &&
            place->to_s > 18 * 3600.0) {
            assert_int_equal(place->answer, STD_SLO_UNDETERMINED);
            assert_true(place->thin);
            assert_true(place->requests < 200 && place->requests > 20);
            at_night++;
        }
    }
    assert_int_equal(at_night, 1);
    assert_int_equal(findings->slos[1].answer, STD_SLO_MET);
    assert_string_equal(findings->remarks[0].topic, "slo");
    assert_string_equal(findings->remarks[0].text, "SLO: 1 of 2 met, 1 undetermined.");
    bool clock = false;
    for (int i = 0; i < findings->slos[1].place_count; i++) {
        clock = clock || strcmp(findings->slos[1].places[i].label, "03:00 to 04:00") == 0;
    }
    assert_true(clock);
    std_findings_free(findings);
    in_scenario_free(scenario);
    end(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_read),
        cmocka_unit_test(k6_thresholds_are_read),
        cmocka_unit_test(subjects_have_other_names),
        cmocka_unit_test(shares_have_exact_intervals),
        cmocka_unit_test(the_confidence_is_asked_for),
        cmocka_unit_test(thin_windows_merge),
        cmocka_unit_test(a_clockwork_has_known_answers),
        cmocka_unit_test(errors_that_never_came),
        cmocka_unit_test(the_worst_window_is_named),
        cmocka_unit_test(failures_count_as_errors_only),
        cmocka_unit_test(load_tests_have_phases),
        cmocka_unit_test(stretches_follow_the_points),
        cmocka_unit_test(architectures_have_defaults),
        cmocka_unit_test(exports_at_night_are_undetermined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
