/* One line on a terminal that says how far a run is and how long it will take.
 *
 * Shown on stderr only when that is a terminal; the wall clock read here reaches no result.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <time.h>

struct cli_progress {
    bool shown;
    const char *label; /* borrowed */
    struct timespec started;
    int steps;      /* calls of cli_progress_step */
    int before;     /* replications that were there before the first one: no measure of speed */
    double drawn_s; /* when the line was last drawn, since the start */
};

/* Begins; draws nothing yet. `label` must be safe for a terminal. */
void cli_progress_begin(struct cli_progress *progress, const char *label, bool quiet);

/* `done` of `total` replications are done; `progress` is a struct cli_progress. One thread at a
 * time (struct std_run_options promises it). */
void cli_progress_step(void *progress, int done, int total);

/* Wipes the line. */
void cli_progress_end(struct cli_progress *progress);

#endif
