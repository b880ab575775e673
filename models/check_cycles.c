/* Ways that never end: calls that come back to themselves, a goto that something would have to
 * follow, and circles that take no time. */
#include "models/check_parts.h"
#include "models/result.h"

enum edge_kind { CALLS, GOES };

/* Passages that a full bucket may let through at one instant and still count as taking time. */
static const double AT_ONCE_MAX = 1e7;

struct edge {
    int from;
    int to;
    enum edge_kind kind;
    const struct mdl_step *step;
    bool timeless; /* a goto that can be reached from its route's start in no time */
};

/* How a request can come through a part of a route while no time passes. */
struct quick {
    bool any;  /* on some way */
    bool sure; /* on some way without a place that may reject it */
};

/* After which failures a retry around a step waits. */
enum shelter {
    NO_SHELTER,
    FROM_REJECTION, /* of a place, or impatience */
    FROM_ALL,
    SHELTERS
};

struct cycles {
    struct mdl_checking *checking;
    struct edge *edges;
    size_t edge_room;
    int edge_count;
    struct quick *ends; /* per route and shelter: to its end */
    bool *slow;         /* the same: a step that takes time is reached for sure on some way */
    bool roomy;         /* no station or pool ever rejects */
    double users;       /* as most_users() */
    bool changed;
    int route;            /* being walked */
    bool slow_here;       /* the same as `slow`, in what has been walked of it */
    enum shelter shelter; /* of the retries around this */
};

/* --- calls and gotos ---------------------------------------------------------------------- */

static void add_edge(struct cycles *cycles, const struct mdl_step *step, enum edge_kind kind) {
    cycles->edges =
        sim_arena_grow(cycles->checking->arena, cycles->edges, (size_t)cycles->edge_count,
                       &cycles->edge_room, sizeof *cycles->edges);
    int to = mdl_names_find(&cycles->checking->routes, step->target);
    cycles->edges[cycles->edge_count++] = (struct edge){cycles->route, to, kind, step, false};
}

/* The word for a step whose blocks are watched to their end; NULL for others. */
static const char *watched(enum mdl_step_kind kind) {
    switch (kind) {
    case MDL_STEP_FORK:
        return "fork";
    case MDL_STEP_ASYNC:
        return "async";
    case MDL_STEP_TIMEOUT:
        return "timeout";
    case MDL_STEP_RETRY:
        return "retry";
    case MDL_STEP_BREAKER:
        return "breaker";
    case MDL_STEP_SERVE:
    case MDL_STEP_DELAY:
    case MDL_STEP_ACQUIRE:
    case MDL_STEP_RELEASE:
    case MDL_STEP_BRANCH:
    case MDL_STEP_CACHE:
    case MDL_STEP_CALL:
    case MDL_STEP_GOTO:
    case MDL_STEP_REPEAT:
    case MDL_STEP_MARK:
    case MDL_STEP_FAIL:
    case MDL_STEP_CLASS:
    case MDL_STEP_LIMIT:
        break;
    }
    return NULL;
}

/* `around`: the word for the watched block that this is in; or NULL. */
static void collect_goto(struct cycles *cycles, const struct mdl_step *step, bool last,
                         const char *around) {
    struct sim_diags *diags = cycles->checking->diags;
    const char *mend = "\"call\" comes back to go on";
    add_edge(cycles, step, GOES);
    if (around) {
        sim_diag_add(diags, "goto-in-block", step->where,
                     "\"goto\" outside the blocks of fork, async, timeout, retry and breaker", mend,
                     "a goto out of a block of \"%s\", which waits for its end", around);
    } else if (!last) {
        sim_diag_add(diags, "goto-not-last", step->where,
                     "\"goto\" as the last thing that its route does", mend,
                     "steps to be done after the goto");
    }
}

static void collect(struct cycles *cycles, const struct mdl_block *block, bool tail,
                    const char *around) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        bool last = tail && i == block->count - 1;
        if (step->kind == MDL_STEP_CALL) {
            add_edge(cycles, step, CALLS);
        } else if (step->kind == MDL_STEP_GOTO) {
            collect_goto(cycles, step, last, around);
        }
        const char *inside = watched(step->kind);
        for (int b = 0; b < step->block_count; b++) {
            collect(cycles, &step->blocks[b], last && step->kind != MDL_STEP_REPEAT,
                    inside ? inside : around);
        }
    }
}

