/* What the files of the text report share. Internal to outputs/. */
#ifndef OUTPUTS_TEXT_REPORT_H
#define OUTPUTS_TEXT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "outputs/findings_view.h"
#include "outputs/text_table.h"

enum { OUT_REPORT_INDENT = 2 }; /* of tables */

struct out_report {
    FILE *out;
    const struct std_findings *findings;
    struct out_index *index;
    struct sim_arena *arena; /* scratch */
};

/* A column of a table of entities: one metric of each. */
struct out_report_column {
    const char *head;
    const char *name; /* of the metric */
    bool spread;      /* with +- */
    bool optional;    /* left out when it is 0 or missing in every row */
};

/* Adds the columns to a table. */
void out_report_columns(struct out_table *table, const struct out_report_column *columns,
                        int count);

/* Adds the figures of one entity to the last row, a cell for each column. */
void out_report_figures(const struct out_report *report, struct out_table *table, const char *scope,
                        const char *entity, const struct out_report_column *columns, int count);

/* Title, table, empty line; nothing when the table has no rows. */
void out_report_table(const struct out_report *report, const char *title,
                      const struct out_table *table);

/* Where a request's time goes, class by class; nothing where that was not kept. */
void out_report_breakdown(const struct out_report *report);

/* What bills count; nothing in network form. */
void out_report_meters(const struct out_report *report);

/* CPU credits of burstable servers; nothing where there are none, or where those of an architecture
 * hardly fell. */
void out_report_credits(const struct out_report *report);

/* The verdicts on the SLOs: a sentence, a table, sentences about single ones. Nothing without SLOs.
 */
void out_report_slos(const struct out_report *report);

/* What the scenario asked to look at: windows, instants, first customers, the event log. Prints
 * nothing of what it did not ask for. */
void out_report_observed(const struct out_report *report);

#endif
