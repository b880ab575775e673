/* See outputs/phases_text.h. */
#include "outputs/phases_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/findings_csv.h"
#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/slo_json.h"
#include "outputs/text_table.h"

enum { LABEL = 4, WIDTH = 90, SCHEMA = 1 };

/* --- text --------------------------------------------------------------------------------- */

/* "7 of 7 SLOs met (assumed ones)"; nothing where none was asked. */
static void print_slos(FILE *out, const struct std_findings *f, struct sim_arena *arena) {
    int counts[3] = {0};
    bool assumed = true;
    for (int i = 0; i < f->slo_count; i++) {
        counts[f->slos[i].answer]++;
        assumed = assumed && f->slos[i].assumed;
    }
    if (f->slo_count == 0) {
        return;
    }
    const char *text =
        sim_arena_print(arena, "%d of %d SLOs met", counts[STD_SLO_MET], f->slo_count);
    for (int answer = STD_SLO_MISSED; answer <= STD_SLO_UNDETERMINED; answer++) {
        if (counts[answer] > 0) {
            text = sim_arena_print(arena, "%s, %d %s", text, counts[answer],
                                   std_slo_answer_names[answer]);
        }
    }
    fprintf(out, "%*s%s%s\n", LABEL, "", text, assumed ? " (assumed ones)" : "");
}

static void print_phase(FILE *out, const struct std_findings *f, int number,
                        struct sim_arena *arena) {
    const struct mdl_scenario *scenario = f->scenario;
    fprintf(out, "%-*d%s: %s, %d replication%s\n", LABEL, number,
            out_safe_copy(arena, scenario->name),
            sim_arena_copy(arena, out_number_duration(scenario->horizon_s).text), f->replications,
            f->replications == 1 ? "" : "s");
    const char *tiers = "";
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        tiers = sim_arena_print(arena, "%s%s%s: %s", tiers, i == 0 ? "" : "; ", tier->name,
                                tier->label != NULL ? tier->label : "-");
    }
    fprintf(out, "%*s", LABEL, "");
    out_text_wrap(out, out_safe_copy(arena, tiers), LABEL, WIDTH);
    print_slos(out, f, arena);
}

static void print_group(FILE *out, const struct std_phases *phases, const char *group,
                        struct sim_arena *arena) {
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, group, true, false);
    out_table_keep(&table, 0);
    for (int i = 0; i < phases->count; i++) {
        out_table_column(&table, sim_arena_print(arena, "%d", i + 1), false, false);
    }
    for (int r = 0; r < phases->row_count; r++) {
        const struct std_phase_row *row = &phases->rows[r];
        if (strcmp(row->group, group) != 0) {
            continue;
        }
        out_table_row(&table);
        out_table_text(&table, row->label);
        for (int i = 0; i < phases->count; i++) {
            const struct sim_estimate *e = &row->values[i].estimate;
            out_table_cell(&table, out_number_quantity(e->value, row->unit).text,
                           e->high > e->low ? out_number_spread(e, row->unit).text : "");
        }
    }
    out_table_print(&table, out, 0);
    fputc('\n', out);
}

/* Which tier a role's CPU is of, where it is not the only one. */
static void print_busiest(FILE *out, const struct std_phases *phases, struct sim_arena *arena) {
    const char *text = "";
    for (int i = 0; i < phases->count; i++) {
        for (int r = 0; r < phases->row_count; r++) {
            const struct std_phase_row *row = &phases->rows[r];
            const struct std_phase_value *value = &row->values[i];
            if (strncmp(row->label, "CPU of application", strlen("CPU of application")) == 0 &&
                value->of != NULL && strcmp(value->of, "app") != 0) {
                text = sim_arena_print(arena, "%s%sin %d the busiest application servers are %s",
                                       text, *text ? "; " : "", i + 1, value->of);
            }
        }
    }
    if (*text) {
        out_text_wrap(out,
                      sim_arena_print(arena, "A role is told by its most loaded tier: %s.",
                                      out_safe_copy(arena, text)),
                      0, WIDTH);
    }
}

