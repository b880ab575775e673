/* The commands: one table feeds dispatch, `jauge help` and the check against the man page. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stdio.h>

#include "cli/options.h"

/* Exit codes (DESIGN section 9); 128 + signal when a study was interrupted (cli/interrupt.h). */
enum cli_exit {
    CLI_DONE = 0,
    CLI_BUG = 1,
    CLI_BAD_INPUT = 2,    /* bad usage or input */
    CLI_WORLD_FAILED = 3, /* disk, database, gnuplot */
    CLI_SLO_MISSED = 4,
    CLI_SLO_UNDETERMINED = 5,
};

struct cli_command {
    const char *name;
    const char *operands; /* as the usage line shows them; "" for none */
    const char *summary;  /* a few words, for the list */
    const char *details;  /* lines for `jauge help NAME`, each ended by \n */
    int least;            /* operands, at least */
    int most;             /* operands, at most; -1: any number */
    unsigned options;     /* a set of CLI_BIT; --help is always allowed */
    enum cli_exit (*run)(const struct cli_options *options);
};

extern const struct cli_command cli_commands[];
extern const int cli_command_count;

/* The command of this name, or NULL. */
const struct cli_command *cli_command_find(const char *name);

/* Tells on stderr that there is no such command, with the nearest spelling. */
enum cli_exit cli_command_unknown(const char *name);

/* What `jauge help` (command NULL) and `jauge help NAME` print. */
void cli_help_print(FILE *out, const struct cli_command *command);

/* The more serious of two codes: what failed (the first of two), then a missed SLO, then an
 * undetermined one. */
enum cli_exit cli_exit_worse(enum cli_exit a, enum cli_exit b);

/* The commands. Results go to stdout; main checks that it could be written. */
enum cli_exit cli_run(const struct cli_options *options);
enum cli_exit cli_compare(const struct cli_options *options);
enum cli_exit cli_solve(const struct cli_options *options);
enum cli_exit cli_phases(const struct cli_options *options);
enum cli_exit cli_validate(const struct cli_options *options);
enum cli_exit cli_check(const struct cli_options *options);
enum cli_exit cli_explain(const struct cli_options *options);
enum cli_exit cli_catalog(const struct cli_options *options);
enum cli_exit cli_runs(const struct cli_options *options);
enum cli_exit cli_version(const struct cli_options *options);
enum cli_exit cli_help(const struct cli_options *options);

#endif
