#include "outputs/chart_script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/chart_gnuplot.h"
#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"

enum {
    WIDTH = 960,
    HEAD = 58,
    PANEL = 300,
    PANEL_OF_MANY = 210,
    FOOT = 56,
    MARKS = 12,
    LABEL = 40,
    LINE = 143,
    SAMPLE = 14,
    KEY_ROWS = 3,
    TITLE = 72,
    SHADES = 6, /* of grey behind the curves */
    LIGHTEST = 0xF8,
    DARKEST = 0xC8
};

/* Of bands above the highest point of a curve, as its multiple. */
static const double widest_band = 1.6;

/* Okabe and Ito, "Color universal design", 2008; yellow is left out (too pale on white). */
static const struct {
    const char *colour;
    const char *dashes;
    int mark; /* gnuplot's point type */
} styles[OUT_CHART_CURVES] = {
    {"#0072B2", "solid", 7},       {"#D55E00", "(12,4)", 5}, {"#009E73", "(4,3)", 9},
    {"#CC79A7", "(14,4,3,4)", 13}, {"#E69F00", "(2,3)", 11}, {"#000000", "(8,3,2,3,2,3)", 4},
};

void out_panel_add(struct out_panel *panel, const struct std_findings *findings,
                   const struct std_series *series, const char *label) {
    if (series == NULL || panel->curve_count == OUT_CHART_CURVES) {
        return;
    }
    bool any = false;
    for (int b = 0; b < findings->bucket_count && !any; b++) {
        any = isfinite(series->points[b].value);
    }
    if (any) {
        panel->curves[panel->curve_count++] = (struct out_curve){series, label};
    }
}

double out_panel_peak(const struct out_panel *panel, const struct std_findings *findings) {
    double peak = 0;
    for (int c = 0; c < panel->curve_count; c++) {
        for (int b = 0; b < findings->bucket_count; b++) {
            const struct sim_estimate *point = &panel->curves[c].series->points[b];
            peak = point->value > peak ? point->value : peak;
            peak = point->high > peak ? point->high : peak;
        }
    }
    return peak;
}

/* The axis of time: minutes, hours or days, whichever gives small numbers. */
struct time_axis {
    double unit_s;
    const char *name;
    double step; /* between labels, in units */
};

static struct time_axis choose_axis(double end_s) {
    struct time_axis axis = {86400, "days", 1};
    if (end_s <= 300) {
        axis = (struct time_axis){1, "seconds", 1};
    } else if (end_s <= 3 * 3600) {
        axis = (struct time_axis){60, "minutes", 1};
    } else if (end_s <= 4 * 86400) {
        axis = (struct time_axis){3600, "hours", 1};
    }
    static const double steps[] = {1, 2, 5, 10, 15, 20, 30, 60};
    static const double hours[] = {0.5, 1, 2, 3, 4, 6, 12, 24};
    const double *list = axis.unit_s == 3600 ? hours : steps;
    double span = end_s / axis.unit_s;
    axis.step = 0;
    for (int i = 0; i < 8 && axis.step == 0; i++) {
        if (span / list[i] <= 12.5) {
            axis.step = list[i];
        }
    }
    while (axis.step == 0 || span / axis.step > 12.5) { /* very long runs: 100, 200, 400 ... */
        axis.step = axis.step == 0 ? 100 : axis.step * 2;
    }
    return axis;
}

static const char *exact(struct sim_arena *arena, double value) {
    return isfinite(value) ? sim_arena_copy(arena, out_number_exact(value).text) : "NaN";
}

/* Upper end of the axis. Wide bands may be cut: where few requests fall into a bucket they would
 * else press the curves flat. */
static double top_of(const struct out_panel *panel, const struct std_findings *findings) {
    if (panel->top > 0) {
        return panel->top;
    }
    double value = 0;
    for (int c = 0; c < panel->curve_count; c++) {
        for (int b = 0; b < findings->bucket_count; b++) {
            value = fmax(value, panel->curves[c].series->points[b].value);
        }
    }
    double peak = fmin(out_panel_peak(panel, findings), value * widest_band) * panel->factor;
    return peak > 0 ? peak * 1.08 : 1;
}

