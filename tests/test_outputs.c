/* Numbers, text, JSON and CSV of results, on findings made by hand. */
#include <float.h>
#include <locale.h>
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

#include "outputs/findings_csv.h"
#include "outputs/findings_json.h"
#include "outputs/findings_text.h"
#include "outputs/findings_view.h"
#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"
#include "outputs/whole_file.h"
#include "tests/outputs_fixture.h"

/* --- numbers -------------------------------------------------------------------------------- */

static void exact_numbers_read_back(void **state) {
    (void)state;
    static const double values[] = {0.1,
                                    1.0 / 3,
                                    29640,
                                    1e-320,
                                    DBL_MAX,
                                    DBL_MIN,
                                    0.30000000000000004,
                                    1e22,
                                    -2.5,
                                    123456789012345678.0,
                                    5e-324,
                                    1};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct out_number number = out_number_exact(values[i]);
        assert_true(strtod(number.text, NULL) == values[i]);
    }
    assert_string_equal(out_number_exact(0.1).text, "0.1");
    assert_string_equal(out_number_exact(-0.0).text, "0");
    assert_string_equal(out_number_exact(-2.5).text, "-2.5");
    assert_string_equal(out_number_exact(0.1 + 0.2).text, "0.30000000000000004");
}

static void numbers_have_three_digits_and_a_unit(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *unit;
        const char *text;
    } cases[] = {
        {0.1834, "s", "183 ms"},
        {0.99951, "s", "1.00 s"},
        {0.0009996, "s", "1.00 ms"},
        {0.00012345, "s", "123 us"},
        {59.94, "s", "59.9 s"},
        {3600, "s", "60.0 min"},
        {86400, "s", "24.0 h"},
        {0, "s", "0 s"},
        {0.0541, "1", "5.41 %"},
        {1, "1", "100 %"},
        {0.000001, "1", "<0.001 %"},
        {13.1249, "1/s", "13.1 /s"},
        {0.002777, "1/s", "10.0 /h"},
        {29640, "requests", "29640"},
        {12.345, "requests", "12.3"},
        {1.2345, "GiB", "1.23 GiB"},
        {NAN, "s", "-"},
        {INFINITY, "s", "inf h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(out_number_quantity(cases[i].value, cases[i].unit).text, cases[i].text);
    }
}

