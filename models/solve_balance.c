/* What balancers that do not split at random make of a station. */
#include <math.h>

#include "models/compile_parts.h"
#include "models/solve_place.h"

/* Instances behind a balancer that looks at how many are outstanding: as one queue that shares them
 * out evenly. */
static void solve_pooled(struct mdl_solver *s, int station, const struct mdl_place_load *one,
                         struct mdl_place_answer *p) {
    const struct mdl_station *st = &s->network->stations[station];
    struct mdl_rates r = mdl_place_rates(s, station, 0);
    int n = st->instances;
    int count = r.count * n;
    double *total = sim_arena_array(s->traffic.arena, (size_t)count, sizeof *total);
    for (int jobs = 1; jobs <= count; jobs++) {
        int more = jobs % n;
        int each = jobs / n;
        total[jobs - 1] =
            (n - more) * (each > 0 ? mdl_rate_at(&r, each) : 0) + more * mdl_rate_at(&r, each + 1);
    }
    struct mdl_rates pooled = {r.servers * n, count, total};
    struct mdl_place_load all = *one;
    all.rate *= n;
    mdl_place_take(s, &all, mdl_occupancy_of(all.rate * all.mean, &pooled, -1), p);
    p->number /= n;
    p->busy /= n;
    p->waiting /= n;
    p->law = MDL_LAW_POOLED;
}

/* Mitzenmacher 2001: instances of one server in the limit of many. */
static void solve_choices(const struct mdl_solver *s, double speed, int choices,
                          const struct mdl_place_load *l, struct mdl_place_answer *p) {
    double load = l->rate * l->mean / speed;
    double number = load < 1 ? 0 : (double)NAN;
    double power = 1; /* (d^i - 1) / (d - 1) */
    double term = load;
    for (int i = 0; load < 1 && i < 10000 && term > 1e-16 * number; i++) {
        number += term;
        power = power * choices + 1;
        term = pow(load, power);
    }
    p->number = number;
    p->busy = load;
    p->waiting = number - load;
    p->queued = NAN;
    p->law = MDL_LAW_POWER_OF;
    mdl_place_all_classes(s, p->stretch, number / (l->rate * l->mean));
    mdl_place_all_classes(s, p->wait, 0);
}

/* Balancers that do not split at random: what they make of the answer for a random split. */
void mdl_place_balance(struct mdl_solver *s, int station, const struct mdl_place_load *l,
                       struct mdl_place_answer *p) {
    const struct mdl_station *st = &s->network->stations[station];
    bool plain =
        st->capacity < 0 && !st->has_patience && st->slots == 0 && mdl_places_alike(s, station);
    bool queue = st->discipline == MDL_FCFS || st->discipline == MDL_PS;
    enum mdl_balancer balancer = st->balancer;
    if (st->with != NULL) {
        balancer = s->network->pools[mdl_find_pool(s->network, st->with)].balancer;
    }
    bool looks = balancer == MDL_LEAST_OUTSTANDING ||
                 (balancer == MDL_POWER_OF && st->choices == st->instances);
    if (st->instances == 1 || st->discipline == MDL_DELAY ||
        (st->with == NULL && (balancer == MDL_RANDOM || balancer == MDL_WEIGHTED_RANDOM))) {
        return;
    }
    p->own_form = false;
    if (st->with != NULL && balancer == MDL_RANDOM) {
        p->doubt = "its instance is chosen with a pool's place, which may have to be waited for";
    } else if (looks && plain && queue) {
        solve_pooled(s, station, l, p);
        p->doubt = "the balancer looks at the instances: taken as one queue that spreads evenly, "
                   "which is a little too good";
    } else if (balancer == MDL_POWER_OF && plain && queue && mdl_place_servers(st, 0) == 1 &&
               st->speeds == NULL) {
        solve_choices(s, mdl_place_speed(st, 0), st->choices, l, p);
        p->doubt = "exact only for many instances and exponential service";
    } else if ((balancer == MDL_ROUND_ROBIN || balancer == MDL_WEIGHTED_ROUND_ROBIN) && plain &&
               queue) {
        /* between arrivals at one instance: Erlang of so many stages */
        double square = st->discipline == MDL_PS ? 1 : l->square / (l->mean * l->mean) - 1;
        double factor = (1.0 / st->instances + square) / (1 + square);
        double busy = p->busy;
        double extra = (p->number - l->rate * l->mean / mdl_place_speed(st, 0)) * factor;
        if (st->speeds == NULL) {
            p->number = l->rate * l->mean / mdl_place_speed(st, 0) + extra;
            for (int c = 0; c < s->network->class_count; c++) {
                double own = 1 / mdl_place_speed(st, 0);
                p->stretch[c] = own + (p->stretch[c] - own) * factor;
                p->wait[c] *= factor;
            }
            p->waiting *= factor;
        }
        p->busy = busy;
        p->doubt = "round robin makes arrivals at each instance more even than random: by the "
                   "spread of their times (Kingman 1962)";
    } else {
        p->doubt = "the balancer's choice is taken as random";
    }
}
