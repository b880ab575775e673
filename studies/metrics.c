/* From the results of the replications to metrics with intervals. */
#include <math.h>
#include <string.h>

#include "models/che.h"
#include "sim/interval.h"
#include "studies/findings_parts.h"

static const char *const OUTCOMES[MDL_OUTCOMES] = {"count.ok", "count.rejected", "count.abandoned",
                                                   "count.timed_out", "count.failed"};

/* Which sojourns make up an entity: rows of one of a result's arrays. */
struct group {
    const struct mdl_sojourn *(*rows)(const struct mdl_result *r);
    uint32_t first, count, step;
};

static const struct mdl_sojourn *request_rows(const struct mdl_result *r) { return r->requests; }
static const struct mdl_sojourn *visit_rows(const struct mdl_result *r) { return r->visits; }
static const struct mdl_sojourn *wait_rows(const struct mdl_result *r) { return r->waits; }
static const struct mdl_sojourn *passage_rows(const struct mdl_result *r) { return r->passages; }
static const struct mdl_sojourn *mark_rows(const struct mdl_result *r) { return r->marks; }
static const struct mdl_sojourn *block_rows(const struct mdl_result *r) { return r->blocks; }

/* The group's sojourns of one replication as one, without histograms. */
static struct mdl_sojourn sum_of(const struct std_builder *b, int replication,
                                 const struct group *g, uint64_t *within_response,
                                 uint64_t *within_waiting) {
    struct mdl_sojourn sum = {.within_response = within_response, .within_waiting = within_waiting};
    uint32_t within = b->program->within_count;
    memset(within_response, 0, within * sizeof *within_response);
    memset(within_waiting, 0, within * sizeof *within_waiting);
    const struct mdl_sojourn *rows = g->rows(b->results[replication]);
    for (uint32_t i = 0; i < g->count; i++) {
        const struct mdl_sojourn *s = &rows[g->first + i * g->step];
        sum.arrived += s->arrived;
        sum.attempts += s->attempts;
        sum.waited += s->waited;
        sum.zero_waits += s->zero_waits;
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            sum.outcome[k] += s->outcome[k];
        }
        sim_tally_merge(&sum.response, &s->response);
        sim_tally_merge(&sum.waiting, &s->waiting);
        sim_tally_merge(&sum.all, &s->all);
        sim_tally_merge(&sum.waiting_all, &s->waiting_all);
        for (uint32_t k = 0; k < within; k++) {
            within_response[k] += s->within_response[k];
            within_waiting[k] += s->within_waiting[k];
        }
    }
    return sum;
}

static void merge_histograms(const struct std_builder *b, int replication, const struct group *g,
                             bool waits, struct sim_histogram *into) {
    const struct mdl_sojourn *rows = g->rows(b->results[replication]);
    for (uint32_t i = 0; i < g->count; i++) {
        const struct mdl_sojourn *s = &rows[g->first + i * g->step];
        sim_histogram_merge_sparse(into, waits ? &s->waits : &s->responses);
    }
}

static void add_histogram(struct std_builder *b, const char *scope, const char *entity,
                          const char *name, uint64_t zeros) {
    struct std_findings *f = b->f;
    struct sim_sparse sparse = sim_histogram_sparse(b->all, b->arena);
    uint32_t extra = zeros > 0 ? 1 : 0;
    if (sparse.size + extra == 0) {
        return;
    }
    double *upper = sim_arena_array(b->arena, sparse.size + extra, sizeof *upper);
    uint64_t *counts = sim_arena_array(b->arena, sparse.size + extra, sizeof *counts);
    counts[0] = zeros;
    for (uint32_t i = 0; i < sparse.size; i++) {
        sim_time high = sim_histogram_low(sparse.bucket[i]) + sim_histogram_width(sparse.bucket[i]);
        upper[i + extra] = sim_time_to_s(high - 1);
        counts[i + extra] = sparse.count[i];
    }
    f->histograms = sim_arena_grow(b->arena, f->histograms, (size_t)f->histogram_count,
                                   &b->histogram_room, sizeof *f->histograms);
    f->histograms[f->histogram_count++] =
        (struct std_histogram){scope, entity, name, upper, counts, (int)(sparse.size + extra)};
}

