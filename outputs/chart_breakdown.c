/* The chart of where a request's time goes: a bar per kind of request, cut into its hops. */
#include "outputs/chart_breakdown.h"

#include <math.h>
#include <string.h>

#include "outputs/chart_gnuplot.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"

enum { WIDTH = 960, HEAD = 72, BAR = 62, FOOT = 128, PARTS = 7, TITLE = 72, LABEL = 26 };

/* Okabe and Ito, "Color universal design", 2008, dark and light in turn so that neighbours differ
 * in grey, too; the last one is the rest. */
static const char *const colours[PARTS + 1] = {"#0072B2", "#E69F00", "#009E73", "#F0E442",
                                               "#D55E00", "#56B4E9", "#CC79A7", "#BBBBBB"};

/* What the bars are cut into: the same hop has the same colour in all of them. */
struct palette {
    const char *names[PARTS];
    int count;
};

static int part_of(const struct palette *palette, const char *name) {
    for (int i = 0; i < palette->count; i++) {
        if (strcmp(palette->names[i], name) == 0) {
            return i;
        }
    }
    return PARTS;
}

/* The hops with the largest share in any bar. */
static void choose_parts(struct palette *palette, const struct out_hops *bars, int count) {
    for (int rank = 0; rank < OUT_HOPS; rank++) {
        for (int b = 0; b < count; b++) {
            const char *name = rank < bars[b].count ? bars[b].hops[rank].name : NULL;
            if (name != NULL && palette->count < PARTS && part_of(palette, name) == PARTS) {
                palette->names[palette->count++] = name;
            }
        }
    }
}

/* ms of a bar at a part; part PARTS: what the others leave. */
static double time_of(const struct palette *palette, const struct out_hops *bar, int part) {
    double rest = bar->rest.total;
    for (int i = 0; i < bar->count; i++) {
        int at = part_of(palette, bar->hops[i].name);
        if (at == part && part < PARTS) {
            return 1e3 * bar->hops[i].total;
        }
        rest += at == PARTS ? bar->hops[i].total : 0;
    }
    return part == PARTS ? 1e3 * rest : 0;
}

static void write_data(FILE *out, struct sim_arena *arena, const struct palette *palette,
                       const struct out_hops *bars, int count) {
    fputs("# bar, then low and high end of each part in % of the response\n$BARS << END_OF_DATA\n",
          out);
    for (int b = 0; b < count; b++) {
        double end = 0;
        fprintf(out, "%d", count - b);
        for (int part = 0; part <= PARTS; part++) {
            double low = end;
            end += 100 * time_of(palette, &bars[b], part) / (1e3 * bars[b].response);
            fprintf(out, " %s %s", sim_arena_copy(arena, out_number_fixed(low, 4).text),
                    sim_arena_copy(arena, out_number_fixed(end, 4).text));
        }
        fputc('\n', out);
    }
    fputs("END_OF_DATA\n", out);
}

static void write_labels(FILE *out, struct sim_arena *arena, const struct out_hops *bars,
                         int count) {
    fputs("  set ytics (", out);
    for (int b = 0; b < count; b++) {
        const char *name = bars[b].label[0] == '\0' ? "all" : bars[b].label;
        const char *text =
            sim_arena_print(arena, "%s, %s", out_text_cut(arena, out_safe_copy(arena, name), 16),
                            out_number_quantity(bars[b].response, "s").text);
        fprintf(out, "%s%s %d", b > 0 ? ", " : "", out_gnuplot_quote(arena, text), count - b);
    }
    fputs(")\n", out);
}

void out_chart_breakdown_script(FILE *out, const char *name, const struct std_findings *findings,
                                const struct out_hops *bars, int count) {
    struct sim_arena *arena = sim_arena_new();
    struct palette palette = {.count = 0};
    choose_parts(&palette, bars, count);
    int height = HEAD + FOOT + BAR * count;
    out_gnuplot_head(out, name);
    fputc('\n', out);
    write_data(out, arena, &palette, bars, count);
    out_gnuplot_formats(out, name, WIDTH, height);
    fprintf(out,
            "  set lmargin at screen 0.21\n  set rmargin at screen 0.975\n"
            "  set bmargin at screen %.4f\n  set tmargin at screen %.4f\n"
            "  set border 3 linecolor rgb \"#555555\"\n"
            "  set tics nomirror textcolor rgb \"#333333\"\n"
            "  set ytics scale 0\n"
            "  set grid xtics linetype 1 linewidth 0.5 linecolor rgb \"#DDDDDD\"\n"
            "  set key at screen 0.21, screen %.4f left bottom horizontal Left reverse noenhanced "
            "samplen 2 width 1 maxrows 3 textcolor rgb \"#333333\"\n"
            "  set xrange [0:100]\n  set format x \"%%g %%%%\"\n"
            "  set yrange [0.4:%d.6]\n"
            "  set xlabel \"share of the mean response; waiting and service together\" noenhanced "
            "textcolor rgb \"#333333\"\n",
            (double)FOOT / height, 1 - (double)HEAD / height, 8.0 / height, count);
    write_labels(out, arena, bars, count);
    const char *heading =
        sim_arena_print(arena, "%s: where a request's time goes",
                        out_text_cut(arena, out_safe_copy(arena, findings->scenario->name), TITLE));
    const char *subtitle =
        findings->replications > 1
            ? sim_arena_print(arena, "means of the requests that succeeded, over %d replications",
                              findings->replications)
            : "means of the requests that succeeded, one replication";
    fprintf(out,
            "  set label 1 %s at screen 0.03, screen %.4f left noenhanced font \"Arial:Bold,%s\"\n"
            "  set label 2 %s at screen 0.03, screen %.4f left noenhanced textcolor rgb "
            "\"#555555\"\n",
            out_gnuplot_quote(arena, heading), 1 - 20.0 / height,
            "\".(format eq \"svg\" ? \"17\" : \"25\").\"", out_gnuplot_quote(arena, subtitle),
            1 - 43.0 / height);
    fputs("  plot", out);
    for (int part = 0; part <= PARTS; part++) {
        bool any = false;
        for (int b = 0; b < count; b++) {
            any = any || time_of(&palette, &bars[b], part) > 0;
        }
        if (any) {
            const char *label = part == PARTS ? "the rest" : palette.names[part];
            fprintf(
                out,
                "%s \\\n    $BARS using %d:1:%d:%d:($1-0.3):($1+0.3) with boxxyerror fillstyle "
                "solid 1 border rgb \"white\" linecolor rgb \"%s\" title %s",
                part == 0 ? "" : ",", 2 * part + 2, 2 * part + 2, 2 * part + 3, colours[part],
                out_gnuplot_quote(arena, out_text_cut(arena, out_safe_copy(arena, label), LABEL)));
        }
    }
    fputs("\n  unset output\n  unset label\n}\n", out);
    sim_arena_free(arena);
}
