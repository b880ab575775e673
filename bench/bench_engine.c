/* M/M/1 and the 6/2/1 tandem through the general engine, all statistics on, beside the hand-written
 * loops; and the hold model of the event set. Trust the ratios, not the seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/limit_loops.h"
#include "inputs/scenario_file.h"
#include "models/engine.h"
#include "sim/event_set.h"
#include "sim/random.h"

enum { ROUNDS = 5 };

static const char MM1[] =
    "{\"name\": \"mm1\", \"network\": {"
    "\"sources\": [{\"name\": \"customers\", \"arrivals\": \"exp(1s)\", \"route\": \"visit\"}],"
    "\"stations\": [{\"name\": \"clerk\", \"servers\": 1, \"discipline\": \"fcfs\"}],"
    "\"routes\": {\"visit\": [{\"serve\": \"clerk\", \"demand\": \"exp(900ms)\"}]}},"
    "\"horizon\": \"1000000s\"}";

static const char TANDEM[] =
    "{\"name\": \"tandem\", \"network\": {"
    "\"sources\": [{\"name\": \"customers\", \"arrivals\": \"exp(1s)\", \"route\": \"visit\"}],"
    "\"stations\": [{\"name\": \"a\", \"servers\": 6, \"discipline\": \"fcfs\"},"
    "{\"name\": \"b\", \"servers\": 2, \"discipline\": \"fcfs\"},"
    "{\"name\": \"c\", \"servers\": 1, \"discipline\": \"fcfs\"}],"
    "\"routes\": {\"visit\": [{\"serve\": \"a\", \"demand\": \"exp(4200ms)\"},"
    "{\"serve\": \"b\", \"demand\": \"exp(1400ms)\"}, {\"serve\": \"c\", \"demand\": "
    "\"exp(700ms)\"}]}},"
    "\"horizon\": \"1000000s\"}";

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
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

static void compare(const char *title, const char *text,
                    struct limit_answer (*loop)(uint64_t, double, uint64_t), double load,
                    int visits) {
    struct sim_arena *arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, "bench");
    struct mdl_scenario *scenario = in_scenario_parse(text, "bench", NULL, &diags);
    if (scenario == NULL) {
        sim_diags_print(&diags, stderr);
        exit(1);
    }
    struct mdl_program *program = mdl_compile(scenario);
    struct mdl_world *world = mdl_world_new(program);
    double engine[ROUNDS];
    double hand[ROUNDS];
    double ratio[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) { /* side by side, so that noise strikes both */
        double start = now_s();
        struct limit_answer answer = loop(1000000, load, (uint64_t)i + 1);
        double middle = now_s();
        struct mdl_result *r = mdl_world_run(world, (struct sim_key){1, (uint64_t)i});
        double end = now_s();
        double events =
            (double)r->requests[0].arrived + (double)r->requests[0].outcome[MDL_OK] * visits;
        hand[i] = (double)answer.events / (middle - start) * 1e-6;
        engine[i] = events / (end - middle) * 1e-6;
        ratio[i] = engine[i] / hand[i];
        mdl_result_free(r);
    }
    printf("%-28s %8.1f %12.1f %8.2f\n", title, median(engine), median(hand), median(ratio));
    mdl_world_free(world);
    mdl_program_free(program);
    in_scenario_free(scenario);
    sim_arena_free(arena);
}

/* Hold model (Jones 1986): take the first event, put one an exponential time later. */
static void hold(uint32_t pending) {
    struct sim_event_set set;
    sim_event_init(&set);
    uint64_t state = 88172645463325252ULL;
    uint32_t steps = 4000000;
    double ns[ROUNDS];
    for (uint32_t i = 0; i < pending; i++) {
        state = sim_mix(state, i);
        sim_event_post(&set, (sim_time)(state >> 40), sim_order(&set, SIM_PHASE_COMPLETION), 0, i,
                       0);
    }
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_s();
        for (uint32_t i = 0; i < steps; i++) {
            struct sim_event e = {.time = 0};
            if (!sim_event_take(&set, &e)) {
                break; /* not with `pending` events in it */
            }
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            sim_event_post(&set, e.time + (sim_time)(state >> 40),
                           sim_order(&set, SIM_PHASE_COMPLETION), 0, e.a, 0);
        }
        ns[round] = (now_s() - start) * 1e9 / steps;
    }
    printf("hold model, %8u pending  %8.1f ns per take and put\n", pending, median(ns));
    sim_event_fini(&set);
}

int main(void) {
    printf("%-28s %8s %12s %8s\n", "10^6 customers", "engine", "hand-written", "ratio");
    printf("%-28s %8s %12s %8s\n", "", "M ev/s", "M ev/s", "");
    compare("M/M/1 at load 0.9", MM1, limit_mm1, 0.9, 1);
    compare("tandem 6/2/1 at load 0.7", TANDEM, limit_tandem, 0.7, 3);
    hold(10);
    hold(1000);
    hold(100000);
    hold(1000000);
    return 0;
}