static void spreads_share_the_unit_of_their_value(void **state) {
    (void)state;
    static const struct {
        struct sim_estimate estimate;
        const char *unit;
        const char *text;
    } cases[] = {
        {{0.183, 0.181, 0.185, 5}, "s", "+-2"},
        {{0.183, 0.1829, 0.1831, 5}, "s", "+-0.1"},
        {{0.183, 0.180, 0.190, 5}, "s", "+-7"}, /* the larger side */
        {{0.183, NAN, NAN, 1}, "s", ""},
        {{300, 300, 300, 5}, "users", "+-0"},
        {{0, 0, 0, 5}, "requests", ""},
        {{0.05, 0.04999999, 0.05000001, 5}, "1", "+-<0.001"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(out_number_spread(&cases[i].estimate, cases[i].unit).text,
                            cases[i].text);
    }
    assert_string_equal(out_number_duration(2700).text, "45 min");
    assert_string_equal(out_number_duration(86400).text, "24 h");
    assert_string_equal(out_number_duration(1000000).text, "1000000 s");
}

/* --- text from the input ---------------------------------------------------------------------- */

static void control_characters_are_made_visible(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    assert_string_equal(out_safe_copy(arena, "a\x1b[2J\n\x7f"), "a\\x1b[2J\\x0a\\x7f");
    assert_string_equal(out_safe_copy(arena, "\xC2\x9B\xE2\x80\xAE"), "\\x9b\\u202e");
    assert_string_equal(out_safe_copy(arena, "caf\xC3\xA9"), "caf\xC3\xA9");
    /* not UTF-8: a lone byte, a cut sequence, an overlong one, a surrogate */
    assert_string_equal(out_safe_copy(arena, "\xFF"), "\xEF\xBF\xBD");
    assert_string_equal(out_safe_copy(arena, "\xE2\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_string_equal(out_safe_copy(arena, "\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
    assert_null(strchr(out_safe_copy(arena, "\xED\xA0\x80"), '\xED'));
    assert_string_equal(out_safe_copy(arena, NULL), "");
    assert_int_equal(out_text_width("caf\xC3\xA9"), 4);
    assert_int_equal(out_text_width("\xE6\x97\xA5"), 2); /* a wide character */
    assert_string_equal(out_text_cut(arena, "abcdefgh", 6), "abc...");
    sim_arena_free(arena);
}

typedef void writer(FILE *out, const struct std_findings *findings);

static void write_json(FILE *out, const struct std_findings *findings) {
    out_json_findings(out, findings, "0.0.0-test");
}

static writer *const writers[] = {out_text_findings, write_json, out_csv_metrics, out_csv_series,
                                  out_csv_log};
enum { WRITERS = sizeof writers / sizeof writers[0], FIRST_CSV = 2 };

/* What the writer writes; the caller frees. */
static char *text_of(writer *write, const struct std_findings *findings) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    write(out, findings);
    fclose(out);
    return text;
}

static void nothing_raw_reaches_the_terminal(void **state) {
    (void)state;
    struct fixture fixture = fixture_hostile();
    for (int i = 0; i < WRITERS; i++) {
        char *text = text_of(writers[i], fixture.findings);
        for (const char *c = text; *c != '\0';) {
            uint32_t code = out_utf8_next(&c);
            assert_true(code == '\n' || (i >= FIRST_CSV && code == '\r') || !out_is_control(code));
        }
        free(text);
    }
    fixture_end(&fixture);
}

/* --- tables --------------------------------------------------------------------------------- */

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        print_error("missing: %s\nin:\n%s", part, text);
        fail();
    }
}

static int widest_line(const char *text) {
    int widest = 0;
    while (*text != '\0') {
        int width = 0;
        for (; *text != '\n' && *text != '\0'; width++) {
            (void)out_utf8_next(&text);
        }
        widest = width > widest ? width : widest;
        text += *text == '\n';
    }
    return widest;
}

static void the_load_test_reads_well(void **state) {
    (void)state;
    struct fixture fixture = fixture_load_test();
    char *text = text_of(out_text_findings, fixture.findings);
    assert_has(text, "reading         back_to_back, load factor 1\n");
    assert_has(text, "45 min, 10 replications, seed 18446744073709551615");
    assert_has(text, "* The three t3.large are almost idle");
    assert_has(text, "! 45 minutes say nothing about CPU credits.");
    assert_has(text, "read    15710   5.82 /s  48.1 ms +-0.6");
    assert_has(text, "worst 5 min");
    assert_has(text, "Assumed, not given: 14 figures");
    assert_has(text, "and 2 more");
    assert_has(text, "means over 10 replications");
    assert_true(strstr(text, "almost idle") < strstr(text, "Requests that")); /* verdict first */
    assert_true(widest_line(text) <= OUT_TABLE_WIDTH);
    free(text);
    fixture_end(&fixture);
}

static void a_wide_table_stacks_its_spreads_and_cuts_texts(void **state) {
    (void)state;
    struct fixture fixture = fixture_hostile();
    char *text = text_of(out_text_findings, fixture.findings);
    assert_true(widest_line(text) <= OUT_TABLE_WIDTH);
    assert_has(text, "...");
    free(text);
    fixture_end(&fixture);
}