static void write_data(FILE *out, struct sim_arena *arena, const struct out_panel *panel,
                       int number, const struct std_findings *findings,
                       const struct time_axis *axis) {
    double top = top_of(panel, findings); /* bands are clipped to the axis */
    for (int c = 0; c < panel->curve_count; c++) {
        const struct std_series *series = panel->curves[c].series;
        fprintf(out, "$P%dC%d << END_OF_DATA\n", number + 1, c + 1);
        for (int b = 0; b < findings->bucket_count; b++) {
            const struct sim_estimate *point = &series->points[b];
            double middle_s = (out_bucket_start_s(findings, b) + out_bucket_end_s(findings, b)) / 2;
            /* %.6g: a picture needs no more, and the script stays small */
            double columns[] = {middle_s / axis->unit_s, point->value * panel->factor,
                                fmax(point->low, 0) * panel->factor,
                                fmin(point->high * panel->factor, top)};
            if (isnan(point->low)) { /* fmax and fmin prefer a number */
                columns[2] = columns[3] = NAN;
            }
            for (int i = 0; i < 4; i++) {
                double rounded = isfinite(columns[i]) ? columns[i] : NAN;
                char digits[32];
                snprintf(digits, sizeof digits, "%.6g", rounded);
                fprintf(out, "%s%s", i > 0 ? " " : "", exact(arena, strtod(digits, NULL)));
            }
            fputc('\n', out);
        }
        fputs("END_OF_DATA\n", out);
    }
}

/* A data block without a line would stop gnuplot. */
static bool is_shaded(const struct out_panel *panel, const struct std_findings *findings) {
    for (int b = 0; panel->shade != NULL && b < findings->bucket_count; b++) {
        if (panel->shade->points[b].value > 0) {
            return true;
        }
    }
    return false;
}

/* The shade of a bucket, 0 to SHADES. */
static int shade_of(const struct out_panel *panel, int bucket) {
    double share = panel->shade->points[bucket].value;
    return share > 0 ? 1 + (int)lround(fmin(share, 1) * (SHADES - 1)) : 0;
}

/* Stretches of buckets of one shade, with their colours. Plain ones, not transparent: every
 * terminal can. */
static void write_shade(FILE *out, struct sim_arena *arena, const struct out_panel *panel,
                        int number, const struct std_findings *findings,
                        const struct time_axis *axis) {
    if (!is_shaded(panel, findings)) {
        return;
    }
    fprintf(out, "# from, to, colour\n$P%dS << END_OF_DATA\n", number + 1);
    for (int first = 0, end; first < findings->bucket_count; first = end) {
        int shade = shade_of(panel, first);
        for (end = first + 1; end < findings->bucket_count && shade_of(panel, end) == shade;) {
            end++;
        }
        if (shade > 0) {
            int level = LIGHTEST - shade * (LIGHTEST - DARKEST) / SHADES;
            fprintf(out, "%s %s %d\n",
                    exact(arena, out_bucket_start_s(findings, first) / axis->unit_s),
                    exact(arena, out_bucket_end_s(findings, end - 1) / axis->unit_s),
                    level << 16 | level << 8 | level);
        }
    }
    fputs("END_OF_DATA\n", out);
}

static bool has_band(const struct std_series *series, const struct std_findings *findings) {
    for (int b = 0; b < findings->bucket_count; b++) {
        const struct sim_estimate *point = &series->points[b];
        if (isfinite(point->low) && point->high > point->low) {
            return true;
        }
    }
    return false;
}

/* Columns of the key, right of the panel's title: as many as leave that room, but rows for all in
 * KEY_ROWS. In characters, of which LINE fit into the width and a key's sample takes SAMPLE. */
static int key_columns(struct sim_arena *arena, const struct out_panel *panel) {
    size_t longest = 1;
    for (int c = 0; c < panel->curve_count; c++) {
        const char *label =
            out_text_cut(arena, out_safe_copy(arena, panel->curves[c].label), LABEL);
        longest = strlen(label) > longest ? strlen(label) : longest;
    }
    int room = (LINE - (int)strlen(panel->title)) / ((int)longest + SAMPLE);
    int least = (panel->curve_count + KEY_ROWS - 1) / KEY_ROWS;
    return room > least ? room : least;
}

static void write_panel(FILE *out, struct sim_arena *arena, const struct out_chart *chart,
                        int number, const struct std_findings *findings, double bottom,
                        double height) {
    const struct out_panel *panel = &chart->panels[number];
    bool last = number == chart->panel_count - 1;
    fprintf(out, "\n  # panel %d\n", number + 1);
    fprintf(out, "  set bmargin at screen %.4f\n  set tmargin at screen %.4f\n", bottom,
            bottom + height);
    fprintf(out, "  set yrange [0:%s]\n", exact(arena, top_of(panel, findings)));
    fprintf(out, "  set format x \"%s\"\n", last ? "%g" : "");
    fprintf(out, "  %s\n",
            last ? "set xlabel xtitle noenhanced offset 0,0.3 textcolor rgb \"#333333\""
                 : "unset xlabel");
    fprintf(out,
            "  set label 3 %s at graph 0, 1 offset 0,0.7 left noenhanced textcolor rgb "
            "\"#333333\"\n",
            out_gnuplot_quote(arena, panel->title));
    fprintf(out, "  set key maxcols %d\n", key_columns(arena, panel));
    fputs("  plot", out);
    bool first = true;
    if (is_shaded(panel, findings)) {
        fprintf(
            out,
            " \\\n    $P%dS using 1:(0):1:2:(0):(%s):3 with boxxyerror fillstyle solid noborder "
            "linecolor rgb variable notitle",
            number + 1, exact(arena, top_of(panel, findings)));
        first = false;
    }
    for (int c = 0; c < panel->curve_count; c++) {
        if (has_band(panel->curves[c].series, findings)) {
            fprintf(out,
                    "%s \\\n    $P%dC%d using 1:3:4 with filledcurves linecolor rgb \"%s\" "
                    "fillstyle transparent solid 0.18 noborder notitle",
                    first ? "" : ",", number + 1, c + 1, styles[c].colour);
            first = false;
        }
    }
    for (int c = 0; c < panel->curve_count; c++) {
        int every = (findings->bucket_count + MARKS - 1) / MARKS;
        fprintf(
            out,
            "%s \\\n    $P%dC%d using 1:2 with linespoints linewidth 2 linecolor rgb \"%s\" "
            "dashtype %s pointtype %d pointsize 0.9 pointinterval %d title %s",
            first ? "" : ",", number + 1, c + 1, styles[c].colour, styles[c].dashes, styles[c].mark,
            every,
            out_gnuplot_quote(
                arena, out_text_cut(arena, out_safe_copy(arena, panel->curves[c].label), LABEL)));
        first = false;
    }
    fputs("\n", out);
}

