#include "bench/limit_loops.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { LAYERS = 256, RING = 1 << 16, STATIONS = 3, HEAP = 16 };

struct chance {
    uint64_t s[4];
    double x[LAYERS + 1]; /* ziggurat: right edges */
    double y[LAYERS + 1];
};

static uint64_t rotate(uint64_t v, int k) { return (v << k) | (v >> (64 - k)); }

static inline uint64_t bits(struct chance *c) {
    uint64_t result = rotate(c->s[0] + c->s[3], 23) + c->s[0];
    uint64_t t = c->s[1] << 17;
    c->s[2] ^= c->s[0];
    c->s[3] ^= c->s[1];
    c->s[1] ^= c->s[2];
    c->s[0] ^= c->s[3];
    c->s[2] ^= t;
    c->s[3] = rotate(c->s[3], 45);
    return result;
}

static inline double unit(struct chance *c) { return (double)(bits(c) >> 11) * 0x1p-53; }

/* Layers of equal area v under exp(-x), for r = 7.697 with 256 layers. */
static void start(struct chance *c, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        c->s[i] = seed ^ (seed >> 29);
    }
    double r = 7.69711747013104972;
    double v = 0.0039496598225815571993;
    c->x[0] = v / exp(-r);
    c->x[1] = r;
    for (int i = 1; i < LAYERS - 1; i++) {
        c->x[i + 1] = -log(exp(-c->x[i]) + v / c->x[i]);
    }
    c->x[LAYERS] = 0;
    for (int i = 0; i <= LAYERS; i++) {
        c->y[i] = exp(-c->x[i]);
    }
}

static inline double exponential(struct chance *c) {
    double shift = 0;
    for (;;) {
        uint64_t u = bits(c);
        unsigned layer = (unsigned)(u & (LAYERS - 1));
        double x = (double)(u >> 11) * 0x1p-53 * c->x[layer];
        if (x < c->x[layer + 1]) {
            return shift + x;
        }
        if (layer == 0) {
            shift += c->x[1];
        } else if (c->y[layer] + unit(c) * (c->y[layer + 1] - c->y[layer]) < exp(-x)) {
            return shift + x;
        }
    }
}

struct event {
    double time;
    int what; /* 0: arrival, else station whose service ends */
};

struct heap {
    struct event e[HEAP];
    int count;
};

static inline void put(struct heap *h, struct event e) {
    int i = h->count++;
    while (i > 0 && e.time < h->e[(i - 1) / 2].time) {
        h->e[i] = h->e[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    h->e[i] = e;
}

static inline struct event take(struct heap *h) {
    struct event first = h->e[0];
    struct event last = h->e[--h->count];
    int i = 0;
    for (;;) {
        int child = 2 * i + 1;
        if (child >= h->count) {
            break;
        }
        if (child + 1 < h->count && h->e[child + 1].time < h->e[child].time) {
            child++;
        }
        if (h->e[child].time >= last.time) {
            break;
        }
        h->e[i] = h->e[child];
        i = child;
    }
    h->e[i] = last;
    return first;
}

struct limit_answer limit_mm1(uint64_t customers, double load, uint64_t seed) {
    static double ring[RING];
    struct chance c;
    start(&c, seed);
    struct heap h = {.count = 0};
    uint64_t in = 0;
    uint64_t out = 0;
    double sum = 0;
    put(&h, (struct event){exponential(&c), 0});
    while (out < customers) {
        struct event e = take(&h);
        if (e.what == 0) {
            ring[in % RING] = e.time;
            if (in++ == out) {
                put(&h, (struct event){e.time + load * exponential(&c), 1});
            }
            put(&h, (struct event){e.time + exponential(&c), 0});
        } else {
            sum += e.time - ring[out++ % RING];
            if (in > out) {
                put(&h, (struct event){e.time + load * exponential(&c), 1});
            }
        }
    }
    return (struct limit_answer){in + out, sum / (double)out};
}

struct limit_answer limit_tandem(uint64_t customers, double load, uint64_t seed) {
    static const int servers[STATIONS] = {6, 2, 1};
    static double ring[RING];
    struct chance c;
    start(&c, seed);
    struct heap h = {.count = 0};
    int present[STATIONS] = {0};
    uint64_t in = 0;
    uint64_t out = 0;
    double sum = 0;
    put(&h, (struct event){exponential(&c), 0});
    while (out < customers) {
        struct event e = take(&h);
        int to = 0; /* station that a customer enters now */
        if (e.what == 0) {
            ring[in++ % RING] = e.time;
            put(&h, (struct event){e.time + exponential(&c), 0});
        } else {
            int from = e.what - 1;
            if (present[from]-- > servers[from]) {
                put(&h, (struct event){e.time + load * servers[from] * exponential(&c), e.what});
            }
            to = e.what;
        }
        if (to == STATIONS) { /* sums do not mind who of those inside left */
            sum += e.time - ring[out++ % RING];
        } else if (++present[to] <= servers[to]) {
            put(&h, (struct event){e.time + load * servers[to] * exponential(&c), to + 1});
        }
    }
    return (struct limit_answer){in + out * STATIONS, sum / (double)out};
}
