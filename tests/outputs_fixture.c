#include "tests/outputs_fixture.h"

#include <math.h>
#include <stdbool.h>

/* A number in [-1, 1] that depends on its arguments only. */
static double noise(unsigned a, unsigned b) {
    unsigned x = a * 2654435761U + b * 40503U + 12345U;
    x ^= x >> 13;
    x *= 2246822519U;
    x ^= x >> 16;
    return (double)x / 2147483648.0 - 1.0;
}

static struct sim_estimate estimate_of(double value, double half) {
    return (struct sim_estimate){value, value - half, value + half, FIXTURE_REPLICATIONS};
}

void fixture_metric(struct fixture *fixture, const char *scope, const char *entity,
                    const char *name, const char *unit, double value) {
    struct std_findings *findings = fixture->findings;
    findings->metrics =
        sim_arena_grow(findings->arena, findings->metrics, (size_t)findings->metric_count,
                       &fixture->metric_room, sizeof *findings->metrics);
    unsigned id = (unsigned)findings->metric_count;
    double *values = sim_arena_array(findings->arena, FIXTURE_REPLICATIONS, sizeof *values);
    for (unsigned r = 0; r < FIXTURE_REPLICATIONS; r++) {
        values[r] = value * (1 + 0.02 * noise(id, r));
    }
    struct sim_estimate estimate = estimate_of(value, fabs(value) * 0.0123);
    if (isnan(value)) {
        estimate.count = 0;
    }
    findings->metrics[findings->metric_count++] =
        (struct std_metric){scope, entity, name, unit, estimate, values};
}

static void add_counts(struct fixture *fixture, const char *scope, const char *entity, double ok) {
    fixture_metric(fixture, scope, entity, "count.arrived", "requests", ok + 5);
    fixture_metric(fixture, scope, entity, "count.ok", "requests", ok);
    fixture_metric(fixture, scope, entity, "count.rejected", "requests", 0);
    fixture_metric(fixture, scope, entity, "count.abandoned", "requests", 0);
    fixture_metric(fixture, scope, entity, "count.timed_out", "requests", 2);
    fixture_metric(fixture, scope, entity, "count.failed", "requests", 0);
    fixture_metric(fixture, scope, entity, "count.in_flight", "requests", 3);
    fixture_metric(fixture, scope, entity, "count.errors", "requests", 2);
    fixture_metric(fixture, scope, entity, "error_rate", "1", 2 / (ok + 2));
    fixture_metric(fixture, scope, entity, "throughput", "1/s", ok / 2700);
    fixture_metric(fixture, scope, entity, "arrival_rate", "1/s", (ok + 5) / 2700);
}

static void add_times(struct fixture *fixture, const char *scope, const char *entity,
                      const char *kind, double mean) {
    static const struct {
        const char *name;
        double factor;
    } parts[] = {{"mean", 1},  {"deviation", 0.8}, {"p50", 0.8},  {"p90", 1.9},
                 {"p95", 2.4}, {"p99", 3.9},       {"p99.9", 6.1}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        fixture_metric(fixture, scope, entity,
                       sim_arena_print(fixture->findings->arena, "%s.%s", kind, parts[i].name), "s",
                       mean * parts[i].factor);
    }
    fixture_metric(fixture, scope, entity,
                   sim_arena_print(fixture->findings->arena, "%s.within.0.5s", kind), "1", 0.987);
}

static void add_requests(struct fixture *fixture, const char *scope, const char *entity, double ok,
                         double mean_s) {
    add_counts(fixture, scope, entity, ok);
    add_times(fixture, scope, entity, "response", mean_s);
    fixture_metric(fixture, scope, entity, "response_all.mean", "s", mean_s * 1.01);
    fixture_metric(fixture, scope, entity, "number.mean", "requests", ok / 2700 * mean_s);
    fixture_metric(fixture, scope, entity, "number.variance", "1", ok / 2700 * mean_s);
}

