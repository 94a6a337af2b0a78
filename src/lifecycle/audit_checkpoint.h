/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/public_key.h"
#include "lifecycle/audit_event.h"

/* audit_checkpoint: the signed word that the audit went up to here at that time.
 *
 *     status = audit_checkpoint_message(&checkpoint, &message);     the audit key signs these bytes
 *     status = audit_checkpoint_encode(&checkpoint, &line);         one line of JSON
 *     status = audit_checkpoint_check(&checkpoint, keys, COUNT(keys));
 *
 * Message: tag "cardwright audit checkpoint v1", sequence and `at` as 8 bytes each, head hash, key
 * id; each as a length-prefixed field. Line: like an entry's, one spelling only.
 * Errors: BAD_VALUE (to be written), AUDIT_BROKEN (read), TOO_LARGE; results untouched then.
 * Tests: test/unit/lifecycle/test_audit_checkpoint.c */
enum { AUDIT_CHECKPOINT_MESSAGE_MAX = 160, AUDIT_CHECKPOINT_LINE_MAX = 2048 };

MUST_USE enum status audit_checkpoint_message(const struct audit_checkpoint *checkpoint,
                                              struct buf *ret_message);
/* Appends one line, line feed included. */
MUST_USE enum status audit_checkpoint_encode(const struct audit_checkpoint *checkpoint,
                                             struct buf *ret_line);
/* `line` with or without its line feed. Checks form, not the signature. */
MUST_USE enum status audit_checkpoint_decode(struct span line,
                                             struct audit_checkpoint *ret_checkpoint);
/* Signed by the one of these keys that it names? CA_UNKNOWN when it names none of them,
 * SIGNATURE_WRONG when the signature is another's. */
MUST_USE enum status audit_checkpoint_check(const struct audit_checkpoint *checkpoint,
                                            const struct public_key *keys, size_t count);
