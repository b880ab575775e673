/* The network form: what its documents mean, defaults, seeds, hashes, and that no text can crash
 * it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static struct mdl_scenario *parse(const char *text) {
    return in_scenario_parse(text, "tests/text.json", NULL, &diags);
}

static struct mdl_scenario *good(const char *text) {
    struct mdl_scenario *scenario = parse(text);
    if (!scenario) {
        sim_diags_print(&diags, stderr);
    }
    assert_non_null(scenario);
    return scenario;
}

/* A document around the insides of a source. */
static const char *with_source(const char *source) {
    return sim_arena_print(arena,
                           "{\"network\": {\"sources\": [{\"name\": \"s\", \"route\": \"r\", %s}],"
                           "\"routes\": {\"r\": [{\"delay\": \"1s\"}]}}, \"horizon\": \"1h\"}",
                           source);
}

static const char *with_key(const char *key) {
    return sim_arena_print(arena,
                           "{\"network\": {\"sources\": [{\"name\": \"s\", \"route\": \"r\", "
                           "\"rate\": \"1/s\"}],"
                           "\"routes\": {\"r\": [{\"delay\": \"1s\"}]}}, \"horizon\": \"1h\", %s}",
                           key);
}

static void defaults(void **state) {
    (void)state;
    struct mdl_scenario *s =
        good("{\"network\": {\"sources\": [{\"name\": \"a\", \"rate\": \"90/s\","
             "\"route\": \"r\"}], \"stations\": [{\"name\": \"b\"}],"
             "\"pools\": [{\"name\": \"p\", \"size\": 3}],"
             "\"routes\": {\"r\": [{\"acquire\": \"p\"},"
             "{\"serve\": \"b\", \"demand\": \"1ms\"}]}},"
             "\"horizon\": \"10m\"}");
    const struct mdl_network *n = &s->network;
    assert_string_equal(s->name, "text");
    assert_string_equal(s->file, "tests/text.json");
    assert_true(s->horizon_s == 600 && s->warmup_s == 0 && s->bucket_s == 0);
    assert_true(s->replications == 0 && !s->has_seed && s->within_count == 0);
    assert_true(s->load_factor == 1 && !s->catalog_date && !s->reading && !s->arch);
    assert_int_equal(s->percentile_count, 4);
    assert_true(s->percentiles[2] == 0.95);
    assert_int_equal(n->class_count, 1);
    assert_string_equal(n->classes[0].name, "default");
    assert_int_equal(n->classes[0].priority, 1);
    assert_string_equal(n->sources[0].cls, "default");
    assert_int_equal(n->sources[0].batch, 1);
    assert_false(n->sources[0].has_think || n->sources[0].has_limit || n->sources[0].session);
    const struct mdl_station *b = &n->stations[0];
    assert_int_equal(b->discipline, MDL_FCFS);
    assert_true(b->servers == 1 && b->capacity == -1 && b->speed == 1 && !b->speeds);
    assert_true(b->instances == 1 && b->balancer == MDL_RANDOM && b->ties == MDL_TIES_RANDOM);
    assert_true(!b->with && !b->has_demand && b->demand_class_count == 0);
    const struct mdl_pool *p = &n->pools[0];
    assert_true(p->size == 3 && p->queue == -1 && !p->has_patience && p->instances == 1);
    assert_string_equal(n->routes[0].body.steps[1].where, "network.routes.r[1]");
    assert_int_equal(n->routes[0].body.steps[1].times, 1);
    in_scenario_free(s);
}

static void rates(void **state) {
    (void)state;
    struct mdl_scenario *s = good(with_source("\"rate\": \"90/s\""));
    const struct mdl_source *a = s->network.sources;
    assert_true(a->kind == MDL_SOURCE_RATE && a->point_count == 1 && !a->steps);
    assert_true(a->points[0].t_s == 0 && a->points[0].value == 90);
    in_scenario_free(s);
    s = good(with_source("\"rate\": [[\"0s\", \"0/s\"], [\"10m\", \"120/m\"]]"));
    a = s->network.sources;
    assert_true(a->point_count == 2 && !a->steps);
    assert_true(a->points[1].t_s == 600 && a->points[1].value == 2);
    in_scenario_free(s);
    s = good(with_source("\"rate\": {\"steps\": [[\"0s\", \"40/s\"], [\"200s\", \"130/s\"]]}"));
    a = s->network.sources;
    assert_true(a->point_count == 2 && a->steps && a->points[1].value == 130);
    in_scenario_free(s);
}