static void add_station(struct fixture *fixture, const char *scope, const char *entity, double ok,
                        double mean_s, double utilization) {
    add_counts(fixture, scope, entity, ok);
    fixture_metric(fixture, scope, entity, "utilization", "1", utilization);
    fixture_metric(fixture, scope, entity, "busy.mean", "servers", utilization * 2);
    fixture_metric(fixture, scope, entity, "work_rate", "1", utilization * 1.9);
    fixture_metric(fixture, scope, entity, "number.mean", "requests", ok / 2700 * mean_s);
    fixture_metric(fixture, scope, entity, "number.variance", "1", 1);
    fixture_metric(fixture, scope, entity, "waiting_number.mean", "requests", utilization / 30);
    add_times(fixture, scope, entity, "response", mean_s);
    add_times(fixture, scope, entity, "waiting", mean_s / 50);
    fixture_metric(fixture, scope, entity, "waited", "1", utilization / 3);
    fixture_metric(fixture, scope, entity, "number.share.0", "1", 1 - utilization);
    fixture_metric(fixture, scope, entity, "number.share.1", "1", utilization);
}

static void add_pool(struct fixture *fixture, const char *scope, const char *entity, double held) {
    fixture_metric(fixture, scope, entity, "held.mean", "places", held);
    fixture_metric(fixture, scope, entity, "held.max", "places", floor(held * 4 + 3));
    fixture_metric(fixture, scope, entity, "utilization", "1", held / 100);
    fixture_metric(fixture, scope, entity, "waiting_number.mean", "requests", 0);
    fixture_metric(fixture, scope, entity, "waiting.mean", "s", NAN);
    fixture_metric(fixture, scope, entity, "count.rejected", "requests", 0);
}

/* The shape of the load: ramp up over two buckets, plateau, ramp down in the last one. */
static double shape(int bucket) {
    static const double shapes[FIXTURE_BUCKETS] = {0.25, 0.75, 1, 1, 1, 1, 1, 1, 0.5};
    return shapes[bucket];
}

static void add_series(struct fixture *fixture, const char *scope, const char *entity,
                       const char *name, const char *unit, double level, double spread,
                       bool follows_load) {
    struct std_findings *findings = fixture->findings;
    findings->series =
        sim_arena_grow(findings->arena, findings->series, (size_t)findings->series_count,
                       &fixture->series_room, sizeof *findings->series);
    struct sim_estimate *points = sim_arena_array(findings->arena, FIXTURE_BUCKETS, sizeof *points);
    for (int b = 0; b < FIXTURE_BUCKETS; b++) {
        double value = level * (follows_load ? shape(b) : 1);
        value *= 1 + spread * 0.5 * noise((unsigned)findings->series_count, (unsigned)b);
        points[b] = estimate_of(value, value * spread);
    }
    findings->series[findings->series_count++] =
        (struct std_series){scope, entity, name, unit, points};
}

static void add_request_series(struct fixture *fixture, const char *scope, const char *entity,
                               double rate, double mean_s) {
    add_series(fixture, scope, entity, "arrivals", "1/s", rate, 0.02, true);
    add_series(fixture, scope, entity, "completions", "1/s", rate, 0.02, true);
    add_series(fixture, scope, entity, "errors", "1/s", 0, 0, true);
    add_series(fixture, scope, entity, "response.p50", "s", mean_s * 0.8, 0.01, false);
    add_series(fixture, scope, entity, "response.p95", "s", mean_s * 2.4, 0.04, false);
    add_series(fixture, scope, entity, "response.p99", "s", mean_s * 3.9, 0.09, false);
}

static void add_histogram(struct fixture *fixture) {
    struct std_findings *findings = fixture->findings;
    static const double upper[] = {0.01, 0.02, 0.05, 0.1, INFINITY};
    static const uint64_t counts[] = {12, 3456, 78901, 2345, 6};
    findings->histograms = sim_arena_array(findings->arena, 1, sizeof *findings->histograms);
    findings->histograms[0] = (struct std_histogram){"network", "", "response", upper, counts, 5};
    findings->histogram_count = 1;
}

