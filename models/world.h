/* The world: the mutable state of one replication. Internal to models/: what the files of the
 * engine share. A world belongs to one thread and is reused from replication to replication.
 *
 * A *token* walks a route on behalf of a request. Tokens, users, actions, frames and holds sit in
 * pools addressed by 32-bit slots; memory is proportional to what is in flight. Pointers into a
 * pool hold until the next allocation from that pool.
 */
#ifndef MODELS_WORLD_H
#define MODELS_WORLD_H

#include "models/engine.h"
#include "models/program.h"
#include "models/result.h"
#include "sim/event_set.h"
#include "sim/histogram.h"
#include "sim/tally.h"

enum mdl_event_kind {
    MDL_EV_SERVED,   /* a: token; its own service ends (direct stations) */
    MDL_EV_SHARED,   /* a: place; the first job of a shared station is done */
    MDL_EV_DELAYED,  /* a: token; a delay ends */
    MDL_EV_PATIENCE, /* a: token; its wait for a pool has lasted long enough */
    MDL_EV_CROSSING, /* a: source; a closed user starts or stops */
    MDL_EV_ARRIVAL,  /* a: source */
    MDL_EV_THINK,    /* a: user; thought ends, a request begins */
    MDL_EV_ACTION,   /* a: user; an action begins */
    MDL_EV_LEAVE,    /* a: user; the stay ends */
    MDL_EV_DUE,      /* a: action; its next request is due */
    MDL_EV_OVER,     /* a: action; a back-to-back action ends */
    MDL_EV_WARM,     /* the warm-up ends */
    MDL_EV_BUCKET,   /* a time bucket ends */
    MDL_EV_END,      /* the horizon */
};

enum mdl_owner { MDL_OWNER_NONE, MDL_OWNER_USER, MDL_OWNER_ACTION };

struct mdl_token {
    uint32_t pc;
    uint32_t frame;  /* innermost call or loop, or MDL_NONE */
    uint32_t hold;   /* newest held place, or MDL_NONE */
    uint32_t next;   /* in a queue, the ready list or the free list */
    uint32_t before; /* in a queue */
    uint32_t place;  /* where it is: a place or a bay */
    uint32_t source;
    uint32_t cls;
    uint32_t epoch; /* backward jumps and calls so far: tells apart the draws of a loop's rounds */
    uint32_t owner;
    enum mdl_owner owner_kind;
    uint64_t entity;
    uint64_t ordinal;
    sim_time created;
    sim_time since;   /* arrival at where it is */
    sim_time started; /* service start */
    sim_time served;  /* time in service so far, over all visits and delays */
    double demand;    /* s of work of the present visit */
    uint64_t marks;
    struct sim_handle timer; /* patience */
};

struct mdl_frame {
    uint32_t below;
    uint32_t pc;   /* return address */
    uint32_t left; /* loop: rounds left */
};

struct mdl_hold {
    uint32_t below;
    uint32_t bay;
    sim_time since;
};

struct mdl_user {
    uint32_t source;
    uint32_t next;   /* free list */
    uint64_t number; /* k-th user of its source */
    uint32_t persona;
    uint32_t starts;      /* Poisson starts drawn so far */
    uint32_t actions;     /* begun so far */
    uint32_t running;     /* actions under way */
    uint32_t in_hand;     /* requests in flight */
    uint32_t incarnation; /* closed: how often it has left */
    bool present;
    bool stopping; /* the population shrank: leaves after the requests in hand */
    sim_time stay_end;
    uint64_t requests;       /* closed without session: begun so far */
    struct sim_handle timer; /* the next think end, action, or end of stay */
};

/* An action under way. */
struct mdl_activity {
    uint32_t user;
    uint32_t next; /* free list */
    uint32_t incarnation;
    uint32_t rank; /* of its user's actions */
    uint32_t type;
    uint32_t issued;
    uint64_t entity;
    sim_time start;
};

/* Everything measured about one kind of sojourn; see struct mdl_sojourn. `other`: the sojourns that
 * did not end OK. */
struct mdl_gauge {
    uint64_t arrived;
    uint64_t outcome[MDL_OUTCOMES];
    uint64_t waited;
    uint64_t zero_waits;
    struct sim_tally response;
    struct sim_tally waiting;
    struct sim_tally other;
    struct sim_histogram *responses; /* of the present bucket, for requests */
    struct sim_histogram *waits;
    uint64_t *within_response;
    uint64_t *within_waiting;
    sim_wide ledger; /* sojourns that ended before the warm-up's end */
    uint64_t ledger_in;
    uint64_t ledger_out;
};

