/* The routes of the random networks. */
#include "tests/random_writer.h"

static void put_steps(struct random_writer *w, int depth, bool tail);

/* A place in a pool, sometimes of one or some of its instances. */
static void put_acquire(struct random_writer *w, unsigned pool) {
    w->pool_used[pool] = true;
    random_put(w, "{\"acquire\": \"p%u\"", pool);
    if (!w->plain && random_chance(w, 30)) {
        unsigned first = random_below(w, (unsigned)w->instances[pool]);
        unsigned last = first + random_below(w, (unsigned)w->instances[pool] - first);
        if (last == first) {
            random_put(w, ", \"instance\": %u", first);
        } else if (last == first + 1) { /* the choices of power_of */
            random_put(w, ", \"instances\": [%u, %u]", first, last);
        }
    }
    random_put(w, "}, ");
}

static void put_serve(struct random_writer *w, int station) {
    int with = w->station_with[station];
    w->station_used[station] = true;
    if (with > 0) {
        put_acquire(w, (unsigned)(with - 1));
    }
    random_put(w, "{\"serve\": \"s%d\"", station);
    if (random_chance(w, 40)) {
        random_put(w, ", \"demand\": ");
        random_put_dist(w, false);
    }
    if (random_chance(w, 20)) {
        random_put(w, ", \"times\": %u", 1 + random_below(w, 3));
    }
    random_put(w, "}");
    if (with > 0) {
        random_put(w, ", {\"release\": \"p%d\"}", with - 1);
    }
}

static void put_branch(struct random_writer *w, int depth, bool tail) {
    bool in_turn = random_chance(w, 40);
    static const char *const halves[] = {"0.25", "0.75"};
    random_put(w, "{%s\"branch\": [", in_turn ? "\"in_turn\": true, " : "");
    for (int i = 0; i < 2; i++) {
        random_put(w, "%s{", random_comma(i));
        if (!in_turn) {
            random_put(w, "\"p\": %s, ", halves[i]);
        }
        random_put(w, "\"steps\": ");
        put_steps(w, depth + 1, tail);
        random_put(w, "}");
    }
    random_put(w, "]}");
}

static void put_held(struct random_writer *w, int depth) {
    unsigned pool = random_below(w, (unsigned)w->pools);
    put_acquire(w, pool);
    for (unsigned i = random_below(w, 3); i > 0; i--) {
        put_serve(w, (int)random_below(w, (unsigned)w->stations));
        random_put(w, ", ");
    }
    if (depth < 2 && random_chance(w, 30)) {
        put_branch(w, depth, false);
        random_put(w, ", ");
    }
    random_put(w, "{\"release\": \"p%u\"}", pool);
}

static void put_fork(struct random_writer *w, int depth) {
    if (random_chance(w, 50)) {
        random_put(w, "{\"fork\": ");
        put_steps(w, depth + 1, false);
        random_put(w, ", \"copies\": 3, \"join\": %s", random_chance(w, 50) ? "\"all\"" : "2");
    } else {
        random_put(w, "{\"fork\": [");
        put_steps(w, depth + 1, false);
        random_put(w, ", [{\"delay\": \"%ums\"}]], \"join\": %u", random_grid_ms(w),
                   1 + random_below(w, 2));
    }
    random_put(w, ", \"cancel_rest\": %s}", random_chance(w, 50) ? "true" : "false");
}

static void put_timeout(struct random_writer *w, int depth) {
    static const char *const cancels[] = {"none", "waiting", "all"};
    random_put(w,
               "{\"timeout\": \"%ums\", \"cancel\": \"%s\", \"steps\": ", 500 + random_grid_ms(w),
               cancels[random_below(w, 3)]);
    put_steps(w, depth + 1, false);
    random_put(w, "}");
}

static void put_retry(struct random_writer *w, int depth) {
    random_put(w, "{\"retry\": {\"attempts\": %u, \"backoff\": ", 2 + random_below(w, 3));
    if (random_chance(w, 50)) {
        random_put(w, "{\"base\": \"500ms\", \"max\": \"2s\", \"jitter\": \"%s\"}",
                   random_chance(w, 50) ? "full" : "none");
    } else {
        random_put_dist(w, true);
    }
    if (random_chance(w, 30)) {
        random_put(w, ", \"budget\": {\"ratio\": \"20%%\", \"burst\": 3}");
    }
    if (random_chance(w, 30)) {
        random_put(w, ", \"on\": [\"timed_out\", \"rejected\"]");
    }
    random_put(w, ", \"redraw\": %s}", random_chance(w, 50) ? "true" : "false");
    if (random_chance(w, 50)) {
        random_put(w, ", \"name\": \"attempts %u\"", random_below(w, 3));
    }
    random_put(w, ", \"steps\": [");
    put_timeout(w, depth);
    random_put(w, "]}");
}

static void put_guarded(struct random_writer *w, int depth) {
    unsigned breaker = random_below(w, (unsigned)w->breakers);
    w->breaker_used[breaker] = true;
    random_put(w, "{\"breaker\": \"b%u\", \"steps\": ", breaker);
    put_steps(w, depth + 1, false);
    random_put(w, "}");
}

