#include "outputs/out_error.h"

#include <stdarg.h>
#include <stdio.h>

#include "outputs/safe_text.h"
#include "sim/base_arena.h"

enum out_status out_error_set(struct out_error *error, const char *format, ...) {
    if (error == NULL) {
        return OUT_FAILED;
    }
    struct sim_arena *arena = sim_arena_new();
    va_list arguments;
    va_start(arguments, format);
    char *text = sim_arena_vprint(arena, format, arguments);
    va_end(arguments);
    snprintf(error->text, sizeof error->text, "%s", out_safe_copy(arena, text));
    sim_arena_free(arena);
    return OUT_FAILED;
}
