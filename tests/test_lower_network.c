/* The network of servers: when it is simulated, and its allowance worked by hand. */
#include "tests/arch_fixture.h"

#include <math.h>

#include "models/engine.h"

static const struct mdl_station *find(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.station_count; i++) {
        if (strcmp(s->network.stations[i].name, name) == 0) {
            return &s->network.stations[i];
        }
    }
    return NULL;
}

static void near(double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

/* 100 users at once, each with an export a minute and nothing else, on one server. */
#define EXPORTS(size, app)                                                                         \
    "{'workload': {'load_test': {'profile': [['0s', 100], ['1h', 100]]},"                          \
    " 'mix': {'read': '0%', 'write': '0%', 'export': '100%'}},"                                    \
    " 'requests': {'export': {'response_size': '" size "', 'queries': 0, 'cache_commands': 0}},"   \
    " 'infrastructure': {'client': {'bandwidth': '1000GB/s', 'round_trip': '1ms'},"                \
    " 'app': {'count': 1, 'workers': 1000, 'memory_per_request': '1MiB' " app "}}}"

/* t3.large: 0.512 Gbit/s, bursts to 5. A quarter of the baseline is 16 MB/s: 9.6 MB a minute for
 * each of 100 users. */
static void only_where_it_may_matter(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(EXPORTS("9MB", ""));
    assert_null(find(s, "app.network"));
    assert_null(fixture_assumption(s, "infrastructure.app.network_allowance"));
    in_scenario_free(s);
    s = fixture_read(EXPORTS("10MB", ""));
    const struct mdl_station *network = find(s, "app.network");
    assert_non_null(network);
    near(network->credits->earn_per_h, 60 * 0.1024, 1e-9);
    near(network->credits->cap, 20 * (1 - 0.1024), 1e-9);
    near(network->credits->start, network->credits->cap, 0);
    assert_false(network->credits->unlimited);
    assert_string_equal(fixture_assumption(s, "infrastructure.app.network_allowance")->low, "5m");
    in_scenario_free(s);
    s = fixture_read(EXPORTS("10MB", ", 'network_allowance': '5m'"));
    near(find(s, "app.network")->credits->cap, 5 * (1 - 0.1024), 1e-9);
    assert_null(fixture_assumption(s, "infrastructure.app.network_allowance"));
    in_scenario_free(s);
}

/* Asked for more than it bursts to from the first request on, the network carries 5 Gbit/s for the
 * 5 minutes of its allowance, and 0.512 from then on. */
static void used_up(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(EXPORTS("2GB", ", 'network_allowance': '5m'"));
    struct mdl_program *program = mdl_compile(s);
    struct mdl_world *world = mdl_world_new(program);
    struct mdl_result *r = mdl_world_run(world, (struct sim_key){1, 0});
    for (uint32_t i = 0; i < program->station_count; i++) {
        if (strcmp(program->stations[i].name, "app.network") == 0) {
            const struct mdl_credit_result *c = &r->credits[program->stations[i].first_place];
            near(c->emptied_s, 300, 3); /* the first response comes at once, or nearly */
            double burst = c->emptied_s;
            near(c->spent, (burst + 0.1024 * (3600 - burst)) / 60, 0.05);
            /* 2 GB are 3.2 s of the burst rate */
            double ended = 0;
            for (uint32_t k = 0; k < program->class_count; k++) {
                ended += (double)r->requests[k].outcome[MDL_OK];
            }
            near(ended, c->spent * 60 / 3.2, 100); /* up to 100 are under way */
        }
    }
    mdl_result_free(r);
    mdl_world_free(world);
    mdl_program_free(program);
    in_scenario_free(s);
}

/* Requests that are large count where they come in. */
static void the_busier_direction(void **state) {
    (void)state;
    struct mdl_scenario *s =
        fixture_read("{'workload': {'load_test': {}}, 'infrastructure': {'client': {"
                     "'request_size': '40MB'}, 'app': {'count': 1}}}");
    const struct mdl_route *route = &s->network.routes[0];
    double demand = NAN;
    for (int i = 0; i < route->body.count; i++) {
        const struct mdl_step *step = &route->body.steps[i];
        if (step->target != NULL && strcmp(step->target, "app.network") == 0) {
            demand = step->demand.mean;
        }
    }
    /* a read: 40 MB, 2 commands and 2 queries of 2 KB and 4 KB at most */
    near(demand, 40e6 * 8 / 5e9, 1e-4);
    in_scenario_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_where_it_may_matter),
        cmocka_unit_test(used_up),
        cmocka_unit_test(the_busier_direction),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
