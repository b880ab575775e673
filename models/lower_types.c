/* Lowering: values in force, instance types, and figures that follow from the catalog. */
#include <math.h>
#include <string.h>

#include "models/lower_parts.h"

/* --- values ------------------------------------------------------------------------------- */

const char *mdl_key(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    const char *key = mdl_parameters[id].key;
    size_t length = strlen(l->scope.table);
    if (strncmp(key, l->scope.table, length) != 0) {
        return key;
    }
    return sim_arena_print(l->arena, "%s%s", l->scope.document, key + length);
}

static void derive(struct mdl_lowering *l, enum mdl_parameter_id id, const char *likely,
                   const char *low, const char *high, const char *source) {
    const struct mdl_parameter *parameter = &mdl_parameters[id];
    l->scope.values[id].known = true;
    l->derived = sim_arena_grow(l->arena, l->derived, (size_t)l->derived_count, &l->derived_room,
                                sizeof *l->derived);
    l->derived_ids = sim_arena_grow(l->arena, l->derived_ids, (size_t)l->derived_count,
                                    &l->derived_id_room, sizeof *l->derived_ids);
    l->derived_ids[l->derived_count] = id;
    l->derived[l->derived_count++] = (struct mdl_assumption){.key = mdl_key(l, id),
                                                             .text = parameter->text,
                                                             .unit = parameter->unit,
                                                             .likely = likely,
                                                             .low = low,
                                                             .high = high,
                                                             .source = source};
}

void mdl_derive_number(struct mdl_lowering *l, enum mdl_parameter_id id, double number,
                       const char *likely, const char *low, const char *high, const char *source) {
    if (!l->scope.values[id].given) {
        l->scope.values[id].number = number;
        derive(l, id, likely, low, high, source);
    }
}

void mdl_derive_dist(struct mdl_lowering *l, enum mdl_parameter_id id, struct sim_dist dist,
                     const char *likely, const char *low, const char *high, const char *source) {
    if (!l->scope.values[id].given) {
        l->scope.values[id].dist = dist;
        derive(l, id, likely, low, high, source);
    }
}

const char *mdl_duration_text(struct sim_arena *arena, double seconds) {
    if (seconds >= 60) {
        return sim_arena_print(arena, "%.6gm", seconds / 60);
    }
    if (seconds >= 1) {
        return sim_arena_print(arena, "%.6gs", seconds);
    }
    return seconds >= 1e-3 ? sim_arena_print(arena, "%.6gms", seconds * 1e3)
                           : sim_arena_print(arena, "%.6gus", seconds * 1e6);
}

const char *mdl_lognormal_text(struct mdl_lowering *l, double mean_s, double cv) {
    return sim_arena_print(l->arena, "lognormal(%s, cv=%g)", mdl_duration_text(l->arena, mean_s),
                           cv);
}

/* --- types -------------------------------------------------------------------------------- */

static const char *nearest_type(struct mdl_lowering *l, const char *service, const char *name) {
    int count = 0;
    const char **names =
        sim_arena_array(l->arena, (size_t)l->catalog->type_count + 1, sizeof *names);
    for (int i = 0; i < l->catalog->type_count; i++) {
        if (strcmp(l->catalog->types[i].service, service) == 0) {
            names[count++] = l->catalog->types[i].name;
        }
    }
    const char *nearest = sim_nearest(name, names, count);
    return nearest ? sim_arena_print(l->arena, "did you mean \"%s\"?", nearest) : NULL;
}

const struct mdl_instance_type *mdl_find_type(struct mdl_lowering *l, enum mdl_parameter_id id,
                                              const char *service, const char *prefix,
                                              const char *expected) {
    const char *key = mdl_key(l, id);
    const char *given = l->scope.values[id].text;
    const char *full = sim_arena_print(l->arena, "%s%s", prefix, given);
    const struct mdl_instance_type *type = mdl_catalog_type(l->catalog, given);
    if (!type || strcmp(type->service, service) != 0) {
        type = mdl_catalog_type(l->catalog, full);
    }
    if (!type || strcmp(type->service, service) != 0) {
        bool prefixed = strncmp(given, prefix, strlen(prefix)) == 0;
        sim_diag_add(l->diags, "unknown-type", key, expected,
                     nearest_type(l, service, prefixed ? given : full), "\"%s\"", given);
        return NULL;
    }
    bool paris = (int)mdl_number(l, MDL_P_REGION) == 0;
    if (paris && !type->verified_eu_west_3) {
        sim_diag_warn(l->diags, "unverified-type", key, "a type known to be sold in eu-west-3",
                      NULL, "%s, whose sale in eu-west-3 the catalog has not verified", type->name);
    }
    return type;
}

/* How far the yield of a program may be from that of the benchmark: an assumption. */
static const double YIELD_SPREAD = 0.1;

static const char *decimal(struct mdl_lowering *l, double number) {
    return sim_arena_print(l->arena, "%.6g", number);
}

void mdl_derive_cpu(struct mdl_lowering *l, const struct mdl_instance_type *type,
                    enum mdl_parameter_id capacity, enum mdl_parameter_id yield) {
    const struct mdl_cpu *cpu = &type->cpu;
    bool same = fabs(cpu->capacity - cpu->capacity_geekbench) < 1e-6;
    const char *low = decimal(l, fmin(cpu->capacity, cpu->capacity_geekbench));
    const char *high = decimal(l, fmax(cpu->capacity, cpu->capacity_geekbench));
    mdl_derive_number(l, capacity, cpu->capacity, decimal(l, cpu->capacity), same ? NULL : low,
                      same ? NULL : high,
                      same ? cpu->capacity_source
                           : sim_arena_print(l->arena, "%s; range: the Geekbench 6 ratio %.4g",
                                             cpu->capacity_source, cpu->capacity_geekbench));
    int least = cpu->physical_cores < cpu->vcpus ? cpu->physical_cores : 1;
    mdl_derive_number(l, yield, cpu->thread_yield, decimal(l, cpu->thread_yield),
                      decimal(l, fmax(least, cpu->thread_yield * (1 - YIELD_SPREAD))),
                      decimal(l, fmin(cpu->vcpus, cpu->thread_yield * (1 + YIELD_SPREAD))),
                      sim_arena_print(l->arena, "%s; range assumed", cpu->yield_source));
    /* Threads that share cores do at least what the cores do one thread each. */
    double y = mdl_number(l, yield);
    if (y < least || y > cpu->vcpus) {
        sim_diag_add(l->diags, "out-of-range", mdl_key(l, yield),
                     sim_arena_print(l->arena, "from %d to %d for %s (%d threads on %d cores)",
                                     least, cpu->vcpus, type->name, cpu->vcpus,
                                     cpu->physical_cores),
                     NULL, "%.6g", y);
    }
}
