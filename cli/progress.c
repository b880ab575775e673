#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

static const double redraw_s = 0.1; /* not more often, or a terminal slows the run */

static double elapsed_s(const struct cli_progress *progress) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - progress->started.tv_sec) +
           1e-9 * (double)(now.tv_nsec - progress->started.tv_nsec);
}

void cli_progress_begin(struct cli_progress *progress, const char *label, bool quiet) {
    *progress = (struct cli_progress){
        .shown = !quiet && isatty(STDERR_FILENO) == 1, .label = label, .drawn_s = -1};
    clock_gettime(CLOCK_MONOTONIC, &progress->started);
}

void cli_progress_step(void *context, int done, int total) {
    struct cli_progress *progress = context;
    if (!progress->shown) {
        return;
    }
    if (progress->steps++ == 0) {
        progress->before = done - 1;
    }
    double now_s = elapsed_s(progress);
    if (now_s - progress->drawn_s < redraw_s && done < total) {
        return;
    }
    progress->drawn_s = now_s;
    double left_s = now_s / (done - progress->before) * (total - done);
    fprintf(stderr, "\r\033[K%s: %d of %d replications, about ", progress->label, done, total);
    if (left_s < 90) {
        fprintf(stderr, "%.0f s left", left_s);
    } else {
        fprintf(stderr, "%.0f min left", left_s / 60);
    }
    fflush(stderr);
}

void cli_progress_end(struct cli_progress *progress) {
    if (progress->shown && progress->drawn_s >= 0) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
}
