/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* file_read: whole files into the caller's memory.
 *
 *     uint8_t memory[65536];
 *     struct buf policy = BUF(memory);
 *     status = file_read("policy.json", &policy);
 *
 * Only regular files; the room left in the buf is the limit. On failure the buf is as before.
 * Errors: NOT_FOUND, BAD_FILE (not a file, not readable), TOO_LARGE; for secrets also KEY_FILE.
 * Tests: test/unit/port/test_file_read.c */
MUST_USE enum status file_read(const char *path, struct buf *bytes);
/* A key or a token: the file must belong to us or root, be closed to group and others, and be no
 * symbolic link, else KEY_FILE. What was read of a file that does not fit is wiped. */
MUST_USE enum status file_read_secret(const char *path, struct buf *bytes);
/* From a descriptor until its end: passphrases handed over in a pipe. Wiped on failure. */
MUST_USE enum status file_read_descriptor(int fd, struct buf *bytes);
