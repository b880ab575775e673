#include "cli/commands.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "models/explain.h"

enum cli_exit cli_explain(const struct cli_options *options) {
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    struct mdl_scenario *scenario = NULL;
    code = cli_load_scenarios(options, catalog, &scenario);
    if (code == CLI_DONE) {
        mdl_explain(stdout, scenario);
    }
    cli_free_scenarios(&scenario, 1);
    in_catalog_free(catalog);
    return code;
}
