/* The compiler: network to program. */
#include "models/compile_parts.h"

#include <math.h>
#include <string.h>

/* A class index by name; the check has resolved all names. */
static uint32_t find(const char *name, uint32_t count,
                     const char *(*name_of)(const void *, uint32_t), const void *in) {
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(name_of(in, i), name) == 0) {
            return i;
        }
    }
    return MDL_NONE;
}

#define NAMED(function, type, field, total)                                                        \
    static const char *function##_name(const void *in, uint32_t i) {                               \
        return ((const struct mdl_network *)in)->field[i].name;                                    \
    }                                                                                              \
    uint32_t function(const struct mdl_network *n, const char *name) {                             \
        return find(name, (uint32_t)n->total, function##_name, n);                                 \
    }

NAMED(mdl_find_class, mdl_class, classes, class_count)
NAMED(mdl_find_station, mdl_station, stations, station_count)
NAMED(mdl_find_pool, mdl_pool, pools, pool_count)
NAMED(mdl_find_cache, mdl_cache, caches, cache_count)
NAMED(mdl_find_limiter, mdl_limiter, limiters, limiter_count)
NAMED(mdl_find_breaker, mdl_breaker, breakers, breaker_count)
NAMED(mdl_find_route, mdl_route, routes, route_count)

uint64_t mdl_purpose(struct sim_arena *arena, const char *what, const char *name) {
    return sim_hash(sim_arena_print(arena, "%s:%s", what, name));
}

uint32_t mdl_add_dist(struct mdl_compiler *c, const struct sim_dist *dist) {
    c->p->dists = sim_arena_grow(c->p->arena, c->p->dists, c->p->dist_count, &c->dist_room,
                                 sizeof *c->p->dists);
    c->p->dists[c->p->dist_count] = *dist;
    return c->p->dist_count++;
}

/* --- stations and pools ------------------------------------------------------------------------
 */

/* Queues by urgency: the level of a class is the number of distinct priorities more urgent than its
 * own. */
static const uint32_t *levels_of(struct mdl_compiler *c, bool by_priority, uint32_t *levels) {
    const struct mdl_network *n = c->network;
    uint32_t *level = sim_arena_array(c->p->arena, c->p->class_count, sizeof *level);
    *levels = 1;
    for (uint32_t i = 0; i < c->p->class_count && by_priority; i++) {
        for (uint32_t k = 0; k < c->p->class_count; k++) {
            bool first = true;
            for (uint32_t before = 0; before < k; before++) {
                first = first && n->classes[before].priority != n->classes[k].priority;
            }
            level[i] += first && n->classes[k].priority < n->classes[i].priority;
        }
        *levels = level[i] + 1 > *levels ? level[i] + 1 : *levels;
    }
    return level;
}

static void compile_rates(struct mdl_compiler *c, const struct mdl_station *from, double speed,
                          struct mdl_place_code *place) {
    place->ns_per_work = 1e9 / speed;
    bool unlimited = from->discipline == MDL_DELAY;
    uint32_t servers = (uint32_t)(unlimited ? 1 : place->servers);
    place->by_present = from->speeds != NULL;
    place->rate_count = from->speeds != NULL ? (uint32_t)from->speed_count : servers;
    double *rates = sim_arena_array(c->p->arena, place->rate_count, sizeof *rates);
    for (uint32_t n = 1; n <= place->rate_count; n++) {
        double total = from->speeds != NULL ? from->speeds[n - 1] : speed * n;
        rates[n - 1] = total * 1e-9 / n;
        place->last_total = unlimited ? 0 : total * 1e-9;
    }
    place->rates = rates;
}

static const struct mdl_credit_code *credits_of(struct mdl_compiler *c,
                                                const struct mdl_credits *from) {
    if (from == NULL) {
        return NULL;
    }
    struct mdl_credit_code *code = sim_arena_alloc(c->p->arena, sizeof *code);
    *code = (struct mdl_credit_code){
        .terms = {.earn_per_h = from->earn_per_h, .cap = from->cap, .unlimited = from->unlimited},
        .start = from->start,
        .launch = from->launch,
        .resume = from->resume,
    };
    return code;
}

static struct mdl_place_code place_of(struct mdl_compiler *c, const struct mdl_station *from,
                                      int instance) {
    bool unlimited = from->discipline == MDL_DELAY;
    const struct mdl_instance *own =
        from->instance_list == NULL ? NULL : &from->instance_list[instance];
    uint32_t servers = (uint32_t)(own != NULL ? own->servers : from->servers);
    struct mdl_place_code place = {
        .servers = unlimited ? 0 : servers,
        .slots = servers,
        .weight = own != NULL ? own->weight : 1,
    };
    if (unlimited || from->discipline == MDL_PS) {
        place.slots = from->slots > 0 ? (uint32_t)from->slots : UINT32_MAX;
    }
    compile_rates(c, from, own != NULL ? own->speed : from->speed, &place);
    place.credits = credits_of(c, from->credits);
    return place;
}

static void compile_stations(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    p->station_count = (uint32_t)n->station_count;
    p->stations = sim_arena_array(p->arena, p->station_count, sizeof *p->stations);
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station *from = &n->stations[i];
        bool preemptive =
            from->discipline == MDL_PRIORITY_PREEMPTIVE || from->discipline == MDL_LCFS_PR;
        struct mdl_station_code *s = &p->stations[i];
        *s = (struct mdl_station_code){
            .name = from->name,
            .discipline = from->discipline,
            .balancer = from->balancer,
            .ties = from->ties,
            .choices = (uint32_t)from->choices,
            .first_place = p->place_count,
            .instances = (uint32_t)from->instances,
            .with_pool = from->with == NULL ? MDL_NONE : mdl_find_pool(n, from->with),
            .capacity = from->capacity,
            .push_out = from->push_out,
            .shared = from->discipline == MDL_PS || from->speeds != NULL || preemptive ||
                      from->schedule_count > 0 || from->credits != NULL,
            .preemptive = preemptive,
            .preempted = from->preempted,
            .victim = from->victim,
            .has_patience = from->has_patience,
            .patience = from->patience,
            .patience_purpose = mdl_purpose(p->arena, "patience", from->name),
            .quantum_s = from->quantum_s,
            .switch_ns = sim_time_from_s(from->switch_s),
            .schedule = from->schedule,
            .schedule_count = (uint32_t)from->schedule_count,
            .schedule_every = sim_time_from_s(from->schedule_every_s),
            .purpose = mdl_purpose(p->arena, "balance", from->name),
            .total_dwell = from->instances > 1 ? p->total_count++ : MDL_NONE,
        };
        s->level = levels_of(
            c, from->discipline == MDL_PRIORITY || from->discipline == MDL_PRIORITY_PREEMPTIVE,
            &s->levels);
        p->place_count += s->instances;
    }
    p->place_station = sim_arena_array(p->arena, p->place_count, sizeof *p->place_station);
    p->places = sim_arena_array(p->arena, p->place_count, sizeof *p->places);
    for (uint32_t i = 0; i < p->station_count; i++) {
        for (uint32_t k = 0; k < p->stations[i].instances; k++) {
            p->place_station[p->stations[i].first_place + k] = i;
            p->places[p->stations[i].first_place + k] = place_of(c, &n->stations[i], (int)k);
        }
    }
}

