/* See inputs/locust_reader.h. */
#include "inputs/locust_reader.h"

#include <math.h>
#include <string.h>

#include "inputs/arch_reader.h"
#include "inputs/quantity.h"
#include "inputs/workload_reader.h"

enum { STAGES = 3, MATCH_MAX = 16 };

static const double RATIO_TOLERANCE = 1e-3; /* 33.3/h is to match 10 % beside 100/h and 30 % */

/* --- users -------------------------------------------------------------------------------- */

struct stage {
    double duration_s;
    int users;
    struct in_json where;
};

struct locust {
    struct in_arch_reading *reading;
    double total;
    double simultaneous; /* < 0: not given */
    struct in_json simultaneous_where;
    struct stage stages[STAGES]; /* ramp_up, plateau, ramp_down */
    struct in_kind_share *kinds;
    int kind_count;
};

static void stage_duration(struct in_json value, void *record) {
    in_json_duration(value, 1e-9, &((struct stage *)record)->duration_s);
}

static void stage_users(struct in_json value, void *record) {
    in_json_int(value, 0, 1000000000, &((struct stage *)record)->users);
}

static const struct in_field stage_fields[] = {
    {"duration", true, stage_duration},
    {"users", true, stage_users},
};
static const struct in_form stage_form = {"locust_stage", stage_fields, 2};

static void read_stage(struct in_json value, struct stage *stage) {
    stage->where = value;
    in_json_read(value, &stage_form, stage);
}

static void ramp_up(struct in_json value, void *record) {
    read_stage(value, &((struct locust *)record)->stages[0]);
}

static void plateau(struct in_json value, void *record) {
    read_stage(value, &((struct locust *)record)->stages[1]);
}

static void ramp_down(struct in_json value, void *record) {
    read_stage(value, &((struct locust *)record)->stages[2]);
}

static const struct in_field stages_fields[] = {
    {"ramp_up", true, ramp_up},
    {"plateau", true, plateau},
    {"ramp_down", true, ramp_down},
};
static const struct in_form stages_form = {"locust_stages", stages_fields, STAGES};

static void users_total(struct in_json value, void *record) {
    in_json_number(value, 0, 1e12, &((struct locust *)record)->total);
}

static void users_simultaneous(struct in_json value, void *record) {
    struct locust *locust = record;
    locust->simultaneous_where = value;
    in_json_number(value, 0, 1e12, &locust->simultaneous);
}

static void users_distribution(struct in_json value, void *record) {
    in_json_read(value, &stages_form, record);
}

static const struct in_field users_fields[] = {
    {"total", false, users_total},
    {"simultaneous", false, users_simultaneous},
    {"distribution", true, users_distribution},
};
static const struct in_form users_form = {"locust_users", users_fields, 3};

/* 0 users at 0 s, then a straight line to each stage's users at its end. */
static void make_profile(struct locust *locust) {
    struct in_arch_reading *reading = locust->reading;
    struct mdl_workload *workload = &reading->arch->workload;
    workload->points =
        sim_arena_array(reading->context->arena, STAGES + 1, sizeof *workload->points);
    workload->point_count = STAGES + 1;
    for (int i = 0; i < STAGES; i++) {
        const struct stage *stage = &locust->stages[i];
        workload->points[i + 1].t_s = workload->points[i].t_s + stage->duration_s;
        workload->points[i + 1].value = stage->users;
        workload->users = fmax(workload->users, stage->users);
    }
    const struct stage *up = &locust->stages[0];
    const struct stage *flat = &locust->stages[1];
    if (flat->users != up->users) {
        in_json_wrong(
            flat->where, "uneven-plateau",
            sim_arena_print(reading->context->arena, "%d users, as ramp_up ends with", up->users),
            NULL);
    } else if (flat->users == 0) {
        in_json_wrong(flat->where, "out-of-range", "at least 1 user on the plateau", NULL);
    }
    if (locust->simultaneous >= 0 && locust->simultaneous != flat->users) {
        in_json_wrong(
            locust->simultaneous_where, "uneven-plateau",
            sim_arena_print(reading->context->arena, "%d, the users of the plateau", flat->users),
            NULL);
    }
}

/* --- actions ------------------------------------------------------------------------------ */

static const struct in_field action_fields[] = {
    {"duration", true, in_action_duration},
    {"requests", true, in_action_requests},
    {"frequency", true, in_action_frequency},
    {"kind", false, in_action_kind},
};
static const struct in_form action_form = {"locust_action", action_fields, 4};

static int kind_place(const struct locust *locust, const char *kind) {
    for (int k = 0; k < locust->kind_count; k++) {
        if (strcmp(locust->kinds[k].kind, kind) == 0) {
            return k;
        }
    }
    return -1;
}

