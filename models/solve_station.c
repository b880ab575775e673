/* Stations fed by open customers: which formula holds for each, and what it says. */
#include <math.h>
#include <string.h>

#include "models/solve_place.h"

const struct sim_dist *mdl_visit_demand(const struct mdl_solver *s, int step, int cls) {
    const struct mdl_step *serve = s->traffic.steps[step];
    if (serve->has_demand) {
        return &serve->demand;
    }
    const struct mdl_station *station = &s->network->stations[s->traffic.target[step]];
    for (int i = 0; i < station->demand_class_count; i++) {
        if (strcmp(station->demand_classes[i], s->network->classes[cls].name) == 0) {
            return &station->demand_by_class[i];
        }
    }
    return &station->demand;
}

/* Slices that a visit takes: exact for exponential demands, else as if the end of a demand were
 * anywhere in its last slice. */
static double slices_of(const struct mdl_station *st, const struct sim_dist *demand) {
    double slices = demand->mean / st->quantum_s;
    return demand->kind == SIM_DIST_EXP ? -1 / expm1(-1 / slices) : fmax(1, slices + 0.5);
}

double mdl_visit_work(const struct mdl_solver *s, int step, int cls) {
    const struct mdl_station *st = &s->network->stations[s->traffic.target[step]];
    const struct sim_dist *demand = mdl_visit_demand(s, step, cls);
    bool turns = st->discipline == MDL_RR && demand->mean > 0;
    return demand->mean + (turns ? st->switch_s * st->speed * slices_of(st, demand) : 0);
}

static struct mdl_place_load load_of(const struct mdl_solver *s, int station, int instance) {
    const struct mdl_traffic *t = &s->traffic;
    size_t classes = (size_t)s->network->class_count;
    size_t cells = (size_t)t->step_count * classes;
    struct mdl_place_load l = {.memoryless = true};
    l.weight = sim_arena_array(t->arena, cells, sizeof *l.weight);
    l.demand = sim_arena_array(t->arena, cells, sizeof(struct sim_dist *));
    l.cls = sim_arena_array(t->arena, cells, sizeof *l.cls);
    for (size_t i = 0; i < cells; i++) {
        int step = (int)(i / classes);
        if (t->steps[step]->kind != MDL_STEP_SERVE || t->target[step] != station ||
            s->step_rate[i] == 0) {
            continue;
        }
        double rate = s->step_rate[i] * mdl_visit_share(s, step, instance);
        if (rate == 0) {
            continue;
        }
        const struct sim_dist *demand = mdl_visit_demand(s, step, (int)(i % classes));
        l.weight[l.count] = rate;
        l.demand[l.count] = demand;
        l.cls[l.count] = (int)(i % classes);
        l.memoryless = l.memoryless && demand->kind == SIM_DIST_EXP &&
                       fabs(demand->mean - l.demand[0]->mean) <= 1e-12 * demand->mean;
        l.scripted = l.scripted || demand->kind == SIM_DIST_SEQUENCE;
        l.count++;
        l.rate += rate;
        l.mean += rate * demand->mean;
        l.square += rate * (sim_dist_variance(demand) + demand->mean * demand->mean);
    }
    for (int i = 0; i < l.count; i++) {
        l.weight[i] /= l.rate;
    }
    if (l.rate > 0) {
        l.mean /= l.rate;
        l.square /= l.rate;
    }
    return l;
}

/* --- instances ---------------------------------------------------------------------------------
 */

int mdl_place_servers(const struct mdl_station *st, int instance) {
    return st->instance_list != NULL ? st->instance_list[instance].servers : st->servers;
}

double mdl_place_speed(const struct mdl_station *st, int instance) {
    return st->instance_list != NULL ? st->instance_list[instance].speed : st->speed;
}

static double weight_of(const struct mdl_station *st, int instance) {
    bool weighted = st->balancer == MDL_WEIGHTED_RANDOM || st->balancer == MDL_WEIGHTED_ROUND_ROBIN;
    return weighted && st->instance_list != NULL ? st->instance_list[instance].weight : 1;
}

double mdl_visit_share(const struct mdl_solver *s, int step, int instance) {
    const struct mdl_step *serve = s->traffic.steps[step];
    const struct mdl_station *st = &s->network->stations[s->traffic.target[step]];
    bool named = serve->instance_count > 0;
    int first = named ? serve->instance : 0;
    int last = named ? first + serve->instance_count - 1 : st->instances - 1;
    double all = 0;
    for (int i = first; i <= last; i++) {
        all += weight_of(st, i);
    }
    return instance < first || instance > last ? 0 : weight_of(st, instance) / all;
}

