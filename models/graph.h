/* The network of a scenario as a Graphviz graph, for people.
 *
 * Drawn from what the user said (or what the architecture was lowered to), not from the compiled
 * program. Places are nodes, and each part of an architecture stands in the frame of its tier.
 * Links are the ways of requests from place to place, all positions of all routes taken together.
 * A percentage is the probability of a way, "x2" the mean number of times that a request goes
 * there if nothing fails; where kinds of requests differ they are named. What hangs on the hit
 * ratio of a store of keys has no figure.
 */
#ifndef MODELS_GRAPH_H
#define MODELS_GRAPH_H

#include <stdio.h>

#include "models/scenario.h"

/* Writes the graph in the DOT language, in UTF-8. The scenario must have passed the check. Names
 * are data: they are shown as they are, whatever characters they hold, except that control
 * characters and bytes that are no UTF-8 appear as '?'. */
void mdl_graph_dot(FILE *out, const struct mdl_scenario *scenario);

#endif
