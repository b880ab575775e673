/* Lowering: the way of one request of a kind through the tiers. */
#include "models/lower_parts.h"

struct builder {
    struct mdl_lowering *lowering;
    const struct mdl_request_kind *kind;
    struct mdl_block block;
    size_t room;
};

static struct builder begin(const struct builder *outer) {
    return (struct builder){.lowering = outer->lowering, .kind = outer->kind};
}

static struct mdl_step *add(struct builder *b, enum mdl_step_kind kind, const char *target,
                            const char *what) {
    struct sim_arena *arena = b->lowering->arena;
    b->block.steps = sim_arena_grow(arena, b->block.steps, (size_t)b->block.count, &b->room,
                                    sizeof *b->block.steps);
    struct mdl_step *step = &b->block.steps[b->block.count++];
    *step = (struct mdl_step){
        .kind = kind,
        .target = target,
        .times = 1,
        .where = sim_arena_print(arena, "(lowered) %s: %s", b->kind->name, what),
    };
    return step;
}

static void serve(struct builder *b, const char *station, struct sim_dist demand,
                  const char *what) {
    struct mdl_step *step = add(b, MDL_STEP_SERVE, station, what);
    step->has_demand = true;
    step->demand = demand;
}

/* Steps that enclose blocks. */
static void set_blocks(struct builder *b, struct mdl_step *step, struct mdl_block first,
                       const struct mdl_block *second) {
    step->block_count = second ? 2 : 1;
    step->blocks = sim_arena_array(b->lowering->arena, 2, sizeof *step->blocks);
    step->blocks[0] = first;
    if (second) {
        step->blocks[1] = *second;
    }
}

static void branch(struct builder *b, double p, struct mdl_block yes, struct mdl_block no,
                   const char *what) {
    struct mdl_step *step = add(b, MDL_STEP_BRANCH, NULL, what);
    set_blocks(b, step, yes, &no);
    step->weights = sim_arena_array(b->lowering->arena, 2, sizeof *step->weights);
    step->weights[0] = p;
    step->weights[1] = 1 - p;
    step->weights_are_p = true;
}

static void repeat(struct builder *b, int times, struct mdl_block body, const char *what) {
    struct mdl_step *step = add(b, MDL_STEP_REPEAT, NULL, what);
    step->times = times;
    set_blocks(b, step, body, NULL);
}

static const struct sim_dist *arch_dist(const struct builder *b, enum mdl_parameter_id id) {
    return &b->lowering->arch->values[id].dist;
}

/* --- cache -------------------------------------------------------------------------------- */

static void command(struct builder *b) {
    serve(b, "cache.network", *arch_dist(b, MDL_P_CACHE_ROUND_TRIP), "cache round trip");
    serve(b, "cache.commands", *arch_dist(b, MDL_P_COMMAND_CPU), "cache command");
}

static void commands(struct builder *b, enum mdl_request_parameter_id id, const char *what) {
    int count = (int)mdl_kind_number(b->kind, id);
    if (count == 1) {
        command(b);
    } else if (count > 1) {
        struct builder body = begin(b);
        command(&body);
        repeat(b, count, body.block, what);
    }
}

/* --- database ----------------------------------------------------------------------------- */

/* A geometric number of storage reads with mean m, as misses cluster: the first with probability
 * m / (1 + m), and another after each with the same. */
static void storage_reads(struct builder *b) {
    double mean = mdl_storage_reads(b->lowering->arch, b->kind);
    if (!(mean > 0)) {
        return;
    }
    double p = mean / (1 + mean);
    struct builder read = begin(b);
    serve(&read, "database.storage", *arch_dist(b, MDL_P_READ_LATENCY), "storage read");
    struct builder reads = begin(b);
    struct mdl_step *again = add(&reads, MDL_STEP_REPEAT, NULL, "storage reads");
    again->has_again = true;
    again->again = p;
    set_blocks(&reads, again, read.block, NULL);
    branch(b, p, reads.block, (struct mdl_block){0}, "buffer pool misses");
}

static void query(struct builder *b) {
    serve(b, "database.network", *arch_dist(b, MDL_P_DB_ROUND_TRIP), "database round trip");
    serve(b, "database.cpu", b->kind->values[MDL_R_QUERY_CPU].dist, "database CPU");
    storage_reads(b);
}

static void commit(struct builder *b) {
    serve(b, "database.storage", *arch_dist(b, MDL_P_WRITE_LATENCY), "commit");
}

