/* The database of the architecture form: volumes, buffer pool, standby, shards, read replicas,
 * against figures worked out from the catalog's rows by hand. */
#include <math.h>
#include <stdlib.h>

#include "tests/arch_fixture.h"

static const double MIB = 1048576.0;

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.12g is not %.12g", value, expected);
    }
}

/* A launch day with these keys of the database. */
static struct mdl_scenario *with_database(const char *keys) {
    return fixture_read(sim_arena_print(
        fixture.arena, "{'workload': {'launch_day': {}}, 'infrastructure': {'database': {%s}}}",
        keys));
}

static void refuses(const char *keys, const char *code, const char *where) {
    fixture_refuses(
        sim_arena_print(fixture.arena,
                        "{'workload': {'launch_day': {}}, 'infrastructure': {'database': {%s}}}",
                        keys),
        code, where);
}

static const struct mdl_limiter *limiter(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.limiter_count; i++) {
        if (strcmp(s->network.limiters[i].name, name) == 0) {
            return &s->network.limiters[i];
        }
    }
    return NULL;
}

static const struct mdl_station *station(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.station_count; i++) {
        if (strcmp(s->network.stations[i].name, name) == 0) {
            return &s->network.stations[i];
        }
    }
    return NULL;
}

static const struct mdl_pool *pool(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.pool_count; i++) {
        if (strcmp(s->network.pools[i].name, name) == 0) {
            return &s->network.pools[i];
        }
    }
    return NULL;
}

/* --- volumes ------------------------------------------------------------------------------ */

struct gp2_row {
    const char *size;
    double lasts_s; /* a full bucket, at full load */
};

/* The durations of storage.csv (ec2ug), which follow from rate, ceiling and bucket. The class
 * sustains 3600 operations a second itself, above the ceiling. */
static void gp2_bursts(void **state) {
    (void)state;
    static const struct gp2_row rows[] = {{"33GiB", 1862}, {"100GiB", 2000}, {"334GiB", 2703}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct mdl_scenario *s = with_database(sim_arena_print(
            fixture.arena, "'instance': 'm5.large', 'storage': 'gp2', 'storage_size': '%s'",
            rows[i].size));
        const struct mdl_limiter *burst = limiter(s, "database.burst");
        double ceiling = limiter(s, "database.iops")->rate_per_s;
        near(ceiling, 3000, 0);
        near(burst->burst, 5.4e6, 0);
        near(burst->burst / (ceiling - burst->rate_per_s), rows[i].lasts_s, 0.5);
        assert_true(burst->waits && burst->queue == -1);
        in_scenario_free(s);
    }
}

/* From 400 GiB RDS stripes over four volumes: each of 100 GiB bursts to 3000 for itself, together
 * to more than the instance does; stripes of 1000 GiB do not burst. */
static void gp2_stripes(void **state) {
    (void)state;
    struct mdl_scenario *s = with_database("'instance': 'm5.large', 'storage': 'gp2',"
                                           " 'storage_size': '400GiB'");
    near(limiter(s, "database.burst")->rate_per_s, 1200, 1e-9);
    near(limiter(s, "database.burst")->burst, 4 * 5.4e6, 0);
    near(limiter(s, "database.iops")->rate_per_s, 3600, 0);
    in_scenario_free(s);
    s = with_database("'instance': 'm5.4xlarge', 'storage': 'gp2', 'storage_size': '4000GiB'");
    assert_null(limiter(s, "database.burst"));
    near(limiter(s, "database.iops")->rate_per_s, 12000, 1e-9);
    near(limiter(s, "database.throughput")->rate_per_s, 4750e6 / 8, 1); /* of the 1000 MiB/s */
    in_scenario_free(s);
}

/* gp3 sustains 3000 operations and 125 MiB/s below 400 GiB; a t3.large only 695 Mbit/s (ec2.csv). A
 * second's worth may come at once. */
static void gp3_is_flat(void **state) {
    (void)state;
    struct mdl_scenario *s = with_database("");
    assert_null(limiter(s, "database.burst"));
    near(limiter(s, "database.iops")->rate_per_s, 3000, 0);
    near(limiter(s, "database.iops")->burst, 3000, 0);
    near(limiter(s, "database.throughput")->rate_per_s, 695e6 / 8, 1);
    in_scenario_free(s);
    s = with_database("'instance': 'm5.4xlarge', 'storage_size': '500GiB', 'iops': 15000,"
                      " 'throughput': '550MiB/s', 'storage_window': '100ms'");
    near(limiter(s, "database.iops")->rate_per_s, 15000, 0);
    near(limiter(s, "database.iops")->burst, 1500, 1e-9);
    near(limiter(s, "database.throughput")->rate_per_s, 550 * MIB, 1);
    in_scenario_free(s);
    s = with_database("'storage': 'io1', 'instance': 'm5.4xlarge', 'iops': 5000");
    near(limiter(s, "database.iops")->rate_per_s, 5000, 0);
    near(s->arch->values[MDL_P_WRITE_LATENCY].dist.mean, 2e-3, 1e-15);
    in_scenario_free(s);
}

