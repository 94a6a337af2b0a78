/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "card/batch.h"
#include "crypto/public_key.h"
#include "piv/factory_model.h"
#include "piv/printed_information.h"
#include "wire_agent/card_report.h"
#include "wire_agent/statement.h"

/* cardop: a card job as a state machine: what the card answered goes in, the next batch comes out.
 *
 *     cardop_init(&op, &options);             a new job, or cardop_decode() of a journalled one
 *     cardop_prelude(&op, &report, &batch);   what the agent plays before it posts the job
 *     cardop_begin(&op, &report, &identity, nonce, &result, &fault);
 *     while ((want = cardop_want(&op)) ...)
 *         CARDOP_WANT_RESET         -> cardop_reset(): the first batch wipes a blocked card
 *         CARDOP_WANT_OPENING       get the answer to op.witness from the signer -> cardop_open()
 *         CARDOP_WANT_CERTIFICATES  have both certified by the signer -> cardop_write()
 *         CARDOP_WANT_ANSWERS       send the batch, wait for the result -> cardop_accept()
 *         CARDOP_WANT_COMMIT        both keys proved: make them current -> cardop_committed()
 *         CARDOP_FINISHED
 *
 * Whoever drives it makes every state durable (cardop_encode) before the batch that belongs to it
 * leaves. That is what a cut resumes from: the machine is in the journal, the card is asked anew.
 *
 * What is true on the card if the work stops, by op.stage:
 *   OPENING   nothing was changed, or (after a resume) what the goal's stage says
 *   PROVING   nothing was changed: only whether the card has one of the management keys that a
 *             card may come with. One that has none of them is another issuer's: CARD_FOREIGN
 *   RESETTING the card is blocked as before, or is as its factory made it: the next insertion shows
 *             which. Either way none of what it had will work again
 *   KEYS      old keys may be gone; no certificate for a new key exists yet unless it is
 *             keys[].certified; the PUK is puk.current or puk.next, the passcode old or new;
 *             next insertion: keys again
 *   WRITING   new keys are known and certified; certificate objects may be old, torn or new;
 *             next insertion: the same certificates are written again
 * Where the card can move keys (`moves`), the old keys and certificates work in KEYS too. In
 * WRITING each slot in turn has no key, then a new one without its certificate: three commands, and
 * the old key is on the card until the new one has signed. Next insertion: the card tells which key
 * is where, and the rest of the moves is made. FINISHED  committed
 *
 * The PUK after an unknown outcome (architecture.md §3, "PUK change lost"): two candidates, tried
 * by turns; the attempts are counted in the journal before they leave. Where the wrong one of the
 * two could use up the last try, or the card has refused what should be its PUK, the job sends no
 * PUK any more: STATUS_CARD_PUK_REFUSED.
 *
 * A card whose passcode and PUK are both blocked can be wiped and issued anew, where it has the
 * maker's command for it. This is done only in an issue, only when `reset` is set for this begin
 * (the operator's statement says so), and only when the card is blocked as it tells itself.
 * A repair believes a card that calls its PUK or its management key the maker's: it uses version 0
 * and sets a version that was never used before. That the card has our management key is no proof
 * of the card then; it is trusted as a blank one is when it is issued.
 *
 * Order of commands and why: architecture.md §3, "Card rules". Pure: no clock, no I/O, no entropy.
 * Memory: a plain value, no pointers. Secrets (PUK, management key) pass through the batch only.
 * Limits: a job takes 3 round trips, an issue 4 (PROVING), and one more exchange of two for each
 *         re-opening, at most CARDOP_OPENINGS_MAX openings.
 * Tests: test/unit/cardop/: each service against each virtual card, cut at each command. */
enum {
    CARDOP_ENCODED_MAX = 4096,
    CARDOP_OPENINGS_MAX = 6,
    CARDOP_CERTIFICATE_MAX = 2048,
    CARDOP_NAME_MAX = 64
};

