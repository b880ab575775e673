/* How the numbers present move while the load stays as it is: means over equal sections of the last
 * stretch of the run in which no rate, population or schedule changes. What grows there grows
 * because it is not served, not because more comes.
 *
 * The observer only reads: it leaves the tallies, the order of events and their count as they were.
 */
#include <math.h>

#include "models/world.h"

static uint32_t entity_count(const struct mdl_program *p) {
    return 1 + p->station_count + p->pool_count + p->limiter_count;
}

/* The integral of the number so far, in count x ns. */
static sim_wide area(const struct mdl_world *w, const struct mdl_track *t) {
    const struct sim_dwell *d = &t->dwell;
    return t->ledger + sim_dwell_integral(d) + (sim_wide)d->level * (w->now - d->since);
}

static sim_wide area_of(const struct mdl_world *w, uint32_t entity) {
    const struct mdl_program *p = w->program;
    if (entity == 0) {
        return area(w, &w->tracks[0]);
    }
    sim_wide sum = 0;
    if (entity < 1 + p->station_count) {
        const struct mdl_station_code *s = &p->stations[entity - 1];
        for (uint32_t i = 0; i < s->instances; i++) {
            sum += area(w, w->places[s->first_place + i].track);
        }
    } else if (entity < 1 + p->station_count + p->pool_count) {
        const struct mdl_pool_code *pool = &p->pools[entity - 1 - p->station_count];
        for (uint32_t i = 0; i < pool->instances; i++) {
            sum += area(w, w->bays[pool->first_bay + i].queue_track);
        }
    } else {
        sum = area(w, w->limiters[entity - 1 - p->station_count - p->pool_count].track);
    }
    return sum;
}

static sim_time boundary(const struct mdl_program *p, uint32_t k) {
    return p->steady_from + (sim_time)((sim_wide)(p->horizon - p->steady_from) * k / MDL_SECTIONS);
}

void mdl_trend_layout(struct mdl_world *w) {
    w->trend_before = sim_arena_array(w->arena, entity_count(w->program), sizeof *w->trend_before);
}

void mdl_trend_start(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct mdl_trend *trend = &w->result->trend;
    *trend = (struct mdl_trend){.from_s = NAN, .width_s = NAN};
    w->section = 0;
    w->section_end = p->steady_from < p->horizon ? p->steady_from : p->horizon;
    if (p->steady_from < p->horizon) {
        trend->from_s = sim_time_to_s(p->steady_from);
        trend->width_s = sim_time_to_s(p->horizon - p->steady_from) / MDL_SECTIONS;
        trend->means = sim_arena_array(w->result->arena, (size_t)entity_count(p) * MDL_SECTIONS,
                                       sizeof *trend->means);
    }
}

/* Section `k` begins now, and the one before it ends. */
static void observe(struct mdl_world *w, uint32_t k) {
    struct mdl_trend *trend = &w->result->trend;
    for (uint32_t i = 0; i < entity_count(w->program); i++) {
        sim_wide now = area_of(w, i);
        if (k > 0) {
            sim_time width = boundary(w->program, k) - boundary(w->program, k - 1);
            trend->means[i * MDL_SECTIONS + k - 1] =
                width > 0 ? (double)(now - w->trend_before[i]) / (double)width : NAN;
        }
        w->trend_before[i] = now;
    }
    trend->count = k;
}

bool mdl_trend_pass(struct mdl_world *w, sim_time time) {
    const struct mdl_program *p = w->program;
    while (time > w->section_end) {
        w->now = w->section_end;
        if (p->steady_from < p->horizon) {
            observe(w, w->section++);
        }
        if (p->steady_from >= p->horizon || w->section > MDL_SECTIONS) {
            return false;
        }
        w->section_end = boundary(p, w->section);
    }
    return true;
}
