/* The results database: what is put in comes out, byte for byte, and nothing is left half. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "outputs/findings_json.h"
#include "outputs/findings_text.h"
#include "outputs/results_db.h"
#include "tests/outputs_fixture.h"

static const char version[] = "0.0.0-test";

struct place {
    char folder[32];
    char path[64];
};

static int make_place(void **state) {
    struct place *place = malloc(sizeof *place);
    if (place == NULL) {
        return -1;
    }
    strcpy(place->folder, "/tmp/jauge-test-XXXXXX");
    if (mkdtemp(place->folder) == NULL) {
        return -1;
    }
    snprintf(place->path, sizeof place->path, "%s/deep/jauge.db", place->folder);
    *state = place;
    return 0;
}

static int remove_place(void **state) {
    struct place *place = *state;
    static const char *const names[] = {"deep/jauge.db", "deep/jauge.db-wal", "deep/jauge.db-shm",
                                        "deep/jauge.db-journal"};
    char path[128];
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", place->folder, names[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/deep", place->folder);
    rmdir(path);
    int result = rmdir(place->folder);
    free(place);
    return result;
}

static struct out_db *opened(const struct place *place) {
    struct out_db *db = NULL;
    struct out_error error = {""};
    if (out_db_open(place->path, true, &db, &error) != OUT_OK) {
        fail_msg("%s", error.text);
    }
    return db;
}

static int64_t put(struct out_db *db, const struct std_findings *findings) {
    struct out_error error = {""};
    int64_t id = 0;
    if (out_db_put(db, findings, version, &id, &error) != OUT_OK) {
        fail_msg("%s", error.text);
    }
    return id;
}

/* Text and JSON of the findings, one after the other; the caller frees. */
static char *printed(const struct std_findings *findings) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    out_text_findings(out, findings);
    out_json_findings(out, findings, version);
    fclose(out);
    return text;
}

static void assert_comes_back(struct out_db *db, const struct fixture *fixture,
                              const struct mdl_scenario *scenario) {
    int64_t id = put(db, fixture->findings);
    struct std_findings *findings = NULL;
    const char *made_by = NULL;
    struct out_error error = {""};
    assert_int_equal(out_db_get(db, id, scenario, &findings, &made_by, &error), OUT_OK);
    assert_string_equal(made_by, version);
    char *before = printed(fixture->findings);
    char *after = printed(findings);
    assert_string_equal(before, after);
    free(before);
    free(after);
    std_findings_free(findings);
}

static void runs_come_back_byte_for_byte(void **state) {
    struct out_db *db = opened(*state);
    struct fixture load_test = fixture_load_test();
    static const double odd[] = {0.1, 1e-320, 5e-324, 1.7976931348623157e308, INFINITY, -0.0, NAN};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        fixture_metric(&load_test, "mark", "odd",
                       (const char *[]){"a", "b", "c", "d", "e", "f", "g"}[i], "1", odd[i]);
    }
    assert_comes_back(db, &load_test, load_test.scenario);
    assert_comes_back(db, &load_test, NULL); /* with the scenario as stored */
    struct fixture observed = fixture_observed();
    assert_comes_back(db, &observed, NULL);
    assert_comes_back(db, &load_test, NULL); /* runs do not mix */
    fixture_end(&observed);
    fixture_end(&load_test);
    struct fixture hostile = fixture_hostile();
    assert_comes_back(db, &hostile, NULL);
    fixture_end(&hostile);
    out_db_close(db);
}

static void the_same_input_is_found(void **state) {
    struct out_db *db = opened(*state);
    struct fixture fixture = fixture_load_test();
    const uint64_t hash = fixture.scenario->hash;
    const uint64_t seed = fixture.findings->seed;
    int64_t id = -1;
    assert_int_equal(out_db_find(db, hash, seed, 10, NULL, version, &id, NULL), OUT_OK);
    assert_int_equal(id, 0);
    int64_t first = put(db, fixture.findings);
    int64_t second = put(db, fixture.findings);
    assert_true(second > first);
    assert_int_equal(out_db_find(db, hash, seed, 10, NULL, version, &id, NULL), OUT_OK);
    assert_int_equal(id, second); /* the newest */
    assert_int_equal(out_db_find(db, hash + 1, seed, 10, NULL, version, &id, NULL), OUT_OK);
    assert_int_equal(id, 0);
    assert_int_equal(out_db_find(db, hash, seed - 1, 10, NULL, version, &id, NULL), OUT_OK);
    assert_int_equal(id, 0);
    assert_int_equal(out_db_find(db, hash, seed, 11, NULL, version, &id, NULL), OUT_OK);
    assert_int_equal(id, 0);
    assert_int_equal(out_db_find(db, hash, seed, 10, NULL, "other", &id, NULL), OUT_OK);
    assert_int_equal(id, 0);
    fixture_end(&fixture);
    out_db_close(db);
}

static char *listed(struct out_db *db,
                    enum out_status (*list)(struct out_db *, FILE *, struct out_error *)) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct out_error error = {""};
    assert_int_equal(list(db, out, &error), OUT_OK);
    fclose(out);
    return text;
}