static bool alike(const struct mdl_station *st, int a, int b) {
    return mdl_place_servers(st, a) == mdl_place_servers(st, b) &&
           mdl_place_speed(st, a) == mdl_place_speed(st, b) && weight_of(st, a) == weight_of(st, b);
}

/* Whether some step says which of the instances it goes to. */
static bool instances_named(const struct mdl_solver *s, int station) {
    for (int i = 0; i < s->traffic.step_count; i++) {
        if (s->traffic.steps[i]->kind == MDL_STEP_SERVE && s->traffic.target[i] == station &&
            s->traffic.steps[i]->instance_count > 0) {
            return true;
        }
    }
    return false;
}

bool mdl_places_alike(const struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    bool same = st->instances == 1 || !instances_named(s, station);
    for (int i = 1; i < st->instances && same; i++) {
        same = alike(st, 0, i);
    }
    return same;
}

struct mdl_rates mdl_place_rates(struct mdl_solver *s, int station, int instance) {
    const struct mdl_station *st = &s->network->stations[station];
    int servers = mdl_place_servers(st, instance);
    if (st->speeds != NULL) {
        return (struct mdl_rates){servers, st->speed_count, st->speeds};
    }
    int count =
        st->discipline == MDL_PS && st->slots > 0 && st->slots < servers ? st->slots : servers;
    double *total = sim_arena_array(s->traffic.arena, (size_t)count, sizeof *total);
    for (int n = 0; n < count; n++) {
        total[n] = mdl_place_speed(st, instance) * (n + 1);
    }
    return (struct mdl_rates){servers, count, total};
}

/* --- formulas ----------------------------------------------------------------------------------
 */

void mdl_place_all_classes(const struct mdl_solver *s, double *values, double value) {
    for (int c = 0; c < s->network->class_count; c++) {
        values[c] = value;
    }
}

/* From means of the number: each second of work takes the same time. */
void mdl_place_take(const struct mdl_solver *s, const struct mdl_place_load *l,
                    struct mdl_occupancy o, struct mdl_place_answer *p) {
    p->number = o.number;
    p->busy = o.busy;
    p->full = o.full;
    p->queued = o.queued;
    p->waiting = o.waiting;
    mdl_place_all_classes(s, p->stretch, o.number / (l->rate * (1 - o.full) * l->mean));
    mdl_place_all_classes(s, p->wait, 0);
}

static void solve_delay(const struct mdl_solver *s, const struct mdl_station *st, double speed,
                        const struct mdl_place_load *l, struct mdl_place_answer *p) {
    p->law = MDL_LAW_MG_INF;
    p->own_form = true;
    double work = l->rate * l->mean / speed;
    if (st->capacity >= 0) {
        p->law = MDL_LAW_MGCC;
        p->full = mdl_erlang_b((int)st->capacity, work);
    }
    p->number = p->busy = work * (1 - p->full);
    p->waiting = p->queued = 0;
    mdl_place_all_classes(s, p->stretch, 1 / speed);
}

static void solve_sharing(const struct mdl_solver *s, const struct mdl_station *st,
                          const struct mdl_rates *rates, const struct mdl_place_load *l,
                          struct mdl_place_answer *p) {
    bool sharing = st->discipline == MDL_PS && st->slots == 0;
    bool symmetric = sharing || (st->discipline == MDL_LCFS_PR && rates->servers == 1);
    p->law = !sharing && !symmetric ? MDL_LAW_MM_RATES
             : st->capacity >= 0    ? MDL_LAW_PS_ROOM
             : rates->count > 1     ? MDL_LAW_PS_RATES
                                    : MDL_LAW_PS;
    p->own_form = (symmetric && !l->scripted) || l->memoryless;
    p->doubt = p->own_form ? NULL
               : l->scripted
                   ? "its demands are a sequence, not independent draws"
                   : "not all that are there are served, and the demands are not exponential of "
                     "one mean";
    mdl_place_take(s, l, mdl_occupancy_of(l->rate * l->mean, rates, st->capacity), p);
    if (sharing) {
        p->waiting = p->queued = 0;
    } else {
        p->waiting = NAN;
    }
}

