/* Sessions: users who stay a while, begin actions, and issue their requests one after the other
 * (DESIGN 5.1).
 *
 * A user of an open source stays for a time of its own; a closed one while the population says so.
 * Poisson starts: actions begin at the persona's rate and may overlap; back to back: the next
 * begins when the last one ends. Request k of n of an action is due at start + k x duration / n,
 * and issued at the later of that and the previous response; the action ends at the later of its
 * duration and its last response. Chance is keyed by the user's number and the action's, so that no
 * user depends on what others do.
 */
#include "models/world.h"

static uint32_t choose(const double *cumulative, uint32_t count, double u) {
    uint32_t i = 0;
    while (i + 1 < count && u >= cumulative[i]) {
        i++;
    }
    return i;
}

static double unit_of(const struct mdl_world *w, uint64_t purpose, uint64_t entity,
                      uint32_t index) {
    struct sim_draw draw = {w->key, purpose, entity, index, 0};
    return sim_draw_unit(&draw, NULL);
}

/* Events of users of one source at one instant: by user; the end of its stay, then its actions. */
static uint64_t user_order(const struct mdl_user *u, uint32_t rank) {
    return sim_rank(SIM_PHASE_ARRIVAL, u->source, ((u->number & 0xFFFFFFFFULL) << 8) | rank);
}

static uint64_t action_order(const struct mdl_user *u, uint32_t rank) {
    return user_order(u, 1 + rank % 255);
}

static void free_if_gone(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    bool open = w->program->sources[u->source].kind != MDL_SOURCE_CLOSED;
    if (open && !u->present && u->running == 0) {
        u->next = w->user_free;
        w->user_free = user;
    }
}

/* --- actions
 * --------------------------------------------------------------------------------------- */

static void end_activity(struct mdl_world *w, uint32_t activity) {
    uint32_t user = w->activities[activity].user;
    w->activities[activity].next = w->activity_free;
    w->activity_free = activity;
    w->users[user].running--;
    free_if_gone(w, user);
}

static void issue(struct mdl_world *w, uint32_t activity) {
    struct mdl_activity *a = &w->activities[activity];
    struct mdl_user *u = &w->users[a->user];
    const struct mdl_action_code *code = &w->program->sources[u->source].actions[a->type];
    uint64_t entity = sim_mix(a->entity, a->issued++);
    u->in_hand++;
    mdl_request_start(w, u->source, code->cls, code->pc, entity, MDL_OWNER_ACTION, activity);
}

static void begin_action(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    uint32_t rank = u->actions++;
    u->running++;
    struct mdl_activity begun = {
        .user = user,
        .incarnation = u->incarnation,
        .rank = rank,
        .type = choose(s->action_cumulative, s->action_count,
                       unit_of(w, s->choice_purpose + s->salt, u->number, rank)),
        .entity = sim_mix(u->number, rank),
        .start = w->now,
    };
    struct sim_draw draw = {w->key, s->duration_purpose + s->salt, u->number, rank, rank};
    begun.duration = sim_time_from_s(sim_dist_draw(&s->actions[begun.type].duration, &draw, NULL));
    uint32_t activity = mdl_activity_new(w);
    w->activities[activity] = begun;
    issue(w, activity);
}

/* A closed user who has left since the action began takes the rest of it along. */
static bool abandoned(const struct mdl_world *w, const struct mdl_activity *a) {
    return a->incarnation != w->users[a->user].incarnation;
}

void mdl_activity_due(struct mdl_world *w, uint32_t activity) {
    if (abandoned(w, &w->activities[activity])) {
        end_activity(w, activity);
    } else {
        issue(w, activity);
    }
}

void mdl_activity_over(struct mdl_world *w, uint32_t activity) {
    const struct mdl_activity *a = &w->activities[activity];
    uint32_t user = a->user;
    bool next = !abandoned(w, a) && w->users[user].present;
    if (next) {
        begin_action(w, user);
    }
    end_activity(w, activity);
}

