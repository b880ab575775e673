/* Command-line options: one table feeds parsing, --help and the check against the man page. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "models/scenario.h"
#include "studies/vary.h"

enum cli_option_id {
    CLI_OPTION_SEED,
    CLI_OPTION_REPLICATIONS,
    CLI_OPTION_PRECISION,
    CLI_OPTION_AT_MOST,
    CLI_OPTION_THREADS,
    CLI_OPTION_DB,
    CLI_OPTION_OUT,
    CLI_OPTION_DOT,
    CLI_OPTION_FORMAT,
    CLI_OPTION_REGION,
    CLI_OPTION_VARY,
    CLI_OPTION_WITH,
    CLI_OPTION_LONG,
    CLI_OPTION_MUTANT,
    CLI_OPTION_FRESH,
    CLI_OPTION_RESUME,
    CLI_OPTION_QUIET,
    CLI_OPTION_HELP,
    CLI_OPTION_COUNT
};

/* A set of options: bits of enum cli_option_id. */
#define CLI_BIT(option) (1U << (option))

enum cli_format { CLI_TEXT, CLI_JSON, CLI_CSV };

/* What the command line said. Texts are borrowed from argv. */
struct cli_options {
    bool has_seed;
    uint64_t seed;
    int replications;               /* 0: not given */
    struct mdl_precision precision; /* `within` and `at_most`; 0: not given */
    int threads;                    /* 0: not given */
    const char *db;                 /* never NULL */
    const char *out;                /* NULL: not given */
    const char *dot;                /* NULL: not given */
    enum cli_format format;
    int region;                           /* index into mdl_region_names */
    struct std_vary varies[STD_VARY_MAX]; /* each --vary and --with, in order */
    int vary_count;
    bool longer;        /* --long */
    const char *mutant; /* NULL: not given */
    bool fresh;
    bool resume;
    bool quiet;
    bool help;
    const char **operands; /* what is not an option, in order */
    int operand_count;
};

struct cli_command;

/* Reads argv[0..argc), what follows the command's name. `--name value`, `--name=value` and `--` are
 * understood; of an option given twice the last one holds, but for --vary and --with. Returns false
 * after a message on stderr (unknown option, missing or wrong value, too few or too many operands).
 * `operands` is caller storage for argc pointers. */
bool cli_options_parse(const struct cli_command *command, int argc, char **argv,
                       const char **operands, struct cli_options *options);

/* Reads the operands "[list | show WHAT]": no operand means list. Returns false after a message. On
 * true either *list is set, or *shown is the WHAT to show. */
bool cli_list_or_show(const struct cli_options *options, const char *command, const char *what,
                      bool *list, const char **shown);

/* The options of a command, one a line (two where the text is long), for --help. */
void cli_options_print(FILE *out, const struct cli_command *command);

#endif
