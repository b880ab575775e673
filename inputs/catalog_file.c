/* The shipped catalog: comma-separated tables of inputs/catalog/ (SOURCES.md there says where each
 * figure comes from). A column of a table is bound to a member of the record by one row of a table
 * here; an empty cell is an unknown figure (NAN, NULL or 0). */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/csv_file.h"
#include "inputs/scenario_file.h"

enum cell_kind { TEXT, INTEGER, REAL, FLAG };

struct column {
    const char *name;
    enum cell_kind kind;
    size_t offset; /* in the record */
    bool required; /* the cell may not be empty */
};

#define MEMBER(record, member) offsetof(struct record, member)
#define COUNT(list) (int)(sizeof(list) / sizeof(list)[0])

/* A row of ec2.csv has a CPU of its own; rds.csv and elasticache.csv name the EC2 type of theirs.
 */
struct type_row {
    struct mdl_instance_type type;
    int threads_per_core;
    double coremark_per_s;
    const char *yield_type;
    const char *yield_basis;
    const char *ec2_type;
    const char *redis_row;
    const char *redis_basis;
};

#define TYPE_COLUMNS                                                                               \
    {"instance_type", TEXT, MEMBER(type_row, type.name), true},                                    \
        {"family", TEXT, MEMBER(type_row, type.family), true},                                     \
        {"vcpus", INTEGER, MEMBER(type_row, type.cpu.vcpus), true},                                \
        {"memory_gib", REAL, MEMBER(type_row, type.memory_gib), true},                             \
        {"verified_eu_west_3", FLAG, MEMBER(type_row, type.verified_eu_west_3), true},             \
        {"source", TEXT, MEMBER(type_row, type.source), true}, {                                   \
        "as_of", TEXT, MEMBER(type_row, type.as_of), true                                          \
    }

