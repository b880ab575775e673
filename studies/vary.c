/* See studies/vary.h. */
#include "studies/vary.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct axis {
    const char *option; /* "--vary" or "--with" */
    const char *key;
    const char **values;
    int count;
    size_t room;
    int group; /* axes that are zipped together share one */
};

/* --- texts ---------------------------------------------------------------------------------- */

/* Where `stop` first stands outside of brackets and quotes, or the end of the text. */
static const char *find_outside(const char *at, char stop) {
    int depth = 0;
    bool quoted = false;
    for (; *at != '\0'; at++) {
        if (quoted) {
            if (*at == '\\' && at[1] != '\0') {
                at++;
            } else if (*at == '"') {
                quoted = false;
            }
        } else if (*at == stop && depth == 0) {
            return at;
        } else if (*at == '"') {
            quoted = true;
        } else if (strchr("([{", *at) != NULL) {
            depth++;
        } else if (strchr(")]}", *at) != NULL && depth > 0) {
            depth--;
        }
    }
    return at;
}

/* Reads a decimal number at *at and advances. Unlike strtod it leaves a ".." alone. */
static bool take_number(const char **at, double *number) {
    const char *from = *at;
    const char *end = from + (*from == '-' || *from == '+');
    const char *digits = end;
    while (isdigit((unsigned char)*end)) {
        end++;
    }
    bool any = end > digits;
    if (*end == '.' && isdigit((unsigned char)end[1])) {
        any = true;
        end++;
        while (isdigit((unsigned char)*end)) {
            end++;
        }
    }
    char text[64];
    size_t length = (size_t)(end - from);
    if (!any || length >= sizeof text) {
        return false;
    }
    memcpy(text, from, length);
    text[length] = '\0';
    *number = strtod(text, NULL);
    *at = end;
    return true;
}

/* Reads a number and the unit after it, up to one of the characters of `stops` or the end. */
static bool take_quantity(const char **at, const char *stops, double *number, const char **unit,
                          size_t *length) {
    if (!take_number(at, number)) {
        return false;
    }
    *unit = *at;
    *length = strcspn(*at, stops);
    *at += *length;
    return true;
}

/* --- values --------------------------------------------------------------------------------- */

static const char *problem_of(struct sim_arena *arena, const struct axis *axis, const char *found,
                              const char *expected) {
    return sim_arena_print(arena, "%s %s: found \"%s\", expected %s", axis->option, axis->key,
                           found, expected);
}

static const char *add_value(struct sim_arena *arena, struct axis *axis, const char *value) {
    if (axis->count == STD_VARIANTS_MAX) {
        return sim_arena_print(arena, "%s %s: found more than %d values, expected fewer",
                               axis->option, axis->key, STD_VARIANTS_MAX);
    }
    axis->values =
        sim_arena_grow(arena, axis->values, (size_t)axis->count, &axis->room, sizeof(const char *));
    axis->values[axis->count++] = value;
    return NULL;
}

/* Whether the text is meant as a range: a quantity followed by "..". */
static bool is_range(const char *text) {
    double number;
    return take_number(&text, &number) && strncmp(text + strcspn(text, "."), "..", 2) == 0;
}

static const char *add_range(struct sim_arena *arena, struct axis *axis, const char *text) {
    static const char usage[] = "a range from..to:step such as 10..100:10 or 5ms..20ms:5ms";
    double number[3];
    const char *unit[3];
    size_t length[3];
    const char *at = text;
    bool sound = take_quantity(&at, ".", &number[0], &unit[0], &length[0]) &&
                 strncmp(at, "..", 2) == 0 && (at += 2, true) &&
                 take_quantity(&at, ":", &number[1], &unit[1], &length[1]) && *at == ':' &&
                 (at++, true) && take_quantity(&at, ".:", &number[2], &unit[2], &length[2]) &&
                 *at == '\0';
    for (int i = 1; i < 3 && sound; i++) {
        sound = length[i] == length[0] && strncmp(unit[i], unit[0], length[0]) == 0;
    }
    if (!sound) {
        return problem_of(arena, axis, text, usage);
    }
    double steps = floor((number[1] - number[0]) / number[2] + 1e-9);
    if (number[2] == 0 || !(steps >= 0)) {
        return problem_of(arena, axis, text, "a range whose step leads from its start to its end");
    }
    const char *problem = NULL;
    for (double k = 0; k <= steps && problem == NULL; k++) {
        double value = number[0] + k * number[2];
        value = fabs(value) < 1e-9 * fabs(number[2]) ? 0 : value;
        problem = add_value(arena, axis,
                            sim_arena_print(arena, "%.10g%.*s", value, (int)length[0], unit[0]));
    }
    return problem;
}

static const char *trimmed(struct sim_arena *arena, const char *from, const char *end) {
    while (from < end && *from == ' ') {
        from++;
    }
    while (end > from && end[-1] == ' ') {
        end--;
    }
    return sim_arena_print(arena, "%.*s", (int)(end - from), from);
}

