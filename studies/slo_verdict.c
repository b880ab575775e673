/* Judging SLOs: the places, which of them have requests enough, and the answer. */
#include "studies/slo_verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/arch.h"
#include "studies/slo_parts.h"

/* What the intervals of one SLO may miss together. */
static const double ALPHA = 0.05;

const char *const std_slo_answer_names[] = {"met", "missed", "undetermined"};
const char *const std_slo_span_names[] = {"run", "stretch", "window"};

/* --- counting ----------------------------------------------------------------------------- */

double std_slo_margin(const struct std_slo_verdict *verdict, double value) {
    return (verdict->below ? verdict->limit - value : value - verdict->limit) / verdict->limit;
}

int std_slo_windows(const struct std_slo_verdict *verdict, enum std_slo_answer answer) {
    int count = 0;
    for (int i = 0; i < verdict->place_count; i++) {
        const struct std_slo_place *place = &verdict->places[i];
        count += place->span == STD_SLO_WINDOW && place->answer == answer;
    }
    return count;
}

int std_slo_count(const struct std_slo_verdict *verdicts, int count, enum std_slo_answer answer) {
    int found = 0;
    for (int i = 0; i < count; i++) {
        found += verdicts[i].answer == answer;
    }
    return found;
}

enum std_slo_answer std_slo_all(const struct std_slo_verdict *verdicts, int count) {
    if (std_slo_count(verdicts, count, STD_SLO_MISSED) > 0) {
        return STD_SLO_MISSED;
    }
    return std_slo_count(verdicts, count, STD_SLO_UNDETERMINED) > 0 ? STD_SLO_UNDETERMINED
                                                                    : STD_SLO_MET;
}

int std_slo_merge(const double *requests, int count, double needed, int *group) {
    int groups = 0;
    int before = 0; /* windows of the group before */
    for (int i = 0; i < count;) {
        double sum = 0;
        int width = 0;
        while (i + width < count && width < STD_SLO_MERGED && (width == 0 || sum < needed)) {
            sum += requests[i + width];
            width++;
        }
        bool leftover = sum < needed && i + width == count && width < STD_SLO_MERGED;
        bool joins = leftover && groups > 0 && before + width <= STD_SLO_MERGED;
        for (int k = 0; k < width; k++) {
            group[i + k] = joins ? groups - 1 : groups;
        }
        groups += !joins;
        before = width;
        i += width;
    }
    return groups;
}

/* --- places ------------------------------------------------------------------------------- */

/* The judging of one SLO. */
struct judging {
    struct std_builder *b;
    const struct mdl_slo *slo;
    struct std_slo_verdict *verdict;
    struct std_slo_range *ranges; /* of the places */
    size_t place_room, range_room;
};

static double start_s(const struct std_builder *b) {
    return b->f->scenario->horizon_s - b->f->observed_s;
}

static void add_place(struct judging *j, enum std_slo_span span, const char *label, double from_s,
                      double to_s, struct std_slo_range range) {
    struct std_slo_verdict *v = j->verdict;
    size_t count = (size_t)v->place_count;
    v->places = sim_arena_grow(j->b->arena, v->places, count, &j->place_room, sizeof *v->places);
    j->ranges = sim_arena_grow(j->b->arena, j->ranges, count, &j->range_room, sizeof *j->ranges);
    double requests = NAN;
    if (std_slo_of_requests(j->slo)) {
        requests = std_slo_requests(j->b, j->slo, range);
    }
    v->places[count] = (struct std_slo_place){
        .span = span,
        .label = label,
        .from_s = from_s,
        .to_s = to_s,
        .requests = requests,
        .thin = v->needed > 0 && requests < v->needed,
        .answer = STD_SLO_UNDETERMINED,
    };
    j->ranges[count] = range;
    v->place_count++;
}

