/* Lowering: the database: shards, read replicas, connections, network, CPU, storage. It is in the
 * first site. */
#include "models/lower_database.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/che.h"
#include "models/lower_storage.h"

static const double BUFFER_HIT_MAX = 0.99;   /* scans and first touches miss in any case */
static const double REAL_CONNECTIONS = 0.93; /* db.t3.large allows 840-860 of 901: SOURCES.md */

/* --- figures ------------------------------------------------------------------------------ */

static const char *percent(struct mdl_lowering *l, double share) {
    return sim_arena_print(l->arena, "%.4g%%", share * 100);
}

/* The buffer pool holds `buffer_share` of the memory, in pages that are evicted least recently used
 * first, pages being touched by Zipf's law: models/che.h. `share`: of the data. */
static double hit_ratio(const struct mdl_lowering *l, const struct mdl_instance_type *type,
                        double share) {
    double page = mdl_number(l, MDL_P_PAGE_SIZE);
    double places = floor(mdl_number(l, MDL_P_BUFFER_SHARE) * type->memory_gib * MDL_GIB / page);
    double pages = fmax(1, ceil(mdl_number(l, MDL_P_DATA_SIZE) * share / page));
    struct mdl_che che;
    if (l->scope.values[MDL_P_BUFFER_HIT].given) {
        return mdl_number(l, MDL_P_BUFFER_HIT);
    }
    if (places >= pages) {
        return BUFFER_HIT_MAX;
    }
    const struct mdl_cache pool = {
        .policy = MDL_LRU,
        .capacity = (int64_t)places,
        .keys = (int64_t)pages,
        .zipf = mdl_number(l, MDL_P_PAGE_SKEW),
    };
    return places >= 1 && mdl_che_solve(&pool, 1, &che) ? fmin(BUFFER_HIT_MAX, che.hit) : 0;
}

/* Shards by Zipf's law of their rank, and what each finds in its buffer pool. */
static void derive_shards(struct mdl_lowering *l) {
    size_t count = (size_t)l->shards;
    double *share = sim_arena_array(l->arena, count, sizeof *share);
    double *hit = sim_arena_array(l->arena, count, sizeof *hit);
    double *replica_hit = sim_arena_array(l->arena, count, sizeof *replica_hit);
    double sum = 0;
    for (int s = 0; s < l->shards; s++) {
        share[s] = pow(s + 1.0, -mdl_number(l, MDL_P_SHARD_SKEW));
        sum += share[s];
    }
    for (int s = 0; s < l->shards; s++) {
        share[s] /= sum;
        hit[s] = hit_ratio(l, l->database, share[s]);
        replica_hit[s] = l->replica ? hit_ratio(l, l->replica, share[s]) : hit[s];
    }
    l->shard_share = share;
    l->shard_hit = hit;
    l->replica_hit = replica_hit;
}

static void derive_buffers(struct mdl_lowering *l, bool mysql) {
    mdl_derive_number(l, MDL_P_BUFFER_SHARE, mysql ? 0.75 : 0.25, mysql ? "75%" : "25%",
                      mysql ? "60%" : "15%", mysql ? "80%" : "40%",
                      mysql ? "assumption: RDS default innodb_buffer_pool_size, 3/4 of memory"
                            : "assumption: RDS default shared_buffers, 1/4 of memory");
    derive_shards(l);
    double hit = l->shard_hit[0];
    mdl_derive_number(l, MDL_P_BUFFER_HIT, hit, percent(l, hit), percent(l, fmax(0, hit - 0.09)),
                      percent(l, fmin(1, hit + 0.01)), mdl_parameters[MDL_P_BUFFER_HIT].source);
}

static int connection_limit(const struct mdl_instance_type *type, bool mysql) {
    return mysql ? type->max_connections_mysql : type->max_connections_postgresql;
}

static void derive_connections(struct mdl_lowering *l, bool mysql) {
    int limit = connection_limit(l->database, mysql);
    mdl_derive_number(
        l, MDL_P_DB_CONNECTIONS, limit, sim_arena_print(l->arena, "%d", limit),
        sim_arena_print(l->arena, "%d", (int)(limit * REAL_CONNECTIONS)),
        sim_arena_print(l->arena, "%d", limit),
        "rds.csv: engine's formula on nominal memory; real limits lie a little below");
}

