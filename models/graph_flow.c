/* See models/graph_parts.h. A route is walked once, from an open start (the joint HOLE), and what
 * comes out is used by every call; so the work grows with the text of the routes, not with the
 * number of ways through them. */
#include <math.h>
#include <string.h>

#include "models/graph_links.h"

struct drawing {
    struct mdl_graph *graph;
    struct sim_arena *arena;
    const struct mdl_network *network;
    int stations, pools, caches, limiters,
        breakers; /* first nodes of each kind; sources are from 0 */
    int end, fail;
    int hole;               /* the start of a piece */
    int entries;            /* first of a joint per route: its start, for those who go there */
    struct mdl_piece *done; /* per route: what a call does */
    bool *is_done;
};

static const struct mdl_twice ONE = {{1, 1}};
static const struct mdl_twice UNKNOWN = {{NAN, NAN}};
/* Values tried for an unknown hit ratio. */
static const struct mdl_twice SOME_HIT = {{0.25, 0.75}};

static void lose(struct drawing *d, struct mdl_piece *piece, int from, const char *tag,
                 enum mdl_outcome outcome) {
    if (piece->ends.count > 0) {
        mdl_link_add(d->arena, &piece->links,
                     (struct mdl_link){.from = from,
                                       .to = d->fail,
                                       .tag = tag,
                                       .style = MDL_LINK_LOSS,
                                       .outcome = outcome,
                                       .p = UNKNOWN,
                                       .flow = UNKNOWN});
    }
}

/* --- nodes -------------------------------------------------------------------------------- */

static int add_node(struct drawing *d, enum mdl_node_kind kind, int index,
                    const struct mdl_step *step) {
    struct mdl_graph *g = d->graph;
    g->nodes =
        sim_arena_grow(d->arena, g->nodes, (size_t)g->node_count, &g->node_room, sizeof *g->nodes);
    g->nodes[g->node_count] = (struct mdl_node){.kind = kind, .index = index, .step = step};
    return g->node_count++;
}

static int add_nodes(struct drawing *d, enum mdl_node_kind kind, int count) {
    int first = d->graph->node_count;
    for (int i = 0; i < count; i++) {
        add_node(d, kind, i, NULL);
    }
    return first;
}

static int index_of(const void *parts, size_t size, int count, const char *name) {
    for (int i = 0; i < count; i++) {
        /* every part begins with its name */
        const char *const *candidate =
            (const char *const *)((const char *)parts + (size_t)i * size);
        if (strcmp(*candidate, name) == 0) {
            return i;
        }
    }
    return 0; /* cannot be: the check has resolved all names */
}
#define INDEX_OF(parts, count, name) index_of(parts, sizeof *(parts), count, name)

/* `cls`: the class that asks for it, NULL: any. */
static void note_demand(struct drawing *d, int node, const struct sim_dist *demand,
                        const char *cls) {
    struct mdl_node *n = &d->graph->nodes[node];
    const char *text = sim_dist_text(demand, d->arena);
    text = cls == NULL ? text
                       : sim_arena_print(d->arena, "%s %s", mdl_graph_plain(d->arena, cls), text);
    for (int i = 0; i < n->demand_count; i++) {
        if (strcmp(n->demands[i].text, text) == 0) {
            return;
        }
    }
    n->demands = sim_arena_grow(d->arena, n->demands, (size_t)n->demand_count, &n->demand_room,
                                sizeof *n->demands);
    n->demands[n->demand_count++] = (struct mdl_node_demand){text, demand->mean};
}

/* --- steps -------------------------------------------------------------------------------- */

static void walk(struct drawing *d, struct mdl_piece *piece, const struct mdl_block *block);
static const struct mdl_piece *piece_of_route(struct drawing *d, int route);

