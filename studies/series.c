/* From the results of the replications to values over time. */
#include <math.h>

#include "studies/findings_parts.h"

/* A number per replication and bucket. */
typedef double cell_of(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                       uint32_t bucket);

static double width_of(const struct std_builder *b, uint32_t bucket) {
    double end = b->f->observed_s;
    double from = bucket * b->f->bucket_s;
    return from + b->f->bucket_s < end ? b->f->bucket_s : end - from;
}

static void add_cells(struct std_builder *b, const char *scope, const char *entity,
                      const char *name, const char *unit, cell_of *cell, uint32_t index) {
    uint32_t buckets = (uint32_t)b->f->bucket_count;
    struct sim_estimate *points = sim_arena_array(b->arena, buckets, sizeof *points);
    double *values = std_values(b);
    for (uint32_t k = 0; k < buckets; k++) {
        for (int r = 0; r < b->replications; r++) {
            values[r] = cell(b, b->results[r], index, k);
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    std_add_series(b, scope, entity, name, unit, points);
}

/* --- requests and named steps: rows of (source x class), then steps, by first, count, step -------
 */

struct selection {
    uint32_t first, count, step;
};

enum count_kind { ARRIVED, OK, ERRORS };

static void add_counts(struct std_builder *b, const char *scope, const char *entity,
                       const char *name, const struct selection *s, enum count_kind kind) {
    uint32_t buckets = (uint32_t)b->f->bucket_count;
    struct sim_estimate *points = sim_arena_array(b->arena, buckets, sizeof *points);
    double *values = std_values(b);
    for (uint32_t k = 0; k < buckets; k++) {
        for (int r = 0; r < b->replications; r++) {
            uint64_t sum = 0;
            for (uint32_t i = 0; i < s->count; i++) {
                const struct mdl_bucket *bucket =
                    &b->results[r]->buckets[(s->first + i * s->step) * buckets + k];
                sum += kind == ARRIVED ? bucket->arrived : kind == OK ? bucket->ok : bucket->errors;
            }
            values[r] = (double)sum / width_of(b, k);
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    std_add_series(b, scope, entity, name, "1/s", points);
}

static void add_percentiles(struct std_builder *b, const char *scope, const char *entity,
                            const struct selection *s) {
    const struct mdl_scenario *scenario = b->f->scenario;
    uint32_t buckets = (uint32_t)b->f->bucket_count;
    int quantiles = scenario->percentile_count;
    struct sim_estimate **points = sim_arena_array(b->arena, (size_t)quantiles, sizeof *points);
    double **values = sim_arena_array(b->arena, (size_t)quantiles, sizeof *values);
    for (int q = 0; q < quantiles; q++) {
        points[q] = sim_arena_array(b->arena, buckets, sizeof **points);
        values[q] = std_values(b);
    }
    for (uint32_t k = 0; k < buckets; k++) {
        sim_histogram_clear(b->all);
        for (int r = 0; r < b->replications; r++) {
            sim_histogram_clear(b->one);
            for (uint32_t i = 0; i < s->count; i++) {
                uint32_t row = (s->first + i * s->step) * buckets + k;
                sim_histogram_merge_sparse(b->one, &b->results[r]->buckets[row].responses);
            }
            for (int q = 0; q < quantiles; q++) {
                values[q][r] =
                    sim_histogram_quantile(b->one, 0, scenario->percentiles[q], 0, SIM_TIME_MAX);
            }
            sim_histogram_merge(b->all, b->one);
        }
        for (int q = 0; q < quantiles; q++) {
            double point =
                sim_histogram_quantile(b->all, 0, scenario->percentiles[q], 0, SIM_TIME_MAX);
            points[q][k] =
                sim_estimate_sections(point, values[q], b->replications, SIM_HISTOGRAM_ERROR);
        }
    }
    for (int q = 0; q < quantiles; q++) {
        std_add_series(b, scope, entity,
                       std_percentile_name(b, "response", scenario->percentiles[q]), "s",
                       points[q]);
    }
}

static void add_requests(struct std_builder *b, const char *scope, const char *entity,
                         struct selection s) {
    add_counts(b, scope, entity, "arrivals", &s, ARRIVED);
    add_counts(b, scope, entity, "completions", &s, OK);
    add_counts(b, scope, entity, "errors", &s, ERRORS);
    add_percentiles(b, scope, entity, &s);
}

/* --- levels ------------------------------------------------------------------------------------
 */

static double present(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                      uint32_t bucket) {
    (void)b;
    (void)index;
    return r->network.bucket_mean[bucket];
}
static double users_present(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                            uint32_t bucket) {
    (void)b;
    return r->users[index].bucket_mean[bucket];
}
static double users_arrived(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                            uint32_t bucket) {
    return r->arrivals[index * (uint32_t)b->f->bucket_count + bucket] / width_of(b, bucket);
}
static double utilization(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                          uint32_t bucket) {
    const struct mdl_station_code *s = &b->program->stations[index];
    double busy = 0;
    for (uint32_t i = 0; i < s->instances; i++) {
        busy += r->places[s->first_place + i].bucket_busy[bucket];
    }
    return busy / std_servers(b->program, s);
}
static double number(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                     uint32_t bucket) {
    const struct mdl_station_code *s = &b->program->stations[index];
    double sum = 0;
    for (uint32_t i = 0; i < s->instances; i++) {
        sum += r->places[s->first_place + i].bucket_mean[bucket];
    }
    return sum;
}
static double held(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                   uint32_t bucket) {
    const struct mdl_pool_code *p = &b->program->pools[index];
    double sum = 0;
    for (uint32_t i = 0; i < p->instances; i++) {
        sum += r->held[p->first_bay + i].bucket_mean[bucket];
    }
    return sum;
}
static double queued(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                     uint32_t bucket) {
    const struct mdl_pool_code *p = &b->program->pools[index];
    double sum = 0;
    for (uint32_t i = 0; i < p->instances; i++) {
        sum += r->queued[p->first_bay + i].bucket_mean[bucket];
    }
    return sum;
}

static double balance(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                      uint32_t bucket) {
    (void)b;
    return r->balances[index].bucket_mean[bucket];
}
static double delayed(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                      uint32_t bucket) {
    (void)b;
    return r->delayed[index].bucket_mean[bucket];
}

static double open_share(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                         uint32_t bucket) {
    (void)b;
    return r->breakers[index].bucket_open[bucket];
}

static double hit_ratio(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                        uint32_t bucket) {
    uint32_t cell = index * (uint32_t)b->f->bucket_count + bucket;
    double lookups = (double)r->bucket_lookups[cell];
    return lookups > 0 ? (double)r->bucket_hits[cell] / lookups : NAN;
}
static double lookups(const struct std_builder *b, const struct mdl_result *r, uint32_t index,
                      uint32_t bucket) {
    uint32_t cell = index * (uint32_t)b->f->bucket_count + bucket;
    return (double)r->bucket_lookups[cell] / width_of(b, bucket);
}

void std_build_series(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    if (b->f->bucket_count == 0) {
        return;
    }
    add_requests(b, "network", "", (struct selection){0, p->source_count * p->class_count, 1});
    add_cells(b, "network", "", "present", "requests", present, 0);
    for (uint32_t i = 0; i < p->source_count; i++) {
        if (p->sources[i].has_users) {
            add_cells(b, "source", p->sources[i].name, "arrivals", "1/s", users_arrived, i);
            add_cells(b, "source", p->sources[i].name, "present", "users", users_present, i);
        }
    }
    for (uint32_t i = 0; i < p->class_count; i++) {
        add_requests(b, "class", p->class_names[i],
                     (struct selection){i, p->source_count, p->class_count});
    }
    for (uint32_t i = 0; i < p->block_count; i++) {
        add_requests(b, "block", p->blocks[i],
                     (struct selection){p->source_count * p->class_count + i, 1, 1});
    }
    for (uint32_t i = 0; i < p->station_count; i++) {
        if (std_servers(p, &p->stations[i]) > 0) {
            add_cells(b, "station", p->stations[i].name, "utilization", "1", utilization, i);
        }
        add_cells(b, "station", p->stations[i].name, "number", "customers", number, i);
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        add_cells(b, "pool", p->pools[i].name, "held", "places", held, i);
        add_cells(b, "pool", p->pools[i].name, "waiting_number", "customers", queued, i);
    }
    for (uint32_t i = 0; i < p->cache_count; i++) {
        add_cells(b, "cache", p->caches[i].name, "hit_ratio", "1", hit_ratio, i);
        add_cells(b, "cache", p->caches[i].name, "lookups", "1/s", lookups, i);
    }
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        const char *name = std_limiter_name(b, i);
        add_cells(b, "limiter", name, "balance", "tokens", balance, i);
        if (p->limiters[i].waits) {
            add_cells(b, "limiter", name, "waiting_number", "requests", delayed, i);
        }
    }
    for (uint32_t i = 0; i < p->breaker_count; i++) {
        add_cells(b, "breaker", p->breakers[i].name, "open", "1", open_share, i);
    }
}
