#include "outputs/findings_view.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Metrics of one entity: a list, in order. */
struct entity {
    const char *scope;
    const char *name;
    int first, last; /* metrics */
    int count;
};

struct out_index {
    const struct std_findings *findings;
    struct entity *entities; /* in order of first appearance */
    int entity_count;
    int *next;       /* per metric: the next one of its entity, or -1 */
    int *slots;      /* a hash table of entities, open addressing; -1: free */
    size_t slot_end; /* slots - 1; a power of two minus one */
};

/* FNV-1a. Only where an entity is kept depends on it. */
static uint64_t hash_of(const char *scope, const char *entity) {
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char *c = scope; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3U;
    }
    hash *= 0x100000001b3U;
    for (const char *c = entity; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * 0x100000001b3U;
    }
    return hash;
}

static bool is_named(const struct entity *entity, const char *scope, const char *name) {
    return strcmp(entity->name, name) == 0 && strcmp(entity->scope, scope) == 0;
}

/* The slot of an entity: its own, or the free one where it would be. */
static int *slot_of(const struct out_index *index, const char *scope, const char *name) {
    size_t at = (size_t)hash_of(scope, name) & index->slot_end;
    while (index->slots[at] >= 0 && !is_named(&index->entities[index->slots[at]], scope, name)) {
        at = (at + 1) & index->slot_end;
    }
    return &index->slots[at];
}

static const struct entity *find_entity(const struct out_index *index, const char *scope,
                                        const char *name) {
    int found = *slot_of(index, scope, name);
    return found < 0 ? NULL : &index->entities[found];
}

static void add_metric(struct out_index *index, int metric) {
    const struct std_metric *m = &index->findings->metrics[metric];
    int *slot = slot_of(index, m->scope, m->entity);
    if (*slot < 0) {
        *slot = index->entity_count;
        index->entities[index->entity_count++] =
            (struct entity){m->scope, m->entity, metric, metric, 1};
        return;
    }
    struct entity *entity = &index->entities[*slot];
    index->next[entity->last] = metric;
    entity->last = metric;
    entity->count++;
}

struct out_index *out_index_new(const struct std_findings *findings, struct sim_arena *arena) {
    struct out_index *index = sim_arena_alloc(arena, sizeof *index);
    size_t metrics = (size_t)findings->metric_count;
    size_t slots = 16;
    while (slots < 2 * metrics) {
        slots *= 2;
    }
    *index = (struct out_index){
        .findings = findings,
        .entities = sim_arena_array(arena, metrics, sizeof *index->entities),
        .next = sim_arena_array(arena, metrics, sizeof *index->next),
        .slots = sim_arena_array(arena, slots, sizeof *index->slots),
        .slot_end = slots - 1,
    };
    memset(index->slots, 0xFF, slots * sizeof *index->slots); /* -1 */
    for (int i = 0; i < findings->metric_count; i++) {
        index->next[i] = -1;
        add_metric(index, i);
    }
    return index;
}

struct out_names out_entities(const struct out_index *index, const char *scope,
                              struct sim_arena *arena) {
    struct out_names names = {NULL, 0};
    size_t room = 0;
    for (int i = 0; i < index->entity_count; i++) {
        if (strcmp(index->entities[i].scope, scope) == 0) {
            names.items =
                sim_arena_grow(arena, names.items, (size_t)names.count, &room, sizeof *names.items);
            names.items[names.count++] = index->entities[i].name;
        }
    }
    return names;
}

struct out_metrics out_metrics_of(const struct out_index *index, const char *scope,
                                  const char *entity, struct sim_arena *arena) {
    const struct entity *found = find_entity(index, scope, entity);
    struct out_metrics metrics = {NULL, 0};
    if (found == NULL) {
        return metrics;
    }
    metrics.items = sim_arena_array(arena, (size_t)found->count, sizeof *metrics.items);
    for (int i = found->first; i >= 0; i = index->next[i]) {
        metrics.items[metrics.count++] = &index->findings->metrics[i];
    }
    return metrics;
}

struct out_spot out_spot_of(const char *entity) {
    size_t length = strcspn(entity, "/");
    return (struct out_spot){entity, (int)length, entity + length + (entity[length] != '\0')};
}

