/* The text report's list of what bills count. */
#include "outputs/number_text.h"
#include "outputs/text_report.h"

void out_report_meters(const struct out_report *report) {
    struct out_names meters = out_entities(report->index, "meter", report->arena);
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "meter", true, false);
    out_table_column(&table, "quantity", false, true);
    for (int i = 0; i < meters.count; i++) {
        const char *unit = "";
        struct sim_estimate found =
            out_estimate(report->index, "meter", meters.items[i], "quantity", &unit);
        out_table_row(&table);
        out_table_text(&table, meters.items[i]);
        out_table_estimate(&table, &found, unit, true);
    }
    out_report_table(report, "Metered over the observed time, for bills (mean)", &table);
}
