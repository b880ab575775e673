/* Caches that hold keys. */
#include "models/world.h"

static const uint64_t BESIDE = 0x6265736964650001; /* purpose of a draw, added to the step's */

static void unlink_entry(struct mdl_store *s, uint32_t key) {
    struct mdl_entry *e = &s->entries[key];
    if (e->newer == MDL_NONE) {
        s->newest = e->older;
    } else {
        s->entries[e->newer].older = e->older;
    }
    if (e->older == MDL_NONE) {
        s->oldest = e->newer;
    } else {
        s->entries[e->older].newer = e->newer;
    }
}

static void link_newest(struct mdl_store *s, uint32_t key) {
    struct mdl_entry *e = &s->entries[key];
    e->newer = MDL_NONE;
    e->older = s->newest;
    if (s->newest == MDL_NONE) {
        s->oldest = key;
    } else {
        s->entries[s->newest].newer = key;
    }
    s->newest = key;
}

static void remove_entry(struct mdl_store *s, uint32_t key) {
    unlink_entry(s, key);
    s->entries[key].stored = false;
    s->count--;
}

static void insert(const struct mdl_world *w, const struct mdl_cache_code *c, struct mdl_store *s,
                   uint32_t key) {
    if (s->entries[key].stored) { /* another miss of the same key was faster */
        remove_entry(s, key);
    } else if (c->capacity > 0 && s->count == c->capacity) {
        remove_entry(s, s->oldest);
    }
    link_newest(s, key);
    s->entries[key].stored = true;
    s->entries[key].expires = c->ttl > 0 ? w->now + c->ttl : SIM_TIME_MAX;
    s->count++;
}

/* The key of rank u in the running sums of popularity. */
static uint32_t key_at(const struct mdl_cache_code *c, double u) {
    uint32_t low = 0;
    uint32_t high = c->keys - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c->popularity[middle] > u) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Whether the token, or one that waits for it at a join, has a fetch in hand. Such a one never
 * waits for another one's: two could wait for each other for ever. */
static bool has_fetch(const struct mdl_world *w, uint32_t token) {
    for (;;) {
        const struct mdl_token *t = &w->tokens[token];
        for (uint32_t f = t->frame; f != MDL_NONE; f = w->frames[f].below) {
            if (w->frames[f].kind == MDL_FRAME_CACHE) {
                return true;
            }
        }
        if (t->role != MDL_ROLE_BRANCH) {
            return false;
        }
        token = w->joins[t->join].parent;
    }
}

static void begin_fetch(struct mdl_world *w, uint32_t token, uint32_t cache, uint32_t key) {
    struct mdl_store *s = &w->stores[cache];
    s->misses++;
    s->repeated += s->entries[key].fetching > 0;
    s->entries[key].fetching++;
    struct mdl_frame *f = mdl_frame_push(w, token, MDL_FRAME_CACHE);
    f->what = cache;
    f->left = key;
}

/* The entry of the key is used, if it is live. */
static bool use_entry(const struct mdl_world *w, const struct mdl_cache_code *c,
                      struct mdl_store *s, uint32_t key) {
    struct mdl_entry *e = &s->entries[key];
    if (!e->stored || e->expires <= w->now) {
        return false;
    }
    s->hits++;
    if (c->policy == MDL_LRU) {
        unlink_entry(s, key);
        link_newest(s, key);
    }
    if (c->renew && c->ttl > 0) {
        e->expires = w->now + c->ttl;
    }
    return true;
}

/* A look-up that a store sees beside a cache by probability: which key is another draw than whether
 * it is a hit there. */
static void look_beside(struct mdl_world *w, const struct mdl_token *t, const struct mdl_op *op,
                        uint32_t cache) {
    const struct mdl_cache_code *c = &w->program->caches[cache];
    struct mdl_store *s = &w->stores[cache];
    struct sim_draw draw = mdl_draw_of(w, t, op->purpose + BESIDE);
    uint32_t key = key_at(c, sim_draw_unit(&draw, NULL));
    if (!use_entry(w, c, s, key)) {
        s->misses++;
        insert(w, c, s, key);
    }
}

enum mdl_lookup mdl_store_lookup(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_cache_code *c = &w->program->caches[op->a];
    struct mdl_store *s = &w->stores[op->a];
    struct mdl_token *t = &w->tokens[token];
    struct sim_draw draw = mdl_draw_of(w, t, op->purpose);
    double u = sim_draw_unit(&draw, mdl_recent_of(w, op));
    if (c->policy == MDL_PROBABILITY) {
        bool hit = u < c->hit;
        s->hits += hit;
        s->misses += !hit;
        if (c->beside != MDL_NONE) {
            look_beside(w, t, op, c->beside);
        }
        return hit ? MDL_HIT : MDL_MISS;
    }
    uint32_t key = key_at(c, u);
    if (use_entry(w, c, s, key)) {
        return MDL_HIT;
    }
    if (c->coalesce && s->entries[key].fetching > 0 && !has_fetch(w, token)) {
        s->joined++;
        s->waiting++;
        t->place = op->a;
        t->slot = key;
        t->since = w->now;
        t->where = MDL_AT_CACHE;
        mdl_line_append(w, &s->lines[key], token);
        return MDL_WAIT;
    }
    begin_fetch(w, token, op->a, key);
    return MDL_MISS;
}

