/* The architecture form, part by part: services and regions, policies, meters, memory. */
#include <math.h>

#include "studies/run_study.h"
#include "tests/arch_fixture.h"

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

/* --- services and regions ----------------------------------------------------------------- */

static const char *const three_services =
    "{'workload': {'launch_day': {'users': 1000}}, 'requests': {"
    "  'read': {'service': 'data'}, 'write': {'service': 'clients', 'data_service': 'data'},"
    "  'export': {'service': 'exports', 'data_service': 'data', 'calls': ['clients']}},"
    " 'infrastructure': {'app': {'workers': 7}, 'services': {"
    "  'clients': {'count': 2}, 'data': {'instance': 'm6i.large'}, 'exports': {'workers': 9}}%s}}";

static const struct mdl_station *station_of(const struct mdl_scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->network.station_count; i++) {
        if (strcmp(scenario->network.stations[i].name, name) == 0) {
            return &scenario->network.stations[i];
        }
    }
    fail_msg("no station %s", name);
    return NULL;
}

static const struct mdl_pool *pool_of(const struct mdl_scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->network.pool_count; i++) {
        if (strcmp(scenario->network.pools[i].name, name) == 0) {
            return &scenario->network.pools[i];
        }
    }
    return NULL;
}

/* How often the steps, and those in them and in the routes they call, come to the target. */
static int visits(const struct mdl_scenario *scenario, const struct mdl_block *block,
                  enum mdl_step_kind kind, const char *target) {
    int count = 0;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        count += step->kind == kind && step->target && strcmp(step->target, target) == 0;
        for (int b = 0; b < step->block_count; b++) {
            count += visits(scenario, &step->blocks[b], kind, target);
        }
        for (int r = 0; step->kind == MDL_STEP_CALL && r < scenario->network.route_count; r++) {
            const struct mdl_route *route = &scenario->network.routes[r];
            count += strcmp(route->name, step->target) == 0
                         ? visits(scenario, &route->body, kind, target)
                         : 0;
        }
    }
    return count;
}

static int route_visits(const struct mdl_scenario *scenario, const char *name,
                        enum mdl_step_kind kind, const char *target) {
    for (int i = 0; i < scenario->network.route_count; i++) {
        if (strcmp(scenario->network.routes[i].name, name) == 0) {
            return visits(scenario, &scenario->network.routes[i].body, kind, target);
        }
    }
    fail_msg("no route %s", name);
    return 0;
}

static void services_are_fleets(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(sim_arena_print(fixture.arena, three_services, ""));
    assert_int_equal(station_of(s, "clients.cpu")->instances, 2);
    assert_int_equal(station_of(s, "data.cpu")->instances, 3);
    assert_int_equal(pool_of(s, "data.workers")->size, 7);
    assert_int_equal(pool_of(s, "exports.workers")->size, 9);
    assert_null(pool_of(s, "app.workers"));
    assert_non_null(pool_of(s, "data.connections"));
    assert_null(pool_of(s, "clients.connections"));
    assert_null(fixture_assumption(s, "infrastructure.app.workers"));
    assert_non_null(fixture_assumption(s, "infrastructure.app.count"));
    assert_non_null(fixture_assumption(s, "infrastructure.services.data.capacity"));
    /* an export: own worker, one call to clients, one to data */
    assert_int_equal(route_visits(s, "export", MDL_STEP_SERVE, "services.network"), 2);
    assert_int_equal(route_visits(s, "export", MDL_STEP_ACQUIRE, "clients.workers"), 1);
    assert_int_equal(route_visits(s, "export", MDL_STEP_ACQUIRE, "data.workers"), 1);
    assert_int_equal(route_visits(s, "export", MDL_STEP_SERVE, "exports.cpu"), 2);
    /* a read: all in one service */
    assert_int_equal(route_visits(s, "read", MDL_STEP_SERVE, "services.network"), 0);
    assert_int_equal(route_visits(s, "read", MDL_STEP_ACQUIRE, "data.workers"), 1);
    in_scenario_free(s);
}

