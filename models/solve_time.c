/* Rates and users over time: what each source sends, and who is present.
 *
 * Users of sessions who come at the rate r(u) and stay with the law S: mean number present m(t) =
 * integral of r(u) P(S > t - u) du (M(t)/G/infinity; Eick, Massey and Whitt 1993), here for the
 * rate's mean in each of the cells of a grid. Actions begin in proportion to the users present.
 */
#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>

#include "models/solve_parts.h"

enum { GRID = 1440 };

/* Of an open source: on a grid over the run. Of a closed one: from its profile. */
struct mdl_presence {
    const struct mdl_source_code *closed; /* or NULL */
    double step_s;
    double *at;    /* per grid point 0..GRID: mean number present */
    double *until; /* and its integral */
};

static double segments_until(const struct mdl_source_code *code, double t_s) {
    uint32_t i = 0;
    while (i + 1 < code->segment_count && code->segments[i + 1].t_s <= t_s) {
        i++;
    }
    const struct mdl_segment *g = &code->segments[i];
    double x = fmax(0, t_s - g->t_s);
    return g->before + x * (g->rate + 0.5 * g->slope * x);
}

/* Expected arrivals of an open source (batches count once) in [0, t). */
static double arrivals_until(const struct mdl_source_code *code, double t_s) {
    if (t_s <= 0) {
        return 0;
    }
    switch (code->kind) {
    case MDL_SOURCE_RENEWAL:
        return t_s / code->arrivals.mean;
    case MDL_SOURCE_RATE:
        return segments_until(code, t_s);
    case MDL_SOURCE_CURVE: {
        if (code->spline == NULL) {
            return segments_until(code, t_s);
        }
        const double *t = code->spline_t;
        double inside = fmin(fmax(t_s, t[0]), t[code->spline_count - 1]);
        return code->total * gsl_interp_eval(code->spline, t, code->spline_y, inside, NULL);
    }
    case MDL_SOURCE_TIMES: {
        double count = 0;
        for (uint32_t i = 0; i < code->time_count; i++) {
            count += sim_time_to_s(code->times[i]) < t_s;
        }
        return count;
    }
    case MDL_SOURCE_CLOSED:
        break;
    }
    return 0;
}

/* Of a law: H(x) = integral of P(S > y) over 0..x, and K(x) = integral of H, at x = i x step. */
static void survival_tables(const struct sim_dist *law, double step, double *h, double *k) {
    double plain = 0;
    double weighted = 0;
    h[0] = k[0] = 0;
    for (int i = 1; i <= GRID; i++) {
        double to = i * step;
        if (plain < law->mean * (1 - 1e-14)) {
            double one, other;
            mdl_survival_integrals(law, to - step, to, &one, &other);
            plain += one;
            weighted += other;
        }
        h[i] = plain;
        k[i] = to * plain - weighted; /* the integral of (x - y) P(S > y) */
    }
}

static void fill_presence(const struct mdl_solver *s, const struct mdl_source_code *code,
                          struct mdl_presence *p) {
    double *h = sim_alloc(2 * (GRID + 1), sizeof *h);
    double *k = h + GRID + 1;
    survival_tables(&code->stay, p->step_s, h, k);
    p->at = sim_arena_array(s->arena, GRID + 1, sizeof *p->at);
    p->until = sim_arena_array(s->arena, GRID + 1, sizeof *p->until);
    for (int j = 0; j < GRID; j++) {
        double come =
            arrivals_until(code, (j + 1) * p->step_s) - arrivals_until(code, j * p->step_s);
        double rate = code->batch * come / p->step_s;
        for (int i = j + 1; i <= GRID && rate > 0; i++) {
            p->at[i] += rate * (h[i - j] - h[i - j - 1]);
            p->until[i] += rate * (k[i - j] - k[i - j - 1]);
        }
    }
    free(h);
}

struct mdl_presence *mdl_presence_new(const struct mdl_solver *s, int source) {
    const struct mdl_source_code *code = &s->program->sources[source];
    struct mdl_presence *p = sim_arena_alloc(s->arena, sizeof *p);
    if (code->kind == MDL_SOURCE_CLOSED) {
        p->closed = code;
    } else {
        p->step_s = s->scenario->horizon_s / GRID;
        fill_presence(s, code, p);
    }
    return p;
}

