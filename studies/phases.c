/* See studies/phases.h. */
#include "studies/phases.h"

#include <math.h>
#include <string.h>

struct builder {
    struct std_phases *phases;
    struct sim_arena *arena;
    size_t room;
};

static const struct sim_estimate nothing = {.value = NAN, .low = NAN, .high = NAN};

static struct std_phase_value *add_row(struct builder *b, const char *group, const char *label,
                                       const char *unit) {
    struct std_phases *p = b->phases;
    struct std_phase_value *values = sim_arena_array(b->arena, (size_t)p->count, sizeof *values);
    for (int i = 0; i < p->count; i++) {
        values[i].estimate = nothing;
    }
    p->rows = sim_arena_grow(b->arena, p->rows, (size_t)p->row_count, &b->room, sizeof *p->rows);
    p->rows[p->row_count++] = (struct std_phase_row){group, label, unit, values};
    return values;
}

static struct sim_estimate metric(const struct std_findings *f, const char *scope,
                                  const char *entity, const char *name) {
    const struct std_metric *m = std_metric_find(f, scope, entity, name);
    return m == NULL ? nothing : m->estimate;
}

static void add_metric(struct builder *b, const char *group, const char *label, const char *unit,
                       const char *scope, const char *entity, const char *name) {
    struct std_phase_value *values = add_row(b, group, label, unit);
    for (int i = 0; i < b->phases->count; i++) {
        values[i].estimate = metric(b->phases->findings[i], scope, entity, name);
    }
}

/* --- load --------------------------------------------------------------------------------- */

/* A figure known without chance. */
static struct sim_estimate exactly(double value) {
    return (struct sim_estimate){.value = value, .low = value, .high = value};
}

/* Largest point of a series over the buckets. */
static struct sim_estimate largest(const struct std_findings *f, const char *scope,
                                   const char *entity, const char *name) {
    const struct std_series *series = std_series_find(f, scope, entity, name);
    struct sim_estimate most = nothing;
    for (int k = 0; series != NULL && k < f->bucket_count; k++) {
        if (!(series->points[k].value <= most.value)) {
            most = series->points[k];
        }
    }
    return most;
}

/* Users present, summed over the sources bucket by bucket: the largest sum. */
static struct sim_estimate users_present(const struct std_findings *f) {
    const struct mdl_network *network = &f->scenario->network;
    double most = NAN;
    for (int k = 0; k < f->bucket_count; k++) {
        double sum = 0;
        for (int s = 0; s < network->source_count; s++) {
            const struct std_series *series =
                std_series_find(f, "source", network->sources[s].name, "present");
            sum += series != NULL ? series->points[k].value : NAN;
        }
        most = fmax(most, sum);
    }
    return exactly(most);
}

static void add_load(struct builder *b) {
    struct std_phase_value *users = add_row(b, "load", "users in all", "users");
    struct std_phase_value *present = add_row(b, "load", "users present, busiest", "users");
    add_metric(b, "load", "requests answered", "requests", "network", "", "count.ok");
    struct std_phase_value *rate = add_row(b, "load", "requests/s, busiest", "1/s");
    for (int i = 0; i < b->phases->count; i++) {
        const struct std_findings *f = b->phases->findings[i];
        const struct mdl_network *network = &f->scenario->network;
        double total = 0;
        for (int s = 0; s < network->source_count; s++) {
            const struct mdl_source *source = &network->sources[s];
            double highest = source->total;
            for (int k = 0; k < source->point_count && source->kind == MDL_SOURCE_CLOSED; k++) {
                highest = fmax(highest, source->points[k].value);
            }
            total += highest;
        }
        users[i].estimate = exactly(total);
        present[i].estimate = users_present(f);
        rate[i].estimate = largest(f, "network", "", "completions");
    }
}

/* --- requests ----------------------------------------------------------------------------- */