static void compile_pools(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    p->pool_count = (uint32_t)n->pool_count;
    p->pools = sim_arena_array(p->arena, p->pool_count, sizeof *p->pools);
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const struct mdl_pool *from = &n->pools[i];
        p->pools[i] = (struct mdl_pool_code){
            .name = from->name,
            .discipline = from->discipline,
            .balancer = from->balancer,
            .ties = from->ties,
            .choices = (uint32_t)from->choices,
            .first_bay = p->bay_count,
            .instances = (uint32_t)from->instances,
            .with_pool = from->with == NULL ? MDL_NONE : mdl_find_pool(n, from->with),
            .size = from->size,
            .queue = from->queue,
            .has_patience = from->has_patience,
            .patience = from->patience,
            .purpose = mdl_purpose(p->arena, "balance", from->name),
            .patience_purpose = mdl_purpose(p->arena, "patience", from->name),
            .crash_at = from->crash_at,
            .down = from->down,
            .crash_purpose = mdl_purpose(p->arena, "crash", from->name),
        };
        p->pools[i].level = levels_of(c, from->discipline == MDL_PRIORITY, &p->pools[i].levels);
        p->withdraws = p->withdraws || from->crash_at > 0;
        p->bay_count += p->pools[i].instances;
    }
    p->bay_pool = sim_arena_array(p->arena, p->bay_count, sizeof *p->bay_pool);
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const char *watch = n->pools[i].watch;
        p->pools[i].watch_bay =
            watch == NULL ? MDL_NONE : p->pools[mdl_find_pool(n, watch)].first_bay;
        for (uint32_t k = 0; k < p->pools[i].instances; k++) {
            p->bay_pool[p->pools[i].first_bay + k] = i;
        }
    }
}

