/* The verdicts on the SLOs, as a member of a JSON document. */
#ifndef OUTPUTS_SLO_JSON_H
#define OUTPUTS_SLO_JSON_H

#include "outputs/json_writer.h"
#include "studies/findings.h"

/* Writes the member "slo": the answer of all (null when none was asked), counts, and each verdict
 * with its places. */
void out_json_slos(struct out_json *json, const struct std_findings *findings);

#endif
