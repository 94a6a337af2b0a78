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
    return fwrite(line->ptr, 1, line->len, stdout) == line->len ? STATUS_OK : STATUS_OUTPUT;
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

/* Entries that no checkpoint covers yet do not verify: the signer is a moment behind. */
static enum status find_end(struct store *store, bool all, uint64_t *ret_last)
{
    struct audit_head head;
    struct audit_checkpoint newest;
    enum status status = store_audit_head(store, &head);
    if (status != STATUS_OK) {
        return status;
    }
    *ret_last = head.sequence;
    status = all ? STATUS_NOT_FOUND : store_audit_checkpoint_newest(store, &newest);
    if (status != STATUS_OK) {
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    }
    if (newest.head.sequence >= head.sequence) {
        return STATUS_OK;
    }
    *ret_last = newest.head.sequence;
    fprintf(stderr, "cardwright: %llu entries after the newest checkpoint are left out; --all\n",
            (unsigned long long)(head.sequence - newest.head.sequence));
    return STATUS_OK;
}

static enum status export_all(const char *path, bool all)
{
    struct store *store = NULL;
    uint64_t last = 0;
    enum status status =
        store_open(&(struct store_options){ .path = path, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = find_end(store, all, &last);
    }
    for (uint64_t n = 1; status == STATUS_OK && n <= last; n++) {
        status = export_one(store, n);
    }
    store_close(&store);
    return status;
}

int command_audit_export(int argc, char **argv)
{
    static const struct option options[] = { { "store", required_argument, NULL, 's' },
                                             { "all", no_argument, NULL, 'a' },
                                             { NULL, 0, NULL, 0 } };
    const char *path = NULL;
    bool all = false;
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == 'a') {
            all = true;
        } else if (option == 's') {
            path = optarg;
        } else {
            return report_status(STATUS_USAGE, "audit export");
        }
    }
    if (path == NULL || optind != argc) {
        return report_status(STATUS_USAGE, "audit export: --store FILE is needed");
    }
    enum status status = export_all(path, all);
    return status == STATUS_OK ? EXIT_DONE
                               : report_status(status, status == STATUS_OUTPUT ? "" : path);
}
