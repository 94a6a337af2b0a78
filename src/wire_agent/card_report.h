/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/status.h"
#include "crypto/x509_read.h"
#include "piv/metadata.h"

/* card_report: who is this card? What the agent read from it, as read, for the server to judge.
 *
 *     card_report_init(&report); ... json_t *json = card_report_to_json(&report);
 *
 * Nothing here is believed before a key of the card has signed. Objects are the raw contents of
 * their '53' (SP 800-73-4 part 1, table 3), torn ones included: decoding is the reader's task.
 * Made from a card's answers by card_report_read.h. JSON form: docs/protocol/agent.md; an absent
 * member has its default, an unknown one is STATUS_BAD_MESSAGE.
 * Memory: self-contained, no pointers. Limits: the sizes below.
 * Tests: test/unit/wire_agent/test_card_report.c, test_card_identity.c */
enum {
    REPORT_ATR_MAX = 33,
    REPORT_SERIAL_MAX = 24, /* text, terminating zero included */
    REPORT_VERSION_MAX = 16,
    REPORT_OBJECT_MAX = 3072,
    REPORT_SMALL_MAX = 512
};

enum report_object {
    REPORT_CHUID,
    REPORT_DISCOVERY,
    REPORT_CERTIFICATE_9A,
    REPORT_CERTIFICATE_9C,
    REPORT_OBJECT_COUNT
};
/* F7 answers of the keys and secrets, empty where the card has no such command. */
enum report_metadata {
    REPORT_METADATA_9A,
    REPORT_METADATA_9C,
    REPORT_METADATA_9B,
    REPORT_METADATA_80,
    REPORT_METADATA_81,
    REPORT_METADATA_COUNT
};

struct report_bytes {
    uint16_t len;
    uint8_t bytes[REPORT_SMALL_MAX];
};

struct report_data {
    uint16_t len; /* 0: absent */
    uint16_t sw;  /* what the card answered */
    uint8_t bytes[REPORT_OBJECT_MAX];
};

struct card_report {
    uint8_t atr[REPORT_ATR_MAX];
    size_t atr_len;
    char serial[REPORT_SERIAL_MAX];   /* decimal; empty: the card tells none */
    char version[REPORT_VERSION_MAX]; /* "5.4.3"; empty: the card tells none */
    bool contactless;
    bool extended_length;         /* worked, or the ATR says so */
    int tries_left;               /* of the PIN: -1 unknown, 0 blocked */
    uint8_t management_algorithm; /* SP 800-78-4 table 6-2; 0: not known */
    uint8_t insertion[16];        /* random, made anew by the agent at each insertion */
    struct report_data objects[REPORT_OBJECT_COUNT];
    struct report_bytes metadata[REPORT_METADATA_COUNT];
};

void card_report_init(struct card_report *r);
json_t *card_report_to_json(const struct card_report *r); /* new reference, NULL: no memory */
MUST_USE enum status card_report_of_json(const json_t *json, struct card_report *ret_report);
/* SHA-256 over a canonical form of everything: what a nonce is bound to. */
MUST_USE enum status card_report_hash(const struct card_report *r, uint8_t ret_hash[32]);

/* ---- what both sides make of it, by the same code ---- */
struct card_identity {
    /* "serial 10000042", else "guid " and 32 hex digits, else "certificate " and the first 56 hex
     * digits of the fingerprint; "blank"; "unreadable" when all that is there is torn */
    char text[72];
    char serial[REPORT_SERIAL_MAX];
    char guid[33];  /* lower-case hex; empty: none, or all zero */
    bool blank;     /* no CHUID and no certificate */
    bool prefilled; /* no certificate, and a CHUID that nobody signed: some makers' cards come so */
    bool torn;      /* CHUID or a certificate is there but cannot be decoded (compressed counts) */
    bool has_certificate[2]; /* [0] authentication 9A, [1] content signing 9C */
    struct x509_info certificates[2];
    uint8_t fingerprints[2][32]; /* SHA-256 of each certificate's DER; zero when absent */
};

MUST_USE enum status card_identity_of_report(const struct card_report *r,
                                             struct card_identity *ret_identity);
/* Nobody's, as far as can be seen: blank, or prefilled with another GUID than `guid`, which is the
 * one that we gave it, or are about to give it; "": none. */
MUST_USE bool card_identity_is_unissued(const struct card_identity *identity, const char *guid);
/* The DER inside the report's certificate object; empty when absent or torn. `index` 0 = 9A. */
struct span card_report_certificate(const struct card_report *r, size_t index);
/* What the card told of that key or secret; false: nothing, or nothing that can be read. */
MUST_USE bool card_report_metadata(const struct card_report *r, enum report_metadata which,
                                   struct metadata *ret_metadata);
/* Bits of enum card_capability (card_model.h), by all that the report says. */
unsigned card_report_capabilities(const struct card_report *r);
/* Tries left of the PUK, where the card tells about it; -1: it does not. */
int card_report_puk_tries(const struct card_report *r);
/* Passcode blocked, and the PUK too as far as the card tells: only a reset could help it. */
bool card_report_is_blocked(const struct card_report *r);
/* "PIV", or "PIV 5.4.3" for a card that tells its version: what the directory calls the make. */
void card_identity_model(const struct card_report *r, char *ret_model, size_t max);
