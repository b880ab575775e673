/* Values of the steps that put a block in a frame of its own: fork, timeout, retry; and of limit.
 */
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

void mdl_check_step(struct mdl_checking *checking, const struct mdl_step *step) {
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
