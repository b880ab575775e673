/* Instants of a run as wall-clock times, by the scenario's `starts`. */
#ifndef STUDIES_WALL_CLOCK_H
#define STUDIES_WALL_CLOCK_H

#include "sim/base_arena.h"

/* "at 11:58" for 10 680 s after a start at "09:00 Europe/Paris" (or "2026-11-24 09:00"), to the
 * minute that has begun; "at 11:58 on day 2" when midnights lie between. Clocks that change in
 * between are not looked at. Where `starts` is NULL or has no time of day: "after 2 h 58 min". In
 * the arena. */
const char *std_wall_clock(struct sim_arena *arena, const char *starts, double after_s);

/* "2 h 58 min", "58 min", "12 s". In the arena. */
const char *std_span_text(struct sim_arena *arena, double span_s);

#endif
