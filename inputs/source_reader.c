/* Sources of the network form, and their sessions. */
#include <math.h>

#include "inputs/dist_text.h"
#include "inputs/network_reader.h"

enum { BATCH_MAX = 1000000, REQUESTS_MAX = 1000000 };

static const double USERS_MAX = 1e7;
static const double TOTAL_MAX = 1e12;

#define FORM(name, fields)                                                                         \
    { name, fields, (int)(sizeof(fields) / sizeof(fields)[0]) }
#define WORDS(list) list, (int)(sizeof(list) / sizeof(list)[0])

/* --- points over time --------------------------------------------------------------------- */

struct mdl_point *in_network_points(struct in_json list, in_point_value value, int *count) {
    *count = 0;
    int items = in_json_array(list) ? in_json_count(list) : 0;
    if (items == 0) {
        if (in_json_is_array(list)) {
            in_json_wrong(list, "empty-list", "at least one point", NULL);
        }
        return NULL;
    }
    struct mdl_point *points = sim_arena_array(list.context->arena, (size_t)items, sizeof *points);
    for (struct in_json item = {0}; in_json_next(list, &item);) {
        if (!in_json_is_array(item) || in_json_count(item) != 2) {
            in_json_wrong(item, "bad-point", "a list of two: a time and a value", NULL);
            continue;
        }
        in_json_duration(in_json_item(item, 0), 0, &points[item.index].t_s);
        value(in_json_item(item, 1), &points[item.index].value);
    }
    *count = items;
    return points;
}

static bool users_value(struct in_json value, double *out) {
    return in_json_number(value, 0, USERS_MAX, out);
}

/* --- arrivals ----------------------------------------------------------------------------- */

static void source_arrivals(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->kind = MDL_SOURCE_RENEWAL;
    in_json_dist(value, &source->arrivals);
}

static void source_batch(struct in_json value, void *record) {
    struct mdl_source *source = record;
    in_json_int(value, 1, BATCH_MAX, &source->batch);
}

static void rate_steps(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->steps = true;
    source->points = in_network_points(value, in_json_rate, &source->point_count);
}

static const struct in_field rate_steps_fields[] = {{"steps", true, rate_steps}};
const struct in_form in_rate_steps_form = FORM("rate_steps", rate_steps_fields);

static void source_rate(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->kind = MDL_SOURCE_RATE;
    if (in_json_is_array(value)) {
        source->points = in_network_points(value, in_json_rate, &source->point_count);
    } else if (in_json_is_object(value)) {
        in_json_read(value, &in_rate_steps_form, source);
    } else {
        source->points = sim_arena_alloc(value.context->arena, sizeof *source->points);
        source->point_count = 1;
        in_json_rate(value, &source->points[0].value);
    }
}

static void curve_total(struct in_json value, void *record) {
    struct mdl_source *source = record;
    in_json_number(value, 0, TOTAL_MAX, &source->total);
}

/* The point (0, 0) with which every curve starts is added unless it is written. */
static void curve_points(struct in_json value, void *record) {
    struct mdl_source *source = record;
    int count = 0;
    const struct mdl_point *given = in_network_points(value, in_json_share, &count);
    if (count == 0) {
        return;
    }
    int added = given[0].t_s > 0;
    source->point_count = count + added;
    source->points =
        sim_arena_array(value.context->arena, (size_t)source->point_count, sizeof *source->points);
    for (int i = 0; i < count; i++) {
        source->points[i + added] = given[i];
    }
}

static void curve_count(struct in_json value, void *record) {
    static const char *const words[] = {"poisson", "fixed"};
    struct mdl_source *source = record;
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    source->fixed = choice == 1;
}

static void curve_shape(struct in_json value, void *record) {
    static const char *const words[] = {"linear", "smooth"};
    struct mdl_source *source = record;
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    source->smooth = choice == 1;
}

static const struct in_field arrived_by_fields[] = {
    {"total", true, curve_total},
    {"curve", true, curve_points},
    {"count", false, curve_count},
    {"shape", false, curve_shape},
};
const struct in_form in_arrived_by_form = FORM("arrived_by", arrived_by_fields);

static void source_arrived_by(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->kind = MDL_SOURCE_CURVE;
    if (in_json_read(value, &in_arrived_by_form, source) && source->fixed &&
        floor(source->total) != source->total) {
        in_json_wrong(in_json_get(value, "total"), "wrong-type",
                      "an integer where \"count\" is \"fixed\"", NULL);
    }
}

