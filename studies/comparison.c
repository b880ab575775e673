/* See studies/comparison.h: from findings to paired differences. */
#include "studies/comparison.h"

#include <math.h>
#include <string.h>

#include "sim/histogram.h"

const char *const std_verdict_names[] = {
    [STD_TIE] = "tie", [STD_LOWER] = "lower", [STD_HIGHER] = "higher", [STD_UNKNOWN] = "unknown"};

/* --- which figures -------------------------------------------------------------------------- */

/* Stands for the percentiles of responses. */
static const char percentiles[] = "percentiles";
enum { PERCENTILES_MAX = 16, METRICS_MAX = 10 };

/* What is compared of each entity of a scope. */
struct pick {
    const char *scope;
    const char *names[METRICS_MAX]; /* up to the first NULL */
    bool only_several;              /* not when there is a single entity */
};

static const struct pick architecture_picks[] = {
    {"class", {"response.mean", percentiles, "error_rate", "throughput"}, false},
    {"tier",
     {"utilization", "utilization_worst_5min", "utilization_worst_bucket", "queue.mean",
      "connections.max", "memory.max_gib", "credits.throttled", "credits.charge_if_stopped"},
     false},
};
static const struct pick network_picks[] = {
    {"network", {"response.mean", percentiles, "error_rate", "throughput"}, false},
    {"class", {"response.mean", percentiles, "error_rate", "throughput"}, true},
    {"station",
     {"utilization", "number.mean", "waiting.mean", "credits.throttled",
      "credits.charged_if_stopped"},
     false},
    {"pool", {"utilization", "held.mean", "held.max", "waiting.mean"}, false},
};
enum { ARCHITECTURE_PICKS = sizeof architecture_picks / sizeof *architecture_picks };
enum { NETWORK_PICKS = sizeof network_picks / sizeof *network_picks };

struct builder {
    struct std_comparison *c;
    size_t row_room;
    size_t assumption_room;
    const char *quantiles[PERCENTILES_MAX]; /* names of metrics */
    int quantile_count;
    double *differences; /* per replication: scratch */
    double *first;       /* in the pairs: scratch */
    double *other;
};

static bool is_percentile(const char *name) {
    const char *last = strstr(name, ".p");
    return last != NULL && last[2] >= '0' && last[2] <= '9';
}

/* p50, p95 and p99 of responses where the first variant has all of them, else all it has. */
static void find_quantiles(struct builder *b) {
    static const char *const usual[] = {"response.p50", "response.p95", "response.p99"};
    const struct std_findings *f = b->c->findings[0];
    for (int i = 0; i < 3; i++) {
        if (std_metric_find(f, "network", "", usual[i]) != NULL) {
            b->quantiles[b->quantile_count++] = usual[i];
        }
    }
    if (b->quantile_count == 3) {
        return;
    }
    b->quantile_count = 0;
    for (int i = 0; i < f->metric_count && b->quantile_count < PERCENTILES_MAX; i++) {
        const struct std_metric *m = &f->metrics[i];
        if (strcmp(m->scope, "network") == 0 && strncmp(m->name, "response.p", 10) == 0 &&
            is_percentile(m->name)) {
            b->quantiles[b->quantile_count++] = m->name;
        }
    }
}

/* --- differences ---------------------------------------------------------------------------- */

static double mean_of(const double *values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / count;
}