/* "35m", "3h", "7.5s". */
static const char *since_start(struct sim_arena *arena, double time_s) {
    if (fmod(time_s, 3600) == 0 && time_s > 0) {
        return sim_arena_print(arena, "%.10gh", time_s / 3600);
    }
    if (fmod(time_s, 60) == 0 && time_s > 0) {
        double hours = floor(time_s / 3600);
        double minutes = (time_s - 3600 * hours) / 60;
        return hours > 0 ? sim_arena_print(arena, "%.10gh%02.0fm", hours, minutes)
                         : sim_arena_print(arena, "%.10gm", minutes);
    }
    return sim_arena_print(arena, "%.10gs", time_s);
}

/* "03:05", of a day that starts at "09:00"; the day after next with "+2d". */
static const char *on_clock(struct sim_arena *arena, int start_minute, double time_s) {
    long long minute = start_minute + (long long)floor(time_s / 60);
    long long day = minute / (24 * 60);
    const char *text = sim_arena_print(arena, "%02lld:%02lld", minute / 60 % 24, minute % 60);
    return day > 1 ? sim_arena_print(arena, "%s +%lldd", text, day) : text;
}

/* Launch days start at a time of day; it is shown where windows are whole minutes. */
static bool has_clock(const struct mdl_scenario *scenario, double width_s, int *minute) {
    int hours = 0;
    int minutes = 0;
    if (scenario->arch == NULL || !scenario->arch->workload.launch_day || fmod(width_s, 60) != 0 ||
        scenario->warmup_s > 0 ||
        sscanf(scenario->arch->starts, "%2d:%2d", &hours, &minutes) != 2 || hours < 0 ||
        hours > 23 || minutes < 0 || minutes > 59) {
        return false;
    }
    *minute = 60 * hours + minutes;
    return true;
}

static const char *window_label(const struct judging *j, double from_s, double to_s,
                                double width_s) {
    struct sim_arena *arena = j->b->arena;
    int minute = 0;
    if (has_clock(j->b->f->scenario, width_s, &minute)) {
        return sim_arena_print(arena, "%s to %s", on_clock(arena, minute, from_s),
                               on_clock(arena, minute, to_s));
    }
    return sim_arena_print(arena, "%s to %s", since_start(arena, from_s), since_start(arena, to_s));
}

/* Buckets whose middle lies in the stretch. */
static struct std_slo_range buckets_in(const struct std_builder *b,
                                       const struct mdl_slo_stretch *stretch) {
    struct std_slo_range range = {false, 0, 0};
    for (int k = 0; k < b->f->bucket_count; k++) {
        double from_s = start_s(b) + k * b->f->bucket_s;
        double to_s = fmin(from_s + b->f->bucket_s, b->f->scenario->horizon_s);
        double middle_s = (from_s + to_s) / 2;
        range.first += middle_s < stretch->from_s;
        range.end += middle_s < stretch->to_s;
    }
    return range;
}

/* The windows of the buckets, merged where they are thin; those without any request are left out.
 */
static void add_windows(struct judging *j, struct std_slo_range in) {
    struct std_builder *b = j->b;
    double width_s = mdl_slo_window_s(b->f->scenario, j->slo);
    int per_window = (int)round(width_s / b->f->bucket_s);
    int count = (in.end - in.first + per_window - 1) / per_window;
    if (count < 2) {
        return;
    }
    struct sim_arena *scratch = sim_arena_new();
    double *requests = sim_arena_array(scratch, (size_t)count, sizeof *requests);
    int *group = sim_arena_array(scratch, (size_t)count + 1, sizeof *group);
    struct std_slo_range *windows = sim_arena_array(scratch, (size_t)count, sizeof *windows);
    for (int i = 0; i < count; i++) {
        int end = in.first + (i + 1) * per_window;
        windows[i] =
            (struct std_slo_range){false, in.first + i * per_window, end < in.end ? end : in.end};
        requests[i] = std_slo_of_requests(j->slo) ? std_slo_requests(b, j->slo, windows[i]) : 0;
    }
    std_slo_merge(requests, count, j->verdict->needed, group);
    group[count] = -1;
    for (int i = 0, first = 0; i < count; i++) {
        if (group[i + 1] == group[i]) {
            continue;
        }
        struct std_slo_range range = {false, windows[first].first, windows[i].end};
        double from_s = start_s(b) + range.first * b->f->bucket_s;
        double to_s = fmin(start_s(b) + range.end * b->f->bucket_s, b->f->scenario->horizon_s);
        if (!std_slo_of_requests(j->slo) || std_slo_active(b, j->slo, range)) {
            add_place(j, STD_SLO_WINDOW, window_label(j, from_s, to_s, width_s), from_s, to_s,
                      range);
        }
        first = i + 1;
    }
    sim_arena_free(scratch);
}

