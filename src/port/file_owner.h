/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* file_owner: hands folders over to the user that a service runs as. For set-up, as root.
 *
 *     status = file_owner_set_all("/var/lib/cardwright/server", uid, gid);
 *
 * Symbolic links are changed themselves, never followed.
 * Errors: BAD_FILE. Tests: test/unit/port/test_file_owner.c */
enum { FILE_OWNER_DEPTH_MAX = 8 };

MUST_USE enum status file_owner_set_all(const char *path, uint32_t uid, uint32_t gid);
MUST_USE enum status file_owner_set_mode(const char *path, uint32_t mode);
