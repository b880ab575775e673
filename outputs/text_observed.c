/* Windows, instants, first customers and the event log in the text report. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/text_report.h"

enum {
    CUSTOMERS = 20, /* shown */
    PLACES = 9,     /* decimals of a time in the log: nanoseconds */
};

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* One row for each part of either kind at each instant or in each window: when, which part,
 * figures. The network is called `all`. `other`: a second kind, or NULL. */
static void add_spots(const struct out_report *report, struct out_table *table, const char *scope,
                      const char *kind, const char *other, const char *all,
                      const struct out_report_column *columns, int count) {
    struct out_names entities = out_entities(report->index, scope, report->arena);
    for (int i = 0; i < entities.count; i++) {
        struct out_spot spot = out_spot_of(entities.items[i]);
        const char *part = out_spot_part(&spot, kind);
        if (part == NULL && other != NULL) {
            part = out_spot_part(&spot, other);
        }
        if (part == NULL) {
            continue;
        }
        out_table_row(table);
        out_table_text(table, sim_arena_print(report->arena, "%.*s", spot.length, spot.when));
        out_table_text(table, *part != '\0' ? part : all);
        out_report_figures(report, table, scope, entities.items[i], columns, count);
    }
}

static bool has_one_source(const struct out_report *report) {
    return out_entities(report->index, "source", report->arena).count == 1;
}

static void print_windows(const struct out_report *report) {
    static const struct out_report_column columns[] = {
        {"arrived", "count.arrived", false, false},
        {"rate", "arrival_rate", true, false},
        {"ok", "count.ok", false, false},
        {"rate", "throughput", true, false},
        {"errors", "error_rate", true, false},
        {"rejected", "count.rejected", false, true},
        {"abandoned", "count.abandoned", false, true},
        {"timed out", "count.timed_out", false, true},
        {"failed", "count.failed", false, true},
    };
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "window", true, false);
    out_table_column(&table, "source", true, true);
    out_table_keep(&table, 0);
    out_report_columns(&table, columns, COUNT(columns));
    const char *all = has_one_source(report) ? "" : "all";
    add_spots(report, &table, "window", "network", "source", all, columns, COUNT(columns));
    out_report_table(report, "Windows: arrivals and ends in each (mean number per replication)",
                     &table);
}

static void print_instants(const struct out_report *report) {
    static const struct out_report_column requests[] = {
        {"present", "present.mean", true, false}, {"deviation", "present.deviation", false, false},
        {"none", "present.empty", false, false},  {"thinking", "thinking.mean", true, true},
        {"users", "users.mean", true, true},      {"arrived", "arrived.mean", false, false},
        {"ok", "ok.mean", false, false},          {"errors", "errors.mean", false, true},
    };
    static const struct out_report_column stations[] = {
        {"present", "present.mean", true, false}, {"deviation", "present.deviation", false, false},
        {"empty", "present.empty", false, false}, {"waiting", "waiting.mean", true, false},
        {"busy", "busy.mean", true, false},       {"all busy", "busy.full", false, true},
    };
    static const struct out_report_column pools[] = {
        {"held", "held.mean", true, false},        {"deviation", "held.deviation", false, false},
        {"none held", "held.empty", false, false}, {"all held", "held.full", false, false},
        {"waiting", "waiting.mean", true, false},
    };
    static const struct {
        const char *title;
        const char *head;
        const char *kind, *other;
        const struct out_report_column *columns;
        int count;
    } tables[] = {
        {"Requests at given instants: present, share of replications with none, counts so far",
         "source", "network", "source", requests, COUNT(requests)},
        {"Stations at given instants: customers, share of replications with it empty or all busy",
         "station", "station", NULL, stations, COUNT(stations)},
        {"Pools at given instants: places held, share of replications with none or all held",
         "pool", "pool", NULL, pools, COUNT(pools)},
    };
    bool alone = has_one_source(report);
    for (int i = 0; i < COUNT(tables); i++) {
        const char *other = tables[i].other; /* a source alone is the network, and more is known */
        const char *kind = alone && other != NULL ? other : tables[i].kind;
        struct out_table table;
        out_table_init(&table, report->arena);
        out_table_column(&table, "at", false, false);
        out_table_column(&table, tables[i].head, true, false);
        out_report_columns(&table, tables[i].columns, tables[i].count);
        add_spots(report, &table, "sample", kind, other, "all", tables[i].columns, tables[i].count);
        out_report_table(report, tables[i].title, &table);
    }
}

static void print_customers(const struct out_report *report) {
    static const struct out_report_column columns[] = {
        {"wait", "waiting", true, false},
        {"response", "response", true, false},
    };
    struct out_names customers = out_entities(report->index, "customer", report->arena);
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "customer", false, false);
    out_report_columns(&table, columns, COUNT(columns));
    for (int i = 0; i < customers.count && i < CUSTOMERS; i++) {
        out_table_row(&table);
        out_table_text(&table, customers.items[i]);
        out_report_figures(report, &table, "customer", customers.items[i], columns, COUNT(columns));
    }
    if (customers.count == 0) {
        return;
    }
    fprintf(report->out, "The first customers, in order of arrival\n\n");
    out_table_print(&table, report->out, OUT_REPORT_INDENT);
    if (customers.count > CUSTOMERS) {
        fprintf(report->out, "%*sand %d more: --format json or csv has them all.\n",
                OUT_REPORT_INDENT, "", customers.count - CUSTOMERS);
    }
    fputc('\n', report->out);
}

/* --- the event log -------------------------------------------------------------------------- */

/* Decimals that show every time of the log exactly, to the nanosecond. */
static int decimals_of(const struct std_findings *findings) {
    int most = 0;
    for (int i = 0; i < findings->log_count && most < PLACES; i++) {
        struct out_number number = out_number_fixed(findings->log[i].time_s, PLACES);
        const char *point = strchr(number.text, '.');
        int places = PLACES;
        while (places > most && point[places] == '0') {
            places--;
        }
        most = places;
    }
    return most;
}

static void print_log(const struct out_report *report) {
    const struct std_findings *findings = report->findings;
    struct sim_arena *arena = report->arena;
    int places = decimals_of(findings);
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "time (s)", false, false);
    out_table_column(&table, "customer", true, false);
    out_table_column(&table, "station", true, false);
    out_table_column(&table, "event", true, false);
    out_table_keep(&table, 1);
    for (int i = 0; i < findings->log_count; i++) {
        const struct std_log_line *line = &findings->log[i];
        /* an instance has figures of its own only where there are several */
        const char *station = sim_arena_print(arena, "%s[%d]", line->station, line->instance);
        bool one_of_several =
            !isnan(out_estimate(report->index, "instance", station, "count.arrived", NULL).value);
        out_table_row(&table);
        out_table_text(&table, out_number_fixed(line->time_s, places).text);
        out_table_text(&table, sim_arena_print(arena, "%s#%" PRIu64 " (%s)", line->source,
                                               line->customer, line->cls));
        out_table_text(&table, one_of_several ? station : line->station);
        out_table_text(&table, line->what);
    }
    out_report_table(report,
                     sim_arena_print(arena, "Event log of the first replication: %d line%s",
                                     findings->log_count, findings->log_count == 1 ? "" : "s"),
                     &table);
}

void out_report_observed(const struct out_report *report) {
    print_windows(report);
    print_instants(report);
    print_customers(report);
    print_log(report);
}