static void other_sources(void **state) {
    (void)state;
    struct mdl_scenario *s = good(with_source("\"arrivals\": \"erlang(2s, k=2)\", \"batch\": 3, "
                                              "\"first\": \"5s\", \"limit\": 100"));
    const struct mdl_source *a = s->network.sources;
    assert_true(a->kind == MDL_SOURCE_RENEWAL && a->arrivals.kind == SIM_DIST_ERLANG);
    assert_true(a->batch == 3 && a->has_first && a->first_s == 5 && a->has_limit &&
                a->limit == 100);
    in_scenario_free(s);
    s = good(with_source("\"arrived_by\": {\"total\": 10000, \"curve\": [[\"1h\", \"15%\"], "
                         "[\"4h\", 0.5], [\"24h\", \"100%\"]], \"count\": \"fixed\", "
                         "\"shape\": \"smooth\"}"));
    a = s->network.sources;
    assert_true(a->kind == MDL_SOURCE_CURVE && a->total == 10000 && a->fixed && a->smooth);
    assert_int_equal(a->point_count, 4); /* the curve starts at (0, 0) */
    assert_true(a->points[0].t_s == 0 && a->points[0].value == 0);
    assert_true(a->points[2].t_s == 14400 && a->points[2].value == 0.5);
    in_scenario_free(s);
    s = good(with_source("\"times\": [\"0s\", \"1s\", \"1s\", \"2.5s\"]"));
    a = s->network.sources;
    assert_true(a->kind == MDL_SOURCE_TIMES && a->time_count == 4 && a->times_s[3] == 2.5);
    in_scenario_free(s);
    s = good(with_source("\"population\": 4"));
    a = s->network.sources;
    assert_true(a->kind == MDL_SOURCE_CLOSED && a->point_count == 1 && a->points[0].value == 4);
    in_scenario_free(s);
    s = good(with_source("\"population\": [[\"0s\", 0], [\"400s\", 100]], \"think\": \"exp(8s)\""));
    a = s->network.sources;
    assert_true(a->point_count == 2 && a->points[1].value == 100 && a->has_think);
    assert_true(a->think.mean == 8);
    in_scenario_free(s);
}

static void sessions(void **state) {
    (void)state;
    struct mdl_scenario *s = good(
        "{\"network\": {\"classes\": {\"write\": {\"priority\": 2}}, \"sources\": [{\"name\": "
        "\"s\", \"rate\": \"1/s\", \"session\": {\"stay\": \"exp(12m)\", \"personas\": "
        "[{\"name\": \"m\", \"rate\": \"10/h\"}], \"actions\": [{\"name\": \"w\", \"p\": \"30%\", "
        "\"duration\": \"2m\", \"requests\": 5, \"class\": \"write\", \"route\": \"r\"}, "
        "{\"name\": \"v\", \"p\": 0.7, \"route\": \"r\"}]}}], \"routes\": {\"r\": [{\"delay\": "
        "\"1s\"}]}}, \"horizon\": \"1h\"}");
    const struct mdl_session *session = s->network.sources[0].session;
    assert_non_null(session);
    assert_true(session->has_stay && session->stay.mean == 720 && !session->back_to_back);
    assert_true(session->persona_count == 1 && session->personas[0].p == 1);
    assert_true(session->personas[0].rate_per_s == 10.0 / 3600);
    assert_true(session->action_count == 2 && session->actions[0].requests == 5);
    assert_string_equal(session->actions[0].cls, "write");
    assert_true(session->actions[0].duration.mean == 120 && session->actions[1].p == 0.7);
    assert_true(session->actions[1].requests == 1 && session->actions[1].duration.mean == 0);
    assert_int_equal(s->network.class_count, 2); /* the source is of class "default" */
    assert_string_equal(s->network.classes[1].name, "default");
    in_scenario_free(s);
}

