/* "extends": "other.json" in a document (DESIGN 4): what the other one says holds, unless this one
 * says otherwise. Objects merge; lists in which every element has a "name" (in both documents)
 * merge by name, what is new at the end; other lists and values are replaced; null deletes.
 *
 * The path is relative to the file it stands in, as are the files that distributions name. The
 * other document may itself extend a third. This works on the JSON, before any form is known.
 */
#ifndef INPUTS_EXTENDS_H
#define INPUTS_EXTENDS_H

#include "inputs/json.h"

/* The document with all that it extends; `path` is its own. All files read join the hash. `root`
 * must be a whole document, and is used up. Absent after a diagnostic: "unreadable-file",
 * "wrong-type", "extends-circle", or a flaw of another file (told with that file's name). */
struct in_json in_extends_resolve(struct in_json root, const char *path);

#endif
