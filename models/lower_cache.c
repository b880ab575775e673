/* Lowering: a site's cache: the network to it, its command thread, and what it holds. */
#include <math.h>

#include "models/lower_steps.h"

static const double COMMAND_CV = 0.5; /* demands.csv: cache operations 0.3-0.6 */

bool mdl_cache_types(struct mdl_lowering *l, struct mdl_site *site) {
    site->cache = mdl_find_type(l, MDL_P_CACHE_INSTANCE, "elasticache", "cache.",
                                "an ElastiCache node of the catalog, such as \"cache.t3.medium\"");
    if (site->cache == NULL) {
        return false;
    }
    mdl_derive_credits(l, site->cache, MDL_P_CACHE_CREDITS, MDL_P_CACHE_LAUNCHED);
    double mean = site->cache->redis_cpu_per_op_s;
    mdl_derive_dist(l, MDL_P_COMMAND_CPU, sim_dist_lognormal(mean, COMMAND_CV),
                    mdl_lognormal_text(l, mean, COMMAND_CV),
                    mdl_lognormal_text(l, mean / 2, COMMAND_CV),
                    mdl_lognormal_text(l, mean * 4, COMMAND_CV),
                    sim_arena_print(l->arena, "elasticache.csv: %s; cv 0.3-0.6 (demands.csv)",
                                    site->cache->redis_source));
    mdl_cache_derive(l, site->cache);
    mdl_cache_check(l, site);
    return true;
}

/* Writes of one site are told to the caches of the others. */
static bool has_invalidations(const struct mdl_lowering *l) {
    for (int i = 0; i < l->arch->kind_count && l->site_count > 1; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        if (mdl_kind_number(kind, MDL_R_COMMITS) > 0 &&
            mdl_kind_number(kind, MDL_R_CACHE_UPDATES) > 0) {
            return true;
        }
    }
    return false;
}

void mdl_cache_places(struct mdl_lowering *l, const struct mdl_site *site) {
    mdl_add_station(l, mdl_place_name(l, "cache", site->at, "network"), MDL_DELAY);
    struct mdl_station *commands =
        mdl_add_station(l, mdl_place_name(l, "cache", site->at, "commands"), MDL_FCFS);
    mdl_cache_shards(l, commands);
    commands->credits = mdl_credits_of(l, site->cache, MDL_P_CACHE_CREDITS, MDL_P_CACHE_LAUNCHED);
    for (int i = 0; i < l->arch->kind_count; i++) {
        if (mdl_kind_number(&l->arch->kinds[i], MDL_R_CACHEABLE) > 0) {
            struct mdl_cache *cache = mdl_add_cache(l, mdl_place_name(l, "cache", site->at, NULL));
            mdl_cache_fill_in(l, site, cache);
            break;
        }
    }
    if (has_invalidations(l)) {
        mdl_add_station(l, mdl_place_name(l, "cache", site->at, "replication"), MDL_DELAY);
    }
}

void mdl_cache_tier(struct mdl_lowering *l, const struct mdl_site *site) {
    int shards = (int)mdl_number(l, MDL_P_CACHE_SHARDS);
    int replicas = (int)mdl_number(l, MDL_P_CACHE_REPLICAS);
    const char *label = sim_arena_print(l->arena, "ElastiCache %s (Redis)", site->cache->name);
    if (shards > 1 || replicas > 0) {
        label = sim_arena_print(l->arena, "%d x %s, %d replica%s each", shards, label, replicas,
                                replicas == 1 ? "" : "s");
    }
    struct mdl_tier *cache = mdl_add_tier(l, mdl_place_name(l, "cache", site->at, NULL), label);
    cache->type = site->cache->name;
    cache->usd_per_hour = site->cache->usd_per_hour[site->region];
    cache->region = mdl_region_names[site->region];
    cache->cpu = mdl_place_name(l, "cache", site->at, "commands");
    cache->memory_gib = site->cache->memory_gib;
    cache->instances = shards * (1 + replicas);
    cache->memory_base_gib = mdl_cache_bytes(l) / shards / MDL_GIB;
    mdl_tier_credits(l, cache, site->cache);
}

static void command(struct mdl_steps *b, const struct mdl_site *site, const char *part,
                    enum mdl_parameter_id span, const char *what) {
    const struct mdl_lowering *l = b->lowering;
    mdl_steps_serve(b, mdl_place_name(l, "cache", site->at, part), site->scope.values[span].dist,
                    what);
    mdl_steps_serve(b, mdl_place_name(l, "cache", site->at, "commands"),
                    site->scope.values[MDL_P_COMMAND_CPU].dist, "cache command");
}

/* The other sites' caches learn of a write later; the request does not wait for them. */
static void invalidate_elsewhere(struct mdl_steps *b) {
    const struct mdl_lowering *l = b->lowering;
    for (int s = 0; s < l->site_count; s++) {
        if (&l->sites[s] != b->site) {
            struct mdl_steps body = mdl_steps_begin(b);
            command(&body, &l->sites[s], "replication", MDL_P_CACHE_LAG,
                    "replication of an invalidation");
            struct mdl_step *step =
                mdl_steps_add(b, MDL_STEP_ASYNC, NULL, "invalidation in another region");
            mdl_steps_enclose(b, step, body.block, NULL);
        }
    }
}

void mdl_cache_commands(struct mdl_steps *b, enum mdl_request_parameter_id count,
                        const char *what) {
    struct mdl_steps body = mdl_steps_begin(b);
    command(&body, b->site, "network", MDL_P_CACHE_ROUND_TRIP, "cache round trip");
    if (count == MDL_R_CACHE_UPDATES && mdl_kind_number(b->kind, MDL_R_COMMITS) > 0) {
        invalidate_elsewhere(&body);
    }
    mdl_steps_repeat(b, (int)mdl_kind_number(b->kind, count), body, what);
}