static void walk_serve(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int index = INDEX_OF(d->network->stations, d->network->station_count, step->target);
    const struct mdl_station *station = &d->network->stations[index];
    int node = d->stations + index;
    mdl_piece_arrive(d->arena, piece, node);
    if (step->times > 1 && piece->ends.count > 0) {
        mdl_link_add(d->arena, &piece->links,
                     (struct mdl_link){
                         .from = node,
                         .to = node,
                         .tag = sim_arena_print(d->arena, "%d times", step->times),
                         .style = MDL_LINK_REPEAT,
                         .p = UNKNOWN,
                         .flow = mdl_twice_scaled(mdl_ends_flow(&piece->ends), step->times - 1)});
    }
    if (step->has_demand) {
        note_demand(d, node, &step->demand, NULL);
    } else if (station->has_demand) {
        note_demand(d, node, &station->demand, NULL);
    }
    for (int i = 0; !step->has_demand && i < station->demand_class_count; i++) {
        note_demand(d, node, &station->demand_by_class[i], station->demand_classes[i]);
    }
    if (station->capacity >= 0) {
        lose(d, piece, node, "rejected", MDL_REJECTED);
    }
    if (station->has_patience) {
        lose(d, piece, node, "abandoned", MDL_ABANDONED);
    }
}

static void walk_acquire(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int index = INDEX_OF(d->network->pools, d->network->pool_count, step->target);
    const struct mdl_pool *pool = &d->network->pools[index];
    mdl_piece_arrive(d->arena, piece, d->pools + index);
    if (pool->queue >= 0 || pool->crash_at > 0) {
        lose(d, piece, d->pools + index, "rejected", MDL_REJECTED);
    }
    if (pool->has_patience) {
        lose(d, piece, d->pools + index, "timed out", MDL_TIMED_OUT);
    }
}

static void walk_release(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int pool = d->pools + INDEX_OF(d->network->pools, d->network->pool_count, step->target);
    for (int i = 0; i < piece->ends.count; i++) {
        struct mdl_link link = mdl_link_of(&piece->ends.ways[i], pool);
        link.style = MDL_LINK_RELEASE;
        link.tag = NULL;
        mdl_link_add(d->arena, &piece->links, link);
    }
}

static void walk_branch(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    struct mdl_ends before = piece->ends;
    struct mdl_ends after = {0};
    double sum = 0;
    for (int i = 0; i < step->block_count && !step->in_turn; i++) {
        sum += step->weights[i];
    }
    for (int i = 0; i < step->block_count; i++) {
        double p = step->in_turn ? 1.0 / step->block_count : step->weights[i] / sum;
        piece->ends = mdl_ends_share(d->arena, &before, mdl_twice_scaled(ONE, p));
        walk(d, piece, &step->blocks[i]);
        mdl_ends_unite(d->arena, &after, &piece->ends);
    }
    piece->ends = after;
}

static void walk_cache(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int index = INDEX_OF(d->network->caches, d->network->cache_count, step->target);
    const struct mdl_cache *cache = &d->network->caches[index];
    struct mdl_twice hit =
        cache->policy == MDL_PROBABILITY ? mdl_twice_scaled(ONE, cache->hit) : SOME_HIT;
    mdl_piece_arrive(d->arena, piece, d->caches + index);
    struct mdl_ends before = piece->ends;
    piece->ends = mdl_ends_share(d->arena, &before, hit);
    mdl_ends_tag(d->arena, &piece->ends, "hit");
    walk(d, piece, &step->blocks[0]);
    struct mdl_ends after = piece->ends;
    piece->ends = mdl_ends_share(d->arena, &before, mdl_twice_plus(ONE, mdl_twice_scaled(hit, -1)));
    mdl_ends_tag(d->arena, &piece->ends, "miss");
    walk(d, piece, &step->blocks[1]);
    mdl_ends_unite(d->arena, &piece->ends, &after);
}