bool out_spot_same(const struct out_spot *x, const struct out_spot *y) {
    return x->length == y->length && strncmp(x->when, y->when, (size_t)x->length) == 0;
}

const char *out_spot_part(const struct out_spot *spot, const char *kind) {
    size_t length = strlen(kind);
    if (strncmp(spot->kind, kind, length) != 0) {
        return NULL;
    }
    const char *rest = spot->kind + length;
    return *rest == '/' ? rest + 1 : *rest == '\0' ? rest : NULL;
}

static void add_name(struct out_names *names, size_t *room, const char *name,
                     struct sim_arena *arena) {
    /* entities come in groups: the last one is the likeliest */
    for (int i = names->count - 1; i >= 0; i--) {
        if (strcmp(names->items[i], name) == 0) {
            return;
        }
    }
    names->items =
        sim_arena_grow(arena, names->items, (size_t)names->count, room, sizeof *names->items);
    names->items[names->count++] = name;
}

struct out_names out_series_entities(const struct std_findings *findings, const char *scope,
                                     const char *name, struct sim_arena *arena) {
    struct out_names names = {NULL, 0};
    size_t room = 0;
    for (int i = 0; i < findings->series_count; i++) {
        const struct std_series *series = &findings->series[i];
        if (strcmp(series->scope, scope) == 0 && strcmp(series->name, name) == 0) {
            add_name(&names, &room, series->entity, arena);
        }
    }
    return names;
}

static const char *rest_after(const char *entity, const char *owner, char mark) {
    size_t length = strlen(owner);
    if (strncmp(entity, owner, length) != 0 || entity[length] != mark) {
        return NULL;
    }
    return entity + length + 1;
}

const char *out_part_of(const char *entity, const char *owner, char mark,
                        const struct out_names *owners) {
    const char *rest = rest_after(entity, owner, mark);
    if (rest == NULL) {
        return NULL;
    }
    for (int i = 0; i < owners->count; i++) {
        if (strlen(owners->items[i]) > strlen(owner) &&
            rest_after(entity, owners->items[i], mark) != NULL) {
            return NULL;
        }
    }
    return rest;
}

struct sim_estimate out_estimate(const struct out_index *index, const char *scope,
                                 const char *entity, const char *name, const char **unit) {
    const struct entity *found = find_entity(index, scope, entity);
    for (int i = found != NULL ? found->first : -1; i >= 0; i = index->next[i]) {
        const struct std_metric *metric = &index->findings->metrics[i];
        if (strcmp(metric->name, name) == 0) {
            if (unit != NULL) {
                *unit = metric->unit;
            }
            return metric->estimate;
        }
    }
    return (struct sim_estimate){NAN, NAN, NAN, 0};
}

int out_percentiles(const struct std_findings *findings, const char **names) {
    static const char *const usual[] = {"response.p50", "response.p95", "response.p99"};
    int found = 0;
    for (int i = 0; i < OUT_PERCENTILES; i++) {
        names[i] = usual[i];
        found += std_metric_find(findings, "network", "", usual[i]) != NULL;
    }
    if (found == OUT_PERCENTILES) {
        return found;
    }
    found = 0;
    for (int i = 0; i < findings->metric_count; i++) {
        const struct std_metric *metric = &findings->metrics[i];
        if (strcmp(metric->scope, "network") != 0 ||
            strncmp(metric->name, "response.p", strlen("response.p")) != 0) {
            continue;
        }
        if (found == OUT_PERCENTILES) { /* drop the lowest */
            memmove(names, names + 1, (OUT_PERCENTILES - 1) * sizeof *names);
            found--;
        }
        names[found++] = metric->name;
    }
    return found;
}

bool out_is_architecture(const struct mdl_scenario *scenario) {
    return scenario->arch != NULL || scenario->reading != NULL || scenario->tier_count > 0;
}

double out_bucket_start_s(const struct std_findings *findings, int bucket) {
    return findings->warmup_s + bucket * findings->bucket_s;
}

double out_bucket_end_s(const struct std_findings *findings, int bucket) {
    return fmin(out_bucket_start_s(findings, bucket + 1), findings->scenario->horizon_s);
}

const struct mdl_tier *out_tier(const struct mdl_scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->tier_count; i++) {
        if (strcmp(scenario->tiers[i].name, name) == 0) {
            return &scenario->tiers[i];
        }
    }
    return NULL;
}