/* Marks the routes that lie on circles of the chosen edges (or between two circles): what remains
 * when routes without a way in, or without a way out, are taken away again and again. */
static bool *circles(const struct cycles *cycles, bool (*chosen)(const struct edge *edge)) {
    size_t routes = (size_t)cycles->checking->network->route_count;
    struct sim_arena *arena = cycles->checking->arena;
    bool *left = sim_arena_array(arena, routes + 1, sizeof *left);
    int *in = sim_arena_array(arena, routes + 1, sizeof *in);
    int *out = sim_arena_array(arena, routes + 1, sizeof *out);
    for (size_t i = 0; i < routes; i++) {
        left[i] = true;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < routes; i++) {
            in[i] = out[i] = 0;
        }
        for (int e = 0; e < cycles->edge_count; e++) {
            const struct edge *edge = &cycles->edges[e];
            if (chosen(edge) && left[edge->from] && left[edge->to]) {
                out[edge->from]++;
                in[edge->to]++;
            }
        }
        for (size_t i = 0; i < routes; i++) {
            if (left[i] && (in[i] == 0 || out[i] == 0)) {
                left[i] = false;
                changed = true;
            }
        }
    }
    return left;
}

/* Whether the edges lead from one route to another (or back to itself). */
static bool leads(const struct cycles *cycles, int from, int to) {
    size_t routes = (size_t)cycles->checking->network->route_count;
    bool *seen = sim_arena_array(cycles->checking->arena, routes + 1, sizeof *seen);
    seen[from] = true;
    for (bool changed = true; changed && !seen[to];) {
        changed = false;
        for (int e = 0; e < cycles->edge_count; e++) {
            const struct edge *edge = &cycles->edges[e];
            if (seen[edge->from] && !seen[edge->to]) {
                seen[edge->to] = true;
                changed = true;
            }
        }
    }
    return seen[to];
}

static bool any_edge(const struct edge *edge) { return edge->kind == CALLS || edge->kind == GOES; }
static bool timeless_edge(const struct edge *edge) { return edge->timeless; }

static void tell_call_circles(const struct cycles *cycles) {
    const struct mdl_network *network = cycles->checking->network;
    const bool *left = circles(cycles, any_edge);
    for (int e = 0; e < cycles->edge_count; e++) {
        const struct edge *edge = &cycles->edges[e];
        if (edge->kind == CALLS && left[edge->from] && left[edge->to] &&
            leads(cycles, edge->to, edge->from)) {
            sim_diag_add(cycles->checking->diags, "endless-call", edge->step->where,
                         "a call that does not come back to its own route",
                         "\"goto\" at the end of a route, or \"repeat\"",
                         "route \"%s\" calls \"%s\", which leads back to it",
                         network->routes[edge->from].name, network->routes[edge->to].name);
        }
    }
}

/* --- what takes no time ------------------------------------------------------------------- */

static struct quick passes(struct cycles *cycles, const struct mdl_block *block,
                           struct quick quick);

/* Customers who leave at once when they have to wait. */
static bool no_patience(bool has_patience, const struct sim_dist *patience) {
    return has_patience && !mdl_takes_time(patience->mean);
}

/* A station or pool that rejects, or that nobody waits for, as it may be full for all of an
 * instant. */
static bool station_may_reject(const struct mdl_station *station) {
    return station->capacity >= 0 || no_patience(station->has_patience, &station->patience);
}

static bool pool_may_reject(const struct mdl_pool *pool) {
    return pool->queue >= 0 || pool->crash_at > 0 ||
           no_patience(pool->has_patience, &pool->patience);
}

/* At a place that may turn the request away. */
static struct quick pass_rejection(const struct cycles *cycles, struct quick quick) {
    return (struct quick){quick.any, quick.sure && cycles->shelter >= FROM_REJECTION};
}

/* A serve or delay. */
static struct quick pass_time(struct cycles *cycles, const struct mdl_step *step,
                              struct quick quick) {
    const struct mdl_checking *checking = cycles->checking;
    if (step->kind == MDL_STEP_SERVE && !cycles->roomy) {
        int index = mdl_names_find(&checking->stations, step->target);
        if (station_may_reject(&checking->network->stations[index])) {
            quick = pass_rejection(cycles, quick);
        }
    }
    if (!mdl_step_takes_time(checking, step)) {
        return quick;
    }
    cycles->slow_here = cycles->slow_here || quick.sure;
    return (struct quick){false, false};
}

