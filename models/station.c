/* Stations: arrival, service, departure.
 *
 * Direct stations (fcfs, lcfs, random and priority without preemption, delay; at constant speed)
 * post one completion per job. Round robin posts one event per slice. Shared ones are in shared.c.
 */
#include <math.h>

#include "models/visit.h"

static uint32_t place_load(const struct mdl_world *w, uint32_t place) {
    return w->places[place].present;
}

static uint32_t station_of(const struct mdl_world *w, const struct mdl_place *p) {
    return (uint32_t)(p->station - w->program->stations);
}

static inline void log_event(struct mdl_world *w, const struct mdl_place *p, uint32_t token,
                             enum mdl_log_kind kind) {
    if (p->watched && p->logged) {
        mdl_observe_log(w, &w->tokens[token], p->index, kind);
    }
}

/* A visit ends, after so much time in service. */
static inline void watch_end(struct mdl_world *w, const struct mdl_place *p, uint32_t token,
                             sim_time served, enum mdl_log_kind kind) {
    if (p->watched) {
        log_event(w, p, token, kind);
        if (w->program->hop_count > 0) {
            mdl_hops_visit(w, token, served);
        }
    }
}

static inline void count(struct mdl_world *w, const struct mdl_place *p, enum mdl_stop_of of) {
    if (p->stop_of == of) {
        mdl_observe_count(w, of, station_of(w, p));
    }
}

/* Who is the n-th at an instance is served there, or waits there, whatever the others do. */
void mdl_station_total(struct mdl_world *w, const struct mdl_place *p, int change) {
    int64_t before_them = change > 0 ? p->present : (int64_t)p->present - 1;
    sim_dwell_step(&p->total[MDL_TOTAL_PRESENT].dwell, w->now, change);
    if (before_them < p->track->cap) {
        sim_dwell_step(&p->total[MDL_TOTAL_BUSY].dwell, w->now, change);
    }
    if (before_them >= p->track->room) {
        sim_dwell_step(&p->total[MDL_TOTAL_WAITING].dwell, w->now, change);
    }
}

/* --- service ------------------------------------------------------------------------------------
 */

/* Posts the end of the token's service; with a handle where it may be withdrawn. */
static inline void post_end(struct mdl_world *w, struct mdl_token *t, uint32_t token, sim_time span,
                            enum mdl_event_kind kind) {
    uint64_t order = sim_order(&w->events, SIM_PHASE_COMPLETION);
    if (w->program->withdraws) {
        t->timer = sim_event_schedule(&w->events, w->now + span, order, kind, token, 0);
    } else {
        sim_event_post(&w->events, w->now + span, order, kind, token, 0);
    }
}

/* The work of a round-robin turn. */
static double slice_of(const struct mdl_place *p, const struct mdl_token *t) {
    return t->left < p->station->quantum_s ? t->left : p->station->quantum_s;
}

static void post_slice(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    double work = slice_of(p, t);
    sim_time span = mdl_visit_span(work, p->code->ns_per_work) + p->station->switch_ns;
    post_end(w, t, token, span, MDL_EV_SLICE);
}

static void start_service(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    const struct mdl_station_code *s = p->station;
    struct mdl_token *t = &w->tokens[token];
    bool first = !t->interrupted;
    t->started = w->now;
    t->where = MDL_AT_SERVICE;
    if (first) {
        if (!s->preemptive && s->discipline != MDL_RR) {
            mdl_gauge_waiting(w, &p->gauges[t->cls], w->now - t->since);
        }
        if (s->has_patience) {
            sim_event_cancel(&w->events, t->timer);
        }
        count(w, p, MDL_STOP_STARTS);
    }
    log_event(w, p, token, first ? MDL_LOG_START : MDL_LOG_RESUME);
    if (s->shared) {
        mdl_shared_push(w, p, token, mdl_turn_work(p, t));
        return;
    }
    p->in_service++;
    if (s->discipline == MDL_RR) {
        post_slice(w, p, token);
        return;
    }
    post_end(w, t, token, mdl_visit_span(t->demand, p->code->ns_per_work), MDL_EV_SERVED);
}