static void stations(void **state) {
    (void)state;
    struct mdl_scenario *s = good(
        "{\"network\": {\"classes\": {\"a\": {}, \"b\": {\"priority\": 3}}, \"sources\": "
        "[{\"name\": \"x\", \"class\": \"a\", \"rate\": \"1/s\", \"route\": \"r\"}, {\"name\": "
        "\"y\", \"class\": \"b\", \"rate\": \"1/s\", \"route\": \"r\"}], \"pools\": [{\"name\": "
        "\"w\", \"size\": 8, \"queue\": 0, \"instances\": 2, \"balancer\": "
        "\"least_outstanding\", \"ties\": \"lowest\"}, {\"name\": \"c\", \"size\": 1, \"queue\": "
        "5, \"patience\": \"2s\", \"instances\": 2, \"with\": \"w\"}], \"stations\": [{\"name\": "
        "\"cpu\", \"discipline\": \"ps\", \"servers\": 2, \"speeds\": [1, 1.436], \"capacity\": "
        "10, \"instances\": 2, \"with\": \"w\", \"demand\": {\"a\": \"1ms\", \"b\": "
        "\"exp(2ms)\"}}], \"caches\": [{\"name\": \"k\", \"hit\": \"80%\"}], \"routes\": {\"r\": "
        "[{\"acquire\": \"w\"}, {\"serve\": \"cpu\"}, {\"cache\": \"k\", \"hit\": [{\"mark\": "
        "\"hit\"}], \"miss\": [{\"acquire\": \"c\"}, {\"delay\": \"1ms\"}, {\"release\": "
        "\"c\"}]}, {\"release\": \"w\"}]}}, \"horizon\": \"1h\"}");
    const struct mdl_station *cpu = &s->network.stations[0];
    assert_true(cpu->discipline == MDL_PS && cpu->servers == 2 && cpu->capacity == 10);
    assert_true(cpu->speed_count == 2 && cpu->speeds[1] == 1.436);
    assert_true(cpu->demand_class_count == 2 && cpu->demand_by_class[1].mean == 0.002);
    assert_string_equal(cpu->demand_classes[1], "b");
    assert_string_equal(cpu->with, "w");
    const struct mdl_pool *w = &s->network.pools[0];
    assert_true(w->size == 8 && w->queue == 0 && w->instances == 2);
    assert_true(w->balancer == MDL_LEAST_OUTSTANDING && w->ties == MDL_TIES_LOWEST);
    assert_true(s->network.pools[1].has_patience && s->network.pools[1].patience.mean == 2);
    assert_true(s->network.caches[0].hit == 0.8);
    assert_int_equal(s->network.classes[1].priority, 3);
    const struct mdl_step *cache = &s->network.routes[0].body.steps[2];
    assert_true(cache->kind == MDL_STEP_CACHE && cache->block_count == 2);
    assert_true(cache->blocks[0].count == 1 && cache->blocks[1].count == 3);
    in_scenario_free(s);
}

static void routes(void **state) {
    (void)state;
    struct mdl_scenario *s = good(
        "{\"network\": {\"sources\": [{\"name\": \"s\", \"rate\": \"1/s\", \"route\": \"r\"}], "
        "\"routes\": {\"r\": [{\"branch\": [{\"weight\": 7, \"steps\": [{\"delay\": \"1s\"}]}, "
        "{\"weight\": 1}]}, {\"branch\": [{\"p\": 0.3000001}, {\"p\": 0.7}]}, {\"branch\": [{}, "
        "{}, {}], \"in_turn\": true}, {\"repeat\": {\"times\": 3}, \"steps\": [{\"delay\": "
        "\"2s\"}]}, {\"repeat\": [{\"delay\": \"2s\"}], \"again\": 0.25}, {\"call\": \"sub\"}, "
        "{\"goto\": \"end\"}], \"sub\": [{\"mark\": \"m\"}], \"end\": [{\"delay\": \"3s\"}, "
        "{\"branch\": [{\"p\": \"50%\", \"steps\": [{\"goto\": \"end\"}]}, {\"p\": 0.5, "
        "\"steps\": [{\"fail\": true}]}]}]}}, \"horizon\": \"1h\"}");
    const struct mdl_step *steps = s->network.routes[0].body.steps;
    assert_int_equal(s->network.routes[0].body.count, 7);
    assert_true(steps[0].weights[0] == 0.875 && steps[0].weights[1] == 0.125);
    assert_true(steps[0].blocks[0].count == 1 && steps[0].blocks[1].count == 0);
    assert_true(fabs(steps[1].weights[0] + steps[1].weights[1] - 1) < 1e-15);
    assert_true(steps[2].in_turn && steps[2].block_count == 3);
    assert_true(steps[3].kind == MDL_STEP_REPEAT && steps[3].times == 3 && !steps[3].has_again);
    assert_true(steps[4].has_again && steps[4].again == 0.25 && steps[4].blocks[0].count == 1);
    assert_true(steps[5].kind == MDL_STEP_CALL && steps[6].kind == MDL_STEP_GOTO);
    assert_string_equal(steps[6].target, "end");
    in_scenario_free(s);
}

