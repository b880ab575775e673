/* Lowering: an architecture becomes a queueing network (DESIGN 4.1 to 4.2; docs/architecture.md has
 * every formula with its source).
 *
 * One class per request kind, and per site one route; the tiers become stations and pools:
 *
 *   client.network (delay) -> load_balancer (delay) -> app.workers (pool, one per instance)
 *     -> app.cpu (ps) -> cache.network, cache.commands -> app.connections, database.connections
 *     (pools) -> database.network, database.cpu, database.storage -> app.cpu -> client.network
 */
#ifndef MODELS_LOWER_H
#define MODELS_LOWER_H

#include "models/arch.h"
#include "models/catalog.h"
#include "models/scenario.h"

/* Fills network, tiers, assumptions, reading, load_factor, catalog_date and arch of `out` (whose
 * arena is set); sets horizon_s to the end of the curve or profile when it is 0. `arch` must live
 * as long as `out` (same arena); `catalog` is borrowed for the call, but names of its types may be
 * borrowed by `out`. Returns false after diagnostics (an instance type that the catalog lacks, a
 * figure it lacks). */
bool mdl_lower(struct mdl_arch *arch, const struct mdl_catalog *catalog, struct mdl_scenario *out,
               struct sim_diags *diags);

/* Requests per second of `users` users at a constant number, as the reading says (before queueing;
 * back_to_back: actions at their stated durations). For the audit, documents and tests. */
double mdl_workload_request_rate(const struct mdl_workload *workload, double users);

#endif
