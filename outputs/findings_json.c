#include "outputs/findings_json.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "outputs/findings_view.h"
#include "outputs/json_writer.h"
#include "outputs/slo_json.h"
#include "outputs/stopping_view.h"
#include "outputs/twin_view.h"

struct writer {
    struct out_json json;
    const struct std_findings *findings;
    struct sim_arena *arena; /* scratch */
    struct out_index *index;
};

/* Length of the first component of a dotted name. A dot between two digits belongs to it, so that
 * "p99.9" and "0.5s" are one component each. */
static size_t component_length(const char *name) {
    size_t i = 0;
    while (name[i] != '\0') {
        bool digits = i > 0 && name[i - 1] >= '0' && name[i - 1] <= '9' && name[i + 1] >= '0' &&
                      name[i + 1] <= '9';
        if (name[i] == '.' && !digits) {
            break;
        }
        i++;
    }
    return i;
}

static void write_metric(struct writer *writer, const char *key, const struct std_metric *metric) {
    struct out_json *json = &writer->json;
    out_json_flat_object(json, key);
    out_json_number(json, "value", metric->estimate.value);
    out_json_number(json, "low", metric->estimate.low);
    out_json_number(json, "high", metric->estimate.high);
    out_json_text(json, "unit", metric->unit);
    out_json_numbers(json, "values", metric->values,
                     metric->values == NULL ? 0 : writer->findings->replications);
    out_json_end(json);
}

/* Writes the metrics whose names start alike in their first `done` characters: one key per next
 * component, in order of first appearance. */
static void write_level(struct writer *writer, const struct std_metric *const *metrics, int count,
                        size_t done) {
    for (int i = 0; i < count; i++) {
        const char *rest = metrics[i]->name + done;
        size_t length = component_length(rest);
        bool seen = false;
        for (int j = 0; j < i && !seen; j++) {
            const char *other = metrics[j]->name + done;
            seen = component_length(other) == length && strncmp(other, rest, length) == 0;
        }
        if (seen) {
            continue;
        }
        const char *key = sim_arena_print(writer->arena, "%.*s", (int)length, rest);
        if (rest[length] == '\0') {
            write_metric(writer, key, metrics[i]);
            continue;
        }
        const struct std_metric **group =
            sim_arena_array(writer->arena, (size_t)(count - i), sizeof(const struct std_metric *));
        int grouped = 0;
        for (int j = i; j < count; j++) {
            const char *other = metrics[j]->name + done;
            if (component_length(other) == length && strncmp(other, rest, length) == 0 &&
                other[length] == '.') {
                group[grouped++] = metrics[j];
            }
        }
        out_json_object(&writer->json, key);
        write_level(writer, group, grouped, done + length + 1);
        out_json_end(&writer->json);
    }
}

static void write_metrics_of(struct writer *writer, const char *scope, const char *entity) {
    struct out_metrics metrics = out_metrics_of(writer->index, scope, entity, writer->arena);
    write_level(writer, metrics.items, metrics.count, 0);
}

static void write_entity(struct writer *writer, const char *key, const char *scope,
                         const char *entity) {
    out_json_object(&writer->json, key);
    write_metrics_of(writer, scope, entity);
    out_json_end(&writer->json);
}

/* The parts of one station or pool: its instances (an array), its classes (an object). */
static void write_parts(struct writer *writer, const char *owner, const struct out_names *owners,
                        const char *scope, const struct out_names *parts, char mark,
                        const char *key) {
    bool open = false;
    for (int i = 0; i < parts->count; i++) {
        const char *part = out_part_of(parts->items[i], owner, mark, owners);
        if (part == NULL) {
            continue;
        }
        if (!open) {
            if (mark == '[') {
                out_json_array(&writer->json, key);
            } else {
                out_json_object(&writer->json, key);
            }
            open = true;
        }
        write_entity(writer, mark == '[' ? NULL : part, scope, parts->items[i]);
    }
    if (open) {
        out_json_end(&writer->json);
    }
}

