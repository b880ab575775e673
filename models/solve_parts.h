/* What the files of the analytic solver share. Internal to models/.
 *
 * The solver works on the network (not the compiled program). A *stream* is what one source, or one
 * action of its sessions, sends into a route: open at a rate, or closed as a *chain* of users. A
 * *cell* is a stretch of time with constant rates; a steady network has one.
 */
#ifndef MODELS_SOLVE_PARTS_H
#define MODELS_SOLVE_PARTS_H

#include "models/program.h"
#include "models/solution.h"
#include "models/solve_closed.h"
#include "models/solve_formulas.h"
#include "models/solve_traffic.h"

/* Group of customers with times of their own: all open ones, or one chain. */
enum { MDL_OPEN_GROUP = 0 };

struct mdl_stream {
    int source;
    int cls;
    int route;
    int chain;                   /* -1: open */
    int action;                  /* of the source's session; -1: none */
    const struct mdl_flow *flow; /* of the current round */
    double time;                 /* mean response (s); NAN: not solved */
    double *held;                /* per pool: place seconds per request */
};

/* One station, all instances together, in the current cell. */
struct mdl_station_state {
    /* The model: */
    bool nice;         /* keeps Poisson streams Poisson; has its factor in a product form */
    bool own_form;     /* its own formula is exact when its arrivals are Poisson */
    const char *doubt; /* why neither, or NULL */
    enum mdl_law law;
    bool exact; /* this cell: its figures are exact */
    /* Traffic: */
    double arrival_rate; /* visits per s */
    double work;         /* s of work per s */
    double capacity;     /* most work per s; INFINITY: no limit */
    double *class_rate;  /* per class: visits per s */
    /* Answers: */
    double number, busy, waiting;
    double queued;          /* share of visits that wait */
    double pass;            /* share of visits that are served */
    double *stretch;        /* [group x classes + class]: a visit of demand d takes */
    double *wait;           /*   wait + stretch x d */
    double *wait_quantiles; /* per asked percentile, NAN: not known; all instances alike only */
    double *response_quantiles;
    bool saturated;
};

struct mdl_presence; /* users present over time */

struct mdl_solver {
    struct sim_arena *arena; /* of the solution */
    const struct mdl_scenario *scenario;
    const struct mdl_network *network;
    const struct mdl_program *program; /* for its sources: rates over time */
    struct mdl_solution *solution;
    struct mdl_traffic traffic;
    struct mdl_stream *streams;
    int stream_count;
    struct mdl_presence **presences; /* per source, NULL: it has no users */
    int chain_count;
    int *chain_source;
    double *think;     /* per chain: s */
    double *rate;      /* per stream: requests per s; closed ones: an answer */
    int *users;        /* per chain */
    double *hit;       /* per cache */
    double *pass;      /* per station */
    double *limit;     /* per limiter */
    double *step_rate; /* [group][step x classes + class]: visits per s */
    double *times;     /* [step x classes + class]: scratch */
    struct mdl_station_state *stations;
    bool *leads;            /* [from x nodes + to]: mdl_traffic_order, closed transitively */
    size_t nodes;           /* stations, then sources */
    const char *doubt;      /* of the whole network: why nothing that waits is exact, or NULL */
    const char *flow_doubt; /* why the rates themselves are not exact, or NULL */
    bool forks;             /* response times over hops are not solved */
    bool retries;           /* some attempts are tried again when they fail */
    bool traces;            /* some arrivals are at given times */
    bool all_nice;          /* all stations that somebody visits */
    int round;              /* of the repetition in a cell */
    bool changed;           /* a probability that rates depend on has changed: repeat */
    bool closed_approximate;
    double relaxation_s;
    size_t figure_room, reservation_room;
};

/* Steps of a network: the demand of a visit by a class. */
const struct sim_dist *mdl_visit_demand(const struct mdl_solver *s, int step, int cls);

/* Mean work of such a visit: its demand, and the switching of a station that serves in turns. */
double mdl_visit_work(const struct mdl_solver *s, int step, int cls);

/* Judges stations and network: which assumptions hold, whatever the load. */
void mdl_solve_judge(struct mdl_solver *s);

/* Solves one cell: rates of open streams and users of chains are set. */
void mdl_solve_cell(struct mdl_solver *s);

/* A station fed by open customers only: fills its answers from step_rate. */
void mdl_solve_station(struct mdl_solver *s, int station);

/* Whether all that leads to the station are Poisson sources and nice stations (itself included
 * where visits come back). */
bool mdl_solve_poisson(const struct mdl_solver *s, int station);

/* The only source that leads to the station, when nothing else does; -1: none. */
int mdl_solve_only_source(const struct mdl_solver *s, int station);

/* Whether every customer of the source, and nobody else, comes to the station exactly once. */
bool mdl_solve_takes_all(const struct mdl_solver *s, int station, int source);

/* Percentiles of wait and response at a station of the current cell, where they are known. */
void mdl_station_quantiles(struct mdl_solver *s, int station);

/* The total work rate of an instance, in the solver's arena. */
struct mdl_rates mdl_place_rates(struct mdl_solver *s, int station, int instance);
/* The share of the instance among the visits of a step. */
double mdl_visit_share(const struct mdl_solver *s, int step, int instance);

/* Whether nothing changes with time. */
bool mdl_solve_is_steady(const struct mdl_solver *s);
/* Mean users present and the rates of all streams over [from, to). */
void mdl_solve_rates(struct mdl_solver *s, double from_s, double to_s);
/* Users present of a source of sessions or a closed one, by arrivals and stays, or by its profile:
 * the mean number over [from, to), and at an instant. In the solver's arena. */
struct mdl_presence *mdl_presence_new(const struct mdl_solver *s, int source);
double mdl_presence_mean(const struct mdl_presence *p, double from_s, double to_s);
double mdl_presence_at(const struct mdl_presence *p, double t_s);

void mdl_figure_add(struct mdl_solver *s, const char *scope, const char *entity, const char *name,
                    const char *unit, enum mdl_figure_kind kind, double value, enum mdl_law law);
void mdl_figure_bound(struct mdl_solver *s, const char *scope, const char *entity, const char *name,
                      const char *unit, double low, double high, enum mdl_law law);
void mdl_reserve(struct mdl_solver *s, bool unsolved, const char *what, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
