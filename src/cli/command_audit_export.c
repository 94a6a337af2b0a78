/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "store/store.h"

/* audit export: every entry and checkpoint of a data base as JSON lines, for `audit verify` and for
 * keeping elsewhere. Needs the right to read the data base's file, no program running. */

static enum status write_line(const struct buf *line)
{
    return fwrite(line->ptr, 1, line->len, stdout) == line->len ? STATUS_OK : STATUS_BAD_FILE;
}

static enum status export_one(struct store *store, uint64_t sequence)
{
    static uint8_t memory[AUDIT_LINE_MAX];
    struct buf line = BUF(memory);
    struct audit_checkpoint checkpoint;
    enum status status = store_audit_line(store, sequence, &line);
    if (status == STATUS_OK) {
        status = write_line(&line);
    }
    if (status == STATUS_OK &&
        store_audit_checkpoint_at(store, sequence, &checkpoint) == STATUS_OK) {
        buf_clear(&line);
        status = audit_checkpoint_encode(&checkpoint, &line);
        if (status == STATUS_OK) {
            status = write_line(&line);
        }
    }
    return status;
}

static enum status export_all(const char *path)
{
    struct store *store = NULL;
    struct audit_head head;
    enum status status =
        store_open(&(struct store_options){ .path = path, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = store_audit_head(store, &head);
    }
    for (uint64_t n = 1; status == STATUS_OK && n <= head.sequence; n++) {
        status = export_one(store, n);
    }
    store_close(&store);
    return status;
}

int command_audit_export(int argc, char **argv)
{
    static const struct option options[] = { { "store", required_argument, NULL, 's' },
                                             { NULL, 0, NULL, 0 } };
    const char *path = NULL;
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 's') {
            return report_status(STATUS_USAGE, "audit export");
        }
        path = optarg;
    }
    if (path == NULL || optind != argc) {
        return report_status(STATUS_USAGE, "audit export: --store FILE is needed");
    }
    enum status status = export_all(path);
    return status == STATUS_OK ? EXIT_DONE : report_status(status, path);
}
