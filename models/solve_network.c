/* A network in one cell: assumptions, traffic, stations or product form, times. */
#include <math.h>
#include <string.h>

#include "models/che.h"
#include "models/compile_parts.h"
#include "models/solve_parts.h"

static size_t cells_of(const struct mdl_solver *s) {
    return (size_t)s->traffic.step_count * (size_t)s->network->class_count;
}

static size_t group_of(const struct mdl_stream *stream) {
    return stream->chain < 0 ? MDL_OPEN_GROUP : (size_t)stream->chain + 1;
}

static void doubt(const char **doubts, const char *why) {
    if (*doubts == NULL) {
        *doubts = why;
    }
}

/* --- assumptions -------------------------------------------------------------------------------
 */

static bool visited(const struct mdl_solver *s, size_t cell) {
    for (int i = 0; i < s->stream_count; i++) {
        if (s->streams[i].flow->reach[cell] > 0) {
            return true;
        }
    }
    return false;
}

/* Whether all demands asked for at the station are exponential of one mean, or any at all. */
static bool one_exponential(const struct mdl_solver *s, int station, bool *scripted) {
    const struct mdl_traffic *t = &s->traffic;
    size_t classes = (size_t)s->network->class_count;
    double mean = NAN;
    bool all = true;
    *scripted = false;
    for (size_t i = 0; i < cells_of(s); i++) {
        int step = (int)(i / classes);
        if (t->steps[step]->kind != MDL_STEP_SERVE || t->target[step] != station ||
            !visited(s, i)) {
            continue;
        }
        const struct sim_dist *demand = mdl_visit_demand(s, step, (int)(i % classes));
        mean = isnan(mean) ? demand->mean : mean;
        all = all && demand->kind == SIM_DIST_EXP &&
              fabs(demand->mean - mean) <= 1e-12 * demand->mean;
        *scripted = *scripted || demand->kind == SIM_DIST_SEQUENCE;
    }
    return all;
}

static bool is_nice(const struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    bool scripted;
    bool exponential = one_exponential(s, station, &scripted);
    bool split =
        st->instances == 1 ||
        (st->with == NULL && (st->balancer == MDL_RANDOM || st->balancer == MDL_WEIGHTED_RANDOM));
    if (st->capacity >= 0 || st->has_patience || st->schedule_count > 0 || st->push_out || !split ||
        scripted) {
        return false;
    }
    switch (st->discipline) {
    case MDL_DELAY:
        return true;
    case MDL_PS:
        return st->slots == 0;
    case MDL_LCFS_PR:
        return st->servers == 1 && st->instance_list == NULL;
    case MDL_FCFS:
        return exponential;
    case MDL_PRIORITY:
    case MDL_LCFS:
    case MDL_SIRO:
    case MDL_PRIORITY_PREEMPTIVE:
    case MDL_RR:
        break;
    }
    return false;
}

static void judge_step(struct mdl_solver *s, const struct mdl_step *step) {
    switch (step->kind) {
    case MDL_STEP_FORK:
        s->forks = true;
        if (step->cancel_rest) {
            doubt(&s->flow_doubt,
                  "forks withdraw what they need no more: taken as done to its end");
        }
        doubt(&s->doubt, "requests fork, so that arrivals at stations depend on one another");
        break;
    case MDL_STEP_ASYNC:
        doubt(&s->doubt, "work is started beside requests, so that arrivals depend on one another");
        break;
    case MDL_STEP_TIMEOUT:
        doubt(&s->flow_doubt, "there are timeouts: taken as if none struck");
        break;
    case MDL_STEP_RETRY:
        s->retries = true;
        doubt(&s->flow_doubt, "there are retries: taken as if no attempt failed");
        break;
    case MDL_STEP_BREAKER:
        doubt(&s->flow_doubt, "there are circuit breakers: taken as never open");
        break;
    case MDL_STEP_LIMIT:
        doubt(&s->flow_doubt,
              "there are rate limiters: taken as refusing, or delaying, nothing but "
              "what exceeds their rate");
        break;
    case MDL_STEP_ACQUIRE:
        doubt(&s->doubt, "there are pools: taken as if none filled up");
        break;
    case MDL_STEP_BRANCH:
        if (step->in_turn) {
            doubt(&s->doubt, "a branch in turn makes arrivals more even than random");
        }
        break;
    case MDL_STEP_SERVE:
    case MDL_STEP_DELAY:
    case MDL_STEP_RELEASE:
    case MDL_STEP_CACHE:
    case MDL_STEP_CALL:
    case MDL_STEP_GOTO:
    case MDL_STEP_REPEAT:
    case MDL_STEP_MARK:
    case MDL_STEP_FAIL:
    case MDL_STEP_CLASS:
        break;
    }
}

