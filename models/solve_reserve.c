/* Loads, and what could not be solved or not exactly, with the reasons. */
#include <math.h>
#include <string.h>

#include "models/solve_sums.h"

static size_t classes_of(const struct mdl_solver *s) { return (size_t)s->network->class_count; }

/* A pool that is full with a higher probability is not taken as never full. */
static const double FILLS = 1e-3;

bool mdl_sums_classes_change(const struct mdl_solver *s) {
    for (int i = 0; i < s->traffic.step_count; i++) {
        if (s->traffic.steps[i]->kind == MDL_STEP_CLASS) {
            return true;
        }
    }
    return false;
}

void mdl_sums_loads(const struct mdl_sums *sums, struct mdl_solver *s) {
    struct mdl_solution *solution = s->solution;
    double arrived = 0;
    for (size_t i = 0; i < (size_t)s->network->source_count * classes_of(s); i++) {
        arrived += sums->requests[i].arrived;
    }
    solution->load_count = s->network->station_count;
    solution->loads =
        sim_arena_array(s->arena, (size_t)solution->load_count, sizeof *solution->loads);
    for (int i = 0; i < solution->load_count; i++) {
        const struct mdl_station_sum *a = &sums->stations[i];
        solution->loads[i] = (struct mdl_station_load){
            .name = s->network->stations[i].name,
            .visits = a->visits / arrived,
            .demand_s = a->work / arrived,
            .visits_per_s = a->visits / sums->span_s,
            .load = isfinite(a->capacity) && a->visited ? a->work / sums->span_s / a->capacity
                                                        : (double)NAN,
            .saturated = a->saturated,
        };
    }
    double load;
    solution->bottleneck = mdl_sums_busiest(sums, s, &load);
    if (solution->bottleneck >= 0 && s->chain_count == 0 && load > 0 && load < 1 &&
        solution->steady) {
        solution->headroom = 1 / load;
    }
}

static const char *joined(struct mdl_solver *s, const char *list, const char *name) {
    return list == NULL ? name : sim_arena_print(s->arena, "%s, %s", list, name);
}

/* Why the station's figures are no more than approximations. */
static const char *why_not_exact(const struct mdl_solver *s, int station) {
    const struct mdl_station_state *a = &s->stations[station];
    if (s->closed_approximate) {
        return "the exact solution of the closed network is too much work: approximate mean-value "
               "analysis";
    }
    if (s->chain_count > 0 && !a->nice) {
        return "not of product form (first come first served needs exponential demands of one "
               "mean): taken as processor sharing";
    }
    if (s->chain_count > 0) {
        return "other stations of the closed network are not of product form";
    }
    if (a->doubt != NULL) {
        return a->doubt;
    }
    return "its arrivals are not Poisson: they come from a source or through stations that change "
           "their rhythm, or come back";
}

static void reserve_stations(const struct mdl_sums *sums, struct mdl_solver *s) {
    enum { REASONS = 16 };
    const char *whys[REASONS];
    const char *lists[REASONS];
    int count = 0;
    for (int i = 0; i < s->network->station_count; i++) {
        const struct mdl_station_sum *a = &sums->stations[i];
        const char *name = s->network->stations[i].name;
        if (!a->visited) {
            continue;
        }
        if (a->saturated) {
            double work = s->solution->loads[i].load;
            if (s->solution->steady) {
                mdl_reserve(s, true, name,
                            "no steady state: it is asked for %.3g times what it can do, so that "
                            "its queue grows by %.3g visits/s",
                            work, s->solution->loads[i].visits_per_s * (1 - 1 / work));
            } else {
                mdl_reserve(s, true, name,
                            "from %.0f s on it is for a while asked for more than it can do; its "
                            "queue then lasts longer than the stretch",
                            a->first_saturated_s);
            }
            continue;
        }
        if (isnan(a->number)) {
            const char *doubt = s->stations[i].doubt;
            mdl_reserve(s, true, name, "%s",
                        doubt != NULL ? doubt : "it depends on a station without steady state");
            continue;
        }
        if (a->exact || !s->solution->steady ||
            (s->doubt != NULL && s->stations[i].doubt == NULL) ||
            (s->flow_doubt != NULL && s->stations[i].doubt == NULL)) {
            continue;
        }
        const char *why = why_not_exact(s, i);
        int r = 0;
        while (r < count && strcmp(whys[r], why) != 0) {
            r++;
        }
        if (r < REASONS) {
            lists[r] = joined(s, r < count ? lists[r] : NULL, name);
            whys[r] = why;
            count = r == count ? count + 1 : count;
        }
    }
    for (int r = 0; r < count; r++) {
        mdl_reserve(s, false, lists[r], "%s", whys[r]);
    }
}

