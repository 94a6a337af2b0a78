/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "backup/backup_manifest.h"

/* backup_report: what `backup` and `restore` say of a copy.
 *
 *     copy        /backup/cardwright: of 2026-11-26T20:00:00Z, 23 files, 812345 bytes
 *     {"copy":…,"made_at":…,"program":…,"files":…,"bytes":…,"audit_entries":…,"signed_entries":…}
 *
 * Tests: test/e2e/test_backup.py */
void backup_report_print(const char *word, const char *copy,
                         const struct backup_manifest *manifest);
json_t *backup_report_json(const char *copy, const struct backup_manifest *manifest);
/* Prints it as one line, frees it, and returns the exit code. */
int backup_report_put(json_t *json);
