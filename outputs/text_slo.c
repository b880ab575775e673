/* The verdicts on the SLOs: a sentence, a table, then the sentences about single ones. */
#include <math.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_report.h"

enum { SENTENCE = 90 };

/* How far the place is from the limit, or how many requests it lacks. */
static const char *margin_of(struct sim_arena *arena, const struct std_slo_verdict *v,
                             const struct std_slo_place *place) {
    if (place->thin) {
        return sim_arena_print(arena, "%.0f of %.0f requests", place->requests, v->needed);
    }
    double margin_frac = std_slo_margin(v, place->estimate.value);
    if (isnan(margin_frac)) {
        return "-";
    }
    return sim_arena_print(arena, "%s%s", margin_frac > 0 ? "+" : "",
                           out_number_quantity(margin_frac, "1").text);
}

static void print_table(const struct out_report *report) {
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "SLO", true, false);
    out_table_keep(&table, 0);
    out_table_column(&table, "verdict", true, false);
    out_table_keep(&table, 1);
    out_table_column(&table, "whole run", false, false);
    out_table_column(&table, "decided by", true, false);
    out_table_keep(&table, 3);
    out_table_column(&table, "value there", false, false);
    out_table_column(&table, "margin", false, false);
    for (int i = 0; i < report->findings->slo_count; i++) {
        const struct std_slo_verdict *v = &report->findings->slos[i];
        const struct std_slo_place *whole = &v->places[0];
        const struct std_slo_place *place = &v->places[v->decisive];
        out_table_row(&table);
        out_table_text(&table, v->name);
        out_table_text(&table, std_slo_answer_names[v->answer]);
        if (whole->span == STD_SLO_RUN) {
            out_table_estimate(&table, &whole->estimate, v->unit, true);
        } else {
            out_table_text(&table, "-");
        }
        out_table_text(&table, place->label);
        if (place->thin) {
            out_table_text(&table, "-");
        } else {
            out_table_estimate(&table, &place->estimate, v->unit, true);
        }
        out_table_text(&table, margin_of(report->arena, v, place));
    }
    out_table_print(&table, report->out, OUT_REPORT_INDENT);
    fputc('\n', report->out);
}

void out_report_slos(const struct out_report *report) {
    const struct std_findings *findings = report->findings;
    bool first = true;
    for (int i = 0; i < findings->remark_count; i++) {
        const struct std_remark *remark = &findings->remarks[i];
        if (strcmp(remark->topic, "slo") != 0) {
            continue;
        }
        const char *text = out_safe_copy(report->arena, remark->text);
        if (first) {
            out_text_wrap(report->out, text, 0, SENTENCE);
            fputc('\n', report->out);
            print_table(report);
        } else {
            fputs("* ", report->out);
            out_text_wrap(report->out, text, 2, SENTENCE);
        }
        first = false;
    }
}
