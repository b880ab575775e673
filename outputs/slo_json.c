#include "outputs/slo_json.h"

#include <math.h>

static void write_place(struct out_json *json, const char *key, const struct std_slo_verdict *v,
                        const struct std_slo_place *place) {
    out_json_flat_object(json, key);
    out_json_text(json, "span", std_slo_span_names[place->span]);
    out_json_text(json, "label", place->label);
    out_json_number(json, "from_s", place->from_s);
    out_json_number(json, "to_s", place->to_s);
    out_json_text(json, "answer", std_slo_answer_names[place->answer]);
    out_json_number(json, "value", place->estimate.value);
    out_json_number(json, "low", place->estimate.low);
    out_json_number(json, "high", place->estimate.high);
    out_json_number(json, "margin", std_slo_margin(v, place->estimate.value));
    out_json_number(json, "requests", place->requests);
    out_json_bool(json, "thin", place->thin);
    out_json_end(json);
}

static void write_verdict(struct out_json *json, const struct std_slo_verdict *v) {
    out_json_object(json, NULL);
    out_json_text(json, "name", v->name);
    out_json_text(json, "condition", v->condition);
    out_json_text(json, "answer", std_slo_answer_names[v->answer]);
    out_json_bool(json, "assumed", v->assumed);
    out_json_number(json, "limit", v->limit);
    out_json_text(json, "side", v->below ? "below" : "above");
    out_json_text(json, "unit", v->unit);
    out_json_number(json, "needed_requests", v->needed);
    write_place(json, "decisive", v, &v->places[v->decisive]);
    out_json_array(json, "places");
    for (int i = 0; i < v->place_count; i++) {
        write_place(json, NULL, v, &v->places[i]);
    }
    out_json_end(json);
    out_json_end(json);
}

void out_json_slos(struct out_json *json, const struct std_findings *findings) {
    const struct std_slo_verdict *slos = findings->slos;
    int count = findings->slo_count;
    out_json_object(json, "slo");
    out_json_text(json, "answer",
                  count == 0 ? NULL : std_slo_answer_names[std_slo_all(slos, count)]);
    out_json_integer(json, "met", std_slo_count(slos, count, STD_SLO_MET));
    out_json_integer(json, "missed", std_slo_count(slos, count, STD_SLO_MISSED));
    out_json_integer(json, "undetermined", std_slo_count(slos, count, STD_SLO_UNDETERMINED));
    out_json_array(json, "verdicts");
    for (int i = 0; i < count; i++) {
        write_verdict(json, &slos[i]);
    }
    out_json_end(json);
    out_json_end(json);
}
