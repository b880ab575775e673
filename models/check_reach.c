/* Who gets where: each class walks the routes that its requests can take, and may become another on
 * its way. (What a fork or async starts leaves the request's own class alone; so does an attempt
 * that fails: the next one begins like the first.) Every place must be reached by someone, and
 * every visit must have a demand. Networks made by the lowering are not asked about places: they
 * have a route for every kind of request, whether the load uses it or not. */
#include <string.h>

#include "models/check_parts.h"
#include "models/program.h"

/* Classes that a request may be of, by index. */
typedef bool *class_set;

struct reach {
    struct mdl_checking *checking;
    struct sim_arena *sets; /* of one pass */
    bool *stations;
    bool *pools;
    bool *caches;
    bool *limiters;
    bool *breakers;
    bool *classes;
    bool *walked;    /* [class x route_count + route]: requests of that class enter the route */
    class_set *ends; /* the same index: of what class they leave it */
    bool changed;    /* in this pass over all that is walked */
    bool tell;       /* the last pass */
    const char **marks;
    size_t mark_room;
    int mark_count;
};

static class_set new_set(const struct reach *reach) {
    return sim_arena_array(reach->sets, (size_t)reach->checking->network->class_count,
                           sizeof(bool));
}

static class_set copy_of(const struct reach *reach, const bool *from) {
    class_set copy = new_set(reach);
    memcpy(copy, from, (size_t)reach->checking->network->class_count * sizeof *copy);
    return copy;
}

/* Adds what `from` holds. Returns whether there was anything new. */
static bool unite(const struct reach *reach, class_set into, const bool *from) {
    bool more = false;
    for (int i = 0; i < reach->checking->network->class_count; i++) {
        more = more || (from[i] && !into[i]);
        into[i] = into[i] || from[i];
    }
    return more;
}

static bool is_empty(const struct reach *reach, const bool *set) {
    bool any = false;
    for (int i = 0; i < reach->checking->network->class_count; i++) {
        any = any || set[i];
    }
    return !any;
}

static void enter(struct reach *reach, int cls, int route) {
    int index = cls * reach->checking->network->route_count + route;
    if (!reach->walked[index]) {
        reach->walked[index] = true;
        reach->ends[index] = sim_arena_array(
            reach->checking->arena, (size_t)reach->checking->network->class_count, sizeof(bool));
        reach->changed = true;
    }
}

/* All of the set walk another route; the set becomes what comes out of it. */
static void walk_route(struct reach *reach, const char *target, class_set set) {
    const struct mdl_network *network = reach->checking->network;
    int route = mdl_names_find(&reach->checking->routes, target);
    class_set out = new_set(reach);
    for (int c = 0; c < network->class_count; c++) {
        if (set[c]) {
            enter(reach, c, route);
            unite(reach, out, reach->ends[c * network->route_count + route]);
        }
    }
    memcpy(set, out, (size_t)network->class_count * sizeof *set);
}

static void visit_station(struct reach *reach, const struct mdl_step *step, int cls) {
    struct mdl_checking *checking = reach->checking;
    int index = mdl_names_find(&checking->stations, step->target);
    const struct mdl_station *station = &checking->network->stations[index];
    reach->stations[index] = true;
    const char *name = checking->network->classes[cls].name;
    bool demand = step->has_demand || station->has_demand;
    for (int i = 0; i < station->demand_class_count; i++) {
        demand = demand || strcmp(station->demand_classes[i], name) == 0;
    }
    if (!demand && reach->tell) {
        sim_diag_add(checking->diags, "no-demand", step->where,
                     "\"demand\" in this step or at the station", NULL,
                     "a visit of class \"%s\" to \"%s\" without a demand", name, station->name);
    }
}

/* Marks are few, and looked up as they come. */
static void note_mark(struct reach *reach, const char *name) {
    for (int i = 0; i < reach->mark_count; i++) {
        if (strcmp(reach->marks[i], name) == 0) {
            return;
        }
    }
    reach->marks = sim_arena_grow(reach->checking->arena, reach->marks, (size_t)reach->mark_count,
                                  &reach->mark_room, sizeof *reach->marks);
    reach->marks[reach->mark_count++] = name;
}

static void walk(struct reach *reach, int walked, const struct mdl_block *block, class_set set);

/* One of the blocks. */
static void walk_one(struct reach *reach, int walked, const struct mdl_step *step, class_set set) {
    class_set out = new_set(reach);
    for (int b = 0; b < step->block_count; b++) {
        class_set way = copy_of(reach, set);
        walk(reach, walked, &step->blocks[b], way);
        unite(reach, out, way);
    }
    memcpy(set, out, (size_t)reach->checking->network->class_count * sizeof *set);
}