/* The stations or the pools. `class_scope`: NULL when they have no figures by class. */
static void write_places(struct writer *writer, const char *scope, const char *instance_scope,
                         const char *class_scope, const char *key) {
    struct out_names entities = out_entities(writer->index, scope, writer->arena);
    struct out_names instances = out_entities(writer->index, instance_scope, writer->arena);
    struct out_names classes = {NULL, 0};
    if (class_scope != NULL) {
        classes = out_entities(writer->index, class_scope, writer->arena);
    }
    if (entities.count == 0) {
        return;
    }
    out_json_object(&writer->json, key);
    for (int i = 0; i < entities.count; i++) {
        const char *name = entities.items[i];
        out_json_object(&writer->json, name);
        write_metrics_of(writer, scope, name);
        write_parts(writer, name, &entities, instance_scope, &instances, '[', "instances");
        write_parts(writer, name, &entities, class_scope, &classes, '/', "classes");
        out_json_end(&writer->json);
    }
    out_json_end(&writer->json);
}

static void write_scope(struct writer *writer, const char *scope, const char *key) {
    struct out_names entities = out_entities(writer->index, scope, writer->arena);
    if (entities.count == 0) {
        return;
    }
    out_json_object(&writer->json, key);
    for (int i = 0; i < entities.count; i++) {
        write_entity(writer, entities.items[i], scope, entities.items[i]);
    }
    out_json_end(&writer->json);
}

/* The parts of one window or instant, which are `count` entities in a row, by kind. */
static void write_spot(struct writer *writer, const char *scope, const char *const *entities,
                       int count) {
    static const char *const kinds[][2] = {
        {"source", "sources"}, {"station", "stations"}, {"pool", "pools"}};
    for (int i = 0; i < count; i++) {
        struct out_spot spot = out_spot_of(entities[i]);
        if (out_spot_part(&spot, "network") != NULL) {
            write_entity(writer, "network", scope, entities[i]);
        }
    }
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        bool open = false;
        for (int i = 0; i < count; i++) {
            struct out_spot spot = out_spot_of(entities[i]);
            const char *part = out_spot_part(&spot, kinds[k][0]);
            if (part == NULL) {
                continue;
            }
            if (!open) {
                out_json_object(&writer->json, kinds[k][1]);
                open = true;
            }
            write_entity(writer, part, scope, entities[i]);
        }
        if (open) {
            out_json_end(&writer->json);
        }
    }
}

/* Windows or samples: by window or instant, then by part. */
static void write_spots(struct writer *writer, const char *scope, const char *key) {
    struct out_names entities = out_entities(writer->index, scope, writer->arena);
    if (entities.count == 0) {
        return;
    }
    out_json_object(&writer->json, key);
    for (int first = 0, end; first < entities.count; first = end) {
        struct out_spot spot = out_spot_of(entities.items[first]);
        for (end = first + 1; end < entities.count; end++) {
            struct out_spot other = out_spot_of(entities.items[end]);
            if (!out_spot_same(&spot, &other)) {
                break;
            }
        }
        out_json_object(&writer->json,
                        sim_arena_print(writer->arena, "%.*s", spot.length, spot.when));
        write_spot(writer, scope, entities.items + first, end - first);
        out_json_end(&writer->json);
    }
    out_json_end(&writer->json);
}

/* The hops of each class or source: entities "OWNER/station/NAME". */
static void write_hops(struct writer *writer, const char *scope, const char *owner_scope,
                       const char *key) {
    struct out_names owners = out_entities(writer->index, owner_scope, writer->arena);
    struct out_names hops = out_entities(writer->index, scope, writer->arena);
    out_json_object(&writer->json, key);
    for (int i = 0; i < owners.count; i++) {
        write_parts(writer, owners.items[i], &owners, scope, &hops, '/', owners.items[i]);
    }
    out_json_end(&writer->json);
}

static void write_breakdown(struct writer *writer) {
    if (out_entities(writer->index, "breakdown", writer->arena).count == 0) {
        return;
    }
    out_json_object(&writer->json, "breakdown");
    write_scope(writer, "breakdown", "network");
    write_hops(writer, "class_breakdown", "class", "classes");
    write_hops(writer, "source_breakdown", "source", "sources");
    out_json_end(&writer->json);
}

