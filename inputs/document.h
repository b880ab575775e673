/* What the readers of the two forms share: keys of the document that mean the same in both, and how
 * inputs/scenario_file.c calls each form's reader.
 *
 * A form's document table lists IN_DOCUMENT_FIELDS among its own fields; its record is the
 * struct mdl_scenario being filled (the architecture reader keeps its own part in scenario->arch).
 */
#ifndef INPUTS_DOCUMENT_H
#define INPUTS_DOCUMENT_H

#include "inputs/json.h"
#include "inputs/slo_reader.h"
#include "models/scenario.h"

/* Readers of the shared keys; `scenario` is a struct mdl_scenario. */
void in_document_name(struct in_json value, void *scenario);
void in_document_about(struct in_json value, void *scenario); /* for readers of the file; unused */
void in_document_horizon(struct in_json value, void *scenario);
void in_document_analysis(struct in_json value, void *scenario);
void in_document_warmup(struct in_json value, void *scenario);
void in_document_buckets(struct in_json value, void *scenario);
/* A list of instants (s) in ascending order, equal ones once; in the arena. NULL and a count of 0
 * after a diagnostic. */
double *in_document_instants(struct in_json list, int *count);

void in_document_replications(struct in_json value, void *scenario);
void in_document_precision(struct in_json value, void *scenario);
void in_document_seed(struct in_json value, void *scenario);
void in_document_percentiles(struct in_json value, void *scenario);
void in_document_within(struct in_json value, void *scenario);
void in_document_sample_at(struct in_json value, void *scenario);
void in_document_windows(struct in_json value, void *scenario);
void in_document_sample_customers(struct in_json value, void *scenario);
void in_document_log(struct in_json value, void *scenario);
void in_document_stop(struct in_json value, void *scenario);
void in_document_population_limit(struct in_json value, void *scenario);
void in_document_breakdown(struct in_json value, void *scenario); /* network form only */
extern const struct in_form in_log_form, in_stop_form, in_precision_form;

#define IN_DOCUMENT_FIELDS                                                                         \
    {"name", false, in_document_name}, {"about", false, in_document_about},                        \
        {"analysis", false, in_document_analysis}, {"warmup", false, in_document_warmup},          \
        {"buckets", false, in_document_buckets},                                                   \
        {"replications", false, in_document_replications},                                         \
        {"precision", false, in_document_precision}, {"seed", false, in_document_seed},            \
        {"percentiles", false, in_document_percentiles}, {"within", false, in_document_within},    \
        {"sample_at", false, in_document_sample_at}, {"windows", false, in_document_windows},      \
        {"sample_customers", false, in_document_sample_customers}, {"slo", false, in_slo_read},    \
        {"slo_window", false, in_slo_window_read},                                                 \
        {"population_limit", false, in_document_population_limit},                                 \
        {"log", false, in_document_log}, {                                                         \
        "stop", false, in_document_stop                                                            \
    }

/* Refuses shared keys of the document that say two things about one. */
void in_document_conflicts(struct in_json document);

/* Defaults of the shared keys; `path` gives the name where the document has none. */
void in_document_prepare(struct mdl_scenario *scenario, const char *path);

/* All forms of the network form's objects, the document's included, but for the steps (see
 * in_step_kinds): what the schema must list. */
extern const struct in_form *const in_network_forms[];
extern const int in_network_form_count;

/* The keys of a document in architecture form: the shared ones, "horizon" and in_arch_keys. In
 * `arena`. */
const struct in_form *in_arch_document_form(struct sim_arena *arena);

/* Reads a document of the network form into `scenario` (prepared), with diagnostics. */
void in_network_document_read(struct in_json root, struct mdl_scenario *scenario);

#endif
