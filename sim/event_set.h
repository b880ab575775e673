/* The event set: pending events in a total order (time, phase, sequence).
 *
 * A 4-ary heap of 32-byte entries. Taking the first event leaves a hole at the root, and the next
 * event put fills it: a handler that schedules its successor costs one sift, not two. An event put
 * with a handle can be cancelled or moved; its place is tracked. Others pay nothing for that.
 *
 * `order` is what decides between events of one instant: sim_order() gives phase and scheduling
 * sequence; sim_rank() gives phase and a rank of the caller's. No address ever decides anything.
 * One thread. The heap grows to the high-water mark of pending events and is kept by
 * sim_event_clear.
 */
#ifndef SIM_EVENT_SET_H
#define SIM_EVENT_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/clock.h"

/* Phases of one instant, in order. "Departures before arrivals" is model meaning. */
enum sim_phase {
    SIM_PHASE_COMPLETION, /* a service or a delay ends */
    SIM_PHASE_TIMER,      /* timeouts and patience */
    SIM_PHASE_CHANGE,     /* schedules: a speed or a population changes */
    SIM_PHASE_ARRIVAL,    /* from outside */
    SIM_PHASE_SAMPLE,     /* observers */
    SIM_PHASE_COUNT,
};

enum { SIM_PHASE_SHIFT = 56, SIM_RANK_SHIFT = 40 };

struct sim_event {
    sim_time time;
    uint64_t order;
    uint32_t kind; /* kind, a and b are the caller's */
    uint32_t a;
    uint32_t b;
    uint32_t slot; /* 0: without handle */
};

/* Proves that an event is still wanted. All zero: no event. */
struct sim_handle {
    uint32_t slot;
    uint32_t generation;
};

struct sim_event_slot {
    uint32_t place;      /* in the heap; next free slot when unused */
    uint32_t generation; /* raised when the event is taken or cancelled */
};

struct sim_event_set {
    struct sim_event *heap; /* heap[1..4] start at a cache line */
    void *memory;
    uint32_t count; /* entries, the hole included */
    uint32_t room;
    bool hole; /* heap[0] was taken and not yet replaced */
    struct sim_event_slot *slots;
    uint32_t slot_count;
    uint32_t slot_room;
    uint32_t free_slot; /* 0: none */
    uint64_t sequence;
};

void sim_event_init(struct sim_event_set *set);
void sim_event_fini(struct sim_event_set *set);
/* Forgets all events and restarts the sequence; keeps the memory. */
void sim_event_clear(struct sim_event_set *set);
/* Makes room for more entries; called by the functions below. */
void sim_event_grow(struct sim_event_set *set);
uint32_t sim_event_grow_slots(struct sim_event_set *set);

static inline uint64_t sim_order(struct sim_event_set *set, enum sim_phase phase) {
    return ((uint64_t)phase << SIM_PHASE_SHIFT) | set->sequence++;
}

/* major < 2^16, minor < 2^40: by major, then by minor. */
static inline uint64_t sim_rank(enum sim_phase phase, uint32_t major, uint64_t minor) {
    return ((uint64_t)phase << SIM_PHASE_SHIFT) | ((uint64_t)major << SIM_RANK_SHIFT) | minor;
}

static inline bool sim_event_earlier(const struct sim_event *x, const struct sim_event *y) {
    return x->time < y->time || (x->time == y->time && x->order < y->order);
}

static inline void sim_event_set_at(struct sim_event_set *set, uint32_t place,
                                    const struct sim_event *event) {
    set->heap[place] = *event;
    if (event->slot != 0) {
        set->slots[event->slot].place = place;
    }
}

static inline void sim_event_sift_up(struct sim_event_set *set, uint32_t place,
                                     const struct sim_event *event) {
    while (place > 0) {
        uint32_t parent = (place - 1) / 4;
        if (!sim_event_earlier(event, &set->heap[parent])) {
            break;
        }
        sim_event_set_at(set, place, &set->heap[parent]);
        place = parent;
    }
    sim_event_set_at(set, place, event);
}

