/* Charts: scripts and pictures, names that must be shown and never run, gnuplot missing or failing.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "outputs/chart_gnuplot.h"
#include "outputs/charts.h"
#include "outputs/hops_view.h"
#include "tests/harness.h"
#include "tests/outputs_fixture.h"

static int make_folder(void **state) {
    char *folder = strdup("/tmp/jauge-test-XXXXXX");
    *state = folder;
    return folder != NULL && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state) {
    char *folder = *state;
    DIR *entries = opendir(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[600];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(entries);
    int result = rmdir(folder);
    free(folder);
    return result;
}

static int entries_of(const char *folder) {
    DIR *entries = opendir(folder);
    int count = 0;
    while (readdir(entries) != NULL) {
        count++;
    }
    closedir(entries);
    return count - 2; /* . and .. */
}

static bool holds(const char *folder, const char *name, const char *start) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return false;
    }
    char head[16] = "";
    size_t got = fread(head, 1, sizeof head - 1, file);
    fclose(file);
    return got > 0 && strncmp(head, start, strlen(start)) == 0;
}

static char *content(const char *folder, const char *name) {
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    size_t got = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    assert_true(got > 0);
    return text;
}

static void count_file(void *context, const char *path) {
    assert_int_equal(access(path, F_OK), 0);
    ++*(int *)context;
}

static bool has_gnuplot(void) {
    FILE *probe = popen("gnuplot --version 2>/dev/null", "r");
    assert_non_null(probe);
    while (fgetc(probe) != EOF) {
    }
    return pclose(probe) == 0;
}

static void scripts_and_pictures_are_written(void **state) {
    const char *folder = *state;
    if (!has_gnuplot()) {
        skip();
    }
    struct fixture fixture = fixture_load_test();
    struct out_error error = {""};
    int files = 0;
    assert_int_equal(out_charts_write(fixture.findings, folder, "t-", count_file, &files, &error),
                     OUT_OK);
    fixture_end(&fixture);
    assert_int_equal(files, 12);
    assert_int_equal(entries_of(folder), 12); /* and no part files */
    static const char *const charts[] = {"load", "response", "utilization", "connections"};
    for (int i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "t-%s.gp", charts[i]);
        assert_true(holds(folder, name, "# t-"));
        snprintf(name, sizeof name, "t-%s.svg", charts[i]);
        assert_true(holds(folder, name, "<?xml"));
        snprintf(name, sizeof name, "t-%s.png", charts[i]);
        assert_true(holds(folder, name, "\x89PNG"));
    }
    /* the script alone draws the same picture again */
    char *before = content(folder, "t-load.svg");
    char command[200];
    snprintf(command, sizeof command, "cd %s && rm t-load.svg && gnuplot -d t-load.gp 2>&1",
             folder);
    FILE *gnuplot = popen(command, "r");
    assert_non_null(gnuplot);
    assert_int_equal(pclose(gnuplot), 0);
    char *after = content(folder, "t-load.svg");
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void names_are_shown_and_never_run(void **state) {
    const char *folder = *state;
    if (!has_gnuplot()) {
        skip();
    }
    struct fixture fixture = fixture_hostile();
    struct out_error error = {""};
    int files = 0;
    if (out_charts_write(fixture.findings, folder, "", count_file, &files, &error) != OUT_OK) {
        fail_msg("%s", error.text);
    }
    fixture_end(&fixture);
    assert_int_equal(files, 12);
    assert_int_equal(entries_of(folder), 12);    /* nobody touched "pwned" here ... */
    assert_int_equal(access("pwned", F_OK), -1); /* ... or where we are */
    char *svg = content(folder, "stations.svg");
    assert_null(strstr(svg, "<script"));
    assert_non_null(strstr(svg, "&lt;script"));
    assert_non_null(strstr(svg, "`touch pwned`"));
    assert_non_null(strstr(svg, "&amp;amp; $x @y {/Bold z} %d \\x1b[2J"));
    free(svg);
    char *script = content(folder, "stations.gp");
    assert_null(strchr(script, '`'));
    free(script);
}

/* Runs with another PATH. */
static enum out_status write_with_path(const char *path, const char *folder,
                                       struct out_error *error) {
    char *before = strdup(getenv("PATH"));
    assert_non_null(before);
    setenv("PATH", path, 1);
    struct fixture fixture = fixture_load_test();
    enum out_status status = out_charts_write(fixture.findings, folder, "", NULL, NULL, error);
    fixture_end(&fixture);
    setenv("PATH", before, 1);
    free(before);
    return status;
}

