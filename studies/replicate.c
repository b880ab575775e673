#include "studies/replicate.h"

#include <stdlib.h>
#include <string.h>

#include "models/engine.h"
#include "models/result_pack.h"
#include "sim/parallel.h"

enum { STOPPED = 1 }; /* what an item returns that was not begun */

/* One scenario. */
struct point {
    const struct mdl_scenario *scenario;
    struct mdl_program *program;
    struct mdl_result **results; /* [replication]; NULL: not yet */
};

/* One replication to be run, and its bytes for the store. */
struct item {
    int point;
    int replication;
    unsigned char *bytes;
    size_t size;
};

/* What belongs to one thread; on cache lines of its own. */
struct worker {
    struct mdl_world *world; /* of `point`; NULL: none yet */
    int point;
};

struct std_pool {
    const struct std_run_options *options;
    struct point *points;
    int count;
    int room; /* replications that `results` have room for */
    char *workers;
    size_t worker_stride;
    struct item *items; /* of the present round: all that is missing */
    int item_count;
    int done; /* replications, of all points and rounds */
    int total;
};

static struct worker *worker_of(const struct std_pool *pool, int number) {
    return (struct worker *)(void *)(pool->workers + (size_t)number * pool->worker_stride);
}

struct std_pool *std_pool_new(const struct mdl_scenario *const *scenarios, int count,
                              const struct std_run_options *options) {
    struct std_pool *pool = sim_alloc(1, sizeof *pool);
    *pool = (struct std_pool){.options = options, .count = count};
    pool->points = sim_alloc((size_t)count, sizeof *pool->points);
    for (int i = 0; i < count; i++) {
        pool->points[i] = (struct point){scenarios[i], mdl_compile(scenarios[i]), NULL};
    }
    pool->workers =
        sim_parallel_lines((size_t)options->threads, sizeof(struct worker), &pool->worker_stride);
    return pool;
}

void std_pool_free(struct std_pool *pool) {
    if (pool == NULL) {
        return;
    }
    for (int i = 0; i < pool->options->threads; i++) {
        mdl_world_free(worker_of(pool, i)->world);
    }
    free(pool->workers);
    for (int i = 0; i < pool->count; i++) {
        for (int r = 0; r < pool->room; r++) {
            mdl_result_free(pool->points[i].results[r]);
        }
        free(pool->points[i].results);
        mdl_program_free(pool->points[i].program);
    }
    free(pool->points);
    free(pool);
}

struct std_sample std_pool_sample(const struct std_pool *pool, int index) {
    return (struct std_sample){pool->points[index].program, pool->points[index].results};
}

/* --- one round ------------------------------------------------------------------------------ */

static int replicate(void *context, int index, int number) {
    struct std_pool *pool = context;
    const struct std_run_options *options = pool->options;
    if (options->interrupted != NULL && options->interrupted()) {
        return STOPPED;
    }
    struct item *item = &pool->items[index];
    struct point *point = &pool->points[item->point];
    struct worker *worker = worker_of(pool, number);
    if (worker->world != NULL && worker->point != item->point) {
        mdl_world_free(worker->world);
        worker->world = NULL;
    }
    if (worker->world == NULL) {
        worker->world = mdl_world_new(point->program);
        worker->point = item->point;
    }
    struct sim_key key = {options->seed, (uint64_t)item->replication};
    struct mdl_result *result = mdl_world_run(worker->world, key);
    if (options->store != NULL) {
        item->bytes = mdl_result_pack(point->program, result, &item->size);
    }
    point->results[item->replication] = result;
    return 0;
}

static void tell(struct std_pool *pool) {
    if (pool->options->progress != NULL) {
        pool->options->progress(pool->options->context, pool->done, pool->total);
    }
}

static void replicated(void *context, int index) {
    struct std_pool *pool = context;
    const struct std_run_options *options = pool->options;
    struct item *item = &pool->items[index];
    if (options->store != NULL) {
        options->store->put(options->store->context, pool->points[item->point].scenario,
                            options->seed, item->replication, item->bytes, item->size);
        free(item->bytes);
    }
    pool->done++;
    tell(pool);
}

static struct mdl_result *stored(const struct std_pool *pool, const struct point *point,
                                 int replication) {
    const struct std_run_options *options = pool->options;
    if (options->store == NULL) {
        return NULL;
    }
    size_t size = 0;
    unsigned char *bytes = options->store->get(options->store->context, point->scenario,
                                               options->seed, replication, &size);
    struct mdl_result *result =
        bytes == NULL ? NULL : mdl_result_unpack(point->program, bytes, size);
    free(bytes);
    return result;
}

/* Takes what the store holds of replications before..replications-1, and lists the rest. */
static void collect(struct std_pool *pool, int before, int replications) {
    pool->items =
        sim_alloc((size_t)pool->count * (size_t)(replications - before), sizeof *pool->items);
    pool->item_count = 0;
    for (int i = 0; i < pool->count; i++) {
        struct point *point = &pool->points[i];
        for (int r = before; r < replications; r++) {
            point->results[r] = stored(pool, point, r);
            if (point->results[r] != NULL) {
                pool->done++;
            } else {
                pool->items[pool->item_count++] = (struct item){.point = i, .replication = r};
            }
        }
    }
}

static enum std_outcome extend(struct std_pool *pool, int replications) {
    int before = pool->room;
    for (int i = 0; i < pool->count; i++) {
        struct point *point = &pool->points[i];
        point->results =
            sim_realloc(point->results, (size_t)replications, sizeof(struct mdl_result *));
        memset(point->results + before, 0,
               (size_t)(replications - before) * sizeof(struct mdl_result *));
    }
    pool->room = replications;
    pool->total = replications * pool->count;
    collect(pool, before, replications);
    int status =
        sim_parallel_map(pool->options->threads, 0, pool->item_count, replicate, replicated, pool);
    free(pool->items);
    pool->items = NULL;
    return status == 0 ? STD_DONE : status == STOPPED ? STD_INTERRUPTED : STD_NO_THREAD;
}

/* --- until it is enough --------------------------------------------------------------------- */

/* Looks at what there is; false: go on. */
static bool enough(const struct std_pool *pool, struct std_stopping *stopping) {
    struct std_sample *samples = sim_alloc((size_t)pool->count, sizeof *samples);
    for (int i = 0; i < pool->count; i++) {
        samples[i] = std_pool_sample(pool, i);
    }
    bool ends;
    *stopping = std_look(samples, pool->count, pool->room, &pool->options->aim, &ends);
    free(samples);
    return ends;
}

enum std_outcome std_pool_run(struct std_pool *pool, int *replications,
                              struct std_stopping *stopping) {
    const struct std_run_options *options = pool->options;
    enum std_outcome outcome;
    if (options->replications > 0) {
        *stopping = (struct std_stopping){.rule = STD_AS_ASKED};
        outcome = extend(pool, options->replications);
    } else {
        do {
            outcome = extend(pool, std_next_look(pool->room, options->aim.at_most));
        } while (outcome == STD_DONE && !enough(pool, stopping));
    }
    *replications = pool->room;
    return outcome;
}
