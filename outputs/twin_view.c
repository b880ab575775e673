#include "outputs/twin_view.h"

#include <math.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "studies/twin.h"

enum { ROWS = 16 }; /* shown in text */

static bool is(const struct std_twin_row *row, const char *scope, const char *name) {
    return strcmp(row->scope, scope) == 0 && strcmp(row->name, name) == 0;
}

/* 0 the most telling; 9: not in the text. */
static int rank(const struct std_twin *twin, const struct std_twin_row *row) {
    if (row->verdict == STD_TWIN_DISAGREES) {
        return 0;
    }
    if (is(row, "source", "users.mean") || is(row, "network", "response.mean")) {
        return 1;
    }
    if (is(row, "network", "throughput") || is(row, "network", "error_rate") ||
        strncmp(row->name, "response.p", strlen("response.p")) == 0) {
        return strcmp(row->scope, "network") == 0 ? 2 : 9;
    }
    if (is(row, "class", "response.mean") ||
        (is(row, "source", "response.mean") && twin->source_count > 1 && twin->class_count == 1)) {
        return 3;
    }
    if (is(row, "station", "utilization")) {
        return 4;
    }
    if (is(row, "cache", "hit_ratio")) {
        return strcmp(row->kind, "exact") == 0 ? 9 : 5;
    }
    if (is(row, "station", "response.mean")) { /* a delay is what it is */
        return strcmp(row->formula, "M/G/infinity") == 0 ? 9 : 6;
    }
    return is(row, "pool", "held.mean") ? 7 : 9;
}

static const char *quantity(struct sim_arena *arena, double value, const char *unit) {
    return sim_arena_copy(arena, out_number_quantity(value, unit).text);
}

static const char *verdict_of(struct sim_arena *arena, const struct std_twin_row *row) {
    if (row->verdict == STD_TWIN_AGREES) {
        return "agrees";
    }
    if (row->verdict == STD_TWIN_DISAGREES) {
        return "DISAGREES";
    }
    double percent = 100 * row->relative;
    return isnan(percent)       ? "-"
           : fabs(percent) < 10 ? sim_arena_print(arena, "%+.1f %%", percent)
                                : sim_arena_print(arena, "%+.0f %%", percent);
}

static void add_row(const struct out_report *report, struct out_table *table,
                    const struct std_twin_row *row) {
    struct sim_arena *arena = report->arena;
    const char *entity = *row->entity == '\0' ? "all" : row->entity;
    out_table_row(table);
    out_table_text(table, sim_arena_print(arena, "%s: %s", entity, row->name));
    out_table_estimate(table, &row->simulated, row->unit, true);
    if (isnan(row->value)) {
        out_table_text(table,
                       sim_arena_print(arena, "%s .. %s", quantity(arena, row->low, row->unit),
                                       quantity(arena, row->high, row->unit)));
    } else {
        out_table_text(table, quantity(arena, row->value, row->unit));
    }
    out_table_text(table, strcmp(row->kind, "approximation") == 0 ? "approx." : row->kind);
    out_table_text(table, row->formula);
    out_table_text(table, verdict_of(arena, row));
}

static void print_summary(const struct out_report *report) {
    const struct std_twin *twin = report->findings->twin;
    struct sim_arena *arena = report->arena;
    const char *text = "";
    if (twin->unjudged != NULL) {
        text = sim_arena_print(arena, "Not judged: %s. ", twin->unjudged);
    } else if (twin->judged > 0) {
        text = sim_arena_print(
            arena,
            "Of %d figure%s that theory gives exactly, or bounds, %d agree%s, by "
            "intervals that hold all at once with 99.9 %%. ",
            twin->judged, twin->judged == 1 ? "" : "s", twin->judged - twin->disagreed,
            twin->judged - twin->disagreed == 1 ? "s" : "");
    }
    if (twin->judged < twin->row_count) {
        text = sim_arena_print(arena, "%sA percentage is simulated over formula, less 1. ", text);
    }
    fprintf(report->out, "%*s", OUT_REPORT_INDENT, "");
    out_text_wrap(report->out,
                  sim_arena_print(arena, "%s\"jauge solve\" says what holds where, and why.", text),
                  OUT_REPORT_INDENT, OUT_TABLE_WIDTH);
    fputc('\n', report->out);
}

void out_report_twin(const struct out_report *report) {
    const struct std_twin *twin = report->findings->twin;
    if (twin == NULL || twin->row_count == 0) {
        return;
    }
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "figure", true, false);
    out_table_keep(&table, 0);
    out_table_column(&table, "simulated", false, false);
    out_table_column(&table, "by formula", false, false);
    out_table_column(&table, "kind", true, false);
    out_table_column(&table, "formula", true, false);
    out_table_column(&table, "verdict", false, false);
    for (int order = 0; order < 9; order++) {
        for (int i = 0; i < twin->row_count && table.row_count < ROWS; i++) {
            if (rank(twin, &twin->rows[i]) == order) {
                add_row(report, &table, &twin->rows[i]);
            }
        }
    }
    if (table.row_count > 0) {
        out_report_table(report, "Beside theory: the same figures by formulas", &table);
        print_summary(report);
    }
}

void out_json_twin(struct out_json *json, const struct std_findings *findings) {
    const struct std_twin *twin = findings->twin;
    if (twin == NULL) {
        return;
    }
    out_json_object(json, "analytic");
    out_json_integer(json, "judged", twin->judged);
    out_json_integer(json, "disagreed", twin->disagreed);
    out_json_text(json, "unjudged", twin->unjudged);
    out_json_array(json, "figures");
    for (int i = 0; i < twin->row_count; i++) {
        const struct std_twin_row *row = &twin->rows[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "scope", row->scope);
        out_json_text(json, "entity", row->entity);
        out_json_text(json, "name", row->name);
        out_json_text(json, "unit", row->unit);
        out_json_number(json, "simulated", row->simulated.value);
        out_json_number(json, "joint_low", row->joint_low);
        out_json_number(json, "joint_high", row->joint_high);
        out_json_text(json, "kind", row->kind);
        out_json_number(json, "value", row->value);
        out_json_number(json, "low", row->low);
        out_json_number(json, "high", row->high);
        out_json_text(json, "formula", row->formula);
        out_json_text(json, "source", row->source);
        out_json_number(json, "relative", row->relative);
        out_json_text(json, "verdict", std_twin_verdict_names[row->verdict]);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}
