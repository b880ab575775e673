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
    MDL_EV_PLAIN,    /* a: token; its service ends at a plain place */
    MDL_EV_SERVED,   /* a: token; its own service ends (other direct stations) */
    MDL_EV_SLICE,    /* a: token; its turn at a round-robin station ends */
    MDL_EV_SHARED,   /* a: place; the first job of a shared station is done */
    MDL_EV_DELAYED,  /* a: token; a delay or a backoff ends */
    MDL_EV_PATIENCE, /* a: token; its wait has lasted long enough */
    MDL_EV_FLUSH,    /* a: cache; it loses all entries */
    MDL_EV_TOKENS,   /* a: limiter; the first in line has its tokens */
    MDL_EV_TIMEOUT,  /* a: frame; a timed block took too long */
    MDL_EV_CROSSING, /* a: source; a closed user starts or stops */
    MDL_EV_SCHEDULE, /* a: station, b: point; its speed changes */
    MDL_EV_CREDITS,  /* a: place; its credits may be spent */
    MDL_EV_ARRIVAL,  /* a: source */
    MDL_EV_THINK,    /* a: user; thought ends, a request begins */
    MDL_EV_ACTION,   /* a: user; an action begins */
    MDL_EV_LEAVE,    /* a: user; the stay ends */
    MDL_EV_DUE,      /* a: action; its next request is due */
    MDL_EV_OVER,     /* a: action; a back-to-back action ends */
    MDL_EV_WARM,     /* the warm-up ends */
    MDL_EV_BATCH,    /* a: batch; it ends, and the next one begins */
    MDL_EV_BUCKET,   /* a time bucket ends */
    MDL_EV_OBSERVE,  /* a: rank of an instant of sample_at */
    MDL_EV_WINDOW,   /* a: window, b: 0 begins, 1 ends */
};

enum mdl_owner { MDL_OWNER_NONE, MDL_OWNER_USER, MDL_OWNER_ACTION };

/* What a token is for. */
enum mdl_role {
    MDL_ROLE_REQUEST,  /* carries a request */
    MDL_ROLE_BRANCH,   /* of a fork */
    MDL_ROLE_DETACHED, /* async work, or work that a timeout or a fork has given up */
};

/* Where a token is, so that it can be withdrawn. */
enum mdl_where {
    MDL_AT_READY,   /* running, or in the ready list */
    MDL_AT_QUEUE,   /* waits at a station */
    MDL_AT_SERVICE, /* is served at a station */
    MDL_AT_POOL,    /* waits for a place */
    MDL_AT_LIMITER, /* waits for tokens */
    MDL_AT_CACHE,   /* waits for a key that another one fetches */
    MDL_AT_DELAY,   /* in a delay */
    MDL_AT_BACKOFF, /* before another attempt */
    MDL_AT_JOIN,    /* waits for the branches of a fork */
    MDL_AT_CRASH,   /* about to fail by a crash */
};

struct mdl_token {
    uint32_t pc;
    uint32_t frame;  /* innermost, or MDL_NONE */
    uint32_t hold;   /* newest held place, or MDL_NONE */
    uint32_t next;   /* in a line or the free list */
    uint32_t before; /* in a line */
    uint32_t place;  /* where it is: a place, a bay, a limiter or a cache */
    uint32_t source;
    uint32_t cls;
    uint32_t
        epoch; /* backward jumps, calls and attempts: tells apart the draws of a loop's rounds */
    uint32_t owner;
    /* Not bytes: what is stored through a byte may be anything else, to the compiler. */
    uint16_t owner_kind; /* enum mdl_owner */
    uint16_t role;       /* enum mdl_role */
    uint16_t where;      /* enum mdl_where */
    bool interrupted;    /* was preempted at this visit */
    uint32_t join;       /* branch: its join */
    uint32_t waits_for;  /* at MDL_AT_JOIN: the join */
    uint32_t sibling;    /* branch: the next one of its join */
    uint32_t slot;       /* in the heap of a shared place; at MDL_AT_CACHE: the key */
    uint32_t attempts;   /* of the request so far; of a branch: retries */
    uint32_t arrival;    /* at a station: k-th arrival at the instance */
    uint64_t entity;
    uint64_t ordinal;
    uint64_t salt; /* of its source */
    uint64_t rank; /* k-th request of the whole network */
    sim_time created;
    sim_time since;        /* arrival at where it is */
    sim_time started;      /* service start */
    sim_time visit_served; /* time in service at this visit, before `started` */
    sim_time served;       /* time in service so far, over all visits and delays */
    double demand;         /* s of work of the present visit */
    double left;           /* s of it still to do when service (re)started */
    uint64_t marks;
    struct sim_handle timer; /* of patience, a delay, or a service that can be withdrawn */
};

