#include "cli/commands.h"

enum cli_exit cli_version(const struct cli_options *options) {
    (void)options;
    puts("jauge " JAUGE_VERSION "\nLicence: GPL-3.0-or-later. There is no warranty.");
    return CLI_DONE;
}
