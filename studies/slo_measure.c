/* The figures that SLOs are about, over the whole run or some of its buckets, with intervals. */
#include <math.h>
#include <string.h>

#include "sim/interval.h"
#include "studies/slo_parts.h"

/* --- requests ----------------------------------------------------------------------------- */

/* Rows (source x class) of the requests that the SLO is about. */
struct rows {
    uint32_t first, count, step;
};

static uint32_t index_of(const char *name, const struct mdl_program *p, enum mdl_slo_part part) {
    if (part == MDL_SLO_CLASS) {
        for (uint32_t i = 0; i < p->class_count; i++) {
            if (strcmp(p->class_names[i], name) == 0) {
                return i;
            }
        }
    } else if (part == MDL_SLO_SOURCE) {
        for (uint32_t i = 0; i < p->source_count; i++) {
            if (strcmp(p->sources[i].name, name) == 0) {
                return i;
            }
        }
    } else {
        for (uint32_t i = 0; i < p->mark_count; i++) {
            if (strcmp(p->marks[i], name) == 0) {
                return i;
            }
        }
    }
    return 0;
}

static struct rows rows_of(const struct std_builder *b, const struct mdl_slo *slo) {
    const struct mdl_program *p = b->program;
    if (slo->part == MDL_SLO_ALL) {
        return (struct rows){0, p->source_count * p->class_count, 1};
    }
    uint32_t index = index_of(slo->part_name, p, slo->part);
    if (slo->part == MDL_SLO_CLASS) {
        return (struct rows){index, p->source_count, p->class_count};
    }
    if (slo->part == MDL_SLO_SOURCE) {
        return (struct rows){index * p->class_count, p->class_count, 1};
    }
    return (struct rows){index, 1, 1};
}

struct counts {
    uint64_t arrived, ok, errors;
};

static void add_sojourn(struct counts *sum, const struct mdl_sojourn *s) {
    sum->arrived += s->arrived;
    sum->ok += s->outcome[MDL_OK];
    for (int o = MDL_OK + 1; o < MDL_OUTCOMES; o++) {
        sum->errors += s->outcome[o];
    }
}

static const struct mdl_sojourn *sojourns_of(const struct mdl_result *r,
                                             const struct mdl_slo *slo) {
    return slo->part == MDL_SLO_MARK ? r->marks : r->requests;
}

/* Requests of replication r in the range. */
static struct counts count(const struct std_builder *b, const struct mdl_slo *slo,
                           struct std_slo_range range, int r) {
    const struct mdl_result *result = b->results[r];
    struct rows rows = rows_of(b, slo);
    struct counts sum = {0, 0, 0};
    for (uint32_t i = 0; i < rows.count; i++) {
        uint32_t row = rows.first + i * rows.step;
        if (range.whole) {
            add_sojourn(&sum, &sojourns_of(result, slo)[row]);
            continue;
        }
        for (int k = range.first; k < range.end; k++) {
            const struct mdl_bucket *bucket =
                &result->buckets[row * (uint32_t)b->f->bucket_count + (uint32_t)k];
            sum.arrived += bucket->arrived;
            sum.ok += bucket->ok;
            sum.errors += bucket->errors;
        }
    }
    return sum;
}

bool std_slo_of_requests(const struct mdl_slo *slo) { return slo->figure <= MDL_SLO_THROUGHPUT; }

double std_slo_needed(const struct mdl_slo *slo) {
    static const double rounding = 1e-9; /* 10 / 0.05 is 200, not 201 */
    double tail;
    switch (slo->figure) {
    case MDL_SLO_PERCENTILE:
        tail = fmin(slo->quantile, 1 - slo->quantile);
        break;
    case MDL_SLO_ERROR_RATE:
        tail = slo->limit;
        break;
    case MDL_SLO_MEAN:
        tail = 1;
        break;
    default:
        return 0;
    }
    return ceil(STD_SLO_TAIL / tail * (1 - rounding));
}

double std_slo_requests(const struct std_builder *b, const struct mdl_slo *slo,
                        struct std_slo_range range) {
    uint64_t sum = 0;
    for (int r = 0; r < b->replications; r++) {
        struct counts one = count(b, slo, range, r);
        sum += one.ok + (slo->figure == MDL_SLO_ERROR_RATE ? one.errors : 0);
    }
    return (double)sum;
}

bool std_slo_active(const struct std_builder *b, const struct mdl_slo *slo,
                    struct std_slo_range range) {
    for (int r = 0; r < b->replications; r++) {
        struct counts one = count(b, slo, range, r);
        if (one.arrived + one.ok + one.errors > 0) {
            return true;
        }
    }
    return false;
}

/* --- response times ----------------------------------------------------------------------- */