/* Reads "KEY=V1,V2". */
static const char *read_axis(struct sim_arena *arena, const struct std_vary *vary,
                             struct axis *axis) {
    axis->option = vary->with ? "--with" : "--vary";
    const char *equals = find_outside(vary->text, '=');
    axis->key = trimmed(arena, vary->text, equals);
    if (*equals == '\0' || *axis->key == '\0') {
        return sim_arena_print(arena, "%s: found \"%s\", expected KEY=VALUE,VALUE", axis->option,
                               vary->text);
    }
    const char *problem = NULL;
    for (const char *at = equals + 1; problem == NULL;) {
        const char *comma = find_outside(at, ',');
        const char *value = trimmed(arena, at, comma);
        if (*value == '\0') {
            problem = problem_of(arena, axis, equals + 1, "a value before and after each comma");
        } else {
            problem =
                is_range(value) ? add_range(arena, axis, value) : add_value(arena, axis, value);
        }
        if (*comma == '\0') {
            break;
        }
        at = comma + 1;
    }
    return problem;
}

static const char *read_axes(struct sim_arena *arena, const struct std_vary *varies, int count,
                             struct axis *axes) {
    int group = -1;
    for (int i = 0; i < count; i++) {
        const char *problem = read_axis(arena, &varies[i], &axes[i]);
        if (problem != NULL) {
            return problem;
        }
        if (varies[i].with && i == 0) {
            return sim_arena_print(arena, "--with %s: found no --vary before it, expected one",
                                   axes[i].key);
        }
        group += varies[i].with ? 0 : 1;
        axes[i].group = group;
        if (varies[i].with && axes[i].count != axes[i - 1].count) {
            return sim_arena_print(
                arena, "--with %s: found %d value%s, expected %d as the --vary before it has",
                axes[i].key, axes[i].count, axes[i].count == 1 ? "" : "s", axes[i - 1].count);
        }
        for (int k = 0; k < i; k++) {
            if (strcmp(axes[k].key, axes[i].key) == 0) {
                return sim_arena_print(arena, "%s %s: found this key twice, expected it once",
                                       axes[i].option, axes[i].key);
            }
        }
    }
    return NULL;
}

/* --- labels --------------------------------------------------------------------------------- */

/* The last part of a key: "servers" of "network.stations[clerk].servers". */
static const char *last_part(const char *key) {
    for (;;) {
        const char *dot = find_outside(key, '.');
        if (*dot == '\0') {
            return key;
        }
        key = dot + 1;
    }
}

/* How a key is called in labels: its last part, where no other key ends alike. */
static const char *short_key(const struct std_design *design, int index) {
    const char *part = last_part(design->keys[index]);
    for (int i = 0; i < design->key_count; i++) {
        if (i != index && strcmp(last_part(design->keys[i]), part) == 0) {
            return design->keys[index];
        }
    }
    return part;
}

static const char *label_of(struct sim_arena *arena, const struct std_design *design,
                            const struct std_assignment *assignments) {
    if (design->key_count == 1 && isalpha((unsigned char)assignments[0].value[0])) {
        return assignments[0].value; /* a word speaks for itself */
    }
    const char *label = "";
    for (int i = 0; i < design->key_count; i++) {
        label = sim_arena_print(arena, "%s%s%s=%s", label, i == 0 ? "" : " ", short_key(design, i),
                                assignments[i].value);
    }
    return label;
}

static bool is_taken(const struct std_variant *others, int count, const char *label) {
    for (int i = 0; i < count; i++) {
        if (strcmp(others[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

const char *std_label_distinct(struct sim_arena *arena, const struct std_variant *others, int count,
                               const char *label) {
    const char *distinct = label;
    for (int k = 2; is_taken(others, count, distinct); k++) {
        distinct = sim_arena_print(arena, "%s (%d)", label, k);
    }
    return distinct;
}

/* --- the grid ------------------------------------------------------------------------------- */

const char *std_vary_read(struct sim_arena *arena, const char *document,
                          const struct std_vary *varies, int count, struct std_design *design) {
    *design = (struct std_design){.key_count = count};
    struct axis *axes = sim_arena_array(arena, (size_t)count, sizeof *axes);
    const char *problem = read_axes(arena, varies, count, axes);
    if (problem != NULL) {
        return problem;
    }
    int stride[STD_VARY_MAX]; /* per group: variants from one of its values to the next */
    int total = 1;
    for (int i = count - 1; i >= 0; i--) {
        if (i == 0 || axes[i - 1].group != axes[i].group) {
            stride[axes[i].group] = total;
            total *= axes[i].count;
        }
        if (total > STD_VARIANTS_MAX) {
            return sim_arena_print(arena, "--vary: found more than %d variants, expected fewer",
                                   STD_VARIANTS_MAX);
        }
    }
    design->keys = sim_arena_array(arena, (size_t)count, sizeof *design->keys);
    for (int i = 0; i < count; i++) {
        design->keys[i] = axes[i].key;
    }
    design->variants = sim_arena_array(arena, (size_t)total, sizeof *design->variants);
    design->variant_count = total;
    for (int v = 0; v < total; v++) {
        struct std_assignment *assignments =
            sim_arena_array(arena, (size_t)count, sizeof *assignments);
        for (int i = 0; i < count; i++) {
            int which = v / stride[axes[i].group] % axes[i].count;
            assignments[i] = (struct std_assignment){axes[i].key, axes[i].values[which]};
        }
        const char *label = label_of(arena, design, assignments);
        design->variants[v] = (struct std_variant){
            .document = document,
            .label = std_label_distinct(arena, design->variants, v, label),
            .assignments = assignments,
            .assignment_count = count,
        };
    }
    return NULL;
}