static double on_grid(const struct mdl_presence *p, const double *values, double t_s) {
    double x = fmin(fmax(t_s / p->step_s, 0), GRID);
    int i = (int)fmin(floor(x), GRID - 1);
    return values[i] + (x - i) * (values[i + 1] - values[i]);
}

/* User seconds of a profile in [0, t). */
static double profile_until(const struct mdl_source_code *code, double t_s) {
    double sum = 0;
    for (uint32_t i = 0; i < code->crossing_count; i++) {
        double left = t_s - sim_time_to_s(code->crossings[i].time);
        sum += left > 0 ? (code->crossings[i].starts ? left : -left) : 0;
    }
    return sum;
}

double mdl_presence_mean(const struct mdl_presence *p, double from_s, double to_s) {
    if (p->closed != NULL) {
        return (profile_until(p->closed, to_s) - profile_until(p->closed, from_s)) /
               (to_s - from_s);
    }
    return fmax(0, on_grid(p, p->until, to_s) - on_grid(p, p->until, from_s)) / (to_s - from_s);
}

double mdl_presence_at(const struct mdl_presence *p, double t_s) {
    if (p->closed == NULL) {
        return on_grid(p, p->at, t_s);
    }
    double users = 0;
    for (uint32_t i = 0; i < p->closed->crossing_count; i++) {
        bool past = sim_time_to_s(p->closed->crossings[i].time) < t_s;
        users += past ? (p->closed->crossings[i].starts ? 1 : -1) : 0;
    }
    return users;
}

static bool constant_population(const struct mdl_source *source) {
    for (int i = 0; i < source->point_count; i++) {
        if (source->points[i].t_s > 0 && source->points[i].value != source->points[0].value) {
            return false;
        }
    }
    return source->points[0].t_s <= 0;
}

bool mdl_solve_is_steady(const struct mdl_solver *s) {
    for (int i = 0; i < s->network->source_count; i++) {
        const struct mdl_source *source = &s->network->sources[i];
        bool steady = source->session == NULL &&
                      (source->kind == MDL_SOURCE_RENEWAL ||
                       (source->kind == MDL_SOURCE_RATE && source->point_count == 1) ||
                       (source->kind == MDL_SOURCE_CLOSED && constant_population(source)));
        if (!steady) {
            return false;
        }
    }
    return true;
}

/* Requests per s of one action of a session. */
static double action_rate(const struct mdl_solver *s, const struct mdl_stream *stream,
                          double from_s, double to_s) {
    const struct mdl_source *source = &s->network->sources[stream->source];
    const struct mdl_session *session = source->session;
    const struct mdl_action *action = &session->actions[stream->action];
    const struct mdl_presence *presence = s->presences[stream->source];
    double per_user = 0;
    if (session->back_to_back) {
        double cycle = 0;
        for (int i = 0; i < session->action_count; i++) {
            cycle += session->actions[i].p * session->actions[i].duration.mean;
        }
        per_user = cycle > 0 ? 1 / cycle : (double)NAN;
    } else {
        for (int i = 0; i < session->persona_count; i++) {
            per_user += session->personas[i].p * session->personas[i].rate_per_s;
        }
    }
    double users = 0;
    if (source->kind == MDL_SOURCE_CLOSED || session->back_to_back) {
        users = action->requests * mdl_presence_mean(presence, from_s, to_s);
    } else {
        for (int k = 0; k < action->requests; k++) { /* request k comes later than the start */
            double later = k * action->duration.mean / action->requests;
            users += mdl_presence_mean(presence, from_s - later, to_s - later);
        }
    }
    return per_user * action->p * users;
}

void mdl_solve_rates(struct mdl_solver *s, double from_s, double to_s) {
    for (int i = 0; i < s->stream_count; i++) {
        struct mdl_stream *stream = &s->streams[i];
        const struct mdl_source_code *code = &s->program->sources[stream->source];
        if (stream->action >= 0) {
            s->rate[i] = action_rate(s, stream, from_s, to_s);
        } else if (stream->chain >= 0) {
            double users = mdl_presence_mean(s->presences[stream->source], from_s, to_s);
            s->users[stream->chain] = (int)lround(users);
        } else {
            double come = arrivals_until(code, to_s) - arrivals_until(code, from_s);
            s->rate[i] = code->batch * come / (to_s - from_s);
        }
    }
}
