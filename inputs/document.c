/* See inputs/document.h. */
#include "inputs/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/quantity.h"

enum { REPLICATIONS_MAX = 1000000, LIST_MAX = 100 };

static const double NS = 1e-9; /* the smallest span that the clock knows, in s */

void in_document_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_scenario *)record)->name);
}

void in_document_about(struct in_json value, void *record) {
    (void)record;
    const char *text = NULL;
    in_json_string(value, &text);
}

void in_document_horizon(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_scenario *)record)->horizon_s);
}

void in_document_warmup(struct in_json value, void *record) {
    in_json_duration(value, 0, &((struct mdl_scenario *)record)->warmup_s);
}

void in_document_buckets(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_scenario *)record)->bucket_s);
}

void in_document_replications(struct in_json value, void *record) {
    in_json_int(value, 1, REPLICATIONS_MAX, &((struct mdl_scenario *)record)->replications);
}

void in_document_seed(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->has_seed = in_json_seed(value, &scenario->seed);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Reads a list of numbers as a set: in ascending order, equal ones once. */
static double *read_set(struct in_json list, bool (*read)(struct in_json, double *), int *count) {
    int items = in_json_array(list) ? in_json_count(list) : 0;
    if (items == 0 || items > LIST_MAX) {
        if (in_json_is_array(list)) {
            in_json_wrong(list, items == 0 ? "empty-list" : "out-of-range",
                          "a list of 1 to 100 values", NULL);
        }
        return NULL;
    }
    double *set = sim_arena_array(list.context->arena, (size_t)items, sizeof *set);
    int got = 0;
    for (struct in_json item = {0}; in_json_next(list, &item);) {
        got += read(item, &set[got]);
    }
    qsort(set, (size_t)got, sizeof *set, ascending);
    *count = 0;
    for (int i = 0; i < got; i++) {
        if (i == 0 || set[i] > set[i - 1]) {
            set[(*count)++] = set[i];
        }
    }
    return set;
}

/* 99.9 to the double nearest to 0.999, which 99.9 / 100 is not. */
static bool read_percentile(struct in_json value, double *out) {
    double percent = 0;
    if (!in_json_number(value, 0, 100, &percent)) {
        return false;
    }
    double quantile = round(percent * 1e10) / 1e12;
    if (!(quantile > 0 && quantile < 1)) {
        in_json_wrong(value, "out-of-range", "a percentile between 0 and 100, such as 99.9", NULL);
        return false;
    }
    *out = quantile;
    return true;
}

static bool read_duration(struct in_json value, double *out) {
    return in_json_duration(value, 0, out);
}

void in_document_percentiles(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    double *set = read_set(value, read_percentile, &scenario->percentile_count);
    scenario->percentiles = set ? set : scenario->percentiles;
}

void in_document_within(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->within_s = read_set(value, read_duration, &scenario->within_count);
}

void in_document_prepare(struct mdl_scenario *scenario, const char *path) {
    static const double percentiles[] = {0.5, 0.9, 0.95, 0.99};
    enum { COUNT = sizeof percentiles / sizeof percentiles[0] };
    struct sim_arena *arena = scenario->arena;
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    int length = dot && dot > base ? (int)(dot - base) : (int)strlen(base);
    scenario->name = sim_arena_print(arena, "%.*s", length, base);
    scenario->file = sim_arena_copy(arena, path);
    scenario->load_factor = 1;
    scenario->percentiles = sim_arena_array(arena, COUNT, sizeof *scenario->percentiles);
    memcpy(scenario->percentiles, percentiles, sizeof percentiles);
    scenario->percentile_count = COUNT;
}
