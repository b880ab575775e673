/* Instances of pools that crash: "out of memory" when too many hold or wait for a place there.
 *
 * The arrival that makes them too many fails, and so does every request that holds or waits for a
 * place at the instance: its work is withdrawn wherever it is, in the order of the requests'
 * beginnings. A retry may try again, unless it began while the place was held: then it is gone with
 * the place. The instance is down for a time, and then empty.
 */
#include <math.h>
#include <stdlib.h>

#include "models/world.h"

static bool is_struck(const struct mdl_world *w, uint32_t token, uint32_t bay) {
    const struct mdl_token *t = &w->tokens[token];
    bool comes = t->where == MDL_AT_POOL || t->where == MDL_AT_CRASH;
    return (comes && t->place == bay) || mdl_pool_reaches(w, t->hold, bay);
}

static int in_order(const void *a, const void *b) {
    const struct mdl_struck *x = a;
    const struct mdl_struck *y = b;
    return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank)
                              : (x->token > y->token) - (x->token < y->token);
}

void mdl_pool_crash(struct mdl_world *w, uint32_t bay, uint32_t newcomer) {
    struct mdl_bay *b = &w->bays[bay];
    const struct mdl_pool_code *pool = b->pool;
    struct sim_draw draw = {w->key, pool->crash_purpose, bay - pool->first_bay, b->crashes_ever, 0};
    mdl_spell_begin(&b->down, w->now, sim_time_from_s(sim_dist_draw(&pool->down, &draw, NULL)));
    b->crashes_ever++;
    b->crashes++;
    mdl_gauge_lost(b->gauge, MDL_FAILED, 0, 0);
    w->tokens[newcomer].where = MDL_AT_CRASH;
    w->tokens[newcomer].place = bay;
    uint32_t count = 0;
    for (uint32_t i = 0; i < w->token_count; i++) { /* free slots hold and wait for nothing */
        if (!is_struck(w, i, bay)) {
            continue;
        }
        if (count == w->struck_room) {
            w->struck_room = w->struck_room == 0 ? 64 : 2 * w->struck_room;
            w->struck = sim_realloc(w->struck, w->struck_room, sizeof *w->struck);
        }
        w->struck[count++] = (struct mdl_struck){w->tokens[i].rank, i};
    }
    qsort(w->struck, count, sizeof *w->struck, in_order);
    /* First all work stops, so that nobody is let in for whom another goes; then all fail. One may
     * be gone with another: a branch with its request. */
    for (uint32_t i = 0; i < count; i++) {
        if (is_struck(w, w->struck[i].token, bay)) {
            mdl_token_stop(w, w->struck[i].token, bay);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_struck(w, w->struck[i].token, bay)) {
            b->crashed++;
            mdl_token_crash(w, w->struck[i].token, bay);
        }
    }
}

const uint32_t *mdl_pool_up(struct mdl_world *w, uint32_t first, uint32_t *instances) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < *instances; i++) {
        if (w->now >= w->bays[first + i].down.until) {
            w->up[count++] = i;
        }
    }
    if (count == 0 || count == *instances) {
        return NULL;
    }
    *instances = count;
    return w->up;
}

/* --- what is observed ---------------------------------------------------------------------------
 */

void mdl_crashes_reset(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->bay_count; i++) {
        struct mdl_bay *b = &w->bays[i];
        b->down = (struct mdl_spell){0, 0, 0};
        b->crashes = b->crashed = 0;
        b->crashes_ever = 0;
        b->down_then = 0;
    }
}

void mdl_crashes_warm(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->bay_count; i++) {
        struct mdl_bay *b = &w->bays[i];
        b->crashes = b->crashed = 0;
        b->down_then = mdl_spell_sum(&b->down, w->now);
    }
}

void mdl_crashes_result(struct mdl_world *w) {
    struct mdl_result *r = w->result;
    r->crashes = sim_arena_array(r->arena, w->program->bay_count, sizeof *r->crashes);
    for (uint32_t i = 0; i < w->program->bay_count; i++) {
        const struct mdl_bay *b = &w->bays[i];
        double down = (double)(mdl_spell_sum(&b->down, w->now) - b->down_then) / 1e9;
        r->crashes[i] = (struct mdl_crashes){b->crashes, b->crashed, down};
    }
}
