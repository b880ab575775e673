/* See outputs/chart_phases.h. */
#include "outputs/chart_phases.h"

#include <math.h>
#include <string.h>

#include "outputs/chart_gnuplot.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"
#include "outputs/whole_file.h"

enum { WIDTH = 960, HEIGHT = 720, BARS = 6, NAME = 22 };

/* Okabe and Ito, "Color universal design", 2008; dark and light in turn. */
static const char *const colours[BARS] = {"#0072B2", "#E69F00", "#009E73",
                                          "#F0E442", "#D55E00", "#56B4E9"};

/* Rows of one panel: a bar of each in every phase. */
struct panel {
    const char *title;
    const char *prefix; /* of the rows' labels: "p95 of " */
    const char *suffix; /* and their ends: ", worst 5 min" */
    double factor;      /* from SI to the axis */
};

static bool is_in(const struct std_phase_row *row, const struct panel *panel) {
    size_t length = strlen(row->label);
    size_t end = strlen(panel->suffix);
    bool any = strncmp(row->label, panel->prefix, strlen(panel->prefix)) == 0 && length >= end &&
               strcmp(row->label + length - end, panel->suffix) == 0;
    return any;
}

/* Rows of the panel with a figure in some phase, at most BARS. */
static int rows_of(const struct std_phases *phases, const struct panel *panel,
                   const struct std_phase_row **rows) {
    int count = 0;
    for (int r = 0; r < phases->row_count && count < BARS; r++) {
        bool told = false;
        for (int i = 0; i < phases->count; i++) {
            told = told || phases->rows[r].values[i].estimate.value > 0;
        }
        if (told && is_in(&phases->rows[r], panel)) {
            rows[count++] = &phases->rows[r];
        }
    }
    return count;
}

static const char *number(struct sim_arena *arena, double value) {
    return isfinite(value) ? sim_arena_copy(arena, out_number_exact(value).text) : "NaN";
}

/* A line per phase: its place, then value, low, high of each row. */
static void write_data(FILE *out, const struct std_phases *phases, const struct panel *panel,
                       const struct std_phase_row *const *rows, int count, int index,
                       struct sim_arena *arena) {
    fprintf(out, "$PANEL%d << END_OF_DATA\n", index);
    for (int i = 0; i < phases->count; i++) {
        fprintf(out, "%d", i + 1);
        for (int r = 0; r < count; r++) {
            const struct sim_estimate *e = &rows[r]->values[i].estimate;
            bool spread = isfinite(e->low) && isfinite(e->high);
            fprintf(out, " %s %s %s", number(arena, e->value * panel->factor),
                    number(arena, (spread ? e->low : e->value) * panel->factor),
                    number(arena, (spread ? e->high : e->value) * panel->factor));
        }
        fputc('\n', out);
    }
    fputs("END_OF_DATA\n", out);
}

/* The part of the label between prefix and suffix: "read". */
static const char *short_label(struct sim_arena *arena, const struct std_phase_row *row,
                               const struct panel *panel) {
    size_t first = strlen(panel->prefix);
    size_t length = strlen(row->label) - first - strlen(panel->suffix);
    return length > 0 ? sim_arena_print(arena, "%.*s", (int)length, row->label + first)
                      : row->label;
}

static void write_panel(FILE *out, const struct panel *panel,
                        const struct std_phase_row *const *rows, int count, int index,
                        struct sim_arena *arena) {
    double width = 0.8 / count;
    fprintf(out,
            "  set label 3 %s at graph 0,1.07 left noenhanced textcolor rgb \"#333333\"\n"
            "  set yrange [0:*]\n  %s key\n  plot",
            out_gnuplot_quote(arena, panel->title), count > 1 ? "set" : "unset");
    for (int r = 0; r < count; r++) {
        const char *at = number(arena, -0.4 + (r + 0.5) * width);
        fprintf(out,
                "%s \\\n    $PANEL%d using ($1+%s):%d:(%s) with boxes fillstyle solid 1 border "
                "rgb \"white\" linecolor rgb \"%s\" title %s",
                r > 0 ? "," : "", index, at, 3 * r + 2, number(arena, width * 0.92), colours[r],
                out_gnuplot_quote(arena, short_label(arena, rows[r], panel)));
        fprintf(out,
                ", \\\n    $PANEL%d using ($1+%s):%d:(0):($%d-$%d) with vectors nohead linecolor "
                "rgb \"#333333\" notitle",
                index, at, 3 * r + 3, 3 * r + 4, 3 * r + 3);
    }
    fputc('\n', out);
}

