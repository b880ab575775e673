#include "models/solve.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "models/compile_parts.h"
#include "models/solve_parts.h"
#include "models/solve_sums.h"

const char *const mdl_figure_kind_names[MDL_FIGURE_KINDS] = {"exact", "bound", "approximation"};

static const char *const law_names[MDL_LAW_COUNT] = {
#define MDL_LAW_NAME(id, name, source) name,
    MDL_LAWS(MDL_LAW_NAME)
#undef MDL_LAW_NAME
};

static const char *const law_sources[MDL_LAW_COUNT] = {
#define MDL_LAW_SOURCE(id, name, source) source,
    MDL_LAWS(MDL_LAW_SOURCE)
#undef MDL_LAW_SOURCE
};

const char *mdl_law_name(enum mdl_law law) { return law_names[law]; }
const char *mdl_law_source(enum mdl_law law) { return law_sources[law]; }

void mdl_solution_free(struct mdl_solution *solution) {
    if (solution != NULL) {
        sim_arena_free(solution->arena);
    }
}

const struct mdl_figure *mdl_solution_find(const struct mdl_solution *solution, const char *scope,
                                           const char *entity, const char *name) {
    for (int i = 0; i < solution->figure_count; i++) {
        const struct mdl_figure *f = &solution->figures[i];
        if (strcmp(f->name, name) == 0 && strcmp(f->entity, entity) == 0 &&
            strcmp(f->scope, scope) == 0) {
            return f;
        }
    }
    return NULL;
}

/* --- the record --------------------------------------------------------------------------------
 */

static void add_figure(struct mdl_solver *s, struct mdl_figure figure) {
    struct mdl_solution *solution = s->solution;
    solution->figures = sim_arena_grow(s->arena, solution->figures, (size_t)solution->figure_count,
                                       &s->figure_room, sizeof *solution->figures);
    solution->figures[solution->figure_count++] = figure;
}

void mdl_figure_add(struct mdl_solver *s, const char *scope, const char *entity, const char *name,
                    const char *unit, enum mdl_figure_kind kind, double value, enum mdl_law law) {
    if (isfinite(value)) {
        add_figure(s,
                   (struct mdl_figure){scope, entity, name, unit, kind, value, value, value, law});
    }
}

void mdl_figure_bound(struct mdl_solver *s, const char *scope, const char *entity, const char *name,
                      const char *unit, double low, double high, enum mdl_law law) {
    add_figure(s, (struct mdl_figure){scope, entity, name, unit, MDL_BOUND, NAN, low, high, law});
}

void mdl_reserve(struct mdl_solver *s, bool unsolved, const char *what, const char *format, ...) {
    struct mdl_solution *solution = s->solution;
    solution->reservations =
        sim_arena_grow(s->arena, solution->reservations, (size_t)solution->reservation_count,
                       &s->reservation_room, sizeof *solution->reservations);
    va_list arguments;
    va_start(arguments, format);
    solution->reservations[solution->reservation_count++] =
        (struct mdl_reservation){unsolved, what, sim_arena_vprint(s->arena, format, arguments)};
    va_end(arguments);
}

/* --- streams -----------------------------------------------------------------------------------
 */

static void add_stream(struct mdl_solver *s, size_t *room, int source, int action, const char *cls,
                       const char *route) {
    const struct mdl_network *n = s->network;
    struct mdl_stream stream = {
        .source = source,
        .action = action,
        .cls = cls == NULL ? 0 : (int)mdl_find_class(n, cls),
        .route = (int)mdl_find_route(n, route),
        .chain = -1,
        .held = sim_arena_array(s->arena, (size_t)n->pool_count, sizeof(double)),
    };
    bool chain = n->sources[source].kind == MDL_SOURCE_CLOSED && action < 0;
    if (chain) {
        stream.chain = s->chain_count++;
    }
    s->streams =
        sim_arena_grow(s->arena, s->streams, (size_t)s->stream_count, room, sizeof *s->streams);
    s->streams[s->stream_count++] = stream;
}