static void volumes_have_limits(void **state) {
    (void)state;
    refuses("'iops': 4000", "out-of-range", "infrastructure.database.iops");
    refuses("'throughput': '200MiB/s'", "out-of-range", "infrastructure.database.throughput");
    refuses("'storage_size': '400GiB', 'iops': 3000", "out-of-range",
            "infrastructure.database.iops");
    refuses("'storage': 'gp2', 'iops': 3000", "out-of-range", "infrastructure.database.iops");
    refuses("'storage': 'io1', 'iops': 20000", "out-of-range", "infrastructure.database.iops");
    refuses("'storage': 'io2', 'storage_size': '50GiB'", "out-of-range",
            "infrastructure.database.storage_size");
}

/* --- buffer pool -------------------------------------------------------------------------- */

/* Che's approximation, summed over all pages: the share of references to pages that were touched
 * within the time in which the pool turns over. */
static double hit_of(int pages, int places, double zipf) {
    double sum = 0;
    for (int i = 1; i <= pages; i++) {
        sum += pow(i, -zipf);
    }
    double low = 0;
    double high = 1e12;
    for (int step = 0; step < 200; step++) {
        double t = (low + high) / 2;
        double stored = 0;
        for (int i = 1; i <= pages; i++) {
            stored += -expm1(-pow(i, -zipf) / sum * t);
        }
        *(stored < places ? &low : &high) = t;
    }
    double hit = 0;
    for (int i = 1; i <= pages; i++) {
        double p = pow(i, -zipf) / sum;
        hit += p * -expm1(-p * low);
    }
    return hit;
}

/* 20 MiB in a pool of 5 MiB of 16 KiB pages: 0.0610 % of a db.m6i.large's 8 GiB. */
static void buffers_hold_what_is_touched(void **state) {
    (void)state;
    struct mdl_scenario *s =
        with_database("'engine': 'mysql', 'instance': 'm5.large', 'data_size': '20MiB',"
                      " 'buffer_share': 0.0006103515625, 'page_skew': 0.9");
    near(s->arch->values[MDL_P_BUFFER_HIT].number, hit_of(1280, 320, 0.9), 1e-6);
    in_scenario_free(s);
    s = with_database("'data_size': '2GiB'"); /* just fits */
    near(s->arch->values[MDL_P_BUFFER_HIT].number, 0.99, 0);
    in_scenario_free(s);
    s = with_database("'data_size': '8GiB', 'page_skew': 0"); /* a quarter, all alike */
    near(s->arch->values[MDL_P_BUFFER_HIT].number, 0.25, 1e-6);
    in_scenario_free(s);
}

/* --- standby, shards, replicas ------------------------------------------------------------ */

static const struct mdl_tier *tier(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->tier_count; i++) {
        if (strcmp(s->tiers[i].name, name) == 0) {
            return &s->tiers[i];
        }
    }
    return NULL;
}

static void a_standby_doubles_the_price(void **state) {
    (void)state;
    struct mdl_scenario *s = with_database("");
    near(tier(s, "database")->usd_per_hour, 0.164, 1e-12);
    assert_null(station(s, "database.standby"));
    in_scenario_free(s);
    s = with_database("'multi_az': true");
    near(tier(s, "database")->usd_per_hour, 0.328, 1e-12);
    assert_string_equal(tier(s, "database")->label, "RDS db.t3.large (PostgreSQL, Multi-AZ)");
    assert_non_null(station(s, "database.standby"));
    in_scenario_free(s);
}

/* The steps of a block, and of those inside, that have to do with a place. */
static int steps_at(const struct mdl_network *n, const struct mdl_block *block,
                    enum mdl_step_kind kind, const char *target) {
    int count = 0;
    for (int i = 0; i < block->count; i++) {
        const struct mdl_step *step = &block->steps[i];
        count += step->kind == kind && strcmp(step->target, target) == 0;
        for (int b = 0; b < step->block_count; b++) {
            count += steps_at(n, &step->blocks[b], kind, target);
        }
    }
    return count;
}

static const struct mdl_block *route(const struct mdl_scenario *s, const char *name) {
    for (int i = 0; i < s->network.route_count; i++) {
        if (strcmp(s->network.routes[i].name, name) == 0) {
            return &s->network.routes[i].body;
        }
    }
    fail_msg("no route %s", name);
    return NULL;
}

static const struct mdl_step *first_of(const struct mdl_block *block, enum mdl_step_kind kind) {
    for (int i = 0; i < block->count; i++) {
        if (block->steps[i].kind == kind) {
            return &block->steps[i];
        }
    }
    fail_msg("no such step");
    return NULL;
}

