/* The text of one chart: panels one below the other, over the time of a run, in one visual
 * language. charts.c says what is drawn; this says how.
 */
#ifndef OUTPUTS_CHART_SCRIPT_H
#define OUTPUTS_CHART_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/base_arena.h"
#include "studies/findings.h"

enum { OUT_CHART_CURVES = 6, OUT_CHART_PANELS = 4 };

struct out_curve {
    const struct std_series *series;
    const char *label; /* any text */
};

struct out_panel {
    const char *title; /* any text; what the panel shows, with its unit */
    double factor;     /* from SI to the axis: 100 for percent */
    double top;        /* fixed upper end of the axis; 0: as the data need */
    struct out_curve curves[OUT_CHART_CURVES];
    int curve_count;
    const struct std_series *shade; /* shares 0-1: buckets are shaded behind the curves, the darker
                                       the nearer to 1; NULL: none */
};

struct out_chart {
    const char *name;  /* of the file, without extension; letters, digits and - only */
    const char *title; /* what is shown */
    struct out_panel panels[OUT_CHART_PANELS];
    int panel_count;
};

/* Adds a curve, unless the panel is full, the series is NULL, or it holds no value at all. */
void out_panel_add(struct out_panel *panel, const struct std_findings *findings,
                   const struct std_series *series, const char *label);

/* The largest value of the panel's curves, intervals included, in SI; 0 when there is none. */
double out_panel_peak(const struct out_panel *panel, const struct std_findings *findings);

/* Writes the gnuplot script. */
void out_chart_script(FILE *out, const struct out_chart *chart,
                      const struct std_findings *findings);

#endif
