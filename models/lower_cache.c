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
    return true;
}

void mdl_cache_places(struct mdl_lowering *l, const struct mdl_site *site) {
    mdl_add_station(l, mdl_place_name(l, "cache", site->at, "network"), MDL_DELAY);
    struct mdl_station *commands =
        mdl_add_station(l, mdl_place_name(l, "cache", site->at, "commands"), MDL_FCFS);
    commands->credits = mdl_credits_of(l, site->cache, MDL_P_CACHE_CREDITS, MDL_P_CACHE_LAUNCHED);
    for (int i = 0; i < l->arch->kind_count; i++) {
        if (mdl_kind_number(&l->arch->kinds[i], MDL_R_CACHEABLE) > 0) {
            struct mdl_cache *cache = mdl_add_cache(l, mdl_place_name(l, "cache", site->at, NULL));
            cache->hit = mdl_number(l, MDL_P_CACHE_HIT);
            return;
        }
    }
}

void mdl_cache_tier(struct mdl_lowering *l, const struct mdl_site *site) {
    const char *label = sim_arena_print(l->arena, "ElastiCache %s (Redis)", site->cache->name);
    struct mdl_tier *cache = mdl_add_tier(l, mdl_place_name(l, "cache", site->at, NULL), label);
    cache->type = site->cache->name;
    cache->cpu = mdl_place_name(l, "cache", site->at, "commands");
    cache->memory_gib = site->cache->memory_gib;
    cache->memory_base_gib = mdl_number(l, MDL_P_CACHE_DATA) / MDL_GIB;
    mdl_tier_credits(l, cache, site->cache);
}

void mdl_cache_commands(struct mdl_steps *b, enum mdl_request_parameter_id count,
                        const char *what) {
    const struct mdl_lowering *l = b->lowering;
    const struct mdl_value *values = b->site->scope.values;
    struct mdl_steps body = mdl_steps_begin(b);
    mdl_steps_serve(&body, mdl_place_name(l, "cache", b->site->at, "network"),
                    values[MDL_P_CACHE_ROUND_TRIP].dist, "cache round trip");
    mdl_steps_serve(&body, mdl_place_name(l, "cache", b->site->at, "commands"),
                    values[MDL_P_COMMAND_CPU].dist, "cache command");
    mdl_steps_repeat(b, (int)mdl_kind_number(b->kind, count), body, what);
}
