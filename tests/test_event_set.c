/* The event set against a plain array that is searched from end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sim/event_set.h"
#include "sim/random.h"

/* --- the plain array ---------------------------------------------------------------------- */

struct entry {
    sim_time time;
    uint64_t order;
    uint32_t id; /* also in the event's a and b */
    struct sim_handle handle;
};

enum { MANY = 5000, STALE = 64 };

struct model {
    struct sim_event_set set;
    struct sim_stream stream;
    struct entry pending[MANY];
    int count;
    struct sim_handle stale[STALE]; /* of events that were taken or cancelled */
    int stale_count;
    uint32_t next_id;
    sim_time now;
};

static uint32_t below(struct model *m, uint32_t n) {
    return (uint32_t)(sim_stream_unit(&m->stream) * n);
}

static bool earlier(const struct entry *x, const struct entry *y) {
    return x->time != y->time ? x->time < y->time : x->order < y->order;
}

static int first_of(const struct model *m) {
    int first = -1;
    for (int i = 0; i < m->count; i++) {
        if (first < 0 || earlier(&m->pending[i], &m->pending[first])) {
            first = i;
        }
    }
    return first;
}

static void forget(struct model *m, int index) {
    if (m->pending[index].handle.slot != 0) {
        m->stale[m->stale_count++ % STALE] = m->pending[index].handle;
    }
    m->pending[index] = m->pending[--m->count];
}

/* --- what is done to both ----------------------------------------------------------------- */

/* Times of a few nanoseconds ahead, so that most events share an instant with others. */
static sim_time some_time(struct model *m) { return m->now + below(m, 6); }

static uint64_t some_order(struct model *m) {
    enum sim_phase phase = (enum sim_phase)below(m, SIM_PHASE_COUNT);
    /* Orders must differ: ranks by a number of their own, among those by sequence. */
    return below(m, 3) == 0 ? sim_rank(phase, 1 + below(m, 3), m->next_id)
                            : sim_order(&m->set, phase);
}

static void put(struct model *m, bool handle) {
    struct entry e = {.time = some_time(m), .order = some_order(m), .id = m->next_id++};
    if (handle) {
        e.handle = sim_event_schedule(&m->set, e.time, e.order, 7, e.id, ~e.id);
        assert_true(sim_event_pending(&m->set, e.handle));
    } else {
        sim_event_post(&m->set, e.time, e.order, 7, e.id, ~e.id);
    }
    m->pending[m->count++] = e;
}

static void take(struct model *m) {
    struct sim_event event;
    int first = first_of(m);
    assert_int_equal(sim_event_take(&m->set, &event), first >= 0);
    if (first >= 0) {
        const struct entry *e = &m->pending[first];
        assert_int_equal(event.time, e->time);
        assert_int_equal(event.order, e->order);
        assert_int_equal(event.kind, 7);
        assert_int_equal(event.a, e->id);
        assert_int_equal(event.b, ~e->id);
        m->now = event.time;
        forget(m, first);
    }
}

static void cancel_or_move(struct model *m, bool cancel) {
    if (m->count == 0) {
        return;
    }
    int index = (int)below(m, (uint32_t)m->count);
    struct entry *e = &m->pending[index];
    if (e->handle.slot == 0) {
        return;
    }
    if (cancel) {
        assert_true(sim_event_cancel(&m->set, e->handle));
        forget(m, index);
    } else {
        e->time = some_time(m);
        e->order = some_order(m);
        m->next_id++;
        assert_true(sim_event_reschedule(&m->set, e->handle, e->time, e->order));
        assert_true(sim_event_pending(&m->set, e->handle));
    }
}

static void use_a_stale_handle(struct model *m) {
    if (m->stale_count > 0) {
        int known = m->stale_count < STALE ? m->stale_count : STALE;
        struct sim_handle handle = m->stale[below(m, (uint32_t)known)];
        assert_false(sim_event_pending(&m->set, handle));
        assert_false(sim_event_cancel(&m->set, handle));
        assert_false(sim_event_reschedule(&m->set, handle, m->now, 0));
    }
}

static void ask_what_is_due(struct model *m) {
    sim_time time = m->now + below(m, 4);
    enum sim_phase phase = (enum sim_phase)below(m, SIM_PHASE_COUNT);
    bool due = false;
    for (int i = 0; i < m->count; i++) {
        const struct entry *e = &m->pending[i];
        due = due || e->time < time ||
              (e->time == time && e->order < (uint64_t)phase << SIM_PHASE_SHIFT);
    }
    assert_int_equal(sim_event_due_before(&m->set, time, phase), due);
}

static void step(struct model *m, uint32_t taking) {
    uint32_t choice = below(m, 100);
    if (choice < taking) {
        take(m);
    } else if (choice < 65 && m->count < MANY) {
        put(m, choice % 2 == 0);
    } else if (choice < 75) {
        cancel_or_move(m, true);
    } else if (choice < 90) {
        cancel_or_move(m, false);
    } else if (choice < 95) {
        use_a_stale_handle(m);
    } else {
        ask_what_is_due(m);
    }
    assert_int_equal(sim_event_count(&m->set), (uint32_t)m->count);
}

