/* jauge validate: the program against theory, on the user's machine. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "inputs/scenario_file.h"
#include "outputs/safe_text.h"
#include "outputs/validation_text.h"
#include "sim/base_diag.h"
#include "sim/parallel.h"
#include "studies/run_study.h"
#include "studies/validate_mutants.h"

enum { FOLDER = 4096 };

struct suite {
    const struct mdl_catalog *catalog;
    const char *folder; /* of the shipped data */
    struct sim_arena *arena;
};

static struct mdl_scenario *load(void *context, const char *file) {
    const struct suite *suite = context;
    const char *path =
        sim_arena_print(suite->arena, "%s/scenarios/validate/%s.json", suite->folder, file);
    struct sim_diags diags;
    sim_diags_init(&diags, suite->arena, path);
    struct mdl_scenario *scenario = in_scenario_load(path, suite->catalog, &diags);
    sim_diags_print(&diags, stderr);
    return scenario;
}

static enum cli_exit list_mutants(const struct cli_options *options) {
    const char **names = sim_alloc((size_t)std_mutant_count, sizeof *names);
    const char **texts = sim_alloc((size_t)std_mutant_count, sizeof *texts);
    for (int i = 0; i < std_mutant_count; i++) {
        names[i] = std_mutants[i].name;
        texts[i] = std_mutants[i].text;
    }
    switch (options->format) {
    case CLI_TEXT:
        out_text_mutants(stdout, names, texts, std_mutant_count);
        break;
    case CLI_JSON:
        out_json_mutants(stdout, names, texts, std_mutant_count);
        break;
    case CLI_CSV:
        out_csv_mutants(stdout, names, texts, std_mutant_count);
        break;
    }
    free(names);
    free(texts);
    return CLI_DONE;
}

static enum cli_exit unknown_mutant(const char *name) {
    const char **names = sim_alloc((size_t)std_mutant_count, sizeof *names);
    for (int i = 0; i < std_mutant_count; i++) {
        names[i] = std_mutants[i].name;
    }
    const char *near = sim_nearest(name, names, std_mutant_count);
    fprintf(stderr, "jauge: --mutant: found \"%s\", expected a mutant", name);
    if (near != NULL) {
        fprintf(stderr, "; did you mean \"%s\"?", near);
    }
    fputs("\njauge: \"jauge validate --mutant list\" names them\n", stderr);
    free(names);
    return CLI_BAD_INPUT;
}

static void print(const struct cli_options *options, const struct std_validation *validation) {
    switch (options->format) {
    case CLI_TEXT:
        out_text_validation(stdout, validation);
        break;
    case CLI_JSON:
        out_json_validation(stdout, validation, JAUGE_VERSION);
        break;
    case CLI_CSV:
        out_csv_validation(stdout, validation);
        break;
    }
}

static enum cli_exit validate(const struct cli_options *options, const struct std_mutant *mutant,
                              struct suite *suite) {
    struct cli_progress progress;
    const struct std_validate_source source = {load, in_scenario_free, suite};
    int standard = options->longer ? STD_VALIDATE_LONG : STD_VALIDATE_REPLICATIONS;
    const struct std_validate_options run = {
        .seed = options->has_seed ? options->seed : STD_DEFAULT_SEED,
        .replications = options->replications > 0 ? options->replications : standard,
        .threads = options->threads > 0 ? options->threads : sim_parallel_cores(),
        .coverage = options->longer,
        .mutants = options->longer,
        .mutant = mutant,
        .progress = cli_progress_step,
        .context = &progress,
        .interrupted = cli_interrupted,
    };
    struct std_validation *validation = NULL;
    cli_interrupt_watch();
    cli_progress_begin(&progress, "theory", options->quiet);
    enum std_validate_outcome outcome = std_validate(&source, &run, &validation);
    cli_progress_end(&progress);
    switch (outcome) {
    case STD_VALIDATED:
        break;
    case STD_VALIDATE_INTERRUPTED:
        return (enum cli_exit)cli_interrupt_code();
    case STD_VALIDATE_UNREADABLE:
        fprintf(stderr, "jauge: validate: the suite below %s cannot be read\n",
                out_safe_copy(suite->arena, suite->folder));
        return CLI_WORLD_FAILED;
    case STD_VALIDATE_NO_THREAD:
        fprintf(stderr, "jauge: cannot start a thread: %s\n", strerror(errno));
        return CLI_WORLD_FAILED;
    }
    print(options, validation);
    bool sound = validation->differ_count == 0 && validation->missed_count == 0;
    std_validation_free(validation);
    return sound ? CLI_DONE : CLI_BUG;
}

enum cli_exit cli_validate(const struct cli_options *options) {
    const struct std_mutant *mutant = NULL;
    if (options->mutant != NULL && strcmp(options->mutant, "list") == 0) {
        return list_mutants(options);
    }
    if (options->mutant != NULL && options->longer) {
        fputs("jauge: validate: found --long and --mutant, expected one of them: --long tries "
              "every mutant\n",
              stderr);
        return CLI_BAD_INPUT;
    }
    if (options->mutant != NULL && (mutant = std_mutant_find(options->mutant)) == NULL) {
        return unknown_mutant(options->mutant);
    }
    if (options->replications == 1) {
        fputs("jauge: --replications: found \"1\", expected at least 2: one has no interval\n",
              stderr);
        return CLI_BAD_INPUT;
    }
    char folder[FOLDER];
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code == CLI_DONE) {
        struct sim_arena *arena = sim_arena_new();
        struct suite suite = {catalog, in_data_folder(folder, (int)sizeof folder), arena};
        code = validate(options, mutant, &suite);
        sim_arena_free(arena);
        in_catalog_free(catalog);
    }
    return code;
}
