/* A replication's result as bytes: every field comes back to the bit, over every shipped scenario,
 * and damage is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "inputs/scenario_file.h"
#include "models/engine.h"
#include "models/result_pack.h"
#include "outputs/findings_json.h"
#include "studies/run_study.h"
#include "tests/same_result.h"

/* --- the tables ----------------------------------------------------------------------------- */

static void tables_cover_every_byte(void **state) {
    (void)state;
    assert_true(mdl_pack_record_count >= 8);
    for (size_t i = 0; i < mdl_pack_record_count; i++) {
        const char *gap = mdl_pack_gap(mdl_pack_records[i]);
        if (gap != NULL) {
            fail_msg("%s: bytes before %s are not packed: add the field to its table in "
                     "models/result_pack.c",
                     mdl_pack_records[i]->name, gap);
        }
    }
}

/* The alarm rings: a table that lacks a field, has one twice, or lacks the last one. */
static void a_forgotten_field_is_told(void **state) {
    (void)state;
    struct three {
        uint64_t a, b, c;
    };
    const struct mdl_pack_field a = {
        "a", offsetof(struct three, a), 8, MDL_PACK_INTEGER, 8, NULL, NULL, NULL};
    const struct mdl_pack_field b = {
        "b", offsetof(struct three, b), 8, MDL_PACK_INTEGER, 8, NULL, NULL, NULL};
    const struct mdl_pack_field c = {
        "c", offsetof(struct three, c), 8, MDL_PACK_INTEGER, 8, NULL, NULL, NULL};
    const struct mdl_pack_field all[] = {c, a, b};
    const struct mdl_pack_field no_b[] = {a, c};
    const struct mdl_pack_field no_c[] = {a, b};
    const struct mdl_pack_field b_twice[] = {a, b, b, c};
    struct mdl_pack_record record = {"three", sizeof(struct three), _Alignof(struct three), all, 3};
    assert_null(mdl_pack_gap(&record));
    record.fields = no_b;
    record.field_count = 2;
    assert_string_equal(mdl_pack_gap(&record), "c");
    record.fields = no_c;
    assert_string_equal(mdl_pack_gap(&record), "end");
    record.fields = b_twice;
    record.field_count = 4;
    assert_string_equal(mdl_pack_gap(&record), "end");
}

/* --- every shipped scenario ----------------------------------------------------------------- */

enum { REPLICATIONS = 1 };

/* A store in memory. */
struct memory {
    unsigned char *bytes[REPLICATIONS];
    size_t sizes[REPLICATIONS];
    int puts;
};

static unsigned char *get(void *context, const struct mdl_scenario *scenario, uint64_t seed,
                          int replication, size_t *size) {
    (void)scenario;
    (void)seed;
    const struct memory *memory = context;
    if (memory->bytes[replication] == NULL) {
        return NULL;
    }
    *size = memory->sizes[replication];
    return memcpy(sim_alloc(*size, 1), memory->bytes[replication], *size);
}

static void put(void *context, const struct mdl_scenario *scenario, uint64_t seed, int replication,
                const unsigned char *bytes, size_t size) {
    (void)scenario;
    (void)seed;
    struct memory *memory = context;
    memory->bytes[replication] = memcpy(sim_alloc(size, 1), bytes, size);
    memory->sizes[replication] = size;
    memory->puts++;
}

/* The findings as JSON, without what timing puts there; the caller frees. */
static char *json_of(struct std_findings *findings) {
    findings->wall_s = 1;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    out_json_findings(out, findings, "test");
    fclose(out);
    return text;
}

static void comes_back(const char *path, struct mdl_catalog *catalog) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, path);
    struct mdl_scenario *scenario = in_scenario_load(path, catalog, &diags);
    assert_non_null(scenario);
    struct memory memory = {.puts = 0};
    struct std_store store = {get, put, &memory};
    struct std_run_options options = {
        .seed = 3, .replications = REPLICATIONS, .threads = 1, .store = &store};
    struct std_findings *direct = std_run(scenario, &options);
    assert_int_equal(memory.puts, REPLICATIONS);
    struct std_findings *unpacked = std_run(scenario, &options);
    assert_int_equal(memory.puts, REPLICATIONS); /* the second run simulated nothing */
    char *before = json_of(direct);
    char *after = json_of(unpacked);
    if (strcmp(before, after) != 0) {
        fail_msg("%s: the findings differ", path);
    }
    free(before);
    free(after);
    std_findings_free(direct);
    std_findings_free(unpacked);

    struct mdl_program *program = mdl_compile(scenario);
    struct mdl_result *result = mdl_result_unpack(program, memory.bytes[0], memory.sizes[0]);
    struct mdl_world *world = mdl_world_new(program);
    struct mdl_result *again = mdl_world_run(world, (struct sim_key){3, 0});
    assert_true(same_result_hash(program, result) == same_result_hash(program, again));
    mdl_result_free(result);
    mdl_result_free(again);
    mdl_world_free(world);
    mdl_program_free(program);
    for (int r = 0; r < REPLICATIONS; r++) {
        free(memory.bytes[r]);
    }
    in_scenario_free(scenario);
    sim_arena_free(arena);
}

