/* Lowering: what clients and the load balancer do under overload (DESIGN 5.7). A policy that the
 * document does not give is not there. */
#include <math.h>

#include "models/lower_steps.h"

/* Retries that the budget of a kind lets through at once, before its ratio bites: an assumption. */
static const double RETRY_BURST = 10;

enum { FAILURES = 5 }; /* outcomes: ok, then the four failures (models/result.h) */

static const struct mdl_value *policy(const struct mdl_lowering *l, enum mdl_parameter_id id) {
    return &l->arch->values[id];
}

/* --- shedding ----------------------------------------------------------------------------- */

void mdl_policy_places(struct mdl_lowering *l, const struct mdl_site *site) {
    if (policy(l, MDL_P_RATE_LIMIT)->given) {
        struct mdl_limiter *limiter =
            mdl_add_limiter(l, mdl_place_name(l, "rate_limit", site->at, NULL));
        limiter->rate_per_s = policy(l, MDL_P_RATE_LIMIT)->number;
        limiter->burst = policy(l, MDL_P_RATE_BURST)->number;
    }
    if (policy(l, MDL_P_MAX_IN_FLIGHT)->given) {
        mdl_add_pool(l, mdl_place_name(l, "in_flight", site->at, NULL),
                     policy(l, MDL_P_MAX_IN_FLIGHT)->number, 0);
    }
}

void mdl_policy_admit(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    if (policy(l, MDL_P_RATE_LIMIT)->given) {
        const char *limiter = mdl_place_name(l, "rate_limit", b->site->at, NULL);
        mdl_steps_add(b, MDL_STEP_LIMIT, limiter, "rate limit")->tokens = 1;
    }
    if (policy(l, MDL_P_MAX_IN_FLIGHT)->given) {
        mdl_steps_add(b, MDL_STEP_ACQUIRE, mdl_place_name(l, "in_flight", b->site->at, NULL),
                      "admission");
    }
}

void mdl_policy_leave(struct mdl_steps *b) {
    struct mdl_lowering *l = b->lowering;
    if (policy(l, MDL_P_MAX_IN_FLIGHT)->given) {
        mdl_steps_add(b, MDL_STEP_RELEASE, mdl_place_name(l, "in_flight", b->site->at, NULL),
                      "admission");
    }
}

void mdl_policy_patience(const struct mdl_lowering *l, struct mdl_pool *workers) {
    const struct mdl_value *patience = policy(l, MDL_P_ABANDON_AFTER);
    if (patience->given) {
        workers->has_patience = true;
        workers->patience = patience->dist;
    }
}

/* --- clients and servers
 * ------------------------------------------------------------------------------ */

/* Wraps the block into a step of that kind. */
static struct mdl_step *wrap(struct mdl_steps *b, enum mdl_step_kind kind, const char *what) {
    struct mdl_steps outer = mdl_steps_begin(b);
    struct mdl_step *step = mdl_steps_add(&outer, kind, NULL, what);
    mdl_steps_enclose(&outer, step, b->block, NULL);
    *b = outer;
    return step;
}

/* A retry repeats its request's demands. */
static struct mdl_retry *retry_rule(const struct mdl_lowering *l) {
    struct mdl_retry *retry = sim_arena_alloc(l->arena, sizeof *retry);
    const struct mdl_value *budget = policy(l, MDL_P_RETRY_BUDGET);
    *retry = (struct mdl_retry){
        .attempts = (int)policy(l, MDL_P_ATTEMPTS)->number,
        .exponential = true,
        .base_s = policy(l, MDL_P_BACKOFF)->number,
        .factor = 2,
        .max_s = policy(l, MDL_P_BACKOFF_MAX)->number,
        .jitter = (enum mdl_jitter)policy(l, MDL_P_JITTER)->number,
        .has_budget = budget->given,
        .budget_ratio = budget->given ? budget->number : 0,
        .budget_burst = RETRY_BURST,
        .on = {false, true, true, true, true},
    };
    return retry;
}

void mdl_policy_data(struct mdl_steps *b) {
    const struct mdl_lowering *l = b->lowering;
    if (policy(l, MDL_P_DATA_TIMEOUT)->given) {
        struct mdl_step *step = wrap(b, MDL_STEP_TIMEOUT, "timeout of the data access");
        step->has_demand = true;
        step->demand = sim_dist_constant(policy(l, MDL_P_DATA_TIMEOUT)->number);
        step->cancel = (enum mdl_cancel)policy(l, MDL_P_CANCEL)->number;
    }
    if (policy(l, MDL_P_BREAKER_FAILURES)->given) {
        wrap(b, MDL_STEP_BREAKER, "circuit breaker")->target =
            mdl_place_name(l, b->fleet->name, b->site->at, "breaker");
    }
}

void mdl_policy_breaker(struct mdl_lowering *l, const struct mdl_site *site,
                        const struct mdl_fleet *fleet) {
    if (!policy(l, MDL_P_BREAKER_FAILURES)->given) {
        return;
    }
    struct mdl_breaker *breaker =
        mdl_add_breaker(l, mdl_place_name(l, fleet->name, site->at, "breaker"));
    breaker->failures = policy(l, MDL_P_BREAKER_FAILURES)->number;
    breaker->over = (int)policy(l, MDL_P_BREAKER_OVER)->number;
    breaker->calls = (int)policy(l, MDL_P_BREAKER_CALLS)->number;
    breaker->open_for_s = policy(l, MDL_P_BREAKER_OPEN_FOR)->number;
    breaker->probes = (int)policy(l, MDL_P_BREAKER_PROBES)->number;
    for (int i = 1; i < FAILURES; i++) {
        breaker->on[i] = true;
    }
}

void mdl_policy_client(struct mdl_steps *b) {
    const struct mdl_lowering *l = b->lowering;
    if (policy(l, MDL_P_TIMEOUT)->given) {
        struct mdl_step *step = wrap(b, MDL_STEP_TIMEOUT, "client timeout");
        step->has_demand = true;
        step->demand = sim_dist_constant(policy(l, MDL_P_TIMEOUT)->number);
        step->cancel = (enum mdl_cancel)policy(l, MDL_P_CANCEL)->number;
    }
    if (policy(l, MDL_P_ATTEMPTS)->number > 1) {
        wrap(b, MDL_STEP_RETRY, "client retries")->retry = retry_rule(l);
    }
}