static void write_results(struct writer *writer) {
    out_json_object(&writer->json, "results");
    write_entity(writer, "network", "network", "");
    write_scope(writer, "source", "sources");
    write_scope(writer, "class", "classes");
    write_places(writer, "station", "instance", "station_class", "stations");
    write_places(writer, "pool", "pool_instance", NULL, "pools");
    write_scope(writer, "cache", "caches");
    write_scope(writer, "limiter", "limiters");
    write_scope(writer, "breaker", "breakers");
    write_scope(writer, "mark", "marks");
    write_scope(writer, "block", "blocks");
    write_scope(writer, "tier", "tiers");
    write_scope(writer, "meter", "meters");
    if (out_entities(writer->index, "steady", writer->arena).count > 0) {
        write_entity(writer, "steady", "steady", "");
    }
    write_breakdown(writer);
    write_spots(writer, "window", "windows");
    write_spots(writer, "sample", "samples");
    write_scope(writer, "customer", "customers");
    out_json_end(&writer->json);
}

static void write_scenario(struct writer *writer) {
    const struct std_findings *findings = writer->findings;
    const struct mdl_scenario *scenario = findings->scenario;
    struct out_json *json = &writer->json;
    out_json_object(json, "scenario");
    out_json_text(json, "name", scenario->name);
    out_json_text(json, "form", out_is_architecture(scenario) ? "architecture" : "network");
    out_json_text(json, "hash", sim_arena_print(writer->arena, "%016" PRIx64, scenario->hash));
    out_json_text(json, "catalog_date", scenario->catalog_date);
    out_json_text(json, "reading", scenario->reading);
    out_json_number(json, "load_factor", scenario->load_factor);
    out_json_number(json, "horizon_s", scenario->horizon_s);
    out_json_number(json, "warmup_s", findings->warmup_s);
    out_json_number(json, "observed_s", findings->observed_s);
    out_json_array(json, "tiers");
    for (int i = 0; i < scenario->tier_count; i++) {
        const struct mdl_tier *tier = &scenario->tiers[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "name", tier->name);
        out_json_text(json, "label", tier->label);
        out_json_text(json, "station", tier->cpu);
        out_json_text(json, "workers", tier->workers);
        out_json_text(json, "connections", tier->connections);
        out_json_end(json);
    }
    out_json_end(json);
    out_json_raw(json, "resolved", scenario->resolved);
    out_json_end(json);
}

