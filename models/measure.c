/* What a replication measures: layout of the cells, warm-up, time buckets, and the result. */
#include <math.h>
#include <string.h>

#include "models/world.h"

enum { LEVELS = 64, SHARES_MAX = 32 };

static uint32_t request_gauges(const struct mdl_program *p) {
    return p->source_count * p->class_count;
}

/* --- layout
 * ------------------------------------------------------------------------------------------ */

/* What is measured by time bucket: requests, then named steps. */
static uint32_t bucketed_gauges(const struct mdl_program *p) {
    return request_gauges(p) + p->block_count;
}

static struct mdl_gauge *bucketed_gauge(const struct mdl_world *w, uint32_t i) {
    uint32_t requests = request_gauges(w->program);
    return i < requests ? &w->gauges[i] : &w->block_gauges[i - requests];
}

static void layout_gauges(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    uint32_t requests = request_gauges(p);
    uint32_t visits = p->place_count * p->class_count;
    w->gauge_count =
        requests + p->mark_count + p->block_count + visits + p->bay_count + p->limiter_count;
    w->gauges = sim_arena_array(w->arena, w->gauge_count, sizeof *w->gauges);
    w->mark_gauges = w->gauges + requests;
    w->block_gauges = w->mark_gauges + p->mark_count;
    w->visit_gauges = w->block_gauges + p->block_count;
    w->bay_gauges = w->visit_gauges + visits;
    w->limiter_gauges = w->bay_gauges + p->bay_count;
    for (uint32_t i = 0; i < w->gauge_count; i++) {
        struct mdl_gauge *g = &w->gauges[i];
        g->responses = sim_arena_alloc(w->arena, sizeof *g->responses);
        g->waits = sim_arena_alloc(w->arena, sizeof *g->waits);
        g->within_response = sim_arena_array(w->arena, p->within_count, sizeof(uint64_t));
        g->within_waiting = sim_arena_array(w->arena, p->within_count, sizeof(uint64_t));
    }
    if (p->bucket > 0) {
        w->totals = sim_arena_array(w->arena, bucketed_gauges(p), sizeof *w->totals);
    }
    w->arrived_before =
        sim_arena_array(w->arena, bucketed_gauges(p) * 3 + p->source_count, sizeof(uint64_t));
    for (uint32_t i = 0; i < p->place_count; i++) {
        w->places[i].gauges = w->visit_gauges + i * p->class_count;
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        w->bays[i].gauge = w->bay_gauges + i;
    }
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        w->limiters[i].gauge = w->limiter_gauges + i;
    }
}

static void layout_track(struct mdl_world *w, struct mdl_track *track, uint32_t levels, int64_t cap,
                         int64_t room) {
    track->dwell.levels = levels;
    track->dwell.at = sim_arena_array(w->arena, levels, sizeof *track->dwell.at);
    track->cap = cap;
    track->room = room;
}

