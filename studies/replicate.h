/* The replications of one or several scenarios, as one pool of work for all threads.
 *
 * Results land by scenario and replication, so that neither the number of threads nor what a result
 * store already held can change an answer. A replication that ends is handed to the store at once:
 * an interrupted study goes on from there.
 */
#ifndef STUDIES_REPLICATE_H
#define STUDIES_REPLICATE_H

#include <stdbool.h>
#include <stddef.h>

#include "studies/precision.h"

/* A result store: keeps replications as bytes (models/result_pack.h). It tells of its own errors;
 * a run goes on without it. */
struct std_store {
    /* What it holds of one replication; caller frees with free(). NULL: nothing. Called by the
     * thread that began the study. */
    unsigned char *(*get)(void *context, const struct mdl_scenario *scenario, uint64_t seed,
                          int replication, size_t *size);
    /* Keeps one, in order of completion. Called under a lock, from any thread. */
    void (*put)(void *context, const struct mdl_scenario *scenario, uint64_t seed, int replication,
                const unsigned char *bytes, size_t size);
    void *context;
};

struct std_run_options {
    uint64_t seed;
    int replications;         /* >= 1: so many; 0: until `aim` is reached */
    struct mdl_precision aim; /* of std_aim; not used with `replications` */
    int threads;              /* >= 1 */
    /* Told after each replication (from any thread, under a lock): `done` of `total`, which grows
     * when the aim needs more. May be NULL. */
    void (*progress)(void *context, int done, int total);
    void *context;
    /* Asked before each replication, from any thread: true stops the study there. May be NULL. */
    bool (*interrupted)(void);
    const struct std_store *store; /* NULL: none */
};

/* How a study ended. */
enum std_outcome {
    STD_DONE,
    STD_INTERRUPTED,
    STD_NO_THREAD, /* none could be started; errno says why */
};

struct std_pool;

/* A pool for `count` (checked) scenarios, borrowed like the options. Free with std_pool_free. */
struct std_pool *std_pool_new(const struct mdl_scenario *const *scenarios, int count,
                              const struct std_run_options *options);

/* NULL is allowed. */
void std_pool_free(struct std_pool *pool);

/* Replicates until the count that the options ask for, or their aim, is reached. On STD_DONE all
 * samples have replications 0..*replications-1. */
enum std_outcome std_pool_run(struct std_pool *pool, int *replications,
                              struct std_stopping *stopping);

/* The replications of scenario `index`, for as long as the pool lives. */
struct std_sample std_pool_sample(const struct std_pool *pool, int index);

#endif
