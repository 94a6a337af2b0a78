/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* sim_file: files in memory, and what is left of them when the power fails.
 *
 *     struct sim_file *file = sim_file_open(path, true);
 *     sim_file_write(file, bytes, len, at);       gone at sim_file_lose_unsynced...
 *     sim_file_sync(file);                        ... unless this was said before
 *
 * A file that is on the real disk begins with what stands there; nothing is ever written back. So a
 * process that forks takes all files with it as they are, opened ones too, and none is copied.
 * Locks and shared memory are those that SQLite asks of its VFS (sqlite.org/c3ref/io_methods.html),
 * for connections of one process.
 * Memory: files stay until the process ends. Without memory it is aborted.
 * Tests: test/unit/sim/test_sim_file.c */
enum { SIM_FILE_SLOTS = 8 }; /* of shared locks */

struct sim_file;

/* One opening of a file. */
struct sim_file_handle {
    struct sim_file *file;
    int lock;  /* of SQLITE_LOCK_NONE .. SQLITE_LOCK_EXCLUSIVE */
    bool maps; /* the shared memory */
    bool shared[SIM_FILE_SLOTS], exclusive[SIM_FILE_SLOTS];
};

/* NULL: there is none, and `create` is false. */
struct sim_file *sim_file_open(const char *path, bool create);
bool sim_file_exists(const char *path);
void sim_file_remove(const char *path);
size_t sim_file_len(const struct sim_file *file);
/* How many bytes there were; the rest of `ret_bytes` is zero. */
size_t sim_file_read(const struct sim_file *file, uint8_t *ret_bytes, size_t len, size_t at);
void sim_file_write(struct sim_file *file, const uint8_t *bytes, size_t len, size_t at);
void sim_file_truncate(struct sim_file *file, size_t len);
void sim_file_sync(struct sim_file *file);
/* In a process that was just forked: all is copied at once, which is faster than page by page. */
void sim_file_part(void);
/* Each file's content, for who looks for something in all of them. */
size_t sim_file_count(void);
struct span sim_file_content(size_t index);
/* The power fails: what was written since each file's last sync is undone. */
void sim_file_lose_unsynced(void);

/* False: another one holds it. */
bool sim_file_lock(struct sim_file_handle *handle, int lock);
void sim_file_unlock(struct sim_file_handle *handle, int lock);
bool sim_file_is_reserved(const struct sim_file_handle *handle);
/* Shared memory of that region; empty for the first that asks when nobody has it. */
void *sim_file_map(struct sim_file_handle *handle, unsigned region, size_t len);
void sim_file_unmap(struct sim_file_handle *handle);
bool sim_file_slots_lock(struct sim_file_handle *handle, unsigned first, unsigned count,
                         bool exclusive);
void sim_file_slots_unlock(struct sim_file_handle *handle, unsigned first, unsigned count);