/* A percentile of all batches together, which are in b->all. */
static struct sim_estimate percentile_of_batches(const struct std_builder *b, const struct group *g,
                                                 bool waits, uint64_t zeros, double point,
                                                 double quantile, const struct sim_tally *total) {
    struct sim_arena *arena = sim_arena_new();
    uint64_t *up_to = sim_arena_array(arena, (size_t)b->replications, sizeof *up_to);
    uint64_t *trials = sim_arena_array(arena, (size_t)b->replications, sizeof *trials);
    for (int r = 0; r < b->replications && !isnan(point); r++) {
        const struct mdl_sojourn *rows = g->rows(b->results[r]);
        uint64_t zero = 0;
        for (uint32_t i = 0; i < g->count && waits; i++) {
            zero += rows[g->first + i * g->step].zero_waits;
        }
        sim_histogram_clear(b->one);
        merge_histograms(b, r, g, waits, b->one);
        trials[r] = zero + sim_histogram_total(b->one);
        up_to[r] = zero + sim_histogram_up_to(b->one, sim_time_from_s(point));
    }
    struct sim_estimate e =
        sim_interval_percentile(point, b->all, zeros, quantile, total->min, total->max, up_to,
                                trials, b->replications, STD_ALPHA);
    sim_arena_free(arena);
    return e;
}

/* Mean, deviation, percentiles and shares of the responses or the waits of a group. */
static void add_times(struct std_builder *b, const char *scope, const char *entity,
                      const struct group *g, bool waits) {
    const char *what = waits ? "waiting" : "response";
    const struct mdl_scenario *scenario = b->f->scenario;
    uint32_t within = b->program->within_count;
    int quantiles = scenario->percentile_count;
    double *mean = std_values(b);
    double *deviation = std_values(b);
    double *minimum = std_values(b);
    double *maximum = std_values(b);
    double **quantile = sim_arena_array(b->arena, (size_t)quantiles, sizeof *quantile);
    double **share = sim_arena_array(b->arena, within, sizeof *share);
    for (int q = 0; q < quantiles; q++) {
        quantile[q] = std_values(b);
    }
    for (uint32_t k = 0; k < within; k++) {
        share[k] = std_values(b);
    }
    uint64_t *counts = sim_arena_array(b->arena, 2 * (size_t)within, sizeof *counts);
    struct sim_tally total = {.count = 0};
    uint64_t zeros = 0;
    sim_histogram_clear(b->all);
    for (int r = 0; r < b->replications; r++) {
        struct mdl_sojourn s = sum_of(b, r, g, counts, counts + within);
        const struct sim_tally *t = waits ? &s.waiting : &s.response;
        uint64_t zero = waits ? s.zero_waits : 0;
        mean[r] = sim_tally_mean(t);
        deviation[r] = sim_tally_deviation(t);
        sim_histogram_clear(b->one);
        merge_histograms(b, r, g, waits, b->one);
        sim_histogram_merge(b->all, b->one);
        if (t->count > 0) {
            minimum[r] = sim_time_to_s(t->min);
            maximum[r] = sim_time_to_s(t->max);
        }
        for (int q = 0; q < quantiles; q++) {
            quantile[q][r] =
                sim_histogram_quantile(b->one, zero, scenario->percentiles[q], t->min, t->max);
        }
        for (uint32_t k = 0; k < within && t->count > 0; k++) {
            const uint64_t *row = waits ? s.within_waiting : s.within_response;
            share[k][r] = (double)row[k] / (double)t->count;
        }
        sim_tally_merge(&total, t);
        zeros += zero;
    }
#define NAME(suffix) sim_arena_print(b->arena, "%s." suffix, what)
    std_add_mean(b, scope, entity, NAME("mean"), "s", mean);
    std_add_mean(b, scope, entity, NAME("deviation"), "s", deviation);
    std_add_mean(b, scope, entity, NAME("min"), "s", minimum);
    std_add_mean(b, scope, entity, NAME("max"), "s", maximum);
    for (int q = 0; q < quantiles; q++) {
        double point =
            sim_histogram_quantile(b->all, zeros, scenario->percentiles[q], total.min, total.max);
        const char *name = std_percentile_name(b, what, scenario->percentiles[q]);
        if (b->batches) {
            struct sim_estimate e =
                percentile_of_batches(b, g, waits, zeros, point, scenario->percentiles[q], &total);
            std_add_estimate(b, scope, entity, name, "s", e, quantile[q]);
        } else {
            std_add_sections(b, scope, entity, name, "s", point, quantile[q],
                             total.min == total.max ? 0 : SIM_HISTOGRAM_ERROR);
        }
    }
    for (uint32_t k = 0; k < within; k++) {
        std_add_mean(b, scope, entity,
                     sim_arena_print(b->arena, "%s.within.%.10gs", what, scenario->within_s[k]),
                     "1", share[k]);
    }
#undef NAME
    add_histogram(b, scope, entity, what, zeros);
}