static void note(struct in_arch_reading *reading, const char *key, const char *text,
                 const char *unit, const char *likely, const char *source) {
    struct mdl_arch *arch = reading->arch;
    arch->notes[arch->note_count++] = (struct mdl_assumption){
        .key = key, .text = text, .unit = unit, .likely = likely, .source = source};
}

static void read_actions(struct in_json value, void *record) {
    struct locust *locust = record;
    struct mdl_workload *workload = &locust->reading->arch->workload;
    struct sim_arena *arena = value.context->arena;
    if (!in_json_object(value)) {
        return;
    }
    if (in_json_count(value) == 0) {
        in_json_wrong(value, "missing-action", "at least one action", NULL);
    }
    for (struct in_json item = {0}; in_json_next(value, &item);) {
        struct mdl_arch_action *action = &workload->actions[workload->action_count++];
        action->name = sim_arena_copy(arena, in_json_key(item));
        in_json_read(item, &action_form, action);
        int place = action->kind ? kind_place(locust, action->kind) : 0;
        if (action->kind && (place < 0 || !(locust->kinds[place].share > 0))) {
            in_json_wrong(in_json_get(item, "kind"), "unused-kind",
                          "a kind that has a share in \"distribution\"", NULL);
        }
    }
}

/* --- kinds by matching ratio -------------------------------------------------------------- */

/* The search for a kind for each action that names none, such that frequency over share is the same
 * for all actions. */
struct match {
    const struct locust *locust;
    bool taken[MATCH_MAX]; /* kinds */
    int place[MATCH_MAX];  /* kind of each action, in the current try */
    int found[MATCH_MAX];  /* the same, of the first success */
    int successes;         /* counted to 2 */
};

static void try_action(struct match *match, int i, double scale) {
    const struct mdl_workload *workload = &match->locust->reading->arch->workload;
    if (i == workload->action_count) {
        if (match->successes++ == 0) {
            memcpy(match->found, match->place, sizeof match->found);
        }
        return;
    }
    const struct mdl_arch_action *action = &workload->actions[i];
    int own = action->kind ? kind_place(match->locust, action->kind) : -1;
    for (int k = 0; k < match->locust->kind_count && match->successes < 2; k++) {
        double share = match->locust->kinds[k].share;
        bool free = own < 0 ? !match->taken[k] && share > 0 : k == own;
        if (!free) {
            continue;
        }
        double ratio = action->frequency_per_s / share;
        if (scale > 0 && fabs(ratio / scale - 1) > RATIO_TOLERANCE) {
            continue;
        }
        bool before = match->taken[k];
        match->taken[k] = true;
        match->place[i] = k;
        try_action(match, i + 1, scale > 0 ? scale : ratio);
        match->taken[k] = before;
    }
}

static bool all_named(const struct mdl_workload *workload) {
    for (int i = 0; i < workload->action_count; i++) {
        if (!workload->actions[i].kind) {
            return false;
        }
    }
    return true;
}

static void match_kinds(struct locust *locust, struct in_json actions) {
    struct in_arch_reading *reading = locust->reading;
    struct mdl_workload *workload = &reading->arch->workload;
    if (all_named(workload)) {
        return;
    }
    const char *expected =
        "actions whose frequencies have the ratios of the shares in \"distribution\", in one way";
    const char *mend = "say which is which: \"kind\": \"read\" in each action";
    if (workload->action_count > MATCH_MAX || locust->kind_count > MATCH_MAX) {
        in_json_wrong(actions, "ambiguous-kinds", expected, mend);
        return;
    }
    struct match match = {.locust = locust};
    for (int i = 0; i < workload->action_count; i++) {
        const char *kind = workload->actions[i].kind;
        if (kind) {
            match.taken[kind_place(locust, kind)] = true;
        }
    }
    try_action(&match, 0, 0);
    if (match.successes != 1) {
        sim_diag_add(reading->context->diags,
                     match.successes == 0 ? "unmatched-kinds" : "ambiguous-kinds", actions.path,
                     expected, mend, "%s",
                     match.successes == 0 ? "frequencies that match in no way"
                                          : "frequencies that match in more than one way");
        return;
    }
    for (int i = 0; i < workload->action_count; i++) {
        struct mdl_arch_action *action = &workload->actions[i];
        if (!action->kind) {
            action->kind = locust->kinds[match.found[i]].kind;
            note(reading, sim_arena_print(reading->context->arena, "actions.%s.kind", action->name),
                 "request kind of the action", "name", action->kind,
                 "derived: frequencies in the ratio of the shares of \"distribution\"");
        }
    }
}