static void merge_responses(const struct std_builder *b, const struct mdl_slo *slo,
                            struct std_slo_range range, int r, struct sim_histogram *into) {
    const struct mdl_result *result = b->results[r];
    struct rows rows = rows_of(b, slo);
    for (uint32_t i = 0; i < rows.count; i++) {
        uint32_t row = rows.first + i * rows.step;
        if (range.whole) {
            sim_histogram_merge_sparse(into, &sojourns_of(result, slo)[row].responses);
            continue;
        }
        for (int k = range.first; k < range.end; k++) {
            sim_histogram_merge_sparse(
                into, &result->buckets[row * (uint32_t)b->f->bucket_count + (uint32_t)k].responses);
        }
    }
}

/* Each value at the middle of its bucket. */
static double histogram_mean(const struct sim_histogram *h) {
    static const uint32_t half = 1U << SIM_HISTOGRAM_BITS;
    double sum = 0;
    double number = 0;
    for (uint32_t octave = 0; octave < SIM_HISTOGRAM_OCTAVES; octave++) {
        if ((h->touched >> octave & 1) == 0) {
            continue;
        }
        for (uint32_t i = octave == 0 ? 0 : half; i < 2 * half; i++) {
            uint32_t bucket = (octave << SIM_HISTOGRAM_BITS) + i;
            double middle =
                (double)sim_histogram_low(bucket) + (double)(sim_histogram_width(bucket) - 1) / 2;
            sum += middle * (double)h->counts[bucket];
            number += (double)h->counts[bucket];
        }
    }
    return number > 0 ? sum / number / 1e9 : NAN;
}

static double time_of(const struct mdl_slo *slo, const struct sim_histogram *h) {
    return slo->figure == MDL_SLO_MEAN
               ? histogram_mean(h)
               : sim_histogram_quantile(h, 0, slo->quantile, 0, SIM_TIME_MAX);
}

/* The percentile over batches of one run. */
static struct sim_estimate measure_batches(const struct std_builder *b, const struct mdl_slo *slo,
                                           struct std_slo_range range, double alpha) {
    struct sim_arena *arena = sim_arena_new();
    uint64_t *up_to = sim_arena_array(arena, (size_t)b->replications, sizeof *up_to);
    uint64_t *trials = sim_arena_array(arena, (size_t)b->replications, sizeof *trials);
    sim_histogram_clear(b->all);
    for (int r = 0; r < b->replications; r++) {
        merge_responses(b, slo, range, r, b->all);
    }
    double point = time_of(slo, b->all);
    for (int r = 0; r < b->replications && !isnan(point); r++) {
        sim_histogram_clear(b->one);
        merge_responses(b, slo, range, r, b->one);
        trials[r] = sim_histogram_total(b->one);
        up_to[r] = sim_histogram_up_to(b->one, sim_time_from_s(point));
    }
    struct sim_estimate e = sim_interval_percentile(
        point, b->all, 0, slo->quantile, 0, SIM_TIME_MAX, up_to, trials, b->replications, alpha);
    sim_arena_free(arena);
    return e;
}

/* Sections are replications, or so many in a row that each expects half a request beyond the
 * percentile: with fewer, what sections scatter by is not the percentile. */
static struct sim_estimate measure_times(const struct std_builder *b, const struct mdl_slo *slo,
                                         struct std_slo_range range, double alpha) {
    if (b->batches && slo->figure == MDL_SLO_PERCENTILE) {
        return measure_batches(b, slo, range, alpha);
    }
    double least = std_slo_needed(slo) / STD_SLO_TAIL / 2;
    struct sim_arena *arena = sim_arena_new();
    double *sections = sim_arena_array(arena, (size_t)b->replications, sizeof *sections);
    int count_of = 0;
    sim_histogram_clear(b->all);
    sim_histogram_clear(b->one);
    for (int r = 0; r < b->replications; r++) {
        merge_responses(b, slo, range, r, b->one);
        if ((double)sim_histogram_total(b->one) >= least) {
            sections[count_of++] = time_of(slo, b->one);
            sim_histogram_merge(b->all, b->one);
            sim_histogram_clear(b->one);
        }
    }
    sim_histogram_merge(b->all, b->one); /* too few for a section of their own */
    struct sim_estimate e =
        sim_interval_sections(time_of(slo, b->all), sections, count_of, SIM_HISTOGRAM_ERROR, alpha);
    sim_arena_free(arena);
    return e;
}

/* --- counts ------------------------------------------------------------------------------- */

static double width_s(const struct std_builder *b, int bucket) {
    double from_s = bucket * b->f->bucket_s;
    return fmin(from_s + b->f->bucket_s, b->f->observed_s) - from_s;
}

static double range_s(const struct std_builder *b, struct std_slo_range range, int r) {
    if (range.whole) {
        return b->results[r]->observed_s;
    }
    double sum = 0;
    for (int k = range.first; k < range.end; k++) {
        sum += width_s(b, k);
    }
    return sum;
}

