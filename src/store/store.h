/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"
#include "lifecycle/audit_checkpoint.h"
#include "lifecycle/audit_event.h"
#include "store/store_record.h"

/* store: the data base behind named operations. No SQL outside this folder.
 *
 *     struct store *store = NULL;
 *     enum status status = store_open(&(struct store_options){ .path = "cw.db" }, &store);
 *     status = store_begin(store);
 *     status = store_card_update(store, &card);
 *     status = store_audit_append(store, &entry);
 *     status = store_commit(store);          now both are durable, or neither is there
 *     store_close(&store);
 *
 * Durability: when store_commit (or a writing operation outside a transaction) has returned OK, the
 * rows survive a power cut. What was not committed is absent as a whole.
 * Threads: one `struct store` belongs to one thread at a time; open one for each thread and each
 * process that needs it. One of them writes at a time; others wait `busy_timeout_ms`.
 * Memory: `store_open` allocates, `store_close` frees, wipes nothing (no secrets are stored).
 * Records are copied; `ret_` arguments are untouched on failure, except that the elements of a
 * list and the memory of a `struct buf` may have been written to (their counts are not).
 * Lists give at most `max` rows and are cut there.
 *
 * Errors, everywhere:
 *   NOT_FOUND        no such row (also: a row that is to be changed)
 *   BAD_VALUE        a value has not the form that store_record.h asks for, or names a person,
 *                    card, job ... that does not exist
 *   STORE_CONFLICT   the row exists already, or was changed since it was read (revision)
 *   STORE_BUSY       another program holds the data base longer than the busy timeout
 *   STORE_VERSION    made by a newer version (store_open)
 *   STORE            disk full, read-only, input/output error, not our data base, or contents
 *                    that no version of ours has written
 *   TOO_LARGE        a blob does not fit into the given buffer or is over its limit
 * After STORE, STORE_BUSY or BAD_VALUE from a write the open transaction can only be rolled back:
 * store_commit refuses and says the first reason again.
 * Tests: test/unit/store (each operation against a file and in memory, kill -9, two connections) */
struct store;

struct store_options {
    const char *path;    /* a file, or ":memory:" */
    int busy_timeout_ms; /* 0: STORE_BUSY_TIMEOUT_MS */
    bool must_exist;     /* do not make a new data base: NOT_FOUND; STORE for an empty file */
};

enum { STORE_BUSY_TIMEOUT_MS = 5000, STORE_SCHEMA_VERSION = 3 };

/* Opens, makes when new, migrates forward when older. */
MUST_USE enum status store_open(const struct store_options *options, struct store **ret_store);
/* NULL-safe; rolls back what is open. */
void store_close(struct store **store);
/* The data base's own integrity check, foreign keys included; takes time with its size. */
MUST_USE enum status store_check(struct store *store);
/* The data base `from` as of one moment, into the new file `to`, while other programs read and
 * write it. `from` is not changed, not even by a migration; no link to it is followed. `to` is a
 * data base as `from` is, mode 0600; sync its folder. */
MUST_USE enum status store_copy(const char *from, const char *to);
/* "no space left", "row 17 ..." for the log: what the last failure was. Never NULL. */
const char *store_failure(const struct store *store);

/* Everything between begin and commit is one durable unit. They do not nest. The write lock is
 * taken at begin, so what is read inside cannot change before the commit. */
MUST_USE enum status store_begin(struct store *store);
/* On failure the transaction is rolled back and over. */
MUST_USE enum status store_commit(struct store *store);
/* No effect when nothing is open. */
void store_rollback(struct store *store);

/* Persons and organisations. A put adds or replaces. */
MUST_USE enum status store_person_put(struct store *store, const struct person_record *person);
MUST_USE enum status store_person_get(struct store *store, const char *uuid,
                                      struct person_record *ret_person);
/* 12 digits: the person's UUID or the number printed on one of the person's cards. Anything else:
 * the beginning of the family name, of the given name, of "given family" or "family given"; upper
 * and lower case are the same, several spaces and commas are one space. By family name, given
 * name. An empty query is BAD_VALUE. */
MUST_USE enum status store_person_find(struct store *store, const char *query,
                                       struct person_record *ret_list, size_t max,
                                       size_t *ret_count);