static void write_assumptions(struct writer *writer) {
    const struct mdl_scenario *scenario = writer->findings->scenario;
    struct out_json *json = &writer->json;
    out_json_array(json, "assumptions");
    for (int i = 0; i < scenario->assumption_count; i++) {
        const struct mdl_assumption *assumption = &scenario->assumptions[i];
        out_json_flat_object(json, NULL);
        out_json_text(json, "key", assumption->key);
        out_json_text(json, "text", assumption->text);
        out_json_text(json, "unit", assumption->unit);
        out_json_text(json, "value", assumption->likely);
        out_json_text(json, "low", assumption->low);
        out_json_text(json, "high", assumption->high);
        out_json_text(json, "source", assumption->source);
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_remarks(struct writer *writer) {
    struct out_json *json = &writer->json;
    out_json_array(json, "remarks");
    for (int i = 0; i < writer->findings->remark_count; i++) {
        out_json_flat_object(json, NULL);
        out_json_text(json, "topic", writer->findings->remarks[i].topic);
        out_json_text(json, "text", writer->findings->remarks[i].text);
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_points(struct out_json *json, const char *key, const struct sim_estimate *points,
                         int count, size_t offset) {
    out_json_flat_array(json, key);
    for (int i = 0; i < count; i++) {
        out_json_number(json, NULL, *(const double *)((const char *)&points[i] + offset));
    }
    out_json_end(json);
}

static void write_series(struct writer *writer) {
    const struct std_findings *findings = writer->findings;
    struct out_json *json = &writer->json;
    out_json_object(json, "series");
    out_json_number(json, "start_s", out_bucket_start_s(findings, 0));
    out_json_number(json, "bucket_s", findings->bucket_s);
    out_json_integer(json, "buckets", findings->bucket_count);
    out_json_array(json, "items");
    for (int i = 0; i < findings->series_count; i++) {
        const struct std_series *series = &findings->series[i];
        out_json_object(json, NULL);
        out_json_text(json, "scope", series->scope);
        out_json_text(json, "entity", series->entity);
        out_json_text(json, "name", series->name);
        out_json_text(json, "unit", series->unit);
        int count = findings->bucket_count;
        write_points(json, "value", series->points, count, offsetof(struct sim_estimate, value));
        write_points(json, "low", series->points, count, offsetof(struct sim_estimate, low));
        write_points(json, "high", series->points, count, offsetof(struct sim_estimate, high));
        out_json_end(json);
    }
    out_json_end(json);
    out_json_end(json);
}

static void write_histograms(struct writer *writer) {
    const struct std_findings *findings = writer->findings;
    struct out_json *json = &writer->json;
    out_json_array(json, "histograms");
    for (int i = 0; i < findings->histogram_count; i++) {
        const struct std_histogram *histogram = &findings->histograms[i];
        out_json_object(json, NULL);
        out_json_text(json, "scope", histogram->scope);
        out_json_text(json, "entity", histogram->entity);
        out_json_text(json, "name", histogram->name);
        out_json_text(json, "unit", "s");
        out_json_numbers(json, "upper", histogram->upper, histogram->count);
        out_json_flat_array(json, "counts");
        for (int b = 0; b < histogram->count; b++) {
            out_json_integer(json, NULL, (int64_t)histogram->counts[b]);
        }
        out_json_end(json);
        out_json_end(json);
    }
    out_json_end(json);
}

static void write_log(struct writer *writer) {
    struct out_json *json = &writer->json;
    out_json_array(json, "log");
    for (int i = 0; i < writer->findings->log_count; i++) {
        const struct std_log_line *line = &writer->findings->log[i];
        out_json_flat_object(json, NULL);
        out_json_number(json, "time_s", line->time_s);
        out_json_text(json, "source", line->source);
        out_json_integer(json, "customer", (int64_t)line->customer);
        out_json_text(json, "class", line->cls);
        out_json_text(json, "station", line->station);
        out_json_integer(json, "instance", line->instance);
        out_json_text(json, "what", line->what);
        out_json_end(json);
    }
    out_json_end(json);
}

void out_json_findings(FILE *out, const struct std_findings *findings, const char *version) {
    struct writer writer = {.findings = findings, .arena = sim_arena_new()};
    struct out_json *json = &writer.json;
    writer.index = out_index_new(findings, writer.arena);
    out_json_init(json, out);
    out_json_object(json, NULL);
    out_json_program(json, version, OUT_JSON_SCHEMA);
    write_scenario(&writer);
    out_json_text(json, "seed", sim_arena_print(writer.arena, "%" PRIu64, findings->seed));
    out_json_integer(json, "replications", findings->replications);
    out_json_stopping(json, &findings->stopping);
    out_json_number(json, "confidence", 0.95);
    out_json_integer(json, "events", (int64_t)findings->events);
    out_json_slos(json, findings);
    write_remarks(&writer);
    out_json_twin(&writer.json, findings);
    write_results(&writer);
    write_series(&writer);
    write_histograms(&writer);
    write_log(&writer);
    write_assumptions(&writer);
    out_json_flat_object(json, "timing");
    out_json_number(json, "wall_s", findings->wall_s);
    out_json_integer(json, "threads", findings->threads);
    out_json_number(json, "events_per_s",
                    findings->wall_s > 0 ? (double)findings->events / findings->wall_s : NAN);
    out_json_end(json);
    out_json_end(json);
    sim_arena_free(writer.arena);
}