/* Kinds with a share and no action: one request, 1 min, at the scale of the others. */
static void assume_actions(struct locust *locust) {
    struct in_arch_reading *reading = locust->reading;
    struct mdl_workload *workload = &reading->arch->workload;
    struct sim_arena *arena = reading->context->arena;
    int given = workload->action_count;
    double frequency = 0;
    double share = 0;
    for (int k = 0; k < locust->kind_count; k++) {
        bool has = false;
        for (int i = 0; i < given; i++) {
            if (strcmp(workload->actions[i].kind, locust->kinds[k].kind) == 0) {
                frequency += workload->actions[i].frequency_per_s;
                has = true;
            }
        }
        share += has ? locust->kinds[k].share : 0;
    }
    for (int k = 0; k < locust->kind_count; k++) {
        const struct in_kind_share *kind = &locust->kinds[k];
        bool has = !(kind->share > 0);
        for (int i = 0; i < given; i++) {
            has = has || strcmp(workload->actions[i].kind, kind->kind) == 0;
        }
        if (has) {
            continue;
        }
        struct mdl_arch_action *action = &workload->actions[workload->action_count++];
        *action = (struct mdl_arch_action){.name = kind->kind,
                                           .kind = kind->kind,
                                           .requests = 1,
                                           .duration_s = 60,
                                           .frequency_per_s = kind->share * frequency / share};
        note(reading, sim_arena_print(arena, "actions.%s", action->name),
             "the action of a kind that has a share and no scenario", "action",
             sim_arena_print(arena, "1 request, 1m, %.4g/h", action->frequency_per_s * 3600),
             "assumption: at the scale of the other actions");
    }
}

/* --- documents ---------------------------------------------------------------------------- */

static void document_users(struct in_json value, void *record) {
    in_json_read(value, &users_form, record);
}

static void document_distribution(struct in_json value, void *record) {
    struct locust *locust = record;
    locust->kinds = in_workload_shares(value, &locust->kind_count);
}

/* inputs/scenario_file.c reads these keys. */
static void document_slo(struct in_json value, void *record) {
    (void)value;
    (void)record;
}

/* The distribution is read before the actions, which name its kinds. */
static const struct in_field document_fields[] = {
    {"users", true, document_users},     {"distribution", true, document_distribution},
    {"actions", true, read_actions},     {"slo", false, document_slo},
    {"slo_window", false, document_slo},
};
static const struct in_form document_form = {"locust_document", document_fields, 5};

bool in_locust_is(struct in_json document) {
    return in_json_present(in_json_get(document, "users")) &&
           (in_json_present(in_json_get(document, "actions")) ||
            in_json_present(in_json_get(document, "distribution"))) &&
           !in_json_present(in_json_get(document, "network")) && !in_arch_is(document);
}

struct mdl_arch *in_locust_read(struct in_json document) {
    struct sim_diags *diags = document.context->diags;
    struct sim_arena *arena = document.context->arena;
    int errors = diags->errors;
    struct in_arch_reading reading;
    in_arch_begin(&reading, document.context);
    struct locust locust = {.reading = &reading, .simultaneous = -1};
    struct in_json actions = in_json_get(document, "actions");
    size_t room = (size_t)in_json_count(actions) +
                  (size_t)in_json_count(in_json_get(document, "distribution")) + 1;
    struct mdl_arch *arch = reading.arch;
    arch->workload.actions = sim_arena_array(arena, room, sizeof *arch->workload.actions);
    arch->notes = sim_arena_array(arena, room, sizeof *arch->notes);
    arch->starts = "";
    in_json_read(document, &document_form, &locust);
    if (diags->errors == errors) {
        make_profile(&locust);
        match_kinds(&locust, actions);
    }
    if (diags->errors == errors) {
        assume_actions(&locust);
        in_workload_share(&arch->workload, locust.kinds, locust.kind_count);
        arch->workload.reading = MDL_BACK_TO_BACK;
        arch->used[MDL_P_READING] = true;
        arch->workload.load_factor = 1;
        in_arch_take(&reading, MDL_P_DURATION_CV, (struct in_json){0});
        in_arch_take_rest(&reading);
        in_arch_take_kinds(&reading, (struct in_json){0});
    }
    return in_arch_end(&reading, errors);
}

const struct in_form *in_locust_forms(struct sim_arena *arena, int *count) {
    static const struct in_form *const forms[] = {&document_form, &users_form, &stages_form,
                                                  &stage_form, &action_form};
    *count = (int)(sizeof forms / sizeof forms[0]);
    struct in_form *copies = sim_arena_array(arena, (size_t)*count, sizeof *copies);
    for (int i = 0; i < *count; i++) {
        copies[i] = *forms[i];
    }
    return copies;
}
