/* jauge: the program. One table of commands; the command does the rest. */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "sim/base_diag.h"

#define BITS_OF_RUNNING                                                                            \
    (CLI_BIT(CLI_OPTION_SEED) | CLI_BIT(CLI_OPTION_REPLICATIONS) | CLI_BIT(CLI_OPTION_PRECISION) | \
     CLI_BIT(CLI_OPTION_AT_MOST) | CLI_BIT(CLI_OPTION_THREADS) | CLI_BIT(CLI_OPTION_DB) |          \
     CLI_BIT(CLI_OPTION_FORMAT) | CLI_BIT(CLI_OPTION_FRESH) | CLI_BIT(CLI_OPTION_RESUME) |         \
     CLI_BIT(CLI_OPTION_QUIET))

const struct cli_command cli_commands[] = {
    {"run", "FILE...", "simulate scenarios and report what they do",
     "Reads each scenario (or Locust-style load description), simulates it, keeps the result in\n"
     "the database and prints it. The same question is answered from the database. With --out,\n"
     "charts (SVG, PNG and their gnuplot scripts), time series and event log (CSV) are\n"
     "written too. Without a number of replications, they go on until the p95 of every request\n"
     "kind is within 5 %, looked at after 10, 15, 22 and 33, the most. Each is kept as it ends:\n"
     "after Ctrl-C the same command with --resume goes on from there. Exit code 0: every SLO is\n"
     "met, or none was asked; 4: one is missed; 5: none is missed, one is undetermined; with\n"
     "several files the most serious.\n",
     1, -1, BITS_OF_RUNNING | CLI_BIT(CLI_OPTION_OUT), cli_run},
    {"compare", "FILE...", "compare scenarios, or variants of one, with common random numbers",
     "Runs the scenarios, or the variants of one that --vary describes, with the same seed, so\n"
     "that all meet the same users, and says what the later ones differ in from the first: the\n"
     "paired differences with their intervals, with ties called ties. --vary KEY=V1,V2 makes a\n"
     "variant for each value of a key of the document, such as infrastructure.app.instance or\n"
     "'network.stations[clerk].servers'; several make a grid. Each variant is kept in the\n"
     "database as run does, and replications go on until all variants are known well enough.\n",
     1, -1, BITS_OF_RUNNING | CLI_BIT(CLI_OPTION_VARY) | CLI_BIT(CLI_OPTION_WITH), cli_compare},
    {"solve", "FILE...", "solve scenarios by formulas of queueing theory, without simulating",
     "Solves each scenario's network analytically, in milliseconds, as far as the assumptions of\n"
     "some formula hold. Each figure is said to be exact, a bound or an approximation, with the\n"
     "formula's name and source; what could not be solved is said with the reason. A load that\n"
     "changes with time is solved stretch by stretch.\n",
     1, -1, CLI_BIT(CLI_OPTION_FORMAT), cli_solve},
    {"phases", "[FILE...]", "show the launch days of the three phases side by side",
     "Runs the shipped launch days of Phases 1, 2 and 3, or the architectures given, each with\n"
     "its own infrastructure, and prints users, response times, errors, load of the tiers and\n"
     "price of the instances in a column each. With --out also as a chart. Each is kept in the "
     "database\n"
     "as run does.\n",
     0, -1, BITS_OF_RUNNING | CLI_BIT(CLI_OPTION_OUT), cli_phases},
    {"validate", "", "check the program against queueing theory, on this machine",
     "Simulates a suite of small models whose figures are known exactly, and prints for each its\n"
     "source, the exact figure, the simulated one with an interval, the deviation that chance\n"
     "makes, the smallest error that would have been seen, and a verdict. All intervals hold at\n"
     "once with 99.99 %: a sound program is told wrong for one seed in 10 000. --mutant switches\n"
     "a deliberate mistake on, which at least one row must see; --mutant list names them. --long\n"
     "counts how often intervals cover, too, and tries every mutant. Without --replications each\n"
     "model takes 100, with --long 400. Exit code 0: all agree; 1: a row differs, or with --long\n"
     "a mutant was missed.\n",
     0, 0,
     CLI_BIT(CLI_OPTION_SEED) | CLI_BIT(CLI_OPTION_REPLICATIONS) | CLI_BIT(CLI_OPTION_THREADS) |
         CLI_BIT(CLI_OPTION_LONG) | CLI_BIT(CLI_OPTION_MUTANT) | CLI_BIT(CLI_OPTION_FORMAT) |
         CLI_BIT(CLI_OPTION_QUIET),
     cli_validate},
    {"check", "FILE...", "say whether scenarios are well-formed and make sense",
     "Reads each file as run does, and says what is wrong with it, or how many assumptions it\n"
     "rests on. Nothing is simulated or written.\n",
     1, -1, 0, cli_check},
    {"explain", "FILE", "show the network and the program that a scenario becomes",
     "Prints the queueing network that the scenario is lowered to, the assumptions it rests on,\n"
     "and the compiled program that the simulator runs. With --dot the network is drawn instead,\n"
     "as a graph for Graphviz: dot -Tsvg FILE -o network.svg\n",
     1, 1, CLI_BIT(CLI_OPTION_DOT), cli_explain},
    {"catalog", "[list | show TYPE]", "list the AWS instance types, or show one",
     "list (the default) gives every type with its size, speed and price; show gives all that\n"
     "the catalog knows of one type, with the sources. Prices are of the region, in USD per\n"
     "hour, on demand, without VAT; \"-\" or an empty field: not known.\n",
     0, 2, CLI_BIT(CLI_OPTION_REGION) | CLI_BIT(CLI_OPTION_FORMAT), cli_catalog},
    {"runs", "[list | show ID]", "list the runs that the database holds, or show one",
     "list (the default) gives a line per run, newest first; show prints the result of one as\n"
     "run did.\n",
     0, 2, CLI_BIT(CLI_OPTION_DB) | CLI_BIT(CLI_OPTION_FORMAT), cli_runs},
    {"version", "", "print the version", "Prints the version of the program, and its licence.\n", 0,
     0, 0, cli_version},
    {"help", "[COMMAND]", "list the commands, or explain one",
     "Lists the commands; with the name of one, its options.\n", 0, 1, 0, cli_help},
};
const int cli_command_count = sizeof cli_commands / sizeof *cli_commands;

