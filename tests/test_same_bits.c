/* Same input, same seed: same bits, at any number of threads, and whatever else is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "inputs/scenario_file.h"
#include "sim/base_arena.h"
#include "studies/run_study.h"
#include "tests/same_result.h"

/* Open, closed and session load on every kind of place. */
static const char mixed[] =
    "{\"network\": {"
    " \"classes\": {\"a\": {\"priority\": 1}, \"b\": {\"priority\": 2}},"
    " \"sources\": ["
    "  {\"name\": \"open\", \"class\": \"a\", \"rate\": \"20/s\", \"route\": \"r\"},"
    "  {\"name\": \"closed\", \"class\": \"b\", \"think\": \"exp(1s)\", \"route\": \"r\","
    "   \"population\": [[\"0s\", 0], [\"20s\", 15], [\"40s\", 5]]},"
    "  {\"name\": \"visitors\", \"class\": \"b\", \"route\": \"r\","
    "   \"arrived_by\": {\"total\": 100, \"curve\": [[\"10s\", \"60%\"], [\"50s\", \"100%\"]]},"
    "   \"session\": {\"stay\": \"lognormal(5s, cv=1)\","
    "     \"personas\": [{\"name\": \"p\", \"rate\": \"1/s\"}],"
    "     \"actions\": [{\"name\": \"act\", \"duration\": \"1s\", \"requests\": 2}]}}],"
    " \"stations\": ["
    "  {\"name\": \"app\", \"discipline\": \"ps\", \"servers\": 2, \"instances\": 3,"
    "   \"balancer\": \"least_outstanding\"},"
    "  {\"name\": \"desk\", \"discipline\": \"priority\", \"capacity\": 20}],"
    " \"pools\": [{\"name\": \"db\", \"size\": 5, \"patience\": \"exp(2s)\"}],"
    " \"caches\": [{\"name\": \"pages\", \"hit\": 0.6}],"
    " \"routes\": {\"r\": ["
    "  {\"serve\": \"app\", \"demand\": \"lognormal(60ms, cv=1.5)\"},"
    "  {\"cache\": \"pages\", \"miss\": [{\"acquire\": \"db\"},"
    "    {\"serve\": \"desk\", \"demand\": \"hyperexp(50ms, cv=2)\"}, {\"release\": \"db\"}]},"
    "  {\"branch\": [{\"p\": 0.1, \"steps\": [{\"fail\": true}]}, {\"p\": 0.9}]}]}},"
    " \"horizon\": \"60s\", \"warmup\": \"5s\", \"buckets\": \"7s\"}";

static struct mdl_scenario *scenario_of(const char *text) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "test");
    struct mdl_scenario *scenario = in_scenario_parse(text, "test", NULL, &diags);
    sim_diags_print(&diags, stderr);
    sim_arena_free(arena);
    assert_non_null(scenario);
    return scenario;
}

static struct std_findings *findings_of(const struct mdl_scenario *scenario, uint64_t seed,
                                        int replications, int threads) {
    const struct std_run_options options = {
        .seed = seed, .replications = replications, .threads = threads};
    return std_run(scenario, &options);
}

static void any_number_of_threads(void **state) {
    (void)state;
    struct mdl_scenario *scenario = scenario_of(mixed);
    struct std_findings *one = findings_of(scenario, 3, 7, 1);
    for (int threads = 2; threads <= 8; threads += 3) {
        struct std_findings *more = findings_of(scenario, 3, 7, threads);
        assert_true(same_findings(one, more));
        std_findings_free(more);
    }
    std_findings_free(one);
    in_scenario_free(scenario);
}