enum mdl_frame_kind {
    MDL_FRAME_CALL,    /* pc: return address */
    MDL_FRAME_LOOP,    /* left: rounds left */
    MDL_FRAME_CACHE,   /* what: cache, left: the missed key */
    MDL_FRAME_NAMED,   /* what: named block */
    MDL_FRAME_TIMEOUT, /* what: timeout */
    MDL_FRAME_RETRY,   /* what: retry, pc: start of the block, left: attempts made */
    MDL_FRAME_BREAKER, /* what: breaker, left: its era at entry */
};

struct mdl_frame {
    uint32_t below;
    uint32_t kind; /* enum mdl_frame_kind */
    uint32_t pc;
    uint32_t left;
    uint32_t what;
    uint32_t hold;  /* newest place held at entry */
    uint32_t epoch; /* at entry */
    uint32_t cls;   /* at entry */
    uint32_t token; /* whose frame it is */
    sim_time entered;
    sim_time served; /* time in service at entry */
    uint64_t purpose;
    struct sim_handle timer;
};

struct mdl_hold {
    uint32_t below;
    uint32_t bay;
    sim_time since;
};

/* A fork under way. */
struct mdl_join {
    uint32_t parent;
    uint32_t next; /* free list */
    uint32_t fork;
    uint32_t ended;
    uint32_t running;
    uint32_t first; /* branch token; they are linked by `sibling` */
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
    sim_time duration;
};

/* Everything measured about one kind of sojourn; see struct mdl_sojourn. `other`: the sojourns that
 * did not end OK. */
struct mdl_gauge {
    uint64_t arrived;
    uint64_t outcome[MDL_OUTCOMES];
    uint64_t waited;
    struct sim_tally response;
    struct sim_tally waiting;
    struct sim_tally other;
    struct sim_tally other_waiting;
    struct sim_histogram *responses; /* of the present bucket, for requests */
    struct sim_histogram *waits;     /* its bucket of 0: those who did not wait */
    uint64_t *within_response;
    uint64_t *within_waiting;
    uint64_t attempts; /* requests: attempts of those that ended */
    sim_wide ledger;   /* sojourns that ended before the warm-up's end */
    uint64_t ledger_in;
    uint64_t ledger_outcome[MDL_OUTCOMES];
};

/* A number observed over time. */
struct mdl_track {
    struct sim_dwell dwell;
    int64_t cap;          /* servers: busy is min(number, cap) */
    int64_t room;         /* served at once: the others wait */
    sim_wide area_before; /* at the last bucket's end */
    sim_wide busy_before;
    sim_wide ledger; /* area before the warm-up's end */
    double *bucket_mean;
    double *bucket_busy;
};

/* The tracks of several instances together, of a station and of a pool. */
enum { MDL_TOTAL_PRESENT, MDL_TOTAL_BUSY, MDL_TOTAL_WAITING, MDL_STATION_TOTALS };
enum { MDL_TOTAL_HELD, MDL_TOTAL_QUEUED, MDL_POOL_TOTALS };

struct mdl_finish {
    double at; /* virtual time, s of work */
    uint32_t sequence;
    uint32_t token;
};

/* Tokens in a row. */
struct mdl_line {
    uint32_t head, tail;
};

/* CPU credits of a place, over a run. */
struct mdl_credit {
    const struct mdl_credit_code *code;
    struct mdl_credit_account account;
    struct mdl_credit_account before;        /* at the warm-up's end */
    struct mdl_credit_account bucket_before; /* at the last bucket's end */
    bool held;                               /* to the baseline */
    uint64_t times;                          /* so far, held anew */
    uint64_t times_before;                   /* at the warm-up's end */
    sim_time due;                            /* of the timer */
    struct sim_handle timer;
    double *bucket_balance; /* means over buckets, in the result's arena */
    double *bucket_surplus;
    double *bucket_throttled;
};

struct mdl_place {
    const struct mdl_station_code *station;
    const struct mdl_place_code *code;
    uint32_t present;
    uint32_t in_service;
    uint32_t arrivals;      /* so far */
    struct mdl_line *lines; /* per level */
    struct mdl_track *track;
    /* Of all instances together: present, served, waiting; NULL with one instance. */
    struct mdl_track *total;
    enum mdl_stop_of stop_of; /* what is counted here for the end of the run */
    uint32_t index;           /* of this place */
    bool logged;
    bool watched;             /* logged, or hops are kept: what a visit leaves is looked at */
    struct mdl_gauge *gauges; /* per class */
    double work_done;         /* work delivered to jobs that are not in service now, s */
    double work_before;       /* of that: before the warm-up's end */
    sim_time refused;         /* when somebody was turned away first; -1: never */
    double smooth;            /* weighted round robin: current weight */
    /* shared stations */
    double scheduled;          /* factor of the schedule */
    double factor;             /* of the schedule, and of what a lack of credits leaves */
    struct mdl_credit *credit; /* NULL: none */
    double virtual_time;       /* work done by each job since the station was last idle, s */
    sim_time updated;
    double work_paid; /* integral of the total rate, s */
    struct mdl_finish *heap;
    uint32_t heap_room;
    uint32_t sequence;
    struct sim_handle timer;
};

