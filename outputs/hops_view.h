/* Where a request's time goes, as writers show it: the hops of a class, the longest first. */
#ifndef OUTPUTS_HOPS_VIEW_H
#define OUTPUTS_HOPS_VIEW_H

#include "outputs/findings_view.h"

enum { OUT_HOPS = 9 /* told one by one */ };

/* Mean times of a hop, s; NAN or 0 where it has no such time. */
struct out_hop {
    const char *name; /* "app.cpu", "app.workers (pool)"; of `rest`: NULL */
    double waiting;
    double service;
    double slowed; /* of service: beyond what the work takes a single job at full speed */
    double total;  /* waiting + service */
};

struct out_hops {
    const char *label; /* the class, or "" for all requests */
    double response;   /* mean, s */
    struct out_hop hops[OUT_HOPS];
    int count;
    struct out_hop rest; /* the short ones together */
    int rest_count;
};

/* The breakdown of a class, or of all requests (`cls` NULL); count 0 when there is none. Hops that
 * are below half a percent of the response, or beyond OUT_HOPS, make the rest. */
struct out_hops out_hops_of(const struct out_index *index, const char *cls,
                            struct sim_arena *arena);

#endif
