/* From sums to figures: each with its name, its law, and whether it is exact. */
#include <math.h>
#include <string.h>

#include "models/solve_place.h"
#include "models/solve_sums.h"

static size_t classes_of(const struct mdl_solver *s) { return (size_t)s->network->class_count; }

/* Over time nothing but what is asked for by time is exact. */
static enum mdl_figure_kind kind_of(const struct mdl_solver *s, bool exact) {
    return exact && s->solution->steady ? MDL_EXACT : MDL_APPROXIMATION;
}

/* Rates by the traffic equations alone. */
static bool flows_exact(const struct mdl_solver *s) {
    return s->flow_doubt == NULL &&
           (s->chain_count == 0 || (s->all_nice && s->doubt == NULL && !s->closed_approximate));
}

static double servers_of(const struct mdl_solver *s, int station) {
    const struct mdl_station_code *code = &s->program->stations[station];
    double servers = 0;
    for (uint32_t i = 0; i < code->instances; i++) {
        servers += s->program->places[code->first_place + i].servers;
    }
    return servers;
}

static void station_quantiles(struct mdl_solver *s, int station, const char *name,
                              enum mdl_figure_kind kind) {
    const struct mdl_station_state *a = &s->stations[station];
    mdl_station_quantiles(s, station);
    enum mdl_law law = a->law == MDL_LAW_MG1 ? MDL_LAW_MG1_LAW : a->law;
    for (int q = 0; q < s->scenario->percentile_count; q++) {
        double percent = 100 * s->scenario->percentiles[q];
        if (a->law != MDL_LAW_MG_INF) {
            mdl_figure_add(s, "station", name, sim_arena_print(s->arena, "waiting.p%.10g", percent),
                           "s", kind, a->wait_quantiles[q], law);
        }
        mdl_figure_add(s, "station", name, sim_arena_print(s->arena, "response.p%.10g", percent),
                       "s", kind, a->response_quantiles[q], law);
    }
}

static void class_figures(const struct mdl_sums *sums, struct mdl_solver *s, int station,
                          enum mdl_figure_kind kind, enum mdl_law law) {
    const struct mdl_station *st = &s->network->stations[station];
    const struct mdl_station_sum *a = &sums->stations[station];
    for (size_t c = 0; c < classes_of(s) && classes_of(s) > 1; c++) {
        if (a->class_visits[c] > 0) {
            mdl_figure_add(
                s, "station_class",
                sim_arena_print(s->arena, "%s/%s", st->name, s->network->classes[c].name),
                "response.mean", "s", kind, a->class_time[c] / a->class_visits[c], law);
        }
    }
}

static void station_figures(const struct mdl_sums *sums, struct mdl_solver *s, int station) {
    const struct mdl_station *st = &s->network->stations[station];
    const struct mdl_station_sum *a = &sums->stations[station];
    if (!a->visited) {
        return;
    }
    enum mdl_figure_kind kind = kind_of(s, a->exact);
    enum mdl_figure_kind flow = kind_of(s, flows_exact(s));
    enum mdl_law law = s->stations[station].law;
    bool limited = st->capacity >= 0 || st->has_patience;
    double servers = servers_of(s, station);
    mdl_figure_add(s, "station", st->name, "arrival_rate", "1/s", flow, a->visits / sums->span_s,
                   s->chain_count > 0 ? law : MDL_LAW_TRAFFIC);
    if (servers > 0) {
        /* at a speed per server, and nobody lost, busy servers follow from the work alone */
        bool by_law = st->speeds == NULL && !limited && st->schedule_count == 0 &&
                      st->discipline != MDL_RR && !a->saturated;
        double used =
            a->saturated || st->schedule_count > 0 ? (double)NAN : a->busy / sums->span_s / servers;
        mdl_figure_add(s, "station", st->name, "utilization", "1",
                       by_law && flow == MDL_EXACT ? MDL_EXACT : kind, used,
                       by_law ? MDL_LAW_UTILIZATION : law);
    }
    if (limited) {
        mdl_figure_add(s, "station", st->name, "error_rate", "1", kind, 1 - a->served / a->visits,
                       law);
    }
    mdl_figure_add(s, "station", st->name, "number.mean", "customers", kind,
                   a->number / sums->span_s, law);
    if (!st->has_patience) {
        mdl_figure_add(s, "station", st->name, "response.mean", "s", kind, a->number / a->served,
                       law);
    }
    bool queue = st->discipline != MDL_PS && st->discipline != MDL_DELAY &&
                 st->discipline != MDL_LCFS_PR && st->discipline != MDL_RR;
    if (queue && s->stations[station].law != MDL_LAW_MGCC) {
        mdl_figure_add(s, "station", st->name,
                       st->has_patience ? "waiting_all.mean" : "waiting.mean", "s", kind,
                       a->waiting / (st->has_patience ? a->visits : a->served), law);
        mdl_figure_add(s, "station", st->name, "waited", "1", kind, a->queued / a->visits, law);
    }
    class_figures(sums, s, station, kind, law);
    if (s->solution->steady && s->chain_count == 0 && a->exact) {
        station_quantiles(s, station, st->name, kind);
    }
}

