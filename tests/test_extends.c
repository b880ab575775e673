/* Documents that extend others, and assignments to paths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"

static struct sim_arena *arena;
static struct sim_diags diags;

static int setup(void **state) {
    (void)state;
    arena = sim_arena_new();
    sim_diags_init(&diags, arena, NULL);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    sim_arena_free(arena);
    return 0;
}

static struct mdl_scenario *load_with(const char *path, const struct in_assignment *assignments,
                                      int count) {
    struct mdl_scenario *scenario = in_scenario_load_with(path, assignments, count, NULL, &diags);
    sim_diags_print(&diags, stderr);
    return scenario;
}

/* Objects merge, lists merge by name or are replaced, null deletes, new members come last. */
static void merges(void **state) {
    (void)state;
    struct mdl_scenario *s = load_with("tests/extends/variant.json", NULL, 0);
    assert_non_null(s);
    assert_string_equal(
        s->resolved,
        "{\"about\":\"A part of a scenario: the demand of one station, from a file of its own.\","
        "\"network\":{\"stations\":[{\"name\":\"clerk\",\"demand\":"
        "\"mix(0.5: empirical(clerks.csv), 0.5: 1s)\",\"servers\":2},{\"name\":\"till\","
        "\"demand\":\"empirical(tills.csv)\"},{\"name\":\"door\",\"demand\":\"1s\"}],"
        "\"sources\":[{\"name\":\"customers\",\"route\":\"visit\",\"rate\":{\"steps\":[[\"0s\","
        "\"1/s\"]]}}],\"routes\":{\"visit\":[{\"serve\":\"door\"},{\"serve\":\"clerk\"},"
        "{\"serve\":\"till\"}]}},\"horizon\":\"1000s\",\"name\":\"variant\"}");
    assert_string_equal(s->file, "tests/extends/variant.json");
    assert_true(s->horizon_s == 1000 && s->warmup_s == 0);
    const struct mdl_station *clerk = &s->network.stations[0];
    assert_true(clerk->servers == 2 && clerk->capacity == -1);
    in_scenario_free(s);
}

/* Files are found from the document that names them. */
static void files_of_each_document(void **state) {
    (void)state;
    struct mdl_scenario *s = load_with("tests/extends/variant.json", NULL, 0);
    assert_non_null(s);
    assert_true(s->network.stations[0].demand.mean == 1.5);
    assert_true(s->network.stations[1].demand.mean == 0.5);
    in_scenario_free(s);
    struct in_assignment given = {"network.stations[clerk].demand", "empirical(parts/clerks.csv)"};
    s = load_with("tests/extends/variant.json", &given, 1);
    assert_non_null(s);
    assert_true(s->network.stations[0].demand.mean == 2);
    in_scenario_free(s);
}

/* The same documents give the same hash; another file, another one. */
static void hash_covers_files(void **state) {
    (void)state;
    static const char form[] = "{\"extends\": \"%s\", \"name\": \"n\", \"warmup\": \"0s\"}";
    const char *straight = sim_arena_print(arena, form, "base.json");
    const char *round_about = sim_arena_print(arena, form, "copy.json");
    struct mdl_scenario *a = in_scenario_parse(straight, "tests/extends/x.json", NULL, &diags);
    struct mdl_scenario *b = in_scenario_parse(straight, "tests/extends/x.json", NULL, &diags);
    struct mdl_scenario *c = in_scenario_parse(round_about, "tests/extends/x.json", NULL, &diags);
    sim_diags_print(&diags, stderr);
    assert_true(a && b && c);
    assert_string_equal(a->resolved, c->resolved);
    assert_true(a->hash == b->hash && a->hash != c->hash);
    in_scenario_free(a);
    in_scenario_free(b);
    in_scenario_free(c);
}