/* Stretches of time of a length known when they begin, one after the other. */
struct mdl_spell {
    sim_time from, until; /* the last one, which may be under way */
    sim_wide before;      /* sum of those before it, ns */
};

/* Begins another; the last one has ended. */
static inline void mdl_spell_begin(struct mdl_spell *s, sim_time now, sim_time span) {
    s->before += s->until - s->from;
    s->from = now;
    s->until = now + span;
}

/* Sum of all of them up to now, ns. */
static inline sim_wide mdl_spell_sum(const struct mdl_spell *s, sim_time now) {
    return s->before + (now < s->until ? now : s->until) - s->from;
}

struct mdl_bay {
    const struct mdl_pool_code *pool;
    int64_t held;
    int64_t queued;
    struct mdl_line *lines; /* per level */
    struct mdl_track *held_track;
    struct mdl_track *queue_track;
    struct mdl_track *total; /* of all instances together: held, waiting; NULL with one instance */
    struct mdl_gauge *gauge;
    uint64_t seen;        /* grants that saw places held in the pool watched */
    uint64_t seen_places; /* how many, in all */
    uint64_t granted;
    uint64_t released;
    sim_wide holding; /* ended holdings, ns */
    struct mdl_spell down;
    uint32_t crashes_ever;
    uint64_t crashes, crashed; /* and who failed by them; since observation began */
    sim_wide down_then;        /* time down before */
    sim_time full;             /* when somebody found no place first; -1: never */
    sim_time refused;          /* when somebody was turned away first; -1: never */
};

/* Who is to fail by a crash. */
struct mdl_struck {
    uint64_t rank; /* of the request */
    uint32_t token;
};

/* An entry of a cache: in the list from newest to oldest when it is live or was. */
struct mdl_entry {
    uint32_t newer, older;
    bool stored;
    uint32_t fetching; /* misses of the key whose branch goes on */
    sim_time expires;
};

struct mdl_store {
    struct mdl_entry *entries; /* per key; NULL: a cache by probability */
    uint32_t newest, oldest;
    uint32_t count;
    struct mdl_line *lines; /* per key: tokens that wait for it; NULL: nobody does */
    uint64_t waiting;
    uint64_t hits, misses;
    uint64_t joined;   /* waited for another one's fetch instead of a miss of their own */
    uint64_t repeated; /* misses of a key that was being fetched already */
    uint64_t hits_before, lookups_before; /* up to the last bucket's end */
};

/* A limiter's bucket of tokens. */
struct mdl_bucket_state {
    double tokens; /* above the burst only while a passage that takes more is first in line */
    sim_time updated;
    double taken;         /* tokens, since observation began */
    double taken_before;  /* in the warm-up */
    double least;         /* tokens, since observation began */
    double area;          /* integral of the tokens (at most the burst) up to `updated`, ns */
    double area_before;   /* up to the end of the warm-up */
    double bucket_before; /* up to the last bucket's end */
    struct mdl_line line; /* tokens of requests that wait, in order of arrival */
    uint32_t waiting;
    struct mdl_track *track; /* waiting */
    struct mdl_gauge *gauge;
    struct sim_handle timer; /* of the first in line */
};

enum mdl_breaker_mode { MDL_BREAKER_CLOSED, MDL_BREAKER_OPEN, MDL_BREAKER_HALF_OPEN };

struct mdl_breaker_state {
    enum mdl_breaker_mode mode; /* open: half open from the end of its spell on */
    uint32_t era;               /* changes of mode so far */
    uint8_t *window;            /* the last calls that ended: did they fail? */
    uint32_t remembered, next, failures;
    uint32_t admitted, succeeded; /* calls begun in this mode; probes that ended well */
    uint32_t inside;              /* calls under way */
    struct mdl_spell open;
    sim_wide half_before; /* time half open, up to its last end, ns */
    /* since observation began, and what was then */
    uint64_t calls, refused, withdrawn, opened;
    uint64_t ended[2]; /* not failed, failed */
    uint32_t inside_then;
    sim_wide open_then, half_then, bucket_then;
};

/* Retries allowed now, by the budget of a retry step. */
struct mdl_budget {
    double tokens;
};

struct mdl_source_state {
    uint64_t count;    /* customers or users so far */
    uint64_t requests; /* requests so far: ordinals */
    double cumulative; /* rate, curve: position on the integral of the rate; fixed: on 0..1 */
    sim_time gap;      /* renewal: between the next arrival and the one before it */
    uint64_t target;   /* curve: how many there will be */
    uint32_t crossing;
    uint32_t segment;
};

