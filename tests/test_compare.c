/* Comparisons: variants from --vary texts, paired differences by hand, common random numbers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/histogram.h"
#include "studies/compare_study.h"
#include "tests/harness.h"

static struct sim_arena *arena;

static int setup(void **state) {
    (void)state;
    arena = sim_arena_new();
    return 0;
}

static int teardown(void **state) {
    (void)state;
    sim_arena_free(arena);
    return 0;
}

static void is_near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        print_error("found %.17g, expected %.17g\n", found, expected);
        fail();
    }
}

/* --- --vary --------------------------------------------------------------------------------- */

enum { TEXTS = 4 };

/* Texts up to the first NULL; those that begin with '+' are --with. */
static const char *read_texts(const char *const texts[TEXTS], struct std_design *design) {
    struct std_vary varies[TEXTS];
    int count = 0;
    for (; count < TEXTS && texts[count] != NULL; count++) {
        bool with = texts[count][0] == '+';
        varies[count] = (struct std_vary){with, texts[count] + with};
    }
    return std_vary_read(arena, "file.json", varies, count, design);
}

/* The variants as "label: key=value key=value", a line each. */
static const char *shown(const struct std_design *design) {
    const char *text = "";
    for (int v = 0; v < design->variant_count; v++) {
        const struct std_variant *variant = &design->variants[v];
        text = sim_arena_print(arena, "%s%s:", text, variant->label);
        for (int i = 0; i < variant->assignment_count; i++) {
            text = sim_arena_print(arena, "%s %s=%s", text, variant->assignments[i].key,
                                   variant->assignments[i].value);
        }
        text = sim_arena_print(arena, "%s\n", text);
    }
    return text;
}

