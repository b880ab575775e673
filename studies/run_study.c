#include "studies/run_study.h"

#include <stdlib.h>
#include <time.h>

#include "models/engine.h"
#include "sim/parallel.h"
#include "studies/findings_parts.h"

/* What the workers share: each writes only its own world and its own replications' results. */
struct run {
    const struct std_run_options *options;
    struct mdl_program *program;
    struct mdl_world **worlds; /* per worker */
    struct mdl_result **results;
    int done;
};

static int replicate(void *context, int item, int worker) {
    struct run *run = context;
    if (run->worlds[worker] == NULL) {
        run->worlds[worker] = mdl_world_new(run->program);
    }
    struct sim_key key = {run->options->seed, (uint64_t)item};
    run->results[item] = mdl_world_run(run->worlds[worker], key);
    return 0;
}

static void replicated(void *context, int item) {
    struct run *run = context;
    (void)item;
    run->done++;
    if (run->options->progress != NULL) {
        run->options->progress(run->options->context, run->done, run->options->replications);
    }
}

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static struct std_findings *build(const struct mdl_scenario *scenario, const struct run *run) {
    struct sim_arena *arena = sim_arena_new();
    struct std_findings *f = sim_arena_alloc(arena, sizeof *f);
    f->arena = arena;
    f->scenario = scenario;
    f->seed = run->options->seed;
    f->replications = run->options->replications;
    f->observed_s = sim_time_to_s(run->program->horizon - run->program->warmup);
    f->bucket_s = sim_time_to_s(run->program->bucket);
    f->bucket_count = f->bucket_s > 0 ? (int)run->program->bucket_count : 0;
    f->threads = run->options->threads;
    for (int r = 0; r < f->replications; r++) {
        f->events += run->results[r]->events;
    }
    struct std_builder b = {
        .f = f,
        .program = run->program,
        .results = run->results,
        .replications = f->replications,
        .arena = arena,
        .one = sim_alloc(1, sizeof(struct sim_histogram)),
        .all = sim_alloc(1, sizeof(struct sim_histogram)),
    };
    *b.one = *b.all = (struct sim_histogram){.touched = 0};
    std_build_metrics(&b);
    std_build_breakdown(&b);
    std_build_observations(&b);
    std_build_series(&b);
    std_build_tiers(&b);
    std_build_credits(&b);
    std_build_remarks(&b);
    free(b.one);
    free(b.all);
    return f;
}

struct std_findings *std_run(const struct mdl_scenario *scenario,
                             const struct std_run_options *options) {
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    struct sim_arena *arena = sim_arena_new();
    int workers =
        options->threads < options->replications ? options->threads : options->replications;
    struct run run = {
        .options = options,
        .program = mdl_compile(scenario),
        .worlds = sim_arena_array(arena, (size_t)workers, sizeof *run.worlds),
        .results = sim_arena_array(arena, (size_t)options->replications, sizeof *run.results),
    };
    struct std_findings *findings = NULL;
    if (sim_parallel_map(workers, 0, options->replications, replicate, replicated, &run) == 0) {
        findings = build(scenario, &run);
        findings->wall_s = seconds_since(&start);
    }
    for (int i = 0; i < workers; i++) {
        mdl_world_free(run.worlds[i]);
    }
    for (int r = 0; r < options->replications; r++) {
        mdl_result_free(run.results[r]);
    }
    mdl_program_free(run.program);
    sim_arena_free(arena);
    return findings;
}
