#include "outputs/findings_view.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

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

struct out_names out_entities(const struct std_findings *findings, const char *scope,
                              struct sim_arena *arena) {
    struct out_names names = {NULL, 0};
    size_t room = 0;
    for (int i = 0; i < findings->metric_count; i++) {
        if (strcmp(findings->metrics[i].scope, scope) == 0) {
            add_name(&names, &room, findings->metrics[i].entity, arena);
        }
    }
    return names;
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

struct sim_estimate out_estimate(const struct std_findings *findings, const char *scope,
                                 const char *entity, const char *name, const char **unit) {
    const struct std_metric *metric = std_metric_find(findings, scope, entity, name);
    if (metric == NULL) {
        return (struct sim_estimate){NAN, NAN, NAN, 0};
    }
    if (unit != NULL) {
        *unit = metric->unit;
    }
    return metric->estimate;
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
    return findings->scenario->warmup_s + bucket * findings->bucket_s;
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
