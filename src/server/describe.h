/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/server.h"
#include "wire_agent/card_report.h"

/* describe: records and results of the policy as JSON for the agent. New references.
 * docs/protocol/server.md shows them. Tests: test/e2e */
json_t *describe_person(struct store *store, const struct person_record *person);
json_t *describe_profile(struct store *store, const struct profile_record *profile);
json_t *describe_card(const struct card_record *card, const struct card_identity *identity);
json_t *describe_certificate(const struct certificate_record *certificate, instant now);
/* The certificates of a card that count for its holder: current and pending ones. */
/* NULL, with call->fault: the data base does not tell; without: no memory. */
json_t *describe_certificates(struct call *call, const char *card_id);
json_t *describe_reasons(const struct policy_answer *answer,
                         const struct policy_profile *other_profiles);
