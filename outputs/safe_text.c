#include "outputs/safe_text.h"

#include <stddef.h>
#include <string.h>

static const uint32_t replacement = 0xFFFD;

uint32_t out_utf8_next(const char **text) {
    const unsigned char *s = (const unsigned char *)*text;
    int more;
    uint32_t code;
    uint32_t least;
    if (s[0] < 0x80) {
        more = 0, code = s[0], least = 0;
    } else if ((s[0] & 0xE0) == 0xC0) {
        more = 1, code = s[0] & 0x1FU, least = 0x80;
    } else if ((s[0] & 0xF0) == 0xE0) {
        more = 2, code = s[0] & 0x0FU, least = 0x800;
    } else if ((s[0] & 0xF8) == 0xF0) {
        more = 3, code = s[0] & 0x07U, least = 0x10000;
    } else {
        *text += 1;
        return replacement;
    }
    for (int i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) { /* the terminating NUL also ends up here */
            *text += 1;
            return replacement;
        }
        code = code << 6 | (s[i] & 0x3FU);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        *text += 1;
        return replacement;
    }
    *text += more + 1;
    return code;
}

bool out_is_control(uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x061C || code == 0x200E ||
           code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

char *out_safe_copy(struct sim_arena *arena, const char *text) {
    if (text == NULL) {
        text = "";
    }
    char *copy = sim_arena_array(arena, strlen(text) * 6 + 1, 1); /* "\uXXXX" is the longest */
    char *end = copy;
    while (*text != '\0') {
        const char *start = text;
        uint32_t code = out_utf8_next(&text);
        if (out_is_control(code)) {
            end += sprintf(end, code < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)code);
        } else if (code == replacement) {
            end += sprintf(end, "\xEF\xBF\xBD");
        } else {
            size_t length = (size_t)(text - start);
            memcpy(end, start, length);
            end += length;
        }
    }
    return copy;
}

static int code_width(uint32_t code) {
    if ((code >= 0x0300 && code <= 0x036F) || (code >= 0x200B && code <= 0x200D) ||
        (code >= 0x20D0 && code <= 0x20FF) || (code >= 0xFE00 && code <= 0xFE0F)) {
        return 0;
    }
    bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
                (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
                (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
                (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
    return wide ? 2 : 1;
}

int out_text_width(const char *text) {
    int width = 0;
    while (*text != '\0') {
        width += code_width(out_utf8_next(&text));
    }
    return width;
}

char *out_text_cut(struct sim_arena *arena, const char *text, int width) {
    if (out_text_width(text) <= width) {
        return sim_arena_copy(arena, text);
    }
    const char *end = text;
    int used = 0;
    while (*end != '\0') {
        const char *next = end;
        int more = code_width(out_utf8_next(&next));
        if (used + more > width - 3) {
            break;
        }
        used += more;
        end = next;
    }
    return sim_arena_print(arena, "%.*s...", (int)(end - text), text);
}

void out_text_wrap(FILE *out, const char *text, int indent, int width) {
    int column = indent;
    bool first = true;
    while (*text != '\0') {
        size_t length = strcspn(text, " ");
        if (text[length] == ' ' && text[length + 1] == '%') { /* "70 %" stays together */
            length += 1 + strcspn(text + length + 1, " ");
        }
        int columns = 0;
        for (const char *c = text; c < text + length;) {
            columns += code_width(out_utf8_next(&c));
        }
        if (!first && column + 1 + columns > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += columns;
        first = false;
        text += length;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}
