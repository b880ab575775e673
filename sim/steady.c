#include "sim/steady.h"

#include <math.h>

enum { GROUPS_MIN = 10, KEPT_MIN = 5 };

/* The standard normal quantile of 0.9. */
static const double SCORE_LIMIT = 1.2815515655446004;

static double group_mean(const double *values, int group, int index) {
    double sum = 0;
    for (int i = 0; i < group; i++) {
        sum += values[index * group + i];
    }
    return sum / group;
}

/* From the last group to the first, mean and squares of the rest are updated (Welford). */
int sim_mser(const double *values, int count, int group) {
    int groups = count / group;
    if (groups < GROUPS_MIN) {
        return 0;
    }
    int best = 0;
    double least = INFINITY;
    double mean = 0;
    double squares = 0;
    for (int first = groups - 1; first >= 0; first--) {
        double kept = groups - first;
        double off = group_mean(values, group, first) - mean;
        mean += off / kept;
        squares += off * off * (kept - 1) / kept;
        double error = squares / (kept * kept);
        if (kept >= KEPT_MIN && error <= least) { /* of equals, the shortest cut */
            least = error;
            best = first;
        }
    }
    return best * group;
}

struct sim_serial sim_serial(const double *values, int count) {
    struct sim_serial none = {NAN, NAN, false};
    double sum = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
    }
    if (count < 3 || !isfinite(sum)) {
        return none;
    }
    double mean = sum / count;
    double squares = 0;
    double products = 0;
    for (int i = 0; i < count; i++) {
        double off = values[i] - mean;
        squares += off * off;
        products += i > 0 ? off * (values[i - 1] - mean) : 0;
    }
    if (!(squares > 0)) {
        return (struct sim_serial){0, 0, false};
    }
    double first = values[0] - mean;
    double last = values[count - 1] - mean;
    double n = count;
    double c = (products + (first * first + last * last) / 2) / squares;
    double score = c * sqrt((n * n - 1) / (n - 2));
    return (struct sim_serial){products / squares, score, score > SCORE_LIMIT};
}
