/* The run study: independent replications of one scenario, merged into findings.
 *
 * Replication r uses the random key (seed, r); the same scenario, seed and count give the same
 * findings (timing fields aside) at any number of threads.
 */
#ifndef STUDIES_RUN_STUDY_H
#define STUDIES_RUN_STUDY_H

#include "studies/findings.h"

/* Where neither the user nor the scenario says. */
enum { STD_DEFAULT_REPLICATIONS = 10, STD_DEFAULT_SEED = 1 };

struct std_run_options {
    uint64_t seed;
    int replications; /* >= 1 */
    int threads;      /* >= 1 */
    /* Told after each replication (from any thread, under a lock): `done` of `total`. May be NULL.
     */
    void (*progress)(void *context, int done, int total);
    void *context;
};

/* Runs the (checked) scenario. Returns the findings (free with std_findings_free), or NULL when no
 * thread could be started. A broken conservation law is our bug: it prints seed, replication, time
 * and law, and aborts. */
struct std_findings *std_run(const struct mdl_scenario *scenario,
                             const struct std_run_options *options);

#endif