static void walk_repeat(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    if (piece->ends.count == 0) {
        return;
    }
    int joint = add_node(d, MDL_NODE_NONE, 0, NULL);
    double rounds = step->has_again ? 1 / (1 - step->again) : step->times;
    mdl_piece_arrive(d->arena, piece, joint);
    piece->ends.ways[0].flow = mdl_twice_scaled(piece->ends.ways[0].flow, rounds);
    walk(d, piece, &step->blocks[0]);
    const char *tag =
        step->has_again ? "again" : sim_arena_print(d->arena, "%d times", step->times);
    for (int i = 0; i < piece->ends.count && rounds > 1; i++) {
        struct mdl_link back = mdl_link_of(&piece->ends.ways[i], joint);
        back.tag = mdl_tags_join(d->arena, back.tag, tag);
        back.style = back.style > MDL_LINK_REPEAT ? back.style : MDL_LINK_REPEAT;
        back.flow = mdl_twice_scaled(back.flow, 1 - 1 / rounds);
        back.p = step->has_again ? mdl_twice_scaled(back.p, step->again) : UNKNOWN;
        mdl_link_add(d->arena, &piece->links, back);
    }
    for (int i = 0; i < piece->ends.count; i++) {
        struct mdl_way *way = &piece->ends.ways[i];
        way->flow = mdl_twice_scaled(way->flow, 1 / rounds);
        way->p = step->has_again ? mdl_twice_scaled(way->p, 1 - step->again) : way->p;
    }
    mdl_piece_take_out(d->arena, piece, joint);
}

static void walk_fork(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int fork = add_node(d, MDL_NODE_FORK, 0, step);
    int join = add_node(d, MDL_NODE_JOIN, 0, step);
    mdl_piece_arrive(d->arena, piece, fork);
    struct mdl_ends before = piece->ends;
    for (int i = 0; i < step->block_count; i++) {
        piece->ends = mdl_ends_share(d->arena, &before, ONE);
        if (step->times > 0) {
            struct mdl_twice copies = mdl_twice_scaled(mdl_ends_flow(&piece->ends), step->times);
            piece->ends = before.count > 0 ? mdl_ends_at(d->arena, fork, copies) : before;
        }
        walk(d, piece, &step->blocks[i]);
        mdl_piece_arrive(d->arena, piece, join);
    }
    piece->ends = before.count > 0 ? mdl_ends_at(d->arena, join, mdl_ends_flow(&before)) : before;
}

/* Walks a block into links of its own, from the ends of `piece` on. */
static struct mdl_piece walk_apart(struct drawing *d, const struct mdl_piece *piece,
                                   const struct mdl_block *block) {
    struct mdl_piece inner = {.ends = mdl_ends_share(d->arena, &piece->ends, ONE)};
    walk(d, &inner, block);
    return inner;
}

/* Nobody else's failure: no retry around it sees those of an async. */
static void walk_async(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    struct mdl_piece inner = {.ends = mdl_ends_share(d->arena, &piece->ends, ONE)};
    for (int i = 0; i < inner.ends.count; i++) {
        inner.ends.ways[i].style = MDL_LINK_ASYNC;
        inner.ends.ways[i].p = ONE;
    }
    mdl_ends_tag(d->arena, &inner.ends, "async");
    walk(d, &inner, &step->blocks[0]);
    for (int i = 0; i < inner.links.count; i++) {
        struct mdl_link link = inner.links.items[i];
        link.outcome = MDL_OK;
        mdl_link_add(d->arena, &piece->links, link);
    }
}

static void walk_timeout(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int node = add_node(d, MDL_NODE_TIMEOUT, 0, step);
    mdl_piece_arrive(d->arena, piece, node);
    lose(d, piece, node, "timed out", MDL_TIMED_OUT);
    walk(d, piece, &step->blocks[0]);
}

static void walk_retry(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    int node = add_node(d, MDL_NODE_RETRY, 0, step);
    mdl_piece_arrive(d->arena, piece, node);
    struct mdl_piece inner = walk_apart(d, piece, &step->blocks[0]);
    for (int i = 0; i < inner.links.count; i++) {
        struct mdl_link link = inner.links.items[i];
        bool retried =
            link.to == d->fail && link.outcome != MDL_OK && step->retry->on[link.outcome];
        if (retried) {
            link.to = node;
            link.outcome = MDL_OK;
        }
        mdl_link_add(d->arena, &piece->links, link);
    }
    if (step->retry->attempts > 0 || step->retry->has_budget) {
        lose(d, piece, node, "given up", MDL_FAILED);
    }
    piece->ends = inner.ends;
}

