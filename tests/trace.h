/* Traces: small deterministic networks whose every event is worked out by hand. A trace is a
 * document in network form (single quotes for double ones) and the figures that it must give in one
 * replication, exactly: within 1e-9, relative above 1. */
#ifndef TESTS_TRACE_H
#define TESTS_TRACE_H

struct figure {
    const char *scope;
    const char *entity;
    const char *name;
    double value; /* NAN: nothing was observed */
};

/* Runs the document and fails the test for the figures that differ, all of them named. */
void trace_expect(const char *text, const struct figure *figures, int count);

/* Runs the document, which asks for a log, and fails the test unless its lines are these, one event
 * each: "0 p1 arrive\n1.5 p2 start\n" (time in s, source and its customer, what happened). */
void trace_log(const char *text, const char *lines);

/* TRACE(text, {scope, entity, name, value}, ...) */
#define TRACE(text, ...)                                                                           \
    do {                                                                                           \
        const struct figure figures_[] = {__VA_ARGS__};                                            \
        trace_expect((text), figures_, (int)(sizeof figures_ / sizeof figures_[0]));               \
    } while (0)

#endif
