/* See inputs/workload_reader.h.
 *
 * Named sets follow two rules. A member with the name of a default one takes what it leaves out
 * from that default. `personas` and `mix` replace the whole default set; a default action stands
 * unless the document has another action of its kind, and counts only when the mix gives its kind a
 * share.
 */
#include "inputs/workload_reader.h"

#include <math.h>
#include <string.h>

#include "inputs/network_reader.h"
#include "inputs/quantity.h"

static const double SHARE_TOLERANCE = 1e-6;

struct persona_defaults {
    const char *name;
    enum mdl_parameter_id share, rate;
};

static const struct persona_defaults default_personas[] = {
    {"sme_manager", MDL_P_SME_SHARE, MDL_P_SME_RATE},
    {"marketing_manager", MDL_P_MARKETING_SHARE, MDL_P_MARKETING_RATE},
};

struct action_defaults {
    const char *name;
    enum mdl_parameter_id kind, requests, duration, frequency;
};

static const struct action_defaults default_actions[] = {
    {"create_client", MDL_P_CREATE_KIND, MDL_P_CREATE_REQUESTS, MDL_P_CREATE_DURATION,
     MDL_P_CREATE_FREQUENCY},
    {"view_data", MDL_P_VIEW_KIND, MDL_P_VIEW_REQUESTS, MDL_P_VIEW_DURATION, MDL_P_VIEW_FREQUENCY},
    {"export_report", MDL_P_EXPORT_KIND, MDL_P_EXPORT_REQUESTS, MDL_P_EXPORT_DURATION,
     MDL_P_EXPORT_FREQUENCY},
};

static const enum mdl_parameter_id default_mix[MDL_DEFAULT_KINDS] = {
    MDL_P_MIX_READ, MDL_P_MIX_WRITE, MDL_P_MIX_EXPORT};

#define COUNT(list) (int)(sizeof(list) / sizeof(list)[0])

static const struct in_json absent;

/* Shares sum to 1 and are normalized; else a diagnostic at `where`. */
static void check_sum(double sum, struct in_json where) {
    if (fabs(sum - 1) > SHARE_TOLERANCE) {
        sim_diag_add(where.context->diags, "shares", where.path, "shares that sum to 100%", NULL,
                     "a sum of %.6g%%", sum * 100);
    }
}

/* --- personas ----------------------------------------------------------------------------- */

static void persona_share(struct in_json value, void *record) {
    in_json_share(value, &((struct mdl_arch_persona *)record)->share);
}

static void persona_rate(struct in_json value, void *record) {
    struct mdl_arch_persona *persona = record;
    if (in_json_rate(value, &persona->rate_per_s) && !(persona->rate_per_s > 0)) {
        in_json_wrong(value, "out-of-range", "a rate above 0", NULL);
    }
}

static const struct in_field persona_fields[] = {
    {"share", false, persona_share},
    {"rate", false, persona_rate},
};
const struct in_form in_workload_persona_form = {"workload_persona", persona_fields,
                                                 COUNT(persona_fields)};

static const struct persona_defaults *persona_defaults(const char *name) {
    for (int i = 0; i < COUNT(default_personas); i++) {
        if (strcmp(default_personas[i].name, name) == 0) {
            return &default_personas[i];
        }
    }
    return NULL;
}

static void read_persona(struct in_arch_reading *reading, struct in_json item,
                         struct mdl_arch_persona *persona) {
    const struct persona_defaults *defaults = persona_defaults(persona->name);
    in_json_read(item, &in_workload_persona_form, persona);
    struct in_json share = in_json_get(item, "share");
    struct in_json rate = in_json_get(item, "rate");
    if (defaults) {
        in_arch_take(reading, defaults->share, share);
        in_arch_take(reading, defaults->rate, rate);
        persona->share = reading->arch->values[defaults->share].number;
        persona->rate_per_s = reading->arch->values[defaults->rate].number;
    } else if (in_json_is_object(item)) {
        in_json_need(item, "share", "the persona's share of the users, such as \"30%\"");
        in_json_need(item, "rate", "actions started per hour of presence, such as \"10/h\"");
    }
}

