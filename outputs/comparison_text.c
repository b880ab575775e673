#include "outputs/comparison_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "outputs/comparison_slo.h"
#include "outputs/findings_view.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/stopping_view.h"
#include "outputs/text_table.h"

enum {
    LABEL = 16,    /* columns of the labels of the head */
    INDENT = 2,    /* of tables */
    SENTENCE = 90, /* width of sentences */
    SIDE_BY_SIDE = 4 /* variants at most */,
    NARROW = 14,      /* columns of a variant's label in a table of three or four variants */
    WIDE = 24,        /* of two */
    TOLD = 6,         /* figures of a kind in a sentence */
    ASSUMPTIONS = 12, /* shown */
};

struct report {
    FILE *out;
    const struct std_comparison *c;
    struct sim_arena *arena; /* scratch */
};

/* --- words ---------------------------------------------------------------------------------- */

/* A metric as people call it. */
static const char *figure_name(const struct std_comparison_row *row) {
    static const char *const names[][3] = {
        {"tier", "utilization", "CPU"},
        {"tier", "utilization_worst_5min", "CPU, worst 5 min"},
        {"tier", "utilization_worst_bucket", "CPU, worst bucket"},
        {"tier", "queue.mean", "queue"},
        {"tier", "connections.max", "connections, most"},
        {"tier", "memory.max_gib", "memory, most"},
        {"", "credits.throttled", "without credits"},
        {"", "credits.charge_if_stopped", "surplus charge"},
        {"", "credits.charged_if_stopped", "surplus credits"},
        {"", "response.mean", "mean"},
        {"", "error_rate", "errors"},
        {"", "number.mean", "number"},
        {"", "waiting.mean", "wait"},
        {"", "held.mean", "held"},
        {"", "held.max", "held, most"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if ((*names[i][0] == '\0' || strcmp(names[i][0], row->scope) == 0) &&
            strcmp(names[i][1], row->name) == 0) {
            return names[i][2];
        }
    }
    if (strncmp(row->name, "response.", strlen("response.")) == 0) {
        return row->name + strlen("response.");
    }
    return row->name;
}

static const char *entity_name(const struct std_comparison_row *row) {
    return strcmp(row->scope, "network") == 0 ? "all" : row->entity;
}

static bool is_requests(const struct std_comparison_row *row) {
    return strcmp(row->scope, "network") == 0 || strcmp(row->scope, "class") == 0;
}

/* A difference with its sign, in its unit. */
static const char *signed_quantity(struct sim_arena *arena, double value, const char *unit) {
    return sim_arena_print(arena, "%s%s", value > 0 ? "+" : "",
                           out_number_quantity(value, unit).text);
}

/* How far a tie reaches: "+-0.9 %"; "" when the two are always equal. */
static const char *tie_width(struct sim_arena *arena, const struct sim_estimate *e,
                             const char *unit) {
    double half = (e->high - e->low) / 2;
    return half > 0 ? sim_arena_print(arena, "+-%s", out_number_quantity(half, unit).text) : "";
}

static const char *label_of(const struct report *report, int variant) {
    return out_safe_copy(report->arena, report->c->variants[variant].label);
}

/* --- head ----------------------------------------------------------------------------------- */

static void print_heading(const struct report *report) {
    const struct std_comparison *c = report->c;
    const char *name = c->findings[0]->scenario->name;
    bool one_name = true;
    for (int v = 1; v < c->variant_count; v++) {
        one_name = one_name && strcmp(c->findings[v]->scenario->name, name) == 0;
    }
    const char *title = one_name ? out_safe_copy(report->arena, name)
                                 : sim_arena_print(report->arena, "%s and %d more",
                                                   label_of(report, 0), c->variant_count - 1);
    title = sim_arena_print(report->arena, "comparison: %s", title);
    fprintf(report->out, "%s\n", title);
    for (int i = out_text_width(title); i > 0; i--) {
        fputc('=', report->out);
    }
    fputc('\n', report->out);
}

static void print_labelled(const struct report *report, const char *label, const char *text) {
    fprintf(report->out, "%-*s", LABEL, label);
    out_text_wrap(report->out, out_safe_copy(report->arena, text), LABEL, OUT_TABLE_WIDTH);
}

static const struct mdl_tier *tier_named(const struct mdl_scenario *scenario, const char *name) {
    for (int i = 0; i < scenario->tier_count; i++) {
        if (strcmp(scenario->tiers[i].name, name) == 0) {
            return &scenario->tiers[i];
        }
    }
    return NULL;
}

/* Whether the variants have this tier in different sizes. */
static bool tier_differs(const struct std_comparison *c, const char *name) {
    const struct mdl_tier *first = tier_named(c->findings[0]->scenario, name);
    for (int v = 1; v < c->variant_count; v++) {
        const struct mdl_tier *tier = tier_named(c->findings[v]->scenario, name);
        if (first == NULL || tier == NULL || first->label == NULL || tier->label == NULL ||
            strcmp(first->label, tier->label) != 0) {
            return true;
        }
    }
    return false;
}

/* "#2 m6i.large: app is 3 x EC2 m6i.large, 0.337 USD/h". */
static const char *describe(const struct report *report, int variant) {
    const struct mdl_scenario *scenario = report->c->findings[variant]->scenario;
    const char *text =
        sim_arena_print(report->arena, "#%d %s", variant + 1, label_of(report, variant));
    const char *joint = ": ";
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        if (tier->label == NULL || !tier_differs(report->c, tier->name)) {
            continue;
        }
        text = sim_arena_print(report->arena, "%s%s%s is %s", text, joint, tier->name, tier->label);
        if (!isnan(tier->usd_per_hour)) {
            text = sim_arena_print(report->arena, "%s, %s USD/h (on demand, %s)", text,
                                   out_number_short(tier->usd_per_hour * tier->instances).text,
                                   tier->region != NULL ? tier->region : "");
        }
        joint = "; ";
    }
    return text;
}

