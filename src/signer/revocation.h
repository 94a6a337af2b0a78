/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "crypto/private_key.h"
#include "crypto/x509_crl.h"

/* revocation: the serial numbers that one issuing CA has revoked. It only grows.
 *
 *     status = revocation_merge(&list, &entry, &changed);
 *     if (revocation_find(&list, info.serial) != NULL) { refuse }
 *     status = revocation_crl(&list, &options, ca_key, &der);
 *
 * A serial that comes again stays revoked: the earlier of both times is kept, and the reason of the
 * first, unless the second is keyCompromise. certificateHold and removeFromCRL are refused: nothing
 * is ever un-revoked.
 * Memory: allocated, doubled as it grows; about 70 bytes a serial.
 * Errors: STATUS_BAD_VALUE (serial not canonical, reason), STATUS_OUT_OF_MEMORY, STATUS_TOO_LARGE
 *         (CRL past the buffer).
 * Tests: test/unit/signer/test_revocation.c */
struct revocation_list {
    struct x509_crl_entry *entries;
    size_t count, room;
    uint32_t *slots; /* hash table: index + 1 into entries; 0: free */
    size_t slots_count;
};

struct revocation_crl_options {
    struct span issuer; /* the CA's certificate, DER */
    uint64_t number;
    instant now;
    int life_days;
};

void revocation_close(struct revocation_list *list);
/* NULL: not revoked. Valid until the next merge. */
const struct x509_crl_entry *revocation_find(const struct revocation_list *list,
                                             const char *serial);
/* `*ret_changed`: `*ret_stored` is new or differs from before, so it must be made durable. */
MUST_USE enum status revocation_merge(struct revocation_list *list,
                                      const struct x509_crl_entry *entry, bool *ret_changed,
                                      struct x509_crl_entry *ret_stored);
/* All of them, in the order in which they came. */
MUST_USE enum status revocation_crl(const struct revocation_list *list,
                                    const struct revocation_crl_options *options,
                                    const struct private_key *key, struct buf *ret_der);
