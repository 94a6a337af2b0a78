/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/instant.h"
#include "base/secret.h"
#include "base/status.h"
#include "crypto/digest.h"

/* backup_manifest: what a copy of an organisation consists of, with the hash of each file.
 *
 *     status = backup_manifest_add(&manifest, "server/cardwright.db", bytes);
 *     status = backup_manifest_encode(&manifest, &text);
 *     status = backup_manifest_decode(text, &manifest, &fault);
 *     status = backup_manifest_mac(master, text, mac);
 *
 * JSON, strict. A name is one to three parts of letters, digits, '.', '_' and '-', none of which
 * begins with a '.': it cannot lead out of the folder. The code over the text, with a key from
 * the card master key, shows what somebody changed who has not the signer's passphrase.
 * Errors: BACKUP_DAMAGED, BACKUP_VERSION (another format, or a newer data base), BAD_VALUE (a
 *         name), TOO_LARGE.
 * Tests: test/unit/backup/test_backup_manifest.c */
enum {
    BACKUP_NAME_MAX = 96,
    BACKUP_FILES_MAX = 64,
    BACKUP_PROGRAM_MAX = 32,
    BACKUP_MANIFEST_TEXT_MAX = 32768,
    BACKUP_MAC_LEN = 32
};

struct backup_file {
    char name[BACKUP_NAME_MAX];
    uint64_t size;
    uint8_t hash[DIGEST_SHA256_LEN];
};

struct backup_manifest {
    char program[BACKUP_PROGRAM_MAX]; /* the version that made it */
    uint32_t store_version;
    instant made_at;
    uint64_t entries,
        signed_entries; /* of the audit: the last one, the last one under a checkpoint */
    struct backup_file files[BACKUP_FILES_MAX];
    size_t count;
};

MUST_USE enum status backup_manifest_add(struct backup_manifest *manifest, const char *name,
                                         struct span bytes);
MUST_USE enum status backup_manifest_encode(const struct backup_manifest *manifest,
                                            struct buf *ret_text);
MUST_USE enum status backup_manifest_decode(struct span text, struct backup_manifest *ret_manifest,
                                            struct fault *reterr_fault);
/* NULL: not in the list. */
const struct backup_file *backup_manifest_find(const struct backup_manifest *manifest,
                                               const char *name);
MUST_USE enum status backup_manifest_check(const struct backup_file *file, struct span bytes);
MUST_USE enum status backup_manifest_mac(const struct secret *master, struct span text,
                                         uint8_t ret_mac[BACKUP_MAC_LEN]);