static void print_head(const struct report *report) {
    const struct std_comparison *c = report->c;
    print_heading(report);
    for (int i = 0; i < c->key_count; i++) {
        print_labelled(report, i == 0 ? "varied" : "", c->keys[i]);
    }
    for (int v = 0; v < c->variant_count; v++) {
        print_labelled(report, v == 0 ? "variants" : "", describe(report, v));
    }
    print_labelled(report, "simulated",
                   sim_arena_print(report->arena,
                                   "%d replication%s of each, seed %" PRIu64
                                   ", common random numbers",
                                   c->replications, c->replications == 1 ? "" : "s", c->seed));
    const char *kind = out_is_architecture(c->findings[0]->scenario) ? "kind" : "class";
    const char *stopped = out_stopping_text(report->arena, &c->stopping, c->replications, kind);
    if (stopped != NULL) {
        print_labelled(report, "stopped",
                       sim_arena_print(report->arena, "%s, in all variants", stopped));
    }
    fputc('\n', report->out);
}

/* --- verdicts ------------------------------------------------------------------------------- */

/* The figure of requests that a sentence tells: p95, else the highest percentile, else the mean. */
static const char *headline(const struct std_comparison *c) {
    const char *name = "response.mean";
    for (int i = 0; i < c->row_count; i++) {
        const struct std_comparison_row *row = &c->rows[i];
        if (is_requests(row) && strncmp(row->name, "response.p", strlen("response.p")) == 0) {
            name = row->name;
            if (strcmp(name, "response.p95") == 0) {
                break;
            }
        }
    }
    return name;
}