enum sojourn_kind { REQUESTS, VISITS, WAITS };

/* Everything about the sojourns of an entity. */
static void add_sojourns(struct std_builder *b, const char *scope, const char *entity,
                         const struct group *g, enum sojourn_kind kind) {
    int replications = b->replications;
    const char *unit = kind == REQUESTS ? "requests" : "visits";
    double *arrived = std_values(b);
    double *outcomes[MDL_OUTCOMES];
    double *errors = std_values(b);
    double *error_rate = std_values(b);
    double *throughput = std_values(b);
    double *arrival_rate = std_values(b);
    double *waited = std_values(b);
    double *attempts = std_values(b);
    double *all = std_values(b);
    double *waiting_all = std_values(b);
    for (int k = 0; k < MDL_OUTCOMES; k++) {
        outcomes[k] = std_values(b);
    }
    uint64_t *counts =
        sim_arena_array(b->arena, 2 * (size_t)b->program->within_count, sizeof *counts);
    double all_errors = 0;
    double all_ended = 0;
    for (int r = 0; r < replications; r++) {
        struct mdl_sojourn s = sum_of(b, r, g, counts, counts + b->program->within_count);
        double bad = 0;
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            outcomes[k][r] = (double)s.outcome[k];
            bad += k == MDL_OK ? 0 : (double)s.outcome[k];
        }
        double ended = bad + (double)s.outcome[MDL_OK];
        arrived[r] = (double)s.arrived;
        errors[r] = bad;
        error_rate[r] = ended > 0 ? bad / ended : NAN;
        double span = b->results[r]->observed_s;
        throughput[r] = span > 0 ? (double)s.outcome[MDL_OK] / span : NAN;
        arrival_rate[r] = span > 0 ? arrived[r] / span : NAN;
        attempts[r] = ended > 0 ? (double)s.attempts / ended : NAN;
        double judged = kind == REQUESTS ? ended : arrived[r];
        waited[r] = judged > 0 ? (double)s.waited / judged : NAN;
        all[r] = sim_tally_mean(&s.all);
        waiting_all[r] = sim_tally_mean(&s.waiting_all);
        all_errors += bad;
        all_ended += ended;
    }
    std_add_mean(b, scope, entity, "count.arrived", unit, arrived);
    for (int k = 0; k < MDL_OUTCOMES; k++) {
        std_add_mean(b, scope, entity, OUTCOMES[k], unit, outcomes[k]);
    }
    std_add_mean(b, scope, entity, "count.errors", unit, errors);
    std_add_sections(b, scope, entity, "error_rate", "1",
                     all_ended > 0 ? all_errors / all_ended : NAN, error_rate, 0);
    std_add_mean(b, scope, entity, "throughput", "1/s", throughput);
    std_add_mean(b, scope, entity, "arrival_rate", "1/s", arrival_rate);
    std_add_mean(b, scope, entity, "waited", "1", waited);
    if (kind == REQUESTS && b->program->retry_count > 0) {
        std_add_mean(b, scope, entity, "attempts.mean", "attempts", attempts);
    }
    if (kind != WAITS) {
        add_times(b, scope, entity, g, false);
        std_add_mean(b, scope, entity, "response_all.mean", "s", all);
    }
    add_times(b, scope, entity, g, true);
    std_add_mean(b, scope, entity, "waiting_all.mean", "s", waiting_all);
}

/* --- levels ------------------------------------------------------------------------------------
 */

/* A level of each replication, by a function of the result and an index. */
typedef const struct mdl_level *level_of(const struct mdl_result *r, uint32_t i);