static struct model *model_new(uint64_t seed) {
    struct model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    const struct sim_draw draw = {.key = {.seed = seed}};
    sim_stream_init(&m->stream, &draw);
    sim_event_init(&m->set);
    return m;
}

static void model_free(struct model *m) {
    sim_event_fini(&m->set);
    free(m);
}

static void drain(struct model *m) {
    while (m->count > 0) {
        take(m);
    }
    take(m); /* and there is none */
}

/* Nearly as many taken as put (small sets), and fewer (thousands pending). */
static void random_operations(void **state) {
    (void)state;
    static const uint32_t taking[] = {45, 34, 28, 20};
    static const int steps[] = {60000, 30000, 8000, 3000};
    for (int run = 0; run < 4; run++) {
        struct model *m = model_new(1 + (uint64_t)run);
        for (int i = 0; i < steps[run]; i++) {
            step(m, taking[run]);
        }
        drain(m);
        model_free(m);
    }
}

/* After a clear nothing is pending, old handles are refused, and the sequence begins anew. */
static void clearing(void **state) {
    (void)state;
    struct model *m = model_new(9);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 400; i++) {
            step(m, 25);
        }
        if (round % 2 == 0) {
            take(m); /* leaves a hole at the root */
        }
        sim_event_clear(&m->set);
        while (m->count > 0) {
            struct entry e = m->pending[0];
            assert_false(sim_event_pending(&m->set, e.handle));
            assert_false(sim_event_cancel(&m->set, e.handle));
            forget(m, 0);
        }
        assert_int_equal(sim_event_count(&m->set), 0);
        assert_int_equal(sim_order(&m->set, SIM_PHASE_TIMER), (uint64_t)SIM_PHASE_TIMER << 56);
        struct sim_event event;
        assert_false(sim_event_take(&m->set, &event));
    }
    drain(m);
    model_free(m);
}

/* A slot that is used again has another generation. */
static void generations(void **state) {
    (void)state;
    struct sim_event_set set;
    sim_event_init(&set);
    struct sim_handle none = {0, 0};
    assert_false(sim_event_pending(&set, none));
    assert_false(sim_event_cancel(&set, none));
    assert_false(sim_event_reschedule(&set, none, 1, 1));
    struct sim_handle first = sim_event_schedule(&set, 5, sim_order(&set, 0), 1, 2, 3);
    assert_true(sim_event_cancel(&set, first));
    struct sim_handle second = sim_event_schedule(&set, 6, sim_order(&set, 0), 1, 2, 3);
    assert_int_equal(first.slot, second.slot);
    assert_int_not_equal(first.generation, second.generation);
    assert_false(sim_event_cancel(&set, first));
    struct sim_event event;
    assert_true(sim_event_take(&set, &event));
    assert_false(sim_event_pending(&set, second));
    sim_event_fini(&set);
}

/* Of one instant: by phase, in the order of enum sim_phase; in a phase by sequence or by rank. */
static void order_of_an_instant(void **state) {
    (void)state;
    struct sim_event_set set;
    sim_event_init(&set);
    for (uint32_t i = 0; i < 3; i++) {
        for (int phase = SIM_PHASE_COUNT; phase-- > 0;) {
            uint32_t id = (uint32_t)phase * 3 + i;
            uint64_t order = phase == SIM_PHASE_ARRIVAL
                                 ? sim_rank(SIM_PHASE_ARRIVAL, i / 2, 0xFFFFFFFFFFULL - (i == 0))
                                 : sim_order(&set, (enum sim_phase)phase);
            sim_event_post(&set, 1, order, id, 0, 0);
        }
    }
    for (uint32_t id = 0; id < 3 * SIM_PHASE_COUNT; id++) {
        struct sim_event event;
        assert_true(sim_event_take(&set, &event));
        assert_int_equal(event.kind, id);
    }
    sim_event_fini(&set);
}

/* 10^5 events of distinct times, put shuffled: taken in order, and each put fills the hole. */
static void many_pending(void **state) {
    (void)state;
    enum { COUNT = 100000 };
    struct sim_event_set set;
    sim_event_init(&set);
    for (uint64_t i = 0; i < COUNT; i++) { /* 48271 is prime to 10^5: a permutation */
        sim_event_post(&set, (sim_time)(i * 48271 % COUNT), sim_order(&set, SIM_PHASE_ARRIVAL), 0,
                       (uint32_t)i, 0);
    }
    struct sim_event event;
    for (sim_time time = 0; time < COUNT; time++) { /* the hold model: each comes back later */
        assert_true(sim_event_take(&set, &event));
        assert_int_equal(event.time, time);
        sim_event_post(&set, time + COUNT, sim_order(&set, SIM_PHASE_ARRIVAL), 1, 0, 0);
    }
    for (sim_time time = COUNT; time < 2 * COUNT; time++) {
        assert_true(sim_event_take(&set, &event));
        assert_int_equal(event.time, time);
    }
    assert_false(sim_event_take(&set, &event));
    sim_event_fini(&set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations), cmocka_unit_test(clearing),
        cmocka_unit_test(generations),       cmocka_unit_test(order_of_an_instant),
        cmocka_unit_test(many_pending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
