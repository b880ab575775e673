/* See inputs/slo_reader.h. */
#include "inputs/slo_reader.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inputs/quantity.h"

static const double DEFAULT_WINDOW_S = 300;
static const double NS = 1e-9;
static const double LONGEST_S = 3.9e9; /* of a limit or a window: 126 years */

/* k6's metrics; OWN is our spelling, which also admits k6's where it cannot be mistaken. */
enum metric { OWN, HTTP_REQ_DURATION, HTTP_REQ_FAILED, HTTP_REQS };

/* Words for figures. `k6`: a bare limit is in ms, or a fraction. */
static const struct {
    const char *word;
    enum mdl_slo_figure figure;
    double quantile; /* 0: none */
    bool k6;
} words[] = {
    {"p95", MDL_SLO_PERCENTILE, 0.95, false}, /* p and any number: see read_figure */
    {"mean", MDL_SLO_MEAN, 0, false},
    {"error_rate", MDL_SLO_ERROR_RATE, 0, false},
    {"throughput", MDL_SLO_THROUGHPUT, 0, false},
    {"utilization", MDL_SLO_UTILIZATION, 0, false},
    {"connections", MDL_SLO_CONNECTIONS, 0, false},
    {"memory", MDL_SLO_MEMORY, 0, false},
    {"median", MDL_SLO_PERCENTILE, 0.5, false},
    {"avg", MDL_SLO_MEAN, 0, true},
    {"med", MDL_SLO_PERCENTILE, 0.5, true},
    {"rate", MDL_SLO_ERROR_RATE, 0, true},
};
enum { WORDS = sizeof words / sizeof words[0] };

/* A condition being read. */
struct condition {
    struct in_json value;
    struct sim_arena *arena;
    const char *at; /* the rest */
    enum metric metric;
    bool k6;
    struct mdl_slo *slo;
};

static const char EXPECTED[] =
    "a condition such as \"p95(read) < 500ms\", \"error_rate < 0.1%\", \"utilization(app) < 70%\" "
    "or \"throughput > 10/s per 1h\"";

static bool wrong(const struct condition *c, const char *code, const char *expected,
                  const char *mend) {
    in_json_wrong(c->value, code, expected, mend);
    return false;
}

static void skip_spaces(struct condition *c) { c->at += strspn(c->at, " \t"); }

/* The text up to one of the characters of `ends`, without spaces at its end. */
static const char *take_until(struct condition *c, const char *ends) {
    size_t length = strcspn(c->at, ends);
    const char *begin = c->at;
    c->at += length;
    while (length > 0 && (begin[length - 1] == ' ' || begin[length - 1] == '\t')) {
        length--;
    }
    return sim_arena_print(c->arena, "%.*s", (int)length, begin);
}

/* 99.9 to the double nearest to 0.999. False when it is no percentile. */
static bool percentile_of(const char *text, double *quantile) {
    char *end = NULL;
    if (!isdigit((unsigned char)*text)) {
        return false;
    }
    double percent = strtod(text, &end);
    *quantile = round(percent * 1e10) / 1e12;
    return *end == '\0' && strspn(text, "0123456789.") == strlen(text) && *quantile > 0 &&
           *quantile < 1;
}

static bool bad_percentile(const struct condition *c) {
    return wrong(c, "out-of-range", "a percentile between 0 and 100, such as \"p95\" or \"p99.9\"",
                 NULL);
}

/* "(subject)", if there is one. */
static bool read_brackets(struct condition *c, const char **inside) {
    skip_spaces(c);
    *inside = NULL;
    if (*c->at != '(') {
        return true;
    }
    c->at++;
    skip_spaces(c);
    *inside = take_until(c, ")");
    if (*c->at != ')' || **inside == '\0') {
        return wrong(c, "bad-slo", EXPECTED, "a name between brackets: \"p95(read)\"");
    }
    c->at++;
    return true;
}

static bool unknown_figure(const struct condition *c, const char *word) {
    const char *names[WORDS];
    for (int i = 0; i < WORDS; i++) {
        names[i] = words[i].word;
    }
    const char *near = sim_nearest(word, names, WORDS);
    const char *mend =
        near != NULL ? sim_arena_print(c->arena, "did you mean \"%s\"?", near) : NULL;
    if (strcmp(word, "max") == 0 || strcmp(word, "min") == 0) {
        mend = "the extreme of all has no interval to judge it by: ask for \"p99.9\" or \"p0.1\"";
    }
    return wrong(c, "slo-figure",
                 "a figure: p50, p95, p99.9 ..., mean, error_rate, throughput, utilization, "
                 "connections or memory",
                 mend);
}

