/* Instants, windows, first customers, the log, named blocks' kin: what a scenario asks to look at.
 */
#include <math.h>
#include <stdlib.h>

#include "studies/findings_parts.h"

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x;
    double b = *(const double *)y;
    return (a > b) - (a < b);
}

/* The order statistic of rank ceil(q n) of the finite entries. */
static double quantile_of(struct std_builder *b, const double *values, double q) {
    double *sorted = sim_arena_array(b->arena, (size_t)b->replications, sizeof *sorted);
    int count = 0;
    for (int r = 0; r < b->replications; r++) {
        if (!isnan(values[r])) {
            sorted[count++] = values[r];
        }
    }
    if (count == 0) {
        return NAN;
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_value);
    int rank = (int)ceil(q * count * (1 - 1e-15));
    return sorted[rank < 1 ? 0 : rank - 1];
}

static double deviation_of(const double *values, int count) {
    double mean = 0;
    int seen = 0;
    for (int i = 0; i < count; i++) {
        seen += !isnan(values[i]);
        mean += isnan(values[i]) ? 0 : (values[i] - mean) / seen;
    }
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += isnan(values[i]) ? 0 : (values[i] - mean) * (values[i] - mean);
    }
    return seen > 1 ? sqrt(sum / (seen - 1)) : NAN;
}

/* One field of a sample: its mean over the replications with what NETWORK.md asks beside it. */
static void add_field(struct std_builder *b, const char *entity, const char *name, const char *unit,
                      const double *values, double full) {
    const struct mdl_scenario *s = b->f->scenario;
    std_add_mean(b, "sample", entity, sim_arena_print(b->arena, "%s.mean", name), unit, values);
    double *none = std_values(b);
    std_add_sections(b, "sample", entity, sim_arena_print(b->arena, "%s.deviation", name), unit,
                     deviation_of(values, b->replications), none, 0);
    for (int q = 0; q < s->percentile_count; q++) {
        std_add_sections(b, "sample", entity, std_percentile_name(b, name, s->percentiles[q]), unit,
                         quantile_of(b, values, s->percentiles[q]), none, 0);
    }
    double *empty = std_values(b);
    double *all = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        empty[r] = isnan(values[r]) ? NAN : values[r] == 0;
        all[r] = isnan(values[r]) ? NAN : values[r] >= full;
    }
    std_add_mean(b, "sample", entity, sim_arena_print(b->arena, "%s.empty", name), "1", empty);
    if (isfinite(full)) {
        std_add_mean(b, "sample", entity, sim_arena_print(b->arena, "%s.full", name), "1", all);
    }
}

typedef double field_of(const struct mdl_sample *s);
static double present_of(const struct mdl_sample *s) { return s->present; }
static double waiting_of(const struct mdl_sample *s) { return s->waiting; }
static double busy_of(const struct mdl_sample *s) { return s->busy; }
static double thinking_of(const struct mdl_sample *s) { return s->thinking; }
static double arrived_of(const struct mdl_sample *s) { return s->arrived; }
static double ok_of(const struct mdl_sample *s) { return s->ok; }
static double errors_of(const struct mdl_sample *s) { return s->errors; }
static double balance_of(const struct mdl_sample *s) { return s->balance; }

static void add_sample(struct std_builder *b, const char *entity, uint32_t row, const char *name,
                       const char *unit, field_of *field, double full) {
    double *values = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        values[r] = field(&b->results[r]->samples[row]);
    }
    add_field(b, entity, name, unit, values, full);
}

static void build_samples(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    const struct mdl_scenario *s = b->f->scenario;
    uint32_t row = 0;
    for (int i = 0; i < s->sample_count; i++) {
        const char *at = sim_arena_print(b->arena, "%.15gs", s->sample_at_s[i]);
        const char *entity = sim_arena_print(b->arena, "%s/network", at);
        add_sample(b, entity, row, "present", "requests", present_of, INFINITY);
        add_sample(b, entity, row, "arrived", "requests", arrived_of, INFINITY);
        add_sample(b, entity, row, "ok", "requests", ok_of, INFINITY);
        add_sample(b, entity, row++, "errors", "requests", errors_of, INFINITY);
        for (uint32_t k = 0; k < p->source_count; k++, row++) {
            entity = sim_arena_print(b->arena, "%s/source/%s", at, p->sources[k].name);
            add_sample(b, entity, row, "present", "requests", present_of, INFINITY);
            add_sample(b, entity, row, "arrived", "requests", arrived_of, INFINITY);
            add_sample(b, entity, row, "ok", "requests", ok_of, INFINITY);
            add_sample(b, entity, row, "errors", "requests", errors_of, INFINITY);
            if (p->sources[k].session) {
                add_sample(b, entity, row, "users", "users", busy_of, INFINITY);
            } else if (p->sources[k].has_users) {
                add_sample(b, entity, row, "thinking", "users", thinking_of, INFINITY);
            }
        }
        for (uint32_t k = 0; k < p->station_count; k++, row++) {
            double servers = std_servers(p, &p->stations[k]);
            entity = sim_arena_print(b->arena, "%s/station/%s", at, p->stations[k].name);
            add_sample(b, entity, row, "present", "customers", present_of, INFINITY);
            add_sample(b, entity, row, "waiting", "customers", waiting_of, INFINITY);
            add_sample(b, entity, row, "busy", "servers", busy_of,
                       servers > 0 ? servers : INFINITY);
            if (p->places[p->stations[k].first_place].credits != NULL) {
                add_sample(b, entity, row, "credits", "credits", balance_of, INFINITY);
            }
        }
        for (uint32_t k = 0; k < p->pool_count; k++, row++) {
            entity = sim_arena_print(b->arena, "%s/pool/%s", at, p->pools[k].name);
            add_sample(b, entity, row, "held", "places", busy_of,
                       (double)p->pools[k].size * p->pools[k].instances);
            add_sample(b, entity, row, "waiting", "customers", waiting_of, INFINITY);
        }
    }
}

