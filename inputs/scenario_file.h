/* Reading an input document: a scenario (either form) or a Locust-style load description. */
#ifndef INPUTS_SCENARIO_FILE_H
#define INPUTS_SCENARIO_FILE_H

#include "inputs/assign.h"
#include "models/catalog.h"
#include "models/scenario.h"

/* The folder with the shipped data (catalog/, scenarios/, schema/, locust.json): $JAUGE_DATA, else
 * inputs/ beside the program, else ../share/jauge beside the program's folder, else the installed
 * one (compiled in). NULL when none holds a catalog. Written to `buffer`. */
const char *in_data_folder(char *buffer, int size);

/* Reads the shipped catalog from `data_folder`. Returns NULL with diagnostics when a file is
 * missing or malformed. Free with in_catalog_free. */
struct mdl_catalog *in_catalog_load(const char *data_folder, struct sim_diags *diags);
void in_catalog_free(struct mdl_catalog *catalog);

/* Reads, resolves, lowers and checks the document at `path`. Returns NULL when there was any error,
 * with diagnostics that say where. `catalog` is borrowed and must outlive the scenario. Free with
 * in_scenario_free. */
struct mdl_scenario *in_scenario_load(const char *path, const struct mdl_catalog *catalog,
                                      struct sim_diags *diags);

/* The same, with assignments made to the document in their order (inputs/assign.h), after "extends"
 * and before anything is read; they are part of the resolved document and its hash. */
struct mdl_scenario *in_scenario_load_with(const char *path,
                                           const struct in_assignment *assignments, int count,
                                           const struct mdl_catalog *catalog,
                                           struct sim_diags *diags);

/* The same as in_scenario_load from text; `name` stands for the file in diagnostics. For tests. */
struct mdl_scenario *in_scenario_parse(const char *text, const char *name,
                                       const struct mdl_catalog *catalog, struct sim_diags *diags);
void in_scenario_free(struct mdl_scenario *scenario);

#endif
