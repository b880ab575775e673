/* What a steady-state analysis runs besides the replications themselves.
 *
 * Warm-up: where none is given, pilot replications record the requests present in fine cells of
 * time, from where the load no longer changes, and MSER-5 (sim/steady.h) cuts their mean. The
 * pilots have a seed of their own: the cut that suits a run's own path best leaves out its busy
 * times, and biases what is left (tests/stat_steady.c). A cut beyond the middle of the stretch says
 * that it is too short for a steady state: the warm-up then ends in its middle, and the findings
 * warn.
 *
 * Batch means, for one long run: the same replication once more, on the same sample path, measured
 * in batches of equal length. Points are those of the run as a whole; what the batches scatter by
 * gives the intervals, by Student's t (Law, "Simulation Modeling and Analysis", 9.5.3). 40 batches,
 * or 20, or 10, each twice as long: the most of which the means do not go together, by von
 * Neumann's ratio of the requests present and of the mean response of every class.
 */
#ifndef STUDIES_STEADY_RUN_H
#define STUDIES_STEADY_RUN_H

#include "models/result.h"
#include "studies/replicate.h"

enum { STD_PILOTS = 5, STD_CELLS = 2000, STD_BATCHES_MOST = 40, STD_BATCHES_LEAST = 10 };

struct std_warmup {
    double s; /* to be left out, from the start of the run */
    bool found;
    double from_s; /* found: the load does not change from here on */
    double cut_s;  /* found: what MSER-5 would cut, from the start of the run */
    bool beyond;   /* found: more than half of the stretch */
};

/* The warm-up of each scenario: as given, or found by pilots. */
enum std_outcome std_find_warmups(const struct mdl_scenario *const *scenarios, int count,
                                  const struct std_run_options *options,
                                  struct std_warmup *warmups);

struct std_batches {
    int count; /* 0: the run was stopped before its end, and has none */
    const struct mdl_program *program;
    struct mdl_result **results; /* [batch] */
    double correlation;          /* lag 1, the largest of the series tested; NAN: none could be */
    bool significant;            /* still so with the fewest batches */
    const char *of;              /* whose: "requests present", or the name of a class */
    bool of_class;
    struct std_pool *pool;          /* owns them */
    struct mdl_scenario scenario;   /* as run */
    const struct mdl_scenario *one; /* that scenario */
    struct std_run_options options; /* the same */
};

/* Runs replication 0 of the scenario (with its warm-up) in batches; free with std_batches_free
 * whatever is returned. */
enum std_outcome std_run_batches(const struct mdl_scenario *scenario,
                                 const struct std_run_options *options,
                                 struct std_batches *batches);
void std_batches_free(struct std_batches *batches);

#endif