static void what_was_asked_to_be_looked_at_is_shown(void **state) {
    (void)state;
    struct fixture fixture = fixture_observed();
    char *text = text_of(out_text_findings, fixture.findings);
    assert_true(widest_line(text) <= OUT_TABLE_WIDTH);
    assert_has(text, "errors  attempts\n");
    assert_has(text, "lookup   5000  1.85 /s  4.00 ms +-0.05");
    assert_has(text, "gate       5000  50.0 /s +-0.6      125");
    assert_has(text, "live entries");
    assert_has(text, "  clients  0.074 +-0.001     -      -            -  100 +-1    98 +-1\n");
    assert_has(text, "  all      0.093 +-0.001     -  0.375 +-0.005    6    -         -\n");
    assert_has(text, "  0s..100s      all         4005");
    assert_has(text, "  0s..100s      a/b         4205");
    assert_has(text, "  250.5s..350s  all         4305");
    assert_has(text, "  100s  clients  2.50 +-0.03       1.25  30.0 %");
    assert_has(
        text, "  100s  api      3 +-0.04       1.50  20.0 %  1.75 +-0.02  1.25 +-0.02    40.0 %\n");
    assert_has(text, "  1.5s  places  7.50 +-0.09       3.75     10.0 %    60.0 %");
    assert_has(text, "         1  1.00 ms +-0.01  20.0 ms +-0.2\n");
    assert_has(text, "         2        -         40.0 ms +-0.5\n");
    assert_has(text, "        20  20.0 ms");
    assert_null(strstr(text, "        21  "));
    assert_has(text, "  and 3 more: ");
    assert_has(text, "Event log of the first replication: 6 lines\n\n"
                     "      time (s)  customer          station  event\n"
                     "  ------------  ----------------  -------  -------\n"
                     "   0.000000000  clients#1 (gold)  api[0]   arrive\n"
                     "   0.000000000  clients#1 (gold)  api[0]   start\n"
                     "   0.250000000  a/b#12 (plain)    api[1]   arrive\n"
                     "   0.250000000  a/b#12 (plain)    api[1]   reject\n"
                     "  12.000000001  clients#1 (gold)  api[0]   end\n"
                     "  13.000000000  clients#2 (gold)  db       abandon\n\n");
    free(text);
    fixture.findings->log_count = 4; /* no more decimals than the times have */
    text = text_of(out_text_findings, fixture.findings);
    assert_has(text, "      0.25  a/b#12 (plain)    api[1]   reject\n");
    free(text);
    fixture.findings->log_count = 1;
    text = text_of(out_text_findings, fixture.findings);
    assert_has(text, "1 line\n");
    assert_has(text, "         0  clients#1 (gold)  api[0]   arrive\n");
    free(text);
    fixture_end(&fixture);
    fixture = fixture_load_test(); /* asks for nothing */
    text = text_of(out_text_findings, fixture.findings);
    assert_null(strstr(text, "Windows"));
    assert_null(strstr(text, "instants"));
    assert_null(strstr(text, "first customers"));
    assert_null(strstr(text, "Event log"));
    assert_null(strstr(text, "attempts"));
    free(text);
    fixture_end(&fixture);
}

static void missing_figures_are_skipped(void **state) {
    (void)state;
    struct fixture fixture = fixture_load_test();
    fixture.findings->metric_count = 0;
    fixture.findings->series_count = 0;
    fixture.findings->histogram_count = 0;
    fixture.findings->remark_count = 0;
    fixture.scenario->assumption_count = 0;
    for (int i = 0; i < WRITERS; i++) {
        char *text = text_of(writers[i], fixture.findings);
        assert_true(strlen(text) > 0);
        free(text);
    }
    fixture_end(&fixture);
}