static const struct mdl_level *network_level(const struct mdl_result *r, uint32_t i) {
    (void)i;
    return &r->network;
}
static const struct mdl_level *backoff_level(const struct mdl_result *r, uint32_t i) {
    (void)i;
    return &r->backoff;
}
static const struct mdl_level *source_backoff_level(const struct mdl_result *r, uint32_t i) {
    return &r->source_backoff[i];
}
static const struct mdl_level *class_backoff_level(const struct mdl_result *r, uint32_t i) {
    return &r->class_backoff[i];
}
static const struct mdl_level *source_level(const struct mdl_result *r, uint32_t i) {
    return &r->sources[i];
}
static const struct mdl_level *user_level(const struct mdl_result *r, uint32_t i) {
    return &r->users[i];
}
static const struct mdl_level *class_level(const struct mdl_result *r, uint32_t i) {
    return &r->classes[i];
}
static const struct mdl_level *place_level(const struct mdl_result *r, uint32_t i) {
    return &r->places[i];
}
static const struct mdl_level *station_level(const struct mdl_result *r, uint32_t i) {
    return &r->totals[i];
}
static const struct mdl_level *busy_level(const struct mdl_result *r, uint32_t i) {
    return &r->busy[i];
}
static const struct mdl_level *waiting_level(const struct mdl_result *r, uint32_t i) {
    return &r->waiting[i];
}
static const struct mdl_level *held_level(const struct mdl_result *r, uint32_t i) {
    return &r->held[i];
}
static const struct mdl_level *delayed_level(const struct mdl_result *r, uint32_t i) {
    return &r->delayed[i];
}
static const struct mdl_level *queued_level(const struct mdl_result *r, uint32_t i) {
    return &r->queued[i];
}

static const struct mdl_level *busy_together(const struct mdl_result *r, uint32_t i) {
    return &r->busy_together[i];
}
static const struct mdl_level *waiting_together(const struct mdl_result *r, uint32_t i) {
    return &r->waiting_together[i];
}
static const struct mdl_level *held_together(const struct mdl_result *r, uint32_t i) {
    return &r->held_together[i];
}
static const struct mdl_level *queued_together(const struct mdl_result *r, uint32_t i) {
    return &r->queued_together[i];
}

/* Shares of time at 0, 1, 2, ... */
static void add_shares(struct std_builder *b, const char *scope, const char *entity,
                       const char *what, level_of *level, uint32_t index) {
    uint32_t shares = 0;
    for (int r = 0; r < b->replications; r++) {
        uint32_t count = level(b->results[r], index)->share_count;
        shares = count > shares ? count : shares;
    }
    for (uint32_t n = 0; n < shares; n++) {
        double *share = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            const struct mdl_level *l = level(b->results[r], index);
            share[r] = n < l->share_count ? l->shares[n] : 0;
        }
        std_add_mean(b, scope, entity, sim_arena_print(b->arena, "%s.share.%u", what, n), "1",
                     share);
    }
}

/* A number over time: means and maxima as given, or NULL for those of the level. */
static void add_number(struct std_builder *b, const char *scope, const char *entity,
                       const char *what, const char *unit, level_of *level, uint32_t index,
                       double *means, double *maxima) {
    double *mean = std_values(b);
    double *variance = std_values(b);
    double *maximum = std_values(b);
    double *end = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        const struct mdl_level *l = level(b->results[r], index);
        mean[r] = l->mean;
        variance[r] = l->variance;
        maximum[r] = (double)l->max;
        end[r] = (double)l->end;
    }
#define NAME(suffix) sim_arena_print(b->arena, "%s." suffix, what)
    std_add_mean(b, scope, entity, NAME("mean"), unit, means != NULL ? means : mean);
    std_add_mean(b, scope, entity, NAME("variance"), unit, variance);
    std_add_mean(b, scope, entity, NAME("max"), unit, maxima != NULL ? maxima : maximum);
    std_add_mean(b, scope, entity, NAME("end"), unit, end);
#undef NAME
    add_shares(b, scope, entity, what, level, index);
}

static void add_level(struct std_builder *b, const char *scope, const char *entity,
                      const char *what, const char *unit, level_of *level, uint32_t index) {
    add_number(b, scope, entity, what, unit, level, index, NULL, NULL);
}

