/* Pools, caches and limiters of the network form. */
#include "inputs/dist_text.h"
#include "inputs/document.h"
#include "inputs/network_reader.h"

static const int64_t PLACES_MAX = 1000000000000; /* pool size, waiting room */
static const int64_t KEYS_MAX = 100000000;       /* a cache's keys are in memory */
static const double ZIPF_MAX = 20;
static const double BURST_MAX = 1e12;
static const double NS = 1e-9; /* the smallest span that the clock knows, in s */

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }
#define WORDS(list) list, (int)(sizeof(list) / sizeof(list)[0])

/* --- pools -------------------------------------------------------------------------------- */

static void pool_prepare(struct in_json value, void *record) {
    *(struct mdl_pool *)record =
        (struct mdl_pool){.where = value.path, .size = 1, .queue = -1, .instances = 1};
}

static void pool_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_pool *)record)->name);
}

static void pool_size(struct in_json value, void *record) {
    in_json_integer(value, 1, PLACES_MAX, &((struct mdl_pool *)record)->size);
}

static void pool_discipline(struct in_json value, void *record) {
    static const char *const words[] = {"fcfs", "lcfs", "priority"};
    static const enum mdl_discipline disciplines[] = {MDL_FCFS, MDL_LCFS, MDL_PRIORITY};
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    ((struct mdl_pool *)record)->discipline = disciplines[choice];
}

static void pool_queue(struct in_json value, void *record) {
    in_json_integer(value, 0, PLACES_MAX, &((struct mdl_pool *)record)->queue);
}

static void pool_patience(struct in_json value, void *record) {
    struct mdl_pool *pool = record;
    pool->has_patience = in_json_dist(value, &pool->patience);
}

static void pool_instances(struct in_json value, void *record) {
    in_network_instances(value, &((struct mdl_pool *)record)->instances);
}

/* Instances of a pool are alike: none of the weighted ones. */
static void pool_balancer(struct in_json value, void *record) {
    static const char *const words[] = {"random", "round_robin", "least_outstanding", "power_of"};
    static const enum mdl_balancer balancers[] = {MDL_RANDOM, MDL_ROUND_ROBIN,
                                                  MDL_LEAST_OUTSTANDING, MDL_POWER_OF};
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    ((struct mdl_pool *)record)->balancer = balancers[choice];
}

static void pool_choices(struct in_json value, void *record) {
    in_network_choices(value, &((struct mdl_pool *)record)->choices);
}

static void pool_ties(struct in_json value, void *record) {
    in_network_ties(value, &((struct mdl_pool *)record)->ties);
}

static void pool_with(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_pool *)record)->with);
}

static void pool_watch(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_pool *)record)->watch);
}

static void crash_at(struct in_json value, void *record) {
    in_json_integer(value, 1, PLACES_MAX, &((struct mdl_pool *)record)->crash_at);
}

static void crash_down(struct in_json value, void *record) {
    in_json_dist(value, &((struct mdl_pool *)record)->down);
}

static const struct in_field crash_fields[] = {
    {"at", true, crash_at},
    {"down", true, crash_down},
};
const struct in_form in_crash_form = FORM("crash", crash_fields);

static void pool_crash(struct in_json value, void *record) {
    in_json_read(value, &in_crash_form, record);
}

static const struct in_field pool_fields[] = {
    {"name", true, pool_name},
    {"size", true, pool_size},
    {"discipline", false, pool_discipline},
    {"queue", false, pool_queue},
    {"patience", false, pool_patience},
    {"instances", false, pool_instances},
    {"balancer", false, pool_balancer},
    {"choices", false, pool_choices},
    {"ties", false, pool_ties},
    {"with", false, pool_with},
    {"watch", false, pool_watch},
    {"crash", false, pool_crash},
};
const struct in_form in_pool_form = FORM("pool", pool_fields);

static void pool_finish(struct in_json value, void *record) {
    struct mdl_pool *pool = record;
    if (pool->queue == 0) {
        in_json_conflict(value, "patience", "no \"patience\" where \"queue\" is 0: none waits");
        in_json_conflict(value, "discipline",
                         "no \"discipline\" where \"queue\" is 0: none "
                         "waits");
    }
    in_network_finish_balancer(value, pool->balancer, pool->instances, &pool->choices);
}

void in_network_pools(struct in_json value, void *record) {
    static const struct in_record kind = {&in_pool_form, sizeof(struct mdl_pool), pool_prepare,
                                          pool_finish};
    struct mdl_network *network = record;
    network->pools = in_json_records(value, &kind, &network->pool_count);
}

/* --- caches ------------------------------------------------------------------------------- */

static void cache_prepare(struct in_json value, void *record) {
    *(struct mdl_cache *)record = (struct mdl_cache){.where = value.path};
}

static void cache_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_cache *)record)->name);
}

static void cache_hit(struct in_json value, void *record) {
    in_json_share(value, &((struct mdl_cache *)record)->hit);
}

static void cache_policy(struct in_json value, void *record) {
    static const char *const words[] = {"lru", "fifo", "ttl"};
    static const enum mdl_policy policies[] = {MDL_LRU, MDL_FIFO, MDL_TTL};
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    ((struct mdl_cache *)record)->policy = policies[choice];
}

static void cache_capacity(struct in_json value, void *record) {
    in_json_integer(value, 1, KEYS_MAX, &((struct mdl_cache *)record)->capacity);
}

static void cache_keys(struct in_json value, void *record) {
    in_json_integer(value, 1, KEYS_MAX, &((struct mdl_cache *)record)->keys);
}