static void layout_tracks(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    uint32_t plain = 2 + 3 * p->source_count + 2 * p->class_count;
    w->track_count = plain + p->place_count + MDL_STATION_TOTALS * p->total_count +
                     2 * p->bay_count + p->limiter_count;
    for (uint32_t i = 0; i < p->pool_count; i++) {
        w->track_count += p->pools[i].instances > 1 ? MDL_POOL_TOTALS : 0;
    }
    w->tracks = sim_arena_array(w->arena, w->track_count, sizeof *w->tracks);
    for (uint32_t i = 0; i < plain; i++) {
        layout_track(w, &w->tracks[i], LEVELS, INT64_MAX, INT64_MAX);
    }
    w->source_tracks = w->tracks + 1;
    w->user_tracks = w->source_tracks + p->source_count;
    w->class_tracks = w->user_tracks + p->source_count;
    w->backoff_track = w->class_tracks + p->class_count;
    w->source_backoff = w->backoff_track + 1;
    w->class_backoff = w->source_backoff + p->source_count;
    struct mdl_track *next = w->tracks + plain;
    for (uint32_t i = 0; i < p->place_count; i++) {
        uint32_t slots = p->places[i].slots;
        uint32_t servers = p->places[i].servers < slots ? p->places[i].servers : slots;
        uint32_t most = slots == UINT32_MAX ? servers : slots;
        w->places[i].track = next;
        layout_track(w, next++, most + 2 > LEVELS ? most + 2 : LEVELS,
                     servers == 0 ? INT64_MAX : servers, slots == UINT32_MAX ? INT64_MAX : slots);
    }
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station_code *s = &p->stations[i];
        if (s->total_dwell == MDL_NONE) {
            continue;
        }
        for (uint32_t k = 0; k < s->instances; k++) {
            w->places[s->first_place + k].total = next;
        }
        for (int k = 0; k < MDL_STATION_TOTALS; k++) {
            layout_track(w, next++, LEVELS, INT64_MAX, INT64_MAX);
        }
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const struct mdl_pool_code *pool = &p->pools[i];
        for (uint32_t k = 0; k < pool->instances; k++) {
            w->bays[pool->first_bay + k].total = pool->instances > 1 ? next : NULL;
        }
        for (int k = 0; k < MDL_POOL_TOTALS && pool->instances > 1; k++) {
            layout_track(w, next++, LEVELS, INT64_MAX, INT64_MAX);
        }
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        w->bays[i].held_track = next;
        layout_track(w, next++, LEVELS, INT64_MAX, INT64_MAX);
        w->bays[i].queue_track = next;
        layout_track(w, next++, LEVELS, INT64_MAX, INT64_MAX);
    }
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        w->limiters[i].track = next;
        layout_track(w, next++, LEVELS, INT64_MAX, INT64_MAX);
    }
}

void mdl_measure_layout(struct mdl_world *w) {
    layout_gauges(w);
    layout_tracks(w);
}

/* --- the run
 * -------------------------------------------------------------------------------------------- */

static void clear_gauge(const struct mdl_program *p, struct mdl_gauge *g) {
    struct mdl_gauge kept = *g;
    sim_histogram_clear(kept.responses);
    sim_histogram_clear(kept.waits);
    memset(kept.within_response, 0, p->within_count * sizeof(uint64_t));
    memset(kept.within_waiting, 0, p->within_count * sizeof(uint64_t));
    *g = (struct mdl_gauge){.responses = kept.responses,
                            .waits = kept.waits,
                            .within_response = kept.within_response,
                            .within_waiting = kept.within_waiting,
                            .ledger = kept.ledger,
                            .ledger_in = kept.ledger_in};
    memcpy(g->ledger_outcome, kept.ledger_outcome, sizeof g->ledger_outcome);
}

/* A result for what is measured from now on, in `arena`. */
static void begin_result(struct mdl_world *w, struct sim_arena *arena) {
    const struct mdl_program *p = w->program;
    struct mdl_result *r = sim_arena_alloc(arena, sizeof *r);
    r->arena = arena;
    w->result = r;
    uint32_t buckets = p->bucket_count;
    r->buckets = sim_arena_array(arena, (size_t)bucketed_gauges(p) * buckets, sizeof *r->buckets);
    r->arrivals = sim_arena_array(arena, (size_t)p->source_count * buckets, sizeof *r->arrivals);
    for (uint32_t i = 0; i < w->track_count; i++) {
        struct mdl_track *t = &w->tracks[i];
        t->bucket_mean = t->bucket_busy = NULL;
        if (p->bucket > 0) {
            t->bucket_mean = sim_arena_array(arena, buckets, sizeof(double));
            t->bucket_busy = sim_arena_array(arena, buckets, sizeof(double));
        }
    }
    size_t cells = (size_t)p->cache_count * p->bucket_count;
    r->bucket_hits = sim_arena_array(arena, cells, sizeof *r->bucket_hits);
    r->bucket_lookups = sim_arena_array(arena, cells, sizeof *r->bucket_lookups);
    r->balances = sim_arena_array(arena, p->limiter_count, sizeof *r->balances);
    for (uint32_t i = 0; p->bucket > 0 && i < p->limiter_count; i++) {
        r->balances[i].bucket_mean = sim_arena_array(arena, buckets, sizeof(double));
    }
    r->breakers = sim_arena_array(arena, p->breaker_count, sizeof *r->breakers);
    for (uint32_t i = 0; p->bucket > 0 && i < p->breaker_count; i++) {
        r->breakers[i].bucket_open = sim_arena_array(arena, buckets, sizeof(double));
    }
    memset(w->arrived_before, 0,
           (3 * bucketed_gauges(p) + p->source_count) * sizeof *w->arrived_before);
    w->bucket = 0;
}

