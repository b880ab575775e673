/* When an SLO is judged: stretches of the workload, and windows. */
#include <math.h>
#include <string.h>

#include "models/scenario.h"
#include "models/slo.h"

static const double TOLERANCE = 1e-9;

/* The points that say how many users there are, or how many have come. */
static const struct mdl_source *source_with_points(const struct mdl_network *network) {
    for (int i = 0; i < network->source_count; i++) {
        const struct mdl_source *source = &network->sources[i];
        if ((source->kind == MDL_SOURCE_CLOSED || source->kind == MDL_SOURCE_CURVE) &&
            source->point_count > 0) {
            return source;
        }
    }
    return NULL;
}

static int sign_of(double change) { return (change > 0) - (change < 0); }

/* "1h", "90m", "30s": whole in the largest unit that has it so. */
static const char *span(struct sim_arena *arena, double seconds) {
    if (seconds == 0) {
        return "0h";
    }
    static const struct {
        double width;
        const char *name;
    } units[] = {{3600, "h"}, {60, "m"}, {1, "s"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double number = seconds / units[i].width;
        if (fabs(number - round(number)) < TOLERANCE * number || i == 2) {
            return sim_arena_print(arena, "%.10g%s", number, units[i].name);
        }
    }
    return "";
}

static void add(struct mdl_slo_stretch *stretches, int *count, struct mdl_slo_stretch stretch) {
    if (*count <= MDL_STRETCHES_MAX && stretch.from_s < stretch.to_s) {
        stretches[(*count)++] = stretch;
    }
}

/* Users at the point (the first one is at 0); the last one holds to the horizon. */
static struct mdl_point point_at(const struct mdl_source *source, int index, double horizon_s) {
    bool beyond = index == source->point_count;
    struct mdl_point point = source->points[beyond ? index - 1 : index];
    point.t_s = beyond ? horizon_s : fmin(point.t_s, horizon_s);
    return point;
}

/* Parts of a population between the points at which it turns: it rises, stands or falls. Where
 * nobody is there is no stretch. */
static void add_phases(const struct mdl_source *source, double horizon_s, struct sim_arena *arena,
                       struct mdl_slo_stretch *stretches, int *count) {
    static const char *const names[] = {"ramp-down", "plateau", "ramp-up"};
    int met[3] = {0};
    bool open = false;
    int before = 0;
    for (int i = 0; i < source->point_count; i++) {
        struct mdl_point from = point_at(source, i, horizon_s);
        struct mdl_point to = point_at(source, i + 1, horizon_s);
        int sign = sign_of(to.value - from.value);
        bool nobody = !(from.value > 0) && !(to.value > 0);
        if (!(from.t_s < to.t_s)) {
            continue;
        }
        if (open && sign == before && *count > 0) {
            stretches[*count - 1].to_s = to.t_s;
        } else if (!nobody) {
            int number = ++met[sign + 1];
            const char *name = names[sign + 1];
            name = number == 1 ? name : sim_arena_print(arena, "%s %d", name, number);
            add(stretches, count, (struct mdl_slo_stretch){name, from.t_s, to.t_s});
        }
        open = !nobody;
        before = sign;
    }
}

/* Parts of a launch day between the points of its curve. */
static void add_parts(const struct mdl_source *source, double horizon_s, struct sim_arena *arena,
                      struct mdl_slo_stretch *stretches, int *count) {
    double from_s = 0;
    for (int i = 0; i <= source->point_count; i++) {
        double point_s = i < source->point_count ? source->points[i].t_s : horizon_s;
        double to_s = fmin(point_s, horizon_s);
        add(stretches, count,
            (struct mdl_slo_stretch){
                sim_arena_print(arena, "%s to %s", span(arena, from_s), span(arena, to_s)), from_s,
                to_s});
        from_s = fmax(from_s, to_s);
    }
}

struct mdl_slo_stretch *mdl_slo_stretches(const struct mdl_scenario *scenario,
                                          struct sim_arena *arena, int *count) {
    struct mdl_slo_stretch *stretches =
        sim_arena_array(arena, MDL_STRETCHES_MAX + 1, sizeof *stretches);
    const struct mdl_source *source = source_with_points(&scenario->network);
    *count = 0;
    if (source != NULL && source->kind == MDL_SOURCE_CLOSED) {
        add_phases(source, scenario->horizon_s, arena, stretches, count);
    } else if (source != NULL) {
        add_parts(source, scenario->horizon_s, arena, stretches, count);
    }
    if (*count < 2 || *count > MDL_STRETCHES_MAX) {
        *count = 0;
    }
    return stretches;
}

double mdl_slo_window_s(const struct mdl_scenario *scenario, const struct mdl_slo *slo) {
    double asked_s = slo->window_s > 0 ? slo->window_s : scenario->slo_window_s;
    if (!(scenario->bucket_s > 0)) {
        return 0;
    }
    double buckets = ceil(asked_s / scenario->bucket_s - TOLERANCE);
    return fmax(buckets, 1) * scenario->bucket_s;
}
