#include "outputs/validation_text.h"

#include <inttypes.h>
#include <math.h>

#include "outputs/findings_csv.h"
#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"

enum { WIDTH = 90, SCHEMA = 1 };

/* --- text --------------------------------------------------------------------------------------
 */

static const char *verdict_of(const struct std_validate_row *row) {
    return row->agrees ? "agrees" : "DIFFERS";
}

static const char *label_of(struct sim_arena *arena, const struct std_validate_row *row) {
    return sim_arena_print(arena, "%s: %s", row->model, row->figure);
}

/* A relative size as a percentage of two digits. */
static const char *share_text(struct sim_arena *arena, double share) {
    if (isnan(share)) {
        return "-";
    }
    double percent = 100 * share;
    int places = percent >= 10 ? 0 : percent >= 1 ? 1 : 2;
    if (percent < 0.005) { /* one in a thousand million, or none */
        return percent > 1e-6 ? "<0.01 %" : "0 %";
    }
    return sim_arena_print(arena, "%s %%", out_number_fixed(percent, places).text);
}

static const char *figure_text(struct sim_arena *arena, double value, const char *unit) {
    return sim_arena_copy(arena, out_number_quantity(value, unit).text);
}

static void print_rows(FILE *out, const struct std_validation *v, struct sim_arena *arena) {
    bool coverage = v->row_count > 0 && v->rows[0].experiments > 0;
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "model: figure", true, false);
    out_table_keep(&table, 0);
    out_table_column(&table, "source", true, false);
    out_table_column(&table, "exact", false, false);
    out_table_column(&table, "simulated", false, false);
    out_table_column(&table, coverage ? "cover" : "chance", false, false);
    out_table_column(&table, "sees", false, false);
    out_table_column(&table, "verdict", true, false);
    for (int i = 0; i < v->row_count; i++) {
        const struct std_validate_row *row = &v->rows[i];
        out_table_row(&table);
        out_table_text(&table, label_of(arena, row));
        out_table_text(&table, row->source);
        out_table_text(&table, figure_text(arena, row->exact, row->unit));
        out_table_cell(
            &table, figure_text(arena, row->simulated.value, row->unit),
            row->chance > 1e-9
                ? sim_arena_copy(arena, out_number_spread(&row->simulated, row->unit).text)
                : "");
        out_table_text(&table, coverage
                                   ? sim_arena_print(arena, "%d/%d", row->covered, row->experiments)
                                   : share_text(arena, row->chance));
        out_table_text(&table, share_text(arena, row->sees));
        out_table_text(&table, verdict_of(row));
    }
    out_table_print(&table, out, 0);
}

static void print_coverage(FILE *out, const struct std_validation *v, struct sim_arena *arena) {
    int covered = 0;
    int experiments = 0;
    for (int i = 0; i < v->row_count; i++) {
        covered += v->rows[i].covered;
        experiments += v->rows[i].experiments;
    }
    if (experiments > 0) {
        fputc('\n', out);
        out_text_wrap(out,
                      sim_arena_print(
                          arena,
                          "Coverage: of %d intervals of 95 %%, over %d replications each, %d hold "
                          "the exact figure, which is %.1f %%. cover: how many of each row's. A "
                          "row differs too when chance alone would hardly make it so few.",
                          experiments, STD_VALIDATE_EXPERIMENT, covered,
                          100.0 * covered / experiments),
                      0, WIDTH);
    }
}

static void print_power(FILE *out, const struct std_validation *v, struct sim_arena *arena) {
    const struct std_validate_row *weakest = std_validate_weakest(v);
    const struct std_validate_row *furthest = std_validate_furthest(v);
    fputc('\n', out);
    out_text_wrap(
        out,
        "+- is the half-width of intervals that all hold at once with 99.99 %: a sound program "
        "has a row that differs for one seed in 10 000. chance: the deviation to be expected, one "
        "standard error over the exact figure. sees: the smallest error that makes the row differ "
        "for 95 of 100 seeds; percentiles are known to 0.4 % at best. K1, K2: Kleinrock, Queueing "
        "Systems I and II; more in docs/validate.md.",
        0, WIDTH);
    if (weakest != NULL && furthest != NULL) {
        fputc('\n', out);
        out_text_wrap(out,
                      sim_arena_print(arena,
                                      "Furthest off: %s, by %.1f standard errors. Sees least: %s, "
                                      "an error of %s.",
                                      label_of(arena, furthest),
                                      fabs(furthest->deviation) / furthest->chance,
                                      label_of(arena, weakest), share_text(arena, weakest->sees)),
                      0, WIDTH);
    }
}

