#include "outputs/charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/chart_breakdown.h"
#include "outputs/chart_gnuplot.h"
#include "outputs/chart_script.h"
#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/whole_file.h"

/* Below this peak a panel of 0-100 % shows little: a second one shows the same enlarged. */
static const double little = 0.25;

struct drawer {
    const struct std_findings *findings;
    struct sim_arena *arena; /* scratch */
    const char *folder;
    const char *prefix;
    out_chart_wrote wrote;
    void *context;
    bool missing; /* gnuplot is */
    struct out_error *error;
};

static struct out_panel *add_panel(struct out_chart *chart, const char *title, double factor,
                                   double top) {
    struct out_panel *panel = &chart->panels[chart->panel_count++];
    *panel = (struct out_panel){.title = title, .factor = factor, .top = top};
    return panel;
}

/* The last panel is dropped when nothing came to it. */
static void drop_empty(struct out_chart *chart) {
    if (chart->panel_count > 0 && chart->panels[chart->panel_count - 1].curve_count == 0) {
        chart->panel_count--;
    }
}

static void tell(const struct drawer *drawer, const char *name, const char *extension) {
    if (drawer->wrote != NULL) {
        drawer->wrote(drawer->context,
                      sim_arena_print(drawer->arena, "%s/%s.%s", drawer->folder, name, extension));
    }
}

/* The script's file, to be written and then drawn. */
static enum out_status begin_script(const struct drawer *drawer, const char *name,
                                    struct out_file *file) {
    return out_file_begin(file, sim_arena_print(drawer->arena, "%s/%s.gp", drawer->folder, name),
                          drawer->error);
}

static enum out_status draw_script(struct drawer *drawer, const char *name, struct out_file *file) {
    enum out_status status = out_file_commit(file, drawer->error);
    if (status != OUT_OK) {
        return status;
    }
    tell(drawer, name, "gp");
    if (drawer->missing) {
        return OUT_OK;
    }
    status = out_gnuplot_run(drawer->folder, name, drawer->error);
    if (status == OUT_NO_GNUPLOT) {
        drawer->missing = true;
        return OUT_OK;
    }
    if (status == OUT_OK) {
        tell(drawer, name, "svg");
        tell(drawer, name, "png");
    }
    return status;
}

static enum out_status draw(struct drawer *drawer, struct out_chart *chart) {
    drop_empty(chart);
    if (chart->panel_count == 0) {
        return OUT_OK;
    }
    chart->name = sim_arena_print(drawer->arena, "%s%s", drawer->prefix, chart->name);
    struct out_file file;
    enum out_status status = begin_script(drawer, chart->name, &file);
    if (status != OUT_OK) {
        return status;
    }
    out_chart_script(file.stream, chart, drawer->findings);
    return draw_script(drawer, chart->name, &file);
}

/* --- where the time goes ----------------------------------------------------------------------
 */

static enum out_status draw_breakdown(struct drawer *drawer) {
    enum { BARS = 8 };
    struct out_index *index = out_index_new(drawer->findings, drawer->arena);
    struct out_names classes = out_entities(index, "class", drawer->arena);
    struct out_hops bars[BARS];
    int count = 0;
    for (int i = 0; i < classes.count && classes.count > 1 && count + 1 < BARS; i++) {
        bars[count] = out_hops_of(index, classes.items[i], drawer->arena);
        count += bars[count].count > 0;
    }
    bars[count] = out_hops_of(index, NULL, drawer->arena);
    count += bars[count].count > 0;
    if (count == 0) {
        return OUT_OK;
    }
    const char *name = sim_arena_print(drawer->arena, "%sbreakdown", drawer->prefix);
    struct out_file file;
    enum out_status status = begin_script(drawer, name, &file);
    if (status != OUT_OK) {
        return status;
    }
    out_chart_breakdown_script(file.stream, name, drawer->findings, bars, count);
    return draw_script(drawer, name, &file);
}

/* --- which curves ----------------------------------------------------------------------------- */

