/* Rate limiters: token buckets, and the lines of those who wait for tokens.
 *
 * The bucket earns tokens at its rate, up to its burst. Who waits has taken nothing yet: tokens are
 * taken when the first in line finds all that it needs, by one event, computed when it becomes the
 * first. While somebody waits, the bucket fills beyond the burst if the first in line needs more
 * than that. Who is withdrawn leaves the tokens to those behind.
 */
#include <math.h>

#include "models/world.h"

/* A wait that is due within this much of a nanosecond is due now: rounding, not tokens. */
#define SLACK_NS 0.01
/* A passage may take this share of its tokens less than it should: rounding, too. */
#define SLACK 1e-9

/* Integral of the tokens, at most the burst, over a span that begins with so many; tokens x ns. */
static double area_of(const struct mdl_limiter_code *c, double tokens, double span_ns) {
    double room = c->burst - tokens;
    if (room <= 0) {
        return c->burst * span_ns;
    }
    double filling = fmin(span_ns, room / c->per_ns);
    return tokens * filling + 0.5 * c->per_ns * filling * filling + c->burst * (span_ns - filling);
}

static double tokens_now(const struct mdl_world *w, uint32_t limiter) {
    const struct mdl_limiter_code *c = &w->program->limiters[limiter];
    const struct mdl_bucket_state *b = &w->limiters[limiter];
    double tokens = b->tokens + c->per_ns * (double)(w->now - b->updated);
    return tokens < c->burst || b->waiting > 0 ? tokens : c->burst;
}

static double area_now(const struct mdl_world *w, uint32_t limiter) {
    const struct mdl_bucket_state *b = &w->limiters[limiter];
    return b->area +
           area_of(&w->program->limiters[limiter], b->tokens, (double)(w->now - b->updated));
}

static void advance(struct mdl_world *w, uint32_t limiter) {
    struct mdl_bucket_state *b = &w->limiters[limiter];
    b->area = area_now(w, limiter);
    b->tokens = tokens_now(w, limiter);
    b->updated = w->now;
}

/* The tokens that a request in line needs. */
static double need_of(const struct mdl_world *w, uint32_t token) {
    const struct mdl_program *p = w->program;
    return p->amounts[p->ops[w->tokens[token].pc - 1].b];
}

static bool has(const struct mdl_bucket_state *b, double need) {
    return b->tokens >= need * (1 - SLACK);
}

static void take(struct mdl_world *w, struct mdl_bucket_state *b, double need, sim_time waited) {
    b->tokens -= need;
    b->taken += need;
    b->least = fmin(b->least, b->tokens);
    b->gauge->outcome[MDL_OK]++;
    mdl_gauge_waiting(w, b->gauge, waited);
}

static void leave_line(struct mdl_world *w, struct mdl_bucket_state *b, uint32_t token) {
    mdl_line_remove(w, &b->line, token);
    b->waiting--;
    sim_dwell_step(&b->track->dwell, w->now, -1);
    if (w->program->hop_count > 0) {
        mdl_hops_limiter(w, token, (uint32_t)(b - w->limiters));
    }
}

/* The first in line takes its tokens and goes on. */
static void serve_first(struct mdl_world *w, struct mdl_bucket_state *b) {
    uint32_t token = b->line.head;
    leave_line(w, b, token);
    take(w, b, need_of(w, token), w->now - w->tokens[token].since);
    mdl_ready(w, token);
}

/* All who have their tokens go on; the next one's are waited for. */
static void serve_line(struct mdl_world *w, uint32_t limiter) {
    struct mdl_bucket_state *b = &w->limiters[limiter];
    while (b->waiting > 0 && has(b, need_of(w, b->line.head))) {
        serve_first(w, b);
    }
    if (b->waiting == 0) {
        return;
    }
    double missing = need_of(w, b->line.head) - b->tokens;
    double span = ceil(missing / w->program->limiters[limiter].per_ns - SLACK_NS);
    sim_time at = span < SIM_TIME_LIMIT * 1e9 ? w->now + (sim_time)span : SIM_TIME_MAX / 2;
    b->timer = sim_event_schedule(&w->events, at, sim_order(&w->events, SIM_PHASE_COMPLETION),
                                  MDL_EV_TOKENS, limiter, 0);
}

