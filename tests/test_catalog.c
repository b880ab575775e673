/* The shipped catalog: known values by hand, links between its tables, and what its reader refuses.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inputs/csv_file.h"
#include "inputs/scenario_file.h"

struct fixture {
    struct sim_arena *arena;
    struct sim_diags diags;
    struct mdl_catalog *catalog;
};

static struct fixture shipped;

static int load(void **state) {
    (void)state;
    shipped.arena = sim_arena_new();
    sim_diags_init(&shipped.diags, shipped.arena, NULL);
    shipped.catalog = in_catalog_load("inputs", &shipped.diags);
    sim_diags_print(&shipped.diags, stderr);
    return shipped.catalog ? 0 : -1;
}

static int unload(void **state) {
    (void)state;
    in_catalog_free(shipped.catalog);
    sim_arena_free(shipped.arena);
    return 0;
}

static const struct mdl_instance_type *type(const char *name) {
    const struct mdl_instance_type *found = mdl_catalog_type(shipped.catalog, name);
    assert_non_null(found);
    return found;
}

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-9 * fabs(expected))) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static void knows_ec2(void **state) {
    (void)state;
    const struct mdl_instance_type *t3 = type("t3.large");
    assert_string_equal(t3->service, "ec2");
    assert_string_equal(t3->family, "t3");
    assert_int_equal(t3->cpu.vcpus, 2);
    assert_int_equal(t3->cpu.physical_cores, 1);
    near(t3->memory_gib, 8);
    near(t3->cpu.capacity, 1);
    near(t3->cpu.thread_yield, 1.436);
    near(t3->usd_per_hour[0], 0.0944);
    near(t3->usd_per_hour[1], 0.0912);
    near(t3->usd_per_hour[2], 0.0832);
    near(t3->credits_per_hour, 36);
    near(t3->max_credits, 864);
    assert_string_equal(t3->credit_mode, "unlimited");
    const struct mdl_instance_type *m6i = type("m6i.large");
    near(m6i->cpu.capacity, 35055.0 / 27293);
    near(m6i->cpu.thread_yield, 1.166);
    assert_true(isnan(m6i->credits_per_hour));
    assert_null(m6i->credit_mode);
    const struct mdl_instance_type *m7g = type("m7g.xlarge");
    assert_int_equal(m7g->cpu.physical_cores, 4);
    assert_string_equal(m7g->arch, "arm64");
    near(m7g->cpu.thread_yield, 1.806 * 2);
    near(type("m6g.medium")->cpu.thread_yield, 1);
    assert_true(isnan(type("m7a.large")->usd_per_hour[0]));
    assert_false(type("m7a.large")->verified_eu_west_3);
}

/* Figures that no row gives are taken from a sibling, and say so. */
static void marks_siblings(void **state) {
    (void)state;
    near(type("m5a.large")->cpu.thread_yield, 1.351);
    assert_non_null(strstr(type("m5a.large")->cpu.yield_source, "assumed"));
    near(type("r7i.xlarge")->cpu.thread_yield, 1.208 * 2);
    assert_non_null(strstr(type("r7i.xlarge")->cpu.yield_source, "assumed"));
    assert_null(strstr(type("t3.large")->cpu.yield_source, "assumed"));
    near(type("cache.m5.large")->redis_cpu_per_op_s, 12.9e-6);
    assert_non_null(strstr(type("cache.m5.large")->redis_source, "assumed"));
}

static void knows_rds_and_elasticache(void **state) {
    (void)state;
    const struct mdl_instance_type *db = type("db.t3.large");
    assert_string_equal(db->service, "rds");
    assert_int_equal(db->max_connections_postgresql, 901);
    assert_int_equal(db->max_connections_mysql, 682);
    near(db->usd_per_hour[0], 0.164);
    near(db->usd_per_hour_mysql[2], 0.136);
    near(db->cpu.thread_yield, 1.436);
    near(db->credits_per_hour, 36);
    const struct mdl_instance_type *cache = type("cache.t3.medium");
    assert_string_equal(cache->service, "elasticache");
    near(cache->memory_gib, 3.09);
    near(cache->maxmemory_bytes, 3317862236);
    near(cache->redis_cpu_per_op_s, 12.9e-6);
    near(cache->usd_per_hour[0], 0.076);
    assert_string_equal(cache->credit_mode, "standard");
    assert_int_equal(cache->max_connections, 65000);
    assert_true(isnan(type("cache.r7g.large")->usd_per_hour[0]));
}

static void every_row_is_whole(void **state) {
    (void)state;
    const struct mdl_catalog *catalog = shipped.catalog;
    assert_string_equal(catalog->date, "2026-11-23");
    assert_int_equal(catalog->type_count, 117 + 44 + 34);
    for (int i = 0; i < catalog->type_count; i++) {
        const struct mdl_instance_type *t = &catalog->types[i];
        assert_non_null(t->source);
        assert_non_null(t->as_of);
        assert_true(t->cpu.vcpus >= 1 && t->cpu.physical_cores >= 1);
        assert_true(t->cpu.physical_cores <= t->cpu.vcpus);
        assert_true(t->cpu.capacity > 0.5 && t->memory_gib > 0);
        assert_true(t->cpu.thread_yield >= 1 && t->cpu.thread_yield <= t->cpu.vcpus);
        assert_true(isnan(t->credits_per_hour) == !t->credit_mode);
        for (int r = 0; r < MDL_REGIONS; r++) {
            assert_true(isnan(t->usd_per_hour[r]) || t->usd_per_hour[r] > 0);
            assert_true(isnan(t->usd_per_hour[r]) || t->price_basis[r]);
        }
    }
    for (int i = 0; i < catalog->fact_count; i++) {
        const struct mdl_fact *fact = &catalog->facts[i];
        assert_true(fact->item && fact->parameter && fact->value && fact->unit);
        assert_true(fact->source && fact->as_of);
    }
}

