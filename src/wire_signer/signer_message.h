/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "crypto/cipher.h"
#include "crypto/kdf.h"
#include "crypto/public_key.h"
#include "crypto/signature.h"
#include "crypto/x509_crl.h"
#include "crypto/x509_read.h"
#include "lifecycle/audit_event.h"
#include "piv/factory_model.h"
#include "wire_agent/statement.h"

/* signer_message: everything that the server may ask the signer, and what it answers.
 *
 *     struct signer_request request = { .kind = SIGNER_NONCE };
 *     memcpy(request.nonce.binding, binding, sizeof(binding));
 *     status = signer_message_request_encode(&request, &frame);      one frame = one JSON object
 *     status = signer_message_answer_decode(frame, &memory, &answer);
 *     if (answer.status != STATUS_OK) { the signer refused: answer.status says why }
 *
 * One request, one answer, in order, over a local stream socket with framed messages. There is no
 * request that carries bytes to be signed: the signer builds whatever it signs from the members
 * below. docs/protocol/signer.md shows every message and every rule.
 *
 * Strict decoding: an unknown member, a missing one, a wrong type, a member twice, a text past its
 * limit, a number out of range, odd hex or a list past its limit is STATUS_BAD_MESSAGE, a frame
 * past its limit STATUS_TOO_LARGE; the result is untouched then. A kind that is not in the list is
 * STATUS_METHOD_UNKNOWN. Bytes travel as hex, instants as seconds since 1970.
 *
 * Memory: values without pointers, but for the CRL of an answer. A request is about 40 KiB, so not
 * for deep stacks. An answer may hold secrets: signer_message_answer_wipe when done, and wipe the
 * frame.
 * Tests: test/unit/wire_signer/test_signer_message.c, test_signer_message_request.c and
 * test_signer_message_answer.c (each kind there and back, every truncation, every changed byte,
 * every member), test_examples.c (docs/protocol/signer.md) */
enum {
    SIGNER_VERSION = 1,
    SIGNER_REQUEST_MAX = 131072,      /* bytes of one encoded request */
    SIGNER_CRL_MAX = 4 * 1024 * 1024, /* DER; about 100,000 entries */
    SIGNER_ANSWER_MAX = 2 * SIGNER_CRL_MAX + 4096,
    SIGNER_NONCE_LEN = 56, /* 16 random, 8 time, 32 MAC */
    SIGNER_NONCE_LIFE_SECONDS = 15 * 60,
    SIGNER_CLOCK_SKEW_SECONDS = 10 * 60,
    SIGNER_REVOCATIONS_MAX = 256, /* in one request; ask again for more */
    SIGNER_ENTRIES_MAX = 512,     /* in one checkpoint */
    SIGNER_ISSUED_MAX = 64,       /* in one answer */
    SIGNER_HASH_LEN = 32,
    SIGNER_MANAGEMENT_ANSWERS_MAX = 8, /* quotas of one statement */
    SIGNER_MANAGEMENT_KEYS_MAX = 4,
    SIGNER_PUKS_MAX = 4
};

enum signer_kind {
    SIGNER_STATUS,
    SIGNER_NONCE,
    SIGNER_MANAGEMENT_ANSWER,
    SIGNER_MANAGEMENT_KEY,
    SIGNER_PUK,
    SIGNER_CERTIFICATE,
    SIGNER_REVOKE_AND_CRL,
    SIGNER_CHECKPOINT,
    SIGNER_ISSUED,             /* which certificates were made lately */
    SIGNER_ISSUED_CERTIFICATE, /* one of them */
    SIGNER_KIND_MAX
};

/* Which certificate of a card, and so which of the two issuing CAs and which profile. */
enum signer_purpose { SIGNER_AUTHENTICATION, SIGNER_CONTENT_SIGNING, SIGNER_PURPOSE_MAX };

/* On whose word the signer acts (I13): the operator's statement over a nonce of the signer, with
 * the signature of the operator's 9C over statement_digest. The same authority goes with each
 * request of one job, unchanged. */
