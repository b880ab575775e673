/* A comparison as CSV: a line per figure and variant, with the paired difference to the first.
 *
 * RFC 4180 as in outputs/findings_csv.h; an empty field: there is no such figure.
 */
#ifndef OUTPUTS_COMPARISON_CSV_H
#define OUTPUTS_COMPARISON_CSV_H

#include <stdio.h>

#include "studies/comparison.h"

/* Write errors: ask ferror(out). */
void out_csv_comparison(FILE *out, const struct std_comparison *comparison);

#endif
