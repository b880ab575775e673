/* What the nodes of a drawn network say: a few lines each, the name first. */
#include <math.h>
#include <stdlib.h>

#include "models/graph_parts.h"

enum { LINES_MOST = 4, DEMANDS_MOST = 3 };

/* --- pieces of text ------------------------------------------------------------------------ */

const char *mdl_graph_plain(struct sim_arena *a, const char *name) {
    char *copy = sim_arena_copy(a, name);
    for (char *c = copy; *c != '\0'; c++) {
        *c = *c == '\n' ? '?' : *c;
    }
    return copy;
}

static const char *duration(struct sim_arena *a, double seconds) {
    struct sim_dist constant = sim_dist_constant(seconds);
    return sim_dist_text(&constant, a);
}

/* "90/s", "5/m", "10/h": by the first unit of time in which four digits say all. */
static const char *rate(struct sim_arena *a, double per_s) {
    static const double units[] = {1, 60, 3600};
    static const char *const names[] = {"s", "m", "h"};
    for (int i = 0; i < 3; i++) {
        const char *text = sim_arena_print(a, "%.4g", per_s * units[i]);
        if (fabs(strtod(text, NULL) - per_s * units[i]) <= 1e-9 * per_s) {
            return sim_arena_print(a, "%s/%s", text, names[i]);
        }
    }
    return sim_arena_print(a, "%.4g/s", per_s);
}

const char *mdl_graph_percent(struct sim_arena *a, double frac) {
    return sim_arena_print(a, "%.3g %%", 100 * frac);
}

/* `text` and another line. */
static const char *line(struct sim_arena *a, const char *text, const char *more) {
    return sim_arena_print(a, "%s\n%s", text, more);
}

/* --- what nodes say ----------------------------------------------------------------------- */

static const char *least_and_most(struct sim_arena *a, const struct mdl_point *points, int count,
                                  bool rates) {
    double low = INFINITY;
    double high = 0;
    for (int i = 0; i < count; i++) {
        low = fmin(low, points[i].value);
        high = fmax(high, points[i].value);
    }
    const char *from = rates ? rate(a, low) : sim_arena_print(a, "%g", low);
    const char *to = rates ? rate(a, high) : sim_arena_print(a, "%g", high);
    return low == high ? to : sim_arena_print(a, "%s to %s", from, to);
}

static const char *session_text(struct sim_arena *a, const char *text,
                                const struct mdl_session *session) {
    if (session->has_stay) {
        text = line(a, text, sim_arena_print(a, "each stays %s", sim_dist_text(&session->stay, a)));
    }
    for (int i = 0; i < session->action_count && session->action_count <= LINES_MOST; i++) {
        const struct mdl_action *action = &session->actions[i];
        text = line(a, text,
                    sim_arena_print(a, "%s %s: %d request%s", mdl_graph_percent(a, action->p),
                                    mdl_graph_plain(a, action->name), action->requests,
                                    action->requests > 1 ? "s" : ""));
    }
    return text;
}

static const char *source_text(struct sim_arena *a, const struct mdl_source *s) {
    const char *text = mdl_graph_plain(a, s->name);
    switch (s->kind) {
    case MDL_SOURCE_RENEWAL:
        text = line(a, text, sim_arena_print(a, "every %s", sim_dist_text(&s->arrivals, a)));
        break;
    case MDL_SOURCE_RATE:
        text = line(a, text, least_and_most(a, s->points, s->point_count, true));
        break;
    case MDL_SOURCE_CURVE:
        text = line(a, text,
                    sim_arena_print(a, "%.10g in %s", s->total,
                                    duration(a, s->points[s->point_count - 1].t_s)));
        break;
    case MDL_SOURCE_TIMES:
        text =
            line(a, text,
                 sim_arena_print(a, "%d arrival%s", s->time_count, s->time_count > 1 ? "s" : ""));
        break;
    case MDL_SOURCE_CLOSED:
        text = line(
            a, text,
            sim_arena_print(a, "%s users", least_and_most(a, s->points, s->point_count, false)));
        if (s->has_think) {
            text = line(a, text, sim_arena_print(a, "think %s", sim_dist_text(&s->think, a)));
        }
        break;
    }
    if (s->batch > 1) {
        text = sim_arena_print(a, "%s, %d at a time", text, s->batch);
    }
    return s->session != NULL ? session_text(a, text, s->session) : text;
}