/* A name given twice is not merged away. */
static void duplicates_stay(void **state) {
    (void)state;
    struct sim_diags said;
    sim_diags_init(&said, arena, NULL);
    assert_null(in_scenario_parse("{\"extends\": \"base.json\", \"network\": {\"stations\": "
                                  "[{\"name\": \"clerk\"}, {\"name\": \"new\", \"demand\": "
                                  "\"1s\"}, {\"name\": \"new\", \"demand\": \"2s\"}]}}",
                                  "tests/extends/text.json", NULL, &said));
    assert_string_equal(said.items[0].code, "duplicate-name");
}

/* --- assignments -------------------------------------------------------------------------- */

static const char document[] = "{\"network\":{\"stations\":[{\"name\":\"a b\",\"speeds\":[1,2]},"
                               "{\"name\":\"1\"},{\"name\":\"c]\"}],\"routes\":{\"r\":[{\"serve\":"
                               "\"1\"}]}},\"horizon\":\"1h\"}";

/* The document after an assignment; NULL when that was refused. */
static const char *assigned(const char *path, const char *value) {
    struct in_context context;
    sim_diags_init(&diags, arena, NULL);
    in_context_init(&context, arena, &diags, "x.json");
    struct in_json root = in_json_parse(&context, document, strlen(document));
    bool done = in_assign(root, path, value);
    assert_int_equal(done, diags.errors == 0);
    const char *text = done ? in_json_print(root) : NULL;
    in_context_fini(&context);
    return text;
}

/* The document with a piece replaced. */
static const char *with(const char *from, const char *to) {
    const char *at = strstr(document, from);
    assert_non_null(at);
    return sim_arena_print(arena, "%.*s%s%s", (int)(at - document), document, to,
                           at + strlen(from));
}

static void assigns(void **state) {
    (void)state;
    assert_string_equal(assigned("horizon", "2h"), with("\"1h\"", "\"2h\""));
    assert_string_equal(assigned("horizon", "\"2\""), with("\"1h\"", "\"2\""));
    assert_string_equal(assigned("horizon", "2"), with("\"1h\"", "2"));
    assert_string_equal(assigned("horizon", "[1, {\"a\": true}]"),
                        with("\"1h\"", "[1,{\"a\":true}]"));
    assert_string_equal(assigned("horizon", "[1, 2"), with("\"1h\"", "\"[1, 2\""));
    assert_string_equal(assigned("horizon", "{\"a\":1,\"a\":2}"),
                        with("\"1h\"", "\"{\\\"a\\\":1,\\\"a\\\":2}\""));
    assert_string_equal(assigned("horizon", "null"), with(",\"horizon\":\"1h\"", ""));
    assert_string_equal(assigned("network.stations[a b].servers", "2"),
                        with("[1,2]}", "[1,2],\"servers\":2}"));
    assert_string_equal(assigned("network.stations[0].speeds[1]", "3"), with("[1,2]", "[1,3]"));
    assert_string_equal(assigned("network.stations[0].speeds[0]", "null"), with("[1,2]", "[2]"));
    assert_string_equal(assigned("network.stations[1].name", "z"), with("\"1\"}", "\"z\"}"));
    assert_string_equal(assigned("network.stations[\"c]\"].name", "z"), with("\"c]\"", "\"z\""));
    assert_string_equal(assigned("network.stations[2]", "{\"name\": \"z\"}"), with("c]", "z"));
    assert_string_equal(assigned("network.routes[r][0].serve", "z"),
                        with("\"serve\":\"1\"", "\"serve\":\"z\""));
    assert_string_equal(assigned("infrastructure.app.count", "5"),
                        with("\"1h\"", "\"1h\",\"infrastructure\":{\"app\":{\"count\":5}}"));
}