static void database(struct builder *b) {
    int queries = (int)mdl_kind_number(b->kind, MDL_R_QUERIES);
    int commits = (int)mdl_kind_number(b->kind, MDL_R_COMMITS);
    if (queries == 0 && commits == 0) {
        return;
    }
    add(b, MDL_STEP_ACQUIRE, "app.connections", "connection of the pool");
    add(b, MDL_STEP_ACQUIRE, "database.connections", "connection of the database");
    struct builder body = begin(b);
    if (queries == 1) {
        query(b);
    } else if (queries > 1) {
        query(&body);
        repeat(b, queries, body.block, "queries");
    }
    body = begin(b);
    if (commits == 1) {
        commit(b);
    } else if (commits > 1) {
        commit(&body);
        repeat(b, commits, body.block, "commits");
    }
    add(b, MDL_STEP_RELEASE, "database.connections", "connection of the database");
    add(b, MDL_STEP_RELEASE, "app.connections", "connection of the pool");
}

/* --- the route ---------------------------------------------------------------------------- */

static struct mdl_route *add_route(struct mdl_lowering *l, const char *name) {
    struct mdl_route *route = &l->network->routes[l->network->route_count++];
    route->name = name;
    route->where = sim_arena_print(l->arena, "(lowered) route %s", name);
    return route;
}

/* Cache and database: an answer that may be cached is looked up, and the database asked on a miss.
 */
static void data_access(struct builder *b) {
    struct mdl_lowering *l = b->lowering;
    double cacheable = mdl_kind_number(b->kind, MDL_R_CACHEABLE);
    commands(b, MDL_R_CACHE_COMMANDS, "cache commands");
    if (!(cacheable > 0)) {
        database(b);
        commands(b, MDL_R_CACHE_UPDATES, "cache updates");
        return;
    }
    struct builder direct = begin(b);
    database(&direct);
    struct builder miss = begin(b);
    if (direct.block.count > 0) {
        struct mdl_route *route =
            add_route(l, sim_arena_print(l->arena, "%s.database", b->kind->name));
        route->body = direct.block;
        direct = begin(b);
        add(&direct, MDL_STEP_CALL, route->name, "not cacheable: database");
        add(&miss, MDL_STEP_CALL, route->name, "cache miss: database");
    }
    commands(&miss, MDL_R_CACHE_UPDATES, "cache updates");
    struct builder lookup = cacheable < 1 ? begin(b) : *b;
    struct mdl_step *step = add(&lookup, MDL_STEP_CACHE, "cache", "cache");
    set_blocks(b, step, (struct mdl_block){0}, &miss.block);
    if (cacheable < 1) {
        branch(b, cacheable, lookup.block, direct.block, "cacheable");
    } else {
        *b = lookup;
    }
}

static void app_cpu(struct builder *b, double share, const char *what) {
    const struct sim_dist *whole = &b->kind->values[MDL_R_APP_CPU].dist;
    if (share > 0) {
        serve(b, "app.cpu", share < 1 ? sim_dist_scaled(whole, share, b->lowering->arena) : *whole,
              what);
    }
}

static void request_route(struct mdl_lowering *l, const struct mdl_request_kind *kind) {
    struct builder b = {.lowering = l, .kind = kind};
    struct mdl_route *route = add_route(l, kind->name);
    double first = mdl_kind_number(kind, MDL_R_APP_FIRST);
    double transfer_s =
        mdl_kind_number(kind, MDL_R_RESPONSE_SIZE) / mdl_arch_number(l->arch, MDL_P_BANDWIDTH);
    serve(&b, "client.network", *arch_dist(&b, MDL_P_ROUND_TRIP), "client round trip");
    serve(&b, "load_balancer", *arch_dist(&b, MDL_P_BALANCER_LATENCY), "load balancer");
    add(&b, MDL_STEP_ACQUIRE, "app.workers", "worker");
    app_cpu(&b, first, "app CPU before data access");
    data_access(&b);
    app_cpu(&b, 1 - first, "app CPU after data access");
    add(&b, MDL_STEP_RELEASE, "app.workers", "worker");
    if (transfer_s > 0) {
        serve(&b, "client.network", sim_dist_constant(transfer_s), "response transfer");
    }
    route->body = b.block;
}

void mdl_lower_routes(struct mdl_lowering *l) {
    struct mdl_network *network = l->network;
    size_t kinds = (size_t)l->arch->kind_count;
    network->classes = sim_arena_array(l->arena, kinds + 1, sizeof *network->classes);
    network->routes = sim_arena_array(l->arena, 2 * kinds + 1, sizeof *network->routes);
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        struct mdl_class *cls = &network->classes[network->class_count++];
        *cls = (struct mdl_class){
            .name = kind->name,
            .where = sim_arena_print(l->arena, "(lowered) class %s", kind->name),
            .priority = 1,
        };
        request_route(l, kind);
    }
}