static void regions_have_users(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(sim_arena_print(
        fixture.arena, three_services,
        ", 'regions': {'eu-west-1': {'users': '30%', 'services': {'data': {'count': 1}}},"
        " 'eu-west-3': {'users': '70%'}}"));
    assert_int_equal(s->network.source_count, 2);
    assert_string_equal(s->network.sources[0].name, "users@eu-west-3"); /* home comes first */
    near(s->network.sources[0].total, 700, 1e-9);
    near(s->network.sources[1].total, 300, 1e-9);
    assert_int_equal(station_of(s, "data@eu-west-1.cpu")->instances, 1);
    assert_int_equal(station_of(s, "data@eu-west-3.cpu")->instances, 3);
    assert_non_null(pool_of(s, "data@eu-west-3.connections"));
    assert_null(pool_of(s, "data@eu-west-1.connections"));
    /* far reads come home for what is not cacheable and on a miss, near ones do not */
    assert_int_equal(route_visits(s, "read@eu-west-1", MDL_STEP_SERVE, "home_link@eu-west-1"), 2);
    assert_int_equal(route_visits(s, "read@eu-west-1", MDL_STEP_ACQUIRE, "data@eu-west-3.workers"),
                     2);
    assert_int_equal(route_visits(s, "read@eu-west-1", MDL_STEP_CACHE, "cache@eu-west-1"), 1);
    assert_int_equal(route_visits(s, "read@eu-west-3", MDL_STEP_SERVE, "home_link@eu-west-1"), 0);
    const struct mdl_assumption *far =
        fixture_assumption(s, "infrastructure.regions.eu-west-1.home_round_trip");
    assert_non_null(far);
    assert_string_equal(far->likely, "16.811ms");
    in_scenario_free(s);
}

/* Halves of the users in two alike regions of their own cost the fleets what the whole costs one:
 * by the profile of a load test. */
static void regions_share_a_profile(void **state) {
    (void)state;
    struct mdl_scenario *s =
        fixture_read("{'workload': {'load_test': {'profile': [['0s', 0], ['1m', 100], ['2m', 0]]}},"
                     " 'infrastructure': {'regions': {'eu-west-3': {'users': '25%'},"
                     " 'eu-west-1': {'users': '75%'}}}}");
    near(s->network.sources[0].points[1].value, 25, 1e-9);
    near(s->network.sources[1].points[1].value, 75, 1e-9);
    assert_string_equal(station_of(s, "app@eu-west-1.cpu")->with, "app@eu-west-1.workers");
    in_scenario_free(s);
}

/* --- policies ----------------------------------------------------------------------------- */

static void policies_wrap_requests(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}}, 'requests': {'export': {'job_service': 'jobs'}},"
        " 'policies': {'timeout': '2s', 'cancel': 'waiting', 'attempts': 3, 'backoff': '50ms',"
        "  'retry_budget': '10%', 'rate_limit': '40/s', 'max_in_flight': 30,"
        "  'abandon_after': '500ms', 'data_timeout': '1s', 'breaker': {'failures': '50%'}},"
        " 'infrastructure': {'services': {'app': {}, 'jobs': {'count': 1}}}}");
    for (int i = 0; i < 2; i++) { /* read, write */
        const struct mdl_block *whole = &s->network.routes[i == 0 ? 0 : 2].body;
        assert_int_equal(whole->count, 1);
        const struct mdl_step *retry = &whole->steps[0];
        assert_int_equal(retry->kind, MDL_STEP_RETRY);
        assert_int_equal(retry->retry->attempts, 3);
        assert_false(retry->retry->redraw);
        near(retry->retry->base_s, 0.05, 1e-12);
        near(retry->retry->budget_ratio, 0.1, 1e-12);
        const struct mdl_step *timeout = &retry->blocks[0].steps[0];
        assert_int_equal(timeout->kind, MDL_STEP_TIMEOUT);
        assert_int_equal(timeout->cancel, MDL_CANCEL_WAITING);
        near(timeout->demand.mean, 2, 1e-12);
        assert_int_equal(visits(s, whole, MDL_STEP_LIMIT, "rate_limit"), 1);
        assert_int_equal(visits(s, whole, MDL_STEP_ACQUIRE, "in_flight"), 1);
        assert_int_equal(visits(s, whole, MDL_STEP_RELEASE, "in_flight"), 1);
    }
    assert_int_equal(s->network.breaker_count, 2);
    assert_int_equal(route_visits(s, "export", MDL_STEP_BREAKER, "jobs.breaker"), 1);
    assert_int_equal(route_visits(s, "write", MDL_STEP_BREAKER, "app.breaker"), 1);
    assert_non_null(fixture_assumption(s, "policies.breaker.probes"));
    assert_true(pool_of(s, "app.workers")->has_patience);
    assert_int_equal(pool_of(s, "app.workers")->queue, 128);
    assert_false(pool_of(s, "jobs.workers")->has_patience);
    assert_int_equal(pool_of(s, "jobs.workers")->queue, -1);
    assert_int_equal(route_visits(s, "export", MDL_STEP_ACQUIRE, "app.workers"), 1);
    assert_int_equal(route_visits(s, "export", MDL_STEP_ACQUIRE, "jobs.workers"), 1);
    assert_int_equal(route_visits(s, "export", MDL_STEP_ACQUIRE, "jobs.connections"), 1);
    in_scenario_free(s);
}

/* The same overloaded fleet in both forms: one server, constant demands, a client that retries. The
 * draws are named alike, so that the figures are equal to the last bit. */
