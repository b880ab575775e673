#include "cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "inputs/quantity.h"
#include "models/catalog.h"
#include "sim/base_diag.h"

enum { REPLICATIONS_MOST = 1000000, THREADS_MOST = 1024 };

static const char *const formats[] = {[CLI_TEXT] = "text", [CLI_JSON] = "json", [CLI_CSV] = "csv"};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

/* The table. `value` is what --help calls the value; NULL: the option takes none. */
static const struct {
    const char *name;
    const char *value;
    const char *help;
} table[CLI_OPTION_COUNT] = {
    [CLI_OPTION_SEED] = {"seed", "N",
                         "seed of chance, 0 to 2^64-1 (default: the scenario's, or 1)"},
    [CLI_OPTION_REPLICATIONS] = {"replications", "N",
                                 "so many replications (default: the scenario's, or see below)"},
    [CLI_OPTION_PRECISION] = {"precision", "SHARE",
                              "as many as it takes to know the p95 of every class so well: 5%"},
    [CLI_OPTION_AT_MOST] = {"at-most", "N", "and at most so many"},
    [CLI_OPTION_THREADS] = {"threads", "N", "threads (default: one per core); changes no result"},
    [CLI_OPTION_DB] = {"db", "PATH", "results database (default: results/jauge.db)"},
    [CLI_OPTION_OUT] = {"out", "DIR", "write charts, time series and event log into this folder"},
    [CLI_OPTION_DOT] = {"dot", "FILE", "write the network as a Graphviz graph (\"-\": to stdout)"},
    [CLI_OPTION_FORMAT] = {"format", "FORMAT", "text, json or csv (default: text)"},
    [CLI_OPTION_REGION] = {"region", "REGION",
                           "region of the prices: eu-west-3 (default), eu-west-1 or us-east-1"},
    [CLI_OPTION_VARY] = {"vary", "KEY=VALUES",
                         "a variant for each value, as V1,V2 or 10..100:10; may be repeated"},
    [CLI_OPTION_WITH] = {"with", "KEY=VALUES",
                         "values that go with those of the last --vary, one by one"},
    [CLI_OPTION_LONG] = {"long", NULL, "four times the replications, coverage, and all mutants"},
    [CLI_OPTION_MUTANT] = {"mutant", "NAME",
                           "with this mistake, which some row must see (list: which there are)"},
    [CLI_OPTION_FRESH] = {"fresh", NULL, "run anew, even if the database holds the answer"},
    [CLI_OPTION_RESUME] = {"resume", NULL,
                           "go on where an interrupted run stopped, also one with --fresh"},
    [CLI_OPTION_QUIET] = {"quiet", NULL, "no progress and no notes on stderr"},
    [CLI_OPTION_HELP] = {"help", NULL, "show this help"},
};

static bool allowed(const struct cli_command *command, int option) {
    return option == CLI_OPTION_HELP || (command->options & CLI_BIT(option)) != 0;
}

/* A whole number in low..high, digits only. */
static bool parse_whole(const char *name, const char *text, uint64_t low, uint64_t high,
                        uint64_t *value) {
    bool digits = *text != '\0' && strspn(text, "0123456789") == strlen(text);
    errno = 0;
    unsigned long long number = digits ? strtoull(text, NULL, 10) : 0;
    if (!digits || errno != 0 || number < low || number > high) {
        fprintf(stderr, "jauge: --%s: found \"%s\", expected a whole number from %llu to %llu\n",
                name, text, (unsigned long long)low, (unsigned long long)high);
        return false;
    }
    *value = number;
    return true;
}

/* The index of `text` among the choices. */
static bool parse_choice(const char *name, const char *text, const char *const *choices, int count,
                         int *value) {
    for (int i = 0; i < count; i++) {
        if (strcmp(text, choices[i]) == 0) {
            *value = i;
            return true;
        }
    }
    fprintf(stderr, "jauge: --%s: found \"%s\", expected ", name, text);
    for (int i = 0; i < count; i++) {
        fprintf(stderr, "%s%s", i == 0 ? "" : i == count - 1 ? " or " : ", ", choices[i]);
    }
    const char *near = sim_nearest(text, choices, count);
    if (near != NULL) {
        fprintf(stderr, "; did you mean \"%s\"?", near);
    }
    fputc('\n', stderr);
    return false;
}

