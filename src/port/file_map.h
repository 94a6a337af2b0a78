/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/bytes.h"
#include "base/status.h"

/* file_map: a file below a folder, as bytes, without a limit of its own; no link is followed.
 *
 *     struct file_map map;
 *     status = file_map_open("/var/lib/cardwright", "signer/state/journal", &map);
 *     ... map.bytes ...
 *     file_map_close(&map);
 *
 * For programs that read the folders of others, as root: whoever owns such a folder cannot lead
 * them out of it. The bytes are those that were there at the opening; what is appended later is
 * not seen.
 * Errors: NOT_FOUND, BAD_FILE (no regular file, a link on the way, not readable).
 * Tests: test/unit/port/test_file_map.c */
struct file_map {
    struct span bytes;
};

MUST_USE enum status file_map_open(const char *folder, const char *name, struct file_map *ret_map);
void file_map_close(struct file_map *map);
