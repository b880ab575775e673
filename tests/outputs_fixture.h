/* Findings made by hand, for the tests of the writers: what a load test of three app servers, one
 * database and one cache might give (45 minutes, 9 buckets of 5 minutes), a network with all that
 * a scenario can ask to look at, and one whose names are hostile. The numbers are plausible and
 * mean nothing.
 */
#ifndef TESTS_OUTPUTS_FIXTURE_H
#define TESTS_OUTPUTS_FIXTURE_H

#include "studies/findings.h"

struct fixture {
    struct mdl_scenario *scenario;
    struct std_findings *findings; /* in the scenario's arena */
    size_t metric_room;
    size_t series_room;
};

enum { FIXTURE_REPLICATIONS = 10, FIXTURE_BUCKETS = 9, FIXTURE_CUSTOMERS = 23 };

/* The load test of phase 1, architecture form. Free with fixture_end. */
struct fixture fixture_load_test(void);

/* A network with retries, a limiter, named steps, two windows, two instants, sampled customers and
 * an event log. Free with fixture_end. */
struct fixture fixture_observed(void);

/* A network with a name that no writer may take for anything but text. Free with fixture_end. */
struct fixture fixture_hostile(void);

/* Adds a metric with `value` and an interval of 1.23 % about it. Texts are borrowed. */
void fixture_metric(struct fixture *fixture, const char *scope, const char *entity,
                    const char *name, const char *unit, double value);

void fixture_end(struct fixture *fixture);

#endif
