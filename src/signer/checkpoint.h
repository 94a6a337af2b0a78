/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lifecycle/audit_event.h"
#include "wire_signer/signer_message.h"

/* checkpoint: does what the server shows of the audit go on from the head that was signed last?
 *
 *     status = checkpoint_extend(&known, &request, &head);      then sign `head`, and remember it
 *
 * The hashes are made here from the entries' field hashes, so the server cannot name a head; it can
 * only show entries. They must start at or before the first unsigned one and, where they cover the
 * known head, lead exactly through it: a request that is repeated after a lost answer is accepted,
 * another history is not.
 * Errors: STATUS_AUDIT_HEAD; `ret_head` is untouched then.
 * Tests: test/unit/signer/test_checkpoint.c */
MUST_USE enum status checkpoint_extend(const struct audit_head *known,
                                       const struct signer_checkpoint_request *request,
                                       struct audit_head *ret_head);
