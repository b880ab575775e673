/* The models of the theory suite and their exact figures, as one table. Internal to studies/ and
 * its tests.
 *
 * A row without a value takes it from the analytic solver, which must call it exact. The constants
 * were computed from the formula named, to all digits that are written; tests/test_validate_suite.c
 * computes them again with the tests' own theory.
 */
#ifndef STUDIES_VALIDATE_SUITE_H
#define STUDIES_VALIDATE_SUITE_H

#include <stdbool.h>

struct std_suite_row {
    const char *figure; /* in words */
    const char *scope;
    const char *entity;
    const char *name;
    const char *source;
    double exact;    /* 0: by the solver */
    bool percentile; /* known to the histogram's error only */
    bool averaged;   /* an average over time */
};

enum { STD_SUITE_ROWS = 4 };

struct std_suite_model {
    const char *file; /* in the folder of the suite's scenarios */
    struct std_suite_row rows[STD_SUITE_ROWS];
};

extern const struct std_suite_model std_suite[];
extern const int std_suite_models;

/* Rows of a model, and of all models. */
int std_suite_rows_of(const struct std_suite_model *model);
int std_suite_rows(void);

#endif
