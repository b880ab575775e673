/* Findings as tables for a terminal of 80 to 100 columns, in plain ASCII (names from the input keep
 * their letters; control characters in them are made visible).
 *
 * Verdicts first, then requests, tiers (or stations, pools and caches), outcomes, the assumptions
 * in use, and what the figures mean. Three significant digits; "+-" is the half-width of the 95 %
 * interval; "-" means that nothing was observed.
 */
#ifndef OUTPUTS_FINDINGS_TEXT_H
#define OUTPUTS_FINDINGS_TEXT_H

#include <stdio.h>

#include "studies/findings.h"

/* Write errors: ask ferror(out). */
void out_text_findings(FILE *out, const struct std_findings *findings);

#endif
