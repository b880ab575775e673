#include "models/solve_traffic.h"

#include <gsl/gsl_linalg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "models/compile_parts.h"

enum { DEPTH_MOST = 64 }; /* calls within calls */

/* --- steps by index ----------------------------------------------------------------------------
 */

static void collect(struct mdl_traffic *t, struct sim_arena *arena, const struct mdl_block *block,
                    size_t *room) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        t->steps = sim_arena_grow(arena, t->steps, (size_t)t->step_count, room, sizeof *t->steps);
        t->steps[t->step_count++] = step;
        for (int b = 0; b < step->block_count; b++) {
            collect(t, arena, &step->blocks[b], room);
        }
    }
}

static int target_of(const struct mdl_network *n, const struct mdl_step *step) {
    switch (step->kind) {
    case MDL_STEP_SERVE:
        return (int)mdl_find_station(n, step->target);
    case MDL_STEP_ACQUIRE:
    case MDL_STEP_RELEASE:
        return (int)mdl_find_pool(n, step->target);
    case MDL_STEP_CACHE:
        return (int)mdl_find_cache(n, step->target);
    case MDL_STEP_LIMIT:
        return (int)mdl_find_limiter(n, step->target);
    case MDL_STEP_CALL:
    case MDL_STEP_GOTO:
        return (int)mdl_find_route(n, step->target);
    case MDL_STEP_CLASS:
        return (int)mdl_find_class(n, step->target);
    case MDL_STEP_DELAY:
    case MDL_STEP_BRANCH:
    case MDL_STEP_REPEAT:
    case MDL_STEP_MARK:
    case MDL_STEP_FAIL:
    case MDL_STEP_FORK:
    case MDL_STEP_ASYNC:
    case MDL_STEP_TIMEOUT:
    case MDL_STEP_RETRY:
    case MDL_STEP_BREAKER:
        break;
    }
    return -1;
}

struct address {
    const struct mdl_step *step;
    int index;
};

static int by_address(const void *x, const void *y) {
    uintptr_t a = (uintptr_t)((const struct address *)x)->step;
    uintptr_t b = (uintptr_t)((const struct address *)y)->step;
    return (a > b) - (a < b);
}

