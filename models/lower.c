/* See models/lower.h: the order of the work, and the places of the network (stations, pools, cache)
 * with the tiers that they stand for. */
#include <math.h>

#include "models/lower_parts.h"

static const double GIB = 1073741824.0;
static const double DEFAULT_BUCKET_S = 300;

enum { STATIONS_MAX = 8, POOLS_MAX = 3, TIERS_MAX = 4 };

double mdl_storage_reads(const struct mdl_arch *arch, const struct mdl_request_kind *kind) {
    return mdl_kind_number(kind, MDL_R_PAGES) * (1 - mdl_arch_number(arch, MDL_P_BUFFER_HIT));
}

void mdl_lower_uses(struct mdl_lowering *l) {
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

/* --- places ------------------------------------------------------------------------------- */

static struct mdl_station *add_station(struct mdl_lowering *l, const char *name,
                                       enum mdl_discipline discipline) {
    struct mdl_station *station = &l->network->stations[l->network->station_count++];
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

static struct mdl_pool *add_pool(struct mdl_lowering *l, const char *name, double size,
                                 double queue) {
    struct mdl_pool *pool = &l->network->pools[l->network->pool_count++];
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

/* A processor-sharing station whose work rate depends on the busy threads (models/catalog.h). */
static struct mdl_station *add_cpu(struct mdl_lowering *l, const char *name,
                                   const struct mdl_instance_type *type,
                                   enum mdl_parameter_id capacity, enum mdl_parameter_id yield) {
    struct mdl_cpu cpu = type->cpu;
    cpu.capacity = mdl_arch_number(l->arch, capacity);
    cpu.thread_yield = mdl_arch_number(l->arch, yield);
    struct mdl_station *station = add_station(l, name, MDL_PS);
    station->servers = cpu.vcpus;
    station->speeds = sim_arena_array(l->arena, (size_t)cpu.vcpus, sizeof *station->speeds);
    station->speed_count = cpu.vcpus;
    mdl_cpu_rates(&cpu, station->speeds);
    return station;
}

static void add_app(struct mdl_lowering *l) {
    /* in the order of the words of MDL_P_BALANCER */
    static const enum mdl_balancer balancers[] = {MDL_ROUND_ROBIN, MDL_LEAST_OUTSTANDING,
                                                  MDL_RANDOM};
    const struct mdl_arch *arch = l->arch;
    int count = (int)mdl_arch_number(arch, MDL_P_APP_COUNT);
    struct mdl_pool *workers = add_pool(l, "app.workers", mdl_arch_number(arch, MDL_P_WORKERS),
                                        mdl_arch_number(arch, MDL_P_ACCEPT_QUEUE));
    workers->instances = count;
    workers->balancer = balancers[(int)mdl_arch_number(arch, MDL_P_BALANCER)];
    struct mdl_station *cpu = add_cpu(l, "app.cpu", l->app, MDL_P_APP_CAPACITY, MDL_P_APP_YIELD);
    cpu->instances = count;
    cpu->with = workers->name;
}

static void add_database(struct mdl_lowering *l) {
    const struct mdl_arch *arch = l->arch;
    struct mdl_pool *pool = add_pool(l, "app.connections", mdl_arch_number(arch, MDL_P_POOL), -1);
    pool->instances = (int)mdl_arch_number(arch, MDL_P_APP_COUNT);
    pool->with = "app.workers";
    pool->has_patience = true;
    pool->patience = sim_dist_constant(mdl_arch_number(arch, MDL_P_POOL_TIMEOUT));
    add_pool(l, "database.connections", mdl_arch_number(arch, MDL_P_DB_CONNECTIONS), 0);
    if (l->uses_queries) {
        add_station(l, "database.network", MDL_DELAY);
        add_cpu(l, "database.cpu", l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
    }
    if (l->uses_reads || l->uses_writes) {
        add_station(l, "database.storage", MDL_DELAY);
    }
}

static void add_cache(struct mdl_lowering *l) {
    add_station(l, "cache.network", MDL_DELAY);
    add_station(l, "cache.commands", MDL_FCFS);
    for (int i = 0; i < l->arch->kind_count; i++) {
        if (mdl_kind_number(&l->arch->kinds[i], MDL_R_CACHEABLE) > 0) {
            l->network->caches = sim_arena_alloc(l->arena, sizeof *l->network->caches);
            l->network->cache_count = 1;
            l->network->caches[0] =
                (struct mdl_cache){.name = "cache",
                                   .where = "(lowered) cache",
                                   .hit = mdl_arch_number(l->arch, MDL_P_CACHE_HIT)};
            return;
        }
    }
}

/* --- tiers -------------------------------------------------------------------------------- */

/* Busy vCPUs that the credits earned sustain (one credit is one vCPU minute). */
static double baseline_vcpus(const struct mdl_instance_type *type) {
    return isnan(type->credits_per_hour) ? 0 : type->credits_per_hour / 60;
}

static struct mdl_tier *add_tier(struct mdl_lowering *l, const char *name, const char *label) {
    struct mdl_tier *tier = &l->scenario->tiers[l->scenario->tier_count++];
    *tier = (struct mdl_tier){.name = name, .label = label, .instances = 1, .usd_per_hour = NAN};
    return tier;
}

static void add_tiers(struct mdl_lowering *l) {
    const struct mdl_arch *arch = l->arch;
    add_tier(l, "load balancer", "Application Load Balancer");
    int count = (int)mdl_arch_number(arch, MDL_P_APP_COUNT);
    struct mdl_tier *app =
        add_tier(l, "app", sim_arena_print(l->arena, "%d x EC2 %s", count, l->app->name));
    int region = (int)mdl_arch_number(arch, MDL_P_REGION);
    app->instances = count;
    app->usd_per_hour = l->app->usd_per_hour[region];
    app->region = mdl_region_names[region];
    app->cpu = "app.cpu";
    app->workers = "app.workers";
    app->connections = "app.workers"; /* one client connection per request in hand */
    app->memory_gib = l->app->memory_gib;
    app->memory_base_gib = mdl_arch_number(arch, MDL_P_APP_MEMORY_BASE) / GIB;
    app->memory_per_request_gib = mdl_arch_number(arch, MDL_P_APP_MEMORY_REQUEST) / GIB;
    app->baseline_vcpus = baseline_vcpus(l->app);
    if (l->uses_database) {
        bool mysql = (int)mdl_arch_number(arch, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
        const char *label = sim_arena_print(l->arena, "RDS %s (%s)", l->database->name,
                                            mysql ? "MySQL" : "PostgreSQL");
        struct mdl_tier *database = add_tier(l, "database", label);
        database->cpu = l->uses_queries ? "database.cpu" : NULL;
        database->connections = "database.connections";
        database->memory_gib = l->database->memory_gib;
        database->memory_base_gib =
            mdl_arch_number(arch, MDL_P_DB_MEMORY_BASE) / GIB +
            mdl_arch_number(arch, MDL_P_BUFFER_SHARE) * l->database->memory_gib;
        database->memory_per_request_gib = mdl_arch_number(arch, MDL_P_DB_MEMORY_CONNECTION) / GIB;
        database->baseline_vcpus = baseline_vcpus(l->database);
    }
    if (l->uses_cache) {
        const char *label = sim_arena_print(l->arena, "ElastiCache %s (Redis)", l->cache->name);
        struct mdl_tier *cache = add_tier(l, "cache", label);
        cache->cpu = "cache.commands";
        cache->memory_gib = l->cache->memory_gib;
        cache->memory_base_gib = mdl_arch_number(arch, MDL_P_CACHE_DATA) / GIB;
        cache->baseline_vcpus = baseline_vcpus(l->cache);
    }
}

void mdl_lower_places(struct mdl_lowering *l) {
    struct mdl_network *network = l->network;
    network->stations = sim_arena_array(l->arena, STATIONS_MAX, sizeof *network->stations);
    network->pools = sim_arena_array(l->arena, POOLS_MAX, sizeof *network->pools);
    l->scenario->tiers = sim_arena_array(l->arena, TIERS_MAX, sizeof *l->scenario->tiers);
    add_station(l, "client.network", MDL_DELAY);
    add_station(l, "load_balancer", MDL_DELAY);
    add_app(l);
    if (l->uses_cache) {
        add_cache(l);
    }
    if (l->uses_database) {
        add_database(l);
    }
    add_tiers(l);
}

/* --- the whole ---------------------------------------------------------------------------- */

bool mdl_lower(struct mdl_arch *arch, const struct mdl_catalog *catalog, struct mdl_scenario *out,
               struct sim_diags *diags) {
    struct mdl_lowering lowering = {
        .arch = arch,
        .catalog = catalog,
        .scenario = out,
        .network = &out->network,
        .diags = diags,
        .arena = out->arena,
    };
    const struct mdl_workload *workload = &arch->workload;
    int errors = diags->errors;
    if (!mdl_lower_types(&lowering)) {
        return false;
    }
    mdl_lower_uses(&lowering);
    mdl_lower_places(&lowering);
    mdl_lower_routes(&lowering);
    mdl_lower_source(&lowering);
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
