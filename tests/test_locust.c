/* The Locust-style JSON: the brief's as it stands, kinds by ratio, and what is refused. */
#include <math.h>

#include "models/lower.h"
#include "tests/arch_fixture.h"

#define STAGES                                                                                     \
    "'users': {'distribution': {'ramp_up': {'duration': '10m', 'users': 300},"                     \
    " 'plateau': {'duration': '30m', 'users': 300}, 'ramp_down': {'duration': '5m', 'users': 0}}}"

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static const struct mdl_arch_action *action(const struct mdl_scenario *s, const char *name) {
    const struct mdl_workload *workload = &s->arch->workload;
    for (int i = 0; i < workload->action_count; i++) {
        if (strcmp(workload->actions[i].name, name) == 0) {
            return &workload->actions[i];
        }
    }
    fail_msg("no action %s", name);
    return NULL;
}

static void the_brief_as_it_stands(void **state) {
    (void)state;
    sim_diags_init(&fixture.diags, fixture.arena, NULL);
    struct mdl_scenario *s =
        in_scenario_load("inputs/locust.json", fixture.catalog, &fixture.diags);
    sim_diags_print(&fixture.diags, stderr);
    assert_non_null(s);
    assert_int_equal(fixture.diags.warnings, 0);
    const struct mdl_source *users = &s->network.sources[0];
    assert_int_equal(users->kind, MDL_SOURCE_CLOSED);
    static const double t_s[] = {0, 600, 2400, 2700};
    static const double count[] = {0, 300, 300, 0};
    assert_int_equal(users->point_count, 4);
    for (int i = 0; i < 4; i++) {
        near(users->points[i].t_s, t_s[i], 0);
        near(users->points[i].value, count[i], 0);
    }
    near(s->horizon_s, 2700, 0);
    assert_string_equal(s->reading, "back_to_back");
    assert_string_equal(action(s, "create_client")->kind, "write");
    assert_string_equal(action(s, "view_data")->kind, "read");
    const struct mdl_arch_action *exports = action(s, "export");
    assert_int_equal(exports->requests, 1);
    near(exports->duration_s, 60, 0);
    near(exports->frequency_per_s * 3600, 100 / 3.0, 1e-9);
    near(exports->share, 0.1, 1e-12);
    near(mdl_workload_request_rate(&s->arch->workload, 300), 300 * 3.4 / 78, 1e-9);
    assert_non_null(fixture_assumption(s, "actions.export"));
    assert_string_equal(fixture_assumption(s, "actions.view_data.kind")->likely, "read");
    assert_non_null(fixture_assumption(s, "infrastructure.app.instance"));
    in_scenario_free(s);
}

/* The same figures as a scenario give the same network. */
static void equals_the_load_test(void **state) {
    (void)state;
    struct mdl_scenario *locust =
        in_scenario_load("inputs/locust.json", fixture.catalog, &fixture.diags);
    struct mdl_scenario *test = fixture_read("{'workload': {'load_test': {}}}");
    assert_non_null(locust);
    near(mdl_workload_request_rate(&locust->arch->workload, 300),
         mdl_workload_request_rate(&test->arch->workload, 300), 1e-9);
    assert_int_equal(locust->network.station_count, test->network.station_count);
    assert_int_equal(locust->network.route_count, test->network.route_count);
    for (int i = 0; i < test->network.class_count; i++) {
        assert_string_equal(locust->network.classes[i].name, test->network.classes[i].name);
    }
    in_scenario_free(locust);
    in_scenario_free(test);
}

