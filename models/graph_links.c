#include "models/graph_links.h"

#include <math.h>
#include <string.h>

static const struct mdl_twice ONE = {{1, 1}};
static const struct mdl_twice UNKNOWN = {{NAN, NAN}};

struct mdl_twice mdl_twice_times(struct mdl_twice a, struct mdl_twice b) {
    return (struct mdl_twice){{a.v[0] * b.v[0], a.v[1] * b.v[1]}};
}

struct mdl_twice mdl_twice_scaled(struct mdl_twice a, double factor) {
    return (struct mdl_twice){{a.v[0] * factor, a.v[1] * factor}};
}

struct mdl_twice mdl_twice_plus(struct mdl_twice a, struct mdl_twice b) {
    return (struct mdl_twice){{a.v[0] + b.v[0], a.v[1] + b.v[1]}};
}

/* a / b, 0 where b is 0. */
static struct mdl_twice over(struct mdl_twice a, struct mdl_twice b) {
    return (struct mdl_twice){
        {b.v[0] == 0 ? 0 : a.v[0] / b.v[0], b.v[1] == 0 ? 0 : a.v[1] / b.v[1]}};
}

static bool same(struct mdl_twice a, struct mdl_twice b) {
    return fabs(a.v[0] - b.v[0]) <= 1e-9 && fabs(a.v[1] - b.v[1]) <= 1e-9;
}

double mdl_twice_known(struct mdl_twice x) {
    bool agree = fabs(x.v[0] - x.v[1]) <= 1e-6 * fabs(x.v[0]);
    return agree && isfinite(x.v[0]) ? x.v[0] : NAN;
}

/* --- links and ends ----------------------------------------------------------------------- */

