/* The architecture form: defaults, readings, and the network that comes of it. */
#include <math.h>
#include <stdlib.h>

#include "inputs/dist_text.h"
#include "inputs/quantity.h"
#include "models/lower.h"
#include "tests/arch_fixture.h"

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

/* --- the table ---------------------------------------------------------------------------- */

/* The size of a value as written: of a law its mean. */
static double size_of(enum mdl_value_kind kind, const char *text) {
    double value = NAN;
    char *copy = sim_arena_copy(fixture.arena, text);
    switch (kind) {
    case MDL_COUNT:
    case MDL_COUNT0:
    case MDL_RATIO:
    case MDL_EXPONENT:
        return strtod(text, NULL);
    case MDL_SHARE:
        assert_true(in_quantity_parse(text, IN_SHARE, &value));
        return value;
    case MDL_DURATION:
        assert_true(in_quantity_parse(text, IN_DURATION, &value));
        return value;
    case MDL_RATE:
        assert_true(in_quantity_parse(text, IN_RATE, &value));
        return value;
    case MDL_BANDWIDTH:
        copy[strlen(copy) - 2] = '\0'; /* without "/s" */
        assert_true(in_quantity_parse(copy, IN_SIZE, &value));
        return value;
    case MDL_SIZE:
        assert_true(in_quantity_parse(text, IN_SIZE, &value));
        return value;
    case MDL_TIME_DIST: {
        struct in_context context;
        struct sim_dist dist;
        in_context_init(&context, fixture.arena, &fixture.diags, "");
        const char *json = sim_arena_print(fixture.arena, "{\"x\": \"%s\"}", text);
        struct in_json document = in_json_parse(&context, json, strlen(json));
        assert_true(in_json_dist(in_json_get(document, "x"), &dist));
        in_context_fini(&context);
        return dist.mean;
    }
    case MDL_NAME:
    case MDL_WORD:
    case MDL_SWITCH:
    case MDL_KINDS:
    case MDL_POINTS:
        break;
    }
    return value;
}

static void check_row(const struct mdl_parameter *row) {
    assert_true(row->key && *row->key && row->unit && *row->unit);
    assert_true(row->source && *row->source && row->text && *row->text);
    bool named = row->kind == MDL_NAME || row->kind == MDL_WORD || row->kind == MDL_SWITCH ||
                 row->kind == MDL_KINDS || row->kind == MDL_POINTS;
    assert_int_equal(row->low == NULL, row->high == NULL);
    if (!row->likely || named) {
        assert_null(row->low);
        return;
    }
    assert_non_null(row->low);
    double likely = size_of(row->kind, row->likely);
    if (!(size_of(row->kind, row->low) <= likely && likely <= size_of(row->kind, row->high))) {
        fail_msg("%s: not in order: %s, %s, %s", row->key, row->low, row->likely, row->high);
    }
}

static void every_row_is_whole(void **state) {
    (void)state;
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        check_row(&mdl_parameters[i]);
    }
    for (int k = 0; k < MDL_DEFAULT_KINDS; k++) {
        for (int i = 0; i < MDL_REQUEST_PARAMETERS; i++) {
            check_row(&mdl_request_parameters[k][i]);
        }
    }
}

static void documents_list_every_key(void **state) {
    (void)state;
    FILE *file = fopen("docs/architecture.md", "rb");
    assert_non_null(file);
    char *text = sim_arena_alloc(fixture.arena, 1 << 20);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    for (int i = 0; i < MDL_PARAMETERS; i++) {
        const struct mdl_parameter *row = &mdl_parameters[i];
        bool policy = strncmp(row->key, "policies.", 9) == 0;
        const char *likely = row->likely ? row->likely : policy ? "none" : "computed";
        const char *line = sim_arena_print(fixture.arena, "| `%s` | %s |", row->key, likely);
        if (!strstr(text, line)) {
            fail_msg("docs/architecture.md lacks \"%s\"", line);
        }
    }
    for (int i = 0; i < MDL_REQUEST_PARAMETERS; i++) {
        const char *line = sim_arena_print(
            fixture.arena, "| `%s` | %s | %s | %s |", mdl_request_parameters[0][i].key,
            mdl_request_parameters[0][i].likely, mdl_request_parameters[1][i].likely,
            mdl_request_parameters[2][i].likely);
        if (!strstr(text, line)) {
            fail_msg("docs/architecture.md lacks \"%s\"", line);
        }
    }
}