void mdl_activity_response(struct mdl_world *w, uint32_t activity) {
    struct mdl_activity *a = &w->activities[activity];
    struct mdl_user *u = &w->users[a->user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    const struct mdl_action_code *code = &s->actions[a->type];
    u->in_hand--;
    if (u->stopping && u->in_hand == 0) {
        mdl_user_leave(w, a->user);
    }
    bool more = a->issued < code->requests;
    if (abandoned(w, a) || u->stopping || (!more && !s->back_to_back)) {
        end_activity(w, activity);
        return;
    }
    sim_time span =
        more ? (sim_time)((sim_wide)a->duration * a->issued / code->requests) : a->duration;
    sim_time at = a->start + span > w->now ? a->start + span : w->now;
    sim_event_post(&w->events, at, action_order(u, a->rank), more ? MDL_EV_DUE : MDL_EV_OVER,
                   activity, 0);
}

/* --- users
 * ----------------------------------------------------------------------------------------- */

/* The next action of a Poisson starter, or the end of the stay if that comes first. */
static void post_start(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    const struct sim_dist unit = sim_dist_exp(1);
    struct sim_draw draw = {w->key, s->start_purpose + s->salt, u->number, u->starts++, 0};
    double span_s = sim_dist_draw(&unit, &draw, NULL) / s->persona_rate[u->persona];
    sim_time at = w->now + sim_time_from_s(span_s);
    bool stays = at < u->stay_end;
    if (!stays && u->stay_end == SIM_TIME_MAX) {
        return;
    }
    u->timer = sim_event_schedule(&w->events, stays ? at : u->stay_end,
                                  stays ? action_order(u, u->actions) : user_order(u, 0),
                                  stays ? MDL_EV_ACTION : MDL_EV_LEAVE, user, 0);
}

void mdl_user_action(struct mdl_world *w, uint32_t user) {
    begin_action(w, user);
    post_start(w, user);
}

void mdl_user_begin(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    const struct mdl_source_code *s = &w->program->sources[u->source];
    if (s->back_to_back) {
        if (u->stay_end != SIM_TIME_MAX) {
            u->timer = sim_event_schedule(&w->events, u->stay_end, user_order(u, 0), MDL_EV_LEAVE,
                                          user, 0);
        }
        begin_action(w, user);
        return;
    }
    u->persona = choose(s->persona_cumulative, s->persona_count,
                        unit_of(w, s->persona_purpose + s->salt, u->number, 0));
    post_start(w, user);
}

void mdl_user_arrive(struct mdl_world *w, uint32_t source, uint64_t number) {
    const struct mdl_source_code *s = &w->program->sources[source];
    struct sim_draw draw = {w->key, s->stay_purpose + s->salt, number, 0, number};
    sim_time stay = sim_time_from_s(sim_dist_draw(&s->stay, &draw, NULL));
    uint32_t user = mdl_user_new(w);
    w->users[user] = (struct mdl_user){
        .source = source, .number = number, .present = true, .stay_end = w->now + stay};
    sim_dwell_step(&w->user_tracks[source].dwell, w->now, 1);
    mdl_user_begin(w, user);
}

void mdl_user_leave(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    u->present = false;
    u->stopping = false;
    sim_event_cancel(&w->events, u->timer);
    sim_dwell_step(&w->user_tracks[u->source].dwell, w->now, -1);
    if (w->program->sources[u->source].kind == MDL_SOURCE_CLOSED) {
        u->incarnation++;
    }
    free_if_gone(w, user);
}

void mdl_user_stop(struct mdl_world *w, uint32_t user) {
    struct mdl_user *u = &w->users[user];
    if (u->in_hand > 0) {
        u->stopping = true;
        sim_event_cancel(&w->events, u->timer);
    } else if (u->present) {
        mdl_user_leave(w, user);
    }
}
