/* The analytic solution of a network: a plain record of figures, each exact, a bound or an
 * approximation, with the law that gave it; and what could not be solved, with the reason.
 *
 * Figures carry the names of the simulator's metrics (studies/findings.h), so that the two can be
 * laid side by side. SI units, fractions 0-1.
 */
#ifndef MODELS_SOLUTION_H
#define MODELS_SOLUTION_H

#include <stdbool.h>

#include "models/scenario.h"

enum mdl_figure_kind {
    MDL_EXACT,         /* of the model as it stands, in steady state unless the solution says so */
    MDL_BOUND,         /* low and high hold; there is no value */
    MDL_APPROXIMATION, /* some assumption of the law does not hold */
    MDL_FIGURE_KINDS
};
extern const char *const mdl_figure_kind_names[MDL_FIGURE_KINDS];

/* The laws: LAW(id, name, source). K1, K2: Kleinrock, "Queueing Systems" I (1975) and II (1976). */
#define MDL_LAWS(LAW)                                                                              \
    LAW(TRAFFIC, "traffic equations", "K1 4.8")                                                    \
    LAW(LITTLE, "Little's law", "Little 1961")                                                     \
    LAW(UTILIZATION, "utilization law", "Denning and Buzen 1978")                                  \
    LAW(ASYMPTOTIC, "asymptotic bounds", "Denning and Buzen 1978")                                 \
    LAW(MM1, "M/M/1", "K1 3.2")                                                                    \
    LAW(MMC, "M/M/c (Erlang C)", "Erlang 1917; K1 3.5")                                            \
    LAW(MGCC, "M/G/c/c (Erlang B)", "Erlang 1917; K1 3.6")                                         \
    LAW(MMCK, "M/M/c/K", "K1 3.6")                                                                 \
    LAW(ERLANG_A, "M/M/c+M (Erlang A)", "Palm 1957")                                               \
    LAW(MG1, "M/G/1 (Pollaczek-Khinchine)", "K1 5.6")                                              \
    LAW(MG1_LAW, "M/G/1, law of the wait", "K1 5.7; Panjer 1981")                                  \
    LAW(MXG1, "M[X]/G/1", "K1 problem 5.11")                                                       \
    LAW(GIM1, "GI/M/1", "K1 6.4")                                                                  \
    LAW(MGC, "M/G/c (Lee and Longton)", "Lee and Longton 1959")                                    \
    LAW(MG_INF, "M/G/infinity", "K1 3.4")                                                          \
    LAW(PS, "M/G/1-PS", "K2 4.4")                                                                  \
    LAW(PS_RATES, "PS with rates by number", "Kelly 1979, 3.3")                                    \
    LAW(PS_ROOM, "PS with limited room", "Kelly 1979, 3.3")                                        \
    LAW(MM_RATES, "birth and death with rates by number", "K1 3.1")                                \
    LAW(COBHAM, "M/G/1 with priorities", "Cobham 1954; K2 3.6")                                    \
    LAW(COBHAM_C, "M/M/c with priorities", "Kella and Yechiali 1985")                              \
    LAW(PREEMPTIVE, "M/G/1 with preemptive priorities", "K2 3.6")                                  \
    LAW(ROUND_ROBIN, "round robin as processor sharing", "K2 4.4")                                 \
    LAW(POWER_OF, "power of d choices, many instances", "Mitzenmacher 2001")                       \
    LAW(POOLED, "instances pooled into one queue", "K2 5.1")                                       \
    LAW(CLOSED, "closed product form", "BCMP 1975; Reiser and Kobayashi 1975")                     \
    LAW(MIXED, "mixed product form", "BCMP 1975; Reiser and Kobayashi 1975")                       \
    LAW(SCHWEITZER, "approximate mean-value analysis", "Schweitzer 1979; Bard 1979")               \
    LAW(SUM, "sum over the hops", "Jackson 1957; BCMP 1975")                                       \
    LAW(MT_INF, "M(t)/G/infinity", "Eick, Massey and Whitt 1993")                                  \
    LAW(POPULATION, "users by the population profile", "definition")                               \
    LAW(CHE, "Che's approximation", "Che, Tung and Wang 2002")                                     \
    LAW(FIFO, "Che's approximation for FIFO", "Dan and Towsley 1990")                              \
    LAW(TTL, "cache by time to live", "Jung, Berger and Balakrishnan 2003")                        \
    LAW(POOL, "Little's law, never full", "Little 1961")

enum mdl_law {
#define MDL_LAW_ENUM(id, name, source) MDL_LAW_##id,
    MDL_LAWS(MDL_LAW_ENUM)
#undef MDL_LAW_ENUM
        MDL_LAW_COUNT
};
const char *mdl_law_name(enum mdl_law law);
const char *mdl_law_source(enum mdl_law law);

struct mdl_figure {
    const char *scope;
    const char *entity;
    const char *name;
    const char *unit;
    enum mdl_figure_kind kind;
    double value;     /* NAN for a bound */
    double low, high; /* bound: -INFINITY or INFINITY where one side is open; else the value */
    enum mdl_law law;
};

/* What could not be solved, or not exactly. */
struct mdl_reservation {
    bool unsolved; /* else: solved, as an approximation or a bound */
    const char *what;
    const char *why;
};

/* A station: what the traffic asks of it. */
struct mdl_station_load {
    const char *name;
    double visits;       /* per request that arrives, over all sources */
    double demand_s;     /* work per request (s of one server at speed 1) */
    double visits_per_s; /* asked for; NAN in a closed network */
    double load;         /* work asked for per s over the most it can do per s; NAN: unlimited */
    bool saturated;      /* load >= 1: its queue grows */
};

/* A stretch of a network whose load changes over time. */
struct mdl_stretch {
    double from_s, to_s;
    double users;     /* mean number present; NAN: no sources of users */
    double users_end; /* mean number present at its end */
    double requests_per_s;
    const char *busiest; /* station of the highest load; NULL: none has a limit */
    double load;
    double response_s; /* mean; NAN: not solved */
};

struct mdl_solution {
    struct sim_arena *arena;             /* owns all below */
    const struct mdl_scenario *scenario; /* borrowed */
    bool steady; /* one steady state; else means over the run, from `stretches` */
    struct mdl_figure *figures;
    int figure_count;
    struct mdl_reservation *reservations;
    int reservation_count;
    struct mdl_station_load *loads; /* per station, in order */
    int load_count;
    int bottleneck;  /* index into loads, -1: no station has a limit */
    double headroom; /* this many times the open load fills the bottleneck; NAN: not open */
    struct mdl_stretch *stretches;
    int stretch_count;
    double edge_s; /* arrivals that are not Poisson: what their first and last ones may shift */
    double relaxation_s; /* time in that a network that starts empty comes near its steady state: an
                            estimate, the largest over the stations */
};

void mdl_solution_free(struct mdl_solution *solution);

/* The figure, or NULL. Of several the first. */
const struct mdl_figure *mdl_solution_find(const struct mdl_solution *solution, const char *scope,
                                           const char *entity, const char *name);

#endif
