/* Charts of a run, drawn by gnuplot into a folder.
 *
 * Each chart is a script NAME.gp with its data inline, kept beside NAME.svg and NAME.png, so that
 * it can be changed and drawn again. Architecture: load (arrivals and concurrency), response
 * (percentiles over time by request kind), utilization (by tier), connections (by tier). Network:
 * load, response, stations (utilization and number), pools (places held). A chart without data is
 * not written; none is when the run has no time buckets. Colours are those of Okabe and Ito, with
 * dashes and marks of their own, so that they can be told apart in grey and by the colour-blind.
 */
#ifndef OUTPUTS_CHARTS_H
#define OUTPUTS_CHARTS_H

#include "outputs/out_error.h"
#include "studies/findings.h"

/* Told of each file written (path as made from `folder`). */
typedef void (*out_chart_wrote)(void *context, const char *path);

/* Writes the charts. `folder` is made where it is missing; `prefix` (may be "") begins each file
 * name; `wrote` may be NULL. OUT_NO_GNUPLOT: all scripts were written and gnuplot is missing. */
enum out_status out_charts_write(const struct std_findings *findings, const char *folder,
                                 const char *prefix, out_chart_wrote wrote, void *context,
                                 struct out_error *error);

#endif
