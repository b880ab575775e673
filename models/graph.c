#include "models/graph.h"

#include <math.h>
#include <string.h>

#include "models/graph_links.h"

/* Colour-blind safe (Okabe and Ito), dark enough for lines; chains beyond take them again. */
static const char *const COLOURS[] = {"#0072b2", "#d55e00", "#009e73",
                                      "#cc79a7", "#e69f00", "#56b4e9"};
enum { COLOUR_COUNT = sizeof COLOURS / sizeof *COLOURS };
static const char *const GREY = "#404040";
static const char *const PALE = "#909090";
static const char *const RED = "#a01010";

enum { LINES_MOST = 4, NAMES_MOST = 3, RELEASES_MOST = 2 };

/* One chain's use of a line. */
struct use {
    bool used;
    const char *tag; /* lines of repeats, whose words differ from chain to chain; else NULL */
    struct mdl_twice p;
    struct mdl_twice flow;
};

/* A line of the drawing: one link, or all links of a style between two frames. */
struct stroke {
    int from, to; /* nodes; between frames, those of the busiest link */
    double busiest;
    int tail, head;  /* frames, as nodes are; a node that stands free is its own frame */
    bool framed;     /* between two frames, or a frame and a node */
    const char *tag; /* of one link */
    enum mdl_link_style style;
    struct use *uses; /* per chain */
    bool folded;      /* drawn with another one */
    bool same_chance; /* its probability is the same for all chains */
};

struct printer {
    FILE *out;
    const struct mdl_graph *graph;
    struct sim_arena *arena;
    int *frames;     /* per node: the first node of its frame; itself if it stands free */
    bool *is_framed; /* per node */
    int caller;      /* frame of the tier that makes the calls; -1: none */
    struct stroke *strokes;
    int stroke_count;
    size_t stroke_room;
};

/* --- text --------------------------------------------------------------------------------- */

/* Bytes of the UTF-8 character at `text`, 0 if there is none. */
static int utf8_length(const unsigned char *text) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    int length = 0;
    if (text[0] < 0x80) {
        length = 1;
    } else if (text[0] >= 0xc2 && text[0] < 0xf5) {
        length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    }
    unsigned code = length == 1 ? text[0] : text[0] & (0xffU >> (length + 1));
    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3fU);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return code >= least[length] && code < 0x110000 && !surrogate ? length : 0;
}

/* Lines of text as part of a quoted string, so that they are shown as they are: Graphviz reads
 * backslashes and (as in HTML) ampersands. */
static void put(FILE *out, const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0';) {
        int length = utf8_length(c);
        if (*c == '\n') {
            fputs("\\n", out);
        } else if (length == 0 || *c < 32 || *c == 127) {
            fputc('?', out);
        } else if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c == '&') {
            fputs("&amp;", out);
        } else {
            fwrite(c, 1, (size_t)length, out);
        }
        c += length > 0 ? length : 1;
    }
}

/* Adds a line of text, unless it is there. */
static const char *with_line(const struct printer *p, const char *text, const char *more) {
    if (text == NULL || strcmp(text, more) == 0) {
        return more;
    }
    return strstr(text, more) != NULL ? text : sim_arena_print(p->arena, "%s\n%s", text, more);
}

/* --- frames ------------------------------------------------------------------------------- */

/* The name of a place, NULL for other nodes. */
static const char *place_name(const struct printer *p, int index) {
    const struct mdl_network *n = &p->graph->scenario->network;
    const struct mdl_node *node = &p->graph->nodes[index];
    switch (node->kind) {
    case MDL_NODE_STATION:
        return n->stations[node->index].name;
    case MDL_NODE_POOL:
        return n->pools[node->index].name;
    case MDL_NODE_CACHE:
        return n->caches[node->index].name;
    case MDL_NODE_LIMITER:
        return n->limiters[node->index].name;
    case MDL_NODE_BREAKER:
        return n->breakers[node->index].name;
    case MDL_NODE_SOURCE:
    case MDL_NODE_END:
    case MDL_NODE_FAIL:
    case MDL_NODE_RETRY:
    case MDL_NODE_TIMEOUT:
    case MDL_NODE_FORK:
    case MDL_NODE_JOIN:
    case MDL_NODE_NONE:
        break;
    }
    return NULL;
}