/* --- entities ----------------------------------------------------------------------------------
 */

static void add_requests(struct std_builder *b, const char *scope, const char *entity,
                         const struct group *g, level_of *level, uint32_t index) {
    add_sojourns(b, scope, entity, g, REQUESTS);
    if (level != NULL) {
        add_level(b, scope, entity, "number", "requests", level, index);
        double *in_flight = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            in_flight[r] = (double)level(b->results[r], index)->end;
        }
        std_add_mean(b, scope, entity, "count.in_flight", "requests", in_flight);
    }
}

/* Utilization, busy servers and waiting number of `count` places from `first`, all those of the
 * station or one. */
static void add_busy(struct std_builder *b, const char *scope, const char *entity, uint32_t station,
                     uint32_t first, uint32_t count) {
    double servers = 0;
    for (uint32_t i = 0; i < count; i++) {
        servers += b->program->places[first + i].servers;
    }
    double *busy = std_values(b);
    double *waiting = std_values(b);
    double *utilization = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        busy[r] = waiting[r] = 0;
        for (uint32_t i = 0; i < count; i++) {
            const struct mdl_level *l = &b->results[r]->places[first + i];
            busy[r] += l->busy;
            waiting[r] += l->mean - l->served;
        }
        utilization[r] = servers > 0 ? busy[r] / servers : NAN;
    }
    if (count == 1) {
        add_level(b, scope, entity, "busy", "servers", busy_level, first);
        add_level(b, scope, entity, "waiting_number", "customers", waiting_level, first);
    } else {
        add_number(b, scope, entity, "busy", "servers", busy_together, station, busy, NULL);
        add_number(b, scope, entity, "waiting_number", "customers", waiting_together, station,
                   waiting, NULL);
    }
    if (servers > 0) {
        std_add_mean(b, scope, entity, "utilization", "1", utilization);
    }
}

static void build_stations(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station_code *s = &p->stations[i];
        uint32_t first = s->first_place * p->class_count;
        struct group g = {visit_rows, first, s->instances * p->class_count, 1};
        add_sojourns(b, "station", s->name, &g, VISITS);
        add_level(b, "station", s->name, "number", "customers", station_level, i);
        add_busy(b, "station", s->name, i, s->first_place, s->instances);
        for (uint32_t c = 0; c < p->class_count && p->class_count > 1; c++) {
            struct group by_class = {visit_rows, first + c, s->instances, p->class_count};
            add_sojourns(b, "station_class",
                         sim_arena_print(b->arena, "%s/%s", s->name, p->class_names[c]), &by_class,
                         VISITS);
        }
        double *arrived = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            arrived[r] = 0;
            for (uint32_t k = 0; k < s->instances * p->class_count; k++) {
                arrived[r] += (double)b->results[r]->visits[first + k].arrived;
            }
        }
        for (uint32_t k = 0; k < s->instances && s->instances > 1; k++) {
            const char *name = std_instance_name(b, s->name, k);
            struct group one = {visit_rows, first + k * p->class_count, p->class_count, 1};
            add_sojourns(b, "instance", name, &one, VISITS);
            add_level(b, "instance", name, "number", "customers", place_level, s->first_place + k);
            add_busy(b, "instance", name, i, s->first_place + k, 1);
            double *share = std_values(b);
            for (int r = 0; r < b->replications; r++) {
                double mine = 0;
                for (uint32_t c = 0; c < p->class_count; c++) {
                    mine += (double)b->results[r]->visits[one.first + c].arrived;
                }
                share[r] = arrived[r] > 0 ? mine / arrived[r] : NAN;
            }
            std_add_mean(b, "instance", name, "arrival_share", "1", share);
        }
    }
}

/* Of `count` bays from `first`: grants that saw places held in the pool that theirs watches. */
static void add_watch(struct std_builder *b, const char *scope, const char *entity, uint32_t first,
                      uint32_t count) {
    double *seen = std_values(b);
    double *share = std_values(b);
    double *places = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        const struct mdl_result *result = b->results[r];
        double grants = 0;
        double sum = 0;
        seen[r] = 0;
        for (uint32_t i = first; i < first + count; i++) {
            grants += (double)result->waits[i].outcome[MDL_OK];
            seen[r] += (double)result->seen[i];
            sum += (double)result->seen_places[i];
        }
        share[r] = grants > 0 ? seen[r] / grants : NAN;
        places[r] = grants > 0 ? sum / grants : NAN;
    }
    std_add_mean(b, scope, entity, "watched.count", "visits", seen);
    std_add_mean(b, scope, entity, "watched.share", "1", share);
    std_add_mean(b, scope, entity, "watched.mean", "places", places);
}

