#include "outputs/findings_csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"

const char *out_csv_field(struct sim_arena *arena, const char *text) {
    const char *safe = out_safe_copy(arena, text);
    if (safe[0] != '\0' && strchr("=+-@", safe[0]) != NULL) {
        safe = sim_arena_print(arena, "'%s", safe);
    }
    if (strpbrk(safe, ",\"") == NULL) {
        return safe;
    }
    char *quoted = sim_arena_array(arena, 2 * strlen(safe) + 3, 1);
    char *end = quoted;
    *end++ = '"';
    for (const char *c = safe; *c != '\0'; c++) {
        if (*c == '"') {
            *end++ = '"';
        }
        *end++ = *c;
    }
    *end = '"';
    return quoted;
}

/* The four fields that name a figure, with the commas between them. */
static const char *naming(struct sim_arena *arena, const char *scope, const char *entity,
                          const char *name, const char *unit) {
    return sim_arena_print(arena, "%s,%s,%s,%s", out_csv_field(arena, scope),
                           out_csv_field(arena, entity), out_csv_field(arena, name),
                           out_csv_field(arena, unit));
}

void out_csv_number(FILE *out, double value) {
    fputc(',', out);
    if (isfinite(value)) {
        fputs(out_number_exact(value).text, out);
    } else if (isinf(value)) {
        fputs(value > 0 ? "inf" : "-inf", out);
    }
}

/* The verdicts among the metrics: the value where it was decided, and which answer it is. */
static void write_slos(FILE *out, const struct std_findings *findings, struct sim_arena *arena) {
    for (int i = 0; i < findings->slo_count; i++) {
        const struct std_slo_verdict *v = &findings->slos[i];
        const struct std_slo_place *place = &v->places[v->decisive];
        fputs(naming(arena, "slo", v->name, "decisive", v->unit), out);
        out_csv_number(out, place->estimate.value);
        out_csv_number(out, place->estimate.low);
        out_csv_number(out, place->estimate.high);
        fprintf(out, ",%d\r\n", place->estimate.count);
        for (int a = STD_SLO_MET; a <= STD_SLO_UNDETERMINED; a++) {
            fprintf(out, "%s,%d,,,\r\n",
                    naming(arena, "slo", v->name, std_slo_answer_names[a], "1"),
                    a == (int)v->answer);
        }
    }
}

void out_csv_slos(FILE *out, const struct std_findings *findings) {
    struct sim_arena *arena = sim_arena_new();
    fputs("slo,condition,answer,span,place,from_s,to_s,place_answer,unit,limit,value,low,high,"
          "requests,needed\r\n",
          out);
    for (int i = 0; i < findings->slo_count; i++) {
        const struct std_slo_verdict *v = &findings->slos[i];
        const char *names =
            naming(arena, v->name, v->condition, std_slo_answer_names[v->answer], "");
        for (int p = 0; p < v->place_count; p++) {
            const struct std_slo_place *place = &v->places[p];
            fprintf(out, "%s%s,%s", names, std_slo_span_names[place->span],
                    out_csv_field(arena, place->label));
            out_csv_number(out, place->from_s);
            out_csv_number(out, place->to_s);
            fprintf(out, ",%s,%s", std_slo_answer_names[place->answer], v->unit);
            out_csv_number(out, v->limit);
            out_csv_number(out, place->estimate.value);
            out_csv_number(out, place->estimate.low);
            out_csv_number(out, place->estimate.high);
            out_csv_number(out, place->requests);
            out_csv_number(out, v->needed);
            fputs("\r\n", out);
        }
    }
    sim_arena_free(arena);
}

void out_csv_metrics(FILE *out, const struct std_findings *findings) {
    struct sim_arena *arena = sim_arena_new();
    fputs("scope,entity,name,unit,value,low,high,count\r\n", out);
    for (int i = 0; i < findings->metric_count; i++) {
        const struct std_metric *metric = &findings->metrics[i];
        fputs(naming(arena, metric->scope, metric->entity, metric->name, metric->unit), out);
        out_csv_number(out, metric->estimate.value);
        out_csv_number(out, metric->estimate.low);
        out_csv_number(out, metric->estimate.high);
        fprintf(out, ",%d\r\n", metric->estimate.count);
    }
    write_slos(out, findings, arena);
    sim_arena_free(arena);
}

void out_csv_series(FILE *out, const struct std_findings *findings) {
    struct sim_arena *arena = sim_arena_new();
    fputs("scope,entity,name,unit,bucket_start_s,value,low,high\r\n", out);
    for (int i = 0; i < findings->series_count; i++) {
        const struct std_series *series = &findings->series[i];
        const char *names =
            naming(arena, series->scope, series->entity, series->name, series->unit);
        for (int b = 0; b < findings->bucket_count; b++) {
            const struct sim_estimate *point = &series->points[b];
            fputs(names, out);
            out_csv_number(out, out_bucket_start_s(findings, b));
            out_csv_number(out, point->value);
            out_csv_number(out, point->low);
            out_csv_number(out, point->high);
            fputs("\r\n", out);
        }
    }
    sim_arena_free(arena);
}

void out_csv_log(FILE *out, const struct std_findings *findings) {
    fputs("time_s,source,customer,class,station,instance,what\r\n", out);
    for (int i = 0; i < findings->log_count; i++) {
        const struct std_log_line *line = &findings->log[i];
        struct sim_arena *arena = sim_arena_new();
        fprintf(out, "%s,%s,%" PRIu64 ",%s,%s,%d,%s\r\n", out_number_exact(line->time_s).text,
                out_csv_field(arena, line->source), line->customer, out_csv_field(arena, line->cls),
                out_csv_field(arena, line->station), line->instance, line->what);
        sim_arena_free(arena);
    }
}