static void vary_reads(void **state) {
    (void)state;
    static const struct {
        const char *texts[TEXTS];
        const char *expected;
    } cases[] = {
        {{"a.instance=t3.large,m6i.large"},
         "t3.large: a.instance=t3.large\nm6i.large: a.instance=m6i.large\n"},
        {{"network.stations[clerk].servers=1, 2"},
         "servers=1: network.stations[clerk].servers=1\n"
         "servers=2: network.stations[clerk].servers=2\n"},
        {{"x=lognormal(8ms, cv=1.5),exp(5ms)"},
         "lognormal(8ms, cv=1.5): x=lognormal(8ms, cv=1.5)\nexp(5ms): x=exp(5ms)\n"},
        {{"x=[[\"0s\", \"1/s\"], [\"1m\", \"2/s\"]],\"a,b\""},
         "x=[[\"0s\", \"1/s\"], [\"1m\", \"2/s\"]]: x=[[\"0s\", \"1/s\"], [\"1m\", \"2/s\"]]\n"
         "x=\"a,b\": x=\"a,b\"\n"},
        {{"n=10..30:10,50"}, "n=10: n=10\nn=20: n=20\nn=30: n=30\nn=50: n=50\n"},
        {{"n=0.1..0.35:0.1"}, "n=0.1: n=0.1\nn=0.2: n=0.2\nn=0.3: n=0.3\n"},
        {{"n=2..0:-1"}, "n=2: n=2\nn=1: n=1\nn=0: n=0\n"},
        {{"d=5ms..15ms:5ms"}, "d=5ms: d=5ms\nd=10ms: d=10ms\nd=15ms: d=15ms\n"},
        {{"p=1.5%"}, "p=1.5%: p=1.5%\n"},
        {{"c[\"a=b\"].n=1"}, "n=1: c[\"a=b\"].n=1\n"},
        {{"a=x,y", "b=1,2"},
         "a=x b=1: a=x b=1\na=x b=2: a=x b=2\na=y b=1: a=y b=1\na=y b=2: a=y b=2\n"},
        {{"a=x,y", "+b=1,2"}, "a=x b=1: a=x b=1\na=y b=2: a=y b=2\n"},
        {{"a=x,y", "b=1,2", "+c=3,4"},
         "a=x b=1 c=3: a=x b=1 c=3\na=x b=2 c=4: a=x b=2 c=4\n"
         "a=y b=1 c=3: a=y b=1 c=3\na=y b=2 c=4: a=y b=2 c=4\n"},
        {{"s[a].n=1", "s[b].n=2"}, "s[a].n=1 s[b].n=2: s[a].n=1 s[b].n=2\n"},
        {{"a=x,x,x"}, "x: a=x\nx (2): a=x\nx (3): a=x\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct std_design design;
        assert_null(read_texts(cases[i].texts, &design));
        assert_string_equal(shown(&design), cases[i].expected);
        assert_string_equal(design.variants[0].document, "file.json");
    }
}

static void vary_refuses(void **state) {
    (void)state;
    static const char range[] = "expected a range from..to:step such as 10..100:10 or "
                                "5ms..20ms:5ms";
    static const struct {
        const char *texts[TEXTS];
        const char *problem; /* how it ends */
    } cases[] = {
        {{"servers"}, "--vary: found \"servers\", expected KEY=VALUE,VALUE"},
        {{"=1,2"}, "--vary: found \"=1,2\", expected KEY=VALUE,VALUE"},
        {{"a="}, "--vary a: found \"\", expected a value before and after each comma"},
        {{"a=1,,2"}, "--vary a: found \"1,,2\", expected a value before and after each comma"},
        {{"a=1,2,"}, "--vary a: found \"1,2,\", expected a value before and after each comma"},
        {{"a=1..5"}, range},
        {{"a=1..5:x"}, range},
        {{"a=1ms..5s:1ms"}, range},
        {{"a=1..5:1:1"}, range},
        {{"a=5..1:1"}, "expected a range whose step leads from its start to its end"},
        {{"a=1..5:0"}, "expected a range whose step leads from its start to its end"},
        {{"a=0..5000:1"}, "--vary a: found more than 1000 values, expected fewer"},
        {{"a=1..40:1", "b=1..40:1"}, "--vary: found more than 1000 variants, expected fewer"},
        {{"+a=1,2"}, "--with a: found no --vary before it, expected one"},
        {{"a=1,2", "+b=1"}, "--with b: found 1 value, expected 2 as the --vary before it has"},
        {{"a=1,2", "a=3,4"}, "--vary a: found this key twice, expected it once"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct std_design design;
        const char *problem = read_texts(cases[i].texts, &design);
        assert_non_null(problem);
        size_t length = strlen(problem);
        size_t expected = strlen(cases[i].problem);
        assert_true(length >= expected);
        assert_string_equal(problem + length - expected, cases[i].problem);
    }
}

/* --- by hand -------------------------------------------------------------------------------- */

enum { REPLICATIONS = 4 };

struct by_hand {
    const char *name;
    const char *unit;
    double values[REPLICATIONS];
};

static struct std_findings *findings_of(const struct by_hand *figures, int count,
                                        const struct mdl_scenario *scenario) {
    struct sim_arena *own = sim_arena_new();
    struct std_findings *f = sim_arena_alloc(own, sizeof *f);
    *f = (struct std_findings){.arena = own,
                               .scenario = scenario,
                               .seed = 7,
                               .replications = REPLICATIONS,
                               .metric_count = count};
    f->metrics = sim_arena_array(own, (size_t)count, sizeof *f->metrics);
    for (int i = 0; i < count; i++) {
        f->metrics[i] = (struct std_metric){"network",
                                            "",
                                            figures[i].name,
                                            figures[i].unit,
                                            sim_estimate_mean(figures[i].values, REPLICATIONS),
                                            figures[i].values};
    }
    return f;
}

/* Two variants, "a" and "b", of the findings. */
static struct std_comparison *build(struct std_findings *a, struct std_findings *b) {
    static struct std_variant variants[] = {{.document = "a.json", .label = "a"},
                                            {.document = "b.json", .label = "b"}};
    struct std_design design = {.variants = variants, .variant_count = 2};
    struct std_findings *findings[] = {a, b};
    return std_comparison_build(&design, findings);
}

static const struct std_difference *difference(const struct std_comparison *c, const char *name) {
    const struct std_comparison_row *row = std_comparison_find(c, "network", "", name);
    assert_non_null(row);
    return &row->differences[1];
}

static void differences_by_hand(void **state) {
    (void)state;
    static const struct mdl_scenario scenario = {.name = "by hand"};
    static const struct by_hand first[] = {
        {"response.mean", "s", {10, 20, 30, 40}},
        {"response.p90", "s", {10, 20, 30, 40}},
        {"error_rate", "1", {0, 0, 0, 0}},
        {"throughput", "1/s", {1, 2, NAN, 4}},
    };
    static const struct by_hand second[] = {
        {"response.mean", "s", {11, 22, 33, 42}},
        {"response.p90", "s", {11, 22, 33, 42}},
        {"error_rate", "1", {0.01, 0.01, 0.01, 0.01}},
        {"throughput", "1/s", {3, 1, 5, 2}},
    };
    struct std_comparison *c =
        build(findings_of(first, 4, &scenario), findings_of(second, 4, &scenario));
    assert_int_equal(c->row_count, 4);
    assert_int_equal(c->seed, 7);
    /* differences 1 2 3 2: mean 2, deviation sqrt(2/3), t(3) = 3.182446 */
    double half = 3.182446305284263 * sqrt(2.0 / 3 / 4);
    const struct std_difference *d = difference(c, "response.mean");
    is_near(d->estimate.value, 2, 1e-12);
    is_near(d->estimate.low, 2 - half, 1e-9);
    is_near(d->estimate.high, 2 + half, 1e-9);
    is_near(d->relative.value, 0.08, 1e-12);
    is_near(d->relative.low, (2 - half) / 25, 1e-9);
    assert_int_equal(d->estimate.count, 4);
    assert_int_equal(d->verdict, STD_HIGHER);
    /* sums of squares: 500, 542 and 2; sum of products 520 */
    is_near(d->variance_reduction, (500 + 542) / 2.0, 1e-9);
    is_near(d->correlation, 520 / sqrt(500.0 * 542), 1e-12);
    /* a percentile: the same, wider by the histogram's error of both means */
    d = difference(c, "response.p90");
    is_near(d->estimate.high, 2 + half + SIM_HISTOGRAM_ERROR * (25 + 27), 1e-9);
    is_near(d->estimate.low, 2 - half - SIM_HISTOGRAM_ERROR * (25 + 27), 1e-9);
    /* nothing varies: the difference is certain, relative to 0 it has no size */
    d = difference(c, "error_rate");
    assert_int_equal(d->verdict, STD_HIGHER);
    is_near(d->estimate.low, 0.01, 1e-15);
    assert_true(isnan(d->relative.value));
    assert_true(isnan(d->correlation));
    assert_true(isnan(d->variance_reduction));
    /* pairs with a value in both: differences 2 -1 -2, a tie */
    d = difference(c, "throughput");
    assert_int_equal(d->estimate.count, 3);
    is_near(d->estimate.value, -1.0 / 3, 1e-12);
    assert_int_equal(d->verdict, STD_TIE);
    std_comparison_free(c);
}

static void one_replication_has_no_verdict(void **state) {
    (void)state;
    static const struct mdl_scenario scenario = {.name = "by hand"};
    static const struct by_hand first[] = {{"response.mean", "s", {10, NAN, NAN, NAN}}};
    static const struct by_hand second[] = {{"response.mean", "s", {12, 5, NAN, NAN}}};
    struct std_comparison *c =
        build(findings_of(first, 1, &scenario), findings_of(second, 1, &scenario));
    const struct std_difference *d = difference(c, "response.mean");
    assert_int_equal(d->verdict, STD_UNKNOWN);
    is_near(d->estimate.value, 2, 0);
    assert_true(isnan(d->estimate.low));
    std_comparison_free(c);
}

static void assumptions_that_differ(void **state) {
    (void)state;
    static struct mdl_assumption first[] = {
        {.key = "same", .text = "s", .likely = "1"},
        {.key = "value", .text = "v", .likely = "8ms"},
        {.key = "gone", .text = "g", .likely = "3"},
    };
    static struct mdl_assumption second[] = {
        {.key = "value", .text = "v", .likely = "9ms"},
        {.key = "new", .text = "n", .likely = "4"},
        {.key = "same", .text = "s", .likely = "1"},
    };
    static const struct mdl_scenario a = {.name = "a", .assumptions = first, .assumption_count = 3};
    static const struct mdl_scenario b = {
        .name = "b", .assumptions = second, .assumption_count = 3};
    struct std_comparison *c = build(findings_of(NULL, 0, &a), findings_of(NULL, 0, &b));
    assert_int_equal(c->assumption_count, 3);
    assert_string_equal(c->assumptions[0].key, "value");
    assert_string_equal(c->assumptions[0].values[0], "8ms");
    assert_string_equal(c->assumptions[0].values[1], "9ms");
    assert_string_equal(c->assumptions[1].key, "gone");
    assert_string_equal(c->assumptions[1].values[0], "3");
    assert_null(c->assumptions[1].values[1]);
    assert_string_equal(c->assumptions[2].key, "new");
    assert_null(c->assumptions[2].values[0]);
    assert_string_equal(c->assumptions[2].values[1], "4");
    std_comparison_free(c);
}

/* --- simulated ------------------------------------------------------------------------------ */

/* Two classes, each with a station of its own, and a third station that one of them may use. */
static const char two_classes[] =
    "{'name': 'two', 'network': {'classes': {'x': {}, 'y': {}}, 'sources': ["
    "{'name': 'sx', 'class': 'x', 'arrivals': 'exp(1s)', 'route': 'rx'},"
    "{'name': 'sy', 'class': 'y', 'arrivals': 'exp(2s)', 'route': 'ry'}], 'stations': ["
    "{'name': 'px', 'servers': 1, 'discipline': 'fcfs'},"
    "{'name': 'py', 'servers': %d, 'discipline': 'fcfs'}], 'routes': {"
    "'rx': [{'serve': 'px', 'demand': 'exp(%s)'}],"
    "'ry': [{'serve': 'py', 'demand': 'exp(1s)'}]}},"
    "'horizon': '%s', 'warmup': '1000s'}";

/* Compares the findings of two runs, taken from them. */
static struct std_comparison *compare(struct harness_run *a, struct harness_run *b) {
    struct std_comparison *c = build(a->findings, b->findings);
    a->findings = b->findings = NULL;
    return c;
}

static struct harness_run run_two(int servers, const char *demand, const char *horizon,
                                  int replications) {
    return harness_run(sim_arena_print(arena, two_classes, servers, demand, horizon), replications,
                       3);
}

static bool is_exact_tie(const struct std_difference *d) {
    return d->verdict == STD_TIE && d->estimate.value == 0 && d->estimate.low == 0 &&
           d->estimate.high == 0;
}

static void identical_variants_tie(void **state) {
    (void)state;
    struct harness_run a = run_two(1, "700ms", "3000s", 5);
    struct harness_run b = run_two(1, "700ms", "3000s", 5);
    struct std_comparison *c = compare(&a, &b);
    assert_true(c->row_count >= 3 * 6);
    for (int i = 0; i < c->row_count; i++) {
        assert_true(is_exact_tie(&c->rows[i].differences[1]));
    }
    std_comparison_free(c);
    harness_free(&a);
    harness_free(&b);
}

/* What cannot matter to a class makes no difference to it at all, and matters to the other. */
static void what_cannot_matter_does_not(void **state) {
    (void)state;
    struct harness_run a = run_two(1, "700ms", "3000s", 5);
    struct harness_run b = run_two(2, "700ms", "3000s", 5);
    struct std_comparison *c = compare(&a, &b);
    static const char *const names[] = {"response.mean", "response.p50", "response.p95",
                                        "response.p99",  "error_rate",   "throughput"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct std_comparison_row *row = std_comparison_find(c, "class", "x", names[i]);
        assert_non_null(row);
        assert_true(is_exact_tie(&row->differences[1]));
    }
    const struct std_comparison_row *row = std_comparison_find(c, "class", "y", "response.mean");
    assert_int_equal(row->differences[1].verdict, STD_LOWER);
    std_comparison_free(c);
    harness_free(&a);
    harness_free(&b);
}

/* M/M/1 at load 0.7 and 0.5: mean responses 0.7 / 0.3 and 0.5 / 0.5 s; twenty comparisons of other
 * seeds, of which the 95 % intervals cover all but a few. With probability 0.997 at most 4 of 20
 * miss when they miss 1 in 20. */
static void two_speeds_are_covered(void **state) {
    (void)state;
    static const char queue[] =
        "{'name': 'q', 'network': {'sources': [{'name': 's', 'arrivals': 'exp(1s)', 'route': 'r'}],"
        "'stations': [{'name': 'p', 'servers': 1, 'discipline': 'fcfs'}],"
        "'routes': {'r': [{'serve': 'p', 'demand': 'exp(%s)'}]}},"
        "'horizon': '11000s', 'warmup': '1000s'}";
    double exact = 0.5 / (1 - 0.5) - 0.7 / (1 - 0.7);
    int covered = 0;
    double least_reduction = INFINITY;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct harness_run a = harness_run(sim_arena_print(arena, queue, "700ms"), 10, seed);
        struct harness_run b = harness_run(sim_arena_print(arena, queue, "500ms"), 10, seed);
        struct std_comparison *c = compare(&a, &b);
        const struct std_difference *d = difference(c, "response.mean");
        covered += d->estimate.low <= exact && exact <= d->estimate.high;
        assert_int_equal(d->verdict, STD_LOWER);
        assert_true(d->correlation > 0.5);
        least_reduction = fmin(least_reduction, d->variance_reduction);
        std_comparison_free(c);
        harness_free(&a);
        harness_free(&b);
    }
    print_message("covered %d of 20, variance reduction at least %.2f\n", covered, least_reduction);
    assert_true(covered >= 16);
    assert_true(least_reduction > 1);
}

/* --- the study ------------------------------------------------------------------------------ */

struct study {
    struct mdl_scenario scenarios[3];
    int asked; /* for specs */
    int runs;
    uint64_t seed;
    int bad; /* spec that fails; -1: none */
};

static const struct mdl_scenario *spec(void *context, const struct std_variant *variant) {
    struct study *study = context;
    (void)variant;
    int index = study->asked++;
    return index == study->bad ? NULL : &study->scenarios[index];
}

static bool answer(void *context, const struct std_design *design,
                   const struct mdl_scenario *const *scenarios,
                   const struct std_run_options *options, struct std_findings **findings,
                   struct std_stopping *stopping) {
    struct study *study = context;
    study->runs++;
    study->seed = options->seed;
    for (int i = 0; i < design->variant_count; i++) {
        findings[i] = findings_of(NULL, 0, scenarios[i]);
        findings[i]->seed = options->seed;
        findings[i]->replications = options->replications > 0 ? options->replications : 22;
    }
    *stopping = (struct std_stopping){
        .rule = options->replications > 0 ? STD_AS_ASKED : STD_PRECISE, .aim = options->aim};
    return true;
}

static void study_reads_first_and_shares_the_seed(void **state) {
    (void)state;
    struct std_variant variants[] = {
        {.document = "a.json"}, {.document = "b.json"}, {.document = "b.json"}};
    struct std_design design = {.variants = variants, .variant_count = 3};
    struct study study = {
        .scenarios = {{.name = "one", .has_seed = true, .seed = 5, .replications = 12},
                      {.name = "two", .has_seed = true, .seed = 6, .replications = 20},
                      {.name = "two"}},
        .bad = -1};
    struct std_spec_source source = {spec, &study};
    struct std_answerer answerer = {answer, &study};
    struct std_compare_options options = {.has_seed = false};
    struct std_comparison *c = std_compare(&design, true, &source, &answerer, &options);
    assert_non_null(c);
    assert_int_equal(c->seed, 5);
    assert_int_equal(study.seed, 5);
    assert_int_equal(c->replications, 12);
    assert_int_equal(c->stopping.rule, STD_AS_ASKED);
    assert_int_equal(study.runs, 1); /* all in one pool */
    assert_string_equal(c->variants[0].label, "one");
    assert_string_equal(c->variants[1].label, "b.json");
    assert_string_equal(c->variants[2].label, "b.json (2)");
    std_comparison_free(c);

    study.asked = 0;
    options.precision.within = 0.02; /* goes before the count of the scenario */
    c = std_compare(&design, true, &source, &answerer, &options);
    assert_non_null(c);
    assert_int_equal(c->replications, 22);
    assert_int_equal(c->stopping.rule, STD_PRECISE);
    assert_true(c->stopping.aim.within == 0.02 && c->stopping.aim.at_most == STD_AT_MOST_ASKED);
    std_comparison_free(c);

    study.asked = study.runs = study.bad = 0;
    assert_null(std_compare(&design, true, &source, &answerer, &options));
    assert_int_equal(study.asked, 3);
    assert_int_equal(study.runs, 0);
    study.asked = 0;
    assert_null(std_compare(&design, false, &source, &answerer, &options));
    assert_int_equal(study.asked, 1);
    assert_int_equal(study.runs, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(vary_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(vary_refuses, setup, teardown),
        cmocka_unit_test(differences_by_hand),
        cmocka_unit_test(one_replication_has_no_verdict),
        cmocka_unit_test(assumptions_that_differ),
        cmocka_unit_test_setup_teardown(identical_variants_tie, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_matter_does_not, setup, teardown),
        cmocka_unit_test_setup_teardown(two_speeds_are_covered, setup, teardown),
        cmocka_unit_test(study_reads_first_and_shares_the_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