/* A share such as "5%" or 0.05, as "within" of a document. */
static bool parse_precision(const char *name, const char *text, double *within) {
    double share = 0;
    char *end = NULL;
    bool bare = *text != '\0' && strspn(text, "0123456789.") == strlen(text);
    bool known = in_quantity_parse(text, IN_SHARE, &share);
    if (!known && bare) {
        share = strtod(text, &end);
        known = *end == '\0';
    }
    if (!known || !(share >= 0.005 && share < 1)) {
        fprintf(stderr, "jauge: --%s: found \"%s\", expected a share from 0.5%% to below 100%%\n",
                name, text);
        return false;
    }
    *within = share;
    return true;
}

static bool parse_path(const char *name, const char *text, const char **path) {
    if (*text == '\0') {
        fprintf(stderr, "jauge: --%s: found nothing, expected a path\n", name);
        return false;
    }
    *path = text;
    return true;
}

/* Takes one option; `text` is its value (NULL for those without). */
static bool take(enum cli_option_id option, const char *text, struct cli_options *options) {
    const char *name = table[option].name;
    uint64_t whole = 0;
    int choice = 0;
    switch (option) {
    case CLI_OPTION_SEED:
        options->has_seed = true;
        return parse_whole(name, text, 0, UINT64_MAX, &options->seed);
    case CLI_OPTION_REPLICATIONS:
        if (!parse_whole(name, text, 1, REPLICATIONS_MOST, &whole)) {
            return false;
        }
        options->replications = (int)whole;
        return true;
    case CLI_OPTION_PRECISION:
        return parse_precision(name, text, &options->precision.within);
    case CLI_OPTION_AT_MOST:
        if (!parse_whole(name, text, 2, REPLICATIONS_MOST, &whole)) {
            return false;
        }
        options->precision.at_most = (int)whole;
        return true;
    case CLI_OPTION_THREADS:
        if (!parse_whole(name, text, 1, THREADS_MOST, &whole)) {
            return false;
        }
        options->threads = (int)whole;
        return true;
    case CLI_OPTION_DB:
        return parse_path(name, text, &options->db);
    case CLI_OPTION_OUT:
        return parse_path(name, text, &options->out);
    case CLI_OPTION_DOT:
        return parse_path(name, text, &options->dot);
    case CLI_OPTION_FORMAT:
        if (!parse_choice(name, text, formats, FORMAT_COUNT, &choice)) {
            return false;
        }
        options->format = (enum cli_format)choice;
        return true;
    case CLI_OPTION_REGION:
        return parse_choice(name, text, mdl_region_names, MDL_REGIONS, &options->region);
    case CLI_OPTION_VARY:
    case CLI_OPTION_WITH:
        if (options->vary_count == STD_VARY_MAX) {
            fprintf(stderr, "jauge: --%s: found more than %d varied keys, expected fewer\n", name,
                    STD_VARY_MAX);
            return false;
        }
        options->varies[options->vary_count++] =
            (struct std_vary){.with = option == CLI_OPTION_WITH, .text = text};
        return true;
    case CLI_OPTION_LONG:
        options->longer = true;
        return true;
    case CLI_OPTION_MUTANT:
        options->mutant = text;
        return true;
    case CLI_OPTION_FRESH:
        options->fresh = true;
        return true;
    case CLI_OPTION_RESUME:
        options->resume = true;
        return true;
    case CLI_OPTION_QUIET:
        options->quiet = true;
        return true;
    case CLI_OPTION_HELP:
        options->help = true;
        return true;
    case CLI_OPTION_COUNT:
        break;
    }
    return false;
}

