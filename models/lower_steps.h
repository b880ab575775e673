/* Writing routes step by step, for the lowering; private to models/lower*.c. */
#ifndef MODELS_LOWER_STEPS_H
#define MODELS_LOWER_STEPS_H

#include "models/lower_parts.h"

/* A block under construction: steps of requests of a kind, at a site. */
struct mdl_steps {
    struct mdl_lowering *lowering;
    const struct mdl_request_kind *kind;
    const struct mdl_site *site;
    const struct mdl_fleet *fleet; /* whose servers run the steps */
    struct mdl_block block;
    size_t room;
};

/* An empty block inside another. */
struct mdl_steps mdl_steps_begin(const struct mdl_steps *outer);

/* A step; `what` says in words what it is. It holds until the next addition to the block. */
struct mdl_step *mdl_steps_add(struct mdl_steps *steps, enum mdl_step_kind kind, const char *target,
                               const char *what);

void mdl_steps_serve(struct mdl_steps *steps, const char *station, struct sim_dist demand,
                     const char *what);

/* Gives a step its one or two (`second` not NULL) blocks. */
void mdl_steps_enclose(struct mdl_steps *steps, struct mdl_step *step, struct mdl_block first,
                       const struct mdl_block *second);

/* One block with probability p, else the other. */
void mdl_steps_branch(struct mdl_steps *steps, double p, struct mdl_block yes, struct mdl_block no,
                      const char *what);

/* The body `times` times: in line when once, not at all when never. */
void mdl_steps_repeat(struct mdl_steps *steps, int times, struct mdl_steps body, const char *what);

/* --- parts of a request's way --------------------------------------------------------------- */

/* So many cache commands, by a parameter of the kind. */
void mdl_cache_commands(struct mdl_steps *steps, enum mdl_request_parameter_id count,
                        const char *what);

/* What the request makes the servers of the fleet in hand receive or send, where it is limited. */
void mdl_network_pass(struct mdl_steps *steps);

/* Queries and commits of one request, over a connection of the fleet's pool. */
void mdl_database_steps(struct mdl_steps *steps);

/* Shedding, on the way in and out of a site's load balancer. */
void mdl_policy_admit(struct mdl_steps *steps);
void mdl_policy_leave(struct mdl_steps *steps);

/* Wraps a data access into the server's timeout and the fleet's circuit breaker. */
void mdl_policy_data(struct mdl_steps *steps);

/* Wraps the whole way of a request into its client's timeout and retries. */
void mdl_policy_client(struct mdl_steps *steps);

#endif
