/* What stations and pools are offered against what they can do, and whether numbers grow while the
 * load stays as it is. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

/* Growth is told when it is significant over the replications and, over the last half of the
 * stretch, more than this share of the mean number there, and more than this many. */
#define SHARE 0.25
#define NUMBER 5.0
enum { SECTIONS_MIN = 8 };

/* Work per second of an instance of a shared station, at the number of jobs that suits it best. */
static double shared_capacity(const struct mdl_place_code *code) {
    double most = code->last_total;
    for (uint32_t n = 1; n <= code->rate_count; n++) {
        most = fmax(most, code->rates[n - 1] * n);
    }
    return most * 1e9;
}

/* The mean factor of a station's schedule over a period, or over the run. */
static double mean_factor(const struct mdl_station_code *s, const struct mdl_result *r) {
    double end_s = s->schedule_every > 0 ? sim_time_to_s(s->schedule_every) : r->end_s;
    double sum = 0;
    for (uint32_t i = 0; i < s->schedule_count; i++) {
        double to_s = i + 1 < s->schedule_count ? s->schedule[i + 1].t_s : end_s;
        sum += s->schedule[i].value * (fmin(to_s, end_s) - fmin(s->schedule[i].t_s, end_s));
    }
    return s->schedule_count > 0 ? sum / end_s : 1;
}

/* Arrivals times the service that a visit takes, over the capacity; NAN without completions. */
static double station_offered(const struct std_builder *b, const struct mdl_station_code *s,
                              const struct mdl_result *r) {
    const struct mdl_program *p = b->program;
    double arrived = 0;
    double served = 0;
    double done = 0;
    double capacity = 0;
    for (uint32_t i = 0; i < s->instances; i++) {
        uint32_t place = s->first_place + i;
        for (uint32_t c = 0; c < p->class_count; c++) {
            const struct mdl_sojourn *visits = &r->visits[place * p->class_count + c];
            arrived += (double)visits->arrived;
            served += (double)visits->outcome[MDL_OK];
        }
        done += s->shared ? r->work_s[place] : r->places[place].busy * r->observed_s;
        capacity += s->shared ? shared_capacity(&p->places[place]) : p->places[place].servers;
    }
    if (s->shared && p->places[s->first_place].credits != NULL &&
        std_network_of(b, s->name) != NULL) { /* an allowance lasts minutes */
        capacity *= mdl_credit_baseline(&p->places[s->first_place].credits->terms);
    }
    capacity *= mean_factor(s, r);
    return served > 0 ? done / r->observed_s / capacity * arrived / served : NAN;
}

static double pool_offered(const struct mdl_pool_code *pool, const struct mdl_result *r) {
    double arrived = 0;
    double granted = 0;
    double held = 0;
    for (uint32_t i = 0; i < pool->instances; i++) {
        arrived += (double)r->waits[pool->first_bay + i].arrived;
        granted += (double)r->waits[pool->first_bay + i].outcome[MDL_OK];
        held += r->held[pool->first_bay + i].mean;
    }
    return granted > 0 ? held / (double)(pool->size * pool->instances) * arrived / granted : NAN;
}

/* --- growth
 * ------------------------------------------------------------------------------------ */

struct line {
    double slope;              /* per s */
    double level;              /* mean */
    struct sim_estimate drift; /* per s, from the increments alone */
};

/* The last half of a part's sections: least squares; and, for a single replication, the mean
 * increment with an interval from the scatter of the increments. Where a number drifts as a random
 * walk does, those of its averages over sections have 2/3 of the variance of its own and a
 * correlation of 1/4 with the next, so that the variance of their mean is 3/2 of what independent
 * ones would have; where it returns, they correlate negatively, and the interval is too wide. */
static struct line line_of(const struct mdl_trend *trend, uint32_t part) {
    uint32_t from = trend->count / 2;
    uint32_t count = trend->count - from;
    const double *y = trend->means + part * MDL_SECTIONS + from;
    double middle = 0.5 * (count - 1);
    double sum = 0;
    double moment = 0;
    double square = 0;
    double increments[MDL_SECTIONS];
    for (uint32_t i = 0; i < count; i++) {
        sum += y[i];
        moment += (i - middle) * y[i];
        square += (i - middle) * (i - middle);
        increments[i] = i + 1 < count ? (y[i + 1] - y[i]) / trend->width_s : 0;
    }
    struct sim_estimate drift = sim_estimate_mean(increments, (int)count - 1);
    double spread = sqrt(1.5) * (drift.high - drift.value);
    return (struct line){.slope = moment / square / trend->width_s,
                         .level = sum / count,
                         .drift = {drift.value, drift.value - spread, drift.value + spread, 1}};
}