static void without_gnuplot_the_scripts_are_kept(void **state) {
    const char *folder = *state;
    struct out_error error = {""};
    assert_int_equal(write_with_path("/nonexistent", folder, &error), OUT_NO_GNUPLOT);
    assert_int_equal(entries_of(folder), 4);
    assert_true(holds(folder, "response.gp", "# response.gp"));
}

static void a_failing_gnuplot_says_why(void **state) {
    const char *folder = *state;
    char path[600];
    snprintf(path, sizeof path, "%s/gnuplot", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("#!/bin/sh\necho out of ink >&2\nexit 3\n", file);
    fclose(file);
    assert_int_equal(chmod(path, 0755), 0);
    snprintf(path, sizeof path, "%s:/usr/bin:/bin", folder);
    struct out_error error = {""};
    assert_int_equal(write_with_path(path, folder, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "load.gp: out of ink"));
    assert_int_equal(entries_of(folder), 2); /* the false gnuplot and the script */
}

static void an_impossible_folder_is_an_error(void **state) {
    (void)state;
    struct fixture fixture = fixture_load_test();
    struct out_error error = {""};
    assert_int_equal(out_charts_write(fixture.findings, "/dev/null/x", "", NULL, NULL, &error),
                     OUT_FAILED);
    assert_non_null(strstr(error.text, "cannot make the folder /dev/null/x"));
    fixture.findings->bucket_count = 0; /* no buckets, no charts, no folder */
    assert_int_equal(out_charts_write(fixture.findings, "/dev/null/x", "", NULL, NULL, &error),
                     OUT_OK);
    fixture_end(&fixture);
}

/* Two hops of 3 and 1 s and one of 10 ms, which is too short to be told alone. */
static void a_breakdown_is_a_chart_of_its_own(void **state) {
    const char *folder = *state;
    struct harness_run run = harness_run(
        "{'name': 'n`touch pwned`', 'network': {"
        " 'sources': [{'name': 's', 'times': ['0s'], 'route': 'r'}],"
        " 'stations': [{'name': 'long`', 'demand': '3s'}, {'name': 'short', 'demand': '10ms'}],"
        " 'pools': [{'name': 'long`', 'size': 1}],"
        " 'routes': {'r': [{'acquire': 'long`'}, {'serve': 'long`'}, {'delay': '1s'},"
        " {'serve': 'short'}]}}, 'horizon': '12s', 'breakdown': true}",
        1, 1);
    struct sim_arena *arena = sim_arena_new();
    struct out_index *index = out_index_new(run.findings, arena);
    struct out_hops hops = out_hops_of(index, "default", arena);
    assert_int_equal(hops.count, 2);
    assert_string_equal(hops.hops[0].name, "long`");
    assert_float_equal(hops.hops[0].total, 3, 1e-12);
    assert_string_equal(hops.hops[1].name, "delays");
    assert_int_equal(hops.rest_count, 1);
    assert_float_equal(hops.rest.total, 0.01, 1e-12);
    struct out_error error = {""};
    int files = 0;
    enum out_status status = out_charts_write(run.findings, folder, "", count_file, &files, &error);
    assert_int_equal(status, has_gnuplot() ? OUT_OK : OUT_NO_GNUPLOT);
    assert_int_equal(files, has_gnuplot() ? 3 : 1);
    char *script = content(folder, "breakdown.gp");
    assert_null(strchr(script, '`'));
    assert_non_null(strstr(script, "\n1 0.0000 74.8130 74.8130 99.7506"));
    free(script);
    sim_arena_free(arena);
    harness_free(&run);
}

static void quoting_leaves_nothing_to_expand(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    assert_string_equal(out_gnuplot_quote(arena, "a`b\"c\\d@e$f"),
                        "\"a\\140b\\042c\\134d\\100e\\044f\"");
    assert_string_equal(out_gnuplot_quote(arena, "p95 (ms)"), "\"p95 (ms)\"");
    sim_arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(scripts_and_pictures_are_written, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(names_are_shown_and_never_run, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(without_gnuplot_the_scripts_are_kept, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_failing_gnuplot_says_why, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_breakdown_is_a_chart_of_its_own, make_folder,
                                        remove_folder),
        cmocka_unit_test(an_impossible_folder_is_an_error),
        cmocka_unit_test(quoting_leaves_nothing_to_expand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