/* A number observed over time. */
struct mdl_track {
    struct sim_dwell dwell;
    int64_t cap;          /* servers: busy is min(number, cap) */
    sim_wide area_before; /* at the last bucket's end */
    sim_wide busy_before;
    sim_wide ledger; /* area before the warm-up's end */
    double *bucket_mean;
    double *bucket_busy;
};

struct mdl_finish {
    double at; /* virtual time, s of work */
    uint32_t sequence;
    uint32_t token;
};

struct mdl_place {
    const struct mdl_station_code *station;
    uint32_t present;
    uint32_t in_service;
    uint32_t *head; /* per level */
    uint32_t *tail;
    struct mdl_track *track;
    struct mdl_track *total;  /* NULL with one instance */
    struct mdl_gauge *gauges; /* per class */
    double work_done;         /* demand of completed jobs, s */
    /* shared stations */
    double virtual_time; /* work done by each job since the station was last idle, s */
    sim_time updated;
    double work_paid; /* integral of the total rate, s */
    struct mdl_finish *heap;
    uint32_t heap_room;
    uint32_t sequence;
    struct sim_handle timer;
};

struct mdl_bay {
    const struct mdl_pool_code *pool;
    int64_t held;
    int64_t queued;
    uint32_t head;
    uint32_t tail;
    struct mdl_track *held_track;
    struct mdl_track *queue_track;
    struct mdl_gauge *gauge;
    uint64_t granted;
    uint64_t released;
    sim_wide holding; /* ended holdings, ns */
};

struct mdl_source_state {
    uint64_t count;    /* customers or users so far */
    uint64_t requests; /* requests so far: ordinals */
    double cumulative; /* rate, curve: position on the integral of the rate; fixed: on 0..1 */
    uint64_t target;   /* curve: how many there will be */
    uint32_t crossing;
    uint32_t segment;
};

struct mdl_world {
    const struct mdl_program *program;
    struct sim_arena *arena; /* of the world: sized by the program */
    struct sim_key key;
    sim_time now;
    uint64_t events_done;
    bool ended;
    struct sim_event_set events;

    struct mdl_token *tokens;
    uint32_t token_count, token_room, token_free;
    struct mdl_frame *frames;
    uint32_t frame_count, frame_room, frame_free;
    struct mdl_hold *holds;
    uint32_t hold_count, hold_room, hold_free;
    struct mdl_user *users;
    uint32_t user_count, user_room, user_free;
    struct mdl_activity *activities;
    uint32_t activity_count, activity_room, activity_free;

    struct sim_recent *recents;        /* per instruction */
    struct sim_recent *source_recents; /* per source: its arrivals */
    uint32_t ready_head, ready_tail; /* tokens that go on when all completions of now are done */

    struct mdl_place *places;
    struct mdl_bay *bays;
    struct mdl_source_state *sources;
    uint32_t *station_turn; /* round robin, per station */
    uint32_t *pool_turn;
    uint32_t *turns; /* in_turn branches */
    uint64_t *hits;
    uint64_t *misses;
    uint32_t *first_user; /* closed sources: slot of user 0 */

    uint32_t gauge_count;
    struct mdl_gauge *gauges; /* requests [source x class], marks, visits [place x class], bays */
    struct mdl_gauge *mark_gauges;
    struct mdl_gauge *visit_gauges;
    struct mdl_gauge *bay_gauges;
    struct sim_histogram *totals; /* with buckets: responses of all buckets, per request gauge */

    uint32_t track_count;
    struct mdl_track *tracks; /* network, sources, users, classes, places, totals, held, queued */
    struct mdl_track *source_tracks, *user_tracks, *class_tracks;
    uint32_t bucket;            /* the present one */
    sim_time bucket_start;      /* its start */
    struct mdl_bucket *buckets; /* of the result under way */
    double *bucket_arrivals;    /* [source x bucket_count + bucket] */
    uint64_t *arrived_before;   /* at the last bucket's end: per request gauge and per source */
    struct mdl_result *result;
};

/* --- engine.c -------------------------------------------------------------------------------- */

/* A condition that only our own mistake can break: prints where and stops the process (code 1). */
void mdl_world_broken(const struct mdl_world *w, const char *law, double left, double right)
    __attribute__((noreturn));

/* A slot from a pool's free list, or a new one at its end. */
uint32_t mdl_token_new(struct mdl_world *w);
uint32_t mdl_frame_new(struct mdl_world *w);
uint32_t mdl_hold_new(struct mdl_world *w);
uint32_t mdl_user_new(struct mdl_world *w);
uint32_t mdl_activity_new(struct mdl_world *w);

static inline struct sim_draw mdl_draw_of(const struct mdl_world *w, const struct mdl_token *t,
                                          uint64_t purpose) {
    return (struct sim_draw){w->key, purpose + w->program->sources[t->source].salt, t->entity,
                             t->epoch, t->ordinal};
}

