/* Quantities with units, and distributions as text. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/dist_text.h"
#include "inputs/quantity.h"

/* One value, read from JSON text. */
struct reading {
    struct sim_arena *arena;
    struct sim_diags diags;
    struct in_context context;
    struct in_json value;
};

static void open_value(struct reading *r, const char *json) {
    r->arena = sim_arena_new();
    sim_diags_init(&r->diags, r->arena, NULL);
    in_context_init(&r->context, r->arena, &r->diags, "tests/faulty/x.json");
    r->value = in_json_parse(&r->context, json, strlen(json));
    assert_int_equal(r->diags.errors, 0);
}

/* Closes it; the code of its only diagnostic must be `code` (NULL: there must be none). */
static void close_value(struct reading *r, const char *code) {
    assert_int_equal(r->diags.errors, code ? 1 : 0);
    if (code) {
        assert_string_equal(r->diags.items[0].code, code);
    }
    in_context_fini(&r->context);
    sim_arena_free(r->arena);
}

static void assert_exactly(double value, double expected) {
    if (value != expected) {
        fail_msg("%.17g is not %.17g", value, expected);
    }
}

static void units(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum in_quantity kind;
        double value;
    } cases[] = {
        {"5ns", IN_DURATION, 5e-9},
        {"7us", IN_DURATION, 7e-6},
        {"250ms", IN_DURATION, 0.25},
        {"1.5s", IN_DURATION, 1.5},
        {"10m", IN_DURATION, 600},
        {"24h", IN_DURATION, 86400},
        {"2d", IN_DURATION, 172800},
        {"1e3s", IN_DURATION, 1000},
        {"0s", IN_DURATION, 0},
        {"-3s", IN_DURATION, -3},
        {"0.1ms", IN_DURATION, 0.0001},
        {"2.5e-1h", IN_DURATION, 900},
        {"13/s", IN_RATE, 13},
        {"5/m", IN_RATE, 5.0 / 60},
        {"100/h", IN_RATE, 100.0 / 3600},
        {"1/d", IN_RATE, 1.0 / 86400},
        {"2/ms", IN_RATE, 2000},
        {"15%", IN_SHARE, 0.15},
        {"100%", IN_SHARE, 1},
        {"0.5%", IN_SHARE, 0.005},
        {"64KB", IN_SIZE, 64000},
        {"100GiB", IN_SIZE, 107374182400.0},
        {"1.5MiB", IN_SIZE, 1572864},
        {"3B", IN_SIZE, 3},
        {"1TB", IN_SIZE, 1e12},
        {"1TiB", IN_SIZE, 1099511627776.0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = -1;
        assert_true(in_quantity_parse(cases[i].text, cases[i].kind, &value));
        assert_exactly(value, cases[i].value);
    }
}

static void not_quantities(void **state) {
    (void)state;
    static const char *const texts[] = {"",    "s",     "10",    "10 s", " 10s", "10s ", "1,5s",
                                        "+1s", "infs",  "nans",  "0x1s", ".5s",  "5.s",  "1e999s",
                                        "10S", "10min", "1h30m", "10%",  "10/s", "10GB", "--1s"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 42;
        assert_false(in_quantity_parse(texts[i], IN_DURATION, &value));
        assert_exactly(value, 42);
    }
}