/* Requests at a part at the end of a run that was stopped. */
static double number_at_end(const struct mdl_program *p, const struct mdl_result *r,
                            uint32_t part) {
    double sum = 0;
    if (part == 0) {
        return (double)r->network.end;
    }
    if (part <= p->station_count) {
        const struct mdl_station_code *s = &p->stations[part - 1];
        for (uint32_t i = 0; i < s->instances; i++) {
            sum += (double)r->places[s->first_place + i].end;
        }
        return sum;
    }
    part -= 1 + p->station_count;
    if (part < p->pool_count) {
        for (uint32_t i = 0; i < p->pools[part].instances; i++) {
            sum += (double)r->queued[p->pools[part].first_bay + i].end;
        }
        return sum;
    }
    return (double)r->delayed[part - p->pool_count].end;
}

static struct std_growth growth_of(struct std_builder *b, uint32_t part) {
    double *slopes = std_values(b);
    double level = 0;
    double span = 0;
    struct sim_estimate drift = {NAN, NAN, NAN, 0};
    bool all = true;
    for (int r = 0; r < b->replications; r++) {
        const struct mdl_result *result = b->results[r];
        const struct mdl_trend *trend = &result->trend;
        if (trend->count >= SECTIONS_MIN) {
            struct line line = line_of(trend, part);
            slopes[r] = line.slope;
            drift = line.drift;
            level += line.level;
            uint32_t sections = trend->count - trend->count / 2;
            span += sections * trend->width_s;
        } else if (result->overfull) { /* too soon for sections: from empty to the end */
            slopes[r] = number_at_end(b->program, result, part) / result->end_s;
            level += number_at_end(b->program, result, part) / 2;
            span += result->end_s;
        } else {
            all = false;
        }
    }
    struct std_growth growth = {.values = slopes,
                                .rate = sim_estimate_mean(slopes, b->replications)};
    if (b->replications == 1 && !isnan(drift.value)) {
        slopes[0] = drift.value;
        growth.rate = drift;
    }
    level /= b->replications;
    double grown = growth.rate.value * span / b->replications;
    bool certain = growth.rate.low > 0 || b->results[0]->overfull;
    growth.sure = all && certain && grown > NUMBER && grown > SHARE * level;
    return growth;
}

/* --- parts
 * ------------------------------------------------------------------------------------- */

/* The largest of a part's buckets over its mean; 1 without buckets. */
static double peak_of(const struct std_builder *b, const char *scope, const char *name,
                      const char *series, double mean) {
    const struct std_series *s = std_series_find(b->f, scope, name, series);
    double most = mean;
    for (int i = 0; s != NULL && i < b->f->bucket_count; i++) {
        most = fmax(most, s->points[i].value);
    }
    return mean > 0 ? most / mean : 1;
}

static double value(const struct std_builder *b, const char *scope, const char *entity,
                    const char *name) {
    const struct std_metric *m = std_metric_find(b->f, scope, entity, name);
    return m == NULL ? NAN : m->estimate.value;
}

static void add_part(struct std_builder *b, struct std_part part, uint32_t index,
                     const double *offered) {
    part.growth = growth_of(b, index);
    if (offered != NULL) {
        part.offered = sim_estimate_mean(offered, b->replications);
        std_add_mean(b, part.scope, part.name, "offered_load", "1", offered);
    }
    if (!isnan(part.growth.rate.value)) {
        std_add_estimate(b, part.scope, part.name, "growth_rate", "1/s", part.growth.rate,
                         part.growth.values);
    }
    b->parts[b->part_count++] = part;
}

static void add_station(struct std_builder *b, uint32_t i) {
    const struct mdl_station_code *s = &b->program->stations[i];
    struct std_part part = {.scope = "station", .name = s->name, .offered = {NAN, NAN, NAN, 0}};
    if (std_servers(b->program, s) == 0) {
        add_part(b, part, 1 + i, NULL);
        return;
    }
    double *offered = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        offered[r] = station_offered(b, s, b->results[r]);
    }
    part.peak =
        peak_of(b, "station", s->name, "utilization", value(b, "station", s->name, "utilization"));
    add_part(b, part, 1 + i, offered);
}

static void add_pool(struct std_builder *b, uint32_t i) {
    const struct mdl_pool_code *pool = &b->program->pools[i];
    struct std_part part = {.scope = "pool", .name = pool->name};
    double *offered = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        offered[r] = pool_offered(pool, b->results[r]);
    }
    part.peak = peak_of(b, "pool", pool->name, "held",
                        value(b, "pool", pool->name, "utilization") *
                            (double)(pool->size * pool->instances));
    add_part(b, part, 1 + b->program->station_count + i, offered);
}

void std_build_load(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    uint32_t parts = 1 + p->station_count + p->pool_count + p->limiter_count;
    b->parts = sim_arena_array(b->arena, parts, sizeof *b->parts);
    add_part(b, (struct std_part){.scope = "network", .name = "", .offered = {NAN, NAN, NAN, 0}}, 0,
             NULL);
    for (uint32_t i = 0; i < p->station_count; i++) {
        add_station(b, i);
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        add_pool(b, i);
    }
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        add_part(b,
                 (struct std_part){.scope = "limiter",
                                   /* of several buckets a name of the program's own */
                                   .name = sim_arena_copy(b->arena, p->limiters[i].name),
                                   .offered = {NAN, NAN, NAN, 0}},
                 1 + p->station_count + p->pool_count + i, NULL);
    }
}