/* Crashes of `count` instances from `bay` on. */
static void add_crashes(struct std_builder *b, const char *scope, const char *entity, uint32_t bay,
                        uint32_t count) {
    double *crashes = std_values(b);
    double *crashed = std_values(b);
    double *down = std_values(b);
    double *share = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        crashes[r] = crashed[r] = down[r] = 0;
        for (uint32_t k = 0; k < count; k++) {
            const struct mdl_crashes *c = &b->results[r]->crashes[bay + k];
            crashes[r] += (double)c->count;
            crashed[r] += (double)c->struck;
            down[r] += c->down_s;
        }
        double span = b->results[r]->observed_s * count;
        share[r] = span > 0 ? down[r] / span : NAN;
    }
    std_add_mean(b, scope, entity, "count.crashes", "crashes", crashes);
    std_add_mean(b, scope, entity, "count.crashed", "requests", crashed);
    std_add_mean(b, scope, entity, "down", "s", down);
    std_add_mean(b, scope, entity, "down_share", "1", share);
}

static void build_pools(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const struct mdl_pool_code *pool = &p->pools[i];
        struct group g = {wait_rows, pool->first_bay, pool->instances, 1};
        add_sojourns(b, "pool", pool->name, &g, WAITS);
        double *held = std_values(b);
        double *most = std_values(b);
        double *waiting = std_values(b);
        double *waiting_most = std_values(b);
        double *utilization = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            held[r] = waiting[r] = most[r] = waiting_most[r] = 0;
            for (uint32_t k = 0; k < pool->instances; k++) {
                const struct mdl_level *l = &b->results[r]->held[pool->first_bay + k];
                const struct mdl_level *q = &b->results[r]->queued[pool->first_bay + k];
                held[r] += l->mean;
                waiting[r] += q->mean;
                most[r] = fmax(most[r], (double)l->max);
                waiting_most[r] = fmax(waiting_most[r], (double)q->max);
            }
            utilization[r] = held[r] / (double)(pool->size * pool->instances);
        }
        std_add_mean(b, "pool", pool->name, "utilization", "1", utilization);
        if (pool->instances == 1) {
            add_level(b, "pool", pool->name, "held", "places", held_level, pool->first_bay);
            add_level(b, "pool", pool->name, "waiting_number", "customers", queued_level,
                      pool->first_bay);
        } else {
            add_number(b, "pool", pool->name, "held", "places", held_together, i, held, most);
            add_number(b, "pool", pool->name, "waiting_number", "customers", queued_together, i,
                       waiting, waiting_most);
        }
        bool watches = pool->watch_bay != MDL_NONE;
        if (watches) {
            add_watch(b, "pool", pool->name, pool->first_bay, pool->instances);
        }
        bool crashes = pool->crash_at > 0;
        if (crashes) {
            add_crashes(b, "pool", pool->name, pool->first_bay, pool->instances);
        }
        for (uint32_t k = 0; k < pool->instances && pool->instances > 1; k++) {
            const char *name = std_instance_name(b, pool->name, k);
            if (crashes) {
                add_crashes(b, "pool_instance", name, pool->first_bay + k, 1);
            }
            if (watches) {
                add_watch(b, "pool_instance", name, pool->first_bay + k, 1);
            }
            struct group one = {wait_rows, pool->first_bay + k, 1, 1};
            add_sojourns(b, "pool_instance", name, &one, WAITS);
            add_level(b, "pool_instance", name, "held", "places", held_level, pool->first_bay + k);
            add_level(b, "pool_instance", name, "waiting_number", "customers", queued_level,
                      pool->first_bay + k);
        }
    }
}

