/* Values of the run, the sources and the routes, each part by itself; places are in check_places.c.
 */
#include <math.h>
#include <string.h>

#include "models/check_parts.h"

enum { BUCKETS_MAX = 100000, SMOOTH_POINTS_MIN = 3 };

static const double SUM_TOLERANCE = 1e-6;

/* --- times of the run --------------------------------------------------------------------- */

static void check_run(struct mdl_checking *checking) {
    const struct mdl_scenario *scenario = checking->scenario;
    if (!(scenario->horizon_s > 0)) {
        sim_diag_add(checking->diags, "missing-key", "horizon",
                     "\"horizon\": how long to simulate, such as \"45m\"", NULL, "no horizon");
        return;
    }
    if (scenario->warmup_s >= scenario->horizon_s) {
        sim_diag_add(checking->diags, "warmup-too-long", "warmup", "a warm-up below the horizon",
                     NULL, "a warm-up of %.9gs, a horizon of %.9gs", scenario->warmup_s,
                     scenario->horizon_s);
    }
    double buckets = scenario->bucket_s > 0 ? ceil(scenario->horizon_s / scenario->bucket_s) : 0;
    if (buckets > BUCKETS_MAX) {
        sim_diag_add(checking->diags, "too-many-buckets", "buckets",
                     "at most 100000 buckets over the horizon",
                     sim_arena_print(checking->arena, "a width of at least \"%.9gs\"",
                                     scenario->horizon_s / BUCKETS_MAX),
                     "%.9g buckets of %.9gs", buckets, scenario->bucket_s);
    }
}

static void check_windows(struct mdl_checking *checking) {
    const struct mdl_scenario *scenario = checking->scenario;
    double last =
        scenario->sample_count > 0 ? scenario->sample_at_s[scenario->sample_count - 1] : 0;
    if (last > scenario->horizon_s) {
        sim_diag_add(checking->diags, "beyond-horizon", "sample_at", "instants up to the horizon",
                     NULL, "an instant at %.9gs, a horizon of %.9gs", last, scenario->horizon_s);
    }
    for (int i = 0; i < scenario->window_count; i++) {
        const struct mdl_window *window = &scenario->windows[i];
        const char *where = sim_arena_print(checking->arena, "windows[%d]", i);
        for (int k = 0; k < i; k++) {
            if (scenario->windows[k].from_s == window->from_s &&
                scenario->windows[k].to_s == window->to_s) {
                sim_diag_add(checking->diags, "duplicate-window", where,
                             "windows that differ from one another", "remove one of the two",
                             "the same as windows[%d]", k);
            }
        }
        if (!(window->from_s < window->to_s)) {
            sim_diag_add(checking->diags, "not-ascending", where, "[\"from\", \"to\"], from < to",
                         NULL, "from %.9gs to %.9gs", window->from_s, window->to_s);
        } else if (window->to_s > scenario->horizon_s) {
            sim_diag_add(checking->diags, "beyond-horizon", where, "a window within the horizon",
                         NULL, "a window to %.9gs, a horizon of %.9gs", window->to_s,
                         scenario->horizon_s);
        }
    }
}

/* --- profiles over time ------------------------------------------------------------------- */

static const char *profile_path(const struct mdl_checking *checking,
                                const struct mdl_source *source) {
    static const char *const keys[] = {[MDL_SOURCE_RENEWAL] = "arrivals",
                                       [MDL_SOURCE_RATE] = "rate",
                                       [MDL_SOURCE_CURVE] = "arrived_by",
                                       [MDL_SOURCE_TIMES] = "times",
                                       [MDL_SOURCE_CLOSED] = "population"};
    return mdl_check_path(checking, source->where, keys[source->kind]);
}

