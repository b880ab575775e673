/* How a steady run was measured, and the intervals that its batches give. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"
#include "studies/wall_clock.h"

/* A metric of batches whose mean lies further from that of the run, in half-widths, is no mean over
 * batches: what only grows, or adds up. */
static const double FAR = 3;
static const double ROUNDING = 1e-9; /* relative */
static const double LONG_S = 10000;  /* from here on spans are told in hours */

/* --- intervals ------------------------------------------------------------------------------ */

static bool ends_with(const char *name, const char *end) {
    size_t length = strlen(name);
    size_t tail = strlen(end);
    return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* One run has one of these: nothing to judge it by. */
static bool single(const char *name) {
    static const char *const ends[] = {".min", ".max", "max_gib",   ".end",    ".start",
                                       "_end", "_min", "in_flight", "emptied", "first_empty"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (ends_with(name, ends[i])) {
            return true;
        }
    }
    return false;
}

/* Sums over the run: that many times the mean of the batches. */
static bool adds_up(const struct std_metric *m) {
    return strncmp(m->name, "count.", 6) == 0 || strcmp(m->scope, "meter") == 0;
}

static void widen(struct std_metric *whole, const struct std_metric *part, int batches) {
    double times = adds_up(whole) ? batches : 1;
    const struct sim_estimate *e = &part->estimate;
    double below = (e->value - e->low) * times;
    double above = (e->high - e->value) * times;
    double off = fabs(e->value * times - whole->estimate.value);
    if (!single(whole->name) && part->estimate.count == batches &&
        off <= FAR * fmax(below, above) + ROUNDING * fabs(whole->estimate.value)) {
        whole->estimate.low = whole->estimate.value - below;
        whole->estimate.high = whole->estimate.value + above;
        whole->estimate.count = batches;
    }
}

/* Metrics of both are in nearly the same order: the search goes on from where the last one was. */
static const struct std_metric *part_of(const struct std_findings *parts,
                                        const struct std_metric *m, int *next) {
    for (int i = 0; i < parts->metric_count; i++) {
        int at = (*next + i) % parts->metric_count;
        const struct std_metric *part = &parts->metrics[at];
        if (strcmp(part->name, m->name) == 0 && strcmp(part->entity, m->entity) == 0 &&
            strcmp(part->scope, m->scope) == 0) {
            *next = at + 1;
            return part;
        }
    }
    return NULL;
}

/* The findings of the batches, as if they were replications. */
static struct std_findings *of_batches(struct std_builder *b, const struct std_batches *batches) {
    struct std_findings *f = sim_arena_alloc(b->arena, sizeof *f);
    f->arena = b->arena;
    f->scenario = b->f->scenario;
    f->seed = b->f->seed;
    f->replications = batches->count;
    f->warmup_s = b->f->warmup_s;
    f->observed_s = b->f->observed_s;
    struct std_builder parts = {
        .f = f,
        .program = batches->program,
        .results = batches->results,
        .replications = batches->count,
        .batches = true,
        .arena = b->arena,
        .one = b->one,
        .all = b->all,
    };
    std_build_metrics(&parts);
    std_build_breakdown(&parts);
    std_build_load(&parts);
    std_build_tiers(&parts);
    std_build_meters(&parts);
    std_build_data_tiers(&parts);
    std_build_credits(&parts);
    std_build_slos(&parts);
    return f;
}

static void add_intervals(struct std_builder *b, const struct std_batches *batches) {
    const struct std_findings *parts = of_batches(b, batches);
    int next = 0;
    for (int i = 0; i < b->f->metric_count; i++) {
        const struct std_metric *part = part_of(parts, &b->f->metrics[i], &next);
        if (part != NULL) {
            widen(&b->f->metrics[i], part, batches->count);
        }
    }
    b->f->slos = parts->slos;
    b->f->slo_count = parts->slo_count;
}

/* --- what is said --------------------------------------------------------------------------- */

static void add_figure(struct std_builder *b, const char *name, const char *unit, double value) {
    double *values = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        values[r] = value;
    }
    std_add_estimate(b, "steady", "", name, unit, (struct sim_estimate){value, NAN, NAN, 1},
                     values);
}

