/* The parts of the network form's reader; models/network.h says what the records mean. Readers add
 * diagnostics for what a part says wrongly by itself; mdl_check judges how the parts fit. */
#ifndef INPUTS_NETWORK_READER_H
#define INPUTS_NETWORK_READER_H

#include "inputs/json.h"
#include "models/network.h"

/* Readers for tables of fields; `network` is a struct mdl_network. */
void in_network_classes(struct in_json value, void *network);
void in_network_sources(struct in_json value, void *network);
void in_network_stations(struct in_json value, void *network);
void in_network_pools(struct in_json value, void *network);
void in_network_caches(struct in_json value, void *network);
void in_network_limiters(struct in_json value, void *network);
void in_network_breakers(struct in_json value, void *network);
void in_network_routes(struct in_json value, void *network);

/* The object forms inside, for the list of all forms. */
extern const struct in_form in_source_form, in_rate_steps_form, in_arrived_by_form, in_session_form,
    in_persona_form, in_action_form;
extern const struct in_form in_class_form, in_station_form, in_schedule_form, in_instance_form,
    in_credits_form, in_pool_form, in_cache_form, in_limiter_form, in_breaker_form, in_crash_form;
extern const struct in_form in_block_form, in_branch_entry_form, in_repeat_form, in_retry_form,
    in_backoff_form, in_budget_form;

/* The steps: one form per kind, in the order of enum mdl_step_kind. */
struct in_step_kind {
    const char *key; /* that tells the kind */
    struct in_form form;
    void (*finish)(struct in_json value, void *step); /* checks across keys; may be NULL */
};
extern const struct in_step_kind in_step_kinds[];
extern const int in_step_kind_count;

/* The "retry" of a step (a struct mdl_step): its rule, without its block. */
void in_network_retry(struct in_json value, void *step);

/* A list of failures, as `on` of struct mdl_retry: one entry per outcome, the success first. */
enum { IN_FAILURES = 4 };
void in_network_failures(struct in_json value, bool *on);

/* What stations and pools have in common: number of instances, choices of "power_of", ties; and
 * what their balancers ask of the other keys of the object `value`. `*choices` is 0 where it is not
 * given: then the default of "power_of" is set. */
void in_network_instances(struct in_json value, int *out);
void in_network_choices(struct in_json value, int *out);
void in_network_ties(struct in_json value, enum mdl_ties *out);
void in_network_finish_balancer(struct in_json value, enum mdl_balancer balancer, int instances,
                                int *choices);

/* Reads a list of [time, value] pairs. `value` reads the second of each. */
typedef bool (*in_point_value)(struct in_json value, double *out);
struct mdl_point *in_network_points(struct in_json list, in_point_value value, int *count);

#endif
