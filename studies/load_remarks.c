/* The first bottleneck, what reached its limit, and what grows without end: in sentences. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

/* A bucket in which a station is this busy, or a pool this full, is saturated. */
#define SATURATED 0.995
/* Waits for a place are told from this share of the requests for one. */
#define MANY_WAIT 0.01

/* "95 s", "34 min", "2.5 h". */
static const char *duration(struct std_builder *b, double s) {
    if (s < 120) {
        return sim_arena_print(b->arena, "%.3g s", s);
    }
    return s < 7200 ? sim_arena_print(b->arena, "%.3g min", s / 60)
                    : sim_arena_print(b->arena, "%.3g h", s / 3600);
}

static const char *part_name(struct std_builder *b, const struct std_part *part) {
    return strcmp(part->scope, "station") == 0
               ? part->name
               : sim_arena_print(b->arena, "the %s %s", part->scope, part->name);
}

static const char *half_width(struct std_builder *b, const struct sim_estimate *e) {
    return isfinite(e->high) ? sim_arena_print(b->arena, " (+-%.2g)", e->high - e->value) : "";
}

/* --- the first bottleneck
 * ---------------------------------------------------------------------- */

static double peak_load(const struct std_part *part) { return part->offered.value * part->peak; }

/* The part with the largest offered load below that of `below` (NULL: of all). */
static const struct std_part *next_loaded(const struct std_builder *b,
                                          const struct std_part *below) {
    const struct std_part *best = NULL;
    for (uint32_t i = 0; i < b->part_count; i++) {
        const struct std_part *part = &b->parts[i];
        bool candidate = part != below && peak_load(part) > 0 &&
                         (below == NULL || peak_load(part) <= peak_load(below));
        if (candidate && (best == NULL || peak_load(part) > peak_load(best))) {
            best = part;
        }
    }
    return best;
}

static const char *times(struct std_builder *b, const struct std_part *part) {
    double multiple = 1 / peak_load(part);
    int places = multiple < 2 ? 2 : multiple < 10 ? 1 : 0;
    bool pool = strcmp(part->scope, "pool") == 0; /* places are held longer under more load */
    return sim_arena_print(
        b->arena, pool ? "at %.*f times this load at most" : "at about %.*f times this load",
        places, multiple);
}

void std_bottleneck_remark(struct std_builder *b) {
    const struct std_part *first = next_loaded(b, NULL);
    if (first == NULL) {
        return;
    }
    const struct std_part *second = next_loaded(b, first);
    const char *next =
        second == NULL || peak_load(second) >= 1
            ? ""
            : sim_arena_print(b->arena, "; next %s, %s", part_name(b, second), times(b, second));
    const char *peak = first->peak > 1.005
                           ? sim_arena_print(b->arena, ", %.3g %% in the busiest %s",
                                             100 * peak_load(first), duration(b, b->f->bucket_s))
                           : "";
    if (peak_load(first) >= SATURATED) {
        std_add_remark(b, "bottleneck",
                       "The bottleneck is %s: by the utilization law it is offered %.3g %% of what "
                       "it can do%s%s.",
                       part_name(b, first), 100 * first->offered.value, peak, next);
    } else {
        std_add_remark(b, "bottleneck",
                       "First to saturate as the load grows: %s, %s (utilization law: it is "
                       "offered %.3g %% of what it can do%s)%s.",
                       part_name(b, first), times(b, first), 100 * first->offered.value, peak,
                       next);
    }
}

/* --- what reached its limit
 * -------------------------------------------------------------------- */

/* Time in saturated buckets, and when the first begins (s from the start of the run). */
static double saturated_s(const struct std_builder *b, const struct std_series *series, double full,
                          double *first_s) {
    double sum = 0;
    for (int i = 0; series != NULL && i < b->f->bucket_count; i++) {
        if (series->points[i].value >= SATURATED * full) {
            double start = b->f->warmup_s + i * b->f->bucket_s;
            *first_s = sum == 0 ? start : *first_s;
            sum += fmin(b->f->bucket_s, b->f->scenario->horizon_s - start);
        }
    }
    return sum;
}

static double value(const struct std_builder *b, const char *scope, const char *entity,
                    const char *name) {
    const struct std_metric *m = std_metric_find(b->f, scope, entity, name);
    return m == NULL ? NAN : m->estimate.value;
}

static void station_limit(struct std_builder *b, const struct mdl_station_code *s) {
    double first_s = NAN;
    const struct std_series *series = std_series_find(b->f, "station", s->name, "utilization");
    double full_s = saturated_s(b, series, 1, &first_s);
    if (full_s > 0) {
        std_add_remark(b, "saturation", "%s is 100 %% busy for %s, from %s on.", s->name,
                       duration(b, full_s), duration(b, first_s));
    } else if (series == NULL && value(b, "station", s->name, "utilization") >= SATURATED) {
        std_add_remark(b, "saturation", "%s is 100 %% busy all the time.", s->name);
    }
}

/* The mean over the replications in which it happened at any of `count` instances, the first of
 * them; NAN: never. */
