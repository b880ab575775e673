#define _GNU_SOURCE 1 /* posix_spawn_file_actions_addchdir_np, pipe2, environ */

#include "outputs/chart_gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "outputs/safe_text.h"
#include "outputs/whole_file.h"

enum { NOT_FOUND = 127, SAID_SIZE = 300 };

const char *out_gnuplot_quote(struct sim_arena *arena, const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                " .,:;()/+-=*<>?!";
    const char *safe = out_safe_copy(arena, text);
    char *quoted = sim_arena_array(arena, strlen(safe) * 4 + 3, 1);
    char *end = quoted;
    *end++ = '"';
    for (const char *c = safe; *c != '\0'; c++) {
        if (strchr(plain, *c) != NULL || (unsigned char)*c >= 0x80) {
            *end++ = *c;
        } else {
            end += sprintf(end, "\\%03o", (unsigned)(unsigned char)*c);
        }
    }
    *end = '"';
    return quoted;
}

void out_gnuplot_head(FILE *out, const char *name) {
    fprintf(out,
            "# %s.gp draws %s.svg and %s.png here: gnuplot %s.gp\n"
            "set encoding utf8\n"
            "if (!exists(\"prefix\")) { prefix = \"\" }\n",
            name, name, name, name);
}

void out_gnuplot_formats(FILE *out, const char *name, int width, int height) {
    fprintf(out,
            "\ndo for [format in \"svg png\"] {\n"
            "  if (format eq \"svg\") {\n"
            "    set terminal svg noenhanced size %d,%d font \"Arial,13\" background \"white\"\n"
            "  } else {\n"
            "    if (strstrt(GPVAL_TERMINALS, \"pngcairo\") > 0) {\n"
            "      set terminal pngcairo noenhanced size %d,%d font \"Arial,20\" fontscale 1 "
            "linewidth 2 pointscale 2 background \"white\"\n"
            "    } else {\n"
            "      set terminal png noenhanced size %d,%d background \"#FFFFFF\"\n"
            "    }\n"
            "  }\n"
            "  set output prefix.\"%s.\".format\n",
            width, height, width * 2, height * 2, width, height, name);
}

/* The environment, with a locale in that numbers have points and text is UTF-8. The array is the
 * caller's, in the arena. */
static char **plain_environment(struct sim_arena *arena) {
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **environment = sim_arena_array(arena, count + 2, sizeof *environment);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], "LC_ALL=", strlen("LC_ALL=")) != 0) {
            environment[kept++] = environ[i];
        }
    }
    environment[kept] = sim_arena_copy(arena, "LC_ALL=C.UTF-8");
    return environment;
}

/* Starts gnuplot in `folder`; what it says on both streams goes to `said`. Returns errno's values.
 */
static int start(struct sim_arena *arena, const char *folder, const char *setting,
                 const char *script, int said, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    int problem = posix_spawn_file_actions_init(&actions);
    if (problem != 0) {
        return problem;
    }
    /* an option's argument each: nothing here is read by a shell */
    char *arguments[] = {sim_arena_copy(arena, "gnuplot"), sim_arena_copy(arena, "-d"),
                         sim_arena_copy(arena, "-e"),      sim_arena_copy(arena, setting),
                         sim_arena_copy(arena, script),    NULL};
    problem = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    problem = problem != 0 ? problem : posix_spawn_file_actions_adddup2(&actions, said, 1);
    problem = problem != 0 ? problem : posix_spawn_file_actions_adddup2(&actions, said, 2);
    problem = problem != 0 ? problem : posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (problem == 0) {
        problem = posix_spawnp(pid, "gnuplot", &actions, NULL, arguments, plain_environment(arena));
    }
    posix_spawn_file_actions_destroy(&actions);
    return problem;
}

/* Reads to the end of the pipe; keeps the first `size` - 1 bytes as one line. */
static void read_said(int pipe_end, char *said, size_t size) {
    size_t kept = 0;
    char chunk[512];
    ssize_t got;
    while ((got = read(pipe_end, chunk, sizeof chunk)) > 0 || (got < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < got; i++) {
            bool blank = chunk[i] == '\n' || chunk[i] == ' ' || chunk[i] == '\t';
            if (kept + 1 < size && !(blank && (kept == 0 || said[kept - 1] == ' '))) {
                said[kept++] = blank ? ' ' : chunk[i];
            }
        }
    }
    said[kept] = '\0';
}

/* Runs gnuplot to its end. */
static enum out_status run(struct sim_arena *arena, const char *folder, const char *setting,
                           const char *script, struct out_error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return out_error_set(error, "cannot run gnuplot: %s", strerror(errno));
    }
    pid_t pid;
    int problem = start(arena, folder, setting, script, ends[1], &pid);
    close(ends[1]);
    char said[SAID_SIZE] = "";
    if (problem == 0) {
        read_said(ends[0], said, sizeof said);
    }
    close(ends[0]);
    if (problem == ENOENT) {
        return OUT_NO_GNUPLOT;
    }
    if (problem != 0) {
        return out_error_set(error, "cannot run gnuplot: %s", strerror(problem));
    }
    int ending;
    while (waitpid(pid, &ending, 0) < 0) {
        if (errno != EINTR) {
            return out_error_set(error, "lost sight of gnuplot: %s", strerror(errno));
        }
    }
    if (WIFEXITED(ending) && WEXITSTATUS(ending) == NOT_FOUND) {
        return OUT_NO_GNUPLOT;
    }
    if (!WIFEXITED(ending) || WEXITSTATUS(ending) != 0) {
        return out_error_set(error, "gnuplot failed on %s/%s: %s", folder, script, said);
    }
    return OUT_OK;
}

enum out_status out_gnuplot_run(const char *folder, const char *name, struct out_error *error) {
    struct sim_arena *arena = sim_arena_new();
    static const char *const formats[] = {"svg", "png"};
    const char *prefix = sim_arena_print(arena, ".part-%ld-", (long)getpid());
    const char *setting = sim_arena_print(arena, "prefix = '%s'", prefix);
    const char *script = sim_arena_print(arena, "%s.gp", name);
    enum out_status status = run(arena, folder, setting, script, error);
    for (int i = 0; i < 2; i++) {
        const char *part = sim_arena_print(arena, "%s/%s%s.%s", folder, prefix, name, formats[i]);
        const char *whole = sim_arena_print(arena, "%s/%s.%s", folder, name, formats[i]);
        if (status == OUT_OK && rename(part, whole) != 0) {
            status = out_error_set(error, "cannot write %s: %s", whole, strerror(errno));
        }
        if (status != OUT_OK) {
            unlink(part);
        }
    }
    sim_arena_free(arena);
    return status;
}
