#include "studies/twin.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "models/solve.h"
#include "studies/findings.h"

const char *const std_twin_verdict_names[STD_TWIN_VERDICTS] = {"agrees", "disagrees", "shown"};

static const double JOINT = 0.001;     /* chance of any false verdict in a run */
static const double SLACK_MOST = 0.05; /* relative; beyond it a run is not judged */
static const double ROUNDING = 1e-9;   /* relative: times are whole nanoseconds */

/* Relative weight of the start from empty, and of arrivals cut at both ends, in a steady network's
 * means. */
static double slack_of(const struct std_findings *f, const struct mdl_solution *solution) {
    if (!solution->steady) {
        return 2 * solution->edge_s / f->observed_s; /* what is exact then is exact from empty */
    }
    double relaxation = solution->relaxation_s;
    double start = relaxation * exp(-f->warmup_s / fmax(relaxation, 1e-300));
    return (start + 2 * solution->edge_s) / f->observed_s;
}

static bool is_judged(const struct mdl_figure *figure) {
    return figure->kind == MDL_EXACT || figure->kind == MDL_BOUND;
}

static struct std_twin_row row_of(const struct mdl_figure *figure,
                                  const struct std_metric *metric) {
    const struct sim_estimate *e = &metric->estimate;
    return (struct std_twin_row){
        .scope = metric->scope,
        .entity = metric->entity,
        .name = metric->name,
        .unit = metric->unit,
        .simulated = *e,
        .joint_low = NAN,
        .joint_high = NAN,
        .kind = mdl_figure_kind_names[figure->kind],
        .value = figure->value,
        .low = figure->low,
        .high = figure->high,
        .formula = mdl_law_name(figure->law),
        .source = mdl_law_source(figure->law),
        .relative = figure->value != 0 ? e->value / figure->value - 1 : (double)NAN,
        .verdict = STD_TWIN_SHOWN,
    };
}

/* The row's verdict, when `judged` intervals shall hold at once. */
static void judge(struct std_twin *twin, struct std_twin_row *row, int judged, double slack) {
    const struct sim_estimate *e = &row->simulated;
    if (!(e->low <= e->high) || e->count < 2) {
        return;
    }
    double t = gsl_cdf_tdist_Qinv(JOINT / 2 / judged, e->count - 1);
    double widen = t / sim_t_95(e->count - 1);
    row->joint_low = e->value - (e->value - e->low) * widen;
    row->joint_high = e->value + (e->high - e->value) * widen;
    double scale = fmax(fabs(e->value), isnan(row->value) ? 0 : row->value);
    double allowed = (slack + ROUNDING) * scale + ROUNDING * ROUNDING;
    bool agrees = row->low <= row->joint_high + allowed && row->high >= row->joint_low - allowed;
    row->verdict = agrees ? STD_TWIN_AGREES : STD_TWIN_DISAGREES;
    twin->judged++;
    twin->disagreed += !agrees;
}

static void warn(struct std_findings *f, const struct std_twin *twin) {
    const struct std_twin_row *first = twin->rows;
    while (first->verdict != STD_TWIN_DISAGREES) {
        first++;
    }
    struct std_remark *remarks =
        sim_arena_array(f->arena, (size_t)f->remark_count + 1, sizeof *remarks);
    if (f->remark_count > 0) {
        memcpy(remarks, f->remarks, (size_t)f->remark_count * sizeof *remarks);
    }
    const char *others = twin->disagreed > 1 ? sim_arena_print(f->arena, " (and %d figures more)",
                                                               twin->disagreed - 1)
                                             : "";
    remarks[f->remark_count++] = (struct std_remark){
        "warning",
        sim_arena_print(f->arena,
                        "The simulation disagrees with theory: %s %s%s%s is %.6g by formula (%s), "
                        "simulated %.6g%s. Either the run does not show the steady state, or one "
                        "of the two is wrong.",
                        first->scope, first->entity, *first->entity == '\0' ? "" : " ", first->name,
                        isnan(first->value)
                            ? fmax(first->low, fmin(first->high, first->simulated.value))
                            : first->value,
                        first->formula, first->simulated.value, others)};
    f->remarks = remarks;
}

void std_twin_add(struct std_findings *f) {
    struct mdl_scenario as_run = *f->scenario;
    as_run.warmup_s = f->warmup_s;
    struct mdl_solution *solution = mdl_solve(&as_run);
    struct std_twin *twin = sim_arena_alloc(f->arena, sizeof *twin);
    twin->rows = sim_arena_array(f->arena, (size_t)solution->figure_count, sizeof *twin->rows);
    twin->source_count = f->scenario->network.source_count;
    twin->class_count = f->scenario->network.class_count;
    int judged = 0;
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *figure = &solution->figures[i];
        const struct std_metric *metric =
            std_metric_find(f, figure->scope, figure->entity, figure->name);
        if (metric == NULL || isnan(metric->estimate.value)) {
            continue;
        }
        twin->rows[twin->row_count++] = row_of(figure, metric);
        judged += is_judged(figure);
    }
    double slack = slack_of(f, solution);
    if (judged > 0 && f->scenario->stop.of != MDL_STOP_NEVER) {
        twin->unjudged = "the run ends at an event, not at a time";
    } else if (judged > 0 && f->replications < 2 &&
               std_metric_find(f, "steady", "", "batches") == NULL) {
        twin->unjudged = "one replication has no intervals";
    } else if (judged > 0 && !(slack <= SLACK_MOST)) {
        twin->unjudged = "the run is too short, or begins too empty, to show the steady state";
    }
    for (int i = 0; i < twin->row_count && twin->unjudged == NULL; i++) {
        struct std_twin_row *row = &twin->rows[i];
        if (strcmp(row->kind, mdl_figure_kind_names[MDL_APPROXIMATION]) != 0) {
            judge(twin, row, judged, slack);
        }
    }
    if (twin->disagreed > 0) {
        warn(f, twin);
    }
    f->twin = twin;
    mdl_solution_free(solution);
}
