#include "outputs/findings_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/stopping_view.h"
#include "outputs/text_report.h"
#include "outputs/twin_view.h"

enum {
    WIDTH = 80,       /* of sentences; tables may take OUT_TABLE_WIDTH */
    LABEL = 16,       /* of the labels of the head */
    ASSUMPTIONS = 12, /* shown */
    INSTANCES = 8,    /* of one station: shown when there are no more */
};

static void print_heading(const struct out_report *report, const char *text, char underline) {
    const char *safe = out_safe_copy(report->arena, text);
    int width = out_text_width(safe);
    fprintf(report->out, "%s\n", safe);
    for (int i = 0; i < width; i++) {
        fputc(underline, report->out);
    }
    fputc('\n', report->out);
}

static void print_labelled(const struct out_report *report, const char *label, const char *text) {
    fprintf(report->out, "%-*s", LABEL, label);
    out_text_wrap(report->out, out_safe_copy(report->arena, text), LABEL, OUT_TABLE_WIDTH);
}

/* The remarks on what the head tells; false: there are none. */
static bool print_topic(const struct out_report *report, const char *topic) {
    bool told = false;
    for (int i = 0; i < report->findings->remark_count; i++) {
        const struct std_remark *remark = &report->findings->remarks[i];
        if (strcmp(remark->topic, topic) == 0) {
            print_labelled(report, topic, remark->text);
            told = true;
        }
    }
    return told;
}

/* What the remarks say about the load, else what arrived. */
static void print_load(const struct out_report *report) {
    struct sim_arena *arena = report->arena;
    bool told = print_topic(report, "load");
    struct sim_estimate arrived = out_estimate(report->index, "network", "", "count.arrived", NULL);
    if (told || isnan(arrived.value)) {
        return;
    }
    const char *text =
        sim_arena_print(arena, "%s requests", out_number_quantity(round(arrived.value), "").text);
    struct out_names sources = out_entities(report->index, "source", arena);
    for (int i = 0; i < sources.count; i++) {
        const char *name = sources.items[i];
        struct sim_estimate mean = out_estimate(report->index, "source", name, "users.mean", NULL);
        struct sim_estimate most = out_estimate(report->index, "source", name, "users.max", NULL);
        if (!isnan(mean.value) && !isnan(most.value)) {
            text = sim_arena_print(arena, "%s; %s present: %s on average, %s at most", text, name,
                                   out_number_quantity(mean.value, "users").text,
                                   out_number_quantity(round(most.value), "users").text);
        }
    }
    print_labelled(report, "load", text);
}

static void print_head(const struct out_report *report) {
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
    if (findings->warmup_s > 0) {
        duration = sim_arena_print(arena, "%s (the first %s are not counted)", duration,
                                   out_number_duration(findings->warmup_s).text);
    }
    print_labelled(report, "simulated",
                   sim_arena_print(arena, "%s, %d replication%s, seed %" PRIu64, duration,
                                   findings->replications, findings->replications == 1 ? "" : "s",
                                   findings->seed));
    const char *stopped = out_stopping_text(arena, &findings->stopping, findings->replications,
                                            out_is_architecture(scenario) ? "kind" : "class");
    if (stopped != NULL) {
        print_labelled(report, "stopped", stopped);
    }
    print_topic(report, "steady");
    fputc('\n', report->out);
}

/* The sentences, most important first; the load and how a steady state was measured were told in
 * the head, the verdicts before. */
static void print_remarks(const struct out_report *report) {
    int printed = 0;
    for (int i = 0; i < report->findings->remark_count; i++) {
        const struct std_remark *remark = &report->findings->remarks[i];
        if (strcmp(remark->topic, "load") == 0 || strcmp(remark->topic, "slo") == 0 ||
            strcmp(remark->topic, "steady") == 0) {
            continue;
        }
        bool warning =
            strcmp(remark->topic, "warning") == 0 || strcmp(remark->topic, "instability") == 0;
        fputs(warning ? "! " : "* ", report->out);
        out_text_wrap(report->out, out_safe_copy(report->arena, remark->text), 2, WIDTH + 10);
        printed++;
    }
    if (printed > 0) {
        fputc('\n', report->out);
    }
}

