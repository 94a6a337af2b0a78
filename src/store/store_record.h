/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/bytes.h"
#include "base/instant.h"

/* store_record: the rows of the data base as plain structs of a fixed size.
 *
 *     struct card_record card = { .id = "00112233445566778899aabbccddeeff", .state = "blank" };
 *
 * A text is zero-terminated UTF-8 without control characters, empty when there is none; each size
 * below counts the zero. An instant of 0 means "never" or "not known". Forms, checked in both
 * directions (a wrong form is BAD_VALUE on the way in and STORE on the way out):
 *   uuid, profile id   12 digits
 *   id                 128 bits as 32 lower case hex digits
 *   serial (of a certificate), guid   lower case hex, an even number of digits
 *   word               lower case letters, digits and '_', starting with a letter
 * Memory: no pointers inside; larger bytes (photograph, answer of a step) travel beside the record.
 * Tests: test/unit/store */
enum {
    STORE_UUID_MAX = 13,
    STORE_ID_MAX = 33,
    STORE_NAME_MAX = 101,
    STORE_TITLE_MAX = 36,
    STORE_EMAIL_MAX = 255,
    STORE_CODE_MAX = 17, /* ODS code, job role, activity */
    STORE_DATE_MAX = 11, /* "1970-01-31" */
    STORE_WORD_MAX = 33, /* names of states, services, phases, purposes, reasons */
    STORE_LABEL_MAX = 65,
    STORE_ACTIVITIES_MAX = 401,
    STORE_CARD_SERIAL_MAX = 65,
    STORE_GUID_MAX = 33,
    STORE_CERTIFICATE_SERIAL_MAX = 41, /* 20 octets (RFC 5280, 4.1.2.2) */
    STORE_DER_MAX = 2048,
    STORE_DIGEST_LEN = 32,
    STORE_MEDIA_TYPE_MAX = 33,
    STORE_PHOTO_MAX = 256 * 1024,
    STORE_JOB_STATE_MAX = 8192,
    STORE_STATEMENT_MAX = 4096,
    STORE_SIGNATURE_MAX = 512,
    STORE_ANSWER_MAX = 64 * 1024,
    STORE_SETTING_MAX = 64 * 1024,
    STORE_NONCE_MAX = 64
};

struct person_record {
    char uuid[STORE_UUID_MAX];
    char given[STORE_NAME_MAX];
    char family[STORE_NAME_MAX];
    char title[STORE_TITLE_MAX];
    char email[STORE_EMAIL_MAX];
    char org_code[STORE_CODE_MAX];
    char date_of_birth[STORE_DATE_MAX]; /* or empty */
    bool closed;
    instant updated_at;
};

struct organisation_record {
    char code[STORE_CODE_MAX]; /* ODS code */
    char name[STORE_NAME_MAX];
    char parent_code[STORE_CODE_MAX]; /* or empty */
};

struct profile_record {
    char id[STORE_UUID_MAX];
    char person_uuid[STORE_UUID_MAX];
    char job_role[STORE_CODE_MAX]; /* "R5090" */
    char role_name[STORE_NAME_MAX];
    char activities[STORE_ACTIVITIES_MAX]; /* "B0267 B0274": codes, one space between */
    char org_code[STORE_CODE_MAX];
    instant starts_at; /* 0: since ever */
    instant ends_at;   /* the first moment at which it is over; 0: open */
};

struct card_record {
    char id[STORE_ID_MAX];
    char person_uuid[STORE_UUID_MAX];     /* or empty: nobody's */
    char serial[STORE_CARD_SERIAL_MAX];   /* or empty: a standard card has none */
    char guid[STORE_GUID_MAX];            /* or empty */
    char printed_number[STORE_LABEL_MAX]; /* what stands on the plastic, or empty */
    char model[STORE_LABEL_MAX];
    char state[STORE_WORD_MAX]; /* name of the card_state */
    uint32_t management_key_version;
    char management_key_algorithm[STORE_WORD_MAX]; /* "aes192"; empty: not known */
    uint32_t puk_version;
    uint32_t capabilities; /* bits of the card model, with its SURVEYED; 0: not known */
    instant issued_at;
    instant updated_at;
    uint32_t revision; /* counts the updates; see store_card_update */
};

