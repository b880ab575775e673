/* Work rates of a CPU with shared cores: hand-worked cases, and the closed form of an instance as
 * load-dependent processor sharing (a birth-death chain; Gross and Harris, ch. 2). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/catalog.h"

enum { VCPUS_MAX = 64 };

static double rates[VCPUS_MAX];

static void rate(int vcpus, int cores, double capacity, double yield) {
    const struct mdl_cpu cpu = {
        .vcpus = vcpus, .physical_cores = cores, .capacity = capacity, .thread_yield = yield};
    mdl_cpu_rates(&cpu, rates);
}

static void near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.15g is not %.15g", value, expected);
    }
}

static void reference_machine(void **state) {
    (void)state;
    rate(2, 1, 1, 1.436);
    near(rates[0], 1, 1e-12);
    near(rates[1], 1.436, 1e-12);
}

static void other_two_thread_machines(void **state) {
    (void)state;
    rate(2, 1, 35055.0 / 27293, 1.166); /* m6i.large */
    near(rates[0], 1.5818, 5e-4);
    near(rates[1], 1.8444, 5e-4);
    rate(2, 2, 51660.0 / 27293, 1.806); /* m7g.large: a core for each thread */
    near(rates[0], 1.5050, 5e-4);
    near(rates[1], 2.7181, 5e-4);
    rate(1, 1, 0.7, 1); /* one thread */
    near(rates[0], 0.7 * 1.436, 1e-12);
}

/* Idle cores first, then second threads; cores of their own share memory from the second on. */
static void larger_machines(void **state) {
    (void)state;
    rate(4, 2, 2, 2.872); /* twice a t3.large */
    near(rates[0], 1, 1e-12);
    near(rates[1], 2, 1e-12);
    near(rates[2], 2.436, 1e-12);
    near(rates[3], 2.872, 1e-12);
    rate(4, 4, 4 / 1.436, 3.2); /* all threads: 4; one: 1.25 */
    near(rates[0], 1.25, 1e-12);
    near(rates[1], 1.25 + 2.75 / 3, 1e-12);
    near(rates[3], 4, 1e-12);
}

static void rates_never_fall(void **state) {
    (void)state;
    for (int vcpus = 1; vcpus <= VCPUS_MAX; vcpus++) {
        for (int cores = 1; cores <= vcpus; cores++) {
            double yield = 1 + 0.9 * (vcpus - 1) * cores / vcpus;
            rate(vcpus, cores, 1.3, yield < cores ? cores : yield);
            for (int n = 1; n < vcpus; n++) {
                assert_true(rates[n] >= rates[n - 1] - 1e-12);
            }
            near(rates[vcpus - 1], 1.3 * MDL_REFERENCE_YIELD, 1e-9);
        }
    }
}

/* One arrival a second, demand 1 s, rates r(1), r(2) = r(3) = ...: p(n) = p(0) / (r(1) ... r(n)),
 * by summing the chain. Independent of the law of the demand (PS is insensitive). */
static void known_response(void **state) {
    (void)state;
    rate(2, 1, 1, 1.436);
    double p = 1;
    double total = 1;
    double present = 0;
    double busy = 0;
    double work = 0;
    for (int n = 1; n < 2000; n++) {
        double r = rates[n < 2 ? 0 : 1];
        p /= r;
        total += p;
        present += n * p;
        busy += (n < 2 ? 1 : 2) * p;
        work += r * p;
    }
    near(present / total, 2.526, 5e-4);  /* mean response, by Little's law */
    near(busy / total / 2, 0.651, 5e-4); /* busy threads over threads */
    near(work / total, 1, 1e-12);        /* the work that arrives is the work done */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_machine), cmocka_unit_test(other_two_thread_machines),
        cmocka_unit_test(larger_machines),   cmocka_unit_test(rates_never_fall),
        cmocka_unit_test(known_response),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
