/* The cache of an architecture: hits from answers, shards, regions; and the optimizations. */
#include "tests/arch_fixture.h"

#include <math.h>

#include "models/che.h"
#include "models/engine.h"
#include "studies/run_study.h"

static void near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

static struct mdl_scenario *with_cache(const char *keys) {
    return fixture_read(sim_arena_print(
        fixture.arena, "{'workload': {'launch_day': {}}, 'infrastructure': {'cache': {%s}}}",
        keys));
}

static const struct mdl_station *station_of(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.station_count; i++) {
        if (strcmp(s->network.stations[i].name, name) == 0) {
            return &s->network.stations[i];
        }
    }
    fail_msg("no station %s", name);
    return NULL;
}

static const struct mdl_tier *tier_of(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->tier_count; i++) {
        if (strcmp(s->tiers[i].name, name) == 0) {
            return &s->tiers[i];
        }
    }
    fail_msg("no tier %s", name);
    return NULL;
}

/* maxmemory of cache.t3.medium is 3 317 862 236 B, of which 3/4 hold 2488 answers of 1 MB. */
static void a_store(void **state) {
    (void)state;
    struct mdl_scenario *s =
        with_cache("'items': 20000, 'item_size': '1MB', 'ttl': '2h', 'zipf': 0.8,"
                   " 'start': 'warm', 'flush_at': '3h', 'coalesce': 'on', 'policy': 'fifo'");
    assert_int_equal(s->network.cache_count, 1);
    const struct mdl_cache *cache = &s->network.caches[0];
    assert_int_equal(cache->policy, MDL_FIFO);
    assert_int_equal(cache->keys, 20000);
    assert_int_equal(cache->capacity, 2488);
    near(cache->zipf, 0.8, 0);
    near(cache->ttl_s, 7200, 0);
    assert_true(cache->warm && cache->coalesce);
    assert_int_equal(cache->flush_count, 1);
    near(cache->flush_s[0], 10800, 0);
    near(tier_of(s, "cache")->memory_base_gib, 2488e6 / 1073741824.0, 1e-9);
    assert_null(fixture_assumption(s, "infrastructure.cache.hit"));
    assert_null(fixture_assumption(s, "infrastructure.cache.data"));
    assert_non_null(fixture_assumption(s, "infrastructure.cache.memory"));
    in_scenario_free(s);
    s = with_cache("'items': 100");
    assert_int_equal(s->network.caches[0].capacity, 100); /* no more than there are */
    near(tier_of(s, "cache")->memory_base_gib, 100 * 20e3 / 1073741824.0, 1e-9);
    in_scenario_free(s);
    s = with_cache("'items': 100, 'model': 'fixed'");
    assert_int_equal(s->network.caches[0].policy, MDL_PROBABILITY);
    near(s->network.caches[0].hit, 0.8, 0);
    in_scenario_free(s);
}

/* 100 users, each a read every 10 s, half of them cacheable: 5 look-ups a second. */
#define READS(cache)                                                                               \
    "{'workload': {'load_test': {'profile': [['0s', 100], ['2h', 100]]},"                          \
    "   'actions': {'look': {'kind': 'read', 'requests': 1, 'duration': '10s',"                    \
    "     'frequency': '1/h'}}, 'mix': {'read': '100%'}},"                                         \
    " 'requests': {'read': {'cacheable': '50%'}},"                                                 \
    " 'infrastructure': {'cache': {'items': 5000, 'memory': '10MB', 'ttl': '20m'" cache "}},"      \
    " 'warmup': '1h'}"

static double figure(const struct std_findings *f, const char *name) {
    const struct std_metric *m = std_metric_find(f, "cache", "cache", name);
    assert_non_null(m);
    return m->estimate.value;
}