/* Has x come to their place before y? */
static bool earlier(const struct mdl_token *x, const struct mdl_token *y) {
    return x->since < y->since || (x->since == y->since && x->arrival < y->arrival);
}

/* Puts a token in line: by the discipline; one that was preempted, by its arrival. */
static void enqueue(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    struct mdl_line *line = &p->lines[p->station->level[t->cls]];
    t->where = MDL_AT_QUEUE;
    bool last_first = p->station->discipline == MDL_LCFS || p->station->discipline == MDL_LCFS_PR;
    if (last_first) {
        mdl_line_insert(w, line, token, line->head);
    } else if (t->interrupted && p->station->discipline != MDL_RR) {
        uint32_t at = line->head;
        while (at != MDL_NONE && earlier(&w->tokens[at], t)) {
            at = w->tokens[at].next;
        }
        mdl_line_insert(w, line, token, at);
    } else {
        mdl_line_append(w, line, token);
    }
}

static uint32_t pick_next(struct mdl_world *w, struct mdl_place *p) {
    uint32_t level = 0;
    while (p->lines[level].head == MDL_NONE) {
        level++;
    }
    uint32_t token = p->lines[level].head;
    if (p->station->discipline == MDL_SIRO) {
        uint64_t instance = p->index - p->station->first_place;
        struct sim_draw draw = {w->key, p->station->purpose, instance, p->sequence++, 0};
        uint32_t waiting = p->present - p->in_service;
        for (uint32_t skip = (uint32_t)(sim_draw_unit(&draw, NULL) * waiting); skip > 0; skip--) {
            token = w->tokens[token].next;
        }
    }
    mdl_line_remove(w, &p->lines[level], token);
    return token;
}

static inline void start_next(struct mdl_world *w, struct mdl_place *p) {
    if (p->in_service < p->code->slots && p->present > p->in_service) {
        start_service(w, p, pick_next(w, p));
    }
}

/* --- preemption
 * ----------------------------------------------------------------------------------- */

/* The job in service that the newcomer may interrupt, or MDL_NONE. Priorities: of the least urgent
 * class, strictly less urgent than the newcomer, by service start. Last come first served: the
 * earliest arrival. */
static uint32_t victim_of(const struct mdl_world *w, const struct mdl_place *p, uint32_t newcomer) {
    const struct mdl_station_code *s = p->station;
    uint32_t victim = MDL_NONE;
    uint32_t least = s->level[w->tokens[newcomer].cls] + 1;
    bool lcfs = s->discipline == MDL_LCFS_PR;
    for (uint32_t i = 0; i < p->in_service; i++) {
        uint32_t token = p->heap[i].token;
        const struct mdl_token *t = &w->tokens[token];
        const struct mdl_token *v = victim == MDL_NONE ? NULL : &w->tokens[victim];
        uint32_t level = s->level[t->cls];
        bool better;
        if (lcfs) {
            better = v == NULL || earlier(t, v);
        } else if (level < least) {
            better = false;
        } else if (v == NULL || level > s->level[v->cls]) {
            better = true;
        } else if (level < s->level[v->cls]) {
            better = false;
        } else {
            uint32_t mine = p->heap[i].sequence;
            uint32_t other = p->heap[v->slot].sequence;
            better = s->victim == MDL_NEWEST ? mine > other : mine < other;
        }
        victim = better ? token : victim;
    }
    return victim;
}

