/* What a scenario was lowered and compiled to, for people. */
#ifndef MODELS_EXPLAIN_H
#define MODELS_EXPLAIN_H

#include <stdio.h>

#include "models/scenario.h"

/* Prints the network (sources, stations, pools, caches, routes) and the disassembled program. The
 * scenario must have passed the check. Control characters of names are shown as '?'. */
void mdl_explain(FILE *out, const struct mdl_scenario *scenario);

#endif