/* Name, title, e-mail, date of birth and photograph go; UUID, cards and certificates stay. */
MUST_USE enum status store_person_erase(struct store *store, const char *uuid, instant now);
/* `photo` has at most STORE_PHOTO_MAX bytes; empty removes it. */
MUST_USE enum status store_person_photo_put(struct store *store, const char *uuid,
                                            const char *media_type, struct span photo);
/* `ret_media_type` has STORE_MEDIA_TYPE_MAX bytes; the photograph is appended to `ret_photo`. */
MUST_USE enum status store_person_photo_get(struct store *store, const char *uuid,
                                            char *ret_media_type, struct buf *ret_photo);

MUST_USE enum status store_organisation_put(struct store *store,
                                            const struct organisation_record *organisation);
MUST_USE enum status store_organisation_get(struct store *store, const char *code,
                                            struct organisation_record *ret_organisation);
MUST_USE enum status store_organisation_list(struct store *store, const char *after_code,
                                             struct organisation_record *ret_list, size_t max,
                                             size_t *ret_count);
/* Is `code` the organisation `ancestor` or below it? STORE_ORGANISATION_DEPTH levels at most. */
enum { STORE_ORGANISATION_DEPTH = 16 };
MUST_USE enum status store_organisation_is_under(struct store *store, const char *code,
                                                 const char *ancestor, bool *ret_is_under);

/* Role profiles. */
MUST_USE enum status store_profile_put(struct store *store, const struct profile_record *profile);
MUST_USE enum status store_profile_get(struct store *store, const char *id,
                                       struct profile_record *ret_profile);
/* By id; those out of date too. */
MUST_USE enum status store_profile_of_person(struct store *store, const char *person_uuid,
                                             struct profile_record *ret_list, size_t max,
                                             size_t *ret_count);

/* Cards. */
MUST_USE enum status store_card_add(struct store *store, const struct card_record *card);
/* Writes all fields when `card->revision` is still the stored one, and counts it up in both. */
MUST_USE enum status store_card_update(struct store *store, struct card_record *card);
MUST_USE enum status store_card_get(struct store *store, const char *id,
                                    struct card_record *ret_card);
/* `model` may be NULL; when then several makes have this serial: STATUS_CARD_TWO. */
MUST_USE enum status store_card_by_serial(struct store *store, const char *serial,
                                          const char *model, struct card_record *ret_card);
MUST_USE enum status store_card_by_guid(struct store *store, const char *guid,
                                        struct card_record *ret_card);
/* `fingerprint`: SHA-256 of any certificate that was ever issued to the card. */
MUST_USE enum status store_card_by_fingerprint(struct store *store, struct span fingerprint,
                                               struct card_record *ret_card);
/* Newest first. */
MUST_USE enum status store_card_of_person(struct store *store, const char *person_uuid,
                                          struct card_record *ret_list, size_t max,
                                          size_t *ret_count);
MUST_USE enum status store_card_puk_handed(struct store *store, const struct puk_record *entry);
/* Oldest first. */
MUST_USE enum status store_card_puk_ledger(struct store *store, const char *card_id,
                                           struct puk_record *ret_list, size_t max,
                                           size_t *ret_count);

/* Certificates. They are never deleted, and their bytes never change. */
MUST_USE enum status store_certificate_add(struct store *store,
                                           const struct certificate_record *certificate);
/* A second certificate of one card and purpose in state "current" is STORE_CONFLICT. */
struct certificate_move {
    const char *serial;
    const char *from_state; /* STORE_CONFLICT when it is in another one */
    const char *to_state;
    instant at;
    const char *revocation_reason; /* not NULL: also revoked, at `at` */
};
MUST_USE enum status store_certificate_move(struct store *store,
                                            const struct certificate_move *move);
MUST_USE enum status store_certificate_get(struct store *store, const char *serial,
                                           struct certificate_record *ret_certificate);
MUST_USE enum status store_certificate_by_fingerprint(struct store *store, struct span fingerprint,
                                                      struct certificate_record *ret_certificate);
/* Newest certificate of this public key. */
MUST_USE enum status store_certificate_by_key(struct store *store, struct span public_key_hash,
                                              struct certificate_record *ret_certificate);
