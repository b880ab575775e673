/* The chart of where a request's time goes. */
#ifndef OUTPUTS_CHART_BREAKDOWN_H
#define OUTPUTS_CHART_BREAKDOWN_H

#include <stdio.h>

#include "outputs/hops_view.h"

/* Writes the gnuplot script of the bars (at least one), which draws `name`.svg and `name`.png. */
void out_chart_breakdown_script(FILE *out, const char *name, const struct std_findings *findings,
                                const struct out_hops *bars, int count);

#endif
