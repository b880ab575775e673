/* Answering scenarios: from the results database, or by running them and storing what is found.
 *
 * Replications are kept as they end, so that a run that is interrupted, or asked for more of them,
 * takes those that are there. Where the database cannot be opened or written, the answer is given
 * all the same, and the exit code says that the world failed.
 */
#ifndef CLI_ANSWER_H
#define CLI_ANSWER_H

#include "cli/commands.h"
#include "outputs/results_db.h"
#include "studies/run_study.h"

struct cli_answerer {
    const struct cli_options *options; /* fresh, resume, quiet, db, threads */
    struct sim_arena *arena;           /* of the command; for names in messages */
    struct out_db *db;                 /* NULL: it could not be opened */
    enum cli_exit code;                /* the first thing that went wrong */
};

/* Opens the database (a failure is told, and kept in `code`) and watches for interrupts. */
void cli_answerer_begin(struct cli_answerer *answerer, const struct cli_options *options,
                        struct sim_arena *arena);
void cli_answerer_end(struct cli_answerer *answerer);

/* Tells on stderr that the world failed, and why. Returns CLI_WORLD_FAILED. */
enum cli_exit cli_world_failed(const struct out_error *error);

/* Seed, replications or aim, and threads: of the options, else of the scenario, else the defaults.
 */
struct std_run_options cli_run_options(const struct cli_options *options,
                                       const struct mdl_scenario *scenario);

/* Answers `count` scenarios with the seed, and replications or aim, of `run`. `labels` name them in
 * messages (an entry may be NULL: its name). True with findings[i] (free with std_findings_free)
 * and *stopping; false when there is no answer, with nothing set, after a message on stderr. What
 * went wrong is in `code` in both cases. */
bool cli_answer(struct cli_answerer *answerer, const struct mdl_scenario *const *scenarios,
                const char *const *labels, int count, const struct std_run_options *run,
                struct std_findings **findings, struct std_stopping *stopping);

/* CLI_DONE when all SLOs are met or none was asked, CLI_SLO_MISSED, or CLI_SLO_UNDETERMINED. */
enum cli_exit cli_slo_exit(const struct std_findings *findings);

#endif
