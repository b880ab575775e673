/* The architecture form: what the user said in AWS terms, resolved (SI units; defaults filled in).
 * Written by the architecture and Locust readers, read by the lowering. All in one arena.
 */
#ifndef MODELS_ARCH_H
#define MODELS_ARCH_H

#include <stdbool.h>

#include "models/assumptions.h"
#include "models/catalog.h"
#include "models/network.h"
#include "models/scenario.h"

/* What the brief's frequencies are taken to mean (DESIGN 1). */
enum mdl_reading {
    MDL_SYSTEM_FREQUENCY,   /* actions' frequencies are the whole system's, at the full number of
                               simultaneous users: each one present has a share */
    MDL_PERSONA_REQUESTS,   /* a persona's rate counts requests */
    MDL_PERSONAS,           /* a persona's rate counts actions of several requests */
    MDL_BACK_TO_BACK,       /* a user starts the next action when the last one ends */
    MDL_PER_USER_FREQUENCY, /* actions' frequencies are each user's */
    MDL_READINGS
};
extern const char *const mdl_reading_names[MDL_READINGS];

enum { MDL_CACHE_FIXED, MDL_CACHE_CHE, MDL_CACHE_STORE }; /* words of MDL_P_CACHE_MODEL */
enum { MDL_ENGINE_POSTGRESQL, MDL_ENGINE_MYSQL };         /* places in the words of MDL_P_ENGINE */
enum { MDL_VOLUME_GP2, MDL_VOLUME_GP3, MDL_VOLUME_IO1, MDL_VOLUME_IO2 }; /* of MDL_P_STORAGE */
enum { MDL_ARRIVALS_POISSON, MDL_ARRIVALS_FIXED };
enum { MDL_SHAPE_LINEAR, MDL_SHAPE_SMOOTH };
enum { MDL_CREDITS_STANDARD, MDL_CREDITS_UNLIMITED };

struct mdl_arch_persona {
    const char *name;
    double share;      /* of the users; the shares sum to 1 */
    double rate_per_s; /* actions (or requests, see the reading) per second of presence */
};

struct mdl_arch_action {
    const char *name;
    const char *kind; /* request kind */
    int requests;
    double duration_s;
    double frequency_per_s;
    double share; /* of the actions by the mix: the kind's, split by frequency; they sum to 1 */
};

struct mdl_workload {
    bool launch_day; /* else a load test */
    enum mdl_reading reading;
    double load_factor;
    double duration_cv;       /* of the actions' durations, 0: constant */
    double users;             /* launch day: in total; load test: largest of the profile */
    struct mdl_point *points; /* launch day: cumulative shares from (0, 0) to 1; else users */
    int point_count;
    double simultaneous; /* launch day: share of the users */
    bool fixed;          /* launch day: exactly `users` arrive, else Poisson about it */
    bool smooth;         /* launch day: spline between the points */
    struct mdl_arch_persona *personas;
    int persona_count;
    struct mdl_arch_action *actions; /* those with a share */
    int action_count;
};

struct mdl_request_kind {
    const char *name;
    const char *where; /* JSON path */
    int defaults;      /* place in mdl_default_kinds, or -1 */
    struct mdl_value values[MDL_REQUEST_PARAMETERS];
    const char *service; /* that takes it; NULL: the only one */
    const char
        *data_service;  /* that reads and writes its data, called by the first; NULL: itself */
    const char **calls; /* services called before the data is */
    int call_count;
    const char *job_service; /* does the work later, off a queue; NULL: no queue */
};

/* A fleet of its own for a part of the work. Its values are those of `infrastructure.app`, but for
 * those given here. */
struct mdl_arch_service {
    const char *name;
    const char *where;
    struct mdl_value values[MDL_PARAMETERS];
};

/* A region with users, a load balancer, fleets and a cache. Its values are those of the whole, but
 * for those given here. */
struct mdl_arch_region {
    const char *where;
    int region;     /* place in mdl_region_names */
    double users;   /* share of them; the shares sum to 1 */
    bool has_users; /* given */
    struct mdl_value values[MDL_PARAMETERS];
    struct mdl_arch_service *services; /* given here, by name */
    int service_count;
};

struct mdl_arch {
    const char *starts; /* wall-clock time and zone of the launch, a label: "09:00 Europe/Paris" */
    struct mdl_workload workload;
    struct mdl_value values[MDL_PARAMETERS];
    bool used[MDL_PARAMETERS];      /* workload keys: the default went into `workload` */
    struct mdl_request_kind *kinds; /* those of the actions */
    int kind_count;
    struct mdl_arch_service *services; /* none: the fleet "app" does everything */
    int service_count;
    struct mdl_arch_region *regions; /* none: `infrastructure.region` alone */
    int region_count;
    struct mdl_assumption *notes; /* what a reader assumed beyond the table (Locust kinds) */
    int note_count;
};

#endif
