#include "cli/report.h"

#include <stdio.h>

#include "outputs/findings_csv.h"
#include "outputs/findings_json.h"
#include "outputs/findings_text.h"

void cli_report_begin(struct cli_report *report, enum cli_format format, bool several) {
    *report = (struct cli_report){.format = format, .several = several};
    if (format == CLI_JSON && several) {
        fputs("[\n", stdout);
    }
}

void cli_report_add(struct cli_report *report, const struct std_findings *findings,
                    const char *version) {
    bool first = report->printed++ == 0;
    switch (report->format) {
    case CLI_TEXT:
        fputs(first ? "" : "\n", stdout);
        out_text_findings(stdout, findings);
        break;
    case CLI_JSON:
        fputs(first ? "" : ",\n", stdout);
        out_json_findings(stdout, findings, version);
        break;
    case CLI_CSV:
        fputs(first ? "" : "\r\n", stdout);
        out_csv_metrics(stdout, findings);
        break;
    }
    fflush(stdout);
}

void cli_report_end(struct cli_report *report) {
    if (report->format == CLI_JSON && report->several) {
        fputs("]\n", stdout);
    }
}
