/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "signer/signer.h"
#include "test/lib/test.h"

/* signer_fixture: a whole organisation in memory: root, two issuing CAs, audit, a signer, an
 * operator with a card of their own, and a holder's card with two keys. Everything from one seed,
 * but for signatures.
 *
 *     struct signer_fixture *f = signer_fixture_open();
 *     struct signer_request *request = signer_fixture_request(f, SIGNER_PUK, "repair");
 *     CHECK_EQ(signer_fixture_ask(f, request), STATUS_OK);       f->answer
 *     signer_fixture_close(f); */
enum { FIXTURE_NOW = 1800000000 };

#define FIXTURE_OPERATOR "500000000011"
#define FIXTURE_HOLDER "500000000022"
#define FIXTURE_ORIGIN "https://ra.example:8443"

/* A certificate with its key, wherever it comes from. */
struct signer_fixture_card {
    struct private_key *key;
    uint8_t der[X509_DER_MAX];
    size_t len;
};

struct signer_fixture {
    struct entropy entropy;
    uint64_t seed;
    instant now;
    struct signer_fixture_card root, issuers[SIGNER_PURPOSE_MAX], audit, operator;
    struct private_key *holder_keys[SIGNER_PURPOSE_MAX];
    struct signer signer;
    struct signer_request request;
    struct signer_answer answer;
    uint8_t crl[65536];
};

struct signer_fixture *signer_fixture_open(void);
/* Another organisation: the same names, other keys. */
struct signer_fixture *signer_fixture_open_seeded(uint64_t seed);
void signer_fixture_close(struct signer_fixture *f);
/* Another signer with the same keys and nothing remembered: as after a restart. */
void signer_fixture_restart(struct signer_fixture *f);

/* Content-signing certificate of `person`, made by `issuer`, starting at `start`. */
void signer_fixture_make_card(struct signer_fixture *f, const struct signer_fixture_card *issuer,
                              const char *person, instant start,
                              struct signer_fixture_card *ret_card);
void signer_fixture_free_card(struct signer_fixture_card *card);

/* A good request of each kind; for those that act on a card with a fresh nonce, signed by the
 * operator. It is f->request. */
struct signer_request *signer_fixture_request(struct signer_fixture *f, enum signer_kind kind,
                                              const char *operation);
/* Another kind under the authority that f->request has. */
struct signer_request *signer_fixture_same_statement(struct signer_fixture *f,
                                                     enum signer_kind kind);
/* Signs the statement anew, and the proof of a certificate request. */
void signer_fixture_sign(struct signer_fixture *f, struct signer_request *request,
                         const struct signer_fixture_card *operator);
void signer_fixture_use_key(struct signer_fixture *f, struct signer_request *request,
                            enum signer_purpose purpose, const struct private_key *key);
/* The answer's status; the answer is f->answer. */
enum status signer_fixture_ask(struct signer_fixture *f, const struct signer_request *request);
/* Revokes a serial of the content-signing CA. */
void signer_fixture_revoke(struct signer_fixture *f, const char *serial);
