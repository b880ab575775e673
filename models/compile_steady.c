/* From when on the load of a program stays as it is. */
#include <math.h>

#include "models/compile_parts.h"

/* A cycle is no change where the run sees this many of them. */
enum { CYCLES = 20 };

/* s; INFINITY: it changes up to the end. */
static double source_steady_s(const struct mdl_source_code *s, double horizon_s) {
    if (s->limit != UINT64_MAX) {
        return INFINITY;
    }
    switch (s->kind) {
    case MDL_SOURCE_RENEWAL:
        return 0;
    case MDL_SOURCE_RATE:
    case MDL_SOURCE_CURVE: {
        if (s->spline != NULL) {
            return INFINITY;
        }
        uint32_t last = s->segment_count - 1;
        while (last > 0 && s->segments[last].t_s >= horizon_s) {
            last--;
        }
        return s->segments[last].slope == 0 ? s->segments[last].t_s : INFINITY;
    }
    case MDL_SOURCE_TIMES:
        return INFINITY;
    case MDL_SOURCE_CLOSED: {
        double last_s = 0;
        for (uint32_t i = 0; i < s->crossing_count; i++) {
            double at_s = sim_time_to_s(s->crossings[i].time);
            last_s = at_s < horizon_s ? at_s : last_s;
        }
        return last_s;
    }
    }
    return INFINITY;
}

static double station_steady_s(const struct mdl_station_code *s, double horizon_s) {
    if (s->schedule_count == 0) {
        return 0;
    }
    if (s->schedule_every > 0) {
        return horizon_s >= CYCLES * sim_time_to_s(s->schedule_every) ? 0 : INFINITY;
    }
    double last_s = 0;
    for (uint32_t i = 0; i < s->schedule_count; i++) {
        last_s = s->schedule[i].t_s < horizon_s ? s->schedule[i].t_s : last_s;
    }
    return last_s;
}

sim_time mdl_steady_from(const struct mdl_program *p) {
    double horizon_s = sim_time_to_s(p->horizon);
    double from_s = sim_time_to_s(p->warmup);
    for (uint32_t i = 0; i < p->source_count; i++) {
        from_s = fmax(from_s, source_steady_s(&p->sources[i], horizon_s));
    }
    for (uint32_t i = 0; i < p->station_count; i++) {
        from_s = fmax(from_s, station_steady_s(&p->stations[i], horizon_s));
    }
    return from_s < horizon_s ? sim_time_from_s(from_s) : p->horizon;
}