static void print_catches(FILE *out, const struct std_validation *v, struct sim_arena *arena) {
    if (v->catch_count == 0) {
        return;
    }
    fprintf(out, "\nMutants: %d of %d caught\n\n", v->catch_count - v->missed_count,
            v->catch_count);
    for (int i = 0; i < v->catch_count; i++) {
        const struct std_validate_catch *c = &v->catches[i];
        const char *text = sim_arena_print(arena, "%s (%s): ", c->name, c->text);
        if (c->differ_count == 0) {
            text = sim_arena_print(arena, "%sMISSED by all of %d rows", text, c->rows);
        } else {
            text =
                sim_arena_print(arena, "%s%d of %d rows differ: ", text, c->differ_count, c->rows);
        }
        for (int k = 0; k < c->differ_count; k++) {
            text = sim_arena_print(arena, "%s%s%s", text, k == 0 ? "" : "; ",
                                   label_of(arena, c->differ[k]));
        }
        fputs("* ", out);
        out_text_wrap(out, out_safe_copy(arena, text), 2, WIDTH);
    }
}

static const char *summary_of(const struct std_validation *v, struct sim_arena *arena) {
    const char *text =
        v->differ_count == 0
            ? sim_arena_print(arena, "All %d figures of %d models agree with theory.", v->row_count,
                              v->model_count)
            : sim_arena_print(arena, "%d of %d figures of %d models %s from theory.",
                              v->differ_count, v->row_count, v->model_count,
                              v->differ_count == 1 ? "differs" : "differ");
    if (v->mutant != NULL && v->differ_count > 0) {
        text = sim_arena_print(arena, "%s The mutant is caught.", text);
    } else if (v->mutant != NULL) {
        text = sim_arena_print(arena, "%s The mutant is MISSED.", text);
    } else if (v->differ_count > 0) {
        text = sim_arena_print(
            arena,
            "%s With another --seed chance would not do that again: if it stays, it is a bug of "
            "jauge, and its figures are not to be trusted on this machine.",
            text);
    }
    return text;
}

void out_text_validation(FILE *out, const struct std_validation *v) {
    struct sim_arena *arena = sim_arena_new();
    fputs("Theory suite\n============\n", out);
    out_text_wrap(out, summary_of(v, arena), 0, WIDTH);
    fprintf(out, "%d replications each, seed %" PRIu64 "\n", v->replications, v->seed);
    if (v->mutant != NULL) {
        out_text_wrap(
            out,
            sim_arena_print(arena,
                            "Mutant %s: %s. It leaves %d models as they are; they are not run.",
                            v->mutant, v->mistake, v->spared_count),
            0, WIDTH);
    }
    fputc('\n', out);
    print_rows(out, v, arena);
    print_coverage(out, v, arena);
    print_power(out, v, arena);
    print_catches(out, v, arena);
    sim_arena_free(arena);
}

/* --- CSV and JSON ------------------------------------------------------------------------------
 */

void out_csv_validation(FILE *out, const struct std_validation *v) {
    struct sim_arena *arena = sim_arena_new();
    fputs("file,model,figure,scope,entity,name,unit,source,formula,exact,simulated,low,high,"
          "deviation,chance,sees,experiments,covered,verdict\r\n",
          out);
    for (int i = 0; i < v->row_count; i++) {
        const struct std_validate_row *row = &v->rows[i];
        const char *const texts[] = {row->file, row->model, row->figure, row->scope,  row->entity,
                                     row->name, row->unit,  row->source, row->formula};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            fprintf(out, "%s%s", k == 0 ? "" : ",", out_csv_field(arena, texts[k]));
        }
        out_csv_number(out, row->exact);
        out_csv_number(out, row->simulated.value);
        out_csv_number(out, row->simulated.low);
        out_csv_number(out, row->simulated.high);
        out_csv_number(out, row->deviation);
        out_csv_number(out, row->chance);
        out_csv_number(out, row->sees);
        fprintf(out, ",%d,%d,%s\r\n", row->experiments, row->covered,
                row->agrees ? "agrees" : "differs");
    }
    sim_arena_free(arena);
}

