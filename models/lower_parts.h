/* The parts of the lowering (models/lower.h); private to models/lower*.c. */
#ifndef MODELS_LOWER_PARTS_H
#define MODELS_LOWER_PARTS_H

#include "models/lower.h"

struct mdl_lowering {
    struct mdl_arch *arch;
    const struct mdl_catalog *catalog;
    struct mdl_scenario *scenario;
    struct mdl_network *network;
    struct sim_diags *diags;
    struct sim_arena *arena;
    const struct mdl_instance_type *app, *database, *cache;
    struct mdl_assumption derived[MDL_PARAMETERS]; /* computed defaults; likely NULL: none */
    bool uses_cache;                               /* some request kind does */
    bool uses_database;
    bool uses_queries;
    bool uses_reads;  /* of storage */
    bool uses_writes; /* of storage */
};

/* --- values ------------------------------------------------------------------------------- */

static inline double mdl_arch_number(const struct mdl_arch *arch, enum mdl_parameter_id id) {
    return arch->values[id].number;
}

static inline double mdl_kind_number(const struct mdl_request_kind *kind,
                                     enum mdl_request_parameter_id id) {
    return kind->values[id].number;
}

/* Sets a value that the document left to be computed; the texts are as in a scenario. */
void mdl_derive_number(struct mdl_lowering *lowering, enum mdl_parameter_id id, double number,
                       const char *likely, const char *low, const char *high, const char *source);
void mdl_derive_dist(struct mdl_lowering *lowering, enum mdl_parameter_id id, struct sim_dist dist,
                     const char *likely, const char *low, const char *high, const char *source);

/* "12m", "1.05ms": a duration as in a scenario; in `arena`. */
const char *mdl_duration_text(struct sim_arena *arena, double seconds);

/* --- parts -------------------------------------------------------------------------------- */

/* Finds the types and computes what depends on the catalog. False after diagnostics. */
bool mdl_lower_types(struct mdl_lowering *lowering);

/* Which tiers the request kinds touch. */
void mdl_lower_uses(struct mdl_lowering *lowering);

/* Stations, pools, cache, tiers. */
void mdl_lower_places(struct mdl_lowering *lowering);

/* One class and route per request kind. */
void mdl_lower_routes(struct mdl_lowering *lowering);

/* The source of users with their session. */
void mdl_lower_source(struct mdl_lowering *lowering);

/* The session of the workload by its reading; `stay` is not set. In `arena`. */
struct mdl_session *mdl_lower_session(const struct mdl_workload *workload, struct sim_arena *arena);

/* Lists the defaults that were used. */
void mdl_lower_assumptions(struct mdl_lowering *lowering);

/* Mean number of storage reads of one query of that kind: pages x (1 - buffer_hit). */
double mdl_storage_reads(const struct mdl_arch *arch, const struct mdl_request_kind *kind);

#endif
