/* Tokens: how what walks a route ends, fails, splits and is withdrawn.
 *
 * A token keeps a stack of frames: calls, loops, missed keys, named blocks, timed blocks, tried
 * blocks, calls through a breaker. A failure unwinds it to the innermost retry that will try again;
 * what was acquired since a frame began is released as the frame goes. A timeout that does not
 * cancel splits the token: the work goes on, detached, with the frames and places of the block; the
 * request fails with the rest.
 */
#include <math.h>

#include "models/world.h"

/* --- frames ------------------------------------------------------------------------------------
 */

struct mdl_frame *mdl_frame_push(struct mdl_world *w, uint32_t token, enum mdl_frame_kind kind) {
    uint32_t frame = mdl_frame_new(w);
    struct mdl_token *t = &w->tokens[token];
    w->frames[frame] = (struct mdl_frame){.below = t->frame,
                                          .kind = kind,
                                          .hold = t->hold,
                                          .epoch = t->epoch,
                                          .cls = t->cls,
                                          .token = token,
                                          .entered = w->now,
                                          .served = t->served};
    t->frame = frame;
    return &w->frames[frame];
}

void mdl_frame_pop(struct mdl_world *w, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    uint32_t frame = t->frame;
    t->frame = w->frames[frame].below;
    w->frames[frame].below = w->frame_free;
    w->frame_free = frame;
    if (w->frames[frame].kind == MDL_FRAME_CACHE) {
        mdl_store_leave(w, w->frames[frame].what, w->frames[frame].left);
    }
}

void mdl_block_leave(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    const struct mdl_token *t = &w->tokens[token];
    const struct mdl_frame *f = &w->frames[t->frame];
    struct mdl_gauge *g = &w->block_gauges[f->what];
    sim_time sojourn = w->now - f->entered;
    mdl_gauge_end(w, g, outcome, sojourn, t->served - f->served);
    mdl_frame_pop(w, token);
}

/* Drops the frames above `end` (MDL_NONE: all), cancelling their timers: what was done in them is
 * withdrawn. */
static void drop_frames(struct mdl_world *w, uint32_t token, uint32_t end,
                        enum mdl_outcome outcome) {
    while (w->tokens[token].frame != end) {
        struct mdl_frame *f = &w->frames[w->tokens[token].frame];
        sim_event_cancel(&w->events, f->timer);
        if (f->kind == MDL_FRAME_NAMED) {
            mdl_block_leave(w, token, outcome);
        } else if (f->kind == MDL_FRAME_BREAKER) {
            mdl_breaker_forget(w, token);
        } else {
            mdl_frame_pop(w, token);
        }
    }
}

/* --- requests ----------------------------------------------------------------------------------
 */

/* What only some scenarios ask of a request that leaves. */
static void watch_end(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    const struct mdl_token *t = &w->tokens[token];
    for (uint64_t marks = t->marks; marks != 0; marks &= marks - 1) {
        struct mdl_gauge *m = &w->mark_gauges[__builtin_ctzll(marks)];
        m->arrived++;
        mdl_gauge_end(w, m, outcome, w->now - t->created, t->served);
    }
    if (outcome == MDL_OK && t->rank < w->program->scenario->sample_customers) {
        mdl_observe_customer(w, t);
    }
    if (w->program->hop_count > 0) {
        mdl_hops_end(w, token, outcome == MDL_OK);
        mdl_hops_forget(w, token);
    }
}

/* Lets go of what the token holds and stands in. */
static void let_go(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    mdl_pool_release_to(w, token, MDL_NONE);
    drop_frames(w, token, MDL_NONE, outcome);
}

void mdl_request_end(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    struct mdl_token *t = &w->tokens[token];
    if (t->hold != MDL_NONE || t->frame != MDL_NONE) {
        let_go(w, token, outcome);
    }
    if (w->watched) {
        watch_end(w, token, outcome);
    }
    enum mdl_owner owner_kind = t->owner_kind;
    uint32_t owner = t->owner;
    mdl_request_leave(w, token, outcome);
    if (owner_kind != MDL_OWNER_NONE) {
        mdl_owner_response(w, owner_kind, owner);
    }
}

