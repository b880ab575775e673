/* What must be so of any network, see tests/random_network.h. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "inputs/scenario_file.h"
#include "models/engine.h"
#include "sim/base_arena.h"
#include "studies/run_study.h"
#include "tests/random_network.h"
#include "tests/same_result.h"

enum { REPLICATIONS = 3, SEED = 7, SECONDS_MAX = 120 /* for one document */ };

static uint64_t under_way;
static const char *text_under_way;

static void tell(const char *what) {
    fprintf(stderr, "random network %llu: %s\n%s\n", (unsigned long long)under_way, what,
            text_under_way);
}

static void too_long(int signal) {
    (void)signal;
    tell("runs for too long");
    _exit(1);
}

static void ended_early(void) {
    if (text_under_way != NULL) {
        tell("the process ends");
    }
}

static void need(bool condition, const char *what) {
    if (!condition) {
        tell(what);
        text_under_way = NULL;
        exit(1);
    }
}

static struct std_findings *findings_of(const struct mdl_scenario *scenario, int threads) {
    const struct std_run_options options = {
        .seed = SEED, .replications = REPLICATIONS, .threads = threads};
    return std_run(scenario, &options);
}

static uint64_t hash_of(struct mdl_world *world, const struct mdl_program *program,
                        uint64_t replication) {
    struct mdl_result *result = mdl_world_run(world, (struct sim_key){SEED, replication});
    uint64_t hash = same_result_hash(program, result);
    mdl_result_free(result);
    return hash;
}

static void check_runs(const struct mdl_scenario *scenario) {
    struct std_findings *one = findings_of(scenario, 1);
    struct std_findings *two = findings_of(scenario, 2);
    need(same_findings(one, two), "one thread and two threads differ");
    std_findings_free(one);
    std_findings_free(two);

    struct mdl_program *program = mdl_compile(scenario);
    struct mdl_world *used = mdl_world_new(program);
    for (uint64_t replication = REPLICATIONS; replication-- > 0;) {
        struct mdl_world *fresh = mdl_world_new(program);
        need(hash_of(fresh, program, replication) == hash_of(used, program, replication),
             "a used world and a fresh one differ");
        mdl_world_free(fresh);
    }
    mdl_world_free(used);
    mdl_program_free(program);
}

bool random_network_check(uint64_t number) {
    static bool prepared;
    if (!prepared) {
        prepared = true;
        atexit(ended_early);
        signal(SIGALRM, too_long);
    }
    char *text = random_network_text(number);
    under_way = number;
    text_under_way = text;
    alarm(SECONDS_MAX);
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "random");
    struct mdl_scenario *scenario = in_scenario_parse(text, "random", NULL, &diags);
    bool valid = scenario != NULL;
    need(valid == (diags.errors == 0), "refused without a diagnostic, or accepted with one");
    if (valid) {
        check_runs(scenario);
    }
    in_scenario_free(scenario);
    sim_arena_free(arena);
    alarm(0);
    text_under_way = NULL;
    free(text);
    return valid;
}
