/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "backup/backup_make.h"
#include "cli/backup_options.h"
#include "cli/backup_report.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "port/clock_read.h"
#include "port/entropy_read.h"

/* backup: a copy of an organisation that works meanwhile. */

static void print_made(const struct backup_made *made, const char *copy)
{
    const struct backup_manifest *m = &made->manifest;
    backup_report_print("copy", copy, m);
    printf("audit       %" PRIu64 " entries, signed up to %" PRIu64 "\n", m->entries,
           m->signed_entries);
    printf("not in it   token.key (a restored server gets a new one), root-key.pem\n");
    if (made->outside[0] != '\0') {
        printf("elsewhere   %s: not in it either, keep them as well\n", made->outside);
    }
}

static enum status make(const struct backup_command_options *o, struct backup_made *ret_made,
                        struct fault *reterr_fault)
{
    static char directory[PATH_MAX]; /* without links: SQLite follows none */
    struct secret passphrase SCOPED_SECRET = { 0 };
    const struct entropy entropy = entropy_read_system();
    const struct backup_options options = { .directory = directory,
                                            .copy = o->copy,
                                            .passphrase = &passphrase,
                                            .entropy = &entropy,
                                            .now = clock_read_now() };
    if (realpath(o->directory, directory) == NULL) {
        *reterr_fault = fault_of(STATUS_NOT_FOUND, o->directory);
        return STATUS_NOT_FOUND;
    }
    enum status status = backup_options_passphrase(o, &passphrase, reterr_fault);
    return status == STATUS_OK ? backup_make(&options, ret_made, reterr_fault) : status;
}

int command_backup(int argc, char **argv)
{
    static struct backup_made made;
    struct backup_command_options options;
    struct fault fault = fault_of(STATUS_OK, "");
    int code = backup_options_parse(argc, argv, "backup", &options);
    if (code != EXIT_DONE) {
        return code;
    }
    enum status status = make(&options, &made, &fault);
    if (status != STATUS_OK) {
        struct report_style style = report_style_of(options.json ? stdout : stderr, options.json);
        return report_fault(&fault, NULL, &style);
    }
    if (options.json) {
        json_t *json = backup_report_json(options.copy, &made.manifest);
        (void)json_object_set_new(json, "outside", json_string(made.outside));
        return backup_report_put(json);
    }
    print_made(&made, options.copy);
    return EXIT_DONE;
}
