/* The retry rule of a step of the network form: attempts, backoff, budget. */
#include <math.h>
#include <string.h>

#include "inputs/dist_text.h"
#include "inputs/network_reader.h"

enum { ATTEMPTS_MAX = 1000000, BACKOFFS_MAX = 1000 };

static const double FACTOR_MAX = 1e6;
static const double BUDGET_MAX = 1e12;
static const double NS = 1e-9; /* the smallest span that the clock knows, in s */

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }
#define WORDS(list) list, (int)(sizeof(list) / sizeof(list)[0])

static void retry_attempts(struct in_json value, void *record) {
    static const char unlimited[] = "unlimited";
    struct mdl_retry *retry = record;
    const char *word = NULL;
    if (!in_json_is_string(value)) {
        in_json_int(value, 1, ATTEMPTS_MAX, &retry->attempts);
    } else if (in_json_string(value, &word) && strcmp(word, unlimited) == 0) {
        retry->attempts = 0;
    } else if (word) {
        in_json_wrong(value, "unknown-value", "an integer from 1 to 1000000, or \"unlimited\"",
                      NULL);
    }
}

/* --- backoff ------------------------------------------------------------------------------ */

static void backoff_base(struct in_json value, void *record) {
    in_json_duration(value, 0, &((struct mdl_retry *)record)->base_s);
}

static void backoff_factor(struct in_json value, void *record) {
    in_json_number(value, 1, FACTOR_MAX, &((struct mdl_retry *)record)->factor);
}

static void backoff_max(struct in_json value, void *record) {
    in_json_duration(value, NS, &((struct mdl_retry *)record)->max_s);
}

static void backoff_jitter(struct in_json value, void *record) {
    static const char *const words[] = {
        [MDL_JITTER_NONE] = "none", [MDL_JITTER_FULL] = "full", [MDL_JITTER_EQUAL] = "equal"};
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    ((struct mdl_retry *)record)->jitter = (enum mdl_jitter)choice;
}

static const struct in_field backoff_fields[] = {
    {"base", true, backoff_base},
    {"factor", false, backoff_factor},
    {"max", false, backoff_max},
    {"jitter", false, backoff_jitter},
};
const struct in_form in_backoff_form = FORM("backoff", backoff_fields);

static void retry_backoff(struct in_json value, void *record) {
    struct mdl_retry *retry = record;
    if (in_json_is_object(value)) {
        retry->exponential = true;
        in_json_read(value, &in_backoff_form, retry);
        return;
    }
    bool list = in_json_is_array(value);
    int count = list ? in_json_count(value) : 1;
    if (count == 0 || count > BACKOFFS_MAX) {
        in_json_wrong(value, count == 0 ? "empty-list" : "out-of-range",
                      "a list of 1 to 1000 distributions, one per retry", NULL);
        return;
    }
    retry->backoffs = sim_arena_array(value.context->arena, (size_t)count, sizeof *retry->backoffs);
    retry->backoff_count = count;
    if (!list) {
        in_json_dist(value, &retry->backoffs[0]);
    }
    for (struct in_json item = {0}; list && in_json_next(value, &item);) {
        in_json_dist(item, &retry->backoffs[item.index]);
    }
}

/* --- budget ------------------------------------------------------------------------------- */

/* Retries per first attempt: "10%", or a number, which may be above 1. */
static void budget_ratio(struct in_json value, void *record) {
    struct mdl_retry *retry = record;
    if (in_json_is_string(value)) {
        in_json_share(value, &retry->budget_ratio);
    } else {
        in_json_number(value, 0, BUDGET_MAX, &retry->budget_ratio);
    }
}

static void budget_burst(struct in_json value, void *record) {
    in_json_number(value, 1, BUDGET_MAX, &((struct mdl_retry *)record)->budget_burst);
}

static const struct in_field budget_fields[] = {
    {"ratio", true, budget_ratio},
    {"burst", true, budget_burst},
};
const struct in_form in_budget_form = FORM("budget", budget_fields);

static void retry_budget(struct in_json value, void *record) {
    struct mdl_retry *retry = record;
    retry->has_budget = in_json_read(value, &in_budget_form, retry);
}

/* --- the rule ----------------------------------------------------------------------------- */

/* The failures follow the one success in the order of outcomes. */
void in_network_failures(struct in_json value, bool *on) {
    static const char *const words[IN_FAILURES] = {"rejected", "abandoned", "timed_out", "failed"};
    int count = in_json_array(value) ? in_json_count(value) : 0;
    if (count == 0) {
        if (in_json_is_array(value)) {
            in_json_wrong(value, "empty-list", "at least one kind of failure", NULL);
        }
        return;
    }
    memset(on, 0, (1 + IN_FAILURES) * sizeof *on);
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        int choice = 0;
        if (in_json_choice(item, words, IN_FAILURES, &choice)) {
            on[1 + choice] = true;
        }
    }
}

static void retry_on(struct in_json value, void *record) {
    in_network_failures(value, ((struct mdl_retry *)record)->on);
}

static void retry_redraw(struct in_json value, void *record) {
    in_json_bool(value, &((struct mdl_retry *)record)->redraw);
}

static const struct in_field retry_fields[] = {
    {"attempts", true, retry_attempts}, {"backoff", false, retry_backoff},
    {"budget", false, retry_budget},    {"on", false, retry_on},
    {"redraw", false, retry_redraw},
};
const struct in_form in_retry_form = FORM("retry", retry_fields);

void in_network_retry(struct in_json value, void *record) {
    struct mdl_step *step = record;
    struct mdl_retry *retry = sim_arena_alloc(value.context->arena, sizeof *retry);
    *retry = (struct mdl_retry){.attempts = 1, .factor = 2, .max_s = INFINITY, .redraw = true};
    for (int i = 0; i < IN_FAILURES; i++) {
        retry->on[1 + i] = true;
    }
    in_json_read(value, &in_retry_form, retry);
    step->retry = retry;
}