/* --- assumptions -------------------------------------------------------------------------- */

static void lists_defaults_in_use(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    for (int i = 0; i < s->assumption_count; i++) {
        const struct mdl_assumption *a = &s->assumptions[i];
        assert_true(a->key && a->text && a->unit && a->likely && a->source);
        assert_int_equal(a->low == NULL, a->high == NULL);
        for (int k = 0; k < i; k++) {
            assert_string_not_equal(s->assumptions[k].key, a->key);
        }
    }
    assert_string_equal(fixture_assumption(s, "workload.reading")->likely, "personas");
    assert_string_equal(fixture_assumption(s, "workload.launch_day.stay")->likely,
                        "lognormal(12m, cv=1)");
    assert_string_equal(fixture_assumption(s, "infrastructure.app.count")->likely, "3");
    assert_string_equal(fixture_assumption(s, "infrastructure.database.max_connections")->likely,
                        "901");
    assert_non_null(fixture_assumption(s, "requests.export.query_cpu"));
    assert_null(fixture_assumption(s, "workload.load_test.profile"));
    assert_null(fixture_assumption(s, "workload.actions.view_data.frequency"));
    assert_string_equal(s->catalog_date, "2026-11-23");
    in_scenario_free(s);
}

/* A key that the document gives is no assumption; everything else stays one. */
static void given_keys_leave_the_list(void **state) {
    (void)state;
    struct mdl_scenario *all = fixture_read("{'workload': {'launch_day': {}}}");
    static const struct {
        const char *key;
        const char *text;
    } cases[] = {
        {"infrastructure.app.count", "{'workload': {'launch_day': {}},"
                                     " 'infrastructure': {'app': {'count': 4}}}"},
        {"infrastructure.database.max_connections",
         "{'workload': {'launch_day': {}},"
         " 'infrastructure': {'database': {'max_connections': 100}}}"},
        {"infrastructure.cache.command_cpu",
         "{'workload': {'launch_day': {}},"
         " 'infrastructure': {'cache': {'command_cpu': 'exp(20us)'}}}"},
        {"infrastructure.client.bandwidth",
         "{'workload': {'launch_day': {}},"
         " 'infrastructure': {'client': {'bandwidth': '1MB/s'}}}"},
        {"requests.read.app_cpu", "{'workload': {'launch_day': {}},"
                                  " 'requests': {'read': {'app_cpu': 'exp(20ms)'}}}"},
        {"workload.actions.view_data.duration",
         "{'workload': {'launch_day': {}, 'actions': {'view_data': {'duration': '2m'}}}}"},
        {"workload.launch_day.stay", "{'workload': {'launch_day': {'stay': '5m'}}}"},
        {"workload.reading", "{'workload': {'launch_day': {}, 'reading': 'personas'}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_non_null(fixture_assumption(all, cases[i].key));
        struct mdl_scenario *s = fixture_read(cases[i].text);
        assert_null(fixture_assumption(s, cases[i].key));
        int gone = 1 + (strcmp(cases[i].key, "workload.launch_day.stay") == 0); /* simultaneous */
        assert_int_equal(s->assumption_count, all->assumption_count - gone);
        in_scenario_free(s);
    }
    in_scenario_free(all);
}

static void named_sets_merge_as_documented(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}, 'personas': {'sme_manager': {'share': '100%'}},"
        " 'actions': {'search': {'kind': 'read', 'requests': 2, 'duration': '30s',"
        "                        'frequency': '50/h'}},"
        " 'mix': {'read': '75%', 'write': '25%'}}}");
    const struct mdl_workload *w = &s->arch->workload;
    assert_int_equal(w->persona_count, 1);
    near(w->personas[0].rate_per_s * 3600, 10, 1e-9);
    assert_int_equal(w->action_count, 2); /* search for view_data; no exports */
    assert_string_equal(w->actions[0].name, "search");
    near(w->actions[0].share, 0.75, 1e-12);
    assert_string_equal(w->actions[1].name, "create_client");
    assert_int_equal(s->network.class_count, 2);
    in_scenario_free(s);
    s = fixture_read("{'workload': {'launch_day': {}, 'actions': {"
                     " 'search': {'kind': 'read', 'requests': 2, 'duration': '30s',"
                     "            'frequency': '50/h'},"
                     " 'view_data': {}}}}");
    w = &s->arch->workload;
    assert_int_equal(w->action_count, 4);
    near(w->actions[0].share, 0.6 * 50 / 250, 1e-12); /* a kind's share split by frequency */
    in_scenario_free(s);
    s = fixture_read(
        "{'workload': {'launch_day': {}, 'personas': {'marketing_manager': {'rate': '8/h'}}}}");
    w = &s->arch->workload; /* no share is given: the other persona stands */
    assert_int_equal(w->persona_count, 2);
    assert_string_equal(w->personas[1].name, "sme_manager");
    near(w->personas[0].share, 0.3, 1e-12);
    near(w->personas[0].rate_per_s * 3600, 8, 1e-9);
    near(w->personas[1].share, 0.7, 1e-12);
    assert_null(fixture_assumption(s, "workload.personas.marketing_manager.rate"));
    assert_non_null(fixture_assumption(s, "workload.personas.sme_manager.rate"));
    in_scenario_free(s);
}

