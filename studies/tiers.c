/* Tiers of an architecture, seen through the parts of the network that stand for them. */
#include <math.h>
#include <string.h>

#include "studies/findings_parts.h"

static const struct mdl_station_code *station_named(const struct mdl_program *p, const char *name) {
    for (uint32_t i = 0; name != NULL && i < p->station_count; i++) {
        if (strcmp(p->stations[i].name, name) == 0) {
            return &p->stations[i];
        }
    }
    return NULL;
}

static const struct mdl_pool_code *pool_named(const struct mdl_program *p, const char *name) {
    for (uint32_t i = 0; name != NULL && i < p->pool_count; i++) {
        if (strcmp(p->pools[i].name, name) == 0) {
            return &p->pools[i];
        }
    }
    return NULL;
}

/* Mean share of the tier's vCPUs that is busy, over all instances, in one bucket. */
static double bucket_utilization(const struct std_builder *b, const struct mdl_station_code *s,
                                 const struct mdl_result *r, uint32_t bucket) {
    double busy = 0;
    for (uint32_t i = 0; i < s->instances; i++) {
        busy += r->places[s->first_place + i].bucket_busy[bucket];
    }
    return busy / std_servers(b->program, s);
}

static void add_cpu(struct std_builder *b, const char *tier, const struct mdl_station_code *s,
                    const char *series) {
    double *utilization = std_values(b);
    double *busy = std_values(b);
    double *worst = std_values(b);
    double *busiest = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        busy[r] = busiest[r] = 0;
        for (uint32_t i = 0; i < s->instances; i++) {
            double here = b->results[r]->places[s->first_place + i].busy;
            busy[r] += here;
            busiest[r] = fmax(busiest[r], here / b->program->places[s->first_place + i].servers);
        }
        utilization[r] = busy[r] / std_servers(b->program, s);
        for (int k = 0; k < b->f->bucket_count; k++) {
            worst[r] = fmax(worst[r], bucket_utilization(b, s, b->results[r], (uint32_t)k));
        }
    }
    std_add_mean(b, "tier", tier, "utilization", "1", utilization);
    if (s->instances > 1) {
        std_add_mean(b, "tier", tier, "utilization_busiest", "1", busiest);
    }
    if (b->f->bucket_s == 300) {
        std_add_mean(b, "tier", tier, "utilization_worst_5min", "1", worst);
    } else if (b->f->bucket_count > 0) {
        std_add_mean(b, "tier", tier, "utilization_worst_bucket", "1", worst);
    }
    std_add_mean(b, "tier", tier, "busy_vcpus.mean", "vCPU", busy);
    const struct std_series *from = std_series_find(b->f, "station", series, "utilization");
    if (from != NULL) {
        std_add_series(b, "tier", tier, "utilization", "1", from->points);
    }
}

/* What waits for the tier: its accept queue where it has one, else the jobs that share a vCPU. */
static void add_queue(struct std_builder *b, const char *tier, const struct mdl_station_code *cpu,
                      const struct mdl_pool_code *workers) {
    double *mean = std_values(b);
    double *most = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        const struct mdl_result *result = b->results[r];
        mean[r] = most[r] = 0;
        for (uint32_t i = 0; workers != NULL && i < workers->instances; i++) {
            mean[r] += result->queued[workers->first_bay + i].mean;
            most[r] = fmax(most[r], (double)result->queued[workers->first_bay + i].max);
        }
        for (uint32_t i = 0; workers == NULL && cpu != NULL && i < cpu->instances; i++) {
            const struct mdl_level *l = &result->places[cpu->first_place + i];
            mean[r] += l->mean - l->busy;
            most[r] =
                fmax(most[r], (double)l->max - b->program->places[cpu->first_place + i].servers);
        }
    }
    std_add_mean(b, "tier", tier, "queue.mean", "requests", mean);
    std_add_mean(b, "tier", tier, "queue.max", "requests", most);
}