/* Length of the name's part before its first dot; the whole without one. */
static size_t prefix_length(const char *name) { return strcspn(name, "."); }

/* The tier whose name ("load balancer") is the prefix ("load_balancer"), or NULL. */
static const struct mdl_tier *tier_of(const struct printer *p, int node) {
    const char *prefix = place_name(p, node);
    size_t length = prefix != NULL ? prefix_length(prefix) : 0;
    for (int i = 0; i < p->graph->scenario->tier_count && length > 0; i++) {
        const struct mdl_tier *tier = &p->graph->scenario->tiers[i];
        bool is = strlen(tier->name) == length;
        for (size_t k = 0; k < length && is; k++) {
            is = tier->name[k] == prefix[k] || (tier->name[k] == ' ' && prefix[k] == '_');
        }
        if (is) {
            return tier;
        }
    }
    return NULL;
}

/* Whether two nodes are drawn places of the same prefix. */
static bool together(const struct printer *p, int a, int b) {
    const char *x = place_name(p, a);
    const char *y = place_name(p, b);
    return x != NULL && y != NULL && p->graph->nodes[a].seen > 0 && p->graph->nodes[b].seen > 0 &&
           prefix_length(x) == prefix_length(y) && strncmp(x, y, prefix_length(x)) == 0;
}

/* A frame for each tier of an architecture, and for places of one prefix if any has a dot. */
static void find_frames(struct printer *p) {
    int count = p->graph->node_count;
    p->frames = sim_arena_array(p->arena, (size_t)count, sizeof *p->frames);
    p->is_framed = sim_arena_array(p->arena, (size_t)count, sizeof *p->is_framed);
    p->caller = -1;
    for (int i = 0; i < count; i++) {
        const struct mdl_tier *tier = tier_of(p, i);
        int first = i;
        int members = 0;
        bool dot = false;
        for (int k = 0; k < count; k++) {
            if (together(p, i, k)) {
                const char *name = place_name(p, k);
                first = p->graph->nodes[k].seen < p->graph->nodes[first].seen ? k : first;
                dot = dot || name[prefix_length(name)] == '.';
                members++;
            }
        }
        p->is_framed[i] = tier != NULL || (members > 1 && dot);
        p->frames[i] = p->is_framed[i] ? first : i;
        p->caller = tier != NULL && tier->workers != NULL ? first : p->caller;
    }
}

/* --- nodes -------------------------------------------------------------------------------- */

static const char *look_of(enum mdl_node_kind kind) {
    switch (kind) {
    case MDL_NODE_SOURCE:
        return "shape=box, style=\"rounded,filled\", fillcolor=\"#e4f2e4\"";
    case MDL_NODE_STATION:
        return "shape=box, style=filled, fillcolor=\"#dde9f7\"";
    case MDL_NODE_POOL:
        return "shape=ellipse, style=\"dashed,filled\", fillcolor=white, margin=\"0.02,0.02\"";
    case MDL_NODE_CACHE:
        return "shape=cylinder, style=filled, fillcolor=\"#fdf1d0\"";
    case MDL_NODE_LIMITER:
        return "shape=invtrapezium, style=filled, fillcolor=\"#f3e3f0\"";
    case MDL_NODE_BREAKER:
        return "shape=diamond, style=filled, fillcolor=\"#fbe3d8\", margin=\"0.02,0.02\"";
    case MDL_NODE_RETRY:
    case MDL_NODE_TIMEOUT:
        return "shape=octagon, style=filled, fillcolor=\"#fbe3d8\"";
    case MDL_NODE_FORK:
    case MDL_NODE_JOIN:
        return "shape=box, style=filled, fillcolor=\"#404040\", fontcolor=white, height=0.2";
    case MDL_NODE_END:
    case MDL_NODE_FAIL:
    case MDL_NODE_NONE:
        break;
    }
    return "shape=plaintext";
}

