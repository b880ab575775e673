/* jauge phases: the shipped launch days of the three phases, or other architectures, side by side.
 */
#include <stdlib.h>

#include "cli/answer.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "outputs/chart_phases.h"
#include "outputs/phases_text.h"
#include "outputs/safe_text.h"

enum { SHIPPED = 3, FOLDER = 4096 };

struct job {
    struct cli_options options; /* with the files that stand for none */
    struct sim_arena *arena;
    struct mdl_scenario **scenarios;
    struct std_findings **findings;
    struct cli_answerer answerer;
};

/* Without files: those of the three phases. */
static void choose_files(struct job *job) {
    if (job->options.operand_count > 0) {
        return;
    }
    char folder[FOLDER];
    const char *data = in_data_folder(folder, sizeof folder);
    job->options.operands = sim_arena_array(job->arena, SHIPPED, sizeof(const char *));
    for (int i = 0; i < SHIPPED; i++) {
        job->options.operands[i] = sim_arena_print(
            job->arena, "%s/scenarios/phase%d-launch-day.json", data != NULL ? data : ".", i + 1);
    }
    job->options.operand_count = SHIPPED;
}

static void note_file(void *context, const char *path) {
    struct job *job = context;
    if (!job->options.quiet) {
        fprintf(stderr, "jauge: wrote %s\n", out_safe_copy(job->arena, path));
    }
}

static void keep_code(struct job *job, enum cli_exit code) {
    job->answerer.code = job->answerer.code == CLI_DONE ? code : job->answerer.code;
}

static void draw(struct job *job, const struct std_phases *phases) {
    struct out_error error;
    fflush(stdout);
    enum out_status status = out_chart_phases(phases, job->options.out, note_file, job, &error);
    if (status == OUT_NO_GNUPLOT) {
        fprintf(stderr,
                "jauge: warning: gnuplot is not installed, so the chart is not drawn; its "
                "script is in %s\n",
                out_safe_copy(job->arena, job->options.out));
    } else if (status != OUT_OK) {
        keep_code(job, cli_world_failed(&error));
    }
}

static void print(struct job *job) {
    struct std_phases *phases = std_phases_new(job->findings, job->options.operand_count);
    switch (job->options.format) {
    case CLI_TEXT:
        out_text_phases(stdout, phases);
        break;
    case CLI_JSON:
        out_json_phases(stdout, phases, JAUGE_VERSION);
        break;
    case CLI_CSV:
        out_csv_phases(stdout, phases);
        break;
    }
    if (job->options.out != NULL) {
        draw(job, phases);
    }
    std_phases_free(phases);
}

/* Each phase has its own users: nothing pairs them, and each stops when it is precise enough. */
static void answer_all(struct job *job) {
    int count = job->options.operand_count;
    int answered = 0;
    cli_answerer_begin(&job->answerer, &job->options, job->arena);
    job->findings = sim_arena_array(job->arena, (size_t)count, sizeof(struct std_findings *));
    while (answered < count && !cli_interrupted()) {
        const struct mdl_scenario *scenario = job->scenarios[answered];
        struct std_run_options run = cli_run_options(&job->options, scenario);
        struct std_stopping stopping;
        if (!cli_answer(&job->answerer, &scenario, NULL, 1, &run, &job->findings[answered],
                        &stopping)) {
            break;
        }
        answered++;
    }
    if (answered == count) {
        print(job);
    } else if (cli_interrupted()) {
        keep_code(job, (enum cli_exit)cli_interrupt_code());
    }
    for (int i = 0; i < answered; i++) {
        std_findings_free(job->findings[i]);
    }
    cli_answerer_end(&job->answerer);
}

/* Tiers are what phases are compared by: a network has none. */
static enum cli_exit refuse_networks(const struct job *job) {
    enum cli_exit code = CLI_DONE;
    for (int i = 0; i < job->options.operand_count; i++) {
        if (job->scenarios[i]->tier_count == 0) {
            fprintf(stderr,
                    "jauge: phases: %s: found a network, expected an architecture\n"
                    "jauge: \"jauge compare\" sets networks side by side\n",
                    out_safe_copy(job->arena, job->options.operands[i]));
            code = CLI_BAD_INPUT;
        }
    }
    return code;
}

enum cli_exit cli_phases(const struct cli_options *options) {
    struct job job = {.options = *options, .arena = sim_arena_new()};
    choose_files(&job);
    struct mdl_catalog *catalog = NULL;
    job.answerer.code = cli_load_catalog(&catalog);
    if (job.answerer.code == CLI_DONE) {
        job.scenarios = sim_arena_array(job.arena, (size_t)job.options.operand_count,
                                        sizeof(struct mdl_scenario *));
        enum cli_exit code = cli_load_scenarios(&job.options, catalog, job.scenarios);
        code = code == CLI_DONE ? refuse_networks(&job) : code;
        if (code == CLI_DONE) {
            answer_all(&job);
        } else {
            job.answerer.code = code;
        }
        cli_free_scenarios(job.scenarios, job.options.operand_count);
        in_catalog_free(catalog);
    }
    sim_arena_free(job.arena);
    return job.answerer.code;
}