/* The whole run, or the stretch asked for; its stretches, but for those that are shorter than a
 * window; its windows. Of a steady state, the whole run alone. */
static void add_places(struct judging *j) {
    struct std_builder *b = j->b;
    const struct mdl_scenario *scenario = b->f->scenario;
    bool in_time = b->f->bucket_count > 0 && j->slo->part != MDL_SLO_MARK &&
                   scenario->analysis == MDL_TERMINATING && scenario->stop.of == MDL_STOP_NEVER;
    int count = 0;
    const struct mdl_slo_stretch *stretches = mdl_slo_stretches(scenario, b->arena, &count);
    struct std_slo_range range = {false, 0, b->f->bucket_count};
    if (j->slo->during == NULL || !in_time) {
        add_place(j, STD_SLO_RUN, "whole run", start_s(b), scenario->horizon_s,
                  (struct std_slo_range){.whole = true});
    }
    for (int i = 0; i < count && in_time; i++) {
        const struct mdl_slo_stretch *stretch = &stretches[i];
        bool asked = j->slo->during != NULL && strcmp(j->slo->during, stretch->name) == 0;
        struct std_slo_range buckets = buckets_in(b, stretch);
        bool wide =
            buckets.first < buckets.end &&
            stretch->to_s - stretch->from_s >= mdl_slo_window_s(scenario, j->slo) * (1 - 1e-9);
        if (asked || (j->slo->during == NULL && wide)) {
            add_place(j, STD_SLO_STRETCH, stretch->name, fmax(stretch->from_s, start_s(b)),
                      stretch->to_s, buckets);
        }
        range = asked ? buckets : range;
    }
    if (in_time) {
        add_windows(j, range);
    }
}

/* --- answers ------------------------------------------------------------------------------ */

static enum std_slo_answer answer_of(const struct mdl_slo *slo, const struct sim_estimate *e) {
    bool met, missed;
    if (isnan(e->low) || isnan(e->high)) {
        return STD_SLO_UNDETERMINED;
    }
    if (slo->below) {
        met = slo->or_equal ? e->high <= slo->limit : e->high < slo->limit;
        missed = slo->or_equal ? e->low > slo->limit : e->low >= slo->limit;
    } else {
        met = slo->or_equal ? e->low >= slo->limit : e->low > slo->limit;
        missed = slo->or_equal ? e->high < slo->limit : e->high <= slo->limit;
    }
    return met ? STD_SLO_MET : missed ? STD_SLO_MISSED : STD_SLO_UNDETERMINED;
}

/* Each place gets its part of the 5 %. */
static void judge_places(struct judging *j) {
    struct std_slo_verdict *v = j->verdict;
    int windows = 0;
    int wide = 0;
    for (int i = 0; i < v->place_count; i++) {
        windows += v->places[i].span == STD_SLO_WINDOW && !v->places[i].thin;
        wide += v->places[i].span != STD_SLO_WINDOW && !v->places[i].thin;
    }
    for (int i = 0; i < v->place_count; i++) {
        struct std_slo_place *place = &v->places[i];
        bool window = place->span == STD_SLO_WINDOW;
        bool both = windows > 0 && wide > 0;
        int sharers = window ? windows : wide;
        double alpha = ALPHA / (both ? 2 : 1) / (sharers > 0 ? sharers : 1);
        place->estimate = std_slo_measure(j->b, j->slo, j->ranges[i], alpha);
        if (place->estimate.low < 0) { /* no figure is */
            place->estimate.low = 0;
        }
        place->answer = place->thin ? STD_SLO_UNDETERMINED : answer_of(j->slo, &place->estimate);
    }
}