static const char *demands_text(struct sim_arena *a, const struct mdl_node *node) {
    double low = INFINITY;
    double high = 0;
    const char *text = "";
    for (int i = 0; i < node->demand_count; i++) {
        low = fmin(low, node->demands[i].mean_s);
        high = fmax(high, node->demands[i].mean_s);
        text = line(a, text, node->demands[i].text);
    }
    return node->demand_count <= DEMANDS_MOST
               ? text
               : sim_arena_print(a, "\n%s to %s a visit", duration(a, low), duration(a, high));
}

/* "4 instances, least_outstanding". */
static const char *instances_text(struct sim_arena *a, int count, enum mdl_balancer balancer,
                                  int choices, const char *with) {
    static const char *const balancers[] = {
        "random",          "round robin",          "least outstanding",
        "weighted random", "weighted round robin", "power of"};
    if (count == 1) {
        return "";
    }
    if (with != NULL) {
        return sim_arena_print(a, "\n%d instances", count);
    }
    if (balancer == MDL_POWER_OF) {
        return sim_arena_print(a, "\n%d instances, power of %d", count, choices);
    }
    return sim_arena_print(a, "\n%d instances, %s", count, balancers[balancer]);
}

static const char *station_text(struct sim_arena *a, const struct mdl_station *s,
                                const struct mdl_node *node) {
    static const char *const disciplines[] = {"fcfs", "ps",      "delay",  "priority",
                                              "lcfs", "lcfs_pr", "random", "priority_preemptive",
                                              "rr"};
    const char *text = line(a, mdl_graph_plain(a, s->name), disciplines[s->discipline]);
    if (s->discipline != MDL_DELAY) {
        text = sim_arena_print(a, "%s, %d server%s", text, s->servers, s->servers > 1 ? "s" : "");
    }
    if (s->discipline == MDL_RR) {
        text = sim_arena_print(a, "%s, slices of %s", text, duration(a, s->quantum_s));
    }
    if (s->slots > 0) {
        text = sim_arena_print(a, "%s, %d slots", text, s->slots);
    }
    text = sim_arena_print(a, "%s%s%s", text,
                           instances_text(a, s->instances, s->balancer, s->choices, s->with),
                           demands_text(a, node));
    if (s->instance_list != NULL) {
        text = line(a, text, "unlike instances");
    }
    if (s->capacity >= 0) {
        text = line(a, text, sim_arena_print(a, "at most %lld inside", (long long)s->capacity));
    }
    if (s->has_patience) {
        text = line(a, text, sim_arena_print(a, "patience %s", sim_dist_text(&s->patience, a)));
    }
    if (s->speeds != NULL) {
        text = line(a, text,
                    sim_arena_print(a, "total speed %g to %g", s->speeds[0],
                                    s->speeds[s->speed_count - 1]));
    } else if (s->speed != 1) {
        text = line(a, text, sim_arena_print(a, "speed %g", s->speed));
    }
    return s->schedule_count > 0 ? line(a, text, "speed by schedule") : text;
}

static const char *pool_text(struct sim_arena *a, const struct mdl_pool *pool) {
    const char *text =
        line(a, mdl_graph_plain(a, pool->name),
             sim_arena_print(a, "%lld place%s%s", (long long)pool->size, pool->size > 1 ? "s" : "",
                             pool->instances > 1 ? " in each of" : ""));
    text = sim_arena_print(
        a, "%s%s", text,
        instances_text(a, pool->instances, pool->balancer, pool->choices, pool->with));
    if (pool->queue >= 0) {
        text = line(a, text,
                    pool->queue == 0 ? "nobody waits"
                                     : sim_arena_print(a, "%lld may wait", (long long)pool->queue));
    }
    if (pool->has_patience) {
        text =
            line(a, text, sim_arena_print(a, "for at most %s", sim_dist_text(&pool->patience, a)));
    }
    if (pool->crash_at > 0) {
        text = line(a, text, sim_arena_print(a, "crashes at %lld", (long long)pool->crash_at));
    }
    return text;
}

static const char *cache_text(struct sim_arena *a, const struct mdl_cache *cache) {
    static const char *const policies[] = {"", "lru", "fifo", "ttl"};
    const char *text = mdl_graph_plain(a, cache->name);
    if (cache->policy == MDL_PROBABILITY) {
        return line(a, text, sim_arena_print(a, "hit %s", mdl_graph_percent(a, cache->hit)));
    }
    text = line(a, text, policies[cache->policy]);
    if (cache->policy == MDL_TTL) {
        text = sim_arena_print(a, "%s, %lld keys", text, (long long)cache->keys);
    } else {
        text = sim_arena_print(a, "%s, %lld of %lld keys", text, (long long)cache->capacity,
                               (long long)cache->keys);
    }
    if (cache->ttl_s > 0) {
        text = line(a, text, sim_arena_print(a, "for %s", duration(a, cache->ttl_s)));
    }
    return line(a, text, cache->warm ? "warm" : "cold");
}