/* The kinds named are kinds of the workload's requests. */
static void check_kinds(struct mdl_lowering *l, enum mdl_parameter_id id) {
    const struct mdl_value *kinds = &l->scope.values[id];
    for (int i = 0; kinds->given && i < kinds->name_count; i++) {
        bool known = false;
        for (int k = 0; k < l->arch->kind_count; k++) {
            known = known || strcmp(l->arch->kinds[k].name, kinds->names[i]) == 0;
        }
        if (!known) {
            sim_diag_add(
                l->diags, "unknown-name", sim_arena_print(l->arena, "%s[%d]", mdl_key(l, id), i),
                "a kind of requests that the workload has", NULL, "\"%s\"", kinds->names[i]);
        }
    }
}

static void check_scatter(struct mdl_lowering *l) {
    for (int k = 0; k < l->arch->kind_count; k++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[k];
        if (mdl_scatters(l, kind) && mdl_kind_number(kind, MDL_R_COMMITS) > 0) {
            sim_diag_add(l->diags, "scattered-commit", mdl_key(l, MDL_P_SCATTER),
                         "kinds of requests that commit nothing: a commit has one shard", NULL,
                         "\"%s\", which commits", kind->name);
        }
    }
}

static bool find_replicas(struct mdl_lowering *l) {
    l->replicas = (int)mdl_number(l, MDL_P_REPLICAS);
    if (l->replicas == 0) {
        return true;
    }
    struct mdl_value *name = &l->scope.values[MDL_P_REPLICA_INSTANCE];
    if (!name->given) {
        name->text = l->database->name;
    }
    l->replica = mdl_find_type(l, MDL_P_REPLICA_INSTANCE, "rds", "db.",
                               "an RDS class of the catalog, such as \"db.t3.large\"");
    if (l->replica) {
        mdl_derive_cpu(l, l->replica, MDL_P_REPLICA_CAPACITY, MDL_P_REPLICA_YIELD);
    }
    return l->replica != NULL;
}

/* Mode and idle time hold for primaries and replicas: of a burstable type, where one of them is. */
static void derive_credits(struct mdl_lowering *l) {
    bool replica =
        isnan(l->database->credits_per_hour) && l->replica && !isnan(l->replica->credits_per_hour);
    mdl_derive_credits(l, replica ? l->replica : l->database, MDL_P_DB_CREDITS, MDL_P_DB_LAUNCHED);
}

