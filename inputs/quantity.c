/* See inputs/quantity.h. */
#include "inputs/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/clock.h"

struct unit {
    const char *name;
    double factor; /* SI units in one */
};

static const struct unit time_units[] = {
    {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400},
};
static const struct unit rate_units[] = {
    {"/ns", 1e9},     {"/us", 1e6},       {"/ms", 1e3},        {"/s", 1},
    {"/m", 1.0 / 60}, {"/h", 1.0 / 3600}, {"/d", 1.0 / 86400},
};
static const struct unit share_units[] = {{"%", 0.01}};
static const struct unit size_units[] = {
    {"B", 1},         {"KB", 1e3},         {"MB", 1e6},
    {"GB", 1e9},      {"TB", 1e12},        {"KiB", 1024},
    {"MiB", 1048576}, {"GiB", 1073741824}, {"TiB", 1024.0 * 1073741824},
};

struct kind {
    const struct unit *units;
    int count;
    const char *expected;
    const char *bare; /* the unit to suggest after a bare number */
};

#define UNITS(list) list, (int)(sizeof(list) / sizeof(list)[0])
static const struct kind kinds[] = {
    [IN_DURATION] = {UNITS(time_units), "a duration such as \"250ms\", \"10m\" or \"24h\"", "s"},
    [IN_RATE] = {UNITS(rate_units), "a rate such as \"13/s\", \"5/m\" or \"100/h\"", "/s"},
    [IN_SHARE] = {UNITS(share_units), "a share such as \"15%\" or 0.15", "%"},
    [IN_SIZE] = {UNITS(size_units), "a size such as \"64KB\" or \"100GiB\"", "B"},
};

enum { KINDS = sizeof kinds / sizeof kinds[0], UNITS_MAX = 32 };

/* Bytes of the decimal number that `text` starts with; 0 when it starts with none. Stricter than
 * strtod, which takes spaces, "inf" and hexadecimal. */
static size_t decimal_length(const char *text) {
    const char *digits = "0123456789";
    const char *c = text + (*text == '-');
    size_t whole = strspn(c, digits);
    if (whole == 0) {
        return 0;
    }
    c += whole;
    if (*c == '.') {
        size_t fraction = strspn(c + 1, digits);
        if (fraction == 0) {
            return 0;
        }
        c += 1 + fraction;
    }
    if (*c == 'e' || *c == 'E') {
        size_t sign = c[1] == '-' || c[1] == '+';
        size_t exponent = strspn(c + 1 + sign, digits);
        c += exponent > 0 ? 1 + sign + exponent : 0;
    }
    return (size_t)(c - text);
}

static const struct unit *find_unit(const struct kind *kind, const char *name) {
    for (int i = 0; i < kind->count; i++) {
        if (strcmp(kind->units[i].name, name) == 0) {
            return &kind->units[i];
        }
    }
    return NULL;
}

/* The number times the unit. Units below one divide by the (exact) inverse, so that "250ms" is the
 * double nearest to 0.25 and "1/h" the one nearest to 1/3600. */
static double in_si(double number, double factor) {
    return factor < 1 ? number / round(1 / factor) : number * factor;
}

bool in_quantity_parse(const char *text, enum in_quantity kind, double *out) {
    size_t length = decimal_length(text);
    const struct unit *unit = find_unit(&kinds[kind], text + length);
    if (length == 0 || !unit) {
        return false;
    }
    double value = in_si(strtod(text, NULL), unit->factor);
    if (!isfinite(value)) {
        return false;
    }
    *out = value;
    return true;
}

void in_quantity_wrong(struct in_json value, const char *text, enum in_quantity wanted) {
    const struct kind *kind = &kinds[wanted];
    struct sim_arena *arena = value.context->arena;
    size_t length = decimal_length(text);
    const char *unit = text + length;
    if (length > 0 && !*unit) {
        in_json_wrong(
            value, "missing-unit", kind->expected,
            sim_arena_print(arena, "add the unit, such as \"%.40s%s\"", text, kind->bare));
        return;
    }
    const char *names[UNITS_MAX];
    const char *list = "";
    for (int i = 0; i < kind->count; i++) {
        names[i] = kind->units[i].name;
        list = sim_arena_print(arena, "%s%s%s", list, i > 0 ? " " : "", names[i]);
    }
    bool known = false;
    for (int i = 0; i < (int)KINDS; i++) {
        known = known || find_unit(&kinds[i], unit);
    }
    const char *nearest = sim_nearest(unit, names, kind->count);
    const char *mend =
        length > 0 && nearest && !known
            ? sim_arena_print(arena, "did you mean \"%.*s%s\"? The units are: %s",
                              length > 40 ? 40 : (int)length, text, nearest, list)
            : sim_arena_print(arena, "a number, then without a space one of the units: %s", list);
    in_json_wrong(value, length > 0 ? "wrong-unit" : "bad-quantity", kind->expected, mend);
}

static bool read_quantity(struct in_json value, enum in_quantity kind, double low, double high,
                          const char *range, double *out) {
    if (!value.node) {
        return false;
    }
    const char *expected = kinds[kind].expected;
    const char *text = NULL;
    double number = 0;
    if (in_json_is_number(value)) {
        in_quantity_wrong(value, in_json_print(value), kind);
        return false;
    }
    if (!in_json_is_string(value)) {
        in_json_wrong(value, "wrong-type", expected, NULL);
        return false;
    }
    if (!in_json_string(value, &text)) {
        return false;
    }
    if (!in_quantity_parse(text, kind, &number)) {
        in_quantity_wrong(value, text, kind);
        return false;
    }
    if (number < low || number > high) {
        in_json_wrong(value, "out-of-range",
                      sim_arena_print(value.context->arena, "%s, %s", expected, range), NULL);
        return false;
    }
    *out = number;
    return true;
}

bool in_json_duration(struct in_json value, double low_s, double *out_s) {
    const char *range = "not negative, below 126 years";
    if (value.node && low_s > 0) {
        bool tiny = low_s < 1e-3;
        range = sim_arena_print(value.context->arena, "at least %.15g%s, below 126 years",
                                tiny ? low_s * 1e9 : low_s, tiny ? "ns" : "s");
    }
    return read_quantity(value, IN_DURATION, low_s, SIM_TIME_LIMIT, range, out_s);
}

bool in_json_rate(struct in_json value, double *out_per_s) {
    return read_quantity(value, IN_RATE, 0, 1e9, "not negative, at most one per nanosecond",
                         out_per_s);
}

bool in_json_share(struct in_json value, double *out_frac) {
    if (in_json_is_number(value)) {
        double frac = 0;
        if (!in_json_number(value, -INFINITY, INFINITY, &frac)) {
            return false;
        }
        if (frac < 0 || frac > 1) {
            const char *mend = frac > 1 && frac <= 100 ? "a percentage ends with %" : NULL;
            in_json_wrong(value, "out-of-range", "a share from 0 to 1, or from \"0%\" to \"100%\"",
                          mend);
            return false;
        }
        *out_frac = frac;
        return true;
    }
    return read_quantity(value, IN_SHARE, 0, 1, "from \"0%\" to \"100%\"", out_frac);
}

bool in_json_size(struct in_json value, double *out_bytes) {
    return read_quantity(value, IN_SIZE, 0, 1e18, "not negative, at most 1e18 bytes", out_bytes);
}
