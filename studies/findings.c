#include "studies/findings.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "studies/findings_parts.h"

void std_findings_free(struct std_findings *findings) {
    if (findings != NULL) {
        sim_arena_free(findings->arena);
    }
}

static bool named(const char *scope, const char *entity, const char *name, const char *s,
                  const char *e, const char *n) {
    return strcmp(name, n) == 0 && strcmp(entity, e) == 0 && strcmp(scope, s) == 0;
}

const struct std_metric *std_metric_find(const struct std_findings *findings, const char *scope,
                                         const char *entity, const char *name) {
    for (int i = 0; i < findings->metric_count; i++) {
        const struct std_metric *m = &findings->metrics[i];
        if (named(scope, entity, name, m->scope, m->entity, m->name)) {
            return m;
        }
    }
    return NULL;
}

const struct std_series *std_series_find(const struct std_findings *findings, const char *scope,
                                         const char *entity, const char *name) {
    for (int i = 0; i < findings->series_count; i++) {
        const struct std_series *s = &findings->series[i];
        if (named(scope, entity, name, s->scope, s->entity, s->name)) {
            return s;
        }
    }
    return NULL;
}

const char *std_number(struct std_builder *b, double value) {
    return fabs(value) < 1000 ? sim_arena_print(b->arena, "%.4g", value)
                              : sim_arena_print(b->arena, "%.0f", value);
}

struct std_buckets std_buckets_of(const struct std_builder *b, const char *limiter) {
    size_t length = strlen(limiter);
    struct std_buckets found = {0, 0};
    for (uint32_t i = 0; i < b->program->limiter_count; i++) {
        const char *own = b->program->limiters[i].name;
        if (strncmp(own, limiter, length) == 0 && (own[length] == '\0' || own[length] == '[')) {
            found.first = found.count == 0 ? i : found.first;
            found.count++;
        }
    }
    return found;
}

double *std_values(struct std_builder *b) {
    double *values = sim_arena_array(b->arena, (size_t)b->replications, sizeof *values);
    for (int r = 0; r < b->replications; r++) {
        values[r] = NAN;
    }
    return values;
}

static void add_metric(struct std_builder *b, struct std_metric metric) {
    struct std_findings *f = b->f;
    f->metrics = sim_arena_grow(b->arena, f->metrics, (size_t)f->metric_count, &b->metric_room,
                                sizeof *f->metrics);
    f->metrics[f->metric_count++] = metric;
}

void std_add_mean(struct std_builder *b, const char *scope, const char *entity, const char *name,
                  const char *unit, const double *values) {
    add_metric(b, (struct std_metric){scope, entity, name, unit,
                                      sim_estimate_mean(values, b->replications), values});
}

void std_add_estimate(struct std_builder *b, const char *scope, const char *entity,
                      const char *name, const char *unit, struct sim_estimate estimate,
                      const double *values) {
    add_metric(b, (struct std_metric){scope, entity, name, unit, estimate, values});
}

void std_add_sections(struct std_builder *b, const char *scope, const char *entity,
                      const char *name, const char *unit, double point, const double *values,
                      double relative_error) {
    add_metric(b,
               (struct std_metric){
                   scope, entity, name, unit,
                   sim_estimate_sections(point, values, b->replications, relative_error), values});
}

void std_add_series(struct std_builder *b, const char *scope, const char *entity, const char *name,
                    const char *unit, const struct sim_estimate *points) {
    struct std_findings *f = b->f;
    f->series = sim_arena_grow(b->arena, f->series, (size_t)f->series_count, &b->series_room,
                               sizeof *f->series);
    f->series[f->series_count++] = (struct std_series){scope, entity, name, unit, points};
}

void std_add_remark(struct std_builder *b, const char *topic, const char *format, ...) {
    struct std_findings *f = b->f;
    f->remarks = sim_arena_grow(b->arena, f->remarks, (size_t)f->remark_count, &b->remark_room,
                                sizeof *f->remarks);
    va_list arguments;
    va_start(arguments, format);
    f->remarks[f->remark_count++] =
        (struct std_remark){topic, sim_arena_vprint(b->arena, format, arguments)};
    va_end(arguments);
}

double std_servers(const struct mdl_program *program, const struct mdl_station_code *station) {
    double servers = 0;
    for (uint32_t i = 0; i < station->instances; i++) {
        servers += program->places[station->first_place + i].servers;
    }
    return servers;
}

const char *std_instance_name(struct std_builder *b, const char *name, uint32_t i) {
    return sim_arena_print(b->arena, "%s[%u]", name, i);
}

const char *std_limiter_name(struct std_builder *b, uint32_t i) {
    return sim_arena_copy(b->arena, b->program->limiters[i].name);
}

const char *std_percentile_name(struct std_builder *b, const char *prefix, double quantile) {
    return sim_arena_print(b->arena, "%s.p%.10g", prefix, 100 * quantile);
}