/* true and "on" say the same wherever a switch is meant. */
static void switches_have_two_spellings(void **state) {
    (void)state;
    static const char *const spellings[2][2] = {{"false", "'off'"}, {"true", "'on'"}};
    for (int on = 0; on < 2; on++) {
        for (int i = 0; i < 2; i++) {
            const char *word = spellings[on][i];
            struct mdl_scenario *s = fixture_read(sim_arena_print(
                fixture.arena,
                "{'workload': {'launch_day': {}}, 'infrastructure': {'database': {'multi_az': %s},"
                " 'cache': {'replicas': 1, 'multi_az': %s}}, 'optimizations': {'cache': %s}}",
                word, word, word));
            near(s->arch->values[MDL_P_MULTI_AZ].number, on, 0);
            near(s->arch->values[MDL_P_CACHE_MULTI_AZ].number, on, 0);
            near(s->arch->values[MDL_P_WITH_CACHE].number, on, 0);
            in_scenario_free(s);
        }
    }
    fixture_refuses("{'workload': {'launch_day': {}},"
                    " 'infrastructure': {'database': {'multi_az': 'yes'}}}",
                    "unknown-value", "infrastructure.database.multi_az");
    fixture_refuses("{'workload': {'launch_day': {}}, 'optimizations': {'cache': 1}}", "wrong-type",
                    "optimizations.cache");
}

/* --- readings ----------------------------------------------------------------------------- */

/* Requests per second of 300 users, from the lowered session alone. */
static double session_rate(const struct mdl_session *session) {
    double requests = 0;
    double duration = 0;
    double rate = 0;
    for (int i = 0; i < session->action_count; i++) {
        requests += session->actions[i].p * session->actions[i].requests;
        duration += session->actions[i].p * session->actions[i].duration.mean;
    }
    for (int i = 0; i < session->persona_count; i++) {
        rate += session->personas[i].p * session->personas[i].rate_per_s;
    }
    return 300 * requests * (session->back_to_back ? 1 / duration : rate);
}

