/* Stations: arrival, service, departure.
 *
 * Direct stations (fcfs, priority, delay at constant speed) post one completion per job. Shared
 * ones (ps, and any discipline whose speed depends on how many jobs there are) keep virtual time:
 * the work that each job in service has received since the station was last idle. Every job in
 * service is paid at the same rate, so a job that starts at virtual time V with demand d is done at
 * V + d whatever comes and goes: one heap, one timer per place, exact.
 */
#include <math.h>

#include "models/world.h"

/* A shared place is rebased when its virtual time passes this many seconds of work: one unit in the
 * last place is then 1e-13 s, far below the clock's nanosecond. */
#define REBASE_S 1024.0
/* A completion that is due within this much of a nanosecond is due now: rounding, not work. */
#define SLACK_NS 0.01

uint32_t mdl_balance(struct mdl_world *w, const struct mdl_token *t, enum mdl_balancer balancer,
                     enum mdl_ties ties, uint32_t instances, uint32_t with_pool, uint32_t *turn,
                     uint64_t purpose, uint32_t (*load)(const struct mdl_world *w, uint32_t i),
                     uint32_t first) {
    if (with_pool != MDL_NONE) {
        for (uint32_t h = t->hold; h != MDL_NONE; h = w->holds[h].below) {
            const struct mdl_pool_code *pool = w->bays[w->holds[h].bay].pool;
            if (pool == &w->program->pools[with_pool]) {
                return w->holds[h].bay - pool->first_bay;
            }
        }
        mdl_world_broken(w, "a visit follows a pool that is not held", with_pool, 0);
    }
    struct sim_draw draw = mdl_draw_of(w, t, purpose);
    switch (balancer) {
    case MDL_RANDOM:
        return (uint32_t)(sim_draw_unit(&draw, NULL) * instances);
    case MDL_ROUND_ROBIN: {
        uint32_t chosen = *turn;
        *turn = chosen + 1 == instances ? 0 : chosen + 1;
        return chosen;
    }
    case MDL_LEAST_OUTSTANDING:
        break;
    }
    uint32_t least = UINT32_MAX;
    uint32_t tied = 0;
    uint32_t chosen = 0;
    for (uint32_t i = 0; i < instances; i++) {
        uint32_t n = load(w, first + i);
        if (n < least) {
            least = n;
            tied = 0;
            chosen = i;
        }
        tied += n == least;
    }
    if (tied == 1 || ties == MDL_TIES_LOWEST) {
        return chosen;
    }
    uint32_t rank = (uint32_t)(sim_draw_unit(&draw, NULL) * tied);
    for (uint32_t i = chosen;; i++) {
        if (load(w, first + i) == least && rank-- == 0) {
            return i;
        }
    }
}

static uint32_t place_load(const struct mdl_world *w, uint32_t place) {
    return w->places[place].present;
}

/* --- the heap of a shared place: jobs in service by the virtual time of their end ----------------
 */

static bool sooner(const struct mdl_finish *x, const struct mdl_finish *y) {
    return x->at < y->at || (x->at == y->at && x->sequence < y->sequence);
}

static void heap_push(struct mdl_place *p, uint32_t count, struct mdl_finish finish) {
    if (count == p->heap_room) {
        p->heap_room = p->heap_room == 0 ? 16 : 2 * p->heap_room;
        p->heap = sim_realloc(p->heap, p->heap_room, sizeof *p->heap);
    }
    uint32_t i = count;
    while (i > 0 && sooner(&finish, &p->heap[(i - 1) / 2])) {
        p->heap[i] = p->heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    p->heap[i] = finish;
}

static void heap_pop(struct mdl_place *p, uint32_t count) {
    struct mdl_finish last = p->heap[count - 1];
    uint32_t i = 0;
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= count - 1) {
            break;
        }
        if (child + 1 < count - 1 && sooner(&p->heap[child + 1], &p->heap[child])) {
            child++;
        }
        if (!sooner(&p->heap[child], &last)) {
            break;
        }
        p->heap[i] = p->heap[child];
        i = child;
    }
    p->heap[i] = last;
}

/* Work per ns that each of the jobs in service receives. */
static double rate_each(const struct mdl_place *p) {
    const struct mdl_station_code *s = p->station;
    return p->in_service <= s->rate_count ? s->rates[p->in_service - 1]
                                          : s->last_total / p->in_service;
}

void mdl_place_advance(const struct mdl_world *w, struct mdl_place *p) {
    if (p->in_service > 0) {
        double paid = rate_each(p) * (double)(w->now - p->updated);
        p->virtual_time += paid;
        p->work_paid += paid * p->in_service;
        if (p->virtual_time > REBASE_S) {
            for (uint32_t i = 0; i < p->in_service; i++) {
                p->heap[i].at -= p->virtual_time;
            }
            p->virtual_time = 0;
        }
    } else {
        p->virtual_time = 0;
    }
    p->updated = w->now;
}