static inline void sim_event_sift_down(struct sim_event_set *set, uint32_t place,
                                       const struct sim_event *event) {
    for (;;) {
        uint32_t child = 4 * place + 1;
        if (child >= set->count) {
            break;
        }
        uint32_t end = child + 4 < set->count ? child + 4 : set->count;
        uint32_t best = child;
        for (uint32_t i = child + 1; i < end; i++) {
            if (sim_event_earlier(&set->heap[i], &set->heap[best])) {
                best = i;
            }
        }
        if (!sim_event_earlier(&set->heap[best], event)) {
            break;
        }
        sim_event_set_at(set, place, &set->heap[best]);
        place = best;
    }
    sim_event_set_at(set, place, event);
}

static inline void sim_event_insert(struct sim_event_set *set, const struct sim_event *event) {
    if (set->hole) {
        set->hole = false;
        sim_event_sift_down(set, 0, event);
        return;
    }
    if (set->count == set->room) {
        sim_event_grow(set);
    }
    sim_event_sift_up(set, set->count++, event);
}

/* Puts an event that will not be cancelled. */
static inline void sim_event_post(struct sim_event_set *set, sim_time time, uint64_t order,
                                  uint32_t kind, uint32_t a, uint32_t b) {
    struct sim_event event = {time, order, kind, a, b, 0};
    sim_event_insert(set, &event);
}

/* Puts an event and returns its handle. */
static inline struct sim_handle sim_event_schedule(struct sim_event_set *set, sim_time time,
                                                   uint64_t order, uint32_t kind, uint32_t a,
                                                   uint32_t b) {
    uint32_t slot = set->free_slot;
    if (slot == 0) {
        slot = sim_event_grow_slots(set);
    }
    set->free_slot = set->slots[slot].place;
    struct sim_event event = {time, order, kind, a, b, slot};
    sim_event_insert(set, &event);
    return (struct sim_handle){slot, set->slots[slot].generation};
}

static inline bool sim_event_pending(const struct sim_event_set *set, struct sim_handle handle) {
    return handle.slot != 0 && set->slots[handle.slot].generation == handle.generation;
}

static inline void sim_event_free_slot(struct sim_event_set *set, uint32_t slot) {
    set->slots[slot].generation++;
    set->slots[slot].place = set->free_slot;
    set->free_slot = slot;
}

/* Removes the event; false when it is no longer pending (taken or cancelled before). */
bool sim_event_cancel(struct sim_event_set *set, struct sim_handle handle);

/* Moves a pending event to another time and order; false when it is no longer pending. */
bool sim_event_reschedule(struct sim_event_set *set, struct sim_handle handle, sim_time time,
                          uint64_t order);

static inline void sim_event_fill_hole(struct sim_event_set *set) {
    set->hole = false;
    set->count--;
    if (set->count > 0) {
        struct sim_event last = set->heap[set->count];
        sim_event_sift_down(set, 0, &last);
    }
}

/* Takes the first event; false when there is none. */
static inline bool sim_event_take(struct sim_event_set *set, struct sim_event *event) {
    if (set->hole) {
        sim_event_fill_hole(set);
    }
    if (set->count == 0) {
        return false;
    }
    *event = set->heap[0];
    if (event->slot != 0) {
        sim_event_free_slot(set, event->slot);
    }
    set->hole = true;
    return true;
}

/* Is any event pending that precedes (time, phase)? */
static inline bool sim_event_due_before(const struct sim_event_set *set, sim_time time,
                                        enum sim_phase phase) {
    const struct sim_event limit = {time, (uint64_t)phase << SIM_PHASE_SHIFT, 0, 0, 0, 0};
    uint32_t first = set->hole ? 1 : 0;
    uint32_t end = set->hole ? 5 : 1;
    end = end < set->count ? end : set->count;
    for (uint32_t i = first; i < end; i++) {
        if (sim_event_earlier(&set->heap[i], &limit)) {
            return true;
        }
    }
    return false;
}

/* Events pending. */
static inline uint32_t sim_event_count(const struct sim_event_set *set) {
    return set->count - (set->hole ? 1 : 0);
}

#endif
