/* Which place can follow which on the ways of requests: an analysis over all paths.
 *
 * What a route ends at is kept per route, not per caller, so that a path may be seen that no
 * request takes; never the other way round.
 */
#include <string.h>

#include "models/compile_parts.h"
#include "models/solve_traffic.h"

struct order {
    const struct mdl_traffic *traffic;
    struct sim_arena *arena;
    size_t nodes;
    bool *after;
    bool **starts; /* per route: the places that may come just before it */
    bool **ends;   /* per route: the last places when it ends */
    bool changed;
};

static bool *set_new(const struct order *o) {
    return sim_arena_array(o->arena, o->nodes, sizeof(bool));
}

static void set_add(struct order *o, bool *to, const bool *from) {
    for (size_t i = 0; i < o->nodes; i++) {
        if (from[i] && !to[i]) {
            to[i] = true;
            o->changed = true;
        }
    }
}

static void scan(struct order *o, const struct mdl_block *block, bool *last);

/* The blocks of a step, each from what is last; what may be last after them goes into `last`
 * (which keeps what it has when `around`: the blocks may be skipped, or are beside the way). */
static void scan_blocks(struct order *o, const struct mdl_step *step, bool around, bool *last) {
    bool *before = set_new(o);
    memcpy(before, last, o->nodes);
    if (!around) {
        memset(last, 0, o->nodes);
    }
    for (int b = 0; b < step->block_count; b++) {
        if (step->weights != NULL && !step->in_turn && step->weights[b] == 0) {
            continue;
        }
        bool *branch = set_new(o);
        memcpy(branch, before, o->nodes);
        scan(o, &step->blocks[b], branch);
        bool changed = o->changed;
        set_add(o, last, branch);
        o->changed = changed;
    }
}

static void scan_loop(struct order *o, const struct mdl_step *step, bool *last) {
    bool *entry = set_new(o);
    memcpy(entry, last, o->nodes);
    for (int round = 0; round < 2; round++) { /* the second begins where the first ended */
        memcpy(last, entry, o->nodes);
        scan(o, &step->blocks[0], last);
        for (size_t i = 0; i < o->nodes; i++) {
            entry[i] = entry[i] || last[i];
        }
        if (!step->has_again && step->times < 2) {
            break;
        }
    }
}

static void scan_step(struct order *o, const struct mdl_step *step, int target, bool *last) {
    switch (step->kind) {
    case MDL_STEP_SERVE:
        for (size_t i = 0; i < o->nodes; i++) {
            bool *edge = &o->after[i * o->nodes + (size_t)target];
            o->changed = o->changed || (last[i] && !*edge);
            *edge = *edge || last[i];
        }
        if (step->times > 1) {
            o->after[(size_t)target * o->nodes + (size_t)target] = true;
        }
        memset(last, 0, o->nodes);
        last[target] = true;
        break;
    case MDL_STEP_CALL:
        set_add(o, o->starts[target], last);
        memcpy(last, o->ends[target], o->nodes);
        break;
    case MDL_STEP_GOTO:
        set_add(o, o->starts[target], last);
        memset(last, 0, o->nodes); /* what ends the target ends this route: see follow_gotos */
        break;
    case MDL_STEP_BRANCH:
    case MDL_STEP_CACHE:
    case MDL_STEP_TIMEOUT:
    case MDL_STEP_RETRY:
    case MDL_STEP_BREAKER:
        scan_blocks(o, step, false, last);
        break;
    case MDL_STEP_REPEAT:
        scan_loop(o, step, last);
        break;
    case MDL_STEP_FORK:
    case MDL_STEP_ASYNC:
        scan_blocks(o, step, true, last);
        break;
    case MDL_STEP_FAIL:
        memset(last, 0, o->nodes);
        break;
    case MDL_STEP_DELAY:
    case MDL_STEP_ACQUIRE:
    case MDL_STEP_RELEASE:
    case MDL_STEP_MARK:
    case MDL_STEP_CLASS:
    case MDL_STEP_LIMIT:
        break;
    }
}

static void scan(struct order *o, const struct mdl_block *block, bool *last) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        scan_step(o, step, o->traffic->target[mdl_traffic_step(o->traffic, step)], last);
    }
}

/* A goto anywhere in the block: what ends its target ends this route too. */
static void follow_gotos(struct order *o, const struct mdl_block *block, bool *ends) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        if (step->kind == MDL_STEP_GOTO) {
            set_add(o, ends, o->ends[mdl_find_route(o->traffic->network, step->target)]);
        }
        for (int b = 0; b < step->block_count; b++) {
            follow_gotos(o, &step->blocks[b], ends);
        }
    }
}

static void begin_at(struct order *o, const char *route, int source) {
    if (route != NULL) {
        size_t node = (size_t)o->traffic->network->station_count + (size_t)source;
        o->starts[mdl_find_route(o->traffic->network, route)][node] = true;
    }
}

bool *mdl_traffic_order(const struct mdl_traffic *traffic, struct sim_arena *arena) {
    const struct mdl_network *n = traffic->network;
    size_t routes = (size_t)n->route_count;
    struct order o = {.traffic = traffic,
                      .arena = sim_arena_new(),
                      .nodes = (size_t)n->station_count + (size_t)n->source_count};
    o.after = sim_arena_array(arena, o.nodes * o.nodes, sizeof *o.after);
    o.starts = sim_arena_array(o.arena, routes, sizeof(bool *));
    o.ends = sim_arena_array(o.arena, routes, sizeof(bool *));
    for (size_t r = 0; r < routes; r++) {
        o.starts[r] = set_new(&o);
        o.ends[r] = set_new(&o);
    }
    for (int s = 0; s < n->source_count; s++) {
        const struct mdl_source *source = &n->sources[s];
        begin_at(&o, source->route, s);
        for (int a = 0; source->session != NULL && a < source->session->action_count; a++) {
            begin_at(&o, source->session->actions[a].route, s);
        }
    }
    do {
        o.changed = false;
        for (size_t r = 0; r < routes; r++) {
            bool *last = set_new(&o);
            memcpy(last, o.starts[r], o.nodes);
            scan(&o, &n->routes[r].body, last);
            set_add(&o, o.ends[r], last);
            follow_gotos(&o, &n->routes[r].body, o.ends[r]);
        }
    } while (o.changed);
    sim_arena_free(o.arena);
    return o.after;
}