static void add_figure(const struct out_report *report, struct out_table *table, const char *scope,
                       const char *entity, const char *name, bool spread) {
    const char *unit = "";
    struct sim_estimate estimate = out_estimate(report->index, scope, entity, name, &unit);
    out_table_estimate(table, &estimate, unit, spread);
}

static void add_requests_row(const struct out_report *report, struct out_table *table,
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
    add_figure(report, table, scope, entity, "attempts.mean", false);
}

static void begin_requests(const struct out_report *report, struct out_table *table,
                           const char *head, const char *const *percentiles, int percentile_count) {
    out_table_init(table, report->arena);
    out_table_column(table, head, true, false);
    out_table_column(table, "count", false, false);
    out_table_column(table, "rate", false, false);
    out_table_column(table, "mean", false, false);
    for (int i = 0; i < percentile_count; i++) {
        out_table_column(table, percentiles[i] + strlen("response."), false, false);
    }
    out_table_column(table, "errors", false, false);
    out_table_column(table, "attempts", false, true);
}

/* Response times and rates: of classes, sources and marks, and of all requests together. */
static void print_requests(const struct out_report *report) {
    const char *percentiles[OUT_PERCENTILES];
    int count = out_percentiles(report->findings, percentiles);
    bool architecture = out_is_architecture(report->findings->scenario);
    static const struct {
        const char *scope;
        const char *head;
        bool alone; /* worth a row even when there is only one */
    } groups[] = {{"class", "class", false}, {"source", "source", false}, {"mark", "mark", true}};
    struct out_table table;
    begin_requests(report, &table, architecture ? "kind" : "requests", percentiles, count);
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        struct out_names names = out_entities(report->index, groups[g].scope, report->arena);
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
    out_report_table(report, "Requests that succeeded: number, rate and response time", &table);
}

/* What became of the requests, where it was not success for all. */
static void print_outcomes(const struct out_report *report) {
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
        lost = lost || out_estimate(report->index, "network", "", outcomes[i][0], NULL).value > 0;
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
    struct out_names classes = out_entities(report->index, "class", report->arena);
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
    out_report_table(report, "What became of the requests (mean number per replication)", &table);
}

void out_report_columns(struct out_table *table, const struct out_report_column *columns,
                        int count) {
    for (int i = 0; i < count; i++) {
        out_table_column(table, columns[i].head, false, columns[i].optional);
    }
}

void out_report_figures(const struct out_report *report, struct out_table *table, const char *scope,
                        const char *entity, const struct out_report_column *columns, int count) {
    for (int i = 0; i < count; i++) {
        add_figure(report, table, scope, entity, columns[i].name, columns[i].spread);
    }
}

void out_report_table(const struct out_report *report, const char *title,
                      const struct out_table *table) {
    if (table->row_count > 0) {
        fprintf(report->out, "%s\n\n", title);
        out_table_print(table, report->out, OUT_REPORT_INDENT);
        fputc('\n', report->out);
    }
}

static void begin_view(const struct out_report *report, struct out_table *table, const char *head,
                       const struct out_report_column *columns, int count) {
    out_table_init(table, report->arena);
    out_table_column(table, head, true, false);
    out_report_columns(table, columns, count);
}

static void add_view_row(const struct out_report *report, struct out_table *table,
                         const char *scope, const char *entity, const char *label,
                         const struct out_report_column *columns, int count) {
    out_table_row(table);
    out_table_text(table, label);
    out_report_figures(report, table, scope, entity, columns, count);
}

