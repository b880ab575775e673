/* Service-level objectives: a condition on a figure, "p95(read) < 500ms".
 *
 * The readers write the record; mdl_slo_resolve finds what the subject stands for;
 * studies/slo_verdict.h judges it. Limits are in SI units (s, 1/s) and fractions.
 */
#ifndef MODELS_SLO_H
#define MODELS_SLO_H

#include <stdbool.h>

#include "sim/base_arena.h"

enum mdl_slo_figure {
    MDL_SLO_PERCENTILE,  /* of the response times of requests that succeeded; s */
    MDL_SLO_MEAN,        /* of the same; s */
    MDL_SLO_ERROR_RATE,  /* requests that did not succeed over those that ended */
    MDL_SLO_THROUGHPUT,  /* requests that succeeded; 1/s */
    MDL_SLO_UTILIZATION, /* busy servers over servers; places held over places */
    MDL_SLO_CONNECTIONS, /* places held over places */
    MDL_SLO_MEMORY,      /* memory in use over memory, of one instance of a tier */
    MDL_SLO_FIGURES
};

/* As a condition spells them: "p" (with the percentile), "mean", "error_rate", ... */
extern const char *const mdl_slo_figure_names[MDL_SLO_FIGURES];

/* What a subject is. */
enum mdl_slo_part {
    MDL_SLO_ALL, /* all requests: no subject */
    MDL_SLO_CLASS,
    MDL_SLO_SOURCE,
    MDL_SLO_MARK, /* observed over the whole run only */
    MDL_SLO_STATION,
    MDL_SLO_POOL,
};

struct mdl_slo {
    const char *name;   /* as the document names it, else `text` */
    const char *text;   /* the condition as given: "p95(read) < 500ms" */
    const char *where;  /* JSON path */
    const char *during; /* the stretch it holds in; NULL: all the time */
    enum mdl_slo_figure figure;
    double quantile;     /* 0-1; of a percentile */
    const char *subject; /* as given; NULL: none */
    bool below;          /* the figure is to stay below the limit, else above */
    bool or_equal;       /* "<=", ">=" */
    double limit;        /* > 0 */
    double window_s;     /* 0: the scenario's */
    bool assumed;        /* a default of an architecture */
    /* set by mdl_slo_resolve */
    enum mdl_slo_part part;
    const char *part_name;
    const char *tier; /* of memory */
};

struct mdl_scenario;

/* Finds the part: a tier of that name, then a part of the network of a kind that has the figure;
 * where there is none, under the other names of the same thing ("db" for "database"). False when
 * there is none. */
bool mdl_slo_resolve(const struct mdl_scenario *scenario, struct mdl_slo *slo);

/* The names that a figure may be asked of, for diagnostics; in `arena`. */
const char **mdl_slo_subjects(const struct mdl_scenario *scenario, enum mdl_slo_figure figure,
                              struct sim_arena *arena, int *count);

/* A stretch of the run by its workload: the phases of a load test ("ramp-up", "plateau",
 * "ramp-down"), the parts of a launch day between the points of its curve ("0h to 1h"). */
struct mdl_slo_stretch {
    const char *name;
    double from_s, to_s; /* within the horizon; from < to */
};

enum { MDL_STRETCHES_MAX = 12 };

/* The stretches of the first source with points that are users present or users arrived so far;
 * none where there are less than two or more than MDL_STRETCHES_MAX of them. Load tests of one
 * plateau have none. In `arena`. */
struct mdl_slo_stretch *mdl_slo_stretches(const struct mdl_scenario *scenario,
                                          struct sim_arena *arena, int *count);

/* Width of the windows in which the SLO is judged, s: what it asks for, or the scenario's, as the
 * least multiple of the time buckets; 0 without buckets. */
double mdl_slo_window_s(const struct mdl_scenario *scenario, const struct mdl_slo *slo);

/* What an architecture is judged by where it says nothing; "slo": [] switches them off. */
struct mdl_slo_default {
    const char *condition;
    const char *low; /* NULL: no range */
    const char *high;
    const char *source;
    const char *text;
};
extern const struct mdl_slo_default mdl_slo_defaults[];
extern const int mdl_slo_default_count;

#endif
