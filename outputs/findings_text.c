#include "outputs/findings_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"

enum {
    WIDTH = 80,       /* of sentences; tables may take OUT_TABLE_WIDTH */
    INDENT = 2,       /* of tables */
    LABEL = 16,       /* of the labels of the head */
    ASSUMPTIONS = 12, /* shown */
    INSTANCES = 8,    /* of one station: shown when there are no more */
};

struct report {
    FILE *out;
    const struct std_findings *findings;
    struct sim_arena *arena; /* scratch */
};

static void print_heading(const struct report *report, const char *text, char underline) {
    const char *safe = out_safe_copy(report->arena, text);
    int width = out_text_width(safe);
    fprintf(report->out, "%s\n", safe);
    for (int i = 0; i < width; i++) {
        fputc(underline, report->out);
    }
    fputc('\n', report->out);
}

static void print_labelled(const struct report *report, const char *label, const char *text) {
    fprintf(report->out, "%-*s", LABEL, label);
    out_text_wrap(report->out, out_safe_copy(report->arena, text), LABEL, OUT_TABLE_WIDTH);
}

/* What the remarks say about the load, else what arrived. */
static void print_load(const struct report *report) {
    const struct std_findings *findings = report->findings;
    struct sim_arena *arena = report->arena;
    bool told = false;
    for (int i = 0; i < findings->remark_count; i++) {
        if (strcmp(findings->remarks[i].topic, "load") == 0) {
            print_labelled(report, "load", findings->remarks[i].text);
            told = true;
        }
    }
    struct sim_estimate arrived = out_estimate(findings, "network", "", "count.arrived", NULL);
    if (told || isnan(arrived.value)) {
        return;
    }
    const char *text =
        sim_arena_print(arena, "%s requests", out_number_quantity(round(arrived.value), "").text);
    struct out_names sources = out_entities(findings, "source", arena);
    for (int i = 0; i < sources.count; i++) {
        const char *name = sources.items[i];
        struct sim_estimate mean = out_estimate(findings, "source", name, "users.mean", NULL);
        struct sim_estimate most = out_estimate(findings, "source", name, "users.max", NULL);
        if (!isnan(mean.value) && !isnan(most.value)) {
            text = sim_arena_print(arena, "%s; %s present: %s on average, %s at most", text, name,
                                   out_number_quantity(mean.value, "users").text,
                                   out_number_quantity(round(most.value), "users").text);
        }
    }
    print_labelled(report, "load", text);
}

static void print_head(const struct report *report) {
    const struct std_findings *findings = report->findings;
    const struct mdl_scenario *scenario = findings->scenario;
    struct sim_arena *arena = report->arena;
    print_heading(report, scenario->name, '=');
    print_load(report);
    if (scenario->reading != NULL) {
        print_labelled(report, "reading",
                       sim_arena_print(arena, "%s, load factor %s", scenario->reading,
                                       out_number_short(scenario->load_factor).text));
    }
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        print_labelled(
            report, i == 0 ? "infrastructure" : "",
            sim_arena_print(arena, "%s: %s", tier->name, tier->label != NULL ? tier->label : "-"));
    }
    const char *duration = sim_arena_copy(arena, out_number_duration(scenario->horizon_s).text);
    if (scenario->warmup_s > 0) {
        duration = sim_arena_print(arena, "%s (the first %s are not counted)", duration,
                                   out_number_duration(scenario->warmup_s).text);
    }
    print_labelled(report, "simulated",
                   sim_arena_print(arena, "%s, %d replication%s, seed %" PRIu64, duration,
                                   findings->replications, findings->replications == 1 ? "" : "s",
                                   findings->seed));
    fputc('\n', report->out);
}

/* The verdicts, most important first; the load was told in the head. */
static void print_remarks(const struct report *report) {
    int printed = 0;
    for (int i = 0; i < report->findings->remark_count; i++) {
        const struct std_remark *remark = &report->findings->remarks[i];
        if (strcmp(remark->topic, "load") == 0) {
            continue;
        }
        bool warning = strcmp(remark->topic, "warning") == 0;
        fputs(warning ? "! " : "* ", report->out);
        out_text_wrap(report->out, out_safe_copy(report->arena, remark->text), 2, WIDTH + 10);
        printed++;
    }
    if (printed > 0) {
        fputc('\n', report->out);
    }
}

