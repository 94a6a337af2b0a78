/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* file_write: files that are there whole or not at all, also after a power cut.
 *
 *     status = file_write_atomic("state/card.bin", bytes, 0600);
 *
 * Written beside the target under a random name, synced, renamed over it, folder synced. The old
 * file stands until the new one is durable. A symbolic link at `path` is replaced, not followed.
 * Errors: BAD_FILE (no such folder, no right, disk full); then nothing is left behind.
 * Tests: test/unit/port/test_file_write.c */
MUST_USE enum status file_write_atomic(const char *path, struct span bytes, uint32_t mode);
/* Same, but an existing file is never replaced (CONFLICT class: STORE_CONFLICT). For keys. */
MUST_USE enum status file_write_new(const char *path, struct span bytes, uint32_t mode);
/* Creates it with its parents, or accepts one that is ours and closed to others (mode 0700, or
 * stricter); KEY_FILE when it is open to others or somebody else's. */
MUST_USE enum status file_write_private_directory(const char *path);
