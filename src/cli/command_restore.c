/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "backup/backup_restore.h"
#include "cli/backup_options.h"
#include "cli/backup_report.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"

/* restore: an organisation again from its copy. */

static void print_restored(const struct backup_command_options *o,
                           const struct backup_manifest *manifest)
{
    backup_report_print("copy", o->copy, manifest);
    if (o->look) {
        printf("whole       every file; this passphrase opens the keys; the data base is sound\n");
        return;
    }
    printf("restored    %s\n", o->directory);
    printf("audit       goes on after entry %" PRIu64 "\n", manifest->entries);
    printf("next        what was done after the copy is unknown here: docs/backup.md\n");
}

static enum status restore(const struct backup_command_options *o,
                           const struct user_option_ids *users,
                           struct backup_manifest *ret_manifest, struct fault *reterr_fault)
{
    struct secret passphrase SCOPED_SECRET = { 0 };
    const struct entropy entropy = entropy_read_system();
    const struct backup_restore_options options = { .copy = o->copy,
                                                    .directory = o->directory,
                                                    .passphrase = &passphrase,
                                                    .set_owners = users->given,
                                                    .signer_uid = users->signer_uid,
                                                    .signer_gid = users->signer_gid,
                                                    .server_uid = users->server_uid,
                                                    .server_gid = users->server_gid,
                                                    .entropy = &entropy,
                                                    .now = clock_read_now() };
    enum status status = backup_options_passphrase(o, &passphrase, reterr_fault);
    return status == STATUS_OK ? backup_restore(&options, ret_manifest, reterr_fault) : status;
}

int command_restore(int argc, char **argv)
{
    static struct backup_manifest manifest;
    struct backup_command_options options;
    struct user_option_ids users;
    const char *wrong = NULL;
    struct fault fault = fault_of(STATUS_OK, "");
    int code = backup_options_parse(argc, argv, "restore", &options);
    if (code != EXIT_DONE) {
        return code;
    }
    if (!user_option_take(&options.users, &users, &wrong)) {
        return report_status(STATUS_USAGE, wrong);
    }
    enum status status = restore(&options, &users, &manifest, &fault);
    if (status != STATUS_OK) {
        struct report_style style = report_style_of(options.json ? stdout : stderr, options.json);
        return report_fault(&fault, NULL, &style);
    }
    if (options.json) {
        return backup_report_put(backup_report_json(options.copy, &manifest));
    }
    print_restored(&options, &manifest);
    return EXIT_DONE;
}