static bool possible(const struct cycles *cycles, const struct mdl_step *step, int block) {
    if (step->kind == MDL_STEP_BRANCH) {
        return step->weights[block] > 0;
    }
    if (step->kind == MDL_STEP_CACHE) {
        int index = mdl_names_find(&cycles->checking->caches, step->target);
        const struct mdl_cache *cache = &cycles->checking->network->caches[index];
        return cache->policy != MDL_PROBABILITY || (block == 0 ? cache->hit > 0 : cache->hit < 1);
    }
    return true;
}

static struct quick pass_blocks(struct cycles *cycles, const struct mdl_step *step,
                                struct quick quick) {
    struct quick out = {false, false};
    for (int b = 0; b < step->block_count; b++) {
        if (possible(cycles, step, b)) {
            struct quick way = passes(cycles, &step->blocks[b], quick);
            out = (struct quick){out.any || way.any, out.sure || way.sure};
        }
    }
    return out;
}

/* A fork ends with the branch that makes up the join; with the quickest of them if they are quick.
 * It takes time for sure when so many branches do that too few are left for the join, and not so
 * many may fail at once that the join is out of reach. */
static struct quick pass_fork(struct cycles *cycles, const struct mdl_step *step,
                              struct quick quick) {
    int branches = mdl_fork_branches(step);
    int join = step->join > 0 ? step->join : branches;
    int each = branches / step->block_count;
    int any = 0;
    int sure = 0;
    int slow = 0;
    int failing = 0;
    bool slow_before = cycles->slow_here;
    for (int b = 0; b < step->block_count; b++) {
        cycles->slow_here = false;
        struct quick way = passes(cycles, &step->blocks[b], quick);
        any += way.any ? each : 0;
        sure += way.sure ? each : 0;
        slow += cycles->slow_here ? each : 0;
        failing += cycles->slow_here || way.sure ? 0 : each;
    }
    cycles->slow_here = slow_before || (branches - slow < join && failing <= branches - join);
    return (struct quick){any >= join, sure >= join};
}

/* The failures of an attempt after which time passes, if only now and then. */
static enum shelter shelter_of(const struct mdl_retry *retry) {
    bool retries = retry->attempts != 1 && retry->on[MDL_REJECTED] && retry->on[MDL_ABANDONED] &&
                   retry->on[MDL_TIMED_OUT] && !(retry->has_budget && !(retry->budget_ratio > 0));
    double first_s = retry->exponential         ? retry->base_s
                     : retry->backoff_count > 0 ? retry->backoffs[0].mean
                                                : 0;
    if (!retries || !mdl_takes_time(first_s)) {
        return NO_SHELTER;
    }
    return retry->on[MDL_FAILED] ? FROM_ALL : FROM_REJECTION;
}

static struct quick pass_retry(struct cycles *cycles, const struct mdl_step *step,
                               struct quick quick) {
    enum shelter outside = cycles->shelter;
    enum shelter own = shelter_of(step->retry);
    cycles->shelter = own > outside ? own : outside;
    quick = passes(cycles, &step->blocks[0], quick);
    cycles->shelter = outside;
    return quick;
}

/* A limiter that makes wait lets through what its bucket holds, and then takes time. */
static struct quick pass_limit(struct cycles *cycles, const struct mdl_step *step,
                               struct quick quick) {
    const struct mdl_checking *checking = cycles->checking;
    const struct mdl_limiter *limiter =
        &checking->network->limiters[mdl_names_find(&checking->limiters, step->target)];
    if (!limiter->waits || (limiter->queue >= 0 && cycles->users > (double)limiter->queue)) {
        quick = pass_rejection(cycles, quick);
    }
    if (!limiter->waits || limiter->burst / step->tokens > AT_ONCE_MAX) {
        return quick;
    }
    cycles->slow_here = cycles->slow_here || quick.sure;
    return (struct quick){false, false};
}

static int index_of(int route, enum shelter shelter) { return SHELTERS * route + (int)shelter; }

/* Another route's steps, by a call or a goto. */
static struct quick pass_route(struct cycles *cycles, int route, struct quick quick) {
    int index = index_of(route, cycles->shelter);
    cycles->slow_here = cycles->slow_here || (quick.sure && cycles->slow[index]);
    return (struct quick){cycles->ends[index].any, cycles->ends[index].sure && quick.sure};
}