static void store_and_approximation(void **state) {
    (void)state;
    const struct mdl_cache same = {
        .policy = MDL_LRU, .keys = 5000, .capacity = 500, .zipf = 0.9, .ttl_s = 1200};
    struct mdl_che che;
    assert_true(mdl_che_solve(&same, 5, &che));
    struct mdl_scenario *s = fixture_read(READS(", 'model': 'che'"));
    assert_int_equal(s->network.caches[0].policy, MDL_PROBABILITY);
    near(s->network.caches[0].hit, che.hit, 1e-12);
    assert_non_null(strstr(fixture_assumption(s, "infrastructure.cache.hit")->source, "Che"));
    in_scenario_free(s);
    s = fixture_read(READS(""));
    struct std_run_options options = {.seed = 7, .replications = 4, .threads = 1};
    struct std_findings *f = std_run(s, &options);
    near(figure(f, "che_hit_ratio"), che.hit, 0.001); /* the rate seen is not quite 5/s */
    near(figure(f, "hit_ratio"), che.hit, 0.01);
    assert_true(che.hit > 0.3 && che.hit < 0.7);
    std_findings_free(f);
    in_scenario_free(s);
}

/* Three answers on three shards: the weights are theirs; 1, 1/4 and 1/9 in some order or together.
 */
static void shards(void **state) {
    (void)state;
    struct mdl_scenario *s = with_cache(
        "'shards': 3, 'replicas': 1, 'multi_az': 'on', 'items': 3, 'zipf': 2, 'model': 'fixed'");
    const struct mdl_station *commands = station_of(s, "cache.commands");
    assert_int_equal(commands->instances, 3);
    assert_int_equal(commands->balancer, MDL_WEIGHTED_RANDOM);
    double sum = 0;
    double most = 0;
    for (int i = 0; i < 3; i++) {
        sum += commands->instance_list[i].weight;
        most = fmax(most, commands->instance_list[i].weight);
    }
    near(sum, 1 + 1.0 / 4 + 1.0 / 9, 1e-8);
    assert_true(most >= 1);
    const struct mdl_tier *tier = tier_of(s, "cache");
    assert_int_equal(tier->instances, 6);
    near(tier->memory_base_gib, 500e6 / 3 / 1073741824.0, 1e-9);
    in_scenario_free(s);
    s = with_cache("'shards': 4, 'items': 1000000, 'zipf': 0.9, 'model': 'fixed'");
    commands = station_of(s, "cache.commands");
    sum = 0;
    for (int i = 0; i < 4; i++) {
        sum += commands->instance_list[i].weight;
    }
    double full = 0;
    for (int i = 1; i <= 1000000; i++) {
        full += pow(i, -0.9);
    }
    near(sum, full, 1e-6 * full);
    in_scenario_free(s);
}

/* --- regions ------------------------------------------------------------------------------ */

static int async_visits(const struct mdl_block *block, const char *station, bool inside) {
    int count = 0;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        count += inside && step->target != NULL && strcmp(step->target, station) == 0;
        for (int b = 0; b < step->block_count; b++) {
            count +=
                async_visits(&step->blocks[b], station, inside || step->kind == MDL_STEP_ASYNC);
        }
    }
    return count;
}

static const struct mdl_block *body_of(const struct mdl_scenario *s, const char *route) {
    for (int i = 0; i < s->network.route_count; i++) {
        if (strcmp(s->network.routes[i].name, route) == 0) {
            return &s->network.routes[i].body;
        }
    }
    fail_msg("no route %s", route);
    return NULL;
}

static double present(const struct std_findings *f, const char *station) {
    const struct std_metric *m = std_metric_find(f, "station", station, "number.mean");
    assert_non_null(m);
    return m->estimate.value;
}

/* Writes of one region invalidate in the other 2 s later, and nobody waits for it: by Little's law
 * so many are under way as writes of the other region end in 2 s. */
static void invalidations_travel(void **state) {
    (void)state;
    struct mdl_scenario *s =
        fixture_read("{'workload': {'load_test': {'profile': [['0s', 400], ['1h', 400]]}},"
                     " 'infrastructure': {'cache': {'replication_lag': '2s'}, 'regions': {"
                     "   'eu-west-3': {'users': '75%'}, 'eu-west-1': {'users': '25%'}}}}");
    assert_int_equal(
        async_visits(body_of(s, "write@eu-west-3"), "cache@eu-west-1.replication", false), 1);
    assert_int_equal(async_visits(body_of(s, "write@eu-west-3"), "cache@eu-west-1.commands", false),
                     1);
    assert_int_equal(
        async_visits(body_of(s, "write@eu-west-3"), "cache@eu-west-3.replication", false), 0);
    assert_int_equal(
        async_visits(body_of(s, "read@eu-west-3"), "cache@eu-west-1.replication", false), 0);
    struct std_run_options options = {.seed = 7, .replications = 2, .threads = 1};
    struct std_findings *f = std_run(s, &options);
    double writes = std_metric_find(f, "class", "write", "throughput")->estimate.value;
    double to_west = present(f, "cache@eu-west-1.replication");
    double to_home = present(f, "cache@eu-west-3.replication");
    near(to_west + to_home, 2 * writes, 0.01 * 2 * writes);
    near(to_west / (to_west + to_home), 0.75, 0.02);
    double response = std_metric_find(f, "class", "write", "response.mean")->estimate.value;
    assert_true(response < 0.5);
    std_findings_free(f);
    in_scenario_free(s);
    s = with_cache("'replication_lag': '2s'");
    for (int i = 0; i < s->network.station_count; i++) {
        assert_null(strstr(s->network.stations[i].name, "replication"));
    }
    in_scenario_free(s);
}