static void readings_have_known_rates(void **state) {
    (void)state;
    static const struct {
        const char *reading;
        double per_s;
    } cases[] = {
        {"system_frequency", (100 * 5 + 200 * 3 + 100 / 3.0) / 3600},
        {"persona_requests", 300 * (0.7 * 10 + 0.3 * 5) / 3600},
        {"personas", 300 * (0.7 * 10 + 0.3 * 5) * 3.4 / 3600},
        {"back_to_back", 300 * 3.4 / 78},
        {"per_user_frequency", 300 * (100 * 5 + 200 * 3 + 100 / 3.0) / 3600},
    };
    static const double brief[] = {0.315, 0.71, 2.4, 13.1, 94}; /* as the design rounds them */
    static const char *const forms[] = {"launch_day", "load_test"};
    for (int i = 0; i < 5; i++) {
        near(cases[i].per_s / brief[i], 1, 6e-3);
        for (int f = 0; f < 2; f++) {
            const char *text =
                sim_arena_print(fixture.arena, "{'workload': {'%s': {}, 'reading': '%s'}}",
                                forms[f], cases[i].reading);
            struct mdl_scenario *s = fixture_read(text);
            near(session_rate(s->network.sources[0].session), cases[i].per_s,
                 1e-6 * cases[i].per_s);
            near(mdl_workload_request_rate(&s->arch->workload, 300), cases[i].per_s,
                 1e-6 * cases[i].per_s);
            assert_string_equal(s->reading, cases[i].reading);
            in_scenario_free(s);
        }
    }
}

static void load_factor_multiplies(void **state) {
    (void)state;
    for (int reading = 0; reading < MDL_READINGS; reading++) {
        double rates[2];
        for (int factor = 1; factor <= 2; factor++) {
            struct mdl_scenario *s = fixture_read(sim_arena_print(
                fixture.arena,
                "{'workload': {'load_test': {}, 'reading': '%s', 'load_factor': %d}}",
                mdl_reading_names[reading], factor));
            rates[factor - 1] = session_rate(s->network.sources[0].session);
            near(s->load_factor, factor, 0);
            in_scenario_free(s);
        }
        near(rates[1] / rates[0], 2, 1e-12);
    }
}

/* --- networks ----------------------------------------------------------------------------- */

static const struct mdl_station *station(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.station_count; i++) {
        if (strcmp(s->network.stations[i].name, name) == 0) {
            return &s->network.stations[i];
        }
    }
    return NULL;
}

static const struct mdl_pool *pool(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.pool_count; i++) {
        if (strcmp(s->network.pools[i].name, name) == 0) {
            return &s->network.pools[i];
        }
    }
    return NULL;
}

static void launch_day_is_the_brief(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    const struct mdl_source *users = &s->network.sources[0];
    assert_int_equal(users->kind, MDL_SOURCE_CURVE);
    near(users->total, 10000, 0);
    assert_int_equal(users->point_count, 4);
    near(users->points[0].t_s, 0, 0);
    near(users->points[1].t_s, 3600, 0);
    near(users->points[1].value, 0.15, 1e-15);
    near(users->points[3].t_s, 86400, 0);
    assert_false(users->fixed || users->smooth);
    near(users->session->stay.mean, 720, 1e-9);
    assert_int_equal(users->session->stay.kind, SIM_DIST_LOGNORMAL);
    near(sim_dist_variance(&users->session->stay), 720.0 * 720, 1e-3);
    near(s->horizon_s, 86400, 0);
    near(s->bucket_s, 300, 0);
    in_scenario_free(s);
}

static void load_test_is_the_brief(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'load_test': {}}, 'buckets': '1m'}");
    const struct mdl_source *users = &s->network.sources[0];
    assert_int_equal(users->kind, MDL_SOURCE_CLOSED);
    assert_int_equal(users->point_count, 4);
    near(users->points[1].value, 300, 0);
    near(users->points[2].t_s, 2400, 0);
    near(users->points[3].value, 0, 0);
    assert_true(users->session->back_to_back);
    assert_false(users->session->has_stay);
    near(s->horizon_s, 2700, 0);
    near(s->bucket_s, 60, 0);
    in_scenario_free(s);
}