static double first_time(const struct std_builder *b,
                         const double *(*when)(const struct mdl_result *), uint32_t first,
                         uint32_t count) {
    double sum = 0;
    int happened = 0;
    for (int r = 0; r < b->replications; r++) {
        double at = INFINITY;
        for (uint32_t i = 0; i < count; i++) {
            at = fmin(at, when(b->results[r])[first + i]); /* of NAN and a number, the number */
        }
        if (isfinite(at)) {
            sum += at;
            happened++;
        }
    }
    return happened > 0 ? sum / happened : NAN;
}

static const double *place_refused(const struct mdl_result *r) { return r->place_refused_s; }
static const double *bay_refused(const struct mdl_result *r) { return r->bay_refused_s; }
static const double *bay_full(const struct mdl_result *r) { return r->bay_full_s; }

static void refusals(struct std_builder *b, const char *scope, const char *name, double first_s) {
    double refused = value(b, scope, name, "count.rejected");
    if (refused > 0 && !isnan(first_s)) {
        std_add_remark(
            b, "saturation",
            "%s turns %s requests away per replication (%.3g %%), the first after %s.",
            strcmp(scope, "pool") == 0 ? sim_arena_print(b->arena, "The pool %s", name) : name,
            std_number(b, refused), 100 * refused / value(b, scope, name, "count.arrived"),
            duration(b, first_s));
    }
}

static void pool_limit(struct std_builder *b, const struct mdl_pool_code *pool) {
    double waited = value(b, "pool", pool->name, "waited");
    if (waited >= MANY_WAIT) {
        std_add_remark(b, "saturation",
                       "The pool %s is full at times, first after %s: %.3g %% of the requests for "
                       "a place have to wait.",
                       pool->name,
                       duration(b, first_time(b, bay_full, pool->first_bay, pool->instances)),
                       100 * waited);
    }
    refusals(b, "pool", pool->name, first_time(b, bay_refused, pool->first_bay, pool->instances));
}

void std_saturation_remarks(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    int before = b->f->remark_count;
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station_code *s = &p->stations[i];
        if (std_servers(p, s) > 0) {
            station_limit(b, s);
        }
        refusals(b, "station", s->name, first_time(b, place_refused, s->first_place, s->instances));
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        pool_limit(b, &p->pools[i]);
    }
    if (b->f->remark_count == before && b->f->scenario->tier_count > 0) {
        std_add_remark(b, "saturation", "No station or pool reaches its limit.");
    }
}

/* --- what grows without end
 * -------------------------------------------------------------------- */

static void stop_remark(struct std_builder *b) {
    int stopped = 0;
    double at = 0;
    for (int r = 0; r < b->replications; r++) {
        stopped += b->results[r]->overfull;
        at += b->results[r]->overfull ? b->results[r]->end_s : 0;
    }
    if (stopped > 0) {
        std_add_remark(
            b, "warning",
            "Stopped at %u requests in flight, after %s of %s on average, in %d of %d replications "
            "(population_limit): figures are of the time before.",
            b->program->population_limit, duration(b, at / stopped),
            duration(b, b->f->scenario->horizon_s), stopped, b->replications);
    }
}

/* The part, not the whole network, at which the number grows most. */
static const struct std_part *fastest(const struct std_builder *b) {
    const struct std_part *best = NULL;
    for (uint32_t i = 1; i < b->part_count; i++) {
        const struct std_part *part = &b->parts[i];
        if (part->growth.sure &&
            (best == NULL || part->growth.rate.value > best->growth.rate.value)) {
            best = part;
        }
    }
    return best;
}

/* By the utilization law: offered more than it can do, surely so. */
static bool overloaded(const struct std_part *part) {
    return isnan(part->offered.low) ? part->offered.value > 1 : part->offered.low > 1;
}

void std_growth_remarks(struct std_builder *b) {
    const struct std_part *network = &b->parts[0];
    const struct std_part *part = fastest(b);
    if (part != NULL && overloaded(part)) {
        std_add_remark(b, "instability",
                       "Unstable: the queue at %s grows by %.3g requests/s%s, as it is offered "
                       "%.3g %% of what it can do. There is no steady state: times and numbers "
                       "depend on how long the run is.",
                       part_name(b, part), part->growth.rate.value,
                       half_width(b, &part->growth.rate), 100 * part->offered.value);
    } else if (part != NULL || network->growth.sure) {
        const struct std_part *told = part != NULL ? part : network;
        const char *load =
            told->offered.value > 0
                ? sim_arena_print(b->arena, ", which is offered %.3g %% of what it can do",
                                  100 * told->offered.value)
                : "";
        std_add_remark(
            b, "instability",
            "%s by %.3g requests/s%s%s, though the load stays as it is: the system is "
            "unstable, or the run too short for a steady state. Times and numbers depend on how "
            "long it is.",
            part != NULL ? sim_arena_print(b->arena, "The queue at %s grows", part_name(b, part))
                         : "The requests in flight grow",
            told->growth.rate.value, half_width(b, &told->growth.rate), load);
    }
    stop_remark(b);
}
