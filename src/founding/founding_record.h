/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cardop/cardop.h"
#include "founding/founding_issue.h"

/* founding_record: the rows of a card that is issued without a server: person, card, certificates,
 * audit entries. Used by founding_issue.c only. */
struct founding_record {
    struct person_record person;
    struct organisation_record organisation;
    struct card_record card;
    uint8_t card_id[KDF_CARD_ID_LEN];
    struct certificate_record certificates[CARDOP_KEYS];
};

MUST_USE enum status founding_record_init(struct founding_record *record,
                                          const struct founding_issue_options *options);
void founding_record_printed(const struct founding_record *record,
                             struct printed_information *ret_printed);
void founding_record_request(const struct founding_record *record, const struct public_key *key,
                             enum signer_purpose purpose,
                             struct signer_certificate_request *ret_request);
MUST_USE enum status founding_record_certificate(struct founding_record *record, size_t index,
                                                 struct span der);
void founding_record_ders(const struct founding_record *record, struct span ret_ders[CARDOP_KEYS]);
MUST_USE enum status founding_record_save(struct founding_record *record,
                                          const struct founding_issue_options *options,
                                          const struct cardop *op,
                                          const struct card_report *report);
