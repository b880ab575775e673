/* The semantic check of a network: see mdl_check in models/scenario.h. The parts are in the files
 * named in models/check_parts.h. */
#include "models/check_parts.h"

const char *mdl_class_name(const char *cls) { return cls ? cls : "default"; }

const char *mdl_check_path(const struct mdl_checking *checking, const char *where,
                           const char *key) {
    return sim_arena_print(checking->arena, "%s.%s", where, key);
}

/* Times round to nanoseconds: what is below half of one is nothing. */
bool mdl_takes_time(double mean_s) { return mean_s > 0.5e-9; }

static double fastest(const struct mdl_station *station) {
    double speed = station->speeds ? 0 : station->speed;
    for (int i = 0; i < station->speed_count; i++) {
        speed = station->speeds[i] > speed ? station->speeds[i] : speed;
    }
    return speed;
}

bool mdl_step_takes_time(const struct mdl_checking *checking, const struct mdl_step *step) {
    if (step->kind != MDL_STEP_SERVE) {
        return step->has_demand && mdl_takes_time(step->demand.mean);
    }
    int index = mdl_names_find(&checking->stations, step->target);
    const struct mdl_station *station = &checking->network->stations[index];
    double speed = fastest(station);
    if (step->has_demand) {
        return mdl_takes_time(step->demand.mean / speed);
    }
    bool takes = !station->has_demand || mdl_takes_time(station->demand.mean / speed);
    for (int i = 0; i < station->demand_class_count; i++) {
        takes = takes && mdl_takes_time(station->demand_by_class[i].mean / speed);
    }
    return takes;
}

int mdl_fork_branches(const struct mdl_step *step) {
    return step->times > 0 ? step->times : step->block_count;
}

void mdl_check_dist(struct mdl_checking *checking, const struct sim_dist *dist, const char *where,
                    const char *key) {
    const char *problem = sim_dist_problem(dist);
    if (problem) {
        sim_diag_add(checking->diags, "bad-distribution", mdl_check_path(checking, where, key),
                     "a possible distribution", NULL, "%s", problem);
    }
}

bool mdl_check(struct mdl_scenario *scenario, struct sim_diags *diags) {
    int before = diags->errors;
    struct mdl_checking checking = {
        .scenario = scenario,
        .network = &scenario->network,
        .diags = diags,
        .arena = sim_arena_new(),
    };
    mdl_check_names(&checking);
    bool resolved = diags->errors == before;
    mdl_check_values(&checking);
    mdl_check_run_kind(&checking);
    mdl_check_places(&checking);
    if (resolved) {
        mdl_check_slos(&checking);
        mdl_check_reach(&checking);
        int sound = diags->errors;
        mdl_check_cycles(&checking);
        if (diags->errors == sound) {
            mdl_check_held(&checking);
        }
    }
    if (diags->errors == before) {
        mdl_check_steady(&checking);
    }
    sim_arena_free(checking.arena);
    return diags->errors == before;
}
