/* A visit of a plain station, inline: jobs in one line by arrival, served from start to end at a
 * speed of their own, and nothing else is asked of it (see mdl_place_is_plain). All others, and the
 * reference for this one, are in station.c. It is what most of bench/bench_engine.c does.
 */
#ifndef MODELS_VISIT_H
#define MODELS_VISIT_H

#include "models/world.h"
#include "sim/dist_near.h"

/* The work (s) that the token asks for at this visit. */
static inline double mdl_visit_demand(struct mdl_world *w, const struct mdl_token *t,
                                      const struct mdl_op *op) {
    const struct mdl_program *p = w->program;
    return sim_dist_draw_near(&p->dists[p->demands[op->b + t->cls]], mdl_draw_of(w, t, op->purpose),
                              mdl_recent_of(w, t, op));
}

/* To the nearest ns; a service of more than 126 years ends after every horizon. */
static inline sim_time mdl_visit_span(double work, double ns_per_work) {
    double ns = work * ns_per_work;
    return ns < SIM_TIME_LIMIT * 1e9 ? (sim_time)llrint(ns) : SIM_TIME_MAX / 2;
}

/* One more, or one less, at the place. */
static inline void mdl_visit_count(struct mdl_world *w, struct mdl_place *p, int change) {
    sim_dwell_step(&p->track->dwell, w->now, change);
    if (p->total != NULL) {
        mdl_station_total(w, p, change);
    }
    p->present += (uint32_t)change;
}

/* A token begins its service at a plain place. */
static inline void mdl_visit_start(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    p->in_service++;
    t->started = w->now;
    t->where = MDL_AT_SERVICE;
    mdl_gauge_waiting(w, &p->gauges[t->cls], w->now - t->since);
    sim_event_post(&w->events, w->now + mdl_visit_span(t->demand, p->code->ns_per_work),
                   sim_order(&w->events, SIM_PHASE_COMPLETION), MDL_EV_SERVED, token, 0);
}

/* A token comes to a plain place. */
static inline void mdl_visit_arrive(struct mdl_world *w, struct mdl_place *p, uint32_t token,
                                    const struct mdl_op *op) {
    struct mdl_token *t = &w->tokens[token];
    struct mdl_gauge *g = &p->gauges[t->cls];
    g->arrived++;
    t->place = p->index;
    t->since = w->now;
    t->visit_served = 0;
    t->demand = mdl_visit_demand(w, t, op);
    mdl_visit_count(w, p, 1);
    if (p->in_service < p->code->slots) {
        mdl_visit_start(w, p, token);
    } else {
        t->where = MDL_AT_QUEUE;
        mdl_line_append(w, p->lines, token);
        g->waited++;
    }
}

/* The service of a token at a plain place is over: it leaves, the next one starts. */
static inline void mdl_visit_end(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    sim_time served = w->now - t->started;
    p->in_service--;
    p->work_done += t->demand;
    t->served += served;
    mdl_visit_count(w, p, -1);
    mdl_gauge_response(w, &p->gauges[t->cls], w->now - t->since);
    if (p->watched) {
        mdl_hops_visit(w, token, served);
    }
    if (p->lines->head != MDL_NONE) {
        mdl_visit_start(w, p, mdl_line_pop(w, p->lines));
    }
}

#endif