static void every_scenario_comes_back(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "inputs");
    struct mdl_catalog *catalog = in_catalog_load("inputs", &diags);
    assert_non_null(catalog);
    glob_t files;
    assert_int_equal(glob("inputs/scenarios/*.json", 0, NULL, &files), 0);
    assert_int_equal(glob("inputs/scenarios/*/*.json", GLOB_APPEND, NULL, &files), 0);
    assert_int_equal(glob("inputs/locust.json", GLOB_APPEND, NULL, &files), 0);
    assert_true(files.gl_pathc >= 30);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        comes_back(files.gl_pathv[i], catalog);
    }
    globfree(&files);
    in_catalog_free(catalog);
    sim_arena_free(arena);
}

/* --- damage --------------------------------------------------------------------------------- */

static struct mdl_scenario *queue(const char *more) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "test");
    char *text = sim_arena_print(
        arena,
        "{\"network\": {\"sources\": [{\"name\": \"s\", \"rate\": \"1/s\", \"route\": \"r\"}],"
        " \"stations\": [{\"name\": \"q\", \"demand\": \"exp(600ms)\"}],"
        " \"routes\": {\"r\": [{\"serve\": \"q\"}]}}, \"horizon\": \"50s\"%s}",
        more);
    struct mdl_scenario *scenario = in_scenario_parse(text, "test", NULL, &diags);
    assert_non_null(scenario);
    sim_arena_free(arena);
    return scenario;
}

static void damage_is_seen(void **state) {
    (void)state;
    struct mdl_scenario *scenario = queue(", \"log\": {\"of\": \"q\"}");
    struct mdl_program *program = mdl_compile(scenario);
    struct mdl_world *world = mdl_world_new(program);
    struct mdl_result *result = mdl_world_run(world, (struct sim_key){1, 0});
    size_t size = 0;
    unsigned char *bytes = mdl_result_pack(program, result, &size);
    assert_true(size > 200);
    struct mdl_result *good = mdl_result_unpack(program, bytes, size);
    assert_non_null(good);
    mdl_result_free(good);
    for (size_t length = 0; length < size; length++) {
        assert_null(mdl_result_unpack(program, bytes, length));
    }
    for (size_t at = 0; at < size; at++) {
        bytes[at] ^= 0x10;
        assert_null(mdl_result_unpack(program, bytes, size));
        bytes[at] ^= 0x10;
    }
    /* the bytes of a program of another shape */
    struct mdl_scenario *other = queue(", \"buckets\": \"1s\"");
    struct mdl_program *another = mdl_compile(other);
    assert_null(mdl_result_unpack(another, bytes, size));
    free(bytes);
    mdl_result_free(result);
    mdl_world_free(world);
    mdl_program_free(program);
    mdl_program_free(another);
    in_scenario_free(scenario);
    in_scenario_free(other);
}

/* Which keys make another replication, and which do not. */
static void run_hash_is_of_what_decides(void **state) {
    (void)state;
    static const char *const same[] = {"",
                                       ", \"name\": \"n\"",
                                       ", \"about\": \"a\"",
                                       ", \"seed\": 7",
                                       ", \"replications\": 7",
                                       ", \"precision\": {\"within\": \"2%\"}"};
    static const char *const others[] = {", \"warmup\": \"1s\"", ", \"within\": [\"1s\"]",
                                         ", \"buckets\": \"5s\""};
    struct mdl_scenario *plain = queue("");
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct mdl_scenario *scenario = queue(same[i]);
        assert_true(scenario->run_hash == plain->run_hash);
        assert_int_equal(scenario->hash == plain->hash, i == 0);
        in_scenario_free(scenario);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct mdl_scenario *scenario = queue(others[i]);
        assert_true(scenario->run_hash != plain->run_hash);
        in_scenario_free(scenario);
    }
    in_scenario_free(plain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_cover_every_byte),     cmocka_unit_test(a_forgotten_field_is_told),
        cmocka_unit_test(every_scenario_comes_back),   cmocka_unit_test(damage_is_seen),
        cmocka_unit_test(run_hash_is_of_what_decides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