struct certificate_record {
    char serial[STORE_CERTIFICATE_SERIAL_MAX];
    char card_id[STORE_ID_MAX];
    char job_id[STORE_ID_MAX];    /* or empty */
    char purpose[STORE_WORD_MAX]; /* "authentication" or "content_signing" */
    char state[STORE_WORD_MAX];   /* name of the credential_state */
    uint8_t der[STORE_DER_MAX];
    size_t der_len;
    uint8_t fingerprint[STORE_DIGEST_LEN];     /* SHA-256 of the DER */
    uint8_t public_key_hash[STORE_DIGEST_LEN]; /* SHA-256 of the SubjectPublicKeyInfo */
    instant not_before;
    instant not_after;
    instant issued_at;
    instant state_at;                       /* when it came into this state */
    instant revoked_at;                     /* 0: not revoked */
    char revocation_reason[STORE_WORD_MAX]; /* "superseded", "key_compromise"; or empty */
    char attestation[STORE_WORD_MAX];       /* "attested", or why not; empty: not known */
};

/* What a CRL needs of a certificate. */
struct revoked_record {
    char serial[STORE_CERTIFICATE_SERIAL_MAX];
    char reason[STORE_WORD_MAX];
    instant revoked_at;
    instant not_after;
};

/* What a key has shown of itself that no other key may show; see store_key_trace_add. */
struct key_trace_record {
    char kind[STORE_WORD_MAX];       /* "material": weak_key_material; "nonce": signature_nonce */
    uint8_t hash[STORE_DIGEST_LEN];  /* of that */
    uint8_t owner[STORE_DIGEST_LEN]; /* SHA-256 of the public key, or of the whole signature */
    char purpose[STORE_WORD_MAX];    /* of the key's certificate; "proof" */
    char card_id[STORE_ID_MAX];
    instant at;
};

/* What the sweep found out about the key of a certificate. */
struct key_finding_record {
    char serial[STORE_CERTIFICATE_SERIAL_MAX]; /* of the certificate */
    char reason[STORE_WORD_MAX];               /* "roca", "shared", ... */
    instant at;
};

struct job_record {
    char id[STORE_ID_MAX];
    char card_id[STORE_ID_MAX];
    char service[STORE_WORD_MAX];
    char phase[STORE_WORD_MAX];
    char operator_uuid[STORE_UUID_MAX];
    char operator_profile_id[STORE_UUID_MAX];
    char workstation[STORE_LABEL_MAX];
    uint8_t policy_hash[STORE_DIGEST_LEN];
    uint8_t state[STORE_JOB_STATE_MAX]; /* opaque: how the card machine goes on */
    size_t state_len;
    uint8_t statement[STORE_STATEMENT_MAX]; /* what the operator's card signed */
    size_t statement_len;
    uint8_t signature[STORE_SIGNATURE_MAX];
    size_t signature_len;
    uint8_t operator_fingerprint[STORE_DIGEST_LEN]; /* of the certificate that verifies it */
    instant created_at;
    instant updated_at;
    char result[STORE_WORD_MAX]; /* empty: the job is open */
    uint32_t revision;           /* counts the updates; see store_job_update */
};

/* A job in a list: without its bytes. */
struct job_summary {
    char id[STORE_ID_MAX];
    char card_id[STORE_ID_MAX];
    char service[STORE_WORD_MAX];
    char phase[STORE_WORD_MAX];
    char operator_uuid[STORE_UUID_MAX];
    instant created_at;
    instant updated_at;
    char result[STORE_WORD_MAX];
};

struct job_step_record {
    char job_id[STORE_ID_MAX];
    uint32_t number;                        /* 1 is the first */
    uint8_t request_hash[STORE_DIGEST_LEN]; /* SHA-256 of the request's body */
    instant at;
};

struct session_record {
    char id[STORE_ID_MAX];
    char person_uuid[STORE_UUID_MAX];
    char profile_id[STORE_UUID_MAX];
    char card_id[STORE_ID_MAX];
    char workstation[STORE_LABEL_MAX];
    instant started_at;
    instant ended_at;                /* 0: live */
    char end_reason[STORE_WORD_MAX]; /* "card_removed", "logged_out"; empty: live */
};

/* Which workstation saw which version of a card's PUK. */
struct puk_record {
    char card_id[STORE_ID_MAX];
    char job_id[STORE_ID_MAX];
    char workstation[STORE_LABEL_MAX];
    uint32_t version;
    instant at;
};
