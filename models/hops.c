/* Where a request's time goes: the parts of its response, in whole nanoseconds.
 *
 * Each token that carries a request, or a branch of a fork, keeps the time it has spent so far at
 * each hop: a station (waiting, and in service), a pool or a limiter (waiting), delays, backoff. A
 * token is always at exactly one hop, so the parts of a request sum to its response; that is
 * asserted for each one that ends. A fork costs what the branch cost that let it go on or made it
 * fail: all branches start at the same instant, so the parts of that branch sum to the time at the
 * fork. A timeout takes what was spent inside its block along, whether it withdraws the work or
 * leaves it; a fork that it gives up has no such branch, and its time is told apart.
 *
 * Memory: one row per token slot and one sum per kind of request and hop. Without `hop_count` in
 * the program nothing here is called.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/world.h"

static uint32_t pool_hop(const struct mdl_program *p, uint32_t bay) {
    return p->station_count + p->bay_pool[bay];
}

static uint32_t limiter_hop(const struct mdl_program *p, uint32_t limiter) {
    return p->station_count + p->pool_count + limiter;
}

static uint32_t other_hop(const struct mdl_program *p, enum mdl_hop_kind kind) {
    return p->hop_count - MDL_HOP_KINDS + (uint32_t)kind;
}

void mdl_hops_layout(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    size_t cells = (size_t)p->source_count * p->class_count * p->hop_count;
    w->hops.sums = sim_arena_array(w->arena, cells, sizeof *w->hops.sums);
}

void mdl_hops_free(struct mdl_world *w) {
    free(w->hops.rows);
    free(w->hops.touched);
}

void mdl_hops_reset(struct mdl_world *w) {
    if (w->hops.room > 0) {
        memset(w->hops.touched, 0, w->hops.room * sizeof *w->hops.touched);
    }
    mdl_hops_warm(w);
}

void mdl_hops_warm(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    size_t cells = (size_t)p->source_count * p->class_count * p->hop_count;
    memset(w->hops.sums, 0, cells * sizeof *w->hops.sums);
}

/* The token's row, which grows with the pool of tokens. */
static struct mdl_hop *row_of(struct mdl_world *w, uint32_t token) {
    struct mdl_hops *h = &w->hops;
    uint32_t count = w->program->hop_count;
    if (token >= h->room) {
        uint32_t room = w->token_room;
        h->rows = sim_realloc(h->rows, (size_t)room * count, sizeof *h->rows);
        h->touched = sim_realloc(h->touched, room, sizeof *h->touched);
        memset(h->touched + h->room, 0, (room - h->room) * sizeof *h->touched);
        h->room = room;
    }
    return h->rows + (size_t)token * count;
}

/* The token's cell of a hop. A bit stands for every 64th hop: cells are cleared when the first of
 * theirs is touched, so that a request that passes few hops does not pay for all. */
static struct mdl_hop *cell_of(struct mdl_world *w, uint32_t token, uint32_t hop) {
    struct mdl_hop *row = row_of(w, token);
    uint64_t bit = 1ULL << (hop % 64);
    if ((w->hops.touched[token] & bit) == 0) {
        w->hops.touched[token] |= bit;
        for (uint32_t i = hop % 64; i < w->program->hop_count; i += 64) {
            row[i] = (struct mdl_hop){0, 0, 0};
        }
    }
    return &row[hop];
}

/* Adds the parts of one token to those of another. */
static void add_row(struct mdl_world *w, uint32_t into, uint32_t from) {
    row_of(w, from);
    row_of(w, into);
    for (uint64_t left = w->hops.touched[from]; left != 0; left &= left - 1) {
        uint32_t first = (uint32_t)__builtin_ctzll(left);
        for (uint32_t i = first; i < w->program->hop_count; i += 64) {
            const struct mdl_hop part = *cell_of(w, from, i);
            struct mdl_hop *sum = cell_of(w, into, i);
            sum->waiting += part.waiting;
            sum->service += part.service;
            sum->slowed += part.slowed;
        }
    }
}

/* ns that the demand of the visit takes a single job at full speed. */
static sim_time own_ns(const struct mdl_place *p, const struct mdl_token *t) {
    double ns =
        p->station->shared ? t->demand / p->code->rates[0] : t->demand * p->code->ns_per_work;
    return ns < SIM_TIME_LIMIT * 1e9 ? (sim_time)llrint(ns) : SIM_TIME_MAX / 2;
}

