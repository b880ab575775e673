/* Places of pools held: a request can give back, or follow, only what it holds on every path that
 * leads there. (Paths are independent of one another: whatever a branch can do it will do.)
 *
 * For each route and pool: the least number of places that a request holds, as an analysis over all
 * paths. First each route's least gain from start to end (calls use it), then the least number held
 * at its start. Counts are cut at LIMIT, which only makes them smaller than they are.
 *
 * Two counts: `own` may be given back here, `all` may be followed. They differ inside the block of
 * a fork, timeout or retry, which must leave alone what was taken outside (another attempt, branch
 * or the request itself counts on it), and an async begins with nothing. What the block of a
 * timeout or retry takes is the request's when the block succeeds; when it fails it is given back,
 * so that no path leads from there. What the branch of a fork takes is given back at its end. */
#include <string.h>

#include "models/check_parts.h"

enum { LIMIT = 100 };

struct held {
    bool reached; /* some path gets here */
    int *own;     /* per pool, the least number */
    int *all;
};

enum phase { GAINS, STARTS, TELL };

struct holding {
    struct mdl_checking *checking;
    struct sim_arena *arena; /* of one pass */
    enum phase phase;
    size_t pools;
    struct held *gain;  /* per route, start to end; not reached: it never ends */
    struct held *start; /* per route, at its start */
    bool changed;
};

static struct held fresh(struct sim_arena *arena, size_t pools) {
    return (struct held){false, sim_arena_array(arena, pools + 1, sizeof(int)),
                         sim_arena_array(arena, pools + 1, sizeof(int))};
}

static struct held copy_of(const struct holding *holding, const struct held *from) {
    struct held copy = fresh(holding->arena, holding->pools);
    copy.reached = from->reached;
    memcpy(copy.own, from->own, holding->pools * sizeof(int));
    memcpy(copy.all, from->all, holding->pools * sizeof(int));
    return copy;
}

static int cut(int count) { return count > LIMIT ? LIMIT : count < -LIMIT ? -LIMIT : count; }

/* Another way to `into`. Returns whether it made a difference. */
static bool merge(const struct holding *holding, struct held *into, const struct held *way) {
    bool changed = way->reached && !into->reached;
    for (size_t i = 0; way->reached && i < holding->pools; i++) {
        if (!into->reached || way->own[i] < into->own[i]) {
            into->own[i] = way->own[i];
            changed = true;
        }
        if (!into->reached || way->all[i] < into->all[i]) {
            into->all[i] = way->all[i];
            changed = true;
        }
    }
    into->reached = into->reached || way->reached;
    return changed;
}

static void add(const struct holding *holding, struct held *state, const struct held *gain) {
    for (size_t i = 0; i < holding->pools; i++) {
        state->own[i] = cut(state->own[i] + gain->own[i]);
        state->all[i] = cut(state->all[i] + gain->own[i]);
    }
}

static void walk(struct holding *holding, int route, const struct mdl_block *block,
                 struct held *state);

/* A visit to, or a place in, something that goes with a pool. */
static void need(struct holding *holding, const struct mdl_step *step, const char *with,
                 const struct held *state) {
    if (!with || step->instance_count > 0 || holding->phase != TELL) {
        return;
    }
    int pool = mdl_names_find(&holding->checking->pools, with);
    if (state->all[pool] < 1) {
        sim_diag_add(holding->checking->diags, "with-not-held", step->where,
                     "a place in the pool held on every path to this step",
                     sim_arena_print(holding->arena, "add {\"acquire\": \"%s\"} before it", with),
                     "\"%s\" goes with \"%s\", which is not held here", step->target, with);
    }
}

static int less_one(const struct holding *holding, int least) {
    return holding->phase == GAINS || least > 0 ? cut(least - 1) : 0;
}

