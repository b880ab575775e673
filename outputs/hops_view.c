#include "outputs/hops_view.h"

#include <math.h>
#include <string.h>

static double or_zero(double x) { return isfinite(x) ? x : 0; }

static const char *name_of(const char *entity, struct sim_arena *arena) {
    if (strncmp(entity, "station/", 8) == 0) {
        return entity + 8;
    }
    if (strncmp(entity, "limiter/", 8) == 0) {
        return sim_arena_print(arena, "%s (limiter)", entity + 8);
    }
    return strncmp(entity, "pool/", 5) == 0 ? sim_arena_print(arena, "%s (pool)", entity + 5)
                                            : entity;
}

/* Puts the hop in its place among the longest, and returns the one that falls out (name NULL: none
 * does). */
static struct out_hop insert(struct out_hops *hops, struct out_hop hop) {
    int at = hops->count;
    while (at > 0 && hops->hops[at - 1].total < hop.total) {
        at--;
    }
    if (at == OUT_HOPS) {
        return hop;
    }
    struct out_hop last = {.name = NULL};
    if (hops->count == OUT_HOPS) {
        last = hops->hops[--hops->count];
    }
    memmove(hops->hops + at + 1, hops->hops + at, (size_t)(hops->count - at) * sizeof hop);
    hops->hops[at] = hop;
    hops->count++;
    return last;
}

struct out_hops out_hops_of(const struct out_index *index, const char *cls,
                            struct sim_arena *arena) {
    const char *scope = cls == NULL ? "breakdown" : "class_breakdown";
    struct out_hops hops = {.label = cls == NULL ? "" : cls};
    hops.response =
        out_estimate(index, cls == NULL ? "network" : "class", hops.label, "response.mean", NULL)
            .value;
    struct out_names entities = out_entities(index, scope, arena);
    struct out_names classes = out_entities(index, "class", arena);
    for (int i = 0; i < entities.count && hops.response > 0; i++) {
        const char *rest =
            cls == NULL ? entities.items[i] : out_part_of(entities.items[i], cls, '/', &classes);
        if (rest == NULL) {
            continue;
        }
        const char *entity = entities.items[i];
        struct out_hop hop = {
            .name = name_of(rest, arena),
            .waiting = or_zero(out_estimate(index, scope, entity, "waiting.mean", NULL).value),
            .service = or_zero(out_estimate(index, scope, entity, "service.mean", NULL).value),
            .slowed = or_zero(out_estimate(index, scope, entity, "slowed.mean", NULL).value),
        };
        hop.total = hop.waiting + hop.service;
        struct out_hop out = hop.total < 0.005 * hops.response ? hop : insert(&hops, hop);
        if (out.name != NULL) {
            hops.rest_count++;
            hops.rest.waiting += out.waiting;
            hops.rest.service += out.service;
            hops.rest.slowed += out.slowed;
            hops.rest.total += out.total;
        }
    }
    return hops;
}
