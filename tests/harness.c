#include "tests/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/scenario_file.h"

struct harness_run harness_run(const char *text, int replications, uint64_t seed) {
    struct sim_arena *arena = sim_arena_new();
    char *json = sim_arena_copy(arena, text);
    for (char *c = json; *c != '\0'; c++) {
        *c = *c == '\'' ? '"' : *c;
    }
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "test");
    struct harness_run run = {.scenario = in_scenario_parse(json, "test", NULL, &diags)};
    if (run.scenario == NULL) {
        sim_diags_print(&diags, stderr);
        abort();
    }
    struct std_run_options options = {
        .seed = seed, .replications = replications, .threads = 1, .progress = NULL};
    run.findings = std_run(run.scenario, &options);
    sim_arena_free(arena);
    return run;
}

void harness_free(struct harness_run *run) {
    std_findings_free(run->findings);
    in_scenario_free(run->scenario);
}

struct sim_estimate harness_estimate(const struct harness_run *run, const char *scope,
                                     const char *entity, const char *name) {
    const struct std_metric *m = std_metric_find(run->findings, scope, entity, name);
    if (m == NULL) {
        fprintf(stderr, "no metric %s %s %s\n", scope, entity, name);
        abort();
    }
    return m->estimate;
}

double harness_value(const struct harness_run *run, const char *scope, const char *entity,
                     const char *name) {
    return harness_estimate(run, scope, entity, name).value;
}

double harness_t(const struct harness_run *run, const char *scope, const char *entity,
                 const char *name, double exact) {
    struct sim_estimate e = harness_estimate(run, scope, entity, name);
    double standard_error = (e.high - e.low) / 2 / sim_t_95(e.count - 1);
    return (e.value - exact) / standard_error;
}