/* "p95 of read 13.1 +-0.9 % lower (31.2 ms to 27.1 ms: -4.1 ms +-0.3)". */
static const char *tell(const struct report *report, const struct std_comparison_row *row,
                        int variant) {
    const struct std_difference *d = &row->differences[variant];
    struct sim_arena *arena = report->arena;
    const char *entity = sim_arena_print(arena, "%s%s", entity_name(row),
                                         strcmp(row->scope, "network") == 0 ? " requests" : "");
    const char *what =
        sim_arena_print(arena, "%s of %s", figure_name(row), out_safe_copy(arena, entity));
    if (d->verdict == STD_TIE) {
        const char *width = tie_width(arena, &d->relative, "1");
        return *width == '\0' ? sim_arena_print(arena, "%s a tie", what)
                              : sim_arena_print(arena, "%s a tie (%s)", what, width);
    }
    const char *change = sim_arena_print(
        arena, "%s to %s%s", out_number_quantity(row->values[0].value, row->unit).text,
        sim_arena_copy(arena, out_number_quantity(row->values[variant].value, row->unit).text),
        strcmp(row->unit, "1") == 0
            ? ""
            : sim_arena_print(
                  arena, ": %s%s%s", signed_quantity(arena, d->estimate.value, row->unit),
                  d->verdict == STD_UNKNOWN ? "" : " ",
                  sim_arena_copy(arena, out_number_spread(&d->estimate, row->unit).text)));
    if (d->verdict == STD_UNKNOWN) {
        return sim_arena_print(arena, "%s without an interval (%s)", what, change);
    }
    const char *verdict = std_verdict_names[d->verdict];
    const char *spread = sim_arena_copy(arena, out_number_spread(&d->relative, "1").text);
    if (isnan(d->relative.value)) {
        return sim_arena_print(arena, "%s %s (%s)", what, verdict, change);
    }
    struct sim_estimate size = d->relative;
    size.value = fabs(size.value);
    struct out_number percent = out_number_quantity(size.value, "1");
    percent.text[strcspn(percent.text, " ")] = '\0';
    return sim_arena_print(arena, "%s %s %s %% %s (%s)", what, percent.text, spread, verdict,
                           change);
}

/* A sentence under construction. */
struct sentence {
    const char *text;
    const char *joint;
    int told, untold; /* of the present kind of figure */
};

static void add(const struct report *report, struct sentence *s,
                const struct std_comparison_row *row, int variant) {
    if (s->told == TOLD) {
        s->untold++;
        return;
    }
    s->text =
        sim_arena_print(report->arena, "%s%s%s", s->text, s->joint, tell(report, row, variant));
    s->joint = "; ";
    s->told++;
}

static void end_kind(const struct report *report, struct sentence *s, const char *kind) {
    if (s->untold > 0) {
        s->text = sim_arena_print(report->arena, "%s; %d more %s below", s->text, s->untold, kind);
    }
    s->told = s->untold = 0;
}

/* Whether both were the same in every replication, in all that was compared. */
static bool is_same(const struct std_comparison *c, int variant) {
    for (int i = 0; i < c->row_count; i++) {
        const struct sim_estimate *e = &c->rows[i].differences[variant].estimate;
        if (!(e->low == 0 && e->high == 0)) {
            return false;
        }
    }
    return c->row_count > 0;
}

static void print_verdict(const struct report *report, int variant) {
    const struct std_comparison *c = report->c;
    struct sentence s = {
        .text = sim_arena_print(report->arena, "%s against %s", label_of(report, variant),
                                label_of(report, 0)),
        .joint = ": ",
    };
    if (is_same(c, variant)) {
        s.text = sim_arena_print(
            report->arena, "%s: a tie in every figure, each the same in every replication", s.text);
    } else {
        const char *name = headline(c);
        for (int i = 0; i < c->row_count; i++) {
            const struct std_comparison_row *row = &c->rows[i];
            if (is_requests(row) && strcmp(row->name, name) == 0 &&
                row->differences[variant].estimate.count > 0) {
                add(report, &s, row, variant);
            }
        }
        end_kind(report, &s, "response times");
        for (int i = 0; i < c->row_count; i++) {
            const struct std_comparison_row *row = &c->rows[i];
            enum std_verdict verdict = row->differences[variant].verdict;
            if (is_requests(row) && strcmp(row->name, "error_rate") == 0 &&
                (verdict == STD_LOWER || verdict == STD_HIGHER)) {
                add(report, &s, row, variant);
            }
        }
        end_kind(report, &s, "error rates");
        for (int i = 0; i < c->row_count; i++) {
            const struct std_comparison_row *row = &c->rows[i];
            enum std_verdict verdict = row->differences[variant].verdict;
            if ((strcmp(row->scope, "tier") == 0 || strcmp(row->scope, "station") == 0) &&
                strcmp(row->name, "utilization") == 0 &&
                (verdict == STD_LOWER || verdict == STD_HIGHER)) {
                add(report, &s, row, variant);
            }
        }
        end_kind(report, &s, "utilizations");
    }
    fputs("* ", report->out);
    out_text_wrap(report->out, sim_arena_print(report->arena, "%s.", s.text), 2, SENTENCE);
}

/* --- figures -------------------------------------------------------------------------------- */