static void print_tiers(const struct out_report *report) {
    static const struct out_report_column columns[] = {
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
    struct out_names names = out_entities(report->index, "tier", report->arena);
    if (names.count == 0) {
        return;
    }
    struct out_table table;
    begin_view(report, &table, "tier", columns, COLUMNS);
    for (int i = 0; i < names.count; i++) {
        add_view_row(report, &table, "tier", names.items[i], names.items[i], columns, COLUMNS);
    }
    out_report_table(report,
                     "Tiers: CPU utilization, queue and connections in use (mean and most), memory "
                     "of one instance (most)",
                     &table);
}

/* A row for each tier that has the figure `by`. */
static void print_tiers_with(const struct out_report *report, const char *by, const char *title,
                             const struct out_report_column *columns, int count) {
    struct out_names names = out_entities(report->index, "tier", report->arena);
    struct out_table table;
    begin_view(report, &table, "tier", columns, count);
    for (int i = 0; i < names.count; i++) {
        if (!isnan(out_estimate(report->index, "tier", names.items[i], by, NULL).value)) {
            add_view_row(report, &table, "tier", names.items[i], names.items[i], columns, count);
        }
    }
    out_report_table(report, title, &table);
}

static void print_data_tiers(const struct out_report *report) {
    static const struct out_report_column volumes[] = {
        {"operations", "storage.operations", false, false},
        {"of sustained", "storage.utilization", false, false},
        {"throttled", "storage.throttled", false, false},
        {"share", "storage.throttled_share", false, false},
        {"least burst", "storage.burst_min", false, true},
        {"busiest CPU", "utilization_busiest", false, true},
    };
    static const struct out_report_column networks[] = {
        {"carried", "network.carried", false, false},
        {"of baseline", "network.utilization", false, false},
        {"least allowance", "network.allowance_min", false, false},
        {"held to it", "network.throttled", true, false},
    };
    static const struct out_report_column replicas[] = {
        {"lag", "lag.mean", true, false},
        {"p95", "lag.p95", false, true},
        {"p99", "lag.p99", false, true},
        {"not replayed", "unreplayed.mean", false, false},
        {"stale reads", "stale.count", false, true},
        {"share", "stale.share", false, true},
        {"touched at most", "stale.touched", false, true},
    };
    print_tiers_with(report, "network.carried",
                     "Network of servers: carried by all in the busier direction, share of their "
                     "baseline, least left of an allowance, time that servers were held to it",
                     networks, sizeof networks / sizeof networks[0]);
    print_tiers_with(report, "storage.operations",
                     "Storage: operations of all volumes, share of what the busiest one sustains, "
                     "passages that had to wait",
                     volumes, sizeof volumes / sizeof volumes[0]);
    print_tiers_with(report, "lag.mean",
                     "Replication: lag of the replica where it is largest, commits under way to "
                     "replicas, reads that missed some",
                     replicas, sizeof replicas / sizeof replicas[0]);
}

/* The entities of a scope, each followed by its instances where there are a few (`part_scope`;
 * NULL: they have none). */
static void print_places(const struct out_report *report, const char *scope, const char *part_scope,
                         const char *title, const char *head,
                         const struct out_report_column *columns, int count) {
    struct out_names names = out_entities(report->index, scope, report->arena);
    if (names.count == 0) {
        return;
    }
    struct out_names parts = {NULL, 0};
    if (part_scope != NULL) {
        parts = out_entities(report->index, part_scope, report->arena);
    }
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
    out_report_table(report, title, &table);
}

/* Passages through the steps that have a name. */
static void print_blocks(const struct out_report *report) {
    const char *percentiles[OUT_PERCENTILES];
    int count = out_percentiles(report->findings, percentiles);
    struct out_names names = out_entities(report->index, "block", report->arena);
    struct out_table table;
    begin_requests(report, &table, "step", percentiles, count);
    for (int i = 0; i < names.count; i++) {
        add_requests_row(report, &table, "block", names.items[i], names.items[i], percentiles,
                         count);
    }
    out_report_table(report, "Named steps: passages that succeeded, their number, rate and time",
                     &table);
}

/* Where the requests and their users are when they are at no station: thinking, or between two
 * attempts. */
static void print_present(const struct out_report *report) {
    static const struct out_report_column columns[] = {
        {"requests", "number.mean", true, false}, {"max", "number.max", false, false},
        {"backoff", "backoff.mean", true, true},  {"max", "backoff.max", false, true},
        {"users", "users.mean", true, true},      {"thinking", "thinking.mean", true, true},
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0] };
    bool told = !isnan(out_estimate(report->index, "network", "", "backoff.mean", NULL).value);
    struct out_names sources = out_entities(report->index, "source", report->arena);
    struct out_table table;
    begin_view(report, &table, "source", columns, COLUMNS);
    for (int i = 0; i < sources.count; i++) {
        const char *name = sources.items[i];
        add_view_row(report, &table, "source", name, name, columns, COLUMNS);
        told = told ||
               !isnan(out_estimate(report->index, "source", name, "thinking.mean", NULL).value);
    }
    add_view_row(report, &table, "network", "", "all", columns, COLUMNS);
    if (told) {
        out_report_table(report, "Present on average: requests and users, wherever they are",
                         &table);
    }
}

