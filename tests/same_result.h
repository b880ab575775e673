/* Whether two runs gave the same, to the last bit. */
#ifndef TESTS_SAME_RESULT_H
#define TESTS_SAME_RESULT_H

#include <stdbool.h>

#include "models/program.h"
#include "models/result.h"
#include "studies/findings.h"

/* A hash of everything in the result. */
uint64_t same_result_hash(const struct mdl_program *program, const struct mdl_result *result);

/* All metrics, with their intervals and each replication's values, all series and all histograms.
 * Prints the first difference. */
bool same_findings(const struct std_findings *a, const struct std_findings *b);

/* Each replication's values of the first `count` replications. */
bool same_first_values(const struct std_findings *a, const struct std_findings *b, int count);

#endif
