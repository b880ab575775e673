/* What the files of the compiler share. Internal to models/. */
#ifndef MODELS_COMPILE_PARTS_H
#define MODELS_COMPILE_PARTS_H

#include "models/program.h"
#include "models/scenario.h"

struct mdl_compiler {
    struct mdl_program *p;
    const struct mdl_network *network;
    uint32_t *route_pc; /* start of each route */
    size_t op_room, note_room, dist_room, demand_room, branch_room, chance_room, mark_room,
        fork_room, timeout_room, retry_room, block_room, amount_room, range_room;
    uint32_t *limiter_first; /* bucket of each limiter of the network */
    const char *route;       /* being compiled */
    const char **ranked;     /* "kind target" of the steps met in this route, for their ranks */
    size_t ranked_room;
    uint32_t ranked_count;
};

/* Index by name; MDL_NONE when there is none. */
uint32_t mdl_find_class(const struct mdl_network *n, const char *name);
uint32_t mdl_find_station(const struct mdl_network *n, const char *name);
uint32_t mdl_find_pool(const struct mdl_network *n, const char *name);
uint32_t mdl_find_cache(const struct mdl_network *n, const char *name);
uint32_t mdl_find_limiter(const struct mdl_network *n, const char *name);
uint32_t mdl_find_breaker(const struct mdl_network *n, const char *name);
uint32_t mdl_find_route(const struct mdl_network *n, const char *name);

/* Hash of "what:name". */
uint64_t mdl_purpose(struct sim_arena *arena, const char *what, const char *name);
uint32_t mdl_add_dist(struct mdl_compiler *c, const struct sim_dist *dist);

void mdl_compile_routes(struct mdl_compiler *c);
void mdl_compile_sources(struct mdl_compiler *c);

/* When the load of the compiled program changes for the last time, the warm-up's end at least; the
 * horizon: it changes up to the end, or comes to one. */
sim_time mdl_steady_from(const struct mdl_program *p);

#endif
