/* The interpreter of routes: one switch over the instruction set. */
#include "models/visit.h"

void mdl_token_change_class(struct mdl_world *w, uint32_t token, uint32_t cls) {
    struct mdl_token *t = &w->tokens[token];
    if (t->role == MDL_ROLE_REQUEST && t->cls != cls) {
        sim_dwell_step(&w->class_tracks[t->cls].dwell, w->now, -1);
        sim_dwell_step(&w->class_tracks[cls].dwell, w->now, 1);
    }
    t->cls = cls;
}

/* A goto leaves the named blocks and the miss branches that it stands in: they end. */
static void leave_blocks(struct mdl_world *w, uint32_t token) {
    for (;;) {
        uint32_t frame = w->tokens[token].frame;
        if (frame != MDL_NONE && w->frames[frame].kind == MDL_FRAME_NAMED) {
            mdl_block_leave(w, token, MDL_OK);
        } else if (frame != MDL_NONE && w->frames[frame].kind == MDL_FRAME_CACHE) {
            mdl_store_fill(w, token);
        } else {
            return;
        }
    }
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
    return sim_draw_unit(&draw, mdl_recent_of(w, op));
}

/* Every instruction. */
void mdl_route_walk(struct mdl_world *w, uint32_t token) {
    const struct mdl_program *p = w->program;
    struct mdl_token *t = &w->tokens[token];
    for (;;) {
        const struct mdl_op *op = &p->ops[t->pc++];
        switch (op->code) {
        case MDL_OP_SERVE:
            mdl_station_arrive(w, token, op);
            return;
        case MDL_OP_DELAY: {
            sim_time span = sim_time_from_s(sim_dist_draw_near(
                &p->dists[op->b], mdl_draw_of(w, t, op->purpose), mdl_recent_of(w, op)));
            t->since = t->started = w->now;
            t->where = MDL_AT_DELAY;
            uint64_t order = sim_order(&w->events, SIM_PHASE_COMPLETION);
            if (p->withdraws) {
                t->timer =
                    sim_event_schedule(&w->events, w->now + span, order, MDL_EV_DELAYED, token, 0);
            } else {
                sim_event_post(&w->events, w->now + span, order, MDL_EV_DELAYED, token, 0);
            }
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
            switch (mdl_store_lookup(w, token, op)) {
            case MDL_HIT:
                break;
            case MDL_MISS:
                t->pc = op->b;
                break;
            case MDL_WAIT:
                return;
            }
            break;
        case MDL_OP_FILL:
            mdl_store_fill(w, token);
            break;
        case MDL_OP_JUMP:
            t->pc = op->a;
            break;
        case MDL_OP_CALL:
            mdl_frame_push(w, token, MDL_FRAME_CALL)->pc = t->pc;
            t->epoch++;
            t->pc = op->a;
            break;
        case MDL_OP_GOTO:
            leave_blocks(w, token);
            t->epoch++;
            t->pc = op->a;
            break;
        case MDL_OP_LOOP:
            mdl_frame_push(w, token, MDL_FRAME_LOOP)->left = op->a;
            t->epoch++;
            break;
        case MDL_OP_AGAIN:
            if (--w->frames[t->frame].left > 0) {
                t->epoch++;
                t->pc = op->a;
            } else {
                mdl_frame_pop(w, token);
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
            mdl_token_fail(w, token, MDL_FAILED);
            return;
        case MDL_OP_CLASS:
            mdl_token_change_class(w, token, op->a);
            break;
        case MDL_OP_LIMIT:
            if (!mdl_limiter_pass(w, token, op)) {
                return;
            }
            break;
        case MDL_OP_FORK:
            mdl_token_fork(w, token, op);
            return;
        case MDL_OP_ASYNC:
            mdl_token_async(w, token, op);
            t = &w->tokens[token];
            break;
        case MDL_OP_JOIN:
        case MDL_OP_VANISH:
            mdl_token_done(w, token);
            return;
        case MDL_OP_TIMEOUT:
            mdl_token_timeout(w, token, op);
            break;
        case MDL_OP_INTIME:
            if (t->frame == MDL_NONE) { /* given up by its request: the work ends here */
                mdl_token_done(w, token);
                return;
            }
            sim_event_cancel(&w->events, w->frames[t->frame].timer);
            mdl_frame_pop(w, token);
            break;
        case MDL_OP_RETRY:
            mdl_token_retry(w, token, op);
            break;
        case MDL_OP_TRIED:
            mdl_frame_pop(w, token);
            break;
        case MDL_OP_GUARD:
            if (!mdl_breaker_enter(w, token, op->a)) {
                return;
            }
            break;
        case MDL_OP_GUARDED:
            mdl_breaker_leave(w, token, MDL_OK);
            break;
        case MDL_OP_ENTER:
            mdl_frame_push(w, token, MDL_FRAME_NAMED)->what = op->a;
            w->block_gauges[op->a].arrived++;
            break;
        case MDL_OP_LEAVE:
            mdl_block_leave(w, token, MDL_OK);
            break;
        case MDL_OP_RETURN:
            if (t->frame == MDL_NONE) {
                mdl_token_done(w, token);
                return;
            }
            t->pc = w->frames[t->frame].pc;
            mdl_frame_pop(w, token);
            break;
        case MDL_OP_COUNT:
            mdl_world_broken(w, "a route has an unknown instruction", op->code, 0);
        }
    }
}

void mdl_route_run(struct mdl_world *w, uint32_t token) { mdl_route_run_near(w, token); }
