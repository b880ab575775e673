/* The run study: independent replications of one scenario, merged into findings.
 *
 * Replication r uses the random key (seed, r); the same scenario, seed and count or aim give the
 * same findings (timing fields aside) at any number of threads, and whatever a result store held. A
 * broken conservation law is our bug: it prints seed, replication, time and law, and ends the
 * process.
 */
#ifndef STUDIES_RUN_STUDY_H
#define STUDIES_RUN_STUDY_H

#include "studies/findings.h"
#include "studies/replicate.h"

/* Where neither the user nor the scenario says. */
enum { STD_DEFAULT_SEED = 1 };

/* How a scenario is run: what is `given` (0, or zeros, where it is not), else what the scenario
 * says, else the default aim. A count that is given goes before a precision that the scenario asks,
 * and the other way round. Sets `replications` and `aim` of the options. */
void std_run_choose(const struct mdl_scenario *scenario, int replications,
                    const struct mdl_precision *precision, struct std_run_options *options);

/* Runs the (checked) scenario. Returns the findings (free with std_findings_free), or NULL when it
 * was interrupted or no thread could be started. */
struct std_findings *std_run(const struct mdl_scenario *scenario,
                             const struct std_run_options *options);

/* Runs `count` scenarios in one pool of work, all with the same number of replications: with an
 * aim, until all of them are within it; *stopping says what ended that. On STD_DONE every
 * findings[i] is set. */
enum std_outcome std_run_all(const struct mdl_scenario *const *scenarios, int count,
                             const struct std_run_options *options, struct std_findings **findings,
                             struct std_stopping *stopping);

#endif