static const char *subtitle(struct sim_arena *arena, const struct std_findings *findings) {
    const struct mdl_scenario *scenario = findings->scenario;
    const char *text = findings->replications > 1
                           ? sim_arena_print(arena, "means and 95 %% bands over %d replications",
                                             findings->replications)
                           : "one replication: no bands";
    text = sim_arena_print(arena, "%s, %s per point", text,
                           out_number_duration(findings->bucket_s).text);
    if (scenario->reading != NULL) {
        text = sim_arena_print(arena, "%s; reading %s, load factor %s", text, scenario->reading,
                               out_number_short(scenario->load_factor).text);
    }
    return text;
}

void out_chart_script(FILE *out, const struct out_chart *chart,
                      const struct std_findings *findings) {
    struct sim_arena *arena = sim_arena_new();
    double end_s = out_bucket_end_s(findings, findings->bucket_count - 1);
    struct time_axis axis = choose_axis(end_s);
    int panel_height = chart->panel_count > 2 ? PANEL_OF_MANY : PANEL;
    int height = HEAD + FOOT + panel_height * chart->panel_count;
    out_gnuplot_head(out, chart->name);
    fprintf(out, "xtitle = \"%s since the start\"\n\n", axis.name);
    fputs("# time, value, low, high\n", out);
    for (int p = 0; p < chart->panel_count; p++) {
        write_data(out, arena, &chart->panels[p], p, findings, &axis);
        write_shade(out, arena, &chart->panels[p], p, findings, &axis);
    }
    out_gnuplot_formats(out, chart->name, WIDTH, height);
    fprintf(out,
            "  set multiplot\n"
            "  set lmargin at screen 0.085\n  set rmargin at screen 0.975\n"
            "  set border 3 linecolor rgb \"#555555\"\n"
            "  set tics nomirror textcolor rgb \"#333333\"\n"
            "  set grid ytics xtics linetype 1 linewidth 0.5 linecolor rgb \"#DDDDDD\"\n"
            "  set key at graph 1, 1.01 right bottom horizontal noenhanced samplen 3 width 1 "
            "textcolor rgb \"#333333\"\n"
            "  set xrange [%s:%s]\n  set xtics 0, %s\n",
            exact(arena, out_bucket_start_s(findings, 0) / axis.unit_s),
            exact(arena, end_s / axis.unit_s), exact(arena, axis.step));
    const char *heading = sim_arena_print(
        arena, "%s: %s", out_text_cut(arena, out_safe_copy(arena, findings->scenario->name), TITLE),
        chart->title);
    fprintf(out,
            "  set label 1 %s at screen 0.03, screen %.4f left noenhanced font \"Arial:Bold,%s\"\n"
            "  set label 2 %s at screen 0.03, screen %.4f left noenhanced textcolor rgb "
            "\"#555555\"\n",
            out_gnuplot_quote(arena, heading), 1 - 20.0 / height,
            "\".(format eq \"svg\" ? \"17\" : \"25\").\"",
            out_gnuplot_quote(arena, subtitle(arena, findings)), 1 - 43.0 / height);
    for (int p = 0; p < chart->panel_count; p++) {
        double bottom = (FOOT + panel_height * (chart->panel_count - 1 - p)) / (double)height;
        write_panel(out, arena, chart, p, findings, bottom, (panel_height - 46) / (double)height);
        if (p == 0 && chart->panel_count > 1) {
            fputs("  unset label 1\n  unset label 2\n", out);
        }
    }
    fputs("  unset multiplot\n  unset output\n  unset label\n}\n", out);
    sim_arena_free(arena);
}
