#include "sim/event_set.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base_arena.h"

enum { FIRST_ROOM = 64, CACHE_LINE = 64 };

static void clear_top(struct sim_event_set *set) {
    for (uint32_t i = 0; i < SIM_EVENT_TOP; i++) {
        set->heap[i].time = SIM_TIME_MAX;
    }
}

void sim_event_init(struct sim_event_set *set) {
    memset(set, 0, sizeof *set);
    sim_event_grow(set);
    clear_top(set);
    sim_event_grow_slots(set);
}

void sim_event_fini(struct sim_event_set *set) {
    free(set->memory);
    free(set->slots);
    memset(set, 0, sizeof *set);
}

void sim_event_clear(struct sim_event_set *set) {
    set->count = 0;
    clear_top(set);
    set->root = SIM_ROOT_FIRST;
    set->sequence = 0;
    set->free_slot = 0;
    for (uint32_t slot = set->slot_count; slot-- > 1;) {
        sim_event_free_slot(set, slot);
    }
}

void sim_event_grow(struct sim_event_set *set) {
    uint32_t room = set->room == 0 ? FIRST_ROOM : 2 * set->room;
    char *memory = sim_alloc(room + 4, sizeof(struct sim_event));
    /* heap[0] is the last entry of a cache line, so that the four children of any entry share two.
     */
    size_t skip = (CACHE_LINE - (uintptr_t)memory % CACHE_LINE) % CACHE_LINE;
    struct sim_event *heap =
        (struct sim_event *)(void *)(memory + skip + CACHE_LINE - sizeof(struct sim_event));
    if (set->count > 0) {
        memcpy(heap, set->heap, set->count * sizeof *heap);
    }
    free(set->memory);
    set->memory = memory;
    set->heap = heap;
    set->room = room;
}

uint32_t sim_event_grow_slots(struct sim_event_set *set) {
    uint32_t room = set->slot_room == 0 ? FIRST_ROOM : 2 * set->slot_room;
    set->slots = sim_realloc(set->slots, room, sizeof *set->slots);
    uint32_t first = set->slot_count == 0 ? 1 : set->slot_count; /* slot 0 means none */
    memset(set->slots + set->slot_count, 0, (room - set->slot_count) * sizeof *set->slots);
    for (uint32_t slot = room; slot-- > first;) {
        set->slots[slot].generation = 1;
        set->slots[slot].place = set->free_slot;
        set->free_slot = slot;
    }
    set->slot_room = room;
    set->slot_count = room;
    return set->free_slot;
}

struct sim_event *sim_event_insert(struct sim_event_set *set, sim_time time, uint64_t order) {
    if (set->root == SIM_ROOT_PUT) {
        sim_event_settle_root(set);
    }
    if (set->count == set->room) {
        sim_event_grow(set);
    }
    return sim_event_sift_up(set, set->count++, sim_event_key(time, order));
}

/* Makes room for an entry of this key where heap[place] was; returns its place. */
static struct sim_event *settle(struct sim_event_set *set, uint32_t place, sim_wide key) {
    if (place > 0 && key < sim_event_key_at(set, (place - 1) / 4)) {
        return sim_event_sift_up(set, place, key);
    }
    return sim_event_sift_down(set, &set->heap[place], key);
}

/* Before an entry goes from the middle: the root in order, and nothing moves up into a hole. */
static void begin_change(struct sim_event_set *set) {
    if (set->root == SIM_ROOT_PUT) {
        sim_event_settle_root(set);
    } else if (set->root == SIM_ROOT_HOLE) {
        set->heap[0].time = INT64_MIN;
    }
}

static void end_change(struct sim_event_set *set) {
    if (set->root == SIM_ROOT_HOLE) {
        set->heap[0].time = SIM_TIME_MAX;
    }
}

bool sim_event_cancel(struct sim_event_set *set, struct sim_handle handle) {
    if (!sim_event_pending(set, handle)) {
        return false;
    }
    begin_change(set);
    uint32_t place = set->slots[handle.slot].place;
    sim_event_free_slot(set, handle.slot);
    struct sim_event *last = &set->heap[--set->count];
    if (place < set->count) {
        sim_event_move(set, last, settle(set, place, sim_event_key(last->time, last->order)));
    }
    last->time = SIM_TIME_MAX;
    end_change(set);
    return true;
}

bool sim_event_reschedule(struct sim_event_set *set, struct sim_handle handle, sim_time time,
                          uint64_t order) {
    if (!sim_event_pending(set, handle)) {
        return false;
    }
    begin_change(set);
    uint32_t place = set->slots[handle.slot].place;
    struct sim_event event = set->heap[place];
    event.time = time;
    event.order = order;
    struct sim_event *to = settle(set, place, sim_event_key(time, order));
    *to = event;
    set->slots[event.slot].place = (uint32_t)(to - set->heap);
    end_change(set);
    return true;
}
