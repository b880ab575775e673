#include "studies/validate_mutants.h"

#include <string.h>

#include "sim/histogram.h"

/* --- stations ----------------------------------------------------------------------------------
 */

/* Does it to every station that it fits; `change` returns whether it did. */
static bool each_station(struct mdl_scenario *scenario, bool (*change)(struct mdl_station *)) {
    bool changed = false;
    for (int i = 0; i < scenario->network.station_count; i++) {
        changed = change(&scenario->network.stations[i]) || changed;
    }
    return changed;
}

static bool slow_one(struct mdl_station *station) {
    static const double FACTOR = 1.02;
    if (station->discipline == MDL_DELAY) {
        return false;
    }
    station->speed /= FACTOR;
    for (int i = 0; i < station->speed_count; i++) {
        station->speeds[i] /= FACTOR;
    }
    return true;
}
static bool slow(struct mdl_scenario *s) { return each_station(s, slow_one); }

static bool lcfs_one(struct mdl_station *station) {
    bool is = station->discipline == MDL_FCFS;
    station->discipline = is ? MDL_LCFS : station->discipline;
    return is;
}
static bool lcfs(struct mdl_scenario *s) { return each_station(s, lcfs_one); }

static bool more_servers_one(struct mdl_station *station) {
    bool is = station->discipline == MDL_PS && station->speeds == NULL;
    station->servers += is;
    return is;
}
static bool more_servers(struct mdl_scenario *s) { return each_station(s, more_servers_one); }

static bool linear_one(struct mdl_station *station) {
    for (int i = 1; i < station->speed_count; i++) {
        station->speeds[i] = station->speeds[0] * (i + 1);
    }
    return station->speed_count > 1;
}
static bool linear(struct mdl_scenario *s) { return each_station(s, linear_one); }

static bool patient_one(struct mdl_station *station) {
    bool is = station->has_patience;
    station->has_patience = false;
    return is;
}
static bool patient(struct mdl_scenario *s) { return each_station(s, patient_one); }

static bool roomy_one(struct mdl_station *station) {
    bool is = station->capacity >= 0;
    station->capacity += is;
    return is;
}
static bool roomy(struct mdl_scenario *s) { return each_station(s, roomy_one); }

static bool by_chance_one(struct mdl_station *station) {
    bool is = station->balancer == MDL_ROUND_ROBIN && station->instances > 1;
    station->balancer = is ? MDL_RANDOM : station->balancer;
    return is;
}
static bool by_chance(struct mdl_scenario *s) { return each_station(s, by_chance_one); }

static bool blind_one(struct mdl_station *station) {
    bool is = station->balancer == MDL_LEAST_OUTSTANDING && station->instances > 1;
    station->balancer = is ? MDL_ROUND_ROBIN : station->balancer;
    return is;
}
static bool blind(struct mdl_scenario *s) { return each_station(s, blind_one); }

static bool free_switch_one(struct mdl_station *station) {
    bool is = station->discipline == MDL_RR && station->switch_s > 0;
    station->switch_s = is ? 0 : station->switch_s;
    return is;
}
static bool free_switch(struct mdl_scenario *s) { return each_station(s, free_switch_one); }

static bool no_earnings_one(struct mdl_station *station) {
    static const double NEXT_TO_NOTHING = 1e-6;
    if (station->credits != NULL) {
        station->credits->earn_per_h = NEXT_TO_NOTHING;
    }
    return station->credits != NULL;
}
static bool no_earnings(struct mdl_scenario *s) { return each_station(s, no_earnings_one); }

/* --- demands -----------------------------------------------------------------------------------
 */

static bool memoryless(struct sim_dist *demand) {
    bool is = demand->kind != SIM_DIST_EXP && demand->mean > 0;
    if (is) {
        *demand = sim_dist_exp(demand->mean);
    }
    return is;
}

/* Does it to the steps of all blocks within. */
static bool each_step(struct mdl_block *block, bool (*change)(struct mdl_step *)) {
    bool changed = false;
    for (int i = 0; i < block->count; i++) {
        struct mdl_step *step = &block->steps[i];
        changed = change(step) || changed;
        for (int k = 0; k < step->block_count; k++) {
            changed = each_step(&step->blocks[k], change) || changed;
        }
    }
    return changed;
}

static bool each_route(struct mdl_scenario *scenario, bool (*change)(struct mdl_step *)) {
    bool changed = false;
    for (int i = 0; i < scenario->network.route_count; i++) {
        changed = each_step(&scenario->network.routes[i].body, change) || changed;
    }
    return changed;
}

