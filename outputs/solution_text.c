#include "outputs/solution_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "outputs/findings_csv.h"
#include "outputs/json_writer.h"
#include "outputs/number_text.h"
#include "outputs/safe_text.h"
#include "outputs/text_table.h"

enum { INDENT = 2, LABEL = 16 };

/* --- text --------------------------------------------------------------------------------------
 */

static const char *quantity(struct sim_arena *arena, double value, const char *unit) {
    return sim_arena_copy(arena, out_number_quantity(value, unit).text);
}

static void print_title(FILE *out, struct sim_arena *arena, const char *name) {
    const char *safe = out_safe_copy(arena, name);
    fprintf(out, "%s\n", safe);
    for (int i = out_text_width(safe); i > 0; i--) {
        fputc('=', out);
    }
    fputc('\n', out);
}

static void print_head(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    print_title(out, arena, solution->scenario->name);
    fprintf(out, "%-*s%s\n", LABEL, "solved",
            solution->steady ? "by formulas, in steady state"
                             : "by formulas, over time: means of the whole run");
    fputc('\n', out);
    if (solution->bottleneck >= 0) {
        const struct mdl_station_load *load = &solution->loads[solution->bottleneck];
        const char *text =
            sim_arena_print(arena, "The busiest station is %s, asked for %s of what it can do%s.",
                            out_safe_copy(arena, load->name), quantity(arena, load->load, "1"),
                            solution->steady ? "" : " on average");
        if (isfinite(solution->headroom)) {
            text = sim_arena_print(arena, "%s At %s times this load it has no more to give.", text,
                                   out_number_short(solution->headroom).text);
        }
        fputs("* ", out);
        out_text_wrap(out, text, 2, OUT_TABLE_WIDTH);
        fputc('\n', out);
    }
}

static void print_table(FILE *out, const char *title, const struct out_table *table) {
    if (table->row_count > 0) {
        fprintf(out, "%s\n\n", title);
        out_table_print(table, out, INDENT);
        fputc('\n', out);
    }
}

static void print_loads(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "station", true, false);
    out_table_column(&table, "visits", false, false);
    out_table_column(&table, "demand", false, false);
    out_table_column(&table, "visits/s", false, false);
    out_table_column(&table, "load", false, false);
    for (int i = 0; i < solution->load_count; i++) {
        const struct mdl_station_load *load = &solution->loads[i];
        out_table_row(&table);
        out_table_text(&table, load->name);
        out_table_text(&table, out_number_short(load->visits).text);
        out_table_text(&table, quantity(arena, load->demand_s, "s"));
        out_table_text(&table, quantity(arena, load->visits_per_s, "1/s"));
        out_table_text(&table, load->saturated ? sim_arena_print(arena, "%s !",
                                                                 quantity(arena, load->load, "1"))
                                               : quantity(arena, load->load, "1"));
    }
    print_table(out, "What a request asks of the stations: visits, work; and all together", &table);
}

static void print_stretches(FILE *out, const struct mdl_solution *solution,
                            struct sim_arena *arena) {
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "stretch", true, false);
    out_table_column(&table, "users", false, true);
    out_table_column(&table, "at its end", false, true);
    out_table_column(&table, "requests", false, false);
    out_table_column(&table, "busiest", true, false);
    out_table_column(&table, "load", false, false);
    out_table_column(&table, "response", false, false);
    for (int i = 0; i < solution->stretch_count; i++) {
        const struct mdl_stretch *s = &solution->stretches[i];
        out_table_row(&table);
        out_table_text(&table,
                       sim_arena_print(arena, "%s .. %s", out_number_duration(s->from_s).text,
                                       out_number_duration(s->to_s).text));
        out_table_text(&table, quantity(arena, s->users, "users"));
        out_table_text(&table, quantity(arena, s->users_end, "users"));
        out_table_text(&table, quantity(arena, s->requests_per_s, "1/s"));
        out_table_text(&table, s->busiest == NULL ? "-" : s->busiest);
        out_table_text(&table, quantity(arena, s->load, "1"));
        out_table_text(&table, quantity(arena, s->response_s, "s"));
    }
    print_table(out, "Over time: mean users present, requests, busiest station, mean response",
                &table);
}

