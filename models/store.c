/* Caches that hold keys. */
#include "models/world.h"

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

bool mdl_store_lookup(struct mdl_world *w, uint32_t token, const struct mdl_op *op) {
    const struct mdl_cache_code *c = &w->program->caches[op->a];
    struct mdl_store *s = &w->stores[op->a];
    const struct mdl_token *t = &w->tokens[token];
    struct sim_draw draw = mdl_draw_of(w, t, op->purpose);
    double u = sim_draw_unit(&draw, mdl_recent_of(w, t, op));
    if (c->policy == MDL_PROBABILITY) {
        bool hit = u < c->hit;
        s->hits += hit;
        s->misses += !hit;
        return hit;
    }
    uint32_t key = key_at(c, u);
    struct mdl_entry *e = &s->entries[key];
    if (e->stored && e->expires > w->now) {
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
    s->misses++;
    struct mdl_frame *f = mdl_frame_push(w, token, MDL_FRAME_CACHE);
    f->what = op->a;
    f->left = key;
    return false;
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
        s->hits = s->misses = 0;
        for (uint32_t key = 0; key < c->keys; key++) {
            s->entries[key].stored = false;
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
