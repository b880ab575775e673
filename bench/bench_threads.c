/* A shipped scenario on one thread against two, all statistics on and nothing stored: the ratio of
 * wall times, near 2 where the machine has two idle cores; and that of processor times, near 1 when
 * the threads do not disturb each other, idle machine or not. Trust the ratios, not the seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "inputs/scenario_file.h"
#include "sim/parallel.h"
#include "studies/run_study.h"

enum { ROUNDS = 5, REPLICATIONS = 8 };

static const char FILE_NAME[] = "inputs/scenarios/phase1-launch-day.json";

struct cost {
    double wall_s;
    double processor_s; /* of all threads together */
};

static double now_s(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x;
    double b = *(const double *)y;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

/* The replications alone: what is merged from them afterwards is one thread's work. */
static struct cost run(const struct mdl_scenario *scenario, int threads) {
    struct std_run_options options = {.seed = 1, .replications = REPLICATIONS, .threads = threads};
    struct std_pool *pool = std_pool_new(&scenario, 1, &options);
    int replications;
    struct std_stopping stopping;
    struct cost start = {now_s(CLOCK_MONOTONIC), now_s(CLOCK_PROCESS_CPUTIME_ID)};
    if (std_pool_run(pool, &replications, &stopping) != STD_DONE) {
        fputs("no thread could be started\n", stderr);
        exit(1);
    }
    struct cost cost = {now_s(CLOCK_MONOTONIC) - start.wall_s,
                        now_s(CLOCK_PROCESS_CPUTIME_ID) - start.processor_s};
    std_pool_free(pool);
    return cost;
}

int main(void) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, FILE_NAME);
    struct mdl_catalog *catalog = in_catalog_load("inputs", &diags);
    struct mdl_scenario *scenario =
        catalog == NULL ? NULL : in_scenario_load(FILE_NAME, catalog, &diags);
    if (scenario == NULL) {
        sim_diags_print(&diags, stderr);
        return 1;
    }
    double one_s[ROUNDS];
    double two_s[ROUNDS];
    double wall[ROUNDS];
    double processor[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) { /* side by side, so that noise strikes both */
        struct cost one = run(scenario, 1);
        struct cost two = run(scenario, 2);
        one_s[i] = one.wall_s;
        two_s[i] = two.wall_s;
        wall[i] = one.wall_s / two.wall_s;
        processor[i] = two.processor_s / one.processor_s;
    }
    printf("%-28s %8s %12s %8s %14s\n", "8 launch days, phase 1", "1 thread", "2 threads", "ratio",
           "processor time");
    printf("%-28s %7.2fs %11.2fs %8.2f %14.2f   (%d cores)\n", "", median(one_s), median(two_s),
           median(wall), median(processor), sim_parallel_cores());
    in_scenario_free(scenario);
    in_catalog_free(catalog);
    sim_arena_free(arena);
    return 0;
}
