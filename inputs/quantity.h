/* Quantities with units, as a scenario writes them: "10m", "250ms", "100/h", "15%", "64KB".
 *
 * A quantity is a decimal number followed by its unit, without a space. A bare number where a unit
 * is due is the error "missing-unit"; any other text after the number is "wrong-unit"; a text that
 * begins with no number is "bad-quantity"; a value outside its range is "out-of-range".
 */
#ifndef INPUTS_QUANTITY_H
#define INPUTS_QUANTITY_H

#include "inputs/json.h"

enum in_quantity {
    IN_DURATION, /* ns us ms s m h d (m: minutes; d: 24 h); in s */
    IN_RATE,     /* a count per unit of time, "13/s" "5/m" "100/h"; in 1/s */
    IN_SHARE,    /* "15%"; 0.15 */
    IN_SIZE,     /* B KB MB GB TB (powers of 1000) KiB MiB GiB TiB (powers of 1024); in bytes */
};

/* True and the value in SI units when `text` is a finite quantity of that kind, with any sign. */
bool in_quantity_parse(const char *text, enum in_quantity kind, double *out);

/* Adds the diagnostic for a `text` that in_quantity_parse refused: "missing-unit", "wrong-unit" or
 * "bad-quantity", at the path of the value it stands in. */
void in_quantity_wrong(struct in_json value, const char *text, enum in_quantity wanted);

/* Getters by the two rules of inputs/json.h. */

/* A duration of low_s to SIM_TIME_LIMIT seconds. */
bool in_json_duration(struct in_json value, double low_s, double *out_s);

/* A rate >= 0, in 1/s. */
bool in_json_rate(struct in_json value, double *out_per_s);

/* A share from 0 to 1: "15%" or the bare number 0.15 (a share has no unit). */
bool in_json_share(struct in_json value, double *out_frac);

/* A size >= 0, in bytes. */
bool in_json_size(struct in_json value, double *out_bytes);

#endif