bool mdl_sums_pools_fill(const struct mdl_sums *sums, const struct mdl_solver *s) {
    for (int i = 0; i < s->network->pool_count; i++) {
        const struct mdl_pool *pool = &s->network->pools[i];
        double held = sums->most_held[i] / pool->instances;
        if (!isfinite(held) || mdl_poisson_at_least(held, pool->size) > FILLS) {
            return true;
        }
    }
    return false;
}

static void reserve_pools(const struct mdl_sums *sums, struct mdl_solver *s) {
    for (int i = 0; i < s->network->pool_count; i++) {
        const struct mdl_pool *pool = &s->network->pools[i];
        if (s->traffic.mislaid[i] || s->forks) {
            mdl_reserve(s, true, pool->name,
                        "its places are held across routes or forks, which is not followed");
            continue;
        }
        double held = sums->most_held[i] / pool->instances;
        if (!isfinite(held)) {
            mdl_reserve(s, true, pool->name,
                        "a station on the way of those who hold it has no "
                        "solution");
            continue;
        }
        double full = mdl_poisson_at_least(held, pool->size);
        mdl_reserve(s, full > FILLS, pool->name,
                    "%.3g of %lld places%s held at most on average; the probability that all are "
                    "is about %.2g, were the number Poisson (M/G/infinity): %s",
                    held, (long long)pool->size, pool->instances > 1 ? " of an instance" : "", full,
                    full > FILLS ? "waiting for a place is not solved, and so neither are response "
                                   "times of requests"
                                 : "taken as never full");
    }
}

void mdl_sums_reserve(const struct mdl_sums *sums, struct mdl_solver *s) {
    if (s->traffic.circular) {
        mdl_reserve(s, true, "routes", "they call one another in a circle");
    }
    if (!s->solution->steady) {
        mdl_reserve(s, false, "all but the number of users",
                    "the load changes with time: each stretch is solved as if it were steady "
                    "(quasi-stationary; Green and Kolesar 1991), with requests at their mean rate "
                    "however many users happen to be there");
    }
    for (int i = 0; i < s->network->source_count; i++) {
        const struct mdl_source *source = &s->network->sources[i];
        if (source->session != NULL && source->session->back_to_back) {
            mdl_reserve(s, false, source->name,
                        "actions of fixed lengths one after the other keep users in step: where "
                        "they start on a common beat, requests come in bursts that formulas for "
                        "random arrivals do not see");
        }
    }
    if (s->doubt != NULL) {
        mdl_reserve(s, false, "waiting anywhere", "%s", s->doubt);
    }
    if (s->flow_doubt != NULL) {
        mdl_reserve(s, false, "rates and all that follows", "%s", s->flow_doubt);
    }
    reserve_stations(sums, s);
    reserve_pools(sums, s);
    if (s->forks) {
        mdl_reserve(s, true, "response times of requests",
                    "requests fork: the slowest of branches has no general formula");
    }
    for (int i = 0; i < s->stream_count; i++) {
        if (s->streams[i].action >= 0 && isnan(s->rate[i])) {
            mdl_reserve(s, true, s->network->sources[s->streams[i].source].name,
                        "actions back to back that take no time of their own: their rate depends "
                        "on the responses");
            break;
        }
    }
    if (mdl_sums_classes_change(s)) {
        mdl_reserve(s, true, "responses by class",
                    "requests change class on their way; by source they are solved");
    }
}
