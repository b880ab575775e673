/* The engine: the world's memory and the event loop. */
#include "models/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/arrival.h"

void mdl_world_broken(const struct mdl_world *w, const char *law, double left, double right) {
    fprintf(stderr,
            "jauge: internal error: %s (%.17g against %.17g)\n"
            "  seed %llu, replication %llu, simulated time %.9f s, event %llu\n"
            "  This is a bug of jauge, not of the scenario: please report it with the scenario.\n",
            law, left, right, (unsigned long long)w->key.seed,
            (unsigned long long)w->key.replication, sim_time_to_s(w->now),
            (unsigned long long)w->events_done);
    exit(1);
}

/* A slot of a pool: from its free list (linked by `link`), or new at its end. */
#define POOL_NEW(function, pool, link, what)                                                       \
    function(struct mdl_world *w) {                                                                \
        uint32_t slot = w->what##_free;                                                            \
        if (slot != MDL_NONE) {                                                                    \
            w->what##_free = w->pool[slot].link;                                                   \
            return slot;                                                                           \
        }                                                                                          \
        if (w->what##_count == w->what##_room) {                                                   \
            w->what##_room = w->what##_room == 0 ? 64 : 2 * w->what##_room;                        \
            w->pool = sim_realloc(w->pool, w->what##_room, sizeof *w->pool);                       \
        }                                                                                          \
        return w->what##_count++;                                                                  \
    }

POOL_NEW(static uint32_t token_slot, tokens, next, token)
POOL_NEW(uint32_t mdl_frame_new, frames, below, frame)
POOL_NEW(uint32_t mdl_hold_new, holds, below, hold)
POOL_NEW(uint32_t mdl_join_new, joins, next, join)
POOL_NEW(uint32_t mdl_user_new, users, next, user)
POOL_NEW(uint32_t mdl_activity_new, activities, next, activity)

/* With no slot free, as many tokens are in flight as there are slots: where that reaches the limit
 * the run ends, once what follows at this instant is done. */
uint32_t mdl_token_more(struct mdl_world *w) {
    if (w->token_free == MDL_NONE && w->token_count + 1 >= w->program->population_limit) {
        w->overfull = w->ended = true;
    }
    return token_slot(w);
}

struct mdl_world *mdl_world_new(const struct mdl_program *program) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_world *w = sim_arena_alloc(arena, sizeof *w);
    w->arena = arena;
    w->program = program;
    sim_event_init(&w->events);
    w->places = sim_arena_array(arena, program->place_count, sizeof *w->places);
    w->bays = sim_arena_array(arena, program->bay_count, sizeof *w->bays);
    w->sources = sim_arena_array(arena, program->source_count, sizeof *w->sources);
    w->first_user = sim_arena_array(arena, program->source_count, sizeof *w->first_user);
    w->station_turn = sim_arena_array(arena, program->station_count, sizeof *w->station_turn);
    w->pool_turn = sim_arena_array(arena, program->pool_count, sizeof *w->pool_turn);
    w->range_turns = sim_arena_array(arena, program->range_count, sizeof *w->range_turns);
    w->turns = sim_arena_array(arena, program->turn_count, sizeof *w->turns);
    w->recents = sim_arena_array(arena, program->op_count, sizeof *w->recents);
    w->source_recents = sim_arena_array(arena, program->source_count, sizeof *w->source_recents);
    w->limiters = sim_arena_array(arena, program->limiter_count, sizeof *w->limiters);
    w->budgets = sim_arena_array(arena, program->retry_count, sizeof *w->budgets);
    w->up = sim_arena_array(arena, program->bay_count, sizeof *w->up);
    w->breakers = sim_arena_array(arena, program->breaker_count, sizeof *w->breakers);
    for (uint32_t i = 0; i < program->breaker_count; i++) {
        w->breakers[i].window =
            sim_arena_array(arena, program->breakers[i].over, sizeof *w->breakers[i].window);
    }
    w->stores = sim_arena_array(arena, program->cache_count, sizeof *w->stores);
    for (uint32_t i = 0; i < program->cache_count; i++) {
        w->stores[i].entries =
            sim_arena_array(arena, program->caches[i].keys, sizeof *w->stores[i].entries);
        if (program->caches[i].coalesce) {
            w->stores[i].lines =
                sim_arena_array(arena, program->caches[i].keys, sizeof(struct mdl_line));
        }
    }
    for (uint32_t i = 0; i < program->place_count; i++) {
        struct mdl_place *p = &w->places[i];
        p->station = &program->stations[program->place_station[i]];
        p->code = &program->places[i];
        p->lines = sim_arena_array(arena, p->station->levels, sizeof *p->lines);
        p->index = i;
        p->logged = program->place_station[i] == program->log_station;
        p->watched = p->logged || program->hop_count > 0;
        p->stop_of =
            program->place_station[i] == program->stop_station ? program->stop_of : MDL_STOP_NEVER;
    }
    for (uint32_t i = 0; i < program->bay_count; i++) {
        w->bays[i].pool = &program->pools[program->bay_pool[i]];
        w->bays[i].lines = sim_arena_array(arena, w->bays[i].pool->levels, sizeof(struct mdl_line));
    }
    mdl_credits_layout(w);
    mdl_measure_layout(w);
    mdl_hops_layout(w);
    mdl_trend_layout(w);
    w->within_count = program->within_count;
    w->sorted =
        program->source_count > 1 || program->class_count > 1 || program->stop_of != MDL_STOP_NEVER;
    w->watched = program->mark_count > 0 || program->scenario->sample_customers > 0 ||
                 program->hop_count > 0;
    return w;
}