static void close_transitively(bool *leads, size_t nodes) {
    for (size_t k = 0; k < nodes; k++) {
        for (size_t i = 0; i < nodes; i++) {
            for (size_t j = 0; j < nodes && leads[i * nodes + k]; j++) {
                leads[i * nodes + j] = leads[i * nodes + j] || leads[k * nodes + j];
            }
        }
    }
}

/* Arrivals per s at steps of a kind with this target. */
static double rate_at(const struct mdl_solver *s, enum mdl_step_kind kind, int target) {
    size_t classes = (size_t)s->network->class_count;
    double rate = 0;
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        for (size_t i = 0; i < cells_of(s); i++) {
            int step = (int)(i / classes);
            if (s->traffic.steps[step]->kind == kind && s->traffic.target[step] == target) {
                rate += s->step_rate[g * cells_of(s) + i];
            }
        }
    }
    return rate;
}

static double hit_of(struct mdl_solver *s, int cache) {
    const struct mdl_cache *c = &s->network->caches[cache];
    double rate = rate_at(s, MDL_STEP_CACHE, cache);
    struct mdl_che che;
    if (!mdl_che_solve(c, rate > 0 ? rate : 1, &che)) {
        doubt(&s->flow_doubt,
              "no approximation is known for a fifo cache whose entries hits renew");
        return 0.5;
    }
    if (c->flush_count > 0 || c->coalesce) {
        doubt(&s->flow_doubt,
              c->coalesce ? "fetches that others wait for" : "a cache that is flushed");
    }
    return che.hit;
}

static void find_flows(struct mdl_solver *s) {
    s->traffic.hit = s->hit;
    s->traffic.pass = s->pass;
    s->traffic.limit = s->limit;
    s->traffic.times = NULL;
    mdl_traffic_reset(&s->traffic);
    for (int i = 0; i < s->stream_count; i++) {
        struct mdl_stream *stream = &s->streams[i];
        stream->flow = mdl_traffic_flow(&s->traffic, stream->route, stream->cls);
    }
}

void mdl_solve_judge(struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    for (int i = 0; i < n->cache_count; i++) { /* before rates are known: none expires */
        s->hit[i] = hit_of(s, i);
    }
    find_flows(s);
    s->all_nice = true;
    for (int i = 0; i < n->station_count; i++) {
        s->stations[i].nice = is_nice(s, i);
        s->all_nice = s->all_nice && s->stations[i].nice;
        if (n->stations[i].credits != NULL) {
            doubt(&s->flow_doubt, "there are CPU credits: taken as never short");
        }
        if (n->stations[i].has_patience && s->chain_count > 0) {
            doubt(&s->flow_doubt, "there is patience: taken as if nobody left");
        }
    }
    for (int i = 0; i < s->traffic.step_count; i++) {
        judge_step(s, s->traffic.steps[i]);
    }
    for (int i = 0; i < n->pool_count; i++) {
        if (n->pools[i].queue >= 0 || n->pools[i].has_patience) {
            doubt(&s->flow_doubt, "there are pools that turn requests away: taken as if none did");
        }
        if (n->pools[i].crash_at > 0) {
            doubt(&s->flow_doubt, "there are pools that crash: taken as if none did");
        }
    }
    for (int i = 0; i < n->source_count; i++) {
        s->traces = s->traces || n->sources[i].kind == MDL_SOURCE_TIMES;
        if (n->sources[i].has_limit) {
            doubt(&s->flow_doubt, "a source ends after a number of customers: taken as if it went "
                                  "on");
        }
    }
    for (int i = 0; i < n->cache_count; i++) {
        if (n->caches[i].policy != MDL_PROBABILITY) {
            doubt(&s->flow_doubt, "the hit ratio of a cache is an approximation");
        }
        if (n->caches[i].flush_count > 0) {
            doubt(&s->flow_doubt, "there are flushes of a cache: taken as if it were always warm");
        }
    }
    s->nodes = (size_t)n->station_count + (size_t)n->source_count;
    s->leads = mdl_traffic_order(&s->traffic, s->arena);
    close_transitively(s->leads, s->nodes);
}