static const char *bounds_of(struct sim_arena *arena, const struct mdl_figure *figure) {
    const char *low = quantity(arena, figure->low, figure->unit);
    const char *high = quantity(arena, figure->high, figure->unit);
    return figure->low == -INFINITY   ? sim_arena_print(arena, "at most %s", high)
           : figure->high == INFINITY ? sim_arena_print(arena, "at least %s", low)
                                      : sim_arena_print(arena, "%s .. %s", low, high);
}

/* A figure as a cell: "~" before an approximation, the range of a bound. */
static const char *cell_of(struct sim_arena *arena, const struct mdl_figure *f) {
    if (f == NULL) {
        return "-";
    }
    if (f->kind == MDL_BOUND) {
        return bounds_of(arena, f);
    }
    return sim_arena_print(arena, "%s%s", f->kind == MDL_APPROXIMATION ? "~" : "",
                           quantity(arena, f->value, f->unit));
}

static const struct {
    const char *name;
    const char *head;
} columns[] = {
    {"arrival_rate", "rate"},
    {"throughput", "throughput"},
    {"utilization", "utilization"},
    {"users.mean", "users"},
    {"number.mean", "number"},
    {"response.mean", "response"},
    {"waiting.mean", "waiting"},
    {"waiting_all.mean", "waiting (all)"},
    {"waited", "wait"},
    {"error_rate", "lost"},
    {"hit_ratio", "hits"},
    {"miss_rate", "misses"},
    {"held.mean", "held"},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* What stands in the rows of one table: figures of these scopes. */
struct group {
    const char *title;
    const char *head;
    const char *scopes[3];
};

static bool in_group(const struct group *group, const struct mdl_figure *f) {
    for (int i = 0; i < 3 && group->scopes[i] != NULL; i++) {
        if (strcmp(group->scopes[i], f->scope) == 0) {
            return true;
        }
    }
    return false;
}

static bool same_entity(const struct mdl_figure *a, const struct mdl_figure *b) {
    return strcmp(a->scope, b->scope) == 0 && strcmp(a->entity, b->entity) == 0;
}

static const struct mdl_figure *plain_figure(const struct mdl_solution *solution,
                                             const struct mdl_figure *of, const char *name) {
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        if (f->kind != MDL_BOUND && same_entity(f, of) && strcmp(f->name, name) == 0) {
            return f;
        }
    }
    return NULL;
}

static const char *label_of(struct sim_arena *arena, const struct mdl_figure *f) {
    return *f->entity == '\0' ? "all"
           : strcmp(f->scope, "source") == 0 || strcmp(f->scope, "class") == 0
               ? sim_arena_print(arena, "%s %s", f->scope, f->entity)
               : f->entity;
}

/* The formula of a row: that of its response or number, which say more than its rate. */
static const char *row_law(const struct mdl_solution *solution, const struct mdl_figure *of) {
    static const char *const telling[] = {"response.mean", "number.mean", "users.mean", "hit_ratio",
                                          "held.mean"};
    const struct mdl_figure *found = NULL;
    for (size_t i = 0; i < sizeof telling / sizeof *telling && found == NULL; i++) {
        found = plain_figure(solution, of, telling[i]);
    }
    return mdl_law_name((found != NULL ? found : of)->law);
}

/* Whether an earlier figure than this one begins the entity's row. */
static bool told_before(const struct mdl_solution *solution, int index) {
    for (int i = 0; i < index; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        if (f->kind != MDL_BOUND && same_entity(f, &solution->figures[index])) {
            return true;
        }
    }
    return false;
}