static bool same_tag(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

const char *mdl_tags_join(struct sim_arena *arena, const char *a, const char *b) {
    return a == NULL ? b : b == NULL ? a : sim_arena_print(arena, "%s\n%s", a, b);
}

void mdl_link_add(struct sim_arena *arena, struct mdl_links *links, struct mdl_link link) {
    for (int i = 0; i < links->count; i++) {
        struct mdl_link *x = &links->items[i];
        if (x->from == link.from && x->to == link.to && x->style == link.style &&
            x->outcome == link.outcome && same_tag(x->tag, link.tag)) {
            x->flow = mdl_twice_plus(x->flow, link.flow);
            x->p = same(x->p, link.p) ? x->p : UNKNOWN;
            return;
        }
    }
    links->items = sim_arena_grow(arena, links->items, (size_t)links->count, &links->room,
                                  sizeof *links->items);
    links->items[links->count++] = link;
}

void mdl_way_add(struct sim_arena *arena, struct mdl_ends *ends, struct mdl_way way) {
    for (int i = 0; i < ends->count; i++) {
        struct mdl_way *x = &ends->ways[i];
        if (x->node == way.node && x->style == way.style && same_tag(x->tag, way.tag)) {
            x->flow = mdl_twice_plus(x->flow, way.flow);
            x->p = mdl_twice_plus(x->p, way.p);
            return;
        }
    }
    ends->ways =
        sim_arena_grow(arena, ends->ways, (size_t)ends->count, &ends->room, sizeof *ends->ways);
    ends->ways[ends->count++] = way;
}

struct mdl_link mdl_link_of(const struct mdl_way *way, int to) {
    return (struct mdl_link){.from = way->node,
                             .to = to,
                             .tag = way->tag,
                             .style = way->style,
                             .p = way->p,
                             .flow = way->flow};
}

struct mdl_ends mdl_ends_at(struct sim_arena *arena, int node, struct mdl_twice flow) {
    struct mdl_ends ends = {0};
    mdl_way_add(arena, &ends, (struct mdl_way){.node = node, .p = ONE, .flow = flow});
    return ends;
}

struct mdl_twice mdl_ends_flow(const struct mdl_ends *ends) {
    struct mdl_twice sum = {{0, 0}};
    for (int i = 0; i < ends->count; i++) {
        sum = mdl_twice_plus(sum, ends->ways[i].flow);
    }
    return sum;
}

/* The ends, each taken with probability p. */
struct mdl_ends mdl_ends_share(struct sim_arena *arena, const struct mdl_ends *ends,
                               struct mdl_twice p) {
    struct mdl_ends out = {0};
    for (int i = 0; i < ends->count && !(p.v[0] == 0 && p.v[1] == 0); i++) {
        struct mdl_way way = ends->ways[i];
        way.p = mdl_twice_times(way.p, p);
        way.flow = mdl_twice_times(way.flow, p);
        mdl_way_add(arena, &out, way);
    }
    return out;
}

void mdl_ends_unite(struct sim_arena *arena, struct mdl_ends *ends, const struct mdl_ends *more) {
    for (int i = 0; i < more->count; i++) {
        mdl_way_add(arena, ends, more->ways[i]);
    }
}

void mdl_ends_tag(struct sim_arena *arena, struct mdl_ends *ends, const char *tag) {
    struct mdl_ends out = {0};
    for (int i = 0; i < ends->count; i++) {
        struct mdl_way way = ends->ways[i];
        way.tag = mdl_tags_join(arena, way.tag, tag);
        mdl_way_add(arena, &out, way);
    }
    *ends = out;
}

/* All ends come to a place; they go on from there. */
void mdl_piece_arrive(struct sim_arena *arena, struct mdl_piece *piece, int node) {
    struct mdl_ends *ends = &piece->ends;
    if (ends->count == 0) {
        return;
    }
    for (int i = 0; i < ends->count; i++) {
        mdl_link_add(arena, &piece->links, mdl_link_of(&ends->ways[i], node));
    }
    *ends = mdl_ends_at(arena, node, mdl_ends_flow(ends));
}

/* One way made of two, `first` to a joint and `then` from it. */
static struct mdl_link chained(struct sim_arena *arena, struct mdl_link first, struct mdl_link then,
                               struct mdl_twice at_joint) {
    struct mdl_link link = then;
    link.from = first.from;
    link.style = first.style > then.style ? first.style : then.style;
    link.tag = link.style == MDL_LINK_RELEASE ? NULL : mdl_tags_join(arena, first.tag, then.tag);
    link.p = mdl_twice_times(first.p, then.p);
    link.flow = over(mdl_twice_times(first.flow, then.flow), at_joint);
    return link;
}

/* Takes a joint out: each way to it goes on along each way from it. */
void mdl_piece_take_out(struct sim_arena *arena, struct mdl_piece *piece, int joint) {
    struct mdl_links old = piece->links;
    struct mdl_ends old_ends = piece->ends;
    piece->links = (struct mdl_links){0};
    piece->ends = (struct mdl_ends){0};
    struct mdl_twice through = {{0, 0}};
    for (int i = 0; i < old.count; i++) {
        const struct mdl_link *link = &old.items[i];
        if (link->to == joint && link->from != joint) {
            through = mdl_twice_plus(through, link->flow);
        }
    }
    for (int i = 0; i < old.count; i++) {
        struct mdl_link link = old.items[i];
        if (link.to == joint || (link.from == joint && link.to == joint)) {
            continue;
        }
        if (link.from != joint) {
            mdl_link_add(arena, &piece->links, link);
            continue;
        }
        for (int k = 0; k < old.count; k++) {
            if (old.items[k].to == joint && old.items[k].from != joint) {
                mdl_link_add(arena, &piece->links, chained(arena, old.items[k], link, through));
            }
        }
    }
    for (int i = 0; i < old_ends.count; i++) {
        struct mdl_way way = old_ends.ways[i];
        if (way.node != joint) {
            mdl_way_add(arena, &piece->ends, way);
            continue;
        }
        for (int k = 0; k < old.count; k++) {
            if (old.items[k].to == joint && old.items[k].from != joint) {
                struct mdl_link link =
                    chained(arena, old.items[k], mdl_link_of(&way, joint), through);
                mdl_way_add(arena, &piece->ends,
                            (struct mdl_way){link.from, link.tag, link.style, link.p, link.flow});
            }
        }
    }
}

/* Does at the ends of `piece` what `part` does from the hole. */
void mdl_piece_go_through(struct sim_arena *arena, struct mdl_piece *piece,
                          const struct mdl_piece *part, int hole) {
    struct mdl_ends before = piece->ends;
    struct mdl_twice flow = mdl_ends_flow(&before);
    piece->ends = (struct mdl_ends){0};
    for (int i = 0; i < part->links.count && before.count > 0; i++) {
        struct mdl_link link = part->links.items[i];
        link.flow = mdl_twice_times(link.flow, flow);
        if (link.from != hole) {
            mdl_link_add(arena, &piece->links, link);
            continue;
        }
        for (int k = 0; k < before.count; k++) {
            mdl_link_add(arena, &piece->links,
                         chained(arena, mdl_link_of(&before.ways[k], hole), link, flow));
        }
    }
    for (int i = 0; i < part->ends.count && before.count > 0; i++) {
        struct mdl_way way = part->ends.ways[i];
        way.flow = mdl_twice_times(way.flow, flow);
        if (way.node != hole) {
            mdl_way_add(arena, &piece->ends, way);
            continue;
        }
        for (int k = 0; k < before.count; k++) {
            struct mdl_link link =
                chained(arena, mdl_link_of(&before.ways[k], hole), mdl_link_of(&way, hole), flow);
            mdl_way_add(arena, &piece->ends,
                        (struct mdl_way){link.from, link.tag, link.style, link.p, link.flow});
        }
    }
}
