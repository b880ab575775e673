#include "outputs/json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>

#include "outputs/number_text.h"
#include "outputs/safe_text.h"

void out_json_init(struct out_json *json, FILE *out) { *json = (struct out_json){.out = out}; }

static void put_escape(FILE *out, uint32_t code) {
    if (code > 0xFFFF) {
        code -= 0x10000;
        fprintf(out, "\\u%04x", (unsigned)(0xD800 + (code >> 10)));
        code = 0xDC00 + (code & 0x3FF);
    }
    fprintf(out, "\\u%04x", (unsigned)code);
}

/* `quoted`: the text is bare and needs JSON's own escapes. Else it is JSON, in which anything but
 * ASCII can only stand inside a string. */
static void put_text(FILE *out, const char *text, bool quoted) {
    while (*text != '\0') {
        const char *start = text;
        uint32_t code = out_utf8_next(&text);
        if (quoted && (code == '"' || code == '\\')) {
            fprintf(out, "\\%c", (char)code);
        } else if (quoted && code == '\n') {
            fputs("\\n", out);
        } else if (out_is_control(code) && (quoted || code >= 0x7F)) {
            put_escape(out, code);
        } else if (code == 0xFFFD) {
            put_escape(out, code);
        } else {
            fwrite(start, 1, (size_t)(text - start), out);
        }
    }
}

/* The comma, line break, indent and key before a value. */
static void lead(struct out_json *json, const char *key) {
    if (json->depth > 0) {
        int top = json->depth - 1;
        assert((key != NULL) == (json->closer[top] == '}'));
        bool flat = json->flat > 0;
        if (json->has_items[top]) {
            fputs(flat ? ", " : ",", json->out);
        }
        if (!flat) {
            fprintf(json->out, "\n%*s", json->depth * 2, "");
        }
        json->has_items[top] = true;
    }
    if (key != NULL) {
        fputc('"', json->out);
        put_text(json->out, key, true);
        fputs("\": ", json->out);
    }
}

static void begin(struct out_json *json, const char *key, char opener, char closer, bool flat) {
    assert(json->depth < OUT_JSON_DEPTH);
    lead(json, key);
    fputc(opener, json->out);
    json->closer[json->depth] = closer;
    json->has_items[json->depth] = false;
    json->depth++;
    if (flat && json->flat == 0) {
        json->flat = json->depth;
    }
}

void out_json_object(struct out_json *json, const char *key) { begin(json, key, '{', '}', false); }

void out_json_flat_object(struct out_json *json, const char *key) {
    begin(json, key, '{', '}', true);
}

void out_json_array(struct out_json *json, const char *key) { begin(json, key, '[', ']', false); }

void out_json_flat_array(struct out_json *json, const char *key) {
    begin(json, key, '[', ']', true);
}

void out_json_end(struct out_json *json) {
    assert(json->depth > 0);
    json->depth--;
    if (json->has_items[json->depth] && json->flat == 0) {
        fprintf(json->out, "\n%*s", json->depth * 2, "");
    }
    fputc(json->closer[json->depth], json->out);
    if (json->flat > json->depth) {
        json->flat = 0;
    }
    if (json->depth == 0) {
        fputc('\n', json->out);
    }
}

void out_json_text(struct out_json *json, const char *key, const char *value) {
    lead(json, key);
    if (value == NULL) {
        fputs("null", json->out);
        return;
    }
    fputc('"', json->out);
    put_text(json->out, value, true);
    fputc('"', json->out);
}

void out_json_number(struct out_json *json, const char *key, double value) {
    lead(json, key);
    fputs(isfinite(value) ? out_number_exact(value).text : "null", json->out);
}

void out_json_integer(struct out_json *json, const char *key, int64_t value) {
    lead(json, key);
    fprintf(json->out, "%" PRId64, value);
}

void out_json_bool(struct out_json *json, const char *key, bool value) {
    lead(json, key);
    fputs(value ? "true" : "false", json->out);
}

void out_json_raw(struct out_json *json, const char *key, const char *value) {
    lead(json, key);
    if (value == NULL) {
        fputs("null", json->out);
        return;
    }
    put_text(json->out, value, false);
}

void out_json_numbers(struct out_json *json, const char *key, const double *values, int count) {
    out_json_flat_array(json, key);
    for (int i = 0; i < count; i++) {
        out_json_number(json, NULL, values[i]);
    }
    out_json_end(json);
}

void out_json_program(struct out_json *json, const char *version, int schema) {
    out_json_flat_object(json, "jauge");
    out_json_text(json, "version", version);
    out_json_integer(json, "schema", schema);
    out_json_end(json);
}
