#include "outputs/comparison_csv.h"

#include <stdbool.h>

#include "outputs/findings_csv.h"

static void put_estimate(FILE *out, const struct sim_estimate *estimate) {
    out_csv_number(out, estimate->value);
    out_csv_number(out, estimate->low);
    out_csv_number(out, estimate->high);
}

static void put_difference(FILE *out, const struct std_difference *difference) {
    put_estimate(out, &difference->estimate);
    put_estimate(out, &difference->relative);
    fprintf(out, ",%s,%d", std_verdict_names[difference->verdict], difference->estimate.count);
    out_csv_number(out, difference->correlation);
    out_csv_number(out, difference->variance_reduction);
}

void out_csv_comparison(FILE *out, const struct std_comparison *comparison) {
    struct sim_arena *arena = sim_arena_new();
    fputs("variant,scope,entity,name,unit,value,low,high,difference,difference_low,difference_high,"
          "relative,relative_low,relative_high,verdict,pairs,correlation,variance_reduction\r\n",
          out);
    for (int i = 0; i < comparison->row_count; i++) {
        const struct std_comparison_row *row = &comparison->rows[i];
        for (int v = 0; v < comparison->variant_count; v++) {
            fprintf(out, "%s,%s,%s,%s,%s", out_csv_field(arena, comparison->variants[v].label),
                    out_csv_field(arena, row->scope), out_csv_field(arena, row->entity),
                    out_csv_field(arena, row->name), out_csv_field(arena, row->unit));
            put_estimate(out, &row->values[v]);
            if (v > 0) {
                put_difference(out, &row->differences[v]);
            } else {
                fputs(",,,,,,,,,,", out);
            }
            fputs("\r\n", out);
        }
    }
    sim_arena_free(arena);
}