void mdl_measure_reset(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    for (uint32_t i = 0; i < w->gauge_count; i++) {
        clear_gauge(p, &w->gauges[i]);
        w->gauges[i].ledger = 0;
        w->gauges[i].ledger_in = 0;
        memset(w->gauges[i].ledger_outcome, 0, sizeof w->gauges[i].ledger_outcome);
    }
    for (uint32_t i = 0; w->totals != NULL && i < bucketed_gauges(p); i++) {
        sim_histogram_clear(&w->totals[i]);
    }
    begin_result(w, sim_arena_new());
    for (uint32_t i = 0; i < w->track_count; i++) {
        struct mdl_track *t = &w->tracks[i];
        t->dwell.level = 0;
        sim_dwell_start(&t->dwell, 0);
        t->ledger = t->area_before = t->busy_before = 0;
    }
    w->measured_from = w->bucket_start = p->warmup;
}

/* The warm-up ends: what was measured moves to the ledgers of the conservation laws. */
void mdl_measure_warm(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    for (uint32_t i = 0; i < w->gauge_count; i++) {
        struct mdl_gauge *g = &w->gauges[i];
        g->ledger += sim_tally_sum(&g->response) + sim_tally_sum(&g->other);
        g->ledger_in += g->arrived;
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            g->ledger_outcome[k] += g->outcome[k];
        }
        clear_gauge(p, g);
    }
    for (uint32_t i = 0; i < w->track_count; i++) {
        struct mdl_track *t = &w->tracks[i];
        sim_dwell_hold(&t->dwell, w->now);
        t->ledger += sim_dwell_integral(&t->dwell);
        sim_dwell_start(&t->dwell, w->now);
    }
    for (uint32_t i = 0; i < p->source_count; i++) {
        w->arrived_before[3 * bucketed_gauges(p) + i] = w->sources[i].count;
    }
    mdl_stores_warm(w);
    for (uint32_t i = 0; i < w->program->bay_count; i++) {
        w->bays[i].seen = w->bays[i].seen_places = 0;
    }
    mdl_limiters_warm(w);
    mdl_breakers_warm(w);
    mdl_crashes_warm(w);
    for (uint32_t i = 0; i < p->place_count; i++) {
        w->places[i].work_before = w->places[i].work_done;
    }
    if (p->hop_count > 0) {
        mdl_hops_warm(w);
    }
    mdl_credits_warm(w);
}

