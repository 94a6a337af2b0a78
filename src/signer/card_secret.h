/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"

/* card_secret: what is derived from the card master key for one card (kdf.h), within the quota of
 * its statement.
 *
 *     status = card_secret_management_answer(signer, &request, record, moment,
 * &answer->management);
 *
 * Version 0 stands for what a card has before it is ours: factory_secret.h.
 * Errors: those of quota.h; STATUS_BAD_VALUE: an algorithm that there is not, a witness of another
 * length than the algorithm's block, a new version that is 0 or the old one; STATUS_CARD_FOREIGN:
 * there are not so many candidates.
 * Tests: test/unit/signer/test_card_secret.c */

/* Mutual authentication, SP 800-73-4 part 2, 3.2.4: `response` is what the card must answer. */
MUST_USE enum status card_secret_management_answer(struct signer *signer,
                                                   const struct signer_request *request,
                                                   struct quota_record *record,
                                                   const struct signer_moment *moment,
                                                   struct signer_management_answer *ret_answer);
MUST_USE enum status card_secret_management_key(struct signer *signer,
                                                const struct signer_management_request *request,
                                                struct quota_record *record,
                                                struct secret *ret_key);
MUST_USE enum status card_secret_puk(struct signer *signer,
                                     const struct signer_puk_request *request,
                                     struct quota_record *record,
                                     struct signer_puk_answer *ret_answer);