/* Whether formulas have nothing to say but rates of arrival. */
static bool hopeless(const struct mdl_sums *sums, const struct mdl_solver *s) {
    bool fails = false;
    for (size_t i = 0; i < (size_t)s->network->source_count * classes_of(s); i++) {
        fails = fails || sums->requests[i].fails;
    }
    return s->traces || (s->retries && fails);
}

/* Whether some step fails, maybe after a time that the lost ones have taken. */
static bool fails_on_purpose(const struct mdl_solver *s) {
    for (int i = 0; i < s->traffic.step_count; i++) {
        if (s->traffic.steps[i]->kind == MDL_STEP_FAIL) {
            return true;
        }
    }
    return false;
}

/* Requests of some sources and classes together. */
static void request_figures(const struct mdl_sums *sums, struct mdl_solver *s, const char *scope,
                            const char *entity, size_t first, size_t count, size_t step,
                            bool responses) {
    struct mdl_request_sum all = {.exact = true, .alone = true};
    for (size_t i = 0; i < count; i++) {
        const struct mdl_request_sum *one = &sums->requests[first + i * step];
        if (one->arrived == 0) {
            continue;
        }
        all.arrived += one->arrived;
        all.ended_ok += one->ended_ok;
        all.time += one->time;
        all.exact = all.exact && one->exact;
        all.fails = all.fails || one->fails;
        all.alone = all.alone && one->alone;
    }
    if (!(all.arrived > 0)) {
        return;
    }
    bool stable = true;
    for (int i = 0; i < s->network->station_count; i++) {
        stable = stable && !sums->stations[i].saturated;
    }
    enum mdl_figure_kind flow = kind_of(s, flows_exact(s));
    enum mdl_law closed = s->closed_approximate ? MDL_LAW_SCHWEITZER : MDL_LAW_CLOSED;
    enum mdl_law traffic = s->chain_count > 0 ? closed : MDL_LAW_TRAFFIC;
    bool given = s->chain_count == 0 && sums->given; /* open rates are what the scenario says */
    mdl_figure_add(s, scope, entity, "arrival_rate", "1/s", given ? MDL_EXACT : flow,
                   all.arrived / sums->span_s, traffic);
    if (hopeless(sums, s)) {
        return;
    }
    if (stable) {
        bool lossless = !all.fails || all.exact;
        mdl_figure_add(s, scope, entity, "throughput", "1/s", lossless ? flow : MDL_APPROXIMATION,
                       all.ended_ok / sums->span_s, traffic);
    }
    if (all.fails) {
        mdl_figure_add(s, scope, entity, "error_rate", "1", kind_of(s, all.exact),
                       1 - all.ended_ok / all.arrived, traffic);
    }
    if (!responses) {
        return;
    }
    /* those that are lost take no time where they are lost at the only place that they visit */
    bool exact = all.exact && (!all.fails || (all.alone && !fails_on_purpose(s)));
    mdl_figure_add(s, scope, entity, "response.mean", "s", kind_of(s, exact),
                   all.time / all.ended_ok, MDL_LAW_SUM);
    mdl_figure_add(s, scope, entity, "number.mean", "requests", kind_of(s, all.exact),
                   all.time / sums->span_s, MDL_LAW_LITTLE);
}