static struct fixture start(const char *name) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_scenario *scenario = sim_arena_alloc(arena, sizeof *scenario);
    struct std_findings *findings = sim_arena_alloc(arena, sizeof *findings);
    *scenario = (struct mdl_scenario){.arena = arena,
                                      .name = name,
                                      .file = "fixture.json",
                                      .hash = 0x0123456789abcdefULL,
                                      .load_factor = 1,
                                      .horizon_s = 2700,
                                      .bucket_s = 300};
    *findings = (struct std_findings){.arena = arena,
                                      .scenario = scenario,
                                      .seed = 18446744073709551615ULL,
                                      .replications = FIXTURE_REPLICATIONS,
                                      .observed_s = 2700,
                                      .bucket_s = 300,
                                      .bucket_count = FIXTURE_BUCKETS,
                                      .events = 12345678,
                                      .wall_s = 0.73,
                                      .threads = 2};
    return (struct fixture){scenario, findings, 0, 0};
}

void fixture_end(struct fixture *fixture) { sim_arena_free(fixture->scenario->arena); }

static void add_words(struct fixture *fixture) {
    static struct mdl_assumption assumptions[] = {
        {"requests.read.app_cpu", "CPU of one read on an app server", "s", "12ms", "6ms", "25ms",
         "demands.csv: ndmitry"},
        {"requests.write.app", "CPU of one write on an app server", "s", "18ms", "9ms", "40ms",
         "demands.csv: ndmitry"},
        {"requests.export.app", "CPU of one export on an app server", "s", "80ms", "30ms", "400ms",
         "assumption"},
        {"requests.read.database", "CPU of one read in the database", "s", "3ms", "1ms", "10ms",
         "assumption"},
        {"requests.write.database", "CPU of one write in the database", "s", "5ms", "2ms", "15ms",
         "assumption"},
        {"requests.export.database", "CPU of one export in the database", "s", "60ms", "20ms",
         "300ms", "assumption"},
        {"requests.read.size", "size of a response", "B", "20KB", "5KB", "100KB", "assumption"},
        {"workload.load_test.mix.export.duration", "time of an export action", "s", "1m", NULL,
         NULL, "assumption: the brief has no export scenario"},
        {"infrastructure.load_balancer.kind", "what spreads the load over the app servers", "",
         "alb", NULL, NULL, "assumption: three servers need one"},
        {"infrastructure.cache.hit", "share of reads answered by the cache", "", "80%", "50%",
         "95%", "assumption"},
        {"infrastructure.app.workers", "requests in hand per server", "requests", "32", "8", "128",
         "assumption"},
        {"infrastructure.app.memory_base", "memory of an idle server", "GiB", "1.2GiB", "0.8GiB",
         "2GiB", "assumption"},
        {"infrastructure.database.pool", "connections per app server", "", "20", "10", "50",
         "assumption"},
        {"infrastructure.client.round_trip", "client to region and back", "s", "30ms", "15ms",
         "80ms", "lb_network.csv: cloudping"},
    };
    static struct mdl_tier tiers[] = {
        {.name = "load balancer", .label = "ALB"},
        {.name = "app",
         .label = "3 x EC2 t3.large, 32 workers each",
         .cpu = "app.cpu",
         .workers = "app.workers",
         .connections = "app.workers"},
        {.name = "database",
         .label = "RDS db.t3.large (PostgreSQL)",
         .cpu = "database.cpu",
         .connections = "app.connections"},
        {.name = "cache", .label = "Redis cache.t3.medium", .cpu = "cache.commands"},
    };
    struct mdl_scenario *scenario = fixture->scenario;
    scenario->catalog_date = "2026-11-23";
    scenario->reading = "back_to_back";
    scenario->resolved = "{\"name\": \"Phase 1 load test\", \"workload\": {\"users\": 300}}";
    scenario->assumptions = assumptions;
    scenario->assumption_count = sizeof assumptions / sizeof assumptions[0];
    scenario->tiers = tiers;
    scenario->tier_count = sizeof tiers / sizeof tiers[0];
    static struct std_remark remarks[] = {
        {"verdict", "The three t3.large are almost idle: 5.4 % of their vCPUs are busy on average, "
                    "6.8 % in the worst 5 minutes. One would do at this load."},
        {"bottleneck", "The app servers are the first to fill: at 14.7 times this load."},
        {"load", "0 to 300 users in 10 min, 300 for 30 min, 0 after 5 min more; each starts an "
                 "action as soon as the last one ends"},
        {"warning", "45 minutes say nothing about CPU credits."},
    };
    fixture->findings->remarks = remarks;
    fixture->findings->remark_count = sizeof remarks / sizeof remarks[0];
}

