/* Lowering: what a request does at the database: on one shard or on all, on the primary or on a
 * replica; and how its commits get to the replicas. */
#include <math.h>
#include <string.h>

#include "models/lower_database.h"
#include "models/lower_storage.h"

/* The servers that a request may be at: some of a tier's. */
struct node {
    const char *tier;
    int shard;
    int first; /* server */
    int count;
    int servers; /* of the tier */
    double hit;  /* share of pages found in the buffer pool */
    double part; /* of the query's work that is done here */
};

bool mdl_kinds_have(const struct mdl_value *kinds, const struct mdl_request_kind *kind) {
    bool has = false;
    for (int i = 0; i < kinds->name_count; i++) {
        has = has || strcmp(kinds->names[i], kind->name) == 0;
    }
    return has;
}

bool mdl_reads_replicas(const struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    return l->replicas > 0 && mdl_kind_number(kind, MDL_R_QUERIES) > 0 &&
           !(mdl_kind_number(kind, MDL_R_COMMITS) > 0) &&
           mdl_kinds_have(&l->arch->values[MDL_P_READ_FROM], kind);
}

bool mdl_scatters(const struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    return l->shards > 1 && mdl_kind_number(kind, MDL_R_QUERIES) > 0 &&
           mdl_kinds_have(&l->arch->values[MDL_P_SCATTER], kind);
}

static const char *part_name(const struct mdl_steps *b, const char *tier, const char *part) {
    return mdl_place_name(b->lowering, tier, "", part);
}

static struct node node_of(const struct mdl_lowering *l, const struct mdl_request_kind *kind,
                           int shard) {
    bool replica = mdl_reads_replicas(l, kind);
    bool scattered = mdl_scatters(l, kind);
    return (struct node){
        .tier = replica ? "replicas" : "database",
        .shard = shard,
        .first = replica ? shard * l->replicas : shard,
        .count = replica ? l->replicas : 1,
        .servers = replica ? l->shards * l->replicas : l->shards,
        .hit = replica ? l->replica_hit[shard] : l->shard_hit[shard],
        .part = scattered ? l->shard_share[shard] : 1,
    };
}

/* --- queries ------------------------------------------------------------------------------ */

/* A geometric number of storage reads with mean m, as misses cluster: the first with probability
 * m / (1 + m), and another after each with the same. */
static void storage_reads(struct mdl_steps *b, const struct node *node) {
    const struct mdl_value *values = b->lowering->arch->values;
    double mean = mdl_kind_number(b->kind, MDL_R_PAGES) * node->part * (1 - node->hit);
    if (!(mean > 0)) {
        return;
    }
    double p = mean / (1 + mean);
    struct mdl_steps read = mdl_steps_begin(b);
    mdl_storage_pass(&read, node->tier, 1, values[MDL_P_PAGE_SIZE].number, -1, "storage read");
    mdl_steps_serve(&read, part_name(b, node->tier, "storage"), values[MDL_P_READ_LATENCY].dist,
                    "storage read");
    struct mdl_steps reads = mdl_steps_begin(b);
    struct mdl_step *again = mdl_steps_add(&reads, MDL_STEP_REPEAT, NULL, "storage reads");
    again->has_again = true;
    again->again = p;
    mdl_steps_enclose(&reads, again, read.block, NULL);
    mdl_steps_branch(b, p, reads.block, (struct mdl_block){0}, "buffer pool misses");
}

static void queries(struct mdl_steps *b, const struct node *node) {
    const struct sim_dist *cpu = &b->kind->values[MDL_R_QUERY_CPU].dist;
    struct mdl_steps query = mdl_steps_begin(b);
    mdl_steps_serve(&query, part_name(b, node->tier, "network"),
                    b->lowering->arch->values[MDL_P_DB_ROUND_TRIP].dist, "database round trip");
    mdl_steps_serve(&query, part_name(b, node->tier, "cpu"),
                    node->part < 1 ? sim_dist_scaled(cpu, node->part, b->lowering->arena) : *cpu,
                    "database CPU");
    storage_reads(&query, node);
    mdl_steps_repeat(b, (int)mdl_kind_number(b->kind, MDL_R_QUERIES), query, "queries");
}

/* --- commits ------------------------------------------------------------------------------ */

const char *mdl_replay_route(const struct mdl_lowering *l, int replica) {
    return sim_arena_print(l->arena, "replicas[%d]", replica);
}

