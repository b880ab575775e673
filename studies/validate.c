#include "studies/validate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "models/solve.h"
#include "sim/histogram.h"
#include "sim/interval.h"
#include "studies/run_study.h"
#include "studies/validate_mutants.h"
#include "studies/validate_suite.h"

static const double ROUNDING = 1e-9; /* relative: times are whole nanoseconds */
static const double ONE_IN_20 = 0.05;

/* One pass over the suite, with or without a mistake. */
struct pass {
    const struct std_validate_source *source;
    const struct std_validate_options *options;
    const struct std_mutant *mutant; /* NULL: none */
    struct sim_arena *arena;
    struct std_validate_row *rows; /* room for all of the suite */
    int row_count;
    int model_count;
    int spared_count;
    int *done; /* replications, of all passes */
    int total;
    int before; /* `done` when the present model began */
};

/* --- rows --------------------------------------------------------------------------------------
 */

/* The exact value, its formula, and the words that outlive the scenario. */
static struct std_validate_row expected(const struct pass *pass,
                                        const struct std_suite_model *model,
                                        const struct std_suite_row *from,
                                        const struct mdl_scenario *scenario,
                                        const struct mdl_solution *solution) {
    struct std_validate_row row = {
        .file = model->file,
        .model = sim_arena_copy(pass->arena, scenario->name),
        .figure = from->figure,
        .scope = from->scope,
        .entity = from->entity,
        .name = from->name,
        .unit = "1",
        .source = from->source,
        .exact = from->exact,
        .simulated = {NAN, NAN, NAN, 0},
        .deviation = NAN,
        .chance = NAN,
        .sees = NAN,
    };
    if (from->exact == 0) {
        const struct mdl_figure *figure =
            mdl_solution_find(solution, from->scope, from->entity, from->name);
        bool exact = figure != NULL && figure->kind == MDL_EXACT;
        row.exact = exact ? figure->value : NAN;
        row.formula = exact ? mdl_law_name(figure->law) : NULL;
    }
    return row;
}

static void count_coverage(struct std_validate_row *row, const double *values, int count,
                           double error) {
    for (int first = 0; first + STD_VALIDATE_EXPERIMENT <= count;
         first += STD_VALIDATE_EXPERIMENT) {
        double sum = 0;
        for (int i = 0; i < STD_VALIDATE_EXPERIMENT; i++) {
            sum += values[first + i];
        }
        struct sim_estimate e = sim_estimate_sections(sum / STD_VALIDATE_EXPERIMENT, values + first,
                                                      STD_VALIDATE_EXPERIMENT, error);
        double rounding = ROUNDING * fabs(row->exact);
        row->experiments++;
        row->covered += e.low - rounding <= row->exact && row->exact <= e.high + rounding;
    }
}

/* Lays the simulated figure beside the exact one. */
static void judge(const struct pass *pass, struct std_validate_row *row,
                  const struct std_suite_row *from, const struct mdl_scenario *scenario,
                  const struct std_metric *metric) {
    if (metric == NULL || isnan(metric->estimate.value)) {
        return;
    }
    int count = pass->options->replications;
    double *values = sim_arena_array(pass->arena, (size_t)count, sizeof *values);
    double point = metric->estimate.value;
    const struct std_mutant *mutant = pass->mutant;
    bool distorted = mutant != NULL && mutant->touches != NULL && mutant->touches(from, scenario);
    for (int i = 0; i < count; i++) {
        values[i] = distorted ? mutant->distort(metric->values[i], scenario) : metric->values[i];
    }
    point = distorted ? mutant->distort(point, scenario) : point;
    double alpha = STD_VALIDATE_ALARM / std_suite_rows();
    double own = from->percentile ? SIM_HISTOGRAM_ERROR : 0;
    struct sim_estimate bare = sim_interval_sections(point, values, count, 0, alpha);
    double half = (bare.high - bare.low) / 2 + own * fabs(point) + ROUNDING * fabs(row->exact);
    int degrees = bare.count - 1;
    row->unit = metric->unit;
    row->simulated = (struct sim_estimate){point, point - half, point + half, bare.count};
    if (degrees < 1) { /* nothing to judge by */
        return;
    }
    double error = (bare.high - bare.low) / 2 / sim_interval_t(alpha, degrees);
    row->deviation = point / row->exact - 1;
    row->chance = error / fabs(row->exact);
    row->sees = (half + gsl_cdf_tdist_Qinv(ONE_IN_20, degrees) * error) / fabs(row->exact);
    row->agrees = row->simulated.low <= row->exact && row->exact <= row->simulated.high;
    if (pass->options->coverage && mutant == NULL) {
        count_coverage(row, values, count, own);
        row->agrees = row->agrees && gsl_cdf_binomial_P((unsigned)row->covered, 0.95,
                                                        (unsigned)row->experiments) >= alpha;
    }
}

