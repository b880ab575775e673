/* Lowering: the workload becomes a source of users with a session (DESIGN 1 and 5.1).
 *
 *   system_frequency    Poisson actions at (sum of frequencies) / (simultaneous users) per user
 *   persona_requests    Poisson actions of one request at the persona's rate
 *   personas            Poisson actions at the persona's rate
 *   back_to_back        the next action when the last ends, the kinds by the mix
 *   per_user_frequency  Poisson actions at the sum of frequencies per user; they overlap
 *
 * The two readings by frequency take the actions' shares from the frequencies, the others from the
 * mix. The load factor multiplies rates; back to back it divides the actions' durations.
 */
#include <math.h>

#include "models/lower_parts.h"

static bool by_frequency(enum mdl_reading reading) {
    return reading == MDL_SYSTEM_FREQUENCY || reading == MDL_PER_USER_FREQUENCY;
}

static double total_frequency(const struct mdl_workload *workload) {
    double total = 0;
    for (int i = 0; i < workload->action_count; i++) {
        total += workload->actions[i].frequency_per_s;
    }
    return total;
}

static void add_actions(const struct mdl_workload *workload, const char *at,
                        struct mdl_session *session, struct sim_arena *arena) {
    double total = total_frequency(workload);
    session->actions =
        sim_arena_array(arena, (size_t)workload->action_count + 1, sizeof *session->actions);
    for (int i = 0; i < workload->action_count; i++) {
        const struct mdl_arch_action *from = &workload->actions[i];
        struct mdl_action *action = &session->actions[session->action_count++];
        bool single = workload->reading == MDL_PERSONA_REQUESTS;
        *action = (struct mdl_action){
            .name = from->name,
            .where = sim_arena_print(arena, "(lowered) action %s", from->name),
            .p = by_frequency(workload->reading) ? from->frequency_per_s / total : from->share,
            .requests = single ? 1 : from->requests,
            .cls = from->kind,
            .route = sim_arena_print(arena, "%s%s", from->kind, at),
        };
        double duration_s = single ? 0 : from->duration_s;
        if (workload->reading == MDL_BACK_TO_BACK) {
            duration_s /= workload->load_factor;
        }
        action->duration = workload->duration_cv > 0 && duration_s > 0
                               ? sim_dist_lognormal(duration_s, workload->duration_cv)
                               : sim_dist_constant(duration_s);
    }
}

static void add_personas(const struct mdl_workload *workload, struct mdl_session *session,
                         struct sim_arena *arena) {
    bool one = by_frequency(workload->reading);
    int count = one ? 1 : workload->persona_count;
    session->personas = sim_arena_array(arena, (size_t)count, sizeof *session->personas);
    session->persona_count = count;
    for (int i = 0; i < count; i++) {
        struct mdl_persona *persona = &session->personas[i];
        double rate_per_s = total_frequency(workload);
        double present =
            workload->launch_day ? workload->simultaneous * workload->users : workload->users;
        if (workload->reading == MDL_SYSTEM_FREQUENCY) {
            rate_per_s /= present;
        }
        *persona = (struct mdl_persona){
            .name = one ? "user" : workload->personas[i].name,
            .p = one ? 1 : workload->personas[i].share,
            .rate_per_s = one ? rate_per_s : workload->personas[i].rate_per_s,
        };
        persona->where = sim_arena_print(arena, "(lowered) persona %s", persona->name);
        persona->rate_per_s *= workload->load_factor;
    }
}

struct mdl_session *mdl_lower_session(const struct mdl_workload *workload, const char *at,
                                      struct sim_arena *arena) {
    struct mdl_session *session = sim_arena_alloc(arena, sizeof *session);
    session->where = "(lowered) session";
    session->back_to_back = workload->reading == MDL_BACK_TO_BACK;
    add_actions(workload, at, session, arena);
    if (!session->back_to_back) {
        add_personas(workload, session, arena);
    }
    return session;
}

