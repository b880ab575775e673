/* What jauge validate prints: the theory suite as a table, JSON
 * (inputs/schema/validation.schema.json) and CSV. Write errors: ask ferror(out).
 */
#ifndef OUTPUTS_VALIDATION_TEXT_H
#define OUTPUTS_VALIDATION_TEXT_H

#include <stdio.h>

#include "studies/validate.h"

void out_text_validation(FILE *out, const struct std_validation *validation);
void out_json_validation(FILE *out, const struct std_validation *validation, const char *version);

/* A line per row; the mutants of the long suite are in the JSON. */
void out_csv_validation(FILE *out, const struct std_validation *validation);

/* The mutants that there are: names and what they get wrong. */
void out_text_mutants(FILE *out, const char *const *names, const char *const *texts, int count);
void out_json_mutants(FILE *out, const char *const *names, const char *const *texts, int count);
void out_csv_mutants(FILE *out, const char *const *names, const char *const *texts, int count);

#endif
