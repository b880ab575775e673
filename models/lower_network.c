/* Lowering: do servers and cache nodes have the network for what passes through them? EC2 promises
 * a baseline; what is sent above it draws on an allowance that is full at launch and is said to
 * last 5 to 60 minutes (lb_network.csv: net burst). The allowance's size is not published, so it is
 * not simulated: who needs more than the baseline on average at the largest number of users is
 * told. In and out have an allowance each; the larger of both counts. */
#include <math.h>
#include <string.h>

#include "models/lower_parts.h"

static const double BITS = 8;

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

/* What the service that takes the requests and the one that has the data send and receive. Calls
 * between services carry the response once more. */
static struct flow fleet_flow(const struct mdl_lowering *l, const struct mdl_site *site,
                              const struct mdl_fleet *fleet) {
    struct flow flow = {0, 0};
    const struct mdl_value *values = site->scope.values;
    for (int i = 0; i < l->arch->kind_count; i++) {
        const struct mdl_request_kind *kind = &l->arch->kinds[i];
        double rate = kind_rate(l, site, kind);
        double request = values[MDL_P_REQUEST_SIZE].number;
        double response = mdl_kind_number(kind, MDL_R_RESPONSE_SIZE);
        double data = commands_of(kind) * values[MDL_P_COMMAND_SIZE].number +
                      mdl_kind_number(kind, MDL_R_QUERIES) * values[MDL_P_QUERY_SIZE].number;
        bool takes = fleet == mdl_site_fleet(site, kind->service);
        bool has_data = fleet == mdl_site_fleet(site, mdl_data_service(kind));
        if (takes) {
            add(&flow, rate, has_data ? request : request + response, response);
        }
        if (has_data) {
            add(&flow, rate, takes ? data : request + data, takes ? 0 : response);
        }
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

static void judge(struct mdl_lowering *l, enum mdl_parameter_id id,
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
}

void mdl_network_check(struct mdl_lowering *l) {
    struct mdl_scope whole = l->scope;
    for (int s = 0; s < l->site_count; s++) {
        const struct mdl_site *site = &l->sites[s];
        for (int f = 0; f < site->fleet_count; f++) {
            const struct mdl_fleet *fleet = &site->fleets[f];
            l->scope = fleet->scope;
            judge(l, MDL_P_APP_INSTANCE, fleet->type, fleet_flow(l, site, fleet),
                  mdl_number(l, MDL_P_APP_COUNT));
        }
        l->scope = site->scope;
        if (l->uses_cache) {
            judge(l, MDL_P_CACHE_INSTANCE, site->cache, cache_flow(l, site),
                  mdl_number(l, MDL_P_CACHE_SHARDS));
        }
    }
    l->scope = whole;
}
