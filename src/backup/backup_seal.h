/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"
#include "crypto/entropy.h"

/* backup_seal: a file that lies in the clear at its place, as it stands in a copy.
 *
 *     status = backup_seal_close(&master, "server/tls.key", plain, &entropy, &sealed);
 *     status = backup_seal_open(&master, "server/tls.key", sealed, &plain);
 *
 * AES-256-GCM under a key from the card master key, which the signer's passphrase locks; bound
 * to the file's name. Form: nonce (12 bytes), sealed bytes.
 * Errors: TOO_LARGE, CRYPTO; open: BACKUP_DAMAGED. Wipe `plain`.
 * Tests: test/unit/backup/test_backup_seal.c */
enum { BACKUP_SEALED_MAX = 32768 };

#define BACKUP_SEALED_SUFFIX ".sealed"

MUST_USE enum status backup_seal_close(const struct secret *master, const char *name,
                                       struct span plain, const struct entropy *entropy,
                                       struct buf *ret_sealed);
MUST_USE enum status backup_seal_open(const struct secret *master, const char *name,
                                      struct span sealed, struct buf *ret_plain);
