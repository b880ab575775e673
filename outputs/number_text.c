#include "outputs/number_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any locale's decimal separator (one or more bytes) becomes '.'. */
static void mend_point(char *text) {
    size_t before = strspn(text, "+-0123456789");
    if (text[before] == '\0' || strchr("eE", text[before]) != NULL) {
        return;
    }
    size_t separator = strcspn(text + before, "0123456789eE");
    text[before] = '.';
    memmove(text + before + 1, text + before + separator, strlen(text + before + separator) + 1);
}

struct out_number out_number_exact(double value) {
    struct out_number number;
    if (value == 0) {
        value = 0; /* drops the sign of -0 */
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(number.text, sizeof number.text, "%.*g", digits, fabs(value));
        if (strtod(number.text, NULL) == fabs(value)) {
            break;
        }
    }
    if (value < 0) {
        size_t length = strlen(number.text);
        memmove(number.text + 1, number.text, length + 1);
        number.text[0] = '-';
    }
    mend_point(number.text);
    return number;
}

/* The power of ten of the first of three significant digits, after rounding to them. */
static int magnitude(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.2e", fabs(value));
    return atoi(strchr(text, 'e') + 1);
}

/* Decimals that show three significant digits. */
static int decimals(double value) {
    if (value == 0) {
        return 0;
    }
    int places = 2 - magnitude(value);
    return places < 0 ? 0 : places > 12 ? 12 : places;
}

static bool is_whole(double value) { return fabs(value) < 1e15 && value == floor(value); }

struct out_number out_number_short(double value) {
    struct out_number number = {"-"};
    if (isnan(value)) {
        return number;
    }
    if (isinf(value)) {
        snprintf(number.text, sizeof number.text, "%s", value < 0 ? "-inf" : "inf");
        return number;
    }
    if (is_whole(value)) {
        snprintf(number.text, sizeof number.text, "%.0f", value == 0 ? 0 : value);
    } else if (fabs(value) < 1e-9 || fabs(value) >= 1e15) {
        snprintf(number.text, sizeof number.text, "%.2e", value);
    } else {
        snprintf(number.text, sizeof number.text, "%.*f", decimals(value), value);
    }
    mend_point(number.text);
    return number;
}

struct out_number out_number_fixed(double value, int places) {
    struct out_number number;
    snprintf(number.text, sizeof number.text, "%.*f", places, value);
    mend_point(number.text);
    return number;
}

/* A unit as people read it: the value times `factor`, and its name (with the space before it). */
struct scale {
    double factor;
    const char *suffix;
    bool whole; /* whole numbers are shown with all their digits */
};

/* Decimals at most; what is too small for them is "<0.001". */
enum { PLACES = 3 };

static double round_3(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.2e", value);
    return strtod(text, NULL);
}

static struct scale scale_of(double value, const char *unit) {
    double size = fabs(round_3(value));
    if (strcmp(unit, "s") == 0) {
        if (size == 0) {
            return (struct scale){1, " s", true};
        }
        if (size < 1e-3) {
            return (struct scale){1e6, " us", false};
        }
        if (size < 1) {
            return (struct scale){1e3, " ms", false};
        }
        if (size < 300) {
            return (struct scale){1, " s", false};
        }
        if (size < 7200) {
            return (struct scale){1.0 / 60, " min", false};
        }
        return (struct scale){1.0 / 3600, " h", false};
    }
    if (strcmp(unit, "1") == 0) {
        return (struct scale){100, " %", false};
    }
    if (strcmp(unit, "1/s") == 0) {
        if (size > 0 && size < 0.01) {
            return (struct scale){3600, " /h", false};
        }
        return (struct scale){1, " /s", false};
    }
    if (strcmp(unit, "B") == 0) {
        static const char *const names[] = {" B", " kB", " MB", " GB", " TB"};
        int step = 0;
        for (double left = size; left >= 1000 && step < 4; left /= 1000) {
            step++;
        }
        return (struct scale){pow(1e-3, step), names[step], step == 0};
    }
    static const char *const counted[] = {"requests", "customers", "visits",     "lookups",
                                          "users",    "servers",   "places",     "connections",
                                          "attempts", "entries",   "operations", "credits",
                                          "times",    "",          NULL};
    for (int i = 0; counted[i] != NULL; i++) {
        if (strcmp(unit, counted[i]) == 0) {
            return (struct scale){1, "", true};
        }
    }
    return (struct scale){1, NULL, false}; /* the unit itself */
}

/* `value` >= 0 with `places` decimals, at most PLACES. */
static struct out_number few_places(double value, int places) {
    struct out_number number;
    if (value > 0 && value < 0.0005) {
        snprintf(number.text, sizeof number.text, "<0.001");
    } else {
        snprintf(number.text, sizeof number.text, "%.*f", places > PLACES ? PLACES : places, value);
        mend_point(number.text);
    }
    return number;
}

struct out_number out_number_quantity(double value, const char *unit) {
    struct out_number number = {"-"};
    if (isnan(value)) {
        return number;
    }
    struct scale scale = scale_of(value, unit);
    double scaled = value * scale.factor;
    struct out_number digits;
    if (isinf(value) || scaled <= 0 || (scale.whole && is_whole(scaled)) || scaled >= 1e15) {
        digits = out_number_short(scaled);
    } else {
        digits = few_places(scaled, decimals(scaled));
    }
    const char *suffix = scale.suffix != NULL ? scale.suffix : unit;
    snprintf(number.text, sizeof number.text, "%.24s%s%.20s", digits.text,
             scale.suffix == NULL ? " " : "", suffix);
    return number;
}

struct out_number out_number_spread(const struct sim_estimate *estimate, const char *unit) {
    struct out_number number = {""};
    double below = estimate->value - estimate->low;
    double above = estimate->high - estimate->value;
    if (!isfinite(below) || !isfinite(above)) {
        return number;
    }
    if (estimate->value == 0 && below <= 0 && above <= 0) {
        return number; /* never anything but 0: nothing to say */
    }
    struct scale scale = scale_of(estimate->value, unit);
    double scaled = estimate->value * scale.factor;
    double half = (above > below ? above : below) * scale.factor;
    if (half <= 1e-12 * (1 + fabs(scaled))) { /* equal in every replication */
        snprintf(number.text, sizeof number.text, "+-0");
        return number;
    }
    /* As many decimals as the value shows; more when that would say "+-0". */
    int places = scaled == 0 || (scale.whole && is_whole(scaled)) ? 0 : decimals(scaled);
    int needed = -magnitude(half);
    snprintf(number.text, sizeof number.text, "+-%.24s",
             few_places(half, needed > places ? needed : places).text);
    return number;
}

struct out_number out_number_duration(double seconds) {
    static const struct {
        double s;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
    struct out_number number;
    for (int i = 0; i < 3; i++) {
        double count = seconds / units[i].s;
        double least = i == 0 ? 3 : 1; /* 24 h, not 1 d */
        if (count >= least && count < 1000 && is_whole(count * 4)) {
            snprintf(number.text, sizeof number.text, "%.24s %s", out_number_short(count).text,
                     units[i].name);
            return number;
        }
    }
    snprintf(number.text, sizeof number.text, "%.24s s",
             isfinite(seconds) ? out_number_exact(seconds).text : "-");
    return number;
}
