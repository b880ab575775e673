/* Answering a scenario: from the results database, or by running it and storing what it found. */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/commands.h"
#include "outputs/results_db.h"
#include "studies/run_study.h"

struct cli_answerer {
    const struct cli_options *options; /* fresh, quiet, db, threads */
    struct sim_arena *arena;           /* of the command; for names in messages */
    struct out_db *db;                 /* open */
};

/* Tells on stderr that the world failed, and why. Returns CLI_WORLD_FAILED. */
enum cli_exit cli_world_failed(const struct out_error *error);

/* Seed, replications and threads: of the options, else of the scenario, else the defaults. */
struct std_run_options cli_run_options(const struct cli_options *options,
                                       const struct mdl_scenario *scenario);

/* Answers. `label` names the scenario in messages (NULL: its name). Returns CLI_DONE, or what
 * failed after a message on stderr; *findings (free with std_findings_free) is NULL when there is
 * no answer, and there all the same when it only could not be stored. */
enum cli_exit cli_answer(const struct cli_answerer *answerer, const struct mdl_scenario *scenario,
                         const char *label, const struct std_run_options *run,
                         struct std_findings **findings);

#endif
