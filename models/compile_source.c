/* Sources to their compiled form: rates to integrals, populations to crossings, sessions to tables.
 */
#include <math.h>

#include "models/compile_parts.h"

static uint32_t class_of(const struct mdl_compiler *c, const char *name) {
    return name == NULL ? 0 : mdl_find_class(c->network, name);
}

/* Segments of a rate given by points (linear between them, constant after the last) or steps. The
 * rate before the first point is that of the first. */
static void rate_segments(struct mdl_compiler *c, const struct mdl_source *from,
                          struct mdl_source_code *s) {
    uint32_t count = (uint32_t)from->point_count;
    struct mdl_segment *g = sim_arena_array(c->p->arena, count + 1, sizeof *g);
    uint32_t used = 0;
    if (from->points[0].t_s > 0) {
        g[used++] = (struct mdl_segment){.rate = from->points[0].value};
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct mdl_point *point = &from->points[i];
        struct mdl_segment segment = {.t_s = point->t_s, .rate = point->value};
        if (!from->steps && i + 1 < count && point[1].t_s > point->t_s) {
            segment.slope = (point[1].value - point->value) / (point[1].t_s - point->t_s);
        }
        if (used > 0) {
            const struct mdl_segment *last = &g[used - 1];
            double span = point->t_s - last->t_s;
            segment.before = last->before + span * (last->rate + 0.5 * last->slope * span);
        }
        g[used++] = segment;
    }
    s->segments = g;
    s->segment_count = used;
    s->total = INFINITY;
}

/* Segments of a cumulative curve: a constant rate between its points, none after the last. */
static void curve_segments(struct mdl_compiler *c, const struct mdl_source *from,
                           struct mdl_source_code *s) {
    struct sim_arena *arena = c->p->arena;
    bool origin = from->points[0].t_s > 0; /* the curve starts at (0, 0) */
    uint32_t count = (uint32_t)from->point_count + (origin ? 1 : 0);
    double *t = sim_arena_array(arena, count, sizeof *t);
    double *y = sim_arena_array(arena, count, sizeof *y);
    for (int i = 0; i < from->point_count; i++) {
        t[i + origin] = from->points[i].t_s;
        /* The last value is 1 within the check's tolerance; exactly 1, so that nobody is lost. */
        y[i + origin] = from->points[i].value / from->points[from->point_count - 1].value;
    }
    struct mdl_segment *g = sim_arena_array(arena, count, sizeof *g);
    for (uint32_t i = 0; i < count; i++) {
        g[i] = (struct mdl_segment){.t_s = t[i], .before = from->total * y[i]};
        if (i + 1 < count) {
            g[i].rate = from->total * (y[i + 1] - y[i]) / (t[i + 1] - t[i]);
        }
    }
    s->segments = g;
    s->segment_count = count;
    s->total = from->total * y[count - 1];
    s->fixed = from->fixed;
    if (from->smooth && count >= gsl_interp_type_min_size(gsl_interp_steffen)) {
        gsl_interp *spline = gsl_interp_alloc(gsl_interp_steffen, count);
        if (spline != NULL && gsl_interp_init(spline, t, y, count) == 0) {
            s->spline = spline;
            s->spline_t = t;
            s->spline_y = y;
            s->spline_count = count;
        }
    }
}

/* The instants at which user k of a population starts (the profile reaches k) or stops (it falls
 * below k); the latest started stops first. */
static void crossings(struct mdl_compiler *c, const struct mdl_source *from,
                      struct mdl_source_code *s) {
    struct sim_arena *arena = c->p->arena;
    struct mdl_crossing *list = NULL;
    size_t room = 0;
    uint32_t count = 0;
    double level = 0;
    double t = from->points[0].t_s; /* nobody before the first point */
    for (int i = 0; i < from->point_count; i++) {
        double to = from->points[i].value;
        double end = from->points[i].t_s;
        bool rising = to > level;
        double first = rising ? floor(level) + 1 : ceil(level);
        double last = rising ? floor(to) : to;
        for (double k = first; rising ? k <= last : k > last; k += rising ? 1 : -1) {
            double at = t + (end - t) * (k - level) / (to - level);
            if (!rising && k > floor(level)) {
                continue; /* that user never started */
            }
            list = sim_arena_grow(arena, list, count, &room, sizeof *list);
            list[count++] = (struct mdl_crossing){.time = sim_time_from_s(at < 0 ? 0 : at),
                                                  .user = (uint32_t)k - 1,
                                                  .starts = rising};
        }
        s->users = floor(to) > s->users ? (uint32_t)floor(to) : s->users;
        level = to;
        t = end;
    }
    s->crossings = list;
    s->crossing_count = count;
}

