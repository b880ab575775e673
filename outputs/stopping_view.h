/* Why a run took as many replications as it did, for people and for machines. */
#ifndef OUTPUTS_STOPPING_VIEW_H
#define OUTPUTS_STOPPING_VIEW_H

#include "outputs/json_writer.h"
#include "sim/base_arena.h"
#include "studies/stopping.h"

/* "after 15 replications: the p95 of every class is within 5 % (widest: export, 4.3 %)". NULL when
 * the count was asked for. `kind` is what a class is called: "kind", "class". Names are made safe
 * for a terminal. */
const char *out_stopping_text(struct sim_arena *arena, const struct std_stopping *stopping,
                              int replications, const char *kind);

/* The figure that an aim is about: "p95", "mean". */
const char *out_aim_figure(struct sim_arena *arena, const struct mdl_precision *aim);

/* Writes the member "stopping". */
void out_json_stopping(struct out_json *json, const struct std_stopping *stopping);

#endif