static void write_row(struct out_json *json, const struct std_validate_row *row) {
    out_json_object(json, NULL);
    out_json_text(json, "file", row->file);
    out_json_text(json, "model", row->model);
    out_json_text(json, "figure", row->figure);
    out_json_text(json, "scope", row->scope);
    out_json_text(json, "entity", row->entity);
    out_json_text(json, "name", row->name);
    out_json_text(json, "unit", row->unit);
    out_json_text(json, "source", row->source);
    out_json_text(json, "formula", row->formula);
    out_json_number(json, "exact", row->exact);
    out_json_number(json, "simulated", row->simulated.value);
    out_json_number(json, "low", row->simulated.low);
    out_json_number(json, "high", row->simulated.high);
    out_json_number(json, "deviation", row->deviation);
    out_json_number(json, "chance", row->chance);
    out_json_number(json, "sees", row->sees);
    out_json_integer(json, "experiments", row->experiments);
    out_json_integer(json, "covered", row->covered);
    out_json_text(json, "verdict", row->agrees ? "agrees" : "differs");
    out_json_end(json);
}

static void write_catch(struct out_json *json, const struct std_validate_catch *c) {
    out_json_object(json, NULL);
    out_json_text(json, "name", c->name);
    out_json_text(json, "mistake", c->text);
    out_json_bool(json, "caught", c->differ_count > 0);
    out_json_integer(json, "models", c->models);
    out_json_integer(json, "rows", c->rows);
    out_json_array(json, "by");
    for (int i = 0; i < c->differ_count; i++) {
        out_json_flat_object(json, NULL);
        out_json_text(json, "file", c->differ[i]->file);
        out_json_text(json, "figure", c->differ[i]->figure);
        out_json_number(json, "deviation", c->differ[i]->deviation);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}

void out_json_validation(FILE *out, const struct std_validation *v, const char *version) {
    struct sim_arena *arena = sim_arena_new();
    struct out_json json;
    out_json_init(&json, out);
    out_json_object(&json, NULL);
    out_json_flat_object(&json, "jauge");
    out_json_text(&json, "version", version);
    out_json_integer(&json, "schema", SCHEMA);
    out_json_end(&json);
    out_json_text(&json, "seed", sim_arena_print(arena, "%" PRIu64, v->seed));
    out_json_integer(&json, "replications", v->replications);
    out_json_number(&json, "alarm", STD_VALIDATE_ALARM);
    out_json_text(&json, "mutant", v->mutant);
    out_json_text(&json, "mistake", v->mistake);
    out_json_integer(&json, "models", v->model_count);
    out_json_integer(&json, "spared", v->spared_count);
    out_json_integer(&json, "differ", v->differ_count);
    out_json_array(&json, "rows");
    for (int i = 0; i < v->row_count; i++) {
        write_row(&json, &v->rows[i]);
    }
    out_json_end(&json);
    out_json_array(&json, "mutants");
    for (int i = 0; i < v->catch_count; i++) {
        write_catch(&json, &v->catches[i]);
    }
    out_json_end(&json);
    out_json_end(&json);
    sim_arena_free(arena);
}

/* --- the mutants that there are ----------------------------------------------------------------
 */

void out_text_mutants(FILE *out, const char *const *names, const char *const *texts, int count) {
    struct sim_arena *arena = sim_arena_new();
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "mutant", true, false);
    out_table_keep(&table, 0);
    out_table_column(&table, "mistake", true, false);
    for (int i = 0; i < count; i++) {
        out_table_row(&table);
        out_table_text(&table, names[i]);
        out_table_text(&table, texts[i]);
    }
    out_table_print(&table, out, 0);
    sim_arena_free(arena);
}

void out_json_mutants(FILE *out, const char *const *names, const char *const *texts, int count) {
    struct out_json json;
    out_json_init(&json, out);
    out_json_array(&json, NULL);
    for (int i = 0; i < count; i++) {
        out_json_flat_object(&json, NULL);
        out_json_text(&json, "name", names[i]);
        out_json_text(&json, "mistake", texts[i]);
        out_json_end(&json);
    }
    out_json_end(&json);
}

void out_csv_mutants(FILE *out, const char *const *names, const char *const *texts, int count) {
    struct sim_arena *arena = sim_arena_new();
    fputs("mutant,mistake\r\n", out);
    for (int i = 0; i < count; i++) {
        fprintf(out, "%s,%s\r\n", out_csv_field(arena, names[i]), out_csv_field(arena, texts[i]));
    }
    sim_arena_free(arena);
}