bool mdl_database_types(struct mdl_lowering *l) {
    l->database = mdl_find_type(l, MDL_P_DB_INSTANCE, "rds", "db.",
                                "an RDS class of the catalog, such as \"db.t3.large\"");
    l->shards = (int)mdl_number(l, MDL_P_SHARDS);
    if (l->database == NULL || !find_replicas(l)) {
        return false;
    }
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    mdl_derive_cpu(l, l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
    derive_credits(l);
    check_kinds(l, MDL_P_READ_FROM);
    check_kinds(l, MDL_P_SCATTER);
    check_scatter(l);
    if (!mdl_storage_derive(l)) {
        return false;
    }
    derive_buffers(l, mysql);
    derive_connections(l, mysql);
    return true;
}

/* --- places ------------------------------------------------------------------------------- */

void mdl_database_pool(struct mdl_lowering *l, const struct mdl_site *site,
                       const struct mdl_fleet *fleet) {
    struct mdl_pool *pool = mdl_add_pool(l, mdl_place_name(l, fleet->name, site->at, "connections"),
                                         mdl_number(l, MDL_P_POOL), -1);
    pool->instances = (int)fleet->scope.values[MDL_P_APP_COUNT].number;
    pool->with = mdl_place_name(l, fleet->name, site->at, "workers");
    pool->has_patience = true;
    pool->patience = sim_dist_constant(mdl_number(l, MDL_P_POOL_TIMEOUT));
}

/* A place in a pool of TIER.connections is a server's. */
static struct mdl_pool *add_connections(struct mdl_lowering *l, const char *tier, int servers,
                                        double limit) {
    struct mdl_pool *pool = mdl_add_pool(l, mdl_place_name(l, tier, "", "connections"), limit, 0);
    pool->instances = servers;
    return pool;
}

static void stand_beside(struct mdl_lowering *l, struct mdl_station *station, const char *tier,
                         int servers) {
    station->instances = servers;
    station->with = servers > 1 ? mdl_place_name(l, tier, "", "connections") : NULL;
}

static bool some_kind_reads_replicas(const struct mdl_lowering *l) {
    bool reads = false;
    for (int k = 0; k < l->arch->kind_count; k++) {
        reads = reads || mdl_reads_replicas(l, &l->arch->kinds[k]);
    }
    return reads;
}

static void replica_places(struct mdl_lowering *l) {
    static const enum mdl_balancer balancers[] = {MDL_ROUND_ROBIN, MDL_LEAST_OUTSTANDING,
                                                  MDL_RANDOM};
    static const double UNLIMITED = 1e9;
    int servers = l->shards * l->replicas;
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    bool reads = some_kind_reads_replicas(l);
    if (l->uses_writes) {
        mdl_add_pool(l, "replicas.unreplayed", UNLIMITED, -1)->instances = servers;
        mdl_add_pool(l, "replicas.replay", mdl_number(l, MDL_P_REPLAY_WORKERS), -1)->instances =
            servers;
        mdl_add_station(l, "replicas.link", MDL_DELAY);
    }
    if (reads) {
        struct mdl_pool *connections =
            add_connections(l, "replicas", servers, connection_limit(l->replica, mysql));
        connections->balancer = balancers[(int)mdl_number(l, MDL_P_REPLICA_BALANCER)];
        connections->watch = l->uses_writes ? "replicas.unreplayed" : NULL;
        mdl_add_station(l, "replicas.network", MDL_DELAY);
    }
    if (l->uses_writes || reads) {
        struct mdl_station *cpu =
            mdl_add_cpu(l, "replicas.cpu", l->replica, MDL_P_REPLICA_CAPACITY, MDL_P_REPLICA_YIELD);
        cpu->instances = servers;
        cpu->with = servers > 1 && reads ? "replicas.connections" : NULL;
        cpu->credits = mdl_credits_of(l, l->replica, MDL_P_DB_CREDITS, MDL_P_DB_LAUNCHED);
    }
    if (reads && l->uses_reads) {
        mdl_add_station(l, "replicas.storage", MDL_DELAY);
    }
    if (l->uses_writes || (reads && l->uses_reads)) {
        mdl_storage_places(l, "replicas", l->replica, servers,
                           reads ? "replicas.connections" : NULL);
    }
}

/* Whether some kind's queries go to the primaries. */
static bool some_kind_queries_primary(const struct mdl_lowering *l) {
    bool queries = false;
    for (int k = 0; k < l->arch->kind_count; k++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[k];
        queries =
            queries || (mdl_kind_number(kind, MDL_R_QUERIES) > 0 && !mdl_reads_replicas(l, kind));
    }
    return queries;
}

void mdl_database_places(struct mdl_lowering *l) {
    bool queries = some_kind_queries_primary(l);
    if (queries || l->uses_writes) {
        add_connections(l, "database", l->shards, mdl_number(l, MDL_P_DB_CONNECTIONS));
    }
    if (queries) {
        mdl_add_station(l, "database.network", MDL_DELAY);
        struct mdl_station *cpu =
            mdl_add_cpu(l, "database.cpu", l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
        cpu->credits = mdl_credits_of(l, l->database, MDL_P_DB_CREDITS, MDL_P_DB_LAUNCHED);
        stand_beside(l, cpu, "database", l->shards);
    }
    if ((queries && l->uses_reads) || l->uses_writes) {
        mdl_add_station(l, "database.storage", MDL_DELAY);
        mdl_storage_places(l, "database", l->database, l->shards, "database.connections");
    }
    if (l->uses_writes && mdl_number(l, MDL_P_MULTI_AZ) > 0) {
        mdl_add_station(l, "database.standby", MDL_DELAY);
    }
    if (l->replicas > 0) {
        replica_places(l);
    }
}

/* --- tiers -------------------------------------------------------------------------------- */

/* The name where the network has a part with it, else NULL. */
static const char *if_station(const struct mdl_lowering *l, const char *name) {
    for (int i = 0; i < l->network->station_count; i++) {
        if (strcmp(l->network->stations[i].name, name) == 0) {
            return l->network->stations[i].name;
        }
    }
    return NULL;
}

static const char *if_pool(const struct mdl_lowering *l, const char *name) {
    for (int i = 0; i < l->network->pool_count; i++) {
        if (strcmp(l->network->pools[i].name, name) == 0) {
            return l->network->pools[i].name;
        }
    }
    return NULL;
}

static bool has_volume(const struct mdl_lowering *l, const char *name) {
    bool found = false;
    for (int i = 0; i < l->network->limiter_count; i++) {
        found = found || strcmp(l->network->limiters[i].name, name) == 0;
    }
    return found;
}

static struct mdl_tier *add_servers(struct mdl_lowering *l, const char *name, const char *label,
                                    const struct mdl_instance_type *type, int servers) {
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    int region = l->sites[0].region;
    struct mdl_tier *tier = mdl_add_tier(l, name, label);
    tier->type = type->name;
    tier->instances = servers;
    tier->usd_per_hour = mysql ? type->usd_per_hour_mysql[region] : type->usd_per_hour[region];
    tier->region = mdl_region_names[region];
    tier->cpu = if_station(l, mdl_place_name(l, name, "", "cpu"));
    tier->connections = if_pool(l, mdl_place_name(l, name, "", "connections"));
    tier->volume = has_volume(l, mdl_place_name(l, name, "", "iops")) ? name : NULL;
    tier->memory_gib = type->memory_gib;
    tier->memory_base_gib = mdl_number(l, MDL_P_DB_MEMORY_BASE) / MDL_GIB +
                            mdl_number(l, MDL_P_BUFFER_SHARE) * type->memory_gib;
    tier->memory_per_request_gib = mdl_number(l, MDL_P_DB_MEMORY_CONNECTION) / MDL_GIB;
    mdl_tier_credits(l, tier, type);
    return tier;
}

static const char *count_text(struct mdl_lowering *l, int count) {
    return count > 1 ? sim_arena_print(l->arena, "%d x ", count) : "";
}

void mdl_database_tier(struct mdl_lowering *l) {
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    bool standby = mdl_number(l, MDL_P_MULTI_AZ) > 0;
    const char *engine = mysql ? "MySQL" : "PostgreSQL";
    struct mdl_tier *database =
        add_servers(l, "database",
                    sim_arena_print(l->arena, "%sRDS %s (%s%s%s)", count_text(l, l->shards),
                                    l->database->name, engine, standby ? ", Multi-AZ" : "",
                                    l->shards > 1 ? ", one per shard" : ""),
                    l->database, l->shards);
    const struct mdl_fact *twice =
        mdl_catalog_fact(l->catalog, "rds", "instance", "multi_az_multiplier", NULL);
    if (standby) {
        database->usd_per_hour *= twice ? strtod(twice->value, NULL) : NAN;
    }
    if (l->replicas > 0) {
        int servers = l->shards * l->replicas;
        struct mdl_tier *replicas = add_servers(
            l, "replicas",
            sim_arena_print(l->arena, "%sRDS %s (%s read replica%s%s)", count_text(l, servers),
                            l->replica->name, engine, servers > 1 ? "s" : "",
                            l->shards > 1 ? sim_arena_print(l->arena, ", %d per shard", l->replicas)
                                          : ""),
            l->replica, servers);
        replicas->lags = l->uses_writes ? "replicas" : NULL;
        replicas->stale_overlap = mdl_number(l, MDL_P_STALE_OVERLAP);
    }
}

double mdl_storage_reads(const struct mdl_arch *arch, const struct mdl_request_kind *kind) {
    return mdl_kind_number(kind, MDL_R_PAGES) * (1 - arch->values[MDL_P_BUFFER_HIT].number);
}
