/* CPU credits of an architecture: modes, starting balances, what is assumed, what AWS refuses. */
#include "tests/arch_fixture.h"

#include <math.h>

static const struct mdl_station *station_of(const struct mdl_scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->network.station_count; i++) {
        if (strcmp(scenario->network.stations[i].name, name) == 0) {
            return &scenario->network.stations[i];
        }
    }
    fail_msg("no station %s", name);
    return NULL;
}

static void near(double found, double expected) {
    if (!(fabs(found - expected) <= 1e-9 * fmax(1, fabs(expected)))) {
        fail_msg("found %.12g, expected %.12g", found, expected);
    }
}

static void expect(const struct mdl_scenario *scenario, const char *station, bool unlimited,
                   double earn, double cap, double start) {
    const struct mdl_credits *credits = station_of(scenario, station)->credits;
    assert_non_null(credits);
    assert_int_equal(credits->unlimited, unlimited);
    near(credits->earn_per_h, earn);
    near(credits->cap, cap);
    near(credits->start, start);
    near(credits->launch, 0);
}

static void defaults(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read("{'workload': {'launch_day': {}}}");
    expect(s, "app.cpu", true, 36, 864, 36); /* an hour old */
    expect(s, "database.cpu", true, 36, 864, 864);
    expect(s, "cache.commands", false, 24, 576, 576);
    assert_null(station_of(s, "client.network")->credits);
    const struct mdl_assumption *launched = fixture_assumption(s, "infrastructure.app.launched");
    assert_non_null(launched);
    assert_string_equal(launched->likely, "1h");
    assert_string_equal(launched->low, "0s");
    assert_string_equal(launched->high, "24h");
    assert_string_equal(fixture_assumption(s, "infrastructure.app.credits")->likely, "unlimited");
    assert_string_equal(fixture_assumption(s, "infrastructure.cache.credits")->likely, "standard");
    for (int i = 0; i < s->tier_count; i++) {
        bool app = strcmp(s->tiers[i].name, "app") == 0;
        if (app || strcmp(s->tiers[i].name, "database") == 0) {
            near(s->tiers[i].baseline_vcpus, 0.6);
            near(s->tiers[i].surplus_usd_per_vcpu_hour, app ? 0.05 : 0.075);
            assert_non_null(s->tiers[i].surplus_source);
        }
    }
    in_scenario_free(s);
}

static void given(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}}, 'infrastructure': {'app': {'credits': 'standard',"
        " 'launched': '10000s'}, 'database': {'launched': '0s', 'credits': 'unlimited'},"
        " 'cache': {'launched': '30d', 'credits': 'standard', 'instance': 'cache.t4g.small'}}}");
    expect(s, "app.cpu", false, 36, 864, 100);
    near(station_of(s, "app.cpu")->credits->resume, 0.01);
    expect(s, "database.cpu", true, 36, 864, 0);
    expect(s, "cache.commands", false, 24, 576, 576);
    assert_null(fixture_assumption(s, "infrastructure.app.launched"));
    assert_null(fixture_assumption(s, "infrastructure.app.credits"));
    in_scenario_free(s);
}

static void not_burstable(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{'workload': {'launch_day': {}}, 'infrastructure': {'app': {'instance': 'm6i.large',"
        " 'launched': '5h'}, 'database': {'instance': 'm6g.large'},"
        " 'cache': {'instance': 'm6g.large'}}}");
    static const char *const stations[] = {"app.cpu", "database.cpu", "cache.commands"};
    static const char *const keys[] = {"app.credits", "app.launched", "database.credits",
                                       "cache.launched"};
    for (int i = 0; i < 3; i++) {
        assert_null(station_of(s, stations[i])->credits);
    }
    for (int i = 0; i < 4; i++) {
        assert_null(
            fixture_assumption(s, sim_arena_print(fixture.arena, "infrastructure.%s", keys[i])));
    }
    for (int i = 0; i < s->tier_count; i++) {
        near(s->tiers[i].baseline_vcpus, 0);
        assert_true(isnan(s->tiers[i].surplus_usd_per_vcpu_hour));
    }
    in_scenario_free(s);
}

static void impossible(void **state) {
    (void)state;
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'database':"
                    " {'credits': 'standard'}}}",
                    "impossible-credits", "infrastructure.database.credits");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'cache':"
                    " {'credits': 'unlimited'}}}",
                    "impossible-credits", "infrastructure.cache.credits");
    fixture_refuses("{'workload': {'launch_day': {}}, 'infrastructure': {'app':"
                    " {'credits': 'unlimted'}}}",
                    "unknown-value", "infrastructure.app.credits");
    /* no effect: a warning, so that types may be compared with the rest unchanged */
    struct mdl_scenario *s =
        fixture_read("{'workload': {'launch_day': {}}, 'infrastructure': {'app':"
                     " {'instance': 'm6i.large', 'credits': 'standard'}}}");
    assert_int_equal(fixture.diags.shown, 1);
    assert_string_equal(fixture.diags.items[0].code, "no-credits");
    in_scenario_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults),
        cmocka_unit_test(given),
        cmocka_unit_test(not_burstable),
        cmocka_unit_test(impossible),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
