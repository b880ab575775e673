/* The parts of an architecture that there may be several of (DESIGN 5.9): services, each a fleet of
 * its own, and regions with users. */
#ifndef INPUTS_TOPOLOGY_READER_H
#define INPUTS_TOPOLOGY_READER_H

#include "inputs/arch_reader.h"

/* Reads `services` and `regions` of the infrastructure (may be absent), whose other keys have been
 * read: what a part does not say it takes from the whole. */
void in_topology_read(struct in_arch_reading *reading, struct in_json infrastructure);

extern const struct in_form in_topology_region_form;

#endif
