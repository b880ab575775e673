#include "tests/random_network.h"

#include <stdarg.h>
#include <stdio.h>

#include "tests/random_writer.h"

/* --- chance and text ---------------------------------------------------------------------- */

unsigned random_below(struct random_writer *w, unsigned n) {
    w->state += 0x9e3779b97f4a7c15u;
    uint64_t x = w->state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return (unsigned)((x ^ (x >> 31)) % n);
}

bool random_chance(struct random_writer *w, unsigned percent) {
    return random_below(w, 100) < percent;
}

void random_put(struct random_writer *w, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(w->out, format, arguments);
    va_end(arguments);
}

/* Half seconds, so that events meet. */
unsigned random_grid_ms(struct random_writer *w) { return 500 * random_below(w, 5); }

void random_put_dist(struct random_writer *w, bool positive) {
    unsigned ms = 1 + random_below(w, random_chance(w, 50) ? 200 : 2000);
    switch (random_below(w, 16)) {
    case 0:
        random_put(w, "\"exp(%ums)\"", ms);
        break;
    case 1:
        random_put(w, "\"lognormal(%ums, cv=%u.5)\"", ms, random_below(w, 3));
        break;
    case 2:
        random_put(w, "\"erlang(%ums, k=%u)\"", ms, 1 + random_below(w, 5));
        break;
    case 3:
        random_put(w, "\"hyperexp(%ums, cv=%u)\"", ms, 1 + random_below(w, 4));
        break;
    case 4:
        random_put(w, "\"gamma(%ums, cv=0.%u)\"", ms, 1 + random_below(w, 9));
        break;
    case 5:
        random_put(w, "\"weibull(%ums, shape=0.%u)\"", ms, 4 + random_below(w, 6));
        break;
    case 6:
        random_put(w, "\"pareto(%ums, alpha=1.5, max=%us)\"", ms, 20 + random_below(w, 100));
        break;
    case 7:
        random_put(w, "\"uniform(%ums, %ums)\"", random_below(w, ms), ms);
        break;
    case 8:
        random_put(w, "\"mix(0.25: %ums, 0.75: exp(%ums))\"", 500 + random_grid_ms(w), ms);
        break;
    case 9:
        random_put(w, "\"sequence(%ums, %ums, %ums)\"", 500 + random_grid_ms(w), random_grid_ms(w),
                   random_grid_ms(w));
        break;
    default:
        random_put(w, "\"%ums\"", positive ? 500 + random_grid_ms(w) : random_grid_ms(w));
    }
}

const char *random_comma(int index) { return index > 0 ? ", " : ""; }

/* --- parts -------------------------------------------------------------------------------- */

static void put_classes(struct random_writer *w) {
    random_put(w, "\"classes\": {");
    for (int i = 0; i < w->classes; i++) {
        random_put(w, "%s\"c%d\": {\"priority\": %u}", random_comma(i), i, 1 + random_below(w, 3));
    }
    random_put(w, "},\n");
}

static void put_balancer(struct random_writer *w) {
    static const char *const balancers[] = {"random", "round_robin", "least_outstanding",
                                            "power_of"};
    random_put(w, ", \"balancer\": \"%s\"", balancers[random_below(w, w->plain ? 3 : 4)]);
    if (random_chance(w, 50)) {
        random_put(w, ", \"ties\": \"%s\"", random_chance(w, 50) ? "random" : "lowest");
    }
}

static void put_pools(struct random_writer *w) {
    random_put(w, "\"pools\": [");
    for (int i = 0; i < w->pools; i++) {
        int size = 1 + (int)random_below(w, 6);
        random_put(w, "%s{\"name\": \"p%d\", \"size\": %d, \"instances\": %d", random_comma(i), i,
                   size, w->instances[i]);
        put_balancer(w);
        if (!w->plain && i > 0 && w->instances[i] == w->instances[0] && random_chance(w, 40)) {
            random_put(w, ", \"watch\": \"p0\"");
        }
        bool room = random_chance(w, 85);
        if (!room || random_chance(w, 40)) {
            random_put(w, ", \"queue\": %u", room ? 1 + random_below(w, 3) : 0);
        }
        if (room && !w->plain && random_chance(w, 40)) {
            random_put(w, ", \"discipline\": \"%s\"", random_chance(w, 50) ? "lcfs" : "priority");
        }
        if (room && random_chance(w, 50)) {
            random_put(w, ", \"patience\": ");
            random_put_dist(w, false);
        }
        if (!w->plain && random_chance(w, 40)) {
            random_put(w, ", \"crash\": {\"at\": %d, \"down\": ", size + (room ? 1 : 0));
            random_put_dist(w, true);
            random_put(w, "}");
        }
        random_put(w, "}");
    }
    random_put(w, "],\n");
}