static void add_tiers(struct fixture *fixture) {
    static const struct {
        const char *name;
        double utilization, connections, memory;
    } tiers[] = {{"app", 0.0541, 0.613, 1.22},
                 {"database", 0.0287, 0.151, 2.1},
                 {"cache", 0.0009, NAN, 0.2}};
    for (int i = 0; i < 3; i++) {
        const char *name = tiers[i].name;
        fixture_metric(fixture, "tier", name, "utilization", "1", tiers[i].utilization);
        fixture_metric(fixture, "tier", name, "utilization_worst_5min", "1",
                       tiers[i].utilization * 1.27);
        fixture_metric(fixture, "tier", name, "queue.mean", "requests", tiers[i].utilization / 50);
        fixture_metric(fixture, "tier", name, "queue.max", "requests", 3);
        if (!isnan(tiers[i].connections)) {
            fixture_metric(fixture, "tier", name, "connections.mean", "places",
                           tiers[i].connections);
            fixture_metric(fixture, "tier", name, "connections.max", "places",
                           floor(tiers[i].connections * 9 + 3));
            add_series(fixture, "tier", name, "connections", "places", tiers[i].connections, 0.05,
                       true);
        }
        fixture_metric(fixture, "tier", name, "memory.mean_gib", "GiB", tiers[i].memory);
        fixture_metric(fixture, "tier", name, "memory.max_gib", "GiB", tiers[i].memory * 1.1);
        fixture_metric(fixture, "tier", name, "busy_vcpus.mean", "vCPU", tiers[i].utilization * 6);
        add_series(fixture, "tier", name, "utilization", "1", tiers[i].utilization * 1.2, 0.04,
                   true);
    }
}