static void tiers_become_places(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    const struct mdl_station *app = station(s, "app.cpu");
    assert_int_equal(app->discipline, MDL_PS);
    assert_int_equal(app->servers, 2);
    assert_int_equal(app->instances, 3);
    assert_int_equal(app->speed_count, 2);
    near(app->speeds[0], 1, 1e-12);
    near(app->speeds[1], 1.436, 1e-12);
    assert_string_equal(app->with, "app.workers");
    const struct mdl_pool *workers = pool(s, "app.workers");
    assert_int_equal(workers->instances, 3);
    assert_int_equal(workers->size, 32);
    assert_int_equal(workers->queue, 128);
    assert_int_equal(workers->balancer, MDL_ROUND_ROBIN);
    const struct mdl_pool *connections = pool(s, "app.connections");
    assert_int_equal(connections->size, 10);
    assert_int_equal(connections->queue, -1);
    near(connections->patience.mean, 30, 0);
    assert_int_equal(pool(s, "database.connections")->size, 901);
    assert_int_equal(pool(s, "database.connections")->queue, 0);
    assert_int_equal(station(s, "cache.commands")->discipline, MDL_FCFS);
    assert_int_equal(station(s, "cache.commands")->servers, 1);
    assert_int_equal(station(s, "database.storage")->discipline, MDL_DELAY);
    near(s->network.caches[0].hit, 0.8, 1e-15);
    assert_int_equal(s->tier_count, 4);
    assert_string_equal(s->tiers[1].label, "3 x EC2 t3.large");
    near(s->tiers[1].baseline_vcpus, 0.6, 1e-12);
    near(s->tiers[2].memory_base_gib, 2.5, 1e-12);
    assert_string_equal(s->network.classes[0].name, "read");
    in_scenario_free(s);
}

static void other_choices_reach_the_network(void **state) {
    (void)state;
    struct mdl_scenario *s =
        fixture_read("{'workload': {'launch_day': {}}, 'infrastructure': {"
                     " 'app': {'instance': 'm6i.large', 'count': 2},"
                     " 'load_balancer': {'algorithm': 'least_outstanding'},"
                     " 'database': {'engine': 'mysql', 'instance': 't3.large', 'storage': 'io2'},"
                     " 'cache': {'instance': 't3.medium'}}}");
    near(station(s, "app.cpu")->speeds[0], 1.5818, 5e-4);
    near(station(s, "app.cpu")->speeds[1], 1.8444, 5e-4);
    assert_int_equal(pool(s, "app.workers")->balancer, MDL_LEAST_OUTSTANDING);
    assert_int_equal(pool(s, "database.connections")->size, 682);
    assert_string_equal(s->tiers[2].label, "RDS db.t3.large (MySQL)");
    near(s->tiers[1].baseline_vcpus, 0, 0);
    near(s->arch->values[MDL_P_READ_LATENCY].dist.mean, 0.8e-3, 1e-12);
    in_scenario_free(s);
}

/* The mean demand that a request of the route makes on a station, by walking its steps. */
static double demand_on(const struct mdl_scenario *s, const struct mdl_block *block,
                        const char *target) {
    double sum = 0;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        if (step->kind == MDL_STEP_SERVE) {
            sum += strcmp(step->target, target) == 0 ? step->demand.mean * step->times : 0;
        } else if (step->kind == MDL_STEP_BRANCH) {
            for (int k = 0; k < step->block_count; k++) {
                sum += step->weights[k] * demand_on(s, &step->blocks[k], target);
            }
        } else if (step->kind == MDL_STEP_CACHE) {
            sum += s->network.caches[0].hit * demand_on(s, &step->blocks[0], target) +
                   (1 - s->network.caches[0].hit) * demand_on(s, &step->blocks[1], target);
        } else if (step->kind == MDL_STEP_REPEAT) {
            double inside = demand_on(s, &step->blocks[0], target);
            sum += step->has_again ? inside / (1 - step->again) : inside * step->times;
        } else if (step->kind == MDL_STEP_CALL) {
            for (int r = 0; r < s->network.route_count; r++) {
                if (strcmp(s->network.routes[r].name, step->target) == 0) {
                    sum += demand_on(s, &s->network.routes[r].body, target);
                }
            }
        } else {
            assert_true(step->kind == MDL_STEP_ACQUIRE || step->kind == MDL_STEP_RELEASE ||
                        step->kind == MDL_STEP_LIMIT);
        }
    }
    return sum;
}

static double route_demand(const struct mdl_scenario *s, const char *route, const char *target) {
    for (int r = 0; r < s->network.route_count; r++) {
        if (strcmp(s->network.routes[r].name, route) == 0) {
            return demand_on(s, &s->network.routes[r].body, target);
        }
    }
    fail_msg("no route %s", route);
    return NAN;
}