static void put_station_demand(struct random_writer *w) {
    random_put(w, ", \"demand\": ");
    if (random_chance(w, 60)) {
        random_put_dist(w, false);
        return;
    }
    random_put(w, "{");
    for (int i = 0; i < w->classes; i++) {
        random_put(w, "%s\"c%d\": ", random_comma(i), i);
        random_put_dist(w, false);
    }
    random_put(w, "}");
}

/* How the discipline goes on; returns whether anybody ever waits. *speeds: total ones were given.
 */
static bool put_discipline(struct random_writer *w, bool *speeds, bool *delay) {
    static const char *const disciplines[] = {"fcfs",   "ps",   "priority",
                                              "delay",  "lcfs", "lcfs_pr",
                                              "random", "rr",   "priority_preemptive"};
    enum { PS = 1, DELAY = 3, LCFS_PR = 5, RR = 7, PREEMPTIVE = 8 };
    unsigned discipline = random_below(w, w->plain ? 4 : 9);
    bool waits = discipline != PS && discipline != DELAY && discipline != LCFS_PR;
    random_put(w, ", \"discipline\": \"%s\"", disciplines[discipline]);
    if (discipline == PS && !w->plain && random_chance(w, 50)) {
        random_put(w, ", \"slots\": %u", 1 + random_below(w, 4));
        waits = true;
    }
    if (discipline == RR) {
        random_put(w, ", \"quantum\": \"%ums\", \"switch\": \"%ums\"", 100 + random_below(w, 900),
                   random_chance(w, 50) ? 0 : random_below(w, 200));
    }
    if (discipline == PREEMPTIVE) {
        static const char *const preempted[] = {"resume", "restart", "resample"};
        random_put(w, ", \"preempted\": \"%s\", \"victim\": \"%s\"", preempted[random_below(w, 3)],
                   random_chance(w, 50) ? "newest" : "oldest");
    }
    *delay = discipline == DELAY;
    if (*delay) {
        return waits;
    }
    random_put(w, ", \"servers\": %u", 1 + random_below(w, 3));
    *speeds = random_chance(w, 30);
    if (*speeds) {
        random_put(w, ", \"speeds\": [1, %u.5, 2.%u]", 1 + random_below(w, 2), random_below(w, 10));
    } else if (random_chance(w, 30)) {
        random_put(w, ", \"speed\": %u.25", random_below(w, 3));
    }
    return waits;
}

/* Instances that differ, with a balancer that weighs them. */
static void put_unlike(struct random_writer *w, bool speeds, bool delay) {
    random_put(w, ", \"balancer\": \"weighted_%s\", \"instances\": [{}",
               random_chance(w, 50) ? "random" : "round_robin");
    for (unsigned i = random_below(w, 3); i > 0; i--) {
        random_put(w, ", {\"weight\": %u", 1 + random_below(w, 5));
        if (!speeds) {
            random_put(w, ", \"speed\": %u.5", random_below(w, 3));
        }
        if (!delay) {
            random_put(w, ", \"servers\": %u", 1 + random_below(w, 3));
        }
        random_put(w, "}");
    }
    random_put(w, "]");
}

