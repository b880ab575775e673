/* The algebra of a walk through routes: links, the ends where a walk goes on, and joints, nodes
 * that are taken out again once all ways through them are known. Internal to models/graph_flow.c.
 *
 * All memory is in the arena given.
 */
#ifndef MODELS_GRAPH_LINKS_H
#define MODELS_GRAPH_LINKS_H

#include "models/graph_parts.h"

/* An end of a walk: it goes on from `node`, to whatever place comes next. */
struct mdl_way {
    int node;
    const char *tag;
    enum mdl_link_style style;
    struct mdl_twice p;
    struct mdl_twice flow;
};

struct mdl_ends {
    struct mdl_way *ways;
    int count; /* 0: nobody comes to here */
    size_t room;
};

/* A walk so far. */
struct mdl_piece {
    struct mdl_links links;
    struct mdl_ends ends;
};

struct mdl_twice mdl_twice_plus(struct mdl_twice a, struct mdl_twice b);
struct mdl_twice mdl_twice_times(struct mdl_twice a, struct mdl_twice b);
struct mdl_twice mdl_twice_scaled(struct mdl_twice a, double factor);

/* Two tags, one below the other; either may be NULL. */
const char *mdl_tags_join(struct sim_arena *arena, const char *a, const char *b);

/* Adds a link or an end, to the one that is alike but for its figures if there is one. */
void mdl_link_add(struct sim_arena *arena, struct mdl_links *links, struct mdl_link link);
void mdl_way_add(struct sim_arena *arena, struct mdl_ends *ends, struct mdl_way way);

/* The link by which an end comes to a node. */
struct mdl_link mdl_link_of(const struct mdl_way *way, int to);

/* One end, at a node. */
struct mdl_ends mdl_ends_at(struct sim_arena *arena, int node, struct mdl_twice flow);

/* Sum of the ends' flows. */
struct mdl_twice mdl_ends_flow(const struct mdl_ends *ends);

/* Copies of the ends, each taken with probability p; none if p is 0. */
struct mdl_ends mdl_ends_share(struct sim_arena *arena, const struct mdl_ends *ends,
                               struct mdl_twice p);

void mdl_ends_unite(struct sim_arena *arena, struct mdl_ends *ends, const struct mdl_ends *more);
void mdl_ends_tag(struct sim_arena *arena, struct mdl_ends *ends, const char *tag);

/* All ends come to a node; the walk goes on from there. */
void mdl_piece_arrive(struct sim_arena *arena, struct mdl_piece *piece, int node);

/* Takes a joint out: each way to it goes on along each way from it. */
void mdl_piece_take_out(struct sim_arena *arena, struct mdl_piece *piece, int joint);

/* Does at the ends of `piece` what `part`, a walk of one request from `hole`, does there. */
void mdl_piece_go_through(struct sim_arena *arena, struct mdl_piece *piece,
                          const struct mdl_piece *part, int hole);

#endif
