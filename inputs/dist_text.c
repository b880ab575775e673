/* See inputs/dist_text.h. A recursive-descent parser:
 *
 *   dist  := duration | shape "(" ... ")"
 *   mix   := "mix(" weight ":" dist { "," weight ":" dist } ")"
 *   other := shape "(" duration { "," ( duration | key "=" value ) } ")"
 */
#include "inputs/dist_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/clock.h"

enum { MIX_DEPTH = 20, STAGES_MAX = 1000000 };

static const double SUM_TOLERANCE = 1e-6;

struct parser {
    struct in_json value; /* for diagnostics: the whole string */
    const char *at;
    int depth;
};

/* What stands in the parentheses. */
enum pattern {
    MEAN_ONLY,   /* exp */
    MEAN_NUMBER, /* a named number is required */
    MEAN_STAGES, /* a named integer is required */
    MEAN_TAIL,   /* alpha, and max where there is one */
    LOW_HIGH,
    PARTS,
    VALUES,
    FILE_NAME,
};

struct shape {
    const char *name;
    enum sim_dist_kind kind;
    enum pattern pattern;
    const char *key; /* of the number */
    const char *usage;
};

static const struct shape shapes[] = {
    {"exp", SIM_DIST_EXP, MEAN_ONLY, NULL, "exp(5ms)"},
    {"lognormal", SIM_DIST_LOGNORMAL, MEAN_NUMBER, "cv", "lognormal(8ms, cv=1.5)"},
    {"erlang", SIM_DIST_ERLANG, MEAN_STAGES, "k", "erlang(5ms, k=4)"},
    {"hyperexp", SIM_DIST_HYPEREXP, MEAN_NUMBER, "cv", "hyperexp(5ms, cv=3)"},
    {"gamma", SIM_DIST_GAMMA, MEAN_NUMBER, "cv", "gamma(5ms, cv=0.7)"},
    {"weibull", SIM_DIST_WEIBULL, MEAN_NUMBER, "shape", "weibull(5ms, shape=0.7)"},
    {"pareto", SIM_DIST_PARETO, MEAN_TAIL, "alpha", "pareto(5ms, alpha=1.5, max=2s)"},
    {"uniform", SIM_DIST_UNIFORM, LOW_HIGH, NULL, "uniform(1ms, 9ms)"},
    {"mix", SIM_DIST_MIX, PARTS, NULL, "mix(0.9: exp(1ms), 0.1: exp(50ms))"},
    {"sequence", SIM_DIST_SEQUENCE, VALUES, NULL, "sequence(1s, 2.5s)"},
    {"empirical", SIM_DIST_EMPIRICAL, FILE_NAME, NULL, "empirical(file.csv)"},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static const char *const any_usage =
    "a duration such as \"8ms\", or one of exp(5ms), lognormal(8ms, cv=1.5), erlang(5ms, k=4), "
    "hyperexp(5ms, cv=3), gamma(5ms, cv=0.7), weibull(5ms, shape=0.7), pareto(5ms, alpha=1.5), "
    "uniform(1ms, 9ms), mix(0.9: exp(1ms), 0.1: 50ms), sequence(1s, 2.5s), empirical(file.csv)";

static bool parse_dist(struct parser *parser, struct sim_dist *out);

static struct sim_arena *arena_of(const struct parser *parser) {
    return parser->value.context->arena;
}

static bool wrong(struct parser *parser, const char *expected, const char *mend) {
    in_json_wrong(parser->value, "bad-distribution", expected, mend);
    return false;
}

static void skip_spaces(struct parser *parser) {
    while (*parser->at == ' ' || *parser->at == '\t') {
        parser->at++;
    }
}

static bool take(struct parser *parser, char wanted) {
    skip_spaces(parser);
    if (*parser->at != wanted) {
        return false;
    }
    parser->at++;
    skip_spaces(parser);
    return true;
}

/* The text up to the next character that is special to the grammar, without spaces around it. */
static const char *take_word(struct parser *parser) {
    skip_spaces(parser);
    size_t length = strcspn(parser->at, "(),:=");
    const char *word = parser->at;
    parser->at += length;
    while (length > 0 && (word[length - 1] == ' ' || word[length - 1] == '\t')) {
        length--;
    }
    return sim_arena_print(arena_of(parser), "%.*s", (int)length, word);
}

static bool duration_of(struct parser *parser, const char *word, double *out) {
    if (!in_quantity_parse(word, IN_DURATION, out)) {
        in_quantity_wrong(parser->value, word, IN_DURATION);
        return false;
    }
    if (*out < 0 || *out > SIM_TIME_LIMIT) {
        return wrong(parser, "durations that are not negative and below 126 years", NULL);
    }
    return true;
}

static bool take_duration(struct parser *parser, double *out) {
    return duration_of(parser, take_word(parser), out);
}

static bool number_of(const char *word, double *out) {
    char *end = NULL;
    if (!*word || strspn(word, "+-.0123456789eE") != strlen(word)) {
        return false;
    }
    *out = strtod(word, &end);
    return !*end && isfinite(*out);
}

/* ", key=" and the word after it. Absent: NULL. */
static const char *take_named(struct parser *parser, const char *key) {
    struct parser ahead = *parser;
    if (!take(&ahead, ',') || strcmp(take_word(&ahead), key) != 0 || !take(&ahead, '=')) {
        return NULL;
    }
    *parser = ahead;
    return take_word(parser);
}

static bool take_number(struct parser *parser, const struct shape *shape, double *out) {
    const char *word = take_named(parser, shape->key);
    if (!word || !number_of(word, out)) {
        return wrong(parser, shape->usage,
                     sim_arena_print(arena_of(parser),
                                     "\"%s\" needs a number \"%s=\" after its mean", shape->name,
                                     shape->key));
    }
    return true;
}

static bool parse_mean(struct parser *parser, const struct shape *shape, struct sim_dist *out) {
    double mean = 0;
    double number = 0;
    if (!take_duration(parser, &mean) || (shape->key && !take_number(parser, shape, &number))) {
        return false;
    }
    if (shape->pattern == MEAN_STAGES &&
        !(number >= 1 && number <= STAGES_MAX && floor(number) == number)) {
        return wrong(parser, shape->usage, "k is an integer from 1 to 1000000");
    }
    double max = INFINITY;
    if (shape->pattern == MEAN_TAIL) {
        const char *word = take_named(parser, "max");
        if (word && !duration_of(parser, word, &max)) {
            return false;
        }
    }
    switch (shape->kind) {
    case SIM_DIST_EXP:
        *out = sim_dist_exp(mean);
        return true;
    case SIM_DIST_LOGNORMAL:
        *out = sim_dist_lognormal(mean, number);
        return true;
    case SIM_DIST_ERLANG:
        *out = sim_dist_erlang(mean, (int)number);
        return true;
    case SIM_DIST_HYPEREXP:
        *out = sim_dist_hyperexp(mean, number);
        return true;
    case SIM_DIST_GAMMA:
        *out = sim_dist_gamma(mean, number);
        return true;
    case SIM_DIST_WEIBULL:
        *out = sim_dist_weibull(mean, number);
        return true;
    case SIM_DIST_PARETO:
        *out = sim_dist_pareto(mean, number, max);
        return true;
    case SIM_DIST_CONSTANT:
    case SIM_DIST_UNIFORM:
    case SIM_DIST_MIX:
    case SIM_DIST_SEQUENCE:
    case SIM_DIST_EMPIRICAL:
        break;
    }
    return false; /* the table gives these other patterns */
}

static bool parse_uniform(struct parser *parser, const struct shape *shape, struct sim_dist *out) {
    double low = 0;
    double high = 0;
    if (!take_duration(parser, &low)) {
        return false;
    }
    if (!take(parser, ',')) {
        return wrong(parser, shape->usage, "a lowest and a highest duration");
    }
    if (!take_duration(parser, &high)) {
        return false;
    }
    *out = sim_dist_uniform(low, high);
    return true;
}

static bool parse_mix(struct parser *parser, const struct shape *shape, struct sim_dist *out) {
    struct sim_dist *parts = NULL;
    double *cumulative = NULL;
    size_t parts_room = 0;
    size_t weights_room = 0;
    int count = 0;
    double sum = 0;
    if (parser->depth >= MIX_DEPTH) {
        return wrong(parser, "at most 20 mixtures inside each other", NULL);
    }
    parser->depth++;
    do {
        parts = sim_arena_grow(arena_of(parser), parts, (size_t)count, &parts_room, sizeof *parts);
        cumulative = sim_arena_grow(arena_of(parser), cumulative, (size_t)count, &weights_room,
                                    sizeof *cumulative);
        const char *word = take_word(parser);
        double weight = 0;
        bool given = number_of(word, &weight) || in_quantity_parse(word, IN_SHARE, &weight);
        if (!given || !(weight >= 0 && weight <= 1) || !take(parser, ':')) {
            return wrong(parser, shape->usage,
                         "each part is a probability from 0 to 1, a colon and a distribution");
        }
        if (!parse_dist(parser, &parts[count])) {
            return false;
        }
        sum += weight;
        cumulative[count] = sum;
        count++;
    } while (take(parser, ','));
    parser->depth--;
    if (fabs(sum - 1) > SUM_TOLERANCE) {
        in_json_wrong(parser->value, "shares",
                      "probabilities in mix that sum to 1 (within 0.000001)",
                      sim_arena_print(arena_of(parser), "they sum to %.9g", sum));
        return false;
    }
    for (int i = 0; i < count; i++) {
        cumulative[i] /= sum;
    }
    cumulative[count - 1] = 1;
    *out = sim_dist_mix(parts, cumulative, count);
    return true;
}

struct values {
    double *items;
    size_t room;
    int count;
};

static void add_value(struct parser *parser, struct values *values, double value) {
    values->items = sim_arena_grow(arena_of(parser), values->items, (size_t)values->count,
                                   &values->room, sizeof *values->items);
    values->items[values->count++] = value;
}

static bool parse_sequence(struct parser *parser, struct sim_dist *out) {
    struct values values = {0};
    do {
        double value = 0;
        if (!take_duration(parser, &value)) {
            return false;
        }
        add_value(parser, &values, value);
    } while (take(parser, ','));
    *out = sim_dist_sequence(values.items, values.count);
    return true;
}

static bool bad_line(struct parser *parser, const char *file, int line, const char *found) {
    sim_diag_add(parser->value.context->diags, "bad-file", parser->value.path,
                 "one duration with its unit on each line, such as 8.1ms", NULL,
                 "%s, line %d: \"%.60s\"", file, line, found);
    return false;
}

static bool parse_empirical(struct parser *parser, const struct shape *shape,
                            struct sim_dist *out) {
    size_t name_length = strcspn(parser->at, ")");
    char *name = sim_arena_print(arena_of(parser), "%.*s", (int)name_length, parser->at);
    parser->at += name_length;
    if (!*name) {
        return wrong(parser, shape->usage, "the name of a file stands in the parentheses");
    }
    size_t length = 0;
    const char *path = in_path_join(arena_of(parser), in_json_folder(parser->value), name);
    char *text = in_file_refer(parser->value.context, path, parser->value.path, &length);
    if (!text) {
        return false;
    }
    struct values values = {0};
    int line = 0;
    for (char *at = text; at < text + length; line++) {
        size_t span = strcspn(at, "\n");
        char *next = at + span + 1;
        at[span] = '\0';
        char *word = at + strspn(at, " \t\r");
        for (size_t end = strlen(word); end > 0 && strchr(" \t\r", word[end - 1]); end--) {
            word[end - 1] = '\0';
        }
        double value = 0;
        if (*word && *word != '#') {
            if (!in_quantity_parse(word, IN_DURATION, &value) || value < 0 ||
                value > SIM_TIME_LIMIT) {
                return bad_line(parser, name, line + 1, in_name_ok(word) ? word : "?");
            }
            add_value(parser, &values, value);
        }
        at = next;
    }
    if (values.count == 0) {
        return bad_line(parser, name, line, "no value");
    }
    *out = sim_dist_empirical(values.items, values.count);
    return true;
}

static bool parse_inside(struct parser *parser, const struct shape *shape, struct sim_dist *out) {
    switch (shape->pattern) {
    case MEAN_ONLY:
    case MEAN_NUMBER:
    case MEAN_STAGES:
    case MEAN_TAIL:
        return parse_mean(parser, shape, out);
    case LOW_HIGH:
        return parse_uniform(parser, shape, out);
    case PARTS:
        return parse_mix(parser, shape, out);
    case VALUES:
        return parse_sequence(parser, out);
    case FILE_NAME:
        return parse_empirical(parser, shape, out);
    }
    return false;
}

static bool unknown_shape(struct parser *parser, const char *word) {
    const char *names[SHAPES];
    for (int i = 0; i < (int)SHAPES; i++) {
        names[i] = shapes[i].name;
    }
    const char *nearest = sim_nearest(word, names, SHAPES);
    return wrong(parser, any_usage,
                 nearest ? sim_arena_print(arena_of(parser), "did you mean \"%s\"?", nearest)
                         : NULL);
}

static bool parse_shape(struct parser *parser, const char *word, struct sim_dist *out) {
    const struct shape *shape = NULL;
    for (int i = 0; i < (int)SHAPES; i++) {
        if (strcmp(shapes[i].name, word) == 0) {
            shape = &shapes[i];
        }
    }
    if (!shape) {
        return unknown_shape(parser, word);
    }
    take(parser, '(');
    if (!parse_inside(parser, shape, out)) {
        return false;
    }
    if (!take(parser, ')')) {
        return wrong(parser, shape->usage,
                     *parser->at ? sim_arena_print(arena_of(parser), "unexpected \"%.20s\"",
                                                   in_name_ok(parser->at) ? parser->at : "?")
                                 : "close the parenthesis");
    }
    const char *problem = sim_dist_problem(out);
    return problem ? wrong(parser, shape->usage, problem) : true;
}

static bool parse_dist(struct parser *parser, struct sim_dist *out) {
    const char *word = take_word(parser);
    if (*parser->at == '(') {
        return parse_shape(parser, word, out);
    }
    for (int i = 0; i < (int)SHAPES; i++) {
        if (strcmp(shapes[i].name, word) == 0) {
            return wrong(parser, shapes[i].usage, "its parameters stand in parentheses");
        }
    }
    if ((*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z')) {
        return unknown_shape(parser, word);
    }
    double value = 0;
    if (!duration_of(parser, word, &value)) {
        return false;
    }
    *out = sim_dist_constant(value);
    return true;
}

bool in_json_dist(struct in_json value, struct sim_dist *out) {
    if (!in_json_present(value)) {
        return false;
    }
    const char *text = NULL;
    if (in_json_is_number(value)) {
        in_quantity_wrong(value, in_json_print(value), IN_DURATION);
        return false;
    }
    if (!in_json_is_string(value)) {
        in_json_wrong(value, "wrong-type", any_usage, NULL);
        return false;
    }
    if (!in_json_string(value, &text)) {
        return false;
    }
    struct parser parser = {value, text, 0};
    struct sim_dist dist;
    if (!parse_dist(&parser, &dist)) {
        return false;
    }
    skip_spaces(&parser);
    if (*parser.at) {
        return wrong(&parser, any_usage, "nothing may follow it");
    }
    *out = dist;
    return true;
}
