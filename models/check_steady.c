/* What a steady-state analysis needs: a load that stays as it is, and an end that is a time. */
#include "models/check_parts.h"
#include "models/program.h"

void mdl_check_run_kind(struct mdl_checking *checking) {
    const struct mdl_scenario *scenario = checking->scenario;
    if (scenario->analysis == MDL_TERMINATING && scenario->warmup_auto) {
        sim_diag_add(checking->diags, "warmup-of-terminating", "warmup",
                     "a duration, such as \"10m\", as the analysis is \"terminating\"",
                     "add \"analysis\": \"steady\", or leave the warm-up out", "\"auto\"");
    }
    if (scenario->analysis == MDL_STEADY && scenario->stop.of != MDL_STOP_NEVER) {
        sim_diag_add(checking->diags, "stop-of-steady", "stop",
                     "no \"stop\", as the analysis is \"steady\": it needs a run of known length",
                     "say how long by \"horizon\"", "a stop after %llu events",
                     (unsigned long long)scenario->stop.after);
    }
}

void mdl_check_steady(struct mdl_checking *checking) {
    const struct mdl_scenario *scenario = checking->scenario;
    if (scenario->analysis != MDL_STEADY) {
        return;
    }
    struct mdl_program *program = mdl_compile(scenario);
    double from_s = sim_time_to_s(program->steady_from);
    bool never = program->steady_from >= program->horizon;
    bool late = scenario->warmup_given ? program->steady_from > program->warmup
                                       : program->steady_from > program->horizon / 2;
    mdl_program_free(program);
    if (!never && !late) {
        return;
    }
    const char *found =
        never ? "a load that changes up to the horizon"
              : sim_arena_print(checking->arena, "a load that changes until %.9gs", from_s);
    sim_diag_add(checking->diags, "load-not-steady", "analysis",
                 scenario->warmup_given
                     ? "a load that stays as it is after the warm-up (rates, populations, "
                       "schedules)"
                     : "a load that stays as it is for the second half of the run at least (rates, "
                       "populations, schedules)",
                 never ? "\"terminating\": there is no steady state to look at"
                       : "a longer horizon or warm-up, or \"terminating\"",
                 "%s", found);
}