static void cache_zipf(struct in_json value, void *record) {
    in_json_number(value, 0, ZIPF_MAX, &((struct mdl_cache *)record)->zipf);
}

static void cache_ttl(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_cache *)record)->ttl_s);
}

static void cache_renew(struct in_json value, void *record) {
    in_json_bool(value, &((struct mdl_cache *)record)->renew);
}

static void cache_warm(struct in_json value, void *record) {
    in_json_bool(value, &((struct mdl_cache *)record)->warm);
}

static void cache_coalesce(struct in_json value, void *record) {
    in_json_bool(value, &((struct mdl_cache *)record)->coalesce);
}

static void cache_flush(struct in_json value, void *record) {
    struct mdl_cache *cache = record;
    cache->flush_s = in_document_instants(value, &cache->flush_count);
}

static const struct in_field cache_fields[] = {
    {"name", true, cache_name},          {"hit", false, cache_hit},
    {"policy", false, cache_policy},     {"keys", false, cache_keys},
    {"capacity", false, cache_capacity}, {"zipf", false, cache_zipf},
    {"ttl", false, cache_ttl},           {"renew", false, cache_renew},
    {"warm", false, cache_warm},         {"coalesce", false, cache_coalesce},
    {"flush", false, cache_flush},
};
const struct in_form in_cache_form = FORM("cache", cache_fields);

static void cache_finish(struct in_json value, void *record) {
    static const char *const of_stores[] = {"keys",  "capacity", "zipf",     "ttl",
                                            "renew", "warm",     "coalesce", "flush"};
    const struct mdl_cache *cache = record;
    bool hit = in_json_present(in_json_get(value, "hit"));
    bool policy = in_json_present(in_json_get(value, "policy"));
    if (hit == policy) {
        sim_diag_add(value.context->diags, hit ? "conflicting-keys" : "missing-key", value.path,
                     "either \"hit\" (a probability) or \"policy\" (lru, fifo, ttl)", NULL, "%s",
                     hit ? "both" : "neither");
        return;
    }
    for (int i = 0; hit && i < (int)(sizeof of_stores / sizeof of_stores[0]); i++) {
        in_json_conflict(value, of_stores[i], "only \"hit\", or a \"policy\" with its keys");
    }
    if (hit) {
        return;
    }
    in_json_need(value, "keys", "\"keys\": how many different keys are asked for");
    if (cache->policy == MDL_TTL) {
        in_json_need(value, "ttl", "\"ttl\": how long an entry lives");
        in_json_conflict(value, "capacity",
                         "no \"capacity\" where the policy is \"ttl\": only "
                         "their age removes entries");
    } else {
        in_json_need(value, "capacity", "\"capacity\": how many keys the cache holds");
    }
    if (!in_json_present(in_json_get(value, "ttl"))) {
        in_json_conflict(value, "renew", "\"renew\" only beside \"ttl\"");
    }
}

void in_network_caches(struct in_json value, void *record) {
    static const struct in_record kind = {&in_cache_form, sizeof(struct mdl_cache), cache_prepare,
                                          cache_finish};
    struct mdl_network *network = record;
    network->caches = in_json_records(value, &kind, &network->cache_count);
}

/* --- limiters ----------------------------------------------------------------------------- */

static void limiter_prepare(struct in_json value, void *record) {
    *(struct mdl_limiter *)record =
        (struct mdl_limiter){.where = value.path, .queue = -1, .instances = 1};
}

static void limiter_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_limiter *)record)->name);
}

static void limiter_rate(struct in_json value, void *record) {
    struct mdl_limiter *limiter = record;
    if (in_json_rate(value, &limiter->rate_per_s) && !(limiter->rate_per_s > 0)) {
        in_json_wrong(value, "out-of-range", "a rate above 0", NULL);
    }
}

static void limiter_burst(struct in_json value, void *record) {
    in_json_number(value, 1, BURST_MAX, &((struct mdl_limiter *)record)->burst);
}

static void limiter_when_empty(struct in_json value, void *record) {
    static const char *const words[] = {"reject", "wait"};
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    ((struct mdl_limiter *)record)->waits = choice == 1;
}

static void limiter_queue(struct in_json value, void *record) {
    in_json_integer(value, 0, PLACES_MAX, &((struct mdl_limiter *)record)->queue);
}

static void limiter_instances(struct in_json value, void *record) {
    in_network_instances(value, &((struct mdl_limiter *)record)->instances);
}

static void limiter_with(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_limiter *)record)->with);
}

static const struct in_field limiter_fields[] = {
    {"name", true, limiter_name},    {"rate", true, limiter_rate},
    {"burst", true, limiter_burst},  {"when_empty", false, limiter_when_empty},
    {"queue", false, limiter_queue}, {"instances", false, limiter_instances},
    {"with", false, limiter_with},
};
const struct in_form in_limiter_form = FORM("limiter", limiter_fields);

static void limiter_finish(struct in_json value, void *record) {
    if (!((const struct mdl_limiter *)record)->waits) {
        in_json_conflict(value, "queue", "\"queue\" only beside \"when_empty\": \"wait\"");
    }
}

void in_network_limiters(struct in_json value, void *record) {
    static const struct in_record kind = {&in_limiter_form, sizeof(struct mdl_limiter),
                                          limiter_prepare, limiter_finish};
    struct mdl_network *network = record;
    network->limiters = in_json_records(value, &kind, &network->limiter_count);
}