/* Time of one request at one hop, ns. */
struct mdl_hop {
    sim_time waiting;
    sim_time service;
    sim_time slowed; /* of `service`: beyond what the work takes a single job at full speed */
};

/* See hops.c. */
struct mdl_hops {
    struct mdl_hop *rows;     /* [token x hops] */
    uint64_t *touched;        /* per token: which cells of its row count */
    uint32_t room;            /* tokens */
    struct mdl_hop_sum *sums; /* [request gauge x hops], of requests that ended OK */
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
    struct mdl_join *joins;
    uint32_t join_count, join_room, join_free;
    struct mdl_user *users;
    uint32_t user_count, user_room, user_free;
    struct mdl_activity *activities;
    uint32_t activity_count, activity_room, activity_free;

    struct sim_recent *recents;        /* per instruction */
    struct sim_recent *source_recents; /* per source: its arrivals */
    struct mdl_line ready;             /* tokens that go on when all completions of now are done */

    struct mdl_place *places;
    struct mdl_bay *bays;
    struct mdl_source_state *sources;
    uint32_t *station_turn; /* round robin, per station */
    uint32_t *pool_turn;
    uint32_t *range_turns;
    uint32_t *turns;          /* in_turn branches */
    struct mdl_store *stores; /* per cache */
    struct mdl_bucket_state *limiters;
    struct mdl_budget *budgets; /* per retry step */
    struct mdl_breaker_state *breakers;
    struct mdl_struck *struck; /* scratch */
    uint32_t struck_room;
    uint32_t *up;         /* scratch: instances of a pool */
    uint32_t *first_user; /* closed sources: slot of user 0 */
    uint64_t requests;    /* begun so far, in the whole network */
    uint64_t stop_left;   /* events until the stop */

    uint32_t gauge_count;
    struct mdl_gauge *gauges; /* requests [source x class], marks, blocks, visits [place x class],
                                 bays, limiters */
    struct mdl_gauge *mark_gauges;
    struct mdl_gauge *block_gauges;
    struct mdl_gauge *visit_gauges;
    struct mdl_gauge *bay_gauges;
    struct mdl_gauge *limiter_gauges;
    struct sim_histogram *totals; /* with buckets: responses of all buckets, per request gauge and
                                     then per named step */

    uint32_t track_count;
    struct mdl_track *tracks; /* network, sources, users, classes, backoff (three), places, totals,
                                 held, queued, limiters */
    struct mdl_track *source_tracks, *user_tracks, *class_tracks, *backoff_track;
    struct mdl_track *source_backoff, *class_backoff; /* where there are several */
    uint32_t bucket;                                  /* the present one */
    sim_time bucket_start;                            /* its start */
    sim_time measured_from;   /* the present result begins here, or never did */
    uint64_t *arrived_before; /* at the last bucket's end: per request gauge, named step, source */
    struct mdl_result *result;
    struct mdl_hops hops;
    sim_wide *trend_before; /* integrals at the last section's end */
    uint32_t section;       /* of the trend; 0: none has begun */
    sim_time section_end;   /* of the present one, or the end of the run */
    bool overfull;
    uint32_t within_count; /* as in the program, nearer */
    bool watched;          /* what a request leaves is looked at: marks, sampled customers, hops */
    bool sorted;           /* requests are counted by source or class, or until the run ends */
};

/* A function that every customer passes through, with all that it calls in its file inlined; and
 * one that few do, kept out of those: bench/bench_engine.c gains a tenth by them. */
#define MDL_HOT __attribute__((flatten))
#define MDL_COLD __attribute__((noinline))

/* --- engine.c -------------------------------------------------------------------------------- */

/* A condition that only our own mistake can break: prints where and stops the process (code 1). */
void mdl_world_broken(const struct mdl_world *w, const char *law, double left, double right)
    __attribute__((noreturn));

/* A slot from a pool's free list, or a new one at its end. */
uint32_t mdl_token_more(struct mdl_world *w);
uint32_t mdl_frame_new(struct mdl_world *w);
uint32_t mdl_hold_new(struct mdl_world *w);
uint32_t mdl_join_new(struct mdl_world *w);
uint32_t mdl_user_new(struct mdl_world *w);
uint32_t mdl_activity_new(struct mdl_world *w);

/* The same as mdl_token_more, with the free list inline. */
static inline uint32_t mdl_token_new(struct mdl_world *w) {
    uint32_t token = w->token_free;
    if (token == MDL_NONE) {
        return mdl_token_more(w);
    }
    w->token_free = w->tokens[token].next;
    return token;
}

static inline void mdl_token_free(struct mdl_world *w, uint32_t token) {
    w->tokens[token].next = w->token_free;
    w->token_free = token;
}

