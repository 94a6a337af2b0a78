/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/diagnosis_json.h"
#include "wire_agent/json_part.h"

static json_t *cure_to_json(const struct diagnosis_cure *cure)
{
    json_t *json =
        json_pack("{s:s, s:s}", "means", diagnosis_means_name(cure->means), "text", cure->text);
    if (json != NULL && cure->means == DIAGNOSIS_SERVICE) {
        json_part_put(&json, "service", json_string(policy_service_name(cure->service)));
        json_part_put(&json, "available", json_boolean(cure->available));
    }
    return json;
}

static json_t *finding_to_json(const struct diagnosis_finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:o}", "code", diagnosis_code_name(finding->code),
                     "severity", diagnosis_severity_name(finding->severity), "place",
                     diagnosis_place_name(finding->place), "text", finding->text, "cure",
                     cure_to_json(&finding->cure));
}

json_t *diagnosis_to_json(const struct diagnosis *diagnosis)
{
    const struct diagnosis_finding *first = &diagnosis->findings[0];
    json_t *findings = json_array();
    for (size_t i = 0; i < diagnosis->count; i++) {
        json_part_add(&findings, finding_to_json(&diagnosis->findings[i]));
    }
    return json_pack("{s:{s:s, s:s, s:s, s:s}, s:o, s:o}", "diagnosis", "code",
                     diagnosis_code_name(first->code), "title", diagnosis_code_title(first->code),
                     "severity", diagnosis_severity_name(first->severity), "text", first->text,
                     "findings", findings, "cure", cure_to_json(&diagnosis->cure));
}
