/* gnuplot: text that it cannot take for anything else, and running it without a shell.
 *
 * A script is self-contained (data inline) and draws NAME.svg and NAME.png in the folder where it
 * is run: `gnuplot NAME.gp`.
 */
#ifndef OUTPUTS_CHART_GNUPLOT_H
#define OUTPUTS_CHART_GNUPLOT_H

#include <stdio.h>

#include "outputs/out_error.h"
#include "sim/base_arena.h"

/* The text as a double-quoted gnuplot string, in the arena. All but letters, digits and plain
 * punctuation is written as octal escapes: no quote ends it, no backtick runs, no macro expands.
 * Control characters are made visible first. To be used with noenhanced. */
const char *out_gnuplot_quote(struct sim_arena *arena, const char *text);

/* The first lines of the script NAME.gp. */
void out_gnuplot_head(FILE *out, const char *name);

/* Begins the loop over the formats SVG and PNG of a picture of that size in points (the PNG has
 * twice as many dots); a brace ends it. */
void out_gnuplot_formats(FILE *out, const char *name, int width, int height);

/* Runs `folder`/`name`.gp; `name`.svg and `name`.png appear there whole, or not at all. gnuplot is
 * looked up in PATH, its initialization files are not read. OUT_NO_GNUPLOT when it is not
 * installed; when it fails, the error has what it said. */
enum out_status out_gnuplot_run(const char *folder, const char *name, struct out_error *error);

#endif
