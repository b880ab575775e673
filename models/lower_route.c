/* Lowering: the way of one request of a kind through the tiers of a site. */
#include "models/lower_database.h"

#include <string.h>

static void app_cpu(struct mdl_steps *b, double share, const char *what) {
    const struct sim_dist *whole = &b->kind->values[MDL_R_APP_CPU].dist;
    if (share > 0) {
        mdl_steps_serve(b, mdl_place_name(b->lowering, b->fleet->name, b->site->at, "cpu"),
                        share < 1 ? sim_dist_scaled(whole, share, b->lowering->arena) : *whole,
                        what);
    }
}

static void data_access(struct mdl_steps *b);

/* A call to a fleet over a network: a worker there, the CPU of the call, and what the call is for.
 * The caller keeps its own worker. */
static void call(struct mdl_steps *b, const char *network, struct sim_dist round_trip,
                 const struct mdl_site *site, const struct mdl_fleet *fleet,
                 void (*inside)(struct mdl_steps *)) {
    struct mdl_lowering *l = b->lowering;
    const char *workers = mdl_place_name(l, fleet->name, site->at, "workers");
    struct mdl_steps body = mdl_steps_begin(b);
    body.site = site;
    body.fleet = fleet;
    mdl_steps_serve(&body, network, round_trip, "round trip of a call");
    mdl_steps_add(&body, MDL_STEP_ACQUIRE, workers, "worker of the service called");
    mdl_steps_serve(&body, mdl_place_name(l, fleet->name, site->at, "cpu"),
                    fleet->scope.values[MDL_P_CALL_CPU].dist, "CPU of a call");
    if (inside != NULL) {
        inside(&body);
    }
    if (inside == data_access) {
        mdl_network_pass(&body);
    }
    mdl_steps_add(&body, MDL_STEP_RELEASE, workers, "worker of the service called");
    mdl_steps_repeat(b, 1, body, "call");
}

/* Queries and commits, in the first site: from another one through the service's fleet there. */
static void database(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    const struct mdl_site *home = &l->sites[0];
    if (!(mdl_kind_number(b->kind, MDL_R_QUERIES) > 0) &&
        !(mdl_kind_number(b->kind, MDL_R_COMMITS) > 0)) {
        return;
    }
    struct mdl_steps data = mdl_steps_begin(b);
    if (b->site == home) {
        mdl_database_steps(&data);
    } else {
        call(&data, mdl_place_name(l, "home_link", b->site->at, NULL),
             b->site->scope.values[MDL_P_HOME_ROUND_TRIP].dist, home,
             mdl_site_fleet(home, b->fleet->name), mdl_database_steps);
    }
    mdl_policy_data(&data);
    mdl_steps_repeat(b, 1, data, "data access");
}

/* Cache and database: an answer that may be cached is looked up, and the database asked on a miss.
 */
static void data_access(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    double cacheable = mdl_kind_number(b->kind, MDL_R_CACHEABLE);
    mdl_cache_commands(b, MDL_R_CACHE_COMMANDS, "cache commands");
    if (!(cacheable > 0)) {
        database(b);
        mdl_cache_commands(b, MDL_R_CACHE_UPDATES, "cache updates");
        return;
    }
    struct mdl_steps direct = mdl_steps_begin(b);
    database(&direct);
    struct mdl_steps miss = mdl_steps_begin(b);
    if (direct.block.count > 0) {
        struct mdl_route *route = mdl_add_route(
            l, sim_arena_print(l->arena, "%s.database%s", b->kind->name, b->site->at));
        route->body = direct.block;
        const char *name = route->name;
        direct = mdl_steps_begin(b);
        mdl_steps_add(&direct, MDL_STEP_CALL, name, "not cacheable: database");
        mdl_steps_add(&miss, MDL_STEP_CALL, name, "cache miss: database");
    }
    mdl_cache_commands(&miss, MDL_R_CACHE_UPDATES, "cache updates");
    struct mdl_steps lookup = cacheable < 1 ? mdl_steps_begin(b) : *b;
    struct mdl_step *step = mdl_steps_add(&lookup, MDL_STEP_CACHE,
                                          mdl_place_name(l, "cache", b->site->at, NULL), "cache");
    mdl_steps_enclose(b, step, (struct mdl_block){0}, &miss.block);
    if (cacheable < 1) {
        mdl_steps_branch(b, cacheable, lookup.block, direct.block, "cacheable");
    } else {
        *b = lookup;
    }
}

