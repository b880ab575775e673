/* Reading what the commands work on: the shipped catalog and the scenarios named on the command
 * line. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/commands.h"
#include "models/catalog.h"
#include "models/scenario.h"

/* The shipped catalog. Returns CLI_DONE, or CLI_WORLD_FAILED after saying why on stderr. Free with
 * in_catalog_free. */
enum cli_exit cli_load_catalog(struct mdl_catalog **catalog);

/* All scenarios of the operands, in order. Every file is read and its diagnostics are printed on
 * stderr, even after a bad one. Returns CLI_DONE with `scenarios` (caller storage, one entry per
 * operand) filled; else CLI_BAD_INPUT, and the entries of bad files are NULL. Free with
 * cli_free_scenarios. `catalog` must outlive them. */
enum cli_exit cli_load_scenarios(const struct cli_options *options,
                                 const struct mdl_catalog *catalog,
                                 struct mdl_scenario **scenarios);
void cli_free_scenarios(struct mdl_scenario **scenarios, int count);

#endif