static bool shapeless_step(struct mdl_step *step) {
    return step->kind == MDL_STEP_SERVE && step->has_demand && memoryless(&step->demand);
}

static bool shapeless_station(struct mdl_station *station) {
    bool changed = station->has_demand && memoryless(&station->demand);
    for (int i = 0; i < station->demand_class_count; i++) {
        changed = memoryless(&station->demand_by_class[i]) || changed;
    }
    return changed;
}

static bool shapeless(struct mdl_scenario *scenario) {
    bool steps = each_route(scenario, shapeless_step);
    return each_station(scenario, shapeless_station) || steps;
}

/* --- routes ------------------------------------------------------------------------------------
 */

static bool wait_for_all_step(struct mdl_step *step) {
    bool is = step->kind == MDL_STEP_FORK && step->join > 0;
    step->join = is ? 0 : step->join;
    return is;
}
static bool wait_for_all(struct mdl_scenario *s) { return each_route(s, wait_for_all_step); }

static bool first_answer_step(struct mdl_step *step) {
    bool is = step->kind == MDL_STEP_FORK && step->join == 0;
    step->join = is ? 1 : step->join;
    return is;
}
static bool first_answer(struct mdl_scenario *s) { return each_route(s, first_answer_step); }

static bool late_timeout_step(struct mdl_step *step) {
    static const double FACTOR = 1.1;
    bool is = step->kind == MDL_STEP_TIMEOUT;
    if (is) {
        step->demand = sim_dist_constant(step->demand.mean * FACTOR);
    }
    return is;
}
static bool late_timeout(struct mdl_scenario *s) { return each_route(s, late_timeout_step); }

/* Who fails once gives up. */
static bool no_retry_step(struct mdl_step *step) {
    bool is = step->kind == MDL_STEP_RETRY && step->retry->attempts != 1;
    if (is) {
        step->retry->attempts = 1;
    }
    return is;
}
static bool no_retry(struct mdl_scenario *s) { return each_route(s, no_retry_step); }

/* --- sources -----------------------------------------------------------------------------------
 */

static bool lost_arrivals(struct mdl_scenario *scenario) {
    static const double KEPT = 0.98;
    bool changed = false;
    for (int i = 0; i < scenario->network.source_count; i++) {
        struct mdl_source *source = &scenario->network.sources[i];
        for (int k = 0; source->kind == MDL_SOURCE_RATE && k < source->point_count; k++) {
            source->points[k].value *= KEPT;
            changed = true;
        }
        if (source->kind == MDL_SOURCE_CURVE) {
            source->total *= KEPT;
            changed = true;
        }
    }
    return changed;
}

static bool no_think(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.source_count; i++) {
        struct mdl_source *source = &scenario->network.sources[i];
        changed = changed || source->has_think;
        source->has_think = false;
    }
    return changed;
}

static bool no_batches(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.source_count; i++) {
        struct mdl_source *source = &scenario->network.sources[i];
        if (source->kind == MDL_SOURCE_RATE && source->batch > 1) {
            for (int k = 0; k < source->point_count; k++) {
                source->points[k].value *= source->batch;
            }
            source->batch = 1;
            changed = true;
        }
    }
    return changed;
}

static bool one_stay(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.source_count; i++) {
        struct mdl_session *session = scenario->network.sources[i].session;
        if (session != NULL && session->has_stay) {
            session->stay = sim_dist_constant(session->stay.mean);
            changed = true;
        }
    }
    return changed;
}

/* --- the rest of the network -------------------------------------------------------------------
 */

static bool no_priority(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.class_count; i++) {
        struct mdl_class *cls = &scenario->network.classes[i];
        changed = changed || cls->priority != scenario->network.classes[0].priority;
        cls->priority = scenario->network.classes[0].priority;
    }
    return changed;
}

static bool larger_pool(struct mdl_scenario *scenario) {
    for (int i = 0; i < scenario->network.pool_count; i++) {
        scenario->network.pools[i].size++;
    }
    return scenario->network.pool_count > 0;
}

static bool smaller_burst(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.limiter_count; i++) {
        struct mdl_limiter *limiter = &scenario->network.limiters[i];
        changed = changed || limiter->burst >= 2;
        limiter->burst -= limiter->burst >= 2;
    }
    return changed;
}

static bool renewed(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.cache_count; i++) {
        struct mdl_cache *cache = &scenario->network.caches[i];
        changed = changed || (cache->policy == MDL_TTL && !cache->renew);
        cache->renew = cache->renew || cache->policy == MDL_TTL;
    }
    return changed;
}