static void preempt(struct mdl_world *w, struct mdl_place *p, uint32_t victim) {
    struct mdl_token *t = &w->tokens[victim];
    double left = mdl_shared_remove(w, p, victim);
    p->work_done += t->left - left;
    t->visit_served += w->now - t->started;
    t->interrupted = true;
    switch (p->station->preempted) {
    case MDL_RESUME:
        t->left = left;
        break;
    case MDL_RESTART:
        t->left = t->demand;
        break;
    case MDL_RESAMPLE: {
        const struct mdl_op *own = &w->program->ops[t->pc - 1];
        struct sim_draw draw = mdl_draw_of(w, t, own->purpose + (uint64_t)t->visit_served + 1);
        uint32_t dist = w->program->demands[own->b + t->cls];
        t->demand = t->left = sim_dist_draw(&w->program->dists[dist], &draw, NULL);
        break;
    }
    }
    log_event(w, p, victim, MDL_LOG_INTERRUPT);
    enqueue(w, p, victim);
}

/* --- arrival
 * -------------------------------------------------------------------------------------- */

/* Is `token` less urgent than `worst`, or as urgent and later? */
static bool goes_first(const struct mdl_world *w, uint32_t token, uint32_t worst) {
    if (worst == MDL_NONE) {
        return true;
    }
    const int *priority = w->program->class_priority;
    const struct mdl_token *t = &w->tokens[token];
    const struct mdl_token *v = &w->tokens[worst];
    if (priority[t->cls] != priority[v->cls]) {
        return priority[t->cls] > priority[v->cls];
    }
    return earlier(v, t);
}

/* Full: whom does the newcomer push out? The least urgent class's latest arrival, if it is less
 * urgent than the newcomer; one in service only where service can be interrupted. */
static uint32_t pushed_out(const struct mdl_world *w, const struct mdl_place *p, uint32_t cls) {
    if (!p->station->push_out) {
        return MDL_NONE;
    }
    uint32_t worst = MDL_NONE;
    for (uint32_t level = 0; level < p->station->levels; level++) {
        for (uint32_t i = p->lines[level].head; i != MDL_NONE; i = w->tokens[i].next) {
            worst = goes_first(w, i, worst) ? i : worst;
        }
    }
    for (uint32_t k = 0; p->station->preemptive && k < p->in_service; k++) {
        worst = goes_first(w, p->heap[k].token, worst) ? p->heap[k].token : worst;
    }
    const int *priority = w->program->class_priority;
    return worst != MDL_NONE && priority[w->tokens[worst].cls] > priority[cls] ? worst : MDL_NONE;
}

/* Takes the token out of its place, which does not yet start another. */
static void take_out(struct mdl_world *w, struct mdl_place *p, uint32_t token,
                     enum mdl_outcome outcome) {
    struct mdl_token *t = &w->tokens[token];
    /* Where service is not interrupted, its start has recorded the wait. */
    bool known =
        t->where == MDL_AT_SERVICE && !p->station->preemptive && p->station->discipline != MDL_RR;
    if (p->station->shared) {
        mdl_shared_advance(w, p);
    }
    if (t->where == MDL_AT_QUEUE) {
        mdl_line_remove(w, &p->lines[p->station->level[t->cls]], token);
        sim_event_cancel(&w->events, t->timer);
    } else {
        t->visit_served += w->now - t->started;
        if (p->station->shared) {
            p->work_done += mdl_turn_work(p, t) - mdl_shared_remove(w, p, token);
        } else {
            sim_event_cancel(&w->events, t->timer);
            p->in_service--;
            double done = (double)(w->now - t->started) / p->code->ns_per_work;
            p->work_done += done < t->left ? done : t->left;
        }
    }
    t->served += t->visit_served;
    mdl_visit_count(w, p, -1);
    struct mdl_gauge *g = &p->gauges[t->cls];
    if (known) {
        g->outcome[outcome]++;
        sim_tally_add(&g->other, w->now - t->since);
    } else {
        mdl_gauge_lost(g, outcome, w->now - t->since, w->now - t->since - t->visit_served);
    }
    watch_end(w, p, token, t->visit_served,
              outcome == MDL_REJECTED ? MDL_LOG_REJECT : MDL_LOG_ABANDON);
    t->where = MDL_AT_READY;
}