bool mdl_limiter_pass(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    uint32_t limiter = op->c != 0 ? op->c - 1 : op->a;
    if (op->c == 0 && w->program->limiters[op->a].with_pool != MDL_NONE) {
        limiter += mdl_held_instance(w, &w->tokens[token], w->program->limiters[op->a].with_pool);
    }
    const struct mdl_limiter_code *c = &w->program->limiters[limiter];
    struct mdl_bucket_state *b = &w->limiters[limiter];
    double need = w->program->amounts[op->b];
    advance(w, limiter);
    b->gauge->arrived++;
    if (b->waiting == 0 && has(b, need)) {
        take(w, b, need, 0);
        return true;
    }
    if (!c->waits || (c->queue >= 0 && b->waiting >= c->queue)) {
        mdl_gauge_lost(b->gauge, MDL_REJECTED, 0, 0);
        mdl_token_fail(w, token, MDL_REJECTED);
        return false;
    }
    struct mdl_token *t = &w->tokens[token];
    t->place = limiter;
    t->since = w->now;
    t->where = MDL_AT_LIMITER;
    mdl_line_append(w, &b->line, token);
    b->waiting++;
    b->gauge->waited++;
    sim_dwell_step(&b->track->dwell, w->now, 1);
    if (b->waiting == 1) {
        serve_line(w, limiter);
    }
    return false;
}

void mdl_limiter_grant(struct mdl_world *w, uint32_t limiter) {
    advance(w, limiter);
    serve_first(w, &w->limiters[limiter]);
    serve_line(w, limiter);
}

void mdl_limiter_withdraw(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    uint32_t limiter = w->tokens[token].place;
    struct mdl_bucket_state *b = &w->limiters[limiter];
    sim_time waited = w->now - w->tokens[token].since;
    bool first = b->line.head == token;
    advance(w, limiter);
    leave_line(w, b, token);
    mdl_gauge_lost(b->gauge, outcome, waited, waited);
    if (first) {
        sim_event_cancel(&w->events, b->timer);
        serve_line(w, limiter);
    }
}

/* --- what is observed ---------------------------------------------------------------------------
 */

void mdl_limiters_reset(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->limiter_count; i++) {
        double burst = w->program->limiters[i].burst;
        const struct mdl_bucket_state *b = &w->limiters[i];
        w->limiters[i] = (struct mdl_bucket_state){.tokens = burst,
                                                   .least = burst,
                                                   .line = {MDL_NONE, MDL_NONE},
                                                   .track = b->track,
                                                   .gauge = b->gauge};
    }
}

void mdl_limiters_warm(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->limiter_count; i++) {
        struct mdl_bucket_state *b = &w->limiters[i];
        b->taken_before += b->taken;
        b->taken = 0;
        b->least = fmin(tokens_now(w, i), w->program->limiters[i].burst);
        b->area_before = b->bucket_before = area_now(w, i);
    }
}

void mdl_limiters_bucket(struct mdl_world *w, double width) {
    for (uint32_t i = 0; w->program->bucket > 0 && i < w->program->limiter_count; i++) {
        double area = area_now(w, i);
        w->result->balances[i].bucket_mean[w->bucket] =
            (area - w->limiters[i].bucket_before) / width;
        w->limiters[i].bucket_before = area;
    }
}

void mdl_limiters_result(struct mdl_world *w) {
    double span = w->result->observed_s * 1e9;
    for (uint32_t i = 0; i < w->program->limiter_count; i++) {
        const struct mdl_bucket_state *b = &w->limiters[i];
        struct mdl_balance *balance = &w->result->balances[i];
        balance->taken = b->taken;
        balance->mean = span > 0 ? (area_now(w, i) - b->area_before) / span : NAN;
        balance->least = fmax(b->least, 0); /* rounding may leave less than nothing */
        balance->end = fmax(fmin(tokens_now(w, i), w->program->limiters[i].burst), 0);
    }
}
