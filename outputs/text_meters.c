/* The text report's list of what bills count. */
#include "outputs/number_text.h"
#include "outputs/text_report.h"

void out_report_meters(const struct out_report *report) {
    const struct mdl_scenario *scenario = report->findings->scenario;
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "meter", true, false);
    out_table_column(&table, "quantity", false, true);
    out_table_column(&table, "what is counted", true, false);
    for (int i = 0; i < scenario->meter_count; i++) {
        const struct mdl_meter *meter = &scenario->meters[i];
        const char *unit = meter->unit;
        struct sim_estimate found =
            out_estimate(report->index, "meter", meter->name, "quantity", &unit);
        out_table_row(&table);
        out_table_text(&table, meter->name);
        out_table_text(&table, out_number_quantity(found.value, unit).text);
        out_table_text(&table, meter->text);
    }
    out_report_table(report, "Metered over the observed time, for bills (mean)", &table);
}
