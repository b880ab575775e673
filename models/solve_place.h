/* One instance of a station: what it is asked for and what it answers. Internal to the solver. */
#ifndef MODELS_SOLVE_PLACE_H
#define MODELS_SOLVE_PLACE_H

#include "models/solve_parts.h"

/* What one instance is asked for. */
struct mdl_place_load {
    int count;
    double *weight; /* shares, summing to 1 */
    const struct sim_dist **demand;
    int *cls;
    double rate;     /* visits per s */
    double mean;     /* s at speed 1 */
    double square;   /* second moment */
    bool memoryless; /* all exponential, of one mean */
    bool scripted;   /* some demand is a sequence: not independent draws */
};

/* What one instance answers. Times are wait[cls] + stretch[cls] x demand. */
struct mdl_place_answer {
    double number, busy, waiting, queued, full;
    double *wait;
    double *stretch;
    enum mdl_law law;
    bool own_form;
    const char *doubt;
};

/* Servers and speed of an instance, and whether all instances are alike and are sent the same. */
int mdl_place_servers(const struct mdl_station *st, int instance);
double mdl_place_speed(const struct mdl_station *st, int instance);
bool mdl_places_alike(const struct mdl_solver *s, int station);

/* One value for all classes. */
void mdl_place_all_classes(const struct mdl_solver *s, double *values, double value);

/* The answer from means of the number: each second of work takes the same time. */
void mdl_place_take(const struct mdl_solver *s, const struct mdl_place_load *l,
                    struct mdl_occupancy o, struct mdl_place_answer *p);

/* Mends the answer, which took the instance's share of the arrivals as split at random, for the
 * balancer that the station has. */
void mdl_place_balance(struct mdl_solver *s, int station, const struct mdl_place_load *l,
                       struct mdl_place_answer *p);

#endif