static void find_streams(struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    size_t room = 0;
    s->presences =
        sim_arena_array(s->arena, (size_t)n->source_count, sizeof(struct mdl_presence *));
    for (int i = 0; i < n->source_count; i++) {
        const struct mdl_source *source = &n->sources[i];
        if (source->session == NULL) {
            add_stream(s, &room, i, -1, source->cls, source->route);
        }
        for (int a = 0; source->session != NULL && a < source->session->action_count; a++) {
            const struct mdl_action *action = &source->session->actions[a];
            add_stream(s, &room, i, a, action->cls == NULL ? source->cls : action->cls,
                       action->route == NULL ? source->route : action->route);
        }
        if (source->session != NULL || source->kind == MDL_SOURCE_CLOSED) {
            s->presences[i] = mdl_presence_new(s, i);
        }
    }
    s->rate = sim_arena_array(s->arena, (size_t)s->stream_count, sizeof *s->rate);
    s->users = sim_arena_array(s->arena, (size_t)s->chain_count, sizeof *s->users);
    s->think = sim_arena_array(s->arena, (size_t)s->chain_count, sizeof *s->think);
    for (int i = 0; i < s->stream_count; i++) {
        if (s->streams[i].chain >= 0) {
            const struct mdl_source *source = &n->sources[s->streams[i].source];
            s->think[s->streams[i].chain] = source->has_think ? source->think.mean : 0;
        }
    }
}

static void make_room(struct mdl_solver *s) {
    const struct mdl_network *n = s->network;
    size_t classes = (size_t)n->class_count;
    size_t groups = (size_t)s->chain_count + 1;
    size_t cells = (size_t)s->traffic.step_count * classes;
    size_t percentiles = (size_t)s->scenario->percentile_count;
    s->hit = sim_arena_array(s->arena, (size_t)n->cache_count, sizeof *s->hit);
    s->pass = sim_arena_array(s->arena, (size_t)n->station_count, sizeof *s->pass);
    s->limit = sim_arena_array(s->arena, (size_t)n->limiter_count, sizeof *s->limit);
    s->step_rate = sim_arena_array(s->arena, groups * cells, sizeof *s->step_rate);
    s->times = sim_arena_array(s->arena, cells, sizeof *s->times);
    s->stations = sim_arena_array(s->arena, (size_t)n->station_count, sizeof *s->stations);
    for (int i = 0; i < n->station_count; i++) {
        struct mdl_station_state *a = &s->stations[i];
        a->class_rate = sim_arena_array(s->arena, classes, sizeof *a->class_rate);
        a->wait = sim_arena_array(s->arena, groups * classes, sizeof *a->wait);
        a->stretch = sim_arena_array(s->arena, groups * classes, sizeof *a->stretch);
        a->wait_quantiles = sim_arena_array(s->arena, percentiles, sizeof *a->wait_quantiles);
        a->response_quantiles =
            sim_arena_array(s->arena, percentiles, sizeof *a->response_quantiles);
        s->pass[i] = 1;
    }
    for (int i = 0; i < n->limiter_count; i++) {
        s->limit[i] = 1;
    }
}

/* --- the run -----------------------------------------------------------------------------------
 */

enum { CELLS_MOST = 288, STRETCHES_MOST = 24, STRETCHES = 12 };

static int cells_of_run(const struct mdl_solver *s) {
    double span = s->scenario->horizon_s - s->scenario->warmup_s;
    double buckets = s->scenario->bucket_s > 0 ? ceil(span / s->scenario->bucket_s) : 0;
    return buckets >= 12 && buckets <= CELLS_MOST ? (int)buckets : CELLS_MOST;
}

static void add_boundary(double *at, int *count, double t, double from, double to) {
    int i = *count;
    if (!(t > from) || !(t < to) || *count > STRETCHES_MOST) {
        return;
    }
    while (i > 0 && at[i - 1] > t) {
        i--;
    }
    if (i > 0 && at[i - 1] == t) {
        return;
    }
    memmove(at + i + 1, at + i, (size_t)(*count - i) * sizeof *at);
    at[i] = t;
    (*count)++;
}

