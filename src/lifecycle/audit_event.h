/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/instant.h"
#include "base/status.h"
#include "crypto/digest.h"

/* audit_event: what gets written down, and the hash chain over it.
 *
 *     struct audit_entry entry = { .at = now, .event = AUDIT_JOB_COMMITTED, .status = STATUS_OK };
 *     (set actor, subject, card, job with text_copy)
 *     status = audit_event_link(&head, &entry);      number, previous hash and hash; moves the head
 *     status = audit_event_encode(&entry, &line);    one line of JSON, with its line feed
 *
 * Identifiers only: no names, no dates of birth, no e-mail addresses, no search words (a search
 * says in `detail` how many it found). Personal data can be erased, the audit cannot (I12).
 *
 * Hash, in two steps, so that a checkpoint can be asked for without showing what happened:
 * the fields hash is SHA-256 over length-prefixed fields (buf_put_field) in this order: the tag
 * "cardwright audit fields v1", sequence and `at` as 8 bytes each, actor, profile, event name,
 * subject, card, job, status name, detail, statement, signature, certificate. The entry's hash is
 * SHA-256 over the length-prefixed tag "cardwright audit entry v1", previous hash, fields hash.
 * The first entry has number 1 and a previous hash of zeros.
 *
 * Line: a JSON object with all members in the order of the struct, nothing left out, bytes in hex:
 * there is one spelling of an entry, and decode refuses every other (duplicate or unknown members,
 * spaces, another order, capital hex digits).
 *
 * Memory: an entry borrows its three blobs; decode puts them into `struct audit_memory`.
 * Limits: AUDIT_LINE_MAX. Errors: BAD_VALUE when an entry to be written has a wrong form (unknown
 *         event, an identifier that is none, a control character, a statement without its
 *         signature and certificate); AUDIT_BROKEN when a line that is read is not ours; TOO_LARGE
 *         when the buffer is short. Results untouched on failure.
 * Tests: test/unit/lifecycle/test_audit_event.c */
enum {
    AUDIT_HASH_LEN = DIGEST_SHA256_LEN,
    AUDIT_UUID_MAX = 13,
    AUDIT_ID_MAX = 33,
    AUDIT_DETAIL_MAX = 161,
    AUDIT_STATEMENT_MAX = 4096,
    AUDIT_SIGNATURE_MAX = 512,
    AUDIT_CERTIFICATE_MAX = 2048,
    AUDIT_LINE_MAX = 16 * 1024
};

/* AUDIT(name in code, name that is stored). A name, once used, never changes its meaning. */
#define AUDIT_EVENT_LIST(AUDIT)                                                                    \
    AUDIT(INIT, "init")                                                                            \
    AUDIT(SERVER_STARTED, "server_started")                                                        \
    AUDIT(LOGIN, "login")                                                                          \
    AUDIT(LOGIN_REFUSED, "login_refused")                                                          \
    AUDIT(SESSION_RESUMED, "session_resumed")                                                      \
    AUDIT(SESSION_END, "session_end")                                                              \
    AUDIT(SEARCH, "search")                                                                        \
    AUDIT(PERSON_VIEWED, "person_viewed")                                                          \
    AUDIT(PERSON_CHANGED, "person_changed")                                                        \
    AUDIT(PERSON_ERASED, "person_erased")                                                          \
    AUDIT(CARD_IDENTIFIED, "card_identified")                                                      \
    AUDIT(CARD_REGISTERED, "card_registered")                                                      \
    AUDIT(CARD_STATE_CHANGED, "card_state_changed")                                                \
    AUDIT(SERVICE_REFUSED, "service_refused")                                                      \
    AUDIT(JOB_OPENED, "job_opened")                                                                \
    AUDIT(STATEMENT, "statement")                                                                  \
    AUDIT(JOB_RESUMED, "job_resumed")                                                              \
    AUDIT(MANAGEMENT_KEY_OPENED, "management_key_opened")                                          \
    AUDIT(MANAGEMENT_KEY_CHANGED, "management_key_changed")                                        \
    AUDIT(PUK_RELEASED, "puk_released")                                                            \
    AUDIT(PASSCODE_SET, "passcode_set")                                                            \
    AUDIT(KEY_MADE, "key_made")                                                                    \
    AUDIT(CERTIFICATE_ISSUED, "certificate_issued")                                                \
    AUDIT(CERTIFICATE_WRITTEN, "certificate_written")                                              \
    AUDIT(READ_BACK, "read_back")                                                                  \
    AUDIT(CERTIFICATE_SUPERSEDED, "certificate_superseded")                                        \
    AUDIT(CERTIFICATE_REVOKED, "certificate_revoked")                                              \
    AUDIT(JOB_COMMITTED, "job_committed")                                                          \
    AUDIT(JOB_REFUSED, "job_refused")                                                              \
    AUDIT(JOB_FAILED, "job_failed")                                                                \
    AUDIT(JOB_ABANDONED, "job_abandoned")                                                          \
    AUDIT(BAD_MESSAGE, "bad_message")                                                              \
    AUDIT(POLICY_ACTIVATED, "policy_activated")                                                    \
    AUDIT(CRL_ISSUED, "crl_issued")                                                                \
    AUDIT(SWEEP, "sweep")                                                                          \
    AUDIT(KEY_FINDING, "key_finding")                                                              \
    AUDIT(CLOCK_JUMPED, "clock_jumped")                                                            \
    AUDIT(CARD_RESET, "card_reset")                                                                \
    AUDIT(RESTORED, "restored")