/* Steps of networks that are not plain; false: none was written. */
static bool put_other_step(struct random_writer *w, int depth) {
    unsigned kind = random_below(w, 9);
    bool deep = depth >= 2;
    if (kind == 0 && !deep) {
        put_fork(w, depth);
    } else if (kind == 1 && !deep) {
        put_timeout(w, depth);
    } else if (kind == 2 && !deep) {
        put_retry(w, depth);
    } else if (kind == 3 && !deep) {
        random_put(w, "{\"async\": ");
        put_steps(w, depth + 1, false);
        random_put(w, "}");
    } else if (kind == 4) {
        random_put(w, "{\"class\": \"c%u\"}", random_below(w, (unsigned)w->classes));
    } else if (kind == 5 && w->limiters > 0) {
        unsigned limiter = random_below(w, (unsigned)w->limiters);
        w->limiter_used[limiter] = true;
        random_put(w, "{\"limit\": \"l%u\", \"tokens\": %u.5}", limiter, random_below(w, 2));
    } else if (kind == 6 && w->breakers > 0 && !deep) {
        put_guarded(w, depth);
    } else {
        return false;
    }
    return true;
}

static void put_step(struct random_writer *w, int depth, bool tail) {
    unsigned kind = random_below(w, 12);
    bool deep = depth >= 2;
    if (!w->plain && random_chance(w, 50) && put_other_step(w, depth)) {
        return;
    }
    if (kind == 0 || (kind == 1 && w->pools == 0)) {
        random_put(w, "{\"delay\": ");
        random_put_dist(w, false);
        random_put(w, "}");
    } else if (kind == 1) {
        put_held(w, depth);
    } else if (kind == 2 && !deep) {
        put_branch(w, depth, tail);
    } else if (kind == 3 && !deep && w->caches > 0) {
        unsigned cache = random_below(w, (unsigned)w->caches);
        w->cache_used[cache] = true;
        random_put(w, "{\"cache\": \"k%u\", \"hit\": ", cache);
        put_steps(w, depth + 1, tail);
        random_put(w, ", \"miss\": ");
        put_steps(w, depth + 1, tail);
        random_put(w, "}");
    } else if (kind == 4 && w->route + 1 < w->routes) {
        int route = w->route + 1 + (int)random_below(w, (unsigned)(w->routes - w->route - 1));
        w->route_used[route] = true;
        random_put(w, "{\"call\": \"r%d\"}", route);
    } else if (kind == 5 && !deep) {
        random_put(w, "{\"repeat\": ");
        put_steps(w, depth + 1, false);
        random_put(w, random_chance(w, 50) ? ", \"times\": 2}" : ", \"again\": 0.4}");
    } else if (kind == 6) {
        random_put(w, "{\"mark\": \"m%u\"}", random_below(w, 4));
    } else if (kind == 7 && depth > 0 && tail) {
        random_put(w, "{\"fail\": true}");
    } else if (kind == 8 && depth > 0 && tail) {
        int route = (int)random_below(w, (unsigned)w->routes);
        w->route_used[route] = true;
        put_serve(w, (int)random_below(w, (unsigned)w->stations));
        random_put(w, ", {\"goto\": \"r%d\"}", route);
    } else if (kind == 9 && w->pools > 0 && random_chance(w, 50)) {
        unsigned pool = random_below(w, (unsigned)w->pools);
        w->pool_used[pool] = true;
        random_put(w, "{\"acquire\": \"p%u\"}", pool); /* given back at the request's end */
    } else {
        put_serve(w, (int)random_below(w, (unsigned)w->stations));
    }
}

static void put_steps(struct random_writer *w, int depth, bool tail) {
    int count = (int)random_below(w, 3) + (depth == 0);
    random_put(w, "[");
    for (int i = 0; i < count; i++) {
        random_put(w, "%s", random_comma(i));
        put_step(w, depth, tail && i == count - 1);
    }
    random_put(w, "]");
}

/* After the steps of a route: what nobody would get to otherwise. */
static void put_rest(struct random_writer *w) {
    int next = w->route + 1;
    random_put(w, "{\"delay\": \"100ms\"}");
    if (next < w->routes && !w->route_used[next]) {
        random_put(w, ", {\"call\": \"r%d\"}", next);
    }
    if (next < w->routes) {
        return;
    }
    for (int i = 0; i < w->stations; i++) {
        if (!w->station_used[i]) {
            random_put(w, ", ");
            put_serve(w, i);
        }
    }
    for (int i = 0; i < w->pools; i++) {
        if (!w->pool_used[i]) {
            random_put(w, ", {\"acquire\": \"p%d\"}, {\"release\": \"p%d\"}", i, i);
        }
    }
    for (int i = 0; i < w->limiters; i++) {
        if (!w->limiter_used[i]) {
            random_put(w, ", {\"limit\": \"l%d\"}", i);
        }
    }
    for (int i = 0; i < w->breakers; i++) {
        if (!w->breaker_used[i]) {
            random_put(w, ", {\"breaker\": \"b%d\", \"steps\": [", i);
            put_serve(w, 0);
            random_put(w, "]}");
        }
    }
    for (int i = 0; i < w->caches; i++) {
        if (!w->cache_used[i]) {
            random_put(w, ", {\"cache\": \"k%d\", \"miss\": [{\"delay\": \"1ms\"}]}", i);
        }
    }
}

void random_put_routes(struct random_writer *w) {
    random_put(w, "\"routes\": {");
    for (w->route = 0; w->route < w->routes; w->route++) {
        random_put(w, "%s\"r%d\": [{\"call\": \"r%d body\"}, ", random_comma(w->route), w->route,
                   w->route);
        put_rest(w);
        random_put(w, "],\n  \"r%d body\": ", w->route);
        put_steps(w, 0, true);
        random_put(w, "\n");
    }
    random_put(w, "}}");
}