/* Whether place a says more about the answer than place b does. */
static bool tells_more(const struct std_slo_verdict *v, const struct std_slo_place *a,
                       const struct std_slo_place *b) {
    if (a->thin != b->thin) {
        return b->thin; /* what straddles the limit, before what has too little data */
    }
    if (a->thin) {
        return a->requests < b->requests;
    }
    double margin = std_slo_margin(v, a->estimate.value);
    return margin < std_slo_margin(v, b->estimate.value);
}

static void conclude(struct std_slo_verdict *v) {
    v->answer = STD_SLO_MET;
    for (int i = 0; i < v->place_count; i++) {
        enum std_slo_answer answer = v->places[i].answer;
        if (answer == STD_SLO_MISSED || v->answer == STD_SLO_MET) {
            v->answer = answer;
        }
    }
    v->decisive = -1;
    for (int i = 0; i < v->place_count; i++) {
        const struct std_slo_place *place = &v->places[i];
        if (place->answer == v->answer &&
            (v->decisive < 0 || tells_more(v, place, &v->places[v->decisive]))) {
            v->decisive = i;
        }
    }
}

/* --- which metric it is ------------------------------------------------------------------- */

static void name_metric(struct std_builder *b, const struct mdl_slo *slo,
                        struct std_slo_verdict *v) {
    static const char *const scopes[] = {
        [MDL_SLO_ALL] = "network", [MDL_SLO_CLASS] = "class",     [MDL_SLO_SOURCE] = "source",
        [MDL_SLO_MARK] = "mark",   [MDL_SLO_STATION] = "station", [MDL_SLO_POOL] = "pool",
    };
    static const char *const names[MDL_SLO_FIGURES] = {
        [MDL_SLO_MEAN] = "response.mean",      [MDL_SLO_ERROR_RATE] = "error_rate",
        [MDL_SLO_THROUGHPUT] = "throughput",   [MDL_SLO_UTILIZATION] = "utilization",
        [MDL_SLO_CONNECTIONS] = "utilization",
    };
    const char *entity = slo->part == MDL_SLO_ALL ? "" : slo->part_name;
    const char *name = slo->figure == MDL_SLO_PERCENTILE
                           ? std_percentile_name(b, "response", slo->quantile)
                           : names[slo->figure];
    if (name != NULL && slo->during == NULL &&
        std_metric_find(b->f, scopes[slo->part], entity, name) != NULL) {
        v->scope = scopes[slo->part];
        v->entity = entity;
        v->metric = name;
    }
}

void std_build_slos(struct std_builder *b) {
    const struct mdl_scenario *scenario = b->f->scenario;
    b->f->slos = sim_arena_array(b->arena, (size_t)scenario->slo_count + 1, sizeof *b->f->slos);
    for (int i = 0; i < scenario->slo_count; i++) {
        const struct mdl_slo *slo = &scenario->slos[i];
        struct std_slo_verdict *v = &b->f->slos[b->f->slo_count++];
        *v = (struct std_slo_verdict){
            .name = slo->name,
            .condition = slo->text,
            .unit = slo->figure == MDL_SLO_THROUGHPUT                                  ? "1/s"
                    : slo->figure == MDL_SLO_PERCENTILE || slo->figure == MDL_SLO_MEAN ? "s"
                                                                                       : "1",
            .limit = slo->limit,
            .below = slo->below,
            .assumed = slo->assumed,
            .needed = std_slo_needed(slo),
        };
        struct judging judging = {.b = b, .slo = slo, .verdict = v};
        add_places(&judging);
        judge_places(&judging);
        conclude(v);
        name_metric(b, slo, v);
    }
}