/* Running sums of 1 / i^zipf over keys 1.. , the last one 1. */
static const double *popularity_of(struct mdl_compiler *c, const struct mdl_cache *cache) {
    uint32_t keys = (uint32_t)cache->keys;
    double *sums = sim_arena_array(c->p->arena, keys, sizeof *sums);
    double sum = 0;
    for (uint32_t i = 0; i < keys; i++) {
        sum += pow((double)i + 1, -cache->zipf);
        sums[i] = sum;
    }
    for (uint32_t i = 0; i < keys; i++) {
        sums[i] /= sum;
    }
    return sums;
}

static const sim_time *times_of(struct mdl_compiler *c, const double *times_s, int count) {
    sim_time *times = sim_arena_array(c->p->arena, (size_t)count, sizeof *times);
    for (int i = 0; i < count; i++) {
        times[i] = sim_time_from_s(times_s[i]);
    }
    return times;
}

static uint32_t cache_named(const struct mdl_network *n, const char *name) {
    for (uint32_t i = 0; name != NULL && i < (uint32_t)n->cache_count; i++) {
        if (strcmp(n->caches[i].name, name) == 0) {
            return i;
        }
    }
    return MDL_NONE;
}

static void compile_caches(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    p->cache_count = (uint32_t)c->network->cache_count;
    p->caches = sim_arena_array(p->arena, p->cache_count, sizeof *p->caches);
    for (uint32_t i = 0; i < p->cache_count; i++) {
        const struct mdl_cache *from = &c->network->caches[i];
        p->caches[i] = (struct mdl_cache_code){.name = from->name,
                                               .policy = from->policy,
                                               .hit = from->hit,
                                               .beside = cache_named(c->network, from->beside)};
        if (from->policy != MDL_PROBABILITY) {
            p->caches[i].capacity = (uint32_t)from->capacity;
            p->caches[i].keys = (uint32_t)from->keys;
            p->caches[i].popularity = popularity_of(c, from);
            p->caches[i].ttl = sim_time_from_s(from->ttl_s);
            p->caches[i].renew = from->renew;
            p->caches[i].warm = from->warm;
            p->caches[i].coalesce = from->coalesce;
            p->caches[i].flushes = times_of(c, from->flush_s, from->flush_count);
            p->caches[i].flush_count = (uint32_t)from->flush_count;
        }
    }
}

static void compile_limiters(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    size_t buckets = 0;
    for (int i = 0; i < n->limiter_count; i++) {
        buckets += (size_t)n->limiters[i].instances;
    }
    p->limiters = sim_arena_array(p->arena, buckets, sizeof *p->limiters);
    c->limiter_first =
        sim_arena_array(p->arena, (size_t)n->limiter_count, sizeof *c->limiter_first);
    for (int i = 0; i < n->limiter_count; i++) {
        const struct mdl_limiter *from = &n->limiters[i];
        c->limiter_first[i] = p->limiter_count;
        for (int k = 0; k < from->instances; k++) {
            p->limiters[p->limiter_count++] = (struct mdl_limiter_code){
                .name = from->instances == 1 ? from->name
                                             : sim_arena_print(p->arena, "%s[%d]", from->name, k),
                .per_ns = from->rate_per_s * 1e-9,
                .burst = from->burst,
                .waits = from->waits,
                .queue = from->queue,
                .with_pool = from->with == NULL ? MDL_NONE : mdl_find_pool(n, from->with),
            };
        }
    }
}

static void compile_breakers(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    p->breaker_count = (uint32_t)c->network->breaker_count;
    p->breakers = sim_arena_array(p->arena, p->breaker_count, sizeof *p->breakers);
    for (uint32_t i = 0; i < p->breaker_count; i++) {
        const struct mdl_breaker *from = &c->network->breakers[i];
        p->breakers[i] = (struct mdl_breaker_code){.name = from->name,
                                                   .failures = from->failures,
                                                   .calls = (uint32_t)from->calls,
                                                   .over = (uint32_t)from->over,
                                                   .open_for = sim_time_from_s(from->open_for_s),
                                                   .probes = (uint32_t)from->probes};
        memcpy(p->breakers[i].on, from->on, sizeof p->breakers[i].on);
    }
}

