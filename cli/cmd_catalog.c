/* The catalog's instance types: one table of fields feeds the list, the single view, CSV and JSON.
 */
#include <math.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "models/catalog.h"
#include "outputs/findings_csv.h"
#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/text_table.h"
#include "sim/base_diag.h"

/* A field's value: a text, or a number (NAN: not known, or not of this service). */
struct value {
    const char *text;
    double number;
};

static double known(int value) { return value > 0 ? value : (double)NAN; }
static struct value text_of(const char *text) { return (struct value){text, (double)NAN}; }
static struct value number_of(double number) { return (struct value){NULL, number}; }

/* X(name, head in the list or NULL, is it a text, value of type `t` in region `r`) */
#define FIELDS(X)                                                                                  \
    X(type, "type", true, text_of(t->name))                                                        \
    X(service, "service", true, text_of(t->service))                                               \
    X(family, NULL, true, text_of(t->family))                                                      \
    X(arch, NULL, true, text_of(t->arch))                                                          \
    X(vcpus, "vCPU", false, number_of(t->cpu.vcpus))                                               \
    X(physical_cores, "cores", false, number_of(known(t->cpu.physical_cores)))                     \
    X(memory_gib, "GiB", false, number_of(t->memory_gib))                                          \
    X(speed_all_threads, "speed", false, number_of(t->cpu.capacity))                               \
    X(speed_source, NULL, true, text_of(t->cpu.capacity_source))                                   \
    X(thread_yield, "yield", false, number_of(t->cpu.thread_yield))                                \
    X(thread_yield_source, NULL, true, text_of(t->cpu.yield_source))                               \
    X(network_baseline_gbps, NULL, false, number_of(t->network_baseline_gbps))                     \
    X(network_burst_gbps, NULL, false, number_of(t->network_burst_gbps))                           \
    X(credits_per_hour, "credits/h", false, number_of(t->credits_per_hour))                        \
    X(max_credits, NULL, false, number_of(t->max_credits))                                         \
    X(credit_mode, NULL, true, text_of(t->credit_mode))                                            \
    X(credit_modes, NULL, true, text_of(t->credit_modes))                                          \
    X(surplus_usd_per_vcpu_hour, NULL, false, number_of(t->surplus_usd_per_vcpu_hour))             \
    X(credit_source, NULL, true, text_of(t->credit_source))                                        \
    X(max_connections_postgresql, NULL, false, number_of(known(t->max_connections_postgresql)))    \
    X(max_connections_mysql, NULL, false, number_of(known(t->max_connections_mysql)))              \
    X(max_connections, NULL, false, number_of(known(t->max_connections)))                          \
    X(redis_cpu_per_op_s, NULL, false, number_of(t->redis_cpu_per_op_s))                           \
    X(maxmemory_bytes, NULL, false, number_of(t->maxmemory_bytes))                                 \
    X(usd_per_hour, "USD/h", false, number_of(t->usd_per_hour[r]))                                 \
    X(usd_per_hour_mysql, NULL, false, number_of(t->usd_per_hour_mysql[r]))                        \
    X(price_basis, "basis", true, text_of(t->price_basis[r]))                                      \
    X(source, NULL, true, text_of(t->source))

static const struct field {
    const char *name;
    const char *head; /* in the list; NULL: not there */
    bool is_text;
} fields[] = {
#define FIELD(name, head, is_text, value) {#name, head, is_text},
    FIELDS(FIELD)
#undef FIELD
};
enum { LIST_DIGITS = 8 };
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

static void read_fields(const struct mdl_instance_type *t, int r, struct value *values) {
    int i = 0;
#define VALUE(name, head, is_text, value) values[i++] = value;
    FIELDS(VALUE)
#undef VALUE
}

static void put_list(const struct mdl_instance_type *types, int count, int region) {
    struct sim_arena *arena = sim_arena_new();
    struct out_table table;
    out_table_init(&table, arena);
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (fields[f].head != NULL) {
            out_table_column(&table, fields[f].head, fields[f].is_text, false);
        }
    }
    for (int i = 0; i < count; i++) {
        struct value values[FIELD_COUNT];
        read_fields(&types[i], region, values);
        out_table_row(&table);
        for (int f = 0; f < FIELD_COUNT; f++) {
            if (fields[f].head == NULL) {
                continue;
            }
            const char *text = values[f].text;
            if (!fields[f].is_text && isfinite(values[f].number)) {
                struct out_number number = out_number_exact(values[f].number);
                if (strlen(number.text) > LIST_DIGITS) { /* a computed ratio */
                    number = out_number_short(values[f].number);
                }
                text = sim_arena_copy(arena, number.text);
            }
            out_table_text(&table, text == NULL ? "-" : text);
        }
    }
    printf("%d types, prices of %s\n\n", count, mdl_region_names[region]);
    out_table_print(&table, stdout, 0);
    puts(
        "\nspeed: all threads together, t3.large = 1; yield: all threads over one thread;\n"
        "USD/h: on demand, Single-AZ, without VAT. \"jauge catalog show TYPE\" gives the sources.");
    sim_arena_free(arena);
}