/* Sum of (x - mean x)(y - mean y). */
static double cross_of(const double *x, const double *y, int count) {
    double mean_x = mean_of(x, count);
    double mean_y = mean_of(y, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return sum;
}

/* Whether values scatter by more than the rounding of their sum: a constant may have a mean that is
 * off by its last bit. */
static bool scatters(double squares, const double *values, int count) {
    double largest = 0;
    for (int i = 0; i < count; i++) {
        largest = fmax(largest, fabs(values[i]));
    }
    double rounding = 1e-14 * largest;
    return squares > count * rounding * rounding;
}

static void judge_scatter(const struct builder *b, int pairs, struct std_difference *d) {
    d->correlation = NAN;
    d->variance_reduction = NAN;
    if (pairs < 2) {
        return;
    }
    double first = cross_of(b->first, b->first, pairs);
    double other = cross_of(b->other, b->other, pairs);
    double difference = cross_of(b->differences, b->differences, pairs);
    bool first_scatters = scatters(first, b->first, pairs);
    bool other_scatters = scatters(other, b->other, pairs);
    if (first_scatters && other_scatters) {
        double r = cross_of(b->first, b->other, pairs) / sqrt(first * other);
        d->correlation = fmax(-1, fmin(1, r));
    }
    if (first_scatters || other_scatters) {
        d->variance_reduction = difference > 0 ? (first + other) / difference : INFINITY;
    }
}

static enum std_verdict verdict_of(const struct sim_estimate *e) {
    if (isnan(e->low) || isnan(e->high)) {
        return STD_UNKNOWN;
    }
    return e->high < 0 ? STD_LOWER : e->low > 0 ? STD_HIGHER : STD_TIE;
}

/* Divides by `by` > 0. */
static struct sim_estimate scaled(const struct sim_estimate *e, double by) {
    return (struct sim_estimate){e->value / by, e->low / by, e->high / by, e->count};
}

static struct std_difference difference_of(const struct builder *b, const struct std_metric *first,
                                           const struct std_metric *other) {
    struct std_difference d = {.estimate = {NAN, NAN, NAN, 0}, .relative = {NAN, NAN, NAN, 0}};
    int pairs = 0;
    bool equal = true;
    for (int r = 0; r < b->c->replications && first != NULL && other != NULL; r++) {
        double x = first->values[r];
        double y = other->values[r];
        if (isfinite(x) && isfinite(y)) {
            b->first[pairs] = x;
            b->other[pairs] = y;
            b->differences[pairs++] = y - x;
            equal = equal && x == y;
        }
    }
    if (pairs > 0) {
        d.estimate = sim_estimate_mean(b->differences, pairs);
        double base = fabs(mean_of(b->first, pairs));
        if (is_percentile(first->name) && !equal) {
            double error = SIM_HISTOGRAM_ERROR * (base + fabs(mean_of(b->other, pairs)));
            d.estimate.low -= error;
            d.estimate.high += error;
        }
        if (base > 0) {
            d.relative = scaled(&d.estimate, base);
        }
    }
    d.verdict = verdict_of(&d.estimate);
    judge_scatter(b, pairs, &d);
    return d;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* Figures that are worth a row only where they are not 0 for all. */
static bool is_of_credits(const char *name) {
    return strncmp(name, "credits.", strlen("credits.")) == 0;
}

static void add_row(struct builder *b, const char *scope, const char *entity, const char *name) {
    struct std_comparison *c = b->c;
    size_t count = (size_t)c->variant_count;
    struct std_comparison_row row = {
        .scope = scope,
        .entity = entity,
        .name = name,
        .values = sim_arena_array(c->arena, count, sizeof *row.values),
        .differences = sim_arena_array(c->arena, count, sizeof *row.differences),
    };
    const struct std_metric *first = std_metric_find(c->findings[0], scope, entity, name);
    bool observed = false;
    for (int v = 0; v < c->variant_count; v++) {
        const struct std_metric *m = std_metric_find(c->findings[v], scope, entity, name);
        row.values[v] = (struct sim_estimate){NAN, NAN, NAN, 0};
        if (m != NULL) {
            row.unit = m->unit;
            row.values[v] = m->estimate;
            bool idle = is_of_credits(name) && m->estimate.value == 0;
            observed = observed || (!isnan(m->estimate.value) && !idle);
        }
        if (v > 0) {
            row.differences[v] = difference_of(b, first, m);
        }
    }
    if (observed) {
        c->rows =
            sim_arena_grow(c->arena, c->rows, (size_t)c->row_count, &b->row_room, sizeof *c->rows);
        c->rows[c->row_count++] = row;
    }
}

static void add_rows(struct builder *b, const struct pick *pick, const char *entity) {
    for (int i = 0; i < METRICS_MAX && pick->names[i] != NULL; i++) {
        if (pick->names[i] != percentiles) {
            add_row(b, pick->scope, entity, pick->names[i]);
            continue;
        }
        for (int q = 0; q < b->quantile_count; q++) {
            add_row(b, pick->scope, entity, b->quantiles[q]);
        }
    }
}

static bool listed(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The rows of all entities of a scope, in order of first appearance. */
static void add_scope(struct builder *b, const struct pick *pick) {
    const char **entities = NULL;
    size_t room = 0;
    int count = 0;
    for (int v = 0; v < b->c->variant_count; v++) {
        const struct std_findings *f = b->c->findings[v];
        for (int i = 0; i < f->metric_count; i++) {
            const struct std_metric *m = &f->metrics[i];
            if (strcmp(m->scope, pick->scope) == 0 && !listed(entities, count, m->entity)) {
                entities = sim_arena_grow(b->c->arena, entities, (size_t)count, &room,
                                          sizeof(const char *));
                entities[count++] = m->entity;
            }
        }
    }
    for (int i = 0; i < count && (count > 1 || !pick->only_several); i++) {
        add_rows(b, pick, entities[i]);
    }
}

/* --- assumptions ---------------------------------------------------------------------------- */

static const struct mdl_assumption *assumption_of(const struct std_findings *f, const char *key) {
    for (int i = 0; i < f->scenario->assumption_count; i++) {
        if (strcmp(f->scenario->assumptions[i].key, key) == 0) {
            return &f->scenario->assumptions[i];
        }
    }
    return NULL;
}

/* Tells how the variants assume `a`, unless they all do and alike. */
static void add_assumption(struct builder *b, const struct mdl_assumption *a) {
    struct std_comparison *c = b->c;
    const char **values = sim_arena_array(c->arena, (size_t)c->variant_count, sizeof *values);
    bool differ = false;
    for (int v = 0; v < c->variant_count; v++) {
        const struct mdl_assumption *mine = assumption_of(c->findings[v], a->key);
        values[v] = mine == NULL ? NULL : mine->likely != NULL ? mine->likely : "";
        differ =
            differ || values[v] == NULL || values[0] == NULL || strcmp(values[v], values[0]) != 0;
    }
    for (int i = 0; i < c->assumption_count; i++) {
        differ = differ && strcmp(c->assumptions[i].key, a->key) != 0;
    }
    if (differ) {
        c->assumptions = sim_arena_grow(c->arena, c->assumptions, (size_t)c->assumption_count,
                                        &b->assumption_room, sizeof *c->assumptions);
        c->assumptions[c->assumption_count++] =
            (struct std_assumption_difference){a->key, a->text, values};
    }
}

/* --- the whole ------------------------------------------------------------------------------ */

static bool is_architecture(const struct std_comparison *c) {
    for (int v = 0; v < c->variant_count; v++) {
        if (c->findings[v]->scenario->tier_count == 0) {
            return false;
        }
    }
    return true;
}

struct std_comparison *std_comparison_build(const struct std_design *design,
                                            struct std_findings *const *take_findings) {
    struct sim_arena *arena = sim_arena_new();
    struct std_comparison *c = sim_arena_alloc(arena, sizeof *c);
    size_t count = (size_t)design->variant_count;
    *c = (struct std_comparison){
        .arena = arena,
        .keys = design->keys,
        .key_count = design->key_count,
        .variants = sim_arena_array(arena, count, sizeof *c->variants),
        .findings = sim_arena_array(arena, count, sizeof *c->findings),
        .variant_count = design->variant_count,
        .seed = take_findings[0]->seed,
        .replications = take_findings[0]->replications,
    };
    memcpy(c->variants, design->variants, count * sizeof *c->variants);
    memcpy(c->findings, take_findings, count * sizeof *c->findings);
    size_t pairs = (size_t)c->replications;
    struct builder b = {
        .c = c,
        .differences = sim_arena_array(arena, pairs, sizeof(double)),
        .first = sim_arena_array(arena, pairs, sizeof(double)),
        .other = sim_arena_array(arena, pairs, sizeof(double)),
    };
    find_quantiles(&b);
    bool architecture = is_architecture(c);
    const struct pick *picks = architecture ? architecture_picks : network_picks;
    for (int i = 0; i < (architecture ? ARCHITECTURE_PICKS : NETWORK_PICKS); i++) {
        add_scope(&b, &picks[i]);
    }
    for (int v = 0; v < c->variant_count; v++) {
        const struct mdl_scenario *scenario = c->findings[v]->scenario;
        for (int i = 0; i < scenario->assumption_count; i++) {
            add_assumption(&b, &scenario->assumptions[i]);
        }
    }
    return c;
}

void std_comparison_free(struct std_comparison *comparison) {
    if (comparison == NULL) {
        return;
    }
    for (int v = 0; v < comparison->variant_count; v++) {
        std_findings_free(comparison->findings[v]);
    }
    sim_arena_free(comparison->arena);
}

const struct std_comparison_row *std_comparison_find(const struct std_comparison *comparison,
                                                     const char *scope, const char *entity,
                                                     const char *name) {
    for (int i = 0; i < comparison->row_count; i++) {
        const struct std_comparison_row *row = &comparison->rows[i];
        if (strcmp(row->scope, scope) == 0 && strcmp(row->entity, entity) == 0 &&
            strcmp(row->name, name) == 0) {
            return row;
        }
    }
    return NULL;
}
