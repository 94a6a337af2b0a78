/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backup/backup_manifest.h"
#include "crypto/entropy.h"

/* backup_restore: an organisation again from its copy, at a new place. docs/backup.md.
 *
 *     status = backup_restore(&options, &manifest, &fault);
 *
 * Everything in the copy is looked at before the folder gets its name: hashes, keys with the
 * passphrase, the manifest's code, configuration, data base. What is new: token.key (so every
 * session is over), higher numbers for revocation lists, an entry in the audit that says which
 * copy was brought back. `directory` NULL: only look; nothing stays, and no key comes to the disk.
 * Errors: NOT_FOUND or BAD_FILE with the copy's path, BACKUP_DAMAGED, BACKUP_VERSION, PLACE_TAKEN,
 *         KEY_FILE (the passphrase), DISK_FULL, those of store.h; with the file in `reterr_fault`.
 *         Nothing is left behind then.
 * Tests: test/e2e/test_backup.py */
struct backup_restore_options {
    const char *copy;
    const char *directory; /* of the organisation to be made; NULL: none */
    const struct secret *passphrase;
    bool set_owners; /* as root: signer/ and server/ to users of their own */
    uint32_t signer_uid, signer_gid, server_uid, server_gid;
    const struct entropy *entropy;
    instant now;
};

MUST_USE enum status backup_restore(const struct backup_restore_options *options,
                                    struct backup_manifest *ret_manifest,
                                    struct fault *reterr_fault);