static void close_bucket(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct mdl_result *r = w->result;
    uint32_t rows = bucketed_gauges(p);
    double width = (double)(w->now - w->bucket_start);
    for (uint32_t i = 0; i < rows; i++) {
        struct mdl_gauge *g = bucketed_gauge(w, i);
        struct mdl_bucket *b = &r->buckets[i * p->bucket_count + w->bucket];
        uint64_t *before = &w->arrived_before[3 * i];
        uint64_t errors = 0;
        for (int k = MDL_OK + 1; k < MDL_OUTCOMES; k++) {
            errors += g->outcome[k];
        }
        b->arrived = g->arrived - before[0];
        b->ok = g->outcome[MDL_OK] - before[1];
        b->errors = errors - before[2];
        before[0] = g->arrived;
        before[1] = g->outcome[MDL_OK];
        before[2] = errors;
        b->responses = sim_histogram_sparse(g->responses, r->arena);
        if (w->totals != NULL) {
            sim_histogram_merge(&w->totals[i], g->responses);
            sim_histogram_clear(g->responses);
        }
    }
    for (uint32_t i = 0; i < p->source_count; i++) {
        uint64_t *before = &w->arrived_before[3 * rows + i];
        r->arrivals[i * p->bucket_count + w->bucket] = (double)(w->sources[i].count - *before);
        *before = w->sources[i].count;
    }
    for (uint32_t i = 0; p->bucket > 0 && i < w->track_count; i++) {
        struct mdl_track *t = &w->tracks[i];
        sim_dwell_hold(&t->dwell, w->now);
        sim_wide area = sim_dwell_integral(&t->dwell);
        sim_wide busy = sim_dwell_integral_capped(&t->dwell, t->cap);
        t->bucket_mean[w->bucket] = (double)(area - t->area_before) / width;
        t->bucket_busy[w->bucket] = (double)(busy - t->busy_before) / width;
        t->area_before = area;
        t->busy_before = busy;
    }
    mdl_stores_bucket(w);
    mdl_limiters_bucket(w, width);
    mdl_breakers_bucket(w, width);
    mdl_credits_bucket(w, width);
    w->bucket++;
    w->bucket_start = w->now;
}

void mdl_measure_bucket(struct mdl_world *w) {
    close_bucket(w);
    sim_time next = w->now + w->program->bucket;
    if (next < w->program->horizon) {
        sim_event_post(&w->events, next, sim_rank(SIM_PHASE_SAMPLE, 1, 0), MDL_EV_BUCKET, 0, 0);
    }
}

/* --- the result
 * --------------------------------------------------------------------------------------- */

static struct mdl_sojourn sojourn_of(const struct mdl_world *w, const struct mdl_gauge *g,
                                     const struct sim_histogram *responses) {
    struct sim_arena *arena = w->result->arena;
    struct mdl_sojourn s = {.arrived = g->arrived,
                            .attempts = g->attempts,
                            .waited = g->waited,
                            .response = g->response,
                            .waiting = g->waiting,
                            .all = g->response,
                            .waiting_all = g->waiting,
                            .zero_waits = g->waits->counts[0]};
    g->waits->counts[0] = 0; /* told apart */
    memcpy(s.outcome, g->outcome, sizeof s.outcome);
    sim_tally_merge(&s.all, &g->other);
    sim_tally_merge(&s.waiting_all, &g->other_waiting);
    s.responses = sim_histogram_sparse(responses, arena);
    s.waits = sim_histogram_sparse(g->waits, arena);
    size_t bytes = w->program->within_count * sizeof(uint64_t);
    s.within_response = sim_arena_alloc(arena, bytes);
    s.within_waiting = sim_arena_alloc(arena, bytes);
    memcpy(s.within_response, g->within_response, bytes);
    memcpy(s.within_waiting, g->within_waiting, bytes);
    return s;
}

static struct mdl_level level_of(const struct mdl_world *w, struct mdl_track *t) {
    sim_dwell_hold(&t->dwell, w->now);
    const struct sim_dwell *d = &t->dwell;
    double span = (double)(d->since - d->start);
    struct mdl_level level = {
        .mean = sim_dwell_mean(d),
        .variance = sim_dwell_variance(d),
        .busy = span > 0 ? (double)sim_dwell_integral_capped(d, t->cap) / span : NAN,
        .served = span > 0 ? (double)sim_dwell_integral_capped(d, t->room) / span : NAN,
        .max = d->max,
        .end = d->level,
        .bucket_mean = t->bucket_mean,
        .bucket_busy = t->bucket_busy,
    };
    int64_t count = d->max + 1 < d->levels - 1 ? d->max + 1 : d->levels - 1;
    level.share_count = (uint32_t)(count < SHARES_MAX ? count : SHARES_MAX);
    level.shares = sim_arena_array(w->result->arena, level.share_count, sizeof(double));
    for (uint32_t i = 0; i < level.share_count; i++) {
        level.shares[i] = sim_dwell_share(d, i);
    }
    return level;
}

