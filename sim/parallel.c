#define _GNU_SOURCE /* sched_getaffinity */
#include "sim/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base_arena.h"

void *sim_parallel_lines(size_t count, size_t size, size_t *stride) {
    *stride = (size + SIM_LINE - 1) / SIM_LINE * SIM_LINE;
    size_t bytes = count * *stride;
    void *memory = aligned_alloc(SIM_LINE, bytes > 0 ? bytes : SIM_LINE);
    if (memory == NULL) {
        return sim_alloc(SIZE_MAX, 2); /* says so and ends the process */
    }
    return memset(memory, 0, bytes);
}

int sim_parallel_cores(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int cores = CPU_COUNT(&set);
        return cores > 0 ? cores : 1;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more cores than a cpu_set_t holds */
    return online > 0 ? (int)online : 1;
}

struct job {
    int first;
    int count;
    int (*work)(void *context, int item, int worker);
    void (*done)(void *context, int item);
    void *context;
    /* What is above is only read. */
    _Alignas(SIM_LINE) atomic_int next; /* items handed out, counted from 0 */
    atomic_bool stop;                   /* an item failed: hand out no more */
    pthread_mutex_t lock;               /* guards calls of done, and the two below */
    int failed_item;                    /* lowest offset of those that failed; count: none */
    int failure;                        /* its value */
};

struct worker {
    _Alignas(SIM_LINE) struct job *job;
    int number;
    pthread_t thread;
};

static void finish_item(struct job *job, int offset, int value) {
    pthread_mutex_lock(&job->lock);
    if (value == 0) {
        if (job->done != NULL) {
            job->done(job->context, job->first + offset);
        }
    } else {
        atomic_store(&job->stop, true);
        if (offset < job->failed_item) {
            job->failed_item = offset;
            job->failure = value;
        }
    }
    pthread_mutex_unlock(&job->lock);
}

static void *run_worker(void *argument) {
    const struct worker *worker = argument;
    struct job *job = worker->job;
    while (!atomic_load(&job->stop)) {
        int offset = atomic_fetch_add(&job->next, 1);
        if (offset >= job->count) {
            break;
        }
        finish_item(job, offset, job->work(job->context, job->first + offset, worker->number));
    }
    return NULL;
}

/* Starts the workers, as many as the system grants, and waits for them. Returns 0, or -1 when there
 * was none. */
static int run_threads(struct job *job, int threads) {
    size_t stride;
    struct worker *workers = sim_parallel_lines((size_t)threads, sizeof *workers, &stride);
    int started = 0;
    int error = 0;
    while (started < threads && error == 0) {
        struct worker *worker = &workers[started];
        *worker = (struct worker){.job = job, .number = started};
        error = pthread_create(&worker->thread, NULL, run_worker, worker);
        started += error == 0;
    }
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    free(workers);
    if (started == 0) {
        errno = error;
        return -1;
    }
    return 0;
}

int sim_parallel_map(int threads, int first, int count,
                     int (*work)(void *context, int item, int worker),
                     void (*done)(void *context, int item), void *context) {
    if (count <= 0) {
        return 0;
    }
    struct job job = {.first = first,
                      .count = count,
                      .work = work,
                      .done = done,
                      .context = context,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .failed_item = count};
    atomic_init(&job.next, 0);
    atomic_init(&job.stop, false);
    int status = 0;
    if (threads > count) {
        threads = count;
    }
    if (threads <= 1) {
        run_worker(&(struct worker){.job = &job});
    } else {
        status = run_threads(&job, threads);
    }
    pthread_mutex_destroy(&job.lock);
    return status != 0 ? status : job.failure;
}
