/* Lowering: the list of defaults in use, in the order of the table of models/assumptions.h, then
 * request kinds, then what a reader assumed beyond the table. */
#include <math.h>
#include <string.h>

#include "models/lower_database.h"

static bool begins_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends_with(const char *text, const char *suffix) {
    size_t length = strlen(text);
    size_t end = strlen(suffix);
    return length >= end && strcmp(text + length - end, suffix) == 0;
}

/* Whether a workload key plays a part in the reading. */
static bool matters(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    enum mdl_reading reading = l->arch->workload.reading;
    const char *key = mdl_parameters[id].key;
    bool by_persona = reading == MDL_PERSONAS || reading == MDL_PERSONA_REQUESTS;
    bool by_frequency = reading == MDL_SYSTEM_FREQUENCY || reading == MDL_PER_USER_FREQUENCY;
    if (begins_with(key, "workload.personas.")) {
        return by_persona;
    }
    if (begins_with(key, "workload.mix.")) {
        return !by_frequency;
    }
    if (ends_with(key, ".frequency")) {
        return by_frequency;
    }
    if (begins_with(key, "workload.actions.") && !ends_with(key, ".kind")) {
        return reading != MDL_PERSONA_REQUESTS;
    }
    if (id == MDL_P_LAUNCH_SIMULTANEOUS) {
        return reading == MDL_SYSTEM_FREQUENCY || !l->arch->values[MDL_P_LAUNCH_STAY].given;
    }
    return true;
}

/* Whether some fleet, or some site, leaves the key to the whole. */
static bool is_left_by_fleets(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    for (int s = 0; s < l->site_count; s++) {
        for (int f = 0; f < l->sites[s].fleet_count; f++) {
            if (!l->sites[s].fleets[f].scope.values[id].given) {
                return true;
            }
        }
    }
    return false;
}

/* Whether some fleet's network is simulated with the default allowance. */
static bool is_network_left(const struct mdl_lowering *l) {
    for (int s = 0; s < l->site_count; s++) {
        for (int f = 0; f < l->sites[s].fleet_count; f++) {
            const struct mdl_fleet *fleet = &l->sites[s].fleets[f];
            if (fleet->network != MDL_NETWORK_AMPLE &&
                !fleet->scope.values[MDL_P_NETWORK_ALLOWANCE].given) {
                return true;
            }
        }
    }
    return false;
}

static bool is_left_by_sites(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    for (int s = 0; s < l->site_count; s++) {
        if (!l->sites[s].scope.values[id].given) {
            return true;
        }
    }
    return false;
}

/* Whether a policy's default went into the network: those of retries only with retries, and so on.
 */
static bool is_policy_used(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    const struct mdl_value *values = l->arch->values;
    switch ((int)id) {
    case MDL_P_ATTEMPTS:
        return true;
    case MDL_P_BACKOFF:
    case MDL_P_BACKOFF_MAX:
    case MDL_P_JITTER:
        return values[MDL_P_ATTEMPTS].number > 1;
    case MDL_P_CANCEL:
        return values[MDL_P_TIMEOUT].given || values[MDL_P_DATA_TIMEOUT].given;
    case MDL_P_BREAKER_OVER:
    case MDL_P_BREAKER_CALLS:
    case MDL_P_BREAKER_OPEN_FOR:
    case MDL_P_BREAKER_PROBES:
        return values[MDL_P_BREAKER_FAILURES].given;
    case MDL_P_RATE_BURST:
        return values[MDL_P_RATE_LIMIT].given;
    case MDL_P_QUEUE_LATENCY:
        return l->uses_jobs;
    }
    return false; /* there is no such policy unless it is given */
}

static bool is_of_credits(enum mdl_parameter_id id) {
    return ends_with(mdl_parameters[id].key, ".credits") ||
           ends_with(mdl_parameters[id].key, ".launched");
}

