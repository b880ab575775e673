/* Numbers as text: exact for machines, three significant digits with a unit for people.
 *
 * The decimal point is '.' in every locale.
 */
#ifndef OUTPUTS_NUMBER_TEXT_H
#define OUTPUTS_NUMBER_TEXT_H

#include "sim/estimate.h"

enum { OUT_NUMBER_SIZE = 48 };

struct out_number {
    char text[OUT_NUMBER_SIZE];
};

/* The shortest of %.15g, %.16g and %.17g that reads back as the same double; -0 is "0". The value
 * must be finite. */
struct out_number out_number_exact(double value);

/* Three significant digits, without unit: "0.0123", "12.3", "12300"; whole numbers below 1e15 with
 * all their digits. "-" for NAN, "inf" for infinity. */
struct out_number out_number_short(double value);

/* With that many decimals (0-9). The value must be finite and below 1e15 in size. */
struct out_number out_number_fixed(double value, int places);

/* A value with its unit, scaled to suit: "s" as us, ms, s, min or h; "1" as %; "1/s" as /s or /h;
 * "B" as kB (1000 B), MB, GB or TB; others as they are ("3.42 GiB"); counts ("requests", "users",
 * "") without unit. At most three decimals: what is smaller is "<0.001". "-" for NAN. */
struct out_number out_number_quantity(double value, const char *unit);

/* The half-width of an estimate in the unit that out_number_quantity gave its value: "+-2". The
 * larger side where the interval is not symmetric. "" where there is no interval,
 * or nothing but zeros. */
struct out_number out_number_spread(const struct sim_estimate *estimate, const char *unit);

/* A duration without interval, exact when short: "45 min", "24 h", "300 s", "1000000 s". */
struct out_number out_number_duration(double seconds);

#endif
