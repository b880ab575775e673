/* See inputs/json_syntax.h: a scanner with a stack of open brackets. */
#include "inputs/json_syntax.h"

#include <string.h>

enum { DEPTH_LIMIT = 200 };

enum expect {
    VALUE,        /* after a colon, or a comma in a list */
    VALUE_OR_END, /* after [ */
    KEY,          /* after a comma in an object */
    KEY_OR_END,   /* after { */
    COLON,
    COMMA_OR_END,
    NOTHING, /* after the whole */
};

struct scan {
    const char *text;
    size_t length;
    size_t at;
    enum expect expect;
    char open[DEPTH_LIMIT];
    int depth;
    struct in_flaw *flaw;
};

/* Bytes of the UTF-8 character at `at` (Unicode 15, table 3-7); 0 when it is none. */
static size_t utf8_length(const unsigned char *at, size_t left) {
    if (at[0] < 0x80) {
        return 1;
    }
    size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    if (at[0] < 0xC2 || at[0] > 0xF4 || length > left) {
        return 0;
    }
    unsigned char low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

static bool is_text(const char *text, size_t length, struct in_flaw *flaw) {
    size_t step = 0;
    for (size_t i = 0; i < length; i += step) {
        unsigned char c = (unsigned char)text[i];
        bool space = c == '\t' || c == '\n' || c == '\r';
        step = utf8_length((const unsigned char *)text + i, length - i);
        if (step == 0 || c == 127 || (c < 32 && !space)) {
            *flaw = (struct in_flaw){"not-text", "a JSON document: UTF-8 text",
                                     "a byte that is not text", NULL, i};
            return false;
        }
    }
    return true;
}

static bool wrong(struct scan *scan, const char *expected, const char *mend) {
    *scan->flaw = (struct in_flaw){"syntax", expected, NULL, mend, scan->at};
    return false;
}

/* Length of the JSON number at `at` (RFC 8259, section 6); 0 when it is malformed. */
static size_t number_length(const char *at) {
    const char *digits = "0123456789";
    const char *c = at + (*at == '-');
    size_t whole = strspn(c, digits);
    if (whole == 0 || (whole > 1 && *c == '0')) {
        return 0;
    }
    c += whole;
    if (*c == '.') {
        size_t fraction = strspn(c + 1, digits);
        if (fraction == 0) {
            return 0;
        }
        c += 1 + fraction;
    }
    if (*c == 'e' || *c == 'E') {
        c++;
        c += *c == '+' || *c == '-';
        size_t exponent = strspn(c, digits);
        if (exponent == 0) {
            return 0;
        }
        c += exponent;
    }
    return (size_t)(c - at);
}

/* Past the string that begins here. Escapes are left to cJSON. */
static bool take_string(struct scan *scan) {
    size_t start = scan->at++;
    while (scan->at < scan->length && scan->text[scan->at] != '"') {
        if ((unsigned char)scan->text[scan->at] < 32) {
            return wrong(scan, "a closing quote; a line break in a string is \\n, a tab is \\t",
                         NULL);
        }
        scan->at += scan->text[scan->at] == '\\' ? 2 : 1;
    }
    if (scan->at >= scan->length) {
        scan->at = start;
        return wrong(scan, "a closing quote", NULL);
    }
    scan->at++;
    return true;
}

static enum expect after_value(const struct scan *scan) {
    return scan->depth == 0 ? NOTHING : COMMA_OR_END;
}

static bool open_bracket(struct scan *scan, char c) {
    if (scan->depth == DEPTH_LIMIT) {
        *scan->flaw = (struct in_flaw){"too-deep", "at most 200 levels of brackets",
                                       "one more level", NULL, scan->at};
        return false;
    }
    scan->open[scan->depth++] = c;
    scan->at++;
    scan->expect = c == '{' ? KEY_OR_END : VALUE_OR_END;
    return true;
}

static bool take_value(struct scan *scan, char c) {
    static const char *const literals[] = {"true", "false", "null"};
    if (c == '{' || c == '[') {
        return open_bracket(scan, c);
    }
    const char *at = scan->text + scan->at;
    scan->expect = after_value(scan);
    if (c == '"') {
        return take_string(scan);
    }
    if (c == '-' || (c >= '0' && c <= '9')) {
        size_t length = number_length(at);
        scan->at += length;
        return length > 0 || wrong(scan, "a JSON number such as 0.5 or 1e6", NULL);
    }
    for (int i = 0; i < 3; i++) {
        size_t length = strlen(literals[i]);
        if (strncmp(at, literals[i], length) == 0) {
            scan->at += length;
            return true;
        }
    }
    const char *mend = c == '\''  ? "strings stand in double quotes"
                       : c == '/' ? "JSON has no comments; the key \"about\" holds text for readers"
                                  : NULL;
    return wrong(scan, "a value: a string in double quotes, a number, a list or an object", mend);
}

static bool take_end(struct scan *scan) {
    scan->depth--;
    scan->at++;
    scan->expect = after_value(scan);
    return true;
}

static bool take_key(struct scan *scan, char c, bool after_comma) {
    if (c == '"') {
        scan->expect = COLON;
        return take_string(scan);
    }
    const char *mend = c == '\''  ? "strings stand in double quotes"
                       : c == '/' ? "JSON has no comments; the key \"about\" holds text for readers"
                       : c == '}' && after_comma ? "remove the comma before it"
                                                 : NULL;
    return wrong(scan, "a key in double quotes", mend);
}

/* Takes the token that begins with `c`. */
static bool take(struct scan *scan, char c) {
    bool in_object = scan->depth > 0 && scan->open[scan->depth - 1] == '{';
    switch (scan->expect) {
    case VALUE_OR_END:
        return c == ']' ? take_end(scan) : take_value(scan, c);
    case VALUE:
        return c == ']' && !in_object && scan->depth > 0
                   ? wrong(scan, "a value", "remove the comma before it")
                   : take_value(scan, c);
    case KEY_OR_END:
        return c == '}' ? take_end(scan) : take_key(scan, c, false);
    case KEY:
        return take_key(scan, c, true);
    case COLON:
        if (c != ':') {
            return wrong(scan, "a colon after the key", NULL);
        }
        scan->at++;
        scan->expect = VALUE;
        return true;
    case COMMA_OR_END:
        if (c == ',') {
            scan->at++;
            scan->expect = in_object ? KEY : VALUE;
            return true;
        }
        if (c == (in_object ? '}' : ']')) {
            return take_end(scan);
        }
        return wrong(scan, in_object ? "a comma or }" : "a comma or ]",
                     c == '"' || c == '{' || c == '[' ? "a comma is missing before it" : NULL);
    case NOTHING:
        return wrong(scan, "the end of the file", NULL);
    }
    return false;
}

bool in_json_sound(const char *text, size_t length, struct in_flaw *flaw) {
    if (!is_text(text, length, flaw)) {
        return false;
    }
    struct scan scan = {.text = text, .length = length, .expect = VALUE, .flaw = flaw};
    for (;;) {
        scan.at += strspn(text + scan.at, " \t\r\n");
        if (scan.at >= length) {
            return scan.expect == NOTHING || wrong(&scan, "JSON", "close every bracket and quote");
        }
        if (!take(&scan, text[scan.at])) {
            return false;
        }
    }
}