static double mean_of(const struct std_findings *findings, const struct std_series *series) {
    double sum = 0;
    int count = 0;
    for (int b = 0; b < findings->bucket_count; b++) {
        if (isfinite(series->points[b].value)) {
            sum += series->points[b].value;
            count++;
        }
    }
    return count > 0 ? sum / count : -1;
}

/* At most `most` entities of a scope: those with the largest means of the series, in the order of
 * the findings. */
static struct out_names busiest(const struct drawer *drawer, const char *scope, const char *name,
                                int most) {
    struct out_names names = out_series_entities(drawer->findings, scope, name, drawer->arena);
    while (names.count > most) {
        int least = 0;
        double least_mean = INFINITY;
        for (int i = 0; i < names.count; i++) {
            double mean = mean_of(drawer->findings,
                                  std_series_find(drawer->findings, scope, names.items[i], name));
            if (mean <= least_mean) { /* of equals the last goes */
                least = i;
                least_mean = mean;
            }
        }
        names.count--;
        memmove(names.items + least, names.items + least + 1,
                (size_t)(names.count - least) * sizeof *names.items);
    }
    return names;
}

/* The title, and where not all entities have a curve, that these are the busiest. */
static const char *title_of(const struct drawer *drawer, const char *title, const char *scope,
                            const char *name, const struct out_names *shown) {
    int all = out_series_entities(drawer->findings, scope, name, drawer->arena).count;
    return all > shown->count ? sim_arena_print(drawer->arena, "%s, the %d busiest of %d", title,
                                                shown->count, all)
                              : title;
}

/* A curve per entity. `labels` may be NULL: the entity's own name. */
static void add_entities(const struct drawer *drawer, struct out_panel *panel, const char *scope,
                         const char *name, const struct out_names *names,
                         const char *const *labels) {
    for (int i = 0; i < names->count; i++) {
        out_panel_add(panel, drawer->findings,
                      std_series_find(drawer->findings, scope, names->items[i], name),
                      labels != NULL ? labels[i] : names->items[i]);
    }
}

/* --- the charts ------------------------------------------------------------------------------- */

static enum out_status draw_load(struct drawer *drawer) {
    const struct std_findings *findings = drawer->findings;
    struct out_chart chart = {.name = "load", .title = "arrivals and concurrency"};
    struct out_panel *arrivals = add_panel(&chart, "Requests arriving per second", 1, 0);
    struct out_names classes = busiest(drawer, "class", "arrivals", OUT_CHART_CURVES - 1);
    out_panel_add(arrivals, findings, std_series_find(findings, "network", "", "arrivals"), "all");
    if (classes.count > 1) {
        add_entities(drawer, arrivals, "class", "arrivals", &classes, NULL);
    }
    drop_empty(&chart);
    struct out_panel *present = add_panel(&chart, "Users present", 1, 0);
    struct out_names sources = busiest(drawer, "source", "present", OUT_CHART_CURVES);
    add_entities(drawer, present, "source", "present", &sources, NULL);
    return draw(drawer, &chart);
}

/* Milliseconds where all is well below a second. */
static void finish_times(struct drawer *drawer, struct out_panel *panel, const char *whose) {
    bool milli = out_panel_peak(panel, drawer->findings) < 2;
    panel->factor = milli ? 1000 : 1;
    panel->title =
        sim_arena_print(drawer->arena, "%s: response time (%s)", whose, milli ? "ms" : "s");
}

static void add_percentiles(struct drawer *drawer, struct out_chart *chart, const char *scope,
                            const char *entity, const char *whose) {
    const struct std_findings *findings = drawer->findings;
    struct out_panel *panel = add_panel(chart, whose, 1, 0);
    const char *names[OUT_PERCENTILES];
    for (int i = out_percentiles(findings, names) - 1; i >= 0; i--) { /* as they lie in the panel */
        out_panel_add(panel, findings, std_series_find(findings, scope, entity, names[i]),
                      names[i] + strlen("response."));
    }
    finish_times(drawer, panel, whose);
    drop_empty(chart);
}