static struct sim_estimate measure_errors(const struct std_builder *b, const struct mdl_slo *slo,
                                          struct std_slo_range range, double alpha) {
    struct sim_arena *arena = sim_arena_new();
    size_t replications = (size_t)b->replications;
    uint64_t *errors = sim_arena_array(arena, replications, sizeof *errors);
    uint64_t *ended = sim_arena_array(arena, replications, sizeof *ended);
    for (int r = 0; r < b->replications; r++) {
        struct counts one = count(b, slo, range, r);
        errors[r] = one.errors;
        ended[r] = one.ok + one.errors;
    }
    struct sim_estimate e = sim_interval_share(errors, ended, b->replications, alpha);
    sim_arena_free(arena);
    return e;
}

/* --- levels ------------------------------------------------------------------------------- */

/* Mean of bucket means, by their widths. */
static double bucket_mean(const struct std_builder *b, const double *values,
                          struct std_slo_range range) {
    double sum = 0;
    double width = 0;
    for (int k = range.first; k < range.end; k++) {
        sum += values[k] * width_s(b, k);
        width += width_s(b, k);
    }
    return sum / width;
}

static double station_level(const struct std_builder *b, const char *name,
                            struct std_slo_range range, const struct mdl_result *r) {
    const struct mdl_program *p = b->program;
    for (uint32_t s = 0; s < p->station_count; s++) {
        const struct mdl_station_code *station = &p->stations[s];
        if (strcmp(station->name, name) != 0) {
            continue;
        }
        double busy = 0;
        for (uint32_t i = 0; i < station->instances; i++) {
            const struct mdl_level *level = &r->places[station->first_place + i];
            busy += range.whole ? level->busy : bucket_mean(b, level->bucket_busy, range);
        }
        return busy / std_servers(p, station);
    }
    return NAN;
}

/* Places held: as a share of all, and per instance. */
struct held {
    double share;
    double each;
};

static struct held pool_level(const struct std_builder *b, const char *name,
                              struct std_slo_range range, const struct mdl_result *r) {
    const struct mdl_program *p = b->program;
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const struct mdl_pool_code *pool = &p->pools[i];
        if (strcmp(pool->name, name) != 0) {
            continue;
        }
        double held = 0;
        for (uint32_t k = 0; k < pool->instances; k++) {
            const struct mdl_level *level = &r->held[pool->first_bay + k];
            held += range.whole ? level->mean : bucket_mean(b, level->bucket_mean, range);
        }
        double each = held / pool->instances;
        return (struct held){each / (double)pool->size, each};
    }
    return (struct held){0, 0};
}

static double memory_level(const struct std_builder *b, const struct mdl_slo *slo,
                           struct std_slo_range range, const struct mdl_result *r) {
    const struct mdl_scenario *scenario = b->f->scenario;
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        if (strcmp(tier->name, slo->tier) == 0) {
            double held = slo->part_name != NULL ? pool_level(b, slo->part_name, range, r).each : 0;
            return (tier->memory_base_gib + tier->memory_per_request_gib * held) / tier->memory_gib;
        }
    }
    return NAN;
}

static double level_of(const struct std_builder *b, const struct mdl_slo *slo,
                       struct std_slo_range range, int r) {
    const struct mdl_result *result = b->results[r];
    if (slo->figure == MDL_SLO_THROUGHPUT) {
        return (double)count(b, slo, range, r).ok / range_s(b, range, r);
    }
    if (slo->figure == MDL_SLO_MEMORY) {
        return memory_level(b, slo, range, result);
    }
    return slo->part == MDL_SLO_STATION ? station_level(b, slo->part_name, range, result)
                                        : pool_level(b, slo->part_name, range, result).share;
}

static struct sim_estimate measure_level(const struct std_builder *b, const struct mdl_slo *slo,
                                         struct std_slo_range range, double alpha) {
    struct sim_arena *arena = sim_arena_new();
    double *values = sim_arena_array(arena, (size_t)b->replications, sizeof *values);
    for (int r = 0; r < b->replications; r++) {
        values[r] = level_of(b, slo, range, r);
    }
    struct sim_estimate e = sim_interval_mean(values, b->replications, alpha);
    sim_arena_free(arena);
    return e;
}

struct sim_estimate std_slo_measure(const struct std_builder *b, const struct mdl_slo *slo,
                                    struct std_slo_range range, double alpha) {
    switch (slo->figure) {
    case MDL_SLO_PERCENTILE:
    case MDL_SLO_MEAN:
        return measure_times(b, slo, range, alpha);
    case MDL_SLO_ERROR_RATE:
        return measure_errors(b, slo, range, alpha);
    case MDL_SLO_THROUGHPUT:
    case MDL_SLO_UTILIZATION:
    case MDL_SLO_CONNECTIONS:
    case MDL_SLO_MEMORY:
    case MDL_SLO_FIGURES:
        break;
    }
    return measure_level(b, slo, range, alpha);
}