static void write_names(FILE *out, const struct std_phases *phases, struct sim_arena *arena) {
    fputs("  set xtics scale 0 (", out);
    for (int i = 0; i < phases->count; i++) {
        const char *name = out_safe_copy(arena, phases->findings[i]->scenario->name);
        const char *comma = strchr(name, ',');
        int length = comma != NULL ? (int)(comma - name) : (int)strlen(name);
        fprintf(out, "%s%s %d", i > 0 ? ", " : "",
                out_gnuplot_quote(
                    arena, out_text_cut(arena, sim_arena_print(arena, "%.*s", length, name), NAME)),
                i + 1);
    }
    fputs(")\n", out);
}

static void write_script(FILE *out, const struct std_phases *phases, struct sim_arena *arena) {
    static const struct panel panels[] = {
        {"users present in the busiest minutes", "users present, busiest", "", 1},
        {"response time, 95th percentile (ms)", "p95 of ", "", 1e3},
        {"CPU, worst 5 minutes of the busiest tier (%)", "CPU of ", ", worst 5 min", 100},
        {"instances, on demand (USD per month of 730 h)", "instances, USD per month", "", 1},
    };
    enum { PANELS = sizeof panels / sizeof panels[0] };
    const struct std_phase_row *rows[PANELS][BARS];
    int counts[PANELS];
    out_gnuplot_head(out, "phases");
    for (int p = 0; p < PANELS; p++) {
        counts[p] = rows_of(phases, &panels[p], rows[p]);
        write_data(out, phases, &panels[p], rows[p], counts[p], p, arena);
    }
    out_gnuplot_formats(out, "phases", WIDTH, HEIGHT);
    fprintf(out,
            "  set border 3 linecolor rgb \"#555555\"\n"
            "  set tics nomirror textcolor rgb \"#333333\"\n"
            "  set grid ytics linetype 1 linewidth 0.5 linecolor rgb \"#DDDDDD\"\n"
            "  set key inside top left vertical Left reverse noenhanced samplen 1 textcolor rgb "
            "\"#333333\"\n"
            "  set xrange [0.4:%d.6]\n  set boxwidth 1 absolute\n",
            phases->count);
    write_names(out, phases, arena);
    fputs("  set multiplot layout 2,2 margins 0.08,0.97,0.07,0.86 spacing 0.1,0.14\n"
          "  set label 1 \"Phases side by side\" at screen 0.03,0.965 left noenhanced font "
          "\"Arial:Bold,\".(format eq \"svg\" ? \"17\" : \"25\")\n"
          "  set label 2 \"means over the replications, with 95 % intervals where they can be "
          "seen\" at screen 0.03,0.93 left noenhanced textcolor rgb \"#555555\"\n",
          out);
    for (int p = 0; p < PANELS; p++) {
        if (counts[p] > 0) {
            write_panel(out, &panels[p], rows[p], counts[p], p, arena);
        } else {
            fputs("  set multiplot next\n", out);
        }
        fputs(p == 0 ? "  unset label\n" : "", out);
    }
    fputs("  unset multiplot\n  unset output\n}\n", out);
}

static void tell(out_chart_wrote wrote, void *context, struct sim_arena *arena, const char *folder,
                 const char *extension) {
    if (wrote != NULL) {
        wrote(context, sim_arena_print(arena, "%s/phases.%s", folder, extension));
    }
}

enum out_status out_chart_phases(const struct std_phases *phases, const char *folder,
                                 out_chart_wrote wrote, void *context, struct out_error *error) {
    struct sim_arena *arena = sim_arena_new();
    struct out_file file;
    enum out_status status = out_folder_make(folder, error);
    if (status == OUT_OK) {
        status = out_file_begin(&file, sim_arena_print(arena, "%s/phases.gp", folder), error);
    }
    if (status == OUT_OK) {
        write_script(file.stream, phases, arena);
        status = out_file_commit(&file, error);
    }
    if (status == OUT_OK) {
        tell(wrote, context, arena, folder, "gp");
        status = out_gnuplot_run(folder, "phases", error);
    }
    if (status == OUT_OK) {
        tell(wrote, context, arena, folder, "svg");
        tell(wrote, context, arena, folder, "png");
    }
    sim_arena_free(arena);
    return status;
}
