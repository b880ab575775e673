/* Lowering: instance types, and the figures that follow from them or from the catalog. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/lower_parts.h"

static const double GIB = 1073741824.0;
static const double BUFFER_HIT_MAX = 0.99;   /* scans and first touches miss in any case */
static const double REAL_CONNECTIONS = 0.93; /* db.t3.large allows 840-860 of 901: SOURCES.md */
static const double STORAGE_CV = 0.5;        /* assumption */
static const double COMMAND_CV = 0.5;        /* demands.csv: cache operations 0.3-0.6 */

static void derive(struct mdl_lowering *l, enum mdl_parameter_id id, const char *likely,
                   const char *low, const char *high, const char *source) {
    const struct mdl_parameter *parameter = &mdl_parameters[id];
    l->arch->values[id].known = true;
    l->derived[id] = (struct mdl_assumption){.key = parameter->key,
                                             .text = parameter->text,
                                             .unit = parameter->unit,
                                             .likely = likely,
                                             .low = low,
                                             .high = high,
                                             .source = source};
}

void mdl_derive_number(struct mdl_lowering *l, enum mdl_parameter_id id, double number,
                       const char *likely, const char *low, const char *high, const char *source) {
    if (!l->arch->values[id].given) {
        l->arch->values[id].number = number;
        derive(l, id, likely, low, high, source);
    }
}