static enum out_status draw_response(struct drawer *drawer) {
    struct out_chart chart = {.name = "response", .title = "response times"};
    struct out_names classes = busiest(drawer, "class", "arrivals", OUT_CHART_PANELS);
    if (classes.count < 2) {
        add_percentiles(drawer, &chart, "network", "", "all requests");
    }
    for (int i = 0; i < classes.count && classes.count > 1; i++) {
        add_percentiles(drawer, &chart, "class", classes.items[i], classes.items[i]);
    }
    return draw(drawer, &chart);
}

/* "app: 3 x EC2 t3.large", without what the label adds after a comma or in parentheses. */
static const char **tier_labels(const struct drawer *drawer, const struct out_names *names) {
    const char **labels = sim_arena_array(drawer->arena, (size_t)names->count + 1, sizeof *labels);
    for (int i = 0; i < names->count; i++) {
        const struct mdl_tier *tier = out_tier(drawer->findings->scenario, names->items[i]);
        labels[i] = names->items[i];
        if (tier != NULL && tier->label != NULL) {
            size_t length = strcspn(tier->label, ",(");
            length -= length > 0 && tier->label[length - 1] == ' ';
            labels[i] =
                sim_arena_print(drawer->arena, "%s: %.*s", tier->name, (int)length, tier->label);
        }
    }
    return labels;
}

static enum out_status draw_utilization(struct drawer *drawer) {
    struct out_chart chart = {.name = "utilization", .title = "CPU utilization by tier"};
    struct out_names tiers = busiest(drawer, "tier", "utilization", OUT_CHART_CURVES);
    chart.title = title_of(drawer, chart.title, "tier", "utilization", &tiers);
    const char **labels = tier_labels(drawer, &tiers);
    struct out_panel *panel = add_panel(&chart, "Busy share of the vCPUs (%)", 100, 100);
    add_entities(drawer, panel, "tier", "utilization", &tiers, labels);
    double peak = out_panel_peak(panel, drawer->findings);
    if (peak > 0 && peak < little) {
        panel = add_panel(&chart, "The same, enlarged (%)", 100, 0);
        add_entities(drawer, panel, "tier", "utilization", &tiers, tiers.items);
    }
    return draw(drawer, &chart);
}

static enum out_status draw_connections(struct drawer *drawer) {
    struct out_chart chart = {.name = "connections", .title = "active connections by tier"};
    struct out_names tiers = busiest(drawer, "tier", "connections", OUT_CHART_CURVES);
    chart.title = title_of(drawer, chart.title, "tier", "connections", &tiers);
    struct out_panel *panel = add_panel(&chart, "Connections in use", 1, 0);
    add_entities(drawer, panel, "tier", "connections", &tiers, tier_labels(drawer, &tiers));
    return draw(drawer, &chart);
}

/* A balance that moves by less than this share of its highest value is flat. */
static const double flat = 0.01;

static bool moves(const struct std_findings *findings, const struct std_series *series) {
    double least = INFINITY;
    double most = 0;
    for (int b = 0; b < findings->bucket_count; b++) {
        least = fmin(least, series->points[b].value);
        most = fmax(most, series->points[b].value);
    }
    return most - least > flat * most;
}

static bool above_zero(const struct std_findings *findings, const struct std_series *series) {
    for (int b = 0; series != NULL && b < findings->bucket_count; b++) {
        if (series->points[b].value > 0) {
            return true;
        }
    }
    return false;
}

/* Balances that move, with the stretches without credits shaded; where there are such stretches
 * what they do to response times; where surplus is owed, how much. */
