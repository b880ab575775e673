/* What is looked at on request: instants, windows, the first customers, an event log, a stop. */
#include <math.h>
#include <string.h>

#include "models/world.h"

static uint32_t part_count(const struct mdl_program *p) {
    return 1 + p->source_count + p->station_count + p->pool_count;
}

static uint32_t window_row(const struct mdl_program *p) {
    return p->source_count * p->class_count * (1 + MDL_OUTCOMES);
}

void mdl_observe_start(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    const struct mdl_scenario *s = p->scenario;
    struct sim_arena *arena = w->result->arena;
    size_t parts = part_count(p);
    w->result->samples =
        sim_arena_array(arena, (size_t)s->sample_count * parts, sizeof *w->result->samples);
    for (size_t i = 0; i < (size_t)s->sample_count * parts; i++) {
        w->result->samples[i] = (struct mdl_sample){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    }
    for (int i = 0; i < s->sample_count; i++) {
        sim_event_post(&w->events, sim_time_from_s(s->sample_at_s[i]),
                       sim_rank(SIM_PHASE_SAMPLE, 3, (uint64_t)i), MDL_EV_OBSERVE, (uint32_t)i, 0);
    }
    w->result->windows =
        sim_arena_array(arena, (size_t)s->window_count * window_row(p), sizeof *w->result->windows);
    w->result->window_s = sim_arena_array(arena, (size_t)s->window_count, sizeof(double));
    for (int i = 0; i < s->window_count; i++) {
        sim_time from = sim_time_from_s(s->windows[i].from_s);
        w->result->window_s[i] = from > 0 ? NAN : 0;
        if (from > 0) { /* nothing comes before time 0 */
            sim_event_post(&w->events, from, sim_rank(SIM_PHASE_SAMPLE, 4, (uint64_t)i),
                           MDL_EV_WINDOW, (uint32_t)i, 0);
        }
        sim_event_post(&w->events, sim_time_from_s(s->windows[i].to_s),
                       sim_rank(SIM_PHASE_SAMPLE, 5, (uint64_t)i), MDL_EV_WINDOW, (uint32_t)i, 1);
    }
    w->result->customer_waits = sim_arena_array(arena, s->sample_customers, sizeof(double));
    w->result->customer_responses = sim_arena_array(arena, s->sample_customers, sizeof(double));
    for (uint64_t i = 0; i < s->sample_customers; i++) {
        w->result->customer_waits[i] = w->result->customer_responses[i] = NAN;
    }
    w->result->log = sim_arena_array(arena, p->log_station == MDL_NONE ? 0 : s->log_first,
                                     sizeof *w->result->log);
}

/* Requests of a source since the start of the run. */
static void so_far(const struct mdl_world *w, uint32_t source, struct mdl_sample *sample) {
    for (uint32_t c = 0; c < w->program->class_count; c++) {
        const struct mdl_gauge *g = &w->gauges[source * w->program->class_count + c];
        sample->arrived += (double)(g->ledger_in + g->arrived);
        sample->ok += (double)(g->ledger_outcome[MDL_OK] + g->outcome[MDL_OK]);
        for (int k = MDL_OK + 1; k < MDL_OUTCOMES; k++) {
            sample->errors += (double)(g->ledger_outcome[k] + g->outcome[k]);
        }
    }
}

static void sample_source(const struct mdl_world *w, uint32_t i, struct mdl_sample *sample) {
    const struct mdl_source_code *s = &w->program->sources[i];
    so_far(w, i, sample);
    sample->present = w->program->source_count > 1 ? (double)w->source_tracks[i].dwell.level
                                                   : (double)w->tracks[0].dwell.level;
    if (s->has_users && !s->session) {
        sample->thinking = (double)w->user_tracks[i].dwell.level - sample->present;
    } else if (s->has_users) {
        sample->busy = (double)w->user_tracks[i].dwell.level;
    }
}

void mdl_observe_instant(struct mdl_world *w, uint32_t rank) {
    const struct mdl_program *p = w->program;
    struct mdl_sample *row = &w->result->samples[rank * part_count(p)];
    memset(row, 0, part_count(p) * sizeof *row);
    struct mdl_sample *network = row++;
    network->present = (double)w->tracks[0].dwell.level;
    for (uint32_t i = 0; i < p->source_count; i++) {
        so_far(w, i, network);
        sample_source(w, i, row++);
    }
    for (uint32_t i = 0; i < p->station_count; i++, row++) {
        for (uint32_t k = 0; k < p->stations[i].instances; k++) {
            const struct mdl_place *place = &w->places[p->stations[i].first_place + k];
            uint32_t servers = place->code->servers;
            row->present += place->present;
            row->waiting += place->present - place->in_service;
            row->busy += servers > 0 && place->in_service > servers ? servers : place->in_service;
            if (place->credit != NULL) {
                struct mdl_credit_account account = mdl_credit_now(w, place);
                row->balance += (account.balance + account.launch) / p->stations[i].instances;
            }
        }
    }
    for (uint32_t i = 0; i < p->pool_count; i++, row++) {
        for (uint32_t k = 0; k < p->pools[i].instances; k++) {
            const struct mdl_bay *bay = &w->bays[p->pools[i].first_bay + k];
            row->present += (double)(bay->held + bay->queued);
            row->waiting += (double)bay->queued;
            row->busy += (double)bay->held;
        }
    }
}

void mdl_observe_window(struct mdl_world *w, uint32_t window, bool ends) {
    uint64_t *row = &w->result->windows[window * window_row(w->program)];
    uint32_t gauges = w->program->source_count * w->program->class_count;
    sim_time from = sim_time_from_s(w->program->scenario->windows[window].from_s);
    w->result->window_s[window] = sim_time_to_s(w->now - from);
    for (uint32_t i = 0; i < gauges; i++) {
        const struct mdl_gauge *g = &w->gauges[i];
        uint64_t now[1 + MDL_OUTCOMES] = {g->ledger_in + g->arrived};
        for (int k = 0; k < MDL_OUTCOMES; k++) {
            now[1 + k] = g->ledger_outcome[k] + g->outcome[k];
        }
        for (int k = 0; k < 1 + MDL_OUTCOMES; k++, row++) {
            *row = ends ? now[k] - *row : now[k];
        }
    }
}

/* A window that the end of the run cuts short ends there; one that it does not reach stays NAN. */
void mdl_observe_end(struct mdl_world *w) {
    const struct mdl_scenario *s = w->program->scenario;
    for (int i = 0; i < s->window_count; i++) {
        if (!isnan(w->result->window_s[i]) && sim_time_from_s(s->windows[i].to_s) > w->now) {
            mdl_observe_window(w, (uint32_t)i, true);
        }
    }
}

void mdl_observe_customer(struct mdl_world *w, const struct mdl_token *t) {
    w->result->customer_responses[t->rank] = sim_time_to_s(w->now - t->created);
    w->result->customer_waits[t->rank] = sim_time_to_s(w->now - t->created - t->served);
}

void mdl_observe_log(struct mdl_world *w, const struct mdl_token *t, uint32_t place,
                     enum mdl_log_kind kind) {
    struct mdl_result *r = w->result;
    if (r->log_count >= w->program->scenario->log_first) {
        return;
    }
    const struct mdl_station_code *s = w->places[place].station;
    r->log[r->log_count++] = (struct mdl_log_line){.time = w->now,
                                                   .customer = t->ordinal,
                                                   .source = t->source,
                                                   .cls = t->cls,
                                                   .station = (uint32_t)(s - w->program->stations),
                                                   .instance = place - s->first_place,
                                                   .kind = kind};
}

void mdl_observe_count(struct mdl_world *w, enum mdl_stop_of of, uint32_t station) {
    bool anywhere = of == MDL_STOP_STARTS && w->program->stop_station == MDL_NONE;
    bool here = anywhere || w->program->stop_station == station;
    if (w->program->stop_of == of && here && !w->ended) {
        w->ended = --w->stop_left == 0;
    }
}