void mdl_derive_dist(struct mdl_lowering *l, enum mdl_parameter_id id, struct sim_dist dist,
                     const char *likely, const char *low, const char *high, const char *source) {
    if (!l->arch->values[id].given) {
        l->arch->values[id].dist = dist;
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

static const char *lognormal_text(struct mdl_lowering *l, double mean_s, double cv) {
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

/* The type, spelled with or without the service's prefix ("db."). NULL after a diagnostic. */
static const struct mdl_instance_type *find_type(struct mdl_lowering *l, enum mdl_parameter_id id,
                                                 const char *service, const char *prefix,
                                                 const char *expected) {
    const char *key = mdl_parameters[id].key;
    const char *given = l->arch->values[id].text;
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
    bool paris = (int)mdl_arch_number(l->arch, MDL_P_REGION) == 0;
    if (paris && !type->verified_eu_west_3) {
        sim_diag_warn(l->diags, "unverified-type", key, "a type known to be sold in eu-west-3",
                      NULL, "%s, whose sale in eu-west-3 the catalog has not verified", type->name);
    }
    return type;
}

static void derive_cpu(struct mdl_lowering *l, const struct mdl_instance_type *type,
                       enum mdl_parameter_id capacity, enum mdl_parameter_id yield) {
    const struct mdl_cpu *cpu = &type->cpu;
    mdl_derive_number(l, capacity, cpu->capacity, sim_arena_print(l->arena, "%.6g", cpu->capacity),
                      NULL, NULL, cpu->capacity_source);
    mdl_derive_number(l, yield, cpu->thread_yield,
                      sim_arena_print(l->arena, "%.6g", cpu->thread_yield), NULL, NULL,
                      cpu->yield_source);
    /* Threads that share cores do at least what the cores do one thread each. */
    int least = cpu->physical_cores < cpu->vcpus ? cpu->physical_cores : 1;
    double y = mdl_arch_number(l->arch, yield);
    if (y < least || y > cpu->vcpus) {
        sim_diag_add(l->diags, "out-of-range", mdl_parameters[yield].key,
                     sim_arena_print(l->arena, "from %d to %d for %s (%d threads on %d cores)",
                                     least, cpu->vcpus, type->name, cpu->vcpus,
                                     cpu->physical_cores),
                     NULL, "%.6g", y);
    }
}

/* --- storage and memory ------------------------------------------------------------------- */

static double fact_ms(struct mdl_lowering *l, const char *volume, const char *parameter,
                      enum mdl_parameter_id id) {
    const struct mdl_fact *fact = mdl_catalog_fact(l->catalog, "ebs", volume, parameter, NULL);
    if (!fact) {
        sim_diag_add(l->diags, "bad-catalog", mdl_parameters[id].key, "a latency, such as \"1ms\"",
                     NULL, "no %s of %s in storage.csv", parameter, volume);
        return 1;
    }
    return strtod(fact->value, NULL);
}

static void derive_latency(struct mdl_lowering *l, enum mdl_parameter_id id, const char *what) {
    if (l->arch->values[id].given) {
        return;
    }
    const char *volume = l->arch->values[MDL_P_STORAGE].text;
    double ms[3];
    static const char *const levels[3] = {"low", "mid", "high"};
    for (int i = 0; i < 3; i++) {
        const char *row = sim_arena_print(l->arena, "%s_io_latency_%s", what, levels[i]);
        ms[i] = fact_ms(l, volume, row, id);
    }
    const char *source = sim_arena_print(
        l->arena, "storage.csv: ebs %s %s_io_latency (netflix); cv assumed", volume, what);
    mdl_derive_dist(l, id, sim_dist_lognormal(ms[1] / 1e3, STORAGE_CV),
                    lognormal_text(l, ms[1] / 1e3, STORAGE_CV),
                    lognormal_text(l, ms[0] / 1e3, STORAGE_CV),
                    lognormal_text(l, ms[2] / 1e3, STORAGE_CV), source);
}

static const char *percent(struct mdl_lowering *l, double share) {
    return sim_arena_print(l->arena, "%.4g%%", share * 100);
}

/* The buffer pool holds `buffer_share` of the memory; pages of the working set are equally likely
 * to be touched, so that those it can hold are found. */
static void derive_buffers(struct mdl_lowering *l, bool mysql) {
    mdl_derive_number(l, MDL_P_BUFFER_SHARE, mysql ? 0.75 : 0.25, mysql ? "75%" : "25%",
                      mysql ? "60%" : "15%", mysql ? "80%" : "40%",
                      mysql ? "assumption: RDS default innodb_buffer_pool_size, 3/4 of memory"
                            : "assumption: RDS default shared_buffers, 1/4 of memory");
    double buffers = mdl_arch_number(l->arch, MDL_P_BUFFER_SHARE) * l->database->memory_gib * GIB;
    double set = mdl_arch_number(l->arch, MDL_P_WORKING_SET);
    double hit = set > 0 ? fmin(BUFFER_HIT_MAX, buffers / set) : BUFFER_HIT_MAX;
    mdl_derive_number(l, MDL_P_BUFFER_HIT, hit, percent(l, hit), percent(l, fmax(0, hit - 0.09)),
                      percent(l, fmin(1, hit + 0.01)), mdl_parameters[MDL_P_BUFFER_HIT].source);
}

static void derive_connections(struct mdl_lowering *l, bool mysql) {
    int limit =
        mysql ? l->database->max_connections_mysql : l->database->max_connections_postgresql;
    mdl_derive_number(
        l, MDL_P_DB_CONNECTIONS, limit, sim_arena_print(l->arena, "%d", limit),
        sim_arena_print(l->arena, "%d", (int)(limit * REAL_CONNECTIONS)),
        sim_arena_print(l->arena, "%d", limit),
        "rds.csv: engine's formula on nominal memory; real limits lie a little below");
}

static void derive_command(struct mdl_lowering *l) {
    double mean = l->cache->redis_cpu_per_op_s;
    mdl_derive_dist(l, MDL_P_COMMAND_CPU, sim_dist_lognormal(mean, COMMAND_CV),
                    lognormal_text(l, mean, COMMAND_CV), lognormal_text(l, mean / 2, COMMAND_CV),
                    lognormal_text(l, mean * 4, COMMAND_CV),
                    sim_arena_print(l->arena, "elasticache.csv: %s; cv 0.3-0.6 (demands.csv)",
                                    l->cache->redis_source));
}

/* --- users -------------------------------------------------------------------------------- */

/* Little's law in the curve's first part: simultaneous = arrival rate x stay. */
static void derive_stay(struct mdl_lowering *l) {
    const struct mdl_workload *workload = &l->arch->workload;
    if (!workload->launch_day || l->arch->values[MDL_P_LAUNCH_STAY].given) {
        return;
    }
    const struct mdl_point *first = &workload->points[1];
    double mean = workload->simultaneous * first->t_s / first->value;
    mdl_derive_dist(l, MDL_P_LAUNCH_STAY, sim_dist_lognormal(mean, 1), lognormal_text(l, mean, 1),
                    lognormal_text(l, mean * 2 / 3, 1), lognormal_text(l, mean * 5 / 3, 1),
                    "Little's law: simultaneous users over the arrival rate of the curve's first "
                    "part (brief); cv assumed; range as of application sessions (demands.csv: "
                    "8-20 min)");
}

static void derive_reading(struct mdl_lowering *l) {
    const struct mdl_workload *workload = &l->arch->workload;
    mdl_derive_number(l, MDL_P_READING, workload->reading, mdl_reading_names[workload->reading],
                      NULL, NULL, mdl_parameters[MDL_P_READING].source);
}

bool mdl_lower_types(struct mdl_lowering *l) {
    int errors = l->diags->errors;
    l->app = find_type(l, MDL_P_APP_INSTANCE, "ec2", "",
                       "an EC2 type of the catalog, such as \"t3.large\"");
    l->database = find_type(l, MDL_P_DB_INSTANCE, "rds", "db.",
                            "an RDS class of the catalog, such as \"db.t3.large\"");
    l->cache = find_type(l, MDL_P_CACHE_INSTANCE, "elasticache", "cache.",
                         "an ElastiCache node of the catalog, such as \"cache.t3.medium\"");
    if (!l->app || !l->database || !l->cache) {
        return false;
    }
    bool mysql = (int)mdl_arch_number(l->arch, MDL_P_ENGINE) == MDL_ENGINE_MYSQL;
    derive_cpu(l, l->app, MDL_P_APP_CAPACITY, MDL_P_APP_YIELD);
    derive_cpu(l, l->database, MDL_P_DB_CAPACITY, MDL_P_DB_YIELD);
    derive_latency(l, MDL_P_READ_LATENCY, "read");
    derive_latency(l, MDL_P_WRITE_LATENCY, "write");
    derive_buffers(l, mysql);
    derive_connections(l, mysql);
    derive_command(l);
    derive_stay(l);
    derive_reading(l);
    return l->diags->errors == errors;
}
