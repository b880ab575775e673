/* Names: each part's is its own, and every reference finds its part. */
#include <stdlib.h>
#include <string.h>

#include "models/check_parts.h"

static int by_name(const void *a, const void *b) {
    const struct mdl_named *x = a;
    const struct mdl_named *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

int mdl_names_find(const struct mdl_names *names, const char *name) {
    int low = 0;
    int high = names->count;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (strcmp(names->items[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < names->count && strcmp(names->items[low].name, name) == 0;
    return found ? names->items[low].index : -1;
}

struct part {
    const char *name;
    const char *where;
};

typedef struct part (*part_at)(const struct mdl_network *network, int index);

#define PART_AT(function, list)                                                                    \
    static struct part function(const struct mdl_network *network, int index) {                    \
        return (struct part){network->list[index].name, network->list[index].where};               \
    }
PART_AT(class_at, classes)
PART_AT(source_at, sources)
PART_AT(station_at, stations)
PART_AT(pool_at, pools)
PART_AT(cache_at, caches)
PART_AT(limiter_at, limiters)
PART_AT(breaker_at, breakers)
PART_AT(route_at, routes)

/* Sorts the names of a list of parts, and tells which occur twice. */
static struct mdl_names index_list(struct mdl_checking *checking, const char *what,
                                   const struct part *parts, int count) {
    struct mdl_names names = {
        sim_arena_array(checking->arena, (size_t)count + 1, sizeof *names.items), count};
    for (int i = 0; i < count; i++) {
        names.items[i] = (struct mdl_named){parts[i].name, i};
    }
    qsort(names.items, (size_t)count, sizeof *names.items, by_name);
    for (int i = 1; i < count; i++) {
        const struct mdl_named *first = &names.items[i - 1];
        const struct mdl_named *second = &names.items[i];
        if (strcmp(first->name, second->name) == 0) {
            sim_diag_add(checking->diags, "duplicate-name", parts[second->index].where,
                         "a name of its own", NULL, "another %s with the name \"%s\" at %s", what,
                         second->name, parts[first->index].where);
        }
    }
    return names;
}

static struct mdl_names index_parts(struct mdl_checking *checking, const char *what, part_at part,
                                    int count) {
    struct part *parts = sim_arena_array(checking->arena, (size_t)count + 1, sizeof *parts);
    for (int i = 0; i < count; i++) {
        parts[i] = part(checking->network, i);
    }
    return index_list(checking, what, parts, count);
}

/* `key`: where the name stands, in the part at `where`. */
static int resolve(struct mdl_checking *checking, const char *what, const struct mdl_names *names,
                   const char *name, const char *where, const char *key) {
    int index = mdl_names_find(names, name);
    if (index >= 0) {
        return index;
    }
    const char **known = sim_arena_array(checking->arena, (size_t)names->count + 1, sizeof *known);
    for (int i = 0; i < names->count; i++) {
        known[i] = names->items[i].name;
    }
    const char *nearest = sim_nearest(name, known, names->count);
    const char *mend = NULL;
    if (nearest) {
        mend = sim_arena_print(checking->arena, "did you mean \"%s\"?", nearest);
    } else if (names->count == 0) {
        mend = sim_arena_print(checking->arena, "the network has no %s", what);
    }
    sim_diag_add(checking->diags, "unknown-name", mdl_check_path(checking, where, key),
                 sim_arena_print(checking->arena, "the name of a %s", what), mend,
                 "no %s has the name \"%s\"", what, name);
    return -1;
}

static void resolve_block(struct mdl_checking *checking, const struct mdl_block *block) {
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        switch (step->kind) {
        case MDL_STEP_SERVE:
            resolve(checking, "station", &checking->stations, step->target, step->where, "serve");
            break;
        case MDL_STEP_ACQUIRE:
        case MDL_STEP_RELEASE:
            resolve(checking, "pool", &checking->pools, step->target, step->where,
                    step->kind == MDL_STEP_ACQUIRE ? "acquire" : "release");
            break;
        case MDL_STEP_CACHE:
            resolve(checking, "cache", &checking->caches, step->target, step->where, "cache");
            break;
        case MDL_STEP_CALL:
        case MDL_STEP_GOTO:
            resolve(checking, "route", &checking->routes, step->target, step->where,
                    step->kind == MDL_STEP_CALL ? "call" : "goto");
            break;
        case MDL_STEP_CLASS:
            resolve(checking, "class", &checking->classes, step->target, step->where, "class");
            break;
        case MDL_STEP_LIMIT:
            resolve(checking, "limiter", &checking->limiters, step->target, step->where, "limit");
            break;
        case MDL_STEP_BREAKER:
            resolve(checking, "breaker", &checking->breakers, step->target, step->where, "breaker");
            break;
        case MDL_STEP_DELAY:
        case MDL_STEP_BRANCH:
        case MDL_STEP_REPEAT:
        case MDL_STEP_MARK:
        case MDL_STEP_FAIL:
        case MDL_STEP_FORK:
        case MDL_STEP_ASYNC:
        case MDL_STEP_TIMEOUT:
        case MDL_STEP_RETRY:
            break;
        }
        for (int b = 0; b < step->block_count; b++) {
            resolve_block(checking, &step->blocks[b]);
        }
    }
}

static void resolve_source(struct mdl_checking *checking, const struct mdl_source *source) {
    resolve(checking, "class", &checking->classes, mdl_class_name(source->cls), source->where,
            "class");
    if (source->route) {
        resolve(checking, "route", &checking->routes, source->route, source->where, "route");
    }
    bool routed = source->session && source->session->action_count > 0;
    for (int i = 0; source->session && i < source->session->action_count; i++) {
        const struct mdl_action *action = &source->session->actions[i];
        if (action->cls) {
            resolve(checking, "class", &checking->classes, action->cls, action->where, "class");
        }
        if (action->route) {
            resolve(checking, "route", &checking->routes, action->route, action->where, "route");
        }
        routed = routed && action->route;
    }
    if (!source->route && !routed) {
        sim_diag_add(
            checking->diags, "missing-route", source->where, "\"route\": the route of its requests",
            source->session ? "or a \"route\" in every action of the session" : NULL, "no route");
    }
}

/* Visits that follow a place held need one instance for each of the pool. */
static void resolve_with(struct mdl_checking *checking, const char *what, const char *name,
                         const char *with, int instances, const char *where) {
    int index = resolve(checking, "pool", &checking->pools, with, where, "with");
    if (index < 0) {
        return;
    }
    const struct mdl_pool *pool = &checking->network->pools[index];
    if (pool->instances != instances) {
        sim_diag_add(
            checking->diags, "with-mismatch", where, "as many instances as the pool it goes with",
            sim_arena_print(checking->arena, "\"instances\": %d", pool->instances),
            "%s \"%s\" has %d, pool \"%s\" has %d", what, name, instances, with, pool->instances);
    }
    if (strcmp(what, "pool") == 0 && strcmp(name, with) == 0) {
        sim_diag_add(checking->diags, "with-mismatch", where, "another pool, held before", NULL,
                     "pool \"%s\" goes with itself", name);
    }
}

/* What is looked at is the same instance of another pool. */
static void resolve_watch(struct mdl_checking *checking, const struct mdl_pool *pool) {
    int index = resolve(checking, "pool", &checking->pools, pool->watch, pool->where, "watch");
    if (index >= 0 && checking->network->pools[index].instances != pool->instances) {
        const struct mdl_pool *watched = &checking->network->pools[index];
        sim_diag_add(checking->diags, "watch-mismatch",
                     mdl_check_path(checking, pool->where, "watch"),
                     "a pool with as many instances",
                     sim_arena_print(checking->arena, "\"instances\": %d", watched->instances),
                     "pool \"%s\" has %d, pool \"%s\" has %d", pool->name, pool->instances,
                     watched->name, watched->instances);
    }
}

/* --- names of steps ----------------------------------------------------------------------- */

struct named_steps {
    struct mdl_checking *checking;
    struct part *items;
    size_t room;
    int count;
};

static void collect_name(struct named_steps *steps, const char *name, const char *where) {
    if (name) {
        steps->items = sim_arena_grow(steps->checking->arena, steps->items, (size_t)steps->count,
                                      &steps->room, sizeof *steps->items);
        steps->items[steps->count++] = (struct part){name, where};
    }
}

static void collect_steps(struct named_steps *steps, const struct mdl_block *block) {
    collect_name(steps, block->name, block->where);
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        collect_name(steps, step->name, step->where);
        for (int b = 0; b < step->block_count; b++) {
            collect_steps(steps, &step->blocks[b]);
        }
    }
}

/* Named steps are reported, each under its own name. */
static void check_step_names(struct mdl_checking *checking) {
    struct named_steps steps = {.checking = checking};
    for (int i = 0; i < checking->network->route_count; i++) {
        collect_steps(&steps, &checking->network->routes[i].body);
    }
    if (steps.count > 0) {
        index_list(checking, "step", steps.items, steps.count);
    }
}

/* --- all ---------------------------------------------------------------------------------- */

void mdl_check_names(struct mdl_checking *checking) {
    const struct mdl_network *network = checking->network;
    checking->classes = index_parts(checking, "class", class_at, network->class_count);
    checking->stations = index_parts(checking, "station", station_at, network->station_count);
    checking->pools = index_parts(checking, "pool", pool_at, network->pool_count);
    checking->caches = index_parts(checking, "cache", cache_at, network->cache_count);
    checking->limiters = index_parts(checking, "limiter", limiter_at, network->limiter_count);
    checking->breakers = index_parts(checking, "breaker", breaker_at, network->breaker_count);
    checking->routes = index_parts(checking, "route", route_at, network->route_count);
    index_parts(checking, "source", source_at, network->source_count); /* for duplicates only */

    for (int i = 0; i < network->source_count; i++) {
        resolve_source(checking, &network->sources[i]);
    }
    for (int i = 0; i < network->station_count; i++) {
        const struct mdl_station *station = &network->stations[i];
        for (int c = 0; c < station->demand_class_count; c++) {
            resolve(checking, "class", &checking->classes, station->demand_classes[c],
                    station->where, "demand");
        }
        if (station->with) {
            resolve_with(checking, "station", station->name, station->with, station->instances,
                         station->where);
        }
    }
    for (int i = 0; i < network->pool_count; i++) {
        const struct mdl_pool *pool = &network->pools[i];
        if (pool->with) {
            resolve_with(checking, "pool", pool->name, pool->with, pool->instances, pool->where);
        }
        if (pool->watch) {
            resolve_watch(checking, pool);
        }
    }
    for (int i = 0; i < network->limiter_count; i++) {
        const struct mdl_limiter *limiter = &network->limiters[i];
        if (limiter->with) {
            resolve_with(checking, "limiter", limiter->name, limiter->with, limiter->instances,
                         limiter->where);
        }
    }
    for (int i = 0; i < network->route_count; i++) {
        resolve_block(checking, &network->routes[i].body);
    }
    check_step_names(checking);
    const struct mdl_scenario *scenario = checking->scenario;
    if (scenario->stop.at) {
        resolve(checking, "station", &checking->stations, scenario->stop.at, "stop", "at");
    }
    if (scenario->log_of) {
        resolve(checking, "station", &checking->stations, scenario->log_of, "log", "of");
    }
}