/* --- forks -------------------------------------------------------------------------------------
 */

static void unlink_branch(struct mdl_world *w, struct mdl_join *join, uint32_t token) {
    uint32_t *link = &join->first;
    while (*link != token) {
        link = &w->tokens[*link].sibling;
    }
    *link = w->tokens[token].sibling;
    join->running--;
    w->tokens[token].join = MDL_NONE;
    w->tokens[token].role = MDL_ROLE_DETACHED;
}

static void withdraw(struct mdl_world *w, uint32_t token, enum mdl_cancel how,
                     enum mdl_outcome outcome);

/* The detached token ends without having done its work. */
static void discard(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    mdl_pool_release_to(w, token, MDL_NONE);
    drop_frames(w, token, MDL_NONE, outcome);
    if (w->program->hop_count > 0) {
        mdl_hops_forget(w, token);
    }
    mdl_token_free(w, token);
}

static bool is_waiting(const struct mdl_token *t) {
    return t->where == MDL_AT_QUEUE || t->where == MDL_AT_POOL || t->where == MDL_AT_LIMITER ||
           t->where == MDL_AT_CACHE || t->where == MDL_AT_BACKOFF;
}

/* Nobody waits for the branches of the join any more: withdrawn as `how` says, or on their own. */
static void dissolve(struct mdl_world *w, uint32_t index, enum mdl_cancel how) {
    while (w->joins[index].first != MDL_NONE) {
        uint32_t branch = w->joins[index].first;
        unlink_branch(w, &w->joins[index], branch);
        bool waits = is_waiting(&w->tokens[branch]) || w->tokens[branch].where == MDL_AT_JOIN;
        if (how == MDL_CANCEL_ALL || (how == MDL_CANCEL_WAITING && waits)) {
            withdraw(w, branch, how, MDL_ABANDONED);
            discard(w, branch, MDL_ABANDONED);
        }
    }
    w->joins[index].next = w->join_free;
    w->join_free = index;
}

static void hop_ends(struct mdl_world *w, uint32_t token, enum mdl_hop_kind kind) {
    if (w->program->hop_count > 0) {
        mdl_hops_pause(w, token, kind);
    }
}

/* Takes a token out of wherever it is; it is then free to fail or to be discarded. */
static void withdraw(struct mdl_world *w, uint32_t token, enum mdl_cancel how,
                     enum mdl_outcome outcome) {
    struct mdl_token *t = &w->tokens[token];
    switch ((enum mdl_where)t->where) {
    case MDL_AT_READY:
        mdl_line_remove(w, &w->ready, token);
        break;
    case MDL_AT_QUEUE:
    case MDL_AT_SERVICE:
        mdl_station_withdraw(w, token, outcome);
        break;
    case MDL_AT_POOL:
        mdl_pool_withdraw(w, token, outcome);
        break;
    case MDL_AT_LIMITER:
        mdl_limiter_withdraw(w, token, outcome);
        break;
    case MDL_AT_CACHE:
        hop_ends(w, token, MDL_HOP_FETCHES);
        mdl_store_withdraw(w, token);
        break;
    case MDL_AT_BACKOFF:
        mdl_backoff_step(w, t, -1);
        sim_event_cancel(&w->events, t->timer);
        hop_ends(w, token, MDL_HOP_BACKOFF);
        break;
    case MDL_AT_DELAY:
        t->served += w->now - t->started;
        sim_event_cancel(&w->events, t->timer);
        hop_ends(w, token, MDL_HOP_DELAYS);
        break;
    case MDL_AT_CRASH:
        break;
    case MDL_AT_JOIN:
        hop_ends(w, token, MDL_HOP_GIVEN_UP);
        dissolve(w, t->waits_for, how);
        break;
    }
    w->tokens[token].where = MDL_AT_READY;
}