/* Whether the default of a database's key plays a part in the database that there is. */
static bool database_uses(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    const struct mdl_value *values = l->arch->values;
    bool storage = l->uses_reads || l->uses_writes;
    bool reads_replicas = false;
    bool scatters = false;
    for (int k = 0; k < l->arch->kind_count; k++) {
        reads_replicas = reads_replicas || mdl_reads_replicas(l, &l->arch->kinds[k]);
        scatters = scatters || mdl_scatters(l, &l->arch->kinds[k]);
    }
    switch ((int)id) {
    case MDL_P_READ_LATENCY:
        return l->uses_reads;
    case MDL_P_WRITE_LATENCY:
    case MDL_P_COMMIT_OPERATIONS:
    case MDL_P_COMMIT_SIZE:
        return l->uses_writes;
    case MDL_P_STORAGE:
    case MDL_P_STORAGE_SIZE:
    case MDL_P_DB_IOPS:
    case MDL_P_STORAGE_WINDOW:
        return storage;
    case MDL_P_QUERY_SIZE:
        return l->uses_queries;
    case MDL_P_DB_THROUGHPUT:
        return storage && isfinite(values[id].number);
    case MDL_P_PAGE_SIZE:
        return l->uses_reads || !values[MDL_P_BUFFER_HIT].given;
    case MDL_P_DATA_SIZE:
    case MDL_P_PAGE_SKEW:
        return !values[MDL_P_BUFFER_HIT].given;
    case MDL_P_STANDBY_LATENCY:
        return l->uses_writes && values[MDL_P_MULTI_AZ].number > 0;
    case MDL_P_REPLICA_INSTANCE:
    case MDL_P_REPLICA_CAPACITY:
    case MDL_P_REPLICA_YIELD:
    case MDL_P_READ_FROM:
        return l->replicas > 0;
    case MDL_P_REPLICA_BALANCER:
        return reads_replicas && l->replicas > 1;
    case MDL_P_REPLICATION_DELAY:
    case MDL_P_REPLAY_CPU:
    case MDL_P_REPLAY_WORKERS:
        return l->replicas > 0 && l->uses_writes;
    case MDL_P_STALE_OVERLAP:
        return reads_replicas && l->uses_writes;
    case MDL_P_SHARD_SKEW:
    case MDL_P_SCATTER:
        return l->shards > 1;
    case MDL_P_MERGE_CPU:
        return scatters;
    }
    return true;
}

/* The switches are always told, the effect of one only where it is off. */
static bool is_optimization_used(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    const struct mdl_value *values = l->arch->values;
    switch ((int)id) {
    case MDL_P_LIST_SHARE:
    case MDL_P_LIST_ROWS:
    case MDL_P_ROW_CPU:
        return values[MDL_P_WITH_PAGINATION].number == 0;
    case MDL_P_SCAN_CPU:
    case MDL_P_SCAN_PAGES:
        return values[MDL_P_WITH_INDEXES].number == 0;
    case MDL_P_COMPRESSED:
    case MDL_P_COMPRESSION_CPU:
        return values[MDL_P_WITH_COMPRESSION].number == 0;
    }
    return true;
}

/* Whether some site's cache is of that model. */
static bool has_cache_model(const struct mdl_lowering *l, int model) {
    for (int s = 0; s < l->site_count; s++) {
        if (l->sites[s].scope.values[MDL_P_CACHE_MODEL].number == model) {
            return l->network->cache_count > 0;
        }
    }
    return false;
}

static bool is_cache_key_used(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    bool store = has_cache_model(l, MDL_CACHE_STORE);
    bool items = store || has_cache_model(l, MDL_CACHE_CHE);
    bool shards = l->arch->values[MDL_P_CACHE_SHARDS].number > 1;
    switch ((int)id) {
    case MDL_P_CACHE_HIT:
        return has_cache_model(l, MDL_CACHE_FIXED) || has_cache_model(l, MDL_CACHE_CHE);
    case MDL_P_CACHE_MODEL:
        return l->network->cache_count > 0;
    case MDL_P_CACHE_ITEMS:
    case MDL_P_CACHE_ZIPF:
        return items || shards;
    case MDL_P_CACHE_ITEM_SIZE:
    case MDL_P_CACHE_MEMORY:
    case MDL_P_CACHE_TTL:
    case MDL_P_CACHE_POLICY:
        return items;
    case MDL_P_CACHE_START:
    case MDL_P_CACHE_COALESCE:
        return store;
    case MDL_P_CACHE_DATA:
        return !items;
    case MDL_P_CACHE_LAG:
        return l->site_count > 1;
    case MDL_P_CACHE_FLUSH:
    case MDL_P_CACHE_REPLICAS:
    case MDL_P_CACHE_MULTI_AZ:
    case MDL_P_CACHE_GLOBAL:
        return false; /* there is none unless it is given */
    }
    return true;
}

