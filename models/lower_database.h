/* Lowering: what the files of the database share. Private to models/lower*.c.
 *
 * Servers stand side by side in two tiers: "database" with one per shard, and "replicas" with
 * `replicas` per shard, those of shard s from s x replicas on. A place in the pool TIER.connections
 * says which server a request is at; stations and limiters of the tier go with it. A request draws
 * its shard once, by the shards' shares, and is there for all its queries and commits.
 */
#ifndef MODELS_LOWER_DATABASE_H
#define MODELS_LOWER_DATABASE_H

#include "models/lower_steps.h"

/* Whether the list of kinds has the kind. */
bool mdl_kinds_have(const struct mdl_value *kinds, const struct mdl_request_kind *kind);

/* Whether the kind's queries go to replicas: it may read stale data, and commits nothing. */
bool mdl_reads_replicas(const struct mdl_lowering *lowering, const struct mdl_request_kind *kind);

/* Whether the kind asks all shards. */
bool mdl_scatters(const struct mdl_lowering *lowering, const struct mdl_request_kind *kind);

/* Routes by which commits of all kinds get to each replica, and the demands of their replay. After
 * the classes; before the routes of requests. */
void mdl_replica_routes(struct mdl_lowering *lowering);

/* Name of the route that replays a commit on that replica. In the arena. */
const char *mdl_replay_route(const struct mdl_lowering *lowering, int replica);

#endif