/* Of several instances together, of which no buckets are told. */
static struct mdl_level together(const struct mdl_world *w, struct mdl_track *t) {
    struct mdl_level level = level_of(w, t);
    level.bucket_mean = level.bucket_busy = NULL;
    return level;
}

/* The law over time of min(max(level - low, 0), high): of those served, or of those beyond. */
static struct mdl_level part_of(const struct mdl_world *w, const struct sim_dwell *d, int64_t low,
                                int64_t high) {
    int64_t most = d->max > low ? d->max - low : 0;
    most = most < high ? most : high;
    int64_t end = d->level > low ? d->level - low : 0;
    struct mdl_level part = {.max = most, .end = end < high ? end : high};
    int64_t beyond = (int64_t)d->levels - 1 - low; /* levels from here on share an entry */
    int64_t count = most + 1 < beyond ? most + 1 : beyond;
    part.share_count = (uint32_t)(count < SHARES_MAX ? count : SHARES_MAX);
    part.shares = sim_arena_array(w->result->arena, part.share_count, sizeof(double));
    double span = (double)(d->since - d->start);
    double sum = 0;
    double squares = 0;
    for (int64_t i = 0; i < (int64_t)d->levels; i++) {
        int64_t x = i > low ? i - low : 0;
        x = x < high ? x : high;
        double time = (double)d->at[i];
        if (i + 1 == (int64_t)d->levels && x < high) {
            double above = (double)d->above;
            sum += above - (double)low * time;
            squares +=
                d->above_squares - 2 * (double)low * above + (double)low * (double)low * time;
            continue;
        }
        sum += (double)x * time;
        squares += (double)x * (double)x * time;
        if (x < part.share_count) {
            part.shares[x] += time / span;
        }
    }
    part.mean = span > 0 ? sum / span : NAN;
    double variance = squares / span - part.mean * part.mean;
    part.variance = span > 0 ? (variance > 0 ? variance : 0) : NAN;
    return part;
}

static double instant_s(sim_time at) { return at < 0 ? NAN : sim_time_to_s(at); }

static void limits_of(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct mdl_result *r = w->result;
    r->overfull = w->overfull;
    r->end_s = sim_time_to_s(w->now);
    r->work_s = sim_arena_array(r->arena, p->place_count, sizeof(double));
    r->place_refused_s = sim_arena_array(r->arena, p->place_count, sizeof(double));
    for (uint32_t i = 0; i < p->place_count; i++) {
        r->work_s[i] = w->places[i].work_done - w->places[i].work_before;
        r->place_refused_s[i] = instant_s(w->places[i].refused);
    }
    r->bay_full_s = sim_arena_array(r->arena, p->bay_count, sizeof(double));
    r->bay_refused_s = sim_arena_array(r->arena, p->bay_count, sizeof(double));
    for (uint32_t i = 0; i < p->bay_count; i++) {
        r->bay_full_s[i] = instant_s(w->bays[i].full);
        r->bay_refused_s[i] = instant_s(w->bays[i].refused);
    }
}

