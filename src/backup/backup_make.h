/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backup/backup_manifest.h"
#include "crypto/entropy.h"
#include "server/config.h"

/* backup_make: a copy of an organisation, taken while server and signer work. docs/backup.md.
 *
 *     status = backup_make(&options, &made, &fault);
 *
 * Order: the data base as of one moment; then the signer's journal, so that nothing the data
 * base says the signer did is missing in it; the signer's audit head is set to the newest
 * checkpoint of that data base (state_copy.h). The copy is opened with the passphrase before it
 * gets its name: it can be brought back. Keys are in it as they lie in the signer's folder,
 * locked; what lies in the clear (TLS key, keys of blank cards) is sealed, and token.key is left
 * out: a restored server gets a new one.
 * Errors: PLACE_TAKEN, DISK_FULL, KEY_FILE (the passphrase), BAD_VALUE (an organisation that is
 *         laid out otherwise), AUDIT_HEAD (data base and signer do not belong together), those
 *         of store.h; with the file in `reterr_fault`. Nothing is left behind then.
 * Tests: test/e2e/test_backup.py */
struct backup_options {
    const char *directory; /* of the organisation, as `init` made it */
    const char *copy;      /* the folder to be made */
    const struct secret *passphrase;
    const struct entropy *entropy;
    instant now;
};

struct backup_made {
    struct backup_manifest manifest;
    char outside[CONFIG_TEXT_MAX]; /* files of server.json that lie elsewhere, with spaces; or empty
                                    */
};

MUST_USE enum status backup_make(const struct backup_options *options, struct backup_made *ret_made,
                                 struct fault *reterr_fault);