/* Newest first. */
MUST_USE enum status store_certificate_of_card(struct store *store, const char *card_id,
                                               struct certificate_record *ret_list, size_t max,
                                               size_t *ret_count);
/* Those of one job, oldest first. */
MUST_USE enum status store_certificate_of_job(struct store *store, const char *job_id,
                                              struct certificate_record *ret_list, size_t max,
                                              size_t *ret_count);
/* In `state` since before `before`, oldest first: what the sweep looks for. */
MUST_USE enum status store_certificate_stale(struct store *store, const char *state, instant before,
                                             struct certificate_record *ret_list, size_t max,
                                             size_t *ret_count);
/* Revoked certificates whose not_after is past `expires_after`, by serial; a page starts behind
 * `after_serial` (empty for the first). */
struct revoked_page {
    instant expires_after;
    const char *after_serial;
};
MUST_USE enum status store_certificate_revoked(struct store *store, const struct revoked_page *page,
                                               struct revoked_record *ret_list, size_t max,
                                               size_t *ret_count);

/* Those in `state` by serial; a page starts behind `after_serial` (empty for the first). */
MUST_USE enum status store_certificate_page(struct store *store, const char *state,
                                            const char *after_serial,
                                            struct certificate_record *ret_list, size_t max,
                                            size_t *ret_count);

/* All of them, by serial. */
MUST_USE enum status store_certificate_list(struct store *store, const char *after_serial,
                                            struct certificate_record *ret_list, size_t max,
                                            size_t *ret_count);

/* Keys: what each has shown of itself, for as long as the data base lives. A trace may come again
 * from the same owner, purpose and card (a job that repeats itself); from any other it is
 * STORE_CONFLICT, and two keys share their secret, or a nonce was used twice. */
/* NOT_FOUND: new; OK: the same. */
MUST_USE enum status store_key_trace_check(struct store *store,
                                           const struct key_trace_record *trace);
/* Adds it when it is new. */
MUST_USE enum status store_key_trace_add(struct store *store, const struct key_trace_record *trace);
/* STORE_CONFLICT: found before, with that reason. */
MUST_USE enum status store_key_finding_add(struct store *store,
                                           const struct key_finding_record *finding);
/* Those of one certificate. */
MUST_USE enum status store_key_finding_of(struct store *store, const char *serial,
                                          struct key_finding_record *ret_list, size_t max,
                                          size_t *ret_count);
/* Those found later than `after`, oldest first. */
MUST_USE enum status store_key_finding_list(struct store *store, instant after,
                                            struct key_finding_record *ret_list, size_t max,
                                            size_t *ret_count);

/* Jobs: the journal. A second open job of one card is STORE_CONFLICT. */
MUST_USE enum status store_job_add(struct store *store, const struct job_record *job);
/* Writes all but id, card, service and created_at when `job->revision` is still the stored one, and
 * counts it up in both. */
MUST_USE enum status store_job_update(struct store *store, struct job_record *job);
MUST_USE enum status store_job_get(struct store *store, const char *id, struct job_record *ret_job);
MUST_USE enum status store_job_open_of_card(struct store *store, const char *card_id,
                                            struct job_record *ret_job);
/* The newest of the card, if that was given up. */
MUST_USE enum status store_job_given_up_of_card(struct store *store, const char *card_id,
                                                struct job_record *ret_job);
/* Open issues that have not moved since `before`, of cards that were never issued, whose person has
 * got another card in an issue that began later. Oldest first. */
MUST_USE enum status store_job_overtaken(struct store *store, instant before,
                                         struct job_summary *ret_list, size_t max,
                                         size_t *ret_count);
/* Oldest first. */
MUST_USE enum status store_job_open_list(struct store *store, struct job_summary *ret_list,
                                         size_t max, size_t *ret_count);
/* Newest first, finished ones too. */
MUST_USE enum status store_job_of_card(struct store *store, const char *card_id,
                                       struct job_summary *ret_list, size_t max, size_t *ret_count);
/* Empties the answers of all steps before `number`: they may hold what nobody needs again. */
MUST_USE enum status store_job_step_empty(struct store *store, const char *job_id, uint32_t number);
/* The step's request and our answer to it; STORE_CONFLICT when the step is there already. */
MUST_USE enum status store_job_step_add(struct store *store, const struct job_step_record *step,
                                        struct span answer);