static void the_index_finds_what_a_scan_finds(void **state) {
    (void)state;
    struct fixture fixture = fixture_observed();
    struct sim_arena *arena = sim_arena_new();
    /* an entity whose metrics do not stand together, and names that only differ in where they part
     */
    fixture_metric(&fixture, "block", "lookup", "late", "1", 7);
    fixture_metric(&fixture, "blocklookup", "", "late", "1", 8);
    const struct std_findings *findings = fixture.findings;
    struct out_index *index = out_index_new(findings, arena);
    for (int i = 0; i < findings->metric_count; i++) {
        const struct std_metric *m = &findings->metrics[i];
        const char *unit = NULL;
        struct sim_estimate found = out_estimate(index, m->scope, m->entity, m->name, &unit);
        struct sim_estimate scanned =
            std_metric_find(findings, m->scope, m->entity, m->name)->estimate;
        assert_memory_equal(&found, &scanned, sizeof found);
        assert_string_equal(unit, m->unit);
    }
    assert_true(isnan(out_estimate(index, "block", "lookup", "none", NULL).value));
    assert_true(isnan(out_estimate(index, "none", "lookup", "late", NULL).value));
    assert_int_equal(out_entities(index, "customer", arena).count, FIXTURE_CUSTOMERS);
    assert_int_equal(out_entities(index, "none", arena).count, 0);
    struct out_metrics metrics = out_metrics_of(index, "block", "lookup", arena);
    assert_string_equal(metrics.items[0]->name, "count.arrived");
    assert_string_equal(metrics.items[metrics.count - 1]->name, "late");
    assert_int_equal(out_metrics_of(index, "block", "none", arena).count, 0);
    sim_arena_free(arena);
    fixture_end(&fixture);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static void dotted_names_nest_but_numbers_stay_whole(void **state) {
    (void)state;
    struct fixture fixture = fixture_load_test();
    char *text = text_of(write_json, fixture.findings);
    assert_has(text, "\"p99.9\": {\"value\": ");
    assert_has(text, "\"0.5s\": {\"value\": 0.987, ");
    assert_has(text, "\"seed\": \"18446744073709551615\"");
    assert_has(text, "\"resolved\": {\"name\": \"Phase 1 load test\", ");
    assert_has(text, "\"upper\": [0.01, 0.02, 0.05, 0.1, null]");
    assert_null(strstr(text, ": nan"));
    assert_null(strstr(text, ": inf"));
    free(text);
    fixture_end(&fixture);
}

static void assert_in_order(const char *text, const char *const *parts) {
    for (; *parts != NULL; parts++) {
        assert_has(text, *parts);
        text = strstr(text, *parts);
    }
}

static void windows_and_samples_nest_by_part(void **state) {
    (void)state;
    static const char *const parts[] = {
        "\"windows\": {\n      \"0s..100s\": {\n        \"network\": {",
        "        \"sources\": {\n          \"clients\": {",
        "          \"a/b\": {\n", /* only the first two slashes part */
        "      \"250.5s..350s\": {\n        \"network\": {",
        "\"samples\": {\n      \"100s\": {",
        "\"stations\": {\n          \"api\": {\n            \"present\": {\n",
        "\"pools\": {\n          \"places\": {\n            \"held\": {\n",
        "      \"1.5s\": {",
        "\"customers\": {\n      \"1\": {\n        \"waiting\": {\"value\": 0.001, ",
        "      \"23\": {",
        "  \"log\": [\n    {\"time_s\": 0, \"source\": \"clients\", \"customer\": 1, \"class\": "
        "\"gold\", "
        "\"station\": \"api\", \"instance\": 0, \"what\": \"arrive\"},\n",
        NULL};
    struct fixture fixture = fixture_observed();
    char *text = text_of(write_json, fixture.findings);
    assert_in_order(text, parts);
    free(text);
    fixture_end(&fixture);
    fixture = fixture_load_test();
    text = text_of(write_json, fixture.findings);
    assert_has(text, "  \"log\": [],\n");
    free(text);
    fixture_end(&fixture);
}

static void the_locale_changes_no_byte(void **state) {
    (void)state;
    static const char *const locales[] = {"fr_FR.UTF-8", "de_DE.UTF-8", "fr_FR", "de_DE"};
    struct fixture fixture = fixture_observed();
    char *before[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        before[i] = text_of(writers[i], fixture.findings);
    }
    bool found = false;
    for (size_t l = 0; l < sizeof locales / sizeof locales[0] && !found; l++) {
        found = setlocale(LC_ALL, locales[l]) != NULL;
    }
    bool same = true;
    for (int i = 0; i < WRITERS; i++) {
        char *after = text_of(writers[i], fixture.findings);
        same = same && strcmp(before[i], after) == 0;
        free(after);
        free(before[i]);
    }
    setlocale(LC_ALL, "C");
    fixture_end(&fixture);
    assert_true(same);
    if (!found) {
        skip(); /* no locale with a decimal comma is installed */
    }
}

static bool is_valid(const struct std_findings *findings) {
    char name[] = "/tmp/jauge-test-XXXXXX";
    int file = mkstemp(name);
    assert_true(file >= 0);
    FILE *out = fdopen(file, "w");
    out_json_findings(out, findings, "0.0.0-test");
    fclose(out);
    char command[200];
    snprintf(command, sizeof command,
             "python3 tests/validate.py inputs/schema/results.schema.json %s", name);
    FILE *validator = popen(command, "r");
    assert_non_null(validator);
    char line[512];
    while (fgets(line, sizeof line, validator) != NULL) {
        print_error("%s", line);
    }
    int code = pclose(validator);
    unlink(name);
    return code == 0;
}

static void the_documents_are_valid(void **state) {
    (void)state;
    FILE *probe = popen("/usr/bin/python3 -c 'import jsonschema' 2>&1", "r");
    assert_non_null(probe);
    while (fgetc(probe) != EOF) {
    }
    if (pclose(probe) != 0) {
        skip();
    }
    struct fixture load_test = fixture_load_test();
    assert_true(is_valid(load_test.findings));
    /* an alarm that cannot ring is worth nothing */
    load_test.scenario->load_factor = -1;
    assert_false(is_valid(load_test.findings));
    fixture_end(&load_test);
    struct fixture observed = fixture_observed();
    assert_true(is_valid(observed.findings));
    fixture_metric(&observed, "window", "always/network", "count.ok", "requests", 1);
    assert_false(is_valid(observed.findings));
    fixture_end(&observed);
    struct fixture hostile = fixture_hostile();
    assert_true(is_valid(hostile.findings));
    fixture_end(&hostile);
}

static void the_json_writer_lays_out(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct out_json json;
    out_json_init(&json, out);
    out_json_object(&json, NULL);
    out_json_text(&json, "a\"\\\n", "\x01\xC2\x85\xF0\x9F\x98\x80");
    out_json_flat_array(&json, "b");
    out_json_number(&json, NULL, NAN);
    out_json_flat_object(&json, NULL);
    out_json_integer(&json, "c", INT64_MIN);
    out_json_end(&json);
    out_json_bool(&json, NULL, true);
    out_json_end(&json);
    out_json_array(&json, "d");
    out_json_end(&json);
    out_json_text(&json, "e", NULL);
    out_json_end(&json);
    fclose(out);
    assert_string_equal(text, "{\n  \"a\\\"\\\\\\n\": \"\\u0001\\u0085\xF0\x9F\x98\x80\",\n"
                              "  \"b\": [null, {\"c\": -9223372036854775808}, true],\n"
                              "  \"d\": [],\n  \"e\": null\n}\n");
    free(text);
}

/* --- CSV ------------------------------------------------------------------------------------ */

static void csv_quotes_and_disarms(void **state) {
    (void)state;
    struct fixture fixture = fixture_hostile();
    char *metrics = text_of(out_csv_metrics, fixture.findings);
    assert_true(strncmp(metrics, "scope,entity,name,unit,value,low,high,count\r\n", 45) == 0);
    assert_has(metrics, "\r\nsource,\"'=1+1,\"\"x\"\"\",count.ok,requests,1000,");
    free(metrics);
    char *series = text_of(out_csv_series, fixture.findings);
    assert_true(strncmp(series, "scope,entity,name,unit,bucket_start_s,value,low,high\r\n", 54) ==
                0);
    assert_has(series, "\r\nnetwork,,arrivals,1/s,100,"); /* after the warm-up */
    free(series);
    fixture_metric(&fixture, "cache", "c", "hit_ratio", "1", NAN);
    metrics = text_of(out_csv_metrics, fixture.findings);
    assert_has(metrics, "\r\ncache,c,hit_ratio,1,,,,0\r\n");
    free(metrics);
    char *log = text_of(out_csv_log, fixture.findings);
    assert_has(log, ",1,\"'=1+1,\"\"x\"\"\",");
    free(log);
    fixture_end(&fixture);
    fixture = fixture_observed();
    log = text_of(out_csv_log, fixture.findings);
    assert_has(log, "time_s,source,customer,class,station,instance,what\r\n"
                    "0,clients,1,gold,api,0,arrive\r\n");
    assert_has(log, "\r\n12.000000001,clients,1,gold,api,0,end\r\n");
    free(log);
    fixture_end(&fixture);
}

/* --- files ---------------------------------------------------------------------------------- */

static void files_are_whole_or_absent(void **state) {
    (void)state;
    char folder[] = "/tmp/jauge-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[256];
    snprintf(path, sizeof path, "%s/a/b", folder);
    struct out_error error = {""};
    assert_int_equal(out_folder_make(path, &error), OUT_OK);
    assert_int_equal(out_folder_make(path, &error), OUT_OK); /* it is there */
    snprintf(path, sizeof path, "%s/a/b/f", folder);
    struct out_file file;
    assert_int_equal(out_file_begin(&file, path, &error), OUT_OK);
    fputs("half", file.stream);
    assert_int_not_equal(access(path, F_OK), 0);
    out_file_abandon(&file);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(out_file_begin(&file, path, &error), OUT_OK);
    fputs("whole", file.stream);
    assert_int_equal(out_file_commit(&file, &error), OUT_OK);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(access(file.temporary, F_OK), -1);
    /* a file stands where the folder should be */
    assert_int_equal(out_folder_make(path, &error), OUT_FAILED);
    assert_has(error.text, "cannot make the folder");
    /* the disk is full */
    if (access("/dev/full", W_OK) == 0) {
        FILE *full = fopen("/dev/full", "w");
        assert_int_equal(out_file_begin(&file, path, &error), OUT_OK);
        fclose(file.stream);
        file.stream = full;
        fputs("lost", file.stream);
        assert_int_equal(out_file_commit(&file, &error), OUT_FAILED);
        assert_has(error.text, "No space left on device");
        assert_int_equal(access(file.temporary, F_OK), -1);
    }
    unlink(path);
    snprintf(path, sizeof path, "%s/a/b", folder);
    rmdir(path);
    snprintf(path, sizeof path, "%s/a", folder);
    rmdir(path);
    assert_int_equal(rmdir(folder), 0); /* nothing else was left */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_numbers_read_back),
        cmocka_unit_test(numbers_have_three_digits_and_a_unit),
        cmocka_unit_test(spreads_share_the_unit_of_their_value),
        cmocka_unit_test(control_characters_are_made_visible),
        cmocka_unit_test(nothing_raw_reaches_the_terminal),
        cmocka_unit_test(the_load_test_reads_well),
        cmocka_unit_test(a_wide_table_stacks_its_spreads_and_cuts_texts),
        cmocka_unit_test(what_was_asked_to_be_looked_at_is_shown),
        cmocka_unit_test(the_index_finds_what_a_scan_finds),
        cmocka_unit_test(missing_figures_are_skipped),
        cmocka_unit_test(dotted_names_nest_but_numbers_stay_whole),
        cmocka_unit_test(windows_and_samples_nest_by_part),
        cmocka_unit_test(the_locale_changes_no_byte),
        cmocka_unit_test(the_documents_are_valid),
        cmocka_unit_test(the_json_writer_lays_out),
        cmocka_unit_test(csv_quotes_and_disarms),
        cmocka_unit_test(files_are_whole_or_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