static const char *span(struct std_builder *b, double s) {
    return s < LONG_S ? sim_arena_print(b->arena, "%.4g s", s) : std_span_text(b->arena, s);
}

static const char *warmup_text(struct std_builder *b, const struct std_warmup *w) {
    if (!w->found) {
        return w->s > 0 ? sim_arena_print(b->arena, "the first %s are cut, as asked", span(b, w->s))
                        : "nothing is cut at the start, as asked";
    }
    const char *after = w->from_s > 0 ? sim_arena_print(b->arena, " (the load changes until %s)",
                                                        span(b, w->from_s))
                                      : "";
    if (w->cut_s <= w->from_s) {
        const char *beyond = w->from_s > 0 ? sim_arena_print(b->arena, " beyond the first %s%s",
                                                             span(b, w->from_s), after)
                                           : "";
        return sim_arena_print(b->arena,
                               "MSER-5 cuts nothing%s, on the requests present in %d pilot "
                               "replications",
                               beyond, STD_PILOTS);
    }
    return sim_arena_print(b->arena,
                           "the first %s are cut%s, by MSER-5 on the requests present in %d pilot "
                           "replications",
                           span(b, w->s), after, STD_PILOTS);
}

static const char *series_text(struct std_builder *b, const struct std_batches *batches) {
    return batches->of_class ? sim_arena_print(b->arena, "mean response of %s", batches->of)
                             : batches->of;
}

static const char *batches_text(struct std_builder *b, const struct std_batches *batches) {
    if (batches->count == 0) {
        return "the run was stopped before its end, so there are no batches, and no intervals";
    }
    const char *test =
        isnan(batches->correlation)
            ? "no series to test their independence by"
            : sim_arena_print(b->arena,
                              "lag-1 autocorrelation of their means %.2f at most (%s), %s",
                              batches->correlation, series_text(b, batches),
                              batches->significant ? "significant" : "not significant");
    return sim_arena_print(b->arena,
                           "intervals from %d batches of %s of this one run (%s); extremes, values "
                           "at an instant and those by window or bucket have none",
                           batches->count, span(b, b->f->observed_s / batches->count), test);
}

static void warn(struct std_builder *b, const struct std_warmup *warmup,
                 const struct std_batches *batches) {
    if (warmup->found && warmup->beyond) {
        std_add_remark(b, "warning",
                       "The warm-up is not over: MSER-5 would cut up to %s, more than half of the "
                       "run; %s are cut. A longer horizon is needed, or there is no steady state.",
                       span(b, warmup->cut_s), span(b, warmup->s));
    }
    if (batches != NULL && batches->count > 0 && batches->significant) {
        std_add_remark(b, "warning",
                       "Intervals are too narrow: the means of %d batches still go together (lag-1 "
                       "autocorrelation %.2f of the %s). A longer horizon is needed, or "
                       "replications.",
                       batches->count, batches->correlation, series_text(b, batches));
    }
}

void std_build_steady(struct std_builder *b, const struct std_warmup *warmup,
                      const struct std_batches *batches) {
    if (batches != NULL && batches->count > 0) {
        add_intervals(b, batches);
    }
    add_figure(b, "warmup", "s", warmup->s);
    if (warmup->found) {
        add_figure(b, "pilots", "replications", STD_PILOTS);
        add_figure(b, "cut", "s", warmup->cut_s);
    }
    if (batches != NULL && batches->count > 0) {
        add_figure(b, "batches", "batches", batches->count);
        add_figure(b, "batch_length", "s", b->f->observed_s / batches->count);
        add_figure(b, "autocorrelation", "1", batches->correlation);
    }
    std_add_remark(b, "steady", "%s; %s.", warmup_text(b, warmup),
                   batches != NULL ? batches_text(b, batches)
                                   : sim_arena_print(b->arena, "intervals from %d replications",
                                                     b->replications));
    warn(b, warmup, batches);
}