static bool is_known(const struct builder *b, int before, const char *kind) {
    for (int i = 0; i < before; i++) {
        const struct mdl_network *network = &b->phases->findings[i]->scenario->network;
        for (int c = 0; c < network->class_count; c++) {
            if (strcmp(network->classes[c].name, kind) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void add_requests(struct builder *b) {
    static const char *const names[] = {"response.mean", "response.p95", "error_rate"};
    static const char *const groups[] = {"response", "response", "errors"};
    static const char *const words[] = {"mean", "p95", "errors"};
    static const char *const units[] = {"s", "s", "1"};
    for (int n = 0; n < 3; n++) {
        for (int i = 0; i < b->phases->count; i++) {
            const struct mdl_network *network = &b->phases->findings[i]->scenario->network;
            for (int c = 0; c < network->class_count; c++) {
                const char *kind = network->classes[c].name;
                if (!is_known(b, i, kind)) {
                    add_metric(b, groups[n], sim_arena_print(b->arena, "%s of %s", words[n], kind),
                               units[n], "class", kind, names[n]);
                }
            }
        }
    }
}

/* --- tiers -------------------------------------------------------------------------------- */

static bool begins_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

enum role { ROLE_APP, ROLE_DATABASE, ROLE_CACHE, ROLES };
static const char *const role_names[ROLES] = {"application servers", "database", "cache"};

static bool has_role(const struct mdl_tier *tier, enum role role) {
    switch (role) {
    case ROLE_APP:
        return tier->workers != NULL;
    case ROLE_DATABASE:
        return begins_with(tier->name, "database") || begins_with(tier->name, "replicas");
    case ROLE_CACHE:
        return begins_with(tier->name, "cache");
    case ROLES:
        break;
    }
    return false;
}

/* The tier of the role in which the figure, divided by `limit` where there is one, is largest. */
static struct std_phase_value most_loaded(struct builder *b, const struct std_findings *f,
                                          enum role role, const char *name,
                                          double (*limit)(const struct mdl_tier *tier)) {
    struct std_phase_value most = {nothing, NULL};
    for (int t = 0; t < f->scenario->tier_count; t++) {
        const struct mdl_tier *tier = &f->scenario->tiers[t];
        if (!has_role(tier, role)) {
            continue;
        }
        struct sim_estimate e = metric(f, "tier", tier->name, name);
        double scale = limit != NULL ? 1 / limit(tier) : 1;
        e.value *= scale;
        e.low *= scale;
        e.high *= scale;
        if (!isnan(e.value) && !(e.value <= most.estimate.value)) {
            most = (struct std_phase_value){e, sim_arena_copy(b->arena, tier->name)};
        }
    }
    return most;
}

static double memory_of(const struct mdl_tier *tier) { return tier->memory_gib; }

static void add_tiers(struct builder *b) {
    static const struct {
        const char *first, *last; /* words before and after the role */
        const char *name;
        const char *unit;
        double (*limit)(const struct mdl_tier *tier);
    } figures[] = {
        {"CPU", "worst 5 min", "utilization_worst_5min", "1", NULL},
        {"CPU", "worst bucket", "utilization_worst_bucket", "1", NULL},
        {"memory", "most", "memory.max_gib", "1", memory_of},
        {"connections", "most", "connections.max", "connections", NULL},
    };
    for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++) {
        for (int role = 0; role < ROLES; role++) {
            struct std_phase_value *values =
                add_row(b, "load of tiers",
                        sim_arena_print(b->arena, "%s of %s, %s", figures[k].first,
                                        role_names[role], figures[k].last),
                        figures[k].unit);
            bool any = false;
            for (int i = 0; i < b->phases->count; i++) {
                values[i] = most_loaded(b, b->phases->findings[i], (enum role)role, figures[k].name,
                                        figures[k].limit);
                any = any || !isnan(values[i].estimate.value);
            }
            b->phases->row_count -= !any;
        }
    }
}

/* --- cost --------------------------------------------------------------------------------- */

/* Instances of all tiers; where a price is missing the phase has none, and says which tier. */
static void add_cost(struct builder *b) {
    struct std_phase_value *instances = add_row(b, "cost", "instances", "");
    struct std_phase_value *price = add_row(b, "cost", "instances, USD per month", "USD");
    for (int i = 0; i < b->phases->count; i++) {
        const struct mdl_scenario *scenario = b->phases->findings[i]->scenario;
        double count = 0;
        double usd = 0;
        for (int t = 0; t < scenario->tier_count; t++) {
            const struct mdl_tier *tier = &scenario->tiers[t];
            if (tier->type != NULL) {
                count += tier->instances;
                usd += tier->instances * tier->usd_per_hour * STD_MONTH_H;
                if (isnan(tier->usd_per_hour)) {
                    price[i].of = tier->name;
                }
            }
        }
        instances[i].estimate = exactly(count);
        price[i].estimate = exactly(usd);
    }
}

/* --- the whole ---------------------------------------------------------------------------- */

struct std_phases *std_phases_new(struct std_findings *const *findings, int count) {
    struct sim_arena *arena = sim_arena_new();
    struct std_phases *phases = sim_arena_alloc(arena, sizeof *phases);
    *phases = (struct std_phases){.arena = arena, .count = count, .findings = findings};
    struct builder b = {.phases = phases, .arena = arena};
    add_load(&b);
    add_requests(&b);
    add_tiers(&b);
    add_cost(&b);
    return phases;
}

void std_phases_free(struct std_phases *phases) {
    if (phases != NULL) {
        sim_arena_free(phases->arena);
    }
}

const struct std_phase_row *std_phases_row(const struct std_phases *phases, const char *label) {
    for (int i = 0; i < phases->row_count; i++) {
        if (strcmp(phases->rows[i].label, label) == 0) {
            return &phases->rows[i];
        }
    }
    return NULL;
}
