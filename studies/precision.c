#include "studies/precision.h"

#include <math.h>
#include <stdlib.h>

#include "sim/base_arena.h"
#include "sim/estimate.h"

const char *const std_rule_names[] = {"fixed", "precision", "ceiling", "idle"};

struct mdl_precision std_aim(const struct mdl_precision *asked) {
    bool given = asked->within > 0;
    return (struct mdl_precision){
        .quantile = given ? asked->quantile : STD_QUANTILE,
        .within = given ? asked->within : STD_WITHIN,
        .at_most = asked->at_most > 0 ? asked->at_most
                   : given            ? STD_AT_MOST_ASKED
                                      : STD_AT_MOST,
    };
}

int std_next_look(int done, int at_most) {
    int64_t next = done < STD_FIRST_LOOK ? STD_FIRST_LOOK : (int64_t)done * 3 / 2;
    return next < at_most ? (int)next : at_most;
}

/* What looking at one class needs. */
struct scratch {
    struct sim_histogram *one;
    struct sim_histogram *all;
    double *values; /* one per replication */
};

/* The figure of a class's responses with its interval, as metrics have it; count 0: none ended
 * well. */
static struct sim_estimate estimate_of(const struct std_sample *sample, uint32_t cls,
                                       int replications, double quantile, struct scratch *s) {
    const struct mdl_program *p = sample->program;
    struct sim_tally total = {.count = 0};
    sim_histogram_clear(s->all);
    for (int r = 0; r < replications; r++) {
        struct sim_tally tally = {.count = 0};
        sim_histogram_clear(s->one);
        for (uint32_t i = 0; i < p->source_count; i++) {
            const struct mdl_sojourn *row = &sample->results[r]->requests[i * p->class_count + cls];
            sim_tally_merge(&tally, &row->response);
            sim_histogram_merge_sparse(s->one, &row->responses);
        }
        s->values[r] = isnan(quantile)
                           ? sim_tally_mean(&tally)
                           : sim_histogram_quantile(s->one, 0, quantile, tally.min, tally.max);
        sim_histogram_merge(s->all, s->one);
        sim_tally_merge(&total, &tally);
    }
    if (isnan(quantile)) {
        return sim_estimate_mean(s->values, replications);
    }
    double point = sim_histogram_quantile(s->all, 0, quantile, total.min, total.max);
    return sim_estimate_sections(point, s->values, replications,
                                 total.min == total.max ? 0 : SIM_HISTOGRAM_ERROR);
}

/* Half-width over the figure; NAN without an interval. */
static double spread_of(const struct sim_estimate *estimate) {
    double half_width = (estimate->high - estimate->low) / 2;
    return half_width == 0 ? 0 : half_width / fabs(estimate->value);
}

struct std_stopping std_look(const struct std_sample *samples, int count, int replications,
                             const struct mdl_precision *aim, bool *ends) {
    struct scratch scratch = {sim_alloc(1, sizeof *scratch.one), sim_alloc(1, sizeof *scratch.all),
                              sim_alloc((size_t)replications, sizeof *scratch.values)};
    *scratch.one = *scratch.all = (struct sim_histogram){.touched = 0};
    struct std_stopping stopping = {.rule = STD_PRECISE, .aim = *aim, .reached = 0};
    for (int i = 0; i < count; i++) {
        for (uint32_t c = 0; c < samples[i].program->class_count; c++) {
            struct sim_estimate estimate =
                estimate_of(&samples[i], c, replications, aim->quantile, &scratch);
            if (estimate.count == 0 || isnan(stopping.reached)) {
                continue;
            }
            double spread = spread_of(&estimate);
            if (stopping.worst == NULL || isnan(spread) || spread > stopping.reached) {
                stopping.reached = spread;
                stopping.worst = samples[i].program->class_names[c];
            }
        }
    }
    free(scratch.one);
    free(scratch.all);
    free(scratch.values);
    bool idle = stopping.worst == NULL;
    bool precise = !idle && stopping.reached <= aim->within; /* not when it is NAN */
    *ends = idle || precise || replications >= aim->at_most;
    stopping.rule = idle ? STD_IDLE : precise ? STD_PRECISE : STD_CEILING;
    return stopping;
}
