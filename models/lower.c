/* See models/lower.h: the order of the work, and the records of the network that the parts share.
 */
#include "models/lower_parts.h"

#include <math.h>

static const double DEFAULT_BUCKET_S = 300;

static void find_uses(struct mdl_lowering *l) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        bool lookups = mdl_kind_number(kind, MDL_R_CACHE_COMMANDS) > 0;
        bool updates = mdl_kind_number(kind, MDL_R_CACHE_UPDATES) > 0;
        bool cacheable = mdl_kind_number(kind, MDL_R_CACHEABLE) > 0;
        bool queries = mdl_kind_number(kind, MDL_R_QUERIES) > 0;
        bool commits = mdl_kind_number(kind, MDL_R_COMMITS) > 0;
        l->uses_cache = l->uses_cache || lookups || updates || cacheable;
        l->uses_database = l->uses_database || queries || commits;
        l->uses_writes = l->uses_writes || commits;
        l->uses_queries = l->uses_queries || queries;
        l->uses_reads = l->uses_reads || (queries && mdl_storage_reads(l->arch, kind) > 0);
    }
}

/* --- records ------------------------------------------------------------------------------ */

const char *mdl_place_name(const struct mdl_lowering *l, const char *tier, const char *at,
                           const char *part) {
    return sim_arena_print(l->arena, "%s%s%s%s", tier, at, part ? "." : "", part ? part : "");
}

/* One more record of an array of the network. */
#define ADD(array, count, room)                                                                    \
    ((array) = sim_arena_grow(l->arena, (array), (size_t)(count), &(room), sizeof *(array)),       \
     &(array)[(count)++])

struct mdl_station *mdl_add_station(struct mdl_lowering *l, const char *name,
                                    enum mdl_discipline discipline) {
    struct mdl_network *n = l->network;
    struct mdl_station *station = ADD(n->stations, n->station_count, l->station_room);
    *station = (struct mdl_station){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) station %s", name),
        .discipline = discipline,
        .servers = 1,
        .capacity = -1,
        .speed = 1,
        .instances = 1,
        .balancer = MDL_RANDOM,
    };
    return station;
}

struct mdl_pool *mdl_add_pool(struct mdl_lowering *l, const char *name, double size, double queue) {
    struct mdl_network *n = l->network;
    struct mdl_pool *pool = ADD(n->pools, n->pool_count, l->pool_room);
    *pool = (struct mdl_pool){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) pool %s", name),
        .size = (int64_t)size,
        .queue = (int64_t)queue,
        .instances = 1,
        .balancer = MDL_RANDOM,
    };
    return pool;
}

struct mdl_cache *mdl_add_cache(struct mdl_lowering *l, const char *name) {
    struct mdl_network *n = l->network;
    struct mdl_cache *cache = ADD(n->caches, n->cache_count, l->cache_room);
    *cache = (struct mdl_cache){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) cache %s", name),
    };
    return cache;
}

struct mdl_limiter *mdl_add_limiter(struct mdl_lowering *l, const char *name) {
    struct mdl_network *n = l->network;
    struct mdl_limiter *limiter = ADD(n->limiters, n->limiter_count, l->limiter_room);
    *limiter = (struct mdl_limiter){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) limiter %s", name),
        .instances = 1,
    };
    return limiter;
}

struct mdl_breaker *mdl_add_breaker(struct mdl_lowering *l, const char *name) {
    struct mdl_network *n = l->network;
    struct mdl_breaker *breaker = ADD(n->breakers, n->breaker_count, l->breaker_room);
    *breaker = (struct mdl_breaker){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) breaker %s", name),
    };
    return breaker;
}

struct mdl_route *mdl_add_route(struct mdl_lowering *l, const char *name) {
    struct mdl_network *n = l->network;
    struct mdl_route *route = ADD(n->routes, n->route_count, l->route_room);
    *route = (struct mdl_route){
        .name = name,
        .where = sim_arena_print(l->arena, "(lowered) route %s", name),
    };
    return route;
}

struct mdl_tier *mdl_add_tier(struct mdl_lowering *l, const char *name, const char *label) {
    struct mdl_scenario *scenario = l->scenario;
    struct mdl_tier *tier = ADD(scenario->tiers, scenario->tier_count, l->tier_room);
    *tier = (struct mdl_tier){.name = name,
                              .label = label,
                              .instances = 1,
                              .usd_per_hour = NAN,
                              .surplus_usd_per_vcpu_hour = NAN};
    return tier;
}

struct mdl_station *mdl_add_cpu(struct mdl_lowering *l, const char *name,
                                const struct mdl_instance_type *type,
                                enum mdl_parameter_id capacity, enum mdl_parameter_id yield) {
    struct mdl_cpu cpu = type->cpu;
    cpu.capacity = mdl_number(l, capacity);
    cpu.thread_yield = mdl_number(l, yield);
    struct mdl_station *station = mdl_add_station(l, name, MDL_PS);
    station->servers = cpu.vcpus;
    station->speeds = sim_arena_array(l->arena, (size_t)cpu.vcpus, sizeof *station->speeds);
    station->speed_count = cpu.vcpus;
    mdl_cpu_rates(&cpu, station->speeds);
    return station;
}