struct mdl_result *mdl_measure_result(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct mdl_result *r = w->result;
    struct sim_arena *arena = r->arena;
    uint32_t requests = request_gauges(p);
    uint32_t visits = p->place_count * p->class_count;
    close_bucket(w);
    w->result = r;
    r->events = w->events_done;
    limits_of(w);
    r->requests = sim_arena_array(arena, requests, sizeof *r->requests);
    for (uint32_t i = 0; i < requests; i++) {
        r->requests[i] = sojourn_of(w, &w->gauges[i],
                                    w->totals != NULL ? &w->totals[i] : w->gauges[i].responses);
    }
    r->marks = sim_arena_array(arena, p->mark_count, sizeof *r->marks);
    for (uint32_t i = 0; i < p->mark_count; i++) {
        r->marks[i] = sojourn_of(w, &w->mark_gauges[i], w->mark_gauges[i].responses);
    }
    r->blocks = sim_arena_array(arena, p->block_count, sizeof *r->blocks);
    for (uint32_t i = 0; i < p->block_count; i++) {
        r->blocks[i] = sojourn_of(w, &w->block_gauges[i],
                                  w->totals != NULL ? &w->totals[request_gauges(p) + i]
                                                    : w->block_gauges[i].responses);
    }
    r->visits = sim_arena_array(arena, visits, sizeof *r->visits);
    for (uint32_t i = 0; i < visits; i++) {
        r->visits[i] = sojourn_of(w, &w->visit_gauges[i], w->visit_gauges[i].responses);
    }
    r->waits = sim_arena_array(arena, p->bay_count, sizeof *r->waits);
    for (uint32_t i = 0; i < p->bay_count; i++) {
        r->waits[i] = sojourn_of(w, &w->bay_gauges[i], w->bay_gauges[i].responses);
    }
    mdl_stores_result(w);
    if (p->hop_count > 0) {
        size_t cells = (size_t)requests * p->hop_count;
        r->hops = sim_arena_array(arena, cells, sizeof *r->hops);
        memcpy(r->hops, w->hops.sums, cells * sizeof *r->hops);
    }
    sim_time from = w->now > w->measured_from ? w->measured_from : w->now;
    r->observed_s = sim_time_to_s(w->now - from);
    r->backoff = level_of(w, w->backoff_track);

    r->network = level_of(w, &w->tracks[0]);
    r->sources = sim_arena_array(arena, p->source_count, sizeof *r->sources);
    r->users = sim_arena_array(arena, p->source_count, sizeof *r->users);
    for (uint32_t i = 0; i < p->source_count; i++) {
        r->sources[i] = p->source_count > 1 ? level_of(w, &w->source_tracks[i]) : r->network;
        r->users[i] = level_of(w, &w->user_tracks[i]);
    }
    r->source_backoff = sim_arena_array(arena, p->source_count, sizeof *r->source_backoff);
    for (uint32_t i = 0; i < p->source_count; i++) {
        r->source_backoff[i] =
            p->source_count > 1 ? level_of(w, &w->source_backoff[i]) : r->backoff;
    }
    r->class_backoff = sim_arena_array(arena, p->class_count, sizeof *r->class_backoff);
    for (uint32_t i = 0; i < p->class_count; i++) {
        r->class_backoff[i] = p->class_count > 1 ? level_of(w, &w->class_backoff[i]) : r->backoff;
    }
    r->classes = sim_arena_array(arena, p->class_count, sizeof *r->classes);
    for (uint32_t i = 0; i < p->class_count; i++) {
        r->classes[i] = p->class_count > 1 ? level_of(w, &w->class_tracks[i]) : r->network;
    }
    r->places = sim_arena_array(arena, p->place_count, sizeof *r->places);
    r->totals = sim_arena_array(arena, p->station_count, sizeof *r->totals);
    r->busy = sim_arena_array(arena, p->place_count, sizeof *r->busy);
    r->waiting = sim_arena_array(arena, p->place_count, sizeof *r->waiting);
    for (uint32_t i = 0; i < p->place_count; i++) {
        const struct mdl_track *t = w->places[i].track;
        r->places[i] = level_of(w, w->places[i].track);
        r->busy[i] = part_of(w, &t->dwell, 0, t->cap);
        if (t->room != INT64_MAX) {
            r->waiting[i] = part_of(w, &t->dwell, t->room, INT64_MAX);
        }
    }
    r->busy_together = sim_arena_array(arena, p->station_count, sizeof *r->busy_together);
    r->waiting_together = sim_arena_array(arena, p->station_count, sizeof *r->waiting_together);
    for (uint32_t i = 0; i < p->station_count; i++) {
        uint32_t place = p->stations[i].first_place;
        struct mdl_track *total = w->places[place].total;
        if (total == NULL) {
            r->totals[i] = r->places[place];
            continue;
        }
        r->totals[i] = level_of(w, &total[MDL_TOTAL_PRESENT]);
        r->busy_together[i] = together(w, &total[MDL_TOTAL_BUSY]);
        r->waiting_together[i] = together(w, &total[MDL_TOTAL_WAITING]);
    }
    r->held_together = sim_arena_array(arena, p->pool_count, sizeof *r->held_together);
    r->queued_together = sim_arena_array(arena, p->pool_count, sizeof *r->queued_together);
    for (uint32_t i = 0; i < p->pool_count; i++) {
        struct mdl_track *total = w->bays[p->pools[i].first_bay].total;
        if (total != NULL) {
            r->held_together[i] = together(w, &total[MDL_TOTAL_HELD]);
            r->queued_together[i] = together(w, &total[MDL_TOTAL_QUEUED]);
        }
    }
    r->held = sim_arena_array(arena, p->bay_count, sizeof *r->held);
    r->queued = sim_arena_array(arena, p->bay_count, sizeof *r->queued);
    r->seen = sim_arena_array(arena, p->bay_count, sizeof *r->seen);
    r->seen_places = sim_arena_array(arena, p->bay_count, sizeof *r->seen_places);
    for (uint32_t i = 0; i < p->bay_count; i++) {
        r->held[i] = level_of(w, w->bays[i].held_track);
        r->queued[i] = level_of(w, w->bays[i].queue_track);
        r->seen[i] = w->bays[i].seen;
        r->seen_places[i] = w->bays[i].seen_places;
    }
    r->passages = sim_arena_array(arena, p->limiter_count, sizeof *r->passages);
    r->delayed = sim_arena_array(arena, p->limiter_count, sizeof *r->delayed);
    for (uint32_t i = 0; i < p->limiter_count; i++) {
        const struct mdl_gauge *g = w->limiters[i].gauge;
        r->passages[i] = sojourn_of(w, g, g->responses);
        r->delayed[i] = level_of(w, w->limiters[i].track);
    }
    mdl_limiters_result(w);
    mdl_breakers_result(w);
    mdl_credits_result(w);
    mdl_crashes_result(w);
    return r;
}

/* --- batches
 * -------------------------------------------------------------------------------------------- */

static sim_time batch_end(const struct mdl_program *p, uint32_t batch) {
    return p->warmup + (sim_time)((sim_wide)(p->horizon - p->warmup) * (batch + 1) / p->batches);
}

void mdl_measure_batch_post(struct mdl_world *w, uint32_t batch) {
    if (batch + 1 < w->program->batches) {
        sim_event_post(&w->events, batch_end(w->program, batch), sim_rank(SIM_PHASE_SAMPLE, 0, 0),
                       MDL_EV_BATCH, batch, 0);
    }
}

void mdl_measure_batch(struct mdl_world *w, uint32_t batch) {
    w->events_done--; /* an observer is no event of the model */
    struct mdl_result *ended = mdl_measure_result(w);
    begin_result(w, ended->arena);
    ended->next = w->result;
    mdl_measure_warm(w);
    w->measured_from = w->bucket_start = w->now;
    mdl_measure_batch_post(w, batch + 1);
}

void mdl_result_free(struct mdl_result *result) {
    if (result != NULL) {
        sim_arena_free(result->arena);
    }
}