/* --- passes ------------------------------------------------------------------------------------
 */

static void model_progress(void *context, int done, int total) {
    struct pass *pass = context;
    (void)total;
    *pass->done = pass->before + done;
    if (pass->options->progress != NULL) {
        pass->options->progress(pass->options->context, *pass->done, pass->total);
    }
}

static bool touched(const struct std_mutant *mutant, const struct std_suite_model *model,
                    const struct mdl_scenario *scenario) {
    for (int i = 0; i < std_suite_rows_of(model); i++) {
        if (mutant->touches != NULL && mutant->touches(&model->rows[i], scenario)) {
            return true;
        }
    }
    return false;
}

static enum std_validate_outcome simulate(struct pass *pass, const struct std_suite_model *model,
                                          const struct mdl_scenario *original,
                                          const struct mdl_scenario *scenario) {
    const struct std_run_options options = {
        .seed = pass->options->seed,
        .replications = pass->options->replications,
        .threads = pass->options->threads,
        .progress = model_progress,
        .context = pass,
        .interrupted = pass->options->interrupted,
    };
    struct std_findings *findings = NULL;
    struct std_stopping stopping;
    pass->before = *pass->done;
    enum std_outcome outcome = std_run_all(&scenario, 1, &options, &findings, &stopping);
    if (outcome != STD_DONE) {
        return outcome == STD_INTERRUPTED ? STD_VALIDATE_INTERRUPTED : STD_VALIDATE_NO_THREAD;
    }
    struct mdl_solution *solution = mdl_solve(original);
    for (int i = 0; i < std_suite_rows_of(model); i++) {
        const struct std_suite_row *from = &model->rows[i];
        struct std_validate_row *row = &pass->rows[pass->row_count++];
        *row = expected(pass, model, from, original, solution);
        judge(pass, row, from, scenario,
              std_metric_find(findings, from->scope, from->entity, from->name));
    }
    pass->model_count++;
    mdl_solution_free(solution);
    std_findings_free(findings);
    return STD_VALIDATED;
}

static enum std_validate_outcome run_model(struct pass *pass, const struct std_suite_model *model) {
    const struct std_validate_source *source = pass->source;
    struct mdl_scenario *original = source->load(source->context, model->file);
    struct mdl_scenario *scenario = source->load(source->context, model->file);
    enum std_validate_outcome outcome = STD_VALIDATE_UNREADABLE;
    if (original != NULL && scenario != NULL) {
        const struct std_mutant *mutant = pass->mutant;
        bool spoilt = mutant != NULL && mutant->spoil != NULL && mutant->spoil(scenario);
        if (mutant == NULL || spoilt || touched(mutant, model, scenario)) {
            outcome = simulate(pass, model, original, scenario);
        } else { /* the same bits as without the mistake */
            pass->spared_count++;
            pass->total -= pass->options->replications;
            outcome = STD_VALIDATED;
        }
    }
    if (scenario != NULL) {
        source->free(scenario);
    }
    if (original != NULL) {
        source->free(original);
    }
    return outcome;
}

static enum std_validate_outcome run_pass(struct pass *pass, const struct std_mutant *mutant) {
    pass->mutant = mutant;
    pass->rows = sim_arena_array(pass->arena, (size_t)std_suite_rows(), sizeof *pass->rows);
    pass->row_count = 0;
    pass->model_count = 0;
    pass->spared_count = 0;
    enum std_validate_outcome outcome = STD_VALIDATED;
    for (int i = 0; i < std_suite_models && outcome == STD_VALIDATED; i++) {
        outcome = run_model(pass, &std_suite[i]);
    }
    return outcome;
}