/* --- the whole ---------------------------------------------------------------------------- */

/* Types of all parts; diagnostics of all of them. */
static bool find_types(struct mdl_lowering *l, struct mdl_scope whole) {
    bool found = true;
    for (int s = 0; s < l->site_count; s++) {
        struct mdl_site *site = &l->sites[s];
        for (int f = 0; f < site->fleet_count; f++) {
            l->scope = site->fleets[f].scope;
            found = mdl_fleet_types(l, &site->fleets[f]) && found;
        }
        l->scope = site->scope;
        found = mdl_cache_types(l, site) && found;
    }
    l->scope = whole;
    return mdl_database_types(l) && found;
}

static void add_places(struct mdl_lowering *l, struct mdl_scope whole) {
    for (int s = 0; s < l->site_count; s++) {
        const struct mdl_site *site = &l->sites[s];
        mdl_add_station(l, mdl_place_name(l, "client", site->at, "network"), MDL_DELAY);
        mdl_add_station(l, mdl_place_name(l, "load_balancer", site->at, NULL), MDL_DELAY);
        mdl_policy_places(l, site);
        for (int f = 0; f < site->fleet_count; f++) {
            l->scope = site->fleets[f].scope;
            mdl_fleet_places(l, site, &site->fleets[f]);
            if (l->uses_database && site->fleets[f].has_data) {
                mdl_policy_breaker(l, site, &site->fleets[f]);
            }
        }
        l->scope = site->scope;
        if (l->uses_calls) {
            mdl_add_station(l, mdl_place_name(l, "services", site->at, "network"), MDL_DELAY);
        }
        if (s > 0 && l->uses_database) {
            mdl_add_station(l, mdl_place_name(l, "home_link", site->at, NULL), MDL_DELAY);
        }
        if (l->uses_cache) {
            mdl_cache_places(l, site);
        }
    }
    l->scope = whole;
    if (l->uses_jobs) {
        mdl_add_station(l, "jobs.queue", MDL_DELAY);
    }
    if (l->uses_database) {
        const struct mdl_site *home = &l->sites[0];
        for (int f = 0; f < home->fleet_count; f++) {
            if (home->fleets[f].has_data) {
                mdl_database_pool(l, home, &home->fleets[f]);
            }
        }
        mdl_database_places(l);
    }
}

static void add_tiers(struct mdl_lowering *l, struct mdl_scope whole) {
    for (int s = 0; s < l->site_count; s++) {
        const struct mdl_site *site = &l->sites[s];
        l->scope = site->scope;
        mdl_add_tier(l, sim_arena_print(l->arena, "load balancer%s", site->at),
                     "Application Load Balancer");
        for (int f = 0; f < site->fleet_count; f++) {
            l->scope = site->fleets[f].scope;
            mdl_fleet_tier(l, site, &site->fleets[f]);
        }
    }
    l->scope = whole;
    if (l->uses_database) {
        mdl_database_tier(l);
    }
    for (int s = 0; s < l->site_count && l->uses_cache; s++) {
        l->scope = l->sites[s].scope;
        mdl_cache_tier(l, &l->sites[s]);
    }
    l->scope = whole;
}

bool mdl_lower(struct mdl_arch *arch, const struct mdl_catalog *catalog, struct mdl_scenario *out,
               struct sim_diags *diags) {
    const struct mdl_scope whole = {arch->values, "infrastructure.", "infrastructure."};
    struct mdl_lowering lowering = {
        .arch = arch,
        .catalog = catalog,
        .scenario = out,
        .network = &out->network,
        .diags = diags,
        .arena = out->arena,
        .scope = whole,
    };
    const struct mdl_workload *workload = &arch->workload;
    int errors = diags->errors;
    mdl_lower_optimizations(&lowering);
    if (!mdl_lower_topology(&lowering) || !find_types(&lowering, whole)) {
        return false;
    }
    mdl_workload_derive(&lowering);
    find_uses(&lowering);
    mdl_network_check(&lowering);
    add_places(&lowering, whole);
    add_tiers(&lowering, whole);
    mdl_lower_routes(&lowering);
    mdl_lower_sources(&lowering);
    mdl_lower_meters(&lowering);
    mdl_lower_assumptions(&lowering);
    out->arch = arch;
    out->catalog_date = sim_arena_copy(out->arena, catalog->date);
    out->reading = mdl_reading_names[workload->reading];
    out->load_factor = workload->load_factor;
    out->horizon_s =
        out->horizon_s > 0 ? out->horizon_s : workload->points[workload->point_count - 1].t_s;
    out->bucket_s = out->bucket_s > 0 ? out->bucket_s : DEFAULT_BUCKET_S;
    return diags->errors == errors;
}
