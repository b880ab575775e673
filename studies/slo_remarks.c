/* The verdicts in sentences: how many are met, then what is not met and why, then how close. */
#include <math.h>

#include "studies/slo_parts.h"

enum { TOLD = 5 }; /* SLOs that are not met, each with a sentence */

/* "183 ms", "0.51 %", "13.1/s". */
static const char *quantity(struct std_builder *b, double value, const char *unit) {
    if (unit[0] == 's') {
        double size = fabs(value);
        return size < 1    ? sim_arena_print(b->arena, "%.3g ms", 1000 * value)
               : size < 60 ? sim_arena_print(b->arena, "%.3g s", value)
                           : sim_arena_print(b->arena, "%.4g s", value);
    }
    if (unit[1] == '/') {
        return sim_arena_print(b->arena, "%.3g/s", value);
    }
    if (value > 0 && value < 1e-5) {
        return "less than 0.001 %";
    }
    return sim_arena_print(b->arena, "%.3g %%", 100 * value);
}

static const char *named(struct std_builder *b, const struct std_slo_verdict *v) {
    return v->name == v->condition ? v->name
                                   : sim_arena_print(b->arena, "%s (%s)", v->name, v->condition);
}

/* "in the window 10:00 to 10:05", "in the plateau", "over the whole run". */
static const char *where(struct std_builder *b, const struct std_slo_place *place) {
    switch (place->span) {
    case STD_SLO_RUN:
        return "over the whole run";
    case STD_SLO_STRETCH:
        return sim_arena_print(b->arena, "in the stretch %s", place->label);
    case STD_SLO_WINDOW:
        break;
    }
    return sim_arena_print(b->arena, "in the window %s", place->label);
}

static const char *margin(struct std_builder *b, const struct std_slo_verdict *v, double value) {
    double margin_frac = std_slo_margin(v, value);
    const char *side = (margin_frac > 0) == v->below ? "below" : "above";
    double percent = 100 * fabs(margin_frac);
    return percent < 1000 ? sim_arena_print(b->arena, "%.3g %% %s the limit", percent, side)
                          : sim_arena_print(b->arena, "%.0f %% %s the limit", percent, side);
}

static const char *interval(struct std_builder *b, const struct std_slo_verdict *v,
                            const struct sim_estimate *e) {
    return sim_arena_print(b->arena, "%s (%s to %s)", quantity(b, e->value, v->unit),
                           quantity(b, e->low, v->unit), quantity(b, e->high, v->unit));
}

/* How many windows have that answer, when one of them decides. */
static const char *how_many(struct std_builder *b, const struct std_slo_verdict *v,
                            const char *what) {
    int all = std_slo_windows(v, STD_SLO_MET) + std_slo_windows(v, STD_SLO_MISSED) +
              std_slo_windows(v, STD_SLO_UNDETERMINED);
    int these = std_slo_windows(v, v->answer);
    return these < 2 ? "" : sim_arena_print(b->arena, " %d of %d windows %s.", these, all, what);
}

static void tell_missed(struct std_builder *b, const struct std_slo_verdict *v) {
    const struct std_slo_place *place = &v->places[v->decisive];
    std_add_remark(b, "slo", "Missed: %s. It is %s %s, %s.%s", named(b, v),
                   interval(b, v, &place->estimate), where(b, place),
                   margin(b, v, place->estimate.value), how_many(b, v, "miss it"));
}

static void tell_undetermined(struct std_builder *b, const struct std_slo_verdict *v) {
    const struct std_slo_place *place = &v->places[v->decisive];
    if (place->thin && place->requests > 0) {
        double more = ceil(b->replications * v->needed / place->requests);
        std_add_remark(b, "slo",
                       "Undetermined: %s. Too few requests to judge it by %s: %.0f in %d "
                       "replications, where %.0f are needed; about %.0f replications would have "
                       "them.%s",
                       named(b, v), where(b, place), place->requests, b->replications, v->needed,
                       more, how_many(b, v, "are undetermined"));
    } else if (place->thin) {
        std_add_remark(b, "slo", "Undetermined: %s. No request to judge it by %s.%s", named(b, v),
                       where(b, place), how_many(b, v, "are undetermined"));
    } else if (isnan(place->estimate.low)) {
        std_add_remark(b, "slo",
                       "Undetermined: %s. It is %s %s, in %d replication%s: an interval takes "
                       "more (--replications N).",
                       named(b, v), quantity(b, place->estimate.value, v->unit), where(b, place),
                       place->estimate.count, place->estimate.count == 1 ? "" : "s");
    } else {
        std_add_remark(b, "slo",
                       "Undetermined: %s. It is %s %s: the limit is within the interval, which "
                       "more replications make narrower.%s",
                       named(b, v), interval(b, v, &place->estimate), where(b, place),
                       how_many(b, v, "are undetermined"));
    }
}

static void tell_all(struct std_builder *b, enum std_slo_answer answer,
                     void (*tell)(struct std_builder *b, const struct std_slo_verdict *v)) {
    int told = 0;
    for (int i = 0; i < b->f->slo_count; i++) {
        if (b->f->slos[i].answer == answer && told++ < TOLD) {
            tell(b, &b->f->slos[i]);
        }
    }
}

static void tell_closest(struct std_builder *b) {
    const struct std_slo_verdict *closest = NULL;
    double least = INFINITY;
    for (int i = 0; i < b->f->slo_count; i++) {
        const struct std_slo_verdict *v = &b->f->slos[i];
        if (v->answer == STD_SLO_MET) {
            double frac = std_slo_margin(v, v->places[v->decisive].estimate.value);
            if (frac < least) {
                least = frac;
                closest = v;
            }
        }
    }
    if (closest != NULL) {
        const struct std_slo_place *place = &closest->places[closest->decisive];
        std_add_remark(b, "slo", "Closest to its limit of those met: %s, at %s %s, %s.",
                       named(b, closest), interval(b, closest, &place->estimate), where(b, place),
                       margin(b, closest, place->estimate.value));
    }
}

void std_build_slo_remarks(struct std_builder *b) {
    const struct std_findings *f = b->f;
    if (f->slo_count == 0) {
        return;
    }
    int met = std_slo_count(f->slos, f->slo_count, STD_SLO_MET);
    int missed = std_slo_count(f->slos, f->slo_count, STD_SLO_MISSED);
    int undetermined = std_slo_count(f->slos, f->slo_count, STD_SLO_UNDETERMINED);
    const char *text = sim_arena_print(b->arena, "SLO: %d of %d met", met, f->slo_count);
    if (missed > 0) {
        text = sim_arena_print(b->arena, "%s, %d missed", text, missed);
    }
    if (undetermined > 0) {
        text = sim_arena_print(b->arena, "%s, %d undetermined", text, undetermined);
    }
    std_add_remark(b, "slo", "%s%s.", text,
                   f->slos[0].assumed ? " (assumed ones: the scenario names none)" : "");
    tell_all(b, STD_SLO_MISSED, tell_missed);
    tell_all(b, STD_SLO_UNDETERMINED, tell_undetermined);
    tell_closest(b);
}
