/* Circuit breakers.
 *
 * Closed, it judges calls by their ends: of the last `over` it remembers which failed, and when at
 * least `calls` have ended and the share that failed reaches the threshold, it opens. Open, it
 * refuses every call for a time. From the end of that time on it is half open: so many calls are
 * let through as probes; when all of them have ended well it closes, with nothing remembered; when
 * one fails it opens again. A call counts only in the state in which it began ("era"). One that is
 * withdrawn from outside counts as neither, and a probe's place goes to another.
 *
 * The sliding window of the last calls and the three states are those of Resilience4j's
 * CircuitBreaker (resilience4j.readme.io/docs/circuitbreaker), with its count-based window. */
#include <math.h>
#include <string.h>

#include "models/world.h"

static void change(struct mdl_breaker_state *b, enum mdl_breaker_mode mode) {
    b->mode = mode;
    b->era++;
    b->remembered = b->next = b->failures = 0;
    b->admitted = b->succeeded = 0;
}

/* Time half open so far, ns. */
static sim_wide half_open(const struct mdl_breaker_state *b, sim_time now) {
    bool half = b->mode != MDL_BREAKER_CLOSED && now > b->open.until;
    return b->half_before + (half ? now - b->open.until : 0);
}

static void trip(struct mdl_world *w, struct mdl_breaker_state *b, sim_time span) {
    b->half_before = half_open(b, w->now);
    b->opened++;
    mdl_spell_begin(&b->open, w->now, span);
    change(b, MDL_BREAKER_OPEN);
}

static void remember(const struct mdl_breaker_code *c, struct mdl_breaker_state *b, bool failed) {
    if (b->remembered < c->over) {
        b->remembered++;
    } else {
        b->failures -= b->window[b->next];
    }
    b->window[b->next] = failed;
    b->failures += failed;
    b->next = b->next + 1 == c->over ? 0 : b->next + 1;
}

bool mdl_breaker_enter(struct mdl_world *w, uint32_t token, uint32_t breaker) {
    const struct mdl_breaker_code *c = &w->program->breakers[breaker];
    struct mdl_breaker_state *b = &w->breakers[breaker];
    b->calls++;
    if (b->mode == MDL_BREAKER_OPEN && w->now >= b->open.until) {
        change(b, MDL_BREAKER_HALF_OPEN);
    }
    if (b->mode == MDL_BREAKER_OPEN ||
        (b->mode == MDL_BREAKER_HALF_OPEN && b->admitted == c->probes)) {
        b->refused++;
        mdl_token_fail(w, token, MDL_FAILED);
        return false;
    }
    b->admitted++;
    b->inside++;
    struct mdl_frame *f = mdl_frame_push(w, token, MDL_FRAME_BREAKER);
    f->what = breaker;
    f->left = b->era;
    return true;
}

void mdl_breaker_leave(struct mdl_world *w, uint32_t token, enum mdl_outcome outcome) {
    const struct mdl_frame *f = &w->frames[w->tokens[token].frame];
    const struct mdl_breaker_code *c = &w->program->breakers[f->what];
    struct mdl_breaker_state *b = &w->breakers[f->what];
    bool counts = f->left == b->era;
    bool failed = c->on[outcome];
    mdl_frame_pop(w, token);
    b->inside--;
    b->ended[failed]++;
    if (!counts) {
        return;
    }
    switch (b->mode) {
    case MDL_BREAKER_CLOSED:
        remember(c, b, failed);
        if (b->remembered >= c->calls && b->failures >= c->failures * b->remembered - 1e-9) {
            trip(w, b, c->open_for);
        }
        break;
    case MDL_BREAKER_HALF_OPEN:
        b->succeeded += !failed;
        if (failed) {
            trip(w, b, c->open_for);
        } else if (b->succeeded == c->probes) {
            b->half_before = half_open(b, w->now);
            change(b, MDL_BREAKER_CLOSED);
        }
        break;
    case MDL_BREAKER_OPEN: /* no call begins in it */
        break;
    }
}

void mdl_breaker_forget(struct mdl_world *w, uint32_t token) {
    const struct mdl_frame *f = &w->frames[w->tokens[token].frame];
    struct mdl_breaker_state *b = &w->breakers[f->what];
    b->admitted -= f->left == b->era;
    b->inside--;
    b->withdrawn++;
    mdl_frame_pop(w, token);
}

/* --- what is observed ---------------------------------------------------------------------------
 */

void mdl_breakers_reset(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->breaker_count; i++) {
        uint8_t *window = w->breakers[i].window;
        w->breakers[i] = (struct mdl_breaker_state){.window = window};
    }
}

void mdl_breakers_warm(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->breaker_count; i++) {
        struct mdl_breaker_state *b = &w->breakers[i];
        b->inside_then = b->inside;
        b->calls = b->refused = b->withdrawn = b->opened = 0;
        memset(b->ended, 0, sizeof b->ended);
        b->open_then = b->bucket_then = mdl_spell_sum(&b->open, w->now);
        b->half_then = half_open(b, w->now);
    }
}

void mdl_breakers_bucket(struct mdl_world *w, double width) {
    for (uint32_t i = 0; w->program->bucket > 0 && i < w->program->breaker_count; i++) {
        struct mdl_breaker_state *b = &w->breakers[i];
        sim_wide open = mdl_spell_sum(&b->open, w->now);
        w->result->breakers[i].bucket_open[w->bucket] = (double)(open - b->bucket_then) / width;
        b->bucket_then = open;
    }
}

void mdl_breakers_result(struct mdl_world *w) {
    double span = w->result->observed_s * 1e9;
    for (uint32_t i = 0; i < w->program->breaker_count; i++) {
        const struct mdl_breaker_state *b = &w->breakers[i];
        struct mdl_breaker_result *r = &w->result->breakers[i];
        r->calls = b->calls;
        r->refused = b->refused;
        r->withdrawn = b->withdrawn;
        r->ok = b->ended[false];
        r->failed = b->ended[true];
        r->opened = b->opened;
        sim_wide open = mdl_spell_sum(&b->open, w->now) - b->open_then;
        r->open = span > 0 ? (double)open / span : NAN;
        r->half_open = span > 0 ? (double)(half_open(b, w->now) - b->half_then) / span : NAN;
    }
}