/* The change of a variant: relative to the first where that is not 0. */
static void add_change(const struct report *report, struct out_table *table,
                       const struct std_comparison_row *row, int variant) {
    const struct std_difference *d = &row->differences[variant];
    bool relative = !isnan(d->relative.value);
    const struct sim_estimate *e = relative ? &d->relative : &d->estimate;
    const char *unit = relative ? "1" : row->unit;
    if (isnan(d->estimate.value)) {
        out_table_text(table, "-");
    } else if (d->verdict == STD_TIE) {
        out_table_cell(table, "tie", tie_width(report->arena, e, unit));
    } else {
        out_table_cell(table, signed_quantity(report->arena, e->value, unit),
                       out_number_spread(e, unit).text);
    }
}

/* Which variants a table shows: the first one, and those from `from` to `to` (excluded). */
struct shown {
    int from, to;
    bool numbers; /* heads are "#2", the labels being too long */
};

static const char *head_of(const struct report *report, const struct shown *shown, int variant) {
    return shown->numbers ? sim_arena_print(report->arena, "#%d", variant + 1)
                          : label_of(report, variant);
}

static void add_row(const struct report *report, struct out_table *table,
                    const struct std_comparison_row *row, const char *entity,
                    const struct shown *shown) {
    out_table_row(table);
    out_table_text(table, entity);
    out_table_text(table, figure_name(row));
    out_table_estimate(table, &row->values[0], row->unit, true);
    for (int v = shown->from; v < shown->to; v++) {
        out_table_estimate(table, &row->values[v], row->unit, true);
        add_change(report, table, row, v);
    }
}

/* The rows of a scope (and a second one) as a table; nothing when there are none. */
static void print_scopes(const struct report *report, const char *title, const char *head,
                         const char *scope, const char *second, const struct shown *shown) {
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, head, true, false);
    out_table_column(&table, "figure", true, false);
    out_table_keep(&table, 1);
    out_table_column(&table, head_of(report, shown, 0), false, false);
    for (int v = shown->from; v < shown->to; v++) {
        out_table_column(&table, head_of(report, shown, v), false, false);
        out_table_column(&table, "change", false, false);
    }
    const struct std_comparison_row *before = NULL;
    for (int i = 0; i < report->c->row_count; i++) {
        const struct std_comparison_row *row = &report->c->rows[i];
        if (strcmp(row->scope, scope) != 0 && strcmp(row->scope, second) != 0) {
            continue;
        }
        bool again = before != NULL && strcmp(before->scope, row->scope) == 0 &&
                     strcmp(before->entity, row->entity) == 0;
        add_row(report, &table, row, again ? "" : entity_name(row), shown);
        before = row;
    }
    if (table.row_count > 0) {
        fprintf(report->out, "%s\n\n", title);
        out_table_print(&table, report->out, INDENT);
        fputc('\n', report->out);
    }
}

static void print_tables(const struct report *report, int from, int to) {
    struct shown shown = {from, to, false};
    int most = to - from > 1 ? NARROW : WIDE;
    for (int v = 0; v < to; v++) {
        if ((v == 0 || v >= from) && out_text_width(label_of(report, v)) > most) {
            shown.numbers = true;
        }
    }
    bool architecture = report->c->findings[0]->scenario->tier_count > 0;
    print_scopes(report, "Requests: response time of those that succeeded, errors, throughput",
                 architecture ? "kind" : "class", "network", "class", &shown);
    print_scopes(report, "Tiers: CPU utilization, queue, connections, memory of one instance",
                 "tier", "tier", "tier", &shown);
    print_scopes(report, "Stations: utilization, number of requests, wait of a visit", "station",
                 "station", "station", &shown);
    print_scopes(report, "Pools: utilization, places held, wait for one", "pool", "pool", "pool",
                 &shown);
}

static void print_figures(const struct report *report) {
    int count = report->c->variant_count;
    if (count <= SIDE_BY_SIDE) {
        print_tables(report, 1, count);
        return;
    }
    for (int v = 1; v < count; v++) {
        const char *title = sim_arena_print(report->arena, "#%d %s against #1 %s", v + 1,
                                            label_of(report, v), label_of(report, 0));
        fprintf(report->out, "%s\n", title);
        for (int i = out_text_width(title); i > 0; i--) {
            fputc('-', report->out);
        }
        fputs("\n\n", report->out);
        print_tables(report, v, v + 1);
    }
}

