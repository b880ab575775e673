/* The text report's tables of where a request's time goes. */
#include <math.h>

#include "outputs/hops_view.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_report.h"

enum { CLASSES = 6 /* a table each; more classes: one table of all requests */ };

static void add_seconds(struct out_table *table, double seconds) {
    struct sim_estimate estimate = {seconds, NAN, NAN, 1};
    out_table_estimate(table, &estimate, "s", false);
}

static void add_hop(struct out_table *table, const struct out_hop *hop, const char *name,
                    double response) {
    out_table_row(table);
    out_table_text(table, name);
    add_seconds(table, hop->waiting);
    add_seconds(table, hop->service);
    add_seconds(table, hop->slowed);
    add_seconds(table, hop->total);
    struct sim_estimate share = {hop->total / response, NAN, NAN, 1};
    out_table_estimate(table, &share, "1", false);
}

static void print_hops(const struct out_report *report, const char *cls) {
    struct out_hops hops = out_hops_of(report->index, cls, report->arena);
    if (hops.count == 0) {
        return;
    }
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "at", true, false);
    out_table_column(&table, "waiting", false, true);
    out_table_column(&table, "in service", false, false);
    out_table_column(&table, "of it slowed", false, true);
    out_table_column(&table, "together", false, false);
    out_table_column(&table, "share", false, false);
    for (int i = 0; i < hops.count; i++) {
        add_hop(&table, &hops.hops[i], hops.hops[i].name, hops.response);
    }
    if (hops.rest_count > 0) {
        add_hop(&table, &hops.rest, sim_arena_print(report->arena, "%d more", hops.rest_count),
                hops.response);
    }
    const char *response =
        sim_arena_copy(report->arena, out_number_quantity(hops.response, "s").text);
    const char *title =
        cls == NULL
            ? sim_arena_print(report->arena, "Where the %s of a request go (mean)", response)
            : sim_arena_print(report->arena, "Where the %s of %s requests go (mean)", response,
                              out_safe_copy(report->arena, cls));
    out_report_table(report, title, &table);
}

void out_report_breakdown(const struct out_report *report) {
    struct out_names classes = out_entities(report->index, "class", report->arena);
    if (classes.count > 1 && classes.count <= CLASSES) {
        for (int i = 0; i < classes.count; i++) {
            print_hops(report, classes.items[i]);
        }
    } else {
        print_hops(report, NULL);
    }
}