static void source_times(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->kind = MDL_SOURCE_TIMES;
    int count = in_json_array(value) ? in_json_count(value) : 0;
    if (count == 0) {
        return;
    }
    source->times_s = sim_arena_array(value.context->arena, (size_t)count, sizeof *source->times_s);
    source->time_count = count;
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        in_json_duration(item, 0, &source->times_s[item.index]);
    }
}

static void source_population(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->kind = MDL_SOURCE_CLOSED;
    if (in_json_is_array(value)) {
        source->points = in_network_points(value, users_value, &source->point_count);
        return;
    }
    int64_t users = 0;
    in_json_integer(value, 0, (int64_t)USERS_MAX, &users);
    source->points = sim_arena_alloc(value.context->arena, sizeof *source->points);
    source->point_count = 1;
    source->points[0].value = (double)users;
}

static void source_think(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->has_think = in_json_dist(value, &source->think);
}

static void source_first(struct in_json value, void *record) {
    struct mdl_source *source = record;
    source->has_first = in_json_duration(value, 0, &source->first_s);
}

static void source_limit(struct in_json value, void *record) {
    struct mdl_source *source = record;
    int64_t limit = 0;
    source->has_limit = in_json_integer(value, 1, INT64_MAX, &limit);
    source->limit = (uint64_t)limit;
}

/* --- sessions ----------------------------------------------------------------------------- */

/* Shares that are absent: a single entry has the whole; several must each say. */
static void complete_share(struct in_json list, int index, int count, double *p) {
    if (isnan(*p)) {
        *p = 1;
        if (count > 1) {
            in_json_need(in_json_item(list, index), "p",
                         "\"p\", the share of each where there are several");
        }
    }
}

static void persona_prepare(struct in_json value, void *record) {
    *(struct mdl_persona *)record = (struct mdl_persona){.where = value.path, .p = NAN};
}

static void persona_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_persona *)record)->name);
}

static void persona_p(struct in_json value, void *record) {
    struct mdl_persona *persona = record;
    persona->p = 0;
    in_json_share(value, &persona->p);
}

static void persona_rate(struct in_json value, void *record) {
    in_json_rate(value, &((struct mdl_persona *)record)->rate_per_s);
}

static const struct in_field persona_fields[] = {
    {"name", true, persona_name},
    {"p", false, persona_p},
    {"rate", true, persona_rate},
};
const struct in_form in_persona_form = FORM("persona", persona_fields);

static void action_prepare(struct in_json value, void *record) {
    *(struct mdl_action *)record =
        (struct mdl_action){.where = value.path, .p = NAN, .requests = 1};
}

static void action_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_action *)record)->name);
}

static void action_p(struct in_json value, void *record) {
    struct mdl_action *action = record;
    action->p = 0;
    in_json_share(value, &action->p);
}

static void action_duration(struct in_json value, void *record) {
    in_json_dist(value, &((struct mdl_action *)record)->duration);
}

static void action_requests(struct in_json value, void *record) {
    in_json_int(value, 1, REQUESTS_MAX, &((struct mdl_action *)record)->requests);
}

static void action_class(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_action *)record)->cls);
}

static void action_route(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_action *)record)->route);
}

static const struct in_field action_fields[] = {
    {"name", true, action_name},          {"p", false, action_p},
    {"duration", false, action_duration}, {"requests", false, action_requests},
    {"class", false, action_class},       {"route", false, action_route},
};
const struct in_form in_action_form = FORM("action", action_fields);

static void session_stay(struct in_json value, void *record) {
    struct mdl_session *session = record;
    session->has_stay = in_json_dist(value, &session->stay);
}

static void session_start(struct in_json value, void *record) {
    static const char *const words[] = {"poisson", "back_to_back"};
    struct mdl_session *session = record;
    int choice = 0;
    in_json_choice(value, WORDS(words), &choice);
    session->back_to_back = choice == 1;
}

static void session_personas(struct in_json value, void *record) {
    static const struct in_record kind = {&in_persona_form, sizeof(struct mdl_persona),
                                          persona_prepare, NULL};
    struct mdl_session *session = record;
    session->personas = in_json_records(value, &kind, &session->persona_count);
    for (int i = 0; i < session->persona_count; i++) {
        complete_share(value, i, session->persona_count, &session->personas[i].p);
    }
}

