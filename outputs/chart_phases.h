/* The chart of phases side by side: load, response, CPU and cost, a group of bars per phase. */
#ifndef OUTPUTS_CHART_PHASES_H
#define OUTPUTS_CHART_PHASES_H

#include "outputs/charts.h"
#include "studies/phases.h"

/* Writes phases.gp, and draws phases.svg and phases.png beside it, into `folder`, which is made
 * where it is missing. `wrote` may be NULL. OUT_NO_GNUPLOT: the script was written and gnuplot is
 * missing. */
enum out_status out_chart_phases(const struct std_phases *phases, const char *folder,
                                 out_chart_wrote wrote, void *context, struct out_error *error);

#endif