static void note_end(struct cycles *cycles, struct quick quick) {
    struct quick *ends = &cycles->ends[index_of(cycles->route, cycles->shelter)];
    if ((quick.any && !ends->any) || (quick.sure && !ends->sure)) {
        *ends = (struct quick){ends->any || quick.any, ends->sure || quick.sure};
        cycles->changed = true;
    }
}

static void note_goto(struct cycles *cycles, const struct mdl_step *step) {
    for (int e = 0; e < cycles->edge_count; e++) {
        struct edge *edge = &cycles->edges[e];
        if (edge->step == step && !edge->timeless) {
            edge->timeless = true;
            cycles->changed = true;
        }
    }
}

/* How the end of the block can be reached in no time by a request that got to its start so. */
static struct quick passes(struct cycles *cycles, const struct mdl_block *block,
                           struct quick quick) {
    const struct mdl_checking *checking = cycles->checking;
    for (int i = 0; i < block->count && quick.any; i++) {
        const struct mdl_step *step = &block->steps[i];
        int index = 0;
        switch (step->kind) {
        case MDL_STEP_SERVE:
        case MDL_STEP_DELAY:
            quick = pass_time(cycles, step, quick);
            break;
        case MDL_STEP_ACQUIRE:
            index = mdl_names_find(&checking->pools, step->target);
            if (!cycles->roomy && pool_may_reject(&checking->network->pools[index])) {
                quick = pass_rejection(cycles, quick);
            }
            break;
        case MDL_STEP_LIMIT:
            quick = pass_limit(cycles, step, quick);
            break;
        case MDL_STEP_BREAKER: /* open, it fails what comes at once */
            quick.sure = quick.sure && cycles->shelter == FROM_ALL;
            quick = pass_blocks(cycles, step, quick);
            break;
        case MDL_STEP_FORK:
            quick = pass_fork(cycles, step, quick);
            break;
        case MDL_STEP_RETRY:
            quick = pass_retry(cycles, step, quick);
            break;
        case MDL_STEP_BRANCH:
        case MDL_STEP_CACHE:
        case MDL_STEP_REPEAT:
        case MDL_STEP_TIMEOUT:
            quick = pass_blocks(cycles, step, quick);
            break;
        case MDL_STEP_CALL:
            index = mdl_names_find(&checking->routes, step->target);
            quick = pass_route(cycles, index, quick);
            break;
        case MDL_STEP_GOTO:
            index = mdl_names_find(&checking->routes, step->target);
            note_goto(cycles, step);
            note_end(cycles, pass_route(cycles, index, quick));
            return (struct quick){false, false};
        case MDL_STEP_FAIL:
            return (struct quick){false, false};
        case MDL_STEP_RELEASE:
        case MDL_STEP_MARK:
        case MDL_STEP_CLASS:
        case MDL_STEP_ASYNC: /* nobody waits for it */
            break;
        }
    }
    return quick;
}

static void find_quick_ways(struct cycles *cycles) {
    const struct mdl_network *network = cycles->checking->network;
    do {
        cycles->changed = false;
        for (int i = 0; i < SHELTERS * network->route_count; i++) {
            cycles->route = i / SHELTERS;
            cycles->shelter = (enum shelter)(i % SHELTERS);
            cycles->slow_here = false;
            struct quick begun = {true, true};
            note_end(cycles, passes(cycles, &network->routes[cycles->route].body, begun));
            cycles->changed = cycles->changed || (cycles->slow_here && !cycles->slow[i]);
            cycles->slow[i] = cycles->slow[i] || cycles->slow_here;
        }
    } while (cycles->changed);
}

static void tell_timeless_gotos(const struct cycles *cycles) {
    const struct mdl_network *network = cycles->checking->network;
    const bool *left = circles(cycles, timeless_edge);
    for (int e = 0; e < cycles->edge_count; e++) {
        const struct edge *edge = &cycles->edges[e];
        if (edge->timeless && left[edge->from] && left[edge->to]) {
            sim_diag_add(cycles->checking->diags, "timeless-circle", edge->step->where,
                         "a \"serve\" or \"delay\" that takes time on every way round", NULL,
                         "a circle of gotos from \"%s\" that takes no time",
                         network->routes[edge->from].name);
        }
    }
}

/* --- users who come back in no time ------------------------------------------------------- */