static void print_caches(const struct out_report *report) {
    static const struct out_report_column caches[] = {
        {"hit ratio", "hit_ratio", true, false}, {"by Che", "che_hit_ratio", false, true},
        {"hits", "count.hits", false, false},    {"misses", "count.misses", false, false},
        {"rate", "miss_rate", false, false},     {"repeated", "count.repeated", false, true},
        {"joined", "count.joined", false, true}, {"live entries", "live.end", true, true},
    };
    print_places(report, "cache", NULL, "Caches: hits and misses; live entries at the end", "cache",
                 caches, sizeof caches / sizeof caches[0]);
}

static void print_network(const struct out_report *report) {
    static const struct out_report_column stations[] = {
        {"utilization", "utilization", true, false},
        {"number", "number.mean", true, false},
        {"waiting", "waiting_number.mean", false, false},
        {"wait", "waiting.mean", true, false},
        {"waited", "waited", false, true},
        {"response", "response.mean", true, false},
        {"rejected", "count.rejected", false, true},
        {"left", "count.abandoned", false, true},
    };
    static const struct out_report_column pools[] = {
        {"utilization", "utilization", true, false},
        {"held", "held.mean", true, false},
        {"max", "held.max", false, false},
        {"waiting", "waiting_number.mean", false, false},
        {"wait", "waiting.mean", true, false},
        {"rejected", "count.rejected", false, true},
        {"timed out", "count.timed_out", false, true},
        {"crashes", "count.crashes", true, true},
        {"failed by them", "count.crashed", false, true},
        {"down", "down_share", true, true},
    };
    static const struct out_report_column limiters[] = {
        {"passed", "count.passed", false, false},   {"rate", "pass_rate", true, false},
        {"refused", "count.refused", false, false}, {"share", "refused_share", true, false},
        {"delayed", "count.delayed", false, true},  {"wait", "waiting.mean", true, true},
        {"tokens taken", "taken", false, false},    {"balance", "balance.mean", true, false},
        {"least", "balance.min", false, false},     {"at end", "balance.end", false, false},
    };
    static const struct out_report_column breakers[] = {
        {"calls", "count.calls", false, false},
        {"refused", "count.refused", false, false},
        {"share", "refused_share", true, false},
        {"failed", "count.failed", false, false},
        {"withdrawn", "count.withdrawn", false, true},
        {"opened", "count.opened", true, false},
        {"open", "open_share", true, false},
        {"half open", "half_open_share", true, false},
    };
    print_places(report, "station", "instance", "Stations: numbers of requests, times per visit",
                 "station", stations, sizeof stations / sizeof stations[0]);
    print_places(report, "pool", "pool_instance", "Pools: places held, times to get one", "pool",
                 pools, sizeof pools / sizeof pools[0]);
    print_caches(report);
    print_places(report, "limiter", NULL, "Rate limiters: requests let through and refused; tokens",
                 "limiter", limiters, sizeof limiters / sizeof limiters[0]);
    print_places(report, "breaker", NULL, "Circuit breakers: calls, those refused, time open",
                 "breaker", breakers, sizeof breakers / sizeof breakers[0]);
    print_blocks(report);
    print_present(report);
}

/* The first parameter of a law and its length: "10ms" of "lognormal(10ms, cv=0.5)"; NULL when the
 * value is no law of that name or ends otherwise. */
static const char *parameter(const char *value, const char *name, size_t name_length,
                             const char *rest, size_t *length) {
    if (strncmp(value, name, name_length) != 0 || value[name_length] != '(') {
        return NULL;
    }
    const char *first = value + name_length + 1;
    *length = strcspn(first, ",)");
    return strcmp(first + *length, rest) == 0 ? first : NULL;
}

/* Value and range of an assumption. Laws that differ in their first parameter only are said in
 * short: "lognormal 25ms" and "10ms .. 60ms". */