void mdl_world_free(struct mdl_world *w) {
    if (w == NULL) {
        return;
    }
    for (uint32_t i = 0; i < w->program->place_count; i++) {
        free(w->places[i].heap);
    }
    sim_event_fini(&w->events);
    mdl_hops_free(w);
    free(w->tokens);
    free(w->frames);
    free(w->holds);
    free(w->joins);
    free(w->struck);
    free(w->users);
    free(w->activities);
    sim_arena_free(w->arena);
}

/* Back to an empty system at time 0; memory is kept. */
static void reset(struct mdl_world *w, struct sim_key key) {
    const struct mdl_program *p = w->program;
    w->key = key;
    w->now = 0;
    w->events_done = 0;
    w->ended = w->overfull = false;
    sim_event_clear(&w->events);
    w->token_count = w->frame_count = w->hold_count = w->join_count = 0;
    w->token_free = w->frame_free = w->hold_free = w->join_free = MDL_NONE;
    w->user_count = w->activity_count = 0;
    w->user_free = w->activity_free = MDL_NONE;
    w->ready = (struct mdl_line){MDL_NONE, MDL_NONE};
    w->requests = 0;
    w->stop_left = p->stop_after;
    for (uint32_t i = 0; i < p->place_count; i++) {
        struct mdl_place *place = &w->places[i];
        place->present = place->in_service = place->arrivals = place->sequence = 0;
        place->work_done = place->work_paid = place->virtual_time = place->smooth = 0;
        place->work_before = 0;
        place->refused = -1;
        place->updated = 0;
        place->timer = (struct sim_handle){0, 0};
        for (uint32_t level = 0; level < place->station->levels; level++) {
            place->lines[level] = (struct mdl_line){MDL_NONE, MDL_NONE};
        }
    }
    for (uint32_t i = 0; i < p->bay_count; i++) {
        struct mdl_bay *bay = &w->bays[i];
        bay->held = bay->queued = 0;
        bay->full = bay->refused = -1;
        for (uint32_t level = 0; level < bay->pool->levels; level++) {
            bay->lines[level] = (struct mdl_line){MDL_NONE, MDL_NONE};
        }
        bay->granted = bay->released = 0;
        bay->seen = bay->seen_places = 0;
        bay->holding = 0;
    }
    memset(w->station_turn, 0, p->station_count * sizeof *w->station_turn);
    memset(w->pool_turn, 0, p->pool_count * sizeof *w->pool_turn);
    memset(w->range_turns, 0, p->range_count * sizeof *w->range_turns);
    memset(w->turns, 0, p->turn_count * sizeof *w->turns);
    memset(w->recents, 0, p->op_count * sizeof *w->recents);
    memset(w->source_recents, 0, p->source_count * sizeof *w->source_recents);
    mdl_stores_reset(w);
    mdl_limiters_reset(w);
    mdl_breakers_reset(w);
    mdl_crashes_reset(w);
    mdl_measure_reset(w);
    if (p->hop_count > 0) {
        mdl_hops_reset(w);
    }
    mdl_credits_reset(w);
}

/* A delay or a backoff is over. */
static MDL_COLD void end_delay(struct mdl_world *w, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    bool backoff = t->where == MDL_AT_BACKOFF;
    if (backoff) {
        mdl_backoff_step(w, t, -1);
    } else {
        t->served += w->now - t->started;
    }
    if (w->program->hop_count > 0) {
        mdl_hops_pause(w, token, backoff ? MDL_HOP_BACKOFF : MDL_HOP_DELAYS);
    }
    mdl_go_on(w, token);
}

