/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "diagnosis/diagnosis.h"

/* diagnosis_json: a diagnosis as the agent, the page and scripts read it (docs/protocol/server.md).
 *
 *     json_object_update_new(answer, diagnosis_to_json(&diagnosis));
 *
 * {"diagnosis": the sentence, "findings": all of them, "cure": the one for the whole}. A new
 * reference; NULL: no memory. Tests: test/unit/diagnosis/test_diagnosis.c */
json_t *diagnosis_to_json(const struct diagnosis *diagnosis);
