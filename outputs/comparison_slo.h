/* The verdicts of the variants of a comparison. */
#ifndef OUTPUTS_COMPARISON_SLO_H
#define OUTPUTS_COMPARISON_SLO_H

#include <stdio.h>

#include "outputs/json_writer.h"
#include "sim/base_arena.h"
#include "studies/comparison.h"

/* Tables of SLOs and variants, a few variants side by side; nothing when no variant has SLOs. */
void out_text_comparison_slos(FILE *out, const struct std_comparison *comparison,
                              struct sim_arena *arena);

/* The member "slo" of a variant: its answer and its verdicts. */
void out_json_comparison_slos(struct out_json *json, const struct std_comparison *comparison,
                              int variant);

#endif
