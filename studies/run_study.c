#include "studies/run_study.h"

#include <stdlib.h>
#include <time.h>

#include "studies/findings_parts.h"

static double seconds_since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static struct std_findings *build(const struct mdl_scenario *scenario,
                                  const struct std_sample *sample, int replications,
                                  const struct std_run_options *options,
                                  const struct std_warmup *warmup,
                                  const struct std_batches *batches) {
    const struct mdl_program *program = sample->program;
    struct sim_arena *arena = sim_arena_new();
    struct std_findings *f = sim_arena_alloc(arena, sizeof *f);
    f->arena = arena;
    f->scenario = scenario;
    f->seed = options->seed;
    f->replications = replications;
    f->warmup_s = warmup->s;
    f->observed_s = sim_time_to_s(program->horizon - program->warmup);
    f->bucket_s = sim_time_to_s(program->bucket);
    f->bucket_count = f->bucket_s > 0 ? (int)program->bucket_count : 0;
    f->threads = options->threads;
    for (int r = 0; r < f->replications; r++) {
        f->events += sample->results[r]->events;
    }
    struct std_builder b = {
        .f = f,
        .program = program,
        .results = sample->results,
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
    std_build_load(&b);
    std_build_tiers(&b);
    std_build_meters(&b);
    std_build_data_tiers(&b);
    std_build_credits(&b);
    bool judged = batches != NULL && batches->count > 0;
    if (!judged) {
        std_build_slos(&b);
    }
    if (scenario->analysis == MDL_STEADY) {
        std_build_steady(&b, warmup, batches);
    }
    std_build_remarks(&b);
    free(b.one);
    free(b.all);
    return f;
}

/* One long run of a steady scenario is measured in batches, too. */
static enum std_outcome find(const struct mdl_scenario *scenario, const struct mdl_scenario *as_run,
                             const struct std_warmup *warmup, const struct std_sample *sample,
                             int replications, const struct std_run_options *options,
                             struct std_findings **findings) {
    if (scenario->analysis != MDL_STEADY || replications > 1) {
        *findings = build(scenario, sample, replications, options, warmup, NULL);
        return STD_DONE;
    }
    struct std_batches batches;
    enum std_outcome outcome = std_run_batches(as_run, options, &batches);
    if (outcome == STD_DONE) {
        *findings = build(scenario, sample, replications, options, warmup, &batches);
    }
    std_batches_free(&batches);
    return outcome;
}

/* The scenarios with their warm-ups, `as_run`, in one pool. */
static enum std_outcome run_pool(const struct mdl_scenario *const *scenarios,
                                 const struct mdl_scenario *const *as_run,
                                 const struct std_warmup *warmups, int count,
                                 const struct std_run_options *options,
                                 struct std_findings **findings, struct std_stopping *stopping) {
    struct std_pool *pool = std_pool_new(as_run, count, options);
    int replications;
    enum std_outcome outcome = std_pool_run(pool, &replications, stopping);
    for (int i = 0; i < count && outcome == STD_DONE; i++) {
        struct std_sample sample = std_pool_sample(pool, i);
        outcome = find(scenarios[i], as_run[i], &warmups[i], &sample, replications, options,
                       &findings[i]);
        if (outcome == STD_DONE) {
            findings[i]->stopping =
                count == 1 ? *stopping : (struct std_stopping){.rule = STD_AS_ASKED};
        }
    }
    std_pool_free(pool);
    return outcome;
}

enum std_outcome std_run_all(const struct mdl_scenario *const *scenarios, int count,
                             const struct std_run_options *options, struct std_findings **findings,
                             struct std_stopping *stopping) {
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    size_t room = (size_t)count;
    struct std_warmup *warmups = sim_alloc(room, sizeof *warmups);
    struct mdl_scenario *warm = sim_alloc(room, sizeof *warm);
    const struct mdl_scenario **as_run = sim_alloc(room, sizeof *as_run);
    enum std_outcome outcome = std_find_warmups(scenarios, count, options, warmups);
    for (int i = 0; i < count; i++) {
        findings[i] = NULL;
        warm[i] = *scenarios[i];
        warm[i].warmup_s = warmups[i].s;
        as_run[i] = &warm[i];
    }
    if (outcome == STD_DONE) {
        outcome = run_pool(scenarios, as_run, warmups, count, options, findings, stopping);
    }
    free(as_run);
    free(warm);
    free(warmups);
    double wall_s = seconds_since(&start);
    uint64_t events = 0;
    for (int i = 0; i < count && outcome == STD_DONE; i++) {
        events += findings[i]->events;
    }
    for (int i = 0; i < count; i++) {
        if (outcome == STD_DONE) { /* they shared it */
            double share = events > 0 ? (double)findings[i]->events / (double)events : 1;
            findings[i]->wall_s = wall_s * share;
        } else {
            std_findings_free(findings[i]);
            findings[i] = NULL;
        }
    }
    return outcome;
}

void std_run_choose(const struct mdl_scenario *scenario, int replications,
                    const struct mdl_precision *precision, struct std_run_options *options) {
    bool asked = precision->within > 0 || precision->at_most > 0;
    struct mdl_precision wanted = scenario->precision;
    if (precision->within > 0) {
        wanted.within = precision->within;
        wanted.quantile = scenario->precision.within > 0 ? wanted.quantile : STD_QUANTILE;
    }
    if (precision->at_most > 0) {
        wanted.at_most = precision->at_most;
    }
    options->replications = replications > 0 ? replications : asked ? 0 : scenario->replications;
    options->aim = std_aim(&wanted);
}

struct std_findings *std_run(const struct mdl_scenario *scenario,
                             const struct std_run_options *options) {
    struct std_findings *findings = NULL;
    struct std_stopping stopping;
    std_run_all(&scenario, 1, options, &findings, &stopping);
    return findings;
}
