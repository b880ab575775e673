/* Why a run took as many replications as it did, as a plain record (studies/precision.h). */
#ifndef STUDIES_STOPPING_H
#define STUDIES_STOPPING_H

#include "models/scenario.h"

/* What ended a run. */
enum std_rule {
    STD_AS_ASKED, /* a fixed count of replications */
    STD_PRECISE,  /* every class is within the aim */
    STD_CEILING,  /* the most replications allowed */
    STD_IDLE,     /* no class completed a request: nothing to be sure of */
};

/* "fixed", "precision", "ceiling", "idle". */
extern const char *const std_rule_names[];

struct std_stopping {
    enum std_rule rule;
    struct mdl_precision aim; /* the rest is of use where the rule is not STD_AS_ASKED */
    double reached;    /* the widest class: half-width over the figure; NAN: it has no interval */
    const char *worst; /* name of that class; NULL: none completed a request */
};

#endif
