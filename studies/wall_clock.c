/* See studies/wall_clock.h. */
#include "studies/wall_clock.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { DAY_MIN = 24 * 60 };

static int digits(const char *text) { return (text[0] - '0') * 10 + (text[1] - '0'); }

/* Minutes after midnight of the first "HH:MM" in the text, or -1. */
static int time_of_day(const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        bool begins = c == text || !isdigit((unsigned char)c[-1]);
        if (begins && isdigit((unsigned char)c[0]) && isdigit((unsigned char)c[1]) && c[2] == ':' &&
            isdigit((unsigned char)c[3]) && isdigit((unsigned char)c[4]) && digits(c) < 24 &&
            digits(c + 3) < 60) {
            return digits(c) * 60 + digits(c + 3);
        }
    }
    return -1;
}

const char *std_span_text(struct sim_arena *arena, double span_s) {
    if (span_s < 60) {
        return sim_arena_print(arena, "%.3g s", span_s);
    }
    long minutes = lround(span_s / 60);
    if (minutes < 60) {
        return sim_arena_print(arena, "%ld min", minutes);
    }
    return sim_arena_print(arena, "%ld h %02ld min", minutes / 60, minutes % 60);
}

const char *std_wall_clock(struct sim_arena *arena, const char *starts, double after_s) {
    int start = starts == NULL ? -1 : time_of_day(starts);
    if (start < 0) {
        return sim_arena_print(arena, "after %s", std_span_text(arena, after_s));
    }
    long minute = start + (long)floor(after_s / 60);
    const char *text =
        sim_arena_print(arena, "at %02ld:%02ld", minute % DAY_MIN / 60, minute % DAY_MIN % 60);
    return minute < DAY_MIN ? text
                            : sim_arena_print(arena, "%s on day %ld", text, 1 + minute / DAY_MIN);
}
