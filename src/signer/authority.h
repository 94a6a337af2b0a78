/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"

/* authority: may this be done, on this operator's word? Checked by the signer itself (I13).
 *
 *     status = authority_check(signer, &request->authority, SIGNER_PUK, now, &record, detail);
 *     status = quota_take_puk(record, ...);
 *
 * In this order; `reterr_detail` names the check that refused:
 *
 *   nonce        ours, of this boot, bound to `binding`, alive             STATEMENT_NONCE
 *   certificate  of our content-signing CA, in date, nonRepudiation        CA_UNKNOWN, ...
 *   revocation   its serial is not in our own list                         CARD_REVOKED
 *   signature    over statement_digest, by that certificate's key          STATEMENT_INVALID
 *   operator     the certificate's CN starts with operator_person          STATEMENT_INVALID
 *   own card     operator_person is not person (I8)                        POLICY_OWN_CARD
 *   operation    one of the table, and it covers this kind                 STATEMENT_INVALID
 *   replay       the nonce was not used for another statement              STATEMENT_NONCE
 *   time         at the first use: within SIGNER_CLOCK_SKEW_SECONDS        STATEMENT_INVALID
 *   rate         at the first use: the operator's statements in an hour    RATE_LIMIT
 * A refusal changes nothing but, past `replay`, the operator's rate.
 * Tests: test/unit/signer/test_authority.c: each refusal by name, each member changed */
MUST_USE enum status authority_check(struct signer *signer,
                                     const struct signer_authority *authority,
                                     enum signer_kind kind, instant now,
                                     struct quota_record **ret_record,
                                     char reterr_detail[SIGNER_DETAIL_MAX]);
/* The table of what an operation covers; false for an operation that is unknown here. */
bool authority_covers(const char *operation, enum signer_kind kind);
