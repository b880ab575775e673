/* jauge run: read every file, and only when all are well answer each, from the database or by
 * running it. */
#include <stdlib.h>
#include <string.h>

#include "cli/answer.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/report.h"
#include "inputs/scenario_file.h"
#include "outputs/charts.h"
#include "outputs/findings_csv.h"
#include "outputs/safe_text.h"
#include "outputs/whole_file.h"

enum { SLUG_LENGTH = 60 };

/* What one `jauge run` works with. */
struct job {
    const struct cli_options *options;
    struct sim_arena *arena; /* of the command */
    struct mdl_scenario **scenarios;
    const char **prefixes; /* of the files of each scenario; all "" when there is one */
    struct cli_answerer answerer;
    struct cli_report report;
    enum cli_exit verdict; /* on the SLOs of all */
    const char **written;  /* files, in order */
    int written_count;
    size_t written_room;
};

/* --- names of files ------------------------------------------------------------------------- */

/* "Launch day (FR)" becomes "launch-day-fr". */
static char *slug_of(struct sim_arena *arena, const char *name) {
    char *slug = sim_arena_alloc(arena, SLUG_LENGTH + 1);
    int length = 0;
    for (const char *c = name; *c != '\0' && length < SLUG_LENGTH; c++) {
        bool upper = *c >= 'A' && *c <= 'Z';
        if (upper || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9')) {
            slug[length++] = (char)(upper ? *c - 'A' + 'a' : *c);
        } else if (length > 0 && slug[length - 1] != '-') {
            slug[length++] = '-';
        }
    }
    while (length > 0 && slug[length - 1] == '-') {
        slug[--length] = '\0';
    }
    return length > 0 ? slug : sim_arena_copy(arena, "scenario");
}

static bool taken(const char *const *prefixes, int count, const char *prefix) {
    for (int i = 0; i < count; i++) {
        if (strcmp(prefixes[i], prefix) == 0) {
            return true;
        }
    }
    return false;
}

/* "launch-day-", "launch-day-2-", ...: no two alike. */
static void name_files(struct job *job, int count) {
    job->prefixes = sim_arena_array(job->arena, (size_t)count, sizeof *job->prefixes);
    for (int i = 0; i < count; i++) {
        job->prefixes[i] = "";
        if (count > 1) {
            const char *slug = slug_of(job->arena, job->scenarios[i]->name);
            job->prefixes[i] = sim_arena_print(job->arena, "%s-", slug);
            for (int k = 2; taken(job->prefixes, i, job->prefixes[i]); k++) {
                job->prefixes[i] = sim_arena_print(job->arena, "%s-%d-", slug, k);
            }
        }
    }
}

/* --- the files of --out --------------------------------------------------------------------- */

static void note_file(void *context, const char *path) {
    struct job *job = context;
    job->written = sim_arena_grow(job->arena, job->written, (size_t)job->written_count,
                                  &job->written_room, sizeof *job->written);
    job->written[job->written_count++] = out_safe_copy(job->arena, path);
}