/* A service at a plain place is over. */
static void end_plain(struct mdl_world *w, uint32_t token) {
    mdl_visit_end(w, &w->places[w->tokens[token].place], token);
    mdl_go_on(w, token);
}

static void dispatch(struct mdl_world *w, const struct sim_event *event) {
    switch ((enum mdl_event_kind)event->kind) {
    case MDL_EV_PLAIN:
        end_plain(w, event->a);
        break;
    case MDL_EV_SERVED:
        mdl_station_served(w, event->a);
        break;
    case MDL_EV_SHARED:
        mdl_station_shared(w, event->a);
        break;
    case MDL_EV_SLICE:
        mdl_station_slice(w, event->a);
        break;
    case MDL_EV_DELAYED:
        end_delay(w, event->a);
        break;
    case MDL_EV_PATIENCE:
        if (w->tokens[event->a].where == MDL_AT_POOL) {
            mdl_pool_patience(w, event->a);
        } else {
            mdl_station_patience(w, event->a);
        }
        break;
    case MDL_EV_FLUSH:
        mdl_store_flush(w, event->a);
        break;
    case MDL_EV_TOKENS:
        mdl_limiter_grant(w, event->a);
        break;
    case MDL_EV_TIMEOUT:
        mdl_token_time_over(w, event->a);
        break;
    case MDL_EV_SCHEDULE:
        mdl_station_schedule(w, event->a, event->b);
        break;
    case MDL_EV_CREDITS:
        mdl_credit_due(w, event->a);
        break;
    case MDL_EV_OBSERVE:
        mdl_observe_instant(w, event->a);
        break;
    case MDL_EV_WINDOW:
        mdl_observe_window(w, event->a, event->b != 0);
        break;
    case MDL_EV_CROSSING:
        mdl_source_crossing(w, event->a);
        break;
    case MDL_EV_ARRIVAL:
        mdl_source_arrive(w, event->a);
        break;
    case MDL_EV_THINK:
        mdl_user_think_over(w, event->a);
        break;
    case MDL_EV_ACTION:
        mdl_user_action(w, event->a);
        break;
    case MDL_EV_LEAVE:
        mdl_user_leave(w, event->a);
        break;
    case MDL_EV_DUE:
        mdl_activity_due(w, event->a);
        break;
    case MDL_EV_OVER:
        mdl_activity_over(w, event->a);
        break;
    case MDL_EV_WARM:
        mdl_measure_warm(w);
        break;
    case MDL_EV_BATCH:
        mdl_measure_batch(w, event->a);
        break;
    case MDL_EV_BUCKET:
        mdl_measure_bucket(w);
        break;
    }
}

/* Departures come before arrivals: tokens whose service has ended go on once every completion of
 * this instant is done. What follows at once from the event that stops the run is done, too. The
 * horizon and the sections of the trend have no place in the set: every event would be compared
 * with them there. */
static MDL_HOT void loop(struct mdl_world *w) {
    struct sim_event event;
    for (;;) {
        if (w->ready.head != MDL_NONE &&
            (w->ended || !sim_event_due_before(&w->events, w->now, SIM_PHASE_TIMER))) {
            mdl_route_run(w, mdl_line_pop(w, &w->ready));
            continue;
        }
        if (w->ended) {
            break;
        }
        w->events_done++;
        if (!sim_event_take(&w->events, &event)) {
            event = (struct sim_event){.time = SIM_TIME_MAX};
        }
        if (event.time > w->section_end && !mdl_trend_pass(w, event.time)) {
            break;
        }
        w->now = event.time;
        dispatch(w, &event);
    }
}

struct mdl_result *mdl_world_run(struct mdl_world *w, struct sim_key key) {
    const struct mdl_program *p = w->program;
    reset(w, key);
    /* Observers of one instant: the warm-up's end, then a bucket's end. */
    if (p->warmup > 0) {
        sim_event_post(&w->events, p->warmup, sim_rank(SIM_PHASE_SAMPLE, 0, 0), MDL_EV_WARM, 0, 0);
    }
    if (p->bucket > 0 && p->warmup + p->bucket < p->horizon) {
        sim_event_post(&w->events, p->warmup + p->bucket, sim_rank(SIM_PHASE_SAMPLE, 1, 0),
                       MDL_EV_BUCKET, 0, 0);
    }
    mdl_measure_batch_post(w, 0);
    struct mdl_result *first = w->result;
    mdl_trend_start(w);
    mdl_observe_start(w);
    mdl_stations_start(w);
    mdl_stores_start(w);
    mdl_sources_start(w);
    loop(w);
    mdl_observe_end(w);
    mdl_measure_result(w);
    mdl_laws_check(w);
    return first;
}