static void add_figure(const struct report *report, struct out_table *table, const char *scope,
                       const char *entity, const char *name, bool spread) {
    const char *unit = "";
    struct sim_estimate estimate = out_estimate(report->findings, scope, entity, name, &unit);
    out_table_estimate(table, &estimate, unit, spread);
}

static void add_requests_row(const struct report *report, struct out_table *table,
                             const char *scope, const char *entity, const char *label,
                             const char *const *percentiles, int percentile_count) {
    out_table_row(table);
    out_table_text(table, label);
    add_figure(report, table, scope, entity, "count.ok", false);
    add_figure(report, table, scope, entity, "throughput", false);
    add_figure(report, table, scope, entity, "response.mean", true);
    for (int i = 0; i < percentile_count; i++) {
        add_figure(report, table, scope, entity, percentiles[i], true);
    }
    add_figure(report, table, scope, entity, "error_rate", false);
}

static void begin_requests(const struct report *report, struct out_table *table, const char *head,
                           const char *const *percentiles, int percentile_count) {
    out_table_init(table, report->arena);
    out_table_column(table, head, true, false);
    out_table_column(table, "count", false, false);
    out_table_column(table, "rate", false, false);
    out_table_column(table, "mean", false, false);
    for (int i = 0; i < percentile_count; i++) {
        out_table_column(table, percentiles[i] + strlen("response."), false, false);
    }
    out_table_column(table, "errors", false, false);
}

/* Response times and rates: of classes, sources and marks, and of all requests together. */
static void print_requests(const struct report *report) {
    const char *percentiles[OUT_PERCENTILES];
    int count = out_percentiles(report->findings, percentiles);
    bool architecture = out_is_architecture(report->findings->scenario);
    static const struct {
        const char *scope;
        const char *head;
        bool alone; /* worth a row even when there is only one */
    } groups[] = {{"class", "class", false}, {"source", "source", true}, {"mark", "mark", true}};
    struct out_table table;
    fprintf(report->out, "Requests that succeeded: number, rate and response time\n\n");
    begin_requests(report, &table, architecture ? "kind" : "requests", percentiles, count);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        struct out_names names = out_entities(report->findings, groups[g].scope, report->arena);
        if (architecture && strcmp(groups[g].scope, "source") == 0) {
            continue;
        }
        for (int i = 0; i < names.count && (groups[g].alone || names.count > 1 || architecture);
             i++) {
            const char *label =
                architecture && g == 0
                    ? names.items[i]
                    : sim_arena_print(report->arena, "%s %s", groups[g].head, names.items[i]);
            add_requests_row(report, &table, groups[g].scope, names.items[i], label, percentiles,
                             count);
        }
    }
    add_requests_row(report, &table, "network", "", "all", percentiles, count);
    out_table_print(&table, report->out, INDENT);
    fputc('\n', report->out);
}

/* What became of the requests, where it was not success for all. */
static void print_outcomes(const struct report *report) {
    static const char *const outcomes[][2] = {
        {"count.arrived", "arrived"},
        {"count.ok", "ok"},
        {"count.rejected", "rejected"},
        {"count.abandoned", "abandoned"},
        {"count.timed_out", "timed out"},
        {"count.failed", "failed"},
        {"count.in_flight", "in flight at the end"},
    };
    enum { OUTCOMES = sizeof outcomes / sizeof outcomes[0], CERTAIN = 2 };
    bool lost = false;
    for (int i = CERTAIN; i < OUTCOMES; i++) {
        lost =
            lost || out_estimate(report->findings, "network", "", outcomes[i][0], NULL).value > 0;
    }
    if (!lost) {
        return;
    }
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, out_is_architecture(report->findings->scenario) ? "kind" : "class",
                     true, false);
    for (int i = 0; i < OUTCOMES; i++) {
        out_table_column(&table, outcomes[i][1], false, i >= CERTAIN);
    }
    struct out_names classes = out_entities(report->findings, "class", report->arena);
    for (int c = 0; c <= classes.count; c++) {
        if (c == 0 && classes.count == 1) { /* it is "all" */
            continue;
        }
        out_table_row(&table);
        out_table_text(&table, c < classes.count ? classes.items[c] : "all");
        for (int i = 0; i < OUTCOMES; i++) {
            add_figure(report, &table, c < classes.count ? "class" : "network",
                       c < classes.count ? classes.items[c] : "", outcomes[i][0], false);
        }
    }
    fprintf(report->out, "What became of the requests (mean number per replication)\n\n");
    out_table_print(&table, report->out, INDENT);
    fputc('\n', report->out);
}