double mdl_workload_request_rate(const struct mdl_workload *workload, double users) {
    struct sim_arena *arena = sim_arena_new();
    const struct mdl_session *session = mdl_lower_session(workload, "", arena);
    double requests = 0;
    double duration_s = 0;
    double actions_per_s = 0;
    for (int i = 0; i < session->action_count; i++) {
        requests += session->actions[i].p * session->actions[i].requests;
        duration_s += session->actions[i].p * session->actions[i].duration.mean;
    }
    for (int i = 0; i < session->persona_count; i++) {
        actions_per_s += session->personas[i].p * session->personas[i].rate_per_s;
    }
    bool back_to_back = session->back_to_back;
    sim_arena_free(arena);
    return users * requests * (back_to_back ? 1 / duration_s : actions_per_s);
}

/* Little's law in the curve's first part: simultaneous = arrival rate x stay. */
static void derive_stay(struct mdl_lowering *l) {
    const struct mdl_workload *workload = &l->arch->workload;
    if (!workload->launch_day || l->arch->values[MDL_P_LAUNCH_STAY].given) {
        return;
    }
    const struct mdl_point *first = &workload->points[1];
    double mean = workload->simultaneous * first->t_s / first->value;
    mdl_derive_dist(l, MDL_P_LAUNCH_STAY, sim_dist_lognormal(mean, 1),
                    mdl_lognormal_text(l, mean, 1), mdl_lognormal_text(l, mean * 2 / 3, 1),
                    mdl_lognormal_text(l, mean * 5 / 3, 1),
                    "Little's law: simultaneous users over the arrival rate of the curve's first "
                    "part (brief); cv assumed; range as of application sessions (demands.csv: "
                    "8-20 min)");
}

void mdl_workload_derive(struct mdl_lowering *l) {
    enum mdl_reading reading = l->arch->workload.reading;
    derive_stay(l);
    mdl_derive_number(l, MDL_P_READING, reading, mdl_reading_names[reading], NULL, NULL,
                      mdl_parameters[MDL_P_READING].source);
}

/* The share of the users that a site has: of the curve's total, or of the profile at all times. */
static void share_users(struct mdl_lowering *l, struct mdl_source *source, double share) {
    const struct mdl_workload *workload = &l->arch->workload;
    source->total = workload->users * share;
    if (workload->launch_day || share == 1) {
        return;
    }
    size_t count = (size_t)workload->point_count;
    source->points = sim_arena_array(l->arena, count, sizeof *source->points);
    for (size_t i = 0; i < count; i++) {
        source->points[i] = workload->points[i];
        source->points[i].value *= share;
    }
}

void mdl_lower_sources(struct mdl_lowering *l) {
    const struct mdl_workload *workload = &l->arch->workload;
    l->network->sources =
        sim_arena_array(l->arena, (size_t)l->site_count, sizeof *l->network->sources);
    for (int s = 0; s < l->site_count; s++) {
        const struct mdl_site *site = &l->sites[s];
        struct mdl_source *source = &l->network->sources[l->network->source_count++];
        *source = (struct mdl_source){
            .name = mdl_place_name(l, "users", site->at, NULL),
            .where = sim_arena_print(l->arena, "(lowered) source users%s", site->at),
            .cls = workload->actions[0].kind, /* every action names its own */
            .kind = workload->launch_day ? MDL_SOURCE_CURVE : MDL_SOURCE_CLOSED,
            .batch = 1,
            .points = workload->points,
            .point_count = workload->point_count,
            .session = mdl_lower_session(workload, site->at, l->arena),
        };
        share_users(l, source, site->users);
        if (workload->launch_day) {
            source->fixed = workload->fixed;
            source->smooth = workload->smooth;
            source->session->has_stay = true;
            source->session->stay = l->arch->values[MDL_P_LAUNCH_STAY].dist;
        }
    }
}
