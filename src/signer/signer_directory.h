/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ca/authority.h"
#include "crypto/entropy.h"
#include "crypto/kdf.h"
#include "signer/signer.h"

/* signer_directory: the signer's keys and certificates on the disk: made once by `cardwright init`,
 * loaded by cardwright-signer.
 *
 *     status = signer_directory_create(&options, &made);
 *     status = signer_directory_load("/var/lib/cardwright-signer", &passphrase, &keys);
 *
 * DIR (0700):
 *     root.pem                                the root's certificate
 *     root.crl                                its list, empty, good as long as the issuing CAs
 *     authentication-ca.pem  .key             issuing CA of 9A: certificate, encrypted PKCS #8
 *     signing-ca.pem         .key             issuing CA of 9C
 *     audit.pem              .key             signs checkpoints
 *     ca-chain.pem                            both issuing CAs and the root, for others
 *     master.key                              card master key, and the key that locks the other
 *                                             .key files, locked with the passphrase
 *                                             (sealed_secret.h)
 *     profiles/authentication.json, profiles/content-signing.json
 *     state/journal, state/head               state_file.h
 *     transport.json                          only where somebody put it: transport_key.h; 0600
 * Outside it: the root's key, encrypted, at `root_key_path`, to be taken away; no program loads it.
 * The server's TLS key, unencrypted (0600), and certificate with the root behind it.
 *
 * Nothing that exists is replaced (STATUS_STORE_CONFLICT). A create that fails half way leaves what
 * it made; the folder is then not usable and to be removed by hand.
 * The passphrase is stretched once, for master.key: a start costs one slow key, not one for each
 * file, and a new passphrase is one new file.
 * Keys are P-256: a CA of P-384 signs about forty times slower.
 * Errors: those of port/file_write.h, ca/authority.h; load: STATUS_KEY_FILE, STATUS_BAD_FILE,
 *         STATUS_NOT_FOUND; `reterr_name` says which file.
 * Tests: test/unit/signer/test_signer_directory.c */
#define SIGNER_DIRECTORY_PROFILE_AUTHENTICATION "profiles/authentication.json"
#define SIGNER_DIRECTORY_TRANSPORT "transport.json"
#define SIGNER_DIRECTORY_PROFILE_CONTENT_SIGNING "profiles/content-signing.json"

enum {
    SIGNER_DIRECTORY_PATH_MAX = 1024,
    SIGNER_DIRECTORY_NAME_MAX = 64,
    SIGNER_DIRECTORY_ROOT_YEARS = 30,
    SIGNER_DIRECTORY_CA_YEARS = 15,
    SIGNER_DIRECTORY_TLS_DAYS = 730,
    SIGNER_DIRECTORY_MASTER_LEN = KDF_MASTER_LEN + PRIVATE_KEY_WRAPPING_LEN
};

struct signer_directory_options {
    const char *directory;
    const char *root_key_path;
    const char *server_certificate_path, *server_key_path; /* both NULL: no TLS pair */
    const struct secret *passphrase;                       /* of the signer's keys */
    const struct secret *root_passphrase;                  /* of the root's key */
    struct span profiles[SIGNER_PURPOSE_MAX]; /* JSON; checked before anything is made */
    const char *country;                      /* NULL: left out */
    const char *organisation_name;
    const char *crl_uris[SIGNER_PURPOSE_MAX]; /* of the CAs' own certificates; NULL: none */
    const char *dns_names[X509_ALT_NAMES_MAX];
    const char *ip_addresses[X509_ALT_NAMES_MAX];
    instant now;        /* start of the TLS certificate */
    instant not_before; /* start of root and CAs; 0: one day before `now` */
    bool set_owner;     /* hand DIR over to the signer's own user */
    uint32_t owner_uid, owner_gid;
    const struct entropy *entropy;
};

/* The certificates, for the directory data base and the agents' configuration. */
struct signer_directory_certificate {
    uint8_t der[X509_DER_MAX];
    size_t len;
};

struct signer_directory_made {
    struct signer_directory_certificate root, issuers[SIGNER_PURPOSE_MAX], audit, server;
};

MUST_USE enum status signer_directory_create(const struct signer_directory_options *options,
                                             struct signer_directory_made *ret_made);
/* signer_keys_wipe (or signer_open, which takes them over) when done. */
MUST_USE enum status signer_directory_load(const char *directory, const struct secret *passphrase,
                                           struct signer_keys *ret_keys,
                                           char reterr_name[SIGNER_DIRECTORY_NAME_MAX]);
