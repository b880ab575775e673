/* A comparison for a terminal of 100 columns: the verdict first, a sentence per variant, then the
 * figures, what the variants assume differently, and what the figures mean.
 *
 * Up to 4 variants stand side by side; more stand in a block each, beside the first.
 */
#ifndef OUTPUTS_COMPARISON_TEXT_H
#define OUTPUTS_COMPARISON_TEXT_H

#include <stdio.h>

#include "studies/comparison.h"

/* Write errors: ask ferror(out). */
void out_text_comparison(FILE *out, const struct std_comparison *comparison);

#endif