/* Whether the default of the key went into the network. */
static bool is_used(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    const char *key = mdl_parameters[id].key;
    if (l->arch->values[id].given) {
        return false;
    }
    if (begins_with(key, "policies.")) {
        return is_policy_used(l, id);
    }
    if (begins_with(key, "workload.")) {
        return l->arch->used[id] && matters(l, id);
    }
    if (id == MDL_P_HOP || id == MDL_P_CALL_CPU) {
        return l->uses_calls || (id == MDL_P_CALL_CPU && l->uses_jobs) ||
               (id == MDL_P_CALL_CPU && l->site_count > 1 && l->uses_database);
    }
    if (id == MDL_P_HOME_ROUND_TRIP) {
        return l->site_count > 1;
    }
    if (id == MDL_P_NETWORK_ALLOWANCE) {
        return is_network_left(l);
    }
    if (begins_with(key, "infrastructure.app.")) {
        return is_left_by_fleets(l, id);
    }
    if (begins_with(key, "infrastructure.client.") ||
        begins_with(key, "infrastructure.load_balancer.")) {
        return is_left_by_sites(l, id);
    }
    if (begins_with(key, "optimizations.")) {
        return is_optimization_used(l, id);
    }
    if (begins_with(key, "infrastructure.cache.")) {
        return l->uses_cache && is_left_by_sites(l, id) && is_cache_key_used(l, id);
    }
    if (begins_with(key, "infrastructure.database.")) {
        return l->uses_database && database_uses(l, id);
    }
    return true;
}

static void put(struct mdl_lowering *l, struct mdl_assumption assumption) {
    l->scenario->assumptions[l->scenario->assumption_count++] = assumption;
}

static struct mdl_assumption from_table(const struct mdl_parameter *parameter, const char *key,
                                        const char *text) {
    return (struct mdl_assumption){
        .key = key,
        .text = text,
        .unit = parameter->unit,
        .likely = parameter->likely,
        .low = parameter->low,
        .high = parameter->high,
        .source = parameter->source,
    };
}

static void put_kind(struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    for (int i = 0; i < MDL_REQUEST_PARAMETERS && kind->defaults >= 0; i++) {
        const struct mdl_parameter *parameter = &mdl_request_parameters[kind->defaults][i];
        if (!kind->values[i].given) {
            put(l,
                from_table(parameter,
                           sim_arena_print(l->arena, "requests.%s.%s", kind->name, parameter->key),
                           sim_arena_print(l->arena, "%s: %s", kind->name, parameter->text)));
        }
    }
}

/* What was computed for the parameter, in any scope; false: nothing was. */
static bool put_derived(struct mdl_lowering *l, enum mdl_parameter_id id) {
    bool any = false;
    for (int i = 0; i < l->derived_count; i++) {
        if (l->derived_ids[i] == id) {
            put(l, l->derived[i]);
            any = true;
        }
    }
    return any;
}

void mdl_lower_assumptions(struct mdl_lowering *l) {
    struct mdl_scenario *scenario = l->scenario;
    size_t most = MDL_PARAMETERS + (size_t)l->derived_count +
                  (size_t)l->arch->kind_count * MDL_REQUEST_PARAMETERS +
                  (size_t)l->arch->note_count;
    scenario->assumptions = sim_arena_array(l->arena, most, sizeof *scenario->assumptions);
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        const struct mdl_parameter *parameter = &mdl_parameters[i];
        if (!is_used(l, (enum mdl_parameter_id)i)) {
            continue;
        }
        bool none = is_of_credits((enum mdl_parameter_id)i); /* unless computed: for T types */
        if (!put_derived(l, (enum mdl_parameter_id)i) && !none) {
            put(l, from_table(parameter, parameter->key, parameter->text));
        }
    }
    for (int i = 0; i < l->arch->kind_count; i++) {
        put_kind(l, &l->arch->kinds[i]);
    }
    for (int i = 0; i < l->arch->note_count; i++) {
        put(l, l->arch->notes[i]);
    }
}
