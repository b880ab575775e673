/* Small random documents in network form: every kind of source, station, pool and step, with times
 * on a coarse grid as often as not, so that much happens at one instant. Most are valid. */
#ifndef TESTS_RANDOM_NETWORK_H
#define TESTS_RANDOM_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

/* The document of that number, always the same; caller frees. */
char *random_network_text(uint64_t number);

/* Reads the document, runs it, and checks what must be so of any network: it is refused with
 * diagnostics or keeps every conservation law; one thread and two give the same bits; a world that
 * has run other replications gives the same result as a fresh one. Returns whether the document was
 * valid; prints it and ends the process (code 1) when a check fails or it runs for too long. */
bool random_network_check(uint64_t number);

#endif