static void commits(struct mdl_steps *b, const struct node *node) {
    const struct mdl_lowering *l = b->lowering;
    const struct mdl_value *values = l->arch->values;
    int count = (int)mdl_kind_number(b->kind, MDL_R_COMMITS);
    if (count == 0) {
        return;
    }
    struct mdl_steps commit = mdl_steps_begin(b);
    mdl_storage_pass(&commit, node->tier, values[MDL_P_COMMIT_OPERATIONS].number,
                     values[MDL_P_COMMIT_SIZE].number, -1, "commit");
    mdl_steps_serve(&commit, part_name(b, node->tier, "storage"), values[MDL_P_WRITE_LATENCY].dist,
                    "commit");
    if (values[MDL_P_MULTI_AZ].number > 0) {
        mdl_steps_serve(&commit, part_name(b, node->tier, "standby"),
                        values[MDL_P_STANDBY_LATENCY].dist, "copy of the commit to the standby");
    }
    for (int r = 0; r < l->replicas; r++) {
        struct mdl_steps replay = mdl_steps_begin(b);
        mdl_steps_add(&replay, MDL_STEP_CALL, mdl_replay_route(l, node->shard * l->replicas + r),
                      "replay of the commit");
        struct mdl_step *step =
            mdl_steps_add(&commit, MDL_STEP_ASYNC, NULL, "the commit goes to a replica");
        mdl_steps_enclose(&commit, step, replay.block, NULL);
    }
    mdl_steps_repeat(b, count, commit, "commits");
}

/* CPU of a replica to replay one commit of the kind: `replay_cpu` of the CPU that its queries take,
 * spread over its commits; drawn with the shape of one query's. */
static struct sim_dist replay_demand(struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    double each = mdl_kind_number(kind, MDL_R_QUERIES) / mdl_kind_number(kind, MDL_R_COMMITS);
    double factor = l->arch->values[MDL_P_REPLAY_CPU].number * each;
    const struct sim_dist *query = &kind->values[MDL_R_QUERY_CPU].dist;
    return factor > 0 ? sim_dist_scaled(query, factor, l->arena) : sim_dist_constant(0);
}

/* The demands of the replay, by class, as the route is for all kinds. */
static void replay_demands(struct mdl_lowering *l) {
    struct mdl_station *cpu = NULL;
    for (int i = 0; i < l->network->station_count; i++) {
        cpu = strcmp(l->network->stations[i].name, "replicas.cpu") == 0 ? &l->network->stations[i]
                                                                        : cpu;
    }
    size_t kinds = (size_t)l->arch->kind_count;
    cpu->demand_classes = sim_arena_array(l->arena, kinds, sizeof *cpu->demand_classes);
    cpu->demand_by_class = sim_arena_array(l->arena, kinds, sizeof *cpu->demand_by_class);
    for (int k = 0; k < l->arch->kind_count; k++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[k];
        if (mdl_kind_number(kind, MDL_R_COMMITS) > 0) {
            cpu->demand_classes[cpu->demand_class_count] = kind->name;
            cpu->demand_by_class[cpu->demand_class_count++] = replay_demand(l, kind);
        }
    }
}

static struct mdl_step *add_at(struct mdl_steps *b, enum mdl_step_kind kind, const char *target,
                               int server, const char *what) {
    struct mdl_step *step = mdl_steps_add(b, kind, target, what);
    step->instance = server;
    step->instance_count = 1;
    return step;
}

/* From the commit to the end of its replay: the lag. */
static void replay(struct mdl_steps *b, int server) {
    const struct mdl_value *values = b->lowering->arch->values;
    add_at(b, MDL_STEP_ACQUIRE, "replicas.unreplayed", server, "commit not replayed yet");
    mdl_steps_serve(b, "replicas.link", values[MDL_P_REPLICATION_DELAY].dist, "replication delay");
    add_at(b, MDL_STEP_ACQUIRE, "replicas.replay", server, "replay process");
    add_at(b, MDL_STEP_SERVE, "replicas.cpu", server, "replay CPU");
    mdl_storage_pass(b, "replicas", values[MDL_P_COMMIT_OPERATIONS].number,
                     values[MDL_P_COMMIT_SIZE].number, server, "replay");
    mdl_steps_add(b, MDL_STEP_RELEASE, "replicas.replay", "replay process");
    mdl_steps_add(b, MDL_STEP_RELEASE, "replicas.unreplayed", "commit replayed");
}