static inline struct sim_draw mdl_draw_of(const struct mdl_world *w, const struct mdl_token *t,
                                          uint64_t purpose) {
    return (struct sim_draw){w->key, purpose + t->salt, t->entity, t->epoch, t->ordinal};
}

/* Where the instruction remembers the blocks of its draws. */
static inline struct sim_recent *mdl_recent_of(const struct mdl_world *w, const struct mdl_op *op) {
    return &w->recents[op->rank];
}

/* --- lines of tokens ------------------------------------------------------------------------- */

static inline void mdl_line_append(struct mdl_world *w, struct mdl_line *line, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    t->next = MDL_NONE;
    t->before = line->tail;
    uint32_t *link = line->tail == MDL_NONE ? &line->head : &w->tokens[line->tail].next;
    *link = token; /* whether the line is empty is not to be guessed */
    line->tail = token;
}

static inline void mdl_line_remove(struct mdl_world *w, struct mdl_line *line, uint32_t token) {
    struct mdl_token *t = &w->tokens[token];
    if (t->before == MDL_NONE) {
        line->head = t->next;
    } else {
        w->tokens[t->before].next = t->next;
    }
    if (t->next == MDL_NONE) {
        line->tail = t->before;
    } else {
        w->tokens[t->next].before = t->before;
    }
}

/* Puts the token before `at` (in the line), or at the end when `at` is MDL_NONE. */
static inline void mdl_line_insert(struct mdl_world *w, struct mdl_line *line, uint32_t token,
                                   uint32_t at) {
    if (at == MDL_NONE) {
        mdl_line_append(w, line, token);
        return;
    }
    struct mdl_token *t = &w->tokens[token];
    t->next = at;
    t->before = w->tokens[at].before;
    if (t->before == MDL_NONE) {
        line->head = token;
    } else {
        w->tokens[t->before].next = token;
    }
    w->tokens[at].before = token;
}

/* Takes the first token out of the line. */
static inline uint32_t mdl_line_pop(struct mdl_world *w, struct mdl_line *line) {
    uint32_t token = line->head;
    line->head = w->tokens[token].next;
    uint32_t *link = line->head == MDL_NONE ? &line->tail : &w->tokens[line->head].before;
    *link = MDL_NONE;
    return token;
}

/* The token goes on as soon as all completions of this instant are done. */
static inline void mdl_ready(struct mdl_world *w, uint32_t token) {
    w->tokens[token].where = MDL_AT_READY;
    mdl_line_append(w, &w->ready, token);
}

/* --- gauges ---------------------------------------------------------------------------------- */

static inline void mdl_gauge_response(const struct mdl_world *w, struct mdl_gauge *g,
                                      sim_time response) {
    g->outcome[MDL_OK]++;
    sim_tally_add(&g->response, response);
    sim_histogram_add(g->responses, response);
    for (uint32_t i = 0; i < w->within_count; i++) {
        g->within_response[i] += response <= w->program->within[i];
    }
}

static inline void mdl_gauge_waiting(const struct mdl_world *w, struct mdl_gauge *g,
                                     sim_time waiting) {
    sim_tally_add(&g->waiting, waiting);
    sim_histogram_add(g->waits, waiting);
    for (uint32_t i = 0; i < w->within_count; i++) {
        g->within_waiting[i] += waiting <= w->program->within[i];
    }
}

static inline void mdl_gauge_lost(struct mdl_gauge *g, enum mdl_outcome outcome, sim_time sojourn,
                                  sim_time waiting) {
    g->outcome[outcome]++;
    sim_tally_add(&g->other, sojourn);
    sim_tally_add(&g->other_waiting, waiting);
}

/* A request or a block ends, after so much time in service. */
static inline void mdl_gauge_end(const struct mdl_world *w, struct mdl_gauge *g,
                                 enum mdl_outcome outcome, sim_time sojourn, sim_time served) {
    g->waited += sojourn > served;
    if (outcome == MDL_OK) {
        mdl_gauge_response(w, g, sojourn);
        mdl_gauge_waiting(w, g, sojourn - served);
    } else {
        mdl_gauge_lost(g, outcome, sojourn, sojourn - served);
    }
}

/* The work (s) that the token is put in service for: all that is left, or a turn of round robin,
 * the switch after it included. */
static inline double mdl_turn_work(const struct mdl_place *p, const struct mdl_token *t) {
    if (p->station->discipline != MDL_RR) {
        return t->left;
    }
    double slice = t->left < p->station->quantum_s ? t->left : p->station->quantum_s;
    return slice + (double)p->station->switch_ns / p->code->ns_per_work;
}

