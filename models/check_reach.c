/* Who gets where: each class walks the routes that its requests can take. Every place must be
 * reached by someone, and every visit must have a demand. Networks made by the lowering are not
 * asked about places: they have a route for every kind of request, whether the load uses it or not.
 */
#include <string.h>

#include "models/check_parts.h"
#include "models/program.h"

struct reach {
    struct mdl_checking *checking;
    bool *stations;
    bool *pools;
    bool *caches;
    bool *classes;
    bool *walked; /* [class x route_count + route] */
    int *todo;    /* the same index, to be walked */
    int todo_count;
    const char **marks;
    size_t mark_room;
    int mark_count;
};

static void enter(struct reach *reach, int cls, int route) {
    int index = cls * reach->checking->network->route_count + route;
    if (!reach->walked[index]) {
        reach->walked[index] = true;
        reach->todo[reach->todo_count++] = index;
    }
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
    if (!demand) {
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

static void walk(struct reach *reach, const struct mdl_block *block, int cls) {
    struct mdl_checking *checking = reach->checking;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        switch (step->kind) {
        case MDL_STEP_SERVE:
            visit_station(reach, step, cls);
            break;
        case MDL_STEP_ACQUIRE:
        case MDL_STEP_RELEASE:
            reach->pools[mdl_names_find(&checking->pools, step->target)] = true;
            break;
        case MDL_STEP_CACHE:
            reach->caches[mdl_names_find(&checking->caches, step->target)] = true;
            break;
        case MDL_STEP_CALL:
        case MDL_STEP_GOTO:
            enter(reach, cls, mdl_names_find(&checking->routes, step->target));
            break;
        case MDL_STEP_MARK:
            note_mark(reach, step->target);
            break;
        case MDL_STEP_DELAY:
        case MDL_STEP_BRANCH:
        case MDL_STEP_REPEAT:
        case MDL_STEP_FAIL:
            break;
        }
        for (int b = 0; b < step->block_count; b++) {
            walk(reach, &step->blocks[b], cls);
        }
    }
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
    for (int i = 0; i < network->class_count; i++) {
        if (!reach->classes[i]) {
            sim_diag_warn(diags, "unused-class", network->classes[i].where,
                          "a class that some source has", NULL, "nobody is of class \"%s\"",
                          network->classes[i].name);
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
        .walked = sim_arena_array(arena, pairs + 1, sizeof(bool)),
        .todo = sim_arena_array(arena, pairs + 1, sizeof(int)),
    };
    enter_sources(&reach);
    while (reach.todo_count > 0) {
        int index = reach.todo[--reach.todo_count];
        int cls = index / network->route_count;
        walk(&reach, &network->routes[index % network->route_count].body, cls);
    }
    if (reach.mark_count > MDL_MARKS_MAX) {
        sim_diag_add(checking->diags, "too-many-marks", "network.routes",
                     "at most 64 different marks", NULL, "%d marks", reach.mark_count);
    }
    if (!checking->scenario->arch) {
        tell_unreached(&reach);
    }
}