/* A queue without limits: M/M/1, M/M/c, M/G/1, M/G/c. */
static void solve_queue(const struct mdl_solver *s, int servers, double speed, double batch,
                        const struct mdl_place_load *l, struct mdl_place_answer *p) {
    double mean = l->mean / speed;
    double square = l->square / speed / speed;
    double work = l->rate * mean;
    double wait;
    p->queued = batch > 1 ? (double)NAN : mdl_erlang_c(servers, work);
    p->own_form = !l->scripted;
    if (servers == 1) {
        p->law = batch > 1 ? MDL_LAW_MXG1 : l->memoryless ? MDL_LAW_MM1 : MDL_LAW_MG1;
        wait = mdl_mg1_wait(l->rate, mean, square, batch);
    } else {
        p->law = l->memoryless ? MDL_LAW_MMC : MDL_LAW_MGC;
        wait = mdl_erlang_c(servers, work) * mean / (servers - work);
        if (!l->memoryless) {
            wait *= square / (2 * mean * mean);
            p->own_form = false;
            p->doubt = "several servers and service that is not exponential of one mean: no exact "
                       "formula is known";
        }
        if (batch > 1) {
            p->own_form = false;
            p->doubt = "batches that meet several servers";
        }
    }
    if (l->scripted) {
        p->doubt = "its demands are a sequence, not independent draws";
    }
    if (!(work < servers)) {
        wait = NAN;
    }
    p->number = work + l->rate * wait;
    p->busy = work;
    p->waiting = l->rate * wait;
    mdl_place_all_classes(s, p->stretch, 1 / speed);
    mdl_place_all_classes(s, p->wait, wait);
}

/* The law of the patience is exponential, or there is none. */
static bool solve_limited(const struct mdl_solver *s, const struct mdl_station *st, double speed,
                          const struct mdl_rates *rates, const struct mdl_place_load *l,
                          struct mdl_place_answer *p) {
    double mean = l->mean / speed;
    if (st->has_patience) {
        if (st->patience.kind != SIM_DIST_EXP || !l->memoryless || st->capacity >= 0 ||
            st->speeds != NULL || st->discipline != MDL_FCFS) {
            p->doubt = "patience is solved for exponential patience and service of one mean, first "
                       "come first served, without a limit of room";
            return false;
        }
        p->law = MDL_LAW_ERLANG_A;
        p->own_form = true;
        struct mdl_occupancy o = mdl_erlang_a(l->rate, mean, rates->servers, st->patience.mean);
        p->number = o.number;
        p->busy = o.busy;
        p->waiting = o.waiting;
        p->full = o.full;
        p->queued = o.queued;
        mdl_place_all_classes(s, p->stretch, NAN); /* those who leave are not served */
        return true;
    }
    mdl_place_take(s, l, mdl_occupancy_of(l->rate * l->mean, rates, st->capacity), p);
    p->law = st->speeds != NULL ? MDL_LAW_MM_RATES : MDL_LAW_MMCK;
    p->own_form = l->memoryless;
    if (st->capacity == rates->servers && st->speeds == NULL) {
        p->law = MDL_LAW_MGCC;
        p->own_form = !l->scripted;
    } else if (!l->memoryless) {
        p->doubt = "limited room or rates by number, and service that is not exponential of one "
                   "mean";
    }
    if (st->speeds == NULL) {
        double wait = p->waiting / (l->rate * (1 - p->full));
        mdl_place_all_classes(s, p->stretch, 1 / speed);
        mdl_place_all_classes(s, p->wait, wait);
    }
    return true;
}