static bool is_poisson(const struct mdl_source *source) {
    bool one = source->batch <= 1 && !source->has_limit && source->session == NULL;
    return one && ((source->kind == MDL_SOURCE_RATE && source->point_count == 1) ||
                   (source->kind == MDL_SOURCE_RENEWAL && source->arrivals.kind == SIM_DIST_EXP));
}

bool mdl_solve_poisson(const struct mdl_solver *s, int station) {
    size_t stations = (size_t)s->network->station_count;
    for (size_t i = 0; i < s->nodes; i++) {
        if (s->leads[i * s->nodes + (size_t)station] &&
            !(i < stations ? s->stations[i].nice
                           : is_poisson(&s->network->sources[i - stations]))) {
            return false;
        }
    }
    return true;
}

int mdl_solve_only_source(const struct mdl_solver *s, int station) {
    size_t stations = (size_t)s->network->station_count;
    int found = -1;
    for (size_t i = 0; i < s->nodes; i++) {
        if (s->leads[i * s->nodes + (size_t)station]) {
            if (i < stations || found >= 0) {
                return -1;
            }
            found = (int)(i - stations);
        }
    }
    return found;
}

bool mdl_solve_takes_all(const struct mdl_solver *s, int station, int source) {
    double sent = 0;
    for (int i = 0; i < s->stream_count; i++) {
        sent += s->streams[i].source == source ? s->rate[i] : 0;
    }
    double got = 0;
    size_t classes = (size_t)s->network->class_count;
    for (size_t i = 0; i < cells_of(s); i++) {
        int step = (int)(i / classes);
        if (s->traffic.steps[step]->kind == MDL_STEP_SERVE && s->traffic.target[step] == station) {
            got += s->step_rate[i];
        }
    }
    return fabs(got - sent) <= 1e-9 * sent;
}

/* --- traffic -----------------------------------------------------------------------------------
 */

static void find_rates(struct mdl_solver *s) {
    size_t cells = cells_of(s);
    memset(s->step_rate, 0, (size_t)(s->chain_count + 1) * cells * sizeof *s->step_rate);
    for (int i = 0; i < s->stream_count; i++) {
        const struct mdl_stream *stream = &s->streams[i];
        double rate = stream->chain < 0 ? s->rate[i] : 1; /* a chain's: per cycle, until solved */
        for (size_t k = 0; k < cells; k++) {
            s->step_rate[group_of(stream) * cells + k] += rate * stream->flow->reach[k];
        }
    }
}

/* Visits and work of one group at an instance of a station (-1: all), per s (a chain's: per cycle
 * until it is solved). */
static void group_load(const struct mdl_solver *s, int station, int instance, size_t group,
                       double *visits, double *work) {
    const struct mdl_traffic *t = &s->traffic;
    size_t classes = (size_t)s->network->class_count;
    *visits = *work = 0;
    for (size_t i = 0; i < cells_of(s); i++) {
        int step = (int)(i / classes);
        double rate = s->step_rate[group * cells_of(s) + i];
        if (t->steps[step]->kind == MDL_STEP_SERVE && t->target[step] == station && rate > 0) {
            rate *= instance < 0 ? 1 : mdl_visit_share(s, step, instance);
            *visits += rate;
            *work += rate * mdl_visit_work(s, step, (int)(i % classes));
        }
    }
}