/* Failures that no retry takes: a line to a word of its own. */
static void print_losses(const struct printer *p, int from) {
    const char *text = NULL;
    for (int i = 0; i < p->stroke_count; i++) {
        const struct stroke *s = &p->strokes[i];
        if (s->from == from && s->style == MDL_LINK_LOSS &&
            p->graph->nodes[s->to].kind == MDL_NODE_FAIL) {
            text = with_line(p, text, s->tag);
        }
    }
    if (text != NULL) {
        fprintf(p->out, "    x%d [label=\"", from);
        put(p->out, text);
        fprintf(p->out,
                "\", shape=plaintext, fontcolor=\"%s\", fontsize=10];\n"
                "    n%d -> x%d [style=dashed, penwidth=0.8, color=\"%s\"];\n",
                RED, from, from, RED);
    }
}

static void print_node(const struct printer *p, int index) {
    const struct mdl_node *node = &p->graph->nodes[index];
    if (node->kind == MDL_NODE_FAIL) {
        return;
    }
    fprintf(p->out, "    n%d [label=\"", index);
    put(p->out, mdl_graph_node_text(p->graph, node));
    fprintf(p->out, "\", %s];\n", look_of(node->kind));
    print_losses(p, index);
}

static void print_frame(const struct printer *p, int frame) {
    const struct mdl_tier *tier = tier_of(p, frame);
    const char *name = mdl_graph_plain(p->arena, place_name(p, frame));
    fprintf(p->out, "    subgraph cluster_%d {\n    label=\"", frame);
    put(p->out, tier != NULL ? sim_arena_print(p->arena, "%s\n%s", tier->name, tier->label)
                             : sim_arena_print(p->arena, "%.*s", (int)prefix_length(name), name));
    fputs("\";\n    style=\"rounded,filled\"; color=\"#b0b0b0\"; fillcolor=\"#f4f4f4\";\n"
          "    fontname=\"Helvetica-Bold\"; fontsize=13;\n",
          p->out);
    for (int i = 0; i < p->graph->node_count; i++) {
        if (p->graph->nodes[i].seen > 0 && p->frames[i] == frame) {
            print_node(p, i);
        }
    }
    fputs("    }\n", p->out);
}

/* Of an architecture in several regions, "eu-west-1" of users@eu-west-1 and data@eu-west-1.cpu;
 * NULL: the node is in none. */
static const char *region_of(const struct printer *p, int index) {
    const struct mdl_node *node = &p->graph->nodes[index];
    const struct mdl_scenario *scenario = p->graph->scenario;
    const char *name = node->kind == MDL_NODE_SOURCE ? scenario->network.sources[node->index].name
                                                     : place_name(p, index);
    const char *at = name != NULL && scenario->tier_count > 0 ? strchr(name, '@') : NULL;
    return at == NULL ? NULL
                      : sim_arena_print(p->arena, "%.*s", (int)prefix_length(at + 1), at + 1);
}

/* The frames and the free nodes of a region (NULL: of none) in the order in which requests come to
 * them; a region before its first. */
static void print_nodes(const struct printer *p, const char *region) {
    const struct mdl_graph *g = p->graph;
    const char **done = sim_arena_array(p->arena, (size_t)g->node_count + 1, sizeof *done);
    int done_count = 0;
    for (int seen = 1; seen <= g->node_count; seen++) {
        for (int i = 0; i < g->node_count; i++) {
            if (g->nodes[i].seen != seen || p->frames[i] != i) {
                continue;
            }
            const char *own = region_of(p, i);
            if (region == NULL ? own == NULL : own != NULL && strcmp(own, region) == 0) {
                if (p->is_framed[i]) {
                    print_frame(p, i);
                } else {
                    print_node(p, i);
                }
            }
            bool begun = region != NULL || own == NULL;
            for (int k = 0; k < done_count && !begun; k++) {
                begun = strcmp(done[k], own) == 0;
            }
            if (!begun) {
                fprintf(p->out, "    subgraph cluster_region_%d {\n    label=\"", i);
                put(p->out, own);
                fputs("\";\n    style=\"rounded,dashed\"; color=\"#606060\"; "
                      "fontname=\"Helvetica-Bold\"; fontsize=16;\n",
                      p->out);
                print_nodes(p, own);
                fputs("    }\n", p->out);
                done[done_count++] = own;
            }
        }
    }
}