static void put_station(struct random_writer *w, int index) {
    random_put(w, "%s{\"name\": \"s%d\"", random_comma(index), index);
    bool speeds = false;
    bool delay = false;
    bool waits = put_discipline(w, &speeds, &delay);
    if (random_chance(w, 40)) {
        bool push_out = waits && !w->plain && random_chance(w, 40);
        random_put(w, ", \"capacity\": %u%s", (push_out ? 5 : 1) + random_below(w, 12),
                   push_out ? ", \"when_full\": \"push_out\"" : "");
    }
    if (waits && !w->plain && random_chance(w, 30)) {
        random_put(w, ", \"patience\": ");
        random_put_dist(w, false);
    }
    if (!w->plain && random_chance(w, 20)) {
        random_put(w, ", \"schedule\": {\"points\": [[\"0s\", 1], [\"3s\", 0], [\"4500ms\", 2]],"
                      " \"every\": \"6s\"}");
    }
    if (w->station_with[index] > 0) {
        random_put(w, ", \"with\": \"p%d\", \"instances\": %d", w->station_with[index] - 1,
                   w->instances[w->station_with[index] - 1]);
    } else if (!w->plain && random_chance(w, 25)) {
        put_unlike(w, speeds, delay);
    } else {
        random_put(w, ", \"instances\": %u", 1 + random_below(w, 3));
        put_balancer(w);
    }
    if (!delay && !w->plain && random_chance(w, 30)) { /* of seconds, so that they run out */
        random_put(w, ", \"credits\": {\"earn\": \"%u/h\", \"start\": 0.0%u%s}",
                   10 + random_below(w, 90), random_below(w, 10),
                   random_chance(w, 30)   ? ", \"mode\": \"unlimited\", \"cap\": 0.2"
                   : random_chance(w, 30) ? ", \"resume\": 0"
                                          : "");
    }
    put_station_demand(w);
    random_put(w, "}");
}

static void put_stations(struct random_writer *w) {
    random_put(w, "\"stations\": [");
    for (int i = 0; i < w->stations; i++) {
        put_station(w, i);
    }
    random_put(w, "],\n");
}

static void put_caches(struct random_writer *w) {
    static const char *const policies[] = {"lru\", \"capacity\": 3", "fifo\", \"capacity\": 4",
                                           "lru\", \"capacity\": 5, \"ttl\": \"2s\"",
                                           "ttl\", \"ttl\": \"1500ms\", \"renew\": true"};
    static const char *const extras[] = {"", ", \"coalesce\": true",
                                         ", \"flush\": [\"5s\", \"20s\"]",
                                         ", \"coalesce\": true, \"flush\": [\"7s\"]"};
    random_put(w, "\"caches\": [");
    for (int i = 0; i < w->caches; i++) {
        random_put(w, "%s{\"name\": \"k%d\"", random_comma(i), i);
        if (w->plain || random_chance(w, 50)) {
            random_put(w, ", \"hit\": \"%u%%\"}", 25 * random_below(w, 5));
        } else {
            random_put(w, ", \"policy\": \"%s, \"keys\": %u, \"zipf\": 0.%u, \"warm\": %s%s}",
                       policies[random_below(w, 4)], 6 + random_below(w, 20), random_below(w, 10),
                       random_chance(w, 50) ? "true" : "false", extras[random_below(w, 4)]);
        }
    }
    random_put(w, "],\n");
}

static void put_limiters(struct random_writer *w) {
    random_put(w, "\"limiters\": [");
    for (int i = 0; i < w->limiters; i++) {
        bool waits = random_chance(w, 50);
        random_put(w, "%s{\"name\": \"l%d\", \"rate\": \"%u/s\", \"burst\": %u%s", random_comma(i),
                   i, 1 + random_below(w, 3), 2 + random_below(w, 3),
                   waits ? ", \"when_empty\": \"wait\"" : "");
        if (waits && random_chance(w, 40)) {
            random_put(w, ", \"queue\": %u", random_below(w, 4));
        }
        random_put(w, "}");
    }
    random_put(w, "],\n");
}