/* Is all that a visit does in visit.h? Jobs go in one line by arrival and are served from start to
 * end at a speed of their own; none is turned away, leaves early, is told of or counted. Known only
 * once everything else is. */
static bool is_plain(const struct mdl_program *p, uint32_t station) {
    const struct mdl_station_code *s = &p->stations[station];
    return (s->discipline == MDL_FCFS || s->discipline == MDL_DELAY) && s->levels == 1 &&
           !s->shared && s->capacity < 0 && !s->has_patience && !p->withdraws &&
           station != p->log_station && p->stop_of == MDL_STOP_NEVER;
}

static void find_plain(struct mdl_program *p) {
    for (uint32_t i = 0; i < p->station_count; i++) {
        p->stations[i].plain = is_plain(p, i);
    }
    for (uint32_t i = 0; i < p->op_count; i++) {
        const struct mdl_station_code *s =
            p->ops[i].code == MDL_OP_SERVE ? &p->stations[p->ops[i].a] : NULL;
        if (s != NULL && s->plain && s->instances == 1) {
            p->ops[i].place = s->first_place;
        }
    }
}

struct mdl_program *mdl_compile(const struct mdl_scenario *scenario) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_program *p = sim_arena_alloc(arena, sizeof *p);
    struct mdl_compiler c = {.p = p, .network = &scenario->network};
    p->arena = arena;
    p->scenario = scenario;
    p->class_count = (uint32_t)scenario->network.class_count;
    p->class_names = sim_arena_array(arena, p->class_count, sizeof *p->class_names);
    p->class_priority = sim_arena_array(arena, p->class_count, sizeof *p->class_priority);
    for (uint32_t i = 0; i < p->class_count; i++) {
        p->class_priority[i] = scenario->network.classes[i].priority;
        p->class_names[i] = scenario->network.classes[i].name;
    }
    p->horizon = sim_time_from_s(scenario->horizon_s);
    p->warmup = sim_time_from_s(scenario->warmup_s);
    p->bucket = sim_time_from_s(scenario->bucket_s);
    p->batches = scenario->batches > 0 ? (uint32_t)scenario->batches : 1;
    p->bucket_count = 1;
    if (p->bucket > 0) {
        p->bucket_count = (uint32_t)((p->horizon - p->warmup + p->bucket - 1) / p->bucket);
    }
    sim_time *within = sim_arena_array(arena, (size_t)scenario->within_count, sizeof *within);
    for (int i = 0; i < scenario->within_count; i++) {
        within[i] = sim_time_from_s(scenario->within_s[i]);
    }
    p->within = within;
    p->within_count = (uint32_t)scenario->within_count;
    compile_stations(&c);
    compile_pools(&c);
    compile_caches(&c);
    compile_limiters(&c);
    compile_breakers(&c);
    p->hop_count = p->station_count + p->pool_count + p->limiter_count + MDL_HOP_KINDS;
    p->hop_count = scenario->breakdown ? p->hop_count : 0;
    p->stop_of = scenario->stop.of;
    p->stop_after = scenario->stop.after;
    p->stop_station = scenario->stop.at == NULL
                          ? MDL_NONE
                          : mdl_find_station(&scenario->network, scenario->stop.at);
    p->log_station = scenario->log_of == NULL
                         ? MDL_NONE
                         : mdl_find_station(&scenario->network, scenario->log_of);
    mdl_compile_routes(&c);
    mdl_compile_sources(&c);
    /* A trend goes on from batch to batch, where a result does not: a run in batches has none. */
    p->steady_from = p->batches > 1 ? p->horizon : mdl_steady_from(p);
    p->population_limit =
        scenario->population_limit > 0 ? scenario->population_limit : INT32_MAX; /* 0: none */
    for (uint32_t i = 0; i < p->source_count; i++) { /* all closed users may be in flight */
        p->population_limit += p->sources[i].users;
    }
    find_plain(p);
    return p;
}

void mdl_program_free(struct mdl_program *program) {
    if (program == NULL) {
        return;
    }
    for (uint32_t i = 0; i < program->source_count; i++) {
        gsl_interp_free(program->sources[i].spline);
    }
    sim_arena_free(program->arena);
}
