/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/instant.h"
#include "base/status.h"

/* statement: what the operator's card signs for each act, and proof: what the served card signs.
 *
 * The agent builds a statement from what it shows; the server rebuilds it from what it knows and
 * never trusts a sent copy; the signer and the audit check the same bytes.
 *
 *     struct statement s = { .operation = "renew", ... };
 *     statement_message(&s, &message);   SHA-256 of it is signed by the operator's 9C
 *
 * Form: the domain tag "cardwright statement v1" and then each member as a length-prefixed field
 * (buf_put_field), in the order of the struct; numbers and flags as 8 bytes. No member is left out,
 * an absent one has length 0: an empty text, a hash of zeros.
 * Memory: texts are inside the struct. Limit: STATEMENT_MAX bytes.
 * Tests: test/unit/wire_agent/test_statement.c (known answers, every member changes the bytes) */
enum {
    STATEMENT_MAX = 2048,
    STATEMENT_NONCE_MAX = 64,
    STATEMENT_TEXT_MAX = 128,
    JOB_ID_TEXT = 33, /* 32 hex digits and the terminating zero */
    STATEMENT_GUID_LEN = 16
};

struct statement {
    char origin[STATEMENT_TEXT_MAX]; /* "https://ra.example:8443", no trailing slash */
    char job[JOB_ID_TEXT];
    uint8_t nonce[STATEMENT_NONCE_MAX]; /* the signer's, handed out by identify */
    size_t nonce_len;
    instant at;         /* the agent's clock */
    char operation[16]; /* "renew", "repair", "issue"; "issue_reset": a blocked card is wiped first
                         */
    bool left_locked;
    char identity_check[STATEMENT_TEXT_MAX]; /* how identity was checked; repair and issue */
    char card[72];                           /* card_identity.text */
    uint8_t old_certificates[2][32];         /* fingerprints as the agent read them; zero: none */
    char person[13];                         /* the holder's UUID */
    char operator_person[13];
    char role_profile[13];
    uint8_t policy_hash[32];
    uint8_t witness_hash[32]; /* SHA-256 of the card's 9B witness as received; zero: none */
};

/* An issue that begins with wiping a blocked card. */
#define STATEMENT_ISSUE_RESET "issue_reset"

/* What a service is called in a statement. False: it does not fit. */
MUST_USE bool statement_operation(const char *service, bool reset, char *ret_operation, size_t max);
MUST_USE enum status statement_message(const struct statement *s, struct buf *ret_message);
MUST_USE enum status statement_digest(const struct statement *s, uint8_t ret_digest[32]);

/* The card UUID that an issue writes: the job's number as a UUID of RFC 4122, version 4. It is
 * random, the same again after a cut, and server and signer know it before the card does. False: no
 * number. */
MUST_USE bool statement_guid(const char *job, uint8_t ret_guid[STATEMENT_GUID_LEN]);

/* "cardwright proof v1" ‖ origin ‖ job ‖ slot (1 byte) ‖ subject ‖ nonce, each length-prefixed,
 * hashed. STATUS_BAD_VALUE for another digest_len, STATUS_TOO_LARGE past 1 KiB.
 * `digest_len` 32 (SHA-256) or 48 (SHA-384, for P-384 keys). */
struct proof {
    const char *origin;
    const char *job;
    uint8_t slot; /* SP 800-73-4 part 1, table 4b: 0x9A, 0x9C */
    struct span subject;
    struct span nonce;
};

MUST_USE enum status proof_digest(const struct proof *p, size_t digest_len, uint8_t *ret_digest);

/* "cardwright log-in v1" ‖ origin ‖ nonce ‖ ephemeral public key (SPKI): what the operator's 9A
 * signs at log-in. */
MUST_USE enum status login_digest(const char *origin, struct span nonce, struct span ephemeral_key,
                                  uint8_t ret_digest[32]);
/* "cardwright lease v1" ‖ origin ‖ session ‖ token: signed by the ephemeral key at each lease. */
MUST_USE enum status lease_digest(const char *origin, const char *session, const char *token,
                                  uint8_t ret_digest[32]);
