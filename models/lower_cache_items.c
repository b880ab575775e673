/* Lowering: what a site's cache holds and how its hits are found (DESIGN 5.5).
 *
 *   fixed  a look-up hits with probability `hit`
 *   che    the same, the probability by Che's approximation (models/che.h) at the mean rate of
 *          look-ups over the run; a store, empty at the start, sees the same look-ups, to be
 * printed beside it store  keys in a simulated store, answer i of `items` asked for as 1 / i^zipf
 *
 * It has room for memory / item_size answers. The memory is maxmemory of the node less the quarter
 * that reserved-memory-percent keeps (demands.csv: ecug), over all shards.
 */
#include <math.h>
#include <string.h>

#include "models/che.h"
#include "models/lower_parts.h"
#include "sim/random.h"

static const double DATA_SHARE = 0.75;     /* 1 - reserved-memory-percent */
static const double KEYS_MAX = 1e8;        /* as in the network form */
static const int64_t BESIDE_MAX = 1000000; /* answers of a store that is only looked at: 40 MB */
static const int64_t RANKS_APART = 100000; /* answers placed on shards one by one */

static int model_of(const struct mdl_lowering *l) { return (int)mdl_number(l, MDL_P_CACHE_MODEL); }

bool mdl_cache_has_items(const struct mdl_lowering *l) { return model_of(l) != MDL_CACHE_FIXED; }

static void need_store(struct mdl_lowering *l, enum mdl_parameter_id id) {
    if (l->scope.values[id].given && model_of(l) != MDL_CACHE_STORE) {
        sim_diag_add(l->diags, "needs-store", mdl_key(l, id), "\"model\": \"store\" beside it",
                     "only keys in a simulated store can be lost, fetched or there at the start",
                     "a cache whose hits are a share of the look-ups");
    }
}

void mdl_cache_derive(struct mdl_lowering *l, const struct mdl_instance_type *node) {
    const struct mdl_value *values = l->scope.values;
    bool items = values[MDL_P_CACHE_ITEMS].given;
    mdl_derive_number(l, MDL_P_CACHE_MODEL, items ? MDL_CACHE_STORE : MDL_CACHE_FIXED,
                      items ? "store" : "fixed", NULL, NULL,
                      mdl_parameters[MDL_P_CACHE_MODEL].source);
    if (mdl_cache_has_items(l) && values[MDL_P_CACHE_HIT].given) {
        sim_diag_add(l->diags, "conflicting-keys", mdl_key(l, MDL_P_CACHE_HIT),
                     "either \"hit\", or hits that follow from \"items\"",
                     "remove it, or say \"model\": \"fixed\"", "both");
    }
    need_store(l, MDL_P_CACHE_START);
    need_store(l, MDL_P_CACHE_FLUSH);
    need_store(l, MDL_P_CACHE_COALESCE);
    if (!mdl_cache_has_items(l)) {
        return;
    }
    bool known = node->maxmemory_bytes > 0;
    double bytes = (known ? node->maxmemory_bytes : node->memory_gib * MDL_GIB) * DATA_SHARE *
                   mdl_number(l, MDL_P_CACHE_SHARDS);
    mdl_derive_number(l, MDL_P_CACHE_MEMORY, bytes,
                      sim_arena_print(l->arena, "%.4gGiB", bytes / MDL_GIB), NULL, NULL,
                      known ? "elasticache.csv: maxmemory, less 25 % reserved (demands.csv: "
                              "reserved-memory-percent)"
                            : "elasticache.csv: memory of the node, less 25 % reserved; its "
                              "maxmemory is not known");
}

static double room_for(const struct mdl_lowering *l) {
    double room = floor(mdl_number(l, MDL_P_CACHE_MEMORY) / mdl_number(l, MDL_P_CACHE_ITEM_SIZE));
    return fmax(1, fmin(room, mdl_number(l, MDL_P_CACHE_ITEMS)));
}

double mdl_cache_bytes(const struct mdl_lowering *l) {
    return mdl_cache_has_items(l) ? room_for(l) * mdl_number(l, MDL_P_CACHE_ITEM_SIZE)
                                  : mdl_number(l, MDL_P_CACHE_DATA);
}

/* --- the rate of look-ups --------------------------------------------------------------------- */

/* Users present at once, on average over the run. */
static double mean_users(const struct mdl_lowering *l) {
    const struct mdl_workload *workload = &l->arch->workload;
    const struct mdl_point *points = workload->points;
    int last = workload->point_count - 1;
    if (workload->launch_day) {
        return workload->users * l->arch->values[MDL_P_LAUNCH_STAY].dist.mean / points[last].t_s;
    }
    double sum = 0;
    for (int i = 0; i < last; i++) {
        sum += (points[i].value + points[i + 1].value) / 2 * (points[i + 1].t_s - points[i].t_s);
    }
    return sum / (points[last].t_s - points[0].t_s);
}

static double cacheable_of(const struct mdl_lowering *l, const char *kind) {
    for (int i = 0; i < l->arch->kind_count; i++) {
        if (strcmp(l->arch->kinds[i].name, kind) == 0) {
            return mdl_kind_number(&l->arch->kinds[i], MDL_R_CACHEABLE);
        }
    }
    return 0;
}

