#include "cli/interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int came; /* the signal's number; 0: none */

static void take_down(int number) { atomic_store(&came, number); }

void cli_interrupt_watch(void) {
    struct sigaction action = {.sa_handler = take_down,
                               .sa_flags = (int)(SA_RESTART | SA_RESETHAND)};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool cli_interrupted(void) { return atomic_load(&came) != 0; }

int cli_interrupt_code(void) { return 128 + atomic_load(&came); }