static struct mdl_place *choose_place(struct mdl_world *w, const struct mdl_token *t,
                                      const struct mdl_op *op) {
    const struct mdl_station_code *s = &w->program->stations[op->a];
    if (s->instances == 1) {
        return &w->places[s->first_place];
    }
    struct mdl_choice choice = {.balancer = s->balancer,
                                .ties = s->ties,
                                .choices = s->choices,
                                .first = s->first_place,
                                .instances = s->instances,
                                .with_pool = s->with_pool,
                                .turn = &w->station_turn[op->a],
                                .purpose = s->purpose + op->purpose,
                                .load = place_load};
    mdl_choice_narrow(w, &choice, op);
    return &w->places[choice.first + mdl_balance(w, t, &choice)];
}

/* Waits for a server, with patience where the station says so. */
static void wait_here(struct mdl_world *w, struct mdl_place *p, uint32_t token,
                      const struct mdl_op *op) {
    const struct mdl_station_code *s = p->station;
    enqueue(w, p, token);
    p->gauges[w->tokens[token].cls].waited++;
    if (s->has_patience) {
        struct mdl_token *t = &w->tokens[token];
        struct sim_draw draw = mdl_draw_of(w, t, s->patience_purpose + op->purpose);
        sim_time patience = sim_time_from_s(sim_dist_draw(&s->patience, &draw, NULL));
        t->timer =
            sim_event_schedule(&w->events, w->now + patience,
                               sim_order(&w->events, SIM_PHASE_TIMER), MDL_EV_PATIENCE, token, 0);
    }
}

static MDL_COLD MDL_HOT void arrive(struct mdl_world *w, struct mdl_place *p, uint32_t token,
                                    const struct mdl_op *op) {
    struct mdl_token *t = &w->tokens[token];
    const struct mdl_station_code *s = p->station;
    p->gauges[t->cls].arrived++;
    t->place = p->index;
    t->arrival = p->arrivals++;
    t->since = w->now;
    t->visit_served = 0;
    t->interrupted = false;
    t->timer = (struct sim_handle){0, 0};
    log_event(w, p, token, MDL_LOG_ARRIVE);
    uint32_t out = MDL_NONE;
    if (s->capacity >= 0 && p->present >= s->capacity) {
        out = pushed_out(w, p, t->cls);
        if (out == MDL_NONE) {
            mdl_gauge_lost(&p->gauges[t->cls], MDL_REJECTED, 0, 0);
            p->refused = p->refused < 0 ? w->now : p->refused;
            log_event(w, p, token, MDL_LOG_REJECT);
            count(w, p, MDL_STOP_ARRIVALS);
            mdl_token_fail(w, token, MDL_REJECTED);
            return;
        }
        p->refused = p->refused < 0 ? w->now : p->refused;
        take_out(w, p, out, MDL_REJECTED); /* the newcomer has its server, if it had one */
    }
    t->demand = t->left = mdl_visit_demand(w, t, op);
    if (s->shared) {
        mdl_shared_advance(w, p);
    }
    mdl_visit_count(w, p, 1);
    if (p->in_service < p->code->slots) {
        start_service(w, p, token);
    } else {
        uint32_t victim = s->preemptive ? victim_of(w, p, token) : MDL_NONE;
        if (victim != MDL_NONE) {
            preempt(w, p, victim);
            start_service(w, p, token);
        } else {
            wait_here(w, p, token, op);
        }
    }
    if (s->shared) {
        mdl_shared_timer(w, p);
    }
    count(w, p, MDL_STOP_ARRIVALS);
    if (out != MDL_NONE) {
        mdl_token_fail(w, out, MDL_REJECTED);
    }
}

MDL_HOT void mdl_station_arrive(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    struct mdl_place *p = choose_place(w, &w->tokens[token], op);
    if (p->station->plain) {
        mdl_visit_arrive(w, p, token, op);
    } else {
        arrive(w, p, token, op);
    }
}

/* --- departure
 * ------------------------------------------------------------------------------------ */