static void add_held(struct std_builder *b, const struct mdl_tier *tier,
                     const struct mdl_pool_code *connections) {
    if (connections != NULL) {
        double *mean = std_values(b);
        double *most = std_values(b);
        for (int r = 0; r < b->replications; r++) {
            mean[r] = most[r] = 0;
            for (uint32_t i = 0; i < connections->instances; i++) {
                const struct mdl_level *l = &b->results[r]->held[connections->first_bay + i];
                mean[r] += l->mean;
                most[r] = fmax(most[r], (double)l->max);
            }
        }
        std_add_mean(b, "tier", tier->name, "connections.mean", "connections", mean);
        std_add_mean(b, "tier", tier->name, "connections.max", "connections", most);
        const struct std_series *from = std_series_find(b->f, "pool", tier->connections, "held");
        if (from != NULL) {
            std_add_series(b, "tier", tier->name, "connections", "connections", from->points);
        }
    }
}

/* In flight at one instance: places held, and those who wait for one, in memory already. Somebody
 * waits only where all places are held, so that the largest sum is the sum of the largest. */
static double in_flight(const struct mdl_result *r, uint32_t bay, bool most) {
    const struct mdl_level *held = &r->held[bay];
    const struct mdl_level *queued = &r->queued[bay];
    return most ? (double)(held->max + queued->max) : held->mean + queued->mean;
}

/* Memory of one instance: of the average one, and of the one that needs most. */
static void add_memory(struct std_builder *b, const struct mdl_tier *tier,
                       const struct mdl_pool_code *pool) {
    uint32_t instances = pool != NULL ? pool->instances : 0;
    double *mean = std_values(b);
    double *most = std_values(b);
    for (int r = 0; r < b->replications; r++) {
        double held = 0;
        double held_most = 0;
        for (uint32_t i = 0; i < instances; i++) {
            held += in_flight(b->results[r], pool->first_bay + i, false) / instances;
            held_most = fmax(held_most, in_flight(b->results[r], pool->first_bay + i, true));
        }
        mean[r] = tier->memory_base_gib + tier->memory_per_request_gib * held;
        most[r] = tier->memory_base_gib + tier->memory_per_request_gib * held_most;
    }
    std_add_mean(b, "tier", tier->name, "memory.mean_gib", "GiB", mean);
    std_add_mean(b, "tier", tier->name, "memory.max_gib", "GiB", most);
    if (b->f->bucket_count == 0) {
        return;
    }
    struct sim_estimate *points =
        sim_arena_array(b->arena, (size_t)b->f->bucket_count, sizeof *points);
    double *values = std_values(b);
    for (int k = 0; k < b->f->bucket_count; k++) {
        for (int r = 0; r < b->replications; r++) {
            double held = 0;
            for (uint32_t i = 0; i < instances; i++) {
                uint32_t bay = pool->first_bay + i;
                held += (b->results[r]->held[bay].bucket_mean[k] +
                         b->results[r]->queued[bay].bucket_mean[k]) /
                        instances;
            }
            values[r] = tier->memory_base_gib + tier->memory_per_request_gib * held;
        }
        points[k] = sim_estimate_mean(values, b->replications);
    }
    std_add_series(b, "tier", tier->name, "memory", "GiB", points);
}

void std_build_tiers(struct std_builder *b) {
    const struct mdl_scenario *scenario = b->f->scenario;
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        const struct mdl_station_code *cpu = station_named(b->program, tier->cpu);
        const struct mdl_pool_code *workers = pool_named(b->program, tier->workers);
        const struct mdl_pool_code *connections = pool_named(b->program, tier->connections);
        if (cpu != NULL && std_servers(b->program, cpu) > 0) {
            add_cpu(b, tier->name, cpu, tier->cpu);
        }
        if (cpu != NULL || workers != NULL) {
            add_queue(b, tier->name, cpu, workers);
        }
        add_held(b, tier, connections);
        if (tier->memory_gib > 0) {
            add_memory(b, tier, workers != NULL ? workers : connections);
        }
    }
}