/* --- optimizations ------------------------------------------------------------------------ */

static const struct mdl_value *demand_of(const struct mdl_scenario *s, int kind,
                                         enum mdl_request_parameter_id id) {
    return &s->arch->kinds[kind].values[id];
}

static struct mdl_scenario *optimized(const char *keys) {
    return fixture_read(sim_arena_print(
        fixture.arena, "{'workload': {'launch_day': {}}, 'optimizations': {%s}}", keys));
}

static void on_changes_nothing(void **state) {
    (void)state;
    struct mdl_scenario *s = optimized(
        "'cache': 'on', 'pagination': 'on', 'indexes': 'on', 'compression': 'on', 'scan_cpu': 50");
    near(demand_of(s, 0, MDL_R_RESPONSE_SIZE)->number, 20e3, 0);
    near(demand_of(s, 0, MDL_R_APP_CPU)->dist.mean, 8e-3, 0);
    near(demand_of(s, 0, MDL_R_QUERY_CPU)->dist.mean, 0.5e-3, 0);
    near(demand_of(s, 0, MDL_R_PAGES)->number, 5, 0);
    assert_int_equal(s->network.cache_count, 1);
    assert_null(fixture_assumption(s, "optimizations.scan_pages"));
    in_scenario_free(s);
}

/* m = 0.3 x (10 - 1) = 2.7. */
static void without_pagination(void **state) {
    (void)state;
    struct mdl_scenario *s = optimized("'pagination': 'off'");
    near(demand_of(s, 0, MDL_R_RESPONSE_SIZE)->number, 20e3 * 3.7, 1e-6);
    near(demand_of(s, 0, MDL_R_PAGES)->number, 18.5, 1e-9);
    near(demand_of(s, 0, MDL_R_QUERY_CPU)->dist.mean, 0.5e-3 * 3.7, 1e-12);
    near(demand_of(s, 0, MDL_R_APP_CPU)->dist.mean, 8e-3 * 1.81, 1e-12);
    near(demand_of(s, 1, MDL_R_RESPONSE_SIZE)->number, 2e3, 0);
    assert_non_null(fixture_assumption(s, "optimizations.list_rows"));
    in_scenario_free(s);
}

static void without_indexes(void **state) {
    (void)state;
    struct mdl_scenario *s = optimized("'indexes': 'off', 'scan_cpu': 4");
    near(demand_of(s, 0, MDL_R_QUERY_CPU)->dist.mean, 2e-3, 1e-12);
    near(demand_of(s, 1, MDL_R_QUERY_CPU)->dist.mean, 1.6e-3, 1e-12);
    near(demand_of(s, 1, MDL_R_PAGES)->number, 100, 1e-9);
    near(demand_of(s, 2, MDL_R_PAGES)->number, 500, 0);
    in_scenario_free(s);
}

/* 20 KB are 100 KB of text: 97.65625 KiB x 16 us = 1.5625 ms. */
static void without_compression(void **state) {
    (void)state;
    struct mdl_scenario *s = optimized("'compression': 'off'");
    near(demand_of(s, 0, MDL_R_RESPONSE_SIZE)->number, 100e3, 1e-6);
    near(demand_of(s, 0, MDL_R_APP_CPU)->dist.mean, 6.4375e-3, 1e-12);
    in_scenario_free(s);
    s = optimized("'compression': 'off', 'compression_cpu': '1ms'");
    near(demand_of(s, 0, MDL_R_APP_CPU)->dist.mean, 0.8e-3, 1e-12); /* a tenth is left */
    in_scenario_free(s);
}