static void routes_carry_the_demands(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    double missed = 0.3 + 0.7 * 0.2; /* reads that ask the database */
    near(route_demand(s, "read", "app.cpu"), 8e-3, 1e-12);
    near(route_demand(s, "write", "app.cpu"), 12e-3, 1e-12);
    near(route_demand(s, "export", "app.cpu"), 60e-3, 1e-12);
    near(route_demand(s, "read", "database.cpu"), missed * 2 * 0.5e-3, 1e-12);
    near(route_demand(s, "write", "database.cpu"), 4 * 0.4e-3, 1e-12);
    near(route_demand(s, "export", "database.cpu"), 40e-3, 1e-12);
    near(route_demand(s, "read", "database.storage"), missed * 2 * 5 * 0.01 * 1.05e-3, 1e-12);
    near(route_demand(s, "write", "database.storage"), 4 * 5 * 0.01 * 1.05e-3 + 2e-3, 1e-12);
    near(route_demand(s, "export", "database.storage"), 500 * 0.01 * 1.05e-3, 1e-12);
    near(route_demand(s, "read", "cache.commands"), (2 + 0.7 * 0.2) * 12.9e-6, 1e-12);
    near(route_demand(s, "write", "cache.commands"), 2 * 12.9e-6, 1e-12);
    near(route_demand(s, "export", "cache.commands"), 12.9e-6, 1e-12);
    near(route_demand(s, "read", "client.network"), 25e-3 + 20e3 / 2.5e6, 1e-12);
    near(route_demand(s, "write", "load_balancer"), 1.2e-3, 1e-12);
    in_scenario_free(s);
}

/* Tiers that no request touches leave no place behind that cannot be reached. */
static void unused_tiers_vanish(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}, 'actions': {'ping': {'kind': 'ping', 'requests': 1,"
        " 'duration': '0s', 'frequency': '1/m'}}, 'mix': {'ping': 1}},"
        " 'requests': {'ping': {'app_cpu': '1ms', 'app_first': '100%', 'cache_commands': 0,"
        " 'cacheable': 0, 'cache_updates': 0, 'queries': 0, 'query_cpu': '1ms', 'pages': 0,"
        " 'commits': 0, 'response_size': '1KB'}}}");
    assert_int_equal(s->network.station_count, 3);
    assert_int_equal(s->network.pool_count, 1);
    assert_int_equal(s->network.cache_count, 0);
    assert_int_equal(s->tier_count, 2);
    assert_null(fixture_assumption(s, "infrastructure.cache.hit"));
    assert_null(fixture_assumption(s, "infrastructure.database.pool"));
    in_scenario_free(s);
    s = fixture_read("{'workload': {'launch_day': {}}, 'requests': {"
                     " 'read': {'cacheable': '100%', 'queries': 0},"
                     " 'write': {'queries': 0, 'commits': 2, 'app_first': '100%'},"
                     " 'export': {'pages': 0, 'app_first': '0%', 'cacheable': '50%'}}}");
    assert_true(s->network.station_count > 0);
    in_scenario_free(s);
}

/* --- diagnostics -------------------------------------------------------------------------- */

