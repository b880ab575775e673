/* Phases side by side as text, CSV and JSON. */
#ifndef OUTPUTS_PHASES_TEXT_H
#define OUTPUTS_PHASES_TEXT_H

#include <stdio.h>

#include "studies/phases.h"

/* A table for people: a column per phase, the most loaded tier of each role named. */
void out_text_phases(FILE *out, const struct std_phases *phases);

/* A line per figure and phase: phase,group,label,unit,value,low,high,of. */
void out_csv_phases(FILE *out, const struct std_phases *phases);

/* inputs/schema/phases.schema.json is its schema. `version` is the program that found them. */
void out_json_phases(FILE *out, const struct std_phases *phases, const char *version);

#endif
