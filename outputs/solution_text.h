/* The analytic solution of a scenario, for a terminal and for machines. */
#ifndef OUTPUTS_SOLUTION_TEXT_H
#define OUTPUTS_SOLUTION_TEXT_H

#include <stdio.h>

#include "models/solution.h"

enum { OUT_SOLUTION_SCHEMA = 1 };

/* The whole report: loads, figures with kind, formula and source, what was not solved and why. */
void out_text_solution(FILE *out, const struct mdl_solution *solution);

/* The same as a JSON document; `version` is the program that solved it. */
void out_json_solution(FILE *out, const struct mdl_solution *solution, const char *version);

/* The figures as CSV (RFC 4180). */
void out_csv_solution(FILE *out, const struct mdl_solution *solution);

#endif
