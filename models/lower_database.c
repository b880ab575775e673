/* Lowering: the database: connections, network, CPU, storage. It is in the first site. */
#include <math.h>
#include <stdlib.h>

#include "models/lower_steps.h"

static const double BUFFER_HIT_MAX = 0.99;   /* scans and first touches miss in any case */
static const double REAL_CONNECTIONS = 0.93; /* db.t3.large allows 840-860 of 901: SOURCES.md */
static const double STORAGE_CV = 0.5;        /* assumption */

/* --- figures ------------------------------------------------------------------------------ */

static double fact_ms(struct mdl_lowering *l, const char *volume, const char *parameter,
                      enum mdl_parameter_id id) {
    const struct mdl_fact *fact = mdl_catalog_fact(l->catalog, "ebs", volume, parameter, NULL);
    if (!fact) {
        sim_diag_add(l->diags, "bad-catalog", mdl_parameters[id].key, "a latency, such as \"1ms\"",
                     NULL, "no %s of %s in storage.csv", parameter, volume);
        return 1;
    }
    return strtod(fact->value, NULL);
}

static void derive_latency(struct mdl_lowering *l, enum mdl_parameter_id id, const char *what) {
    if (l->scope.values[id].given) {
        return;
    }
    const char *volume = l->scope.values[MDL_P_STORAGE].text;
    double ms[3];
    static const char *const levels[3] = {"low", "mid", "high"};
    for (int i = 0; i < 3; i++) {
        const char *row = sim_arena_print(l->arena, "%s_io_latency_%s", what, levels[i]);
        ms[i] = fact_ms(l, volume, row, id);
    }
    const char *source = sim_arena_print(
        l->arena, "storage.csv: ebs %s %s_io_latency (netflix); cv assumed", volume, what);
    mdl_derive_dist(l, id, sim_dist_lognormal(ms[1] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[1] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[0] / 1e3, STORAGE_CV),
                    mdl_lognormal_text(l, ms[2] / 1e3, STORAGE_CV), source);
}

static const char *percent(struct mdl_lowering *l, double share) {
    return sim_arena_print(l->arena, "%.4g%%", share * 100);
}

/* The buffer pool holds `buffer_share` of the memory; pages of the working set are equally likely
 * to be touched, so that those it can hold are found. */
static void derive_buffers(struct mdl_lowering *l, bool mysql) {
    mdl_derive_number(l, MDL_P_BUFFER_SHARE, mysql ? 0.75 : 0.25, mysql ? "75%" : "25%",
                      mysql ? "60%" : "15%", mysql ? "80%" : "40%",
                      mysql ? "assumption: RDS default innodb_buffer_pool_size, 3/4 of memory"
                            : "assumption: RDS default shared_buffers, 1/4 of memory");
    double buffers = mdl_number(l, MDL_P_BUFFER_SHARE) * l->database->memory_gib * MDL_GIB;
    double set = mdl_number(l, MDL_P_WORKING_SET);
    double hit = set > 0 ? fmin(BUFFER_HIT_MAX, buffers / set) : BUFFER_HIT_MAX;
    mdl_derive_number(l, MDL_P_BUFFER_HIT, hit, percent(l, hit), percent(l, fmax(0, hit - 0.09)),
                      percent(l, fmin(1, hit + 0.01)), mdl_parameters[MDL_P_BUFFER_HIT].source);
}

static void derive_connections(struct mdl_lowering *l, bool mysql) {
    int limit =
        mysql ? l->database->max_connections_mysql : l->database->max_connections_postgresql;
    mdl_derive_number(
        l, MDL_P_DB_CONNECTIONS, limit, sim_arena_print(l->arena, "%d", limit),
        sim_arena_print(l->arena, "%d", (int)(limit * REAL_CONNECTIONS)),
        sim_arena_print(l->arena, "%d", limit),
        "rds.csv: engine's formula on nominal memory; real limits lie a little below");
}