static bool solve_priority(const struct mdl_solver *s, const struct mdl_station *st, int station,
                           int servers, double speed, const struct mdl_place_load *l,
                           struct mdl_place_answer *p) {
    enum { LEVELS = 64 };
    const struct mdl_station_code *code = &s->program->stations[station];
    bool preemptive = st->discipline == MDL_PRIORITY_PREEMPTIVE;
    int levels = (int)code->levels;
    double lambda[LEVELS] = {0}, mean[LEVELS] = {0}, square[LEVELS] = {0}, wait[LEVELS],
           stretch[LEVELS];
    if (levels > LEVELS || st->capacity >= 0 || st->has_patience || st->speeds != NULL ||
        (preemptive && (servers > 1 || (st->preempted != MDL_RESUME &&
                                        !(st->preempted == MDL_RESAMPLE && l->memoryless))))) {
        p->doubt = "priorities are solved for endless room and patience, and preemption for one "
                   "server that resumes";
        return false;
    }
    for (int i = 0; i < l->count; i++) {
        uint32_t k = code->level[l->cls[i]];
        double rate = l->rate * l->weight[i];
        double one = l->demand[i]->mean;
        lambda[k] += rate;
        mean[k] += rate * one / speed;
        square[k] += rate * (sim_dist_variance(l->demand[i]) + one * one) / speed / speed;
    }
    for (int k = 0; k < levels; k++) {
        mean[k] /= lambda[k] > 0 ? lambda[k] : 1;
        square[k] /= lambda[k] > 0 ? lambda[k] : 1;
        stretch[k] = 1;
    }
    p->own_form = !l->scripted;
    if (preemptive) {
        p->law = MDL_LAW_PREEMPTIVE;
        mdl_preemptive_waits(levels, lambda, mean, square, stretch, wait);
    } else if (servers == 1) {
        p->law = MDL_LAW_COBHAM;
        mdl_priority_waits(levels, lambda, mean, square, wait);
    } else {
        p->law = MDL_LAW_COBHAM_C;
        mdl_priority_waits_servers(levels, lambda, l->mean / speed, servers, wait);
        for (int k = 0; k < levels && !l->memoryless; k++) {
            wait[k] *= l->square / (2 * l->mean * l->mean);
        }
        p->own_form = p->own_form && l->memoryless;
    }
    p->doubt =
        p->own_form ? NULL : "several servers and service that is not exponential of one mean";
    p->busy = p->number = l->rate * l->mean / speed;
    p->waiting = 0;
    for (int k = 0; k < levels; k++) {
        double beyond = wait[k] + (stretch[k] - 1) * mean[k];
        p->waiting += lambda[k] > 0 ? lambda[k] * beyond : 0;
    }
    p->number += p->waiting;
    p->queued = NAN;
    for (int c = 0; c < s->network->class_count; c++) {
        p->wait[c] = wait[code->level[c]];
        p->stretch[c] = stretch[code->level[c]] / speed;
    }
    if (preemptive) {
        p->waiting = NAN;
    }
    return true;
}

static void solve_turns(const struct mdl_solver *s, const struct mdl_station *st,
                        const struct mdl_rates *rates, const struct mdl_place_load *l,
                        struct mdl_place_answer *p) {
    struct mdl_place_load wider = *l;
    wider.mean = 0;
    for (int i = 0; i < l->count; i++) {
        double switching = st->switch_s * st->speed * slices_of(st, l->demand[i]);
        wider.mean += l->weight[i] * (l->demand[i]->mean + switching);
    }
    mdl_place_take(s, &wider, mdl_occupancy_of(l->rate * wider.mean, rates, st->capacity), p);
    p->law = MDL_LAW_ROUND_ROBIN;
    p->own_form = false;
    p->waiting = NAN;
    p->doubt = "slices are taken as infinitely thin, with the switching spread over the work";
}

/* --- a station ---------------------------------------------------------------------------------
 */

/* The size of the batches that come; 1 unless one instance takes all that its source sends. */
static double batch_at(const struct mdl_solver *s, int station) {
    int source = mdl_solve_only_source(s, station);
    return source >= 0 && s->network->sources[source].batch > 1 &&
                   s->network->stations[station].instances == 1 &&
                   mdl_solve_takes_all(s, station, source)
               ? s->network->sources[source].batch
               : 1;
}

static bool solve_place(struct mdl_solver *s, int station, int instance,
                        const struct mdl_place_load *l, struct mdl_place_answer *p) {
    const struct mdl_station *st = &s->network->stations[station];
    double speed = mdl_place_speed(st, instance);
    int servers = mdl_place_servers(st, instance);
    struct mdl_rates rates = mdl_place_rates(s, station, instance);
    if (st->schedule_count > 0) {
        p->doubt = "its speed changes with the time of day";
        return false;
    }
    if (st->push_out) {
        p->doubt = "customers push one another out";
        return false;
    }
    switch (st->discipline) {
    case MDL_DELAY:
        solve_delay(s, st, speed, l, p);
        return true;
    case MDL_PS:
    case MDL_LCFS_PR:
        if (st->has_patience) {
            p->doubt = "patience is solved for queues that serve first come first served";
            return false;
        }
        solve_sharing(s, st, &rates, l, p);
        return true;
    case MDL_FCFS:
    case MDL_LCFS:
    case MDL_SIRO:
        if (st->capacity >= 0 || st->has_patience || st->speeds != NULL) {
            return solve_limited(s, st, speed, &rates, l, p);
        }
        solve_queue(s, servers, speed, batch_at(s, station), l, p);
        return true;
    case MDL_PRIORITY:
    case MDL_PRIORITY_PREEMPTIVE:
        return solve_priority(s, st, station, servers, speed, l, p);
    case MDL_RR:
        solve_turns(s, st, &rates, l, p);
        return true;
    }
    return false;
}

