/* The text report's table of CPU credits. */
#include <math.h>

#include "outputs/text_report.h"

enum { INSTANCES = 8 /* of one tier: shown when there are no more */ };

/* A balance that stays above this share of its start needs no table. */
static const double untouched = 0.9;

static const struct out_report_column columns[] = {
    {"at start", "credits.balance.start", false, false},
    {"lowest", "credits.balance.min", true, false},
    {"at end", "credits.balance.end", true, false},
    {"empty", "credits.emptied", false, true},
    {"first after", "credits.first_empty", true, true},
    {"throttled", "credits.throttled", true, true},
    {"owed at end", "credits.surplus.end", true, true},
    {"charged", "credits.charged", true, true},
    {"charge", "credits.charge", true, true},
    {"if stopped", "credits.charge_if_stopped", true, true},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static double value(const struct out_report *report, const char *scope, const char *entity,
                    const char *name) {
    return out_estimate(report->index, scope, entity, name, NULL).value;
}

static void add_row(const struct out_report *report, struct out_table *table, const char *scope,
                    const char *entity, const char *label) {
    out_table_row(table);
    out_table_text(table, label);
    out_report_figures(report, table, scope, entity, columns, COLUMNS);
}

/* The instances of a station whose balance was empty, where they are a few. */
static void add_instances(const struct out_report *report, struct out_table *table,
                          const char *station, const char *name) {
    struct out_names stations = out_entities(report->index, "station", report->arena);
    struct out_names instances = out_entities(report->index, "instance", report->arena);
    int count = 0;
    for (int i = 0; i < instances.count; i++) {
        count += out_part_of(instances.items[i], station, '[', &stations) != NULL;
    }
    int rank = 0;
    for (int i = 0; i < instances.count && count <= INSTANCES; i++) {
        if (out_part_of(instances.items[i], station, '[', &stations) != NULL) {
            add_row(report, table, "instance", instances.items[i],
                    sim_arena_print(report->arena, "  %s-%d", name, ++rank));
        }
    }
}

void out_report_credits(const struct out_report *report) {
    const struct mdl_scenario *scenario = report->findings->scenario;
    bool tiers = out_is_architecture(scenario);
    const char *scope = tiers ? "tier" : "station";
    struct out_names names = out_entities(report->index, scope, report->arena);
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, scope, true, false);
    out_report_columns(&table, columns, COLUMNS);
    bool told = !tiers;
    for (int i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        double start = value(report, scope, name, "credits.balance.start");
        if (isnan(start)) {
            continue;
        }
        bool emptied = value(report, scope, name, "credits.emptied") > 0;
        told = told || emptied ||
               value(report, scope, name, "credits.balance.min") < untouched * start;
        add_row(report, &table, scope, name, name);
        if (emptied) {
            add_instances(report, &table, tiers ? out_tier(scenario, name)->cpu : name, name);
        }
    }
    if (told) {
        out_report_table(report,
                         "CPU credits: balance of an instance; time without credits, surplus and "
                         "charge of all",
                         &table);
    }
}