/* Whether the given personas are default ones, and none says its share: those not given stand. */
static bool only_rates(struct in_json personas) {
    bool only = in_json_count(personas) > 0;
    for (struct in_json item = {0}; in_json_next(personas, &item);) {
        only = only && persona_defaults(in_json_key(item)) != NULL &&
               !in_json_present(in_json_get(item, "share"));
    }
    return only;
}

static void read_personas(struct in_arch_reading *reading, struct in_json personas) {
    struct mdl_workload *workload = &reading->arch->workload;
    struct sim_arena *arena = reading->context->arena;
    bool given = in_json_present(personas) && in_json_object(personas);
    int count = given ? in_json_count(personas) : COUNT(default_personas);
    workload->personas =
        sim_arena_array(arena, (size_t)count + COUNT(default_personas), sizeof *workload->personas);
    workload->persona_count = count;
    if (!given) {
        for (int i = 0; i < count; i++) {
            workload->personas[i].name = default_personas[i].name;
            read_persona(reading, absent, &workload->personas[i]);
        }
        return;
    }
    int errors = reading->context->diags->errors;
    double sum = 0;
    for (struct in_json item = {0}; in_json_next(personas, &item);) {
        struct mdl_arch_persona *persona = &workload->personas[item.index];
        persona->name = sim_arena_copy(arena, in_json_key(item));
        read_persona(reading, item, persona);
        sum += persona->share;
    }
    for (int i = 0; i < COUNT(default_personas) && only_rates(personas); i++) {
        if (!in_json_present(in_json_get(personas, default_personas[i].name))) {
            struct mdl_arch_persona *persona = &workload->personas[workload->persona_count++];
            persona->name = default_personas[i].name;
            read_persona(reading, absent, persona);
            sum += persona->share;
        }
    }
    if (reading->context->diags->errors == errors) {
        check_sum(sum, personas);
    }
}

/* --- actions and their mix ---------------------------------------------------------------- */

void in_action_kind(struct in_json value, void *record) {
    in_json_name(value, &((struct mdl_arch_action *)record)->kind);
}

void in_action_requests(struct in_json value, void *record) {
    in_json_int(value, 1, 1000000, &((struct mdl_arch_action *)record)->requests);
}

void in_action_duration(struct in_json value, void *record) {
    in_json_duration(value, 0, &((struct mdl_arch_action *)record)->duration_s);
}

void in_action_frequency(struct in_json value, void *record) {
    struct mdl_arch_action *action = record;
    if (in_json_rate(value, &action->frequency_per_s) && !(action->frequency_per_s > 0)) {
        in_json_wrong(value, "out-of-range", "a rate above 0", NULL);
    }
}

static const struct in_field action_fields[] = {
    {"kind", false, in_action_kind},
    {"requests", false, in_action_requests},
    {"duration", false, in_action_duration},
    {"frequency", false, in_action_frequency},
};
const struct in_form in_workload_action_form = {"workload_action", action_fields,
                                                COUNT(action_fields)};

static const struct action_defaults *action_defaults(const char *name) {
    for (int i = 0; i < COUNT(default_actions); i++) {
        if (strcmp(default_actions[i].name, name) == 0) {
            return &default_actions[i];
        }
    }
    return NULL;
}

static void default_action(struct in_arch_reading *reading, const struct action_defaults *defaults,
                           struct in_json item, struct mdl_arch_action *action) {
    const struct mdl_value *values = reading->arch->values;
    in_arch_take(reading, defaults->kind, in_json_get(item, "kind"));
    in_arch_take(reading, defaults->requests, in_json_get(item, "requests"));
    in_arch_take(reading, defaults->duration, in_json_get(item, "duration"));
    in_arch_take(reading, defaults->frequency, in_json_get(item, "frequency"));
    action->kind = values[defaults->kind].text;
    action->requests = (int)values[defaults->requests].number;
    action->duration_s = values[defaults->duration].number;
    action->frequency_per_s = values[defaults->frequency].number;
}

