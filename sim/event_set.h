/* The event set: pending events in a total order (time, phase, sequence).
 *
 * A 4-ary heap of 32-byte entries. Taking the first event leaves a hole at the root, and the next
 * event put falls into it; it is sifted down when the next one is put or taken. So a handler that
 * schedules its successor costs one sift, not two, and that comes last in it, when what it compares
 * has long been computed. An event put with a handle can be cancelled or moved; its place is
 * tracked. Others pay nothing for that.
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

/* What stands at the root of the heap. */
enum sim_root {
    SIM_ROOT_FIRST, /* the first event, if there are any */
    SIM_ROOT_HOLE,  /* nothing: it was taken */
    SIM_ROOT_PUT,   /* an event that may belong further down */
};

/* Entries among which the first event is, whatever the root. Where no event stands among them, the
 * time is SIM_TIME_MAX. */
enum { SIM_EVENT_TOP = 5 };

struct sim_event_set {
    struct sim_event *heap; /* heap[1..4] start at a cache line */
    void *memory;
    uint32_t count; /* entries, the hole included */
    uint32_t room;
    enum sim_root root;
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

/* Time and order as one number: comparing it takes no branch. */
static inline sim_wide sim_event_key(sim_time time, uint64_t order) {
    return (sim_wide)(((sim_wide_u)time << 64) | order);
}

static inline sim_wide sim_event_key_at(const struct sim_event_set *set, uint32_t place) {
    return sim_event_key(set->heap[place].time, set->heap[place].order);
}

static inline void sim_event_move(struct sim_event_set *set, const struct sim_event *from,
                                  struct sim_event *to) {
    *to = *from;
    if (from->slot != 0) {
        set->slots[from->slot].place = (uint32_t)(to - set->heap);
    }
}

/* Moves ancestors of the empty `place` down until an entry of this key may stand there; returns
 * where that is. Sifting keys, not entries, spares copies. */
static inline struct sim_event *sim_event_sift_up(struct sim_event_set *set, uint32_t place,
                                                  sim_wide key) {
    while (place > 0) {
        uint32_t parent = (place - 1) / 4;
        if (key >= sim_event_key_at(set, parent)) {
            break;
        }
        sim_event_move(set, &set->heap[parent], &set->heap[place]);
        place = parent;
    }
    return &set->heap[place];
}

/* Where the children of `place` begin. By pointers: with indices, sifting down took half as many
 * instructions again. */
static inline struct sim_event *sim_event_children(const struct sim_event_set *set,
                                                   struct sim_event *place) {
    return place + 3 * (place - set->heap) + 1;
}

/* The least of the entries from `child` on, of which there are up to 4 before `end`, and its key.
 */
static inline struct sim_event *sim_event_least(struct sim_event *child,
                                                const struct sim_event *end, sim_wide *least) {
    struct sim_event *best = child;
    *least = sim_event_key(child->time, child->order);
    const struct sim_event *last = child + 4 < end ? child + 4 : end;
    for (struct sim_event *i = child + 1; i < last; i++) {
        sim_wide other = sim_event_key(i->time, i->order);
        best = other < *least ? i : best;
        *least = other < *least ? other : *least;
    }
    return best;
}

/* Moves least children of the empty `place` up until an entry of this key may stand there; returns
 * where that is. */
static inline struct sim_event *sim_event_sift_down(struct sim_event_set *set,
                                                    struct sim_event *place, sim_wide key) {
    const struct sim_event *end = set->heap + set->count;
    struct sim_event *child = sim_event_children(set, place);
    while (child < end) {
        sim_wide least;
        struct sim_event *best = sim_event_least(child, end, &least);
        if (least >= key) {
            break;
        }
        sim_event_move(set, best, place);
        place = best;
        child = sim_event_children(set, place);
    }
    return place;
}

/* Brings an event that was put into the hole to its place. It is read as a whole only where it
 * moves: it was written piece by piece just now. */
static inline void sim_event_settle_root(struct sim_event_set *set) {
    struct sim_event *root = set->heap;
    set->root = SIM_ROOT_FIRST;
    if (set->count < 2) {
        return;
    }
    sim_wide key = sim_event_key(root->time, root->order);
    sim_wide least;
    struct sim_event *best = sim_event_least(root + 1, root + set->count, &least);
    if (least < key) {
        struct sim_event event = *root;
        sim_event_move(set, best, root);
        sim_event_move(set, &event, sim_event_sift_down(set, best, key));
    }
}

/* Makes room for an entry of this time and order where no hole is; returns its place, for the
 * caller to fill. */
struct sim_event *sim_event_insert(struct sim_event_set *set, sim_time time, uint64_t order);

static inline struct sim_event *sim_event_place(struct sim_event_set *set, sim_time time,
                                                uint64_t order) {
    if (__builtin_expect(set->root == SIM_ROOT_HOLE, 1)) {
        set->root = SIM_ROOT_PUT;
        return set->heap;
    }
    return sim_event_insert(set, time, order);
}

/* Puts an event that will not be cancelled. */
static inline void sim_event_post(struct sim_event_set *set, sim_time time, uint64_t order,
                                  uint32_t kind, uint32_t a, uint32_t b) {
    *sim_event_place(set, time, order) = (struct sim_event){time, order, kind, a, b, 0};
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
    struct sim_event *place = sim_event_place(set, time, order);
    *place = (struct sim_event){time, order, kind, a, b, slot};
    set->slots[slot].place = (uint32_t)(place - set->heap);
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

/* The last entry fills the hole. */
static inline void sim_event_fill_hole(struct sim_event_set *set) {
    set->root = SIM_ROOT_FIRST;
    set->count--;
    if (set->count > 0) {
        struct sim_event *last = &set->heap[set->count];
        sim_event_move(set, last,
                       sim_event_sift_down(set, set->heap, sim_event_key(last->time, last->order)));
        last->time = SIM_TIME_MAX;
    }
}

/* Takes the first event; false when there is none. */
static inline bool sim_event_take(struct sim_event_set *set, struct sim_event *event) {
    if (__builtin_expect(set->root == SIM_ROOT_PUT, 1)) {
        sim_event_settle_root(set);
    } else if (set->root == SIM_ROOT_HOLE) {
        sim_event_fill_hole(set);
    }
    if (set->count == 0) {
        return false;
    }
    *event = set->heap[0];
    if (event->slot != 0) {
        sim_event_free_slot(set, event->slot);
    }
    set->root = SIM_ROOT_HOLE;
    set->heap[0].time = SIM_TIME_MAX;
    return true;
}

/* Is any event pending that precedes (time, phase)? */
static inline bool sim_event_due_before(const struct sim_event_set *set, sim_time time,
                                        enum sim_phase phase) {
    const struct sim_event *top = set->heap;
    if (top[0].time > time && top[1].time > time && top[2].time > time && top[3].time > time &&
        top[4].time > time) {
        return false;
    }
    sim_wide limit = sim_event_key(time, (uint64_t)phase << SIM_PHASE_SHIFT);
    bool due = false;
    for (uint32_t i = 0; i < SIM_EVENT_TOP; i++) {
        due = due || sim_event_key_at(set, i) < limit;
    }
    return due;
}

/* Events pending. */
static inline uint32_t sim_event_count(const struct sim_event_set *set) {
    return set->count - (set->root == SIM_ROOT_HOLE ? 1 : 0);
}

#endif