/* The mean factor of a schedule over its period, or over the run. */
static double mean_speed(const struct mdl_solver *s, const struct mdl_station *st) {
    if (st->schedule_count == 0) {
        return 1;
    }
    double end = st->schedule_every_s > 0 ? st->schedule_every_s : s->scenario->horizon_s;
    double sum = 0;
    for (int i = 0; i < st->schedule_count; i++) {
        double from = fmin(end, st->schedule[i].t_s);
        double to = i + 1 < st->schedule_count ? fmin(end, st->schedule[i + 1].t_s) : end;
        sum += st->schedule[i].value * (to - from);
    }
    return sum / end;
}

static double capacity_of(struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    double capacity = 0;
    for (int i = 0; i < st->instances; i++) {
        struct mdl_rates rates = mdl_place_rates(s, station, i);
        capacity += mdl_rate_last(&rates);
    }
    return st->discipline == MDL_DELAY ? (double)INFINITY : capacity * mean_speed(s, st);
}

static void total_loads(struct mdl_solver *s) {
    size_t classes = (size_t)s->network->class_count;
    for (int i = 0; i < s->network->station_count; i++) {
        struct mdl_station_state *a = &s->stations[i];
        a->arrival_rate = a->work = 0;
        memset(a->class_rate, 0, classes * sizeof *a->class_rate);
        for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
            double visits, work;
            group_load(s, i, -1, g, &visits, &work);
            a->arrival_rate += visits;
            a->work += work;
        }
        a->capacity = capacity_of(s, i);
    }
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        for (size_t k = 0; k < cells_of(s); k++) {
            int step = (int)(k / classes);
            if (s->traffic.steps[step]->kind == MDL_STEP_SERVE) {
                s->stations[s->traffic.target[step]].class_rate[k % classes] +=
                    s->step_rate[g * cells_of(s) + k];
            }
        }
    }
}

/* --- chains ------------------------------------------------------------------------------------
 */

static bool seen_by_chains(const struct mdl_solver *s, int station) {
    for (size_t g = 1; g <= (size_t)s->chain_count; g++) {
        double visits, work;
        group_load(s, station, -1, g, &visits, &work);
        if (work > 0) {
            return true;
        }
    }
    return false;
}

static double delay_steps(const struct mdl_solver *s, size_t group) {
    size_t classes = (size_t)s->network->class_count;
    double time = 0;
    for (size_t i = 0; i < cells_of(s); i++) {
        const struct mdl_step *step = s->traffic.steps[i / classes];
        if (step->kind == MDL_STEP_DELAY) {
            time += s->step_rate[group * cells_of(s) + i] * step->demand.mean;
        }
    }
    return time;
}

/* The stations that chains visit, each instance on its own, as a closed network. */
static struct mdl_closed closed_of(struct mdl_solver *s, int *owner) {
    struct sim_arena *arena = s->traffic.arena;
    size_t chains = (size_t)s->chain_count;
    struct mdl_closed c = {.chain_count = s->chain_count, .users = s->users};
    c.throughput = sim_arena_array(arena, chains, sizeof *c.throughput);
    double *think = sim_arena_array(arena, chains, sizeof *think);
    c.think = think;
    for (size_t k = 0; k < chains; k++) {
        think[k] = s->think[k] + delay_steps(s, k + 1);
    }
    size_t room = 0;
    for (int i = 0; i < s->network->station_count; i++) {
        const struct mdl_station *st = &s->network->stations[i];
        if (!seen_by_chains(s, i)) {
            continue;
        }
        for (int j = 0; j < st->instances; j++) {
            double visits;
            double *demand = sim_arena_array(arena, chains, sizeof *demand);
            for (size_t k = 0; k < chains; k++) {
                group_load(s, i, j, k + 1, &visits, &demand[k]);
            }
            if (st->discipline == MDL_DELAY) {
                for (size_t k = 0; k < chains; k++) {
                    think[k] += demand[k] / st->speed;
                }
                continue;
            }
            c.stations = sim_arena_grow(arena, c.stations, (size_t)c.station_count, &room,
                                        sizeof *c.stations);
            struct mdl_closed_station *to = &c.stations[c.station_count];
            *to = (struct mdl_closed_station){.demand = demand};
            group_load(s, i, j, MDL_OPEN_GROUP, &visits, &to->open);
            to->rates = mdl_place_rates(s, i, j);
            to->number = sim_arena_array(arena, chains, sizeof *to->number);
            owner[c.station_count++] = i;
        }
    }
    return c;
}

