#include <math.h>

#include "sim/base_arena.h"
#include "sim/dist_private.h"

enum { VALUES_LISTED = 12 };

/* A duration given in seconds, in the unit that leaves 1 to 999 of it, to 12 digits. */
static const char *duration(double seconds, struct sim_arena *arena) {
    static const struct {
        double from, per_s;
        const char *unit;
    } units[] = {{1, 1, "s"}, {1e-3, 1e3, "ms"}, {1e-6, 1e6, "us"}, {-INFINITY, 1e9, "ns"}};
    if (seconds == 0) {
        return "0s";
    }
    int i = 0;
    while (seconds < units[i].from) {
        i++;
    }
    return sim_arena_print(arena, "%.12g%s", seconds * units[i].per_s, units[i].unit);
}

static const char *values_text(const struct sim_dist *dist, struct sim_arena *arena) {
    const char *text = "";
    for (int i = 0; i < dist->count && i < VALUES_LISTED; i++) {
        text = sim_arena_print(arena, "%s%s%s", text, i > 0 ? ", " : "",
                               duration(dist->values[i], arena));
    }
    if (dist->count > VALUES_LISTED) {
        text = sim_arena_print(arena, "%s, ... %d values", text, dist->count);
    }
    return text;
}

static const char *mix_text(const struct sim_dist *dist, struct sim_arena *arena) {
    const char *text = "";
    for (int i = 0; i < dist->count; i++) {
        text = sim_arena_print(arena, "%s%s%.9g: %s", text, i > 0 ? ", " : "",
                               sim_mix_weight(dist, i), sim_dist_text(&dist->parts[i], arena));
    }
    return sim_arena_print(arena, "mix(%s)", text);
}

const char *sim_dist_text(const struct sim_dist *dist, struct sim_arena *arena) {
    const char *mean = duration(dist->mean, arena);
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return mean;
    case SIM_DIST_EXP:
        return sim_arena_print(arena, "exp(%s)", mean);
    case SIM_DIST_LOGNORMAL:
        return sim_arena_print(arena, "lognormal(%s, cv=%.12g)", mean, dist->c);
    case SIM_DIST_ERLANG:
        return sim_arena_print(arena, "erlang(%s, k=%.0f)", mean, dist->a);
    case SIM_DIST_HYPEREXP:
        return sim_arena_print(arena, "hyperexp(%s, cv=%.12g)", mean, dist->d);
    case SIM_DIST_GAMMA:
        return sim_arena_print(arena, "gamma(%s, cv=%.12g)", mean, dist->c);
    case SIM_DIST_WEIBULL:
        return sim_arena_print(arena, "weibull(%s, shape=%.12g)", mean, dist->a);
    case SIM_DIST_PARETO:
        if (dist->c == INFINITY) {
            return sim_arena_print(arena, "pareto(%s, alpha=%.12g)", mean, dist->a);
        }
        return sim_arena_print(arena, "pareto(%s, alpha=%.12g, max=%s)", mean, dist->a,
                               duration(dist->c, arena));
    case SIM_DIST_UNIFORM:
        return sim_arena_print(arena, "uniform(%s, %s)", duration(dist->a, arena),
                               duration(dist->b, arena));
    case SIM_DIST_MIX:
        return mix_text(dist, arena);
    case SIM_DIST_SEQUENCE:
        return sim_arena_print(arena, "sequence(%s)", values_text(dist, arena));
    case SIM_DIST_EMPIRICAL:
        return sim_arena_print(arena, "empirical(%s)", values_text(dist, arena));
    }
    return "not a distribution";
}
