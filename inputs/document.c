/* See inputs/document.h. */
#include "inputs/document.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/quantity.h"

enum {
    REPLICATIONS_MAX = 1000000,
    LIST_MAX = 100,
    INSTANTS_MAX = 1000,
    LOG_LINES = 1000,
    POPULATION_LIMIT = 250000,
    POPULATION_MAX = 100000000
};

static const int64_t EVENTS_MAX = 1000000000000; /* that a run may stop after */
static const int64_t LINES_MAX = 1000000;        /* of the log, and of customers sampled */
static const double PRECISION_LEAST = 0.005;     /* just above SIM_HISTOGRAM_ERROR */
static const double NS = 1e-9;                   /* the smallest span that the clock knows, in s */

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
    struct mdl_scenario *scenario = record;
    const char *text = NULL;
    if (in_json_is_string(value) && !in_json_string(value, &text)) {
        return;
    }
    scenario->warmup_auto = text != NULL && strcmp(text, "auto") == 0;
    scenario->warmup_given = !scenario->warmup_auto;
    if (scenario->warmup_given) {
        in_json_duration(value, 0, &scenario->warmup_s);
    }
}

void in_document_analysis(struct in_json value, void *record) {
    static const char *const words[] = {"terminating", "steady"};
    int choice = 0;
    in_json_choice(value, words, 2, &choice);
    ((struct mdl_scenario *)record)->analysis = choice == 1 ? MDL_STEADY : MDL_TERMINATING;
}

void in_document_buckets(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_scenario *)record)->bucket_s);
}

void in_document_population_limit(struct in_json value, void *record) {
    int limit = 0;
    if (in_json_int(value, 1, POPULATION_MAX, &limit)) {
        ((struct mdl_scenario *)record)->population_limit = (uint32_t)limit;
    }
}

void in_document_breakdown(struct in_json value, void *record) {
    in_json_bool(value, &((struct mdl_scenario *)record)->breakdown);
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

/* The number of elements of a list of 1 to `most`; else 0, told. */
static int list_of(struct in_json list, int most, const char *what) {
    int items = in_json_array(list) ? in_json_count(list) : 0;
    if (in_json_is_array(list) && (items == 0 || items > most)) {
        in_json_wrong(list, items == 0 ? "empty-list" : "out-of-range",
                      sim_arena_print(list.context->arena, "a list of 1 to %d %s", most, what),
                      NULL);
        return 0;
    }
    return items;
}

/* Reads a list of numbers as a set: in ascending order, equal ones once. */
static double *read_set(struct in_json list, bool (*read)(struct in_json, double *), int most,
                        int *count) {
    int items = list_of(list, most, "values");
    if (items == 0) {
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
    double *set = read_set(value, read_percentile, LIST_MAX, &scenario->percentile_count);
    scenario->percentiles = set ? set : scenario->percentiles;
}

void in_document_within(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->within_s = read_set(value, read_duration, LIST_MAX, &scenario->within_count);
}

/* --- how sure to be ----------------------------------------------------------------------- */

static void precision_of(struct in_json value, void *record) {
    const char *text = NULL;
    if (!in_json_string(value, &text)) {
        return;
    }
    char *end = NULL;
    double percent =
        text[0] == 'p' && text[1] >= '0' && text[1] <= '9' ? strtod(text + 1, &end) : 0;
    double quantile = round(percent * 1e10) / 1e12;
    if (strcmp(text, "mean") == 0) {
        quantile = NAN;
    } else if (end == NULL || *end != '\0' || !(quantile > 0 && quantile < 1)) {
        in_json_wrong(value, "unknown-value",
                      "\"mean\", or a percentile such as \"p95\" or \"p99.9\"", NULL);
    }
    ((struct mdl_precision *)record)->quantile = quantile;
}

static void precision_within(struct in_json value, void *record) {
    double within = 0;
    if (in_json_share(value, &within) && !(within >= PRECISION_LEAST && within < 1)) {
        in_json_wrong(value, "out-of-range", "a share from \"0.5%\" to below \"100%\"",
                      within < PRECISION_LEAST
                          ? "a percentile is known to 0.4 % at best, by the width of the "
                            "histogram's buckets"
                          : NULL);
    }
    ((struct mdl_precision *)record)->within = within;
}

static void precision_at_most(struct in_json value, void *record) {
    in_json_int(value, 2, REPLICATIONS_MAX, &((struct mdl_precision *)record)->at_most);
}

static const struct in_field precision_fields[] = {
    {"of", false, precision_of},
    {"within", true, precision_within},
    {"at_most", false, precision_at_most},
};
const struct in_form in_precision_form = {"precision", precision_fields, 3};

void in_document_precision(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->precision.quantile = 0.95;
    in_json_read(value, &in_precision_form, &scenario->precision);
}

void in_document_conflicts(struct in_json document) {
    if (in_json_present(in_json_get(document, "replications"))) {
        in_json_conflict(document, "precision",
                         "either \"replications\" (a fixed count) or \"precision\" (as many as it "
                         "takes)");
    }
}

/* --- what to look at ---------------------------------------------------------------------- */

double *in_document_instants(struct in_json list, int *count) {
    return read_set(list, read_duration, INSTANTS_MAX, count);
}

void in_document_sample_at(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->sample_at_s = read_set(value, read_duration, INSTANTS_MAX, &scenario->sample_count);
}

void in_document_windows(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    int count = list_of(value, INSTANTS_MAX, "windows");
    if (count == 0) {
        return;
    }
    scenario->windows =
        sim_arena_array(value.context->arena, (size_t)count, sizeof *scenario->windows);
    scenario->window_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        struct mdl_window *window = &scenario->windows[item.index];
        if (!in_json_is_array(item) || in_json_count(item) != 2) {
            in_json_wrong(item, "bad-point", "a list of two times: [\"from\", \"to\"]", NULL);
            continue;
        }
        in_json_duration(in_json_item(item, 0), 0, &window->from_s);
        in_json_duration(in_json_item(item, 1), 0, &window->to_s);
    }
}

void in_document_sample_customers(struct in_json value, void *record) {
    int64_t count = 0;
    in_json_integer(value, 1, LINES_MAX, &count);
    ((struct mdl_scenario *)record)->sample_customers = (uint64_t)count;
}

static void log_of(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_scenario *)record)->log_of);
}

