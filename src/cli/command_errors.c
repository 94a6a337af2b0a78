/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command_errors.h"

#include <getopt.h>
#include <jansson.h>
#include <strings.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/report.h"

enum form { FORM_TEXT, FORM_JSON, FORM_MARKDOWN };

/* By the hundred of the code; see status_list.h. */
static const char *const hundreds[] = {
    "No error",
    "1xx Input, and the program itself",
    "2xx Log-in and session",
    "3xx Card and reader",
    "4xx Policy",
    "5xx Network and workstation",
    "6xx Signer and certificates",
    "7xx Data base and audit",
    "8xx Jobs",
};
static const char *const actors[ACTOR_MAX] = { "nobody", "holder", "operator", "RA desk",
                                               "site's IT" };
static const char *const cards[CARD_MAX] = { "unchanged", "safe, finished later", "one try used" };

static size_t hundred_of(const struct status_entry *entry)
{
    size_t digits = strlen(entry->code) - strlen("CW-");
    size_t hundred = digits < 3 ? 0 : (size_t)(entry->code[3] - '0');
    return hundred < COUNT(hundreds) ? hundred : COUNT(hundreds) - 1;
}

void command_errors_markdown(FILE *out)
{
    size_t hundred = COUNT(hundreds);
    fprintf(out, "# Errors\n\n"
                 "One page for every error that the programs show: one code, one cause, one "
                 "remedy, who acts, whether\nthe card is safe, and whether trying again may help. "
                 "Made by `cardwright errors --markdown`; do not edit.\n");
    for (unsigned i = STATUS_OK + 1; i < STATUS_MAX; i++) {
        const struct status_entry *entry = status_entry((enum status)i);
        if (hundred_of(entry) != hundred) {
            hundred = hundred_of(entry);
            fprintf(out,
                    "\n## %s\n\n| Code | Name | Cause | What to do | Who | Card | Try again |\n"
                    "|---|---|---|---|---|---|---|\n",
                    hundreds[hundred]);
        }
        fprintf(out, "| %s | `%s` | %s | %s | %s | %s | %s |\n", entry->code, entry->name,
                entry->cause, entry->remedy, actors[entry->actor], cards[entry->card],
                entry->retry ? "yes" : "no");
    }
}

static bool is_asked(const struct status_entry *entry, int count, char **codes)
{
    for (int i = 0; i < count; i++) {
        if (strcasecmp(codes[i], entry->code) == 0 || strcasecmp(codes[i], entry->name) == 0) {
            return true;
        }
    }
    return count == 0;
}

static void print_text(const struct status_entry *entry)
{
    printf("%-8s %s\n         %s\n         what to do: %s\n         who: %s; card: %s; try again: "
           "%s\n",
           entry->code, entry->name, entry->cause, entry->remedy, actors[entry->actor],
           cards[entry->card], entry->retry ? "yes" : "no");
}

static json_t *entry_json(enum status status)
{
    const struct status_entry *entry = status_entry(status);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:i}", "code", entry->code, "name",
                     entry->name, "class", status_class_name(entry->class), "cause", entry->cause,
                     "remedy", entry->remedy, "actor", status_actor_name(entry->actor), "card",
                     status_card_name(entry->card), "retry", entry->retry ? 1 : 0, "http",
                     status_http(status));
}

static int print_entries(enum form form, int count, char **codes)
{
    json_t *list = json_array();
    size_t found = 0;
    for (unsigned i = STATUS_OK + 1; i < STATUS_MAX; i++) {
        if (!is_asked(status_entry((enum status)i), count, codes)) {
            continue;
        }
        found++;
        if (form == FORM_JSON) {
            (void)json_array_append_new(list, entry_json((enum status)i));
        } else {
            print_text(status_entry((enum status)i));
        }
    }
    if (form == FORM_JSON) {
        (void)json_dumpf(list, stdout, JSON_INDENT(2));
        printf("\n");
    }
    json_decref(list);
    return found > 0 ? (int)EXIT_DONE : report_status(STATUS_NOT_FOUND, codes[0]);
}

int command_errors(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, FORM_JSON },
                                             { "markdown", no_argument, NULL, FORM_MARKDOWN },
                                             { 0 } };
    int option, form = FORM_TEXT;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == '?') {
            return command_misuse("errors", "an option is not known");
        }
        if (form != FORM_TEXT) {
            return command_misuse("errors", "one form at a time");
        }
        form = option;
    }
    if (form == FORM_MARKDOWN) {
        if (optind != argc) {
            return command_misuse("errors", "the page has all errors; no code is permitted");
        }
        command_errors_markdown(stdout);
        return EXIT_DONE;
    }
    return print_entries((enum form)form, argc - optind, argv + optind);
}