/* The answers of a station from those of its instances. */
static void take_closed(struct mdl_solver *s, int station, const struct mdl_closed *c,
                        const int *owner) {
    struct mdl_station_state *a = &s->stations[station];
    size_t classes = (size_t)s->network->class_count;
    a->law = c->approximate ? MDL_LAW_SCHWEITZER : MDL_LAW_CLOSED;
    a->own_form = false;
    a->number = a->busy = 0;
    a->waiting = a->queued = NAN;
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        double number = 0;
        for (int i = 0; i < c->station_count; i++) {
            if (owner[i] == station) {
                number += g == 0 ? c->stations[i].open_number : c->stations[i].number[g - 1];
                a->busy += g == 0 ? c->stations[i].busy : 0;
            }
        }
        double visits, work;
        group_load(s, station, -1, g, &visits, &work);
        const struct mdl_station *st = &s->network->stations[station];
        if (st->discipline == MDL_DELAY) {
            number = work / st->speed;
            a->busy += number;
        }
        a->number += number;
        for (size_t k = 0; k < classes; k++) {
            a->wait[g * classes + k] = 0;
            a->stretch[g * classes + k] = work > 0 ? number / work : 0;
        }
        a->law = g == 0 && work > 0 && !c->approximate ? MDL_LAW_MIXED : a->law;
    }
}

static void solve_chains(struct mdl_solver *s) {
    size_t places = 0;
    for (int i = 0; i < s->network->station_count; i++) {
        places += (size_t)s->network->stations[i].instances;
    }
    int *owner = sim_arena_array(s->traffic.arena, places, sizeof *owner);
    bool *closed_here =
        sim_arena_array(s->traffic.arena, (size_t)s->network->station_count, sizeof *closed_here);
    struct mdl_closed c = closed_of(s, owner);
    bool solved = mdl_closed_solve(&c);
    s->closed_approximate = c.approximate;
    size_t cells = cells_of(s);
    for (int i = 0; i < s->network->station_count; i++) {
        closed_here[i] = seen_by_chains(s, i);
    }
    for (int i = 0; i < s->stream_count; i++) {
        if (s->streams[i].chain >= 0) {
            s->rate[i] = solved ? c.throughput[s->streams[i].chain] : (double)NAN;
        }
    }
    for (size_t k = 0; k < (size_t)s->chain_count; k++) {
        double cycle = c.throughput[k];
        for (size_t i = 0; i < cells; i++) {
            s->step_rate[(k + 1) * cells + i] *= solved ? cycle : 0;
        }
        s->relaxation_s = fmax(s->relaxation_s, cycle > 0 ? s->users[k] / cycle : 0);
    }
    for (int i = 0; i < s->network->station_count; i++) {
        struct mdl_station_state *a = &s->stations[i];
        if (!closed_here[i]) {
            continue;
        }
        a->pass = 1;
        if (solved) {
            take_closed(s, i, &c, owner);
        } else {
            double visits, work;
            group_load(s, i, -1, MDL_OPEN_GROUP, &visits, &work);
            a->number = a->busy = a->waiting = a->queued = NAN;
            a->saturated = work >= capacity_of(s, i);
        }
    }
}

/* --- what the rates depend on ------------------------------------------------------------------
 */

/* Half way only once it goes on for long, as rates and losses may chase one another. */
static void set(struct mdl_solver *s, double *value, double to) {
    s->changed = s->changed || fabs(*value - to) > 1e-10;
    *value = s->round < 8 ? to : (*value + to) / 2;
}

/* Tokens asked for per s. */
static double token_rate(const struct mdl_solver *s, int limiter) {
    size_t classes = (size_t)s->network->class_count;
    double rate = 0;
    for (size_t i = 0; i < (size_t)(s->chain_count + 1) * cells_of(s); i++) {
        int step = (int)(i % cells_of(s) / classes);
        if (s->traffic.steps[step]->kind == MDL_STEP_LIMIT && s->traffic.target[step] == limiter) {
            rate += s->step_rate[i] * s->traffic.steps[step]->tokens;
        }
    }
    return rate;
}