void mdl_token_fork(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_fork_code *fork = &w->program->forks[op->a];
    uint32_t join = mdl_join_new(w);
    w->joins[join] = (struct mdl_join){
        .parent = token, .fork = op->a, .running = fork->count, .first = MDL_NONE};
    for (uint32_t i = fork->count; i-- > 0;) {
        uint32_t branch = mdl_token_new(w);
        struct mdl_token *b = &w->tokens[branch];
        *b = w->tokens[token];
        b->pc = fork->targets[i];
        b->frame = b->hold = MDL_NONE;
        b->role = MDL_ROLE_BRANCH;
        b->owner_kind = MDL_OWNER_NONE;
        b->join = join;
        b->served = 0;
        b->attempts = 0;
        b->entity = sim_mix(sim_mix(b->entity, op->purpose + b->epoch), i);
        b->sibling = w->joins[join].first;
        w->joins[join].first = branch;
    }
    w->tokens[token].where = MDL_AT_JOIN;
    w->tokens[token].since = w->now;
    w->tokens[token].waits_for = join;
    w->tokens[token].pc = fork->after;
    for (uint32_t b = w->joins[join].first; b != MDL_NONE; b = w->tokens[b].sibling) {
        mdl_ready(w, b);
    }
}

/* A branch has ended, OK or not; the fork goes on, fails, or waits for more. */
static void end_branch(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    uint32_t index = w->tokens[token].join;
    struct mdl_join *join = &w->joins[index];
    const struct mdl_fork_code *fork = &w->program->forks[join->fork];
    uint32_t parent = join->parent;
    sim_time served = w->tokens[token].served;
    w->tokens[parent].attempts += w->tokens[token].attempts;
    w->tokens[parent].marks |= outcome == MDL_OK ? w->tokens[token].marks : 0;
    unlink_branch(w, join, token);
    join->ended += outcome == MDL_OK;
    enum mdl_cancel how = fork->cancel_rest ? MDL_CANCEL_ALL : MDL_CANCEL_NONE;
    bool decides = join->ended >= fork->need || join->ended + join->running < fork->need;
    if (decides && w->program->hop_count > 0) {
        mdl_hops_branch(w, parent, token);
    }
    discard(w, token, outcome);
    if (join->ended >= fork->need) {
        w->tokens[parent].served += served;
        dissolve(w, index, how);
        mdl_ready(w, parent);
    } else if (join->ended + join->running < fork->need) {
        dissolve(w, index, how);
        w->tokens[parent].where = MDL_AT_READY;
        mdl_token_fail(w, parent, outcome);
    }
}

void mdl_token_async(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    uint32_t work = mdl_token_new(w);
    struct mdl_token *a = &w->tokens[work];
    struct mdl_token *t = &w->tokens[token];
    *a = *t;
    a->frame = a->hold = a->join = MDL_NONE;
    a->role = MDL_ROLE_DETACHED;
    a->owner_kind = MDL_OWNER_NONE;
    a->entity = sim_mix(a->entity, op->purpose + a->epoch);
    t->pc = op->a;
    mdl_ready(w, work);
}

/* --- ends and failures --------------------------------------------------------------------------
 */

void mdl_token_done(struct mdl_world *w, uint32_t token) {
    switch ((enum mdl_role)w->tokens[token].role) {
    case MDL_ROLE_REQUEST:
        mdl_request_end(w, token, MDL_OK);
        break;
    case MDL_ROLE_BRANCH:
        end_branch(w, token, MDL_OK);
        break;
    case MDL_ROLE_DETACHED:
        discard(w, token, MDL_OK);
        break;
    }
}

static double backoff_s(const struct mdl_world *w, const struct mdl_token *t,
                        const struct mdl_frame *f, const struct mdl_retry *r) {
    struct sim_draw draw = mdl_draw_of(w, t, f->purpose + f->left * 0x9e3779b97f4a7c15u);
    if (!r->exponential) {
        int rank = (int)f->left - 1 < r->backoff_count ? (int)f->left - 1 : r->backoff_count - 1;
        return rank < 0 ? 0 : sim_dist_draw(&r->backoffs[rank], &draw, NULL);
    }
    double span = fmin(r->base_s * pow(r->factor, (double)f->left - 1), r->max_s);
    switch (r->jitter) {
    case MDL_JITTER_NONE:
        break;
    case MDL_JITTER_FULL:
        return span * sim_draw_unit(&draw, NULL);
    case MDL_JITTER_EQUAL:
        return span * (0.5 + 0.5 * sim_draw_unit(&draw, NULL));
    }
    return span;
}