static void release(struct holding *holding, const struct mdl_step *step, struct held *state) {
    int pool = mdl_names_find(&holding->checking->pools, step->target);
    if (holding->phase == TELL && state->own[pool] < 1) {
        bool outside = state->all[pool] > 0;
        sim_diag_add(holding->checking->diags, "release-without-acquire", step->where,
                     "a place in the pool held on every path to this step",
                     outside ? "a fork, timeout or retry gives back what was taken inside it only"
                             : NULL,
                     outside ? "\"%s\" is released inside a block, but taken outside"
                             : "\"%s\" is released where it may not be held",
                     step->target);
    }
    state->own[pool] = less_one(holding, state->own[pool]);
    state->all[pool] = less_one(holding, state->all[pool]);
}

static void walk_blocks(struct holding *holding, int route, const struct mdl_step *step,
                        struct held *state) {
    struct held out = fresh(holding->arena, holding->pools);
    for (int i = 0; i < step->block_count; i++) {
        struct held way = copy_of(holding, state);
        walk(holding, route, &step->blocks[i], &way);
        merge(holding, &out, &way);
    }
    *state = out;
}

/* The state at the start of a block that must leave alone what is held so far. */
static struct held inside(const struct holding *holding, const struct held *state) {
    struct held begun = copy_of(holding, state);
    memset(begun.own, 0, holding->pools * sizeof(int));
    return begun;
}

/* A timeout or retry. */
static void walk_guarded(struct holding *holding, int route, const struct mdl_step *step,
                         struct held *state) {
    struct held begun = inside(holding, state);
    walk(holding, route, &step->blocks[0], &begun);
    state->reached = begun.reached;
    add(holding, state, &begun);
}

static void walk_fork(struct holding *holding, int route, const struct mdl_step *step,
                      struct held *state) {
    int branches = mdl_fork_branches(step);
    int ended = 0;
    for (int i = 0; i < step->block_count; i++) {
        struct held begun = inside(holding, state);
        walk(holding, route, &step->blocks[i], &begun);
        ended += begun.reached ? branches / step->block_count : 0;
    }
    state->reached = ended >= (step->join > 0 ? step->join : branches);
}

static void walk_async(struct holding *holding, int route, const struct mdl_step *step) {
    struct held begun = fresh(holding->arena, holding->pools);
    begun.reached = true;
    walk(holding, route, &step->blocks[0], &begun);
}

static void walk_repeat(struct holding *holding, int route, const struct mdl_step *step,
                        struct held *state) {
    const struct mdl_block *body = &step->blocks[0];
    int rounds = step->has_again ? 2 * LIMIT + 2 : step->times < LIMIT ? step->times : LIMIT;
    struct held before = copy_of(holding, state);
    for (int i = 0; i < rounds && state->reached; i++) {
        *state = copy_of(holding, &before);
        walk(holding, route, body, state);
        struct held after = copy_of(holding, &before);
        bool settled = step->has_again
                           ? !merge(holding, &after, state)
                           : memcmp(before.own, state->own, holding->pools * sizeof(int)) == 0;
        if (settled) {
            break;
        }
        before = step->has_again ? after : *state;
    }
}

static void enter(struct holding *holding, int route, const struct held *state) {
    if (holding->phase == STARTS && merge(holding, &holding->start[route], state)) {
        holding->changed = true;
    }
}