/* An SLO that is met, one that is missed in a window, and one with too few requests in another. */
static void add_slos(struct fixture *fixture) {
    struct std_findings *findings = fixture->findings;
    struct sim_arena *arena = findings->arena;
    enum { SLOS = 3, PLACES = 3 };
    static const struct {
        const char *name, *condition, *unit;
        double limit, needed, value, requests;
        enum std_slo_answer answer;
        bool below;
    } slos[SLOS] = {
        {"p95(read) < 500ms", "p95(read) < 500ms", "s", 0.5, 200, 0.091, 15710, STD_SLO_MET, true},
        {"busy, but not <too> busy", "utilization(app) > 50%", "1", 0.5, 0, 0.026, NAN,
         STD_SLO_MISSED, false},
        {"p95(export) < 2s", "p95(export) < 2s", "s", 2, 200, 0.435, 880, STD_SLO_UNDETERMINED,
         true},
    };
    findings->slos = sim_arena_array(arena, SLOS, sizeof *findings->slos);
    findings->slo_count = SLOS;
    for (int i = 0; i < SLOS; i++) {
        struct std_slo_verdict *v = &findings->slos[i];
        *v = (struct std_slo_verdict){.name = slos[i].name,
                                      .condition = slos[i].condition,
                                      .unit = slos[i].unit,
                                      .limit = slos[i].limit,
                                      .below = slos[i].below,
                                      .assumed = i == 0,
                                      .needed = slos[i].needed,
                                      .answer = slos[i].answer,
                                      .place_count = PLACES,
                                      .decisive = PLACES - 1};
        if (i == 0) {
            v->scope = "class";
            v->entity = "read";
            v->metric = "response.p95";
        }
        v->places = sim_arena_array(arena, PLACES, sizeof *v->places);
        static const char *const labels[PLACES] = {"whole run", "plateau", "10m to 15m"};
        static const double times[PLACES][2] = {{0, 2700}, {600, 2400}, {600, 900}};
        for (int p = 0; p < PLACES; p++) {
            double value = slos[i].value * (1 + 0.01 * p);
            v->places[p] = (struct std_slo_place){
                .span = (enum std_slo_span)p,
                .label = labels[p],
                .from_s = times[p][0],
                .to_s = times[p][1],
                .requests = slos[i].requests / (1 + 5 * p),
                .estimate = {value, 0.9 * value, 1.1 * value, FIXTURE_REPLICATIONS},
                .thin = i == 2 && p == PLACES - 1,
                .answer = p == PLACES - 1 ? slos[i].answer : STD_SLO_MET,
            };
        }
    }
}

struct fixture fixture_load_test(void) {
    static const struct {
        const char *name;
        double ok, mean_s;
    } kinds[] = {{"read", 15710, 0.0481}, {"write", 13050, 0.0623}, {"export", 880, 0.412}};
    struct fixture fixture = start("Phase 1 load test");
    add_words(&fixture);
    add_slos(&fixture);
    add_requests(&fixture, "network", "", 29640, 0.0581);
    add_request_series(&fixture, "network", "", 13.1, 0.0581);
    add_requests(&fixture, "source", "users", 29640, 0.0581);
    fixture_metric(&fixture, "source", "users", "users.mean", "users", 250);
    fixture_metric(&fixture, "source", "users", "users.max", "users", 300);
    add_series(&fixture, "source", "users", "present", "users", 300, 0, true);
    for (int i = 0; i < 3; i++) {
        add_requests(&fixture, "class", kinds[i].name, kinds[i].ok, kinds[i].mean_s);
        add_request_series(&fixture, "class", kinds[i].name, kinds[i].ok / 2260, kinds[i].mean_s);
    }
    add_station(&fixture, "station", "app.cpu", 29640, 0.0151, 0.0541);
    add_station(&fixture, "station", "database.cpu", 12000, 0.0062, 0.0287);
    add_station(&fixture, "station", "cache.commands", 15710, 0.0001, 0.0009);
    add_station(&fixture, "instance", "app.cpu[0]", 9880, 0.0151, 0.0543);
    add_station(&fixture, "instance", "app.cpu[1]", 9880, 0.0151, 0.0540);
    add_station(&fixture, "instance", "app.cpu[2]", 9880, 0.0151, 0.0539);
    add_station(&fixture, "station_class", "app.cpu/read", 15710, 0.0121, 0.02);
    add_station(&fixture, "station_class", "app.cpu/write", 13050, 0.0181, 0.03);
    add_pool(&fixture, "pool", "app.workers", 0.613);
    add_pool(&fixture, "pool", "app.connections", 0.151);
    add_pool(&fixture, "pool_instance", "app.workers[0]", 0.204);
    add_pool(&fixture, "pool_instance", "app.workers[1]", 0.205);
    add_pool(&fixture, "pool_instance", "app.workers[2]", 0.204);
    fixture_metric(&fixture, "cache", "cache", "hit_ratio", "1", 0.8003);
    fixture_metric(&fixture, "cache", "cache", "count.hits", "requests", 12573);
    fixture_metric(&fixture, "cache", "cache", "count.misses", "requests", 3137);
    add_tiers(&fixture);
    add_series(&fixture, "station", "app.cpu", "utilization", "1", 0.065, 0.04, true);
    add_series(&fixture, "station", "app.cpu", "number", "requests", 0.4, 0.04, true);
    add_series(&fixture, "pool", "app.workers", "held", "places", 0.613, 0.05, true);
    add_histogram(&fixture);
    return fixture;
}