static void walk_step(struct drawing *d, struct mdl_piece *piece, const struct mdl_step *step) {
    const struct mdl_network *n = d->network;
    switch (step->kind) {
    case MDL_STEP_SERVE:
        walk_serve(d, piece, step);
        break;
    case MDL_STEP_DELAY:
        mdl_ends_tag(d->arena, &piece->ends,
                     sim_arena_print(d->arena, "+ %s", sim_dist_text(&step->demand, d->arena)));
        break;
    case MDL_STEP_ACQUIRE:
        walk_acquire(d, piece, step);
        break;
    case MDL_STEP_RELEASE:
        walk_release(d, piece, step);
        break;
    case MDL_STEP_BRANCH:
        walk_branch(d, piece, step);
        break;
    case MDL_STEP_CACHE:
        walk_cache(d, piece, step);
        break;
    case MDL_STEP_CALL:
        mdl_piece_go_through(d->arena, piece,
                             piece_of_route(d, INDEX_OF(n->routes, n->route_count, step->target)),
                             d->hole);
        break;
    case MDL_STEP_GOTO:
        for (int i = 0; i < piece->ends.count; i++) {
            mdl_link_add(
                d->arena, &piece->links,
                mdl_link_of(&piece->ends.ways[i],
                            d->entries + INDEX_OF(n->routes, n->route_count, step->target)));
        }
        piece->ends = (struct mdl_ends){0};
        break;
    case MDL_STEP_REPEAT:
        walk_repeat(d, piece, step);
        break;
    case MDL_STEP_MARK:
        mdl_ends_tag(d->arena, &piece->ends,
                     sim_arena_print(d->arena, "mark \"%s\"", step->target));
        break;
    case MDL_STEP_FAIL:
        mdl_ends_tag(d->arena, &piece->ends, "fail");
        for (int i = 0; i < piece->ends.count; i++) {
            struct mdl_link link = mdl_link_of(&piece->ends.ways[i], d->fail);
            link.style = MDL_LINK_LOSS;
            link.outcome = MDL_FAILED;
            mdl_link_add(d->arena, &piece->links, link);
        }
        piece->ends = (struct mdl_ends){0};
        break;
    case MDL_STEP_CLASS:
        mdl_ends_tag(d->arena, &piece->ends, sim_arena_print(d->arena, "class %s", step->target));
        break;
    case MDL_STEP_LIMIT: {
        int limiter = d->limiters + INDEX_OF(n->limiters, n->limiter_count, step->target);
        const struct mdl_limiter *at = &n->limiters[limiter - d->limiters];
        mdl_piece_arrive(d->arena, piece, limiter);
        if (!at->waits || at->queue >= 0) {
            lose(d, piece, limiter, "rejected", MDL_REJECTED);
        }
        break;
    }
    case MDL_STEP_BREAKER: {
        int breaker = d->breakers + INDEX_OF(n->breakers, n->breaker_count, step->target);
        mdl_piece_arrive(d->arena, piece, breaker);
        lose(d, piece, breaker, "refused", MDL_FAILED);
        walk(d, piece, &step->blocks[0]);
        break;
    }
    case MDL_STEP_FORK:
        walk_fork(d, piece, step);
        break;
    case MDL_STEP_ASYNC:
        walk_async(d, piece, step);
        break;
    case MDL_STEP_TIMEOUT:
        walk_timeout(d, piece, step);
        break;
    case MDL_STEP_RETRY:
        walk_retry(d, piece, step);
        break;
    }
}

static void walk(struct drawing *d, struct mdl_piece *piece, const struct mdl_block *block) {
    for (int i = 0; i < block->count; i++) {
        walk_step(d, piece, &block->steps[i]);
    }
}

/* --- routes ------------------------------------------------------------------------------- */

enum { ROUNDS_MOST = 100000 };

/* How often one request that enters the first route enters each (by gotos): the least solution of
 * visits = first + visits x ways, by rounds. Unknown if there is none, as the request never ends.
 */