enum cardop_service { CARDOP_RENEW, CARDOP_REPAIR, CARDOP_ISSUE, CARDOP_SERVICE_MAX };
enum cardop_stage {
    CARDOP_STAGE_OPENING,
    CARDOP_STAGE_KEYS,
    CARDOP_STAGE_WRITING,
    CARDOP_STAGE_FINISHED,
    CARDOP_STAGE_PROVING, /* from here on: behind FINISHED in the journal, not in time */
    CARDOP_STAGE_RESETTING,
    CARDOP_STAGE_MAX
};
enum cardop_goal {
    CARDOP_GOAL_KEYS,
    CARDOP_GOAL_WRITE,
    CARDOP_GOAL_PROVE,
    CARDOP_GOAL_RESET,
    CARDOP_GOAL_MAX
};
/* Is the card asked to attest its new keys (attestation.h)? */
enum cardop_attest {
    CARDOP_ATTEST_OFF,
    CARDOP_ATTEST_IF_PRESENT, /* one that cannot is served all the same */
    CARDOP_ATTEST_REQUIRED,   /* is not: ATTESTATION_MISSING, before its keys are touched */
    CARDOP_ATTEST_MAX
};
enum cardop_wanted {
    CARDOP_WANT_ANSWERS,
    CARDOP_WANT_OPENING,
    CARDOP_WANT_CERTIFICATES,
    CARDOP_WANT_COMMIT,
    CARDOP_FINISHED,
    CARDOP_WANT_RESET,
    CARDOP_WANTED_MAX
};

/* Index of the two keys everywhere in this module. */
enum { CARDOP_AUTHENTICATION = 0, CARDOP_SIGNING = 1, CARDOP_KEYS = 2 };

struct cardop_key {
    bool known;     /* the public key that the card made, as the card told it */
    bool certified; /* `fingerprint` is that of its certificate */
    bool proved;    /* has signed after its certificate was read back, at this insertion */
    bool discarded; /* an earlier certified key of this job is gone: revoke its certificate */
    uint8_t slot;   /* the card has it there, or will make it there: its own slot or a spare one */
    bool occupied;  /* its own slot has a key: another one is moved out before this comes in */
    bool aside; /* keys of this job are in its spare slots: deleted when the new one is tested */
    struct public_key key;
    uint8_t fingerprint[32]; /* SHA-256 of the certificate's DER */
    uint8_t discarded_fingerprint[32];
    uint8_t proof[512]; /* the signature that proves possession, for the signer to check */
    uint16_t proof_len;
};

/* The management key (9B) and the PUK have versions; version 0 is one that the card came with. */
struct cardop_secret {
    uint32_t current, next;
    bool sent;   /* the batch that is out changes current to next */
    bool unsure; /* an earlier one may have done so: the card has current or next */
};

/* Which of the secrets that a card may come with (signer/factory_secret.h) version 0 means. What is
 * known of the card stays as it was when its key was proved, so that the order stays too. */
struct cardop_factory {
    struct factory_facts facts;
    uint8_t candidate;
    bool proved; /* the card has shown that it has the key of this candidate */
};

/* The two candidates for a PUK whose change has an unknown outcome. */
enum { CARDOP_PUK_CURRENT = 0, CARDOP_PUK_NEXT = 1, CARDOP_PUKS = 2 };

/* Passing: an execution error (ISO 7816-4 table 5: 64xx to 66xx, 6Fxx) or want of room. The job
 * does without; the next one asks again. Final: the card does not have that, and this is recorded.
 */
enum cardop_refusal {
    CARDOP_REFUSAL_NONE,
    CARDOP_REFUSAL_PASSING,
    CARDOP_REFUSAL_FINAL,
    CARDOP_REFUSAL_MAX
};