static void put_one(const struct mdl_instance_type *type, int region) {
    struct value values[FIELD_COUNT];
    read_fields(type, region, values);
    printf("%-28s%s\n", "region", mdl_region_names[region]);
    for (int f = 0; f < FIELD_COUNT; f++) {
        if (fields[f].is_text && values[f].text != NULL) {
            printf("%-28s%s\n", fields[f].name, values[f].text);
        } else if (!fields[f].is_text && isfinite(values[f].number)) {
            printf("%-28s%s\n", fields[f].name, out_number_exact(values[f].number).text);
        }
    }
}

static void put_csv(const struct mdl_instance_type *types, int count, int region) {
    struct sim_arena *arena = sim_arena_new();
    for (int f = 0; f < FIELD_COUNT; f++) {
        printf("%s%s", f == 0 ? "" : ",", fields[f].name);
    }
    fputs(",region\r\n", stdout);
    for (int i = 0; i < count; i++) {
        struct value values[FIELD_COUNT];
        read_fields(&types[i], region, values);
        for (int f = 0; f < FIELD_COUNT; f++) {
            fputs(f == 0 ? "" : ",", stdout);
            if (fields[f].is_text) {
                fputs(out_csv_field(arena, values[f].text), stdout);
            } else if (isfinite(values[f].number)) {
                fputs(out_number_exact(values[f].number).text, stdout);
            }
        }
        printf(",%s\r\n", mdl_region_names[region]);
    }
    sim_arena_free(arena);
}

/* One object, or for the list an array of them. */
static void put_json(const struct mdl_instance_type *types, int count, bool list, int region) {
    struct out_json json;
    out_json_init(&json, stdout);
    if (list) {
        out_json_array(&json, NULL);
    }
    for (int i = 0; i < count; i++) {
        struct value values[FIELD_COUNT];
        read_fields(&types[i], region, values);
        out_json_object(&json, NULL);
        for (int f = 0; f < FIELD_COUNT; f++) {
            if (fields[f].is_text) {
                out_json_text(&json, fields[f].name, values[f].text);
            } else {
                out_json_number(&json, fields[f].name, values[f].number);
            }
        }
        out_json_text(&json, "region", mdl_region_names[region]);
        out_json_end(&json);
    }
    if (list) {
        out_json_end(&json);
    }
}

/* The type of this name; NULL after a message. */
static const struct mdl_instance_type *find_type(const struct mdl_catalog *catalog,
                                                 const char *name) {
    const struct mdl_instance_type *type = mdl_catalog_type(catalog, name);
    if (type == NULL) {
        struct sim_arena *arena = sim_arena_new();
        const char **names = sim_arena_array(arena, (size_t)catalog->type_count, sizeof *names);
        for (int i = 0; i < catalog->type_count; i++) {
            names[i] = catalog->types[i].name;
        }
        const char *near = sim_nearest(name, names, catalog->type_count);
        fprintf(stderr, "jauge: the catalog has no type \"%s\"", name);
        if (near != NULL) {
            fprintf(stderr, "; did you mean \"%s\"?", near);
        }
        fputs("\njauge: \"jauge catalog list\" lists the types\n", stderr);
        sim_arena_free(arena);
    }
    return type;
}

enum cli_exit cli_catalog(const struct cli_options *options) {
    bool list = false;
    const char *shown = NULL;
    if (!cli_list_or_show(options, "catalog", "TYPE", &list, &shown)) {
        return CLI_BAD_INPUT;
    }
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    const struct mdl_instance_type *types = catalog->types;
    int count = catalog->type_count;
    if (!list) {
        types = find_type(catalog, shown);
        count = 1;
    }
    if (types == NULL) {
        code = CLI_BAD_INPUT;
    } else if (options->format == CLI_JSON) {
        put_json(types, count, list, options->region);
    } else if (options->format == CLI_CSV) {
        put_csv(types, count, options->region);
    } else if (list) {
        put_list(types, count, options->region);
    } else {
        put_one(types, options->region);
    }
    in_catalog_free(catalog);
    return code;
}
