/* The Locust-style JSON of the brief, as it stands: `users`, `actions`, `distribution`.
 *
 * users.distribution (ramp_up, plateau, ramp_down) becomes a closed population profile; the users
 * work back to back; the infrastructure is the default one. Kinds of actions: an explicit `kind`,
 * else by matching ratio of frequencies to shares, else a diagnostic; never a guess. A kind of
 * `distribution` without an action is assumed: one request, 1 min, frequency at the same scale.
 */
#ifndef INPUTS_LOCUST_READER_H
#define INPUTS_LOCUST_READER_H

#include "inputs/json.h"
#include "models/arch.h"

/* Whether the document is a Locust-style one: an object with `users` and `distribution` or
 * `actions`, and none of the keys of a scenario's two forms. */
bool in_locust_is(struct in_json document);

/* Reads the whole document (unknown keys are diagnosed), but for the values of "slo" and
 * "slo_window", which are those of a scenario. Returns the record in the context's arena,
 * or NULL after diagnostics. Lower it with mdl_lower. */
struct mdl_arch *in_locust_read(struct in_json document);

/* The forms of its objects, for the schema test; in `arena`. */
const struct in_form *in_locust_forms(struct sim_arena *arena, int *count);

#endif
