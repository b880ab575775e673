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

static void compile_levels(struct mdl_compiler *c, struct mdl_station_code *s) {
    const struct mdl_network *n = c->network;
    uint32_t *level = sim_arena_array(c->p->arena, c->p->class_count, sizeof *level);
    s->levels = 1;
    if (s->discipline == MDL_PRIORITY) {
        /* The level of a class is the number of distinct priorities more urgent than its own. */
        for (uint32_t i = 0; i < c->p->class_count; i++) {
            for (uint32_t k = 0; k < c->p->class_count; k++) {
                bool first = true;
                for (uint32_t before = 0; before < k; before++) {
                    first = first && n->classes[before].priority != n->classes[k].priority;
                }
                level[i] += first && n->classes[k].priority < n->classes[i].priority;
            }
            s->levels = level[i] + 1 > s->levels ? level[i] + 1 : s->levels;
        }
    }
    s->level = level;
}

static void compile_rates(struct mdl_compiler *c, const struct mdl_station *from,
                          struct mdl_station_code *s) {
    s->ns_per_work = 1e9 / from->speed;
    s->shared = s->discipline == MDL_PS || from->speeds != NULL;
    if (!s->shared) {
        return;
    }
    uint32_t servers = (uint32_t)from->servers;
    s->rate_count = from->speeds != NULL ? (uint32_t)from->speed_count : servers;
    double *rates = sim_arena_array(c->p->arena, s->rate_count, sizeof *rates);
    for (uint32_t n = 1; n <= s->rate_count; n++) {
        double total = from->speeds != NULL ? from->speeds[n - 1] : from->speed * n;
        rates[n - 1] = total * 1e-9 / n;
        s->last_total = total * 1e-9;
    }
    s->rates = rates;
}

static void compile_stations(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    p->station_count = (uint32_t)n->station_count;
    p->stations = sim_arena_array(p->arena, p->station_count, sizeof *p->stations);
    for (uint32_t i = 0; i < p->station_count; i++) {
        const struct mdl_station *from = &n->stations[i];
        bool unlimited = from->discipline == MDL_DELAY;
        struct mdl_station_code *s = &p->stations[i];
        *s = (struct mdl_station_code){
            .name = from->name,
            .discipline = from->discipline,
            .balancer = from->balancer,
            .ties = from->ties,
            .first_place = p->place_count,
            .instances = (uint32_t)from->instances,
            .with_pool = from->with == NULL ? MDL_NONE : mdl_find_pool(n, from->with),
            .servers = unlimited ? 0 : (uint32_t)from->servers,
            .slots = unlimited || from->discipline == MDL_PS ? UINT32_MAX : (uint32_t)from->servers,
            .capacity = from->capacity,
            .purpose = mdl_purpose(p->arena, "balance", from->name),
            .levels_dwell = from->servers + 2 > 64 && !unlimited ? (uint32_t)from->servers + 2 : 64,
            .total_dwell = from->instances > 1 ? p->total_count++ : MDL_NONE,
        };
        compile_levels(c, s);
        compile_rates(c, from, s);
        p->place_count += s->instances;
    }
    p->place_station = sim_arena_array(p->arena, p->place_count, sizeof *p->place_station);
    for (uint32_t i = 0; i < p->station_count; i++) {
        for (uint32_t k = 0; k < p->stations[i].instances; k++) {
            p->place_station[p->stations[i].first_place + k] = i;
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
            .balancer = from->balancer,
            .ties = from->ties,
            .first_bay = p->bay_count,
            .instances = (uint32_t)from->instances,
            .with_pool = from->with == NULL ? MDL_NONE : mdl_find_pool(n, from->with),
            .size = from->size,
            .queue = from->queue,
            .has_patience = from->has_patience,
            .patience = from->patience,
            .purpose = mdl_purpose(p->arena, "balance", from->name),
            .patience_purpose = mdl_purpose(p->arena, "patience", from->name),
        };
        p->bay_count += p->pools[i].instances;
    }
    p->bay_pool = sim_arena_array(p->arena, p->bay_count, sizeof *p->bay_pool);
    for (uint32_t i = 0; i < p->pool_count; i++) {
        for (uint32_t k = 0; k < p->pools[i].instances; k++) {
            p->bay_pool[p->pools[i].first_bay + k] = i;
        }
    }
}

static void compile_caches(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    p->cache_count = (uint32_t)c->network->cache_count;
    p->hits = sim_arena_array(p->arena, p->cache_count, sizeof *p->hits);
    for (uint32_t i = 0; i < p->cache_count; i++) {
        p->hits[i] = c->network->caches[i].hit;
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
    for (uint32_t i = 0; i < p->class_count; i++) {
        p->class_names[i] = scenario->network.classes[i].name;
    }
    p->horizon = sim_time_from_s(scenario->horizon_s);
    p->warmup = sim_time_from_s(scenario->warmup_s);
    p->bucket = sim_time_from_s(scenario->bucket_s);
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
    mdl_compile_routes(&c);
    mdl_compile_sources(&c);
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