struct cardop {
    enum cardop_service service;
    enum cardop_stage stage;
    enum cardop_goal goal;
    enum cardop_wanted want;
    char job[JOB_ID_TEXT];
    char origin[STATEMENT_TEXT_MAX];
    uint8_t nonce[STATEMENT_NONCE_MAX];
    size_t nonce_len;
    enum key_type key_type;
    uint8_t management_algorithm;      /* of the key that is on the card now */
    uint8_t management_algorithm_next; /* what it becomes, where it is set */
    struct cardop_secret management, puk;
    struct cardop_factory factory;
    bool reset;                 /* of a blocked card: this begin's statement permits it */
    bool reset_sent;            /* it left, and what came of it is not known */
    uint32_t management_trying; /* the version whose witness is open */
    enum cardop_attest attest;
    uint32_t lacks;                   /* of card_model.h: what it has refused in an earlier job */
    uint32_t can;                     /* by what the card told at this insertion, without those */
    bool printed_refused;             /* the card has no object for printed information */
    char version[REPORT_VERSION_MAX]; /* that the card told; or empty */
    bool management_settable;         /* the card has SET MANAGEMENT KEY */
    bool moves;                       /* new keys are made in spare slots (spare_slot.h) */
    enum cardop_refusal move_refusal; /* what the card says to that */
    bool puk_fixed;                   /* the card cannot change the PUK: recorded, not failed */
    bool puk_refused;                 /* neither candidate may be sent any more */
    bool passcode_set;                /* since this begin: a further opening leaves it alone */
    uint8_t puk_first;                /* while unsure: which candidate the batch begins with */
    uint8_t puk_spent[CARDOP_PUKS];   /* tries that each may have cost, were it the wrong one */
    uint16_t room;  /* bytes of a certificate for which there must be room first; 0: not asked */
    bool too_small; /* the card had no room for these certificates */
    bool left_locked;
    bool keys_sent; /* a batch with GENERATE has left at least once */
    uint8_t openings;
    uint8_t witness[16];
    uint8_t witness_len;
    uint8_t expected[16]; /* the card's right answer to our challenge */
    uint8_t expected_len;
    struct cardop_key keys[CARDOP_KEYS];
    uint8_t guid[16];    /* issue: the card UUID that is written */
    char card_expiry[9]; /* issue: YYYYMMDD of the CHUID */
};

struct cardop_options {
    enum cardop_service service;
    const char *job;
    const char *origin;
    enum key_type key_type;
    uint32_t management_version, puk_version; /* what the directory believes */
    uint32_t management_version_next;         /* issue; else the same as management_version */
    uint8_t management_algorithm_next; /* of a key that is set; that of the one there is where this
                                          one is not taken */
    uint32_t capabilities; /* the card's record: what it lacks is not asked of it again */
    enum cardop_attest attest;
    size_t certificate_len; /* issue: what a certificate will have at the least; 0: not known */
    bool left_locked;
    uint8_t guid[16];
    const char *card_expiry;
};

/* What the signer (and, when issuing, the directory) contribute to the first batch. Borrowed. */
struct cardop_opening {
    struct span witness_plain, challenge, expected;
    struct span puk_current, puk_next; /* 8 digits each; repair and issue */
    struct span certificate_now;       /* DER of 9A's, where op.room is not 0; not at issue */
    struct span management_key;        /* where it is set: cardop_sets_management() */
    const struct printed_information *printed; /* issue; the expiry is filled in here */
};

MUST_USE enum status cardop_init(struct cardop *ret_op, const struct cardop_options *options);
/* The commands that may run before the job is authorised: nothing is changed by them. For a
 * journalled job the same, adapted to where it stopped. */
void cardop_prelude(const struct cardop *op, const struct card_report *report,
                    struct batch *ret_batch);
/* What becomes of the pair that the card has, by what the card tells: "kept" works until the new
 * one is certified; "replaced" is gone before; "none" to lose. Shown to people beforehand. */
const char *cardop_old_pair(const struct cardop *op, const struct card_report *report);
/* Takes the answers to the prelude: passcode right, old keys alive, witness there. */
MUST_USE enum status cardop_begin(struct cardop *op, const struct card_report *report,
                                  const struct card_identity *identity, struct span nonce,
                                  const struct batch_result *result, struct fault *reterr_fault);
/* Before cardop_begin, when a certificate of this job was revoked meanwhile (I5): its key cannot be
 * certified again, so both are made anew. */