static void print_group(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena,
                        const struct group *group) {
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, group->head, true, false);
    for (int c = 0; c < COLUMNS; c++) {
        out_table_column(&table, columns[c].head, false, true);
    }
    out_table_column(&table, "formula", true, false);
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        if (!in_group(group, f) || f->kind == MDL_BOUND || told_before(solution, i)) {
            continue;
        }
        bool only = strcmp(f->scope, "source") == 0 &&
                    solution->scenario->network.source_count == 1 &&
                    plain_figure(solution, f, "users.mean") == NULL;
        if (only) { /* it is all of them */
            continue;
        }
        out_table_row(&table);
        out_table_text(&table, label_of(arena, f));
        for (int c = 0; c < COLUMNS; c++) {
            out_table_text(&table, cell_of(arena, plain_figure(solution, f, columns[c].name)));
        }
        out_table_text(&table, row_law(solution, f));
    }
    print_table(out, group->title, &table);
}

/* Mean response of a visit: a row per station, a column per class. */
static void print_classes(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    const struct mdl_network *n = &solution->scenario->network;
    if (n->class_count < 2 || n->class_count >= OUT_TABLE_COLUMNS) {
        return;
    }
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "station", true, false);
    for (int c = 0; c < n->class_count; c++) {
        out_table_column(&table, out_safe_copy(arena, n->classes[c].name), false, false);
    }
    for (int i = 0; i < n->station_count; i++) {
        bool any = false;
        for (int c = 0; c < n->class_count; c++) {
            const char *name =
                sim_arena_print(arena, "%s/%s", n->stations[i].name, n->classes[c].name);
            const struct mdl_figure *f =
                mdl_solution_find(solution, "station_class", name, "response.mean");
            if (f == NULL && !any) {
                continue;
            }
            if (!any) {
                out_table_row(&table);
                out_table_text(&table, n->stations[i].name);
                for (int k = 0; k < c; k++) {
                    out_table_text(&table, "-");
                }
                any = true;
            }
            out_table_text(&table, cell_of(arena, f));
        }
    }
    print_table(out, "Response of one visit, by class", &table);
}

/* The quantile that a name asks for ("response.p95": "p95"), or NULL. */
static const char *percentile_of(const char *name, const char *what) {
    size_t length = strlen(what);
    bool is = strncmp(name, what, length) == 0 && strncmp(name + length, ".p", 2) == 0;
    return is ? name + length + 1 : NULL;
}

static void print_percentiles(FILE *out, const struct mdl_solution *solution,
                              struct sim_arena *arena) {
    static const char *const whats[] = {"response", "waiting"};
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "of", true, false);
    int most = OUT_TABLE_COLUMNS - 2;
    int count = solution->scenario->percentile_count;
    count = count < most ? count : most;
    for (int q = 0; q < count; q++) {
        out_table_column(&table,
                         sim_arena_print(arena, "p%.10g", 100 * solution->scenario->percentiles[q]),
                         false, false);
    }
    out_table_column(&table, "formula", true, false);
    for (int w = 0; w < 2; w++) {
        const struct mdl_figure *last = NULL;
        for (int i = 0; i < solution->figure_count; i++) {
            const struct mdl_figure *f = &solution->figures[i];
            if (percentile_of(f->name, whats[w]) == NULL ||
                (last != NULL && same_entity(last, f))) {
                continue;
            }
            last = f;
            out_table_row(&table);
            out_table_text(&table, *f->entity == '\0'
                                       ? "all requests: response"
                                       : sim_arena_print(arena, "%s: %s", f->entity, whats[w]));
            for (int q = 0; q < count; q++) {
                const char *name = sim_arena_print(arena, "%s.p%.10g", whats[w],
                                                   100 * solution->scenario->percentiles[q]);
                out_table_text(&table, cell_of(arena, plain_figure(solution, f, name)));
            }
            out_table_text(&table, mdl_law_name(f->law));
        }
    }
    print_table(out, "Percentiles", &table);
}

