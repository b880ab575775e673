/* Ctrl-C (SIGINT) and SIGTERM ask a study to stop at the next replication; a second one ends the
 * program at once. The only state that this program keeps outside of its functions: a signal
 * handler has no other place to write to.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* From here on the signals are taken down, not obeyed. */
void cli_interrupt_watch(void);

/* Whether one came. Any thread. */
bool cli_interrupted(void);

/* 128 + the number of the signal, as shells report it: 130 for SIGINT, 143 for SIGTERM. */
int cli_interrupt_code(void);

#endif
