/* SLOs: "slo" and "slo_window" of a document, and the conditions in them.
 *
 * A condition is `FIGURE(SUBJECT) < LIMIT`, with `per WIDTH` after it for windows of that width:
 * "p95(read) < 500ms", "error_rate < 0.1%", "utilization(app) < 70% per 15m". FIGURE: p50, p99.9,
 * mean, error_rate, throughput, utilization, connections, memory. k6's spelling is read too:
 * "p(95)<500" and "rate<0.01" with bare milliseconds and fractions, alone or under its metrics
 * "http_req_duration", "http_req_failed" and "http_reqs".
 */
#ifndef INPUTS_SLO_READER_H
#define INPUTS_SLO_READER_H

#include "inputs/json.h"
#include "models/scenario.h"

/* Readers of the document's keys; the record is a struct mdl_scenario. */
void in_slo_read(struct in_json value, void *scenario);
void in_slo_window_read(struct in_json value, void *scenario);

extern const struct in_form in_slo_form, in_slo_k6_form; /* for the schema test */

/* What a document leaves open: the windows' width; with SLOs and without time buckets, buckets as
 * wide as the windows (unless only `stop` ends the run); and for an architecture without the key
 * "slo" the defaults, each listed among the assumptions. */
void in_slo_complete(struct in_context *context, struct mdl_scenario *scenario);

#endif