/* Shares 1 : 1/2 : 1/3; the largest of 6/11 of 22 GiB has 12 of them. */
static void shards_divide(void **state) {
    (void)state;
    struct mdl_scenario *s =
        with_database("'shards': 3, 'shard_skew': 1, 'data_size': '22GiB', 'page_skew': 0");
    const struct mdl_step *shard = first_of(route(s, "write"), MDL_STEP_BRANCH);
    assert_int_equal(shard->block_count, 3);
    near(shard->weights[0], 6.0 / 11, 1e-12);
    near(shard->weights[2], 2.0 / 11, 1e-12);
    const struct mdl_step *connection = first_of(&shard->blocks[2], MDL_STEP_ACQUIRE);
    assert_int_equal(connection->instance, 2);
    assert_int_equal(connection->instance_count, 1);
    near(s->arch->values[MDL_P_BUFFER_HIT].number, 2.0 / 12, 1e-6);
    assert_int_equal(station(s, "database.cpu")->instances, 3);
    assert_string_equal(station(s, "database.cpu")->with, "database.connections");
    assert_int_equal(limiter(s, "database.iops")->instances, 3);
    assert_int_equal(tier(s, "database")->instances, 3);
    /* exports ask all, each its part, and are merged */
    const struct mdl_step *fork = first_of(route(s, "export"), MDL_STEP_FORK);
    assert_int_equal(fork->block_count, 3);
    double cpu = 0;
    for (int i = 0; i < 3; i++) {
        cpu += first_of(&fork->blocks[i], MDL_STEP_SERVE)->demand.mean; /* round trips first */
        for (int k = 0; k < fork->blocks[i].count; k++) {
            const struct mdl_step *step = &fork->blocks[i].steps[k];
            if (step->kind == MDL_STEP_SERVE && strcmp(step->target, "database.cpu") == 0) {
                cpu += step->demand.mean;
            }
        }
    }
    near(cpu, 3 * 0.5e-3 + 40e-3, 1e-12);
    assert_int_equal(steps_at(&s->network, route(s, "export"), MDL_STEP_SERVE, "app.cpu"), 3);
    in_scenario_free(s);
}

static void replicas_read_and_replay(void **state) {
    (void)state;
    struct mdl_scenario *s =
        with_database("'shards': 2, 'replicas': 3, 'replica_instance': 'm6i.large',"
                      " 'replica_algorithm': 'least_outstanding', 'replay_cpu': 0.5");
    const struct mdl_pool *connections = pool(s, "replicas.connections");
    assert_int_equal(connections->instances, 6);
    assert_int_equal(connections->balancer, MDL_LEAST_OUTSTANDING);
    assert_string_equal(connections->watch, "replicas.unreplayed");
    assert_int_equal(pool(s, "replicas.replay")->size, 1);
    assert_int_equal(
        steps_at(&s->network, route(s, "read.database"), MDL_STEP_ACQUIRE, "database.connections"),
        0);
    const struct mdl_step *shard = first_of(route(s, "read.database"), MDL_STEP_BRANCH);
    assert_int_equal(first_of(&shard->blocks[1], MDL_STEP_ACQUIRE)->instance, 3);
    assert_int_equal(first_of(&shard->blocks[1], MDL_STEP_ACQUIRE)->instance_count, 3);
    /* a write commits on its shard and goes to the three replicas of it */
    assert_int_equal(
        steps_at(&s->network, route(s, "write"), MDL_STEP_ACQUIRE, "replicas.connections"), 0);
    assert_int_equal(steps_at(&s->network, route(s, "write"), MDL_STEP_CALL, "replicas[5]"), 1);
    const struct mdl_station *cpu = station(s, "replicas.cpu");
    near(cpu->speeds[1], 1.8444, 5e-4);
    assert_int_equal(cpu->demand_class_count, 1);
    assert_string_equal(cpu->demand_classes[0], "write");
    near(cpu->demand_by_class[0].mean, 0.5 * 4 * 0.4e-3, 1e-12);
    near(tier(s, "replicas")->usd_per_hour, 0.206, 1e-12);
    assert_string_equal(tier(s, "replicas")->label,
                        "6 x RDS db.m6i.large (PostgreSQL read replicas, 3 per shard)");
    in_scenario_free(s);
}

/* Kinds may be named that no default has; those that commit stay on the primary. */
static void kinds_are_the_workloads(void **state) {
    (void)state;
    refuses("'replicas': 1, 'read_from_replicas': ['reed']", "unknown-name",
            "infrastructure.database.read_from_replicas[0]");
    refuses("'shards': 2, 'scatter': ['write']", "scattered-commit",
            "infrastructure.database.scatter");
    struct mdl_scenario *s = with_database("'replicas': 1, 'read_from_replicas': ['write']");
    assert_null(pool(s, "replicas.connections"));
    assert_non_null(pool(s, "replicas.unreplayed"));
    assert_null(tier(s, "replicas")->connections);
    in_scenario_free(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gp2_bursts),
        cmocka_unit_test(gp2_stripes),
        cmocka_unit_test(gp3_is_flat),
        cmocka_unit_test(volumes_have_limits),
        cmocka_unit_test(buffers_hold_what_is_touched),
        cmocka_unit_test(a_standby_doubles_the_price),
        cmocka_unit_test(shards_divide),
        cmocka_unit_test(replicas_read_and_replay),
        cmocka_unit_test(kinds_are_the_workloads),
    };
    return cmocka_run_group_tests(tests, fixture_load, fixture_unload);
}