/* Tries the block of the innermost frame again, if its rules allow. */
static bool try_again(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    struct mdl_token *t = &w->tokens[token];
    struct mdl_frame *f = &w->frames[t->frame];
    const struct mdl_retry *r = w->program->retries[f->what];
    struct mdl_budget *budget = &w->budgets[f->what];
    if (!r->on[outcome] || (r->attempts > 0 && f->left >= (uint32_t)r->attempts) ||
        (r->has_budget && budget->tokens < 1 - 1e-9)) {
        return false;
    }
    budget->tokens -= r->has_budget ? 1 : 0;
    mdl_pool_release_to(w, token, f->hold);
    t->attempts++;
    mdl_token_change_class(w, token, f->cls);
    t->pc = f->pc;
    t->epoch = r->redraw ? t->epoch + 1 : f->epoch;
    sim_time span = sim_time_from_s(backoff_s(w, t, f, r));
    f->left++;
    if (span == 0) {
        mdl_ready(w, token);
        return true;
    }
    t->where = MDL_AT_BACKOFF;
    t->since = w->now;
    mdl_backoff_step(w, t, 1);
    t->timer =
        sim_event_schedule(&w->events, w->now + span, sim_order(&w->events, SIM_PHASE_COMPLETION),
                           MDL_EV_DELAYED, token, 0);
    return true;
}

/* What the innermost frame is for has failed. */
static void fail_frame(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    struct mdl_frame *f = &w->frames[w->tokens[token].frame];
    switch ((enum mdl_frame_kind)f->kind) {
    case MDL_FRAME_NAMED:
        mdl_block_leave(w, token, outcome);
        break;
    case MDL_FRAME_BREAKER:
        mdl_breaker_leave(w, token, outcome);
        break;
    case MDL_FRAME_TIMEOUT:
        sim_event_cancel(&w->events, f->timer);
        mdl_frame_pop(w, token);
        break;
    case MDL_FRAME_RETRY:
    case MDL_FRAME_CALL:
    case MDL_FRAME_LOOP:
    case MDL_FRAME_CACHE:
        mdl_frame_pop(w, token);
        break;
    }
}

void mdl_token_fail(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    while (w->tokens[token].frame != MDL_NONE) {
        bool tries = w->frames[w->tokens[token].frame].kind == MDL_FRAME_RETRY;
        if (tries && try_again(w, token, outcome)) {
            return;
        }
        fail_frame(w, token, outcome);
    }
    switch ((enum mdl_role)w->tokens[token].role) {
    case MDL_ROLE_REQUEST:
        mdl_request_end(w, token, outcome);
        break;
    case MDL_ROLE_BRANCH:
        end_branch(w, token, outcome);
        break;
    case MDL_ROLE_DETACHED:
        discard(w, token, outcome);
        break;
    }
}

void mdl_token_stop(struct mdl_world *w, uint32_t token, uint32_t bay) {
    withdraw(w, token, MDL_CANCEL_ALL, MDL_FAILED);
    w->tokens[token].where = MDL_AT_CRASH;
    w->tokens[token].place = bay;
}

void mdl_token_crash(struct mdl_world *w, uint32_t token, uint32_t bay) {
    w->tokens[token].where = MDL_AT_READY;
    /* Retries that began while the place was held are gone with it. */
    uint32_t end = w->tokens[token].frame;
    for (uint32_t i = end; i != MDL_NONE; i = w->frames[i].below) {
        const struct mdl_frame *f = &w->frames[i];
        end = f->kind == MDL_FRAME_RETRY && mdl_pool_reaches(w, f->hold, bay) ? f->below : end;
    }
    while (w->tokens[token].frame != end) {
        fail_frame(w, token, MDL_FAILED);
    }
    mdl_token_fail(w, token, MDL_FAILED);
}

/* --- retries and timeouts -----------------------------------------------------------------------
 */

void mdl_token_retry(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_retry *r = w->program->retries[op->a];
    struct mdl_frame *f = mdl_frame_push(w, token, MDL_FRAME_RETRY);
    f->what = op->a;
    f->pc = w->tokens[token].pc;
    f->left = 1;
    f->purpose = op->purpose;
    if (r->has_budget) {
        double *tokens = &w->budgets[op->a].tokens;
        *tokens = fmin(*tokens + r->budget_ratio, r->budget_burst);
    }
}