/* --- lines -------------------------------------------------------------------------------- */

static bool same_tag(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The line that shows a link; a new one if there is none yet. */
static struct stroke *stroke_of(struct printer *p, const struct mdl_link *link) {
    int tail = p->frames[link->from];
    int head = p->frames[link->to];
    bool framed = tail != head && (p->is_framed[link->from] || p->is_framed[link->to]) &&
                  link->style <= MDL_LINK_REPEAT;
    enum mdl_link_style style = framed ? MDL_LINK_WAY : link->style;
    const char *tag = framed || style == MDL_LINK_REPEAT ? NULL : link->tag;
    for (int i = 0; i < p->stroke_count; i++) {
        struct stroke *s = &p->strokes[i];
        bool ends = framed ? s->tail == tail && s->head == head
                           : s->from == link->from && s->to == link->to;
        if (ends && s->framed == framed && s->style == style && same_tag(s->tag, tag)) {
            return s;
        }
    }
    p->strokes = sim_arena_grow(p->arena, p->strokes, (size_t)p->stroke_count, &p->stroke_room,
                                sizeof *p->strokes);
    p->strokes[p->stroke_count] = (struct stroke){
        .from = link->from,
        .to = link->to,
        .busiest = -1,
        .tail = tail,
        .head = head,
        .framed = framed,
        .tag = tag,
        .style = style,
        .uses = sim_arena_array(p->arena, (size_t)p->graph->chain_count, sizeof(struct use)),
    };
    return &p->strokes[p->stroke_count++];
}

static void draw(struct printer *p, int chain, const struct mdl_link *link) {
    struct stroke *s = stroke_of(p, link);
    struct use *use = &s->uses[chain];
    double flow = mdl_twice_known(link->flow);
    if (flow > s->busiest || s->busiest < 0) {
        s->from = link->from;
        s->to = link->to;
        s->busiest = isnan(flow) ? 0 : flow;
    }
    if (!use->used) {
        *use = (struct use){true, NULL, link->p, {{0, 0}}};
    }
    for (int v = 0; v < 2; v++) {
        use->flow.v[v] += link->flow.v[v];
        use->p.v[v] = s->framed ? NAN : use->p.v[v];
    }
    if (link->style == MDL_LINK_REPEAT && link->tag != NULL && !s->framed) {
        use->tag = with_line(p, use->tag, link->tag);
    }
}

/* Ways that go where a repeated part goes back to, too, are drawn as one with it. */
static void fold_ways(struct printer *p) {
    for (int i = 0; i < p->stroke_count; i++) {
        struct stroke *way = &p->strokes[i];
        struct stroke *repeat = NULL;
        for (int k = 0; k < p->stroke_count && way->style == MDL_LINK_WAY; k++) {
            struct stroke *s = &p->strokes[k];
            bool same = s->from == way->from && s->to == way->to && !s->framed && !way->framed;
            repeat = same && s->style == MDL_LINK_REPEAT ? s : repeat;
        }
        for (int c = 0; c < p->graph->chain_count && repeat != NULL; c++) {
            struct use *use = &repeat->uses[c];
            use->used = use->used || way->uses[c].used;
            use->flow = mdl_twice_plus(use->flow, way->uses[c].flow);
        }
        way->folded = repeat != NULL;
    }
}

/* Between two other tiers that follow each other there is the one that calls them. */
static void draw_links(struct printer *p) {
    const struct mdl_graph *g = p->graph;
    for (int c = 0; c < g->chain_count; c++) {
        for (int i = 0; i < g->chains[c].links.count; i++) {
            struct mdl_link link = g->chains[c].links.items[i];
            int tail = p->frames[link.from];
            int head = p->frames[link.to];
            bool beyond = p->caller >= 0 && tail != head && tail != p->caller &&
                          head != p->caller && p->is_framed[tail] && p->is_framed[head] &&
                          g->nodes[tail].seen > g->nodes[p->caller].seen &&
                          g->nodes[head].seen > g->nodes[p->caller].seen;
            if (beyond) {
                struct mdl_link first = link;
                first.to = p->caller;
                draw(p, c, &first);
                link.from = p->caller;
            }
            draw(p, c, &link);
        }
    }
}

/* "30 %", "×2" or "87.5 % ×7": the probability of the way, and how often it is used, where that
 * says more. */
static const char *figures(const struct printer *p, const struct stroke *s, const struct use *use) {
    double chance = s->same_chance ? mdl_twice_known(use->p) : NAN;
    double flow = mdl_twice_known(use->flow);
    if (s->style == MDL_LINK_RELEASE || s->style == MDL_LINK_ASYNC || s->style == MDL_LINK_REPEAT) {
        return use->tag != NULL ? use->tag : "";
    }
    bool has_chance = chance < 1 - 1e-9;
    bool has_flow = fabs(flow - 1) > 1e-6 && s->style != MDL_LINK_LOSS &&
                    !(has_chance && fabs(flow - chance) < 1e-6);
    return sim_arena_print(p->arena, "%s%s%s",
                           has_chance ? mdl_graph_percent(p->arena, chance) : "",
                           has_chance && has_flow ? " " : "",
                           has_flow ? sim_arena_print(p->arena, "×%.3g", flow) : "");
}

/* How many chains start at a source. */
static int chains_of(const struct mdl_graph *g, int source) {
    int count = 0;
    for (int c = 0; c < g->chain_count; c++) {
        count += g->chains[c].source == source;
    }
    return count;
}

/* What the chains that use the line have to say: once where all say the same. */
static const char *chains_text(const struct printer *p, const struct stroke *s) {
    const struct mdl_graph *g = p->graph;
    const char *text = "";
    int lines = 0;
    for (int c = 0; c < g->chain_count; c++) {
        if (!s->uses[c].used) {
            continue;
        }
        const char *own = figures(p, s, &s->uses[c]);
        const char *names = "";
        int sharing = 0;
        bool told = false;
        for (int k = 0; k < g->chain_count; k++) {
            if (s->uses[k].used && strcmp(figures(p, s, &s->uses[k]), own) == 0) {
                told = told || k < c;
                sharing++;
                names = sharing <= NAMES_MOST
                            ? sim_arena_print(p->arena, "%s%s%s", names, sharing > 1 ? ", " : "",
                                              mdl_graph_plain(p->arena, g->chains[k].name))
                            : sim_arena_print(p->arena, "%d of %d", sharing, g->chain_count);
            }
        }
        bool obvious = g->nodes[s->from].kind == MDL_NODE_SOURCE;
        if (sharing == g->chain_count || (obvious && sharing == chains_of(g, s->from))) {
            return own;
        }
        if (!told && ++lines <= LINES_MOST) {
            text = sim_arena_print(p->arena, "%s%s%s%s%s", text, lines > 1 ? "\n" : "", names,
                                   own[0] != '\0' ? " " : "", own);
        }
    }
    return lines > LINES_MOST ? sim_arena_print(p->arena, "%s\n...", text) : text;
}

/* How many lines end at a pool to give a place back. More than a few, or in frames, they would hide
 * the rest. */
static int releases(const struct printer *p, int pool) {
    int count = 0;
    for (int i = 0; i < p->stroke_count; i++) {
        count += p->strokes[i].style == MDL_LINK_RELEASE && p->strokes[i].to == pool;
    }
    return count;
}

static void print_style(const struct printer *p, const struct stroke *s, bool back) {
    int users = 0;
    int last = 0;
    double flow = 0;
    for (int c = 0; c < p->graph->chain_count; c++) {
        if (s->uses[c].used) {
            double known = mdl_twice_known(s->uses[c].flow);
            flow = fmax(flow, isnan(known) ? 1 : known);
            last = c;
            users++;
        }
    }
    const char *own = users == 1 && p->graph->chain_count > 1 ? COLOURS[last % COLOUR_COUNT] : GREY;
    switch (s->style) {
    case MDL_LINK_WAY:
    case MDL_LINK_REPEAT:
        if (s->framed && back) {
            fprintf(p->out, ", penwidth=0.8, color=\"%s\"", PALE);
        } else {
            fprintf(p->out, ", penwidth=%.2f, color=\"%s\"", 0.6 + fmin(1.4, sqrt(flow)), own);
        }
        break;
    case MDL_LINK_ASYNC:
        fprintf(p->out, ", style=dashed, color=\"%s\"", own);
        break;
    case MDL_LINK_LOSS:
        fprintf(p->out, ", style=dashed, penwidth=0.8, color=\"%s\", fontcolor=\"%s\"", RED, RED);
        break;
    case MDL_LINK_RELEASE:
        fprintf(p->out, ", style=dotted, arrowhead=odot, color=\"%s\"", PALE);
        break;
    }
}

/* Whether all chains use the line with the same probability. */
static bool is_same_chance(const struct printer *p, const struct stroke *s) {
    double first = mdl_twice_known(s->uses[0].p);
    bool same = true;
    for (int c = 0; c < p->graph->chain_count; c++) {
        same = same && s->uses[c].used && fabs(mdl_twice_known(s->uses[c].p) - first) < 1e-9;
    }
    return same;
}

static void print_stroke(const struct printer *p, const struct stroke *s) {
    const struct mdl_graph *g = p->graph;
    if (s->folded || g->nodes[s->to].kind == MDL_NODE_FAIL) {
        return; /* see fold_ways and print_losses */
    }
    bool hidden = s->from == s->to || p->is_framed[s->to] || releases(p, s->to) > RELEASES_MOST;
    if (s->style == MDL_LINK_RELEASE && hidden) {
        return;
    }
    bool back = s->framed ? g->nodes[s->head].seen < g->nodes[s->tail].seen
                          : g->nodes[s->to].seen <= g->nodes[s->from].seen;
    fprintf(p->out, "    n%d -> n%d [label=\"", s->from, s->to);
    bool silent = (s->framed && back) || s->style >= MDL_LINK_LOSS; /* whose it is matters little */
    const char *text = silent ? "" : chains_text(p, s);
    if (s->tag != NULL) {
        put(p->out, text[0] != '\0' ? sim_arena_print(p->arena, "%s\n%s", s->tag, text) : s->tag);
    } else {
        put(p->out, text);
    }
    fputs("\"", p->out);
    print_style(p, s, back);
    if (s->framed && p->is_framed[s->from]) {
        fprintf(p->out, ", ltail=cluster_%d", s->tail);
    }
    if (s->framed && !back) {
        fputs(", minlen=2", p->out);
    }
    if (s->framed && p->is_framed[s->to]) {
        fprintf(p->out, ", lhead=cluster_%d", s->head);
    }
    /* Only ways onward make the layout: what comes back would turn it around. */
    fputs(back || s->style == MDL_LINK_RELEASE ? ", constraint=false];\n" : "];\n", p->out);
}

void mdl_graph_dot(FILE *out, const struct mdl_scenario *scenario) {
    struct sim_arena *arena = sim_arena_new();
    struct printer p = {.out = out, .graph = mdl_graph_new(scenario, arena), .arena = arena};
    find_frames(&p);
    draw_links(&p);
    fold_ways(&p);
    fputs("digraph network {\n    label=\"", out);
    put(out, mdl_graph_plain(arena, scenario->name));
    fputs("\"; labelloc=t; fontsize=18; fontname=Helvetica; charset=\"UTF-8\";\n"
          "    rankdir=LR; nodesep=0.35; ranksep=0.55; compound=true;\n"
          "    node [fontname=Helvetica, fontsize=11, color=\"#404040\", margin=\"0.12,0.06\"];\n"
          "    edge [fontname=Helvetica, fontsize=10, arrowsize=0.7];\n",
          out);
    print_nodes(&p, NULL);
    for (int i = 0; i < p.stroke_count; i++) {
        p.strokes[i].same_chance = is_same_chance(&p, &p.strokes[i]);
        print_stroke(&p, &p.strokes[i]);
    }
    fputs("}\n", out);
    sim_arena_free(arena);
}
