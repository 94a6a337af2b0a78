/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "card/batch_run.h"
#include "cardop/cardop.h"
#include "crypto/kdf.h"
#include "signer/factory_secret.h"
#include "vcard/vcard_delivery.h"

/* card_bench: one virtual card, one desk, and what a server keeps of card and job, in one process.
 *
 *     static struct bench b;                     (large: not for the stack)
 *     bench_issued(&b, VCARD_MODEL_STANDARD);    a card that was issued just now
 *     CHECK_EQ(bench_job(&b, CARDOP_RENEW), STATUS_OK);
 *     bench_check_good(&b);                      current pair, PUK and management key fit the card
 *
 * The machine lives in the journal: each batch is preceded by cardop_encode and followed by
 * cardop_decode, as on a server that handles each request for itself. The signer is a few lines
 * over crypto/kdf.h and an authority of its own. Whatever the bench finds broken that is never
 * permitted (a PUK wasted, a third candidate) fails the test at once. */
enum { BENCH_CERTIFICATES_MAX = 64, BENCH_LOG_MAX = 4096, BENCH_DETAIL_MAX = 80 };

enum bench_state { BENCH_PENDING, BENCH_CURRENT, BENCH_SUPERSEDED, BENCH_REVOKED };

struct bench_certificate {
    enum bench_state state;
    size_t index; /* CARDOP_AUTHENTICATION or CARDOP_SIGNING */
    uint8_t key_hash[32];
    uint8_t fingerprint[32];
    uint8_t der[CARDOP_CERTIFICATE_MAX];
    size_t len;
};

struct bench {
    struct vcard card;
    uint64_t drawn; /* entropy used so far */

    /* directory */
    uint8_t card_id[KDF_CARD_ID_LEN];
    uint32_t management_version, puk_version;
    uint32_t capabilities; /* that the last job has learnt */
    struct bench_certificate certificates[BENCH_CERTIFICATES_MAX];
    size_t certificates_count;

    /* journal; empty: no open job */
    uint8_t journal[CARDOP_ENCODED_MAX];
    size_t journal_len;
    unsigned jobs;

    /* desk */
    struct secret pin, new_pin;
    struct card_report report;
    struct card_identity identity;
    struct batch batch;
    struct batch_result result;
    struct cardop op;
    struct fault fault;
    uint8_t nonce[16];

    /* options of the next run */
    struct factory_secret own; /* the buyer's transport set; empty: none */
    bool reset;                /* the statement of the next begin permits to wipe the card */
    bool left_locked;
    uint32_t unsent_in; /* the reader does not take this command, counted from 1; 0: it takes all */
    bool agent_dies;    /* what a cut left of the answers is never posted */
    enum key_type key_type;
    enum cardop_attest attest;         /* of the policy */
    size_t certificate_len;            /* issue: what is expected; 0: not known */
    uint8_t management_algorithm_next; /* issue: what 9B becomes */
    void (*tamper)(struct bench *b);   /* changes b->result before it is posted */
    struct vcard_fault fault_next;     /* armed behind the reading of the next begin */
    struct bench *swapped;             /* not NULL: its card answers from the next batch on */

    /* what was seen */
    unsigned round_trips; /* of the job: begin and steps */
    unsigned apdus;       /* physical, of the job */
    char log[BENCH_LOG_MAX];
    unsigned puk_commands; /* of the job, right or wrong */
    uint8_t wrong_puk[8];
    bool has_wrong_puk;
};

/* A blank card that is made so; cards of one test differ in `card_id`. */
void bench_blank_of(struct bench *b, const struct vcard_options *options, uint8_t card_id);
/* A blank card of the vendor's model that can attest; the bench's authority is its maker too. */
void bench_blank_attesting(struct bench *b, uint8_t card_id);
/* Issues the blank card, which is then put in again; the next passcode is set. */
void bench_issue(struct bench *b);
void bench_blank(struct bench *b, enum vcard_model model, uint32_t features);
/* `features` come on top of the model's. */
void bench_issued(struct bench *b, enum vcard_model model);
void bench_issued_with(struct bench *b, enum vcard_model model, uint32_t features);
/* The card is pulled and put in again. */
void bench_insert(struct bench *b);
/* At this physical APDU of the next job, prelude included. */
void bench_arm(struct bench *b, enum vcard_fault_kind kind, uint32_t at);
/* The fault that was armed last has happened. */
bool bench_fault_happened(const struct bench *b);

/* Identify, prelude and begin: on OK the first batch is in b->batch and the journal is written. */
enum status bench_begin(struct bench *b, enum cardop_service service);
/* Plays the batch, hands in the answers, does what the machine wants. */
enum status bench_step(struct bench *b);
/* begin and steps until the machine is finished, or the first failure. */
enum status bench_job(struct bench *b, enum cardop_service service);
bool bench_job_open(const struct bench *b);

/* Asserts what must hold after a job: the pair that is current is on the card and fits its keys;
 * PUK and management key are those of the directory; no PUK try is missing. */
void bench_check_good(const struct bench *b);
/* What is never touched by `renew` and `repair`: all keys and objects but those of 9A and 9C. */
void bench_check_untouched(const struct bench *before, const struct bench *after);
size_t bench_count(const struct bench *b, enum bench_state state);
struct span bench_certificate_on_card(const struct bench *b, size_t index);
/* The card's key in the slot of this index; its public point. */
struct span bench_key_on_card(const struct bench *b, size_t index);
/* Certificate of the authority that certifies the bench's keys. */
struct span bench_authority(void);
void bench_puk(const struct bench *b, uint32_t version, char ret_puk[9]);
/* Somebody set it to the maker's value; the directory does not know. */
void bench_set_back_puk(struct bench *b);
void bench_set_back_management(struct bench *b);
/* Plays `batch` on the card, with proofs and passcodes; the answers are in b->result. */
void bench_play(struct bench *b);