/* "p95(read)", "p(95)", "mean(read)", "rate". */
static bool read_figure(struct condition *c) {
    struct mdl_slo *slo = c->slo;
    skip_spaces(c);
    size_t length =
        strspn(c->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789.");
    const char *word = sim_arena_print(c->arena, "%.*s", (int)length, c->at);
    c->at += length;
    if (length == 0) {
        return wrong(c, "bad-slo", EXPECTED, NULL);
    }
    if (word[0] == 'p' && (word[1] == '\0' || isdigit((unsigned char)word[1]))) {
        const char *percent = word + 1;
        slo->figure = MDL_SLO_PERCENTILE;
        if (*percent == '\0') { /* k6: p(95) */
            c->k6 = true;
            if (!read_brackets(c, &percent)) {
                return false;
            }
        }
        if (percent == NULL || !percentile_of(percent, &slo->quantile)) {
            return bad_percentile(c);
        }
        return read_brackets(c, &slo->subject);
    }
    int found = -1;
    for (int i = 0; i < WORDS; i++) {
        found = strcmp(words[i].word, word) == 0 ? i : found;
    }
    if (found < 0) {
        return unknown_figure(c, word);
    }
    slo->figure = words[found].figure;
    slo->quantile = words[found].quantile;
    c->k6 = words[found].k6;
    if (c->metric == HTTP_REQS && strcmp(word, "rate") == 0) {
        slo->figure = MDL_SLO_THROUGHPUT;
    }
    return read_brackets(c, &slo->subject);
}

static bool read_comparison(struct condition *c) {
    struct mdl_slo *slo = c->slo;
    skip_spaces(c);
    if (*c->at != '<' && *c->at != '>') {
        return wrong(c, "bad-slo", EXPECTED, "after the figure comes <, <=, > or >=");
    }
    slo->below = *c->at++ == '<';
    slo->or_equal = *c->at == '=';
    c->at += slo->or_equal;
    bool of_time = slo->figure == MDL_SLO_PERCENTILE || slo->figure == MDL_SLO_MEAN;
    if (!slo->below && (of_time || slo->figure == MDL_SLO_ERROR_RATE)) {
        return wrong(c, "slo-direction", "a response time or an error rate below (<) its limit",
                     NULL);
    }
    return true;
}

static const enum in_quantity kinds[MDL_SLO_FIGURES] = {
    [MDL_SLO_PERCENTILE] = IN_DURATION, [MDL_SLO_MEAN] = IN_DURATION,
    [MDL_SLO_ERROR_RATE] = IN_SHARE,    [MDL_SLO_THROUGHPUT] = IN_RATE,
    [MDL_SLO_UTILIZATION] = IN_SHARE,   [MDL_SLO_CONNECTIONS] = IN_SHARE,
    [MDL_SLO_MEMORY] = IN_SHARE,
};

/* "500ms", "0.1%", "10/s"; in k6's spelling also bare: ms, a fraction, per second. */
static bool read_limit(struct condition *c) {
    struct mdl_slo *slo = c->slo;
    enum in_quantity kind = kinds[slo->figure];
    skip_spaces(c);
    const char *text = take_until(c, " \t");
    char *end = NULL;
    double bare = isdigit((unsigned char)*text) ? strtod(text, &end) : NAN;
    if (!isnan(bare) && *end == '\0' && (c->k6 || kind == IN_SHARE)) {
        slo->limit = kind == IN_DURATION ? bare / 1000 : bare;
    } else if (!in_quantity_parse(text, kind, &slo->limit)) {
        in_quantity_wrong(c->value, text, kind);
        return false;
    }
    double most = kind == IN_SHARE ? 1 : LONGEST_S;
    if (!(slo->limit > 0) || slo->limit > most) {
        return wrong(c, "out-of-range",
                     kind == IN_SHARE ? "a limit above 0, at most 100%"
                                      : "a limit above 0, below 126 years or one per nanosecond",
                     kind == IN_SHARE && slo->limit > 1 && slo->limit <= 100
                         ? "a percentage ends with %"
                         : NULL);
    }
    return true;
}

/* " per 1h", if it is there; then the end. */
static bool read_width(struct condition *c) {
    skip_spaces(c);
    if (strncmp(c->at, "per ", 4) == 0) {
        c->at += 4;
        skip_spaces(c);
        const char *text = take_until(c, " \t");
        if (!in_quantity_parse(text, IN_DURATION, &c->slo->window_s)) {
            in_quantity_wrong(c->value, text, IN_DURATION);
            return false;
        }
        if (!(c->slo->window_s >= NS && c->slo->window_s <= LONGEST_S)) {
            return wrong(c, "out-of-range", "a window of at least 1ns, below 126 years", NULL);
        }
        skip_spaces(c);
    }
    if (*c->at != '\0') {
        return wrong(c, "bad-slo", EXPECTED,
                     sim_arena_print(c->arena,
                                     "nothing but \"per WIDTH\" follows the limit; found "
                                     "\"%.40s\"",
                                     c->at));
    }
    return true;
}

static bool fits_metric(const struct condition *c) {
    static const char *const expected[] = {
        [OWN] = NULL,
        [HTTP_REQ_DURATION] = "a response time, such as \"p(95)<500\" or \"avg<200\"",
        [HTTP_REQ_FAILED] = "a rate of failures, such as \"rate<0.01\"",
        [HTTP_REQS] = "a rate of requests per second, such as \"rate>10\"",
    };
    enum mdl_slo_figure figure = c->slo->figure;
    bool fits = c->metric == OWN ||
                (c->metric == HTTP_REQ_DURATION &&
                 (figure == MDL_SLO_PERCENTILE || figure == MDL_SLO_MEAN)) ||
                (c->metric == HTTP_REQ_FAILED && figure == MDL_SLO_ERROR_RATE) ||
                (c->metric == HTTP_REQS && figure == MDL_SLO_THROUGHPUT);
    return fits || wrong(c, "slo-figure", expected[c->metric], NULL);
}

/* The condition in the text of `value`. */
static bool read_condition(struct in_json value, enum metric metric, struct mdl_slo *slo) {
    const char *text = NULL;
    if (!in_json_string(value, &text)) {
        return false;
    }
    struct condition c = {
        .value = value, .arena = value.context->arena, .at = text, .metric = metric, .slo = slo};
    slo->text = text;
    slo->where = value.path;
    return read_figure(&c) && fits_metric(&c) && read_comparison(&c) && read_limit(&c) &&
           read_width(&c);
}

/* --- lists -------------------------------------------------------------------------------- */

static void add(struct mdl_scenario *scenario, struct mdl_slo slo) {
    struct mdl_slo *slos =
        sim_arena_array(scenario->arena, (size_t)scenario->slo_count + 1, sizeof *slos);
    for (int i = 0; i < scenario->slo_count; i++) {
        slos[i] = scenario->slos[i];
    }
    slo.name = slo.name != NULL ? slo.name : slo.text;
    slos[scenario->slo_count++] = slo;
    scenario->slos = slos;
}

struct item {
    struct mdl_slo slo;
    bool sound;
};

static void item_name(struct in_json value, void *record) {
    in_json_name(value, &((struct item *)record)->slo.name);
}

static void item_when(struct in_json value, void *record) {
    struct item *item = record;
    item->sound = read_condition(value, OWN, &item->slo);
}

static void item_during(struct in_json value, void *record) {
    in_json_string(value, &((struct item *)record)->slo.during);
}

static const struct in_field slo_fields[] = {
    {"name", false, item_name},
    {"when", true, item_when},
    {"during", false, item_during},
};
const struct in_form in_slo_form = {"slo", slo_fields, 3};

static void read_list(struct in_json list, enum metric metric, struct mdl_scenario *scenario) {
    if (!in_json_array(list)) {
        return;
    }
    for (struct in_json value = {0}; in_json_next(list, &value);) {
        struct item item = {.sound = false};
        if (in_json_is_object(value) && metric == OWN) {
            in_json_read(value, &in_slo_form, &item);
            item.slo.where = value.path;
        } else {
            item.sound = read_condition(value, metric, &item.slo);
        }
        if (item.sound) {
            add(scenario, item.slo);
        }
    }
}

static void k6_duration(struct in_json value, void *record) {
    read_list(value, HTTP_REQ_DURATION, record);
}
static void k6_failed(struct in_json value, void *record) {
    read_list(value, HTTP_REQ_FAILED, record);
}
static void k6_requests(struct in_json value, void *record) { read_list(value, HTTP_REQS, record); }

static const struct in_field k6_fields[] = {
    {"http_req_duration", false, k6_duration},
    {"http_req_failed", false, k6_failed},
    {"http_reqs", false, k6_requests},
};
const struct in_form in_slo_k6_form = {"slo_k6", k6_fields, 3};

void in_slo_read(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->has_slos = true;
    if (in_json_is_object(value)) {
        in_json_read(value, &in_slo_k6_form, scenario);
    } else {
        read_list(value, OWN, scenario);
    }
}

void in_slo_window_read(struct in_json value, void *record) {
    struct mdl_scenario *scenario = record;
    scenario->has_slo_window = in_json_duration(value, NS, &scenario->slo_window_s);
}

/* --- what is left open -------------------------------------------------------------------- */

static void assume(struct in_context *context, struct mdl_scenario *scenario,
                   const struct mdl_slo_default *from, const char *condition) {
    struct in_context defaults;
    in_context_init(&defaults, scenario->arena, context->diags, "defaults");
    const char *text = sim_arena_print(scenario->arena, "[\"%s\"]", condition);
    struct in_json list = in_json_parse(&defaults, text, strlen(text));
    struct mdl_slo slo = {.assumed = true};
    bool sound = read_condition(in_json_item(list, 0), OWN, &slo);
    in_context_fini(&defaults);
    slo.where = sim_arena_print(scenario->arena, "(assumed) slo[%d]", scenario->slo_count);
    if (!sound || !mdl_slo_resolve(scenario, &slo)) {
        return;
    }
    scenario->assumptions[scenario->assumption_count++] = (struct mdl_assumption){
        .key = sim_arena_print(scenario->arena, "slo[%d]", scenario->slo_count),
        .text = sim_arena_print(scenario->arena, "SLO: %s", from->text),
        .unit = "",
        .likely = condition,
        .low = from->low,
        .high = from->high,
        .source = from->source,
    };
    add(scenario, slo);
}

/* The default; that of the servers for each fleet of services, and of the database for its
 * replicas, too. */
static void assume_all(struct in_context *context, struct mdl_scenario *scenario,
                       const struct mdl_slo_default *from) {
    static const char app[] = "utilization(app)";
    static const char database[] = "utilization(database)";
    bool servers = strncmp(from->condition, app, strlen(app)) == 0;
    bool data = strncmp(from->condition, database, strlen(database)) == 0;
    if (!servers) {
        assume(context, scenario, from, from->condition);
    }
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        if ((servers && tier->workers != NULL) || (data && strcmp(tier->name, "replicas") == 0)) {
            const char *rest = strchr(from->condition, ')');
            assume(context, scenario, from,
                   sim_arena_print(scenario->arena, "utilization(%s%s", tier->name, rest));
        }
    }
}

void in_slo_complete(struct in_context *context, struct mdl_scenario *scenario) {
    if (!scenario->has_slo_window) {
        scenario->slo_window_s = DEFAULT_WINDOW_S;
    }
    if (scenario->arch != NULL && !scenario->has_slos) {
        size_t count = (size_t)scenario->assumption_count;
        size_t most = (size_t)mdl_slo_default_count + (size_t)scenario->tier_count;
        struct mdl_assumption *all = sim_arena_array(scenario->arena, count + most, sizeof *all);
        if (count > 0) {
            memcpy(all, scenario->assumptions, count * sizeof *all);
        }
        scenario->assumptions = all;
        for (int i = 0; i < mdl_slo_default_count; i++) {
            assume_all(context, scenario, &mdl_slo_defaults[i]);
        }
    }
    if (scenario->slo_count > 0 && !(scenario->bucket_s > 0) &&
        scenario->analysis == MDL_TERMINATING && scenario->stop.of == MDL_STOP_NEVER) {
        scenario->bucket_s = scenario->slo_window_s;
    }
}
