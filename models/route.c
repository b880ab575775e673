/* The interpreter of routes: one switch over the instruction set. */
#include "models/world.h"

void mdl_request_start(struct mdl_world *w, uint32_t source, uint32_t cls, uint32_t pc,
                       uint64_t entity, enum mdl_owner owner_kind, uint32_t owner) {
    uint32_t token = mdl_token_new(w);
    w->tokens[token] = (struct mdl_token){.pc = pc,
                                          .frame = MDL_NONE,
                                          .hold = MDL_NONE,
                                          .source = source,
                                          .cls = cls,
                                          .owner = owner,
                                          .owner_kind = owner_kind,
                                          .entity = entity,
                                          .ordinal = w->sources[source].requests++,
                                          .created = w->now};
    w->gauges[source * w->program->class_count + cls].arrived++;
    sim_dwell_step(&w->tracks[0].dwell, w->now, 1);
    if (w->program->source_count > 1) {
        sim_dwell_step(&w->source_tracks[source].dwell, w->now, 1);
    }
    if (w->program->class_count > 1) {
        sim_dwell_step(&w->class_tracks[cls].dwell, w->now, 1);
    }
    mdl_route_run(w, token);
}

/* The request leaves: counted, measured, its owner told. */
static void end_request(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    mdl_pool_release_all(w, token);
    struct mdl_token *t = &w->tokens[token];
    struct mdl_gauge *g = &w->gauges[t->source * w->program->class_count + t->cls];
    sim_time response = w->now - t->created;
    if (outcome == MDL_OK) {
        mdl_gauge_response(w, g, response);
        mdl_gauge_waiting(w, g, response - t->served);
        g->waited += response > t->served;
    } else {
        mdl_gauge_lost(g, outcome, response);
    }
    for (uint64_t marks = t->marks; marks != 0; marks &= marks - 1) {
        struct mdl_gauge *m = &w->mark_gauges[__builtin_ctzll(marks)];
        m->arrived++;
        if (outcome == MDL_OK) {
            mdl_gauge_response(w, m, response);
            mdl_gauge_waiting(w, m, response - t->served);
        } else {
            mdl_gauge_lost(m, outcome, response);
        }
    }
    sim_dwell_step(&w->tracks[0].dwell, w->now, -1);
    if (w->program->source_count > 1) {
        sim_dwell_step(&w->source_tracks[t->source].dwell, w->now, -1);
    }
    if (w->program->class_count > 1) {
        sim_dwell_step(&w->class_tracks[t->cls].dwell, w->now, -1);
    }
    while (t->frame != MDL_NONE) {
        uint32_t frame = t->frame;
        t->frame = w->frames[frame].below;
        w->frames[frame].below = w->frame_free;
        w->frame_free = frame;
    }
    enum mdl_owner owner_kind = t->owner_kind;
    uint32_t owner = t->owner;
    t->next = w->token_free;
    w->token_free = token;
    mdl_owner_response(w, owner_kind, owner);
}

void mdl_request_fail(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    end_request(w, token, outcome);
}

static void push_frame(struct mdl_world *w, struct mdl_token *t, uint32_t pc, uint32_t left) {
    uint32_t frame = mdl_frame_new(w);
    w->frames[frame] = (struct mdl_frame){.below = t->frame, .pc = pc, .left = left};
    t->frame = frame;
}

static void pop_frame(struct mdl_world *w, struct mdl_token *t) {
    uint32_t frame = t->frame;
    t->frame = w->frames[frame].below;
    w->frames[frame].below = w->frame_free;
    w->frame_free = frame;
}

static uint32_t pick(const struct mdl_branch *branch, double u) {
    uint32_t i = 0;
    while (i + 1 < branch->count && u >= branch->cumulative[i]) {
        i++;
    }
    return branch->targets[i];
}

static double unit(struct mdl_world *w, const struct mdl_token *t, const struct mdl_op *op) {
    struct sim_draw draw = mdl_draw_of(w, t, op->purpose);
    return sim_draw_unit(&draw, &w->recents[op - w->program->ops]);
}

void mdl_route_run(struct mdl_world *w, uint32_t token) {
    const struct mdl_program *p = w->program;
    struct mdl_token *t = &w->tokens[token];
    for (;;) {
        const struct mdl_op *op = &p->ops[t->pc++];
        switch (op->code) {
        case MDL_OP_SERVE:
            mdl_station_arrive(w, token, op);
            return;
        case MDL_OP_DELAY: {
            struct sim_draw draw = mdl_draw_of(w, t, op->purpose);
            sim_time span =
                sim_time_from_s(sim_dist_draw(&p->dists[op->b], &draw, &w->recents[op - p->ops]));
            t->served += span;
            sim_event_post(&w->events, w->now + span, sim_order(&w->events, SIM_PHASE_COMPLETION),
                           MDL_EV_DELAYED, token, 0);
            return;
        }
        case MDL_OP_ACQUIRE:
            if (!mdl_pool_acquire(w, token, op)) {
                return;
            }
            break;
        case MDL_OP_RELEASE:
            mdl_pool_release(w, token, op->a);
            break;
        case MDL_OP_BRANCH:
            t->pc = pick(&p->branches[op->a], unit(w, t, op));
            break;
        case MDL_OP_TURN: {
            const struct mdl_branch *branch = &p->branches[op->a];
            uint32_t *turn = &w->turns[branch->turn];
            t->pc = branch->targets[*turn];
            *turn = *turn + 1 == branch->count ? 0 : *turn + 1;
            break;
        }
        case MDL_OP_CACHE:
            if (unit(w, t, op) < p->hits[op->a]) {
                w->hits[op->a]++;
            } else {
                w->misses[op->a]++;
                t->pc = op->b;
            }
            break;
        case MDL_OP_JUMP:
            t->pc = op->a;
            break;
        case MDL_OP_CALL:
            push_frame(w, t, t->pc, 0);
            t->epoch++;
            t->pc = op->a;
            break;
        case MDL_OP_GOTO:
            t->epoch++;
            t->pc = op->a;
            break;
        case MDL_OP_LOOP:
            push_frame(w, t, 0, op->a);
            t->epoch++;
            break;
        case MDL_OP_AGAIN:
            if (--w->frames[t->frame].left > 0) {
                t->epoch++;
                t->pc = op->a;
            } else {
                pop_frame(w, t);
            }
            break;
        case MDL_OP_CHANCE: {
            bool again = unit(w, t, op) < p->chances[op->b];
            t->epoch++;
            t->pc = again ? op->a : t->pc;
            break;
        }
        case MDL_OP_MARK:
            t->marks |= 1ULL << op->a;
            break;
        case MDL_OP_FAIL:
            mdl_request_fail(w, token, MDL_FAILED);
            return;
        case MDL_OP_RETURN:
            if (t->frame == MDL_NONE) {
                end_request(w, token, MDL_OK);
                return;
            }
            t->pc = w->frames[t->frame].pc;
            pop_frame(w, t);
            break;
        case MDL_OP_COUNT:
            mdl_world_broken(w, "a route has an unknown instruction", op->code, 0);
        }
    }
}