/* Sets the place's timer to the next completion; call after every change. */
static void set_timer(struct mdl_world *w, struct mdl_place *p) {
    if (p->in_service == 0) {
        sim_event_cancel(&w->events, p->timer);
        return;
    }
    double left_ns = (p->heap[0].at - p->virtual_time) / rate_each(p);
    sim_time span = left_ns > SLACK_NS ? (sim_time)ceil(left_ns - SLACK_NS) : 0;
    sim_time at = w->now + span;
    uint64_t order = sim_order(&w->events, SIM_PHASE_COMPLETION);
    if (!sim_event_reschedule(&w->events, p->timer, at, order)) {
        p->timer =
            sim_event_schedule(&w->events, at, order, MDL_EV_SHARED, (uint32_t)(p - w->places), 0);
    }
}

/* --- service ------------------------------------------------------------------------------------
 */

static void start_service(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    t->started = w->now;
    mdl_gauge_waiting(w, &p->gauges[t->cls], w->now - t->since);
    if (p->station->shared) {
        heap_push(p, p->in_service++,
                  (struct mdl_finish){p->virtual_time + t->demand, p->sequence++, token});
        return;
    }
    p->in_service++;
    sim_time span = (sim_time)llrint(t->demand * p->station->ns_per_work);
    sim_event_post(&w->events, w->now + span, sim_order(&w->events, SIM_PHASE_COMPLETION),
                   MDL_EV_SERVED, token, 0);
}

static void enqueue(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    uint32_t level = p->station->level[t->cls];
    t->next = MDL_NONE;
    if (p->head[level] == MDL_NONE) {
        p->head[level] = token;
    } else {
        w->tokens[p->tail[level]].next = token;
    }
    p->tail[level] = token;
    p->gauges[t->cls].waited++;
}

static void start_next(struct mdl_world *w, struct mdl_place *p) {
    if (p->present <= p->in_service) {
        return;
    }
    uint32_t level = 0;
    while (p->head[level] == MDL_NONE) {
        level++;
    }
    uint32_t token = p->head[level];
    p->head[level] = w->tokens[token].next;
    start_service(w, p, token);
}

static void count_present(struct mdl_world *w, struct mdl_place *p, int change) {
    p->present += (uint32_t)change;
    sim_dwell_step(&p->track->dwell, w->now, change);
    if (p->total != NULL) {
        sim_dwell_step(&p->total->dwell, w->now, change);
    }
}

void mdl_station_arrive(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_program *program = w->program;
    const struct mdl_station_code *s = &program->stations[op->a];
    struct mdl_token *t = &w->tokens[token];
    uint32_t instance = 0;
    if (s->instances > 1) {
        instance = mdl_balance(w, t, s->balancer, s->ties, s->instances, s->with_pool,
                               &w->station_turn[op->a], s->purpose, place_load, s->first_place);
    }
    struct mdl_place *p = &w->places[s->first_place + instance];
    p->gauges[t->cls].arrived++;
    if (s->capacity >= 0 && p->present >= s->capacity) {
        mdl_gauge_lost(&p->gauges[t->cls], MDL_REJECTED, 0);
        mdl_request_fail(w, token, MDL_REJECTED);
        return;
    }
    struct sim_draw draw = mdl_draw_of(w, t, op->purpose);
    t->demand = sim_dist_draw(&program->dists[program->demands[op->b + t->cls]], &draw,
                              &w->recents[op - program->ops]);
    t->place = s->first_place + instance;
    t->since = w->now;
    if (s->shared) {
        mdl_place_advance(w, p);
    }
    count_present(w, p, 1);
    if (p->in_service < s->slots) {
        start_service(w, p, token);
        if (s->shared) {
            set_timer(w, p);
        }
    } else {
        enqueue(w, p, token);
    }
}

static void depart(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    p->in_service--;
    p->work_done += t->demand;
    t->served += w->now - t->started;
    count_present(w, p, -1);
    mdl_gauge_response(w, &p->gauges[t->cls], w->now - t->since);
    start_next(w, p);
    mdl_ready(w, token);
}

void mdl_station_served(struct mdl_world *w, uint32_t token) {
    depart(w, &w->places[w->tokens[token].place], token);
}

void mdl_station_shared(struct mdl_world *w, uint32_t place) {
    struct mdl_place *p = &w->places[place];
    mdl_place_advance(w, p);
    uint32_t token = p->heap[0].token;
    heap_pop(p, p->in_service);
    depart(w, p, token);
    set_timer(w, p);
}