/* All of the blocks, by others than the request itself. */
static void walk_apart(struct reach *reach, int walked, const struct mdl_step *step,
                       const bool *set) {
    for (int b = 0; b < step->block_count; b++) {
        walk(reach, walked, &step->blocks[b], copy_of(reach, set));
    }
}

/* And the cache that sees the same look-ups. */
static void reach_cache(struct reach *reach, const char *name) {
    const struct mdl_checking *checking = reach->checking;
    int index = mdl_names_find(&checking->caches, name);
    reach->caches[index] = true;
    const char *beside = checking->network->caches[index].beside;
    if (beside != NULL) {
        reach->caches[mdl_names_find(&checking->caches, beside)] = true;
    }
}

/* A later round may begin in a class that an earlier one left. */
static void walk_repeat(struct reach *reach, int walked, const struct mdl_step *step,
                        class_set set) {
    class_set begun = copy_of(reach, set);
    class_set ended = NULL;
    do {
        ended = copy_of(reach, begun);
        walk(reach, walked, &step->blocks[0], ended);
    } while (unite(reach, begun, ended));
    memcpy(set, ended, (size_t)reach->checking->network->class_count * sizeof *set);
}

/* Follows a block from its start, where requests are of the classes in the set, to its end. */
static void walk(struct reach *reach, int walked, const struct mdl_block *block, class_set set) {
    struct mdl_checking *checking = reach->checking;
    size_t classes = (size_t)checking->network->class_count;
    for (int i = 0; i < block->count && !is_empty(reach, set); i++) {
        const struct mdl_step *step = &block->steps[i];
        int index = 0;
        switch (step->kind) {
        case MDL_STEP_SERVE:
            for (int c = 0; c < checking->network->class_count; c++) {
                if (set[c]) {
                    visit_station(reach, step, c);
                }
            }
            break;
        case MDL_STEP_ACQUIRE:
        case MDL_STEP_RELEASE:
            reach->pools[mdl_names_find(&checking->pools, step->target)] = true;
            break;
        case MDL_STEP_LIMIT:
            reach->limiters[mdl_names_find(&checking->limiters, step->target)] = true;
            break;
        case MDL_STEP_CACHE:
            reach_cache(reach, step->target);
            walk_one(reach, walked, step, set);
            break;
        case MDL_STEP_BREAKER:
            reach->breakers[mdl_names_find(&checking->breakers, step->target)] = true;
            walk_one(reach, walked, step, set);
            break;
        case MDL_STEP_BRANCH:
        case MDL_STEP_TIMEOUT:
        case MDL_STEP_RETRY:
            walk_one(reach, walked, step, set);
            break;
        case MDL_STEP_FORK:
        case MDL_STEP_ASYNC:
            walk_apart(reach, walked, step, set);
            break;
        case MDL_STEP_REPEAT:
            walk_repeat(reach, walked, step, set);
            break;
        case MDL_STEP_CALL:
            walk_route(reach, step->target, set);
            break;
        case MDL_STEP_GOTO:
            walk_route(reach, step->target, set);
            reach->changed = unite(reach, reach->ends[walked], set) || reach->changed;
            memset(set, 0, classes * sizeof *set);
            break;
        case MDL_STEP_MARK:
            note_mark(reach, step->target);
            break;
        case MDL_STEP_CLASS:
            index = mdl_names_find(&checking->classes, step->target);
            memset(set, 0, classes * sizeof *set);
            set[index] = true;
            reach->classes[index] = true;
            break;
        case MDL_STEP_FAIL:
            memset(set, 0, classes * sizeof *set);
            break;
        case MDL_STEP_DELAY:
            break;
        }
    }
}

/* Walks every route that a class has entered. What is reached can only grow from pass to pass. */
static void pass(struct reach *reach) {
    const struct mdl_network *network = reach->checking->network;
    int pairs = network->class_count * network->route_count;
    reach->changed = false;
    reach->sets = sim_arena_new();
    for (int index = 0; index < pairs; index++) {
        if (reach->walked[index]) {
            class_set set = new_set(reach);
            set[index / network->route_count] = true;
            walk(reach, index, &network->routes[index % network->route_count].body, set);
            reach->changed = unite(reach, reach->ends[index], set) || reach->changed;
        }
    }
    sim_arena_free(reach->sets);
}