/* What Che's approximation says of the store at the mean rate of its look-ups. */
static void add_approximation(struct std_builder *b, uint32_t cache, double lookups_per_s) {
    struct mdl_che che;
    const struct mdl_cache *from = &b->f->scenario->network.caches[cache];
    if (!(lookups_per_s > 0) || !mdl_che_solve(from, lookups_per_s, &che)) {
        return;
    }
    double *values = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        values[r] = che.hit;
    }
    std_add_mean(b, "cache", from->name, "che_hit_ratio", "1", values);
}

static void build_caches(struct std_builder *b) {
    for (uint32_t i = 0; i < b->program->cache_count; i++) {
        const char *name = b->f->scenario->network.caches[i].name;
        double *hits = std_values(b);
        double *misses = std_values(b);
        double *ratio = std_values(b);
        double *rate = std_values(b);
        double *live = std_values(b);
        double *joined = std_values(b);
        double *repeated = std_values(b);
        double all = 0; /* look-ups per second, over the replications */
        for (int r = 0; r < b->replications; r++) {
            hits[r] = (double)b->results[r]->hits[i];
            misses[r] = (double)b->results[r]->misses[i];
            joined[r] = (double)b->results[r]->joined[i];
            repeated[r] = (double)b->results[r]->repeated[i];
            double lookups = hits[r] + misses[r] + joined[r];
            ratio[r] = lookups > 0 ? hits[r] / lookups : NAN;
            double span = b->results[r]->observed_s;
            rate[r] = span > 0 ? misses[r] / span : NAN;
            all += span > 0 ? lookups / span : 0;
            live[r] = (double)b->results[r]->live[i];
        }
        std_add_mean(b, "cache", name, "count.hits", "lookups", hits);
        std_add_mean(b, "cache", name, "count.misses", "lookups", misses);
        std_add_mean(b, "cache", name, "hit_ratio", "1", ratio);
        std_add_mean(b, "cache", name, "miss_rate", "1/s", rate);
        if (b->program->caches[i].policy != MDL_PROBABILITY) {
            std_add_mean(b, "cache", name, "count.repeated", "lookups", repeated);
            std_add_mean(b, "cache", name, "live.end", "entries", live);
            add_approximation(b, i, all / b->replications);
        }
        if (b->program->caches[i].coalesce) {
            std_add_mean(b, "cache", name, "count.joined", "lookups", joined);
        }
    }
}

static void build_limiters(struct std_builder *b) {
    for (uint32_t i = 0; i < b->program->limiter_count; i++) {
        const struct mdl_limiter_code *limiter = &b->program->limiters[i];
        const char *name = std_limiter_name(b, i);
        double *passed = std_values(b);
        double *refused = std_values(b);
        double *delayed = std_values(b);
        double *withdrawn = std_values(b);
        double *rate = std_values(b);
        double *share = std_values(b);
        double *taken = std_values(b);
        double *mean = std_values(b);
        double *least = std_values(b);
        double *end = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            const struct mdl_result *result = b->results[r];
            const struct mdl_sojourn *s = &result->passages[i];
            const struct mdl_balance *balance = &result->balances[i];
            passed[r] = (double)s->outcome[MDL_OK];
            refused[r] = (double)s->outcome[MDL_REJECTED];
            delayed[r] = (double)s->waited;
            withdrawn[r] = (double)(s->outcome[MDL_ABANDONED] + s->outcome[MDL_TIMED_OUT] +
                                    s->outcome[MDL_FAILED]);
            rate[r] = result->observed_s > 0 ? passed[r] / result->observed_s : NAN;
            double all = passed[r] + refused[r];
            share[r] = all > 0 ? refused[r] / all : NAN;
            taken[r] = balance->taken;
            mean[r] = balance->mean;
            least[r] = balance->least;
            end[r] = balance->end;
        }
        std_add_mean(b, "limiter", name, "count.passed", "requests", passed);
        std_add_mean(b, "limiter", name, "count.refused", "requests", refused);
        std_add_mean(b, "limiter", name, "pass_rate", "1/s", rate);
        std_add_mean(b, "limiter", name, "refused_share", "1", share);
        std_add_mean(b, "limiter", name, "taken", "tokens", taken);
        std_add_mean(b, "limiter", name, "balance.mean", "tokens", mean);
        std_add_mean(b, "limiter", name, "balance.min", "tokens", least);
        std_add_mean(b, "limiter", name, "balance.end", "tokens", end);
        if (limiter->waits) {
            struct group g = {passage_rows, i, 1, 1};
            std_add_mean(b, "limiter", name, "count.delayed", "requests", delayed);
            std_add_mean(b, "limiter", name, "count.withdrawn", "requests", withdrawn);
            add_times(b, "limiter", name, &g, true);
            add_level(b, "limiter", name, "waiting_number", "requests", delayed_level, i);
        }
    }
}

