/* Findings as one JSON document: every figure with its interval and each replication's value.
 *
 * The layout is inputs/schema/results.schema.json; docs/results.md explains it. The document is a
 * function of the findings; all that differs from run to run of the same input stands under
 * "timing".
 */
#ifndef OUTPUTS_FINDINGS_JSON_H
#define OUTPUTS_FINDINGS_JSON_H

#include <stdio.h>

#include "studies/findings.h"

enum { OUT_JSON_SCHEMA = 2 }; /* raised when a reader of older documents may break */

/* `version` is the program's. Write errors: ask ferror(out). */
void out_json_findings(FILE *out, const struct std_findings *findings, const char *version);

#endif