void mdl_replica_routes(struct mdl_lowering *l) {
    static const struct mdl_request_kind any = {.name = "replicas"};
    if (!l->uses_writes || l->replicas == 0) {
        return;
    }
    replay_demands(l);
    for (int server = 0; server < l->shards * l->replicas; server++) {
        struct mdl_steps b = {.lowering = l, .kind = &any, .site = &l->sites[0]};
        replay(&b, server);
        const char *inner = sim_arena_print(l->arena, "%s.replay", mdl_replay_route(l, server));
        mdl_add_route(l, inner)->body = b.block;
        struct mdl_steps whole = mdl_steps_begin(&b);
        mdl_steps_add(&whole, MDL_STEP_CALL, inner, "replay")->name =
            sim_arena_print(l->arena, "%s.lag", mdl_replay_route(l, server));
        mdl_add_route(l, mdl_replay_route(l, server))->body = whole.block;
    }
}

/* --- the whole ---------------------------------------------------------------------------- */

/* A transaction on a node: connections, queries, commits. */
static void transaction(struct mdl_steps *b, const struct node *node) {
    const char *connections = part_name(b, node->tier, "connections");
    struct mdl_step *step =
        mdl_steps_add(b, MDL_STEP_ACQUIRE, connections, "connection of the database");
    if (node->servers > 1) {
        step->instance = node->first;
        step->instance_count = node->count;
    }
    queries(b, node);
    commits(b, node);
    mdl_steps_add(b, MDL_STEP_RELEASE, connections, "connection of the database");
}

/* On the shard of the request's key. */
static void on_one_shard(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    if (l->shards == 1) {
        struct node node = node_of(l, b->kind, 0);
        transaction(b, &node);
        return;
    }
    struct mdl_step *step = mdl_steps_add(b, MDL_STEP_BRANCH, NULL, "shard of the key");
    step->block_count = l->shards;
    step->blocks = sim_arena_array(l->arena, (size_t)l->shards, sizeof *step->blocks);
    step->weights = sim_arena_array(l->arena, (size_t)l->shards, sizeof *step->weights);
    step->weights_are_p = true;
    for (int s = 0; s < l->shards; s++) {
        struct node node = node_of(l, b->kind, s);
        struct mdl_steps shard = mdl_steps_begin(b);
        transaction(&shard, &node);
        step->blocks[s] = shard.block;
        step->weights[s] = l->shard_share[s];
    }
}

/* On all shards at once, each doing its part over a connection of its own; the application server
 * merges the answers. */
static void on_all_shards(struct mdl_steps *b, const char *pool) {
    struct mdl_lowering *l = b->lowering;
    struct mdl_step *step = mdl_steps_add(b, MDL_STEP_FORK, NULL, "all shards");
    step->times = 0;
    step->block_count = l->shards;
    step->blocks = sim_arena_array(l->arena, (size_t)l->shards, sizeof *step->blocks);
    for (int s = 0; s < l->shards; s++) {
        struct node node = node_of(l, b->kind, s);
        struct mdl_steps shard = mdl_steps_begin(b);
        mdl_steps_add(&shard, MDL_STEP_ACQUIRE, pool, "connection of the pool");
        transaction(&shard, &node);
        mdl_steps_add(&shard, MDL_STEP_RELEASE, pool, "connection of the pool");
        step->blocks[s] = shard.block;
    }
    struct mdl_steps merge = mdl_steps_begin(b);
    mdl_steps_serve(&merge, mdl_place_name(l, b->fleet->name, b->site->at, "cpu"),
                    l->arch->values[MDL_P_MERGE_CPU].dist, "CPU to merge a shard's answer");
    mdl_steps_repeat(b, l->shards, merge, "merge");
}

void mdl_database_steps(struct mdl_steps *b) {
    if (!(mdl_kind_number(b->kind, MDL_R_QUERIES) > 0) &&
        !(mdl_kind_number(b->kind, MDL_R_COMMITS) > 0)) {
        return;
    }
    const char *pool = mdl_place_name(b->lowering, b->fleet->name, b->site->at, "connections");
    if (mdl_scatters(b->lowering, b->kind)) {
        on_all_shards(b, pool);
        return;
    }
    mdl_steps_add(b, MDL_STEP_ACQUIRE, pool, "connection of the pool");
    on_one_shard(b);
    mdl_steps_add(b, MDL_STEP_RELEASE, pool, "connection of the pool");
}
