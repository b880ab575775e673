/* jauge compare: several files, or the variants of one, with common random numbers. */
#include <string.h>

#include "cli/answer.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "outputs/comparison_csv.h"
#include "outputs/comparison_json.h"
#include "outputs/comparison_text.h"
#include "outputs/safe_text.h"
#include "sim/parallel.h"
#include "studies/compare_study.h"

/* What one `jauge compare` works with. */
struct job {
    const struct cli_options *options;
    struct sim_arena *arena; /* of the command */
    struct mdl_catalog *catalog;
    struct std_design design;
    struct mdl_scenario **scenarios; /* those that were read */
    int scenario_count;
    struct cli_answerer answerer;
    enum cli_exit code;
};

static enum cli_exit refuse(const struct job *job, const char *problem) {
    fprintf(stderr, "jauge: %s\n", out_safe_copy(job->arena, problem));
    return CLI_BAD_INPUT;
}

/* --- which variants ------------------------------------------------------------------------- */

static enum cli_exit design_files(struct job *job) {
    const struct cli_options *options = job->options;
    if (options->operand_count < 2) {
        return refuse(job, "compare: found one file, expected several, or --vary KEY=VALUE,VALUE");
    }
    struct std_variant *variants =
        sim_arena_array(job->arena, (size_t)options->operand_count, sizeof *variants);
    for (int i = 0; i < options->operand_count; i++) {
        variants[i] = (struct std_variant){.document = options->operands[i]};
    }
    job->design =
        (struct std_design){.variants = variants, .variant_count = options->operand_count};
    return CLI_DONE;
}

static enum cli_exit design_variants(struct job *job) {
    const struct cli_options *options = job->options;
    if (options->operand_count != 1) {
        return refuse(job,
                      sim_arena_print(job->arena, "compare: found %d files, expected one to --vary",
                                      options->operand_count));
    }
    const char *problem = std_vary_read(job->arena, options->operands[0], options->varies,
                                        options->vary_count, &job->design);
    if (problem != NULL) {
        return refuse(job, problem);
    }
    for (int i = 0; i < job->design.key_count; i++) {
        const char *key = job->design.keys[i];
        if (strcmp(key, "seed") == 0 || strcmp(key, "replications") == 0 ||
            strncmp(key, "precision", strlen("precision")) == 0) {
            return refuse(job, sim_arena_print(job->arena,
                                               "compare: found \"%s\" varied, but all that are "
                                               "compared share it; expected another key",
                                               key));
        }
    }
    if (job->design.variant_count < 2) {
        return refuse(job, "compare: found one variant, expected several: --vary KEY=VALUE,VALUE");
    }
    return CLI_DONE;
}

/* --- what the study asks for ---------------------------------------------------------------- */

static const struct mdl_scenario *spec(void *context, const struct std_variant *variant) {
    struct job *job = context;
    struct sim_arena *arena = sim_arena_new();
    struct in_assignment *assignments =
        sim_arena_array(arena, (size_t)variant->assignment_count, sizeof *assignments);
    for (int i = 0; i < variant->assignment_count; i++) {
        assignments[i] =
            (struct in_assignment){variant->assignments[i].key, variant->assignments[i].value};
    }
    struct sim_diags diags;
    sim_diags_init(&diags, arena, variant->document);
    struct mdl_scenario *scenario = in_scenario_load_with(
        variant->document, assignments, variant->assignment_count, job->catalog, &diags);
    if (scenario == NULL && variant->label != NULL) {
        fprintf(stderr, "jauge: the variant %s:\n", out_safe_copy(arena, variant->label));
    }
    sim_diags_print(&diags, stderr);
    sim_arena_free(arena);
    if (scenario == NULL) {
        job->code = CLI_BAD_INPUT;
        return NULL;
    }
    job->scenarios[job->scenario_count++] = scenario;
    return scenario;
}

/* Opens the database only now: bad input leaves none behind. */
static bool answer(void *context, const struct std_design *design,
                   const struct mdl_scenario *const *scenarios,
                   const struct std_run_options *options, struct std_findings **findings,
                   struct std_stopping *stopping) {
    struct job *job = context;
    int count = design->variant_count;
    const char **labels = sim_arena_array(job->arena, (size_t)count, sizeof *labels);
    for (int i = 0; i < count; i++) {
        labels[i] = design->variants[i].label;
    }
    struct std_run_options run = *options;
    run.threads = job->options->threads > 0 ? job->options->threads : sim_parallel_cores();
    cli_answerer_begin(&job->answerer, job->options, job->arena);
    bool answered = cli_answer(&job->answerer, scenarios, labels, count, &run, findings, stopping);
    cli_answerer_end(&job->answerer);
    job->code = job->answerer.code;
    return answered;
}

/* --- the command ---------------------------------------------------------------------------- */

static void print(enum cli_format format, const struct std_comparison *comparison) {
    switch (format) {
    case CLI_TEXT:
        out_text_comparison(stdout, comparison);
        break;
    case CLI_JSON:
        out_json_comparison(stdout, comparison, JAUGE_VERSION);
        break;
    case CLI_CSV:
        out_csv_comparison(stdout, comparison);
        break;
    }
}

static void compare(struct job *job) {
    const struct cli_options *options = job->options;
    job->scenarios = sim_arena_array(job->arena, (size_t)job->design.variant_count,
                                     sizeof(struct mdl_scenario *));
    struct std_spec_source source = {spec, job};
    struct std_answerer answerer = {answer, job};
    struct std_compare_options study = {options->has_seed, options->seed, options->replications,
                                        options->precision};
    struct std_comparison *comparison =
        std_compare(&job->design, options->vary_count == 0, &source, &answerer, &study);
    if (comparison != NULL) {
        print(options->format, comparison);
    }
    std_comparison_free(comparison);
    cli_free_scenarios(job->scenarios, job->scenario_count);
}

enum cli_exit cli_compare(const struct cli_options *options) {
    struct job job = {.options = options, .arena = sim_arena_new()};
    job.code = options->vary_count > 0 ? design_variants(&job) : design_files(&job);
    if (job.code == CLI_DONE) {
        job.code = cli_load_catalog(&job.catalog);
    }
    if (job.code == CLI_DONE) {
        compare(&job);
        in_catalog_free(job.catalog);
    }
    sim_arena_free(job.arena);
    return job.code;
}