#define AUDIT_ENUM_ROW(name, text) AUDIT_##name,
enum audit_event { AUDIT_EVENT_INVALID, AUDIT_EVENT_LIST(AUDIT_ENUM_ROW) AUDIT_EVENT_MAX };
#undef AUDIT_ENUM_ROW

/* "invalid" for a value outside the list. */
const char *audit_event_name(enum audit_event event);
MUST_USE bool audit_event_by_name(const char *name, enum audit_event *ret_event);

struct audit_entry {
    uint64_t sequence; /* 1 is the first; set by audit_event_link */
    instant at;
    char actor_uuid[AUDIT_UUID_MAX];       /* or empty: an act of the system, or nobody known */
    char actor_profile_id[AUDIT_UUID_MAX]; /* or empty */
    enum audit_event event;
    char subject_uuid[AUDIT_UUID_MAX];     /* the person it is about, or empty */
    char card_id[AUDIT_ID_MAX];            /* the directory's id of the card, or empty */
    char job_id[AUDIT_ID_MAX];             /* or empty */
    enum status status;                    /* how it ended */
    char detail[AUDIT_DETAIL_MAX];         /* short, UTF-8 without control characters; or empty */
    struct span statement;                 /* what the operator's card signed; or empty */
    struct span signature;                 /* of the statement */
    struct span certificate;               /* DER; verifies the signature */
    uint8_t previous_hash[AUDIT_HASH_LEN]; /* set by audit_event_link */
    uint8_t hash[AUDIT_HASH_LEN];          /* set by audit_event_link */
};

struct audit_memory {
    uint8_t statement[AUDIT_STATEMENT_MAX];
    uint8_t signature[AUDIT_SIGNATURE_MAX];
    uint8_t certificate[AUDIT_CERTIFICATE_MAX];
};

/* The newest entry: its number and its hash; all zeros before the first. */
struct audit_head {
    uint64_t sequence;
    uint8_t hash[AUDIT_HASH_LEN];
};

/* The audit key's word that the chain up to this head was there at that time: see
 * lifecycle/audit_checkpoint.h. */
struct audit_checkpoint {
    struct audit_head head;
    instant at;
    uint8_t key_id[AUDIT_HASH_LEN]; /* SHA-256 of the SubjectPublicKeyInfo of the audit key */
    uint8_t signature[AUDIT_SIGNATURE_MAX];
    size_t signature_len;
};

/* Puts `entry` behind `head`: sets sequence, previous hash and hash, and moves the head to it. */
MUST_USE enum status audit_event_link(struct audit_head *head, struct audit_entry *entry);
/* The two steps of the hash. The signer takes the second one itself, for each new entry. */
MUST_USE enum status audit_event_fields_hash(const struct audit_entry *entry,
                                             uint8_t ret_hash[AUDIT_HASH_LEN]);
MUST_USE enum status audit_event_chain_hash(const uint8_t previous[AUDIT_HASH_LEN],
                                            const uint8_t fields_hash[AUDIT_HASH_LEN],
                                            uint8_t ret_hash[AUDIT_HASH_LEN]);
/* The hash that this entry ought to have, from its fields and its previous hash. */
MUST_USE enum status audit_event_hash(const struct audit_entry *entry,
                                      uint8_t ret_hash[AUDIT_HASH_LEN]);

/* What kind of line is it? Looks at the beginning only. */
enum audit_line_kind { AUDIT_LINE_OTHER, AUDIT_LINE_ENTRY, AUDIT_LINE_CHECKPOINT };
enum audit_line_kind audit_event_line_kind(struct span line);

/* Appends one line, line feed included. */
MUST_USE enum status audit_event_encode(const struct audit_entry *entry, struct buf *ret_line);
/* `line` with or without its line feed. Checks form, not hashes. `memory` is written to even when
 * the line is refused. */
MUST_USE enum status audit_event_decode(struct span line, struct audit_memory *memory,
                                        struct audit_entry *ret_entry);