static void session_actions(struct in_json value, void *record) {
    static const struct in_record kind = {&in_action_form, sizeof(struct mdl_action),
                                          action_prepare, NULL};
    struct mdl_session *session = record;
    session->actions = in_json_records(value, &kind, &session->action_count);
    if (in_json_is_array(value) && session->action_count == 0) {
        in_json_wrong(value, "empty-list", "at least one action", NULL);
    }
    for (int i = 0; i < session->action_count; i++) {
        complete_share(value, i, session->action_count, &session->actions[i].p);
    }
}

static const struct in_field session_fields[] = {
    {"stay", false, session_stay},
    {"start", false, session_start},
    {"personas", false, session_personas},
    {"actions", true, session_actions},
};
const struct in_form in_session_form = FORM("session", session_fields);

static void source_session(struct in_json value, void *record) {
    struct mdl_source *source = record;
    if (!in_json_object(value)) {
        return;
    }
    source->session = sim_arena_alloc(value.context->arena, sizeof *source->session);
    source->session->where = value.path;
    in_json_read(value, &in_session_form, source->session);
}

/* --- sources ------------------------------------------------------------------------------ */

static void source_prepare(struct in_json value, void *record) {
    *(struct mdl_source *)record = (struct mdl_source){
        .where = value.path,
        .batch = 1,
        .think = sim_dist_constant(0),
    };
}

static void source_name(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_source *)record)->name);
}

static void source_class(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_source *)record)->cls);
}

static void source_route(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_source *)record)->route);
}

static const struct in_field source_fields[] = {
    {"name", true, source_name},
    {"class", false, source_class},
    {"route", false, source_route},
    {"arrivals", false, source_arrivals},
    {"batch", false, source_batch},
    {"rate", false, source_rate},
    {"arrived_by", false, source_arrived_by},
    {"times", false, source_times},
    {"population", false, source_population},
    {"think", false, source_think},
    {"first", false, source_first},
    {"limit", false, source_limit},
    {"session", false, source_session},
};
const struct in_form in_source_form = FORM("source", source_fields);

/* Keys that go with some kinds of source only. */
static const struct {
    const char *key;
    bool with[MDL_SOURCE_CLOSED + 1];
    const char *expected;
} companions[] = {
    {"batch",
     {[MDL_SOURCE_RENEWAL] = true, [MDL_SOURCE_RATE] = true},
     "\"batch\" only beside \"arrivals\" or \"rate\""},
    {"think", {[MDL_SOURCE_CLOSED] = true}, "\"think\" only beside \"population\""},
    {"first",
     {[MDL_SOURCE_RENEWAL] = true, [MDL_SOURCE_RATE] = true},
     "\"first\" only beside \"arrivals\" or \"rate\""},
    {"limit",
     {[MDL_SOURCE_RENEWAL] = true,
      [MDL_SOURCE_RATE] = true,
      [MDL_SOURCE_CURVE] = true,
      [MDL_SOURCE_TIMES] = true},
     "\"limit\" not beside \"population\""},
};

static void source_finish(struct in_json value, void *record) {
    static const char *const kinds[] = {"arrivals", "rate", "arrived_by", "times", "population"};
    const struct mdl_source *source = record;
    struct sim_diags *diags = value.context->diags;
    int found = 0;
    for (int i = 0; i < (int)(sizeof kinds / sizeof kinds[0]); i++) {
        found += in_json_present(in_json_get(value, kinds[i]));
    }
    if (found != 1) {
        sim_diag_add(diags, found == 0 ? "missing-key" : "conflicting-keys", value.path,
                     "exactly one of arrivals, rate, arrived_by, times, population", NULL,
                     "%s of them", found == 0 ? "none" : "more than one");
        return;
    }
    for (int i = 0; i < (int)(sizeof companions / sizeof companions[0]); i++) {
        struct in_json companion = in_json_get(value, companions[i].key);
        if (in_json_present(companion) && !companions[i].with[source->kind]) {
            in_json_wrong(companion, "conflicting-keys", companions[i].expected, NULL);
        }
    }
}

void in_network_sources(struct in_json value, void *record) {
    static const struct in_record kind = {&in_source_form, sizeof(struct mdl_source),
                                          source_prepare, source_finish};
    struct mdl_network *network = record;
    network->sources = in_json_records(value, &kind, &network->source_count);
    if (in_json_is_array(value) && network->source_count == 0) {
        in_json_wrong(value, "empty-list", "at least one source", NULL);
    }
}
