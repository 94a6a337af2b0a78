/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* file_look: what a file is, whose, open to whom; how much room its disk has. Changes nothing.
 *
 *     struct file_look look;
 *     if (file_look_at("/run/user/1000/cardwright/agent.sock", &look) == STATUS_OK &&
 *         (look.mode & 077) != 0) { open to others }
 *
 * The last link of the path is followed. `may_read` and `may_write` are about the calling user, by
 * the kernel's word, so that access lists and read-only disks count too.
 * Errors: NOT_FOUND, BAD_FILE (it, or a folder on the way, may not be looked at).
 * Tests: test/unit/port/test_file_look.c */
enum file_look_kind { FILE_LOOK_FILE, FILE_LOOK_FOLDER, FILE_LOOK_SOCKET, FILE_LOOK_OTHER };

enum { FILE_LOOK_USER_MAX = 33 };

struct file_look {
    enum file_look_kind kind;
    uint32_t uid, gid;
    uint32_t mode; /* permission bits only */
    bool may_read, may_write;
};

MUST_USE enum status file_look_at(const char *path, struct file_look *ret_look);
/* Of the disk that `path` is on: bytes that this user may still write. */
MUST_USE enum status file_look_room(const char *path, uint64_t *ret_bytes);
/* The user that this program acts as. */
uint32_t file_look_user(void);
/* The name of a user, or the number as text. */
void file_look_user_name(uint32_t uid, char ret_name[FILE_LOOK_USER_MAX]);