static void put_breakers(struct random_writer *w) {
    random_put(w, "\"breakers\": [");
    for (int i = 0; i < w->breakers; i++) {
        random_put(
            w, "%s{\"name\": \"b%d\", \"failures\": \"%u%%\", \"over\": %u, \"open_for\": \"%ums\"",
            random_comma(i), i, 20 + random_below(w, 81), 2 + random_below(w, 5),
            500 + random_grid_ms(w));
        if (random_chance(w, 50)) {
            random_put(w, ", \"calls\": %u", 1 + random_below(w, 2));
        }
        if (random_chance(w, 50)) {
            random_put(w, ", \"probes\": %u", 1 + random_below(w, 3));
        }
        if (random_chance(w, 30)) {
            random_put(w, ", \"on\": [\"timed_out\", \"failed\"]");
        }
        random_put(w, "}");
    }
    random_put(w, "],\n");
}

/* --- sources ------------------------------------------------------------------------------ */

static void put_session(struct random_writer *w, bool closed) {
    bool back_to_back = random_chance(w, 50);
    random_put(w, ", \"session\": {\"start\": \"%s\"", back_to_back ? "back_to_back" : "poisson");
    if (!closed) {
        random_put(w, ", \"stay\": ");
        random_put_dist(w, true);
    }
    if (!back_to_back) {
        random_put(w,
                   ", \"personas\": [{\"name\": \"x\", \"p\": 0.5, \"rate\": \"%u/m\"},"
                   " {\"name\": \"y\", \"p\": 0.5, \"rate\": \"2/s\"}]",
                   1 + random_below(w, 60));
    }
    random_put(w,
               ", \"actions\": [{\"name\": \"a\", \"p\": \"50%%\", \"duration\": \"%ums\","
               " \"requests\": %u}, {\"name\": \"b\", \"p\": \"50%%\", \"duration\": \"%ums\","
               " \"class\": \"c%u\", \"route\": \"r0\"}]}",
               500 + random_grid_ms(w), 1 + random_below(w, 4), 500 + random_grid_ms(w),
               random_below(w, (unsigned)w->classes));
}

static void put_times(struct random_writer *w) {
    unsigned at = 0;
    random_put(w, "\"times\": [");
    int count = 1 + (int)random_below(w, 30);
    for (int i = 0; i < count; i++) {
        at += random_chance(w, 40) ? 0 : random_grid_ms(w);
        random_put(w, "%s\"%ums\"", random_comma(i), at);
    }
    random_put(w, "]");
}

static void put_population(struct random_writer *w) {
    if (random_chance(w, 40)) {
        random_put(w, "\"population\": %u", random_below(w, 7));
        return;
    }
    random_put(w, "\"population\": [[\"0s\", %u]", random_below(w, 4));
    unsigned at = 0;
    for (int i = 0; i < 4; i++) {
        at += 500 + 5 * random_grid_ms(w);
        random_put(w, ", [\"%ums\", %u.%u]", at, random_below(w, 7), random_below(w, 2) * 5);
    }
    random_put(w, "]");
}

static void put_source(struct random_writer *w, int index) {
    random_put(w, "{\"name\": \"source %d\", \"class\": \"c%u\", \"route\": \"r0\", ", index,
               random_below(w, (unsigned)w->classes));
    unsigned kind = random_below(w, 6);
    bool timed = kind == 0 || kind == 1;
    if (kind == 0) {
        random_put(w, "\"arrivals\": ");
        random_put_dist(w, true);
    } else if (kind == 1) {
        static const char *const rates[] = {
            "\"2/s\"", "[[\"0s\", \"0/s\"], [\"5s\", \"4/s\"], [\"9s\", \"1/s\"]]",
            "{\"steps\": [[\"0s\", \"3/s\"], [\"4s\", \"0/s\"], [\"8s\", \"1/s\"]]}"};
        random_put(w, "\"rate\": %s", rates[random_below(w, 3)]);
    } else if (kind == 2) {
        random_put(
            w,
            "\"arrived_by\": {\"total\": %u, \"curve\": [[\"2s\", \"20%%\"], [\"3s\", \"20%%\"],"
            " [\"20s\", \"100%%\"]], \"count\": \"%s\", \"shape\": \"%s\"}",
            random_below(w, 60), random_chance(w, 50) ? "fixed" : "poisson",
            random_chance(w, 50) ? "linear" : "smooth");
    } else if (kind == 3) {
        put_times(w);
    } else {
        put_population(w);
    }
    if (timed && random_chance(w, 30)) {
        random_put(w, ", \"batch\": %u", 1 + random_below(w, 3));
    }
    if (timed && random_chance(w, 30)) {
        random_put(w, ", \"first\": \"%ums\"", random_grid_ms(w));
    }
    if (kind <= 3 && random_chance(w, 30)) {
        random_put(w, ", \"limit\": %u", 1 + random_below(w, 20));
    }
    if (random_chance(w, 30)) {
        put_session(w, kind > 3);
    } else if (kind > 3 && random_chance(w, 85)) {
        random_put(w, ", \"think\": ");
        random_put_dist(w, true);
    }
    random_put(w, "}");
}