/* Stretches to tell of: between the points of the sources' rates, else even ones. */
static void find_stretches(struct mdl_solver *s) {
    double from = s->scenario->warmup_s;
    double to = s->scenario->horizon_s;
    double at[STRETCHES_MOST + 3];
    int count = 0;
    for (int i = 0; i < s->network->source_count; i++) {
        for (int k = 0; k < s->network->sources[i].point_count; k++) {
            add_boundary(at, &count, s->network->sources[i].points[k].t_s, from, to);
        }
    }
    if (count == 0 || count > STRETCHES_MOST) {
        count = 0;
        for (int i = 1; i < STRETCHES; i++) {
            add_boundary(at, &count, from + (to - from) * i / STRETCHES, from, to);
        }
    }
    struct mdl_solution *solution = s->solution;
    solution->stretches = sim_arena_array(s->arena, (size_t)count + 1, sizeof *solution->stretches);
    for (int i = 0; i <= count; i++) {
        solution->stretches[solution->stretch_count++] = (struct mdl_stretch){
            .from_s = i == 0 ? from : at[i - 1],
            .to_s = i == count ? to : at[i],
        };
    }
}

/* The cells of a stretch do not straddle its ends. */
static int cells_of_stretch(const struct mdl_solver *s, const struct mdl_stretch *stretch) {
    double span = s->scenario->horizon_s - s->scenario->warmup_s;
    double part = (stretch->to_s - stretch->from_s) / span * cells_of_run(s);
    return part < 1 ? 1 : (int)lround(part);
}

static void solve_over_time(struct mdl_solver *s, struct mdl_sums *sums) {
    find_stretches(s);
    for (int i = 0; i < s->solution->stretch_count; i++) {
        struct mdl_stretch *stretch = &s->solution->stretches[i];
        struct mdl_sums *part = mdl_sums_new(s);
        int cells = cells_of_stretch(s, stretch);
        double width = (stretch->to_s - stretch->from_s) / cells;
        for (int c = 0; c < cells; c++) {
            double from = stretch->from_s + c * width;
            mdl_solve_rates(s, from, from + width);
            mdl_solve_cell(s);
            mdl_sums_add_cell(sums, s, from, from + width);
            mdl_sums_add_cell(part, s, from, from + width);
        }
        mdl_sums_stretch(part, s, stretch);
    }
}

static double edge_of(const struct mdl_network *n) {
    double edge = 0;
    for (int i = 0; i < n->source_count; i++) {
        const struct mdl_source *source = &n->sources[i];
        if (source->kind == MDL_SOURCE_RENEWAL && source->arrivals.kind != SIM_DIST_EXP) {
            double mean = source->arrivals.mean;
            edge = fmax(edge, mean + sim_dist_variance(&source->arrivals) / mean);
        }
        edge = fmax(edge, source->has_first ? source->first_s : 0);
    }
    return edge;
}

struct mdl_solution *mdl_solve(const struct mdl_scenario *scenario) {
    struct sim_arena *arena = sim_arena_new();
    struct mdl_solution *solution = sim_arena_alloc(arena, sizeof *solution);
    *solution = (struct mdl_solution){
        .arena = arena, .scenario = scenario, .bottleneck = -1, .headroom = NAN};
    struct mdl_program *program = mdl_compile(scenario);
    struct mdl_solver s = {.arena = arena,
                           .scenario = scenario,
                           .network = &scenario->network,
                           .program = program,
                           .solution = solution};
    mdl_traffic_init(&s.traffic, s.network, arena);
    find_streams(&s);
    make_room(&s);
    mdl_solve_judge(&s);
    solution->steady = mdl_solve_is_steady(&s);
    struct mdl_sums *sums = mdl_sums_new(&s);
    if (solution->steady) {
        mdl_solve_rates(&s, scenario->warmup_s, scenario->horizon_s);
        mdl_solve_cell(&s);
        mdl_sums_add_cell(sums, &s, scenario->warmup_s, scenario->horizon_s);
    } else {
        solve_over_time(&s, sums);
        solution->stretch_count = s.traces ? 0 : solution->stretch_count;
    }
    mdl_sums_figures(sums, &s);
    solution->relaxation_s = s.relaxation_s;
    solution->edge_s = edge_of(s.network);
    mdl_traffic_free(&s.traffic);
    mdl_program_free(program);
    return solution;
}