static bool unknown_option(const struct cli_command *command, const char *argument, size_t length) {
    const char *names[CLI_OPTION_COUNT];
    int count = 0;
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (allowed(command, i)) {
            names[count++] = table[i].name;
        }
    }
    char *word = sim_alloc(length + 1, 1);
    memcpy(word, argument, length);
    word[length] = '\0';
    const char *near = strncmp(word, "--", 2) == 0 ? sim_nearest(word + 2, names, count) : NULL;
    fprintf(stderr, "jauge: %s has no option \"%s\"", command->name, word);
    if (near != NULL) {
        fprintf(stderr, "; did you mean \"--%s\"?", near);
    }
    fprintf(stderr, "\njauge: \"jauge help %s\" lists the options\n", command->name);
    free(word);
    return false;
}

/* Takes the option at argv[*at], and its value; moves *at to the last argument used. */
static bool parse_option(const struct cli_command *command, int argc, char **argv, int *at,
                         struct cli_options *options) {
    const char *argument = argv[*at];
    size_t length = strcspn(argument, "=");
    const char *value = argument[length] == '=' ? argument + length + 1 : NULL;
    int option = CLI_OPTION_COUNT;
    for (int i = 0; i < CLI_OPTION_COUNT && length > 2; i++) {
        if (allowed(command, i) && strlen(table[i].name) == length - 2 &&
            strncmp(argument, "--", 2) == 0 &&
            strncmp(argument + 2, table[i].name, length - 2) == 0) {
            option = i;
        }
    }
    if (strcmp(argument, "-h") == 0) {
        option = CLI_OPTION_HELP;
    }
    if (option == CLI_OPTION_COUNT) {
        return unknown_option(command, argument, length);
    }
    if (table[option].value == NULL) {
        if (value != NULL) {
            fprintf(stderr, "jauge: --%s takes no value, found \"%s\"\n", table[option].name,
                    value);
            return false;
        }
    } else if (value == NULL) {
        if (*at + 1 >= argc) {
            fprintf(stderr, "jauge: --%s needs a value (%s)\n", table[option].name,
                    table[option].value);
            return false;
        }
        *at += 1;
        value = argv[*at];
    }
    return take((enum cli_option_id)option, value, options);
}

bool cli_options_parse(const struct cli_command *command, int argc, char **argv,
                       const char **operands, struct cli_options *options) {
    *options = (struct cli_options){.db = "results/jauge.db", .operands = operands};
    bool only_operands = false;
    for (int i = 0; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!parse_option(command, argc, argv, &i, options)) {
                return false;
            }
        } else {
            operands[options->operand_count++] = argv[i];
        }
    }
    if (options->help) {
        return true;
    }
    if (options->replications > 0 &&
        (options->precision.within > 0 || options->precision.at_most > 0)) {
        fprintf(stderr, "jauge: %s: found --replications and --%s, expected one of them\n",
                command->name, options->precision.within > 0 ? "precision" : "at-most");
        return false;
    }
    bool few = options->operand_count < command->least;
    if (few || (command->most >= 0 && options->operand_count > command->most)) {
        fprintf(stderr, "jauge: %s: found %d operands, expected %s%d%s\n", command->name,
                options->operand_count, few && command->most != command->least ? "at least " : "",
                few ? command->least : command->most,
                !few && command->most != command->least ? " at most" : "");
        fprintf(stderr, "usage: jauge %s%s%s [options]\n", command->name,
                *command->operands == '\0' ? "" : " ", command->operands);
        return false;
    }
    return true;
}

bool cli_list_or_show(const struct cli_options *options, const char *command, const char *what,
                      bool *list, const char **shown) {
    int count = options->operand_count;
    *list = count == 0 || (count == 1 && strcmp(options->operands[0], "list") == 0);
    if (!*list && count == 2 && strcmp(options->operands[0], "show") == 0) {
        *shown = options->operands[1];
        return true;
    }
    if (!*list) {
        fprintf(stderr, "jauge: %s: found \"%s\", expected \"list\" or \"show %s\"\n", command,
                options->operands[0], what);
    }
    return *list;
}

void cli_options_print(FILE *out, const struct cli_command *command) {
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (!allowed(command, i)) {
            continue;
        }
        int width = fprintf(out, "  --%s%s%s", table[i].name, table[i].value == NULL ? "" : " ",
                            table[i].value == NULL ? "" : table[i].value);
        fprintf(out, "%*s%s\n", width < 22 ? 22 - width : 1, "", table[i].help);
    }
}
