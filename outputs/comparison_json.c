#include "outputs/comparison_json.h"

#include <inttypes.h>

#include "outputs/comparison_slo.h"
#include "outputs/json_writer.h"
#include "outputs/stopping_view.h"

static void write_variants(struct out_json *json, const struct std_comparison *comparison,
                           struct sim_arena *arena) {
    out_json_array(json, "variants");
    for (int v = 0; v < comparison->variant_count; v++) {
        const struct std_variant *variant = &comparison->variants[v];
        const struct std_findings *findings = comparison->findings[v];
        out_json_object(json, NULL);
        out_json_text(json, "label", variant->label);
        out_json_text(json, "document", variant->document);
        out_json_text(json, "name", findings->scenario->name);
        out_json_text(json, "hash",
                      sim_arena_print(arena, "%016" PRIx64, findings->scenario->hash));
        out_json_array(json, "assignments");
        for (int i = 0; i < variant->assignment_count; i++) {
            out_json_flat_object(json, NULL);
            out_json_text(json, "key", variant->assignments[i].key);
            out_json_text(json, "value", variant->assignments[i].value);
            out_json_end(json);
        }
        out_json_end(json);
        out_json_integer(json, "events", (int64_t)findings->events);
        out_json_comparison_slos(json, comparison, v);
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_estimate(struct out_json *json, const char *prefix,
                           const struct sim_estimate *estimate, struct sim_arena *arena) {
    out_json_number(json, *prefix == '\0' ? "value" : prefix, estimate->value);
    const char *joint = *prefix == '\0' ? "" : "_";
    out_json_number(json, sim_arena_print(arena, "%s%slow", prefix, joint), estimate->low);
    out_json_number(json, sim_arena_print(arena, "%s%shigh", prefix, joint), estimate->high);
}

static void write_row(struct out_json *json, const struct std_comparison *comparison,
                      const struct std_comparison_row *row, struct sim_arena *arena) {
    out_json_object(json, NULL);
    out_json_text(json, "scope", row->scope);
    out_json_text(json, "entity", row->entity);
    out_json_text(json, "name", row->name);
    out_json_text(json, "unit", row->unit);
    out_json_array(json, "values");
    for (int v = 0; v < comparison->variant_count; v++) {
        out_json_flat_object(json, NULL);
        write_estimate(json, "", &row->values[v], arena);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_array(json, "differences");
    for (int v = 1; v < comparison->variant_count; v++) {
        const struct std_difference *d = &row->differences[v];
        out_json_flat_object(json, NULL);
        out_json_integer(json, "variant", v);
        write_estimate(json, "", &d->estimate, arena);
        write_estimate(json, "relative", &d->relative, arena);
        out_json_text(json, "verdict", std_verdict_names[d->verdict]);
        out_json_integer(json, "pairs", d->estimate.count);
        out_json_number(json, "correlation", d->correlation);
        out_json_number(json, "variance_reduction", d->variance_reduction);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}

static void write_assumptions(struct out_json *json, const struct std_comparison *comparison) {
    out_json_array(json, "assumptions");
    for (int i = 0; i < comparison->assumption_count; i++) {
        const struct std_assumption_difference *assumption = &comparison->assumptions[i];
        out_json_object(json, NULL);
        out_json_text(json, "key", assumption->key);
        out_json_text(json, "text", assumption->text);
        out_json_flat_array(json, "values");
        for (int v = 0; v < comparison->variant_count; v++) {
            out_json_text(json, NULL, assumption->values[v]);
        }
        out_json_end(json);
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_timing(struct out_json *json, const struct std_comparison *comparison) {
    double wall_s = 0;
    int threads = 0;
    for (int v = 0; v < comparison->variant_count; v++) {
        const struct std_findings *findings = comparison->findings[v];
        wall_s += findings->wall_s;
        threads = findings->threads > threads ? findings->threads : threads;
    }
    out_json_flat_object(json, "timing");
    out_json_number(json, "wall_s", wall_s);
    out_json_integer(json, "threads", threads);
    out_json_end(json);
}

void out_json_comparison(FILE *out, const struct std_comparison *comparison, const char *version) {
    struct sim_arena *arena = sim_arena_new();
    struct out_json json;
    out_json_init(&json, out);
    out_json_object(&json, NULL);
    out_json_program(&json, version, OUT_COMPARISON_SCHEMA);
    out_json_text(&json, "seed", sim_arena_print(arena, "%" PRIu64, comparison->seed));
    out_json_integer(&json, "replications", comparison->replications);
    out_json_stopping(&json, &comparison->stopping);
    out_json_number(&json, "confidence", 0.95);
    out_json_array(&json, "varied");
    for (int i = 0; i < comparison->key_count; i++) {
        out_json_text(&json, NULL, comparison->keys[i]);
    }
    out_json_end(&json);
    write_variants(&json, comparison, arena);
    out_json_array(&json, "rows");
    for (int i = 0; i < comparison->row_count; i++) {
        write_row(&json, comparison, &comparison->rows[i], arena);
    }
    out_json_end(&json);
    write_assumptions(&json, comparison);
    write_timing(&json, comparison);
    out_json_end(&json);
    sim_arena_free(arena);
}