static void refuses_what_is_wrong(void **state) {
    (void)state;
    fixture_refuses("{'infrastructure': {}}", "missing-key", "document");
    fixture_refuses("{'workload': {}}", "missing-key", "workload");
    fixture_refuses("{'workload': {'launch_day': {}, 'load_test': {}}}", "conflicting-keys",
                    "workload");
    fixture_refuses("{'workload': {'launch_day': {'user': 3}}}", "unknown-key",
                    "workload.launch_day.user");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'app': {'credit': 3}}}",
                    "unknown-key", "infrastructure.app.credit");
    fixture_refuses("{'workload': {'launch_day': {}, 'reading': 'persona'}}", "unknown-value",
                    "workload.reading");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'app':"
                    " {'instance': 't3.lage'}}}",
                    "unknown-type", "infrastructure.app.instance");
    assert_string_equal(fixture.diags.items[0].mend, "did you mean \"t3.large\"?");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'app':"
                    " {'thread_yield': 3}}}",
                    "out-of-range", "infrastructure.app.thread_yield");
    fixture_refuses("{'workload': {'launch_day': {'curve': [['1h', '20%'], ['2h', '90%']]}}}",
                    "shares", "workload.launch_day.curve[1]");
    fixture_refuses("{'workload': {'launch_day': {'curve': [['2h', '20%'], ['1h', '100%']]}}}",
                    "not-ascending", "workload.launch_day.curve[1]");
    fixture_refuses("{'workload': {'load_test': {'profile': [['1m', 0], ['2m', 9]]}}}", "bad-point",
                    "workload.load_test.profile[0]");
    fixture_refuses("{'workload': {'load_test': {'profile': [['0s', 0], ['2m', 0]]}}}",
                    "bad-profile", "workload.load_test.profile");
    fixture_refuses("{'workload': {'launch_day': {}, 'mix': {'read': 0.5}}}", "shares",
                    "workload.mix");
    fixture_refuses("{'workload': {'launch_day': {}, 'mix': {'read': 0.5, 'pay': 0.5}}}",
                    "missing-action", "workload.mix.pay");
    fixture_refuses("{'workload': {'launch_day': {}, 'personas': {'clerk': {'share': 1}}}}",
                    "missing-key", "workload.personas.clerk");
    fixture_refuses("{'workload': {'launch_day': {}, 'actions': {'pay': {'kind': 'pay',"
                    " 'requests': 1, 'duration': '1m', 'frequency': '1/h'}}}}",
                    "unused-kind", "workload.actions.pay");
    fixture_refuses("{'workload': {'launch_day': {}, 'actions': {'pay': {'kind': 'pay',"
                    " 'requests': 1, 'duration': '1m', 'frequency': '1/h'}}, 'mix': {'pay': 1}}}",
                    "missing-demands", "requests.pay");
    fixture_refuses("{'workload': {'launch_day': {}}, 'requests': {'pay': {}}}", "unused-kind",
                    "requests.pay");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'client':"
                    " {'bandwidth': '3MB'}}}",
                    "wrong-unit", "infrastructure.client.bandwidth");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'client':"
                    " {'bandwidth': 3}}}",
                    "missing-unit", "infrastructure.client.bandwidth");
}

static void warns_of_unverified_types(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_try("{'workload': {'launch_day': {}}, 'infrastructure':"
                                         " {'app': {'instance': 'm7a.large'}}}");
    assert_non_null(s);
    assert_int_equal(fixture.diags.warnings, 1);
    assert_string_equal(fixture.diags.items[0].code, "unverified-type");
    in_scenario_free(s);
}

static void shipped_scenarios_load(void **state) {
    (void)state;
    static const char *const paths[] = {"inputs/scenarios/phase1-launch-day.json",
                                        "inputs/scenarios/phase1-load-test.json"};
    for (int i = 0; i < 2; i++) {
        sim_diags_init(&fixture.diags, fixture.arena, NULL);
        struct mdl_scenario *s = in_scenario_load(paths[i], fixture.catalog, &fixture.diags);
        sim_diags_print(&fixture.diags, stderr);
        assert_non_null(s);
        assert_int_equal(fixture.diags.warnings, 0);
        assert_null(fixture_assumption(s, "infrastructure.app.count"));
        near(mdl_workload_request_rate(&s->arch->workload, 300), i == 0 ? 2.408333 : 13.076923,
             1e-5);
        in_scenario_free(s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(documents_list_every_key),
        cmocka_unit_test(lists_defaults_in_use),
        cmocka_unit_test(given_keys_leave_the_list),
        cmocka_unit_test(named_sets_merge_as_documented),
        cmocka_unit_test(switches_have_two_spellings),
        cmocka_unit_test(readings_have_known_rates),
        cmocka_unit_test(load_factor_multiplies),
        cmocka_unit_test(launch_day_is_the_brief),
        cmocka_unit_test(load_test_is_the_brief),
        cmocka_unit_test(tiers_become_places),
        cmocka_unit_test(other_choices_reach_the_network),
        cmocka_unit_test(routes_carry_the_demands),
        cmocka_unit_test(unused_tiers_vanish),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(warns_of_unverified_types),
        cmocka_unit_test(shipped_scenarios_load),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
