/* Memory of sim/base_arena: alignment, zeroes, growth, blocks of every size side by side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/base_arena.h"

/* Every block is filled with its own byte; at the end each still holds it, so none overlap. */
static void blocks_of_every_size_stay_apart(void **state) {
    (void)state;
    enum { BLOCKS = 3000 };
    static unsigned char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];
    struct sim_arena *arena = sim_arena_new();
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < BLOCKS; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        sizes[i] = i % 500 == 499 ? 3000000 + x % 5000000 : i % 50 == 0 ? x % 20000 : x % 200;
        blocks[i] = sim_arena_alloc(arena, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        for (size_t k = 0; k < sizes[i]; k++) {
            if (blocks[i][k] != 0) {
                fail_msg("byte %zu of block %d is not zero", k, i);
            }
        }
        memset(blocks[i], i % 251 + 1, sizes[i]);
    }
    for (int i = 0; i < BLOCKS; i++) {
        for (size_t k = 0; k < sizes[i]; k++) {
            if (blocks[i][k] != i % 251 + 1) {
                fail_msg("byte %zu of block %d was overwritten", k, i);
            }
        }
    }
    sim_arena_free(arena);
}

static void empty_blocks_are_distinct(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    assert_ptr_not_equal(sim_arena_alloc(arena, 0), sim_arena_alloc(arena, 0));
    sim_arena_free(arena);
    sim_arena_free(NULL);
}

static void texts_are_copied(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    char text[] = "clerk";
    char *copy = sim_arena_copy(arena, text);
    text[0] = 'X';
    assert_string_equal(copy, "clerk");
    assert_null(sim_arena_copy(arena, NULL));
    assert_string_equal(sim_arena_print(arena, "%s[%d]", "stations", 3), "stations[3]");
    char *longer = sim_arena_print(arena, "%0*d", 100000, 7);
    assert_int_equal(strlen(longer), 100000);
    assert_int_equal(longer[99999], '7');
    sim_arena_free(arena);
}

static void arrays_grow_and_keep_their_items(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    int *items = NULL;
    size_t room = 0;
    int moves = 0;
    for (size_t count = 0; count < 100000; count++) {
        int *before = items;
        items = sim_arena_grow(arena, items, count, &room, sizeof *items);
        moves += items != before;
        assert_true(room > count);
        items[count] = (int)count * 7;
    }
    for (size_t i = 0; i < 100000; i++) {
        if (items[i] != (int)i * 7) {
            fail_msg("item %zu is lost", i);
        }
    }
    assert_true(moves < 20); /* by doubling, not one by one */
    sim_arena_free(arena);
}

static void heap_helpers(void **state) {
    (void)state;
    int *values = sim_alloc(3, sizeof *values);
    values[2] = 42;
    values = sim_realloc(values, 1000, sizeof *values);
    assert_int_equal(values[2], 42);
    values[999] = 1;
    free(values);
    void *nothing = sim_alloc(0, 8);
    assert_non_null(nothing);
    free(nothing);
}

enum ask { ARRAY_OVERFLOW, ARENA_OVERFLOW, ALLOC_OVERFLOW, GROW_OVERFLOW };

static int exit_code_of(enum ask ask) {
    pid_t child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        static struct sim_arena *arena; /* static: not a leak when the process ends */
        arena = sim_arena_new();
        size_t room = SIZE_MAX / 2;
        switch (ask) {
        case ARRAY_OVERFLOW:
            sim_arena_array(arena, SIZE_MAX / 2, 3);
            break;
        case ARENA_OVERFLOW:
            sim_arena_alloc(arena, SIZE_MAX - 3);
            break;
        case ALLOC_OVERFLOW:
            free(sim_alloc(SIZE_MAX / 8 + 1, 8));
            break;
        case GROW_OVERFLOW:
            sim_arena_grow(arena, NULL, SIZE_MAX / 2, &room, 16);
            break;
        }
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void sizes_that_overflow_end_the_process(void **state) {
    (void)state;
    assert_int_equal(exit_code_of(ARRAY_OVERFLOW), 3);
    assert_int_equal(exit_code_of(ARENA_OVERFLOW), 3);
    assert_int_equal(exit_code_of(ALLOC_OVERFLOW), 3);
    assert_int_equal(exit_code_of(GROW_OVERFLOW), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_every_size_stay_apart),
        cmocka_unit_test(empty_blocks_are_distinct),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
        cmocka_unit_test(heap_helpers),
        cmocka_unit_test(sizes_that_overflow_end_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