/* One CSV file; `name` is "series", "verdicts" or "log". */
static enum cli_exit write_csv(struct job *job, const struct std_findings *findings,
                               const char *prefix, const char *name,
                               void (*write)(FILE *out, const struct std_findings *findings)) {
    const char *path = sim_arena_print(job->arena, "%s/%s%s.csv", job->options->out, prefix, name);
    struct out_error error;
    struct out_file file;
    if (out_file_begin(&file, path, &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    write(file.stream, findings);
    if (out_file_commit(&file, &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    note_file(job, path);
    return CLI_DONE;
}

static enum cli_exit write_charts(struct job *job, const struct std_findings *findings,
                                  const char *prefix) {
    struct out_error error;
    enum out_status status =
        out_charts_write(findings, job->options->out, prefix, note_file, job, &error);
    if (status == OUT_NO_GNUPLOT) {
        fprintf(stderr,
                "jauge: warning: gnuplot is not installed, so the charts are not drawn; their "
                "scripts are in %s\n",
                out_safe_copy(job->arena, job->options->out));
    } else if (status != OUT_OK) {
        return cli_world_failed(&error);
    }
    return CLI_DONE;
}

static enum cli_exit write_files(struct job *job, const struct std_findings *findings,
                                 const char *prefix) {
    enum cli_exit code = CLI_DONE;
    if (findings->series_count > 0 || findings->scenario->breakdown) {
        code = write_charts(job, findings, prefix);
    }
    if (findings->series_count > 0) {
        if (code == CLI_DONE) {
            code = write_csv(job, findings, prefix, "series", out_csv_series);
        }
    } else {
        fprintf(stderr, "jauge: %s: no time buckets, so no charts and no series over time\n",
                out_safe_copy(job->arena, findings->scenario->name));
    }
    if (code == CLI_DONE && findings->slo_count > 0) {
        code = write_csv(job, findings, prefix, "verdicts", out_csv_slos);
    }
    if (code == CLI_DONE && findings->log_count > 0) {
        code = write_csv(job, findings, prefix, "log", out_csv_log);
    }
    return code;
}

static void tell_files(const struct job *job) {
    if (job->options->quiet || job->written_count == 0) {
        return;
    }
    fflush(stdout);
    fprintf(stderr, "\njauge: results are in %s; files written:\n",
            out_safe_copy(job->arena, job->options->db));
    for (int i = 0; i < job->written_count; i++) {
        fprintf(stderr, "  %s\n", job->written[i]);
    }
}

/* --- one scenario --------------------------------------------------------------------------- */

static void answer(struct job *job, int index) {
    const struct mdl_scenario *scenario = job->scenarios[index];
    struct std_run_options run = cli_run_options(job->options, scenario);
    struct std_findings *findings = NULL;
    struct std_stopping stopping;
    if (!cli_answer(&job->answerer, &scenario, NULL, 1, &run, &findings, &stopping)) {
        return;
    }
    std_twin_add(findings);
    cli_report_add(&job->report, findings, JAUGE_VERSION);
    if (job->options->out != NULL) {
        enum cli_exit files = write_files(job, findings, job->prefixes[index]);
        job->answerer.code = job->answerer.code == CLI_DONE ? files : job->answerer.code;
    }
    job->verdict = cli_exit_worse(job->verdict, cli_slo_exit(findings));
    std_findings_free(findings);
}

/* --- all of them ---------------------------------------------------------------------------- */

static enum cli_exit answer_all(struct job *job) {
    struct out_error error;
    if (job->options->out != NULL && out_folder_make(job->options->out, &error) != OUT_OK) {
        return cli_world_failed(&error);
    }
    cli_answerer_begin(&job->answerer, job->options, job->arena);
    int count = job->options->operand_count;
    name_files(job, count);
    cli_report_begin(&job->report, job->options->format, count > 1);
    for (int i = 0; i < count && !ferror(stdout); i++) {
        if (cli_interrupted()) {
            job->answerer.code = (enum cli_exit)cli_interrupt_code();
            break;
        }
        answer(job, i);
    }
    cli_report_end(&job->report);
    cli_answerer_end(&job->answerer);
    tell_files(job);
    return cli_exit_worse(job->answerer.code, job->verdict);
}

enum cli_exit cli_run(const struct cli_options *options) {
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    struct job job = {.options = options, .arena = sim_arena_new()};
    job.scenarios =
        sim_arena_array(job.arena, (size_t)options->operand_count, sizeof(struct mdl_scenario *));
    code = cli_load_scenarios(options, catalog, job.scenarios);
    if (code == CLI_DONE) {
        code = answer_all(&job);
    }
    cli_free_scenarios(job.scenarios, options->operand_count);
    sim_arena_free(job.arena);
    in_catalog_free(catalog);
    return code;
}