static void enter_sources(struct reach *reach) {
    struct mdl_checking *checking = reach->checking;
    const struct mdl_network *network = checking->network;
    for (int i = 0; i < network->source_count; i++) {
        const struct mdl_source *source = &network->sources[i];
        const struct mdl_session *session = source->session;
        int cls = mdl_names_find(&checking->classes, mdl_class_name(source->cls));
        reach->classes[cls] = true;
        if (!session && source->route) {
            enter(reach, cls, mdl_names_find(&checking->routes, source->route));
        }
        for (int a = 0; session && a < session->action_count; a++) {
            const struct mdl_action *action = &session->actions[a];
            const char *route = action->route ? action->route : source->route;
            int of = action->cls ? mdl_names_find(&checking->classes, action->cls) : cls;
            reach->classes[of] = true;
            enter(reach, of, mdl_names_find(&checking->routes, route));
        }
    }
}

static void tell_unreached(struct reach *reach) {
    const struct mdl_network *network = reach->checking->network;
    struct sim_diags *diags = reach->checking->diags;
    const char *expected = "a part that some request gets to";
    for (int i = 0; i < network->route_count; i++) {
        bool reached = false;
        for (int c = 0; c < network->class_count; c++) {
            reached = reached || reach->walked[c * network->route_count + i];
        }
        if (!reached) {
            sim_diag_add(diags, "unreachable-route", network->routes[i].where, expected,
                         "name it in a source, a call or a goto, or remove it",
                         "no request takes the route \"%s\"", network->routes[i].name);
        }
    }
    for (int i = 0; i < network->station_count; i++) {
        if (!reach->stations[i]) {
            sim_diag_add(diags, "unreachable-station", network->stations[i].where, expected,
                         "add a \"serve\" step or remove it", "no request visits \"%s\"",
                         network->stations[i].name);
        }
    }
    for (int i = 0; i < network->pool_count; i++) {
        if (!reach->pools[i]) {
            sim_diag_add(diags, "unreachable-pool", network->pools[i].where, expected,
                         "add an \"acquire\" step or remove it", "no request uses \"%s\"",
                         network->pools[i].name);
        }
    }
    for (int i = 0; i < network->cache_count; i++) {
        if (!reach->caches[i]) {
            sim_diag_add(diags, "unreachable-cache", network->caches[i].where, expected,
                         "add a \"cache\" step or remove it", "no request asks \"%s\"",
                         network->caches[i].name);
        }
    }
    for (int i = 0; i < network->limiter_count; i++) {
        if (!reach->limiters[i]) {
            sim_diag_add(diags, "unreachable-limiter", network->limiters[i].where, expected,
                         "add a \"limit\" step or remove it", "no request asks \"%s\"",
                         network->limiters[i].name);
        }
    }
    for (int i = 0; i < network->breaker_count; i++) {
        if (!reach->breakers[i]) {
            sim_diag_add(diags, "unreachable-breaker", network->breakers[i].where, expected,
                         "add a \"breaker\" step or remove it", "no request passes \"%s\"",
                         network->breakers[i].name);
        }
    }
    for (int i = 0; i < network->class_count; i++) {
        if (!reach->classes[i]) {
            sim_diag_warn(diags, "unused-class", network->classes[i].where,
                          "a class that some source or step gives", NULL,
                          "nobody is of class \"%s\"", network->classes[i].name);
        }
    }
}

void mdl_check_reach(struct mdl_checking *checking) {
    const struct mdl_network *network = checking->network;
    struct sim_arena *arena = checking->arena;
    size_t pairs = (size_t)network->class_count * (size_t)network->route_count;
    struct reach reach = {
        .checking = checking,
        .stations = sim_arena_array(arena, (size_t)network->station_count + 1, sizeof(bool)),
        .pools = sim_arena_array(arena, (size_t)network->pool_count + 1, sizeof(bool)),
        .caches = sim_arena_array(arena, (size_t)network->cache_count + 1, sizeof(bool)),
        .classes = sim_arena_array(arena, (size_t)network->class_count + 1, sizeof(bool)),
        .limiters = sim_arena_array(arena, (size_t)network->limiter_count + 1, sizeof(bool)),
        .breakers = sim_arena_array(arena, (size_t)network->breaker_count + 1, sizeof(bool)),
        .walked = sim_arena_array(arena, pairs + 1, sizeof(bool)),
        .ends = sim_arena_array(arena, pairs + 1, sizeof(class_set)),
    };
    enter_sources(&reach);
    do {
        pass(&reach);
    } while (reach.changed);
    reach.tell = true;
    pass(&reach);
    if (reach.mark_count > MDL_MARKS_MAX) {
        sim_diag_add(checking->diags, "too-many-marks", "network.routes",
                     "at most 64 different marks", NULL, "%d marks", reach.mark_count);
    }
    if (!checking->scenario->arch) {
        tell_unreached(&reach);
    }
}
