/* Lowering: the network of servers and cache nodes. EC2 promises a baseline; what is sent above it
 * draws on an allowance, which is full at launch, earns below the baseline, and is said to let a
 * server send at its burst rate for 5 to 60 minutes (lb_network.csv: net burst; its size is not
 * published, so that duration is an assumption). That is the account of CPU credits once more
 * (models/credit_account.h), with a link at its burst rate for the vCPU: a processor-sharing
 * station that, without an allowance, is held to its baseline. In and out have an allowance each;
 * the one that has more to carry is simulated. A server that needs less than a quarter of its
 * baseline at the largest number of users cannot use an allowance up: its network is not simulated.
 * Of cache nodes only the need is told.
 */
#include <math.h>
#include <string.h>

#include "models/lower_steps.h"

static const double BITS = 8;
static const double NEAR = 0.25; /* of the baseline */

struct flow {
    double in, out; /* bytes per second */
};

static void add(struct flow *flow, double rate, double in, double out) {
    flow->in += rate * in;
    flow->out += rate * out;
}

/* Requests per second of a kind in the site, at the largest number of users. */
static double kind_rate(const struct mdl_lowering *l, const struct mdl_site *site,
                        const struct mdl_request_kind *kind) {
    const struct mdl_workload *workload = &l->arch->workload;
    const struct mdl_session *session = mdl_lower_session(workload, "", l->arena);
    double users =
        workload->launch_day ? workload->simultaneous * workload->users : workload->users;
    double all = 0;
    double own = 0;
    for (int i = 0; i < session->action_count; i++) {
        double requests = session->actions[i].p * session->actions[i].requests;
        all += requests;
        own += strcmp(session->actions[i].cls, kind->name) == 0 ? requests : 0;
    }
    return mdl_workload_request_rate(workload, users * site->users) * own / all;
}

static double commands_of(const struct mdl_request_kind *kind) {
    return mdl_kind_number(kind, MDL_R_CACHE_COMMANDS) + mdl_kind_number(kind, MDL_R_CACHE_UPDATES);
}

/* Bytes that a server of the fleet receives and sends for one request of the kind: as the service
 * that takes the requests, and as the one that has the data. Calls between services carry the
 * response once more. */
static struct flow request_flow(const struct mdl_site *site, const struct mdl_fleet *fleet,
                                const struct mdl_request_kind *kind) {
    const struct mdl_value *values = site->scope.values;
    double request = values[MDL_P_REQUEST_SIZE].number;
    double response = mdl_kind_number(kind, MDL_R_RESPONSE_SIZE);
    double data = commands_of(kind) * values[MDL_P_COMMAND_SIZE].number +
                  mdl_kind_number(kind, MDL_R_QUERIES) * values[MDL_P_QUERY_SIZE].number;
    bool takes = fleet == mdl_site_fleet(site, kind->service);
    bool has_data = fleet == mdl_site_fleet(site, mdl_data_service(kind));
    struct flow flow = {0, 0};
    if (takes) {
        add(&flow, 1, has_data ? request : request + response, response);
    }
    if (has_data) {
        add(&flow, 1, takes ? data : request + data, takes ? 0 : response);
    }
    return flow;
}

static struct flow fleet_flow(const struct mdl_lowering *l, const struct mdl_site *site,
                              const struct mdl_fleet *fleet) {
    struct flow flow = {0, 0};
    for (int i = 0; i < l->arch->kind_count; i++) {
        struct flow one = request_flow(site, fleet, &l->arch->kinds[i]);
        add(&flow, kind_rate(l, site, &l->arch->kinds[i]), one.in, one.out);
    }
    return flow;
}

static struct flow cache_flow(const struct mdl_lowering *l, const struct mdl_site *site) {
    struct flow flow = {0, 0};
    for (int i = 0; i < l->arch->kind_count; i++) {
        double rate = kind_rate(l, site, &l->arch->kinds[i]) * commands_of(&l->arch->kinds[i]);
        add(&flow, rate, 0, site->scope.values[MDL_P_COMMAND_SIZE].number);
    }
    return flow;
}

