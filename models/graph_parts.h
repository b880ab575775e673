/* The network as a graph of places and of the ways between them, for drawing. Internal to
 * models/graph_flow.c (which makes it from the routes) and models/graph.c (which prints it).
 *
 * A *chain* is a kind of request: a source, or one of its actions. Each link knows how often a
 * request of each chain uses it, if every service, look-up and attempt goes well the first time:
 * what is rejected, abandoned or timed out is not subtracted, and retries are not added.
 */
#ifndef MODELS_GRAPH_PARTS_H
#define MODELS_GRAPH_PARTS_H

#include "models/result.h"
#include "models/scenario.h"

enum mdl_node_kind {
    MDL_NODE_SOURCE,
    MDL_NODE_STATION,
    MDL_NODE_POOL,
    MDL_NODE_CACHE,
    MDL_NODE_LIMITER,
    MDL_NODE_BREAKER,
    MDL_NODE_END,  /* the request has its response */
    MDL_NODE_FAIL, /* the request is lost */
    MDL_NODE_RETRY,
    MDL_NODE_TIMEOUT,
    MDL_NODE_FORK,
    MDL_NODE_JOIN,
    MDL_NODE_NONE, /* a joint of the construction; no link is left at it */
};

/* What a visit to a station asks for. */
struct mdl_node_demand {
    const char *text; /* "exp(5ms)", "urgent 1s" */
    double mean_s;
};

struct mdl_node {
    enum mdl_node_kind kind;
    int index;                       /* source to breaker: of its part in the network */
    const struct mdl_step *step;     /* retry to join */
    int seen;                        /* order of the first visit, from 1; 0: never */
    struct mdl_node_demand *demands; /* station: the different ones of its visits */
    int demand_count;
    size_t demand_room;
};

/* In order of precedence, where ways of several styles become one. */
enum mdl_link_style {
    MDL_LINK_WAY,
    MDL_LINK_REPEAT,  /* back to the start of a repeated part */
    MDL_LINK_ASYNC,   /* work on its own */
    MDL_LINK_LOSS,    /* a failure: to the end of the request, or to a retry */
    MDL_LINK_RELEASE, /* a place is given back */
};

/* A figure worked out twice, with the unknown hit ratios of stores of keys at two values: it is
 * known if both agree. Not a number: unknown. */
struct mdl_twice {
    double v[2];
};

struct mdl_link {
    int from, to;    /* nodes */
    const char *tag; /* words: "hit", "+1ms"; NULL: none */
    enum mdl_link_style style;
    enum mdl_outcome outcome; /* loss: what a retry could be asked to retry; MDL_OK: nothing */
    struct mdl_twice p;       /* probability of this way when at `from` */
    struct mdl_twice flow;    /* uses per request */
};

struct mdl_links {
    struct mdl_link *items;
    int count;
    size_t room;
};

struct mdl_chain {
    const char *name; /* of the source; of an action, its class or else its name */
    int source;
    struct mdl_links links;
};

struct mdl_graph {
    struct sim_arena *arena;
    const struct mdl_scenario *scenario;
    struct mdl_node *nodes;
    int node_count;
    size_t node_room;
    struct mdl_chain *chains;
    int chain_count;
};

/* The graph of a scenario that passed the check; all of it in the arena. */
struct mdl_graph *mdl_graph_new(const struct mdl_scenario *scenario, struct sim_arena *arena);

/* Both values, if they agree (to 1e-6 of it); else not a number. */
double mdl_twice_known(struct mdl_twice x);

/* The label of a node, in lines. Line feeds and other control characters of names are '?'. NONE and
 * FAIL have none. In the graph's arena. */
const char *mdl_graph_node_text(const struct mdl_graph *graph, const struct mdl_node *node);

/* A name for use in a longer text: its own line feeds are no new lines. */
const char *mdl_graph_plain(struct sim_arena *arena, const char *name);

/* "30 %". */
const char *mdl_graph_percent(struct sim_arena *arena, double frac);

#endif