static void read_action(struct in_arch_reading *reading, struct in_json item,
                        struct mdl_arch_action *action) {
    const struct action_defaults *defaults = action_defaults(action->name);
    in_json_read(item, &in_workload_action_form, action);
    if (defaults) {
        default_action(reading, defaults, item, action);
    } else if (in_json_is_object(item)) {
        in_json_need(item, "kind", "its request kind, such as \"read\"");
        in_json_need(item, "requests", "its number of requests");
        in_json_need(item, "duration", "its duration, such as \"2m\"");
        in_json_need(item, "frequency", "its frequency, such as \"100/h\"");
    }
}

struct in_kind_share *in_workload_shares(struct in_json mix, int *count) {
    *count = 0;
    if (!in_json_object(mix)) {
        return NULL;
    }
    struct in_kind_share *shares =
        sim_arena_array(mix.context->arena, (size_t)in_json_count(mix) + 1, sizeof *shares);
    int errors = mix.context->diags->errors;
    double sum = 0;
    for (struct in_json item = {0}; in_json_next(mix, &item);) {
        struct in_kind_share *share = &shares[(*count)++];
        *share = (struct in_kind_share){.where = item};
        share->kind = sim_arena_copy(mix.context->arena, in_json_key(item));
        in_json_share(item, &share->share);
        sum += share->share;
    }
    if (mix.context->diags->errors == errors) {
        check_sum(sum, mix);
    }
    return shares;
}

static struct in_kind_share *default_shares(struct in_arch_reading *reading, int *count) {
    struct in_kind_share *shares =
        sim_arena_array(reading->context->arena, MDL_DEFAULT_KINDS, sizeof *shares);
    for (int k = 0; k < MDL_DEFAULT_KINDS; k++) {
        in_arch_take(reading, default_mix[k], absent);
        shares[k] = (struct in_kind_share){.kind = mdl_default_kinds[k],
                                           .share = reading->arch->values[default_mix[k]].number};
    }
    *count = MDL_DEFAULT_KINDS;
    return shares;
}

void in_workload_share(struct mdl_workload *workload, const struct in_kind_share *kinds,
                       int count) {
    int kept = 0;
    for (int k = 0; k < count; k++) {
        double frequency = 0;
        for (int i = 0; i < workload->action_count; i++) {
            bool same = strcmp(workload->actions[i].kind, kinds[k].kind) == 0;
            frequency += same ? workload->actions[i].frequency_per_s : 0;
        }
        if (!(frequency > 0) && kinds[k].share > 0 && kinds[k].where.context) {
            in_json_wrong(kinds[k].where, "missing-action",
                          "a share of a kind that some action has",
                          "add an action of that kind to \"actions\"");
        }
        for (int i = 0; i < workload->action_count && frequency > 0; i++) {
            struct mdl_arch_action *action = &workload->actions[i];
            if (strcmp(action->kind, kinds[k].kind) == 0) {
                action->share = kinds[k].share * action->frequency_per_s / frequency;
            }
        }
    }
    for (int i = 0; i < workload->action_count; i++) {
        if (workload->actions[i].share > 0) {
            workload->actions[kept++] = workload->actions[i];
        }
    }
    workload->action_count = kept;
}

static bool has_share(const struct in_kind_share *kinds, int count, const char *kind) {
    for (int k = 0; k < count; k++) {
        if (strcmp(kinds[k].kind, kind) == 0 && kinds[k].share > 0) {
            return true;
        }
    }
    return false;
}

/* The document's actions; one of a kind without a share is a diagnostic. */
static void read_given_actions(struct in_arch_reading *reading, struct in_json actions,
                               const struct in_kind_share *kinds, int kind_count) {
    struct mdl_workload *workload = &reading->arch->workload;
    for (struct in_json item = {0}; in_json_next(actions, &item);) {
        struct mdl_arch_action *action = &workload->actions[workload->action_count];
        action->name = sim_arena_copy(reading->context->arena, in_json_key(item));
        read_action(reading, item, action);
        if (!action->kind) {
            continue; /* told */
        }
        workload->action_count++;
        if (!has_share(kinds, kind_count, action->kind)) {
            in_json_wrong(item, "unused-kind", "an action of a kind that has a share in the mix",
                          sim_arena_print(reading->context->arena,
                                          "give the kind \"%s\" a share in \"mix\"", action->kind));
        }
    }
}