static void find_probabilities(struct mdl_solver *s) {
    for (int i = 0; i < s->network->cache_count; i++) {
        const struct mdl_cache *c = &s->network->caches[i];
        if (c->policy == MDL_TTL || c->ttl_s > 0) { /* the others depend on no rate */
            set(s, &s->hit[i], hit_of(s, i));
        }
    }
    for (int i = 0; i < s->network->station_count; i++) {
        double pass = s->stations[i].pass;
        set(s, &s->pass[i], isnan(pass) ? 1 : pass);
    }
    for (int i = 0; i < s->network->limiter_count; i++) {
        const struct mdl_limiter *l = &s->network->limiters[i];
        double rate = token_rate(s, i);
        bool refuses = !l->waits && rate > l->rate_per_s * l->instances;
        set(s, &s->limit[i], refuses ? l->rate_per_s * l->instances / rate : 1);
    }
}

/* --- times -------------------------------------------------------------------------------------
 */

static void find_times(struct mdl_solver *s) {
    size_t classes = (size_t)s->network->class_count;
    for (size_t g = 0; g <= (size_t)s->chain_count; g++) {
        double *times = s->times;
        for (size_t i = 0; i < cells_of(s); i++) {
            int step = (int)(i / classes);
            if (s->traffic.steps[step]->kind == MDL_STEP_SERVE) {
                const struct mdl_station_state *a = &s->stations[s->traffic.target[step]];
                size_t row = g * classes + i % classes;
                double work = mdl_visit_work(s, step, (int)(i % classes));
                times[i] = a->wait[row] + a->stretch[row] * work;
            }
        }
        s->traffic.times = times;
        mdl_traffic_reset(&s->traffic);
        for (int i = 0; i < s->stream_count; i++) {
            struct mdl_stream *stream = &s->streams[i];
            if (group_of(stream) == g) {
                const struct mdl_flow *flow =
                    mdl_traffic_flow(&s->traffic, stream->route, stream->cls);
                stream->time = s->forks ? (double)NAN : flow->time;
                memcpy(stream->held, flow->held,
                       (size_t)s->network->pool_count * sizeof *flow->held);
            }
        }
    }
    find_flows(s);
}

/* --- a cell ------------------------------------------------------------------------------------
 */

static bool is_exact(const struct mdl_solver *s, int station) {
    const struct mdl_station_state *a = &s->stations[station];
    if (s->flow_doubt != NULL || a->saturated || isnan(a->number)) {
        return false;
    }
    if (s->chain_count > 0) {
        return s->all_nice && s->doubt == NULL && !s->closed_approximate;
    }
    if (a->law == MDL_LAW_MG_INF) { /* Little's law is enough */
        return a->own_form;
    }
    if (s->doubt != NULL) {
        return false;
    }
    if (a->law == MDL_LAW_GIM1) {
        return true;
    }
    if (a->law == MDL_LAW_MXG1) {
        const struct mdl_source *source = &s->network->sources[mdl_solve_only_source(s, station)];
        return a->own_form && source->kind == MDL_SOURCE_RENEWAL
                   ? source->arrivals.kind == SIM_DIST_EXP
                   : source->point_count == 1;
    }
    return (a->nice || a->own_form) && mdl_solve_poisson(s, station);
}

void mdl_solve_cell(struct mdl_solver *s) {
    enum { ROUNDS = 60 };
    s->round = 0;
    do {
        s->changed = false;
        find_flows(s);
        find_rates(s);
        if (s->chain_count > 0) {
            solve_chains(s);
        }
        total_loads(s);
        for (int i = 0; i < s->network->station_count; i++) {
            bool closed = s->chain_count > 0 && seen_by_chains(s, i);
            if (!closed) {
                s->stations[i].saturated = false;
                mdl_solve_station(s, i);
            }
        }
        find_probabilities(s);
        s->round++;
    } while (s->changed && s->round < ROUNDS);
    if (s->changed) {
        doubt(&s->flow_doubt, "the rates and the losses that they cause were not brought to agree");
    }
    for (int i = 0; i < s->network->station_count; i++) {
        s->stations[i].exact = is_exact(s, i);
    }
    find_times(s);
}