/* Data under CC BY-SA stays in its own file. */
static void keeps_licences_apart(void **state) {
    (void)state;
    for (int i = 0; i < shipped.catalog->fact_count; i++) {
        const struct mdl_fact *fact = &shipped.catalog->facts[i];
        bool share_alike = strcmp(fact->source, "scinsp") == 0;
        assert_int_equal(share_alike, strcmp(fact->table, "sparecores") == 0);
    }
}

static void finds_facts(void **state) {
    (void)state;
    const struct mdl_fact *fact =
        mdl_catalog_fact(shipped.catalog, "ebs", "gp3", "read_io_latency_mid", NULL);
    assert_non_null(fact);
    assert_string_equal(fact->value, "1.05");
    assert_string_equal(fact->unit, "ms");
    assert_null(mdl_catalog_fact(shipped.catalog, "ebs", "gp9", "read_io_latency_mid", NULL));
    assert_null(mdl_catalog_type(shipped.catalog, "t3.huge"));
}

/* --- the reader of tables ----------------------------------------------------------------- */

static bool parse(struct in_csv *csv, const char *text, const char **where) {
    struct sim_diags *diags = sim_arena_alloc(shipped.arena, sizeof *diags);
    sim_diags_init(diags, shipped.arena, NULL);
    bool ok = in_csv_parse(csv, text, "table.csv", shipped.arena, diags);
    assert_int_equal(ok, diags->errors == 0);
    *where = ok ? "" : diags->items[0].where;
    return ok;
}

static void reads_quotes(void **state) {
    (void)state;
    struct in_csv csv;
    const char *where = NULL;
    assert_true(
        parse(&csv, "# note, with \"quotes\"\na,b\r\n\"x, y\",\"say \"\"so\"\"\"\n,\"two\nlines\"",
              &where));
    assert_int_equal(csv.column_count, 2);
    assert_int_equal(csv.row_count, 2);
    assert_string_equal(csv.columns[1], "b");
    assert_string_equal(in_csv_cell(&csv, 0, 0), "x, y");
    assert_string_equal(in_csv_cell(&csv, 0, 1), "say \"so\"");
    assert_string_equal(in_csv_cell(&csv, 1, 0), "");
    assert_string_equal(in_csv_cell(&csv, 1, 1), "two\nlines");
    assert_int_equal(csv.lines[1], 4);
}

static void refuses_bad_tables(void **state) {
    (void)state;
    struct in_csv csv;
    const char *where = NULL;
    assert_false(parse(&csv, "a,b\n1,2,3\n", &where));
    assert_string_equal(where, "2:1");
    assert_false(parse(&csv, "a,b\n1,2\n1,\"2\n", &where));
    assert_string_equal(where, "4:1");
    assert_false(parse(&csv, "a,b\n1,2\"\n", &where));
    assert_string_equal(where, "2:4");
    assert_false(parse(&csv, "a,b\n\"1\"2,3\n", &where));
    assert_string_equal(where, "2:4");
}

static void refuses_no_catalog(void **state) {
    (void)state;
    struct sim_diags diags;
    sim_diags_init(&diags, shipped.arena, NULL);
    assert_null(in_catalog_load("tests/no-such-folder", &diags));
    assert_true(diags.errors > 0);
    assert_string_equal(diags.items[0].code, "unreadable-file");
}

/* m6i.large by hand: Geekbench 6, one thread 2.036 times t3.large's, yields 1.166 and 1.436. */
static void capacity_has_two_ends(void **state) {
    (void)state;
    const struct mdl_instance_type *type = mdl_catalog_type(shipped.catalog, "m6i.large");
    assert_true(fabs(type->cpu.capacity_geekbench - 2.036 * 1.166 / 1.436) < 1e-9);
    assert_true(fabs(type->cpu.capacity - 35055.0 / 27293) < 1e-9);
    for (int i = 0; i < shipped.catalog->type_count; i++) {
        const struct mdl_cpu *cpu = &shipped.catalog->types[i].cpu;
        double ratio = cpu->capacity_geekbench / cpu->capacity;
        if (!(ratio > 0.5 && ratio < 2)) {
            fail_msg("%s: %g by Geekbench, %g by CoreMark", shipped.catalog->types[i].name,
                     cpu->capacity_geekbench, cpu->capacity);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_ec2),          cmocka_unit_test(capacity_has_two_ends),
        cmocka_unit_test(marks_siblings),     cmocka_unit_test(knows_rds_and_elasticache),
        cmocka_unit_test(every_row_is_whole), cmocka_unit_test(keeps_licences_apart),
        cmocka_unit_test(finds_facts),        cmocka_unit_test(reads_quotes),
        cmocka_unit_test(refuses_bad_tables), cmocka_unit_test(refuses_no_catalog),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
