/* The parts of the lowering (models/lower.h); private to models/lower*.c.
 *
 * A *site* is a region with users: its load balancer, fleets and cache. A *fleet* is a group of
 * application servers: "app", or one per service. The first site is home: it has the database.
 * Places are named tier, site, part: "app.cpu"; with several sites "data@eu-west-1.cpu".
 */
#ifndef MODELS_LOWER_PARTS_H
#define MODELS_LOWER_PARTS_H

#include "models/lower.h"

/* Values in force for a part of the architecture, and where the document would set them. */
struct mdl_scope {
    struct mdl_value *values; /* MDL_PARAMETERS of them */
    const char *table;        /* prefix of the keys in the table: "infrastructure.app." */
    const char *document;     /* the same in the document: "infrastructure.services.data." */
};

/* The direction in which a fleet's servers may come near the limits of their network. */
enum mdl_network_limit { MDL_NETWORK_AMPLE, MDL_NETWORK_IN, MDL_NETWORK_OUT };

struct mdl_fleet {
    const char *name;
    struct mdl_scope scope;
    const struct mdl_instance_type *type;
    bool is_used;  /* some kind's requests or calls come to it */
    bool has_data; /* it makes some kind's data accesses */
    bool has_jobs; /* it works off a queue in the background */
    enum mdl_network_limit network;
};

struct mdl_site {
    const char *at; /* "" or "@eu-west-1": part of the places' names */
    int region;     /* place in mdl_region_names */
    double users;   /* share of them */
    struct mdl_scope scope;
    const struct mdl_instance_type *cache;
    struct mdl_fleet *fleets;
    int fleet_count;
};

struct mdl_lowering {
    struct mdl_arch *arch;
    const struct mdl_catalog *catalog;
    struct mdl_scenario *scenario;
    struct mdl_network *network;
    struct sim_diags *diags;
    struct sim_arena *arena;
    struct mdl_scope scope; /* of the part in hand: what mdl_number and mdl_dist read */
    struct mdl_site *sites;
    int site_count;
    const struct mdl_instance_type *database;
    const struct mdl_instance_type *replica; /* NULL: no read replicas */
    int shards;
    int replicas;                   /* of each shard */
    const double *shard_share;      /* of data and requests, by shard: the largest first; sum 1 */
    const double *shard_hit;        /* share of pages that a shard finds in its buffer pool */
    const double *replica_hit;      /* the same of its replicas */
    struct mdl_assumption *derived; /* computed defaults */
    enum mdl_parameter_id *derived_ids;
    int derived_count;
    size_t derived_room, derived_id_room;
    size_t station_room, pool_room, cache_room, limiter_room, breaker_room, tier_room, route_room,
        meter_room;
    bool uses_cache; /* some request kind does */
    bool uses_database;
    bool uses_queries;
    bool uses_reads;  /* of storage */
    bool uses_writes; /* of storage */
    bool uses_calls;  /* between services */
    bool uses_jobs;   /* in the background */
};

static const double MDL_GIB = 1073741824.0;

/* --- values ------------------------------------------------------------------------------- */

static inline double mdl_number(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    return l->scope.values[id].number;
}

static inline const struct sim_dist *mdl_dist(const struct mdl_lowering *l,
                                              enum mdl_parameter_id id) {
    return &l->scope.values[id].dist;
}

static inline double mdl_kind_number(const struct mdl_request_kind *kind,
                                     enum mdl_request_parameter_id id) {
    return kind->values[id].number;
}

/* JSON path of the parameter in the scope in hand. In the arena. */
const char *mdl_key(const struct mdl_lowering *lowering, enum mdl_parameter_id id);

/* Sets a value of the scope in hand that the document left to be computed; the texts are as in a
 * scenario. */
void mdl_derive_number(struct mdl_lowering *lowering, enum mdl_parameter_id id, double number,
                       const char *likely, const char *low, const char *high, const char *source);
void mdl_derive_dist(struct mdl_lowering *lowering, enum mdl_parameter_id id, struct sim_dist dist,
                     const char *likely, const char *low, const char *high, const char *source);

/* "12m", "1.05ms": a duration as in a scenario; in `arena`. */
const char *mdl_duration_text(struct sim_arena *arena, double seconds);

/* "lognormal(12ms, cv=1.5)"; in the arena. */
const char *mdl_lognormal_text(struct mdl_lowering *lowering, double mean_s, double cv);

/* The catalog's type named by the parameter of the scope in hand, spelled with or without the
 * service's prefix ("db."). NULL after a diagnostic; a warning where its sale in the region is not
 * verified. */
const struct mdl_instance_type *mdl_find_type(struct mdl_lowering *lowering,
                                              enum mdl_parameter_id id, const char *service,
                                              const char *prefix, const char *expected);

/* Capacity and yield of the type's CPU, unless given. */
void mdl_derive_cpu(struct mdl_lowering *lowering, const struct mdl_instance_type *type,
                    enum mdl_parameter_id capacity, enum mdl_parameter_id yield);

/* --- places ------------------------------------------------------------------------------- */

/* "data@eu-west-1.cpu"; `part` NULL: "data@eu-west-1". In the arena. */
const char *mdl_place_name(const struct mdl_lowering *lowering, const char *tier, const char *at,
                           const char *part);

/* Records with the defaults of the network form; pointers hold until the next addition. */
struct mdl_station *mdl_add_station(struct mdl_lowering *lowering, const char *name,
                                    enum mdl_discipline discipline);
struct mdl_pool *mdl_add_pool(struct mdl_lowering *lowering, const char *name, double size,
                              double queue);
