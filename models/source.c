/* Sources: when customers arrive, and closed users who think and ask. */
#include <math.h>

#include "models/arrival.h"

/* --- rates over time: exact inversion, t' = L^-1(L(t) + Exp(1)) (Cinlar 1975) --------------------
 */

/* The integral of the rate up to `t_s`. */
static double integral_to(const struct mdl_source_code *s, double t_s) {
    uint32_t i = 0;
    while (i + 1 < s->segment_count && s->segments[i + 1].t_s <= t_s) {
        i++;
    }
    const struct mdl_segment *g = &s->segments[i];
    double x = t_s - g->t_s;
    return g->before + x * (g->rate + 0.5 * g->slope * x);
}

/* The time (s) at which the integral of the rate reaches `goal`; INFINITY when it never does. Moves
 * the state's segment forward only. */
static double invert_segments(const struct mdl_source_code *s, struct mdl_source_state *state,
                              double goal) {
    while (state->segment + 1 < s->segment_count &&
           s->segments[state->segment + 1].before <= goal) {
        state->segment++;
    }
    const struct mdl_segment *g = &s->segments[state->segment];
    double need = goal - g->before;
    if (need <= 0) {
        return g->t_s;
    }
    /* slope/2 x^2 + rate x = need, in the form that does not cancel */
    double root = g->rate * g->rate + 2 * g->slope * need;
    double sum = g->rate + sqrt(root > 0 ? root : 0);
    return sum > 0 ? g->t_s + 2 * need / sum : INFINITY;
}

/* The same for a smooth curve: fractions of the total by a monotone spline, inverted by bisection.
 */
