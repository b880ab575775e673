/* Inside of mdl_check (models/scenario.h): what its parts share. */
#ifndef MODELS_CHECK_PARTS_H
#define MODELS_CHECK_PARTS_H

#include "models/scenario.h"

/* Names of one kind of part, sorted for look-up. */
struct mdl_names {
    struct mdl_named {
        const char *name;
        int index;
    } * items;
    int count;
};

/* The index of the part of that name, or -1. */
int mdl_names_find(const struct mdl_names *names, const char *name);

struct mdl_checking {
    struct mdl_scenario *scenario;
    struct mdl_network *network;
    struct sim_diags *diags;
    struct sim_arena *arena; /* scratch: lives as long as the check */
    struct mdl_names classes;
    struct mdl_names stations;
    struct mdl_names pools;
    struct mdl_names caches;
    struct mdl_names limiters;
    struct mdl_names breakers;
    struct mdl_names routes;
};

/* Class of a source's requests: `cls`, or "default" where it is NULL. */
const char *mdl_class_name(const char *cls);

/* "where.key": the path of a member, in the checking's arena. */
const char *mdl_check_path(const struct mdl_checking *checking, const char *where, const char *key);

/* Whether a law with this mean (s) takes time at all. */
bool mdl_takes_time(double mean_s);

/* Whether every visit of the step (a serve or a delay) takes time: every law that may apply
 * does. */
bool mdl_step_takes_time(const struct mdl_checking *checking, const struct mdl_step *step);

/* Reports a law that cannot be, at where.key. */
void mdl_check_dist(struct mdl_checking *checking, const struct sim_dist *dist, const char *where,
                    const char *key);

/* The values of a fork, timeout or retry (check_blocks.c). */
void mdl_check_step(struct mdl_checking *checking, const struct mdl_step *step);

/* Branches that a fork starts. */
int mdl_fork_branches(const struct mdl_step *step);

/* The parts of the check. Each adds diagnostics; the later ones need names that resolve. */
void mdl_check_names(struct mdl_checking *checking);  /* check_names.c */
void mdl_check_values(struct mdl_checking *checking); /* check_values.c: run, sources, routes */
void mdl_check_places(struct mdl_checking *checking); /* check_places.c: stations, pools, caches */
/* check_steady.c: what the kind of analysis needs; of a scenario that is sound, its load. */
void mdl_check_run_kind(struct mdl_checking *checking);
void mdl_check_steady(struct mdl_checking *checking);
void mdl_check_reach(struct mdl_checking *checking);  /* check_reach.c: who gets where, demands */
void mdl_check_slos(struct mdl_checking *checking);   /* check_slo.c */
void mdl_check_cycles(struct mdl_checking *checking); /* check_cycles.c: calls, endless loops */
void mdl_check_held(struct mdl_checking *checking);   /* check_held.c: places of pools held */

#endif