struct mdl_breaker *mdl_add_breaker(struct mdl_lowering *lowering, const char *name);
struct mdl_limiter *mdl_add_limiter(struct mdl_lowering *lowering, const char *name);
struct mdl_cache *mdl_add_cache(struct mdl_lowering *lowering, const char *name);
struct mdl_tier *mdl_add_tier(struct mdl_lowering *lowering, const char *name, const char *label);
struct mdl_route *mdl_add_route(struct mdl_lowering *lowering, const char *name);

/* A processor-sharing station whose work rate depends on the busy threads (models/catalog.h). */
struct mdl_station *mdl_add_cpu(struct mdl_lowering *lowering, const char *name,
                                const struct mdl_instance_type *type,
                                enum mdl_parameter_id capacity, enum mdl_parameter_id yield);

/* CPU credits of a burstable type, else nothing: mode and idle time before the launch, unless
 * given (a diagnostic where AWS does not offer the mode, a warning where there are no credits); the
 * credits of its station (NULL: none); and what its tier says of them. */
void mdl_derive_credits(struct mdl_lowering *lowering, const struct mdl_instance_type *type,
                        enum mdl_parameter_id mode, enum mdl_parameter_id launched);
struct mdl_credits *mdl_credits_of(struct mdl_lowering *lowering,
                                   const struct mdl_instance_type *type, enum mdl_parameter_id mode,
                                   enum mdl_parameter_id launched);
void mdl_tier_credits(const struct mdl_lowering *lowering, struct mdl_tier *tier,
                      const struct mdl_instance_type *type);

/* --- parts, each in its file -------------------------------------------------------------- */

/* Every part finds its types and computes what depends on the catalog (false after diagnostics),
 * then adds its places, then its tier. The scope in hand is the part's own. */
bool mdl_fleet_types(struct mdl_lowering *lowering, struct mdl_fleet *fleet);
void mdl_fleet_places(struct mdl_lowering *lowering, const struct mdl_site *site,
                      const struct mdl_fleet *fleet);
void mdl_fleet_tier(struct mdl_lowering *lowering, const struct mdl_site *site,
                    const struct mdl_fleet *fleet);
bool mdl_cache_types(struct mdl_lowering *lowering, struct mdl_site *site);
void mdl_cache_places(struct mdl_lowering *lowering, const struct mdl_site *site);
void mdl_cache_tier(struct mdl_lowering *lowering, const struct mdl_site *site);

/* What the cache of the scope in hand holds: model and memory computed, combinations that are not
 * sold refused; then the record of the network's cache and the shards of its command station. */
void mdl_cache_derive(struct mdl_lowering *lowering, const struct mdl_instance_type *node);
void mdl_cache_check(struct mdl_lowering *lowering, const struct mdl_site *site);
void mdl_cache_fill_in(struct mdl_lowering *lowering, const struct mdl_site *site,
                       struct mdl_cache *cache);
void mdl_cache_shards(struct mdl_lowering *lowering, struct mdl_station *commands);
bool mdl_cache_has_items(const struct mdl_lowering *lowering); /* hits follow from answers */
double mdl_cache_bytes(const struct mdl_lowering *lowering);   /* held, over all shards */
bool mdl_database_types(struct mdl_lowering *lowering);
void mdl_database_places(struct mdl_lowering *lowering);
void mdl_database_tier(struct mdl_lowering *lowering);

/* The fleet's connection pools to the database, one per application server. */
void mdl_database_pool(struct mdl_lowering *lowering, const struct mdl_site *site,
                       const struct mdl_fleet *fleet);

/* What sheds load at a site; the circuit breaker of a fleet that asks the database; the patience of
 * those who wait for a worker. */
void mdl_policy_places(struct mdl_lowering *lowering, const struct mdl_site *site);
void mdl_policy_breaker(struct mdl_lowering *lowering, const struct mdl_site *site,
                        const struct mdl_fleet *fleet);
void mdl_policy_patience(const struct mdl_lowering *lowering, struct mdl_pool *workers);

/* Mean number of storage reads of one query of that kind: pages x (1 - buffer_hit), at the first
 * shard. */
double mdl_storage_reads(const struct mdl_arch *arch, const struct mdl_request_kind *kind);

/* Changes the demands of the kinds by the optimizations that are off. The first of all. */
void mdl_lower_optimizations(struct mdl_lowering *lowering);

/* Says of each fleet whether its network is simulated, and warns of instances that need more than
 * their network's baseline. Then the station of a fleet whose network is simulated. */
void mdl_network_check(struct mdl_lowering *lowering);
void mdl_network_places(struct mdl_lowering *lowering, const struct mdl_site *site,
                        const struct mdl_fleet *fleet);

/* One class and, per site, one route per request kind. */
void mdl_lower_routes(struct mdl_lowering *lowering);

/* Lays out sites and fleets; false after diagnostics (names of services, their use). */
bool mdl_lower_topology(struct mdl_lowering *lowering);

/* The fleet of the site with that name; NULL as name: the only one. NULL when there is none. */
const struct mdl_fleet *mdl_site_fleet(const struct mdl_site *site, const char *name);

/* The name of the fleet that makes the kind's data accesses; NULL: the only one. */
const char *mdl_data_service(const struct mdl_request_kind *kind);

/* A source of users with their session per site. */
void mdl_lower_sources(struct mdl_lowering *lowering);

/* What the stay and the reading follow from. */
void mdl_workload_derive(struct mdl_lowering *lowering);

/* The session of the workload by its reading; `stay` is not set; requests of kind K walk the route
 * K followed by `at`. In `arena`. */
struct mdl_session *mdl_lower_session(const struct mdl_workload *workload, const char *at,
                                      struct sim_arena *arena);

/* What bills count. */
void mdl_lower_meters(struct mdl_lowering *lowering);

/* Lists the defaults that were used. */
void mdl_lower_assumptions(struct mdl_lowering *lowering);

#endif
