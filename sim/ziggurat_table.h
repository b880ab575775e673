/* Tables of the ziggurat method (Marsaglia and Tsang, "The ziggurat method for generating random
 * variables", Journal of Statistical Software 5(8), 2000) with 256 layers of equal area under
 * exp(-x) and under exp(-x^2/2), x >= 0.
 *
 * Let x_1 = r > x_2 > ... > x_256 = 0 be the layers' right ends, and x_0 = v / f(r) the width that
 * a rectangle of the height of the base layer (which includes the tail beyond r) would have. A
 * 53-bit integer m drawn in layer i gives x = m step; m < inside means x < x_(i+1), which is under
 * the curve for sure. Computed with 60 digits; tests/test_dist.c computes them again. Const.
 */
#ifndef SIM_ZIGGURAT_TABLE_H
#define SIM_ZIGGURAT_TABLE_H

#include <stdint.h>

enum { SIM_ZIGGURAT_LAYERS = 256 };

struct sim_ziggurat {
    struct {
        uint64_t inside; /* floor(2^53 x_(i+1) / x_i) */
        double step;     /* x_i / 2^53 */
    } layer[SIM_ZIGGURAT_LAYERS];
    double height[SIM_ZIGGURAT_LAYERS + 1]; /* f(x_i); [0] is 0 and not used */
    double tail;                            /* r */
};

extern const struct sim_ziggurat sim_ziggurat_exp;
extern const struct sim_ziggurat sim_ziggurat_normal;

#endif