struct signer_authority {
    uint8_t binding[SIGNER_HASH_LEN]; /* what the nonce was asked for with */
    struct statement statement;
    uint8_t signature[SIGNATURE_MAX];
    size_t signature_len;
    uint8_t certificate[X509_DER_MAX]; /* of the operator's 9C, DER */
    size_t certificate_len;
};

/* ---- requests ---- */
struct signer_nonce_request {
    /* SHA-256 that the server computes over session and card report. */
    uint8_t binding[SIGNER_HASH_LEN];
};

/* Version 0 of a card's secrets: which of those that it may have from its factory (signer's
 * factory_secret.h). Travels only where a version is 0. */
struct signer_factory {
    struct factory_facts facts;
    uint8_t candidate; /* from 0 */
};

/* Mutual authentication with key 9B (SP 800-73-4 part 2, 3.2.4). */
struct signer_management_request {
    uint8_t card_id[KDF_CARD_ID_LEN]; /* random, of the directory: one per statement */
    uint32_t version;                 /* 0: one that is not ours, see `factory` */
    enum management_algorithm algorithm;
    uint8_t witness[CIPHER_BLOCK_MAX]; /* encrypted, as the card sent it */
    size_t witness_len;                /* unused in SIGNER_MANAGEMENT_KEY */
    struct signer_factory factory;     /* likewise; else where version is 0 */
};

struct signer_puk_request {
    uint8_t card_id[KDF_CARD_ID_LEN];
    uint32_t old_version; /* 0: one that is not ours, see `factory` */
    uint32_t new_version; /* 1 or higher, not old_version */
    struct signer_factory factory;
};

struct signer_certificate_request {
    enum signer_purpose purpose;
    char uuid[13]; /* the holder's; must be the statement's person */
    char given[X509_VALUE_MAX];
    char family[X509_VALUE_MAX];
    char organisation_name[X509_VALUE_MAX];
    char organisation_code[X509_VALUE_MAX]; /* may be empty when no profile names it */
    struct public_key key;                  /* of the card */
    uint8_t proof[SIGNATURE_MAX]; /* by that key, over proof_digest with public_key_hash */
    size_t proof_len;
    uint8_t proof_slot; /* 0x9A, 0x9C */
};

struct signer_crl_request {
    enum signer_purpose issuer;
    uint64_t number; /* the least CRL number that is wanted */
    size_t count;    /* may be 0: only a fresh list */
    struct x509_crl_entry entries[SIGNER_REVOCATIONS_MAX];
};

/* Entries `from` .. `from + count - 1` of the audit chain (lifecycle/audit_event.h). They must lead
 * through the last head that was signed: repeated after a lost answer they may start earlier. */
struct signer_checkpoint_request {
    uint64_t from; /* sequence number of the first entry given; 1 is the first */
    uint8_t previous[SIGNER_HASH_LEN]; /* hash of the entry before it; zero before the first */
    size_t count;                      /* 1 at least */
    uint8_t entries[SIGNER_ENTRIES_MAX][SIGNER_HASH_LEN]; /* audit_event_fields_hash of each */
};

/* What the signer has made and the directory may not know (I5): page by page, oldest first. */
struct signer_issued_request {
    instant after;                     /* ISSUED: those made later; 0: all */
    uint64_t from;                     /* ISSUED: the first of them is 0 */
    uint8_t key_hash[SIGNER_HASH_LEN]; /* ISSUED_CERTIFICATE: public_key_hash */
};

struct signer_request {
    enum signer_kind kind;
    struct signer_authority authority; /* where signer_message_needs_authority */
    union {
        struct signer_nonce_request nonce;
        struct signer_management_request management; /* both MANAGEMENT kinds */
        struct signer_puk_request puk;
        struct signer_certificate_request certificate;
        struct signer_crl_request crl;
        struct signer_checkpoint_request checkpoint;
        struct signer_issued_request issued; /* both ISSUED kinds */
    };
};

