/* Sums over the cells of a run, and the figures that they give. Internal to models/. */
#ifndef MODELS_SOLVE_SUMS_H
#define MODELS_SOLVE_SUMS_H

#include "models/solve_parts.h"

/* Integrals over time of what one station's state is. NAN once a cell has no answer. */
struct mdl_station_sum {
    double visits, served, work, capacity, number, busy, waiting, queued;
    double *class_visits;
    double *class_time; /* visits x time of a visit */
    bool visited;
    bool exact;
    bool saturated;
    double first_saturated_s;
};

/* Requests of a source in a class. */
struct mdl_request_sum {
    double arrived, ended_ok;
    double time;    /* request seconds */
    double weighed; /* arrivals whose time is known */
    bool exact;
    bool fails; /* some are lost on their way */
    bool alone; /* all visit one station at most */
};

struct mdl_sums {
    double span_s;
    bool given; /* the scenario gives all rates of requests: no sessions, no limits */
    struct mdl_station_sum *stations;
    struct mdl_request_sum *requests; /* [source x classes + class] */
    double *held;                     /* per pool: place seconds */
    double *most_held;                /* per pool: largest mean number over the cells */
    double *lookups;                  /* per cache */
    double *misses;
    double *passed; /* per limiter */
    double *asked;
};

struct mdl_sums *mdl_sums_new(struct mdl_solver *s);

/* Adds the solved cell over [from, to). */
void mdl_sums_add_cell(struct mdl_sums *sums, struct mdl_solver *s, double from_s, double to_s);

/* What a stretch's cells come to. */
void mdl_sums_stretch(const struct mdl_sums *sums, const struct mdl_solver *s,
                      struct mdl_stretch *stretch);

/* The station of the highest load, -1: none has a limit; *load is that. */
int mdl_sums_busiest(const struct mdl_sums *sums, const struct mdl_solver *s, double *load);

/* Loads of the stations and the bottleneck. */
void mdl_sums_loads(const struct mdl_sums *sums, struct mdl_solver *s);

/* Whether some pool may fill, so that waiting for its places is not solved. */
bool mdl_sums_pools_fill(const struct mdl_sums *sums, const struct mdl_solver *s);

/* Whether requests change class on their way. */
bool mdl_sums_classes_change(const struct mdl_solver *s);

/* Tells what is not exact, and what is not solved. Loads come first. */
void mdl_sums_reserve(const struct mdl_sums *sums, struct mdl_solver *s);

/* Figures, loads and reservations of the whole run. */
void mdl_sums_figures(struct mdl_sums *sums, struct mdl_solver *s);

#endif
