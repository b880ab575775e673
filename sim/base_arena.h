/* Arena: memory that lives and dies together.
 *
 * Three lifetimes use one each: the program (const, shared by threads), the replication, the
 * command. Nothing is freed piece by piece. An arena belongs to one thread at a time.
 */
#ifndef SIM_BASE_ARENA_H
#define SIM_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct sim_arena;

/* A new, empty arena. Never NULL: when memory runs out the process says so and ends with code 3. */
struct sim_arena *sim_arena_new(void);

/* Frees the arena and all that it holds. NULL is allowed. */
void sim_arena_free(struct sim_arena *arena);

/* `size` zeroed bytes, aligned for any type. Never NULL (see sim_arena_new). Borrowed from the
 * arena. */
void *sim_arena_alloc(struct sim_arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes, checked for overflow. */
void *sim_arena_array(struct sim_arena *arena, size_t count, size_t size);

/* A copy of `text` in the arena; NULL gives NULL. */
char *sim_arena_copy(struct sim_arena *arena, const char *text);

/* printf into the arena. */
char *sim_arena_print(struct sim_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *sim_arena_vprint(struct sim_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Growth of a caller-owned array inside an arena: returns `items` or a copy with more room, so that
 * at least `count` + 1 elements fit. `*room` is kept by the function (0 at first). */
void *sim_arena_grow(struct sim_arena *arena, void *items, size_t count, size_t *room, size_t size);

/* malloc and realloc that never return NULL (see sim_arena_new). Caller frees with free(). */
void *sim_alloc(size_t count, size_t size);
void *sim_realloc(void *memory, size_t count, size_t size);

#endif