static double invert_spline(const struct mdl_source_code *s, double fraction) {
    const double *t = s->spline_t;
    uint32_t last = s->spline_count - 1;
    if (fraction >= s->spline_y[last]) {
        return t[last];
    }
    double low = t[0];
    double high = t[last];
    for (int i = 0; i < 200 && high - low > 1e-10; i++) {
        double middle = 0.5 * (low + high);
        double y = gsl_interp_eval(s->spline, t, s->spline_y, middle, NULL);
        if (y < fraction) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

static double next_on_curve(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    struct mdl_source_state *state = &w->sources[source];
    struct sim_draw draw = {w->key, s->arrival_purpose + s->salt, state->count, 0, 0};
    if (s->fixed) {
        /* Uniform order statistics one after the other: 1 - U(k+1) = (1 - U(k)) V^(1/(n-k)). */
        if (state->count >= state->target) {
            return INFINITY;
        }
        double left = (double)(state->target - state->count);
        state->cumulative = 1 - (1 - state->cumulative) *
                                    pow(sim_draw_unit(&draw, &w->source_recents[source]), 1 / left);
        return s->spline != NULL ? invert_spline(s, state->cumulative)
                                 : invert_segments(s, state, state->cumulative * s->total);
    }
    const struct sim_dist unit = sim_dist_exp(1);
    state->cumulative += sim_dist_draw_near(&unit, draw, &w->source_recents[source]);
    if (state->cumulative >= s->total) {
        return INFINITY;
    }
    return s->spline != NULL ? invert_spline(s, state->cumulative / s->total)
                             : invert_segments(s, state, state->cumulative);
}

/* When the next customer comes to a source whose times are not a sum of independent ones. */
sim_time mdl_source_next(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    struct mdl_source_state *state = &w->sources[source];
    switch (s->kind) {
    case MDL_SOURCE_RATE:
    case MDL_SOURCE_CURVE: {
        double t_s = next_on_curve(w, source);
        sim_time at = isfinite(t_s) ? sim_time_from_s(t_s) : SIM_TIME_MAX;
        return at < w->now ? w->now : at;
    }
    case MDL_SOURCE_TIMES:
        return state->count < s->time_count ? s->times[state->count] : SIM_TIME_MAX;
    case MDL_SOURCE_RENEWAL:
    case MDL_SOURCE_CLOSED:
        break;
    }
    return SIM_TIME_MAX;
}

/* Posts the first arrival of an open source. */
static void post_first(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    if (s->kind == MDL_SOURCE_RENEWAL) {
        w->sources[source].gap = mdl_arrival_gap(w, source, s->first < 0 ? 0 : s->batch);
    }
    if (s->first < 0) {
        mdl_arrival_post_next(w, source);
        return;
    }
    if (s->kind == MDL_SOURCE_RATE) { /* the others come from then on */
        w->sources[source].cumulative = integral_to(s, sim_time_to_s(s->first));
    }
    mdl_arrival_post(w, source, s->first);
}

void mdl_request_count_sorted(struct mdl_world *w, uint32_t source, uint32_t cls, int change) {
    if (w->program->source_count > 1) {
        sim_dwell_step(&w->source_tracks[source].dwell, w->now, change);
    }
    if (w->program->class_count > 1) {
        sim_dwell_step(&w->class_tracks[cls].dwell, w->now, change);
    }
    enum mdl_stop_of of = change > 0 ? MDL_STOP_ARRIVALS : MDL_STOP_COMPLETIONS;
    if (w->program->stop_of == of && w->program->stop_station == MDL_NONE) {
        mdl_observe_count(w, of, MDL_NONE);
    }
}

void mdl_request_start(struct mdl_world *w, uint32_t source, uint32_t cls, uint32_t pc,
                       uint64_t entity, enum mdl_owner owner_kind, uint32_t owner) {
    mdl_request_begin(w, source, cls, pc, entity, owner_kind, owner);
}

/* --- closed users
 * ---------------------------------------------------------------------------------- */

static void post_crossing(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    uint32_t i = w->sources[source].crossing;
    if (i < s->crossing_count && s->crossings[i].time <= w->program->horizon) {
        sim_event_post(&w->events, s->crossings[i].time, sim_rank(SIM_PHASE_CHANGE, source, i),
                       MDL_EV_CROSSING, source, 0);
    }
}

static void think(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    struct sim_draw draw = {w->key, s->think_purpose + s->salt, u->number, (uint32_t)u->requests,
                            u->requests};
    sim_time span = sim_time_from_s(sim_dist_draw(&s->think, &draw, NULL));
    u->timer =
        sim_event_schedule(&w->events, w->now + span, mdl_arrival_order(u->source, u->number << 8),
                           MDL_EV_THINK, user, 0);
}

void mdl_user_think_over(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    u->in_hand = 1;
    uint64_t entity = sim_mix(u->number, u->requests++);
    mdl_request_start(w, u->source, s->cls, s->pc, entity, MDL_OWNER_USER, user);
}

void mdl_source_crossing(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    const struct mdl_crossing *c = &s->crossings[w->sources[source].crossing++];
    uint32_t user = w->first_user[source] + c->user;
    post_crossing(w, source);
    if (!c->starts) {
        mdl_user_stop(w, user);
        return;
    }
    struct mdl_user *u = &w->users[user];
    if (u->present) { /* it was to stop after the request in hand, and stays after all */
        u->stopping = false;
        if (s->session && !s->back_to_back) {
            mdl_user_begin(w, user);
        }
        return;
    }
    u->present = true;
    w->sources[source].count++;
    sim_dwell_step(&w->user_tracks[source].dwell, w->now, 1);
    if (s->session) {
        mdl_user_begin(w, user);
    } else {
        think(w, user);
    }
}

void mdl_owner_response(struct mdl_world *w, enum mdl_owner owner_kind, uint32_t owner) {
    switch (owner_kind) {
    case MDL_OWNER_NONE:
        break;
    case MDL_OWNER_USER:
        w->users[owner].in_hand = 0;
        if (w->users[owner].stopping) {
            mdl_user_leave(w, owner);
        } else {
            think(w, owner);
        }
        break;
    case MDL_OWNER_ACTION:
        mdl_activity_response(w, owner);
        break;
    }
}

void mdl_sources_start(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->source_count; i++) {
        const struct mdl_source_code *s = &w->program->sources[i];
        w->sources[i] =
            (struct mdl_source_state){.target = (uint64_t)llrint(s->fixed ? s->total : 0)};
        if (s->kind == MDL_SOURCE_CLOSED) {
            w->first_user[i] = w->user_count;
            for (uint32_t k = 0; k < s->users; k++) {
                uint32_t user = mdl_user_new(w);
                w->users[user] =
                    (struct mdl_user){.source = i, .number = k, .stay_end = SIM_TIME_MAX};
            }
            post_crossing(w, i);
        } else {
            post_first(w, i);
        }
    }
}