/* The token goes on as soon as all completions of this instant are done. */
static inline void mdl_ready(struct mdl_world *w, uint32_t token) {
    w->tokens[token].next = MDL_NONE;
    if (w->ready_head == MDL_NONE) {
        w->ready_head = token;
    } else {
        w->tokens[w->ready_tail].next = token;
    }
    w->ready_tail = token;
}

static inline void mdl_gauge_response(const struct mdl_world *w, struct mdl_gauge *g,
                                      sim_time response) {
    g->outcome[MDL_OK]++;
    sim_tally_add(&g->response, response);
    sim_histogram_add(g->responses, response);
    for (uint32_t i = 0; i < w->program->within_count; i++) {
        g->within_response[i] += response <= w->program->within[i];
    }
}

static inline void mdl_gauge_waiting(const struct mdl_world *w, struct mdl_gauge *g,
                                     sim_time waiting) {
    sim_tally_add(&g->waiting, waiting);
    if (waiting == 0) {
        g->zero_waits++;
    } else {
        sim_histogram_add(g->waits, waiting);
    }
    for (uint32_t i = 0; i < w->program->within_count; i++) {
        g->within_waiting[i] += waiting <= w->program->within[i];
    }
}

static inline void mdl_gauge_lost(struct mdl_gauge *g, enum mdl_outcome outcome, sim_time sojourn) {
    g->outcome[outcome]++;
    sim_tally_add(&g->other, sojourn);
}

/* --- route.c --------------------------------------------------------------------------------- */

/* Begins a request and walks it as far as it goes without waiting. */
void mdl_request_start(struct mdl_world *w, uint32_t source, uint32_t cls, uint32_t pc,
                       uint64_t entity, enum mdl_owner owner_kind, uint32_t owner);
/* Walks the token on from its pc until it waits or ends. */
void mdl_route_run(struct mdl_world *w, uint32_t token);
/* The token's request ends here, not OK: all that it holds is released. */
void mdl_request_fail(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);

/* --- station.c, pool.c ----------------------------------------------------------------------- */

/* Instance for a token among `instances` that start at `first`: by the place held in with_pool,
 * else by the balancer; `load(w, i)` is the number outstanding at instance i. */
uint32_t mdl_balance(struct mdl_world *w, const struct mdl_token *t, enum mdl_balancer balancer,
                     enum mdl_ties ties, uint32_t instances, uint32_t with_pool, uint32_t *turn,
                     uint64_t purpose, uint32_t (*load)(const struct mdl_world *w, uint32_t i),
                     uint32_t first);

void mdl_station_arrive(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_station_served(struct mdl_world *w, uint32_t token);
void mdl_station_shared(struct mdl_world *w, uint32_t place);
/* Brings the work of a shared place up to now. */
void mdl_place_advance(const struct mdl_world *w, struct mdl_place *p);

/* True: granted at once, the token goes on; false: it waits or has failed. */
bool mdl_pool_acquire(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_pool_release(struct mdl_world *w, uint32_t token, uint32_t pool);
void mdl_pool_release_all(struct mdl_world *w, uint32_t token);
void mdl_pool_patience(struct mdl_world *w, uint32_t token);

/* --- source.c, session.c --------------------------------------------------------------------- */

void mdl_sources_start(struct mdl_world *w);
void mdl_source_arrival(struct mdl_world *w, uint32_t source);
void mdl_source_crossing(struct mdl_world *w, uint32_t source);
void mdl_user_think_over(struct mdl_world *w, uint32_t user);
/* A request has ended: its owner goes on. */
void mdl_owner_response(struct mdl_world *w, enum mdl_owner owner_kind, uint32_t owner);

void mdl_user_arrive(struct mdl_world *w, uint32_t source, uint64_t number);
void mdl_user_begin(struct mdl_world *w, uint32_t user);
void mdl_user_stop(struct mdl_world *w, uint32_t user);
void mdl_user_action(struct mdl_world *w, uint32_t user);
void mdl_user_leave(struct mdl_world *w, uint32_t user);
void mdl_activity_due(struct mdl_world *w, uint32_t activity);
void mdl_activity_over(struct mdl_world *w, uint32_t activity);
void mdl_activity_response(struct mdl_world *w, uint32_t activity);

/* --- measure.c, laws.c ----------------------------------------------------------------------- */

void mdl_measure_layout(struct mdl_world *w);
void mdl_measure_reset(struct mdl_world *w);
void mdl_measure_warm(struct mdl_world *w);
void mdl_measure_bucket(struct mdl_world *w);
struct mdl_result *mdl_measure_result(struct mdl_world *w);

/* Asserts the conservation laws of the replication that has just ended. */
void mdl_laws_check(const struct mdl_world *w);

#endif