/* ---- answers ---- */
struct signer_status_answer {
    uint32_t version;                                     /* SIGNER_VERSION */
    uint8_t issuers[SIGNER_PURPOSE_MAX][SIGNER_HASH_LEN]; /* SHA-256 of the CA certificates */
    uint8_t audit[SIGNER_HASH_LEN];                       /* of the audit certificate */
    uint64_t crl_numbers[SIGNER_PURPOSE_MAX];             /* last one signed */
    struct audit_head head; /* last one signed; zero before the first */
};

struct signer_nonce_answer {
    uint8_t nonce[SIGNER_NONCE_LEN];
    instant expires_at;
};

struct signer_management_answer {
    uint8_t witness[CIPHER_BLOCK_MAX]; /* in the clear: '80' of what goes to the card */
    uint8_t challenge[CIPHER_BLOCK_MAX];
    uint8_t response[CIPHER_BLOCK_MAX]; /* what the card must answer */
    size_t len;                         /* of each */
};

struct signer_puk_answer {
    struct secret old_puk, new_puk;
};

struct signer_certificate_answer {
    uint8_t der[X509_DER_MAX];
    size_t len;
};

struct signer_crl_answer {
    uint64_t number;
    struct span der; /* in the caller's memory */
};

struct signer_issued_answer {
    size_t count; /* less than SIGNER_ISSUED_MAX: that was the last page */
    struct {
        enum signer_purpose purpose;
        uint8_t key_hash[SIGNER_HASH_LEN];
        char job[JOB_ID_TEXT]; /* of the statement; empty: the first card of all, or an older one */
        instant at;
    } entries[SIGNER_ISSUED_MAX];
};

enum { SIGNER_DETAIL_MAX = 96 };

struct signer_answer {
    enum signer_kind kind;
    enum status status;             /* what follows is there only with STATUS_OK */
    char detail[SIGNER_DETAIL_MAX]; /* which check refused; printable, never a secret */
    union {
        struct signer_status_answer state;
        struct signer_nonce_answer nonce;
        struct signer_management_answer management;
        struct secret management_key;
        struct signer_puk_answer puk;
        struct signer_certificate_answer certificate; /* CERTIFICATE, ISSUED_CERTIFICATE */
        struct signer_crl_answer crl;
        struct audit_checkpoint checkpoint;
        struct signer_issued_answer issued;
    };
};

/* "status", "nonce", "management_answer", "management_key", "puk", "certificate",
 * "revoke_and_crl", "checkpoint", "issued", "issued_certificate"; "?" outside the enum. */
const char *signer_message_kind_name(enum signer_kind kind);
MUST_USE bool signer_message_kind_by_name(const char *name, enum signer_kind *ret_kind);
/* "authentication", "content_signing". */
const char *signer_message_purpose_name(enum signer_purpose purpose);
MUST_USE bool signer_message_purpose_by_name(const char *name, enum signer_purpose *ret_purpose);
/* True for the four kinds that touch a card's keys and certificates. */
bool signer_message_needs_authority(enum signer_kind kind);

/* The encoders write JSON text without a terminating zero into an empty buf; it is empty again
 * after a failure: STATUS_TOO_LARGE, STATUS_BAD_VALUE for a value outside its enum or limits. The
 * decoders add STATUS_OUT_OF_MEMORY to the errors above. */
MUST_USE enum status signer_message_request_encode(const struct signer_request *request,
                                                   struct buf *ret_frame);
MUST_USE enum status signer_message_request_decode(struct span frame,
                                                   struct signer_request *ret_request);
MUST_USE enum status signer_message_answer_encode(const struct signer_answer *answer,
                                                  struct buf *ret_frame);
/* `memory` takes the DER of a CRL; any other answer leaves it alone, so it may be empty. */
MUST_USE enum status signer_message_answer_decode(struct span frame, struct buf *memory,
                                                  struct signer_answer *ret_answer);
void signer_message_answer_wipe(struct signer_answer *answer);