/* The first 3 replications of 5 are the 3 of 3; those of another seed are others. */
static void replications_are_their_own(void **state) {
    (void)state;
    struct mdl_scenario *scenario = scenario_of(mixed);
    struct std_findings *three = findings_of(scenario, 3, 3, 1);
    struct std_findings *five = findings_of(scenario, 3, 5, 3);
    struct std_findings *other = findings_of(scenario, 4, 3, 1);
    assert_true(same_first_values(three, five, 3));
    const double *values = std_metric_find(three, "network", "", "response.mean")->values;
    const double *others = std_metric_find(other, "network", "", "response.mean")->values;
    for (int r = 0; r < 3; r++) {
        assert_true(values[r] != others[r]);
        assert_true(values[r] != values[(r + 1) % 3]);
    }
    std_findings_free(three);
    std_findings_free(five);
    std_findings_free(other);
    in_scenario_free(scenario);
}

/* What is observed does not touch what happens: time buckets, other percentiles and durations. */
static void observing_changes_nothing(void **state) {
    (void)state;
    struct mdl_scenario *scenario = scenario_of(mixed);
    struct std_findings *plain = findings_of(scenario, 3, 3, 1);
    scenario->bucket_s = 0.5;
    double within[] = {0.1, 1};
    scenario->within_s = within;
    scenario->within_count = 2;
    struct std_findings *more = findings_of(scenario, 3, 3, 1);
    assert_true(same_first_values(plain, more, 3));
    std_findings_free(plain);
    std_findings_free(more);
    in_scenario_free(scenario);
}

/* What stands in the text, and what is put in its place: one more station and a route to it,
 * visited by a source of its own, each first in the file. */
static const char *const replaced[][2] = {
    {"\"sources\": [", "\"sources\": [{\"name\": \"new\", \"class\": \"b\","
                       " \"arrivals\": \"exp(1s)\", \"route\": \"new\"},"},
    {"\"stations\": [", "\"stations\": [{\"name\": \"new\", \"demand\": \"exp(1s)\"},"},
    {"\"routes\": {", "\"routes\": {\"new\": [{\"serve\": \"new\"}, {\"delay\": \"exp(1s)\"}],"},
};

/* Streams are isolated: another source, station and route beside the old ones, in front of them in
 * the file, change nothing of them. (Stations are shared by no one but those who used them.) */
static void new_parts_shift_nothing(void **state) {
    (void)state;
    char text[8000];
    snprintf(text, sizeof text, "%s", mixed);
    for (int i = 0; i < 3; i++) {
        char *at = strstr(text, replaced[i][0]);
        assert_non_null(at);
        char rest[8000];
        snprintf(rest, sizeof rest, "%s", at + strlen(replaced[i][0]));
        snprintf(at, sizeof text - (size_t)(at - text), "%s%s", replaced[i][1], rest);
    }
    struct mdl_scenario *before = scenario_of(mixed);
    struct mdl_scenario *after = scenario_of(text);
    struct std_findings *old = findings_of(before, 3, 2, 1);
    struct std_findings *new = findings_of(after, 3, 2, 1);
    static const char *const same[][3] = {
        {"source", "open", "response.mean"},  {"source", "closed", "response.deviation"},
        {"source", "visitors", "users.mean"}, {"source", "visitors", "response.p99"},
        {"station", "app", "response.mean"},  {"instance", "app[2]", "utilization"},
        {"station", "desk", "waiting.max"},   {"pool", "db", "count.timed_out"},
        {"cache", "pages", "count.hits"}};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        const struct std_metric *x = std_metric_find(old, same[i][0], same[i][1], same[i][2]);
        const struct std_metric *y = std_metric_find(new, same[i][0], same[i][1], same[i][2]);
        assert_non_null(x);
        assert_non_null(y);
        if (memcmp(x->values, y->values, 2 * sizeof *x->values) != 0) {
            fail_msg("%s %s %s: %.17g became %.17g", same[i][0], same[i][1], same[i][2],
                     x->values[0], y->values[0]);
        }
    }
    std_findings_free(old);
    std_findings_free(new);
    in_scenario_free(before);
    in_scenario_free(after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads),
        cmocka_unit_test(replications_are_their_own),
        cmocka_unit_test(observing_changes_nothing),
        cmocka_unit_test(new_parts_shift_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