/* Whether a request may be in several places at once, or leave work behind. */
static bool multiplies(const struct mdl_block *block) {
    bool found = false;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        found = found || step->kind == MDL_STEP_FORK || step->kind == MDL_STEP_ASYNC ||
                step->kind == MDL_STEP_TIMEOUT;
        for (int b = 0; b < step->block_count; b++) {
            found = found || multiplies(&step->blocks[b]);
        }
    }
    return found;
}

/* The largest number of customers that all sources can have, if all are closed; else a number that
 * no place holds. */
static double most_users(const struct mdl_network *network) {
    double users = 0;
    for (int i = 0; i < network->route_count; i++) {
        users = multiplies(&network->routes[i].body) ? 1e18 : users;
    }
    for (int i = 0; i < network->source_count; i++) {
        const struct mdl_source *source = &network->sources[i];
        double most = source->kind == MDL_SOURCE_CLOSED && !source->session ? 0 : 1e18;
        for (int p = 0; most < 1e18 && p < source->point_count; p++) {
            most = source->points[p].value > most ? source->points[p].value : most;
        }
        users += most;
    }
    return users;
}

/* Whether no place can ever be full. */
static bool roomy(const struct mdl_network *network) {
    double users = most_users(network);
    bool room = true;
    for (int i = 0; i < network->station_count; i++) {
        const struct mdl_station *station = &network->stations[i];
        room = room && (station->capacity < 0 || users <= (double)station->capacity) &&
               !no_patience(station->has_patience, &station->patience);
    }
    for (int i = 0; i < network->pool_count; i++) {
        const struct mdl_pool *pool = &network->pools[i];
        bool impatient = no_patience(pool->has_patience, &pool->patience);
        double places =
            (double)pool->size + (impatient || pool->queue < 0 ? 0 : (double)pool->queue);
        room = room && pool->crash_at == 0 && ((pool->queue < 0 && !impatient) || users <= places);
    }
    return room;
}

/* Whether every request on the route ends, or may be turned away, before any time has passed. */
static bool timeless(const struct cycles *cycles, const char *route) {
    return !cycles->slow[index_of(mdl_names_find(&cycles->checking->routes, route), NO_SHELTER)];
}

/* Whether some limiter or breaker turns away. */
static bool limited(const struct mdl_network *network) {
    bool rejects = network->breaker_count > 0;
    for (int i = 0; i < network->limiter_count; i++) {
        rejects = rejects || !network->limiters[i].waits || network->limiters[i].queue >= 0;
    }
    return rejects;
}

static void tell_timeless_users(const struct cycles *cycles) {
    const struct mdl_network *network = cycles->checking->network;
    for (int i = 0; i < network->source_count; i++) {
        const struct mdl_source *source = &network->sources[i];
        const struct mdl_session *session = source->session;
        bool thinks = source->has_think && mdl_takes_time(source->think.mean);
        bool stuck = source->kind == MDL_SOURCE_CLOSED && !thinks;
        if (session) {
            stuck = session->back_to_back;
            for (int a = 0; a < session->action_count; a++) {
                const struct mdl_action *action = &session->actions[a];
                const char *route = action->route ? action->route : source->route;
                stuck = stuck && (!(action->p > 0) || (!mdl_takes_time(action->duration.mean) &&
                                                       timeless(cycles, route)));
            }
        } else {
            stuck = stuck && timeless(cycles, source->route);
        }
        if (stuck) {
            sim_diag_add(
                cycles->checking->diags, "timeless-user", source->where,
                "users for whom time passes before they come back",
                session ? "give the actions a \"duration\"" : "add \"think\"",
                cycles->roomy && !limited(network)
                    ? "requests that take no time, one after the other without a pause"
                    : "requests that take no time or may be turned away at once, one after "
                      "the other without a pause");
        }
    }
}

void mdl_check_cycles(struct mdl_checking *checking) {
    const struct mdl_network *network = checking->network;
    size_t routes = (size_t)network->route_count;
    struct cycles cycles = {
        .checking = checking,
        .ends = sim_arena_array(checking->arena, SHELTERS * routes + 1, sizeof(struct quick)),
        .slow = sim_arena_array(checking->arena, SHELTERS * routes + 1, sizeof(bool)),
        .roomy = roomy(network),
        .users = most_users(network),
    };
    for (int i = 0; i < network->route_count; i++) {
        cycles.route = i;
        collect(&cycles, &network->routes[i].body, true, NULL);
    }
    tell_call_circles(&cycles);
    find_quick_ways(&cycles);
    tell_timeless_gotos(&cycles);
    tell_timeless_users(&cycles);
}