static void log_first(struct in_json value, void *record) {
    int64_t lines = 0;
    in_json_integer(value, 1, LINES_MAX, &lines);
    ((struct mdl_scenario *)record)->log_first = (uint64_t)lines;
}

static const struct in_field log_fields[] = {
    {"of", true, log_of},
    {"first", false, log_first},
};
const struct in_form in_log_form = {"log", log_fields, 2};

void in_document_log(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->log_first = LOG_LINES;
    in_json_read(value, &in_log_form, scenario);
}

/* --- when to stop ------------------------------------------------------------------------- */

static void stop_after(struct in_json value, void *record) {
    int64_t count = 1;
    in_json_integer(value, 1, EVENTS_MAX, &count);
    ((struct mdl_stop *)record)->after = (uint64_t)count;
}

static void stop_of(struct in_json value, void *record) {
    static const char *const words[] = {"starts", "completions", "arrivals"};
    static const enum mdl_stop_of events[] = {MDL_STOP_STARTS, MDL_STOP_COMPLETIONS,
                                              MDL_STOP_ARRIVALS};
    int choice = 0;
    in_json_choice(value, words, (int)(sizeof words / sizeof words[0]), &choice);
    ((struct mdl_stop *)record)->of = events[choice];
}

static void stop_at(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_stop *)record)->at);
}

static const struct in_field stop_fields[] = {
    {"after", true, stop_after},
    {"of", true, stop_of},
    {"at", false, stop_at},
};
const struct in_form in_stop_form = {"stop", stop_fields, 3};

void in_document_stop(struct in_json value, void *record) {
    in_json_read(value, &in_stop_form, &((struct mdl_scenario *)record)->stop);
}

/* --- defaults ----------------------------------------------------------------------------- */

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
    scenario->population_limit = POPULATION_LIMIT;
    scenario->percentiles = sim_arena_array(arena, COUNT, sizeof *scenario->percentiles);
    memcpy(scenario->percentiles, percentiles, sizeof percentiles);
    scenario->percentile_count = COUNT;
}
