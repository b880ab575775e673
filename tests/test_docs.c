/* Every example of a scenario in the documents loads, and runs for a while: the ```json blocks of
 * docs/ and the README that are objects with the keys of a scenario. */
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "inputs/scenario_file.h"
#include "studies/run_study.h"

static struct sim_arena *arena;
static struct mdl_catalog *catalog;
static int loaded;
static int refused;

static char *read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        putc(c, out);
    }
    fclose(file);
    fclose(out);
    return text;
}

/* Whether it is a whole scenario, not a part of one or something else; a block that is no JSON is
 * taken for one that should be. */
static bool is_scenario(const char *block) {
    static const char *const keys[] = {"network", "workload", "users", "extends"};
    cJSON *tree = cJSON_Parse(block);
    bool found = !tree;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        found = found || cJSON_GetObjectItemCaseSensitive(tree, keys[i]);
    }
    cJSON_Delete(tree);
    return found;
}

/* Two replications of the first minutes: something arrives, and every law holds (they are asserted
 * at the end of each). */
static void run(struct mdl_scenario *scenario) {
    static const double LONGEST_S = 600;
    scenario->horizon_s = fmin(scenario->horizon_s, LONGEST_S);
    scenario->warmup_s = fmin(scenario->warmup_s, LONGEST_S / 2);
    const struct std_run_options options = {.seed = 1, .replications = 2, .threads = 1};
    struct std_findings *findings = std_run(scenario, &options);
    const struct std_metric *arrived = std_metric_find(findings, "network", "", "count.arrived");
    assert_non_null(arrived);
    assert_true(arrived->estimate.value > 0);
    std_findings_free(findings);
}

static void load(const char *block, const char *where) {
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    struct mdl_scenario *scenario = in_scenario_parse(block, where, catalog, &diags);
    loaded += scenario != NULL;
    refused += scenario == NULL;
    sim_diags_print(&diags, stderr);
    if (scenario) {
        run(scenario);
    }
    in_scenario_free(scenario);
}

static void load_blocks(const char *path) {
    static const char open[] = "```json\n";
    char *text = read_text(path);
    if (!text) {
        return;
    }
    int line = 1;
    const char *counted = text;
    const char *at = text;
    for (const char *begin = NULL; (begin = strstr(at, open));) {
        begin += strlen(open);
        const char *end = strstr(begin, "```");
        assert_non_null(end);
        for (; counted < begin; counted++) {
            line += *counted == '\n';
        }
        const char *block = sim_arena_print(arena, "%.*s", (int)(end - begin), begin);
        if (is_scenario(block)) {
            load(block, sim_arena_print(arena, "%s:%d", path, line));
        }
        at = end + 3;
    }
    free(text);
}

static int is_document(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot && strcmp(dot, ".md") == 0;
}

static void examples_load_and_run(void **state) {
    (void)state;
    arena = sim_arena_new();
    struct sim_diags diags;
    sim_diags_init(&diags, arena, NULL);
    catalog = in_catalog_load("inputs", &diags);
    assert_non_null(catalog);
    load_blocks("README.md");
    struct dirent **entries = NULL;
    int count = scandir("docs", &entries, is_document, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        load_blocks(sim_arena_print(arena, "docs/%s", entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    in_catalog_free(catalog);
    sim_arena_free(arena);
    assert_int_equal(refused, 0);
    assert_true(loaded >= 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(examples_load_and_run)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