/* The station that every request visits once and nothing else takes time; -1: there is none. */
static int only_hop(const struct mdl_solver *s) {
    size_t classes = classes_of(s);
    int hop = -1;
    for (int i = 0; i < s->stream_count; i++) {
        double visits = 0;
        double all = 0;
        for (int step = 0; step < s->traffic.step_count; step++) {
            const struct mdl_step *what = s->traffic.steps[step];
            bool timed = what->kind == MDL_STEP_SERVE || what->kind == MDL_STEP_DELAY ||
                         what->kind == MDL_STEP_BRANCH || what->kind == MDL_STEP_REPEAT ||
                         what->kind == MDL_STEP_CACHE || what->kind == MDL_STEP_FORK ||
                         what->kind == MDL_STEP_RETRY || what->kind == MDL_STEP_TIMEOUT;
            for (size_t c = 0; c < classes && timed; c++) {
                double reach = s->streams[i].flow->reach[(size_t)step * classes + c];
                all += reach;
                if (what->kind == MDL_STEP_SERVE && reach > 0) {
                    visits += reach;
                    if (hop >= 0 && hop != s->traffic.target[step]) {
                        return -1;
                    }
                    hop = s->traffic.target[step];
                }
            }
        }
        if (visits != 1 || all != 1) {
            return -1;
        }
    }
    return hop;
}

static void network_quantiles(struct mdl_solver *s, int hop) {
    const struct mdl_station_state *a = &s->stations[hop];
    enum mdl_law law = a->law == MDL_LAW_MG1 ? MDL_LAW_MG1_LAW : a->law;
    for (int q = 0; q < s->scenario->percentile_count; q++) {
        mdl_figure_add(
            s, "network", "",
            sim_arena_print(s->arena, "response.p%.10g", 100 * s->scenario->percentiles[q]), "s",
            kind_of(s, a->exact), a->response_quantiles[q], law);
    }
}

static void source_figures(const struct mdl_sums *sums, struct mdl_solver *s, int source,
                           bool responses) {
    const struct mdl_source *from = &s->network->sources[source];
    size_t classes = classes_of(s);
    if (s->presences[source] != NULL && !s->solution->steady) {
        double users =
            mdl_presence_mean(s->presences[source], s->scenario->warmup_s, s->scenario->horizon_s);
        bool closed = from->kind == MDL_SOURCE_CLOSED;
        bool poisson = from->kind == MDL_SOURCE_RATE || from->kind == MDL_SOURCE_CURVE;
        bool plain = poisson && !from->has_limit && !from->has_first &&
                     from->session->stay.kind != SIM_DIST_SEQUENCE;
        mdl_figure_add(s, "source", from->name, "users.mean", "users",
                       !closed && plain ? MDL_EXACT : MDL_APPROXIMATION, users,
                       closed ? MDL_LAW_POPULATION : MDL_LAW_MT_INF);
    }
    request_figures(sums, s, "source", from->name, (size_t)source * classes, classes, 1, responses);
}