static void count_visits(struct drawing *d, const struct mdl_piece *pieces, int first,
                         struct mdl_twice *visits) {
    int count = d->network->route_count;
    struct mdl_twice *next = sim_arena_array(d->arena, (size_t)count, sizeof *next);
    for (int round = 0; round < ROUNDS_MOST; round++) {
        for (int r = 0; r < count; r++) {
            next[r] = r == first ? ONE : (struct mdl_twice){{0, 0}};
        }
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < pieces[r].links.count; i++) {
                const struct mdl_link *link = &pieces[r].links.items[i];
                int to = link->to - d->entries;
                if (to >= 0 && to < count) {
                    next[to] = mdl_twice_plus(next[to], mdl_twice_times(visits[r], link->flow));
                }
            }
        }
        double change = 0;
        for (int r = 0; r < count; r++) {
            change = fmax(change, fabs(next[r].v[0] - visits[r].v[0]));
            change = fmax(change, fabs(next[r].v[1] - visits[r].v[1]));
            visits[r] = next[r];
        }
        if (change < 1e-9) {
            return;
        }
    }
    for (int r = 0; r < count; r++) {
        visits[r] = UNKNOWN;
    }
}

/* The routes that can be reached from the first by gotos, each walked once. */
static struct mdl_piece *walk_routes(struct drawing *d, int first, bool *reached) {
    int count = d->network->route_count;
    struct mdl_piece *pieces = sim_arena_array(d->arena, (size_t)count, sizeof *pieces);
    int *todo = sim_arena_array(d->arena, (size_t)count, sizeof *todo);
    int todo_count = 0;
    todo[todo_count++] = first;
    reached[first] = true;
    for (int i = 0; i < todo_count; i++) {
        struct mdl_piece *piece = &pieces[todo[i]];
        piece->ends = mdl_ends_at(d->arena, d->entries + todo[i], ONE);
        walk(d, piece, &d->network->routes[todo[i]].body);
        for (int k = 0; k < piece->links.count; k++) {
            int to = piece->links.items[k].to - d->entries;
            if (to >= 0 && to < count && !reached[to]) {
                reached[to] = true;
                todo[todo_count++] = to;
            }
        }
    }
    return pieces;
}

/* Calls end, so this does. */
static const struct mdl_piece *piece_of_route(struct drawing *d, int route) {
    struct mdl_piece *whole = &d->done[route];
    if (d->is_done[route]) {
        return whole;
    }
    int count = d->network->route_count;
    bool *reached = sim_arena_array(d->arena, (size_t)count, sizeof *reached);
    struct mdl_twice *visits = sim_arena_array(d->arena, (size_t)count, sizeof *visits);
    struct mdl_piece *pieces = walk_routes(d, route, reached);
    count_visits(d, pieces, route, visits);
    mdl_link_add(
        d->arena, &whole->links,
        (struct mdl_link){.from = d->hole, .to = d->entries + route, .p = ONE, .flow = ONE});
    for (int r = 0; r < count; r++) {
        for (int i = 0; i < pieces[r].links.count; i++) {
            struct mdl_link link = pieces[r].links.items[i];
            link.flow = mdl_twice_times(link.flow, visits[r]);
            mdl_link_add(d->arena, &whole->links, link);
        }
        for (int i = 0; i < pieces[r].ends.count; i++) {
            struct mdl_way way = pieces[r].ends.ways[i];
            way.flow = mdl_twice_times(way.flow, visits[r]);
            mdl_way_add(d->arena, &whole->ends, way);
        }
    }
    for (int r = 0; r < count; r++) {
        if (reached[r]) {
            mdl_piece_take_out(d->arena, whole, d->entries + r);
        }
    }
    d->is_done[route] = true;
    return whole;
}

/* --- chains ------------------------------------------------------------------------------- */

static void add_chain(struct drawing *d, int source, const char *name, const char *route) {
    struct mdl_chain *chain = &d->graph->chains[d->graph->chain_count++];
    const struct mdl_network *n = d->network;
    struct mdl_piece piece = {.ends = mdl_ends_at(d->arena, source, ONE)};
    mdl_piece_go_through(d->arena, &piece,
                         piece_of_route(d, INDEX_OF(n->routes, n->route_count, route)), d->hole);
    mdl_piece_arrive(d->arena, &piece,
                     n->sources[source].kind == MDL_SOURCE_CLOSED ? source : d->end);
    *chain = (struct mdl_chain){.name = name, .source = source, .links = piece.links};
}

