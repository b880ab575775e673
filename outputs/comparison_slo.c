#include "outputs/comparison_slo.h"

#include <math.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"

enum { SIDE_BY_SIDE = 4, INDENT = 2 };

static const struct std_slo_verdict *verdict_named(const struct std_findings *findings,
                                                   const char *name) {
    for (int i = 0; i < findings->slo_count; i++) {
        if (strcmp(findings->slos[i].name, name) == 0) {
            return &findings->slos[i];
        }
    }
    return NULL;
}

/* The row of the figure over the whole run; NULL where that is not compared. */
static const struct std_comparison_row *row_of(const struct std_comparison *c,
                                               const struct std_slo_verdict *v) {
    return v->metric == NULL ? NULL : std_comparison_find(c, v->scope, v->entity, v->metric);
}

/* Whether the paired difference of that figure is a tie. */
static bool is_tie(const struct std_comparison *c, const struct std_slo_verdict *v, int variant) {
    const struct std_comparison_row *row = row_of(c, v);
    return variant > 0 && row != NULL && row->differences[variant].verdict == STD_TIE;
}

static double margin_of(const struct std_slo_verdict *v) {
    const struct std_slo_place *place = &v->places[v->decisive];
    return place->thin ? NAN : std_slo_margin(v, place->estimate.value);
}

/* Names of the SLOs of all variants, in order of first appearance. */
static int names_of(const struct std_comparison *c, const char **names) {
    int count = 0;
    for (int v = 0; v < c->variant_count; v++) {
        for (int i = 0; i < c->findings[v]->slo_count; i++) {
            const char *name = c->findings[v]->slos[i].name;
            bool known = false;
            for (int k = 0; k < count; k++) {
                known = known || strcmp(names[k], name) == 0;
            }
            if (!known) {
                names[count++] = name;
            }
        }
    }
    return count;
}

static void add_verdict(const struct std_comparison *c, const char *name, int variant,
                        struct out_table *table, struct sim_arena *arena) {
    const struct std_slo_verdict *v = verdict_named(c->findings[variant], name);
    if (v == NULL) {
        out_table_text(table, "-");
        return;
    }
    double margin_frac = margin_of(v);
    const char *margin = isnan(margin_frac)
                             ? ""
                             : sim_arena_print(arena, "%s%s", margin_frac > 0 ? "+" : "",
                                               out_number_quantity(margin_frac, "1").text);
    const char *tie = is_tie(c, v, variant) ? ", tie" : "";
    out_table_cell(table, std_slo_answer_names[v->answer],
                   sim_arena_print(arena, "%s%s", margin, tie));
}

void out_text_comparison_slos(FILE *out, const struct std_comparison *comparison,
                              struct sim_arena *arena) {
    size_t most = 1;
    for (int v = 0; v < comparison->variant_count; v++) {
        most += (size_t)comparison->findings[v]->slo_count;
    }
    const char **names = sim_arena_array(arena, most, sizeof *names);
    int count = names_of(comparison, names);
    for (int from = 0; from < comparison->variant_count && count > 0; from += SIDE_BY_SIDE) {
        int to = from + SIDE_BY_SIDE < comparison->variant_count ? from + SIDE_BY_SIDE
                                                                 : comparison->variant_count;
        struct out_table table;
        out_table_init(&table, arena);
        out_table_column(&table, "SLO", true, false);
        for (int v = from; v < to; v++) {
            out_table_column(&table, sim_arena_print(arena, "#%d", v + 1), false, false);
        }
        for (int i = 0; i < count; i++) {
            out_table_row(&table);
            out_table_text(&table, names[i]);
            for (int v = from; v < to; v++) {
                add_verdict(comparison, names[i], v, &table, arena);
            }
        }
        fputs(
            "Verdicts, with the margin where they were decided; tie: over the whole run the figure "
            "does\nnot differ from that of #1\n\n",
            out);
        out_table_print(&table, out, INDENT);
        fputc('\n', out);
    }
}

void out_json_comparison_slos(struct out_json *json, const struct std_comparison *comparison,
                              int variant) {
    const struct std_findings *findings = comparison->findings[variant];
    out_json_object(json, "slo");
    out_json_text(json, "answer",
                  findings->slo_count == 0
                      ? NULL
                      : std_slo_answer_names[std_slo_all(findings->slos, findings->slo_count)]);
    out_json_array(json, "verdicts");
    for (int i = 0; i < findings->slo_count; i++) {
        const struct std_slo_verdict *v = &findings->slos[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "name", v->name);
        out_json_text(json, "answer", std_slo_answer_names[v->answer]);
        out_json_text(json, "place", v->places[v->decisive].label);
        out_json_number(json, "margin", margin_of(v));
        if (variant > 0 && row_of(comparison, v) != NULL) {
            out_json_bool(json, "tie", is_tie(comparison, v, variant));
        } else {
            out_json_raw(json, "tie", NULL);
        }
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}