static void check_points(struct mdl_checking *checking, const struct mdl_source *source) {
    const struct mdl_point *points = source->points;
    const char *where = profile_path(checking, source);
    const char *expected = "points from time 0 on, each later than the one before";
    if (points[0].t_s != 0) {
        sim_diag_add(checking->diags, "bad-profile", where, expected, "add a first point at \"0s\"",
                     "a first point at %.9gs", points[0].t_s);
    }
    for (int i = 0; i < source->point_count; i++) {
        if (i > 0 && !(points[i].t_s > points[i - 1].t_s)) {
            sim_diag_add(checking->diags, "not-ascending", where, expected, NULL,
                         "a point at %.9gs after one at %.9gs", points[i].t_s, points[i - 1].t_s);
            return;
        }
        if (!(points[i].value >= 0)) {
            sim_diag_add(checking->diags, "bad-profile", where, "values that are not negative",
                         NULL, "%.9g at %.9gs", points[i].value, points[i].t_s);
            return;
        }
    }
}

static void check_curve(struct mdl_checking *checking, const struct mdl_source *source) {
    const struct mdl_point *points = source->points;
    const char *where = profile_path(checking, source);
    int last = source->point_count - 1;
    for (int i = 1; i <= last; i++) {
        if (points[i].value < points[i - 1].value) {
            sim_diag_add(checking->diags, "not-ascending", where,
                         "shares of the total that never fall", NULL,
                         "%.9g at %.9gs after %.9g at %.9gs", points[i].value, points[i].t_s,
                         points[i - 1].value, points[i - 1].t_s);
            return;
        }
    }
    if (points[0].value != 0 || last < 1 || fabs(points[last].value - 1) > SUM_TOLERANCE) {
        sim_diag_add(checking->diags, "bad-profile", where,
                     "a curve from \"0%\" at \"0s\" to \"100%\" of the total", NULL,
                     "a curve from %.9g to %.9g", points[0].value, points[last].value);
        return;
    }
    if (source->smooth && source->point_count < SMOOTH_POINTS_MIN) {
        sim_diag_add(checking->diags, "bad-profile", where,
                     "two points or more (after \"0s\") for a smooth curve",
                     "\"shape\": \"linear\"", "one point");
    }
}

/* --- sources ------------------------------------------------------------------------------ */

static void check_shares(struct mdl_checking *checking, const char *what, double sum,
                         const char *where) {
    if (!(fabs(sum - 1) <= SUM_TOLERANCE)) {
        sim_diag_add(checking->diags, "shares", where, "shares that sum to 1 (within 0.000001)",
                     NULL, "the shares of the %s sum to %.9g", what, sum);
    }
}

static void check_session(struct mdl_checking *checking, const struct mdl_source *source) {
    const struct mdl_session *session = source->session;
    struct sim_diags *diags = checking->diags;
    bool closed = source->kind == MDL_SOURCE_CLOSED;
    if (session->action_count == 0) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, session->where, "actions"),
                     "at least one action", NULL, "no action");
    }
    if (closed && session->has_stay) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, session->where, "stay"),
                     "no \"stay\" beside \"population\", which says how long users stay", NULL,
                     "a stay");
    }
    if (!closed && !session->has_stay) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, session->where, "stay"),
                     "\"stay\": how long each user stays", NULL, "no stay");
    }
    if (session->back_to_back && session->persona_count > 0) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, session->where, "personas"),
                     "no personas where actions start back to back: their rates have no effect",
                     NULL, "%d personas", session->persona_count);
    }
    if (!session->back_to_back && session->persona_count == 0) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, session->where, "personas"),
                     "\"personas\" with the rates at which users start actions",
                     "or \"start\": \"back_to_back\"", "no persona");
    }
    if (source->has_think) {
        sim_diag_add(diags, "bad-session", mdl_check_path(checking, source->where, "think"),
                     "no \"think\" beside \"session\": the actions say when requests are made",
                     NULL, "a think time");
    }
    if (session->has_stay) {
        mdl_check_dist(checking, &session->stay, session->where, "stay");
    }
    double sum = 0;
    for (int i = 0; i < session->persona_count; i++) {
        const struct mdl_persona *persona = &session->personas[i];
        sum += persona->p;
        if (!(persona->rate_per_s > 0)) {
            sim_diag_add(diags, "bad-session", persona->where, "a rate above 0", NULL,
                         "a rate of %.9g", persona->rate_per_s);
        }
    }
    if (session->persona_count > 0) {
        check_shares(checking, "personas", sum,
                     mdl_check_path(checking, session->where, "personas"));
    }
    sum = 0;
    for (int i = 0; i < session->action_count; i++) {
        sum += session->actions[i].p;
    }
    if (session->action_count > 0) {
        check_shares(checking, "actions", sum, mdl_check_path(checking, session->where, "actions"));
    }
}

