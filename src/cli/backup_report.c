/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/backup_report.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/exit_code.h"

static uint64_t bytes_of(const struct backup_manifest *manifest)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < manifest->count; i++) {
        bytes += manifest->files[i].size;
    }
    return bytes;
}

void backup_report_print(const char *word, const char *copy, const struct backup_manifest *manifest)
{
    char made_at[INSTANT_TEXT_MAX];
    instant_text(manifest->made_at, made_at);
    printf("%-11s %s: of %s, %zu files, %" PRIu64 " bytes\n", word, copy, made_at, manifest->count,
           bytes_of(manifest));
}

json_t *backup_report_json(const char *copy, const struct backup_manifest *manifest)
{
    char made_at[INSTANT_TEXT_MAX];
    instant_text(manifest->made_at, made_at);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "copy", copy, "made_at", made_at,
                     "program", manifest->program, "files", (json_int_t)manifest->count, "bytes",
                     (json_int_t)bytes_of(manifest), "audit_entries", (json_int_t)manifest->entries,
                     "signed_entries", (json_int_t)manifest->signed_entries);
}

int backup_report_put(json_t *json)
{
    bool good = json != NULL && json_dumpf(json, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF;
    json_decref(json);
    return good ? EXIT_DONE : EXIT_INTERNAL;
}