static const char *or_else(const char *first, const char *second) {
    return first != NULL ? first : second;
}

/* Whether an earlier action makes the same requests. */
static bool again(const struct mdl_source *source, int action) {
    const struct mdl_action *a = source->session->actions;
    for (int i = 0; i < action; i++) {
        if (strcmp(or_else(a[i].route, source->route), or_else(a[action].route, source->route)) ==
                0 &&
            strcmp(or_else(or_else(a[i].cls, source->cls), ""),
                   or_else(or_else(a[action].cls, source->cls), "")) == 0) {
            return true;
        }
    }
    return false;
}

static void add_chains(struct drawing *d) {
    const struct mdl_network *n = d->network;
    size_t most = 0;
    for (int i = 0; i < n->source_count; i++) {
        most += n->sources[i].session != NULL ? (size_t)n->sources[i].session->action_count : 1;
    }
    d->graph->chains = sim_arena_array(d->arena, most, sizeof *d->graph->chains);
    for (int i = 0; i < n->source_count; i++) {
        const struct mdl_source *source = &n->sources[i];
        if (source->session == NULL) {
            add_chain(d, i, source->name, source->route);
            continue;
        }
        for (int k = 0; k < source->session->action_count; k++) {
            const struct mdl_action *action = &source->session->actions[k];
            if (!again(source, k)) {
                add_chain(d, i, or_else(action->cls, action->name),
                          or_else(action->route, source->route));
            }
        }
    }
}

/* Numbers the nodes in the order in which requests first come to them. */
static void number_nodes(struct mdl_graph *g) {
    int seen = 0;
    for (int i = 0; i < g->scenario->network.source_count; i++) {
        g->nodes[i].seen = ++seen;
    }
    for (int c = 0; c < g->chain_count; c++) {
        const struct mdl_links *links = &g->chains[c].links;
        for (bool changed = true; changed;) {
            changed = false;
            for (int i = 0; i < links->count; i++) {
                const struct mdl_link *link = &links->items[i];
                bool way = link->style <= MDL_LINK_ASYNC;
                if (way && g->nodes[link->from].seen > 0 && g->nodes[link->to].seen == 0) {
                    g->nodes[link->to].seen = ++seen;
                    changed = true;
                }
            }
        }
        for (int i = 0; i < links->count; i++) {
            struct mdl_node *to = &g->nodes[links->items[i].to];
            to->seen = to->seen > 0 ? to->seen : ++seen;
        }
    }
}

struct mdl_graph *mdl_graph_new(const struct mdl_scenario *scenario, struct sim_arena *arena) {
    const struct mdl_network *n = &scenario->network;
    struct mdl_graph *graph = sim_arena_alloc(arena, sizeof *graph);
    *graph = (struct mdl_graph){.arena = arena, .scenario = scenario};
    struct drawing d = {.graph = graph, .arena = arena, .network = n};
    add_nodes(&d, MDL_NODE_SOURCE, n->source_count);
    d.stations = add_nodes(&d, MDL_NODE_STATION, n->station_count);
    d.pools = add_nodes(&d, MDL_NODE_POOL, n->pool_count);
    d.caches = add_nodes(&d, MDL_NODE_CACHE, n->cache_count);
    d.limiters = add_nodes(&d, MDL_NODE_LIMITER, n->limiter_count);
    d.breakers = add_nodes(&d, MDL_NODE_BREAKER, n->breaker_count);
    d.end = add_nodes(&d, MDL_NODE_END, 1);
    d.fail = add_nodes(&d, MDL_NODE_FAIL, 1);
    d.hole = add_nodes(&d, MDL_NODE_NONE, 1);
    d.entries = add_nodes(&d, MDL_NODE_NONE, n->route_count);
    d.done = sim_arena_array(arena, (size_t)n->route_count, sizeof *d.done);
    d.is_done = sim_arena_array(arena, (size_t)n->route_count, sizeof *d.is_done);
    add_chains(&d);
    number_nodes(graph);
    return graph;
}
