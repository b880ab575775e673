/* Pools: places held while something else is used. */
#include "models/world.h"

static uint32_t bay_load(const struct mdl_world *w, uint32_t bay) {
    return (uint32_t)(w->bays[bay].held + w->bays[bay].queued);
}

/* One more, or one less, held at the bay. */
static void count_held(struct mdl_world *w, struct mdl_bay *b, int change) {
    b->held += change;
    sim_dwell_step(&b->held_track->dwell, w->now, change);
    if (b->total != NULL) {
        sim_dwell_step(&b->total[MDL_TOTAL_HELD].dwell, w->now, change);
    }
}

/* The same of those who wait. */
static void count_queued(struct mdl_world *w, struct mdl_bay *b, int change) {
    b->queued += change;
    sim_dwell_step(&b->queue_track->dwell, w->now, change);
    if (b->total != NULL) {
        sim_dwell_step(&b->total[MDL_TOTAL_QUEUED].dwell, w->now, change);
    }
}

static void grant(struct mdl_world *w, uint32_t bay, uint32_t token, sim_time waited) {
    struct mdl_bay *b = &w->bays[bay];
    count_held(w, b, 1);
    b->granted++;
    b->gauge->outcome[MDL_OK]++;
    if (b->pool->watch_bay != MDL_NONE) {
        int64_t there = w->bays[b->pool->watch_bay + bay - b->pool->first_bay].held;
        b->seen += there > 0;
        b->seen_places += (uint64_t)there;
    }
    mdl_gauge_waiting(w, b->gauge, waited);
    uint32_t hold = mdl_hold_new(w);
    struct mdl_token *t = &w->tokens[token];
    w->holds[hold] = (struct mdl_hold){.below = t->hold, .bay = bay, .since = w->now};
    t->hold = hold;
}

bool mdl_pool_acquire(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_pool_code *pool = &w->program->pools[op->a];
    struct mdl_token *t = &w->tokens[token];
    uint32_t bay = pool->first_bay;
    if (pool->instances > 1) {
        struct mdl_choice choice = {.balancer = pool->balancer,
                                    .ties = pool->ties,
                                    .choices = pool->choices,
                                    .first = pool->first_bay,
                                    .instances = pool->instances,
                                    .with_pool = pool->with_pool,
                                    .turn = &w->pool_turn[op->a],
                                    .purpose = pool->purpose + op->purpose,
                                    .load = bay_load};
        mdl_choice_narrow(w, &choice, op);
        if (pool->crash_at > 0) {
            choice.up = mdl_pool_up(w, choice.first, &choice.instances);
        }
        bay = choice.first + mdl_balance(w, t, &choice);
    }
    struct mdl_bay *b = &w->bays[bay];
    b->gauge->arrived++;
    if (pool->crash_at > 0 && w->now >= b->down.until &&
        b->held + b->queued + 1 >= pool->crash_at) {
        mdl_pool_crash(w, bay, token);
        return false;
    }
    bool down = w->now < b->down.until;
    if (b->held < pool->size && !down) {
        grant(w, bay, token, 0);
        return true;
    }
    b->full = b->full < 0 && !down ? w->now : b->full;
    if (down || (pool->queue >= 0 && b->queued >= pool->queue)) {
        mdl_gauge_lost(b->gauge, MDL_REJECTED, 0, 0);
        b->refused = b->refused < 0 ? w->now : b->refused;
        mdl_token_fail(w, token, MDL_REJECTED);
        return false;
    }
    t->place = bay;
    t->since = w->now;
    t->where = MDL_AT_POOL;
    struct mdl_line *line = &b->lines[pool->level[t->cls]];
    mdl_line_insert(w, line, token, pool->discipline == MDL_LCFS ? line->head : MDL_NONE);
    count_queued(w, b, 1);
    b->gauge->waited++;
    t->timer = (struct sim_handle){0, 0};
    if (pool->has_patience) {
        struct sim_draw draw = mdl_draw_of(w, t, pool->patience_purpose + op->purpose);
        sim_time patience = sim_time_from_s(sim_dist_draw(&pool->patience, &draw, NULL));
        t->timer =
            sim_event_schedule(&w->events, w->now + patience,
                               sim_order(&w->events, SIM_PHASE_TIMER), MDL_EV_PATIENCE, token, 0);
    }
    return false;
}

static void unqueue(struct mdl_world *w, struct mdl_bay *b, uint32_t token) {
    mdl_line_remove(w, &b->lines[b->pool->level[w->tokens[token].cls]], token);
    count_queued(w, b, -1);
    if (w->program->hop_count > 0) {
        mdl_hops_pool(w, token, (uint32_t)(b - w->bays));
    }
}

/* Gives back the place of `hold` and lets the first in line have it. */
static void give_back(struct mdl_world *w, uint32_t hold) {
    uint32_t bay = w->holds[hold].bay;
    struct mdl_bay *b = &w->bays[bay];
    count_held(w, b, -1);
    b->released++;
    b->holding += w->now - w->holds[hold].since;
    w->holds[hold].below = w->hold_free;
    w->hold_free = hold;
    if (b->queued == 0 || b->held >= b->pool->size || w->now < b->down.until) {
        return;
    }
    uint32_t level = 0;
    while (b->lines[level].head == MDL_NONE) {
        level++;
    }
    uint32_t token = b->lines[level].head;
    unqueue(w, b, token);
    sim_event_cancel(&w->events, w->tokens[token].timer);
    grant(w, bay, token, w->now - w->tokens[token].since);
    mdl_ready(w, token);
}

void mdl_pool_release(struct mdl_world *w, uint32_t token, uint32_t pool) {
    uint32_t *link = &w->tokens[token].hold;
    while (*link != MDL_NONE && w->bays[w->holds[*link].bay].pool != &w->program->pools[pool]) {
        link = &w->holds[*link].below;
    }
    if (*link == MDL_NONE) {
        mdl_world_broken(w, "a pool is released that is not held", pool, 0);
    }
    uint32_t hold = *link;
    *link = w->holds[hold].below;
    give_back(w, hold);
}

void mdl_pool_release_to(struct mdl_world *w, uint32_t token, uint32_t mark) {
    while (w->tokens[token].hold != mark) {
        uint32_t hold = w->tokens[token].hold;
        w->tokens[token].hold = w->holds[hold].below;
        give_back(w, hold);
    }
}

void mdl_pool_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    struct mdl_bay *b = &w->bays[w->tokens[token].place];
    unqueue(w, b, token);
    sim_event_cancel(&w->events, w->tokens[token].timer);
    sim_time waited = w->now - w->tokens[token].since;
    mdl_gauge_lost(b->gauge, outcome, waited, waited);
    w->tokens[token].where = MDL_AT_READY;
}

bool mdl_pool_reaches(const struct mdl_world *w, uint32_t hold, uint32_t bay) {
    while (hold != MDL_NONE && w->holds[hold].bay != bay) {
        hold = w->holds[hold].below;
    }
    return hold != MDL_NONE;
}

void mdl_pool_patience(struct mdl_world *w, uint32_t token) {
    mdl_pool_withdraw(w, token, MDL_TIMED_OUT);
    mdl_token_fail(w, token, MDL_TIMED_OUT);
}