/* The default actions that still stand. */
static void add_default_actions(struct in_arch_reading *reading, struct in_json actions,
                                const struct in_kind_share *kinds, int kind_count) {
    struct mdl_workload *workload = &reading->arch->workload;
    int given = workload->action_count;
    for (int i = 0; i < COUNT(default_actions); i++) {
        const struct action_defaults *defaults = &default_actions[i];
        const char *kind = mdl_parameters[defaults->kind].likely;
        bool stands = has_share(kinds, kind_count, kind) &&
                      !in_json_present(in_json_get(actions, defaults->name));
        for (int k = 0; k < given; k++) {
            stands = stands && strcmp(workload->actions[k].kind, kind) != 0;
        }
        if (stands) {
            struct mdl_arch_action *action = &workload->actions[workload->action_count++];
            action->name = defaults->name;
            default_action(reading, defaults, absent, action);
        }
    }
}

/* The document's values of a mix of default kinds count as given. */
static void note_given_mix(struct mdl_arch *arch, const struct in_kind_share *kinds, int count) {
    for (int k = 0; k < count; k++) {
        for (int d = 0; d < MDL_DEFAULT_KINDS; d++) {
            if (strcmp(kinds[k].kind, mdl_default_kinds[d]) == 0) {
                arch->values[default_mix[d]] =
                    (struct mdl_value){.given = true, .known = true, .number = kinds[k].share};
            }
        }
    }
}

static void read_actions(struct in_arch_reading *reading, struct in_json workload_value) {
    struct mdl_workload *workload = &reading->arch->workload;
    struct in_json actions = in_json_get(workload_value, "actions");
    struct in_json mix = in_json_get(workload_value, "mix");
    int kind_count = 0;
    struct in_kind_share *kinds = NULL;
    if (in_json_present(mix)) {
        kinds = in_workload_shares(mix, &kind_count);
        note_given_mix(reading->arch, kinds, kind_count);
    } else {
        kinds = default_shares(reading, &kind_count);
    }
    bool given = in_json_object(actions);
    int room = COUNT(default_actions) + (given ? in_json_count(actions) : 0);
    workload->actions =
        sim_arena_array(reading->context->arena, (size_t)room, sizeof *workload->actions);
    int errors = reading->context->diags->errors;
    if (given) {
        read_given_actions(reading, actions, kinds, kind_count);
    }
    add_default_actions(reading, actions, kinds, kind_count);
    if (reading->context->diags->errors == errors) {
        in_workload_share(workload, kinds, kind_count);
    }
}

/* --- arrivals ----------------------------------------------------------------------------- */

static bool users_value(struct in_json value, double *out) {
    return in_json_number(value, 0, 1e9, out);
}

static bool times_ascend(struct in_json list, const struct mdl_point *points, int count) {
    for (int i = 1; i < count; i++) {
        if (!(points[i].t_s > points[i - 1].t_s)) {
            in_json_wrong(in_json_item(list, i), "not-ascending", "a time after the one before",
                          NULL);
            return false;
        }
    }
    return true;
}

/* The points of the document, or the default ones. */
static struct mdl_point *take_points(struct in_arch_reading *reading, enum mdl_parameter_id id,
                                     struct in_json *list, in_point_value value, int *count) {
    if (!in_json_present(*list)) {
        *list = in_arch_default(reading, id);
    }
    in_arch_take(reading, id, absent); /* the form has taken it when it was given */
    int errors = reading->context->diags->errors;
    struct mdl_point *points = in_network_points(*list, value, count);
    if (reading->context->diags->errors > errors || !times_ascend(*list, points, *count)) {
        *count = 0;
    }
    return points;
}

