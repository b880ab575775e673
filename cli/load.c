#include "cli/load.h"

#include "inputs/scenario_file.h"
#include "sim/base_diag.h"

enum { FOLDER_SIZE = 4096 };

enum cli_exit cli_load_catalog(struct mdl_catalog **catalog) {
    char buffer[FOLDER_SIZE];
    *catalog = NULL;
    const char *folder = in_data_folder(buffer, (int)sizeof buffer);
    if (folder == NULL) {
        fputs("jauge: cannot find the catalog that comes with the program; name the folder that\n"
              "holds it in the environment variable JAUGE_DATA\n",
              stderr);
        return CLI_WORLD_FAILED;
    }
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    *catalog = in_catalog_load(folder, &diags);
    sim_diags_print(&diags, stderr);
    sim_arena_free(arena);
    return *catalog == NULL ? CLI_WORLD_FAILED : CLI_DONE;
}

enum cli_exit cli_load_scenarios(const struct cli_options *options,
                                 const struct mdl_catalog *catalog,
                                 struct mdl_scenario **scenarios) {
    enum cli_exit code = CLI_DONE;
    for (int i = 0; i < options->operand_count; i++) {
        struct sim_arena *arena = sim_arena_new();
        struct sim_diags diags;
        sim_diags_init(&diags, arena, options->operands[i]);
        scenarios[i] = in_scenario_load(options->operands[i], catalog, &diags);
        sim_diags_print(&diags, stderr);
        sim_arena_free(arena);
        if (scenarios[i] == NULL) {
            code = CLI_BAD_INPUT;
        }
    }
    return code;
}

void cli_free_scenarios(struct mdl_scenario **scenarios, int count) {
    for (int i = 0; i < count; i++) {
        in_scenario_free(scenarios[i]);
    }
}