/* --- the document ------------------------------------------------------------------------- */

char *random_network_text(uint64_t number) {
    char *text = NULL;
    size_t size = 0;
    struct random_writer w = {.state = number * 0x2545f4914f6cdd1du, .plain = number % 2 == 0};
    w.out = open_memstream(&text, &size);
    w.classes = 1 + (int)random_below(&w, RANDOM_CLASSES);
    w.stations = 1 + (int)random_below(&w, RANDOM_STATIONS);
    w.pools = (int)random_below(&w, RANDOM_POOLS + 1);
    w.caches = (int)random_below(&w, RANDOM_CACHES + 1);
    w.limiters = w.plain ? 0 : (int)random_below(&w, RANDOM_LIMITERS + 1);
    w.breakers = w.plain ? 0 : (int)random_below(&w, RANDOM_BREAKERS + 1);
    w.routes = 1 + (int)random_below(&w, RANDOM_ROUTES);
    for (int i = 0; i < w.pools; i++) {
        w.instances[i] = 1 + (int)random_below(&w, 3);
    }
    for (int i = 0; i < w.stations; i++) {
        bool with = w.pools > 0 && random_chance(&w, 20);
        w.station_with[i] = with ? 1 + (int)random_below(&w, (unsigned)w.pools) : 0;
    }
    random_put(&w, "{\"network\": {\n");
    put_classes(&w);
    put_stations(&w);
    put_pools(&w);
    put_caches(&w);
    if (w.limiters > 0) {
        put_limiters(&w);
    }
    if (w.breakers > 0) {
        put_breakers(&w);
    }
    random_put(&w, "\"sources\": [");
    int sources = 1 + (int)random_below(&w, 3);
    for (int i = 0; i < sources; i++) {
        random_put(&w, "%s", random_comma(i));
        put_source(&w, i);
    }
    random_put(&w, "],\n");
    random_put_routes(&w);
    random_put(&w, ",\n\"horizon\": \"%us\"", 20 + random_below(&w, 40));
    if (number % 3 != 0) { /* no draw: the others stay as they are */
        random_put(&w, ", \"breakdown\": true");
    }
    if (random_chance(&w, 50)) {
        random_put(&w, ", \"warmup\": \"%ums\"", 1 + 2 * random_grid_ms(&w));
    }
    if (random_chance(&w, 50)) {
        random_put(&w, ", \"buckets\": \"%ums\"", 500 + 3 * random_grid_ms(&w));
    }
    if (!w.plain && random_chance(&w, 50)) {
        random_put(&w, ", \"sample_at\": [\"1s\", \"5500ms\", \"10s\"], \"windows\":"
                       " [[\"2s\", \"4s\"], [\"3s\", \"20s\"]], \"sample_customers\": 5");
    }
    if (!w.plain && random_chance(&w, 30)) {
        random_put(&w, ", \"log\": {\"of\": \"s0\", \"first\": 50}");
    }
    if (!w.plain && random_chance(&w, 20)) {
        static const char *const events[] = {"arrivals\"", "completions\"",
                                             "starts\", \"at\": \"s0\"",
                                             "arrivals\", \"at\": \"s0\""};
        random_put(&w, ", \"stop\": {\"after\": %u, \"of\": \"%s}", 1 + random_below(&w, 60),
                   events[random_below(&w, 4)]);
    }
    random_put(&w, ", \"percentiles\": [50, 99.9], \"within\": [\"500ms\", \"2s\"]}\n");
    fclose(w.out);
    return text;
}