/* GI/M/1: a queue of one exponential server straight behind a renewal source. */
static bool solve_renewal(struct mdl_solver *s, int station, const struct mdl_place_load *l,
                          struct mdl_place_answer *p) {
    const struct mdl_station *st = &s->network->stations[station];
    int source = mdl_solve_only_source(s, station);
    if (source < 0 || s->network->sources[source].kind != MDL_SOURCE_RENEWAL ||
        s->network->sources[source].batch > 1 ||
        s->network->sources[source].arrivals.kind == SIM_DIST_EXP ||
        s->network->sources[source].arrivals.kind == SIM_DIST_SEQUENCE || !l->memoryless ||
        st->discipline != MDL_FCFS || st->servers != 1 || st->instances != 1 ||
        st->speeds != NULL || st->capacity >= 0 || st->has_patience || st->schedule_count > 0) {
        return false;
    }
    if (!mdl_solve_takes_all(s, station, source)) {
        return false;
    }
    double mean = l->mean / st->speed;
    double sigma = mdl_gim1_sigma(&s->network->sources[source].arrivals, mean);
    double wait = mean * sigma / (1 - sigma);
    p->law = MDL_LAW_GIM1;
    p->own_form = true;
    p->busy = l->rate * mean;
    p->number = l->rate * (mean + wait);
    p->waiting = l->rate * wait;
    p->queued = sigma;
    mdl_place_all_classes(s, p->wait, wait);
    mdl_place_all_classes(s, p->stretch, 1 / st->speed);
    return true;
}

/* About the time in that the start from empty is forgotten. Where there is room, or patience, for
 * only so much, no longer than that takes. */
static double relaxation_of(const struct mdl_station *st, const struct mdl_place_load *l,
                            double capacity, double speed) {
    double load = l->rate * l->mean / capacity;
    double service = l->square / (2 * l->mean) / speed;
    double slow = isfinite(capacity) ? pow(1 - sqrt(fmin(load, 1)), -2) * speed / capacity : 1;
    double time = service * fmax(1, slow);
    if (st->capacity >= 0 && isfinite(capacity)) {
        time = fmin(time, service * (1 + (double)st->capacity * speed / capacity));
    }
    if (st->has_patience) {
        time = fmin(time, service + st->patience.mean);
    }
    return time;
}

/* Whether a station without a solution may lose customers, or serve some of them anew. */
static bool loses_unknown(const struct mdl_station *st) {
    return st->capacity >= 0 || st->has_patience ||
           (st->discipline == MDL_PRIORITY_PREEMPTIVE && st->preempted != MDL_RESUME);
}

/* Marks, of one instance of a station without a solution: by the utilization law. */
static void unsolved_place(const struct mdl_solver *s, const struct mdl_place_load *l, double speed,
                           struct mdl_place_answer *p) {
    p->law = MDL_LAW_UTILIZATION;
    p->number = p->waiting = p->queued = NAN;
    p->busy = l->rate * l->mean / speed;
    p->own_form = false;
    mdl_place_all_classes(s, p->wait, NAN);
    mdl_place_all_classes(s, p->stretch, NAN);
}

static struct mdl_place_answer place_new(const struct mdl_solver *s) {
    size_t classes = (size_t)s->network->class_count;
    struct mdl_place_answer p = {.queued = NAN};
    p.wait = sim_arena_array(s->traffic.arena, classes, sizeof *p.wait);
    p.stretch = sim_arena_array(s->traffic.arena, classes, sizeof *p.stretch);
    return p;
}