static void add_visit(struct mdl_world *w, uint32_t into, const struct mdl_token *t,
                      sim_time served) {
    const struct mdl_place *p = &w->places[t->place];
    sim_time own = own_ns(p, t);
    struct mdl_hop *cell = cell_of(w, into, w->program->place_station[t->place]);
    cell->waiting += w->now - t->since - served;
    cell->service += served;
    cell->slowed += served > own ? served - own : 0;
}

void mdl_hops_visit(struct mdl_world *w, uint32_t token, sim_time served) {
    if (w->tokens[token].role != MDL_ROLE_DETACHED) {
        add_visit(w, token, &w->tokens[token], served);
    }
}

static void add_wait(struct mdl_world *w, uint32_t token, uint32_t hop) {
    const struct mdl_token *t = &w->tokens[token];
    if (t->role != MDL_ROLE_DETACHED) {
        cell_of(w, token, hop)->waiting += w->now - t->since;
    }
}

void mdl_hops_pool(struct mdl_world *w, uint32_t token, uint32_t bay) {
    add_wait(w, token, pool_hop(w->program, bay));
}

void mdl_hops_limiter(struct mdl_world *w, uint32_t token, uint32_t limiter) {
    add_wait(w, token, limiter_hop(w->program, limiter));
}

void mdl_hops_pause(struct mdl_world *w, uint32_t token, enum mdl_hop_kind kind) {
    const struct mdl_token *t = &w->tokens[token];
    if (t->role != MDL_ROLE_DETACHED) {
        struct mdl_hop *cell = cell_of(w, token, other_hop(w->program, kind));
        *(kind == MDL_HOP_DELAYS ? &cell->service : &cell->waiting) += w->now - t->since;
    }
}

void mdl_hops_branch(struct mdl_world *w, uint32_t parent, uint32_t branch) {
    add_row(w, parent, branch);
}

void mdl_hops_split(struct mdl_world *w, uint32_t heir, uint32_t token) {
    add_row(w, heir, token);
    const struct mdl_program *p = w->program;
    const struct mdl_token *t = &w->tokens[token];
    sim_time since = w->now - t->since;
    switch ((enum mdl_where)t->where) {
    case MDL_AT_CRASH:
    case MDL_AT_READY: /* takes no time */
        break;
    case MDL_AT_QUEUE:
        add_visit(w, heir, t, t->visit_served);
        break;
    case MDL_AT_SERVICE:
        add_visit(w, heir, t, t->visit_served + w->now - t->started);
        break;
    case MDL_AT_POOL:
        cell_of(w, heir, pool_hop(p, t->place))->waiting += since;
        break;
    case MDL_AT_LIMITER:
        cell_of(w, heir, limiter_hop(p, t->place))->waiting += since;
        break;
    case MDL_AT_DELAY:
        cell_of(w, heir, other_hop(p, MDL_HOP_DELAYS))->service += since;
        break;
    case MDL_AT_BACKOFF:
        cell_of(w, heir, other_hop(p, MDL_HOP_BACKOFF))->waiting += since;
        break;
    case MDL_AT_CACHE:
        cell_of(w, heir, other_hop(p, MDL_HOP_FETCHES))->waiting += since;
        break;
    case MDL_AT_JOIN:
        cell_of(w, heir, other_hop(p, MDL_HOP_GIVEN_UP))->waiting += since;
        break;
    }
}

void mdl_hops_end(struct mdl_world *w, uint32_t token, bool ok) {
    const struct mdl_token *t = &w->tokens[token];
    const struct mdl_program *p = w->program;
    struct mdl_hop_sum *sums = w->hops.sums + (t->source * p->class_count + t->cls) * p->hop_count;
    const struct mdl_hop *row = row_of(w, token);
    sim_time sum = 0;
    for (uint64_t left = w->hops.touched[token]; left != 0; left &= left - 1) {
        for (uint32_t i = (uint32_t)__builtin_ctzll(left); i < p->hop_count; i += 64) {
            sum += row[i].waiting + row[i].service;
            sums[i].waiting += ok ? row[i].waiting : 0;
            sums[i].service += ok ? row[i].service : 0;
            sums[i].slowed += ok ? row[i].slowed : 0;
        }
    }
    if (sum != w->now - t->created) {
        mdl_world_broken(w, "request: sum of the times at its hops = response", (double)sum,
                         (double)(w->now - t->created));
    }
}

void mdl_hops_forget(struct mdl_world *w, uint32_t token) {
    if (token < w->hops.room) {
        w->hops.touched[token] = 0;
    }
}
