/* Text that came from the input, made fit for a terminal.
 *
 * Input is UTF-8 by contract and may be anything in fact. Control characters (C0, DEL, C1) and the
 * marks that reorder a line (bidirectional overrides and isolates, line separators) are shown as
 * escapes (\x1b, \u202e), bytes that are not UTF-8 as U+FFFD. All else passes unchanged.
 */
#ifndef OUTPUTS_SAFE_TEXT_H
#define OUTPUTS_SAFE_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/base_arena.h"

/* The code point at *text, which advances past it; U+FFFD for a byte that starts none (the text
 * advances by one byte). Must not be called at the end of the text. */
uint32_t out_utf8_next(const char **text);

/* Whether a code point must not reach a terminal as it is. */
bool out_is_control(uint32_t code);

/* The safe spelling, in the arena. NULL gives "". */
char *out_safe_copy(struct sim_arena *arena, const char *text);

/* Columns that a text takes on a terminal: wide East Asian characters count 2, combining marks 0.
 * The text must be safe. */
int out_text_width(const char *text);

/* The text, cut to at most `width` (>= 4) columns with "..." at its end, in the arena. */
char *out_text_cut(struct sim_arena *arena, const char *text, int width);

/* Writes safe text wrapped at `width` columns. The first line follows what is already on it, at
 * column `indent`; the others start with `indent` spaces. Ends with a newline. */
void out_text_wrap(FILE *out, const char *text, int indent, int width);

#endif