void mdl_solve_station(struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    struct mdl_station_state *a = &s->stations[station];
    size_t classes = (size_t)s->network->class_count;
    a->number = a->busy = a->waiting = a->queued = 0;
    double lost = 0;
    memset(a->wait, 0, classes * sizeof *a->wait); /* the open group is the first */
    memset(a->stretch, 0, classes * sizeof *a->stretch);
    a->law = MDL_LAW_TRAFFIC; /* of a station that nobody visits */
    a->own_form = true;
    a->doubt = NULL;
    bool named = instances_named(s, station);
    bool any = false;
    struct mdl_place_answer p = place_new(s);
    for (int i = 0; i < st->instances; i++) {
        struct mdl_place_load l = load_of(s, station, i);
        if (l.rate == 0) {
            continue;
        }
        double share = l.rate / a->arrival_rate;
        if (!any || named || !alike(st, i - 1, i)) {
            p = place_new(s);
            bool solved = solve_renewal(s, station, &l, &p) || solve_place(s, station, i, &l, &p);
            if (solved) {
                mdl_place_balance(s, station, &l, &p);
            } else {
                unsolved_place(s, &l, mdl_place_speed(st, i), &p);
                if (s->flow_doubt == NULL && loses_unknown(st)) {
                    s->flow_doubt = "who is lost, or served anew, at a station without a solution "
                                    "is not known: taken as if nobody were";
                }
            }
        }
        struct mdl_rates rates = mdl_place_rates(s, station, i);
        bool delay = st->discipline == MDL_DELAY;
        double capacity = delay ? (double)INFINITY : mdl_rate_last(&rates);
        s->relaxation_s =
            fmax(s->relaxation_s, relaxation_of(st, &l, capacity, mdl_place_speed(st, i)));
        a->number += p.number;
        a->busy += p.busy;
        a->waiting += p.waiting;
        a->queued += share * p.queued;
        lost += share * p.full;
        for (size_t c = 0; c < classes; c++) {
            a->wait[c] += share * p.wait[c];
            a->stretch[c] += share * p.stretch[c];
        }
        a->law = p.law;
        a->own_form = a->own_form && p.own_form;
        a->doubt = a->doubt != NULL ? a->doubt : p.doubt;
        if (named && st->instances > 1) {
            a->own_form = false;
            a->doubt = "steps go to instances of their own: all visits are given their mean time";
        }
        any = true;
        bool limited = st->capacity >= 0 || st->has_patience;
        a->saturated = a->saturated || (!limited && l.rate * l.mean >= capacity);
    }
    a->pass = 1 - lost;
}

void mdl_station_quantiles(struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    struct mdl_station_state *a = &s->stations[station];
    int count = s->scenario->percentile_count;
    const double *quantiles = s->scenario->percentiles;
    for (int q = 0; q < count; q++) {
        a->wait_quantiles[q] = a->response_quantiles[q] = NAN;
    }
    struct mdl_place_load l = load_of(s, station, 0);
    if (a->saturated || l.rate == 0 || !mdl_places_alike(s, station)) {
        return;
    }
    double speed = mdl_place_speed(st, 0);
    struct mdl_service service = {l.count, l.weight, l.demand, speed};
    double work = l.rate * l.mean / speed;
    int servers = mdl_place_servers(st, 0);
    double mean = l.mean / speed;
    switch (a->law) {
    case MDL_LAW_MG_INF:
        for (int q = 0; q < count; q++) {
            a->wait_quantiles[q] = 0;
            a->response_quantiles[q] = mdl_service_quantile(&service, quantiles[q]);
        }
        break;
    case MDL_LAW_GIM1:
        /* as M/M/1 with the load sigma */
        work = a->queued;
        for (int q = 0; q < count; q++) {
            a->wait_quantiles[q] = mdl_mmc_wait_quantile(1, work, mean, quantiles[q]);
            a->response_quantiles[q] = mdl_mmc_response_quantile(1, work, mean, quantiles[q]);
        }
        break;
    case MDL_LAW_MM1:
    case MDL_LAW_MMC:
        for (int q = 0; q < count && st->discipline == MDL_FCFS; q++) {
            a->wait_quantiles[q] = mdl_mmc_wait_quantile(servers, work, mean, quantiles[q]);
            a->response_quantiles[q] = mdl_mmc_response_quantile(servers, work, mean, quantiles[q]);
        }
        break;
    case MDL_LAW_MG1:
        if (st->discipline == MDL_FCFS && isfinite(l.square)) {
            mdl_mg1_quantiles(l.rate, &service, quantiles, count, a->wait_quantiles,
                              a->response_quantiles);
        }
        break;
    default:
        break;
    }
}
