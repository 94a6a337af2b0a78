/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "port/sandbox.h"

/* sandbox_files: the Landlock half of sandbox.h: which files, and which ports of TCP.
 *
 *     status = sandbox_files_confine(SANDBOX_SIGNER, &paths, &landlock_abi);
 *
 * What the running kernel knows is used; a kernel without Landlock leaves everything open and
 * reports ABI 0. no_new_privs must be set.
 * Tests: test/unit/port/test_sandbox.c */
MUST_USE enum status sandbox_files_confine(enum sandbox_program program,
                                           const struct sandbox_paths *paths, int *ret_abi);
