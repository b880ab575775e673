/* The `workload` of the architecture form: launch day or load test, personas, actions, mix. */
#ifndef INPUTS_WORKLOAD_READER_H
#define INPUTS_WORKLOAD_READER_H

#include "inputs/arch_reader.h"

/* The forms of a persona and an action, whose objects are keyed by name. */
extern const struct in_form in_workload_persona_form, in_workload_action_form;

/* The members of an action (record: struct mdl_arch_action), here and in a Locust-style document.
 */
void in_action_kind(struct in_json value, void *record);
void in_action_requests(struct in_json value, void *record);
void in_action_duration(struct in_json value, void *record);
void in_action_frequency(struct in_json value, void *record);

/* Fills the architecture's workload; adds diagnostics. */
void in_workload_read(struct in_arch_reading *reading, struct in_json workload);

/* A kind of request and its share of the actions. */
struct in_kind_share {
    const char *kind;
    double share;
    struct in_json where;
};

/* Reads an object of shares by name; they must sum to 1 ("shares"). In the context's arena. */
struct in_kind_share *in_workload_shares(struct in_json mix, int *count);

/* Gives every action its share: its kind's, split by frequency. Actions of kinds without a share
 * are left out. A kind with a share and no action is a diagnostic "missing-action". */
void in_workload_share(struct mdl_workload *workload, const struct in_kind_share *kinds, int count);

#endif
