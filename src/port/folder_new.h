/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/status.h"

/* folder_new: a folder that is there whole or not at all, also after a power cut.
 *
 *     struct folder_new folder;
 *     status = folder_new_begin("/backup/today", &folder);     an empty folder beside the target
 *     ... make files below folder.path ...
 *     status = folder_new_finish(&folder);                     synced, then renamed
 *     folder_new_abandon(&folder);                             removed; after finish: nothing
 *
 * The folder that grows is called ".NAME.…tmp" and stands beside the target; one that a kill
 * leaves behind may be removed. Nothing is ever replaced, but for an empty folder.
 * Errors: PLACE_TAKEN (something of that name is there), BAD_FILE, BAD_VALUE (no name).
 * Tests: test/unit/port/test_folder_new.c */
enum { FOLDER_NEW_PATH_MAX = 512 };

struct folder_new {
    char path[FOLDER_NEW_PATH_MAX]; /* where it grows; empty: nothing to be removed */
    char target[FOLDER_NEW_PATH_MAX];
    bool over_empty; /* private */
};

MUST_USE enum status folder_new_begin(const char *target, struct folder_new *ret_folder);
/* The same, but an empty folder of that name is no hindrance. A mount point is: BAD_FILE. */
MUST_USE enum status folder_new_begin_over_empty(const char *target, struct folder_new *ret_folder);
MUST_USE enum status folder_new_finish(struct folder_new *folder);
void folder_new_abandon(struct folder_new *folder);
