/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "policy/policy.h"

/* policy_json: an answer of the policy in its one machine form, for the API and the command line.
 *
 *     json_t *services = policy_json_services(&result, &subject);
 *
 * An array in the order of the list of services, each:
 *   { "service": "renew", "title": "Renew certificates", "kind": "card",
 *     "available": false, "resume": false,
 *     "reasons": [ { "code": "CW-402", "name": "POLICY_WINDOW", "cause": "…", "remedy": "…",
 *                    "actor": "operator", "opens_on": "2027-03-03T10:00:00Z",
 *                    "instead": "repair", "profile": "555000000101" } ] }
 * opens_on, instead and profile (an own profile's id) stand only where they apply.
 * Memory: a new reference, the caller's; NULL when there is no memory.
 * Tests: test/unit/policy/test_policy_json.c */
json_t *policy_json_services(const struct policy_result *result,
                             const struct policy_subject *subject);
