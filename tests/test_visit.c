/* Plain stations take a way of their own through the engine (models/visit.h): it leaves, bit for
 * bit, what the general one leaves. A capacity that is never reached makes a station not plain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "models/engine.h"
#include "sim/base_arena.h"
#include "tests/same_result.h"

enum { ROOM = 4096, REPLICATIONS = 3 };

/* @ stands for what is said of each station; times on a grid, so that much happens at one instant.
 */
static const char NETWORK[] =
    "{\"name\": \"plain or not\", \"network\": {"
    "\"classes\": {\"one\": {}, \"two\": {}},"
    "\"sources\": [{\"name\": \"x\", \"class\": \"one\", \"arrivals\": \"exp(1s)\", \"route\": "
    "\"both\"},"
    "{\"name\": \"y\", \"class\": \"two\", \"arrivals\": \"2s\", \"batch\": 2, \"route\": "
    "\"both\"},"
    "{\"name\": \"z\", \"class\": \"two\", \"population\": 3, \"think\": \"1s\", \"route\": "
    "\"again\"}],"
    "\"stations\": [{\"name\": \"a\", @ \"servers\": 2, \"discipline\": \"fcfs\", \"demand\": "
    "{\"one\": \"exp(200ms)\", \"two\": \"1s\"}},"
    "{\"name\": \"b\", @ \"instances\": 2, \"balancer\": \"round_robin\", \"discipline\": "
    "\"fcfs\"},"
    "{\"name\": \"c\", @ \"discipline\": \"fcfs\"}],"
    "\"routes\": {\"both\": [{\"serve\": \"a\"}, {\"serve\": \"b\", \"demand\": \"1s\"},"
    "{\"serve\": \"c\", \"demand\": \"250ms\"}],"
    "\"again\": [{\"repeat\": {\"times\": 2}, \"steps\": [{\"timeout\": \"300ms\", "
    "\"cancel\": \"none\", \"steps\": [{\"serve\": \"c\", \"demand\": \"exp(100ms)\"}]}, "
    "{\"delay\": \"1s\"}]}]}}, \"breakdown\": true,"
    "\"within\": [\"1s\"], \"buckets\": \"100s\", \"warmup\": \"50s\", \"horizon\": \"2000s\"}";

static void run(const char *said, bool plain, uint64_t hashes[REPLICATIONS]) {
    char text[ROOM];
    size_t length = 0;
    for (const char *at = NETWORK; *at != '\0'; at++) {
        length += (size_t)snprintf(text + length, sizeof text - length, *at == '@' ? "%s" : "%.1s",
                                   *at == '@' ? said : at);
        assert_true(length < sizeof text);
    }
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "plain or not");
    struct mdl_scenario *scenario = in_scenario_parse(text, "plain or not", NULL, &diags);
    if (scenario == NULL) {
        sim_diags_print(&diags, stderr);
    }
    assert_non_null(scenario);
    struct mdl_program *program = mdl_compile(scenario);
    for (uint32_t i = 0; i < program->station_count; i++) {
        assert_int_equal(program->stations[i].plain, plain);
    }
    struct mdl_world *world = mdl_world_new(program);
    for (uint64_t i = 0; i < REPLICATIONS; i++) {
        struct mdl_result *result = mdl_world_run(world, (struct sim_key){5, i});
        assert_true(result->events > 1000);
        hashes[i] = same_result_hash(program, result);
        mdl_result_free(result);
    }
    mdl_world_free(world);
    mdl_program_free(program);
    in_scenario_free(scenario);
    sim_arena_free(arena);
}

static void plain_is_as_general(void **state) {
    (void)state;
    uint64_t plain[REPLICATIONS];
    uint64_t general[REPLICATIONS];
    uint64_t other[REPLICATIONS];
    run("", true, plain);
    run("\"capacity\": 1000000,", false, general);
    run("\"capacity\": 3,", false, other);
    for (int i = 0; i < REPLICATIONS; i++) {
        assert_true(plain[i] == general[i]);
        assert_true(plain[i] != other[i]); /* the comparison can tell */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(plain_is_as_general)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
