/* SLOs: what they are asked of and when, and the width of their windows. */
#include <math.h>
#include <string.h>

#include "models/check_parts.h"

static const double TOLERANCE = 1e-6;

/* "\"read\", \"write\" or \"export\"", a dozen at most. */
static const char *list_of(struct mdl_checking *checking, const char *const *names, int count) {
    enum { SHOWN = 12 };
    const char *text = "";
    for (int i = 0; i < count && i < SHOWN; i++) {
        const char *joint = i == 0 ? "" : i == count - 1 ? " or " : ", ";
        text = sim_arena_print(checking->arena, "%s%s\"%s\"", text, joint, names[i]);
    }
    return count > SHOWN ? sim_arena_print(checking->arena, "%s, ...", text) : text;
}

static const char *nearest(struct mdl_checking *checking, const char *word,
                           const char *const *names, int count) {
    const char *near = sim_nearest(word, names, count);
    return near != NULL ? sim_arena_print(checking->arena, "did you mean \"%s\"?", near) : NULL;
}

static void check_subject(struct mdl_checking *checking, struct mdl_slo *slo) {
    if (mdl_slo_resolve(checking->scenario, slo)) {
        return;
    }
    int count = 0;
    const char **names = mdl_slo_subjects(checking->scenario, slo->figure, checking->arena, &count);
    const char *figure = mdl_slo_figure_names[slo->figure];
    const char *expected =
        count == 0
            ? sim_arena_print(checking->arena, "another figure: nothing here has %s", figure)
            : sim_arena_print(checking->arena, "%s of %s",
                              slo->figure == MDL_SLO_PERCENTILE ? "the response time" : figure,
                              list_of(checking, names, count));
    if (slo->subject == NULL) {
        sim_diag_add(checking->diags, "slo-subject", slo->where, expected,
                     count > 0
                         ? sim_arena_print(checking->arena, "such as \"%s(%s)\"", figure, names[0])
                         : NULL,
                     "\"%s\", which does not say of what", slo->text);
        return;
    }
    sim_diag_add(checking->diags, "slo-subject", slo->where, expected,
                 nearest(checking, slo->subject, names, count), "\"%s\" in \"%s\"", slo->subject,
                 slo->text);
}

static void check_during(struct mdl_checking *checking, const struct mdl_slo *slo) {
    if (slo->during == NULL) {
        return;
    }
    const char *where = mdl_check_path(checking, slo->where, "during");
    const struct mdl_scenario *scenario = checking->scenario;
    if (slo->part == MDL_SLO_MARK || scenario->stop.of != MDL_STOP_NEVER ||
        scenario->analysis == MDL_STEADY) {
        sim_diag_add(checking->diags, "slo-stretch", where,
                     "no \"during\": marks, runs that end with an event and steady states are "
                     "judged as a whole",
                     NULL, "\"%s\"", slo->during);
        return;
    }
    int count = 0;
    const struct mdl_slo_stretch *stretches =
        mdl_slo_stretches(checking->scenario, checking->arena, &count);
    const char *names[MDL_STRETCHES_MAX];
    for (int i = 0; i < count; i++) {
        names[i] = stretches[i].name;
        if (strcmp(names[i], slo->during) == 0) {
            return;
        }
    }
    if (count == 0) {
        sim_diag_add(checking->diags, "slo-stretch", where,
                     "no \"during\": the workload has no phases (a population that rises, stands "
                     "and falls, or a curve of arrivals)",
                     NULL, "\"%s\"", slo->during);
        return;
    }
    sim_diag_add(checking->diags, "slo-stretch", where, list_of(checking, names, count),
                 nearest(checking, slo->during, names, count), "\"%s\"", slo->during);
}

/* Windows are made of time buckets. */
static void check_window(struct mdl_checking *checking, double window_s, const char *where) {
    double bucket_s = checking->scenario->bucket_s;
    double buckets = window_s / bucket_s;
    if (bucket_s > 0 && (buckets < 1 - TOLERANCE || fabs(buckets - round(buckets)) > TOLERANCE)) {
        sim_diag_add(
            checking->diags, "slo-window", where,
            sim_arena_print(checking->arena, "a multiple of the width of the time buckets, %.9gs",
                            bucket_s),
            sim_arena_print(checking->arena, "or the key \"buckets\": \"%.9gs\"", window_s),
            "windows of %.9gs", window_s);
    }
}

void mdl_check_slos(struct mdl_checking *checking) {
    struct mdl_scenario *scenario = checking->scenario;
    if (scenario->has_slo_window) {
        check_window(checking, scenario->slo_window_s, "slo_window");
    }
    for (int i = 0; i < scenario->slo_count; i++) {
        struct mdl_slo *slo = &scenario->slos[i];
        check_subject(checking, slo);
        check_during(checking, slo);
        if (slo->window_s > 0 && !slo->assumed) {
            check_window(checking, slo->window_s, slo->where);
        }
        for (int k = 0; k < i; k++) {
            if (strcmp(scenario->slos[k].name, slo->name) == 0) {
                sim_diag_add(checking->diags, "duplicate-name", slo->where,
                             "SLOs of different names", "remove one, or give it a \"name\"",
                             "another SLO \"%s\" at %s", slo->name, scenario->slos[k].where);
            }
        }
    }
}
