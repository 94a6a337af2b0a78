/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/secret.h"
#include "base/status.h"

/* memory_lock: a place for a secret that is never swapped, dumped or inherited by a fork.
 *
 *     struct locked_secret *passcode = NULL;
 *     if (memory_lock_open(&passcode) == STATUS_OK && secret_set(&passcode->secret, typed)) { ... }
 *     memory_lock_close(&passcode);      wipes
 *
 * Memory: one page each, mmap, outside the heap. mlock(2), MADV_DONTDUMP, MADV_WIPEONFORK.
 * Errors: OUT_OF_MEMORY (also: the limit on locked memory is used up).
 * Tests: test/unit/port/test_memory_lock.c */
struct locked_secret {
    struct secret secret;
};

MUST_USE enum status memory_lock_open(struct locked_secret **ret_locked);
void memory_lock_close(struct locked_secret **locked); /* NULL inside is fine */
/* The process leaves no core file and cannot be read or traced by other processes of the same user
 * (PR_SET_DUMPABLE 0, RLIMIT_CORE 0). Once, first thing in main. */
MUST_USE enum status memory_lock_process(void);
/* free() that wipes first: for libraries that are handed secrets and take an allocator (jansson).
 * The memory must come from malloc(). */
void memory_lock_wiping_free(void *ptr);