void out_text_phases(FILE *out, const struct std_phases *phases) {
    struct sim_arena *arena = sim_arena_new();
    fputs("Phases side by side\n===================\n", out);
    for (int i = 0; i < phases->count; i++) {
        print_phase(out, phases->findings[i], i + 1, arena);
    }
    fputc('\n', out);
    for (int r = 0; r < phases->row_count; r++) {
        const char *group = phases->rows[r].group;
        if (r == 0 || strcmp(phases->rows[r - 1].group, group) != 0) {
            print_group(out, phases, group, arena);
        }
    }
    print_busiest(out, phases, arena);
    const struct std_phase_row *price = std_phases_row(phases, "instances, USD per month");
    for (int i = 0; i < phases->count; i++) {
        if (price->values[i].of != NULL) {
            out_text_wrap(out,
                          sim_arena_print(arena, "The catalog has no price for the %s of phase %d.",
                                          price->values[i].of, i + 1),
                          0, WIDTH);
        }
    }
    const char *date = phases->findings[0]->scenario->catalog_date;
    out_text_wrap(
        out,
        sim_arena_print(arena,
                        "Prices are of the instances alone: on demand in their regions, a month of "
                        "%.0f h, catalog of %s, VAT excluded; storage, traffic, load balancers and "
                        "surplus credits come on top. +- is the half-width of a 95 %% confidence "
                        "interval.",
                        STD_MONTH_H, date != NULL ? date : "-"),
        0, WIDTH);
    sim_arena_free(arena);
}

/* --- CSV and JSON ------------------------------------------------------------------------- */

void out_csv_phases(FILE *out, const struct std_phases *phases) {
    struct sim_arena *arena = sim_arena_new();
    fputs("phase,group,label,unit,value,low,high,of\r\n", out);
    for (int r = 0; r < phases->row_count; r++) {
        const struct std_phase_row *row = &phases->rows[r];
        for (int i = 0; i < phases->count; i++) {
            const struct std_phase_value *value = &row->values[i];
            fprintf(out, "%s,%s,%s,%s", out_csv_field(arena, phases->findings[i]->scenario->name),
                    out_csv_field(arena, row->group), out_csv_field(arena, row->label),
                    out_csv_field(arena, row->unit));
            out_csv_number(out, value->estimate.value);
            out_csv_number(out, value->estimate.low);
            out_csv_number(out, value->estimate.high);
            fprintf(out, ",%s\r\n", value->of != NULL ? out_csv_field(arena, value->of) : "");
        }
    }
    sim_arena_free(arena);
}

static void write_row(struct out_json *json, const struct std_phases *phases,
                      const struct std_phase_row *row) {
    out_json_object(json, NULL);
    out_json_text(json, "group", row->group);
    out_json_text(json, "label", row->label);
    out_json_text(json, "unit", row->unit);
    out_json_array(json, "values");
    for (int i = 0; i < phases->count; i++) {
        const struct std_phase_value *value = &row->values[i];
        out_json_flat_object(json, NULL);
        out_json_number(json, "value", value->estimate.value);
        out_json_number(json, "low", value->estimate.low);
        out_json_number(json, "high", value->estimate.high);
        out_json_text(json, "of", value->of);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}

void out_json_phases(FILE *out, const struct std_phases *phases, const char *version) {
    struct sim_arena *arena = sim_arena_new();
    struct out_json json;
    out_json_init(&json, out);
    out_json_object(&json, NULL);
    out_json_program(&json, version, SCHEMA);
    out_json_number(&json, "confidence", 0.95);
    out_json_array(&json, "phases");
    for (int i = 0; i < phases->count; i++) {
        const struct std_findings *f = phases->findings[i];
        out_json_object(&json, NULL);
        out_json_text(&json, "name", f->scenario->name);
        out_json_text(&json, "hash", sim_arena_print(arena, "%016" PRIx64, f->scenario->hash));
        out_json_text(&json, "seed", sim_arena_print(arena, "%" PRIu64, f->seed));
        out_json_integer(&json, "replications", f->replications);
        out_json_array(&json, "tiers");
        for (int t = 0; t < f->scenario->tier_count; t++) {
            const struct mdl_tier *tier = &f->scenario->tiers[t];
            out_json_flat_object(&json, NULL);
            out_json_text(&json, "name", tier->name);
            out_json_text(&json, "label", tier->label);
            out_json_end(&json);
        }
        out_json_end(&json);
        out_json_slos(&json, f);
        out_json_end(&json);
    }
    out_json_end(&json);
    out_json_array(&json, "rows");
    for (int r = 0; r < phases->row_count; r++) {
        write_row(&json, phases, &phases->rows[r]);
    }
    out_json_end(&json);
    out_json_end(&json);
    sim_arena_free(arena);
}
