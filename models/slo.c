/* What an SLO is asked of: tiers, parts of the network, and their other names. */
#include "models/slo.h"

#include <string.h>

#include "models/scenario.h"

const char *const mdl_slo_figure_names[MDL_SLO_FIGURES] = {
    [MDL_SLO_PERCENTILE] = "p",
    [MDL_SLO_MEAN] = "mean",
    [MDL_SLO_ERROR_RATE] = "error_rate",
    [MDL_SLO_THROUGHPUT] = "throughput",
    [MDL_SLO_UTILIZATION] = "utilization",
    [MDL_SLO_CONNECTIONS] = "connections",
    [MDL_SLO_MEMORY] = "memory",
};

/* Names of one thing. */
static const char *const aliases[][3] = {
    {"database", "db", "rds"},
    {"cache", "redis", "elasticache"},
    {"load balancer", "lb", "alb"},
    {"app", "web", "ec2"},
};
enum { ALIASES = sizeof aliases / sizeof aliases[0], NAMES = 3 };

const struct mdl_slo_default mdl_slo_defaults[] = {
    {"p95(read) < 500ms", "300ms", "1s",
     "assumption: half of the second that keeps a user's flow of thought (Nielsen, Usability "
     "Engineering, 1993)",
     "response time of reads"},
    {"p95(write) < 1s", "500ms", "2s",
     "assumption: the second that keeps a user's flow of thought (Nielsen, Usability Engineering, "
     "1993)",
     "response time of writes"},
    {"p95(export) < 5s per 1h", "3s", "10s",
     "assumption: half of the ten seconds that a user waits for (Nielsen, Usability Engineering, "
     "1993); exports are few, so by the hour",
     "response time of exports"},
    {"error_rate < 1%", "0.1%", "2%", "assumption", "requests that fail"},
    {"utilization(app) < 70%", "60%", "80%", "assumption: a common ceiling of planners",
     "CPU of the application servers"},
    {"utilization(database) < 70%", "60%", "80%", "assumption: a common ceiling of planners",
     "CPU of the database"},
    {"connections(database) < 80%", "70%", "90%", "assumption",
     "database connections in use, of those that the engine allows"},
};
const int mdl_slo_default_count = sizeof mdl_slo_defaults / sizeof mdl_slo_defaults[0];

/* --- the parts that have a figure --------------------------------------------------------- */

/* Calls found(context, name, part, part_name) for each until it returns true. */
struct search {
    bool (*found)(struct search *search, const char *name, enum mdl_slo_part part,
                  const char *part_name);
    void *context;
};

static bool search_marks(struct search *search, const struct mdl_block *block) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        if (step->kind == MDL_STEP_MARK &&
            search->found(search, step->target, MDL_SLO_MARK, step->target)) {
            return true;
        }
        for (int k = 0; k < step->block_count; k++) {
            if (search_marks(search, &step->blocks[k])) {
                return true;
            }
        }
    }
    return false;
}

static bool search_requests(struct search *search, const struct mdl_network *network) {
    for (int i = 0; i < network->class_count; i++) {
        const char *name = network->classes[i].name;
        if (search->found(search, name, MDL_SLO_CLASS, name)) {
            return true;
        }
    }
    for (int i = 0; i < network->source_count; i++) {
        const char *name = network->sources[i].name;
        if (search->found(search, name, MDL_SLO_SOURCE, name)) {
            return true;
        }
    }
    for (int i = 0; i < network->route_count; i++) {
        if (search_marks(search, &network->routes[i].body)) {
            return true;
        }
    }
    return false;
}

static bool search_pools(struct search *search, const struct mdl_network *network) {
    for (int i = 0; i < network->pool_count; i++) {
        const char *name = network->pools[i].name;
        if (search->found(search, name, MDL_SLO_POOL, name)) {
            return true;
        }
    }
    return false;
}

static const struct mdl_station *station_named(const struct mdl_network *network,
                                               const char *name) {
    for (int i = 0; name != NULL && i < network->station_count; i++) {
        if (strcmp(network->stations[i].name, name) == 0) {
            return &network->stations[i];
        }
    }
    return NULL;
}