static void without_cache(void **state) {
    (void)state;
    struct mdl_scenario *s = optimized("'cache': 'off'");
    near(demand_of(s, 0, MDL_R_CACHE_COMMANDS)->number, 1, 0);
    near(demand_of(s, 1, MDL_R_CACHE_COMMANDS)->number, 1, 0);
    near(demand_of(s, 1, MDL_R_CACHE_UPDATES)->number, 0, 0);
    assert_int_equal(s->network.cache_count, 0);
    in_scenario_free(s);
}

/* --- what is refused ---------------------------------------------------------------------- */

static void refused(void **state) {
    (void)state;
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {"
                    " 'cache': {'instance': 'cache.m6g.large', 'global_datastore': 'on'}}}",
                    "impossible-cache", "infrastructure.cache.global_datastore");
    fixture_refuses(
        "{'workload': {'launch_day': {}}, 'infrastructure': {"
        " 'cache': {'instance': 'cache.m6g.large', 'global_datastore': 'on'}, 'regions': {"
        "  'eu-west-3': {'users': '50%'},"
        "  'eu-west-1': {'users': '50%', 'cache': {'instance': 'cache.m6g.xlarge'}}}}}",
        "impossible-cache", "infrastructure.regions.eu-west-1.cache.global_datastore");
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}}, 'infrastructure': {"
        " 'cache': {'instance': 'cache.m6g.large', 'global_datastore': 'on'}, 'regions': {"
        "  'eu-west-3': {'users': '50%'}, 'eu-west-1': {'users': '50%'}}}}");
    in_scenario_free(s);
}

static struct mdl_result *run_once(const struct mdl_scenario *s) {
    struct mdl_program *program = mdl_compile(s);
    struct mdl_world *world = mdl_world_new(program);
    struct mdl_result *result = mdl_world_run(world, (struct sim_key){7, 0});
    mdl_world_free(world);
    mdl_program_free(program);
    return result;
}

/* Beside a cache by Che's approximation a store sees the same look-ups, and hits as often as one
 * that decides (2 x 5 standard errors of 21 500 look-ups); nothing else changes. */
static void a_store_beside(void **state) {
    (void)state;
    struct mdl_scenario *che = with_cache("'items': 20000, 'ttl': '1h', 'model': 'che'");
    struct mdl_scenario *store = with_cache("'items': 20000, 'ttl': '1h', 'model': 'store'");
    assert_int_equal(che->network.cache_count, 2);
    assert_string_equal(che->network.caches[0].beside, "cache.store");
    assert_string_equal(che->network.caches[1].name, "cache.store");
    assert_int_equal(che->network.caches[1].policy, MDL_LRU);
    struct mdl_result *by_che = run_once(che);
    struct mdl_result *by_store = run_once(store);
    double seen = (double)(by_che->hits[1] + by_che->misses[1]);
    double asked = (double)(by_store->hits[0] + by_store->misses[0]);
    assert_true(by_che->hits[0] + by_che->misses[0] == by_che->hits[1] + by_che->misses[1]);
    assert_true(by_che->hits[0] != by_che->hits[1]);
    near((double)by_che->hits[1] / seen, (double)by_store->hits[0] / asked,
         5 * sqrt(2 * 0.25 / seen));
    che->network.caches[0].beside = NULL;
    struct mdl_result *alone = run_once(che);
    assert_int_equal(alone->hits[0], by_che->hits[0]);
    assert_true(alone->network.mean == by_che->network.mean);
    assert_int_equal(alone->events, by_che->events);
    assert_int_equal(alone->hits[1] + alone->misses[1], 0);
    mdl_result_free(alone);
    mdl_result_free(by_store);
    mdl_result_free(by_che);
    in_scenario_free(store);
    in_scenario_free(che);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store),
        cmocka_unit_test(store_and_approximation),
        cmocka_unit_test(a_store_beside),
        cmocka_unit_test(shards),
        cmocka_unit_test(invalidations_travel),
        cmocka_unit_test(on_changes_nothing),
        cmocka_unit_test(without_pagination),
        cmocka_unit_test(without_indexes),
        cmocka_unit_test(without_compression),
        cmocka_unit_test(without_cache),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