static void shared_figures(const struct mdl_sums *sums, struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    for (int i = 0; i < n->cache_count; i++) {
        static const enum mdl_law laws[] = {[MDL_PROBABILITY] = MDL_LAW_TRAFFIC,
                                            [MDL_LRU] = MDL_LAW_CHE,
                                            [MDL_FIFO] = MDL_LAW_FIFO,
                                            [MDL_TTL] = MDL_LAW_TTL};
        enum mdl_law law = laws[n->caches[i].policy];
        bool given = n->caches[i].policy == MDL_PROBABILITY;
        if (sums->lookups[i] > 0) {
            mdl_figure_add(s, "cache", n->caches[i].name, "hit_ratio", "1",
                           given ? MDL_EXACT : MDL_APPROXIMATION,
                           1 - sums->misses[i] / sums->lookups[i], law);
            mdl_figure_add(s, "cache", n->caches[i].name, "miss_rate", "1/s",
                           given ? kind_of(s, flows_exact(s)) : MDL_APPROXIMATION,
                           sums->misses[i] / sums->span_s, law);
        }
    }
    for (int i = 0; i < n->pool_count; i++) {
        if (!s->traffic.mislaid[i] && !s->forks) {
            mdl_figure_add(s, "pool", n->pools[i].name, "held.mean", "places", MDL_APPROXIMATION,
                           sums->held[i] / sums->span_s, MDL_LAW_POOL);
        }
    }
}

/* Throughput and response of one chain alone: bounds that no assumption but steadiness needs. */
static void asymptotic_figures(struct mdl_solver *s) {
    if (s->chain_count != 1 || s->stream_count != 1 || !s->solution->steady ||
        s->flow_doubt != NULL || s->forks || s->doubt != NULL) {
        return;
    }
    double users = s->users[0];
    double think = s->think[0];
    double rate = s->rate[0];
    double least = 0;   /* time of a request alone */
    double longest = 0; /* work of one request over the rate of its station, the largest */
    double slowest = 0; /* the same, at the rate for one customer, summed */
    for (int i = 0; i < s->network->station_count; i++) {
        const struct mdl_station_state *a = &s->stations[i];
        if (a->arrival_rate == 0 || !(rate > 0)) {
            continue;
        }
        struct mdl_rates rates = mdl_place_rates(s, i, 0);
        double demand = a->work / rate;
        double alone = demand / mdl_rate_at(&rates, 1);
        bool delay = s->network->stations[i].discipline == MDL_DELAY;
        least += alone;
        slowest += delay ? 0 : alone;
        longest = fmax(longest, isfinite(a->capacity) ? demand / a->capacity : 0);
        if (s->network->stations[i].schedule_count > 0 || s->network->stations[i].capacity >= 0 ||
            (s->network->stations[i].instances > 1 && !mdl_places_alike(s, i))) {
            return;
        }
    }
    double most = users / (think + least);
    most = longest > 0 ? fmin(most, 1 / longest) : most;
    double low = users / (think + least + (users - 1) * slowest);
    const char *name = s->network->sources[s->streams[0].source].name;
    mdl_figure_bound(s, "source", name, "throughput", "1/s", low, most, MDL_LAW_ASYMPTOTIC);
    mdl_figure_bound(s, "source", name, "response.mean", "s", fmax(least, users * longest - think),
                     least + (users - 1) * slowest, MDL_LAW_ASYMPTOTIC);
}

void mdl_sums_figures(struct mdl_sums *sums, struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    size_t classes = classes_of(s);
    size_t sources = (size_t)n->source_count;
    mdl_sums_loads(sums, s);
    bool responses = !mdl_sums_pools_fill(sums, s);
    request_figures(sums, s, "network", "", 0, sources * classes, 1, responses);
    for (int i = 0; i < n->source_count; i++) {
        source_figures(sums, s, i, responses);
    }
    for (size_t c = 0; c < classes && classes > 1 && !mdl_sums_classes_change(s); c++) {
        request_figures(sums, s, "class", n->classes[c].name, c, sources, classes, responses);
    }
    if (hopeless(sums, s)) {
        mdl_reserve(s, true, "all but rates of arrival", "%s",
                    s->traces ? "arrivals at given times have no rate for formulas to work with"
                              : "attempts fail and are tried again");
        return;
    }
    asymptotic_figures(s);
    for (int i = 0; i < n->station_count; i++) {
        station_figures(sums, s, i);
    }
    int hop = only_hop(s);
    if (hop >= 0 && s->solution->steady && s->chain_count == 0 && sums->stations[hop].exact) {
        network_quantiles(s, hop);
    }
    shared_figures(sums, s);
    mdl_sums_reserve(sums, s);
}