void mdl_store_withdraw(struct mdl_world *w, uint32_t token) {
    const struct mdl_token *t = &w->tokens[token];
    struct mdl_store *s = &w->stores[t->place];
    mdl_line_remove(w, &s->lines[t->slot], token);
    s->waiting--;
}

/* Those who waited have their answer; or, when the last fetch has failed, the first of them fetches
 * and the others wait for it. */
void mdl_store_leave(struct mdl_world *w, uint32_t cache, uint32_t key) {
    struct mdl_store *s = &w->stores[cache];
    struct mdl_entry *e = &s->entries[key];
    e->fetching--;
    if (s->lines == NULL) {
        return;
    }
    struct mdl_line *line = &s->lines[key];
    bool is_live = e->stored && e->expires > w->now;
    while (line->head != MDL_NONE && (is_live || e->fetching == 0)) {
        uint32_t token = mdl_line_pop(w, line);
        s->waiting--;
        if (w->program->hop_count > 0) {
            mdl_hops_pause(w, token, MDL_HOP_FETCHES);
        }
        if (!is_live) {
            struct mdl_token *t = &w->tokens[token];
            s->joined--;
            t->pc = w->program->ops[t->pc - 1].b;
            begin_fetch(w, token, cache, key);
        }
        mdl_ready(w, token);
    }
}

void mdl_store_fill(struct mdl_world *w, uint32_t token) {
    const struct mdl_frame *f = &w->frames[w->tokens[token].frame];
    insert(w, &w->program->caches[f->what], &w->stores[f->what], f->left);
    mdl_frame_pop(w, token);
}

void mdl_stores_reset(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->cache_count; i++) {
        const struct mdl_cache_code *c = &w->program->caches[i];
        struct mdl_store *s = &w->stores[i];
        s->newest = s->oldest = MDL_NONE;
        s->count = 0;
        s->waiting = 0;
        s->hits = s->misses = s->joined = s->repeated = 0;
        s->hits_before = s->lookups_before = 0;
        for (uint32_t key = 0; key < c->keys; key++) {
            s->entries[key].stored = false;
            s->entries[key].fetching = 0;
        }
        for (uint32_t key = 0; c->coalesce && key < c->keys; key++) {
            s->lines[key] = (struct mdl_line){MDL_NONE, MDL_NONE};
        }
        uint32_t full = c->warm ? (c->capacity > 0 ? c->capacity : c->keys) : 0;
        for (uint32_t key = full; key-- > 0;) { /* the most popular is the newest */
            insert(w, c, s, key);
        }
    }
    for (uint32_t i = 0; i < w->program->retry_count; i++) {
        w->budgets[i].tokens = w->program->retries[i]->budget_burst;
    }
}

void mdl_store_flush(struct mdl_world *w, uint32_t cache) {
    struct mdl_store *s = &w->stores[cache];
    while (s->newest != MDL_NONE) {
        remove_entry(s, s->newest);
    }
}

void mdl_stores_start(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->cache_count; i++) {
        const struct mdl_cache_code *c = &w->program->caches[i];
        for (uint32_t k = 0; k < c->flush_count; k++) {
            sim_event_post(&w->events, c->flushes[k], sim_rank(SIM_PHASE_CHANGE, 0xFFFE, i),
                           MDL_EV_FLUSH, i, 0);
        }
    }
}

/* --- what is observed ---------------------------------------------------------------------------
 */

void mdl_stores_warm(struct mdl_world *w) {
    for (uint32_t i = 0; i < w->program->cache_count; i++) {
        struct mdl_store *s = &w->stores[i];
        s->hits = s->misses = s->repeated = 0;
        s->joined = s->waiting; /* they may still turn into misses */
        s->lookups_before = s->joined;
    }
}

void mdl_stores_bucket(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    for (uint32_t i = 0; p->bucket > 0 && i < p->cache_count; i++) {
        struct mdl_store *s = &w->stores[i];
        uint64_t lookups = s->hits + s->misses + s->joined;
        uint32_t cell = i * p->bucket_count + w->bucket;
        w->result->bucket_hits[cell] = s->hits - s->hits_before;
        w->result->bucket_lookups[cell] = lookups - s->lookups_before;
        s->hits_before = s->hits;
        s->lookups_before = lookups;
    }
}

void mdl_stores_result(struct mdl_world *w) {
    const struct mdl_program *p = w->program;
    struct mdl_result *r = w->result;
    r->hits = sim_arena_array(r->arena, p->cache_count, sizeof *r->hits);
    r->misses = sim_arena_array(r->arena, p->cache_count, sizeof *r->misses);
    r->live = sim_arena_array(r->arena, p->cache_count, sizeof *r->live);
    r->joined = sim_arena_array(r->arena, p->cache_count, sizeof *r->joined);
    r->repeated = sim_arena_array(r->arena, p->cache_count, sizeof *r->repeated);
    for (uint32_t i = 0; i < p->cache_count; i++) {
        const struct mdl_store *s = &w->stores[i];
        r->hits[i] = s->hits;
        r->misses[i] = s->misses;
        r->joined[i] = s->joined;
        r->repeated[i] = s->repeated;
        for (uint32_t key = 0; key < p->caches[i].keys; key++) {
            r->live[i] += s->entries[key].stored && s->entries[key].expires > w->now;
        }
    }
}
