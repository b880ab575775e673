/* Assignments to a document, as `--vary network.stations[clerk].servers=2` makes them (DESIGN 4.3):
 * before it is read, so that what they say is checked like what the file says.
 *
 * A path is keys joined by dots; in brackets stands the name or the index (from 0) of an element of
 * a list, or a key of an object; quotes in the brackets are for names with "]" or quotes inside,
 * and the paths that diagnostics show can be used. Objects on the way that are not there are made;
 * elements of lists are not. A value is JSON if it can be, else a string ("t3.large"); null
 * deletes.
 */
#ifndef INPUTS_ASSIGN_H
#define INPUTS_ASSIGN_H

#include "inputs/json.h"

struct in_assignment {
    const char *path;
    const char *value;
};

/* Assigns within a whole document. False after a diagnostic at `path`: "bad-path" (it is no path,
 * or leads into something that has no parts), "unknown-name" (no such element). Keys that no form
 * knows are found by whoever reads the document. */
bool in_assign(struct in_json document, const char *path, const char *value);

#endif