void cardop_forget_keys(struct cardop *op);
/* Before cardop_prelude of a journalled job: keys that are still to be made are of this type, which
 * may have changed since. Keys that the card has already made stay as they are, unless it had no
 * room for their certificates: then another type is another chance. */
void cardop_set_key_type(struct cardop *op, enum key_type type);
/* The same for what is asked of the card about its new keys. */
void cardop_set_attest(struct cardop *op, enum cardop_attest attest);
/* Before cardop_begin: does the statement of this begin permit to wipe the card? */
void cardop_set_reset(struct cardop *op, bool reset);
/* A card that is still to be wiped in this job is the old one as long as that has not happened. */
bool cardop_resets(const struct cardop *op);
enum cardop_wanted cardop_want(const struct cardop *op);
/* Does the batch that cardop_open makes now set the management key? Then the opening must have it.
 */
bool cardop_sets_management(const struct cardop *op);
/* The version whose key must answer op->witness is op->management_trying; when it is 0, the
 * candidate is op->factory.candidate. PUKs and management key are only asked for when
 * cardop_opening_sets_secrets. */
MUST_USE enum status cardop_open(struct cardop *op, const struct cardop_opening *opening,
                                 const struct span certificates[CARDOP_KEYS],
                                 struct batch *ret_batch);
/* When CARDOP_WANT_RESET. */
MUST_USE enum status cardop_reset(struct cardop *op, struct batch *ret_batch);
/* After both certificates were issued: their DER. STATUS_CERTIFICATE_REFUSED: one is not for the
 * key that the card made. */
MUST_USE enum status cardop_write(struct cardop *op, const struct span certificates[CARDOP_KEYS],
                                  struct batch *ret_batch);
/* Takes the answers to the last batch. On OK, cardop_want tells what is next; when that is
 * CARDOP_WANT_ANSWERS, `ret_batch` holds a further batch (new witness, keys again).
 * Anything else is in `reterr_fault`; the machine stays resumable. */
MUST_USE enum status cardop_accept(struct cardop *op, const struct batch_result *result,
                                   const struct span certificates[CARDOP_KEYS],
                                   struct batch *ret_batch, struct fault *reterr_fault);
/* Does the batch that cardop_open makes now set PUK and passcode? */
bool cardop_opening_sets_secrets(const struct cardop *op);
/* What the answers that led to CARDOP_WANT_CERTIFICATES hold of an attestation; spans into
 * `result`, empty where the card gave none. */
struct cardop_attested {
    bool asked;                         /* the card can, and the policy wants it */
    struct span device;                 /* DER: certificate of F9 */
    struct span keys[CARDOP_KEYS];      /* DER: of each key */
    unsigned pin_policies[CARDOP_KEYS]; /* what it may say (attestation.h) */
};
void cardop_attested(const struct cardop *op, const struct batch_result *result,
                     struct cardop_attested *ret_attested);
/* For the card's record: bits of card_model.h, with what this job has learnt. What an earlier one
 * learnt stands in `before`, the record as it was. */
uint32_t cardop_capabilities(const struct cardop *op, uint32_t before);
void cardop_committed(struct cardop *op);

/* What a certificate of that length has with another type of key. */
size_t cardop_certificate_len(size_t len, enum key_type from, enum key_type to);

/* Journal form; version byte first. Decoding takes hostile bytes: STATUS_STORE. */
MUST_USE enum status cardop_encode(const struct cardop *op, struct buf *ret_bytes);
MUST_USE enum status cardop_decode(struct span bytes, struct cardop *ret_op);

const char *cardop_service_name(enum cardop_service service); /* "renew" */
MUST_USE bool cardop_service_by_name(const char *name, enum cardop_service *ret_service);
/* The algorithm of the key 9B that is on the card, as the directory has it: "tdes", "aes128",
 * "aes192", "aes256". */
const char *cardop_management_name(const struct cardop *op);
const char *cardop_stage_name(enum cardop_stage stage);
