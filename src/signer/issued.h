/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/key_index.h"
#include "wire_signer/signer_message.h"

/* issued: the certificates made lately, by public key: the same key gets the same certificate.
 *
 *     const struct issued_entry *known = issued_find(&list, key_hash);
 *     if (known == NULL) { build; status = issued_add(&list, &entry); }
 *
 * A job that was cut after its certificate was made asks again for the same key, under another
 * statement too and after a restart: a second certificate for it would stand in no record (I5).
 * Kept for ISSUED_DAYS, as long as an unproved certificate may wait for its job; the newest
 * `capacity` at most.
 * Memory: allocated; the DER of each entry is a copy of its own.
 * Tests: test/unit/signer/test_issued.c */
enum { ISSUED_DAYS = 8 };

struct issued_entry {
    uint8_t key_hash[SIGNER_HASH_LEN]; /* public_key_hash */
    enum signer_purpose purpose;
    char person[13];
    char job[JOB_ID_TEXT]; /* of the statement; empty: the first card, which has none */
    instant at;
    struct span der;
};

struct issued_list {
    struct key_index index;
    struct issued_entry *entries;
};

MUST_USE enum status issued_open(struct issued_list *list, size_t capacity);
void issued_close(struct issued_list *list);
/* NULL: none. Valid until the next add. */
const struct issued_entry *issued_find(const struct issued_list *list,
                                       const uint8_t key_hash[SIGNER_HASH_LEN]);
/* Oldest first: `index` counts from 0. NULL: there are not so many. Valid until the next add. */
const struct issued_entry *issued_at(const struct issued_list *list, size_t index);
/* Copies the DER. The key must not be there yet. */
MUST_USE enum status issued_add(struct issued_list *list, const struct issued_entry *entry);
