/* Printing findings in the format that was asked for; several of them make one document. */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>

#include "cli/options.h"
#include "studies/findings.h"

struct cli_report {
    enum cli_format format;
    bool several; /* JSON: an array of documents */
    int printed;
};

/* Begins a report of one or several findings on stdout. */
void cli_report_begin(struct cli_report *report, enum cli_format format, bool several);

/* Prints one; `version` is the program that found them. */
void cli_report_add(struct cli_report *report, const struct std_findings *findings,
                    const char *version);

/* Ends the document. */
void cli_report_end(struct cli_report *report);

#endif