/* Calls to other services, then the data, by the service that has it. */
static void work(struct mdl_steps *b) {
    struct sim_dist hop = b->site->scope.values[MDL_P_HOP].dist;
    const char *network = mdl_place_name(b->lowering, "services", b->site->at, "network");
    for (int i = 0; i < b->kind->call_count; i++) {
        call(b, network, hop, b->site, mdl_site_fleet(b->site, b->kind->calls[i]), NULL);
    }
    const struct mdl_fleet *owner = mdl_site_fleet(b->site, mdl_data_service(b->kind));
    if (owner == b->fleet) {
        data_access(b);
    } else {
        call(b, network, hop, b->site, owner, data_access);
    }
}

/* The work of a request on a fleet's server: CPU, calls, data, CPU. */
static void serve_request(struct mdl_steps *b) {
    double first = mdl_kind_number(b->kind, MDL_R_APP_FIRST);
    const char *workers = mdl_place_name(b->lowering, b->fleet->name, b->site->at, "workers");
    mdl_steps_add(b, MDL_STEP_ACQUIRE, workers, "worker");
    app_cpu(b, first, "app CPU before data access");
    work(b);
    app_cpu(b, 1 - first, "app CPU after data access");
    mdl_network_pass(b);
    mdl_steps_add(b, MDL_STEP_RELEASE, workers, "worker");
}

/* The request is put into a queue and answered at once; a fleet of its own does the work later. */
static void queue_request(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    const char *workers = mdl_place_name(l, b->fleet->name, b->site->at, "workers");
    mdl_steps_add(b, MDL_STEP_ACQUIRE, workers, "worker");
    mdl_steps_serve(b, mdl_place_name(l, b->fleet->name, b->site->at, "cpu"),
                    b->fleet->scope.values[MDL_P_CALL_CPU].dist, "CPU to accept a job");
    mdl_steps_serve(b, "jobs.queue", l->arch->values[MDL_P_QUEUE_LATENCY].dist, "job queued");
    mdl_steps_add(b, MDL_STEP_RELEASE, workers, "worker");
    struct mdl_steps job = mdl_steps_begin(b);
    job.fleet = mdl_site_fleet(b->site, b->kind->job_service);
    serve_request(&job);
    const char *name = sim_arena_print(l->arena, "%s.job%s", b->kind->name, b->site->at);
    mdl_add_route(l, name)->body = job.block;
    struct mdl_steps start = mdl_steps_begin(b);
    mdl_steps_add(&start, MDL_STEP_CALL, name, "job")->name =
        sim_arena_print(l->arena, "%s job%s", b->kind->name, b->site->at);
    struct mdl_step *step = mdl_steps_add(b, MDL_STEP_ASYNC, NULL, "job in the background");
    mdl_steps_enclose(b, step, start.block, NULL);
}

static void request_route(struct mdl_lowering *l, const struct mdl_site *site,
                          const struct mdl_request_kind *kind) {
    struct mdl_steps b = {
        .lowering = l, .kind = kind, .site = site, .fleet = mdl_site_fleet(site, kind->service)};
    const struct mdl_value *values = site->scope.values;
    size_t rank = (size_t)l->network->route_count;
    mdl_add_route(l, sim_arena_print(l->arena, "%s%s", kind->name, site->at));
    double transfer_s = mdl_kind_number(kind, MDL_R_RESPONSE_SIZE) / values[MDL_P_BANDWIDTH].number;
    const char *network = mdl_place_name(l, "client", site->at, "network");
    mdl_steps_serve(&b, network, values[MDL_P_ROUND_TRIP].dist, "client round trip");
    mdl_steps_serve(&b, mdl_place_name(l, "load_balancer", site->at, NULL),
                    values[MDL_P_BALANCER_LATENCY].dist, "load balancer");
    mdl_policy_admit(&b);
    if (kind->job_service != NULL) {
        queue_request(&b);
    } else {
        serve_request(&b);
    }
    mdl_policy_leave(&b);
    if (transfer_s > 0 && kind->job_service == NULL) {
        mdl_steps_serve(&b, network, sim_dist_constant(transfer_s), "response transfer");
    }
    mdl_policy_client(&b);
    l->network->routes[rank].body = b.block;
}

void mdl_lower_routes(struct mdl_lowering *l) {
    struct mdl_network *network = l->network;
    size_t kinds = (size_t)l->arch->kind_count;
    network->classes = sim_arena_array(l->arena, kinds + 1, sizeof *network->classes);
    mdl_replica_routes(l);
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        struct mdl_class *cls = &network->classes[network->class_count++];
        *cls = (struct mdl_class){
            .name = kind->name,
            .where = sim_arena_print(l->arena, "(lowered) class %s", kind->name),
            .priority = 1,
        };
        for (int s = 0; s < l->site_count; s++) {
            request_route(l, &l->sites[s], kind);
        }
    }
}