static void seeds(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t seed;
    } cases[] = {{"0", 0},
                 {"42", 42},
                 {"9007199254740991", 9007199254740991ULL},
                 {"\"9007199254740993\"", 9007199254740993ULL},
                 {"\"18446744073709551615\"", UINT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mdl_scenario *s =
            good(with_key(sim_arena_print(arena, "\"seed\": %s", cases[i].text)));
        assert_true(s->has_seed && s->seed == cases[i].seed);
        in_scenario_free(s);
    }
    static const char *const wrong[] = {
        "9007199254740993",         "-1",    "1.5",  "\"\"", "\"1x\"", "\"-1\"",
        "\"18446744073709551616\"", "1e400", "null", "true"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        sim_diags_init(&diags, arena, NULL);
        assert_null(parse(with_key(sim_arena_print(arena, "\"seed\": %s", wrong[i]))));
        assert_string_equal(diags.items[0].code, "bad-seed");
    }
}

static void result_lists(void **state) {
    (void)state;
    struct mdl_scenario *s =
        good(with_key("\"percentiles\": [99.9, 50, 50, 99.99], \"within\": "
                      "[\"2s\", \"500ms\"], \"buckets\": \"1m\", "
                      "\"replications\": 20, \"warmup\": \"5m\", \"name\": \"n\","
                      "\"about\": \"free text\""));
    assert_int_equal(s->percentile_count, 3);
    assert_true(s->percentiles[0] == 0.5 && s->percentiles[1] == 0.999 &&
                s->percentiles[2] == 0.9999);
    assert_true(s->within_count == 2 && s->within_s[0] == 0.5 && s->within_s[1] == 2);
    assert_true(s->bucket_s == 60 && s->replications == 20 && s->warmup_s == 300);
    assert_string_equal(s->name, "n");
    in_scenario_free(s);
}

static void resolved_and_hash(void **state) {
    (void)state;
    struct mdl_scenario *a = good(with_key("\"seed\": 1"));
    struct mdl_scenario *b = good(with_key(" \"seed\" :\n 1 "));
    struct mdl_scenario *c = good(with_key("\"seed\": 2"));
    assert_string_equal(a->resolved, b->resolved);
    assert_string_equal(
        a->resolved,
        "{\"network\":{\"sources\":[{\"name\":\"s\",\"route\":\"r\",\"rate\":\"1/s\"}],"
        "\"routes\":{\"r\":[{\"delay\":\"1s\"}]}},\"horizon\":\"1h\",\"seed\":1}");
    assert_true(a->hash == b->hash && a->hash != c->hash);
    in_scenario_free(a);
    in_scenario_free(b);
    in_scenario_free(c);
}

/* A bad document before does not refuse a good one after. */
static void several_documents(void **state) {
    (void)state;
    assert_null(parse("{}"));
    assert_int_equal(diags.errors, 1);
    in_scenario_free(good(with_key("\"seed\": 1")));
    assert_int_equal(diags.errors, 1);
    assert_null(in_scenario_load("tests/no-such-file.json", NULL, &diags));
    assert_int_equal(diags.errors, 2);
    assert_string_equal(diags.items[1].code, "unreadable-file");
    assert_null(in_scenario_load("tests", NULL, &diags));
    assert_int_equal(diags.errors, 3);
}

/* What a request holds is followed along every path; circles and closed users are judged by whether
 * time passes. */