/* A figure of a sample with what stands beside its mean. */
static void add_sampled(struct fixture *fixture, const char *entity, const char *field,
                        const char *unit, double mean, double empty, double full) {
    struct sim_arena *arena = fixture->findings->arena;
    fixture_metric(fixture, "sample", entity, sim_arena_print(arena, "%s.mean", field), unit, mean);
    fixture_metric(fixture, "sample", entity, sim_arena_print(arena, "%s.deviation", field), unit,
                   mean / 2);
    fixture_metric(fixture, "sample", entity, sim_arena_print(arena, "%s.p95", field), unit,
                   floor(2 * mean));
    fixture_metric(fixture, "sample", entity, sim_arena_print(arena, "%s.empty", field), "1",
                   empty);
    if (!isnan(full)) {
        fixture_metric(fixture, "sample", entity, sim_arena_print(arena, "%s.full", field), "1",
                       full);
    }
}

static void add_observations(struct fixture *fixture) {
    static const char *const windows[] = {"0s..100s/network", "0s..100s/source/clients",
                                          "0s..100s/source/a/b", "250.5s..350s/network"};
    for (int i = 0; i < 4; i++) {
        add_counts(fixture, "window", windows[i], 4000 + 100 * i);
    }
    static const char *const instants[] = {"100s", "1.5s"};
    for (int i = 0; i < 2; i++) {
        struct sim_arena *arena = fixture->findings->arena;
        const char *entity = sim_arena_print(arena, "%s/network", instants[i]);
        add_sampled(fixture, entity, "present", "requests", 3.25, 0.2, NAN);
        add_sampled(fixture, entity, "arrived", "requests", 4200, 0, NAN);
        entity = sim_arena_print(arena, "%s/source/clients", instants[i]);
        add_sampled(fixture, entity, "present", "requests", 2.5, 0.3, NAN);
        add_sampled(fixture, entity, "thinking", "users", 97.5, 0, NAN);
        entity = sim_arena_print(arena, "%s/station/api", instants[i]);
        add_sampled(fixture, entity, "present", "customers", 3, 0.2, NAN);
        add_sampled(fixture, entity, "waiting", "customers", 1.75, 0.5, NAN);
        add_sampled(fixture, entity, "busy", "servers", 1.25, 0.2, 0.4);
        entity = sim_arena_print(arena, "%s/pool/places", instants[i]);
        add_sampled(fixture, entity, "held", "places", 7.5, 0.1, 0.6);
    }
    for (int i = 1; i <= FIXTURE_CUSTOMERS; i++) {
        const char *entity = sim_arena_print(fixture->findings->arena, "%d", i);
        fixture_metric(fixture, "customer", entity, "waiting", "s", i == 2 ? NAN : 0.001 * i);
        fixture_metric(fixture, "customer", entity, "response", "s", 0.02 * i);
    }
}

