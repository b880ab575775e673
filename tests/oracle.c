#include "tests/oracle.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "sim/base_arena.h"

static struct harness_run run_text(int replications, uint64_t seed, const char *format,
                                   va_list arguments) __attribute__((format(printf, 3, 0)));
static struct harness_run run_text(int replications, uint64_t seed, const char *format,
                                   va_list arguments) {
    struct sim_arena *arena = sim_arena_new();
    struct harness_run run =
        harness_run(sim_arena_vprint(arena, format, arguments), replications, seed);
    sim_arena_free(arena);
    return run;
}

struct oracle oracle_run(const char *model, const char *source, int replications, uint64_t seed,
                         const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct oracle o = {.model = model,
                       .source = source,
                       .run = run_text(replications, seed, format, arguments),
                       .mutant = false};
    va_end(arguments);
    return o;
}

struct oracle oracle_mutant(int replications, uint64_t seed, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct oracle o = {.run = run_text(replications, seed, format, arguments), .mutant = true};
    va_end(arguments);
    return o;
}

/* Two-sided probability of a t statistic. A scatter of 0 leaves nothing to chance. */
static double t_probability(double distance, double standard_error, int count) {
    if (!(standard_error > 0)) {
        return distance == 0 ? 1 : 0;
    }
    return 2 * gsl_cdf_tdist_Q(fabs(distance) / standard_error, count - 1);
}

static void judge(struct oracle *o, const char *entity, const char *name, double exact,
                  double value, double half_width, double probability) {
    bool refuted = !(probability >= ORACLE_ALARM);
    o->claims++;
    o->refuted += refuted;
    if (!o->mutant) {
        printf("| %s | %s%s%s | %s | %.6g | %.6g ± %.2g | %.2g | %s |\n", o->model, entity,
               *entity == '\0' ? "" : " ", name, o->source, exact, value, half_width, probability,
               refuted ? "REFUTED" : "agrees");
    }
}

static const struct std_metric *metric(const struct oracle *o, const char *scope,
                                       const char *entity, const char *name) {
    const struct std_metric *m = std_metric_find(o->run.findings, scope, entity, name);
    if (m == NULL) {
        fprintf(stderr, "no metric %s %s %s\n", scope, entity, name);
        abort();
    }
    return m;
}

static double standard_error(struct sim_estimate e) {
    return (e.high - e.low) / 2 / sim_t_95(e.count - 1);
}

void oracle_mean(struct oracle *o, const char *scope, const char *entity, const char *name,
                 double exact) {
    const struct std_metric *m = metric(o, scope, entity, name);
    struct sim_estimate e = sim_estimate_mean(m->values, o->run.findings->replications);
    judge(o, entity, name, exact, e.value, (e.high - e.low) / 2,
          t_probability(e.value - exact, standard_error(e), e.count));
}

void oracle_percentile(struct oracle *o, const char *scope, const char *entity, const char *name,
                       double exact) {
    const struct std_metric *m = metric(o, scope, entity, name);
    struct sim_estimate e = sim_estimate_mean(m->values, o->run.findings->replications);
    double beyond = fmax(0, fabs(m->estimate.value - exact) - exact / 256);
    judge(o, entity, name, exact, m->estimate.value, (m->estimate.high - m->estimate.low) / 2,
          t_probability(beyond, standard_error(e), e.count));
}

void oracle_within(struct oracle *o, const char *scope, const char *entity, const char *what,
                   double within, double exact) {
    char digits[32], name[64];
    snprintf(digits, sizeof digits, "%.6f", within);
    snprintf(name, sizeof name, "%s.within.%.10gs", what, strtod(digits, NULL));
    oracle_mean(o, scope, entity, name, exact);
}

void oracle_variance(struct oracle *o, const char *scope, const char *entity, const char *name,
                     double exact) {
    const struct std_metric *m = metric(o, scope, entity, name);
    int count = o->run.findings->replications;
    struct sim_estimate e = sim_estimate_mean(m->values, count);
    double squares = 0;
    for (int i = 0; i < count; i++) {
        squares += (m->values[i] - e.value) * (m->values[i] - e.value);
    }
    double variance = squares / (count - 1);
    double probability = variance == exact;
    if (exact > 0) {
        double below = gsl_cdf_chisq_P(squares / exact, count - 1);
        double above = gsl_cdf_chisq_Q(squares / exact, count - 1);
        probability = 2 * fmin(below, above);
    }
    char label[64];
    snprintf(label, sizeof label, "%s, variance", name);
    judge(o, entity, label, exact, variance, 1.96 * variance * sqrt(2.0 / (count - 1)),
          probability);
}

void oracle_series(struct oracle *o, const char *scope, const char *entity, const char *name,
                   int bucket, double exact) {
    const struct std_series *s = std_series_find(o->run.findings, scope, entity, name);
    if (s == NULL || bucket >= o->run.findings->bucket_count) {
        fprintf(stderr, "no series %s %s %s with bucket %d\n", scope, entity, name, bucket);
        abort();
    }
    struct sim_estimate e = s->points[bucket];
    double width = o->run.findings->bucket_s;
    char label[96];
    snprintf(label, sizeof label, "%s in %g-%g s", name, bucket * width, (bucket + 1) * width);
    judge(o, entity, label, exact, e.value, (e.high - e.low) / 2,
          t_probability(e.value - exact, standard_error(e), e.count));
}

void oracle_accept(struct oracle *o) {
    harness_free(&o->run);
    assert_true(o->claims > 0);
    assert_int_equal(o->refuted, 0);
}

void oracle_reject(struct oracle *o) {
    harness_free(&o->run);
    assert_true(o->refuted > 0);
}