/* An address is only how a step is found. */
int mdl_traffic_step(const struct mdl_traffic *t, const struct mdl_step *step) {
    int low = 0;
    int high = t->step_count - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if ((uintptr_t)t->steps[t->at[middle]] < (uintptr_t)step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return t->at[low];
}

static void sort_addresses(struct mdl_traffic *t, struct sim_arena *arena) {
    size_t count = (size_t)t->step_count;
    struct address *list = sim_alloc(count, sizeof *list);
    for (int i = 0; i < t->step_count; i++) {
        list[i] = (struct address){t->steps[i], i};
    }
    qsort(list, count, sizeof *list, by_address);
    t->at = sim_arena_array(arena, count, sizeof *t->at);
    for (int i = 0; i < t->step_count; i++) {
        t->at[i] = list[i].index;
    }
    free(list);
}

/* --- flows -------------------------------------------------------------------------------------
 */

static size_t classes(const struct mdl_traffic *t) { return (size_t)t->network->class_count; }
static size_t pairs(const struct mdl_traffic *t) {
    return (size_t)t->network->route_count * classes(t);
}

static struct mdl_flow *flow_new(const struct mdl_traffic *t) {
    struct mdl_flow *f = sim_arena_alloc(t->arena, sizeof *f);
    f->out = sim_arena_array(t->arena, classes(t), sizeof *f->out);
    f->reach = sim_arena_array(t->arena, (size_t)t->step_count * classes(t), sizeof *f->reach);
    f->go = sim_arena_array(t->arena, pairs(t), sizeof *f->go);
    f->held = sim_arena_array(t->arena, (size_t)t->network->pool_count, sizeof *f->held);
    f->waits = sim_arena_array(t->arena, (size_t)t->network->pool_count, sizeof *f->waits);
    return f;
}

/* Adds `times` x what `from` does, but for its out and go. */
static void flow_add(const struct mdl_traffic *t, struct mdl_flow *f, const struct mdl_flow *from,
                     double times) {
    if (times == 0) {
        return;
    }
    size_t steps = (size_t)t->step_count * classes(t);
    for (size_t i = 0; i < steps; i++) {
        f->reach[i] += times * from->reach[i];
    }
    for (int p = 0; p < t->network->pool_count; p++) {
        f->held[p] += times * from->held[p];
        f->waits[p] += times * from->waits[p];
    }
    f->time += times * from->time;
}

static void vector_add(double *to, const double *from, size_t count, double times) {
    for (size_t i = 0; i < count; i++) {
        to[i] += times * from[i];
    }
}

/* `time` more, in that the places held are held. */
static void pass_time(struct mdl_traffic *t, struct mdl_flow *f, double time) {
    f->time += time;
    for (int p = 0; p < t->network->pool_count; p++) {
        f->held[p] += t->held[p] * time;
    }
}

static void walk(struct mdl_traffic *t, const struct mdl_block *block, double *now,
                 struct mdl_flow *f);

static double *scratch(const struct mdl_traffic *t) {
    return sim_arena_array(t->arena, classes(t), sizeof(double));
}

/* The body of a loop, once, for one request of each class that may come to it. */
static struct mdl_flow *body_of(struct mdl_traffic *t, const struct mdl_block *block, size_t cls) {
    struct mdl_flow *f = flow_new(t);
    double *now = scratch(t);
    now[cls] = 1;
    walk(t, block, now, f);
    memcpy(f->out, now, classes(t) * sizeof *now);
    return f;
}

/* `rounds` of the body begin in each class: adds them to the flow. */
static void add_rounds(struct mdl_traffic *t, struct mdl_flow **bodies, const double *rounds,
                       struct mdl_flow *f) {
    for (size_t c = 0; c < classes(t); c++) {
        if (bodies[c] != NULL && rounds[c] > 0) {
            flow_add(t, f, bodies[c], rounds[c]);
            vector_add(f->go, bodies[c]->go, pairs(t), rounds[c]);
        }
    }
}

/* Bodies of the classes in `now` and of all that they turn into. */
static void need_bodies(struct mdl_traffic *t, const struct mdl_block *block, const double *now,
                        struct mdl_flow **bodies) {
    for (size_t c = 0; c < classes(t); c++) {
        if (now[c] > 0 && bodies[c] == NULL) {
            bodies[c] = body_of(t, block, c);
            need_bodies(t, block, bodies[c]->out, bodies);
        }
    }
}

static void through_bodies(const struct mdl_traffic *t, struct mdl_flow **bodies, double *now) {
    double *next = scratch(t);
    for (size_t c = 0; c < classes(t); c++) {
        if (now[c] > 0) {
            vector_add(next, bodies[c]->out, classes(t), now[c]);
        }
    }
    memcpy(now, next, classes(t) * sizeof *now);
}

/* Solves x = e + A x for rows of A given by `entry(context, to, from)`. */
static void solve_system(size_t n, double *x, double (*entry)(const void *, size_t, size_t),
                         const void *context) {
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_vector *b = gsl_vector_alloc(n);
    gsl_permutation *p = gsl_permutation_alloc(n);
    for (size_t i = 0; i < n; i++) {
        gsl_vector_set(b, i, x[i]);
        for (size_t k = 0; k < n; k++) {
            gsl_matrix_set(m, i, k, (i == k ? 1 : 0) - entry(context, i, k));
        }
    }
    int sign = 0;
    gsl_linalg_LU_decomp(m, p, &sign);
    gsl_linalg_LU_svx(m, p, b);
    for (size_t i = 0; i < n; i++) {
        x[i] = gsl_vector_get(b, i);
    }
    gsl_permutation_free(p);
    gsl_vector_free(b);
    gsl_matrix_free(m);
}

struct again {
    struct mdl_flow **bodies;
    double p;
};

static double again_entry(const void *context, size_t to, size_t from) {
    const struct again *a = context;
    return a->bodies[from] == NULL ? 0 : a->p * a->bodies[from]->out[to];
}

static void walk_repeat(struct mdl_traffic *t, const struct mdl_step *step, double *now,
                        struct mdl_flow *f) {
    const struct mdl_block *block = &step->blocks[0];
    struct mdl_flow **bodies = sim_arena_array(t->arena, classes(t), sizeof(struct mdl_flow *));
    need_bodies(t, block, now, bodies);
    double *rounds = scratch(t);
    if (step->has_again) { /* rounds = now + again x (what comes out of them) */
        memcpy(rounds, now, classes(t) * sizeof *now);
        struct again again = {bodies, step->again};
        solve_system(classes(t), rounds, again_entry, &again);
        memcpy(now, rounds, classes(t) * sizeof *now);
        through_bodies(t, bodies, now);
        for (size_t c = 0; c < classes(t); c++) {
            now[c] *= 1 - step->again;
        }
    } else {
        bool same = classes(t) == 1;
        if (same && bodies[0] != NULL && bodies[0]->out[0] == 1) { /* nothing is lost */
            rounds[0] = now[0] * step->times;
        } else {
            for (int i = 0; i < step->times; i++) {
                vector_add(rounds, now, classes(t), 1);
                through_bodies(t, bodies, now);
            }
        }
    }
    add_rounds(t, bodies, rounds, f);
}

static void walk_serve(struct mdl_traffic *t, const struct mdl_step *step, int at, double *now,
                       struct mdl_flow *f) {
    double pass = t->pass[t->target[at]];
    int times = step->times < 1 ? 1 : step->times;
    for (size_t c = 0; c < classes(t); c++) {
        double visits = 0;
        if (pass == 1) {
            visits = now[c] * times;
        } else {
            for (int i = 0; i < times; i++, now[c] *= pass) {
                visits += now[c];
            }
        }
        size_t cell = (size_t)at * classes(t) + c;
        f->reach[cell] += visits;
        if (t->times != NULL) {
            pass_time(t, f, visits * pass * t->times[cell]); /* who is refused takes no time */
        }
    }
}

/* Work beside the request: only what it reaches counts. */
static void walk_beside(struct mdl_traffic *t, const struct mdl_block *block, const double *now,
                        double copies, struct mdl_flow *f) {
    double time = f->time;
    double *beside = scratch(t);
    vector_add(beside, now, classes(t), copies);
    walk(t, block, beside, f);
    f->time = time;
}

static void walk_call(struct mdl_traffic *t, int at, double *now, struct mdl_flow *f) {
    double *next = scratch(t);
    for (size_t c = 0; c < classes(t); c++) {
        if (now[c] > 0) {
            const struct mdl_flow *called = mdl_traffic_flow(t, t->target[at], (int)c);
            double time = f->time;
            flow_add(t, f, called, now[c]);
            f->time = time;
            pass_time(t, f, now[c] * called->time);
            vector_add(next, called->out, classes(t), now[c]);
        }
    }
    memcpy(now, next, classes(t) * sizeof *now);
}

static void walk_goto(struct mdl_traffic *t, int at, double *now, struct mdl_flow *f) {
    for (size_t c = 0; c < classes(t); c++) {
        f->go[(size_t)t->target[at] * classes(t) + c] += now[c];
        now[c] = 0;
    }
    for (int p = 0; p < t->network->pool_count; p++) {
        t->mislaid[p] = t->mislaid[p] || t->held[p] != 0;
    }
}

/* One of several blocks, each with its probability. */
static void walk_one_of(struct mdl_traffic *t, const struct mdl_step *step, const double *p,
                        double *now, struct mdl_flow *f) {
    double *after = scratch(t);
    int *held = sim_arena_array(t->arena, (size_t)t->network->pool_count, sizeof *held);
    size_t bytes = (size_t)t->network->pool_count * sizeof *held;
    memcpy(held, t->held, bytes);
    for (int b = 0; b < step->block_count; b++) {
        double share = p != NULL ? p[b] : 1.0 / step->block_count;
        if (share > 0) {
            double *branch = scratch(t);
            vector_add(branch, now, classes(t), share);
            memcpy(t->held, held, bytes);
            walk(t, &step->blocks[b], branch, f);
            vector_add(after, branch, classes(t), 1);
        }
    }
    memcpy(now, after, classes(t) * sizeof *now);
}

static void scale(const struct mdl_traffic *t, double *now, double factor) {
    for (size_t c = 0; c < classes(t); c++) {
        now[c] *= factor;
    }
}

static void walk_step(struct mdl_traffic *t, const struct mdl_step *step, double *now,
                      struct mdl_flow *f) {
    int at = mdl_traffic_step(t, step);
    int target = t->target[at];
    if (step->kind != MDL_STEP_SERVE) {
        vector_add(f->reach + (size_t)at * classes(t), now, classes(t), 1);
    }
    switch (step->kind) {
    case MDL_STEP_SERVE:
        walk_serve(t, step, at, now, f);
        break;
    case MDL_STEP_DELAY:
        for (size_t c = 0; c < classes(t) && t->times != NULL; c++) {
            pass_time(t, f, now[c] * step->demand.mean);
        }
        break;
    case MDL_STEP_ACQUIRE:
        for (size_t c = 0; c < classes(t); c++) {
            f->waits[target] += now[c];
        }
        t->held[target]++;
        break;
    case MDL_STEP_RELEASE:
        t->held[target]--;
        break;
    case MDL_STEP_BRANCH:
        walk_one_of(t, step, step->in_turn ? NULL : step->weights, now, f);
        break;
    case MDL_STEP_CACHE: {
        double *p = sim_arena_array(t->arena, (size_t)step->block_count, sizeof *p);
        p[0] = t->hit[target]; /* hit and miss */
        p[1] = 1 - t->hit[target];
        walk_one_of(t, step, p, now, f);
        break;
    }
    case MDL_STEP_CALL:
        walk_call(t, at, now, f);
        break;
    case MDL_STEP_GOTO:
        walk_goto(t, at, now, f);
        break;
    case MDL_STEP_REPEAT:
        walk_repeat(t, step, now, f);
        break;
    case MDL_STEP_MARK:
        break;
    case MDL_STEP_FAIL:
        scale(t, now, 0);
        break;
    case MDL_STEP_CLASS: {
        double all = 0;
        for (size_t c = 0; c < classes(t); c++) {
            all += now[c];
            now[c] = 0;
        }
        now[target] = all;
        break;
    }
    case MDL_STEP_LIMIT:
        scale(t, now, t->limit[target]);
        break;
    case MDL_STEP_FORK:
        for (int b = 0; b < step->block_count; b++) {
            walk_beside(t, &step->blocks[b], now, step->times > 0 ? step->times : 1, f);
        }
        break;
    case MDL_STEP_ASYNC:
        walk_beside(t, &step->blocks[0], now, 1, f);
        break;
    case MDL_STEP_TIMEOUT:
    case MDL_STEP_RETRY:
    case MDL_STEP_BREAKER:
        walk(t, &step->blocks[0], now, f);
        break;
    }
}

static void walk(struct mdl_traffic *t, const struct mdl_block *block, double *now,
                 struct mdl_flow *f) {
    for (int i = 0; i < block->count; i++) {
        walk_step(t, &block->steps[i], now, f);
    }
}

/* --- routes ------------------------------------------------------------------------------------
 */

/* One request that enters the route in the class, up to its end or a goto. */
static const struct mdl_flow *base_of(struct mdl_traffic *t, size_t pair) {
    if (t->bases[pair] == NULL) {
        size_t pools = (size_t)t->network->pool_count;
        int *held = t->held;
        t->held = sim_arena_array(t->arena, pools, sizeof *t->held);
        t->bases[pair] = body_of(t, &t->network->routes[pair / classes(t)].body, pair % classes(t));
        for (size_t p = 0; p < pools; p++) {
            t->mislaid[p] = t->mislaid[p] || t->held[p] != 0;
        }
        t->held = held;
    }
    return t->bases[pair];
}

struct gotos {
    struct mdl_flow **bases;
    const size_t *pairs;
};

static double goto_entry(const void *context, size_t to, size_t from) {
    const struct gotos *g = context;
    return g->bases[g->pairs[from]]->go[g->pairs[to]];
}

/* All pairs of route and class that gotos lead to from the first one, in order of discovery. */
static size_t reached_by_gotos(struct mdl_traffic *t, size_t *list, size_t first) {
    bool *seen = sim_arena_array(t->arena, pairs(t), sizeof *seen);
    size_t count = 0;
    list[count++] = first;
    seen[first] = true;
    for (size_t i = 0; i < count; i++) {
        const struct mdl_flow *base = base_of(t, list[i]);
        for (size_t k = 0; k < pairs(t); k++) {
            if (base->go[k] > 0 && !seen[k]) {
                seen[k] = true;
                list[count++] = k;
            }
        }
    }
    return count;
}

const struct mdl_flow *mdl_traffic_flow(struct mdl_traffic *t, int route, int cls) {
    size_t pair = (size_t)route * classes(t) + (size_t)cls;
    if (t->whole[pair] != NULL) {
        return t->whole[pair];
    }
    struct mdl_flow *f = flow_new(t);
    if (t->depth == DEPTH_MOST) {
        t->circular = true;
        return f;
    }
    t->depth++;
    size_t *list = sim_arena_array(t->arena, pairs(t), sizeof *list);
    size_t count = reached_by_gotos(t, list, pair);
    double *entries = sim_arena_array(t->arena, count, sizeof *entries);
    entries[0] = 1;
    if (count > 1 || t->bases[pair]->go[pair] > 0) {
        struct gotos gotos = {t->bases, list};
        solve_system(count, entries, goto_entry, &gotos);
    }
    for (size_t i = 0; i < count; i++) {
        flow_add(t, f, t->bases[list[i]], entries[i]);
        vector_add(f->out, t->bases[list[i]]->out, classes(t), entries[i]);
    }
    t->depth--;
    t->whole[pair] = f;
    return f;
}

void mdl_traffic_init(struct mdl_traffic *t, const struct mdl_network *network,
                      struct sim_arena *arena) {
    *t = (struct mdl_traffic){.network = network};
    size_t room = 0;
    for (int r = 0; r < network->route_count; r++) {
        collect(t, arena, &network->routes[r].body, &room);
    }
    t->target = sim_arena_array(arena, (size_t)t->step_count, sizeof *t->target);
    for (int i = 0; i < t->step_count; i++) {
        t->target[i] = target_of(network, t->steps[i]);
    }
    sort_addresses(t, arena);
    t->bases = sim_arena_array(arena, pairs(t), sizeof(struct mdl_flow *));
    t->whole = sim_arena_array(arena, pairs(t), sizeof(struct mdl_flow *));
    t->held = sim_arena_array(arena, (size_t)network->pool_count, sizeof *t->held);
    t->mislaid = sim_arena_array(arena, (size_t)network->pool_count, sizeof *t->mislaid);
    t->arena = sim_arena_new();
}

void mdl_traffic_reset(struct mdl_traffic *t) {
    sim_arena_free(t->arena);
    t->arena = sim_arena_new();
    memset(t->bases, 0, pairs(t) * sizeof(struct mdl_flow *));
    memset(t->whole, 0, pairs(t) * sizeof(struct mdl_flow *));
}

void mdl_traffic_free(struct mdl_traffic *t) {
    sim_arena_free(t->arena);
    t->arena = NULL;
}
