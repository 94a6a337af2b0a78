/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"

/* issue_request: a certificate for a key that a card has made and has proved to hold.
 *
 *     status = issue_request_answer(signer, &request, record, moment, &answer, detail);
 *
 * The proof of possession is the card's signature over proof_digest of the statement's origin, job
 * and nonce, the slot, and public_key_hash. Slots: 9A and 9C for the purpose of that name, and the
 * retired ones 82 to 95, where keys are made before they are swapped in (SP 800-73-4 part 1, table
 * 4b). The holder's UUID must be the statement's person. Profile, times, serial number and issuer
 * are the signer's own. A key that has a certificate gets the same one again (issued.h). A new key
 * must have no finding of crypto/weak_key.h: refused here, where the CA's key is, whatever the
 * server says.
 *
 * Errors: STATUS_CARD_PROOF; STATUS_KEY_WEAK (`reterr_detail`: weak_key_name);
 * STATUS_CERTIFICATE_REFUSED (slot, person, a key that is certified for something else, or whose
 * certificate is revoked); STATUS_STATEMENT_SPENT (a second key); those of issue.h. `reterr_detail`
 * names which.
 * Tests: test/unit/signer/test_issue_request.c */
enum { ISSUE_REQUEST_BACKDATE_SECONDS = 300 }; /* clocks of workstations that are a little behind */

MUST_USE enum status issue_request_answer(struct signer *signer,
                                          const struct signer_request *request,
                                          struct quota_record *record,
                                          const struct signer_moment *moment,
                                          struct signer_certificate_answer *ret_answer,
                                          char reterr_detail[SIGNER_DETAIL_MAX]);
/* Without a statement, for the first operator's card, which nobody can sign for: `cardwright init`
 * has the keys open and calls this in its own process. No message leads here. What it issues is in
 * signer->change like any other certificate. */
MUST_USE enum status issue_request_first(struct signer *signer,
                                         const struct signer_certificate_request *request,
                                         const struct signer_moment *moment,
                                         struct signer_certificate_answer *ret_answer);