/* The answer is appended to `ret_answer`. */
MUST_USE enum status store_job_step_get(struct store *store, const char *job_id, uint32_t number,
                                        struct job_step_record *ret_step, struct buf *ret_answer);
/* The highest step number; 0 when there is none yet. */
MUST_USE enum status store_job_step_last(struct store *store, const char *job_id,
                                         uint32_t *ret_number);

/* Sessions and nonces. */
MUST_USE enum status store_session_add(struct store *store, const struct session_record *session);
MUST_USE enum status store_session_get(struct store *store, const char *id,
                                       struct session_record *ret_session);
/* The first end stays: a second one changes nothing and is OK. */
MUST_USE enum status store_session_end(struct store *store, const char *id, instant at,
                                       const char *reason);
MUST_USE enum status store_session_is_live(struct store *store, const char *id, bool *ret_is_live);
/* The one of this person that began last, ended or not; NOT_FOUND: never logged in. */
MUST_USE enum status store_session_latest(struct store *store, const char *person_uuid,
                                          struct session_record *ret_session);
/* Live ones that started before `before`, oldest first: what the time limit ends. */
MUST_USE enum status store_session_live(struct store *store, instant before,
                                        struct session_record *ret_list, size_t max,
                                        size_t *ret_count);
/* Once: LOGIN_NONCE when it was redeemed before or `now` is not before `expires_at`. Forgets those
 * that have expired. */
MUST_USE enum status store_session_redeem(struct store *store, struct span nonce,
                                          instant expires_at, instant now);

/* Settings: the active policy and its hash, the number of the CRL, ... `key` is a word. */
MUST_USE enum status store_setting_put(struct store *store, const char *key, struct span value);
/* The value is appended to `ret_value`. */
MUST_USE enum status store_setting_get(struct store *store, const char *key, struct buf *ret_value);
MUST_USE enum status store_setting_put_number(struct store *store, const char *key, int64_t value);
MUST_USE enum status store_setting_get_number(struct store *store, const char *key,
                                              int64_t *ret_value);

/* Audit: append-only. */
/* Sets sequence, previous hash and hash of `entry` from the newest entry. Only inside
 * store_begin .. store_commit, together with the act that it records. */
MUST_USE enum status store_audit_append(struct store *store, struct audit_entry *entry);
/* The newest entry's number and hash; 0 and zeros when there is none. */
MUST_USE enum status store_audit_head(struct store *store, struct audit_head *ret_head);
/* Does the audit hold exactly this head? AUDIT_HEAD: what was signed has been lost. One of sequence
 * 0, of a signer that has signed nothing yet, is always there. */
MUST_USE enum status store_audit_holds(struct store *store, const struct audit_head *head);
/* The line as it is exported, with its line feed, appended to `ret_line`; `sequence` from 1. */
MUST_USE enum status store_audit_line(struct store *store, uint64_t sequence, struct buf *ret_line);
/* audit_event_fields_hash of the entries from `from` on, in their order: what a checkpoint is asked
 * for with. */
MUST_USE enum status store_audit_fields_hashes(struct store *store, uint64_t from,
                                               uint8_t (*ret_list)[AUDIT_HASH_LEN], size_t max,
                                               size_t *ret_count);
/* Must name an entry that exists with that hash: AUDIT_HEAD otherwise, also for one older than
 * the newest checkpoint. */
MUST_USE enum status store_audit_checkpoint_add(struct store *store,
                                                const struct audit_checkpoint *checkpoint);
/* The checkpoint over exactly this entry; NOT_FOUND when it has none. */
MUST_USE enum status store_audit_checkpoint_at(struct store *store, uint64_t sequence,
                                               struct audit_checkpoint *ret_checkpoint);
MUST_USE enum status store_audit_checkpoint_newest(struct store *store,
                                                   struct audit_checkpoint *ret_checkpoint);
/* Numbers of the entries about a card, a job or a person (`id`: 12 digits or 32 hex digits),
 * newest first. */
MUST_USE enum status store_audit_about(struct store *store, const char *id, uint64_t *ret_list,
                                       size_t max, size_t *ret_count);