static void judged_routes(void **state) {
    (void)state;
    static const struct {
        const char *source; /* in place of a Poisson source's rate; NULL: that */
        const char *routes;
        const char *code; /* NULL: accepted */
    } cases[] = {
        {NULL,
         "\"r\": [{\"acquire\": \"p\"}, {\"call\": \"q\"}, {\"release\": \"p\"}], "
         "\"q\": [{\"serve\": \"w\"}]",
         NULL},
        {NULL,
         "\"r\": [{\"call\": \"q\"}, {\"serve\": \"w\"}, {\"release\": \"p\"}], "
         "\"q\": [{\"acquire\": \"p\"}]",
         NULL},
        {NULL,
         "\"r\": [{\"call\": \"q\"}, {\"release\": \"p\"}], "
         "\"q\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}, {\"release\": \"p\"}]",
         "release-without-acquire"},
        {NULL,
         "\"r\": [{\"repeat\": {\"times\": 3}, \"steps\": [{\"acquire\": \"p\"}]}, {\"serve\": "
         "\"w\"}, {\"repeat\": {\"times\": 3}, \"steps\": [{\"release\": \"p\"}]}]",
         NULL},
        {NULL,
         "\"r\": [{\"repeat\": {\"times\": 3}, \"steps\": [{\"acquire\": \"p\"}]}, {\"serve\": "
         "\"w\"}, {\"repeat\": {\"times\": 4}, \"steps\": [{\"release\": \"p\"}]}]",
         "release-without-acquire"},
        {NULL,
         "\"r\": [{\"repeat\": {\"again\": 0.5}, \"steps\": [{\"acquire\": \"p\"}]}, {\"serve\": "
         "\"w\"}, {\"release\": \"p\"}]",
         NULL},
        {NULL,
         "\"r\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}, {\"goto\": \"q\"}], "
         "\"q\": [{\"serve\": \"w\"}, {\"release\": \"p\"}, {\"branch\": [{\"p\": 0.5, "
         "\"steps\": [{\"acquire\": \"p\"}, {\"goto\": \"q\"}]}, {\"p\": 0.5}]}]",
         NULL},
        {NULL,
         "\"r\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}, {\"goto\": \"q\"}], "
         "\"q\": [{\"serve\": \"w\"}, {\"release\": \"p\"}, {\"branch\": [{\"p\": 0.5, "
         "\"steps\": [{\"goto\": \"q\"}]}, {\"p\": 0.5}]}]",
         "with-not-held"},
        {NULL,
         "\"r\": [{\"branch\": [{\"p\": 0.5, \"steps\": [{\"fail\": true}]}, {\"p\": 0.5, "
         "\"steps\": [{\"acquire\": \"p\"}]}]}, {\"serve\": \"w\"}, {\"release\": \"p\"}]",
         NULL},
        {"\"population\": 2", "\"r\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}]", NULL},
        {"\"population\": 2",
         "\"r\": [{\"acquire\": \"p\"}, {\"branch\": [{\"p\": 0.9}, {\"p\": 0.1, "
         "\"steps\": [{\"serve\": \"w\"}]}]}]",
         NULL},
        {"\"population\": 2",
         "\"r\": [{\"acquire\": \"p\"}, {\"branch\": [{\"p\": 1}, {\"p\": 0, "
         "\"steps\": [{\"serve\": \"w\"}]}]}]",
         "timeless-user"},
        {"\"population\": 2, \"think\": \"1s\"",
         "\"r\": [{\"acquire\": \"p\"}, {\"branch\": [{\"p\": 1}, {\"p\": 0, \"steps\": "
         "[{\"serve\": "
         "\"w\"}]}]}]",
         NULL},
        {NULL,
         "\"r\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}, {\"goto\": \"q\"}], \"q\": "
         "[{\"mark\": \"m\"}, {\"goto\": \"t\"}], \"t\": [{\"branch\": [{\"weight\": 1, "
         "\"steps\": [{\"goto\": \"q\"}]}, {\"weight\": 1}]}]",
         "timeless-circle"},
        {NULL,
         "\"r\": [{\"acquire\": \"p\"}, {\"serve\": \"w\"}, {\"goto\": \"q\"}], \"q\": "
         "[{\"mark\": \"m\"}, {\"goto\": \"t\"}], \"t\": [{\"delay\": \"1s\"}, {\"branch\": "
         "[{\"weight\": 1, \"steps\": [{\"goto\": \"q\"}]}, {\"weight\": 1}]}]",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sim_diags_init(&diags, arena, NULL);
        const char *text = sim_arena_print(
            arena,
            "{\"network\": {\"sources\": [{\"name\": \"s\", \"route\": \"r\", %s}], \"pools\": "
            "[{\"name\": \"p\", \"size\": 4}], \"stations\": [{\"name\": \"w\", \"with\": \"p\", "
            "\"demand\": \"1s\"}], \"routes\": {%s}}, \"horizon\": \"1h\"}",
            cases[i].source ? cases[i].source : "\"rate\": \"1/s\"", cases[i].routes);
        if (!cases[i].code) {
            in_scenario_free(good(text));
            continue;
        }
        assert_null(parse(text));
        assert_string_equal(diags.items[0].code, cases[i].code);
    }
}

/* --- texts that nobody wrote -------------------------------------------------------------- */

static const char sample[] =
    "{\"name\": \"s\", \"network\": {\"classes\": {\"a\": {\"priority\": 1}}, \"sources\": "
    "[{\"name\": \"x\", \"class\": \"a\", \"rate\": [[\"0s\", \"1/s\"], [\"10m\", \"2/s\"]], "
    "\"route\": \"r\"}], \"stations\": [{\"name\": \"q\", \"demand\": {\"a\": \"mix(0.5: exp(1ms), "
    "0.5: 2ms)\"}}], \"pools\": [{\"name\": \"p\", \"size\": 2}], \"caches\": [{\"name\": \"c\", "
    "\"hit\": 0.5}], \"routes\": {\"r\": [{\"acquire\": \"p\"}, {\"cache\": \"c\", \"miss\": "
    "[{\"serve\": \"q\", \"times\": 2}]}, {\"release\": \"p\"}, {\"branch\": [{\"p\": 0.5, "
    "\"steps\": [{\"goto\": \"z\"}]}, {\"p\": 0.5}]}], \"z\": [{\"repeat\": {\"again\": 0.5}, "
    "\"steps\": [{\"delay\": \"1s\"}]}]}}, \"horizon\": \"1h\", \"seed\": \"7\"}";

static uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void survive(const char *text) {
    struct sim_arena *texts = sim_arena_new();
    struct sim_diags said;
    sim_diags_init(&said, texts, NULL);
    struct mdl_scenario *s = in_scenario_parse(text, "fuzz.json", NULL, &said);
    assert_int_equal(s == NULL, said.errors > 0);
    in_scenario_free(s);
    sim_arena_free(texts);
}

/* Every prefix, and texts with pieces replaced, repeated or removed. */
static void any_text(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "{",     "}",    "[",     "]",  "\"",   ",",       ":",
        "null",  "-1",   "1e999", "\\", "\n",   "\x80",    "\xF0\x9F\x98\x80",
        "0",     "\"\"", "{}",    "[]", "true", "\\u0000", "\\ud800",
        "\"r\"", "\"a\""};
    enum { PIECES = sizeof pieces / sizeof pieces[0], ROUNDS = 4000 };
    in_scenario_free(good(sample));
    size_t length = strlen(sample);
    char *text = malloc(2 * length + 16);
    for (size_t i = 0; i < length; i++) {
        memcpy(text, sample, i);
        text[i] = '\0';
        survive(text);
    }
    uint64_t chance = 88172645463325252ULL;
    for (int round = 0; round < ROUNDS; round++) {
        size_t from = next_random(&chance) % length;
        size_t to = from + next_random(&chance) % 12;
        to = to > length ? length : to;
        const char *piece = pieces[next_random(&chance) % PIECES];
        sprintf(text, "%.*s%s%s", (int)from, sample, piece, sample + to);
        survive(text);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(defaults, setup, teardown),
        cmocka_unit_test_setup_teardown(rates, setup, teardown),
        cmocka_unit_test_setup_teardown(other_sources, setup, teardown),
        cmocka_unit_test_setup_teardown(sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(stations, setup, teardown),
        cmocka_unit_test_setup_teardown(routes, setup, teardown),
        cmocka_unit_test_setup_teardown(seeds, setup, teardown),
        cmocka_unit_test_setup_teardown(result_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(resolved_and_hash, setup, teardown),
        cmocka_unit_test_setup_teardown(several_documents, setup, teardown),
        cmocka_unit_test_setup_teardown(judged_routes, setup, teardown),
        cmocka_unit_test_setup_teardown(any_text, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
