/* The schema and the readers know the same keys: each form of the readers is an entry of "$defs"
 * with exactly its keys and required keys, and there is no object in "$defs" that no reader has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "inputs/arch_reader.h"
#include "inputs/document.h"
#include "inputs/locust_reader.h"
#include "inputs/network_reader.h"

static int differences;

static void differ(const char *form, const char *key, const char *what) {
    print_error("%s.%s: %s\n", form, key, what);
    differences++;
}

static bool lists(const cJSON *required, const char *key) {
    const cJSON *item = NULL;
    cJSON_ArrayForEach(item, required) {
        if (strcmp(item->valuestring, key) == 0) {
            return true;
        }
    }
    return false;
}

static void compare(const cJSON *defs, const struct in_form *form) {
    const cJSON *entry = cJSON_GetObjectItemCaseSensitive(defs, form->name);
    if (!entry) {
        differ(form->name, "", "not in the schema");
        return;
    }
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(entry, "properties");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(entry, "required");
    const cJSON *closed = cJSON_GetObjectItemCaseSensitive(entry, "additionalProperties");
    if (!cJSON_IsFalse(closed)) {
        differ(form->name, "", "admits unknown keys");
    }
    for (int i = 0; i < form->count; i++) {
        const struct in_field *field = &form->fields[i];
        if (!cJSON_GetObjectItemCaseSensitive(properties, field->key)) {
            differ(form->name, field->key, "read, but not in the schema");
        }
        if (lists(required, field->key) != field->required) {
            differ(form->name, field->key, "required by one only");
        }
    }
    const cJSON *property = NULL;
    cJSON_ArrayForEach(property, properties) {
        bool read = false;
        for (int i = 0; i < form->count; i++) {
            read = read || strcmp(form->fields[i].key, property->string) == 0;
        }
        if (!read) {
            differ(form->name, property->string, "in the schema, but not read");
        }
    }
}

struct known {
    const struct in_form *forms[200];
    int count;
};

static void know(struct known *known, const struct in_form *form) {
    assert_true(known->count < 200);
    known->forms[known->count++] = form;
}

static void know_all(struct known *known, struct sim_arena *arena) {
    for (int i = 0; i < in_network_form_count; i++) {
        know(known, in_network_forms[i]);
    }
    for (int i = 0; i < in_step_kind_count; i++) {
        know(known, &in_step_kinds[i].form);
    }
    know(known, in_arch_document_form(arena));
    int count = 0;
    const struct in_form *forms = in_arch_forms(arena, &count);
    for (int i = 0; i < count; i++) {
        know(known, &forms[i]);
    }
    forms = in_locust_forms(arena, &count);
    for (int i = 0; i < count; i++) {
        know(known, &forms[i]);
    }
}

static cJSON *read_schema(void) {
    FILE *file = fopen("inputs/schema/scenario.schema.json", "rb");
    assert_non_null(file);
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (int c = getc(file); c != EOF; c = getc(file)) {
        putc(c, out);
    }
    fclose(file);
    fclose(out);
    cJSON *schema = cJSON_Parse(text);
    free(text);
    assert_non_null(schema);
    return schema;
}

static void same_keys(void **state) {
    (void)state;
    struct sim_arena *arena = sim_arena_new();
    cJSON *schema = read_schema();
    const cJSON *defs = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
    struct known known = {.count = 0};
    know_all(&known, arena);
    differences = 0;
    for (int i = 0; i < known.count; i++) {
        compare(defs, known.forms[i]);
    }
    const cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, defs) {
        bool read = !cJSON_GetObjectItemCaseSensitive(entry, "properties");
        for (int i = 0; i < known.count; i++) {
            read = read || strcmp(known.forms[i]->name, entry->string) == 0;
        }
        if (!read) {
            differ(entry->string, "", "an object of the schema that no reader has");
        }
    }
    cJSON_Delete(schema);
    sim_arena_free(arena);
    assert_int_equal(differences, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(same_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