static void add_value_and_range(struct out_table *table, const struct mdl_assumption *assumption,
                                struct sim_arena *arena) {
    const char *value = assumption->likely != NULL ? assumption->likely : "-";
    const char *low = assumption->low;
    const char *high = assumption->high;
    if (low == NULL || high == NULL) {
        out_table_text(table, value);
        out_table_text(table, "-");
        return;
    }
    size_t name = strcspn(value, "(");
    if (value[name] == '(') {
        const char *first = value + name + 1;
        size_t length = strcspn(first, ",)");
        const char *rest = first + length;
        size_t low_length = 0;
        size_t high_length = 0;
        const char *low_first = parameter(low, value, name, rest, &low_length);
        const char *high_first = parameter(high, value, name, rest, &high_length);
        if (low_first != NULL && high_first != NULL) {
            out_table_text(
                table, sim_arena_print(arena, "%.*s %.*s", (int)name, value, (int)length, first));
            out_table_text(table, sim_arena_print(arena, "%.*s .. %.*s", (int)low_length, low_first,
                                                  (int)high_length, high_first));
            return;
        }
    }
    out_table_text(table, value);
    out_table_text(table, sim_arena_print(arena, "%s .. %s", low, high));
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

static void print_assumptions(const struct out_report *report) {
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
    for (int c = 0; c < 3; c++) {
        out_table_keep(&table, c);
    }
    for (int relevance = 0; relevance <= 3; relevance++) {
        for (int i = 0; i < scenario->assumption_count && table.row_count < ASSUMPTIONS; i++) {
            const struct mdl_assumption *assumption = &scenario->assumptions[i];
            if (rank(assumption) == relevance) {
                out_table_row(&table);
                out_table_text(&table, assumption->key);
                add_value_and_range(&table, assumption, report->arena);
                out_table_text(&table, assumption->source);
            }
        }
    }
    fprintf(report->out, "Assumed, not given: %d figure%s\n\n", scenario->assumption_count,
            scenario->assumption_count == 1 ? "" : "s");
    out_table_print(&table, report->out, OUT_REPORT_INDENT);
    int more = scenario->assumption_count - table.row_count;
    if (more > 0) {
        fprintf(report->out, "%*sand %d more: --format json has them all, each in words.\n",
                OUT_REPORT_INDENT, "", more);
    }
    fputc('\n', report->out);
}

static void print_meaning(const struct out_report *report) {
    int replications = report->findings->replications;
    double batches = out_estimate(report->index, "steady", "", "batches", NULL).value;
    const char *text;
    if (replications > 1) {
        text = sim_arena_print(
            report->arena,
            "Figures are means over %d replications; +- is the half-width of their 95 %% "
            "confidence "
            "interval. Percentiles are of the responses of all replications together. Times are of "
            "requests that succeeded; - means that nothing was observed.",
            replications);
    } else if (isfinite(batches)) {
        text = sim_arena_print(report->arena,
                               "One long run; +- is the half-width of the 95 %% confidence "
                               "interval, from the means of "
                               "%.0f batches. Times are of requests that succeeded; - means that "
                               "nothing was observed.",
                               batches);
    } else {
        text = "One replication: a single sample, without confidence intervals (--replications N "
               "gives them). Times are of requests that succeeded; - means that nothing was "
               "observed.";
    }
    out_text_wrap(report->out, text, 0, WIDTH + 10);
}

void out_text_findings(FILE *out, const struct std_findings *findings) {
    struct sim_arena *arena = sim_arena_new();
    struct out_report report = {out, findings, out_index_new(findings, arena), arena};
    print_head(&report);
    out_report_slos(&report);
    print_remarks(&report);
    print_requests(&report);
    if (out_is_architecture(findings->scenario)) {
        print_tiers(&report);
        print_data_tiers(&report);
        print_caches(&report);
        print_blocks(&report);
    } else {
        print_network(&report);
    }
    out_report_credits(&report);
    out_report_breakdown(&report);
    print_outcomes(&report);
    out_report_observed(&report);
    out_report_meters(&report);
    out_report_twin(&report);
    print_assumptions(&report);
    print_meaning(&report);
    sim_arena_free(arena);
}