/* A table of one scope: a column per metric. */
struct view_column {
    const char *head;
    const char *name;
    bool spread;
    bool optional;
};

static void begin_view(const struct report *report, struct out_table *table, const char *head,
                       const struct view_column *columns, int count) {
    out_table_init(table, report->arena);
    out_table_column(table, head, true, false);
    for (int i = 0; i < count; i++) {
        out_table_column(table, columns[i].head, false, columns[i].optional);
    }
}

static void add_view_row(const struct report *report, struct out_table *table, const char *scope,
                         const char *entity, const char *label, const struct view_column *columns,
                         int count) {
    out_table_row(table);
    out_table_text(table, label);
    for (int i = 0; i < count; i++) {
        add_figure(report, table, scope, entity, columns[i].name, columns[i].spread);
    }
}

static void print_tiers(const struct report *report) {
    static const struct view_column columns[] = {
        {"CPU", "utilization", true, false},
        {"worst 5 min", "utilization_worst_5min", true, true},
        {"worst bucket", "utilization_worst_bucket", true, true},
        {"queue", "queue.mean", false, false},
        {"max", "queue.max", false, false},
        {"connections", "connections.mean", false, false},
        {"max", "connections.max", false, false},
        {"memory", "memory.max_gib", false, true},
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    struct out_names names = out_entities(report->findings, "tier", report->arena);
    if (names.count == 0) {
        return;
    }
    struct out_table table;
    begin_view(report, &table, "tier", columns, COLUMNS);
    for (int i = 0; i < names.count; i++) {
        add_view_row(report, &table, "tier", names.items[i], names.items[i], columns, COLUMNS);
    }
    fprintf(report->out,
            "Tiers: CPU utilization, queue and connections in use (mean and most), memory of "
            "one instance (most)\n\n");
    out_table_print(&table, report->out, INDENT);
    fputc('\n', report->out);
}

/* Stations or pools, each followed by its instances where there are a few. */
static void print_places(const struct report *report, const char *scope, const char *part_scope,
                         const char *title, const char *head, const struct view_column *columns,
                         int count) {
    struct out_names names = out_entities(report->findings, scope, report->arena);
    if (names.count == 0) {
        return;
    }
    struct out_names parts = out_entities(report->findings, part_scope, report->arena);
    struct out_table table;
    begin_view(report, &table, head, columns, count);
    for (int i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        add_view_row(report, &table, scope, name, name, columns, count);
        int instances = 0;
        for (int p = 0; p < parts.count; p++) {
            instances += out_part_of(parts.items[p], name, '[', &names) != NULL;
        }
        for (int p = 0; p < parts.count && instances >= 2 && instances <= INSTANCES; p++) {
            const char *rest = out_part_of(parts.items[p], name, '[', &names);
            if (rest != NULL) {
                add_view_row(report, &table, part_scope, parts.items[p],
                             sim_arena_print(report->arena, "  [%s", rest), columns, count);
            }
        }
    }
    fprintf(report->out, "%s\n\n", title);
    out_table_print(&table, report->out, INDENT);
    fputc('\n', report->out);
}

static void print_network(const struct report *report) {
    static const struct view_column stations[] = {
        {"utilization", "utilization", true, false},
        {"number", "number.mean", true, false},
        {"waiting", "waiting_number.mean", false, false},
        {"wait", "waiting.mean", true, false},
        {"waited", "waited", false, true},
        {"response", "response.mean", true, false},
        {"rejected", "count.rejected", false, true},
        {"left", "count.abandoned", false, true},
    };
    static const struct view_column pools[] = {
        {"utilization", "utilization", true, false},
        {"held", "held.mean", true, false},
        {"max", "held.max", false, false},
        {"waiting", "waiting_number.mean", false, false},
        {"wait", "waiting.mean", true, false},
        {"rejected", "count.rejected", false, true},
        {"timed out", "count.timed_out", false, true},
    };
    static const struct view_column caches[] = {
        {"hit ratio", "hit_ratio", true, false},
        {"hits", "count.hits", false, false},
        {"misses", "count.misses", false, false},
    };
    print_places(report, "station", "instance", "Stations: numbers of requests, times per visit",
                 "station", stations, sizeof stations / sizeof stations[0]);
    print_places(report, "pool", "pool_instance", "Pools: places held, times to get one", "pool",
                 pools, sizeof pools / sizeof pools[0]);
    print_places(report, "cache", "cache", "Caches", "cache", caches,
                 sizeof caches / sizeof caches[0]);
}

/* "10ms .. 60ms" for ranges that differ in the first parameter of one law only. */
static const char *range_text(const struct mdl_assumption *assumption, struct sim_arena *arena) {
    const char *low = assumption->low;
    const char *high = assumption->high;
    if (low == NULL || high == NULL) {
        return "-";
    }
    size_t name = strcspn(low, "(");
    if (low[name] == '(' && strncmp(low, high, name + 1) == 0) {
        const char *from = low + name + 1;
        const char *to = high + name + 1;
        size_t from_length = strcspn(from, ",)");
        size_t to_length = strcspn(to, ",)");
        if (strcmp(from + from_length, to + to_length) == 0) {
            return sim_arena_print(arena, "%.*s .. %.*s", (int)from_length, from, (int)to_length,
                                   to);
        }
    }
    return sim_arena_print(arena, "%s .. %s", low, high);
}

/* 0 the most relevant: what the CPUs are asked for, then the load, then other figures with a range,
 * then those that nobody says could be otherwise. */
static int rank(const struct mdl_assumption *assumption) {
    if (assumption->low == NULL || assumption->high == NULL) {
        return 3;
    }
    size_t length = strlen(assumption->key);
    if (length > 4 && strcmp(assumption->key + length - 4, "_cpu") == 0) {
        return 0;
    }
    return strncmp(assumption->key, "workload.", strlen("workload.")) == 0 ? 1 : 2;
}

static void print_assumptions(const struct report *report) {
    const struct mdl_scenario *scenario = report->findings->scenario;
    if (scenario->assumption_count == 0) {
        return;
    }
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "key", true, false);
    out_table_column(&table, "value", true, false);
    out_table_column(&table, "range", true, false);
    out_table_column(&table, "source", true, false);
    out_table_keep(&table, 0);
    for (int relevance = 0; relevance <= 3; relevance++) {
        for (int i = 0; i < scenario->assumption_count && table.row_count < ASSUMPTIONS; i++) {
            const struct mdl_assumption *assumption = &scenario->assumptions[i];
            if (rank(assumption) == relevance) {
                out_table_row(&table);
                out_table_text(&table, assumption->key);
                out_table_text(&table, assumption->likely);
                out_table_text(&table, range_text(assumption, report->arena));
                out_table_text(&table, assumption->source);
            }
        }
    }
    fprintf(report->out, "Assumed, not given: %d figure%s\n\n", scenario->assumption_count,
            scenario->assumption_count == 1 ? "" : "s");
    out_table_print(&table, report->out, INDENT);
    int more = scenario->assumption_count - table.row_count;
    if (more > 0) {
        fprintf(report->out, "%*sand %d more: --format json has them all, each in words.\n", INDENT,
                "", more);
    }
    fputc('\n', report->out);
}

static void print_meaning(const struct report *report) {
    int replications = report->findings->replications;
    const char *text;
    if (replications > 1) {
        text = sim_arena_print(
            report->arena,
            "Figures are means over %d replications; +- is the half-width of their 95 %% "
            "confidence "
            "interval. Percentiles are of the responses of all replications together. Times are of "
            "requests that succeeded; - means that nothing was observed.",
            replications);
    } else {
        text = "One replication: a single sample, without confidence intervals (--replications N "
               "gives them). Times are of requests that succeeded; - means that nothing was "
               "observed.";
    }
    out_text_wrap(report->out, text, 0, WIDTH + 10);
}

void out_text_findings(FILE *out, const struct std_findings *findings) {
    struct report report = {out, findings, sim_arena_new()};
    print_head(&report);
    print_remarks(&report);
    print_requests(&report);
    if (out_is_architecture(findings->scenario)) {
        print_tiers(&report);
    } else {
        print_network(&report);
    }
    print_outcomes(&report);
    print_assumptions(&report);
    print_meaning(&report);
    sim_arena_free(report.arena);
}