/* One more request in flight, or one less. */
void mdl_request_count_sorted(struct mdl_world *w, uint32_t source, uint32_t cls, int change);
static inline void mdl_request_count(struct mdl_world *w, uint32_t source, uint32_t cls,
                                     int change) {
    sim_dwell_step(&w->tracks[0].dwell, w->now, change);
    if (w->sorted) {
        mdl_request_count_sorted(w, source, cls, change);
    }
}

/* The request that the token carries leaves: counted and measured; the token is free. */
static inline void mdl_request_leave(struct mdl_world *w, uint32_t token,
                                     enum mdl_outcome outcome) {
    const struct mdl_token *t = &w->tokens[token];
    struct mdl_gauge *g = &w->gauges[t->source * w->program->class_count + t->cls];
    mdl_gauge_end(w, g, outcome, w->now - t->created, t->served);
    g->attempts += t->attempts;
    mdl_request_count(w, t->source, t->cls, -1);
    mdl_token_free(w, token);
}

/* One more, or one less, between two attempts. */
static inline void mdl_backoff_step(struct mdl_world *w, const struct mdl_token *t, int change) {
    sim_dwell_step(&w->backoff_track->dwell, w->now, change);
    if (w->program->source_count > 1) {
        sim_dwell_step(&w->source_backoff[t->source].dwell, w->now, change);
    }
    if (w->program->class_count > 1) {
        sim_dwell_step(&w->class_backoff[t->cls].dwell, w->now, change);
    }
}

/* --- route.c --------------------------------------------------------------------------------- */

/* Walks the token on from its pc until it waits or ends. */
void mdl_route_run(struct mdl_world *w, uint32_t token);
/* The same, by the switch over every instruction. */
void mdl_route_walk(struct mdl_world *w, uint32_t token);
/* The token is of another class from here on. */
void mdl_token_change_class(struct mdl_world *w, uint32_t token, uint32_t cls);

/* --- token.c -----------------------------------------------------------------------------------
 */

/* Pushes a frame on the token; the pointer holds until the next frame. */
struct mdl_frame *mdl_frame_push(struct mdl_world *w, uint32_t token, enum mdl_frame_kind kind);
/* Pops the token's innermost frame. */
void mdl_frame_pop(struct mdl_world *w, uint32_t token);
/* The request that the token carries leaves: counted, measured, its owner told. */
void mdl_request_end(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);
/* The token is done: it carried a request that ended OK, was a branch, or was on its own. */
void mdl_token_done(struct mdl_world *w, uint32_t token);
/* What the token does fails here: an enclosing retry may try again; else what counts on it fails.
 */
