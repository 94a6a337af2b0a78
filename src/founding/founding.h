/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "founding/founding_issue.h"

/* founding: the first minute of an organisation: root and issuing CAs, the signer's folder, the
 * data base with its policy, the server's and the agents' configuration, the first RA manager.
 *
 *     status = founding_check(&options, &fault);        founding_check.h: the values, first of all
 *     status = founding_create(&options, &fault);       everything but the card
 *     status = founding_open(&options, &opened, &fault); store and keys, to issue the first card
 *     founding_close(&opened);
 *
 * What it makes below `directory`:
 *     root-key.pem        the root's key, encrypted: to be taken away; no program loads it
 *     ca-chain.pem        both issuing CAs and the root: for whoever checks our certificates
 *     root.crl            the root's own list, for whoever checks whole chains
 *     signer/             signer_directory.h
 *     server/             server.json, cardwright.db, token.key, tls.pem, tls.key, CA certificates
 *     agent/              agent.json, server-ca.pem: to be copied to each workstation
 * `directory` is there whole or not at all (folder_new.h): it must not exist yet, or be empty. As
 * root, `signer/` goes to signer_uid and `server/` to server_uid; else both belong to whoever
 * calls.
 * Errors: those of signer_directory.h and store.h, PLACE_TAKEN, BAD_FILE for policy or profiles,
 * with the file in `reterr_fault`.
 * Tests: test/unit/founding/test_founding.c, test/e2e/test_init.py, test_files_refused.py */
struct founding_person {
    const char *uuid, *given, *family, *title, *email;
};

struct founding_options {
    const char *directory;
    const char *data;    /* folder with policies/ and profiles/ */
    const char *policy;  /* "cis-2015": a file of data/policies, without ".json" */
    const char *address; /* "127.0.0.1" */
    const char *host;    /* as agents name it: a DNS name or an address */
    int port;
    const char *organisation_name, *organisation_code;
    const char *ra_desk, *site_it, *banner;
    struct founding_person manager;
    const struct secret *signer_passphrase, *root_passphrase;
    bool set_owners;
    uint32_t signer_uid, signer_gid, server_uid, server_gid;
    instant now;
    instant not_before; /* of the CAs; 0: a day before `now` */
    const struct entropy *entropy;
};

struct founding_opened {
    struct store *store;
    struct signer signer;
};

enum { FOUNDING_PATH_MAX = 512, FOUNDING_PROFILE_MAX = 8192, FOUNDING_ORIGIN_MAX = 128 };

/* A certificate profile, as it stands in its file. */
struct founding_profile {
    char path[FOUNDING_PATH_MAX];
    uint8_t text[FOUNDING_PROFILE_MAX];
    size_t len;
};

MUST_USE enum status founding_create(const struct founding_options *options,
                                     struct fault *reterr_fault);
MUST_USE enum status founding_open(const struct founding_options *options,
                                   struct founding_opened *ret_opened, struct fault *reterr_fault);
/* Writes what the signer has to remember, and closes both. */
MUST_USE enum status founding_close(const struct founding_options *options,
                                    struct founding_opened *opened);
/* "https://HOST:PORT": what agents connect to and every signature of a card names. */
MUST_USE bool founding_origin(const struct founding_options *options,
                              char ret_origin[FOUNDING_ORIGIN_MAX]);
/* "DATA/profiles/NAME.json" */
MUST_USE enum status founding_profile_read(const struct founding_options *options,
                                           enum signer_purpose purpose,
                                           struct founding_profile *ret_profile,
                                           struct fault *reterr_fault);
/* "DIRECTORY/NAME" in a text of FOUNDING_PATH_MAX. */
MUST_USE bool founding_path(const struct founding_options *options, const char *name,
                            char *ret_path);
/* founding_file.c: server.json, agent.json, token.key and copies of the CA certificates. */
MUST_USE enum status founding_files(const struct founding_options *options,
                                    struct fault *reterr_fault);
/* founding_store.c */
MUST_USE enum status founding_store(const struct founding_options *options,
                                    struct fault *reterr_fault);
