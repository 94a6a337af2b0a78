/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "store/store.h"

/* audit keys: what the server's sweep found out about the keys of certificates, one line each, with
 * the state that the certificate has now. Reads the data base's file, no program running. */
enum { FINDINGS_MAX = 10000 };

static enum status print_one(struct store *store, const struct key_finding_record *finding)
{
    struct certificate_record certificate;
    struct card_record card;
    char at[INSTANT_TEXT_MAX];
    enum status status = store_certificate_get(store, finding->serial, &certificate);
    if (status == STATUS_OK) {
        status = store_card_get(store, certificate.card_id, &card);
    }
    if (status == STATUS_OK) {
        instant_text(finding->at, at);
        printf("%s  %s  %s  %s  %s  card %s of %s\n", at, finding->reason, finding->serial,
               certificate.purpose, certificate.state, card.id,
               card.person_uuid[0] != '\0' ? card.person_uuid : "nobody");
    }
    return status;
}

static enum status print_all(struct store *store, size_t *ret_count)
{
    static struct key_finding_record list[FINDINGS_MAX];
    size_t count = 0;
    enum status status = store_key_finding_list(store, 0, list, COUNT(list), &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = print_one(store, &list[i]);
    }
    if (status == STATUS_OK) {
        *ret_count = count;
    }
    return status;
}

int command_audit_keys(int argc, char **argv)
{
    static const struct option options[] = { { "store", required_argument, NULL, 's' },
                                             { NULL, 0, NULL, 0 } };
    struct store *store = NULL;
    const char *path = NULL;
    size_t count = 0;
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 's') {
            return report_status(STATUS_USAGE, "audit keys");
        }
        path = optarg;
    }
    if (path == NULL || optind != argc) {
        return report_status(STATUS_USAGE, "audit keys: --store FILE is needed");
    }
    enum status status =
        store_open(&(struct store_options){ .path = path, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = print_all(store, &count);
    }
    store_close(&store);
    if (status != STATUS_OK) {
        return report_status(status, path);
    }
    fprintf(stderr, "cardwright: %zu findings\n", count);
    return count == 0 ? EXIT_DONE : EXIT_REFUSED;
}
