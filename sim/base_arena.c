#include "sim/base_arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISONING 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONING 1
#endif
#endif
#ifdef POISONING
#include <sanitizer/asan_interface.h>
enum { GAP = 16 }; /* poisoned bytes after each block, so that overruns are seen */
static void hide(void *memory, size_t size) { ASAN_POISON_MEMORY_REGION(memory, size); }
static void show(void *memory, size_t size) { ASAN_UNPOISON_MEMORY_REGION(memory, size); }
#else
enum { GAP = 0 };
static void hide(void *memory, size_t size) {
    (void)memory;
    (void)size;
}
static void show(void *memory, size_t size) {
    (void)memory;
    (void)size;
}
#endif

enum {
    ALIGNMENT = 16,
    CHUNK_ALIGNMENT = 64,
    FIRST_CHUNK = 4096,
    LARGEST_CHUNK = 4 << 20,
};

/* Chunks double from FIRST_CHUNK to LARGEST_CHUNK. A block larger than a quarter of the next chunk
 * gets a chunk to itself, which leaves the current one in use. */
struct chunk {
    struct chunk *older;
    size_t size; /* bytes, this header included */
};

struct sim_arena {
    struct chunk *chunks; /* all, newest first */
    char *at;             /* free bytes of the current chunk */
    char *end;
    size_t next_size;
};

static _Noreturn void out_of_memory(size_t size) {
    if (size == SIZE_MAX) {
        fprintf(stderr, "jauge: out of memory: a size beyond what can be addressed\n");
    } else {
        fprintf(stderr, "jauge: out of memory: %zu bytes could not be had\n", size);
    }
    exit(3);
}

static size_t product(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        out_of_memory(SIZE_MAX);
    }
    return bytes;
}

static size_t rounded_up(size_t size, size_t alignment) {
    if (size > SIZE_MAX - (alignment - 1)) {
        out_of_memory(SIZE_MAX);
    }
    return (size + alignment - 1) & ~(alignment - 1);
}

static char *add_chunk(struct sim_arena *arena, size_t size) {
    struct chunk *chunk = aligned_alloc(CHUNK_ALIGNMENT, size);
    if (chunk == NULL) {
        out_of_memory(size);
    }
    chunk->older = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    hide(chunk + 1, size - sizeof *chunk);
    return (char *)chunk + CHUNK_ALIGNMENT;
}

struct sim_arena *sim_arena_new(void) {
    struct sim_arena *arena = sim_alloc(1, sizeof *arena);
    *arena = (struct sim_arena){.next_size = FIRST_CHUNK};
    return arena;
}

void sim_arena_free(struct sim_arena *arena) {
    if (arena == NULL) {
        return;
    }
    for (struct chunk *chunk = arena->chunks; chunk != NULL;) {
        struct chunk *older = chunk->older;
        show(chunk, chunk->size);
        free(chunk);
        chunk = older;
    }
    free(arena);
}

void *sim_arena_alloc(struct sim_arena *arena, size_t size) {
    size_t room = rounded_up(size > 0 ? size : 1, ALIGNMENT);
    if (room > SIZE_MAX - GAP - 2 * CHUNK_ALIGNMENT) {
        out_of_memory(size);
    }
    room += GAP;
    char *block;
    if (room <= (size_t)(arena->end - arena->at)) {
        block = arena->at;
        arena->at += room;
    } else if (room > arena->next_size / 4) {
        block = add_chunk(arena, rounded_up(CHUNK_ALIGNMENT + room, CHUNK_ALIGNMENT));
    } else {
        block = add_chunk(arena, arena->next_size);
        arena->at = block + room;
        arena->end = block + arena->next_size - CHUNK_ALIGNMENT;
        if (arena->next_size < LARGEST_CHUNK) {
            arena->next_size *= 2;
        }
    }
    show(block, size);
    return memset(block, 0, size);
}

void *sim_arena_array(struct sim_arena *arena, size_t count, size_t size) {
    return sim_arena_alloc(arena, product(count, size));
}

char *sim_arena_copy(struct sim_arena *arena, const char *text) {
    if (text == NULL) {
        return NULL;
    }
    size_t size = strlen(text) + 1;
    return memcpy(sim_arena_alloc(arena, size), text, size);
}

char *sim_arena_print(struct sim_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = sim_arena_vprint(arena, format, arguments);
    va_end(arguments);
    return text;
}

char *sim_arena_vprint(struct sim_arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) { /* only beyond INT_MAX bytes: formats here have no wide characters */
        out_of_memory(SIZE_MAX);
    }
    size_t size = (size_t)length + 1;
    char *text = sim_arena_alloc(arena, size);
    vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

void *sim_arena_grow(struct sim_arena *arena, void *items, size_t count, size_t *room,
                     size_t size) {
    if (count < *room) {
        return items;
    }
    size_t more = product(count < 4 ? 4 : count, 2);
    void *copy = sim_arena_array(arena, more, size);
    if (count > 0) {
        memcpy(copy, items, count * size);
    }
    *room = more;
    return copy;
}

void *sim_alloc(size_t count, size_t size) {
    size_t bytes = product(count, size);
    void *memory = malloc(bytes > 0 ? bytes : 1);
    if (memory == NULL) {
        out_of_memory(bytes);
    }
    return memory;
}

void *sim_realloc(void *memory, size_t count, size_t size) {
    size_t bytes = product(count, size);
    void *moved = realloc(memory, bytes > 0 ? bytes : 1);
    if (moved == NULL) {
        out_of_memory(bytes);
    }
    return moved;
}
