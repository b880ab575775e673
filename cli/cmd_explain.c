#include <string.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "models/explain.h"
#include "models/graph.h"
#include "outputs/whole_file.h"

/* Writes the graph into a file, whole or not at all; "-" is stdout. */
static enum cli_exit write_graph(const char *path, const struct mdl_scenario *scenario) {
    if (strcmp(path, "-") == 0) {
        mdl_graph_dot(stdout, scenario);
        return CLI_DONE;
    }
    struct out_file file;
    struct out_error error = {0};
    enum out_status status = out_file_begin(&file, path, &error);
    if (status == OUT_OK) {
        mdl_graph_dot(file.stream, scenario);
        status = out_file_commit(&file, &error);
    }
    if (status != OUT_OK) {
        fprintf(stderr, "jauge: %s\n", error.text);
        return CLI_WORLD_FAILED;
    }
    return CLI_DONE;
}

enum cli_exit cli_explain(const struct cli_options *options) {
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    struct mdl_scenario *scenario = NULL;
    code = cli_load_scenarios(options, catalog, &scenario);
    if (code == CLI_DONE && options->dot != NULL) {
        code = write_graph(options->dot, scenario);
    } else if (code == CLI_DONE) {
        mdl_explain(stdout, scenario);
    }
    cli_free_scenarios(&scenario, 1);
    in_catalog_free(catalog);
    return code;
}
