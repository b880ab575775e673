/* A visit of a plain station, inline: jobs in one line by arrival, served from start to end at a
 * speed of their own, and nothing else is asked of it (see mdl_place_is_plain); and the way from
 * one such visit to the next. All others, and the reference for this one, are in station.c and
 * route.c. With arrival.h it is what bench/bench_engine.c does; the event loop has it inline.
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
                              mdl_recent_of(w, op));
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
    sim_time now = w->now;
    p->in_service++;
    t->started = now;
    t->where = MDL_AT_SERVICE;
    sim_time end = now + mdl_visit_span(t->demand, p->code->ns_per_work);
    mdl_gauge_waiting(w, &p->gauges[t->cls], now - t->since);
    sim_event_post(&w->events, end, sim_order(&w->events, SIM_PHASE_COMPLETION), MDL_EV_PLAIN,
                   token, 0);
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
    sim_time response = w->now - t->since;
    struct mdl_gauge *g = &p->gauges[t->cls];
    p->in_service--;
    p->work_done += t->demand;
    t->served += served;
    mdl_visit_count(w, p, -1);
    mdl_gauge_response(w, g, response);
    if (p->watched) {
        mdl_hops_visit(w, token, served);
    }
    if (p->lines->head != MDL_NONE) {
        mdl_visit_start(w, p, mdl_line_pop(w, p->lines));
    }
}

/* Does the request that the token carries hold nothing, stand in no block, have no owner, and does
 * nobody look at it? MDL_NONE has all bits set; the first owner and the first role are 0. */
static inline bool mdl_request_is_bare(const struct mdl_world *w, const struct mdl_token *t) {
    return (t->frame & t->hold) == MDL_NONE && (t->owner_kind | t->role) == 0 && !w->watched;
}

/* Walks the token on from its pc until it waits or ends. Inline: the two instructions that most
 * customers are at. */
static inline void mdl_route_run_near(struct mdl_world *w, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    const struct mdl_op *op = &w->program->ops[t->pc];
    if (op->place != MDL_NONE) {
        t->pc++;
        mdl_visit_arrive(w, &w->places[op->place], token, op);
    } else if (op->code == MDL_OP_RETURN && mdl_request_is_bare(w, t)) {
        mdl_request_leave(w, token, MDL_OK);
    } else {
        mdl_route_walk(w, token);
    }
}

/* The token goes on as soon as all completions of this instant are done, which may be now. Nothing
 * else may happen after it in the present event. */
static inline void mdl_go_on(struct mdl_world *w, uint32_t token) {
    if (w->ready.head == MDL_NONE && !sim_event_due_before(&w->events, w->now, SIM_PHASE_TIMER)) {
        w->tokens[token].where = MDL_AT_READY;
        mdl_route_run_near(w, token);
    } else {
        mdl_ready(w, token);
    }
}

#endif