void mdl_token_timeout(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_timeout_code *code = &w->program->timeouts[op->a];
    struct sim_draw draw = mdl_draw_of(w, &w->tokens[token], op->purpose);
    sim_time span = sim_time_from_s(sim_dist_draw(&code->span, &draw, NULL));
    struct mdl_frame *f = mdl_frame_push(w, token, MDL_FRAME_TIMEOUT);
    f->what = op->a;
    f->timer = sim_event_schedule(&w->events, w->now + span, sim_order(&w->events, SIM_PHASE_TIMER),
                                  MDL_EV_TIMEOUT, w->tokens[token].frame, 0);
}

/* Time in service at the visit or delay under way. */
static sim_time served_so_far(const struct mdl_world *w, const struct mdl_token *t) {
    bool served = t->where == MDL_AT_SERVICE || t->where == MDL_AT_DELAY;
    bool visits = t->where == MDL_AT_SERVICE || t->where == MDL_AT_QUEUE;
    return (visits ? t->visit_served : 0) + (served ? w->now - t->started : 0);
}

/* Splits the token at the frame: it keeps what lies above and goes on detached; a new token takes
 * over the request with what lies below. Returns the new one. */
static uint32_t split(struct mdl_world *w, uint32_t token, uint32_t frame) {
    uint32_t heir = mdl_token_new(w);
    struct mdl_token *t = &w->tokens[token];
    struct mdl_token *h = &w->tokens[heir];
    const struct mdl_frame *f = &w->frames[frame];
    *h = *t;
    h->where = MDL_AT_READY;
    h->served += served_so_far(w, t);
    if (w->program->hop_count > 0) {
        mdl_hops_split(w, heir, token);
    }
    h->frame = f->below;
    h->hold = f->hold;
    h->timer = (struct sim_handle){0, 0};
    h->epoch = t->epoch + 1;
    for (uint32_t i = h->frame; i != MDL_NONE; i = w->frames[i].below) {
        w->frames[i].token = heir;
    }
    uint32_t *link = &t->frame;
    while (*link != frame) {
        struct mdl_frame *above = &w->frames[*link];
        above->hold = above->hold == h->hold ? MDL_NONE : above->hold; /* the heir's from here on */
        link = &above->below;
    }
    *link = MDL_NONE;
    w->frames[frame].below = w->frame_free;
    w->frame_free = frame;
    uint32_t *hold = &t->hold;
    while (*hold != h->hold) {
        hold = &w->holds[*hold].below;
    }
    *hold = MDL_NONE;
    if (h->role == MDL_ROLE_BRANCH) { /* the heir is the branch from here on */
        uint32_t *branch = &w->joins[h->join].first;
        while (*branch != token) {
            branch = &w->tokens[*branch].sibling;
        }
        *branch = heir;
    }
    t->role = MDL_ROLE_DETACHED;
    t->owner_kind = MDL_OWNER_NONE;
    t->join = MDL_NONE;
    t->entity = sim_mix(t->entity, w->program->sources[t->source].salt + t->epoch);
    return heir;
}

void mdl_token_time_over(struct mdl_world *w, uint32_t frame) {
    uint32_t token = w->frames[frame].token;
    const struct mdl_token *t = &w->tokens[token];
    enum mdl_cancel how = w->program->timeouts[w->frames[frame].what].cancel;
    bool waits = is_waiting(t) || t->where == MDL_AT_JOIN;
    if (how == MDL_CANCEL_ALL || (how == MDL_CANCEL_WAITING && waits)) {
        withdraw(w, token, how, MDL_TIMED_OUT);
        drop_frames(w, token, frame, MDL_TIMED_OUT); /* what is inside the block ends with it */
        mdl_pool_release_to(w, token, w->frames[frame].hold);
        mdl_frame_pop(w, token);
        mdl_token_fail(w, token, MDL_TIMED_OUT);
        return;
    }
    mdl_token_fail(w, split(w, token, frame), MDL_TIMED_OUT);
}