static bool search_utilization(struct search *search, const struct mdl_scenario *scenario) {
    const struct mdl_network *network = &scenario->network;
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        const struct mdl_station *cpu = station_named(network, tier->cpu);
        if (cpu != NULL && cpu->discipline != MDL_DELAY &&
            search->found(search, tier->name, MDL_SLO_STATION, tier->cpu)) {
            return true;
        }
    }
    for (int i = 0; i < network->station_count; i++) {
        const char *name = network->stations[i].name;
        if (network->stations[i].discipline != MDL_DELAY &&
            search->found(search, name, MDL_SLO_STATION, name)) {
            return true;
        }
    }
    return search_pools(search, network);
}

static bool search_tiers(struct search *search, const struct mdl_scenario *scenario, bool memory) {
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        const char *pool = tier->workers != NULL && memory ? tier->workers : tier->connections;
        if ((memory ? tier->memory_gib > 0 : pool != NULL) &&
            search->found(search, tier->name, MDL_SLO_POOL, pool)) {
            return true;
        }
    }
    return false;
}

static bool search_all(struct search *search, const struct mdl_scenario *scenario,
                       enum mdl_slo_figure figure) {
    switch (figure) {
    case MDL_SLO_PERCENTILE:
    case MDL_SLO_MEAN:
    case MDL_SLO_ERROR_RATE:
    case MDL_SLO_THROUGHPUT:
        return search_requests(search, &scenario->network);
    case MDL_SLO_UTILIZATION:
        return search_utilization(search, scenario);
    case MDL_SLO_CONNECTIONS:
        return search_tiers(search, scenario, false) || search_pools(search, &scenario->network);
    case MDL_SLO_MEMORY:
        return search_tiers(search, scenario, true);
    case MDL_SLO_FIGURES:
        break;
    }
    return false;
}

/* --- resolving ---------------------------------------------------------------------------- */

struct wanted {
    struct mdl_slo *slo;
    const char *name;
};

static bool is_wanted(struct search *search, const char *name, enum mdl_slo_part part,
                      const char *part_name) {
    struct wanted *wanted = search->context;
    if (strcmp(name, wanted->name) != 0) {
        return false;
    }
    wanted->slo->part = part;
    wanted->slo->part_name = part_name;
    wanted->slo->tier = wanted->slo->figure == MDL_SLO_MEMORY ? name : NULL;
    return true;
}

static bool resolve_as(const struct mdl_scenario *scenario, struct mdl_slo *slo, const char *name) {
    struct wanted wanted = {slo, name};
    struct search search = {is_wanted, &wanted};
    return search_all(&search, scenario, slo->figure);
}

bool mdl_slo_resolve(const struct mdl_scenario *scenario, struct mdl_slo *slo) {
    bool of_requests = slo->figure <= MDL_SLO_THROUGHPUT;
    if (slo->subject == NULL) {
        slo->part = MDL_SLO_ALL;
        return of_requests;
    }
    if (resolve_as(scenario, slo, slo->subject)) {
        return true;
    }
    for (int i = 0; i < ALIASES && !of_requests; i++) {
        bool one = false;
        for (int k = 0; k < NAMES; k++) {
            one = one || strcmp(aliases[i][k], slo->subject) == 0;
        }
        for (int k = 0; k < NAMES && one; k++) {
            if (resolve_as(scenario, slo, aliases[i][k])) {
                return true;
            }
        }
    }
    return false;
}

struct list {
    struct sim_arena *arena;
    const char **names;
    size_t room;
    int count;
};

static bool listed(struct search *search, const char *name, enum mdl_slo_part part,
                   const char *part_name) {
    struct list *list = search->context;
    (void)part;
    (void)part_name;
    for (int i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0) {
            return false;
        }
    }
    list->names = sim_arena_grow(list->arena, list->names, (size_t)list->count, &list->room,
                                 sizeof *list->names);
    list->names[list->count++] = name;
    return false;
}

const char **mdl_slo_subjects(const struct mdl_scenario *scenario, enum mdl_slo_figure figure,
                              struct sim_arena *arena, int *count) {
    struct list list = {.arena = arena};
    struct search search = {listed, &list};
    search_all(&search, scenario, figure);
    *count = list.count;
    return list.names;
}