/* What the larger of both flows needs of each instance, Gbit/s; a warning above the baseline. */
static double judge(struct mdl_lowering *l, enum mdl_parameter_id id,
                    const struct mdl_instance_type *type, struct flow flow, double instances) {
    double gbps = fmax(flow.in, flow.out) / instances * BITS / 1e9;
    if (gbps > type->network_baseline_gbps) { /* false where the catalog knows none */
        sim_diag_warn(l->diags, "network-baseline", mdl_key(l, id),
                      sim_arena_print(l->arena,
                                      "at most the %g Gbit/s that one %s has as a baseline, beyond "
                                      "which its allowance drains",
                                      type->network_baseline_gbps, type->name),
                      "more instances, a larger type, or smaller responses",
                      "%.3g Gbit/s each at the largest number of users", gbps);
    }
    return gbps;
}

void mdl_network_check(struct mdl_lowering *l) {
    struct mdl_scope whole = l->scope;
    for (int s = 0; s < l->site_count; s++) {
        const struct mdl_site *site = &l->sites[s];
        for (int f = 0; f < site->fleet_count; f++) {
            struct mdl_fleet *fleet = &site->fleets[f];
            l->scope = fleet->scope;
            struct flow flow = fleet_flow(l, site, fleet);
            double gbps =
                judge(l, MDL_P_APP_INSTANCE, fleet->type, flow, mdl_number(l, MDL_P_APP_COUNT));
            if (gbps > NEAR * fleet->type->network_baseline_gbps &&
                fleet->type->network_burst_gbps >= fleet->type->network_baseline_gbps) {
                fleet->network = flow.out >= flow.in ? MDL_NETWORK_OUT : MDL_NETWORK_IN;
            }
        }
        l->scope = site->scope;
        if (l->uses_cache) {
            judge(l, MDL_P_CACHE_INSTANCE, site->cache, cache_flow(l, site),
                  mdl_number(l, MDL_P_CACHE_SHARDS));
        }
    }
    l->scope = whole;
}

void mdl_network_places(struct mdl_lowering *l, const struct mdl_site *site,
                        const struct mdl_fleet *fleet) {
    if (fleet->network == MDL_NETWORK_AMPLE) {
        return;
    }
    struct mdl_station *network =
        mdl_add_station(l, mdl_place_name(l, fleet->name, site->at, "network"), MDL_PS);
    network->instances = (int)mdl_number(l, MDL_P_APP_COUNT);
    network->with = mdl_place_name(l, fleet->name, site->at, "workers");
    double baseline = fleet->type->network_baseline_gbps / fleet->type->network_burst_gbps;
    if (baseline < 1) {
        double full = mdl_number(l, MDL_P_NETWORK_ALLOWANCE) / 60 * (1 - baseline);
        network->credits = sim_arena_alloc(l->arena, sizeof *network->credits);
        *network->credits = (struct mdl_credits){.earn_per_h = 60 * baseline,
                                                 .cap = full,
                                                 .start = full,
                                                 .resume = mdl_credits_resume(60 * baseline, full)};
    }
}

void mdl_network_pass(struct mdl_steps *b) {
    struct flow flow = request_flow(b->site, b->fleet, b->kind);
    double bytes = b->fleet->network == MDL_NETWORK_OUT ? flow.out : flow.in;
    if (b->fleet->network != MDL_NETWORK_AMPLE && bytes > 0) {
        double gbps = b->fleet->type->network_burst_gbps;
        mdl_steps_serve(b, mdl_place_name(b->lowering, b->fleet->name, b->site->at, "network"),
                        sim_dist_constant(bytes * BITS / (gbps * 1e9)), "network of the server");
    }
}
