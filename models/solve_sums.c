#include "models/solve_sums.h"

#include <math.h>
#include <string.h>

#include "models/compile_parts.h"

static size_t classes_of(const struct mdl_solver *s) { return (size_t)s->network->class_count; }

struct mdl_sums *mdl_sums_new(struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    size_t classes = classes_of(s);
    struct mdl_sums *sums = sim_arena_alloc(s->arena, sizeof *sums);
    sums->stations = sim_arena_array(s->arena, (size_t)n->station_count, sizeof *sums->stations);
    sums->requests =
        sim_arena_array(s->arena, (size_t)n->source_count * classes, sizeof *sums->requests);
    sums->held = sim_arena_array(s->arena, (size_t)n->pool_count, sizeof *sums->held);
    sums->most_held = sim_arena_array(s->arena, (size_t)n->pool_count, sizeof *sums->most_held);
    sums->lookups = sim_arena_array(s->arena, (size_t)n->cache_count, sizeof *sums->lookups);
    sums->misses = sim_arena_array(s->arena, (size_t)n->cache_count, sizeof *sums->misses);
    sums->asked = sim_arena_array(s->arena, (size_t)n->limiter_count, sizeof *sums->asked);
    sums->passed = sim_arena_array(s->arena, (size_t)n->limiter_count, sizeof *sums->passed);
    for (int i = 0; i < n->station_count; i++) {
        sums->stations[i].exact = true;
        sums->stations[i].class_visits = sim_arena_array(s->arena, classes, sizeof(double));
        sums->stations[i].class_time = sim_arena_array(s->arena, classes, sizeof(double));
    }
    sums->given = true;
    for (int i = 0; i < n->source_count; i++) {
        sums->given = sums->given && n->sources[i].session == NULL && !n->sources[i].has_limit &&
                      n->sources[i].kind != MDL_SOURCE_TIMES;
    }
    for (size_t i = 0; i < (size_t)n->source_count * classes; i++) {
        sums->requests[i].exact = sums->requests[i].alone = true;
    }
    return sums;
}

/* Visits and their time, by class. */
static void add_class_times(struct mdl_sums *sums, const struct mdl_solver *s, double span) {
    size_t classes = classes_of(s);
    size_t cells = (size_t)s->traffic.step_count * classes;
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        for (size_t i = 0; i < cells; i++) {
            int step = (int)(i / classes);
            double rate = s->step_rate[g * cells + i];
            if (s->traffic.steps[step]->kind != MDL_STEP_SERVE || rate == 0) {
                continue;
            }
            const struct mdl_station_state *a = &s->stations[s->traffic.target[step]];
            struct mdl_station_sum *to = &sums->stations[s->traffic.target[step]];
            size_t c = i % classes;
            size_t row = g * classes + c;
            double work = mdl_visit_work(s, step, (int)c);
            to->class_visits[c] += span * rate;
            to->class_time[c] += span * rate * (a->wait[row] + a->stretch[row] * work);
        }
    }
}

static void add_stations(struct mdl_sums *sums, const struct mdl_solver *s, double from_s,
                         double span) {
    for (int i = 0; i < s->network->station_count; i++) {
        const struct mdl_station_state *a = &s->stations[i];
        struct mdl_station_sum *to = &sums->stations[i];
        if (a->arrival_rate == 0) {
            continue;
        }
        to->visited = true;
        to->visits += span * a->arrival_rate;
        to->served += span * a->arrival_rate * a->pass;
        to->work += span * a->work;
        to->capacity = a->capacity;
        to->number += span * a->number;
        to->busy += span * a->busy;
        to->waiting += span * a->waiting;
        bool leave = s->network->stations[i].has_patience; /* after waiting, not at the door */
        to->queued += span * a->arrival_rate * (leave ? 1 : a->pass) * a->queued;
        to->exact = to->exact && a->exact;
        if (a->saturated && !to->saturated) {
            to->saturated = true;
            to->first_saturated_s = from_s;
        }
    }
}

/* Stations that a stream visits: how many, and whether all are exact in this cell. */
static int stations_on_way(const struct mdl_solver *s, const struct mdl_stream *stream,
                           bool *exact) {
    size_t classes = classes_of(s);
    int count = 0;
    *exact = true;
    for (int i = 0; i < s->network->station_count; i++) {
        bool seen = false;
        for (int step = 0; step < s->traffic.step_count; step++) {
            for (size_t c = 0; c < classes && s->traffic.target[step] == i &&
                               s->traffic.steps[step]->kind == MDL_STEP_SERVE;
                 c++) {
                seen = seen || stream->flow->reach[(size_t)step * classes + c] > 0;
            }
        }
        count += seen;
        *exact = *exact && (!seen || s->stations[i].exact);
    }
    return count;
}

