#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "cli/report.h"
#include "inputs/scenario_file.h"
#include "outputs/results_db.h"

/* The number of a run: 1 or more, digits only. Returns false after a message. */
static bool parse_id(const char *text, int64_t *id) {
    errno = 0;
    bool digits = *text != '\0' && strspn(text, "0123456789") == strlen(text);
    long long number = digits ? strtoll(text, NULL, 10) : 0;
    if (errno != 0 || number < 1) {
        fprintf(stderr, "jauge: runs: found \"%s\", expected the number of a run\n", text);
        return false;
    }
    *id = number;
    return true;
}

static enum cli_exit failed(enum out_status status, const struct out_error *error) {
    fprintf(stderr, "jauge: %s\n", error->text);
    return status == OUT_NO_RUN ? CLI_BAD_INPUT : CLI_WORLD_FAILED;
}

static enum cli_exit list_runs(struct out_db *db, enum cli_format format) {
    struct out_error error;
    enum out_status status = format == CLI_JSON ? out_db_list_json(db, stdout, &error)
                                                : out_db_list_text(db, stdout, &error);
    return status == OUT_OK ? CLI_DONE : failed(status, &error);
}

/* What formulas say of the run, as when it was printed first. The database keeps the document, not
 * the network: it is read again; where it no longer gives what was run (a file that it names has
 * changed), the run is shown without. */
static void add_twin(struct std_findings *findings) {
    const struct mdl_scenario *stored = findings->scenario;
    struct mdl_catalog *catalog = NULL;
    if (stored->resolved == NULL || cli_load_catalog(&catalog) != CLI_DONE) {
        return;
    }
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, stored->file);
    struct mdl_scenario *scenario = in_scenario_parse(
        stored->resolved, stored->file != NULL ? stored->file : "run", catalog, &diags);
    if (scenario != NULL && scenario->hash == stored->hash) {
        findings->scenario = scenario;
        std_twin_add(findings);
        findings->scenario = stored;
    }
    if (scenario != NULL) {
        in_scenario_free(scenario);
    }
    sim_arena_free(arena);
    in_catalog_free(catalog);
}

static enum cli_exit show_run(struct out_db *db, int64_t id, enum cli_format format) {
    struct out_error error;
    struct std_findings *findings = NULL;
    const char *version = NULL;
    enum out_status status = out_db_get(db, id, NULL, &findings, &version, &error);
    if (status != OUT_OK) {
        return failed(status, &error);
    }
    add_twin(findings);
    struct cli_report report;
    cli_report_begin(&report, format, false);
    cli_report_add(&report, findings, version);
    cli_report_end(&report);
    std_findings_free(findings);
    return CLI_DONE;
}

enum cli_exit cli_runs(const struct cli_options *options) {
    bool list = false;
    const char *shown = NULL;
    int64_t id = 0;
    if (!cli_list_or_show(options, "runs", "ID", &list, &shown) ||
        (!list && !parse_id(shown, &id))) {
        return CLI_BAD_INPUT;
    }
    if (list && options->format == CLI_CSV) {
        fputs("jauge: runs list: found --format csv, expected text or json\n", stderr);
        return CLI_BAD_INPUT;
    }
    struct out_db *db = NULL;
    struct out_error error;
    enum out_status status = out_db_open(options->db, false, &db, &error);
    if (status != OUT_OK) {
        return failed(status, &error);
    }
    enum cli_exit code = list ? list_runs(db, options->format) : show_run(db, id, options->format);
    out_db_close(db);
    return code;
}
