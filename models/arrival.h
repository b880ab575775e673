/* An arrival from outside, inline: it is half of what bench/bench_engine.c does. The rest of what
 * sources do is in source.c.
 */
#ifndef MODELS_ARRIVAL_H
#define MODELS_ARRIVAL_H

#include "models/visit.h"

static inline uint64_t mdl_arrival_order(uint32_t source, uint64_t index) {
    return sim_rank(SIM_PHASE_ARRIVAL, source, index & 0xFFFFFFFFFFULL);
}

/* Posts an open source's next arrival if there is one, which comes at `at`. */
static inline void mdl_arrival_post(struct mdl_world *w, uint32_t source, sim_time at) {
    const struct mdl_source_code *s = &w->program->sources[source];
    uint64_t k = w->sources[source].count;
    if (at <= w->program->horizon && k < s->limit) {
        sim_event_post(&w->events, at, mdl_arrival_order(source, s->session ? k << 8 : k),
                       MDL_EV_ARRIVAL, source, 0);
    }
}

/* The time between the arrivals k - 1 and k of a renewal source. */
static inline sim_time mdl_arrival_gap(struct mdl_world *w, uint32_t source, uint64_t k) {
    const struct mdl_source_code *s = &w->program->sources[source];
    uint64_t batch = s->batch <= 1 ? k : k / s->batch;
    struct sim_draw draw = {w->key, s->arrival_purpose + s->salt, k, 0, batch};
    return sim_time_from_s(sim_dist_draw_near(&s->arrivals, draw, &w->source_recents[source]));
}

/* Posts the next arrival. The gap after it is drawn now, too: what is drawn ahead of its use does
 * not hold up the event loop. */
static inline void mdl_arrival_post_next(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    struct mdl_source_state *state = &w->sources[source];
    if (s->kind == MDL_SOURCE_RENEWAL) {
        mdl_arrival_post(w, source, w->now + state->gap);
        state->gap = mdl_arrival_gap(w, source, state->count + s->batch);
    } else {
        mdl_arrival_post(w, source, mdl_source_next(w, source));
    }
}

/* Begins a request and walks it as far as it goes without waiting. */
static inline void mdl_request_begin(struct mdl_world *w, uint32_t source, uint32_t cls,
                                     uint32_t pc, uint64_t entity, enum mdl_owner owner_kind,
                                     uint32_t owner) {
    uint32_t token = mdl_token_new(w);
    struct mdl_token *t = &w->tokens[token]; /* field by field: what a visit sets stays as it was */
    t->pc = pc;
    t->frame = t->hold = t->join = MDL_NONE;
    t->source = source;
    t->cls = cls;
    t->epoch = 0;
    t->owner = owner;
    t->owner_kind = (uint16_t)owner_kind;
    t->role = MDL_ROLE_REQUEST;
    t->where = MDL_AT_READY;
    t->interrupted = false;
    t->attempts = 1;
    t->entity = entity;
    t->salt = w->program->sources[source].salt;
    t->ordinal = w->sources[source].requests++;
    t->rank = w->requests++;
    t->created = w->now;
    t->served = 0;
    t->marks = 0;
    t->timer = (struct sim_handle){0, 0};
    w->gauges[source * w->program->class_count + cls].arrived++;
    mdl_request_count(w, source, cls, 1);
    mdl_route_run_near(w, token);
}

/* The next arrival is known, and posted, before this one begins: the event set likes it better, and
 * to the order of events it makes no difference. The customers of a batch are arrivals of their own
 * at one instant, each with all that follows from it before the next. */
static inline void mdl_source_arrive(struct mdl_world *w, uint32_t source) {
    const struct mdl_source_code *s = &w->program->sources[source];
    uint64_t k = w->sources[source].count++;
    if (s->batch > 1 && (k + 1) % s->batch > 0) {
        mdl_arrival_post(w, source, w->now);
    } else {
        mdl_arrival_post_next(w, source);
    }
    if (s->session) {
        mdl_user_arrive(w, source, k);
        return;
    }
    mdl_request_begin(w, source, s->cls, s->pc, k, MDL_OWNER_NONE, MDL_NONE);
}

#endif