static double lookup_rate(const struct mdl_lowering *l, const struct mdl_site *site) {
    const struct mdl_workload *workload = &l->arch->workload;
    const struct mdl_session *session = mdl_lower_session(workload, "", l->arena);
    double requests = 0;
    double lookups = 0;
    for (int i = 0; i < session->action_count; i++) {
        const struct mdl_action *action = &session->actions[i];
        requests += action->p * action->requests;
        lookups += action->p * action->requests * cacheable_of(l, action->cls);
    }
    return mdl_workload_request_rate(workload, mean_users(l) * site->users) * lookups / requests;
}

/* --- places ----------------------------------------------------------------------------------- */

/* A store that no request asks. */
static void add_beside(struct mdl_lowering *l, const char *name, struct mdl_cache store) {
    struct mdl_cache *beside = mdl_add_cache(l, name);
    store.name = beside->name;
    store.where = beside->where;
    *beside = store;
}

void mdl_cache_fill_in(struct mdl_lowering *l, const struct mdl_site *site,
                       struct mdl_cache *cache) {
    const struct mdl_value *values = l->scope.values;
    if (!mdl_cache_has_items(l)) {
        cache->hit = mdl_number(l, MDL_P_CACHE_HIT);
        return;
    }
    if (mdl_number(l, MDL_P_CACHE_ITEMS) > KEYS_MAX) {
        sim_diag_add(l->diags, "out-of-range", mdl_key(l, MDL_P_CACHE_ITEMS),
                     "at most 100000000 answers", NULL, "%.0f", mdl_number(l, MDL_P_CACHE_ITEMS));
        return;
    }
    static const enum mdl_policy policies[] = {MDL_LRU, MDL_FIFO};
    cache->policy = policies[(int)mdl_number(l, MDL_P_CACHE_POLICY)];
    cache->keys = (int64_t)mdl_number(l, MDL_P_CACHE_ITEMS);
    cache->capacity = (int64_t)room_for(l);
    cache->zipf = mdl_number(l, MDL_P_CACHE_ZIPF);
    cache->ttl_s = mdl_number(l, MDL_P_CACHE_TTL);
    if (model_of(l) == MDL_CACHE_CHE) {
        double rate = lookup_rate(l, site);
        struct mdl_che che = {.hit = 0};
        if (rate > 0) {
            mdl_che_solve(cache, rate, &che);
        }
        struct mdl_cache store = *cache;
        *cache = (struct mdl_cache){.name = cache->name, .where = cache->where, .hit = che.hit};
        if (store.keys <= BESIDE_MAX) {
            cache->beside = mdl_place_name(l, "cache", site->at, "store");
            add_beside(l, cache->beside, store); /* `cache` may be elsewhere from here on */
        }
        mdl_derive_number(l, MDL_P_CACHE_HIT, che.hit,
                          sim_arena_print(l->arena, "%.3g%%", che.hit * 100), NULL, NULL,
                          sim_arena_print(l->arena,
                                          "Che's approximation at %.3g look-ups/s on average, "
                                          "room for %.0f answers",
                                          rate, room_for(l)));
        return;
    }
    cache->warm = mdl_number(l, MDL_P_CACHE_START) != 0;
    cache->coalesce = mdl_number(l, MDL_P_CACHE_COALESCE) != 0;
    if (values[MDL_P_CACHE_FLUSH].given) {
        cache->flush_s = sim_arena_array(l->arena, 1, sizeof *cache->flush_s);
        cache->flush_s[0] = mdl_number(l, MDL_P_CACHE_FLUSH);
        cache->flush_count = 1;
    }
}

/* A fixed hash of the rank puts an answer on its shard, as CRC16 does with keys; a shard's weight
 * is the popularity of its answers. Those of the last ranks are spread evenly. */
void mdl_cache_shards(struct mdl_lowering *l, struct mdl_station *commands) {
    int shards = (int)mdl_number(l, MDL_P_CACHE_SHARDS);
    if (shards == 1) {
        return;
    }
    commands->instances = shards;
    commands->balancer = MDL_WEIGHTED_RANDOM;
    commands->instance_list =
        sim_arena_array(l->arena, (size_t)shards, sizeof *commands->instance_list);
    for (int i = 0; i < shards; i++) {
        commands->instance_list[i] = (struct mdl_instance){.speed = 1, .servers = 1};
    }
    double items = mdl_number(l, MDL_P_CACHE_ITEMS);
    double zipf = mdl_number(l, MDL_P_CACHE_ZIPF);
    int64_t apart = items < (double)RANKS_APART ? (int64_t)items : RANKS_APART;
    for (int64_t rank = 1; rank <= apart; rank++) {
        uint64_t shard = sim_mix(0x73686172644b6579, (uint64_t)rank) % (uint64_t)shards;
        commands->instance_list[shard].weight += pow((double)rank, -zipf);
    }
    double rest = 0; /* integral of x^-zipf over the ranks beyond */
    if (items > (double)apart) {
        double from = (double)apart + 0.5;
        double to = items + 0.5;
        rest = fabs(zipf - 1) < 1e-9 ? log(to / from)
                                     : (pow(to, 1 - zipf) - pow(from, 1 - zipf)) / (1 - zipf);
    }
    for (int i = 0; i < shards; i++) { /* a shard without an answer still has sessions */
        commands->instance_list[i].weight =
            fmax(1e-9, commands->instance_list[i].weight + rest / shards);
    }
}