static void read_curve(struct in_arch_reading *reading, struct in_json list) {
    struct mdl_workload *workload = &reading->arch->workload;
    int count = 0;
    struct mdl_point *points =
        take_points(reading, MDL_P_LAUNCH_CURVE, &list, in_json_share, &count);
    if (count == 0) {
        return;
    }
    bool from_zero = points[0].t_s > 0;
    workload->points = sim_arena_array(reading->context->arena, (size_t)count + 1, sizeof *points);
    workload->point_count = count + from_zero;
    memcpy(workload->points + from_zero, points, (size_t)count * sizeof *points);
    for (int i = 1; i < workload->point_count; i++) {
        if (workload->points[i].value < workload->points[i - 1].value) {
            in_json_wrong(list, "not-ascending", "cumulative shares that do not fall", NULL);
            return;
        }
    }
    if (fabs(points[count - 1].value - 1) > SHARE_TOLERANCE) {
        in_json_wrong(in_json_item(list, count - 1), "shares", "a last point at 100%", NULL);
    }
    if (workload->point_count < 2 || workload->points[0].value > 0 ||
        !(workload->points[1].value > 0)) {
        in_json_wrong(in_json_item(list, 0), "bad-point",
                      "a first point after 0s whose share is above 0%", NULL);
    }
}

static void read_profile(struct in_arch_reading *reading, struct in_json list) {
    struct mdl_workload *workload = &reading->arch->workload;
    workload->points =
        take_points(reading, MDL_P_TEST_PROFILE, &list, users_value, &workload->point_count);
    workload->users = 0;
    for (int i = 0; i < workload->point_count; i++) {
        workload->users = fmax(workload->users, workload->points[i].value);
    }
    if (workload->point_count == 0) {
        return;
    }
    if (workload->points[0].t_s > 0) {
        in_json_wrong(in_json_item(list, 0), "bad-point", "a first point at 0s", NULL);
    }
    if (workload->point_count < 2 || !(workload->users > 0)) {
        in_json_wrong(list, "bad-profile", "at least two points, with users at one of them", NULL);
    }
}

static double taken(struct in_arch_reading *reading, enum mdl_parameter_id id) {
    in_arch_take(reading, id, absent);
    return reading->arch->values[id].number;
}

static void read_launch_day(struct in_arch_reading *reading, struct in_json launch) {
    struct mdl_workload *workload = &reading->arch->workload;
    workload->launch_day = true;
    workload->users = taken(reading, MDL_P_LAUNCH_USERS);
    workload->simultaneous = taken(reading, MDL_P_LAUNCH_SIMULTANEOUS);
    workload->fixed = (int)taken(reading, MDL_P_LAUNCH_ARRIVALS) == MDL_ARRIVALS_FIXED;
    workload->smooth = (int)taken(reading, MDL_P_LAUNCH_SHAPE) == MDL_SHAPE_SMOOTH;
    in_arch_take(reading, MDL_P_LAUNCH_STAY, absent);
    struct in_json simultaneous = in_json_get(launch, "simultaneous");
    if (in_json_present(simultaneous) && !(workload->simultaneous > 0)) {
        in_json_wrong(simultaneous, "out-of-range", "a share above 0%", NULL);
    }
    read_curve(reading, in_json_get(launch, "curve"));
}

void in_workload_read(struct in_arch_reading *reading, struct in_json value) {
    struct mdl_workload *workload = &reading->arch->workload;
    struct in_json launch = in_json_get(value, "launch_day");
    struct in_json test = in_json_get(value, "load_test");
    if (in_json_present(launch) == in_json_present(test)) {
        in_json_wrong(value, in_json_present(test) ? "conflicting-keys" : "missing-key",
                      "either \"launch_day\" or \"load_test\"",
                      "\"launch_day\": {} stands for the brief's launch day");
        return;
    }
    if (in_json_present(launch)) {
        read_launch_day(reading, launch);
    } else {
        read_profile(reading, in_json_get(test, "profile"));
    }
    in_arch_take(reading, MDL_P_READING, absent);
    const struct mdl_value *given = &reading->arch->values[MDL_P_READING];
    workload->reading = workload->launch_day ? MDL_PERSONAS : MDL_BACK_TO_BACK;
    if (given->known) {
        workload->reading = (enum mdl_reading)given->number;
    }
    workload->load_factor = taken(reading, MDL_P_LOAD_FACTOR);
    workload->duration_cv = taken(reading, MDL_P_DURATION_CV);
    read_personas(reading, in_json_get(value, "personas"));
    read_actions(reading, value);
}