struct fixture fixture_observed(void) {
    static const struct std_log_line log[] = {
        {0, "clients", 1, "gold", "api", 0, "arrive"},
        {0, "clients", 1, "gold", "api", 0, "start"},
        {0.25, "a/b", 12, "plain", "api", 1, "arrive"},
        {0.25, "a/b", 12, "plain", "api", 1, "reject"},
        {12.000000001, "clients", 1, "gold", "api", 0, "end"},
        {13, "clients", 2, "gold", "db", 0, "abandon"},
    };
    struct fixture fixture = start("a network to look at");
    add_requests(&fixture, "network", "", 5000, 0.05);
    fixture_metric(&fixture, "network", "", "attempts.mean", "attempts", 1.25);
    fixture_metric(&fixture, "network", "", "backoff.mean", "requests", 0.375);
    fixture_metric(&fixture, "network", "", "backoff.max", "requests", 6);
    add_requests(&fixture, "source", "clients", 4000, 0.05);
    fixture_metric(&fixture, "source", "clients", "users.mean", "users", 100);
    fixture_metric(&fixture, "source", "clients", "thinking.mean", "users", 98);
    add_requests(&fixture, "source", "a/b", 1000, 0.05);
    add_requests(&fixture, "class", "gold", 4000, 0.05);
    add_requests(&fixture, "class", "plain", 1000, 0.05);
    add_station(&fixture, "station", "api", 5000, 0.04, 0.5);
    add_station(&fixture, "instance", "api[0]", 2500, 0.04, 0.5);
    add_station(&fixture, "instance", "api[1]", 2500, 0.04, 0.5);
    add_station(&fixture, "station", "db", 5000, 0.01, 0.1);
    add_pool(&fixture, "pool", "places", 7.5);
    fixture_metric(&fixture, "cache", "c", "hit_ratio", "1", 0.58);
    fixture_metric(&fixture, "cache", "c", "live.end", "entries", 100);
    add_requests(&fixture, "block", "lookup", 5000, 0.004);
    fixture_metric(&fixture, "limiter", "gate", "count.passed", "requests", 5000);
    fixture_metric(&fixture, "limiter", "gate", "count.refused", "requests", 125);
    fixture_metric(&fixture, "limiter", "gate", "pass_rate", "1/s", 50);
    fixture_metric(&fixture, "limiter", "gate", "refused_share", "1", 0.0244);
    add_observations(&fixture);
    fixture.findings->log = log;
    fixture.findings->log_count = sizeof log / sizeof log[0];
    return fixture;
}

struct fixture fixture_hostile(void) {
    static const char name[] =
        "a `touch pwned` \"q\" 'q' \\ <script>&amp; $x @y {/Bold z} %d \x1b[2J"
        "\xE2\x80\xAE \xFF caf\xC3\xA9, line\nbreak";
    struct fixture fixture = start(name);
    fixture.scenario->resolved = "{\"name\": \"\xC2\x9B\"}";
    fixture.scenario->warmup_s = fixture.findings->warmup_s = 100;
    add_requests(&fixture, "network", "", 1000, 0.9);
    add_request_series(&fixture, "network", "", 0.9, 0.9);
    add_requests(&fixture, "source", "=1+1,\"x\"", 1000, 0.9);
    add_requests(&fixture, "class", name, 1000, 0.9);
    add_request_series(&fixture, "class", name, 0.9, 0.9);
    add_station(&fixture, "station", name, 1000, 0.9, 0.81);
    add_station(&fixture, "station", "a", 1000, 0.9, 0.81);
    add_station(&fixture, "station", "a/b", 1000, 0.9, 0.81);
    add_station(&fixture, "station_class", "a/b/c", 1000, 0.9, 0.81);
    add_series(&fixture, "station", name, "utilization", "1", 0.81, 0.04, true);
    add_series(&fixture, "station", name, "number", "requests", 4, 0.2, true);
    add_series(&fixture, "station", "a", "utilization", "1", 0.4, 0.04, true);
    add_series(&fixture, "station", "a", "number", "requests", 1, 0.2, true);
    add_series(&fixture, "pool", name, "held", "places", 5, 0.2, true);
    fixture_metric(&fixture, "mark", name, "count.ok", "requests", 3);
    static const struct std_log_line log[] = {{0.5, name, 1, "=1+1,\"x\"", name, 0, "arrive"}};
    fixture.findings->log = log;
    fixture.findings->log_count = 1;
    return fixture;
}
