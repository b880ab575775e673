#include <stdlib.h>

#include "cli/commands.h"
#include "cli/load.h"
#include "inputs/scenario_file.h"
#include "outputs/safe_text.h"

enum cli_exit cli_check(const struct cli_options *options) {
    struct mdl_catalog *catalog = NULL;
    enum cli_exit code = cli_load_catalog(&catalog);
    if (code != CLI_DONE) {
        return code;
    }
    int count = options->operand_count;
    struct mdl_scenario **scenarios = sim_alloc((size_t)count, sizeof(struct mdl_scenario *));
    code = cli_load_scenarios(options, catalog, scenarios);
    struct sim_arena *arena = sim_arena_new();
    for (int i = 0; i < count; i++) {
        if (scenarios[i] != NULL) {
            int assumptions = scenarios[i]->assumption_count;
            printf("%s: fine, %d assumption%s\n", out_safe_copy(arena, options->operands[i]),
                   assumptions, assumptions == 1 ? "" : "s");
        }
    }
    sim_arena_free(arena);
    cli_free_scenarios(scenarios, count);
    free(scenarios);
    in_catalog_free(catalog);
    return code;
}