static void print_bounds(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    struct out_table table;
    out_table_init(&table, arena);
    out_table_column(&table, "of", true, false);
    out_table_column(&table, "figure", true, false);
    out_table_column(&table, "between", true, false);
    out_table_column(&table, "formula", true, false);
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        if (f->kind == MDL_BOUND) {
            out_table_row(&table);
            out_table_text(&table, sim_arena_print(arena, "%s %s", f->scope, f->entity));
            out_table_text(&table, f->name);
            out_table_text(&table, bounds_of(arena, f));
            out_table_text(&table, mdl_law_name(f->law));
        }
    }
    print_table(out, "Bounds", &table);
}

static void print_figures(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    static const struct group groups[] = {
        {"Requests", "requests", {"network", "source", "class"}},
        {"Stations", "station", {"station"}},
        {"Caches", "cache", {"cache"}},
        {"Pools: places held, if nobody ever waited for one", "pool", {"pool"}},
    };
    enum { AFTER = 2 }; /* stations, and then what they are to each class */
    for (int i = 0; i < (int)(sizeof groups / sizeof *groups); i++) {
        if (i == AFTER) {
            print_classes(out, solution, arena);
        }
        print_group(out, solution, arena, &groups[i]);
    }
    print_percentiles(out, solution, arena);
    print_bounds(out, solution, arena);
}

/* Where each formula that was used can be read. */
static void print_laws(FILE *out, const struct mdl_solution *solution, struct sim_arena *arena) {
    const char *text = "Sources.";
    for (int law = 0; law < MDL_LAW_COUNT; law++) {
        bool used = false;
        for (int i = 0; i < solution->figure_count; i++) {
            used = used || solution->figures[i].law == (enum mdl_law)law;
        }
        if (used) {
            text = sim_arena_print(arena, "%s %s: %s.", text, mdl_law_name((enum mdl_law)law),
                                   mdl_law_source((enum mdl_law)law));
        }
    }
    out_text_wrap(out, text, 0, OUT_TABLE_WIDTH);
}

static void print_reservations(FILE *out, const struct mdl_solution *solution,
                               struct sim_arena *arena, bool unsolved) {
    bool any = false;
    for (int i = 0; i < solution->reservation_count; i++) {
        const struct mdl_reservation *r = &solution->reservations[i];
        if (r->unsolved != unsolved) {
            continue;
        }
        if (!any) {
            fputs(unsolved ? "Not solved, and why\n\n" : "Not exact, and why\n\n", out);
            any = true;
        }
        fputs("* ", out);
        out_text_wrap(out,
                      sim_arena_print(arena, "%s: %s.", out_safe_copy(arena, r->what),
                                      out_safe_copy(arena, r->why)),
                      2, OUT_TABLE_WIDTH);
    }
    if (any) {
        fputc('\n', out);
    }
}

void out_text_solution(FILE *out, const struct mdl_solution *solution) {
    struct sim_arena *arena = sim_arena_new();
    print_head(out, solution, arena);
    print_loads(out, solution, arena);
    print_stretches(out, solution, arena);
    print_figures(out, solution, arena);
    print_reservations(out, solution, arena, false);
    print_reservations(out, solution, arena, true);
    out_text_wrap(out,
                  "A figure is exact for the network as it stands; with ~ it is an approximation: "
                  "some assumption of its formula does not hold. \"wait\" is the share that has to "
                  "wait, \"lost\" the share that is refused or leaves. K1, K2: Kleinrock, Queueing "
                  "Systems I and II.",
                  0, OUT_TABLE_WIDTH);
    print_laws(out, solution, arena);
    sim_arena_free(arena);
}

/* --- JSON and CSV ------------------------------------------------------------------------------
 */