static void add_requests(struct mdl_sums *sums, const struct mdl_solver *s, double span) {
    size_t classes = classes_of(s);
    for (int i = 0; i < s->stream_count; i++) {
        const struct mdl_stream *stream = &s->streams[i];
        struct mdl_request_sum *to =
            &sums->requests[(size_t)stream->source * classes + (size_t)stream->cls];
        double rate = s->rate[i];
        double out = 0;
        for (size_t c = 0; c < classes; c++) {
            out += stream->flow->out[c];
        }
        bool exact;
        to->alone = stations_on_way(s, stream, &exact) <= 1 && to->alone;
        to->exact = to->exact && exact && s->doubt == NULL && s->flow_doubt == NULL;
        to->fails = to->fails || out < 1 - 1e-9;
        to->arrived += span * rate;
        to->ended_ok += span * rate * out;
        to->time += rate == 0 ? 0 : span * rate * stream->time;
        for (int p = 0; p < s->network->pool_count; p++) {
            sums->held[p] += rate == 0 ? 0 : span * rate * stream->held[p];
        }
    }
}

static void add_shared(struct mdl_sums *sums, const struct mdl_solver *s, double span) {
    size_t classes = classes_of(s);
    size_t cells = (size_t)s->traffic.step_count * classes;
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        for (size_t i = 0; i < cells; i++) {
            int step = (int)(i / classes);
            int target = s->traffic.target[step];
            double rate = span * s->step_rate[g * cells + i];
            if (s->traffic.steps[step]->kind == MDL_STEP_CACHE) {
                sums->lookups[target] += rate;
                sums->misses[target] += rate * (1 - s->hit[target]);
            } else if (s->traffic.steps[step]->kind == MDL_STEP_LIMIT) {
                sums->asked[target] += rate;
                sums->passed[target] += rate * s->limit[target];
            }
        }
    }
    for (int p = 0; p < s->network->pool_count; p++) {
        double held = 0;
        for (int i = 0; i < s->stream_count; i++) {
            held += s->rate[i] == 0 ? 0 : s->rate[i] * s->streams[i].held[p];
        }
        sums->most_held[p] = fmax(sums->most_held[p], held);
    }
}

void mdl_sums_add_cell(struct mdl_sums *sums, struct mdl_solver *s, double from_s, double to_s) {
    double span = to_s - from_s;
    sums->span_s += span;
    add_stations(sums, s, from_s, span);
    add_class_times(sums, s, span);
    add_requests(sums, s, span);
    add_shared(sums, s, span);
}

/* --- stretches ---------------------------------------------------------------------------------
 */

int mdl_sums_busiest(const struct mdl_sums *sums, const struct mdl_solver *s, double *load) {
    int found = -1;
    *load = 0;
    for (int i = 0; i < s->network->station_count; i++) {
        const struct mdl_station_sum *a = &sums->stations[i];
        if (a->visited && isfinite(a->capacity)) {
            double own = a->work / sums->span_s / a->capacity;
            if (found < 0 || own > *load) {
                found = i;
                *load = own;
            }
        }
    }
    return found;
}

void mdl_sums_stretch(const struct mdl_sums *sums, const struct mdl_solver *s,
                      struct mdl_stretch *stretch) {
    size_t rows = (size_t)s->network->source_count * classes_of(s);
    stretch->users = stretch->users_end = NAN;
    for (int i = 0; i < s->network->source_count; i++) {
        if (s->presences[i] != NULL) {
            double before = isnan(stretch->users) ? 0 : stretch->users;
            double end = isnan(stretch->users_end) ? 0 : stretch->users_end;
            stretch->users =
                before + mdl_presence_mean(s->presences[i], stretch->from_s, stretch->to_s);
            stretch->users_end = end + mdl_presence_at(s->presences[i], stretch->to_s);
        }
    }
    double arrived = 0;
    double time = 0;
    for (size_t i = 0; i < rows; i++) {
        arrived += sums->requests[i].arrived;
        time += sums->requests[i].time;
    }
    stretch->requests_per_s = arrived / sums->span_s;
    stretch->response_s = arrived > 0 ? time / arrived : (double)NAN;
    int busiest = mdl_sums_busiest(sums, s, &stretch->load);
    stretch->busiest = busiest >= 0 ? s->network->stations[busiest].name : NULL;
}