static void getters(void **state) {
    (void)state;
    static const struct {
        const char *json;
        bool (*get)(struct in_json value, double *out);
        const char *code; /* NULL: accepted */
        double value;
    } cases[] = {
        {"\"100/h\"", in_json_rate, NULL, 100.0 / 3600},
        {"\"-1/s\"", in_json_rate, "out-of-range", 0},
        {"100", in_json_rate, "missing-unit", 0},
        {"\"100\"", in_json_rate, "missing-unit", 0},
        {"\"100s\"", in_json_rate, "wrong-unit", 0},
        {"\"often\"", in_json_rate, "bad-quantity", 0},
        {"true", in_json_rate, "wrong-type", 0},
        {"\"15%\"", in_json_share, NULL, 0.15},
        {"0.15", in_json_share, NULL, 0.15},
        {"15", in_json_share, "out-of-range", 0},
        {"\"101%\"", in_json_share, "out-of-range", 0},
        {"\"0.15\"", in_json_share, "missing-unit", 0},
        {"\"64KB\"", in_json_size, NULL, 64000},
        {"\"64kb\"", in_json_size, "wrong-unit", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        double value = 42;
        open_value(&r, cases[i].json);
        assert_int_equal(cases[i].get(r.value, &value), cases[i].code == NULL);
        assert_exactly(value, cases[i].code ? 42 : cases[i].value);
        close_value(&r, cases[i].code);
    }
}

static void absent_is_silent(void **state) {
    (void)state;
    struct reading r;
    double value = 42;
    struct sim_dist dist = sim_dist_constant(7);
    open_value(&r, "{}");
    struct in_json absent = in_json_get(r.value, "horizon");
    assert_false(in_json_duration(absent, 0, &value));
    assert_false(in_json_rate(absent, &value));
    assert_false(in_json_share(absent, &value));
    assert_false(in_json_size(absent, &value));
    assert_false(in_json_dist(absent, &dist));
    assert_exactly(value, 42);
    assert_exactly(dist.mean, 7);
    close_value(&r, NULL);
}

static void laws(void **state) {
    (void)state;
    static const struct {
        const char *json;
        enum sim_dist_kind kind;
        double mean;
    } cases[] = {
        {"\"8ms\"", SIM_DIST_CONSTANT, 0.008},
        {"\"0s\"", SIM_DIST_CONSTANT, 0},
        {"\"exp(5ms)\"", SIM_DIST_EXP, 0.005},
        {"\"lognormal(8ms, cv=1.5)\"", SIM_DIST_LOGNORMAL, 0.008},
        {"\" lognormal ( 8ms , cv = 1.5 ) \"", SIM_DIST_LOGNORMAL, 0.008},
        {"\"erlang(5ms, k=4)\"", SIM_DIST_ERLANG, 0.005},
        {"\"hyperexp(5ms, cv=3)\"", SIM_DIST_HYPEREXP, 0.005},
        {"\"gamma(5ms, cv=0.7)\"", SIM_DIST_GAMMA, 0.005},
        {"\"weibull(5ms, shape=0.7)\"", SIM_DIST_WEIBULL, 0.005},
        {"\"pareto(5ms, alpha=1.5, max=2s)\"", SIM_DIST_PARETO, 0.005},
        {"\"pareto(5ms, alpha=1.5)\"", SIM_DIST_PARETO, 0.005},
        {"\"uniform(1ms, 9ms)\"", SIM_DIST_UNIFORM, 0.005},
        {"\"sequence(1s, 2.5s)\"", SIM_DIST_SEQUENCE, 1.75},
        {"\"mix(0.9: exp(1ms), 0.1: exp(50ms))\"", SIM_DIST_MIX, 0.0059},
        {"\"mix(50%: 2ms, 50%: mix(0.5: 4ms, 0.5: uniform(0s, 4ms)))\"", SIM_DIST_MIX, 0.0025},
        {"\"empirical(data/values.csv)\"", SIM_DIST_EMPIRICAL, 0.25},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        struct sim_dist dist;
        open_value(&r, cases[i].json);
        assert_true(in_json_dist(r.value, &dist));
        assert_int_equal(dist.kind, cases[i].kind);
        assert_true(fabs(dist.mean - cases[i].mean) < 1e-12);
        close_value(&r, NULL);
    }
}

static void not_laws(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *code;
    } cases[] = {
        {"5", "missing-unit"},
        {"\"exp(5)\"", "missing-unit"},
        {"\"exp(5GB)\"", "wrong-unit"},
        {"\"exp\"", "bad-distribution"},
        {"\"exponential(5ms)\"", "bad-distribution"},
        {"\"exp(5ms\"", "bad-distribution"},
        {"\"exp(5ms))\"", "bad-distribution"},
        {"\"exp(5ms) or so\"", "bad-distribution"},
        {"\"exp(5ms, cv=1)\"", "bad-distribution"},
        {"\"exp(-5ms)\"", "bad-distribution"},
        {"\"exp(0s)\"", "bad-distribution"},
        {"\"exp()\"", "bad-quantity"},
        {"\"lognormal(8ms, 1.5)\"", "bad-distribution"},
        {"\"lognormal(8ms, cv=x)\"", "bad-distribution"},
        {"\"lognormal(8ms, cv=-1)\"", "bad-distribution"},
        {"\"erlang(5ms, k=1.5)\"", "bad-distribution"},
        {"\"erlang(5ms, k=0)\"", "bad-distribution"},
        {"\"hyperexp(5ms, cv=0.5)\"", "bad-distribution"},
        {"\"uniform(9ms, 1ms)\"", "bad-distribution"},
        {"\"uniform(9ms)\"", "bad-distribution"},
        {"\"pareto(5ms, alpha=0.9)\"", "bad-distribution"},
        {"\"mix()\"", "bad-distribution"},
        {"\"mix(exp(1ms))\"", "bad-distribution"},
        {"\"mix(0.5: exp(1ms), 0.4: exp(2ms))\"", "shares"},
        {"\"mix(1: gauss(1ms))\"", "bad-distribution"},
        {"\"empirical()\"", "bad-distribution"},
        {"\"empirical(data/absent.csv)\"", "unreadable-file"},
        {"\"empirical(data)\"", "unreadable-file"},
        {"\"empirical(data/bad-values.csv)\"", "bad-file"},
        {"[]", "wrong-type"},
        {"\"\"", "wrong-type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reading r;
        struct sim_dist dist = sim_dist_constant(7);
        open_value(&r, cases[i].json);
        assert_false(in_json_dist(r.value, &dist));
        assert_exactly(dist.mean, 7);
        close_value(&r, cases[i].code);
    }
}

/* What a file says is part of what was read: another content, another hash. */
static void files_are_hashed(void **state) {
    (void)state;
    struct reading r;
    struct sim_dist dist;
    open_value(&r, "\"empirical(data/values.csv)\"");
    assert_int_equal(r.context.files_hash, 0);
    assert_true(in_json_dist(r.value, &dist));
    assert_int_not_equal(r.context.files_hash, 0);
    close_value(&r, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units),
        cmocka_unit_test(not_quantities),
        cmocka_unit_test(getters),
        cmocka_unit_test(absent_is_silent),
        cmocka_unit_test(laws),
        cmocka_unit_test(not_laws),
        cmocka_unit_test(files_are_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