static const char *retry_text(struct sim_arena *a, const struct mdl_retry *r) {
    const char *text = r->attempts == 0 ? "retry\nwithout limit"
                                        : sim_arena_print(a, "retry\n%d attempt%s", r->attempts,
                                                          r->attempts > 1 ? "s" : "");
    if (r->exponential) {
        text =
            line(a, text,
                 sim_arena_print(a, "pause %s × %g each time", duration(a, r->base_s), r->factor));
    } else if (r->backoff_count > 0) {
        text = line(a, text,
                    sim_arena_print(a, "pause %s%s", sim_dist_text(&r->backoffs[0], a),
                                    r->backoff_count > 1 ? ", then others" : ""));
    }
    return r->has_budget
               ? line(a, text,
                      sim_arena_print(a, "budget %s", mdl_graph_percent(a, r->budget_ratio)))
               : text;
}

static const char *timeout_text(struct sim_arena *a, const struct mdl_step *step) {
    static const char *const cancels[] = {"work goes on", "cancels waiting", "cancels all"};
    return sim_arena_print(a, "timeout %s\n%s", sim_dist_text(&step->demand, a),
                           cancels[step->cancel]);
}

static const char *join_text(struct sim_arena *a, const struct mdl_step *step) {
    int branches = step->times > 0 ? step->times : step->block_count;
    const char *text = step->join == 0 || step->join == branches
                           ? "join"
                           : sim_arena_print(a, "join %d of %d", step->join, branches);
    return step->cancel_rest ? line(a, text, "cancel the rest") : text;
}

/* What stands beside a step's own name. */
static const char *named(struct sim_arena *a, const struct mdl_step *step, const char *text) {
    return step->name != NULL ? sim_arena_print(a, "%s\n%s", mdl_graph_plain(a, step->name), text)
                              : text;
}

static const char *limiter_text(struct sim_arena *a, const struct mdl_limiter *limiter) {
    const char *text =
        line(a, mdl_graph_plain(a, limiter->name),
             sim_arena_print(a, "%s, burst %g", rate(a, limiter->rate_per_s), limiter->burst));
    if (limiter->instances > 1) {
        text = line(a, text, sim_arena_print(a, "%d buckets", limiter->instances));
    }
    if (limiter->waits && limiter->queue < 0) {
        return line(a, text, "waits for tokens");
    }
    return limiter->waits
               ? line(a, text, sim_arena_print(a, "%lld may wait", (long long)limiter->queue))
               : text;
}

static const char *breaker_text(struct sim_arena *a, const struct mdl_breaker *breaker) {
    return line(a, mdl_graph_plain(a, breaker->name),
                sim_arena_print(a, "opens at %s of %d\nfor %s",
                                mdl_graph_percent(a, breaker->failures), breaker->over,
                                duration(a, breaker->open_for_s)));
}

const char *mdl_graph_node_text(const struct mdl_graph *graph, const struct mdl_node *node) {
    const struct mdl_network *n = &graph->scenario->network;
    struct sim_arena *a = graph->arena;
    switch (node->kind) {
    case MDL_NODE_SOURCE:
        return source_text(a, &n->sources[node->index]);
    case MDL_NODE_STATION:
        return station_text(a, &n->stations[node->index], node);
    case MDL_NODE_POOL:
        return pool_text(a, &n->pools[node->index]);
    case MDL_NODE_CACHE:
        return cache_text(a, &n->caches[node->index]);
    case MDL_NODE_LIMITER:
        return limiter_text(a, &n->limiters[node->index]);
    case MDL_NODE_BREAKER:
        return breaker_text(a, &n->breakers[node->index]);
    case MDL_NODE_END:
        return "answered";
    case MDL_NODE_RETRY:
        return named(a, node->step, retry_text(a, node->step->retry));
    case MDL_NODE_TIMEOUT:
        return named(a, node->step, timeout_text(a, node->step));
    case MDL_NODE_FORK:
        return named(a, node->step, "fork");
    case MDL_NODE_JOIN:
        return join_text(a, node->step);
    case MDL_NODE_FAIL:
    case MDL_NODE_NONE:
        break;
    }
    return "";
}
