/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "lifecycle/audit_event.h"
#include "signer/issued.h"

/* state_record: what the signer keeps for ever, as bytes. Pure; state_file.h writes them.
 *
 *     status = state_record_put_revoked(SIGNER_AUTHENTICATION, &entry, &journal);
 *     status = state_record_take(&rest, &record);        the next record of the journal
 *
 * Journal: records one after the other: magic 'CWS1', 32-bit length of the body, SHA-256 of the
 * body, body. The last one may be torn by a power cut: it was never acknowledged.
 * Head: one slot of STATE_HEAD_LEN bytes with a count; two slots are written in turn, so the older
 * one stands while the other is being written. A journal that is shorter than the head says has
 * lost what was acknowledged. Heads of before that are read, too.
 * Errors: STATUS_BAD_FILE (damaged), STATUS_TOO_LARGE, STATUS_CRYPTO (no digest could be made).
 * Tests: test/unit/signer/test_state_record.c (every truncation and every changed byte) */
enum {
    STATE_RECORD_MAX = X509_DER_MAX + 192,
    STATE_HEAD_LEN = 128,
    STATE_HEAD_SLOTS = 2,
    STATE_RECORD_NAME_MAX = 80,
};

enum state_record_kind {
    STATE_RECORD_REVOKED,
    STATE_RECORD_ISSUED,
    STATE_RECORD_PAIRED,
    STATE_RECORD_ISSUED_FOR, /* ISSUED with its job; older journals have the other */
    STATE_RECORD_KIND_MAX
};

struct state_record {
    enum state_record_kind kind;
    enum signer_purpose issuer;       /* REVOKED */
    struct x509_crl_entry revoked;    /* REVOKED */
    struct issued_entry issued;       /* ISSUED; its DER points into the journal */
    uint8_t card_id[KDF_CARD_ID_LEN]; /* PAIRED: pairing.h */
    char name[STATE_RECORD_NAME_MAX];
};

MUST_USE enum status state_record_put_revoked(enum signer_purpose issuer,
                                              const struct x509_crl_entry *entry,
                                              struct buf *journal);
MUST_USE enum status state_record_put_issued(const struct issued_entry *entry, struct buf *journal);

MUST_USE enum status state_record_put_paired(const uint8_t card_id[KDF_CARD_ID_LEN],
                                             const char *name, struct buf *journal);

enum state_record_found {
    STATE_RECORD_FOUND,
    STATE_RECORD_TORN, /* the bytes end inside a record, or the very last record is damaged */
    STATE_RECORD_DAMAGED,
    STATE_RECORD_UNKNOWN /* no digest could be made: whole or not, nobody knows */
};
/* Takes one record off `rest`, which is moved only when one was found. */
MUST_USE enum state_record_found state_record_take(struct reader *rest,
                                                   struct state_record *ret_record);

struct state_head {
    uint64_t count; /* of writes: the higher one counts */
    struct audit_head audit;
    uint64_t crl_numbers[SIGNER_PURPOSE_MAX];
    uint64_t journal_len; /* of the journal, in bytes, when this was written; 0: not known */
};

MUST_USE enum status state_record_head_encode(const struct state_head *head,
                                              uint8_t ret_slot[STATE_HEAD_LEN]);
/* BAD_FILE: damaged; CRYPTO: nobody knows. */
MUST_USE enum status state_record_head_decode(const uint8_t slot[STATE_HEAD_LEN],
                                              struct state_head *ret_head);
/* The newest undamaged slot of the file; BAD_FILE: there is none; CRYPTO: it may be another one. */
MUST_USE enum status state_record_head_newest(struct span slots, struct state_head *ret_head);