static enum out_status draw_credits(struct drawer *drawer) {
    const struct std_findings *findings = drawer->findings;
    struct sim_arena *arena = drawer->arena;
    const char *scope = out_is_architecture(findings->scenario) ? "tier" : "station";
    struct out_chart chart = {.name = "credits", .title = "CPU credits"};
    struct out_panel *panel =
        add_panel(&chart, "CPU credit balance of an instance (credits)", 1, 0);
    struct out_names names = out_series_entities(findings, scope, "credits.balance", arena);
    const struct std_series *shade = NULL;
    for (int i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        const struct std_series *least =
            std_series_find(findings, scope, name, "credits.balance_min");
        const struct std_series *mean = std_series_find(findings, scope, name, "credits.balance");
        const struct std_series *held = std_series_find(findings, scope, name, "credits.throttled");
        if (!moves(findings, mean)) {
            continue;
        }
        out_panel_add(panel, findings, mean,
                      least == NULL ? name : sim_arena_print(arena, "%s, mean", name));
        out_panel_add(panel, findings, least, sim_arena_print(arena, "%s, lowest", name));
        shade = shade == NULL && above_zero(findings, held) ? held : shade;
    }
    if (shade != NULL) {
        panel->shade = shade;
        panel->title = sim_arena_print(arena, "%s; grey: %s held to its baseline", panel->title,
                                       shade->entity);
        add_percentiles(drawer, &chart, "network", "", "All requests");
        chart.panels[chart.panel_count - 1].shade = shade;
    }
    drop_empty(&chart);
    panel = add_panel(&chart, "Surplus owed by all instances (credits)", 1, 0);
    for (int i = 0; i < names.count; i++) {
        const struct std_series *owed =
            std_series_find(findings, scope, names.items[i], "credits.surplus");
        if (above_zero(findings, owed)) {
            out_panel_add(panel, findings, owed, names.items[i]);
        }
    }
    return draw(drawer, &chart);
}

static enum out_status draw_stations(struct drawer *drawer) {
    struct out_chart chart = {.name = "stations", .title = "stations"};
    struct out_names names = busiest(drawer, "station", "utilization", OUT_CHART_CURVES);
    chart.title = title_of(drawer, chart.title, "station", "utilization", &names);
    struct out_panel *panel = add_panel(&chart, "Utilization (%)", 100, 100);
    add_entities(drawer, panel, "station", "utilization", &names, NULL);
    drop_empty(&chart);
    panel = add_panel(&chart, "Number of requests at the station", 1, 0);
    add_entities(drawer, panel, "station", "number", &names, NULL);
    return draw(drawer, &chart);
}

static enum out_status draw_pools(struct drawer *drawer) {
    struct out_chart chart = {.name = "pools", .title = "pools"};
    struct out_names names = busiest(drawer, "pool", "held", OUT_CHART_CURVES);
    chart.title = title_of(drawer, chart.title, "pool", "held", &names);
    struct out_panel *panel = add_panel(&chart, "Places held", 1, 0);
    add_entities(drawer, panel, "pool", "held", &names, NULL);
    return draw(drawer, &chart);
}

enum out_status out_charts_write(const struct std_findings *findings, const char *folder,
                                 const char *prefix, out_chart_wrote wrote, void *context,
                                 struct out_error *error) {
    static enum out_status (*const architecture[])(struct drawer *) = {
        draw_load, draw_response, draw_utilization, draw_connections, draw_credits};
    static enum out_status (*const network[])(struct drawer *) = {
        draw_load, draw_response, draw_stations, draw_pools, draw_credits};
    enum { CHARTS = sizeof architecture / sizeof architecture[0] };
    bool over_time = findings->bucket_count > 0 && findings->series_count > 0;
    if (!over_time && !findings->scenario->breakdown) {
        return OUT_OK;
    }
    enum out_status status = out_folder_make(folder, error);
    struct drawer drawer = {findings, sim_arena_new(), folder, prefix,
                            wrote,    context,         false,  error};
    bool tiers = out_is_architecture(findings->scenario);
    if (status == OUT_OK) {
        status = draw_breakdown(&drawer);
    }
    for (int i = 0; over_time && i < CHARTS && status == OUT_OK; i++) {
        status = tiers ? architecture[i](&drawer) : network[i](&drawer);
    }
    sim_arena_free(drawer.arena);
    return status == OUT_OK && drawer.missing ? OUT_NO_GNUPLOT : status;
}