static void compile_session(struct mdl_compiler *c, const struct mdl_source *from,
                            struct mdl_source_code *s) {
    struct sim_arena *arena = c->p->arena;
    const struct mdl_session *session = from->session;
    s->session = true;
    s->back_to_back = session->back_to_back;
    s->stay = session->stay;
    s->persona_count = (uint32_t)session->persona_count;
    double *cumulative = sim_arena_array(arena, s->persona_count, sizeof *cumulative);
    double *rate = sim_arena_array(arena, s->persona_count, sizeof *rate);
    double sum = 0;
    for (uint32_t i = 0; i < s->persona_count; i++) {
        sum += session->personas[i].p;
        cumulative[i] = sum;
        rate[i] = session->personas[i].rate_per_s;
    }
    s->persona_cumulative = cumulative;
    s->persona_rate = rate;
    s->action_count = (uint32_t)session->action_count;
    double *choice = sim_arena_array(arena, s->action_count, sizeof *choice);
    struct mdl_action_code *actions = sim_arena_array(arena, s->action_count, sizeof *actions);
    sum = 0;
    for (uint32_t i = 0; i < s->action_count; i++) {
        const struct mdl_action *action = &session->actions[i];
        sum += action->p;
        choice[i] = sum;
        actions[i] = (struct mdl_action_code){
            .duration = action->duration,
            .requests = (uint32_t)action->requests,
            .cls = action->cls == NULL ? s->cls : mdl_find_class(c->network, action->cls),
            .pc = c->route_pc[mdl_find_route(c->network,
                                             action->route == NULL ? from->route : action->route)],
        };
    }
    s->action_cumulative = choice;
    s->actions = actions;
}

void mdl_compile_sources(struct mdl_compiler *c) {
    struct mdl_program *p = c->p;
    const struct mdl_network *n = c->network;
    p->source_count = (uint32_t)n->source_count;
    p->sources = sim_arena_array(p->arena, p->source_count, sizeof *p->sources);
    for (uint32_t i = 0; i < p->source_count; i++) {
        const struct mdl_source *from = &n->sources[i];
        struct mdl_source_code *s = &p->sources[i];
        *s = (struct mdl_source_code){
            .name = from->name,
            .kind = from->kind,
            .cls = class_of(c, from->cls),
            .pc = from->route == NULL ? 0 : c->route_pc[mdl_find_route(n, from->route)],
            .batch = from->batch < 1 ? 1 : (uint32_t)from->batch,
            .arrivals = from->arrivals,
            .first = from->has_first ? sim_time_from_s(from->first_s) : -1,
            .limit = from->has_limit ? from->limit : UINT64_MAX,
            .think = from->has_think ? from->think : sim_dist_constant(0),
            .salt = mdl_purpose(p->arena, "source", from->name),
            .arrival_purpose = sim_hash("arrival"),
            .think_purpose = sim_hash("think"),
            .stay_purpose = sim_hash("stay"),
            .persona_purpose = sim_hash("persona"),
            .start_purpose = sim_hash("start of an action"),
            .choice_purpose = sim_hash("choice of an action"),
            .duration_purpose = sim_hash("duration of an action"),
        };
        switch (from->kind) {
        case MDL_SOURCE_RENEWAL:
            break;
        case MDL_SOURCE_RATE:
            rate_segments(c, from, s);
            if (from->point_count == 1 && from->points[0].value > 0) { /* plain Poisson */
                s->kind = MDL_SOURCE_RENEWAL;
                s->arrivals = sim_dist_exp(1 / from->points[0].value);
            }
            break;
        case MDL_SOURCE_CURVE:
            curve_segments(c, from, s);
            break;
        case MDL_SOURCE_TIMES: {
            sim_time *times = sim_arena_array(p->arena, (size_t)from->time_count, sizeof *times);
            for (int k = 0; k < from->time_count; k++) {
                times[k] = sim_time_from_s(from->times_s[k]);
            }
            s->times = times;
            s->time_count = (uint32_t)from->time_count;
            break;
        }
        case MDL_SOURCE_CLOSED:
            crossings(c, from, s);
            break;
        }
        s->has_users = from->kind == MDL_SOURCE_CLOSED || from->session != NULL;
        if (from->session != NULL) {
            compile_session(c, from, s);
        }
    }
}