static const struct column ec2_columns[] = {
    TYPE_COLUMNS,
    {"threads_per_core", INTEGER, MEMBER(type_row, threads_per_core), true},
    {"arch", TEXT, MEMBER(type_row, type.arch), true},
    {"network_baseline_gbps", REAL, MEMBER(type_row, type.network_baseline_gbps), false},
    {"network_burst_gbps", REAL, MEMBER(type_row, type.network_burst_gbps), false},
    {"ebs_baseline_mbps", REAL, MEMBER(type_row, type.ebs_mbps), false},
    {"ebs_baseline_iops", REAL, MEMBER(type_row, type.ebs_iops), false},
    {"coremark_per_s", REAL, MEMBER(type_row, coremark_per_s), true},
    {"yield_type", TEXT, MEMBER(type_row, yield_type), true},
    {"yield_basis", TEXT, MEMBER(type_row, yield_basis), true},
    {"eu_west_3_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[0]), false},
    {"eu_west_1_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[1]), false},
    {"us_east_1_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[2]), false},
    {"eu_west_3_basis", TEXT, MEMBER(type_row, type.price_basis[0]), false},
    {"eu_west_1_basis", TEXT, MEMBER(type_row, type.price_basis[1]), false},
    {"us_east_1_basis", TEXT, MEMBER(type_row, type.price_basis[2]), false},
};

static const struct column rds_columns[] = {
    TYPE_COLUMNS,
    {"ec2_type", TEXT, MEMBER(type_row, ec2_type), true},
    {"network_burst_gbps", REAL, MEMBER(type_row, type.network_burst_gbps), false},
    {"ebs_max_mbps", REAL, MEMBER(type_row, type.ebs_mbps), false},
    {"max_connections_postgresql", INTEGER, MEMBER(type_row, type.max_connections_postgresql),
     true},
    {"max_connections_mysql", INTEGER, MEMBER(type_row, type.max_connections_mysql), true},
    {"eu_west_3_postgresql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[0]), false},
    {"eu_west_1_postgresql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[1]), false},
    {"us_east_1_postgresql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[2]), false},
    {"eu_west_3_mysql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour_mysql[0]), false},
    {"eu_west_1_mysql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour_mysql[1]), false},
    {"us_east_1_mysql_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour_mysql[2]), false},
    {"eu_west_3_basis", TEXT, MEMBER(type_row, type.price_basis[0]), false},
    {"eu_west_1_basis", TEXT, MEMBER(type_row, type.price_basis[1]), false},
    {"us_east_1_basis", TEXT, MEMBER(type_row, type.price_basis[2]), false},
};

static const struct column cache_columns[] = {
    TYPE_COLUMNS,
    {"ec2_type", TEXT, MEMBER(type_row, ec2_type), true},
    {"maxmemory_bytes", REAL, MEMBER(type_row, type.maxmemory_bytes), false},
    {"network_baseline_gbps", REAL, MEMBER(type_row, type.network_baseline_gbps), false},
    {"network_burst_gbps", REAL, MEMBER(type_row, type.network_burst_gbps), false},
    {"max_connections", INTEGER, MEMBER(type_row, type.max_connections), true},
    {"redis_row", TEXT, MEMBER(type_row, redis_row), true},
    {"redis_basis", TEXT, MEMBER(type_row, redis_basis), true},
    {"eu_west_3_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[0]), false},
    {"eu_west_1_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[1]), false},
    {"us_east_1_usd_per_h", REAL, MEMBER(type_row, type.usd_per_hour[2]), false},
};

struct credit_row {
    const char *name;
    double credits_per_hour;
    double max_credits;
    const char *default_mode;
    const char *allowed_modes;
    double surplus_usd_per_vcpu_hour;
    const char *source;
};

static const struct column credit_columns[] = {
    {"instance_type", TEXT, MEMBER(credit_row, name), true},
    {"credits_per_hour", REAL, MEMBER(credit_row, credits_per_hour), true},
    {"max_credits", REAL, MEMBER(credit_row, max_credits), true},
    {"default_mode", TEXT, MEMBER(credit_row, default_mode), true},
    {"allowed_modes", TEXT, MEMBER(credit_row, allowed_modes), true},
    {"surplus_usd_per_vcpu_hour", REAL, MEMBER(credit_row, surplus_usd_per_vcpu_hour), true},
    {"source", TEXT, MEMBER(credit_row, source), true},
};

static const struct column fact_columns[] = {
    {"category", TEXT, MEMBER(mdl_fact, category), true},
    {"item", TEXT, MEMBER(mdl_fact, item), true},
    {"parameter", TEXT, MEMBER(mdl_fact, parameter), true},
    {"platform", TEXT, MEMBER(mdl_fact, platform), false},
    {"value", TEXT, MEMBER(mdl_fact, value), true},
    {"unit", TEXT, MEMBER(mdl_fact, unit), true},
    {"conditions", TEXT, MEMBER(mdl_fact, conditions), false},
    {"source", TEXT, MEMBER(mdl_fact, source), true},
    {"as_of", TEXT, MEMBER(mdl_fact, as_of), true},
};

struct about_row {
    const char *key;
    const char *value;
};

static const struct column about_columns[] = {
    {"key", TEXT, MEMBER(about_row, key), true},
    {"value", TEXT, MEMBER(about_row, value), true},
};

struct loader {
    struct mdl_catalog *catalog;
    struct sim_arena *arena;
    struct sim_diags *diags;
    const char *folder;
    size_t type_room;
    size_t fact_room;
};

/* --- one table ---------------------------------------------------------------------------- */

static void bad_cell(struct loader *l, const struct in_csv *csv, int row, const char *column,
                     const char *expected, const char *found) {
    l->diags->file = csv->file;
    sim_diag_add(l->diags, "bad-catalog", sim_arena_print(l->arena, "%d:1", csv->lines[row]),
                 expected, NULL, "\"%s\" in column \"%s\"", found, column);
}

static bool read_cell(const char *cell, enum cell_kind kind, void *member) {
    char *end = NULL;
    errno = 0;
    switch (kind) {
    case TEXT:
        *(const char **)member = *cell ? cell : NULL;
        return true;
    case INTEGER: {
        long value = strtol(cell, &end, 10);
        *(int *)member = (int)value;
        return !*end && errno == 0 && value >= 0 && value <= 1000000000;
    }
    case REAL: {
        double value = *cell ? strtod(cell, &end) : (double)NAN;
        *(double *)member = value;
        return !*cell || (!*end && isfinite(value) && value >= 0);
    }
    case FLAG:
        *(bool *)member = *cell == '1';
        return strcmp(cell, "0") == 0 || strcmp(cell, "1") == 0;
    }
    return false;
}

/* Reads the table into records of `size` bytes, each a copy of `blank` (NULL: zeros) to begin with;
 * unbound columns are for human readers. A count of 0 after diagnostics. */
static void *read_table(struct loader *l, const char *name, const struct column *columns,
                        int column_count, const void *blank, size_t size, int *count) {
    static const char *const expected[] = {
        [TEXT] = "a text",
        [INTEGER] = "a whole number",
        [REAL] = "a number that is not negative",
        [FLAG] = "0 or 1",
    };
    struct in_csv csv;
    int errors = l->diags->errors;
    *count = 0;
    const char *path = sim_arena_print(l->arena, "%s/catalog/%s", l->folder, name);
    if (!in_csv_load(&csv, path, l->arena, l->diags)) {
        return NULL;
    }
    char *records = sim_arena_array(l->arena, (size_t)csv.row_count + 1, size);
    for (int row = 0; blank && row < csv.row_count; row++) {
        memcpy(records + (size_t)row * size, blank, size);
    }
    for (int c = 0; c < column_count; c++) {
        int place = in_csv_column(&csv, columns[c].name, l->diags);
        for (int row = 0; place >= 0 && row < csv.row_count; row++) {
            const char *cell = in_csv_cell(&csv, row, place);
            void *member = records + (size_t)row * size + columns[c].offset;
            bool good = read_cell(cell, columns[c].kind, member);
            if (!good || (columns[c].required && !*cell)) {
                bad_cell(l, &csv, row, columns[c].name, expected[columns[c].kind], cell);
            }
        }
    }
    l->diags->file = NULL;
    *count = l->diags->errors == errors ? csv.row_count : 0;
    return records;
}

/* --- linking ------------------------------------------------------------------------------ */

/* A row names something that no other table has. */
static void unlinked(struct loader *l, const char *table, const char *row, const char *wanted) {
    sim_diag_add(l->diags, "bad-catalog", sim_arena_print(l->arena, "%s: %s", table, row), wanted,
                 NULL, "no such row");
}

/* A number measured on `platform`, or NAN after a diagnostic. */
static double measured(struct loader *l, const char *category, const char *item,
                       const char *parameter, const char *platform, const char *row) {
    const struct mdl_fact *fact = mdl_catalog_fact(l->catalog, category, item, parameter, platform);
    if (!fact) {
        unlinked(l, "sparecores.csv", row,
                 sim_arena_print(l->arena, "a row \"%s\" of %s", parameter, platform));
        return (double)NAN;
    }
    return strtod(fact->value, NULL);
}

static double yield_of(struct loader *l, const char *ec2_type, const char *row) {
    return measured(l, "cpu_relative", ec2_type, "multi_thread_yield_geekbench6", ec2_type, row);
}

static void add_type(struct loader *l, const struct type_row *row, const char *service) {
    struct mdl_catalog *catalog = l->catalog;
    if (mdl_catalog_type(catalog, row->type.name)) {
        unlinked(l, service, row->type.name, "one row a type");
        return;
    }
    catalog->types = sim_arena_grow(l->arena, catalog->types, (size_t)catalog->type_count,
                                    &l->type_room, sizeof *catalog->types);
    struct mdl_instance_type *type = &catalog->types[catalog->type_count++];
    *type = row->type;
    type->service = service;
}

/* A row of a type before it is read: every figure unknown. */
static struct type_row blank_row(void) {
    struct type_row row = {.coremark_per_s = (double)NAN};
    row.type.network_baseline_gbps = (double)NAN;
    row.type.network_burst_gbps = (double)NAN;
    row.type.ebs_mbps = (double)NAN;
    row.type.ebs_iops = (double)NAN;
    row.type.credits_per_hour = (double)NAN;
    row.type.max_credits = (double)NAN;
    row.type.surplus_usd_per_vcpu_hour = (double)NAN;
    row.type.redis_cpu_per_op_s = (double)NAN;
    row.type.maxmemory_bytes = (double)NAN;
    for (int r = 0; r < MDL_REGIONS; r++) {
        row.type.usd_per_hour[r] = (double)NAN;
        row.type.usd_per_hour_mysql[r] = (double)NAN;
    }
    return row;
}

/* The EC2 types: capacity is relative to t3.large's CoreMark, the yield is that of two threads of
 * the family's .large (or a sibling's, see SOURCES.md) scaled by vCPUs. */
static void add_ec2(struct loader *l) {
    int count = 0;
    const struct type_row blank = blank_row();
    struct type_row *rows =
        read_table(l, "ec2.csv", ec2_columns, COUNT(ec2_columns), &blank, sizeof *rows, &count);
    double reference = (double)NAN;
    for (int i = 0; i < count; i++) {
        if (strcmp(rows[i].type.name, "t3.large") == 0) {
            reference = rows[i].coremark_per_s;
        }
    }
    if (count > 0 && isnan(reference)) {
        unlinked(l, "ec2.csv", "t3.large", "the reference type");
    }
    for (int i = 0; i < count; i++) {
        struct type_row *row = &rows[i];
        struct mdl_cpu *cpu = &row->type.cpu;
        if (cpu->vcpus < 1 || row->threads_per_core < 1) {
            unlinked(l, "ec2.csv", row->type.name, "at least 1 vCPU and 1 thread per core");
            continue;
        }
        double pair = yield_of(l, row->yield_type, row->type.name);
        cpu->physical_cores =
            cpu->vcpus > row->threads_per_core ? cpu->vcpus / row->threads_per_core : 1;
        cpu->capacity = row->coremark_per_s / reference;
        cpu->capacity_source =
            sim_arena_print(l->arena, "CoreMark %.15g/s over t3.large's %.15g/s (ec2.csv: vantage)",
                            row->coremark_per_s, reference);
        cpu->thread_yield = cpu->vcpus == 1 ? 1 : pair * cpu->vcpus / 2;
        cpu->capacity_geekbench =
            measured(l, "cpu_relative", row->yield_type, "geekbench6_single_rel_t3_large",
                     row->yield_type, row->type.name) *
            cpu->thread_yield / MDL_REFERENCE_YIELD;
        cpu->yield_source =
            sim_arena_print(l->arena, "%s (sparecores.csv: Geekbench 6, scinsp)", row->yield_basis);
        add_type(l, row, "ec2");
    }
    double yield = yield_of(l, "t3.large", "t3.large");
    if (fabs(yield - MDL_REFERENCE_YIELD) > 1e-12) {
        unlinked(l, "sparecores.csv", "t3.large", "the reference yield 1.436");
    }
}

/* The CPU of the EC2 type of a database class or a cache node. */
static bool take_cpu(struct loader *l, struct type_row *row, const char *table) {
    const struct mdl_instance_type *twin = mdl_catalog_type(l->catalog, row->ec2_type);
    if (!twin || twin->cpu.vcpus != row->type.cpu.vcpus) {
        unlinked(l, table, row->type.name, "an EC2 type with as many vCPUs in ec2.csv");
        return false;
    }
    row->type.cpu = twin->cpu;
    row->type.arch = twin->arch;
    row->type.ebs_mbps = fmin(row->type.ebs_mbps, twin->ebs_mbps); /* what one of them knows */
    row->type.ebs_iops = twin->ebs_iops;
    return true;
}

static void add_rds(struct loader *l) {
    int count = 0;
    const struct type_row blank = blank_row();
    struct type_row *rows =
        read_table(l, "rds.csv", rds_columns, COUNT(rds_columns), &blank, sizeof *rows, &count);
    for (int i = 0; i < count; i++) {
        if (take_cpu(l, &rows[i], "rds.csv")) {
            add_type(l, &rows[i], "rds");
        }
    }
}

static void add_elasticache(struct loader *l) {
    int count = 0;
    const struct type_row blank = blank_row();
    struct type_row *rows = read_table(l, "elasticache.csv", cache_columns, COUNT(cache_columns),
                                       &blank, sizeof *rows, &count);
    for (int i = 0; i < count; i++) {
        struct type_row *row = &rows[i];
        if (!take_cpu(l, row, "elasticache.csv")) {
            continue;
        }
        double us = measured(l, "redis", "SET pipeline=1", "server_cpu_per_op", row->redis_row,
                             row->type.name);
        row->type.redis_cpu_per_op_s = us * 1e-6;
        row->type.redis_source = sim_arena_print(
            l->arena, "%s (sparecores.csv: redis SET pipeline=1, scinsp)", row->redis_basis);
        for (int r = 0; r < MDL_REGIONS; r++) {
            row->type.price_basis[r] = isnan(row->type.usd_per_hour[r]) ? NULL : "sourced";
        }
        add_type(l, row, "elasticache");
    }
}

static void add_credits(struct loader *l) {
    int count = 0;
    struct credit_row *rows = read_table(l, "credits.csv", credit_columns, COUNT(credit_columns),
                                         NULL, sizeof *rows, &count);
    for (int i = 0; i < count; i++) {
        struct mdl_instance_type *type = NULL;
        for (int k = 0; k < l->catalog->type_count; k++) {
            if (strcmp(l->catalog->types[k].name, rows[i].name) == 0) {
                type = &l->catalog->types[k];
            }
        }
        if (!type) {
            unlinked(l, "credits.csv", rows[i].name, "a type of the other tables");
            continue;
        }
        type->credits_per_hour = rows[i].credits_per_hour;
        type->max_credits = rows[i].max_credits;
        type->credit_mode = rows[i].default_mode;
        type->credit_modes = rows[i].allowed_modes;
        type->surplus_usd_per_vcpu_hour = rows[i].surplus_usd_per_vcpu_hour;
        type->credit_source = rows[i].source;
    }
}

static void add_facts(struct loader *l, const char *table, const char *file) {
    int count = 0;
    struct mdl_fact *rows =
        read_table(l, file, fact_columns, COUNT(fact_columns), NULL, sizeof *rows, &count);
    struct mdl_catalog *catalog = l->catalog;
    for (int i = 0; i < count; i++) {
        catalog->facts = sim_arena_grow(l->arena, catalog->facts, (size_t)catalog->fact_count,
                                        &l->fact_room, sizeof *catalog->facts);
        rows[i].table = table;
        rows[i].platform = rows[i].platform ? rows[i].platform : "";
        rows[i].conditions = rows[i].conditions ? rows[i].conditions : "";
        catalog->facts[catalog->fact_count++] = rows[i];
    }
}

static void add_date(struct loader *l) {
    int count = 0;
    struct about_row *rows = read_table(l, "catalog.csv", about_columns, COUNT(about_columns), NULL,
                                        sizeof *rows, &count);
    for (int i = 0; i < count; i++) {
        if (strcmp(rows[i].key, "compiled") == 0) {
            l->catalog->date = rows[i].value;
        }
    }
    if (!l->catalog->date) {
        unlinked(l, "catalog.csv", "compiled", "the date of the catalog");
    }
}

/* --- the whole ---------------------------------------------------------------------------- */

struct mdl_catalog *in_catalog_load(const char *data_folder, struct sim_diags *diags) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_catalog *catalog = sim_arena_alloc(arena, sizeof *catalog);
    catalog->arena = arena;
    struct loader l = {.catalog = catalog, .arena = arena, .diags = diags, .folder = data_folder};
    const char *file_before = diags->file;
    int errors = diags->errors;
    diags->file = NULL;
    add_date(&l);
    add_facts(&l, "demands", "demands.csv");
    add_facts(&l, "sparecores", "sparecores.csv");
    add_facts(&l, "storage", "storage.csv");
    add_facts(&l, "lb_network", "lb_network.csv");
    if (diags->errors == errors) {
        add_ec2(&l);
    }
    if (diags->errors == errors) {
        add_rds(&l);
        add_elasticache(&l);
        add_credits(&l);
    }
    diags->file = file_before;
    if (diags->errors > errors) {
        in_catalog_free(catalog);
        return NULL;
    }
    return catalog;
}

void in_catalog_free(struct mdl_catalog *catalog) {
    if (catalog) {
        sim_arena_free(catalog->arena);
    }
}
