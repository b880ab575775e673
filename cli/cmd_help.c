#include "cli/commands.h"

static const char exit_codes[] =
    "exit codes: 0 done; 1 a bug of jauge; 2 bad usage or input; 3 the disk, the database or\n"
    "another program failed\n";

void cli_help_print(FILE *out, const struct cli_command *command) {
    if (command == NULL) {
        fputs("usage: jauge COMMAND [operands] [options]\n\n"
              "Capacity planning by simulation: what load a web service will bear before it is\n"
              "built.\n\ncommands:\n",
              out);
        for (int i = 0; i < cli_command_count; i++) {
            fprintf(out, "  %-10s%s\n", cli_commands[i].name, cli_commands[i].summary);
        }
        fprintf(out, "\n\"jauge help COMMAND\" lists the options of one.\n%s", exit_codes);
        return;
    }
    fprintf(out, "usage: jauge %s%s%s [options]\n\n%s\noptions:\n", command->name,
            *command->operands == '\0' ? "" : " ", command->operands, command->details);
    cli_options_print(out, command);
    fprintf(out, "\n%s", exit_codes);
}

enum cli_exit cli_help(const struct cli_options *options) {
    const struct cli_command *command = NULL;
    if (options->operand_count == 1) {
        command = cli_command_find(options->operands[0]);
        if (command == NULL) {
            return cli_command_unknown(options->operands[0]);
        }
    }
    cli_help_print(stdout, command);
    return CLI_DONE;
}
