#include "cli/answer.h"

#include "cli/progress.h"
#include "outputs/safe_text.h"
#include "sim/parallel.h"

enum { LABEL_WIDTH = 40 };

enum cli_exit cli_world_failed(const struct out_error *error) {
    fprintf(stderr, "jauge: %s\n", error->text);
    return CLI_WORLD_FAILED;
}

struct std_run_options cli_run_options(const struct cli_options *options,
                                       const struct mdl_scenario *scenario) {
    struct std_run_options run = {
        .seed = scenario->has_seed ? scenario->seed : STD_DEFAULT_SEED,
        .replications =
            scenario->replications > 0 ? scenario->replications : STD_DEFAULT_REPLICATIONS,
        .threads = options->threads > 0 ? options->threads : sim_parallel_cores(),
    };
    if (options->has_seed) {
        run.seed = options->seed;
    }
    if (options->replications > 0) {
        run.replications = options->replications;
    }
    return run;
}

/* The answer that the database holds; *findings stays NULL when it holds none. */
static enum cli_exit look_up(const struct cli_answerer *answerer,
                             const struct mdl_scenario *scenario, const char *name,
                             const struct std_run_options *run, struct std_findings **findings) {
    struct out_error error;
    int64_t id = 0;
    if (out_db_find(answerer->db, scenario->hash, run->seed, run->replications, JAUGE_VERSION, &id,
                    &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    if (id == 0) {
        return CLI_DONE;
    }
    if (out_db_get(answerer->db, id, scenario, findings, NULL, &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    if (!answerer->options->quiet) {
        fprintf(stderr, "jauge: %s: answered from %s (run %lld); --fresh runs it anew\n", name,
                out_safe_copy(answerer->arena, answerer->options->db), (long long)id);
    }
    return CLI_DONE;
}

/* Runs the scenario and stores what it found. *findings is NULL when it could not run; a result
 * that could not be stored is there all the same. */
static enum cli_exit simulate(const struct cli_answerer *answerer,
                              const struct mdl_scenario *scenario, const char *name,
                              const struct std_run_options *run, struct std_findings **findings) {
    struct cli_progress progress;
    cli_progress_begin(&progress, out_text_cut(answerer->arena, name, LABEL_WIDTH),
                       answerer->options->quiet);
    struct std_run_options told = *run;
    told.progress = cli_progress_step;
    told.context = &progress;
    *findings = std_run(scenario, &told);
    cli_progress_end(&progress);
    if (*findings == NULL) {
        fputs("jauge: no thread could be started\n", stderr);
        return CLI_WORLD_FAILED;
    }
    struct out_error error;
    int64_t id = 0;
    if (out_db_put(answerer->db, *findings, JAUGE_VERSION, &id, &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    return CLI_DONE;
}

enum cli_exit cli_answer(const struct cli_answerer *answerer, const struct mdl_scenario *scenario,
                         const char *label, const struct std_run_options *run,
                         struct std_findings **findings) {
    const char *name = out_safe_copy(answerer->arena, label != NULL ? label : scenario->name);
    enum cli_exit code = CLI_DONE;
    *findings = NULL;
    if (!answerer->options->fresh) {
        code = look_up(answerer, scenario, name, run, findings);
    }
    if (code == CLI_DONE && *findings == NULL) {
        code = simulate(answerer, scenario, name, run, findings);
    }
    return code;
}