static void check_source(struct mdl_checking *checking, const struct mdl_source *source) {
    switch (source->kind) {
    case MDL_SOURCE_RENEWAL:
        mdl_check_dist(checking, &source->arrivals, source->where, "arrivals");
        if (!mdl_takes_time(source->arrivals.mean) && !source->has_limit) {
            sim_diag_add(checking->diags, "endless-arrivals", profile_path(checking, source),
                         "inter-arrival times above 0, or a \"limit\"", NULL,
                         "arrivals without end at one instant");
        }
        break;
    case MDL_SOURCE_RATE:
    case MDL_SOURCE_CLOSED:
        check_points(checking, source);
        break;
    case MDL_SOURCE_CURVE:
        check_points(checking, source);
        check_curve(checking, source);
        break;
    case MDL_SOURCE_TIMES:
        for (int i = 1; i < source->time_count; i++) {
            if (source->times_s[i] < source->times_s[i - 1]) {
                sim_diag_add(checking->diags, "not-ascending", profile_path(checking, source),
                             "times in ascending order", NULL, "%.9gs after %.9gs",
                             source->times_s[i], source->times_s[i - 1]);
                break;
            }
        }
        break;
    }
    if (source->has_think) {
        mdl_check_dist(checking, &source->think, source->where, "think");
    }
    if (source->session) {
        check_session(checking, source);
    }
}

/* --- routes ------------------------------------------------------------------------------- */

static void check_branch(struct mdl_checking *checking, struct mdl_step *step) {
    double sum = 0;
    for (int i = 0; i < step->block_count; i++) {
        sum += step->weights[i];
    }
    if (step->weights_are_p && !step->in_turn) {
        check_shares(checking, "branches", sum, step->where);
    }
    if (!(sum > 0)) {
        sim_diag_add(checking->diags, "shares", step->where, "weights with a sum above 0", NULL,
                     "weights that sum to %.9g", sum);
        return;
    }
    for (int i = 0; i < step->block_count; i++) {
        step->weights[i] /= sum;
    }
}

static void check_block(struct mdl_checking *checking, struct mdl_block *block) {
    for (int i = 0; i < block->count; i++) {
        struct mdl_step *step = &block->steps[i];
        if (step->has_demand) {
            const char *key = step->kind == MDL_STEP_DELAY     ? "delay"
                              : step->kind == MDL_STEP_TIMEOUT ? "timeout"
                                                               : "demand";
            mdl_check_dist(checking, &step->demand, step->where, key);
        }
        if (step->kind == MDL_STEP_BRANCH) {
            check_branch(checking, step);
        }
        mdl_check_step(checking, step);
        for (int b = 0; b < step->block_count; b++) {
            check_block(checking, &step->blocks[b]);
        }
    }
}

void mdl_check_values(struct mdl_checking *checking) {
    struct mdl_network *network = checking->network;
    check_run(checking);
    check_windows(checking);
    for (int i = 0; i < network->source_count; i++) {
        check_source(checking, &network->sources[i]);
    }
    for (int i = 0; i < network->route_count; i++) {
        check_block(checking, &network->routes[i].body);
    }
}