static void runs_are_listed_newest_first(void **state) {
    struct out_db *db = opened(*state);
    char *text = listed(db, out_db_list_text);
    assert_string_equal(text, "No runs yet.\n");
    free(text);
    struct fixture load_test = fixture_load_test();
    struct fixture hostile = fixture_hostile();
    put(db, load_test.findings);
    put(db, hostile.findings);
    text = listed(db, out_db_list_text);
    assert_non_null(strstr(text, "45 min"));
    assert_null(strchr(text, '\x1b'));
    assert_true(strstr(text, "network") < strstr(text, "back_"));
    free(text);
    text = listed(db, out_db_list_json);
    assert_non_null(strstr(text, "{\"id\": 1, "));
    assert_non_null(strstr(text, "\"hash\": \"0123456789abcdef\""));
    free(text);
    fixture_end(&load_test);
    fixture_end(&hostile);
    out_db_close(db);
}

/* SQL by the sqlite3 handle of another opener of the same file would need sqlite3.h, which outputs/
 * owns: the command-line shell does it. */
static bool shell(const struct place *place, const char *sql, char *answer, int size) {
    char command[512];
    snprintf(command, sizeof command, "sqlite3 %s \"%s\" 2>&1", place->path, sql);
    FILE *out = popen(command, "r");
    assert_non_null(out);
    answer[0] = '\0';
    size_t got = fread(answer, 1, (size_t)size - 1, out);
    answer[got] = '\0';
    return pclose(out) == 0;
}

static void views_read_well(void **state) {
    struct out_db *db = opened(*state);
    struct fixture fixture = fixture_load_test();
    put(db, fixture.findings);
    fixture_end(&fixture);
    out_db_close(db);
    char answer[512];
    if (!shell(*state, "SELECT name FROM v_runs", answer, sizeof answer)) {
        skip(); /* no sqlite3 shell */
    }
    assert_string_equal(answer, "Phase 1 load test\n");
    assert_true(shell(*state,
                      "SELECT entity, ok, mean_ms, p95_ms FROM v_requests WHERE scope = 'class'",
                      answer, sizeof answer));
    assert_string_equal(answer, "read|15710.0|48.1|115.44\nwrite|13050.0|62.3|149.52\n"
                                "export|880.0|412.0|988.8\n");
    assert_true(shell(*state, "SELECT tier, label, connections_max FROM v_tiers LIMIT 1", answer,
                      sizeof answer));
    assert_string_equal(answer, "app|3 x EC2 t3.large, 32 workers each|8.0\n");
    assert_true(shell(*state, "SELECT count(*) FROM v_stations", answer, sizeof answer));
    assert_string_equal(answer, "3\n");
    assert_true(
        shell(*state, "PRAGMA integrity_check; PRAGMA foreign_key_check", answer, sizeof answer));
    assert_string_equal(answer, "ok\n");
}

static void a_failed_write_leaves_nothing(void **state) {
    struct out_db *db = opened(*state);
    struct fixture fixture = fixture_load_test();
    /* two metrics of one name are refused by the index, after the run's row was written */
    fixture_metric(&fixture, "mark", "twice", "x", "1", 1);
    fixture_metric(&fixture, "mark", "twice", "x", "1", 2);
    int64_t id = 0;
    struct out_error error = {""};
    assert_int_equal(out_db_put(db, fixture.findings, version, &id, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "UNIQUE constraint failed"));
    assert_int_equal(id, 0);
    char *text = listed(db, out_db_list_text);
    assert_string_equal(text, "No runs yet.\n");
    free(text);
    fixture.findings->metric_count--;
    assert_true(put(db, fixture.findings) > 0); /* the handle still works */
    fixture_end(&fixture);
    out_db_close(db);
}

static void foreign_files_are_refused(void **state) {
    const struct place *place = *state;
    struct out_db *db = NULL;
    struct out_error error = {""};
    assert_int_equal(out_db_open(place->path, false, &db, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "there is no results database"));
    out_db_close(opened(place));
    int64_t id = 7;
    struct std_findings *findings = NULL;
    db = opened(place);
    assert_int_equal(out_db_get(db, id, NULL, &findings, NULL, &error), OUT_NO_RUN);
    assert_null(findings);
    out_db_close(db);
    /* not SQLite at all */
    FILE *file = fopen(place->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 100; i++) {
        fputs("this is no database; ", file);
    }
    fclose(file);
    assert_int_equal(out_db_open(place->path, true, &db, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "not a database"));
    assert_null(db);
    unlink(place->path);
    /* a database of something else stays as it is */
    char answer[256];
    if (!shell(place, "CREATE TABLE theirs (x)", answer, sizeof answer)) {
        skip(); /* no sqlite3 shell */
    }
    assert_int_equal(out_db_open(place->path, true, &db, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "not one of jauge results"));
    assert_true(
        shell(place, "SELECT group_concat(name) FROM sqlite_master", answer, sizeof answer));
    assert_string_equal(answer, "theirs\n");
    unlink(place->path);
    /* a newer schema */
    out_db_close(opened(place));
    assert_true(shell(place, "PRAGMA user_version = 99", answer, sizeof answer));
    assert_int_equal(out_db_open(place->path, true, &db, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "newer jauge (schema 99"));
    /* an older one, which has no logs */
    assert_true(shell(place, "PRAGMA user_version = 1", answer, sizeof answer));
    assert_int_equal(out_db_open(place->path, true, &db, &error), OUT_FAILED);
    assert_non_null(strstr(error.text, "older jauge (schema 1, this one writes 4)"));
    assert_null(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(runs_come_back_byte_for_byte, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_same_input_is_found, make_place, remove_place),
        cmocka_unit_test_setup_teardown(runs_are_listed_newest_first, make_place, remove_place),
        cmocka_unit_test_setup_teardown(views_read_well, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_failed_write_leaves_nothing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(foreign_files_are_refused, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
