/* A comparison as one JSON document: inputs/schema/comparison.schema.json; docs/compare.md explains
 * it. All that differs from run to run of the same input stands under "timing".
 */
#ifndef OUTPUTS_COMPARISON_JSON_H
#define OUTPUTS_COMPARISON_JSON_H

#include <stdio.h>

#include "studies/comparison.h"

enum { OUT_COMPARISON_SCHEMA = 1 }; /* raised when a reader of older documents may break */

/* `version` is the program's. Write errors: ask ferror(out). */
void out_json_comparison(FILE *out, const struct std_comparison *comparison, const char *version);

#endif