bool mdl_database_types(struct mdl_lowering *l) {
    l->database = mdl_find_type(l, MDL_P_DB_INSTANCE, "rds", "db.",
                                "an RDS class of the catalog, such as \"db.t3.large\"");
    if (l->database == NULL) {
        return false;
    }
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    mdl_derive_cpu(l, l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
    mdl_derive_credits(l, l->database, MDL_P_DB_CREDITS, MDL_P_DB_LAUNCHED);
    derive_latency(l, MDL_P_READ_LATENCY, "read");
    derive_latency(l, MDL_P_WRITE_LATENCY, "write");
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

void mdl_database_places(struct mdl_lowering *l) {
    mdl_add_pool(l, "database.connections", mdl_number(l, MDL_P_DB_CONNECTIONS), 0);
    if (l->uses_queries) {
        mdl_add_station(l, "database.network", MDL_DELAY);
        struct mdl_station *cpu =
            mdl_add_cpu(l, "database.cpu", l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
        cpu->credits = mdl_credits_of(l, l->database, MDL_P_DB_CREDITS, MDL_P_DB_LAUNCHED);
    }
    if (l->uses_reads || l->uses_writes) {
        mdl_add_station(l, "database.storage", MDL_DELAY);
    }
}

void mdl_database_tier(struct mdl_lowering *l) {
    bool mysql = (int)mdl_number(l, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    const char *label =
        sim_arena_print(l->arena, "RDS %s (%s)", l->database->name, mysql ? "MySQL" : "PostgreSQL");
    struct mdl_tier *database = mdl_add_tier(l, "database", label);
    database->type = l->database->name;
    database->cpu = l->uses_queries ? "database.cpu" : NULL;
    database->connections = "database.connections";
    database->memory_gib = l->database->memory_gib;
    database->memory_base_gib = mdl_number(l, MDL_P_DB_MEMORY_BASE) / MDL_GIB +
                                mdl_number(l, MDL_P_BUFFER_SHARE) * l->database->memory_gib;
    database->memory_per_request_gib = mdl_number(l, MDL_P_DB_MEMORY_CONNECTION) / MDL_GIB;
    mdl_tier_credits(l, database, l->database);
}

/* --- steps -------------------------------------------------------------------------------- */

double mdl_storage_reads(const struct mdl_arch *arch, const struct mdl_request_kind *kind) {
    return mdl_kind_number(kind, MDL_R_PAGES) * (1 - arch->values[MDL_P_BUFFER_HIT].number);
}

/* A geometric number of storage reads with mean m, as misses cluster: the first with probability
 * m / (1 + m), and another after each with the same. */
static void storage_reads(struct mdl_steps *b) {
    const struct mdl_arch *arch = b->lowering->arch;
    double mean = mdl_storage_reads(arch, b->kind);
    if (!(mean > 0)) {
        return;
    }
    double p = mean / (1 + mean);
    struct mdl_steps read = mdl_steps_begin(b);
    mdl_steps_serve(&read, "database.storage", arch->values[MDL_P_READ_LATENCY].dist,
                    "storage read");
    struct mdl_steps reads = mdl_steps_begin(b);
    struct mdl_step *again = mdl_steps_add(&reads, MDL_STEP_REPEAT, NULL, "storage reads");
    again->has_again = true;
    again->again = p;
    mdl_steps_enclose(&reads, again, read.block, NULL);
    mdl_steps_branch(b, p, reads.block, (struct mdl_block){0}, "buffer pool misses");
}

void mdl_database_steps(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    const struct mdl_value *values = l->arch->values;
    int queries = (int)mdl_kind_number(b->kind, MDL_R_QUERIES);
    int commits = (int)mdl_kind_number(b->kind, MDL_R_COMMITS);
    if (queries == 0 && commits == 0) {
        return;
    }
    const char *pool = mdl_place_name(l, b->fleet->name, b->site->at, "connections");
    mdl_steps_add(b, MDL_STEP_ACQUIRE, pool, "connection of the pool");
    mdl_steps_add(b, MDL_STEP_ACQUIRE, "database.connections", "connection of the database");
    struct mdl_steps query = mdl_steps_begin(b);
    mdl_steps_serve(&query, "database.network", values[MDL_P_DB_ROUND_TRIP].dist,
                    "database round trip");
    mdl_steps_serve(&query, "database.cpu", b->kind->values[MDL_R_QUERY_CPU].dist, "database CPU");
    storage_reads(&query);
    mdl_steps_repeat(b, queries, query, "queries");
    struct mdl_steps commit = mdl_steps_begin(b);
    mdl_steps_serve(&commit, "database.storage", values[MDL_P_WRITE_LATENCY].dist, "commit");
    mdl_steps_repeat(b, commits, commit, "commits");
    mdl_steps_add(b, MDL_STEP_RELEASE, "database.connections", "connection of the database");
    mdl_steps_add(b, MDL_STEP_RELEASE, pool, "connection of the pool");
}