static void write_figures(struct out_json *json, const struct mdl_solution *solution) {
    out_json_array(json, "figures");
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "scope", f->scope);
        out_json_text(json, "entity", f->entity);
        out_json_text(json, "name", f->name);
        out_json_text(json, "unit", f->unit);
        out_json_text(json, "kind", mdl_figure_kind_names[f->kind]);
        out_json_number(json, "value", f->value);
        out_json_number(json, "low", f->low);
        out_json_number(json, "high", f->high);
        out_json_text(json, "formula", mdl_law_name(f->law));
        out_json_text(json, "source", mdl_law_source(f->law));
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_loads(struct out_json *json, const struct mdl_solution *solution) {
    out_json_array(json, "loads");
    for (int i = 0; i < solution->load_count; i++) {
        const struct mdl_station_load *load = &solution->loads[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "station", load->name);
        out_json_number(json, "visits", load->visits);
        out_json_number(json, "demand_s", load->demand_s);
        out_json_number(json, "visits_per_s", load->visits_per_s);
        out_json_number(json, "load", load->load);
        out_json_bool(json, "saturated", load->saturated);
        out_json_end(json);
    }
    out_json_end(json);
    bool any = solution->bottleneck >= 0;
    out_json_text(json, "bottleneck", any ? solution->loads[solution->bottleneck].name : NULL);
    out_json_number(json, "headroom", solution->headroom);
}

static void write_stretches(struct out_json *json, const struct mdl_solution *solution) {
    out_json_array(json, "stretches");
    for (int i = 0; i < solution->stretch_count; i++) {
        const struct mdl_stretch *s = &solution->stretches[i];
        out_json_flat_object(json, NULL);
        out_json_number(json, "from_s", s->from_s);
        out_json_number(json, "to_s", s->to_s);
        out_json_number(json, "users", s->users);
        out_json_number(json, "users_end", s->users_end);
        out_json_number(json, "requests_per_s", s->requests_per_s);
        out_json_text(json, "busiest", s->busiest);
        out_json_number(json, "load", s->load);
        out_json_number(json, "response_s", s->response_s);
        out_json_end(json);
    }
    out_json_end(json);
}

void out_json_solution(FILE *out, const struct mdl_solution *solution, const char *version) {
    struct sim_arena *arena = sim_arena_new();
    struct out_json json;
    out_json_init(&json, out);
    out_json_object(&json, NULL);
    out_json_program(&json, version, OUT_SOLUTION_SCHEMA);
    out_json_flat_object(&json, "scenario");
    out_json_text(&json, "name", solution->scenario->name);
    out_json_text(&json, "hash", sim_arena_print(arena, "%016" PRIx64, solution->scenario->hash));
    out_json_end(&json);
    out_json_bool(&json, "steady", solution->steady);
    write_loads(&json, solution);
    write_stretches(&json, solution);
    write_figures(&json, solution);
    out_json_array(&json, "reservations");
    for (int i = 0; i < solution->reservation_count; i++) {
        out_json_flat_object(&json, NULL);
        out_json_bool(&json, "unsolved", solution->reservations[i].unsolved);
        out_json_text(&json, "what", solution->reservations[i].what);
        out_json_text(&json, "why", solution->reservations[i].why);
        out_json_end(&json);
    }
    out_json_end(&json);
    out_json_end(&json);
    sim_arena_free(arena);
}

static void put_number(FILE *out, double value) {
    fprintf(out, ",%s", isfinite(value) ? out_number_exact(value).text : "");
}

void out_csv_solution(FILE *out, const struct mdl_solution *solution) {
    struct sim_arena *arena = sim_arena_new();
    fputs("scenario,scope,entity,name,unit,kind,value,low,high,formula,source\r\n", out);
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        const char *texts[] = {solution->scenario->name,      f->scope, f->entity, f->name, f->unit,
                               mdl_figure_kind_names[f->kind]};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            fprintf(out, "%s%s", k == 0 ? "" : ",", out_csv_field(arena, texts[k]));
        }
        put_number(out, f->value);
        put_number(out, f->low);
        put_number(out, f->high);
        fprintf(out, ",%s", out_csv_field(arena, mdl_law_name(f->law)));
        fprintf(out, ",%s\r\n", out_csv_field(arena, mdl_law_source(f->law)));
    }
    sim_arena_free(arena);
}
