/* Lowering: what ElastiCache (Redis) does not sell together. Sources: the ElastiCache guide
 * (inputs/catalog/SOURCES.md: ecug), its page "Prerequisites and limitations" of global datastores,
 * demands.csv (redis: max_shards, max_connections). docs/architecture.md has the table. */
#include <string.h>

#include "models/lower_parts.h"

enum { REPLICAS_MAX = 5, SHARDS_MAX = 500, NODES_QUOTA = 90, REGIONS_MAX = 3 };

static void impossible(struct mdl_lowering *l, enum mdl_parameter_id id, const char *expected,
                       const char *hint, const char *found) {
    sim_diag_add(l->diags, "impossible-cache", mdl_key(l, id), expected, hint, "%s", found);
}

static bool replicates_between_regions(const struct mdl_instance_type *node) {
    static const char *const families[] = {"m5", "m6g", "m7g", "r5", "r6g", "r6gd", "r7g", "c7gn"};
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        if (strcmp(node->family, families[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void check_global(struct mdl_lowering *l, const struct mdl_site *site) {
    const struct mdl_instance_type *node = site->cache;
    const enum mdl_parameter_id id = MDL_P_CACHE_GLOBAL;
    if (!replicates_between_regions(node)) {
        impossible(l, id, "a node of the families M5, M6g, M7g, R5, R6g, R6gd, R7g or C7gn",
                   "choose such an \"instance\", or switch it off",
                   sim_arena_print(l->arena, "a global datastore of %s", node->name));
    }
    if (l->site_count < 2 || l->site_count > REGIONS_MAX) {
        impossible(l, id, "a primary region and one or two others", NULL,
                   sim_arena_print(l->arena, "a global datastore over %d region%s", l->site_count,
                                   l->site_count == 1 ? "" : "s"));
    }
    const struct mdl_site *home = &l->sites[0];
    bool alike = home->cache == node &&
                 home->scope.values[MDL_P_CACHE_SHARDS].number == mdl_number(l, MDL_P_CACHE_SHARDS);
    if (home->cache != NULL && !alike) {
        impossible(l, id, "the same node type and number of shards in every region", NULL,
                   sim_arena_print(l->arena, "%s beside %s, or other shards", node->name,
                                   home->cache->name));
    }
}

/* Every worker keeps a connection to each node. */
static void check_connections(struct mdl_lowering *l, const struct mdl_site *site) {
    double connections = 0;
    for (int f = 0; f < site->fleet_count; f++) {
        const struct mdl_value *values = site->fleets[f].scope.values;
        connections += values[MDL_P_APP_COUNT].number * values[MDL_P_WORKERS].number;
    }
    if (connections > site->cache->max_connections) {
        sim_diag_add(l->diags, "too-many-connections", mdl_key(l, MDL_P_CACHE_INSTANCE),
                     sim_arena_print(l->arena, "at most %d connections to a node (elasticache.csv)",
                                     site->cache->max_connections),
                     "fewer workers, or fewer servers", "%.0f workers, each with a connection",
                     connections);
    }
}

void mdl_cache_check(struct mdl_lowering *l, const struct mdl_site *site) {
    double shards = mdl_number(l, MDL_P_CACHE_SHARDS);
    double replicas = mdl_number(l, MDL_P_CACHE_REPLICAS);
    if (mdl_number(l, MDL_P_CACHE_MULTI_AZ) != 0 && replicas < 1) {
        impossible(l, MDL_P_CACHE_MULTI_AZ, "at least one of \"replicas\", which takes over",
                   "add a replica, or switch it off", "Multi-AZ without a replica");
    }
    if (replicas > REPLICAS_MAX) {
        impossible(l, MDL_P_CACHE_REPLICAS, "at most 5 replicas of a shard", NULL,
                   sim_arena_print(l->arena, "%.0f replicas", replicas));
    }
    if (shards > SHARDS_MAX) {
        impossible(l, MDL_P_CACHE_SHARDS, "at most 500 shards", NULL,
                   sim_arena_print(l->arena, "%.0f shards", shards));
    } else if (shards * (1 + replicas) > NODES_QUOTA) {
        sim_diag_warn(l->diags, "beyond-quota", mdl_key(l, MDL_P_CACHE_SHARDS),
                      "at most 90 nodes, unless AWS raises the quota", NULL, "%.0f nodes",
                      shards * (1 + replicas));
    }
    if (mdl_number(l, MDL_P_CACHE_GLOBAL) != 0) {
        check_global(l, site);
    }
    check_connections(l, site);
}