/* --- assumptions and meaning ---------------------------------------------------------------- */

static void print_assumptions(const struct report *report) {
    const struct std_comparison *c = report->c;
    if (c->assumption_count == 0) {
        return;
    }
    fprintf(report->out, "Assumed differently: %d figure%s\n\n", c->assumption_count,
            c->assumption_count == 1 ? "" : "s");
    struct out_table table;
    out_table_init(&table, report->arena);
    out_table_column(&table, "key", true, false);
    out_table_keep(&table, 0);
    int shown = c->variant_count <= SIDE_BY_SIDE ? c->variant_count : 0;
    bool missing = false;
    for (int v = 0; v < shown; v++) {
        out_table_column(&table, sim_arena_print(report->arena, "#%d", v + 1), true, false);
    }
    for (int i = 0; i < c->assumption_count && i < ASSUMPTIONS; i++) {
        out_table_row(&table);
        out_table_text(&table, c->assumptions[i].key);
        for (int v = 0; v < shown; v++) {
            const char *value = c->assumptions[i].values[v];
            out_table_text(&table, value != NULL ? value : "-");
            missing = missing || value == NULL;
        }
    }
    out_table_print(&table, report->out, INDENT);
    if (c->assumption_count > ASSUMPTIONS || shown == 0) {
        fprintf(
            report->out, "%*s%s--format json has the values%s.\n", INDENT, "",
            c->assumption_count > ASSUMPTIONS
                ? sim_arena_print(report->arena, "and %d more: ", c->assumption_count - ASSUMPTIONS)
                : "",
            c->assumption_count > ASSUMPTIONS ? " of all" : "");
    }
    if (missing) {
        fprintf(report->out, "%*s- : not assumed by that variant, but given (or of no use)\n",
                INDENT, "");
    }
    fputc('\n', report->out);
}

static int by_size(const void *x, const void *y) {
    double a = *(const double *)x;
    double b = *(const double *)y;
    return (a > b) - (a < b);
}

/* How much the common random numbers bring: the variance reduction of all differences. */
static void print_reduction(const struct report *report) {
    const struct std_comparison *c = report->c;
    double *factors = sim_arena_array(
        report->arena, (size_t)c->row_count * (size_t)c->variant_count, sizeof *factors);
    int count = 0;
    for (int i = 0; i < c->row_count; i++) {
        for (int v = 1; v < c->variant_count; v++) {
            double factor = c->rows[i].differences[v].variance_reduction;
            if (isfinite(factor)) {
                factors[count++] = factor;
            }
        }
    }
    if (count == 0) {
        return;
    }
    qsort(factors, (size_t)count, sizeof *factors, by_size);
    double median = (factors[(count - 1) / 2] + factors[count / 2]) / 2;
    const char *text = sim_arena_print(
        report->arena,
        "Common random numbers: the variance of a difference is that of independent runs divided "
        "by %s (median of %d differences; from %s to %s).",
        sim_arena_copy(report->arena, out_number_short(median).text), count,
        sim_arena_copy(report->arena, out_number_short(factors[0]).text),
        sim_arena_copy(report->arena, out_number_short(factors[count - 1]).text));
    out_text_wrap(report->out, text, 0, SENTENCE);
}

static void print_meaning(const struct report *report) {
    const char *text =
        report->c->replications > 1
            ? "Changes are against the first variant, replication by replication with the same "
              "users; +- is the half-width of the 95 % confidence interval. A tie: the interval of "
              "the difference contains 0, so these replications do not tell the two apart. - means "
              "that nothing was observed."
            : "One replication: differences without confidence intervals, so without verdicts "
              "(--replications N gives them).";
    out_text_wrap(report->out, text, 0, SENTENCE);
}

void out_text_comparison(FILE *out, const struct std_comparison *comparison) {
    struct report report = {out, comparison, sim_arena_new()};
    print_head(&report);
    for (int v = 1; v < comparison->variant_count; v++) {
        print_verdict(&report, v);
    }
    fputc('\n', out);
    out_text_comparison_slos(out, comparison, report.arena);
    print_figures(&report);
    print_assumptions(&report);
    print_reduction(&report);
    print_meaning(&report);
    sim_arena_free(report.arena);
}
