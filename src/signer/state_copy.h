/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/state_record.h"

/* state_copy: the signer's memory for a copy of the organisation, taken while the signer works.
 *
 *     status = state_copy_head(directory, &signed_before);              before the data base
 *     status = state_copy(directory, copy_directory, &signed_head);     after it
 *     status = state_copy_raise_lists(directory, now);                  in a copy brought back
 *
 * The journal is copied up to its last whole record; one that is just being written was not
 * acknowledged. `audit` is the newest checkpoint of the data base's copy: the signer has gone on
 * since, and with its own newer head it would never sign for that data base again.
 * Errors: BAD_FILE (damaged), AUDIT_HEAD (behind `audit`: the two do not belong together),
 *         NOT_FOUND, STORE (could not be written), CRYPTO (no digest could be made).
 * Tests: test/unit/signer/test_state_copy.c, test/e2e/test_backup.py */
/* What the signer has signed last: an entry was durable before it was signed, so each data base
 * that is copied from now on holds it, or has lost it. */
MUST_USE enum status state_copy_head(const char *directory, struct audit_head *ret_head);
MUST_USE enum status state_copy(const char *directory, const char *copy_directory,
                                const struct audit_head *audit);
/* Lists that were made after the copy had higher numbers, and a lower one would be passed over (RFC
 * 5280 5.2.3): each number becomes `least`, or the next one when it is higher already. */
MUST_USE enum status state_copy_raise_lists(const char *directory, uint64_t least);
