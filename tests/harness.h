/* For tests of the engine: a scenario from text, its findings, its figures. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "studies/run_study.h"

struct harness_run {
    struct mdl_scenario *scenario;
    struct std_findings *findings;
};

/* Reads a network-form document (single quotes stand for double ones), runs it and returns its
 * findings. Prints diagnostics and ends the test when the document is refused. Free with
 * harness_free. */
struct harness_run harness_run(const char *text, int replications, uint64_t seed);
void harness_free(struct harness_run *run);

/* The metric's estimate; ends the test when there is no such metric. */
struct sim_estimate harness_estimate(const struct harness_run *run, const char *scope,
                                     const char *entity, const char *name);
double harness_value(const struct harness_run *run, const char *scope, const char *entity,
                     const char *name);

/* How many standard errors the estimate lies from `exact`: the t statistic of its interval. */
double harness_t(const struct harness_run *run, const char *scope, const char *entity,
                 const char *name, double exact);

#endif
