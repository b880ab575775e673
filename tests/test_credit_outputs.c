/* What is said and drawn of CPU credits: sentences, table, chart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "outputs/charts.h"
#include "outputs/findings_text.h"
#include "tests/harness.h"

/* Two instances in turn, each busy for 9 s of every 10: 0.9 against a baseline of 0.5, from 2
 * credits: 2 / (0.9 - 0.5) min = 5 min, or a few seconds less within a busy stretch. */
#define STRETCHED(mode)                                                                            \
    "{'name': 'stretched', 'network': {"                                                           \
    " 'sources': [{'name': 's', 'arrivals': '5s', 'route': 'r'}],"                                 \
    " 'stations': [{'name': 'x', 'instances': 2, 'balancer': 'round_robin',"                       \
    "   'credits': {'earn': '30/h', 'start': 2, 'mode': '" mode "'}}],"                            \
    " 'routes': {'r': [{'serve': 'x', 'demand': '9s'}]}}, 'horizon': '20m', 'buckets': '1m'}"

static char *text_of(const struct harness_run *run) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    out_text_findings(out, run->findings);
    fclose(out);
    return text;
}

/* Line breaks of the wrapped text count as spaces. */
static void assert_says(const char *text, const char *part) {
    char *flat = strdup(text);
    assert_non_null(flat);
    size_t length = 0;
    for (const char *c = text; *c != '\0'; c++) {
        bool blank = *c == '\n' || *c == ' ';
        if (blank && length > 0 && flat[length - 1] == ' ') {
            continue;
        }
        flat[length++] = blank ? ' ' : *c;
    }
    flat[length] = '\0';
    if (strstr(flat, part) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", part, text);
    }
    free(flat);
}

static const char *const stretched_text[] = {
    "CPU credits of x, standard: balance empty after ",
    "(x-1), after 5 min (x-2)",
    "Without credits an instance is held to 0.5 servers of 1: for ",
    "CPU credits: balance of an instance; time without credits, surplus and charge of all",
    "station at start lowest at end empty first after throttled",
    "x-2 2 0 0",
};

static void standard_is_told(void **state) {
    (void)state;
    struct harness_run run = harness_run(STRETCHED("standard"), 1, 1);
    char *text = text_of(&run);
    for (size_t i = 0; i < sizeof stretched_text / sizeof stretched_text[0]; i++) {
        assert_says(text, stretched_text[i]);
    }
    free(text);
    harness_free(&run);
}

static void unlimited_is_told(void **state) {
    (void)state;
    struct harness_run run = harness_run(STRETCHED("unlimited"), 1, 1);
    char *text = text_of(&run);
    assert_says(text, "They are not slowed, and owe a surplus instead: 0 credits are charged "
                      "during the run, ");
    assert_says(text, "at its end, charged if the instances stop then.");
    assert_says(text, "owed at end");
    free(text);
    harness_free(&run);
}

static void idle_is_told(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 's', 'arrivals': '60s', 'route': 'r'}],"
                    " 'stations': [{'name': 'x', 'credits': {'earn': '30/h', 'start': 2}}],"
                    " 'routes': {'r': [{'serve': 'x', 'demand': '6s'}]}}, 'horizon': '20m'}",
                    1, 1);
    char *text = text_of(&run);
    assert_says(text, "No instance runs out of CPU credits; lowest balance of an instance: x 2. "
                      "Busy vCPUs per instance on average, against the baseline that its earnings "
                      "sustain: x 0.095 of 0.5.");
    free(text);
    harness_free(&run);
}

/* 60 credits at -30 an hour are 2 h: half an hour says nothing of what comes then. */
static void falling_is_told(void **state) {
    (void)state;
    struct harness_run run =
        harness_run("{'network': {'sources': [{'name': 's', 'population': 1, 'route': 'r'}],"
                    " 'stations': [{'name': 'x', 'credits': {'earn': '30/h', 'start': 60}}],"
                    " 'routes': {'r': [{'serve': 'x', 'demand': '6s'}]}}, 'horizon': '30m'}",
                    1, 1);
    char *text = text_of(&run);
    assert_says(text,
                "x spends more CPU credits than it earns: servers busy per instance 1 on average, "
                "sustained 0.5. The balance falls from 60 to 45; at this rate "
                "it would last for another 1 h 30 min, so that this run does not show what "
                "comes then.");
    free(text);
    harness_free(&run);
}

static char *script_of(const struct harness_run *run) {
    char folder[] = "/tmp/jauge-credits-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct out_error error = {""};
    enum out_status status = out_charts_write(run->findings, folder, "", NULL, NULL, &error);
    assert_true(status == OUT_OK || status == OUT_NO_GNUPLOT);
    char path[100];
    snprintf(path, sizeof path, "%s/credits.gp", folder);
    FILE *file = fopen(path, "r");
    char *text = NULL;
    if (file != NULL) {
        text = calloc(1, 1 << 20);
        assert_non_null(text);
        assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
        fclose(file);
    }
    snprintf(path, sizeof path, "rm -r %s", folder);
    assert_int_equal(system(path), 0);
    return text;
}

static void emptying_is_drawn(void **state) {
    (void)state;
    struct harness_run run = harness_run(STRETCHED("standard"), 2, 1);
    char *script = script_of(&run);
    assert_non_null(script);
    assert_non_null(strstr(script, "CPU credit balance of an instance (credits); grey: x held to "
                                   "its baseline"));
    assert_non_null(strstr(script, "title \"x, lowest\""));
    assert_non_null(strstr(script, "All requests: response time (s)"));
    assert_non_null(strstr(script, "$P1S << END_OF_DATA\n5 6 ")); /* minutes; first of the grey */
    assert_non_null(strstr(script, "$P2S using"));
    free(script);
    harness_free(&run);
    run = harness_run(STRETCHED("unlimited"), 2, 1);
    script = script_of(&run);
    assert_non_null(script);
    assert_null(strstr(script, "grey"));
    assert_non_null(strstr(script, "Surplus owed by all instances (credits)"));
    free(script);
    harness_free(&run);
}

static void nothing_is_drawn_of_nothing(void **state) {
    (void)state;
    struct harness_run run = harness_run(
        "{'network': {'sources': [{'name': 's', 'arrivals': '60s', 'route': 'r'}],"
        " 'stations': [{'name': 'x', 'credits': {'earn': '30/h', 'start': 720}}],"
        " 'routes': {'r': [{'serve': 'x', 'demand': '1s'}]}}, 'horizon': '20m', 'buckets': '1m'}",
        1, 1);
    assert_null(script_of(&run));
    harness_free(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_is_told),  cmocka_unit_test(unlimited_is_told),
        cmocka_unit_test(idle_is_told),      cmocka_unit_test(falling_is_told),
        cmocka_unit_test(emptying_is_drawn), cmocka_unit_test(nothing_is_drawn_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
