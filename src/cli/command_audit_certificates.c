/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/desk_command.h"
#include "cli/exit_code.h"
#include "cli/report.h"
#include "port/clock_read.h"
#include "server/accounts.h"

/* audit certificates: how many there are of each kind, and each that nothing explains, with why
 * (I5). Reads the data base's file; the server may be running. */
struct sums {
    size_t of[ACCOUNTING_MAX];
    json_t *unexplained; /* array */
};

static const struct {
    const char *name;
    enum accounting why;
} kinds[] = {
    { "current", ACCOUNTING_CURRENT },  { "superseded", ACCOUNTING_SUPERSEDED },
    { "revoked", ACCOUNTING_REVOKED },  { "pending", ACCOUNTING_WAITS },
    { "unproved", ACCOUNTING_DOUBTED },
};

static json_t *row_json(const struct account *account)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "serial", account->certificate->serial, "purpose",
                     account->certificate->purpose, "state", account->certificate->state, "card",
                     account->card->id, "person", account->card->person_uuid, "why",
                     accounting_text(account->why));
}

static enum status take(void *context, const struct account *account)
{
    struct sums *sums = context;
    sums->of[account->why]++;
    if (accounting_is_explained(account->why)) {
        return STATUS_OK;
    }
    json_t *row = row_json(account);
    return row != NULL && json_array_append_new(sums->unexplained, row) == 0 ? STATUS_OK
                                                                             : STATUS_OUT_OF_MEMORY;
}

static const char *member(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

static void print_text(const struct sums *sums)
{
    size_t index = 0;
    const json_t *row = NULL;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        printf("%8zu  %-12s %s\n", sums->of[kinds[i].why], kinds[i].name,
               accounting_text(kinds[i].why));
    }
    printf("%8zu  unexplained\n", json_array_size(sums->unexplained));
    json_array_foreach(sums->unexplained, index, row)
    {
        const char *person = member(row, "person");
        printf("  %s  %s  %s  card %s of %s: %s\n", member(row, "serial"), member(row, "purpose"),
               member(row, "state"), member(row, "card"), person[0] != '\0' ? person : "nobody",
               member(row, "why"));
    }
}

static void print_json(const struct sums *sums)
{
    json_t *answer = json_object();
    for (size_t i = 0; i < COUNT(kinds); i++) {
        json_object_set_new(answer, kinds[i].name,
                            json_integer((json_int_t)sums->of[kinds[i].why]));
    }
    json_object_set(answer, "unexplained", sums->unexplained);
    (void)json_dumpf(answer, stdout, JSON_COMPACT);
    (void)putchar('\n');
    json_decref(answer);
}

static enum status account(const char *path, struct sums *sums)
{
    struct accounting_rules rules;
    struct store *store = NULL;
    enum status status =
        store_open(&(struct store_options){ .path = path, .must_exist = true }, &store);
    if (status == STATUS_OK) {
        status = accounts_rules(store, clock_read_now(), &rules);
    }
    if (status == STATUS_OK) {
        status = accounts_walk(store, &rules, take, sums);
    }
    store_close(&store);
    return status;
}

static int account_and_print(const char *path, bool json)
{
    struct sums sums = { .unexplained = json_array() };
    enum status status = sums.unexplained != NULL ? account(path, &sums) : STATUS_OUT_OF_MEMORY;
    bool good = json_array_size(sums.unexplained) == 0;
    if (status == STATUS_OK) {
        json ? print_json(&sums) : print_text(&sums);
    }
    json_decref(sums.unexplained);
    if (status != STATUS_OK) {
        struct fault fault = fault_of(status, path);
        struct report_style style = report_style_of(stderr, json);
        return report_fault(&fault, NULL, &style);
    }
    return good ? EXIT_DONE : EXIT_REFUSED;
}

int command_audit_certificates(int argc, char **argv)
{
    static const struct option options[] = { { "store", required_argument, NULL, 's' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    const char *path = NULL;
    bool json = false;
    int option;
    optind = 1;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option != 's' && option != 'j') {
            return report_status(STATUS_USAGE, "audit certificates");
        }
        json = json || option == 'j';
        path = option == 's' ? optarg : path;
    }
    if (path == NULL || optind != argc) {
        return report_status(STATUS_USAGE, "audit certificates: --store FILE is needed");
    }
    return account_and_print(path, json);
}