static void policies_are_the_network_forms(void **state) {
    (void)state;
    struct mdl_scenario *arch = fixture_read(
        "{'workload': {'load_test': {'profile': [['0s', 0], ['10s', 40], ['60s', 40]]},"
        "   'actions': {'ping': {'kind': 'ping', 'requests': 1, 'duration': '1s',"
        "     'frequency': '1/h'}}, 'mix': {'ping': '100%'}},"
        " 'requests': {'ping': {'app_cpu': 'exp(60ms)', 'app_first': '100%', 'cache_commands': 0,"
        "   'cacheable': '0%', 'cache_updates': 0, 'queries': 0, 'query_cpu': '1ms', 'pages': 0,"
        "   'commits': 0, 'response_size': '0B'}},"
        " 'policies': {'timeout': '300ms', 'attempts': 3, 'jitter': 'none', 'backoff': '100ms'},"
        " 'infrastructure': {'client': {'round_trip': '10ms'},"
        "   'load_balancer': {'latency': '1ms'}, 'app': {'count': 1, 'workers': 4}}}");
    struct mdl_scenario *net = fixture_read(
        "{'network': {'classes': {'ping': {}}, 'sources': [{'name': 'users', 'class': 'ping',"
        "   'population': [['0s', 0], ['10s', 40], ['60s', 40]], 'route': 'ping',"
        "   'session': {'start': 'back_to_back', 'actions': [{'name': 'ping', 'p': 1,"
        "     'requests': 1, 'duration': '1s'}]}}],"
        "  'stations': [{'name': 'client.network', 'discipline': 'delay'},"
        "   {'name': 'load_balancer', 'discipline': 'delay'},"
        "   {'name': 'app.cpu', 'discipline': 'ps', 'servers': 2, 'speeds': [1, 1.436]}],"
        "  'pools': [{'name': 'app.workers', 'size': 4, 'queue': 128}],"
        "  'routes': {'ping': [{'retry': {'attempts': 3, 'redraw': false,"
        "    'backoff': {'base': '100ms', 'factor': 2, 'max': '20s'}}, 'steps': ["
        "     {'timeout': '300ms', 'cancel': 'none', 'steps': ["
        "      {'serve': 'client.network', 'demand': '10ms'},"
        "      {'serve': 'load_balancer', 'demand': '1ms'},"
        "      {'acquire': 'app.workers'}, {'serve': 'app.cpu', 'demand': 'exp(60ms)'},"
        "      {'release': 'app.workers'}]}]}]}}, 'horizon': '60s', 'buckets': '5m'}");
    struct std_run_options options = {.seed = 7, .replications = 2, .threads = 1};
    struct std_findings *a = std_run(arch, &options);
    struct std_findings *b = std_run(net, &options);
    static const char *const names[] = {"count.arrived", "count.ok",      "count.timed_out",
                                        "attempts.mean", "response.mean", "response.p95"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct std_metric *x = std_metric_find(a, "network", "", names[i]);
        const struct std_metric *y = std_metric_find(b, "network", "", names[i]);
        assert_non_null(x);
        assert_non_null(y);
        near(x->estimate.value, y->estimate.value, 0);
    }
    assert_true(std_metric_find(a, "network", "", "count.timed_out")->estimate.value > 0);
    assert_true(std_metric_find(a, "network", "", "attempts.mean")->estimate.value > 1.1);
    std_findings_free(a);
    std_findings_free(b);
    in_scenario_free(arch);
    in_scenario_free(net);
}

/* --- meters ------------------------------------------------------------------------------- */

static double metered(const struct std_findings *f, const char *name) {
    const struct std_metric *m = std_metric_find(f, "meter", name, "quantity");
    if (m == NULL) {
        fail_msg("no meter %s", name);
    }
    return m->estimate.value;
}

