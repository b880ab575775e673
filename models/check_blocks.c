/* Values of the steps that put a block in a frame of its own: fork, timeout, retry; of limit; and
 * the instances that a step names. */
#include "models/check_parts.h"

static void check_fork(struct mdl_checking *checking, const struct mdl_step *step) {
    int branches = mdl_fork_branches(step);
    if (step->join > branches) {
        sim_diag_add(checking->diags, "join-too-many",
                     mdl_check_path(checking, step->where, "join"),
                     "\"all\", or a number of branches from 1 to all", NULL,
                     "a join on %d of %d branches", step->join, branches);
    }
}

/* A retry without end must leave time, or a request that is turned away at once comes back at the
 * same instant for ever. */
static void check_retry(struct mdl_checking *checking, const struct mdl_step *step) {
    const struct mdl_retry *retry = step->retry;
    for (int i = 0; i < retry->backoff_count; i++) {
        mdl_check_dist(checking, &retry->backoffs[i], step->where, "retry.backoff");
    }
    if (retry->exponential && retry->max_s < retry->base_s) {
        sim_diag_add(checking->diags, "backoff-too-long",
                     mdl_check_path(checking, step->where, "retry.backoff"),
                     "a base up to the maximum", NULL, "a base of %.9gs, a maximum of %.9gs",
                     retry->base_s, retry->max_s);
    }
    int last = retry->backoff_count - 1;
    bool pauses = retry->exponential ? mdl_takes_time(retry->base_s)
                                     : last >= 0 && mdl_takes_time(retry->backoffs[last].mean);
    if (retry->attempts == 0 && !pauses) {
        sim_diag_add(checking->diags, "timeless-retry",
                     mdl_check_path(checking, step->where, "retry"),
                     "a backoff that takes time (the last one of a list too) where attempts are "
                     "unlimited",
                     "\"backoff\": \"100ms\", or a number of attempts",
                     "retries without end and without a pause");
    }
}

/* Where nobody waits, a passage that takes more than the bucket ever holds is never let through. */
static void check_limit(struct mdl_checking *checking, const struct mdl_step *step) {
    int index = mdl_names_find(&checking->limiters, step->target);
    if (index < 0) {
        return;
    }
    const struct mdl_limiter *limiter = &checking->network->limiters[index];
    if (!limiter->waits && step->tokens > limiter->burst) {
        sim_diag_add(checking->diags, "too-many-tokens",
                     mdl_check_path(checking, step->where, "tokens"),
                     "at most the burst of a limiter that rejects",
                     "a larger \"burst\", or \"when_empty\": \"wait\"",
                     "a passage of %.9g tokens, \"%s\" holds %.9g", step->tokens, limiter->name,
                     limiter->burst);
    }
}

/* The instances that the step may use are some of those that there are, and where the balancer
 * draws some of them, enough. */
static void check_instances(struct mdl_checking *checking, const struct mdl_step *step,
                            int instances, enum mdl_balancer balancer, int choices) {
    if (step->instance_count == 0) {
        return;
    }
    bool one = step->instance_count == 1;
    int last = step->instance + step->instance_count - 1;
    const char *where = mdl_check_path(checking, step->where, one ? "instance" : "instances");
    if (last >= instances) {
        sim_diag_add(checking->diags, "no-such-instance", where,
                     sim_arena_print(checking->arena, "from 0 to %d", instances - 1), NULL,
                     "instance %d of the %d of \"%s\"", last, instances, step->target);
    } else if (balancer == MDL_POWER_OF && !one && choices > step->instance_count) {
        sim_diag_add(checking->diags, "too-many-choices", where,
                     "at least as many instances as the balancer's choices: they are distinct",
                     NULL, "%d choices among %d instances", choices, step->instance_count);
    }
}

static void check_place(struct mdl_checking *checking, const struct mdl_step *step) {
    const struct mdl_network *network = checking->network;
    int index = 0;
    if (step->kind == MDL_STEP_SERVE) {
        index = mdl_names_find(&checking->stations, step->target);
        if (index >= 0) {
            const struct mdl_station *at = &network->stations[index];
            check_instances(checking, step, at->instances, at->balancer, at->choices);
        }
    } else if (step->kind == MDL_STEP_ACQUIRE) {
        index = mdl_names_find(&checking->pools, step->target);
        if (index >= 0) {
            const struct mdl_pool *at = &network->pools[index];
            check_instances(checking, step, at->instances, at->balancer, at->choices);
        }
    } else if (step->kind == MDL_STEP_LIMIT) {
        index = mdl_names_find(&checking->limiters, step->target);
        if (index >= 0) {
            const struct mdl_limiter *at = &network->limiters[index];
            check_instances(checking, step, at->instances, MDL_RANDOM, 0);
            if (at->instances > 1 && at->with == NULL && step->instance_count == 0) {
                sim_diag_add(checking->diags, "which-instance", step->where,
                             "\"instance\": which bucket of the limiter",
                             "or \"with\" in the limiter: that of the place held",
                             "\"%s\" has %d buckets", at->name, at->instances);
            }
        }
    }
}

void mdl_check_step(struct mdl_checking *checking, const struct mdl_step *step) {
    check_place(checking, step);
    if (step->kind == MDL_STEP_FORK) {
        check_fork(checking, step);
    } else if (step->kind == MDL_STEP_LIMIT) {
        check_limit(checking, step);
    } else if (step->kind == MDL_STEP_RETRY) {
        check_retry(checking, step);
    } else if (step->kind == MDL_STEP_TIMEOUT && !mdl_takes_time(step->demand.mean)) {
        sim_diag_add(checking->diags, "timeless-timeout",
                     mdl_check_path(checking, step->where, "timeout"), "a duration above 0", NULL,
                     "a timeout of no time");
    }
}