/* --- windows ------------------------------------------------------------------------------------
 */

static void add_window(struct std_builder *b, const char *entity, int window, uint32_t first,
                       uint32_t rows) {
    static const char *const names[1 + MDL_OUTCOMES] = {"count.arrived",   "count.ok",
                                                        "count.rejected",  "count.abandoned",
                                                        "count.timed_out", "count.failed"};
    double *counts[1 + MDL_OUTCOMES];
    for (int k = 0; k < 1 + MDL_OUTCOMES; k++) {
        counts[k] = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            counts[k][r] = isnan(b->results[r]->window_s[window]) ? NAN : 0;
            for (uint32_t i = 0; i < rows; i++) {
                counts[k][r] +=
                    (double)b->results[r]->windows[(first + i) * (1 + MDL_OUTCOMES) + (uint32_t)k];
            }
        }
        std_add_mean(b, "window", entity, names[k], "requests", counts[k]);
    }
    double *arrivals = std_values(b);
    double *throughput = std_values(b);
    double *errors = std_values(b);
    double bad = 0;
    double all = 0;
    for (int r = 0; r < b->replications; r++) {
        double ended = 0;
        for (int k = 1; k < 1 + MDL_OUTCOMES; k++) {
            ended += counts[k][r];
        }
        double width_s = b->results[r]->window_s[window];
        if (!(width_s > 0)) {
            continue;
        }
        arrivals[r] = counts[0][r] / width_s;
        throughput[r] = counts[1][r] / width_s;
        errors[r] = ended > 0 ? (ended - counts[1][r]) / ended : NAN;
        bad += ended - counts[1][r];
        all += ended;
    }
    std_add_mean(b, "window", entity, "arrival_rate", "1/s", arrivals);
    std_add_mean(b, "window", entity, "throughput", "1/s", throughput);
    std_add_sections(b, "window", entity, "error_rate", "1", all > 0 ? bad / all : NAN, errors, 0);
}

static void build_windows(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    const struct mdl_scenario *s = b->f->scenario;
    uint32_t rows = p->source_count * p->class_count;
    for (int i = 0; i < s->window_count; i++) {
        const char *span =
            sim_arena_print(b->arena, "%.15gs..%.15gs", s->windows[i].from_s, s->windows[i].to_s);
        add_window(b, sim_arena_print(b->arena, "%s/network", span), i, (uint32_t)i * rows, rows);
        for (uint32_t k = 0; k < p->source_count && p->source_count > 1; k++) {
            add_window(b, sim_arena_print(b->arena, "%s/source/%s", span, p->sources[k].name), i,
                       (uint32_t)i * rows + k * p->class_count, p->class_count);
        }
    }
}

/* --- customers, log
 * ---------------------------------------------------------------------- */

static void build_customers(struct std_builder *b) {
    for (uint64_t i = 0; i < b->f->scenario->sample_customers; i++) {
        const char *entity = sim_arena_print(b->arena, "%llu", (unsigned long long)i + 1);
        double *waits = std_values(b);
        double *responses = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            waits[r] = b->results[r]->customer_waits[i];
            responses[r] = b->results[r]->customer_responses[i];
        }
        std_add_mean(b, "customer", entity, "waiting", "s", waits);
        std_add_mean(b, "customer", entity, "response", "s", responses);
    }
}

/* The log of replication 0: the one to read. */
static void build_log(struct std_builder *b) {
    static const char *const kinds[] = {"arrive", "start",  "interrupt", "resume",
                                        "end",    "reject", "abandon"};
    const struct mdl_result *r = b->results[0];
    const struct mdl_program *p = b->program;
    struct std_log_line *lines = sim_arena_array(b->arena, r->log_count, sizeof *lines);
    for (uint64_t i = 0; i < r->log_count; i++) {
        const struct mdl_log_line *line = &r->log[i];
        lines[i] = (struct std_log_line){.time_s = sim_time_to_s(line->time),
                                         .source = p->sources[line->source].name,
                                         .customer = line->customer + 1,
                                         .cls = p->class_names[line->cls],
                                         .station = p->stations[line->station].name,
                                         .instance = (int)line->instance,
                                         .what = kinds[line->kind]};
    }
    b->f->log = lines;
    b->f->log_count = (int)r->log_count;
}

void std_build_observations(struct std_builder *b) {
    build_windows(b);
    build_samples(b);
    build_customers(b);
    build_log(b);
}
