/* Lowering: what bills count (DESIGN 5.10): hours, operations, bytes by path, load balancer
 * capacity units. Prices come later; these are quantities.
 *
 * A load balancer capacity unit hour (LCU h) is an hour at the largest of: 25 new connections/s,
 * 3000 active connections, 1 GB/h, each averaged over the hour (lb_network.csv: alb LCU). Rules:
 * the first ten are free, and no architecture here has more.
 */
#include "models/lower_parts.h"

#include <string.h>

static struct mdl_meter *add(struct mdl_lowering *l, enum mdl_meter_kind kind, const char *name,
                             const char *unit, const char *place) {
    struct mdl_scenario *scenario = l->scenario;
    scenario->meters = sim_arena_grow(l->arena, scenario->meters, (size_t)scenario->meter_count,
                                      &l->meter_room, sizeof *scenario->meters);
    struct mdl_meter *meter = &scenario->meters[scenario->meter_count++];
    *meter = (struct mdl_meter){.kind = kind, .name = name, .unit = unit, .place = place};
    meter->weights = sim_arena_array(l->arena, (size_t)l->arch->kind_count, sizeof *meter->weights);
    return meter;
}

static void weigh_all(const struct mdl_lowering *l, struct mdl_meter *meter, double weight) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        meter->weights[i] = weight;
    }
}

/* Bytes of a response, plus `more`; that to a queued job carries nothing. */
static void weigh_responses(const struct mdl_lowering *l, struct mdl_meter *meter, double more) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        double bytes = mdl_kind_number(kind, MDL_R_RESPONSE_SIZE);
        meter->weights[i] = (kind->job_service != NULL ? 0 : bytes) + more;
    }
}

static void meter_site(struct mdl_lowering *l, const struct mdl_site *site) {
    const struct mdl_value *values = site->scope.values;
    const char *users = mdl_place_name(l, "users", site->at, NULL);
    const char *balancer = sim_arena_print(l->arena, "load balancer%s", site->at);
    double request = values[MDL_P_REQUEST_SIZE].number;
    add(l, MDL_METER_TIME, sim_arena_print(l->arena, "hours of %s", balancer), "h", NULL)->amount =
        1;
    struct mdl_meter *lcu = add(
        l, MDL_METER_LCU, sim_arena_print(l->arena, "LCU hours of %s", balancer), "LCU h", users);
    lcu->amount = values[MDL_P_CONNECTIONS_PER_USER].number;
    weigh_responses(l, lcu, request);
    struct mdl_meter *in =
        add(l, MDL_METER_REQUESTS, sim_arena_print(l->arena, "bytes from clients%s", site->at), "B",
            users);
    weigh_all(l, in, request);
    struct mdl_meter *out =
        add(l, MDL_METER_REQUESTS, sim_arena_print(l->arena, "bytes to clients%s", site->at), "B",
            users);
    weigh_responses(l, out, 0);
    if (l->uses_cache) {
        struct mdl_meter *cache =
            add(l, MDL_METER_VISITS, sim_arena_print(l->arena, "bytes app to cache%s", site->at),
                "B", mdl_place_name(l, "cache", site->at, "network"));
        weigh_all(l, cache, values[MDL_P_COMMAND_SIZE].number);
    }
    if (site != &l->sites[0] && l->uses_database) {
        struct mdl_meter *far =
            add(l, MDL_METER_VISITS, sim_arena_print(l->arena, "bytes between regions%s", site->at),
                "B", mdl_place_name(l, "home_link", site->at, NULL));
        weigh_responses(l, far, request);
    }
}

static bool has_station(const struct mdl_lowering *l, const char *name) {
    bool found = false;
    for (int i = 0; i < l->network->station_count; i++) {
        found = found || strcmp(l->network->stations[i].name, name) == 0;
    }
    return found;
}

/* Primaries or replicas: bytes of queries, operations of storage. */
static void meter_servers(struct mdl_lowering *l, const char *tier) {
    const char *network = mdl_place_name(l, tier, "", "network");
    const char *storage = mdl_place_name(l, tier, "", "storage");
    if (has_station(l, network)) {
        weigh_all(l,
                  add(l, MDL_METER_VISITS, sim_arena_print(l->arena, "bytes app to %s", tier), "B",
                      network),
                  l->arch->values[MDL_P_QUERY_SIZE].number);
    }
    if (has_station(l, storage)) {
        add(l, MDL_METER_TOKENS, sim_arena_print(l->arena, "storage operations of %s", tier),
            "operations", sim_arena_print(l->arena, "%s.iops", tier));
    }
}

void mdl_lower_meters(struct mdl_lowering *l) {
    const struct mdl_value *values = l->arch->values;
    const struct mdl_scenario *scenario = l->scenario;
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        if (tier->type != NULL) {
            add(l, MDL_METER_TIME,
                sim_arena_print(l->arena, "instance hours of %s (%s)", tier->name, tier->type), "h",
                NULL)
                ->amount = tier->instances;
        }
    }
    for (int s = 0; s < l->site_count; s++) {
        meter_site(l, &l->sites[s]);
    }
    static const char *const servers[] = {"database", "replicas"};
    for (int i = 0; i < 2; i++) {
        meter_servers(l, servers[i]);
    }
    if (values[MDL_P_MULTI_AZ].number > 0 && l->uses_database) {
        add(l, MDL_METER_TIME,
            sim_arena_print(l->arena, "instance hours of standby (%s)", l->database->name), "h",
            NULL)
            ->amount = l->shards;
    }
}
