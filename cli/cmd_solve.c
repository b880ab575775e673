/* jauge solve: scenarios by formulas, without simulating them. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "models/solve.h"
#include "outputs/solution_text.h"
#include "sim/base_arena.h"

static void print_one(const struct mdl_solution *solution, enum cli_format format, bool first) {
    switch (format) {
    case CLI_TEXT:
        fputs(first ? "" : "\n", stdout);
        out_text_solution(stdout, solution);
        break;
    case CLI_JSON:
        fputs(first ? "" : ",\n", stdout);
        out_json_solution(stdout, solution, JAUGE_VERSION);
        break;
    case CLI_CSV:
        fputs(first ? "" : "\r\n", stdout);
        out_csv_solution(stdout, solution);
        break;
    }
}

enum cli_exit cli_solve(const struct cli_options *options) {
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    int count = options->operand_count;
    struct mdl_scenario **scenarios = sim_alloc((size_t)count, sizeof(struct mdl_scenario *));
    code = cli_load_scenarios(options, catalog, scenarios);
    bool array = options->format == CLI_JSON && count > 1;
    fputs(array && code == CLI_DONE ? "[\n" : "", stdout);
    for (int i = 0; i < count && code == CLI_DONE; i++) {
        struct mdl_solution *solution = mdl_solve(scenarios[i]);
        print_one(solution, options->format, i == 0);
        mdl_solution_free(solution);
    }
    fputs(array && code == CLI_DONE ? "]\n" : "", stdout);
    cli_free_scenarios(scenarios, count);
    free(scenarios);
    in_catalog_free(catalog);
    return code;
}
