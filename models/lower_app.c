/* Lowering: a fleet of application servers: workers with their accept queue, and CPU. */
#include "models/lower_parts.h"

#include <math.h>

bool mdl_fleet_types(struct mdl_lowering *l, struct mdl_fleet *fleet) {
    fleet->type = mdl_find_type(l, MDL_P_APP_INSTANCE, "ec2", "",
                                "an EC2 type of the catalog, such as \"t3.large\"");
    if (fleet->type != NULL) {
        mdl_derive_cpu(l, fleet->type, MDL_P_APP_CAPACITY, MDL_P_APP_YIELD);
        mdl_derive_credits(l, fleet->type, MDL_P_APP_CREDITS, MDL_P_APP_LAUNCHED);
    }
    return fleet->type != NULL;
}

/* Requests in flight, waiting ones included, at which the memory of a server runs out; 0: never, as
 * there is no room for so many. */
static int64_t out_of_memory_at(struct mdl_lowering *l, const struct mdl_fleet *fleet,
                                const struct mdl_pool *workers) {
    double memory = fleet->type->memory_gib * MDL_GIB;
    double left = memory - mdl_number(l, MDL_P_APP_MEMORY_BASE);
    double each = mdl_number(l, MDL_P_APP_MEMORY_REQUEST);
    if (left < each) {
        sim_diag_add(l->diags, "memory-too-small", mdl_key(l, MDL_P_APP_INSTANCE),
                     "a type with room for the idle server (memory_base) and a request in flight",
                     "take a larger type, or say in memory_base what an idle server needs",
                     "%s with %.4g GiB, of which an idle server needs %.4g GiB", fleet->type->name,
                     fleet->type->memory_gib, (memory - left) / MDL_GIB);
        return 0;
    }
    double at = each > 0 ? floor(left / each) + 1 : INFINITY;
    bool room = workers->queue < 0 || at <= (double)(workers->size + workers->queue);
    return room && at < 1e9 ? (int64_t)at : 0;
}

void mdl_fleet_places(struct mdl_lowering *l, const struct mdl_site *site,
                      const struct mdl_fleet *fleet) {
    /* in the order of the words of MDL_P_BALANCER */
    static const enum mdl_balancer balancers[] = {MDL_ROUND_ROBIN, MDL_LEAST_OUTSTANDING,
                                                  MDL_RANDOM};
    int count = (int)mdl_number(l, MDL_P_APP_COUNT);
    struct mdl_pool *workers =
        mdl_add_pool(l, mdl_place_name(l, fleet->name, site->at, "workers"),
                     mdl_number(l, MDL_P_WORKERS), mdl_number(l, MDL_P_ACCEPT_QUEUE));
    workers->instances = count;
    workers->queue = fleet->has_jobs ? -1 : workers->queue; /* jobs wait in their queue */
    if (!fleet->has_jobs) {
        mdl_policy_patience(l, workers);
    }
    workers->balancer = balancers[(int)site->scope.values[MDL_P_BALANCER].number];
    workers->crash_at = out_of_memory_at(l, fleet, workers);
    workers->down = *mdl_dist(l, MDL_P_APP_RESTART);
    struct mdl_station *cpu = mdl_add_cpu(l, mdl_place_name(l, fleet->name, site->at, "cpu"),
                                          fleet->type, MDL_P_APP_CAPACITY, MDL_P_APP_YIELD);
    cpu->instances = count;
    cpu->with = workers->name;
    cpu->credits = mdl_credits_of(l, fleet->type, MDL_P_APP_CREDITS, MDL_P_APP_LAUNCHED);
    mdl_network_places(l, site, fleet);
}

void mdl_fleet_tier(struct mdl_lowering *l, const struct mdl_site *site,
                    const struct mdl_fleet *fleet) {
    int count = (int)mdl_number(l, MDL_P_APP_COUNT);
    struct mdl_tier *tier =
        mdl_add_tier(l, mdl_place_name(l, fleet->name, site->at, NULL),
                     sim_arena_print(l->arena, "%d x EC2 %s", count, fleet->type->name));
    tier->instances = count;
    tier->type = fleet->type->name;
    tier->usd_per_hour = fleet->type->usd_per_hour[site->region];
    tier->region = mdl_region_names[site->region];
    tier->cpu = mdl_place_name(l, fleet->name, site->at, "cpu");
    tier->workers = mdl_place_name(l, fleet->name, site->at, "workers");
    tier->connections = tier->workers; /* one client connection per request in hand */
    tier->memory_gib = fleet->type->memory_gib;
    tier->memory_base_gib = mdl_number(l, MDL_P_APP_MEMORY_BASE) / MDL_GIB;
    tier->memory_per_request_gib = mdl_number(l, MDL_P_APP_MEMORY_REQUEST) / MDL_GIB;
    if (fleet->network != MDL_NETWORK_AMPLE) {
        tier->network = mdl_place_name(l, fleet->name, site->at, "network");
        tier->network_gbps = fleet->type->network_burst_gbps;
    }
    mdl_tier_credits(l, tier, fleet->type);
}
