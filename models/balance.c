/* Balancers: which instance of a station or a pool. */
#include "models/world.h"

/* The instance of the place that the token, or the request that it is a branch of, holds. Work that
 * a timeout or a fork has given up may outlive the place: then the instance is drawn. */
uint32_t mdl_held_instance(const struct mdl_world *w, const struct mdl_token *t,
                           uint32_t with_pool) {
    const struct mdl_pool_code *wanted = &w->program->pools[with_pool];
    for (;;) {
        for (uint32_t h = t->hold; h != MDL_NONE; h = w->holds[h].below) {
            if (w->bays[w->holds[h].bay].pool == wanted) {
                return w->holds[h].bay - wanted->first_bay;
            }
        }
        if (t->join == MDL_NONE && t->role == MDL_ROLE_DETACHED) {
            struct sim_draw draw = mdl_draw_of(w, t, wanted->purpose);
            return (uint32_t)(sim_draw_unit(&draw, NULL) * wanted->instances);
        }
        if (t->join == MDL_NONE) {
            mdl_world_broken(w, "a visit follows a pool that is not held", with_pool, 0);
        }
        t = &w->tokens[w->joins[t->join].parent];
    }
}

static double weight_of(const struct mdl_world *w, const struct mdl_choice *c, uint32_t i) {
    return w->program->places[c->first + i].weight;
}

static uint32_t weighted_random(const struct mdl_world *w, const struct mdl_choice *c, double u) {
    double sum = 0;
    for (uint32_t i = 0; i < c->instances; i++) {
        sum += weight_of(w, c, i);
    }
    double goal = u * sum;
    for (uint32_t i = 0; i + 1 < c->instances; i++) {
        goal -= weight_of(w, c, i);
        if (goal < 0) {
            return i;
        }
    }
    return c->instances - 1;
}

/* Smooth weighted round robin, as in nginx: everyone gains its weight, the richest is chosen and
 * pays the sum. */
static uint32_t weighted_turn(struct mdl_world *w, const struct mdl_choice *c) {
    double sum = 0;
    uint32_t best = 0;
    for (uint32_t i = 0; i < c->instances; i++) {
        struct mdl_place *p = &w->places[c->first + i];
        p->smooth += weight_of(w, c, i);
        sum += weight_of(w, c, i);
        best = p->smooth > w->places[c->first + best].smooth + 1e-9 ? i : best;
    }
    w->places[c->first + best].smooth -= sum;
    return best;
}

/* The least loaded of the candidates so far; among equals the lowest, or one at random. */
struct race {
    uint32_t least;
    uint32_t tied;
    uint32_t chosen;
};

static void enter(struct mdl_world *w, const struct mdl_choice *c, struct race *race,
                  uint32_t candidate, struct sim_stream *stream) {
    uint32_t n = c->load(w, c->first + (c->up != NULL ? c->up[candidate] : candidate));
    if (n < race->least) {
        *race = (struct race){n, 1, candidate};
    } else if (n == race->least) {
        race->tied++;
        if (c->ties == MDL_TIES_LOWEST) {
            race->chosen = candidate < race->chosen ? candidate : race->chosen;
        } else if (sim_stream_unit(stream) * race->tied < 1) { /* each of the tied alike */
            race->chosen = candidate;
        }
    }
}

static uint32_t least_of_all(struct mdl_world *w, const struct mdl_choice *c,
                             struct sim_stream *stream) {
    struct race race = {.least = UINT32_MAX};
    for (uint32_t i = 0; i < c->instances; i++) {
        enter(w, c, &race, i, stream);
    }
    return race.chosen;
}

/* Distinct candidates drawn at random: few by drawing again what was drawn before, many by going
 * through all instances (selection sampling, Knuth's algorithm S). */
static uint32_t power_of(struct mdl_world *w, const struct mdl_choice *c,
                         struct sim_stream *stream) {
    enum { FEW = 8 };
    uint32_t choices = c->choices < c->instances ? c->choices : c->instances;
    struct race race = {.least = UINT32_MAX};
    if (choices > FEW) {
        uint32_t wanted = choices;
        for (uint32_t i = 0; wanted > 0; i++) {
            if (sim_stream_unit(stream) * (c->instances - i) < wanted) {
                enter(w, c, &race, i, stream);
                wanted--;
            }
        }
        return race.chosen;
    }
    uint32_t candidates[FEW];
    for (uint32_t i = 0; i < choices; i++) {
        bool again = true;
        while (again) {
            candidates[i] = (uint32_t)(sim_stream_unit(stream) * c->instances);
            again = false;
            for (uint32_t k = 0; k < i; k++) {
                again = again || candidates[k] == candidates[i];
            }
        }
    }
    for (uint32_t i = 0; i < choices; i++) {
        enter(w, c, &race, candidates[i], stream);
    }
    return race.chosen;
}

/* The next in turn; of those that are up, where not all are. */
static uint32_t in_turn(const struct mdl_choice *c) {
    uint32_t all = c->up != NULL ? c->up[c->instances - 1] + 1 : c->instances;
    uint32_t chosen = *c->turn < all ? *c->turn : 0;
    uint32_t rank = chosen;
    if (c->up != NULL) {
        rank = 0;
        while (c->up[rank] < chosen) {
            rank++;
        }
        chosen = c->up[rank];
    }
    *c->turn = chosen + 1;
    return rank;
}

/* A rank among those to choose from. */
static uint32_t choose(struct mdl_world *w, const struct mdl_token *t, const struct mdl_choice *c) {
    if (c->instances == 1) {
        return 0;
    }
    struct sim_draw draw = mdl_draw_of(w, t, c->purpose);
    struct sim_stream stream;
    switch (c->balancer) {
    case MDL_RANDOM:
        return (uint32_t)(sim_draw_unit(&draw, NULL) * c->instances);
    case MDL_ROUND_ROBIN:
        return in_turn(c);
    case MDL_WEIGHTED_RANDOM:
        return weighted_random(w, c, sim_draw_unit(&draw, NULL));
    case MDL_WEIGHTED_ROUND_ROBIN:
        return weighted_turn(w, c);
    case MDL_LEAST_OUTSTANDING:
        sim_stream_init(&stream, &draw);
        return least_of_all(w, c, &stream);
    case MDL_POWER_OF:
        sim_stream_init(&stream, &draw);
        return power_of(w, c, &stream);
    }
    mdl_world_broken(w, "an unknown balancer", c->balancer, 0);
}

uint32_t mdl_balance(struct mdl_world *w, const struct mdl_token *t, const struct mdl_choice *c) {
    if (c->with_pool != MDL_NONE) {
        return mdl_held_instance(w, t, c->with_pool);
    }
    uint32_t rank = choose(w, t, c);
    return c->up != NULL ? c->up[rank] : rank;
}