static void walk(struct holding *holding, int route, const struct mdl_block *block,
                 struct held *state) {
    const struct mdl_checking *checking = holding->checking;
    const struct mdl_network *network = checking->network;
    for (int i = 0; i < block->count && state->reached; i++) {
        const struct mdl_step *step = &block->steps[i];
        int index = 0;
        switch (step->kind) {
        case MDL_STEP_SERVE:
            index = mdl_names_find(&checking->stations, step->target);
            need(holding, step, network->stations[index].with, state);
            break;
        case MDL_STEP_ACQUIRE:
            index = mdl_names_find(&checking->pools, step->target);
            need(holding, step, network->pools[index].with, state);
            state->own[index] = cut(state->own[index] + 1);
            state->all[index] = cut(state->all[index] + 1);
            break;
        case MDL_STEP_LIMIT:
            index = mdl_names_find(&checking->limiters, step->target);
            need(holding, step, network->limiters[index].with, state);
            break;
        case MDL_STEP_RELEASE:
            release(holding, step, state);
            break;
        case MDL_STEP_BRANCH:
        case MDL_STEP_CACHE:
        case MDL_STEP_BREAKER:
            walk_blocks(holding, route, step, state);
            break;
        case MDL_STEP_REPEAT:
            walk_repeat(holding, route, step, state);
            break;
        case MDL_STEP_CALL:
            index = mdl_names_find(&checking->routes, step->target);
            enter(holding, index, state);
            state->reached = holding->gain[index].reached;
            add(holding, state, &holding->gain[index]);
            break;
        case MDL_STEP_GOTO: {
            index = mdl_names_find(&checking->routes, step->target);
            enter(holding, index, state);
            struct held end = copy_of(holding, state);
            end.reached = holding->gain[index].reached;
            add(holding, &end, &holding->gain[index]);
            if (holding->phase == GAINS && merge(holding, &holding->gain[route], &end)) {
                holding->changed = true;
            }
            state->reached = false;
            break;
        }
        case MDL_STEP_FAIL:
            state->reached = false;
            break;
        case MDL_STEP_TIMEOUT:
        case MDL_STEP_RETRY:
            walk_guarded(holding, route, step, state);
            break;
        case MDL_STEP_FORK:
            walk_fork(holding, route, step, state);
            break;
        case MDL_STEP_ASYNC:
            walk_async(holding, route, step);
            break;
        case MDL_STEP_DELAY:
        case MDL_STEP_MARK:
        case MDL_STEP_CLASS:
            break;
        }
    }
}

static void pass(struct holding *holding) {
    const struct mdl_network *network = holding->checking->network;
    holding->changed = false;
    holding->arena = sim_arena_new();
    for (int i = 0; i < network->route_count; i++) {
        struct held state = fresh(holding->arena, holding->pools);
        state.reached = true;
        if (holding->phase != GAINS) {
            state = copy_of(holding, &holding->start[i]);
        }
        walk(holding, i, &network->routes[i].body, &state);
        if (holding->phase == GAINS && merge(holding, &holding->gain[i], &state)) {
            holding->changed = true;
        }
    }
    sim_arena_free(holding->arena);
}

/* Requests begin with nothing held. */
static void begin(struct holding *holding, const char *route) {
    int index = route ? mdl_names_find(&holding->checking->routes, route) : -1;
    if (index >= 0) {
        struct held *start = &holding->start[index];
        start->reached = true;
        memset(start->own, 0, holding->pools * sizeof(int));
        memset(start->all, 0, holding->pools * sizeof(int));
    }
}

void mdl_check_held(struct mdl_checking *checking) {
    const struct mdl_network *network = checking->network;
    if (network->pool_count == 0) {
        return;
    }
    size_t routes = (size_t)network->route_count;
    struct holding holding = {
        .checking = checking,
        .pools = (size_t)network->pool_count,
        .gain = sim_arena_array(checking->arena, routes + 1, sizeof(struct held)),
        .start = sim_arena_array(checking->arena, routes + 1, sizeof(struct held)),
    };
    for (size_t i = 0; i < routes; i++) {
        holding.gain[i] = fresh(checking->arena, holding.pools);
        holding.start[i] = fresh(checking->arena, holding.pools);
    }
    holding.phase = GAINS;
    do {
        pass(&holding);
    } while (holding.changed);

    for (int i = 0; i < network->source_count; i++) {
        const struct mdl_source *source = &network->sources[i];
        begin(&holding, source->route);
        for (int a = 0; source->session && a < source->session->action_count; a++) {
            begin(&holding, source->session->actions[a].route);
        }
    }
    holding.phase = STARTS;
    do {
        pass(&holding);
    } while (holding.changed);
    holding.phase = TELL;
    pass(&holding);
}