/* By hand: 100 users from 0 s on, each a request of 1 s every 10 s, for an hour. */
static void meters_count_what_bills_count(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'load_test': {'profile': [['0s', 100], ['1h', 100]]},"
        "   'actions': {'ping': {'kind': 'ping', 'requests': 1, 'duration': '10s',"
        "     'frequency': '1/h'}}, 'mix': {'ping': '100%'}},"
        " 'requests': {'ping': {'app_cpu': '1ms', 'app_first': '100%', 'cache_commands': 3,"
        "   'cacheable': '0%', 'cache_updates': 0, 'queries': 2, 'query_cpu': '1ms', 'pages': 0,"
        "   'commits': 1, 'response_size': '50KB'}},"
        " 'infrastructure': {'client': {'request_size': '2KB', 'connections_per_user': 3},"
        "   'database': {'query_size': '5KB'}, 'cache': {'command_size': '500B'}}}");
    struct std_run_options options = {.seed = 1, .replications = 1, .threads = 1};
    struct std_findings *f = std_run(s, &options);
    double requests = std_metric_find(f, "network", "", "count.ok")->estimate.value;
    near(requests, 36000, 100); /* 100 users x 360 actions, the last ones not all answered */
    near(metered(f, "instance hours of app (t3.large)"), 3, 1e-9);
    near(metered(f, "instance hours of database (db.t3.large)"), 1, 1e-9);
    near(metered(f, "bytes to clients"), requests * 50e3, 1e-3);
    near(metered(f, "bytes from clients"), requests * 2e3, 1e-3);
    near(metered(f, "bytes app to cache"), 36000 * 3 * 500.0, 100 * 3 * 500.0);
    near(metered(f, "bytes app to database"), 36000 * 2 * 5e3, 100 * 2 * 5e3);
    near(metered(f, "storage operations of database"), 72000, 200); /* two a commit */
    near(metered(f, "storage operations of database") / 3600,
         std_metric_find(f, "tier", "database", "storage.operations")->estimate.value, 1e-9);
    /* 300 connections / 3000 = 0.1; 300 / 3600 / 25 = 0.003; 36000 x 52 KB = 1.872 GB/h wins */
    near(metered(f, "LCU hours of load balancer"), requests * 52e3 / 1e9, 1e-9);
    std_findings_free(f);
    in_scenario_free(s);
}

/* --- memory ------------------------------------------------------------------------------- */

/* t3.small has 2 GiB: 1 GiB idle and 102 requests of 10 MiB fit, the 103rd does not. */
static void memory_runs_out(void **state) {
    (void)state;
    for (int users = 102; users <= 103; users++) {
        struct mdl_scenario *s = fixture_read(sim_arena_print(
            fixture.arena,
            "{'workload': {'load_test': {'profile': [['0s', 0], ['1s', %d], ['60s', %d]]},"
            "   'actions': {'ping': {'kind': 'ping', 'requests': 1, 'duration': '1s',"
            "     'frequency': '1/h'}}, 'mix': {'ping': '100%%'}},"
            " 'requests': {'ping': {'app_cpu': '10s', 'app_first': '100%%', 'cache_commands': 0,"
            "   'cacheable': '0%%', 'cache_updates': 0, 'queries': 0, 'query_cpu': '1ms', 'pages': "
            "0,"
            "   'commits': 0, 'response_size': '0B'}},"
            " 'infrastructure': {'app': {'instance': 't3.small', 'count': 1, 'workers': 40}}}",
            users, users));
        assert_int_equal(pool_of(s, "app.workers")->crash_at, 103);
        struct std_run_options options = {.seed = 1, .replications = 1, .threads = 1};
        struct std_findings *f = std_run(s, &options);
        const struct std_metric *failed = std_metric_find(f, "network", "", "count.failed");
        const struct std_metric *memory = std_metric_find(f, "tier", "app", "memory.max_gib");
        near(failed->estimate.value > 0, users == 103, 0);
        near(memory->estimate.value, 1 + 102 * 10 / 1024.0, 1e-9);
        std_findings_free(f);
        in_scenario_free(s);
    }
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    assert_int_equal(pool_of(s, "app.workers")->crash_at, 0); /* 8 GiB: room for all */
    in_scenario_free(s);
}

/* --- durations ---------------------------------------------------------------------------- */

/* Durations that vary keep their means: as many requests, and no common beat. */
static void durations_vary_about_their_means(void **state) {
    (void)state;
    double requests[2];
    double response[2];
    for (int i = 0; i < 2; i++) {
        struct mdl_scenario *s = fixture_read(
            sim_arena_print(fixture.arena,
                            "{'workload': {'load_test': {'profile': [['0s', 100], ['2h', 100]]},"
                            " 'duration_cv': %s}}",
                            i == 0 ? "0" : "0.4"));
        near(s->network.sources[0].session->actions[0].duration.mean, 120, 1e-9);
        struct std_run_options options = {.seed = 1, .replications = 3, .threads = 1};
        struct std_findings *f = std_run(s, &options);
        requests[i] = std_metric_find(f, "network", "", "count.ok")->estimate.value;
        response[i] = std_metric_find(f, "class", "read", "response.mean")->estimate.value;
        std_findings_free(f);
        in_scenario_free(s);
    }
    near(requests[1], requests[0], 0.02 * requests[0]);
    assert_true(response[1] < 0.9 * response[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_vary_about_their_means),
        cmocka_unit_test(services_are_fleets),
        cmocka_unit_test(regions_have_users),
        cmocka_unit_test(regions_share_a_profile),
        cmocka_unit_test(policies_wrap_requests),
        cmocka_unit_test(policies_are_the_network_forms),
        cmocka_unit_test(meters_count_what_bills_count),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