static bool oldest_out(struct mdl_scenario *scenario) {
    bool changed = false;
    for (int i = 0; i < scenario->network.cache_count; i++) {
        struct mdl_cache *cache = &scenario->network.caches[i];
        changed = changed || cache->policy == MDL_LRU;
        cache->policy = cache->policy == MDL_LRU ? MDL_FIFO : cache->policy;
    }
    return changed;
}

static bool keep_warmup(struct mdl_scenario *scenario) {
    bool changed = scenario->warmup_s > 0;
    scenario->warmup_s = 0;
    return changed;
}

/* --- figures -----------------------------------------------------------------------------------
 */

static bool is_percentile(const struct std_suite_row *row, const struct mdl_scenario *scenario) {
    (void)scenario;
    return row->percentile;
}

static double next_bucket(double value, const struct mdl_scenario *scenario) {
    (void)scenario;
    uint32_t octave = sim_histogram_octave((uint64_t)sim_time_from_s(value));
    return value + sim_time_to_s((sim_time)1 << octave);
}

static bool is_average(const struct std_suite_row *row, const struct mdl_scenario *scenario) {
    return row->averaged && scenario->warmup_s > 0;
}

static double over_horizon(double value, const struct mdl_scenario *scenario) {
    return value * (1 - scenario->warmup_s / scenario->horizon_s);
}

const struct std_mutant std_mutants[] = {
    {.name = "slow-service", .text = "every station works 2 % slower", .spoil = slow},
    {.name = "lost-arrivals", .text = "one arrival in 50 is lost", .spoil = lost_arrivals},
    {.name = "lcfs", .text = "who came last is served first", .spoil = lcfs},
    {.name = "memoryless", .text = "all demands are exponential", .spoil = shapeless},
    {.name = "kept-warmup", .text = "what is seen during the warm-up counts", .spoil = keep_warmup},
    {.name = "extra-processor",
     .text = "processor sharing has one processor too many",
     .spoil = more_servers},
    {.name = "full-second-thread",
     .text = "the second thread of a core is worth a whole one",
     .spoil = linear},
    {.name = "no-priority", .text = "priorities are ignored", .spoil = no_priority},
    {.name = "no-patience", .text = "nobody loses patience", .spoil = patient},
    {.name = "more-room", .text = "a station lets one customer too many in", .spoil = roomy},
    {.name = "late-timeout", .text = "timeouts strike 10 % late", .spoil = late_timeout},
    {.name = "no-retry", .text = "who fails does not try again", .spoil = no_retry},
    {.name = "turn-by-chance", .text = "round robin draws lots", .spoil = by_chance},
    {.name = "blind-balancer", .text = "the fewest outstanding are not looked for", .spoil = blind},
    {.name = "free-switch", .text = "switching between slices takes no time", .spoil = free_switch},
    {.name = "larger-pool", .text = "a pool has one place too many", .spoil = larger_pool},
    {.name = "no-batches", .text = "batches arrive one by one", .spoil = no_batches},
    {.name = "first-answer", .text = "a join waits for one branch only", .spoil = first_answer},
    {.name = "all-answers", .text = "a quorum waits for all branches", .spoil = wait_for_all},
    {.name = "no-think", .text = "users do not think", .spoil = no_think},
    {.name = "constant-stay", .text = "all users stay equally long", .spoil = one_stay},
    {.name = "smaller-burst",
     .text = "a token bucket holds one token less",
     .spoil = smaller_burst},
    {.name = "renewed-entries", .text = "a hit renews the life of an entry", .spoil = renewed},
    {.name = "oldest-out", .text = "LRU caches drop what was stored first", .spoil = oldest_out},
    {.name = "no-earnings", .text = "CPU credits are spent and never earned", .spoil = no_earnings},
    {.name = "next-bucket",
     .text = "percentiles are read one bucket too high",
     .touches = is_percentile,
     .distort = next_bucket},
    {.name = "whole-horizon",
     .text = "averages over time are divided by the warm-up too",
     .touches = is_average,
     .distort = over_horizon},
};
const int std_mutant_count = sizeof std_mutants / sizeof *std_mutants;

const struct std_mutant *std_mutant_find(const char *name) {
    for (int i = 0; i < std_mutant_count; i++) {
        if (strcmp(std_mutants[i].name, name) == 0) {
            return &std_mutants[i];
        }
    }
    return NULL;
}
