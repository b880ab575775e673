/* Stations whose jobs in service progress at one common rate: processor sharing, load-dependent,
 * preemptive, scheduled, with CPU credits.
 *
 * Each place keeps virtual time: the work that each job in service has received since the place was
 * last idle. A job that starts at virtual time V with work d left is done at V + d whatever comes
 * and goes: one heap, one timer per place, exact.
 */
#include <math.h>

#include "models/world.h"

/* A place is rebased when its virtual time passes this many seconds of work: one unit in the last
 * place is then 1e-13 s, far below the clock's nanosecond. */
#define REBASE_S 1024.0
/* A completion that is due within this much of a nanosecond is due now: rounding, not work. */
#define SLACK_NS 0.01

static bool sooner(const struct mdl_finish *x, const struct mdl_finish *y) {
    return x->at < y->at || (x->at == y->at && x->sequence < y->sequence);
}

static void set_at(struct mdl_world *w, struct mdl_place *p, uint32_t i, struct mdl_finish finish) {
    p->heap[i] = finish;
    w->tokens[finish.token].slot = i;
}

static void sift_up(struct mdl_world *w, struct mdl_place *p, uint32_t i,
                    struct mdl_finish finish) {
    while (i > 0 && sooner(&finish, &p->heap[(i - 1) / 2])) {
        set_at(w, p, i, p->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    set_at(w, p, i, finish);
}

static void sift_down(struct mdl_world *w, struct mdl_place *p, uint32_t count, uint32_t i,
                      struct mdl_finish finish) {
    for (;;) {
        uint32_t child = 2 * i + 1;
        if (child >= count) {
            break;
        }
        if (child + 1 < count && sooner(&p->heap[child + 1], &p->heap[child])) {
            child++;
        }
        if (!sooner(&p->heap[child], &finish)) {
            break;
        }
        set_at(w, p, i, p->heap[child]);
        i = child;
    }
    set_at(w, p, i, finish);
}

MDL_HOT void mdl_shared_push(struct mdl_world *w, struct mdl_place *p, uint32_t token,
                             double work) {
    uint32_t count = p->in_service++;
    if (count == p->heap_room) {
        p->heap_room = p->heap_room == 0 ? 16 : 2 * p->heap_room;
        p->heap = sim_realloc(p->heap, p->heap_room, sizeof *p->heap);
    }
    sift_up(w, p, count, (struct mdl_finish){p->virtual_time + work, p->sequence++, token});
}

MDL_HOT double mdl_shared_remove(struct mdl_world *w, struct mdl_place *p, uint32_t token) {
    uint32_t i = w->tokens[token].slot;
    double left = p->heap[i].at - p->virtual_time;
    uint32_t count = --p->in_service;
    struct mdl_finish last = p->heap[count];
    if (i < count) {
        if (i > 0 && sooner(&last, &p->heap[(i - 1) / 2])) {
            sift_up(w, p, i, last);
        } else {
            sift_down(w, p, count, i, last);
        }
    }
    return left > 0 ? left : 0;
}

/* Work per ns that each of the jobs in service receives. Where total speeds were given, how many
 * are present decides, waiting or not, and those in service share it; else each has a server, or
 * its share of them. */
static double rate_each(const struct mdl_place *p) {
    const struct mdl_place_code *c = p->code;
    double each;
    if (c->servers == 0) {
        each = c->rates[0];
    } else {
        uint32_t jobs = c->by_present ? p->present : p->in_service;
        if (jobs > c->rate_count) {
            each = c->last_total / p->in_service;
        } else {
            each = c->rates[jobs - 1];
            each = jobs == p->in_service ? each : each * jobs / p->in_service;
        }
    }
    return each * p->factor;
}

MDL_HOT void mdl_shared_advance(struct mdl_world *w, struct mdl_place *p) {
    if (__builtin_expect(p->credit != NULL, 0)) {
        mdl_credit_advance(w, p);
    }
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

MDL_HOT void mdl_shared_timer(struct mdl_world *w, struct mdl_place *p) {
    if (__builtin_expect(p->credit != NULL, 0)) {
        mdl_credit_update(w, p);
    }
    double rate = p->in_service == 0 ? 0 : rate_each(p);
    if (rate <= 0) {
        sim_event_cancel(&w->events, p->timer);
        return;
    }
    double left_ns = (p->heap[0].at - p->virtual_time) / rate;
    sim_time span = 0;
    if (left_ns > SLACK_NS) {
        double whole = ceil(left_ns - SLACK_NS);
        span = whole < SIM_TIME_LIMIT * 1e9 ? (sim_time)whole : SIM_TIME_MAX / 2;
    }
    sim_time at = w->now + span;
    uint64_t order = sim_order(&w->events, SIM_PHASE_COMPLETION);
    if (!sim_event_reschedule(&w->events, p->timer, at, order)) {
        p->timer =
            sim_event_schedule(&w->events, at, order, MDL_EV_SHARED, (uint32_t)(p - w->places), 0);
    }
}