static void build_breakers(struct std_builder *b) {
    for (uint32_t i = 0; i < b->program->breaker_count; i++) {
        const char *name = b->program->breakers[i].name;
        double *counts[6];
        double *share = std_values(b);
        double *open = std_values(b);
        double *half_open = std_values(b);
        for (int k = 0; k < 6; k++) {
            counts[k] = std_values(b);
        }
        for (int r = 0; r < b->replications; r++) {
            const struct mdl_breaker_result *s = &b->results[r]->breakers[i];
            counts[0][r] = (double)s->calls;
            counts[1][r] = (double)s->refused;
            counts[2][r] = (double)s->ok;
            counts[3][r] = (double)s->failed;
            counts[4][r] = (double)s->withdrawn;
            counts[5][r] = (double)s->opened;
            share[r] = s->calls > 0 ? counts[1][r] / counts[0][r] : NAN;
            open[r] = s->open;
            half_open[r] = s->half_open;
        }
        std_add_mean(b, "breaker", name, "count.calls", "calls", counts[0]);
        std_add_mean(b, "breaker", name, "count.refused", "calls", counts[1]);
        std_add_mean(b, "breaker", name, "count.ok", "calls", counts[2]);
        std_add_mean(b, "breaker", name, "count.failed", "calls", counts[3]);
        std_add_mean(b, "breaker", name, "count.withdrawn", "calls", counts[4]);
        std_add_mean(b, "breaker", name, "count.opened", "times", counts[5]);
        std_add_mean(b, "breaker", name, "refused_share", "1", share);
        std_add_mean(b, "breaker", name, "open_share", "1", open);
        std_add_mean(b, "breaker", name, "half_open_share", "1", half_open);
    }
}

/* Users of a closed source without a request in flight. */
static void add_thinking(struct std_builder *b, uint32_t source) {
    double *thinking = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        thinking[r] = b->results[r]->users[source].mean - b->results[r]->sources[source].mean;
    }
    std_add_mean(b, "source", b->program->sources[source].name, "thinking.mean", "users", thinking);
}

void std_build_metrics(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    struct group all = {request_rows, 0, p->source_count * p->class_count, 1};
    add_requests(b, "network", "", &all, network_level, 0);
    if (p->retry_count > 0) {
        add_level(b, "network", "", "backoff", "requests", backoff_level, 0);
    }
    for (uint32_t i = 0; i < p->source_count; i++) {
        struct group g = {request_rows, i * p->class_count, p->class_count, 1};
        add_requests(b, "source", p->sources[i].name, &g, source_level, i);
        if (p->retry_count > 0) {
            add_level(b, "source", p->sources[i].name, "backoff", "requests", source_backoff_level,
                      i);
        }
        if (p->sources[i].has_users) {
            add_level(b, "source", p->sources[i].name, "users", "users", user_level, i);
            if (!p->sources[i].session) {
                add_thinking(b, i);
            }
        }
    }
    for (uint32_t i = 0; i < p->class_count; i++) {
        struct group g = {request_rows, i, p->source_count, p->class_count};
        add_requests(b, "class", p->class_names[i], &g, class_level, i);
        if (p->retry_count > 0) {
            add_level(b, "class", p->class_names[i], "backoff", "requests", class_backoff_level, i);
        }
    }
    build_stations(b);
    build_pools(b);
    build_caches(b);
    for (uint32_t i = 0; i < p->mark_count; i++) {
        struct group g = {mark_rows, i, 1, 1};
        add_requests(b, "mark", p->marks[i], &g, NULL, 0);
    }
    for (uint32_t i = 0; i < p->block_count; i++) {
        struct group g = {block_rows, i, 1, 1};
        add_sojourns(b, "block", p->blocks[i], &g, VISITS);
    }
    build_limiters(b);
    build_breakers(b);
}
