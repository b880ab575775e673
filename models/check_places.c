/* Values of stations, pools, caches and breakers, each by itself. (A limiter's are judged where it
 * is read.)
 */
#include "models/check_parts.h"

static void check_choices(struct mdl_checking *checking, enum mdl_balancer balancer, int choices,
                          int instances, const char *where) {
    if (balancer == MDL_POWER_OF && (choices < 1 || choices > instances)) {
        sim_diag_add(checking->diags, "too-many-choices",
                     mdl_check_path(checking, where, "choices"),
                     "choices from 1 to the number of instances: they are distinct", NULL,
                     "%d choices among %d instances", choices, instances);
    }
}

/* --- stations ----------------------------------------------------------------------------- */

/* The most customers that the station serves at once; 0: all. */
static int served_at_once(const struct mdl_station *station, int instance) {
    switch (station->discipline) {
    case MDL_DELAY:
        return 0;
    case MDL_PS:
        return station->slots;
    case MDL_FCFS:
    case MDL_PRIORITY:
    case MDL_LCFS:
    case MDL_LCFS_PR:
    case MDL_SIRO:
    case MDL_PRIORITY_PREEMPTIVE:
    case MDL_RR:
        break;
    }
    return station->instance_list ? station->instance_list[instance].servers : station->servers;
}

static void check_push_out(struct mdl_checking *checking, const struct mdl_station *station) {
    int most = 0;
    bool waits = true;
    for (int i = 0; i < (station->instance_list ? station->instances : 1); i++) {
        int served = served_at_once(station, i);
        most = served > most ? served : most;
        waits = waits && served > 0;
    }
    if (!waits || station->capacity <= most) {
        sim_diag_add(checking->diags, "nobody-to-push-out",
                     mdl_check_path(checking, station->where, "when_full"),
                     "\"push_out\" only where customers wait: a capacity above those served at "
                     "once, in every instance",
                     NULL, waits ? "a capacity of %lld, and %d served at once" : "nobody waits",
                     (long long)station->capacity, most);
    }
}

static void check_schedule(struct mdl_checking *checking, const struct mdl_station *station) {
    const struct mdl_point *points = station->schedule;
    int last = station->schedule_count - 1;
    struct sim_diags *diags = checking->diags;
    const char *where = mdl_check_path(checking, station->where, "schedule");
    const char *expected = "points from time 0 on, each later than the one before";
    double most = 0;
    if (points[0].t_s != 0) {
        sim_diag_add(diags, "bad-schedule", where, expected, "add a first point at \"0s\"",
                     "a first point at %.9gs", points[0].t_s);
    }
    for (int i = 0; i <= last; i++) {
        if (i > 0 && !(points[i].t_s > points[i - 1].t_s)) {
            sim_diag_add(diags, "not-ascending", where, expected, NULL,
                         "a point at %.9gs after one at %.9gs", points[i].t_s, points[i - 1].t_s);
            return;
        }
        most = points[i].value > most ? points[i].value : most;
    }
    if (!(most > 0)) {
        sim_diag_add(diags, "bad-schedule", where, "a factor above 0 at some time", NULL,
                     "a station that never works");
    }
    if (station->schedule_every_s > 0 && !(station->schedule_every_s > points[last].t_s)) {
        sim_diag_add(diags, "bad-schedule", where, "a period beyond the last point", NULL,
                     "\"every\" %.9gs, a point at %.9gs", station->schedule_every_s,
                     points[last].t_s);
    }
}

static void check_credits(struct mdl_checking *checking, const struct mdl_station *station) {
    const struct mdl_credits *credits = station->credits;
    const struct {
        const char *key;
        double value;
    } amounts[] = {
        {"start", credits->start}, {"launch", credits->launch}, {"resume", credits->resume}};
    const char *where = mdl_check_path(checking, station->where, "credits");
    for (int i = 0; i < 3; i++) {
        if (amounts[i].value > credits->cap) {
            sim_diag_add(checking->diags, "too-many-credits",
                         mdl_check_path(checking, where, amounts[i].key),
                         "at most \"cap\" credits (by default 24 h of earnings)", NULL,
                         "%.9g credits, and a cap of %.9g", amounts[i].value, credits->cap);
        }
    }
}

static void check_station(struct mdl_checking *checking, const struct mdl_station *station) {
    if (station->has_demand) {
        mdl_check_dist(checking, &station->demand, station->where, "demand");
    }
    for (int c = 0; c < station->demand_class_count; c++) {
        mdl_check_dist(checking, &station->demand_by_class[c], station->where, "demand");
    }
    if (station->has_patience) {
        mdl_check_dist(checking, &station->patience, station->where, "patience");
    }
    if (station->schedule_count > 0) {
        check_schedule(checking, station);
    }
    if (station->push_out) {
        check_push_out(checking, station);
    }
    if (station->credits) {
        check_credits(checking, station);
    }
    check_choices(checking, station->balancer, station->choices, station->instances,
                  station->where);
}

static void check_crash(struct mdl_checking *checking, const struct mdl_pool *pool) {
    mdl_check_dist(checking, &pool->down, pool->where, "crash.down");
    if (!mdl_takes_time(pool->down.mean)) {
        sim_diag_add(checking->diags, "timeless-crash",
                     mdl_check_path(checking, pool->where, "crash.down"), "a duration above 0",
                     NULL, "a crash that takes no time");
    }
    if (pool->queue >= 0 && pool->crash_at > pool->size + pool->queue) {
        sim_diag_add(checking->diags, "never-crashes",
                     mdl_check_path(checking, pool->where, "crash.at"),
                     "at most as many as hold or wait for a place (\"size\" + \"queue\")", NULL,
                     "a crash at %lld, with places and room for %lld", (long long)pool->crash_at,
                     (long long)pool->size + (long long)pool->queue);
    }
}

/* --- all ---------------------------------------------------------------------------------- */

void mdl_check_places(struct mdl_checking *checking) {
    const struct mdl_network *network = checking->network;
    for (int i = 0; i < network->station_count; i++) {
        check_station(checking, &network->stations[i]);
    }
    for (int i = 0; i < network->pool_count; i++) {
        const struct mdl_pool *pool = &network->pools[i];
        if (pool->crash_at > 0) {
            check_crash(checking, pool);
        }
        if (pool->has_patience) {
            mdl_check_dist(checking, &pool->patience, pool->where, "patience");
        }
        check_choices(checking, pool->balancer, pool->choices, pool->instances, pool->where);
    }
    for (int i = 0; i < network->cache_count; i++) {
        const struct mdl_cache *cache = &network->caches[i];
        if (cache->capacity > cache->keys) {
            sim_diag_add(checking->diags, "cache-too-large",
                         mdl_check_path(checking, cache->where, "capacity"),
                         "a capacity of at most the number of keys", NULL,
                         "room for %lld of %lld keys", (long long)cache->capacity,
                         (long long)cache->keys);
        }
    }
    for (int i = 0; i < network->breaker_count; i++) {
        const struct mdl_breaker *breaker = &network->breakers[i];
        if (breaker->calls > breaker->over) {
            sim_diag_add(checking->diags, "never-opens",
                         mdl_check_path(checking, breaker->where, "calls"),
                         "at most as many calls as it remembers (\"over\")", NULL,
                         "%d calls of the last %d", breaker->calls, breaker->over);
        }
    }
}
