/* Parallel map over replications with POSIX threads.
 *
 * Work item i is taken by whichever thread is free; results must land in place i and be combined in
 * order of i, so that the number of threads cannot change an answer.
 */
#ifndef SIM_PARALLEL_H
#define SIM_PARALLEL_H

#include <stddef.h>

/* What threads write apart lies this many bytes apart: processors fetch cache lines of 64 bytes in
 * pairs, and two threads that share one lose all they gain. */
enum { SIM_LINE = 128 };

/* `count` zeroed records of `size` bytes, each on lines of its own: `*stride` bytes apart. Never
 * NULL (see sim_alloc). Caller frees with free(). */
void *sim_parallel_lines(size_t count, size_t size, size_t *stride);

/* Cores this process may run on, at least 1. */
int sim_parallel_cores(void);

/* Calls work(context, i, worker) for every i in first..first+count-1, on `threads` threads (1: in
 * the calling thread; fewer when the system grants fewer). `worker` is 0..threads-1 and belongs to
 * one thread: index scratch memory by it. done(context, i) is called after each item that returned
 * 0, in order of completion, under a lock, from any thread; it may be NULL. Work that returns
 * non-zero stops the hand-out of further items; the value of the lowest such item is returned after
 * all threads ended, else 0. Returns -1 when no thread could be started (errno says why); nothing
 * was run then. */
int sim_parallel_map(int threads, int first, int count,
                     int (*work)(void *context, int item, int worker),
                     void (*done)(void *context, int item), void *context);

#endif