/* The token's service is over: it leaves and the next one starts. */
static inline void depart(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    sim_time served = t->visit_served + w->now - t->started;
    t->served += served;
    mdl_visit_count(w, p, -1);
    struct mdl_gauge *g = &p->gauges[t->cls];
    mdl_gauge_response(w, g, w->now - t->since);
    if (p->station->preemptive || p->station->discipline == MDL_RR) {
        mdl_gauge_waiting(w, g, w->now - t->since - served);
    }
    watch_end(w, p, token, served, MDL_LOG_END);
    start_next(w, p);
    mdl_ready(w, token);
    count(w, p, MDL_STOP_COMPLETIONS);
}

/* A turn ends: the job leaves, or goes to the end of the line. */
static void end_turn(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    t->left -= slice_of(p, t);
    if (t->left <= 1e-12 * t->demand) {
        depart(w, p, token);
        return;
    }
    t->visit_served += w->now - t->started;
    t->interrupted = true;
    log_event(w, p, token, MDL_LOG_INTERRUPT);
    enqueue(w, p, token);
    start_next(w, p);
}

void mdl_station_served(struct mdl_world *w, uint32_t token) {
    struct mdl_place *p = &w->places[w->tokens[token].place];
    p->in_service--;
    p->work_done += w->tokens[token].demand;
    depart(w, p, token);
}

MDL_HOT void mdl_station_shared(struct mdl_world *w, uint32_t place) {
    struct mdl_place *p = &w->places[place];
    mdl_shared_advance(w, p);
    uint32_t token = p->heap[0].token;
    mdl_shared_remove(w, p, token);
    p->work_done += mdl_turn_work(p, &w->tokens[token]);
    if (p->station->discipline == MDL_RR) {
        end_turn(w, p, token);
    } else {
        depart(w, p, token);
    }
    mdl_shared_timer(w, p);
}

void mdl_station_slice(struct mdl_world *w, uint32_t token) {
    struct mdl_place *p = &w->places[w->tokens[token].place];
    p->in_service--;
    p->work_done += slice_of(p, &w->tokens[token]);
    end_turn(w, p, token);
}

void mdl_station_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    struct mdl_place *p = &w->places[w->tokens[token].place];
    take_out(w, p, token, outcome);
    start_next(w, p);
    if (p->station->shared) {
        mdl_shared_timer(w, p);
    }
}
void mdl_station_patience(struct mdl_world *w, uint32_t token) {
    mdl_station_withdraw(w, token, MDL_ABANDONED);
    mdl_token_fail(w, token, MDL_ABANDONED);
}

/* --- schedules
 * ------------------------------------------------------------------------------------ */

static void post_schedule(struct mdl_world *w, uint32_t station, uint32_t point) {
    const struct mdl_station_code *s = &w->program->stations[station];
    uint32_t rank = point % s->schedule_count;
    uint32_t round = point / s->schedule_count;
    if (round > 0 && s->schedule_every == 0) {
        return;
    }
    sim_time at = round * s->schedule_every + sim_time_from_s(s->schedule[rank].t_s);
    if (at <= w->program->horizon) {
        sim_event_post(&w->events, at, sim_rank(SIM_PHASE_CHANGE, 0xFFFF, station), MDL_EV_SCHEDULE,
                       station, point);
    }
}

void mdl_station_schedule(struct mdl_world *w, uint32_t station, uint32_t point) {
    const struct mdl_station_code *s = &w->program->stations[station];
    for (uint32_t i = 0; i < s->instances; i++) {
        struct mdl_place *p = &w->places[s->first_place + i];
        mdl_shared_advance(w, p);
        p->scheduled = p->factor = s->schedule[point % s->schedule_count].value;
        mdl_shared_timer(w, p);
    }
    post_schedule(w, station, point + 1);
}

void mdl_stations_start(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->station_count; i++) {
        const struct mdl_station_code *s = &w->program->stations[i];
        for (uint32_t k = 0; k < s->instances; k++) {
            struct mdl_place *p = &w->places[s->first_place + k];
            p->scheduled = p->factor = 1;
        }
        if (s->schedule_count > 0) {
            mdl_station_schedule(w, i, 0);
        }
    }
}