static int differing(const struct std_validate_row *rows, int count) {
    int differ = 0;
    for (int i = 0; i < count; i++) {
        differ += !rows[i].agrees;
    }
    return differ;
}

static struct std_validate_catch caught(const struct pass *pass) {
    struct std_validate_catch found = {
        .name = pass->mutant->name,
        .text = pass->mutant->text,
        .models = pass->model_count,
        .rows = pass->row_count,
        .differ = sim_arena_array(pass->arena, (size_t)pass->row_count + 1, sizeof *found.differ),
    };
    for (int i = 0; i < pass->row_count; i++) {
        if (!pass->rows[i].agrees) {
            found.differ[found.differ_count++] = &pass->rows[i];
        }
    }
    return found;
}

static enum std_validate_outcome run_mutants(struct std_validation *v, struct pass *pass) {
    v->catches = sim_arena_array(v->arena, (size_t)std_mutant_count, sizeof *v->catches);
    enum std_validate_outcome outcome = STD_VALIDATED;
    for (int i = 0; i < std_mutant_count && outcome == STD_VALIDATED; i++) {
        outcome = run_pass(pass, &std_mutants[i]);
        if (outcome == STD_VALIDATED) {
            v->catches[v->catch_count] = caught(pass);
            v->missed_count += v->catches[v->catch_count++].differ_count == 0;
        }
    }
    return outcome;
}

enum std_validate_outcome std_validate(const struct std_validate_source *source,
                                       const struct std_validate_options *options,
                                       struct std_validation **validation) {
    struct sim_arena *arena = sim_arena_new();
    struct std_validation *v = sim_arena_alloc(arena, sizeof *v);
    *v = (struct std_validation){
        .arena = arena,
        .seed = options->seed,
        .replications = options->replications,
        .mutant = options->mutant != NULL ? options->mutant->name : NULL,
        .mistake = options->mutant != NULL ? options->mutant->text : NULL,
    };
    int done = 0;
    int passes = 1 + (options->mutants ? std_mutant_count : 0);
    struct pass pass = {
        .source = source,
        .options = options,
        .arena = arena,
        .done = &done,
        .total = passes * std_suite_models * options->replications,
    };
    enum std_validate_outcome outcome = run_pass(&pass, options->mutant);
    v->rows = pass.rows;
    v->row_count = pass.row_count;
    v->model_count = pass.model_count;
    v->spared_count = pass.spared_count;
    v->differ_count = differing(v->rows, v->row_count);
    if (outcome == STD_VALIDATED && options->mutants) {
        struct std_validate_options few = *options;
        few.replications =
            options->replications < STD_VALIDATE_FEW ? options->replications : STD_VALIDATE_FEW;
        pass.options = &few;
        pass.total = done + std_mutant_count * std_suite_models * few.replications;
        outcome = run_mutants(v, &pass);
    }
    if (outcome != STD_VALIDATED) {
        std_validation_free(v);
        return outcome;
    }
    *validation = v;
    return STD_VALIDATED;
}

void std_validation_free(struct std_validation *validation) {
    if (validation != NULL) {
        sim_arena_free(validation->arena);
    }
}

const struct std_validate_row *std_validate_weakest(const struct std_validation *validation) {
    const struct std_validate_row *weakest = NULL;
    for (int i = 0; i < validation->row_count; i++) {
        const struct std_validate_row *row = &validation->rows[i];
        weakest = weakest == NULL || row->sees > weakest->sees ? row : weakest;
    }
    return weakest;
}

const struct std_validate_row *std_validate_furthest(const struct std_validation *validation) {
    const struct std_validate_row *furthest = NULL;
    double most = -1;
    for (int i = 0; i < validation->row_count; i++) {
        const struct std_validate_row *row = &validation->rows[i];
        double off = fabs(row->deviation) / row->chance;
        if (row->chance > ROUNDING && off > most) {
            most = off;
            furthest = row;
        }
    }
    return furthest;
}