void mdl_token_fail(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);
void mdl_token_fork(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_token_async(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_token_retry(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_token_timeout(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_token_time_over(struct mdl_world *w, uint32_t frame);
/* The bay crashes where the token holds a place, waits for one, or has just come: it stops; and
 * then it fails. */
void mdl_token_stop(struct mdl_world *w, uint32_t token, uint32_t bay);
void mdl_token_crash(struct mdl_world *w, uint32_t token, uint32_t bay);
/* A named block ends for the token, OK or not. */
void mdl_block_leave(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);

/* --- balance.c, station.c, shared.c, pool.c, store.c -------------------------------------------
 */

/* Who is to choose among instances, and how. */
struct mdl_choice {
    enum mdl_balancer balancer;
    enum mdl_ties ties;
    uint32_t choices;
    uint32_t first; /* index of instance 0 among places or bays */
    uint32_t instances;
    uint32_t with_pool;
    uint32_t *turn;
    const uint32_t *up; /* the instances to choose from; NULL: all */
    uint64_t purpose;
    uint32_t (*load)(const struct mdl_world *w, uint32_t index);
};

/* Narrows the choice to the instances that the instruction may use. */
static inline void mdl_choice_narrow(struct mdl_world *w, struct mdl_choice *c,
                                     const struct mdl_op *op) {
    if (op->c != 0) {
        const struct mdl_range *range = &w->program->ranges[op->c - 1];
        c->first += range->first;
        c->instances = range->count;
        c->with_pool = MDL_NONE;
        c->turn = &w->range_turns[op->c - 1];
    }
}

/* The instance of the pool's place that the token, or the request that it is a branch of, holds. */
uint32_t mdl_held_instance(const struct mdl_world *w, const struct mdl_token *t,
                           uint32_t with_pool);

/* The instance (0..instances-1) for a token. */
uint32_t mdl_balance(struct mdl_world *w, const struct mdl_token *t, const struct mdl_choice *c);

void mdl_station_arrive(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_station_served(struct mdl_world *w, uint32_t token);
void mdl_station_slice(struct mdl_world *w, uint32_t token);
void mdl_station_shared(struct mdl_world *w, uint32_t place);
void mdl_station_patience(struct mdl_world *w, uint32_t token);
void mdl_station_schedule(struct mdl_world *w, uint32_t station, uint32_t point);
/* Of several instances: one more, or one less, than `present` is at this one. */
void mdl_station_total(struct mdl_world *w, const struct mdl_place *p, int change);
void mdl_stations_start(struct mdl_world *w);
/* Takes the token out of the station where it waits or is served; its visit ends as `outcome`. */
void mdl_station_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);

/* Puts the token in service for so much work (s). */
void mdl_shared_push(struct mdl_world *w, struct mdl_place *p, uint32_t token, double work);
/* Takes the token out of service; returns the work (s) it still has to get. Call
 * mdl_shared_advance first. */
double mdl_shared_remove(struct mdl_world *w, struct mdl_place *p, uint32_t token);
/* Brings the work of a shared place up to now; call before anything there changes. */
void mdl_shared_advance(struct mdl_world *w, struct mdl_place *p);
/* Sets the place's timer to the next completion; call after every change. */
void mdl_shared_timer(struct mdl_world *w, struct mdl_place *p);

/* --- credit.c: places with CPU credits ---------------------------------------------------------
 */

/* Memory for the places with credits; full or as they start; at the warm-up's end; at a bucket's
 * end, `width` ns after the one before. */
void mdl_credits_layout(struct mdl_world *w);
void mdl_credits_reset(struct mdl_world *w);
void mdl_credits_warm(struct mdl_world *w);
void mdl_credits_bucket(struct mdl_world *w, double width);
void mdl_credits_result(struct mdl_world *w);
/* Brings the place's account up to now; call before the number in service changes. */
void mdl_credit_advance(struct mdl_world *w, struct mdl_place *p);
/* Judges whether the place is held to its baseline, and sets its timer; call after a change. */
void mdl_credit_update(struct mdl_world *w, struct mdl_place *p);
/* The place's timer has gone off. */
void mdl_credit_due(struct mdl_world *w, uint32_t place);
/* The account of a place as it is now, which need not have been brought up to now. */
struct mdl_credit_account mdl_credit_now(const struct mdl_world *w, const struct mdl_place *p);

/* True: granted at once, the token goes on; false: it waits or has failed. */
bool mdl_pool_acquire(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
void mdl_pool_release(struct mdl_world *w, uint32_t token, uint32_t pool);
/* Releases the places held beyond `mark` (newest first); MDL_NONE: all. */
void mdl_pool_release_to(struct mdl_world *w, uint32_t token, uint32_t mark);
void mdl_pool_patience(struct mdl_world *w, uint32_t token);
void mdl_pool_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);
/* Is a place of the bay among the holds from this one on? */
bool mdl_pool_reaches(const struct mdl_world *w, uint32_t hold, uint32_t bay);

enum mdl_lookup { MDL_HIT, MDL_MISS, MDL_WAIT };
/* On a miss of a store the key is remembered in a frame of the token. Who waits goes on as after a
 * hit when the fetch has ended, or begins one when it has failed. */
enum mdl_lookup mdl_store_lookup(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
/* The key of the token's innermost frame enters the cache. */
void mdl_store_fill(struct mdl_world *w, uint32_t token);
/* A fetch of the key has ended, or was given up. */
void mdl_store_leave(struct mdl_world *w, uint32_t cache, uint32_t key);
void mdl_store_withdraw(struct mdl_world *w, uint32_t token);
void mdl_store_flush(struct mdl_world *w, uint32_t cache);
void mdl_stores_reset(struct mdl_world *w);
/* Posts the flushes. */
void mdl_stores_start(struct mdl_world *w);
void mdl_stores_warm(struct mdl_world *w);
/* A time bucket ends now. */
void mdl_stores_bucket(struct mdl_world *w);
void mdl_stores_result(struct mdl_world *w);

/* --- crash.c --------------------------------------------------------------------------------- */

/* One too many came to the bay. */
void mdl_pool_crash(struct mdl_world *w, uint32_t bay, uint32_t newcomer);
/* The instances, among so many bays from `first`, that are up, and how many; NULL: all of them, or
 * none. Holds until the next call. */
const uint32_t *mdl_pool_up(struct mdl_world *w, uint32_t first, uint32_t *instances);
void mdl_crashes_reset(struct mdl_world *w);
void mdl_crashes_warm(struct mdl_world *w);
void mdl_crashes_result(struct mdl_world *w);

/* --- limiter.c ------------------------------------------------------------------------------- */

/* True: the tokens were there, the token goes on; false: it waits or has failed. */
bool mdl_limiter_pass(struct mdl_world *w, uint32_t token, const struct mdl_op *op);
/* The first in line has its tokens. */
void mdl_limiter_grant(struct mdl_world *w, uint32_t limiter);
void mdl_limiter_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);
void mdl_limiters_reset(struct mdl_world *w);
void mdl_limiters_warm(struct mdl_world *w);
/* A time bucket of so many ns ends now. */
void mdl_limiters_bucket(struct mdl_world *w, double width);
void mdl_limiters_result(struct mdl_world *w);

/* --- breaker.c ------------------------------------------------------------------------------- */

/* True: the call may go on, in a frame; false: it was refused and has failed. */
bool mdl_breaker_enter(struct mdl_world *w, uint32_t token, uint32_t breaker);
/* The call of the token's innermost frame ends, OK or not. */
void mdl_breaker_leave(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome);
/* It is withdrawn from outside: neither. */
void mdl_breaker_forget(struct mdl_world *w, uint32_t token);
void mdl_breakers_reset(struct mdl_world *w);
void mdl_breakers_warm(struct mdl_world *w);
/* A time bucket of so many ns ends now. */
void mdl_breakers_bucket(struct mdl_world *w, double width);
void mdl_breakers_result(struct mdl_world *w);

/* --- source.c, session.c --------------------------------------------------------------------- */

void mdl_sources_start(struct mdl_world *w);
/* Begins a request and walks it as far as it goes without waiting. */
void mdl_request_start(struct mdl_world *w, uint32_t source, uint32_t cls, uint32_t pc,
                       uint64_t entity, enum mdl_owner owner_kind, uint32_t owner);
/* When the next customer comes to an open source whose times are not a sum of independent ones. */
sim_time mdl_source_next(struct mdl_world *w, uint32_t source);
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

/* --- trend.c --------------------------------------------------------------------------------- */

void mdl_trend_layout(struct mdl_world *w);
/* Prepares the result's trend. */
void mdl_trend_start(struct mdl_world *w);
/* The next event is at `time`, beyond section_end: ends the sections before it. False: the run ends
 * first, and now is its end. */
bool mdl_trend_pass(struct mdl_world *w, sim_time time);

/* --- hops.c: only where program->hop_count > 0 -------------------------------------------------
 */

void mdl_hops_layout(struct mdl_world *w);
void mdl_hops_free(struct mdl_world *w);
void mdl_hops_reset(struct mdl_world *w);
/* The warm-up ends: the sums start anew, what requests in flight have spent stays. */
void mdl_hops_warm(struct mdl_world *w);
/* A visit ends now, after so much time in service. */
void mdl_hops_visit(struct mdl_world *w, uint32_t token, sim_time served);
/* The wait for a place of the bay ends now. */
void mdl_hops_pool(struct mdl_world *w, uint32_t token, uint32_t bay);
/* The wait for tokens of the limiter ends now. */
void mdl_hops_limiter(struct mdl_world *w, uint32_t token, uint32_t limiter);
/* A delay, a backoff or a fork that is given up ends now. */
void mdl_hops_pause(struct mdl_world *w, uint32_t token, enum mdl_hop_kind kind);
/* A fork goes on or fails now because of this branch. */
void mdl_hops_branch(struct mdl_world *w, uint32_t parent, uint32_t branch);
/* `heir` takes over the request of `token`, wherever that is. */
void mdl_hops_split(struct mdl_world *w, uint32_t heir, uint32_t token);
/* The request ends now. */
void mdl_hops_end(struct mdl_world *w, uint32_t token, bool ok);
/* The token's slot is free. */
void mdl_hops_forget(struct mdl_world *w, uint32_t token);

/* --- measure.c, observe.c, laws.c --------------------------------------------------------------
 */

void mdl_measure_layout(struct mdl_world *w);
void mdl_measure_reset(struct mdl_world *w);
void mdl_measure_warm(struct mdl_world *w);
void mdl_measure_bucket(struct mdl_world *w);
void mdl_measure_batch(struct mdl_world *w, uint32_t batch);
/* Posts the end of the batch, unless it is the last one. */
void mdl_measure_batch_post(struct mdl_world *w, uint32_t batch);
struct mdl_result *mdl_measure_result(struct mdl_world *w);

/* Prepares the result's samples, windows and log, and posts their events. */
void mdl_observe_start(struct mdl_world *w);
void mdl_observe_instant(struct mdl_world *w, uint32_t rank);
void mdl_observe_window(struct mdl_world *w, uint32_t window, bool ends);
void mdl_observe_end(struct mdl_world *w);
/* The wait and response of a sampled customer. */
void mdl_observe_customer(struct mdl_world *w, const struct mdl_token *t);
void mdl_observe_log(struct mdl_world *w, const struct mdl_token *t, uint32_t place,
                     enum mdl_log_kind kind);
/* One more start, completion or arrival at a station (or of requests: MDL_NONE). Starts count
 * everywhere when no station was named. */
void mdl_observe_count(struct mdl_world *w, enum mdl_stop_of of, uint32_t station);

/* Asserts the conservation laws of the replication that has just ended. */
void mdl_laws_check(const struct mdl_world *w);

#endif