static void an_explicit_kind_decides(void **state) {
    (void)state;
    struct mdl_scenario *s = fixture_read(
        "{" STAGES ", 'actions': {"
        " 'browse': {'duration': '1m', 'requests': 3, 'frequency': '50/h', 'kind': 'read'},"
        " 'edit': {'duration': '2m', 'requests': 5, 'frequency': '70/h', 'kind': 'write'},"
        " 'add': {'duration': '2m', 'requests': 2, 'frequency': '30/h', 'kind': 'write'}},"
        " 'distribution': {'read': 0.5, 'write': 0.5}}");
    near(action(s, "browse")->share, 0.5, 1e-12);
    near(action(s, "edit")->share, 0.35, 1e-12);
    near(action(s, "add")->share, 0.15, 1e-12);
    in_scenario_free(s);
    /* One kind given: the other follows from its ratio to it. */
    s = fixture_read("{" STAGES ", 'actions': {"
                     " 'a': {'duration': '1m', 'requests': 3, 'frequency': '60/h',"
                     "       'kind': 'read'},"
                     " 'b': {'duration': '2m', 'requests': 5, 'frequency': '10/h'}},"
                     " 'distribution': {'read': 0.6, 'write': 0.3, 'export': 0.1}}");
    assert_string_equal(action(s, "b")->kind, "export");
    near(action(s, "write")->frequency_per_s * 3600, 30, 1e-9);
    in_scenario_free(s);
}

#define TWO(first, second)                                                                         \
    "'actions': {'a': {'duration': '1m', 'requests': 3, 'frequency': '" first "'},"                \
    " 'b': {'duration': '2m', 'requests': 5, 'frequency': '" second "'}}"

static void refuses_what_is_not_plain(void **state) {
    (void)state;
    fixture_refuses("{" STAGES ", " TWO("100/h", "150/h") ", 'distribution': {'read': 0.6,"
                                                          " 'write': 0.3, 'export': 0.1}}",
                    "unmatched-kinds", "actions");
    fixture_refuses("{" STAGES ", " TWO("100/h", "100/h") ", 'distribution': {'read': 0.5,"
                                                          " 'write': 0.5}}",
                    "ambiguous-kinds", "actions");
    fixture_refuses("{" STAGES ", 'actions': {'a': {'duration': '1m', 'requests': 3,"
                    " 'frequency': '9/h'}}, 'distribution': {'read': 0.5, 'write': 0.5}}",
                    "ambiguous-kinds", "actions");
    fixture_refuses("{" STAGES ", 'actions': {'a': {'duration': '1m', 'requests': 3,"
                    " 'frequency': '9/h', 'kind': 'pay'}}, 'distribution': {'read': 1}}",
                    "unused-kind", "actions.a.kind");
    fixture_refuses("{" STAGES ", 'actions': {}, 'distribution': {'read': 1}}", "missing-action",
                    "actions");
    fixture_refuses("{" STAGES ", 'actions': {'a': {'duration': '1m', 'requests': 3,"
                    " 'frequency': '9/h'}}, 'distribution': {'pay': 1}}",
                    "missing-demands", "requests.pay");
    fixture_refuses("{" STAGES ", " TWO("60/h", "30/h") ", 'distribution': {'read': 0.6,"
                                                        " 'write': 0.3}}",
                    "shares", "distribution");
    fixture_refuses("{" STAGES ", 'spawn_rate': 3, " TWO(
                        "60/h", "40/h") ", 'distribution': {'read': 0.6, 'write': 0.4}}",
                    "unknown-key", "spawn_rate");
    fixture_refuses("{'users': {'distribution': {'ramp_up': {'duration': '10m', 'users': 300},"
                    " 'plateau': {'duration': '30m', 'users': 200},"
                    " 'ramp_down': {'duration': '5m', 'users': 0}}}, " TWO(
                        "60/h", "40/h") ", 'distribution': {'read': 0.6, 'write': 0.4}}",
                    "uneven-plateau", "users.distribution.plateau");
    fixture_refuses("{'users': {'distribution': {'ramp_up': {'duration': '10m', 'users': 300},"
                    " 'plateau': {'duration': 30, 'users': 300},"
                    " 'ramp_down': {'duration': '5m', 'users': 0}}}, " TWO(
                        "60/h", "40/h") ", 'distribution': {'read': 0.6, 'write': 0.4}}",
                    "missing-unit", "users.distribution.plateau.duration");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_brief_as_it_stands),
        cmocka_unit_test(equals_the_load_test),
        cmocka_unit_test(an_explicit_kind_decides),
        cmocka_unit_test(refuses_what_is_not_plain),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
