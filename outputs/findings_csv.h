/* Findings as comma-separated values (RFC 4180: CRLF line ends, quotes where needed).
 *
 * Numbers are exact (the shortest text that reads back the same); a figure that was not observed is
 * an empty field. A text that begins with = + - or @ is preceded by an apostrophe, so that a
 * spreadsheet shows it and does not compute it; control characters are shown as escapes. Write
 * errors: ask ferror(out).
 */
#ifndef OUTPUTS_FINDINGS_CSV_H
#define OUTPUTS_FINDINGS_CSV_H

#include <stdio.h>

#include "sim/base_arena.h"
#include "studies/findings.h"

/* One text field as above, in the arena. NULL gives an empty field. */
const char *out_csv_field(struct sim_arena *arena, const char *text);

/* A comma and the number; nothing after it when the value is NAN; "inf" or "-inf". */
void out_csv_number(FILE *out, double value);

/* One line per metric: scope,entity,name,unit,value,low,high,count; then, of scope "slo", each
 * verdict's figure where it was decided, and 1 at its answer. */
void out_csv_metrics(FILE *out, const struct std_findings *findings);

/* One line per series and bucket: scope,entity,name,unit,bucket_start_s,value,low,high. */
void out_csv_series(FILE *out, const struct std_findings *findings);

/* One line per SLO and place in which it was judged; see the first line for the columns. */
void out_csv_slos(FILE *out, const struct std_findings *findings);

/* One line per line of the event log: time_s,source,customer,class,station,instance,what. */
void out_csv_log(FILE *out, const struct std_findings *findings);

#endif
