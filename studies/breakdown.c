/* Where a request's time goes: the mean response as a sum over hops (stations, pools, delays,
 * backoff), of all requests, by class and by source. */
#include <math.h>

#include "studies/findings_parts.h"

static const char *const OTHER_HOPS[MDL_HOP_KINDS] = {"delays", "backoff", "fetches of others",
                                                      "forks given up"};

/* Rows of (source x class) that make up an entity. */
struct selection {
    uint32_t first, count, step;
};

/* "station/app.cpu", "pool/app.workers", "delays". */
static const char *hop_name(const struct std_builder *b, uint32_t hop) {
    const struct mdl_program *p = b->program;
    if (hop < p->station_count) {
        return sim_arena_print(b->arena, "station/%s", p->stations[hop].name);
    }
    hop -= p->station_count;
    if (hop < p->pool_count) {
        return sim_arena_print(b->arena, "pool/%s", p->pools[hop].name);
    }
    hop -= p->pool_count;
    if (hop < p->limiter_count) {
        return sim_arena_print(b->arena, "limiter/%s", p->limiters[hop].name);
    }
    return OTHER_HOPS[hop - p->limiter_count];
}

/* The hop's times of one replication, and how many requests they are of. */
static struct mdl_hop_sum sum_of(const struct std_builder *b, int replication,
                                 const struct selection *s, uint32_t hop, uint64_t *requests) {
    const struct mdl_result *r = b->results[replication];
    struct mdl_hop_sum sum = {0, 0, 0};
    *requests = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t row = s->first + i * s->step;
        const struct mdl_hop_sum *part = &r->hops[row * b->program->hop_count + hop];
        sum.waiting += part->waiting;
        sum.service += part->service;
        sum.slowed += part->slowed;
        *requests += r->requests[row].outcome[MDL_OK];
    }
    return sum;
}

static double mean_s(sim_wide ns, uint64_t requests) {
    return requests > 0 ? (double)ns * 1e-9 / (double)requests : NAN;
}

/* A hop that no request of the entity spent time at is left out. */
static void add_hop(struct std_builder *b, const char *scope, const char *owner,
                    const struct selection *s, uint32_t hop) {
    double *waiting = std_values(b);
    double *service = std_values(b);
    double *slowed = std_values(b);
    struct mdl_hop_sum all = {0, 0, 0};
    for (int r = 0; r < b->replications; r++) {
        uint64_t requests;
        struct mdl_hop_sum sum = sum_of(b, r, s, hop, &requests);
        waiting[r] = mean_s(sum.waiting, requests);
        service[r] = mean_s(sum.service, requests);
        slowed[r] = mean_s(sum.slowed, requests);
        all.waiting += sum.waiting;
        all.service += sum.service;
    }
    if (all.waiting + all.service == 0) {
        return;
    }
    const char *entity = hop_name(b, hop);
    entity = owner == NULL ? entity : sim_arena_print(b->arena, "%s/%s", owner, entity);
    bool serves = hop < b->program->station_count;
    bool waits = hop != b->program->hop_count - MDL_HOP_KINDS + MDL_HOP_DELAYS;
    if (waits) {
        std_add_mean(b, scope, entity, "waiting.mean", "s", waiting);
    }
    if (serves || !waits) {
        std_add_mean(b, scope, entity, "service.mean", "s", service);
    }
    if (serves) {
        std_add_mean(b, scope, entity, "slowed.mean", "s", slowed);
    }
}

static void add_hops(struct std_builder *b, const char *scope, const char *owner,
                     struct selection s) {
    for (uint32_t hop = 0; hop < b->program->hop_count; hop++) {
        add_hop(b, scope, owner, &s, hop);
    }
}

void std_build_breakdown(struct std_builder *b) {
    const struct mdl_program *p = b->program;
    add_hops(b, "breakdown", NULL, (struct selection){0, p->source_count * p->class_count, 1});
    for (uint32_t i = 0; i < p->class_count; i++) {
        add_hops(b, "class_breakdown", p->class_names[i],
                 (struct selection){i, p->source_count, p->class_count});
    }
    for (uint32_t i = 0; i < p->source_count; i++) {
        add_hops(b, "source_breakdown", p->sources[i].name,
                 (struct selection){i * p->class_count, p->class_count, 1});
    }
}