static void refuses_paths(void **state) {
    (void)state;
    static const struct {
        const char *path;
        const char *code;
    } cases[] = {
        {"", "bad-path"},
        {".", "bad-path"},
        {"a.", "bad-path"},
        {".a", "bad-path"},
        {"a..b", "bad-path"},
        {"a]", "bad-path"},
        {"a[", "bad-path"},
        {"a[]", "bad-path"},
        {"a[\"\"]", "bad-path"},
        {"a[b]c", "bad-path"},
        {"a.[b]", "bad-path"},
        {"horizon.a", "bad-path"},
        {"horizon[0]", "bad-path"},
        {"network.stations.name", "bad-path"},
        {"network.stations.name.x", "bad-path"},
        {"network.pools[p].size", "bad-path"},
        {"network.stations[3]", "unknown-name"},
        {"network.stations[99999999999].name", "unknown-name"},
        {"network.stations[ab].name", "unknown-name"},
        {"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
         "a."
         "a.a.a.a.a.a",
         "bad-path"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_null(assigned(cases[i].path, "1"));
        assert_string_equal(diags.items[0].code, cases[i].code);
        assert_string_equal(diags.items[0].where, cases[i].path);
    }
}

/* In order, before reading, part of the resolved document; all refusals are told. */
static void loads_with_assignments(void **state) {
    (void)state;
    static const struct in_assignment given[] = {
        {"network.stations[clerk].servers", "5"},
        {"network.stations[clerk].servers", "3"},
        {"network.stations[clerk].discipline", "lcfs"},
        {"replications", "7"},
        {"warmup", "null"},
    };
    struct mdl_scenario *plain = load_with("tests/extends/base.json", NULL, 0);
    struct mdl_scenario *s = load_with("tests/extends/base.json", given, 5);
    assert_true(plain && s && plain->hash != s->hash);
    assert_true(s->network.stations[0].servers == 3 && s->replications == 7);
    assert_true(s->network.stations[0].discipline == MDL_LCFS && s->warmup_s == 0);
    assert_non_null(strstr(s->resolved, "\"servers\":3"));
    in_scenario_free(s);
    in_scenario_free(plain);
    static const struct in_assignment wrong[] = {{"network.stations[clark].servers", "5"},
                                                 {"a..b", "3"}};
    struct sim_diags said;
    sim_diags_init(&said, arena, NULL);
    assert_null(in_scenario_load_with("tests/extends/base.json", wrong, 2, NULL, &said));
    assert_int_equal(said.errors, 2);
    static const struct in_assignment unknown[] = {{"network.stations[clerk].srevers", "5"}};
    sim_diags_init(&said, arena, NULL);
    assert_null(in_scenario_load_with("tests/extends/base.json", unknown, 1, NULL, &said));
    assert_string_equal(said.items[0].code, "unknown-key");
}

static int app_instances(const struct mdl_scenario *scenario) {
    for (int i = 0; scenario && i < scenario->tier_count; i++) {
        if (strcmp(scenario->tiers[i].name, "app") == 0) {
            return scenario->tiers[i].instances;
        }
    }
    return 0;
}

/* Both work on any form, on keys that the document leaves to their defaults too. */
static void architectures_too(void **state) {
    (void)state;
    struct mdl_catalog *catalog = in_catalog_load("inputs", &diags);
    assert_non_null(catalog);
    struct mdl_scenario *s = in_scenario_parse(
        "{\"extends\": \"scenarios/phase1-load-test.json\", \"infrastructure\": {\"app\": "
        "{\"count\": 4}}}",
        "inputs/text.json", catalog, &diags);
    assert_int_equal(app_instances(s), 4);
    in_scenario_free(s);
    static const struct in_assignment given = {"infrastructure.app.count", "5"};
    s = in_scenario_load_with("inputs/scenarios/phase1-load-test.json", &given, 1, catalog, &diags);
    assert_int_equal(app_instances(s), 5);
    in_scenario_free(s);
    in_catalog_free(catalog);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(merges, setup, teardown),
        cmocka_unit_test_setup_teardown(files_of_each_document, setup, teardown),
        cmocka_unit_test_setup_teardown(hash_covers_files, setup, teardown),
        cmocka_unit_test_setup_teardown(duplicates_stay, setup, teardown),
        cmocka_unit_test_setup_teardown(assigns, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_paths, setup, teardown),
        cmocka_unit_test_setup_teardown(loads_with_assignments, setup, teardown),
        cmocka_unit_test_setup_teardown(architectures_too, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
