/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

/* sim_disk: the disk under the server's data base, which can fail and be killed.
 *
 *     sim_disk_mount();                         before the first store is opened in this process
 *     if (sim_disk_is_dead()) { ... the server's process is gone ...; sim_disk_revive(); }
 *
 * A VFS of SQLite that takes the place of the system's: it counts commits (the first write to the
 * log after it was made durable, sqlite.org/wal.html) and asks sim_fault at each. A server that is
 * killed writes nothing more: every write fails until revival. The files are in memory
 * (sim_file.h). */
void sim_disk_mount(void);
bool sim_disk_is_dead(void);
void sim_disk_die(void);
void sim_disk_revive(void);
/* Copies a folder with all that is in it. False: it could not. */
bool sim_disk_copy(const char *from, const char *to);
void sim_disk_remove(const char *folder);
