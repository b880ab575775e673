#include "outputs/stopping_view.h"

#include <math.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"

const char *out_aim_figure(struct sim_arena *arena, const struct mdl_precision *aim) {
    return isnan(aim->quantile) ? "mean" : sim_arena_print(arena, "p%.10g", 100 * aim->quantile);
}

/* Two digits are enough of a precision: "4.3 %". */
static const char *percent(struct sim_arena *arena, double frac) {
    return sim_arena_print(arena, "%.2g %%", 100 * frac);
}

const char *out_stopping_text(struct sim_arena *arena, const struct std_stopping *stopping,
                              int replications, const char *kind) {
    const struct mdl_precision *aim = &stopping->aim;
    const char *figure = out_aim_figure(arena, aim);
    const char *within = sim_arena_print(arena, "%.4g %%", 100 * aim->within);
    const char *worst = out_safe_copy(arena, stopping->worst != NULL ? stopping->worst : "");
    switch (stopping->rule) {
    case STD_AS_ASKED:
        break;
    case STD_PRECISE:
        return sim_arena_print(
            arena, "after %d replications: the %s of every %s is within %s (widest: %s, %s)",
            replications, figure, kind, within, worst, percent(arena, stopping->reached));
    case STD_CEILING:
        if (isnan(stopping->reached)) {
            return sim_arena_print(arena,
                                   "at the ceiling of %d replications: too few of them have a %s "
                                   "of %s to say how well it is known (the aim was %s)",
                                   replications, figure, worst, within);
        }
        return sim_arena_print(
            arena, "at the ceiling of %d replications: the %s of %s is within %s (the aim was %s)",
            replications, figure, worst, percent(arena, stopping->reached), within);
    case STD_IDLE:
        return sim_arena_print(arena,
                               "after %d replications: no request was completed, so there is no "
                               "precision to aim at",
                               replications);
    }
    return NULL;
}

void out_json_stopping(struct out_json *json, const struct std_stopping *stopping) {
    out_json_flat_object(json, "stopping");
    out_json_text(json, "rule", std_rule_names[stopping->rule]);
    if (stopping->rule != STD_AS_ASKED) {
        struct sim_arena *arena = sim_arena_new();
        out_json_text(json, "of", out_aim_figure(arena, &stopping->aim));
        out_json_number(json, "within", stopping->aim.within);
        out_json_integer(json, "at_most", stopping->aim.at_most);
        out_json_number(json, "reached", stopping->reached);
        out_json_text(json, "widest", stopping->worst);
        sim_arena_free(arena);
    }
    out_json_end(json);
}
