/* The analytic twin in reports: what formulas say beside what was simulated. */
#ifndef OUTPUTS_TWIN_VIEW_H
#define OUTPUTS_TWIN_VIEW_H

#include "outputs/json_writer.h"
#include "outputs/text_report.h"

/* A table of the figures that tell most, those that disagree first. Nothing without a twin. */
void out_report_twin(const struct out_report *report);

/* The member "analytic": all of them. Nothing without a twin. */
void out_json_twin(struct out_json *json, const struct std_findings *findings);

#endif