const struct cli_command *cli_command_find(const char *name) {
    for (int i = 0; i < cli_command_count; i++) {
        if (strcmp(name, cli_commands[i].name) == 0) {
            return &cli_commands[i];
        }
    }
    return NULL;
}

enum cli_exit cli_command_unknown(const char *name) {
    const char *names[sizeof cli_commands / sizeof *cli_commands];
    for (int i = 0; i < cli_command_count; i++) {
        names[i] = cli_commands[i].name;
    }
    const char *near = sim_nearest(name, names, cli_command_count);
    fprintf(stderr, "jauge: no command \"%s\"", name);
    if (near != NULL) {
        fprintf(stderr, "; did you mean \"%s\"?", near);
    }
    fputs("\njauge: \"jauge help\" lists the commands\n", stderr);
    return CLI_BAD_INPUT;
}

static enum cli_exit dispatch(int argc, char **argv) {
    if (argc < 2) {
        cli_help_print(stderr, NULL);
        return CLI_BAD_INPUT;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        name = "help";
    } else if (strcmp(name, "--version") == 0) {
        name = "version";
    }
    const struct cli_command *command = cli_command_find(name);
    if (command == NULL) {
        return cli_command_unknown(name);
    }
    const char **operands = sim_alloc((size_t)argc, sizeof *operands);
    struct cli_options options;
    enum cli_exit code = CLI_BAD_INPUT;
    if (cli_options_parse(command, argc - 2, argv + 2, operands, &options)) {
        if (options.help) {
            cli_help_print(stdout, command);
            code = CLI_DONE;
        } else {
            code = command->run(&options);
        }
    }
    free(operands);
    return code;
}

int main(int argc, char **argv) {
    gsl_set_error_handler_off();
    signal(SIGPIPE, SIG_IGN); /* a reader that went away is a failed write, seen below */
    signal(SIGXFSZ, SIG_IGN); /* so is a file beyond the limit of the shell */
    errno = 0;
    enum cli_exit code = dispatch(argc, argv);
    if (ferror(stdout) || fflush(stdout) != 0) {
        int why = errno;
        if (why != EPIPE) { /* `jauge ... | head` ends quietly */
            fprintf(stderr, "jauge: cannot write the results: %s\n", strerror(why));
        }
        code = code == CLI_DONE ? CLI_WORLD_FAILED : code;
    }
    return (int)code;
}
