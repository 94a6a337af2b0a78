/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ca/certificate_profile.h"
#include "ca/issue.h"
#include "crypto/entropy.h"
#include "crypto/private_key.h"
#include "signer/issued.h"
#include "signer/pairing.h"
#include "signer/quota.h"
#include "signer/rate.h"
#include "signer/revocation.h"
#include "signer/state_record.h"
#include "signer/transport_key.h"

/* signer: one request in, one answer out. Logic only: no socket, no file, no clock.
 *
 *     status = signer_open(&signer, &keys, &limits, &entropy);        takes the keys over
 *     status = signer_restore(&signer, &record, now);                 for each record of the
 * journal signer_answer(&signer, &request, &moment, &crl_memory, &answer); make signer.change
 * durable, then send the answer; signer_change_clear(&signer);
 *
 * The order matters: what signer.change holds must be on the disk before the answer leaves. If it
 * cannot be written the process must end without answering: memory is ahead of the disk then.
 *
 * Which request acts on what: docs/protocol/signer.md. Every check is here or in the files that
 * this one calls (authority.c, pairing.c, quota.c, card_secret.c, issue_request.c, revocation.c,
 * checkpoint.c); nothing that the server says about a check is believed. Tests:
 * test/unit/signer/test_signer.c and one for each of the files named */
struct signer_keys {
    struct private_key *issuers[SIGNER_PURPOSE_MAX];
    struct private_key *audit;
    uint8_t issuer_der[SIGNER_PURPOSE_MAX][X509_DER_MAX];
    size_t issuer_len[SIGNER_PURPOSE_MAX];
    uint8_t audit_der[X509_DER_MAX];
    size_t audit_len;
    struct certificate_profile profiles[SIGNER_PURPOSE_MAX];
    struct secret master;                /* card master key, KDF_MASTER_LEN bytes */
    struct transport_key_list transport; /* of blank cards, may be empty */
};

struct signer_limits {
    uint32_t statements_per_hour; /* for each operator; 0: 120 */
    int crl_life_days;            /* 0: 7 */
    size_t statements_max;        /* alive at the same time; 0: 65536 */
    size_t issued_max;            /* 0: 16384 */
    size_t names_max;             /* of cards (pairing.h); 0: 4194304 */
};

/* What a request has changed and is not on the disk yet. */
struct signer_change {
    bool head;              /* write signer.head */
    struct buf journal;     /* append these bytes */
    uint8_t memory[262144]; /* a request needs 4 KiB; founding writes many cards at once */
};

struct signer {
    struct signer_keys keys;
    struct signer_limits limits;
    struct secret nonce_key; /* of this boot */
    struct quota_table quotas;
    struct rate_table rates;
    struct revocation_list revoked[SIGNER_PURPOSE_MAX];
    struct issued_list issued;
    struct pairing_set pairings;
    struct state_head head;
    instant latest; /* the clock never goes back for nonces */
    struct signer_change change;
};

/* The world at the moment of a request. */
struct signer_moment {
    instant now;
    const struct entropy *entropy;
};

/* Takes the keys over, also on failure: signer_close frees them. STATUS_KEY_FILE: a key does not
 * belong to its certificate, or a certificate is not what its place asks for. */
MUST_USE enum status signer_open(struct signer *signer, struct signer_keys *keys,
                                 const struct signer_limits *limits, const struct entropy *entropy);
void signer_close(struct signer *signer);
void signer_keys_wipe(struct signer_keys *keys);

/* Issued certificates that are older than ISSUED_DAYS are passed over. */
MUST_USE enum status signer_restore(struct signer *signer, const struct state_record *record,
                                    instant now);
/* Always gives an answer. `crl_memory` takes the DER of a CRL, which the answer points into. */
void signer_answer(struct signer *signer, const struct signer_request *request,
                   const struct signer_moment *moment, struct buf *crl_memory,
                   struct signer_answer *ret_answer);
void signer_change_clear(struct signer *signer);

struct span signer_issuer(const struct signer *signer, enum signer_purpose purpose);
